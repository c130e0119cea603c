"""Lay out a trust's folder, and add a school to it: a new workspace, or one that is there already."""

from pathlib import Path

from pipeline.config import parse_config
from pipeline.configuration.trust import TRUST_NAME, parse_trust
from pipeline.errors import ConfigurationError, UsageError, say_system_error
from pipeline.files import way_to
from pipeline.private_files import write_file
from pipeline.settings.text import TablePlace, set_key
from pipeline.trust.schools import load_trust
from pipeline.workspace import CONFIG_NAME, init_workspace

_READABLE = 0o644
_POLICIES_NOTE = """\
The trust's own policies, one file each, Word (.docx) or text. A place for a school's own words is written
[[slot: visitors | Visitors report to the main office.]], or [[slot: visitors]] where every school must have its own.
'policy trust distribute' puts each school's version into the school's policies folder; nothing is mailed by that.
"""
_FILE = """\
# The trust, its schools, and what holds in each of them. Lines that begin with # are not read.
# Every school has a folder with a config.toml of its own; what is wrong here or there, 'policy trust status' says.

[trust]
# As trustees read it.
name = {name}
# When the schools' nights begin, in the lines of 'policy trust schedule', and where that is.
daily_at = "02:00"
time_zone = "Europe/London"

# --- What holds in every school ------------------------------------------------------------------------------------
# The tables and keys of a school's config.toml, with every_school. before them. They stand in for what a school's own
# file leaves out. People, web addresses, folders and the register are each school's own and are refused here.
#
#   [every_school.calendar]
#   terms = ["2026-09-01..2026-12-18", "2027-01-04..2027-03-25", "2027-04-12..2027-07-21"]
#
#   [every_school.reading]
#   sign = ["behaviour"]

# What no school may set otherwise: tables, or single keys, that stand under every_school.
[locked]
keys = []

# Whose text a policy is, by its short name: "trust" (handed out with 'policy trust distribute') or "school". A policy
# that is not named here is the trust's where it lies in policies/ beside this file.
[delegation]
# lettings = "school"

# --- The trust's desk ---------------------------------------------------------------------------------------------
# 'policy trust serve' shows every school at a glance, and each school's own desk a click away. Who of the trust may
# sign in, at which schools and with which of a school's rights (owner, deputy-owner, business-manager, head, governor,
# it); without rights: counts, and nobody's name. See docs/trust.md.
[accounts]
# "officer@example.org" = {{ schools = "all", rights = "owner" }}
# "trustee@example.org" = {{ schools = "all" }}
# "improver@example.org" = {{ schools = ["oakfield"], rights = "head" }}

# Where people reach the desk, such as https://policies.example.org; empty where it is opened on that computer alone.
[web]
base_url = ""

# Somebody who works at several schools is asked once for a policy of the trust: by the first of them in the list below,
# or by the one that is named here with their work address.
[home_schools]
# "sam.elm@example.org" = "oakfield"

# --- Workers ------------------------------------------------------------------------------------------------------
# Where several machines share the nights: a database of PostgreSQL, such as the one that the registers are in. The
# password never stands here: POLICY_REGISTER_PASSWORD in the environment, a file that POLICY_REGISTER_PASSWORD_FILE
# names, the keyring or ~/.pgpass. See docs/trust.md.
#
#   [workers]
#   url = "postgresql+psycopg://policy@db.example.org:5432/policy"

# --- The schools ---------------------------------------------------------------------------------------------------
# 'policy trust add KEY --school NAME' adds one. The folder is schools/KEY where it is left out. An exception from the
# scheme of delegation stands with its school: delegation = {{ behaviour = "school" }}
"""


def init_trust(folder: Path, name: str) -> tuple[Path, ...]:
    """Lay out an empty trust in ``folder`` and return the paths made. Files that are already there stay as they are.

    Raises:
        UsageError: the folder already is a trust or cannot be written to.
        ConfigurationError: the name cannot stand in the file.
    """
    path = folder / TRUST_NAME
    if path.exists():
        raise UsageError(f"{folder} already is a trust: {path} is there. Nothing was changed.")
    if (folder / CONFIG_NAME).exists():
        raise UsageError(
            f"{folder} is a school's own folder. Lay the trust out in another one and name this school there: policy "
            "trust add KEY --folder FOLDER."
        )
    text = _FILE.format(name=_quoted(name))
    parse_trust(text, root=folder)
    made: list[Path] = []
    try:
        (folder / "policies").mkdir(parents=True, exist_ok=True)
        (folder / "schools").mkdir(exist_ok=True)
        note = folder / "policies" / "README.md"
        if not note.exists():
            note.write_text(_POLICIES_NOTE, encoding="utf-8", newline="\n")
            made.append(note)
        write_file(path, text.encode("utf-8"), mode=_READABLE)
    except OSError as error:
        raise UsageError(
            f"{folder} cannot be written to ({say_system_error(error)}). Choose a folder of your own."
        ) from error
    return (*made, path)


def add_school(root: Path, key: str, name: str, folder: Path | None = None) -> Path:
    """Add a school to the trust in ``root`` and return its workspace: laid out anew, or one that is there.

    A workspace that is there keeps its settings, and names the trust from now on. ``name`` is that of a new school;
    ``folder`` is another place than ``schools/`` and the key.

    Raises:
        UsageError: the key is there already, a new school has no name, or a file cannot be written.
        ConfigurationError: with every fault that the trust's file or the school's would have; nothing was changed.
    """
    trust = load_trust(root)
    if trust.school(key) is not None:
        raise UsageError(f"{key!r} is a school of {trust.name} already. Nothing was changed.")
    before = (root / TRUST_NAME).read_text(encoding="utf-8-sig")
    text = _with_entry(before, key, _folder_words(folder, root) if folder else "")
    added = parse_trust(text, root=trust.root)
    place = added.folder_of(added.schools[-1])
    way = way_to(trust.root, place)
    try:
        if (place / CONFIG_NAME).is_file():
            _name_trust(place, way, name)
        else:
            if not name:
                raise UsageError(f"{place} is no school's folder yet; give the new school's name with --school NAME.")
            init_workspace(place, name, trust=way)
        (place / "slots").mkdir(exist_ok=True)
        write_file(root / TRUST_NAME, text.encode("utf-8"), mode=_READABLE)
    except OSError as error:
        raise UsageError(f"The school could not be added: {say_system_error(error)}.") from error
    return place


def _name_trust(place: Path, way: str, name: str) -> None:
    """Let a workspace that is there name its trust; raises ConfigurationError where it would then have faults."""
    path = place / CONFIG_NAME
    before = path.read_text(encoding="utf-8-sig")
    own = parse_config(before, root=place).school
    if name and own.name and name != own.name:
        raise UsageError(f"{place} is the folder of {own.name!r}, not of {name!r}. Nothing was changed.")
    if own.trust and (place / own.trust).resolve() != (place / way).resolve():
        raise UsageError(f"{own.name or place} belongs to another trust, {own.trust!r}. Nothing was changed.")
    text = set_key(before, TablePlace("school"), "trust", way)
    parse_config(text, root=place)
    write_file(path, text.encode("utf-8"), mode=_READABLE)


def _folder_words(folder: Path, root: Path) -> str:
    """Return a school's folder as the trust's file has it: counted from there where it lies below."""
    folder = folder.resolve()
    return folder.relative_to(root).as_posix() if folder.is_relative_to(root) else folder.as_posix()


def _with_entry(text: str, key: str, folder: str) -> str:
    lines = ["[[schools]]", f"key = {_quoted(key)}", *([f"folder = {_quoted(folder)}"] if folder else [])]
    return text.rstrip("\n") + "\n\n" + "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    if not text.isprintable() or not text.strip():
        raise ConfigurationError(f"{text!r} cannot stand in {TRUST_NAME}: write one line of ordinary characters.")
    return '"' + text.strip().replace("\\", "\\\\").replace('"', '\\"') + '"'
