"""What changed between two texts of one policy, with contacts, dates of the header block and layout set aside.

Pure functions over the words; ``revisions`` decides what the difference means. Where both texts end in a local
appendix, or one of them has it in a file of its own, the part before it and the appendix are compared apart.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import chain

from pipeline.changes.appendix import HEADING, split_text
from pipeline.changes.asides import Details, join_row, list_rows, list_words, without_number, without_references
from pipeline.changes.step_order import list_reordered
from pipeline.facts.history import without_histories
from pipeline.facts.links_and_pictures import compare_beside_words
from pipeline.facts.own_dates import without_own_dates
from pipeline.model.facts import Facts

_ALIKE = 0.4
"""Share of words two paragraphs have in common before one is taken for the other, changed."""
_MENDED_PERCENT = 80
"""How alike two short lines are, letter by letter, that differ by a mended word."""
_LARGEST_ALIGNED = 40_000
"""Pairs of paragraphs compared in one rewritten stretch; beyond it they are paired in their order."""
CELL = "|"
"""Parts the cells of a row where they are shown as one, and stands for words that went to another cell or place."""
_LOCAL_APPENDIX = re.compile(r"^(?:(?:local|school)(?:['’]s)? appendix\b|appendix \w{1,3}: local\b)", re.IGNORECASE)


class PolicyPart(StrEnum):
    """A part of a policy that has a local appendix."""

    SHARED = "shared"
    """What stands before the appendix: as a rule a trust's text."""
    APPENDIX = "appendix"


@dataclass(frozen=True, slots=True)
class ParagraphChange:
    """One paragraph that differs. A side is None where the paragraph was added or taken out."""

    before: str | None
    """As it was, with the contact details of ``after`` in it."""
    after: str | None
    part: PolicyPart | None = None
    """Where it stands, in a policy with a local appendix."""


@dataclass(frozen=True, slots=True)
class WordEdit:
    """Words and marks that stand at one place of a text in place of others; lower case, contacts left out."""

    removed: tuple[str, ...]
    added: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TextComparison:
    """How two texts of one policy differ."""

    same_words: bool
    """Not a single word differs: at most the layout."""
    same_but_dates: bool
    """Only dates of the header block and page footer, and entries of the history of revisions, differ."""
    same_but_contacts: bool
    """Only details of people (and dates as above) differ."""
    changes: tuple[ParagraphChange, ...]
    """What differs beyond contacts, dates and numbering, in the order of the later text."""
    edits: tuple[WordEdit, ...]
    """Every place within ``changes`` at which words or marks differ."""
    same_but_numbering: bool = True
    """Only the numbers of sections and paragraphs (and contacts and dates as above) differ."""
    part: PolicyPart | None = None
    """The one part that differs, where there is a local appendix and the other part is as it was."""

    @property
    def words_changed(self) -> tuple[str, ...]:
        """Every word or mark taken out or put in."""
        return tuple(word for edit in self.edits for word in (*edit.removed, *edit.added))


@dataclass(frozen=True, slots=True)
class _ComparedText:
    """One text in three forms, each a list of the same paragraphs."""

    shown: list[str]
    """Without dates of the header block."""
    bare: list[str]
    """Without contacts too."""
    keys: list[str]
    """Without numbers too: what two paragraphs are told by."""
    rows: list[tuple[str, ...]]
    """As ``shown``, cell by cell."""

    def cut(self, start: int, end: int | None = None) -> "_ComparedText":
        return _ComparedText(self.shown[start:end], self.bare[start:end], self.keys[start:end], self.rows[start:end])


def compare_texts(before: str, before_facts: Facts, after: str, after_facts: Facts) -> TextComparison:
    """Compare two texts of one policy, paragraph by paragraph and word by word."""
    details = Details((*before_facts.contacts, *after_facts.contacts))
    (was, old_split), (now, new_split) = _rows(before), _rows(after)
    old, new = _text(was, details), _text(now, details)
    same_but_contacts = list_words(old.bare) == list_words(new.bare)
    same_but_numbering = same_but_contacts or _is_renumbered(old, new)
    changes: list[ParagraphChange] = []
    edits: list[WordEdit] = []
    parts: list[PolicyPart | None] = []
    if not same_but_numbering or _tables(old) != _tables(new):
        splits = _splits(old, new, (old_split, new_split), (before_facts.school, after_facts.school))
        for part, one, other in _parts(old, new, splits):
            found = list(_changes(one, other, details, only_moved=same_but_numbering))
            changes += [replace(change, part=part) for change, _ in found]
            edits += [edit for _, differing in found for edit in differing]
            parts += [part] if found else []
    changes += [ParagraphChange(*pair) for pair in compare_beside_words(before_facts, after_facts)]
    return TextComparison(
        same_words=not changes and _all_words(before) == _all_words(after),
        same_but_dates=not changes and list_words(old.shown) == list_words(new.shown),
        same_but_contacts=not changes and same_but_contacts,
        changes=tuple(changes),
        edits=tuple(edits),
        same_but_numbering=not changes and same_but_numbering,
        part=parts[0] if len(parts) == 1 else None,
    )


def _text(rows: Sequence[tuple[str, ...]], details: Details) -> _ComparedText:
    shown = [without_own_dates(join_row(row)) for row in rows]
    bare = [details.without(paragraph) for paragraph in shown]
    return _ComparedText(shown, bare, [without_number(paragraph) for paragraph in bare], list(rows))


def _tables(text: _ComparedText) -> list[tuple[str, ...]]:
    return [row for row in text.rows if len(row) > 1]


def _is_renumbered(old: _ComparedText, new: _ComparedText) -> bool:
    """Return whether only numbers of sections moved; references to sections may then have followed them."""
    if _numbers(old) == _numbers(new) or _pointing_nowhere(old) != _pointing_nowhere(new):
        return False
    return old.keys != new.keys or not list_reordered(_numbers(old), _numbers(new))


def _numbers(text: _ComparedText) -> list[str]:
    return [bare.removesuffix(key) for bare, key in zip(text.bare, text.keys, strict=True)]


def _pointing_nowhere(text: _ComparedText) -> list[str]:
    return list_words([without_references(paragraph) for paragraph in text.keys])


# --- a local appendix ------------------------------------------------------------------------------------------


def _rows(text: str) -> tuple[list[tuple[str, ...]], int | None]:
    """Return the paragraphs of a version that say something, and where the appendix in a file of its own begins."""
    text, appendix = split_text(text)
    shared = without_histories(list_rows(text))
    if appendix is None:
        return shared, None
    local = without_histories(list_rows(appendix))
    heading = [] if local and _LOCAL_APPENDIX.search(join_row(local[0])) else [(HEADING,)]
    return [*shared, *heading, *local], len(shared)


def _all_words(text: str) -> list[str]:
    return list_words(join_row(row) for part in split_text(text) if part for row in list_rows(part))


def _splits(
    old: _ComparedText, new: _ComparedText, files: tuple[int | None, int | None], schools: tuple[str | None, str | None]
) -> tuple[int, int] | None:
    """Return where the appendix begins in each text; None where they have none, or not both have one in the text.

    ``files``: where it begins that is in a file of its own. Such a file may come and go as a whole.
    """
    found = [
        split if split is not None else _appendix(text.keys, school)
        for text, split, school in zip((old, new), files, schools, strict=True)
    ]
    if files != (None, None):
        found = [len(text.keys) if at is None else at for text, at in zip((old, new), found, strict=True)]
    return None if found[0] is None or found[1] is None else (found[0], found[1])


def _parts(
    old: _ComparedText, new: _ComparedText, splits: tuple[int, int] | None
) -> Iterator[tuple[PolicyPart | None, _ComparedText, _ComparedText]]:
    if splits is None:
        yield None, old, new
        return
    yield PolicyPart.SHARED, old.cut(0, splits[0]), new.cut(0, splits[1])
    yield PolicyPart.APPENDIX, old.cut(splits[0]), new.cut(splits[1])


def _appendix(paragraphs: Sequence[str], school: str | None) -> int | None:
    """Return where the local appendix begins: at the last such line, since a table of contents has one too."""
    named = re.compile(rf"^appendix\b.{{0,4}}\s*{re.escape(school)}", re.IGNORECASE) if school else None
    found = [
        index
        for index, paragraph in enumerate(paragraphs)
        if len(paragraph.split()) <= 12
        and (_LOCAL_APPENDIX.search(paragraph) or (named is not None and named.search(paragraph)))
    ]
    return found[-1] if found else None


# --- paragraphs ------------------------------------------------------------------------------------------------


def _changes(
    old: _ComparedText, new: _ComparedText, details: Details, *, only_moved: bool = False
) -> Iterator[tuple[ParagraphChange, list[WordEdit]]]:
    """Yield each paragraph that differs, with the places at which its words differ.

    ``only_moved``: no word does, at most the cell of a table in which it stands.
    """
    matcher = SequenceMatcher(None, old.keys, new.keys, autojunk=False)
    for tag, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        if tag == "equal":
            yield from _moved(old.rows[old_start:old_end], new.rows[new_start:new_end], details)
            yield from _reordered(old.cut(old_start, old_end), new.cut(new_start, new_end))
        if tag == "equal" or only_moved:
            continue
        befores, afters = old.keys[old_start:old_end], new.keys[new_start:new_end]
        if list_words(befores) == list_words(afters):
            continue  # the same words in other paragraphs: layout
        for one, other in _pairs(befores, afters):
            before = None if one is None else old.shown[old_start + one]
            after = None if other is None else new.shown[new_start + other]
            edits = _edits("" if one is None else befores[one], "" if other is None else afters[other])
            if before is not None and after is not None:
                before = details.carried(before, after)
            if edits:
                yield ParagraphChange(before, after), edits


def _moved(
    befores: Iterable[tuple[str, ...]], afters: Iterable[tuple[str, ...]], details: Details
) -> Iterator[tuple[ParagraphChange, list[WordEdit]]]:
    """Yield the rows of tables whose words are the same in other cells: what is allowed is forbidden there."""
    for before, after in zip(befores, afters, strict=True):
        if before == after or len(before) != len(after):
            continue
        old, new = ([list_words([details.without(cell)]) for cell in row] for row in (before, after))
        if old != new and [*chain(*old)] == [*chain(*new)]:
            yield ParagraphChange(_say_row(before), _say_row(after)), [WordEdit((CELL,), ())]


def _reordered(old: _ComparedText, new: _ComparedText) -> Iterator[tuple[ParagraphChange, list[WordEdit]]]:
    """Yield the steps that come in another order by their numbers alone."""
    for index in list_reordered(_numbers(old), _numbers(new)):
        yield ParagraphChange(old.shown[index], new.shown[index]), [WordEdit((CELL,), ())]


def _say_row(row: Sequence[str]) -> str:
    return f" {CELL} ".join(cell or "–" for cell in row)


def _pairs(befores: Sequence[str], afters: Sequence[str]) -> list[tuple[int | None, int | None]]:
    """Pair the paragraphs of a rewritten stretch with those they became, in order; what has no like stands alone."""
    rows, columns = len(befores), len(afters)
    if rows * columns > _LARGEST_ALIGNED:
        return _paired_in_order(rows, columns)
    likeness = _likeness(befores, afters)
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for row in reversed(range(rows)):
        for column in reversed(range(columns)):
            together = likeness(row, column)
            matched = best[row + 1][column + 1] + together if together else 0.0
            best[row][column] = max(matched, best[row + 1][column], best[row][column + 1])
    return list(_walk(best, likeness, rows, columns))


def _walk(
    best: list[list[float]], likeness: Callable[[int, int], float], rows: int, columns: int
) -> Iterator[tuple[int | None, int | None]]:
    row = column = 0
    while row < rows and column < columns:
        together = likeness(row, column)
        if together and best[row][column] == best[row + 1][column + 1] + together:
            yield row, column
            row, column = row + 1, column + 1
        elif best[row][column] == best[row + 1][column]:
            yield row, None
            row += 1
        else:
            yield None, column
            column += 1
    yield from ((index, None) for index in range(row, rows))
    yield from ((None, index) for index in range(column, columns))


def _paired_in_order(rows: int, columns: int) -> list[tuple[int | None, int | None]]:
    return [(i if i < rows else None, i if i < columns else None) for i in range(max(rows, columns))]


def _likeness(befores: Sequence[str], afters: Sequence[str]) -> Callable[[int, int], float]:
    """Return a function that says how alike two of the paragraphs are, 0 where one cannot have become the other."""
    from rapidfuzz import fuzz
    from rapidfuzz.distance import Indel

    old_words, new_words = ([list_words([text]) for text in texts] for texts in (befores, afters))
    known: dict[tuple[int, int], float] = {}

    def likeness(row: int, column: int) -> float:
        if (row, column) not in known:
            alike = Indel.normalized_similarity(old_words[row], new_words[column])
            if alike < _ALIKE:
                letters = fuzz.ratio(befores[row], afters[column], score_cutoff=_MENDED_PERCENT)
                alike = letters / 100
            known[row, column] = alike
        return known[row, column]

    return likeness


def _edits(before: str, after: str) -> list[WordEdit]:
    old, new = list_words([before]), list_words([after])
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return [
        WordEdit(tuple(old[old_start:old_end]), tuple(new[new_start:new_end]))
        for tag, old_start, old_end, new_start, new_end in matcher.get_opcodes()
        if tag != "equal"
    ]
