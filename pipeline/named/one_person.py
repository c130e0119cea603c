"""Bring together what a document says of one person in a role: names in full and short, numbers, lead or deputy.

Behind ``contacts``, which finds who is named. In: each person once a role and way of writing. Out: each person once.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from pipeline.model.facts import Contact
from pipeline.named.roles.vocabulary import OF_LEADS
from pipeline.places import Place

Found = Mapping[tuple[str, str], "FoundContact"]
"""By role and the letters of the name, in reading order."""


@dataclass(frozen=True, slots=True)
class NamedPerson:
    """A person found in a line, before number and address are looked for."""

    role: str
    name: str
    line: int
    end: int
    """Where the name ends in its line's text."""
    confidence: float
    bare: str = ""
    """The role where it was named without its field ("Designated person")."""
    of_trust: bool = False
    details: tuple[str, ...] | None = None
    """The numbers and addresses that a layout gives the person; None where it gives nobody any."""


@dataclass(frozen=True, slots=True)
class FoundContact:
    """A contact with its place and how sure the reading is."""

    contact: Contact
    text: str
    """The words that name the person."""
    where: Place
    confidence: float


_INITIAL = re.compile(r"\w\.?")


def whole_names(found: Found) -> dict[tuple[str, str], FoundContact]:
    """Return ``found`` with a surname, alone or behind initials, as the one of the role who is called so."""
    whole: dict[tuple[str, str], FoundContact] = {}
    for key, each in found.items():
        fuller = [other for other in found if other[0] == key[0] and _is_short_for(each, found[other])]
        if len(fuller) == 1:
            known, short = found[fuller[0]], each.contact
            merged = merge_contact(
                known, Contact(short.role, known.contact.name, short.phone, short.email), each.confidence
            )
            whole[fuller[0]] = whole.get(fuller[0]) or merged
        else:
            whole.setdefault(key, each)
    return whole


def _is_short_for(one: FoundContact, other: FoundContact) -> bool:
    """Say whether a name is no more than another's surname, with initials that fit: "Mrs Thorne", "A. Thorne"."""
    if one.contact.name is None or other.contact.name is None:
        return False
    short, full = one.contact.name.casefold().split(), other.contact.name.casefold().split()
    if len(full) < 2 or short[-1] != full[-1] or _INITIAL.fullmatch(full[0]):
        return False
    initials = [word.strip(".") for word in short[:-1]]
    return all(len(word) == 1 for word in initials) and (not initials or initials[0] == full[0][0])


def merge_contact(known: FoundContact, contact: Contact, confidence: float) -> FoundContact:
    return replace(
        known,
        confidence=max(known.confidence, confidence),
        contact=replace(
            known.contact, phone=known.contact.phone or contact.phone, email=known.contact.email or contact.email
        ),
    )


def drop_double_roles(found: Found) -> tuple[FoundContact, ...]:
    """A person read both as lead and as deputy is whichever was said first."""
    first: dict[str, str] = {}
    for role, name in found:
        if role in OF_LEADS:
            first.setdefault(name, role)
    return tuple(each for (role, name), each in found.items() if role not in OF_LEADS or first[name] == role)
