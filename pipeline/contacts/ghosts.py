"""The ghost hunt: people, numbers and addresses that live on in documents, drafts and earlier copies.

Held against the directory of the day: each person named in a role without holding it, a number or address that no
holder of the role has, those of former holders anywhere in a text, and policies that disagree about who holds a role.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from zoneinfo import ZoneInfo

from pipeline.config import Config
from pipeline.contacts.confirmations import known_directory
from pipeline.contacts.contradictions import Contradiction, find_contradictions
from pipeline.model.contacts import Directory, Holder, ReplacementKind
from pipeline.model.facts import Contact
from pipeline.named.details.found import clean_address, find_details
from pipeline.named.names.likeness import SHORTENED, name_key, same_person
from pipeline.named.names.parts import parse_name
from pipeline.policies.decisions.contact_answers import with_answers
from pipeline.register.policies import copies as copy_rows
from pipeline.register.policies import policies as rows
from pipeline.register.policies.copies import CopyRow
from pipeline.register.policies.policies import PolicyRow, VersionRow
from pipeline.register.policies.settlements import list_settlements
from pipeline.register.transaction import Transaction
from pipeline.text.telephones import parse_phones
from pipeline.wording import say_day, say_list, say_role

_LONGEST_QUOTE = 90


class GhostSource(StrEnum):
    """Where a ghost was met."""

    DOCUMENT = "document"
    """The text in force."""
    DRAFT = "draft"
    COPY = "copy"
    """A copy that was made, in use or replaced since: paper of it may still hang somewhere."""


class GhostKind(StrEnum):
    """What lives on."""

    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"


_KINDS = {
    ReplacementKind.NAME.value: GhostKind.NAME,
    ReplacementKind.PHONE.value: GhostKind.PHONE,
    ReplacementKind.EMAIL.value: GhostKind.EMAIL,
}
"""The kinds of replacements that give a person."""


@dataclass(frozen=True, slots=True)
class Ghost:
    """One name, number or address that is not the directory's."""

    source: GhostSource
    slug: str
    title: str
    file: str
    """The document's path; for a copy its code."""
    role: str
    kind: GhostKind
    value: str
    where: str
    """The words around it, empty where only the fact was kept."""
    message: str


@dataclass(frozen=True, slots=True)
class UnreadFile:
    """A file in the folder that could not be read: nobody knows whom it names."""

    file: str
    message: str


@dataclass(frozen=True, slots=True)
class Hunt:
    """What the hunt found."""

    ghosts: tuple[Ghost, ...]
    """Documents, drafts, copies; each by title."""
    contradictions: tuple[Contradiction, ...]
    unread: tuple[UnreadFile, ...] = ()
    """The files that could not be looked through, by name."""


def hunt_ghosts(tx: Transaction, school: str, config: Config, today: date) -> Hunt:
    """Look through every text in force, every draft and every copy ever made."""
    policies = {policy.id: policy for policy in rows.list_policies(tx, school)}
    in_force = [
        version for key, version in rows.versions_in_force(tx, school).items() if policies[key].withdrawn_on is None
    ]
    directory = with_answers(known_directory(tx, school, config, today), list_settlements(tx, school))
    known = _DirectoryLookup.of(directory)
    notes = _notes_of_versions(tx, school)
    ghosts: list[Ghost] = []
    for source, versions in ((GhostSource.DOCUMENT, in_force), (GhostSource.DRAFT, rows.drafts(tx, school).values())):
        for version in versions:
            place = _SearchedDocument(source, policies[version.policy_id], version.path)
            ghosts += _in_text(place, version, rows.load_text(tx, version.id), known, notes.get(version.id))
    versions_by_id = {version.id: version for version in rows.list_versions(tx, school)}
    copies = copy_rows.list_copies(tx, school)
    last = {copy.policy_id: copy.id for copy in copies}
    for copy in copies:
        days = _made_and_ended(copy, config.zone, is_last=last[copy.policy_id] == copy.id)
        ghosts += _in_copy(policies[copy.policy_id], copy, versions_by_id[copy.version_id], known, days)
    order = list(GhostSource)
    ghosts.sort(key=lambda ghost: (order.index(ghost.source), ghost.title.casefold()))
    return Hunt(tuple(ghosts), find_contradictions(in_force, policies, directory), _unread(tx, school))


def _notes_of_versions(tx: Transaction, school: str) -> dict[int, CopyRow]:
    """Return, by version, what was noted when its copy was last made or tried."""
    latest = [*copy_rows.current_copies(tx, school).values(), *copy_rows.held_copies(tx, school).values()]
    return {copy.version_id: copy for copy in latest}


def _unread(tx: Transaction, school: str) -> tuple[UnreadFile, ...]:
    files = rows.list_source_files(tx, school).values()
    return tuple(
        UnreadFile(file.path, file.error_message or "It could not be read.")
        for file in sorted(files, key=lambda file: file.path.casefold())
        if file.error_code is not None and file.vanished_at is None
    )


# --- the directory of the day ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _DirectoryLookup:
    """Whom and what the directory knows, made ready for looking up."""

    directory: Directory
    former_phones: Mapping[str, Holder]
    """By their digits; those that a holder has today are left out."""
    former_addresses: Mapping[str, Holder]
    office_phones: frozenset[str] = field(default_factory=frozenset)
    office_addresses: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def of(cls, directory: Directory) -> "_DirectoryLookup":
        phones = {digits for holder in directory.holders for digits in _digits(holder.phone)}
        addresses = {clean_address(holder.email) for holder in directory.holders if holder.email}
        covered = {holder.covers for holder in directory.holders}
        former = [holder for holder in directory.former if holder.name not in covered]
        return cls(
            directory,
            {digits: one for one in former for digits in _digits(one.phone) if digits not in phones},
            {clean: one for one in former if one.email and (clean := clean_address(one.email)) not in addresses},
            frozenset(digits for one in directory.of("office") for digits in _digits(one.phone)),
            frozenset(clean_address(one.email) for one in directory.of("office") if one.email),
        )

    def knows_role(self, role: str) -> bool:
        """Whether the configuration says who holds the role; else the document is believed."""
        return bool(self.directory.of(role)) or role in self.directory.vacant

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles a person holds today."""
        return tuple(dict.fromkeys(holder.role for holder in self.directory.holders))

    def says(self, role: str) -> str:
        """Say who holds a role today."""
        names = [holder.name for holder in self.directory.of(role)]
        return f"that is {say_list(names)}" if names else "nobody is that today"

    def is_ghost(self, role: str, kind: GhostKind, value: str) -> bool:
        """Whether a name, number or address stands in a role whose holders it is not of."""
        holders = self.directory.of(role)
        if not self.knows_role(role):
            return False
        if kind is GhostKind.NAME:
            return parse_name(value) is not None and not any(
                same_person(value, holder.name, SHORTENED) for holder in holders
            )
        if kind is GhostKind.PHONE:
            digits = set(_digits(value)) - self.office_phones
            theirs = [set(_digits(holder.phone)) for holder in holders if holder.phone]
            return bool(digits and theirs) and not any(digits & each for each in theirs)
        addresses = {clean_address(holder.email) for holder in holders if holder.email}
        return "@" in value and bool(addresses) and clean_address(value) not in addresses | self.office_addresses


def _digits(phone: str | None) -> list[str]:
    return [number.digits for number in parse_phones(phone or "")]


# --- documents and drafts ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _SearchedDocument:
    """A document in which ghosts are looked for."""

    source: GhostSource
    policy: PolicyRow
    file: str

    def ghost(self, role: str, kind: GhostKind, value: str, where: str, message: str) -> Ghost:
        """Return a ghost met here."""
        policy = self.policy
        return Ghost(self.source, policy.slug, policy.title, self.file, role, kind, value, where, message)


class _Met:
    """What was met in one document or copy: nobody is told of twice, however the name is written."""

    def __init__(self) -> None:
        self._keys: set[str] = set()
        self._names: list[str] = []

    def is_new(self, kind: GhostKind, value: str) -> bool:
        """Whether a name, number or address was not met before; it is met now."""
        key = _key(kind, value)
        if key in self._keys or (
            kind is GhostKind.NAME and any(same_person(value, name, SHORTENED) for name in self._names)
        ):
            return False
        self._keys.add(key)
        if kind is GhostKind.NAME:
            self._names.append(value)
        return True


def _in_text(
    place: _SearchedDocument, version: VersionRow, text: str, known: _DirectoryLookup, noted: CopyRow | None
) -> Iterator[Ghost]:
    met = _Met()
    for role, kind, value in _stated(version.facts.contacts):
        if known.is_ghost(role, kind, value) and met.is_new(kind, value):
            yield place.ghost(role, kind, value, _quote_of(value, text), _as_stated(role, kind, value, known))
    yield from _noted(place, noted, text, known, met) if noted is not None else ()
    phones, addresses = list(known.former_phones), list(known.former_addresses)
    for line in text.splitlines():
        for found in find_details(line, phones, addresses):
            value = line[found.start : found.end]
            if found.phone is not None:
                kind, holder = GhostKind.PHONE, known.former_phones.get(found.phone.digits)
            else:
                kind, holder = GhostKind.EMAIL, known.former_addresses.get(found.email or "")
            if holder is not None and met.is_new(kind, value):
                message = f"{value} was {holder.name}'s, {say_role(holder.role)} before."
                yield place.ghost(holder.role, kind, value, _shortened(line), message)


def _noted(place: _SearchedDocument, copy: CopyRow, text: str, known: _DirectoryLookup, met: _Met) -> Iterator[Ghost]:
    """Yield whom the making of a copy met in the document beyond those read in a role: put right there, or unread."""
    for note in copy.replacements:
        role, kind, value = note["role"] or "", _KINDS.get(note["kind"] or ""), note["before"] or ""
        if kind is GhostKind.NAME and known.is_ghost(role, kind, value) and met.is_new(kind, value):
            message = f"{value} stands where the {say_role(role)} is meant; {known.says(role)}."
            yield place.ghost(role, kind, value, _quote_of(value, text), message)
    for one in copy.unknown:
        role, value = one["role"], one["value"]
        is_name = _KINDS.get(one["kind"]) is GhostKind.NAME
        if is_name and role in known.roles and met.is_new(GhostKind.NAME, value):
            message = f"{value} may be named as {say_role(role)}; {known.says(role)}. Please look."
            yield place.ghost(role, GhostKind.NAME, value, _quote_of(value, text), message)


def _stated(contacts: Iterable[Contact]) -> Iterator[tuple[str, GhostKind, str]]:
    for contact in contacts:
        for kind, value in (
            (GhostKind.NAME, contact.name),
            (GhostKind.PHONE, contact.phone),
            (GhostKind.EMAIL, contact.email),
        ):
            if value:
                yield contact.role, kind, value


def _key(kind: GhostKind, value: str) -> str:
    if kind is GhostKind.PHONE:
        return "/".join(_digits(value)) or value
    return clean_address(value) if kind is GhostKind.EMAIL else name_key(value) or value.casefold()


def _as_stated(role: str, kind: GhostKind, value: str, known: _DirectoryLookup) -> str:
    if kind is GhostKind.NAME:
        return f"{value} is named as {say_role(role)}; {known.says(role)}."
    return f"{value} is given for the {say_role(role)}; {known.says(role)}, with other details."


def _quote_of(value: str, text: str) -> str:
    folded = value.casefold()
    return next((_shortened(line) for line in text.splitlines() if folded in line.casefold()), "")


def _shortened(line: str) -> str:
    words = " ".join(line.split())
    return words if len(words) <= _LONGEST_QUOTE else words[: _LONGEST_QUOTE - 1] + "…"


# --- copies ------------------------------------------------------------------------------------------------------


def _in_copy(
    policy: PolicyRow, copy: CopyRow, version: VersionRow, known: _DirectoryLookup, made_and_ended: str
) -> Iterator[Ghost]:
    place = _SearchedDocument(GhostSource.COPY, policy, copy.code)
    met = _Met()
    for role, kind, value in _given_in(copy, version):
        if known.is_ghost(role, kind, value) and met.is_new(kind, value):
            message = f"The copy of {made_and_ended} gives {value} for the {say_role(role)}; {known.says(role)}."
            yield place.ghost(role, kind, value, "", message)


def _made_and_ended(copy: CopyRow, zone: ZoneInfo, *, is_last: bool) -> str:
    """Say when a copy was made and how it ended, in the school's days: the last one of a policy was never replaced."""
    made = say_day(copy.made_at.astimezone(zone).date())
    if copy.retired_at is None:
        return f"{made} (in use)"
    ended = say_day(copy.retired_at.astimezone(zone).date())
    return f"{made} ({'withdrawn' if is_last else 'replaced'} on {ended})"


def _given_in(copy: CopyRow, version: VersionRow) -> Iterator[tuple[str, GhostKind, str]]:
    """What a copy gives for each role: what was put into it, on its front too, else what the document has."""
    put = [(note, _KINDS[note["kind"] or ""]) for note in copy.replacements if note.get("kind") in _KINDS]
    for note, kind in put:
        yield note["role"] or "", kind, note["after"] or ""
    taken = [(note["role"], kind, note["before"] or "") for note, kind in put]
    for role, kind, value in _stated(version.facts.contacts):
        if not any(
            (role, kind) == each[:2]
            and (_key(kind, value) == _key(kind, each[2]) or same_person(value, each[2], SHORTENED))
            for each in taken
        ):
            yield role, kind, value
