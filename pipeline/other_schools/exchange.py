"""What the schools of a trust tell each other of people who work at several: a file a school in the trust's folder.

No name and no address stands in it: people are told by ``KnownPeople``'s hashes, made with a key that lies beside. A
file is written whole or not at all, and decisions are made one school after another, so that never two take over at
once. What cannot be read counts as not said.
"""

import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from pipeline.errors import RegisterError, say_system_error
from pipeline.private_files import FILE, create_file, make_folder, write_file

FOLDER = ".asked-once"
_KEY, _LOCK = "key", "lock"
_KEY_BYTES = 32
_PATIENCE_SECONDS = 120.0
"""For the other schools of the same night, each of which takes part of a second."""


class SharedState(StrEnum):
    """How a person stands with a policy at the school that says so."""

    OWES = "owes"
    """They are to be asked, and nobody has asked yet."""
    ASKED = "asked"
    """This school asks; no letter has reached them yet."""
    TOLD = "told"
    BOUNCED = "bounced"
    """Its letter came back."""
    LEFT = "left"
    """Left to another school, or read there."""
    READ = "read"


@dataclass(frozen=True, slots=True)
class SaidReading:
    """What one school says of one person and one policy."""

    edition: str
    """The SHA-256 of the trust's document."""
    state: SharedState
    asked_on: date | None = None
    carried: tuple[str, ...] = ()
    """The SHA-256 of each copy of another school that went with a letter to them."""
    read_at: datetime | None = None
    """Of ``READ``, as are the next: when, which version and how, there."""
    version: str = ""
    """What that school calls it."""
    sha256: str = ""
    method: str = ""


@dataclass(frozen=True, slots=True)
class SaidPerson:
    """What one school says of one person whom another knows too."""

    hashes: frozenset[str]
    is_here: bool
    """They may be asked at that school; False of a person who left lately."""
    away_until: date | None = None
    readings: Mapping[str, SaidReading] = field(default_factory=dict)
    """By the policy's short name."""


@dataclass(frozen=True, slots=True)
class SaidCopy:
    """The copy that a school gives of a policy of the trust."""

    edition: str
    path: str
    """From the school's folder, with forward slashes."""
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class SchoolSays:
    """All that one school says."""

    key: str
    name: str
    day: date
    """Of its last night."""
    everybody: frozenset[str]
    """The hashes of everybody who may be asked there."""
    people: tuple[SaidPerson, ...] = ()
    copies: Mapping[str, SaidCopy] = field(default_factory=dict)
    """By the policy's short name."""
    contacts: str = ""
    """A keyed hash of who held which role, with their numbers, when its copies were made; empty of early nights."""
    same_until: date | None = None
    """The last day of the cover that its copies name; None where nobody stands in."""
    sends: bool = False
    """Its mail really goes; what is written into files alone has told nobody."""

    def find(self, hashes: frozenset[str]) -> SaidPerson | None:
        """Return what it says of a person; None where it says nothing of them alone."""
        return next((one for one in self.people if one.hashes & hashes), None)


_SAYS: TypeAdapter[SchoolSays] = TypeAdapter(SchoolSays)


@dataclass(frozen=True, slots=True)
class Exchange:
    """The folder in which schools tell each other, held by one of them."""

    folder: Path
    secret: bytes
    """With which hashes of people are made."""

    def read(self, keys: Sequence[str]) -> Mapping[str, SchoolSays]:
        """Return what some schools say, by key; one that says nothing, or nothing that can be read, is left out."""
        found = {}
        for key in keys:
            try:
                says = _SAYS.validate_json((self.folder / f"{key}.json").read_bytes())
            except (OSError, ValidationError):
                continue
            if says.key == key:
                found[key] = says
        return found

    def keep_only(self, keys: Sequence[str]) -> None:
        """Delete what schools said that are the trust's no more. Raises OSError."""
        for path in self.folder.glob("*.json"):
            if path.stem not in keys:
                path.unlink(missing_ok=True)

    def write(self, says: SchoolSays) -> None:
        """Say it in place of what was said before. Raises OSError; what was said before stays then."""
        write_file(self.folder / f"{says.key}.json", _SAYS.dump_json(says), durable=True)


@contextmanager
def hold_exchange(trust: Path, *, write: bool) -> Iterator[Exchange | None]:
    """Hold a trust's exchange, so that no other school decides meanwhile; without ``write`` None where there is none.

    Raises:
        RegisterError: another school held it for minutes, or the folder cannot be used.
    """
    from filelock import FileLock, Timeout

    folder = trust / FOLDER
    try:
        if not write:
            secret = _read_key(folder)
            yield None if secret is None else Exchange(folder, secret)
            return
        make_folder(folder)
        with FileLock(folder / _LOCK, timeout=_PATIENCE_SECONDS, mode=FILE, fallback_to_soft=False):
            yield Exchange(folder, _read_key(folder) or _make_key(folder))
    except Timeout as error:
        raise RegisterError(f"{folder} was held by another school for {_PATIENCE_SECONDS:.0f} seconds") from error
    except OSError as error:
        raise RegisterError(f"{folder} cannot be used ({say_system_error(error)})") from error


def forget_school(trust: Path, key: str) -> None:
    """Delete what a school that left said; what cannot be deleted now is by the next night of another school."""
    with suppress(OSError):
        (trust / FOLDER / f"{key}.json").unlink(missing_ok=True)


def _read_key(folder: Path) -> bytes | None:
    """Return the key; None where none is there yet. Raises OSError."""
    try:
        words = (folder / _KEY).read_bytes()
    except FileNotFoundError:
        return None
    return words if len(words) == _KEY_BYTES else None


def _make_key(folder: Path) -> bytes:
    """Make the key, once for the trust; the exchange is held. Raises OSError."""
    secret = secrets.token_bytes(_KEY_BYTES)
    unfinished = folder / f".{_KEY}.{os.getpid()}.part"
    with os.fdopen(create_file(unfinished), "wb") as stream:
        stream.write(secret)
    unfinished.replace(folder / _KEY)
    return secret
