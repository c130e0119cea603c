"""What changed between two texts of one policy, with contacts and the dates of the header block set aside.

Pure functions over the words; ``revisions`` decides what the difference means.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from pipeline.lifecycle.dates import find_dates
from pipeline.model import Contact, Facts

_LIFECYCLE_WORDS = re.compile(
    r"\b(approv|review|adopt|ratif|agreed|amend|updat|revis|version|issue[ds]?\b|effective|date[ds]?\b|edition)",
    re.IGNORECASE,
)
_LABEL_LINE_WORDS = 14
"""A line of a header block is short; a sentence of the body that happens to hold a date is not."""
_HONORIFICS = r"(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Rev|Sir|Dame|Fr|Sr)\.?"
_PRONOUNS = re.compile(r"\b(she|he|they|her|hers|his|him|their|theirs|them)\b", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"[\w'’-]+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Change:
    """One paragraph that differs. A side is None where the paragraph was added or taken out."""

    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """How two texts of one policy differ."""

    same_words: bool
    """Not a single word differs."""
    same_but_dates: bool
    """Only dates of the header block, page footer or revision table differ."""
    same_but_contacts: bool
    """Only details of people in roles (and dates as above) differ."""
    changes: tuple[Change, ...]
    """What differs beyond contacts and dates, in the order of the later text."""
    words_changed: tuple[str, ...]
    """Every word or mark taken out or put in within ``changes``, lower case."""


def compare_texts(before: str, before_facts: Facts, after: str, after_facts: Facts) -> Comparison:
    """Compare two texts of one policy, paragraph by paragraph and word by word."""
    old, new = _paragraphs(before), _paragraphs(after)
    old_dateless, new_dateless = _without_dates(old), _without_dates(new)
    contacts = (*before_facts.contacts, *after_facts.contacts)
    old_bare, new_bare = _without_contacts(old_dateless, contacts), _without_contacts(new_dateless, contacts)
    changes = () if old_bare == new_bare else tuple(_changes(old_bare, new_bare, old_dateless, new_dateless))
    return Comparison(
        same_words=old == new,
        same_but_dates=old_dateless == new_dateless,
        same_but_contacts=old_bare == new_bare,
        changes=changes,
        words_changed=tuple(word for change in changes for word in _changed_words(change)),
    )


def _paragraphs(text: str) -> list[str]:
    """Fold white space and drop empty lines: a policy saved again by another program is still the same policy."""
    return [folded for line in text.split("\n") if (folded := _SPACE.sub(" ", line).strip())]


def _without_dates(paragraphs: Sequence[str]) -> list[str]:
    return [_without_date(paragraph) for paragraph in paragraphs]


def _without_date(paragraph: str) -> str:
    if len(paragraph.split()) > _LABEL_LINE_WORDS:
        return paragraph
    found = find_dates(paragraph)
    bare = paragraph
    for date in reversed(found):
        bare = bare[: date.start] + bare[date.end :]
    is_label_line = _LIFECYCLE_WORDS.search(bare) is not None or not bare.strip(" .:–-")
    return _SPACE.sub(" ", bare).strip() if is_label_line else paragraph


def _without_contacts(paragraphs: Sequence[str], contacts: Sequence[Contact]) -> list[str]:
    patterns = [pattern for contact in contacts for pattern in _contact_patterns(contact)]
    if not patterns:
        return list(paragraphs)
    anyone = re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)
    return [_without_contact(paragraph, anyone) for paragraph in paragraphs]


def _without_contact(paragraph: str, anyone: re.Pattern[str]) -> str:
    bare, count = anyone.subn("", paragraph)
    if count or re.search(r"\bcontact details\b", bare):
        bare = _PRONOUNS.sub("", bare)
    return _SPACE.sub(" ", bare).strip()


def _contact_patterns(contact: Contact) -> list[str]:
    """Return patterns for the written forms of one contact: name, title or initial with surname, number, address."""
    patterns = []
    if contact.email:
        # A stray space after the full stop is common where Word was left to correct the sentence.
        patterns.append(
            r"(?<![\w.])" + r"\s?".join(re.escape(part) for part in re.split(r"(?<=[.@])", contact.email)) + r"(?!\w)"
        )
    if contact.phone and len(digits := re.sub(r"\D", "", contact.phone)) >= 6:
        patterns.append(r"(?<!\d)" + r"[\s().-]*".join(digits) + r"(?!\d)")
    names = (contact.name or "").split()
    if len(names) > 1:
        first, last = re.escape(names[0]), re.escape(names[-1])
        patterns.append(rf"\b(?:{_HONORIFICS}\s+)?(?:{first}|{first[0]}\.?)\s+(?:[\w'’.-]+\s+)??{last}\b")
        patterns.append(rf"\b{_HONORIFICS}\s+{last}\b")
    elif names:
        patterns.append(rf"\b(?:{_HONORIFICS}\s+)?{re.escape(names[0])}\b")
    return patterns


def _changes(old_bare: list[str], new_bare: list[str], old: list[str], new: list[str]) -> list[Change]:
    changes: list[Change] = []
    matcher = SequenceMatcher(None, old_bare, new_bare, autojunk=False)
    for tag, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        if tag == "equal":
            continue
        befores, afters = old[old_start:old_end], new[new_start:new_end]
        paired = min(len(befores), len(afters))
        changes += [Change(before, after) for before, after in zip(befores, afters, strict=False)]
        changes += [Change(before, None) for before in befores[paired:]]
        changes += [Change(None, after) for after in afters[paired:]]
    return changes


def _changed_words(change: Change) -> list[str]:
    before = _WORD.findall((change.before or "").lower())
    after = _WORD.findall((change.after or "").lower())
    words: list[str] = []
    for tag, old_start, old_end, new_start, new_end in SequenceMatcher(
        None, before, after, autojunk=False
    ).get_opcodes():
        if tag != "equal":
            words += before[old_start:old_end] + after[new_start:new_end]
    return words
