"""Pair whom a document names with who holds the role now: the one map that all of a copy's replacements come from."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from pipeline.model.contacts import Directory, Holder
from pipeline.model.facts import Contact
from pipeline.named.details.found import belongs_to, clean_address, is_public_address
from pipeline.named.names.likeness import SHORTENED, same_person
from pipeline.named.names.parts import PersonName, parse_name
from pipeline.reasons.reason import Reason, because
from pipeline.text.telephones import PhoneNumber, is_for_everybody, parse_phones

_SEVERAL = frozenset({"deputy-dsl"})
"""Roles that several people hold at once, so that one of them cannot stand for another."""
_OF_THE_SCHOOL = frozenset(
    ("dsl", "deputy-dsl", "headteacher", "chair-of-governors", "safeguarding-governor", "senco", "designated-teacher")
)


@dataclass(frozen=True, slots=True)
class Standing:
    """A person whom a document (or the list of former holders) names in a role, and who stands there now."""

    role: str
    name: PersonName | None
    phones: tuple[PhoneNumber, ...]
    emails: tuple[str, ...]
    """As ``clean_address`` gives them."""
    holder: Holder | None
    """Who holds the role now in this person's place; None where nobody could be told."""
    stated: bool
    """The document names the person in the role; else only the list of former holders does."""
    earlier_phones: tuple[PhoneNumber, ...] = ()
    """Numbers that only the list of former holders gives; the holder's first number stands for each."""
    trouble: Reason | None = None
    """Why ``holder`` is None; None where the directory has no entry for the role."""
    vacant: bool = False
    """Nobody holds the role today, and this person, whom the school's contacts know of, does not hold it."""

    @property
    def all_phones(self) -> tuple[PhoneNumber, ...]:
        """Every number known to be, or to have been, the person's in the role."""
        return self.phones + self.earlier_phones

    @property
    def has_entry(self) -> bool:
        """Whether the directory has an entry for the role, be it that nobody could be told."""
        return self.holder is not None or self.trouble is not None

    @property
    def stays(self) -> bool:
        """Whether the person named is the one who holds the role, or nothing is known against it."""
        if self.holder is None:
            return self.trouble is None
        return same_person(self.name, self.holder.name, SHORTENED)

    @property
    def new_name(self) -> PersonName | None:
        """The name of the holder, taken apart."""
        return parse_name(self.holder.name) if self.holder else None


def role_words(role: str) -> str:
    """Return a role as a person says it."""
    known = {
        "dsl": "designated safeguarding lead",
        "deputy-dsl": "deputy designated safeguarding lead",
        "lado": "local authority designated officer",
        "senco": "SENCO",
        "childrens-social-care": "children’s social care",
    }
    return known.get(role, role.replace("-", " "))


def pair_with_directory(stated: Sequence[Contact], directory: Directory) -> tuple[Standing, ...]:
    """Pair every stated contact with its role's holder, then add the former holders the document may still name.

    Several deputies: those who still hold the role stay, the others are paired in the order of the document and of
    the directory; where their numbers differ nobody is guessed. Roles in the order of the document.
    """
    return _paired_with(tuple(stated), directory)


@lru_cache(maxsize=16)
def _paired_with(stated: tuple[Contact, ...], directory: Directory) -> tuple[Standing, ...]:
    merged = _merged(_own_details(contact, directory) for contact in stated)
    standings: list[Standing] = []
    for role in dict.fromkeys(standing.role for standing in merged):
        vacant = not directory.of(role) and role in directory.vacant
        settled = {each: _settled(each, directory) for each in merged if each.role == role}
        named = [each for each, own in settled.items() if own is None]
        standings += [own for own in settled.values() if own is not None]
        standings += [_vacant(each, directory) for each in named] if vacant else _paired(named, directory)
    return _with_former(standings, directory)


def _settled(standing: Standing, directory: Directory) -> Standing | None:
    """Return a person whom the owner said to stand rightly in the role, holding it in their own place; else None."""
    mine = [one for one in directory.settled if one.role == standing.role]
    own = next((one for one in mine if _is_same(standing, one)), None)
    if own is None or standing.name is None:
        return None
    return replace(standing, holder=replace(own, name=standing.name.full))


def pair_by_name(named: Sequence[Contact], holders: Sequence[Holder]) -> tuple[list[Contact], list[Holder]]:
    """Return who of ``named`` holds the role no longer and who holds it newly, each in the order given."""
    remaining = list(holders)
    going: list[Contact] = []
    for contact in named:
        entry = _standing(contact.role, contact.name, contact.phone, contact.email, stated=True)
        same = next((one for one in remaining if _is_same(entry, one)), None)
        if same is None:
            going.append(contact)
        else:
            remaining.remove(same)
    return going, remaining


def _own_details(contact: Contact, directory: Directory) -> Contact:
    """Leave out a number or address that cannot be a person's at the school: a helpline's, a public body's."""
    name = parse_name(contact.name or "")
    if name is None or contact.role not in _OF_THE_SCHOOL:
        return contact
    people = (*directory.holders, *directory.former)
    domains = {clean_address(one.email).rpartition("@")[2] for one in people if one.email}
    email, phones = contact.email, parse_phones(contact.phone or "")
    if email and all(
        is_public_address(one)
        and not belongs_to(one, name.first, name.surname)
        and one.rpartition("@")[2] not in domains
        for one in _addresses(email)
    ):
        email = None
    phone = None if phones and all(is_for_everybody(one.digits) for one in phones) else contact.phone
    return replace(contact, phone=phone, email=email)


def _addresses(text: str) -> tuple[str, ...]:
    return tuple(clean_address(part) for part in re.split(r"[;,]|\s+or\s+", text) if "@" in part)


def _merged(stated: Iterable[Contact]) -> list[Standing]:
    """One standing a person and role, with all the numbers and addresses the document gives."""
    merged: list[Standing] = []
    for contact in stated:
        entry = _standing(contact.role, contact.name, contact.phone, contact.email, stated=True)
        for index, known in enumerate(merged):
            if known.role == entry.role and same_person(known.name, entry.name, SHORTENED):
                merged[index] = _enriched(known, entry)
                break
        else:
            merged.append(entry)
    return merged


def _vacant(standing: Standing, directory: Directory) -> Standing:
    who, role = standing.name.full if standing.name else because("nameless"), role_words(standing.role)
    says = because("names-as", who=who, role=role) if standing.stated else because("leads-to", who=who, role=role)
    cure = because("name-who-covers")
    if standing.role not in directory.vacant:
        cure = because("no-entry", role=standing.role)
    return replace(standing, trouble=because("nobody-today", says=says, cure=cure), vacant=True)


def _standing(role: str, name: str | None, phone: str | None, email: str | None, *, stated: bool) -> Standing:
    phones, emails = parse_phones(phone or ""), _addresses(email or "")
    return Standing(role, parse_name(name or ""), phones, emails, None, stated)


def _enriched(known: Standing, more: Standing) -> Standing:
    name = known.name
    if more.name is not None and (name is None or (more.name.knows_first and not name.knows_first)):
        name = more.name
    phones = known.phones + tuple(phone for phone in more.phones if phone not in known.phones)
    emails = known.emails + tuple(email for email in more.emails if email not in known.emails)
    return replace(known, name=name, phones=phones, emails=emails)


def _paired(named: list[Standing], directory: Directory) -> list[Standing]:
    holders = directory.of(named[0].role) if named else ()
    if not holders:
        return named
    if len(holders) == 1 and named[0].role not in _SEVERAL:
        unknown = _unknown(named, holders[0], directory)
        trouble = _several_people(named, holders[0]) if unknown else None
        return [
            replace(each, trouble=trouble) if each in unknown else replace(each, holder=holders[0]) for each in named
        ]
    remaining = list(holders)
    paired: list[Standing] = []
    for each in named:
        same = next((one for one in remaining if _is_same(each, one)), None)
        if same is not None:
            remaining.remove(same)
        paired.append(replace(each, holder=same))
    open_ones = [each for each in paired if each.holder is None]
    if len(open_ones) == len(remaining):
        successors = iter(remaining)
        return [each if each.holder else replace(each, holder=next(successors)) for each in paired]
    trouble = _different_numbers(named, holders)
    return [each if each.holder else replace(each, trouble=trouble) for each in paired]


def _unknown(named: Sequence[Standing], holder: Holder, directory: Directory) -> list[Standing]:
    """Return who may be another school's, where a document gives a role of one holder to several people.

    Empty where one person only is named: one who stands in the role alone gives way to the holder.
    """
    people = [each for each in named if each.name is not None]
    known = [holder, *(each for each in directory.former if each.role == holder.role)]
    return [each for each in people if not any(_is_same(each, one) for one in known)] if len(people) > 1 else []


def _several_people(named: Sequence[Standing], holder: Holder) -> Reason:
    people = ", ".join(each.name.full for each in named if each.name)
    return because("several-of-one-post", people=people, role=role_words(holder.role), name=holder.name)


def _is_same(standing: Standing, holder: Holder) -> bool:
    if standing.name is not None:
        return same_person(standing.name, holder.name, SHORTENED)
    return bool(set(standing.phones) & set(parse_phones(holder.phone or ""))) or (
        holder.email is not None and clean_address(holder.email) in standing.emails
    )


def _different_numbers(named: Sequence[Standing], holders: Sequence[Holder]) -> Reason:
    people = ", ".join(each.name.full for each in named if each.name) or because("nameless")
    now = ", ".join(holder.name for holder in holders)
    role = role_words(named[0].role)
    return because("different-numbers", count=len(named), role=role, people=people, others=len(holders), names=now)


def _with_former(standings: list[Standing], directory: Directory) -> tuple[Standing, ...]:
    for former in directory.former:
        holders = directory.of(former.role)
        entry = _standing(former.role, former.name, former.phone, former.email, stated=False)
        if not (entry.name or entry.phones or entry.emails) or any(_is_same(entry, holder) for holder in holders):
            continue
        for index, known in enumerate(standings):
            if known.role == former.role and same_person(known.name, entry.name, SHORTENED):
                richer = _enriched(known, entry)
                earlier = tuple(phone for phone in entry.phones if phone not in known.phones)
                both = replace(richer, phones=known.phones, earlier_phones=earlier)
                standings[index] = both if holders or both.vacant else _vacant(both, directory)
                break
        else:
            standings.append(_successor(entry, holders) if holders else _vacant(entry, directory))
    return tuple(standings)


def _successor(entry: Standing, holders: tuple[Holder, ...]) -> Standing:
    if len(holders) == 1:
        return replace(entry, holder=holders[0])
    return replace(entry, trouble=_different_numbers([entry], holders))
