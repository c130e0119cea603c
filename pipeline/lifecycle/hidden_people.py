"""Leave out of what readers are shown of a text everybody whom the school's directory does not know in their role.

A difference quotes documents as they are written. A document may go on naming a former lead, since copies put today's
in her place; a reader with a worry must not ring her because a mail quoted it.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from pipeline.lifecycle.asides import EMAIL, HONORIFICS, PHONE, address_pattern, name_patterns, number_pattern
from pipeline.lifecycle.sameness import same_person
from pipeline.model import Contact, Directory

_SURNAME = (
    rf"(?:\b{HONORIFICS}\s+(?:[A-Z][\w.'’-]*\s+){{{{0,2}}}}|(?<!^)(?<![.!?:]\s)\b){{0}}\b(?![\w.-]*@)"
    r"|\b{0}\b(?=['’]s\b|\s+(?:is|was|will|has|can|must|and|or)\b|\s*[,(:]|\W*$)"
)
"""A last name alone; at the head of a sentence only where no word of its own can be meant ("Field trips")."""
_OWN_ADDRESS = r"(?<![\w.])[\w.+'-]*{0}[\w.+'-]*@[\w-]+(?:\.[\w-]+)+"
NAME, NUMBER, ADDRESS = "(name)", "(number)", "(address)"


class HiddenPeople:
    """The people a text names in a role that is somebody else's today, and how to leave them out."""

    def __init__(self, stated: Iterable[Contact], directory: Directory) -> None:
        """Take whom the texts ``stated`` in roles, and who holds which today."""
        people = list(dict.fromkeys(chain(_formers(directory), _replaced(stated, directory))))
        holders = (*directory.holders, *((directory.office,) if directory.office else ()))
        self._numbers = {_digits(each.phone) for each in holders if each.phone}
        self._addresses = {each.email.casefold() for each in holders if each.email}
        self._names = _any_of(chain.from_iterable(name_patterns(each) for each in people), re.IGNORECASE)
        surnames = list(dict.fromkeys(_surnames(people)))
        self._surnames = _any_of(_SURNAME.format(re.escape(each)) for each in surnames)
        details = [pattern for each in people for pattern in (number_pattern(each), address_pattern(each)) if pattern]
        self._details = _any_of((*details, *(_OWN_ADDRESS.format(re.escape(each)) for each in surnames)), re.IGNORECASE)

    def hide(self, text: str) -> str:
        """Return ``text`` without their names, and without their numbers and addresses.

        Where a name was left out, every number and address goes that is nobody's of today.
        """
        bare = self._details.sub(self._detail, text)
        bare = self._surnames.sub(NAME, self._names.sub(NAME, bare))
        if bare == text:
            return text
        bare = EMAIL.sub(lambda found: self._kept(found[0], ADDRESS), bare)
        return PHONE.sub(lambda found: self._kept(found[0], NUMBER), bare)

    def _kept(self, found: str, instead: str) -> str:
        known = found.casefold() in self._addresses or _digits(found) in self._numbers
        return found if known else instead

    def _detail(self, found: re.Match[str]) -> str:
        return self._kept(found[0], ADDRESS if "@" in found[0] else NUMBER)


def _formers(directory: Directory) -> Iterator[Contact]:
    for each in directory.former:
        yield Contact(each.role, each.name, each.phone, each.email)


def _replaced(stated: Iterable[Contact], directory: Directory) -> Iterator[Contact]:
    """Yield whom a text names in a role that others hold today, or nobody."""
    for contact in stated:
        holders = directory.of(contact.role)
        if contact.name is None or not (holders or contact.role in directory.vacant):
            continue
        if not any(same_person(contact.name, each.name) for each in holders):
            yield contact


def _surnames(people: Iterable[Contact]) -> Iterator[str]:
    """Yield last names, which a text may give alone."""
    for each in people:
        words = (each.name or "").split()
        if len(words) > 1 and len(words[-1]) > 2:
            yield words[-1]


def _any_of(patterns: Iterable[str], flags: int = 0) -> re.Pattern[str]:
    found = "|".join(f"(?:{each})" for each in patterns)
    return re.compile(found or r"(?!)", flags)


def _digits(number: str | None) -> str:
    return re.sub(r"\D", "", number or "")
