"""Find a trust, and each of its schools with its settings; a school whose settings are wrong stops no other.

Where every other module of this room that asks for a school begins.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import ValidationError

from pipeline.config import Config, load_config
from pipeline.configuration.faults import say_faults
from pipeline.configuration.trust import TRUST_NAME, SchoolEntry, Trust, read_trust
from pipeline.errors import ConfigurationError, Fault, PolicyPipelineError, UsageError
from pipeline.files import way_to
from pipeline.trust.leaving.notes import list_leaving
from pipeline.trust.shared_registers import find_shared
from pipeline.workspace import CONFIG_NAME

_SCHOOL_TABLE = re.compile(r"^\[school\].*?(?=^\s*\[|\Z)", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class School:
    """One school of a trust."""

    entry: SchoolEntry
    folder: Path
    """Its workspace."""
    config: Config | None
    """None where its settings cannot be used."""
    faults: tuple[str, ...] = ()
    """What is wrong with them, a sentence each."""
    called: str = ""
    """Its name as far as it can be read, where its settings cannot be used."""

    @property
    def key(self) -> str:
        """What it is called in commands."""
        return self.entry.key

    @property
    def name(self) -> str:
        """Its name, or its key where nobody can tell."""
        return (self.config.school.name if self.config else self.called) or self.key


def find_trust(start: Path) -> Path:
    """Return the nearest folder from ``start`` upwards that holds a ``trust.toml``.

    Raises:
        ConfigurationError: when there is none.
    """
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / TRUST_NAME).is_file():
            return folder
    raise ConfigurationError(
        f"There is no {TRUST_NAME} in {start} or above it. Go to the trust's folder, name it with --workspace, or lay "
        "out a new one with 'policy trust init FOLDER --name NAME'."
    )


def load_trust(folder: Path) -> Trust:
    """Read a trust's file and hold ``[every_school]`` against everything that a school's settings are held against.

    Raises:
        ConfigurationError: with every fault, a sentence each, naming the key.
    """
    trust = read_trust(folder)
    try:
        Config.model_validate(dict(trust.every_school), strict=False)
    except ValidationError as error:
        found = [fault for item in error.errors(include_url=False) for fault in say_faults(item)]
        told = (replace(fault, key=f"every_school.{fault.key}", file=TRUST_NAME) for fault in found)
        raise ConfigurationError(*told) from error
    return trust


def list_schools(trust: Trust, keys: Sequence[str] = ()) -> tuple[School, ...]:
    """Return the trust's schools in the order of its file, or those named.

    Raises:
        UsageError: a key is no school's.
    """
    known = [one.key for one in trust.schools]
    if unknown := [key for key in keys if key not in known]:
        raise UsageError(
            f"{unknown[0]!r} is no school of {trust.name}; its schools are {', '.join(known) or 'none yet'}."
        )
    shared = find_shared(trust)
    return tuple(look_at(trust, entry, shared) for entry in trust.schools if not keys or entry.key in keys)


def look_at(trust: Trust, entry: SchoolEntry, shared: Mapping[str, str]) -> School:
    """Return one school with its settings, or with what is wrong with them; ``shared``: as ``find_shared`` has it."""
    folder = trust.folder_of(entry)
    if way := list_leaving(trust.root).get(entry.key):
        said = f"It is on its way out of the trust, to {way.out}: 'policy trust leave {entry.key}' again finishes that."
        return School(entry, folder, None, (said,), way.name)
    if not (folder / CONFIG_NAME).is_file():
        said = f"There is no {CONFIG_NAME} in {folder}. Put the school's folder back, or take it out of {TRUST_NAME}."
        return School(entry, folder, None, (said,))
    try:
        config = load_config(folder / CONFIG_NAME)
    except PolicyPipelineError as error:
        return School(entry, folder, None, tuple(str(error).splitlines()), name_in_file(folder))
    if said := _other_trust(trust, folder, config) or shared.get(entry.key, ""):
        return School(entry, folder, None, (said,), config.school.name)
    return School(entry, folder, config)


def name_in_file(folder: Path) -> str:
    """Return what a school is called by its settings, also where something else in them is wrong; else empty."""
    try:
        text = (folder / CONFIG_NAME).read_text(encoding="utf-8-sig", errors="replace")
    except OSError:
        return ""
    found = _SCHOOL_TABLE.search(text)
    for part in (text, found[0] if found else ""):
        try:
            table = tomllib.loads(part).get("school")
        except tomllib.TOMLDecodeError:
            # Beside a line that cannot be read the table itself may still be whole.
            continue
        name = table.get("name") if isinstance(table, dict) else None
        return " ".join(name.split()) if isinstance(name, str) else ""
    return ""


def _other_trust(trust: Trust, folder: Path, config: Config) -> str:
    """Return what to say of a school that does not name this trust; empty where it does."""
    named = config.school.trust
    if named and (folder / named).resolve() == trust.root:
        return ""
    back = f'write trust = "{way_to(trust.root, folder)}" under [school]'
    return str(
        Fault("school.trust", f"does not name this trust, so nothing of it holds there; {back}", file=CONFIG_NAME)
    )
