"""``trust.toml``: which schools a trust has, what holds in each of them, what no school may set otherwise.

A school is an ordinary workspace whose ``config.toml`` names the trust's folder (``[school] trust``). ``config`` asks
here before it checks a file, so that whatever a school's own file leaves out is there as the trust has it, for every
command, the desk included. Nobody is looked for upwards: a file that no school names holds for none.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import time
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from pipeline.configuration.faults import say_faults, say_unreadable
from pipeline.configuration.trust_accounts import TrustAccountsSection
from pipeline.configuration.values import Line, SchoolKey, Section, Text, TimeOfDay, TimeZone, WebAddress
from pipeline.errors import ConfigurationError, Fault, say_system_error

TRUST_NAME = "trust.toml"
_EACH_ITS_OWN: Mapping[str, str] = {
    "contacts": "who holds a role is each school's own; write it into the schools' config.toml",
    "former_contacts": "is not a key of this file; take it out",
    "next_contacts": "is not a key of this file; take it out",
    "tell_contacts": "is not a key of this file; take it out",
    "root": "is not a key of this file; take it out",
    "trust_name": "is not a key of this file; take it out",
    "school.name": "each school has a name of its own",
    "school.trust": "each school names this trust in its own config.toml",
    "school.key": "with one key all schools would open one school's register; each has a key of its own",
    "people.source": "with one list every school would ask the people of all; each has a list of its own",
    "people.lists": "with one list every school would ask the people of all; each has lists of its own",
    "people.microsoft": "with one group every school would ask the people of all; each has a group of its own",
    "people.roles": "who holds a post is each school's own; write it into the schools' config.toml",
    "accounts.microsoft.groups": "who is in one group could sign in at every school; each has groups of its own",
    "governors.clerk_email": "the governors of each school have a clerk of their own; name them in its config.toml",
    "mail.from": "answers to one school's mail would reach another; each school sends from an address of its own",
    "web": "personal links lead to one school; write it into the schools' config.toml",
    "inbox.user": "two schools that read one mailbox would take in each other's answers",
    "publish.public_folder": "two schools would write into one folder",
    "publish.staff_folder": "two schools would write into one folder",
    "publish.public_address": "each school's site has an address of its own",
    "publish.staff_address": "each school's site has an address of its own",
}
"""What ``[every_school]`` may not hold, and why."""
_NO_ADDRESS = "one address stands for one school; name a role, which each school holds itself, such as headteacher"
_SIGN_IN_TABLES = ("microsoft", "google")

Decider = Literal["trust", "school"]


class TrustSection(Section):
    """``[trust]``"""

    name: Text
    """The trust's name, as trustees read it."""
    time_zone: TimeZone = "Europe/London"
    """Where the trust's day begins and ends."""
    daily_at: TimeOfDay = "02:00"
    """When the schools' nights begin, in the lines of ``policy trust schedule``."""

    @property
    def at(self) -> time:
        """``daily_at`` as a time of day."""
        return time.fromisoformat(self.daily_at)


class SchoolEntry(Section):
    """``[[schools]]``: one school of the trust."""

    key: SchoolKey
    """What it is called in commands and reports."""
    folder: Line = ""
    """Its workspace; left out, ``schools/`` and the key, beside this file."""
    delegation: dict[str, Decider] = Field(default_factory=dict)
    """Where the scheme of delegation is another one for this school than under ``[delegation]``."""


class WorkersSection(Section):
    """``[workers]``"""

    url: Line = ""
    """A database of PostgreSQL that workers on several machines share; empty where one machine does the nights."""


class TrustWebSection(Section):
    """``[web]``"""

    base_url: WebAddress = ""
    """Where people reach the pages of ``policy trust serve``; empty where they are opened on that computer alone."""


class LockedSection(Section):
    """``[locked]``"""

    keys: tuple[Line, ...] = ()
    """Tables (``reading``) and keys (``mail.route``) under ``[every_school]`` that no school may set otherwise."""


class _TrustFile(Section):
    """All of the file."""

    trust: TrustSection
    schools: tuple[SchoolEntry, ...] = ()
    every_school: dict[str, Any] = Field(default_factory=dict)
    locked: LockedSection = LockedSection.usual()
    workers: WorkersSection = WorkersSection.usual()
    web: TrustWebSection = TrustWebSection.usual()
    accounts: TrustAccountsSection = TrustAccountsSection.usual()
    mail: dict[str, Any] = Field(default_factory=dict)
    delegation: dict[str, Decider] = Field(default_factory=dict)
    home_schools: dict[str, SchoolKey] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trust:
    """A trust as its file has it."""

    root: Path
    """The folder of ``trust.toml``."""
    section: TrustSection
    schools: tuple[SchoolEntry, ...]
    every_school: Mapping[str, Any]
    """Tables of ``config.toml`` that stand in for what a school's own leaves out."""
    locked: tuple[str, ...]
    delegation: Mapping[str, Decider]
    """Whose text a policy is, by short name; one that stands nowhere here is the trust's."""
    workers: WorkersSection
    web: TrustWebSection
    accounts: TrustAccountsSection
    mail: Mapping[str, Any]
    """``[mail]``: how links to sign in go to people of the trust, where not as ``[every_school.mail]`` has it."""
    home_schools: Mapping[str, str] = field(default_factory=dict)
    """Which school asks somebody who works at several, by their work address in small letters."""

    @property
    def name(self) -> str:
        """The trust's name."""
        return self.section.name

    @property
    def policies(self) -> Path:
        """The folder of the trust's own policies."""
        return self.root / "policies"

    def folder_of(self, school: SchoolEntry) -> Path:
        """Return a school's workspace."""
        return (self.root / (school.folder or Path("schools", school.key))).resolve()

    def school(self, key: str) -> SchoolEntry | None:
        """Return the school of that key; None for one that is not the trust's."""
        return next((one for one in self.schools if one.key == key), None)

    def decider_of(self, slug: str, school: SchoolEntry) -> Decider:
        """Return whose text a policy is at a school, by the scheme of delegation."""
        return school.delegation.get(slug) or self.delegation.get(slug, "trust")


def read_trust(folder: Path) -> Trust:
    """Read ``trust.toml`` in ``folder``.

    Raises:
        ConfigurationError: with every fault of the file, a sentence each, naming the key.
    """
    path = folder / TRUST_NAME
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ConfigurationError(
            f"There is no {TRUST_NAME} in {folder}; 'policy trust init FOLDER --name NAME' lays out a trust."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"{path} cannot be read: {say_system_error(error)}. Save it with the encoding UTF-8 (Notepad: Save as)."
        ) from error
    return parse_trust(text, root=folder.resolve())


def parse_trust(text: str, *, root: Path) -> Trust:
    """Read the text of a ``trust.toml``.

    Raises:
        ConfigurationError: with every fault, a sentence each, naming the key.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{TRUST_NAME} cannot be read: {say_unreadable(text, error)}") from error
    try:
        file = _TrustFile.model_validate(tables, strict=False)
    except ValidationError as error:
        faults = [fault for item in error.errors(include_url=False) for fault in _faults_of(item)]
        raise ConfigurationError(*(replace(fault, file=TRUST_NAME) for fault in faults)) from error
    homes = {address.strip().casefold(): key for address, key in file.home_schools.items()}
    trust = Trust(
        root, file.trust, file.schools, file.every_school, file.locked.keys, file.delegation, file.workers, file.web,
        file.accounts, file.mail, homes,
    )  # fmt: skip
    if faults := [*_school_faults(trust), *_every_school_faults(trust.every_school), *_locked_faults(trust)]:
        raise ConfigurationError(*(replace(fault, file=TRUST_NAME) for fault in faults))
    return trust


def _faults_of(error: Any) -> Iterator[Fault]:
    """Yield the sentences on one fault; those of a school say which entry it is."""
    place = error["loc"]
    entry = f"entry {place[1] + 1} of [[schools]]" if len(place) > 1 and place[0] == "schools" else ""
    for fault in say_faults(error):
        key = fault.key.removeprefix("schools").lstrip(".")
        yield replace(fault, key=", ".join(filter(None, (entry, key)))) if entry else fault


def _school_faults(trust: Trust) -> Iterator[Fault]:
    keys: set[str] = set()
    folders: dict[Path, str] = {}
    for number, school in enumerate(trust.schools, start=1):
        if school.key in keys:
            yield Fault(f"entry {number} of [[schools]]", f"{school.key!r} is there already; take another")
        elif other := folders.get(trust.folder_of(school)):
            yield Fault(f"entry {number} of [[schools]]", f"its folder is that of {other!r}; each school has its own")
        keys.add(school.key)
        folders.setdefault(trust.folder_of(school), school.key)
    for address, key in trust.home_schools.items():
        if key not in keys:
            yield Fault(f"home_schools.{address}", f"{key!r} is no school of this trust; name one by its key")
    for number, school in enumerate(trust.schools, start=1):
        if said := _misplaced(trust, school, folders):
            advice = f"give it another one, such as schools/{school.key}"
            yield Fault(f"entry {number} of [[schools]]", f"its folder {said}; {advice}")


def _misplaced(trust: Trust, school: SchoolEntry, folders: Mapping[Path, str]) -> str:
    """Return what is wrong with where a school's folder lies: files of two would be written over; "" for nothing."""
    root, folder = trust.root.resolve(), trust.folder_of(school)
    if folder == root:
        return "is the trust's own"
    if root.is_relative_to(folder):
        return "holds the trust's own folder"
    if folder.is_relative_to(trust.policies.resolve()):
        return "lies among the trust's own policies"
    around = next((folders[above] for above in folder.parents if above in folders), None)
    # One that holds the trust's folder is told of by itself, and holds every other as well.
    is_told = around is not None and any(root.is_relative_to(each) for each in folders if folders[each] == around)
    return f"lies in that of {around!r}" if around is not None and not is_told else ""


def _every_school_faults(tables: Mapping[str, Any]) -> Iterator[Fault]:
    url = _find(tables, ["register", "url"])
    if isinstance(url, str) and not url.lower().startswith("postgres"):
        said = "each school has a file of its own; here may stand a database of PostgreSQL, which keeps schools apart"
        yield Fault("every_school.register.url", said)
    for name, why in _EACH_ITS_OWN.items():
        if _find(tables, name.split(".")) is not None:
            yield Fault(f"every_school.{name}", why)
    yield from _address_faults(tables)
    accounts = tables.get("accounts", {})
    for name in accounts if isinstance(accounts, dict) else ():
        if name not in _SIGN_IN_TABLES:
            yield Fault(f"every_school.accounts.{name}", "who may sign in is each school's own")


def _address_faults(tables: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield the keys that may name a role for every school, and name one person's address."""
    declarations = tables.get("declarations", {})
    keys = [["declarations", key, "owner"] for key in (declarations if isinstance(declarations, Mapping) else ())]
    for names in (["review", "default_owner"], *keys):
        if "@" in str(_find(tables, names) or ""):
            yield Fault(".".join(["every_school", *names]), _NO_ADDRESS)


def _locked_faults(trust: Trust) -> Iterator[Fault]:
    for name in trust.locked:
        if _find(trust.every_school, name.split(".")) is None:
            yield Fault("locked.keys", f"{name!r} has no value to hold to; write it under [every_school]")


def _find(tables: Mapping[str, Any], names: Sequence[str]) -> Any:
    """Return what stands under the names, one below the other; None for nothing."""
    found: Any = tables
    for name in names:
        if not isinstance(found, Mapping) or name not in found:
            return None
        found = found[name]
    return found


# --- what a school's file leaves out ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StoodIn:
    """A school's tables with the trust's where its own file says nothing."""

    tables: dict[str, Any]
    taken: frozenset[str]
    """Keys whose values are the trust's, with their tables: ``mail.route``."""
    faults: tuple[Fault, ...]
    """Locked keys that the school's own file sets otherwise."""
    trust_name: str = ""

    def placed(self, fault: Fault, name: str) -> Fault:
        """Return a fault with the file it stands in: the trust's where the value is from there, else ``name``."""
        is_theirs = any(fault.key == key or fault.key.startswith(f"{key}.") for key in self.taken)
        if is_theirs:
            return replace(fault, key=f"every_school.{fault.key}", file=TRUST_NAME)
        return replace(fault, file=name)


def stand_in(tables: dict[str, Any], root: Path) -> StoodIn:
    """Return the tables of a school's file with the trust's in place of what it leaves out; of no trust as they are.

    Raises:
        ConfigurationError: the trust's file is not there or has faults of its own.
    """
    school = tables.get("school")
    named = school.get("trust") if isinstance(school, dict) else None
    if not isinstance(named, str) or not named.strip():
        return StoodIn(tables, frozenset(), ())
    folder = (root / named.strip()).resolve()
    if not (folder / TRUST_NAME).is_file():
        raise ConfigurationError(
            Fault(
                "school.trust",
                f"there is no {TRUST_NAME} in {folder}; name the trust's folder",
                file="config.toml",
            )
        )
    trust = read_trust(folder)
    faults = tuple(_set_otherwise(tables, trust))
    taken: set[str] = set()
    return StoodIn(_merged(tables, trust.every_school, "", taken), frozenset(taken), faults, trust.name)


def _merged(own: Mapping[str, Any], theirs: Mapping[str, Any], above: str, taken: set[str]) -> dict[str, Any]:
    merged = dict(own)
    for name, value in theirs.items():
        if name not in own:
            merged[name] = value
            taken.add(f"{above}{name}")
        elif isinstance(value, Mapping) and isinstance(own[name], Mapping):
            merged[name] = _merged(own[name], value, f"{above}{name}.", taken)
    return merged


def _set_otherwise(tables: Mapping[str, Any], trust: Trust) -> Iterator[Fault]:
    """Yield a fault for each locked key that a school's own file sets to something else than the trust does."""
    for name in trust.locked:
        names = name.split(".")
        own, theirs = _find(tables, names), _find(trust.every_school, names)
        if own is not None:
            for key in _differing(own, theirs, name):
                said = f"the trust has locked this; take it out, so that it is as in {TRUST_NAME} of {trust.name}"
                yield Fault(key, said)


def _differing(own: Any, theirs: Any, name: str) -> Iterator[str]:
    if isinstance(own, Mapping) and isinstance(theirs, Mapping):
        for key, value in own.items():
            yield from _differing(value, theirs.get(key), f"{name}.{key}")
    elif own != theirs:
        yield name
