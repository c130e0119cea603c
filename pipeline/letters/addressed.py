"""What is to be said to an address that is not said to a reader: reviews, who is late, what the office has to do.

Contributors yield their items for the people concerned; a letter to that address takes all of them.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from pipeline.config import Config
from pipeline.directory import LEAD
from pipeline.letters.items import LetterContents
from pipeline.letters.parts import LetterPart
from pipeline.model.contacts import Directory
from pipeline.people.obligations import has_left, is_away
from pipeline.policies.owners import Recipient, reachable, resolve_default_owner, resolve_owner
from pipeline.register.people.persons import PersonRow


@dataclass(frozen=True, slots=True)
class Addressed:
    """What one address is to be told of today."""

    address: str
    """As it is written."""
    name: str
    """As they are greeted; empty where only the address is known."""
    contents: LetterContents
    """Reviews, late readers and what the office has to do; nothing to read."""


def addresses_not_here(people: Sequence[PersonRow], today: date) -> frozenset[str]:
    """Return, in small letters, the addresses of those who have left or are away, and of nobody who is here."""
    here: set[str] = set()
    gone: set[str] = set()
    for row in people:
        is_gone = has_left(row.person, today) or is_away(row.person, today)
        (gone if is_gone else here).add(row.person.work_email or "")
    return frozenset(map(str.casefold, gone)) - frozenset(map(str.casefold, here)) if gone else frozenset()


def only_here(recipients: Sequence[Recipient], not_here: Set[str]) -> tuple[Recipient, ...]:
    """Return those of ``recipients`` who are here: no mail goes to a person who has left, or is away."""
    return tuple(one for one in recipients if one.address.casefold() not in not_here)


def owners_or_default(
    owner: str | None, directory: Directory, config: Config, not_here: Set[str], *, or_lead: bool = False
) -> tuple[tuple[Recipient, ...], bool]:
    """Return who is told of a policy with these words for its owner, and whether the words, or the role, name anybody.

    That is who looks after it, else the default owner, of those who are here. ``or_lead``: before the default owner the
    safeguarding lead, as of documents that others publish.
    """
    named = resolve_owner(owner, directory, config)
    if or_lead and not named:
        named = reachable(list(directory.of(LEAD)))
    owners = only_here(named, not_here) or only_here(resolve_default_owner(directory, config), not_here)
    return owners, bool(named)


def find_clerk(config: Config, directory: Directory, not_here: Set[str]) -> Recipient | None:
    """Return the clerk, by name where the contacts have one; None where no address is known, or they are away."""
    address = config.governors.clerk_email
    if not address:
        return None
    names = [one.name for one in directory.holders if (one.email or "").casefold() == address.casefold()]
    found = only_here((Recipient(address, names[0] if names else ""),), not_here)
    return found[0] if found else None


Telling = tuple[Recipient, LetterPart[Any], Any]
"""Who is told, in which part of a letter, and of what."""


def join_tellings(
    tellings: Iterable[Telling], said: Mapping[str, Addressed] = MappingProxyType({})
) -> dict[str, Addressed]:
    """Return what contributors tell, behind what is ``said`` already, by address in small letters."""
    joined = dict(said)
    for recipient, part, item in tellings:
        key = recipient.address.casefold()
        mine = joined.get(key, Addressed(recipient.address, recipient.name, LetterContents()))
        joined[key] = replace(mine, name=mine.name or recipient.name, contents=mine.contents.telling(part, item))
    return joined


def with_others(contents: LetterContents, others: LetterContents) -> LetterContents:
    """Return ``contents`` with what ``others`` say to a person who does not read it as staff behind."""
    for part, items in others.others:
        contents = contents.telling(part, *items)
    return contents
