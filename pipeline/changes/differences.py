"""What changed for a reader between two versions: the paragraphs that differ, marked word by word.

Contacts and the dates of the header block are set aside (``compare``), so that a reader sees what they have to do
otherwise, and nothing else. For a first reading there is no difference.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from pipeline.changes.compare import ParagraphChange, PolicyPart, TextComparison
from pipeline.wording import say_count, say_list

_TOKEN = re.compile(r"\w+(?:['’-]\w+|(?<=\d)[.:,/](?=\d)\w+)*|\s+|[^\w\s]")
_LONGEST_SHOWN = 1_200
"""A paragraph longer than this is shown around its changes only."""
_KEPT_AROUND = 160
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u202a-\u202e\u2066-\u2069]")


class WordChange(StrEnum):
    """What became of some words."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class MarkedWords:
    """A stretch of words with one mark."""

    text: str
    mark: WordChange


@dataclass(frozen=True, slots=True)
class ChangedParagraph:
    """One paragraph that differs."""

    mark: WordChange
    """``ADDED`` or ``REMOVED`` for a whole paragraph, ``SAME`` for one that was changed inside."""
    words: tuple[MarkedWords, ...]
    part: PolicyPart | None = None
    """Where it stands, in a policy with a local appendix."""

    @property
    def as_text(self) -> str:
        """The paragraph for a plain mail: ``[taken out: …]`` and ``[new: …]`` around the words that differ."""
        said = {WordChange.ADDED: "[new: {}]", WordChange.REMOVED: "[taken out: {}]", WordChange.SAME: "{}"}
        return "".join(said[words.mark].format(words.text) for words in self.words)


@dataclass(frozen=True, slots=True)
class WhatChanged:
    """What changed of a policy since one reader's last reading of it."""

    line: str
    """In a sentence: which version they read, when, and how much of it is different."""
    paragraphs: tuple[ChangedParagraph, ...]
    """In the order of the text in use; empty where nothing they need to know of has changed."""

    def heading_of(self, index: int) -> str:
        """Return what stands over a paragraph, see ``part_heading``."""
        return part_heading(self.paragraphs, index)


def list_changes(comparison: TextComparison, shown: Callable[[str], str] = str) -> tuple[ChangedParagraph, ...]:
    """Return the paragraphs that differ, in the order of the later text; ``shown`` says what is shown of each."""
    return tuple(_paragraph(change, shown) for change in comparison.changes)


def part_heading(changes: Sequence[ChangedParagraph], index: int) -> str:
    """Return what stands over the first changed paragraph of each part of a policy, nothing over the others."""
    part = changes[index].part
    if part is None or (index > 0 and changes[index - 1].part is part):
        return ""
    return "In the local appendix" if part is PolicyPart.APPENDIX else "In the main text"


def say_changes(changes: Sequence[ChangedParagraph]) -> str:
    """Return the difference in a few words: ``3 paragraphs changed, 1 new and 1 taken out``."""
    changed, added, removed = (
        sum(change.mark is mark for change in changes)
        for mark in (WordChange.SAME, WordChange.ADDED, WordChange.REMOVED)
    )
    parts = [f"{say_count(changed, 'paragraph')} changed"] if changed else []
    if added:
        parts.append(f"{added} new" if parts else f"{say_count(added, 'paragraph')} new")
    if removed:
        parts.append(f"{removed} taken out" if parts else f"{say_count(removed, 'paragraph')} taken out")
    return say_list(parts) or "no paragraph changed"


def say_difference(comparison: TextComparison) -> str:
    """Return how much two texts differ in a few words, and which part of them does where that is known."""
    if comparison.same_words:
        return "not a word changed"
    if comparison.same_but_dates:
        return "only dates changed"
    if comparison.same_but_contacts:
        return "only contact details and dates changed"
    if comparison.same_but_numbering:
        return "only the numbering changed"
    changes = list_changes(comparison)
    shared, local = (
        [each for each in changes if each.part is part] for part in (PolicyPart.SHARED, PolicyPart.APPENDIX)
    )
    if shared and local:
        return f"in the main text {say_changes(shared)}, in the local appendix {say_changes(local)}"
    said = say_changes(changes)
    where = {
        PolicyPart.APPENDIX: "only the local appendix changed",
        PolicyPart.SHARED: "the local appendix is as it was",
    }
    return f"{said} ({where[comparison.part]})" if comparison.part else said


def _paragraph(change: ParagraphChange, shown: Callable[[str], str]) -> ChangedParagraph:
    before, after = (None if text is None else shown(_UNSEEN.sub("", text)) for text in (change.before, change.after))
    if before is None:
        return ChangedParagraph(
            WordChange.ADDED, (MarkedWords(_cut(after or "", _LONGEST_SHOWN), WordChange.ADDED),), change.part
        )
    if after is None:
        return ChangedParagraph(
            WordChange.REMOVED, (MarkedWords(_cut(before, _LONGEST_SHOWN), WordChange.REMOVED),), change.part
        )
    words = tuple(_joined(_marked(before, after)))
    return ChangedParagraph(WordChange.SAME, tuple(_ended(tuple(_shortened(words)))), change.part)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 2].rpartition(" ")[0] + " …"


def _ended(words: tuple[MarkedWords, ...]) -> Iterator[MarkedWords]:
    """End a paragraph that is too long even around its changes; the rest stands in the copy."""
    left = _LONGEST_SHOWN
    for part in words:
        if len(part.text) > left:
            yield MarkedWords(_cut(part.text, max(left, _KEPT_AROUND)), part.mark)
            return
        yield part
        left -= len(part.text)


def _marked(before: str, after: str) -> Iterator[MarkedWords]:
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    for tag, old_start, old_end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield MarkedWords("".join(new[new_start:new_end]), WordChange.SAME)
            continue
        if old_end > old_start:
            yield MarkedWords("".join(old[old_start:old_end]), WordChange.REMOVED)
        if new_end > new_start:
            yield MarkedWords("".join(new[new_start:new_end]), WordChange.ADDED)


def _joined(words: Iterator[MarkedWords]) -> Iterator[MarkedWords]:
    """Join replacements that only a space keeps apart, so that a changed phrase reads as one."""
    removed = added = held = ""
    for part in words:
        if part.mark is WordChange.REMOVED:
            removed, added, held = removed + held + part.text, added + held, ""
        elif part.mark is WordChange.ADDED:
            removed, added, held = removed + (held if removed else ""), added + held + part.text, ""
        elif part.text.isspace() and (removed or added):
            held += part.text
        else:
            yield from _replacement(removed, added)
            yield MarkedWords(held + part.text, WordChange.SAME)
            removed = added = held = ""
    yield from _replacement(removed, added)
    if held:
        yield MarkedWords(held, WordChange.SAME)


def _replacement(removed: str, added: str) -> Iterator[MarkedWords]:
    """Mark words alone: the spaces around them stay, so that no two words run into each other."""
    parts = [
        MarkedWords(text.strip(" "), mark)
        for text, mark in ((removed, WordChange.REMOVED), (added, WordChange.ADDED))
        if text.strip()
    ]
    if parts and (removed.startswith(" ") or added.startswith(" ")):
        yield MarkedWords(" ", WordChange.SAME)
    for index, part in enumerate(parts):
        if index:
            yield MarkedWords(" ", WordChange.SAME)
        yield part
    if parts and (removed.endswith(" ") or added.endswith(" ")):
        yield MarkedWords(" ", WordChange.SAME)


def _shortened(words: tuple[MarkedWords, ...]) -> Iterator[MarkedWords]:
    """Cut the unchanged middle out of a very long paragraph."""
    if sum(len(part.text) for part in words) <= _LONGEST_SHOWN:
        yield from words
        return
    for index, part in enumerate(words):
        if part.mark is not WordChange.SAME or len(part.text) <= 2 * _KEPT_AROUND:
            yield part
            continue
        head = part.text[:_KEPT_AROUND].rpartition(" ")[0] if index else ""
        tail = part.text[-_KEPT_AROUND:].partition(" ")[2] if index + 1 < len(words) else ""
        yield MarkedWords(f"{head} … {tail}", WordChange.SAME)
