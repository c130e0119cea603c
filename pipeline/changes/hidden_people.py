"""Leave out of what readers are shown of a text everybody whom the school's directory does not know in their role.

A difference quotes documents as they are written. A document may go on naming a former lead, since copies put today's
in her place; a reader with a worry must not ring her because a mail quoted it.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from pipeline.changes.asides import HONORIFICS, address_pattern, name_patterns, number_patterns
from pipeline.model.contacts import Directory, Holder
from pipeline.model.facts import Contact
from pipeline.named.names.letters import letters_of
from pipeline.named.names.likeness import SHORTENED, same_person
from pipeline.named.names.parts import title_of, without_title
from pipeline.named.names.spelling import spelled
from pipeline.named.names.titles import no_title_before
from pipeline.named.roles.vocabulary import find_roles
from pipeline.text import addresses
from pipeline.text.telephones import national_digits, parse_phones, without_numbers

_SURNAME = (
    rf"(?:\b{HONORIFICS}\s+(?:[A-Z][\w.'’-]*\s+){{{{0,2}}}}|(?<!^)(?<![.!?:]\s)\b){{0}}\b(?![\w.-]*@)"
    r"|\b{0}\b(?=['’]s\b|\s+(?:is|was|will|has|can|must|and|or)\b|\s*[,(:]|\W*$)"
)
"""A last name alone; at the head of a sentence only where no word of its own can be meant ("Field trips")."""
_OWN_ADDRESS = rf"(?<!{addresses.LOCAL}){addresses.LOCAL}*{{0}}{addresses.LOCAL}*@{addresses.DOMAIN}"
_SENTENCE_ENDS = re.compile(rf"{no_title_before()}(?<!\b[A-Z])[.!?;]\s|[\n|]")
_BETWEEN = re.compile(r"[\s,:(–-]*(?:(?:is|as)\s+)?(?:(?:the|our)\s+)?", re.IGNORECASE)
"""What may stand between a name and its role."""
_OF_SAFEGUARDING = re.compile(r"\b(?:leads?|deput\w+|safeguarding|child protection|D?DSL|DSP)\b", re.IGNORECASE)
NAME, NUMBER, ADDRESS = "(name)", "(number)", "(address)"


class HiddenPeople:
    """The people a text names in a role that is another person's today, and how to leave them out."""

    def __init__(self, stated: Iterable[Contact], directory: Directory) -> None:
        """Take whom the texts ``stated`` in roles, and who holds which today."""
        people = list(dict.fromkeys(chain(_formers(directory), _replaced(stated, directory))))
        self._holders = directory.holders
        holders = (*directory.holders, *((directory.office,) if directory.office else ()))
        self._numbers = {number.digits for each in holders for number in parse_phones(each.phone or "")}
        self._addresses = {each.email.casefold() for each in holders if each.email}
        names = _any_of(chain.from_iterable(name_patterns(each) for each in people)).pattern
        surnames = list(dict.fromkeys(_surnames(people)))
        alone = _any_of(_SURNAME.format(spelled(each, any_case=False)) for each in surnames).pattern
        self._names = re.compile(f"(?i:{names})|{alone}")
        own = (_OWN_ADDRESS.format(f"(?:{re.escape(each)}|{letters_of(each)})") for each in surnames)
        stated_details = (pattern for each in people for pattern in (*number_patterns(each), address_pattern(each)))
        self._details = _any_of((*filter(None, stated_details), *own), re.IGNORECASE)

    def hide(self, text: str) -> str:
        """Return ``text`` without their names, and without their numbers and addresses.

        A name stays beside a role that is theirs today ("Mrs Field, Headteacher", who was the lead).
        Where a name was left out, every number and address goes that is nobody's of today.
        """
        bare = self._details.sub(self._detail, text)
        bare = self._names.sub(self._name, bare)
        if bare == text:
            return text
        bare = addresses.ADDRESS.sub(lambda found: self._kept(found[0], ADDRESS), bare)
        return without_numbers(bare, lambda found: found.words if found.phone.digits in self._numbers else NUMBER)

    def _kept(self, found: str, instead: str) -> str:
        known = found.casefold() in self._addresses or national_digits(found) in self._numbers
        return found if known else instead

    def _name(self, found: re.Match[str]) -> str:
        roles = _told_roles(found.string, found.start(), found.end())
        held = {each.role for each in self._holders if _may_be(found[0], each)}
        return found[0] if roles and roles <= held else NAME

    def _detail(self, found: re.Match[str]) -> str:
        return self._kept(found[0], ADDRESS if "@" in found[0] else NUMBER)


def _formers(directory: Directory) -> Iterator[Contact]:
    for each in directory.former:
        yield Contact(each.role, each.name, each.phone, each.email)


def _may_be(words: str, holder: Holder) -> bool:
    """Return whether a name as it is written may be that of ``holder``."""
    title = title_of(words)
    if title and holder.title and title != holder.title.rstrip(".").casefold():
        return False
    return same_person(without_title(words), holder.name, SHORTENED)


def _told_roles(text: str, start: int, end: int) -> frozenset[str]:
    """Return the roles a sentence tells, one of them beside the name there; empty where none is, or one is doubtful."""
    first = max((each.end() for each in _SENTENCE_ENDS.finditer(text, 0, start)), default=0)
    following = _SENTENCE_ENDS.search(text, end)
    last = following.start() if following else len(text)
    roles = [each for each in find_roles(text) if first <= each.start and each.end <= last]
    beside = any(
        _BETWEEN.fullmatch(text, *((end, role.start) if role.start >= end else (role.end, start))) for role in roles
    )
    told = text[first:last]
    for role in roles:
        told = told.replace(role.text, "")
    return frozenset(role.role for role in roles) if beside and not _OF_SAFEGUARDING.search(told) else frozenset()


def _replaced(stated: Iterable[Contact], directory: Directory) -> Iterator[Contact]:
    """Yield whom a text names in a role that others hold today, or nobody."""
    for contact in stated:
        holders = directory.of(contact.role)
        if contact.name is None or not (holders or contact.role in directory.vacant):
            continue
        if not any(same_person(contact.name, each.name, SHORTENED) for each in holders):
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
