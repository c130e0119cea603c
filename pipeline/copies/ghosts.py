"""The ghost hunt: people, numbers and addresses that live on in documents, drafts and earlier copies.

Held against the directory of the day: whoever stands in a role without holding it, a number or address that no holder
of the role has, those of former holders anywhere in a text, and policies that disagree about who holds a role.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from pipeline.config import Config
from pipeline.copies.details import clean_address, find_details, parse_phones
from pipeline.copies.names import parse_name
from pipeline.copies.plan import ReplacementKind
from pipeline.lifecycle.wording import say_day, say_list, say_role
from pipeline.model import Contact, Directory, Holder
from pipeline.register import copies as copy_rows
from pipeline.register import policies as rows
from pipeline.register.copies import CopyRow
from pipeline.register.database import Transaction
from pipeline.register.policies import PolicyRow, VersionRow

_ONE_HOLDER = ("dsl", "headteacher", "chair-of-governors", "safeguarding-governor", "senco")
"""Roles of one person, so that two names contradict each other."""
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
class NamedBy:
    """One name in a role and the documents that give it."""

    name: str
    slugs: tuple[str, ...]
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Documents in force that disagree about who holds a role."""

    role: str
    names: tuple[NamedBy, ...]
    message: str


@dataclass(frozen=True, slots=True)
class Hunt:
    """What the hunt found."""

    ghosts: tuple[Ghost, ...]
    """Documents, drafts, copies; each by title."""
    contradictions: tuple[Contradiction, ...]


def hunt_ghosts(tx: Transaction, school: str, config: Config, today: date) -> Hunt:
    """Look through every text in force, every draft and every copy ever made."""
    policies = {policy.id: policy for policy in rows.list_policies(tx, school)}
    in_force = [
        version for key, version in rows.versions_in_force(tx, school).items() if policies[key].withdrawn_on is None
    ]
    known = _Known.of(config.directory(today))
    ghosts: list[Ghost] = []
    for source, versions in ((GhostSource.DOCUMENT, in_force), (GhostSource.DRAFT, rows.drafts(tx, school).values())):
        for version in versions:
            place = _Place(source, policies[version.policy_id], version.path)
            ghosts += _in_text(place, version, rows.load_text(tx, version.id), known)
    versions_by_id = {version.id: version for version in rows.list_versions(tx, school)}
    for copy in copy_rows.list_copies(tx, school):
        ghosts += _in_copy(policies[copy.policy_id], copy, versions_by_id[copy.version_id], known)
    order = list(GhostSource)
    ghosts.sort(key=lambda ghost: (order.index(ghost.source), ghost.title.casefold()))
    return Hunt(tuple(ghosts), tuple(_contradictions(in_force, policies)))


# --- the directory of the day ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Known:
    """Whom and what the directory knows, made ready for looking up."""

    directory: Directory
    former_phones: Mapping[str, Holder]
    """By their digits; those that somebody has today are left out."""
    former_addresses: Mapping[str, Holder]
    office_phones: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def of(cls, directory: Directory) -> "_Known":
        phones = {digits for holder in directory.holders for digits in _digits(holder.phone)}
        addresses = {clean_address(holder.email) for holder in directory.holders if holder.email}
        covered = {holder.covers for holder in directory.holders}
        former = [holder for holder in directory.former if holder.name not in covered]
        return cls(
            directory,
            {digits: one for one in former for digits in _digits(one.phone) if digits not in phones},
            {clean: one for one in former if one.email and (clean := clean_address(one.email)) not in addresses},
            frozenset(digits for one in directory.of("office") for digits in _digits(one.phone)),
        )

    def knows_role(self, role: str) -> bool:
        """Whether the configuration says who holds the role; else the document is believed."""
        return bool(self.directory.of(role)) or role in self.directory.vacant

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
            return parse_name(value) is not None and not any(_may_be(value, holder.name) for holder in holders)
        if kind is GhostKind.PHONE:
            digits = set(_digits(value)) - self.office_phones
            theirs = [set(_digits(holder.phone)) for holder in holders if holder.phone]
            return bool(digits and theirs) and not any(digits & each for each in theirs)
        addresses = {clean_address(holder.email) for holder in holders if holder.email}
        return "@" in value and bool(addresses) and clean_address(value) not in addresses


def _digits(phone: str | None) -> list[str]:
    return [number.digits for number in parse_phones(phone or "")]


def _may_be(one: str, other: str) -> bool:
    first, second = parse_name(one), parse_name(other)
    return first is not None and second is not None and first.may_be(second)


# --- documents and drafts ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Place:
    """A document in which ghosts are looked for."""

    source: GhostSource
    policy: PolicyRow
    file: str

    def ghost(self, role: str, kind: GhostKind, value: str, where: str, message: str) -> Ghost:
        """Return a ghost met here."""
        policy = self.policy
        return Ghost(self.source, policy.slug, policy.title, self.file, role, kind, value, where, message)


def _in_text(place: _Place, version: VersionRow, text: str, known: _Known) -> Iterator[Ghost]:
    met: set[str] = set()
    for role, kind, value in _stated(version.facts.contacts):
        key = _key(kind, value)
        if known.is_ghost(role, kind, value) and key not in met:
            met.add(key)
            yield place.ghost(role, kind, value, _quote_of(value, text), _as_stated(role, kind, value, known))
    phones, addresses = list(known.former_phones), list(known.former_addresses)
    for line in text.splitlines():
        for found in find_details(line, phones, addresses):
            value = line[found.start : found.end]
            if found.phone is not None:
                kind, holder = GhostKind.PHONE, known.former_phones.get(found.phone.digits)
            else:
                kind, holder = GhostKind.EMAIL, known.former_addresses.get(found.email or "")
            if holder is not None and (key := _key(kind, value)) not in met:
                met.add(key)
                message = f"{value} was {holder.name}'s, {say_role(holder.role)} before."
                yield place.ghost(holder.role, kind, value, _shortened(line), message)


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
    return clean_address(value) if kind is GhostKind.EMAIL else value.casefold()


def _as_stated(role: str, kind: GhostKind, value: str, known: _Known) -> str:
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


def _in_copy(policy: PolicyRow, copy: CopyRow, version: VersionRow, known: _Known) -> Iterator[Ghost]:
    place = _Place(GhostSource.COPY, policy, copy.code)
    made = say_day(copy.made_at.date())
    state = "in use" if copy.retired_at is None else f"replaced on {say_day(copy.retired_at.date())}"
    met: set[str] = set()
    for role, kind, value in _given_in(copy, version):
        key = _key(kind, value)
        if known.is_ghost(role, kind, value) and key not in met:
            met.add(key)
            message = f"The copy of {made} ({state}) gives {value} for the {say_role(role)}; {known.says(role)}."
            yield place.ghost(role, kind, value, "", message)


def _given_in(copy: CopyRow, version: VersionRow) -> Iterator[tuple[str, GhostKind, str]]:
    """What a copy gives for each role: what was put into it, else what the document has."""
    kinds = {
        ReplacementKind.NAME.value: GhostKind.NAME,
        ReplacementKind.PHONE.value: GhostKind.PHONE,
        ReplacementKind.EMAIL.value: GhostKind.EMAIL,
    }
    put = [
        (note["role"] or "", kinds[note["kind"] or ""], note["after"] or "")
        for note in copy.replacements
        if note.get("kind") in kinds
    ]
    yield from put
    replaced = {(role, kind) for role, kind, _ in put}
    for role, kind, value in _stated(version.facts.contacts):
        if (role, kind) not in replaced:
            yield role, kind, value


# --- contradictions ----------------------------------------------------------------------------------------------


def _contradictions(versions: Sequence[VersionRow], policies: Mapping[int, PolicyRow]) -> Iterator[Contradiction]:
    by_title = sorted(versions, key=lambda version: policies[version.policy_id].title.casefold())
    for role in _ONE_HOLDER:
        named: list[tuple[str, dict[str, str]]] = []
        for version in by_title:
            policy = policies[version.policy_id]
            for contact in version.facts.contacts:
                if contact.role == role and contact.name:
                    _put_with_same_person(named, contact.name, policy)
        if len(named) > 1 and len({slug for _, where in named for slug in where}) > 1:
            names = tuple(NamedBy(name, tuple(where), tuple(where.values())) for name, where in named)
            told = say_list([f"{each.name} ({say_list(list(each.titles))})" for each in names])
            yield Contradiction(role, names, f"Policies disagree about who is {say_role(role)}: {told}.")


def _put_with_same_person(named: list[tuple[str, dict[str, str]]], name: str, policy: PolicyRow) -> None:
    for known, where in named:
        if known.casefold() == name.casefold() or _may_be(known, name):
            where[policy.slug] = policy.title
            return
    named.append((name, {policy.slug: policy.title}))
