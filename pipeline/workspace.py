"""A workspace on disk: find it, lay out a new one."""

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from pipeline.config import parse_config
from pipeline.errors import ConfigurationError, UsageError, say_system_error
from pipeline.private_files import PASSAGE, make_folder
from pipeline.resources import shipped, template_folder
from pipeline.starting.launchers import launcher_files
from pipeline.text.addresses import is_address

CONFIG_NAME = "config.toml"
STAFF_HEADINGS = "person_id,first_name,last_name,work_email,role,start_date,leave_date\n"
_FOLDERS = {
    "policies": "",
    "templates": "Put a template here to use it instead of the packaged one of the same name.\n",
    "distribution": "What comes out. Nothing here is written by hand.\n",
}
_LOOK = Path("templates", "copies", "look.toml")
_GIT_IGNORE = ".secrets/\ndistribution/\n~$*\n"


def find_workspace(start: Path) -> Path:
    """Return the nearest folder from ``start`` upwards that holds a ``config.toml``.

    Raises:
        ConfigurationError: when there is none.
    """
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / CONFIG_NAME).is_file():
            return folder
    raise ConfigurationError(
        f"There is no {CONFIG_NAME} in {start} or above it. Go to the school's folder, name it with --workspace, or "
        "lay out a new one with 'policy init FOLDER'."
    )


def check_new_folder(folder: Path) -> None:
    """Make sure that a workspace can be laid out in ``folder``.

    Raises:
        UsageError: when it already is one.
    """
    if (folder / CONFIG_NAME).exists():
        raise UsageError(f"{folder} already is a workspace: {folder / CONFIG_NAME} is there. Nothing was changed.")


def check_default_owner(address: str) -> None:
    """Make sure that reviews nobody looks after can be told at ``address``; a new workspace has no roles yet.

    Raises:
        UsageError: saying what would be right.
    """
    if address and not is_address(address):
        raise UsageError(
            f"{address!r} is not an e-mail address; write it like name@school.sch.uk. A role of config.toml can take "
            "its place there later."
        )


def init_workspace(folder: Path, school_name: str, default_owner: str = "", trust: str = "") -> tuple[Path, ...]:
    """Lay out an empty workspace in ``folder`` and return the paths made.

    Files that are already there are left as they are, so that a folder of policies can become a workspace.
    ``default_owner`` is the address that is told of reviews whose owner nobody can tell; empty for none yet.
    ``trust`` is the folder of the trust it belongs to, counted from ``folder``; empty for none.

    Raises:
        UsageError: when the folder already is a workspace or cannot be written to, or the address is none.
        ConfigurationError: when the school's name cannot stand in a configuration.
    """
    check_new_folder(folder)
    check_default_owner(default_owner)
    text = empty_config(shipped(CONFIG_NAME).read_text(encoding="utf-8"), school_name, default_owner)
    if trust:
        text = config_in_trust(text, trust)
    parse_config(text, root=folder)
    made: list[Path] = []
    try:
        for name, readme in _FOLDERS.items():
            if name == "distribution":
                make_folder(folder / name, PASSAGE)
            (folder / name).mkdir(parents=True, exist_ok=True)
            if readme:
                _write_new(folder / name / "README.md", readme, made)
        (folder / _LOOK).parent.mkdir(parents=True, exist_ok=True)
        _write_new(folder / _LOOK, (template_folder() / "copies" / "look.toml").read_text(encoding="utf-8"), made)
        _write_new(folder / "staff.csv", STAFF_HEADINGS, made)
        _write_new(folder / ".gitignore", _GIT_IGNORE, made)
        for name, content in launcher_files(sys.executable).items():
            _write_launcher(folder / name, content, made)
        _write_new(folder / CONFIG_NAME, text, made)
    except OSError as error:
        raise UsageError(
            f"{folder} cannot be written to ({say_system_error(error)}). Choose a folder of your own."
        ) from error
    return tuple(made)


def _write_new(path: Path, text: str, made: list[Path]) -> None:
    if not path.exists():
        path.write_text(text, encoding="utf-8", newline="\n")
        made.append(path)


def _write_launcher(path: Path, content: bytes, made: list[Path]) -> None:
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o755), "wb") as file:
            file.write(content)
        made.append(path)


_TABLE = re.compile(r"\[+([\w.-]+)\]+\s*$")
_OWN_KEYS = {
    ("governors", "meetings"): "[]",
    ("governors", "clerk_email"): '""',
    ("calendar", "closed"): "[]",
    ("mail", "from"): '""',
}
"""What is the sample school's own, and what stands there for a school that has yet to say."""


def empty_config(sample: str, school_name: str, default_owner: str = "") -> str:
    """Return the sample configuration with no school's people or days in it.

    Every comment and rule stays. Contacts, and the people meant by an owner, become comments to fill in.
    """
    lines: list[str] = []
    own = {**_OWN_KEYS, ("school", "name"): _quoted(school_name), ("review", "default_owner"): _quoted(default_owner)}
    table, shown, repeated = "", set[str](), False
    for line in sample.splitlines():
        match = _TABLE.match(line)
        if match:
            table = match.group(1)
            repeated, shown = line in shown, {*shown, line}
        if table.startswith("contacts.") and line and not line.startswith("#"):
            lines += [] if repeated else [_example_line(line)]
        elif table == "people.roles" and line.startswith('"'):
            lines.append(f"# {line}")
        else:
            lines.append(_own_line(line, table, own))
    return "\n".join(lines) + "\n"


def config_in_trust(text: str, trust: str) -> str:
    """Return an empty configuration that names its trust and leaves everything else out, each line shown as a comment.

    What a school's file says counts before the trust's, so a new one says nothing but who the school is.
    """
    lines: list[str] = []
    table = ""
    for line in text.splitlines():
        match = _TABLE.match(line)
        table = match.group(1) if match else table
        if line == _NO_TRUST:
            lines.append(f"trust = {_quoted(trust)}")
        elif match or not line or line.startswith("#") or table == "school":
            lines.append(line)
        else:
            lines.append(f"# {line}")
    return "\n".join(lines) + "\n"


_NO_TRUST = '# trust = ""'
_EXAMPLES = {
    "name": '"Alex Example"',
    "title": '"Dr"',
    "phone": '"01632 960123"',
    "email": '"alex.example@example.org"',
    "pronoun": '"they"',
}


def _example_line(line: str) -> str:
    """Turn a line of a contact into a comment that shows how it is written, without the person."""
    key = line.partition(" = ")[0]
    return f"# {key} = {_EXAMPLES[key]}" if key in _EXAMPLES else f"# {line}"


def _own_line(line: str, table: str, own: Mapping[tuple[str, str], str]) -> str:
    key = line.partition(" = ")[0]
    return f"{key} = {own[table, key]}" if (table, key) in own else line


def _quoted(text: str) -> str:
    if not text.isprintable():
        raise ConfigurationError("The school's name must be one line of ordinary characters.")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
