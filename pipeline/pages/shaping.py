"""Give paragraphs the shape they look like: lists and headings that a writer made by hand, gaps made of empty lines.

Stands between the document and ``layout``, which sets what comes of it. No word is lost or moved; of a list the typed
bullets go, since the page sets its own.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from threading import local

from pipeline.labels.listed import find_labels
from pipeline.model.documents import Block, BlockKind, Document, Region, Span

_BULLET = re.compile(r"([•◦▪▫■●○‣⁃➢❖✓]|[–—\-*o](?=\t))[\t\x20\u00a0]*(?=\S)")
_DASH = re.compile(r"([–—\-*])[\x20\u00a0]+(?=[^\W\d_])")
_NUMBER = re.compile(r"(\(?(?:\d{1,2}(?:\.\d{1,2}){0,3}|[a-z]|[ivx]{1,4})[.)]?)([\t\x20\u00a0]+)(?=\S)")
_BLANK_LINES = re.compile(r"[\t\x20\u00a0]*\n(?:[\t\x20\u00a0]*\n)+")
_AROUND = " \t\n\u00a0"
_LONGEST_HEADING = 90
_MOST_HEADING_WORDS = 12
_MOST_BEFORE_A_DOT = 6
_LONGEST_RUN = 2
"""Bold lines in a row that may be a heading and the one below it; more are a cover, an address or a notice."""
_LEAST_TEXT = 30
_NO_HEADING = re.compile(r"@|https?:|www\.|\d{5}|[_…]{3}|\.{4}|[;,!]$")


class _Last(local):
    """The document whose body a thread shaped last, and that body."""

    document: Document | None = None
    body: tuple[Block, ...] = ()


_LAST = _Last()


def body_of(document: Document) -> tuple[Block, ...]:
    """Return the body of a document in the shape it looks like, text boxes with it.

    The pages of a copy and its web page are laid out one after the other: the second takes what the first had shaped.
    """
    if _LAST.document is not document:
        _LAST.body = tuple(shaped([each for each in document.blocks if each.region in (Region.BODY, Region.TEXT_BOX)]))
        _LAST.document = document
    return _LAST.body


def shaped(blocks: Sequence[Block], *, headings: bool = True) -> list[Block]:
    """Return blocks in the shape they look like; ``headings``: they stand in the body, where headings may be."""
    lines = [each for block in blocks for each in _without_gaps(block, headings=headings)]
    if headings:
        lines = _with_headings(_without_stacks(lines))
    return _with_lists(lines)


# --- gaps --------------------------------------------------------------------------------------------------------


def _without_gaps(block: Block, *, headings: bool) -> Iterator[Block]:
    """Yield a block without empty lines: those at its ends go, those inside part it into paragraphs."""
    if block.rows or block.picture is not None:
        yield block
        return
    text = block.text
    whole = "\n" not in text and text[:1] not in _AROUND and text[-1:] not in _AROUND
    if whole or not text.strip():
        yield block
        return
    for number, part in enumerate(_parts(block, headings=headings)):
        kind = block.kind if number == 0 else BlockKind.PARAGRAPH
        yield block if part == (0, len(text)) else replace(block, kind=kind, spans=cut_spans(block.spans, *part))


def _parts(block: Block, *, headings: bool) -> Iterator[tuple[int, int]]:
    """Yield where the paragraphs begin and end that empty lines, or a heading on the first line, make of a block."""
    start, last = _trimmed(block.text, 0, len(block.text))
    for gap in (*_BLANK_LINES.finditer(block.text, start, last), None):
        end = gap.start() if gap else last
        line = block.text.find("\n", start, end)
        if headings and line >= 0 and _is_bold_above(block, start, end, line):
            yield start, line
            start = line + 1
        yield start, end
        start = gap.end() if gap else last


def _is_bold_above(block: Block, start: int, end: int, line: int) -> bool:
    """Whether the first line of a paragraph is a heading by its look: bold, where what follows is not."""
    if block.kind is not BlockKind.PARAGRAPH:
        return False
    first = replace(block, spans=cut_spans(block.spans, start, line))
    return _is_bold_line(first) and not _is_bold(cut_spans(block.spans, line + 1, end))


def _is_bold(spans: Sequence[Span]) -> bool:
    """Whether words are bold throughout; a colon behind them need not be."""
    return all(span.bold or not any(map(str.isalnum, span.text)) for span in spans)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    kept = text[start:end]
    return start + len(kept) - len(kept.lstrip(_AROUND)), end - len(kept) + len(kept.rstrip(_AROUND))


def cut_spans(spans: Sequence[Span], start: int, end: int) -> tuple[Span, ...]:
    """Return the spans of a stretch of a text."""
    kept, position = [], 0
    for span in spans:
        text = span.text[max(0, start - position) : max(0, end - position)]
        position += len(span.text)
        if text:
            kept.append(replace(span, text=text))
    return tuple(kept)


# --- lists -------------------------------------------------------------------------------------------------------


def _with_lists(blocks: Sequence[Block]) -> list[Block]:
    """Turn paragraphs with a typed bullet or number before them into items of lists."""
    made: list[Block] = []
    marks: list[str] = []
    for position, block in enumerate(blocks):
        item = _item(block, [*blocks[max(position - 1, 0) : position], *blocks[position + 1 : position + 2]])
        if item is None:
            marks = [] if block.kind is not BlockKind.LIST_ITEM else marks
            made.append(block)
            continue
        if not item.ordered:
            mark = block.text[0]
            marks = marks[: marks.index(mark) + 1] if mark in marks else [*marks, mark]
            item = replace(item, level=len(marks) - 1)
        made.append(item)
    return made


def _item(block: Block, neighbours: Sequence[Block]) -> Block | None:
    """Return a paragraph as the item of a list that it looks like; None where it does not."""
    if block.kind is not BlockKind.PARAGRAPH:
        return None
    bullet = _BULLET.match(block.text)
    if bullet is None and (dash := _DASH.match(block.text)) is not None:
        bullet = dash if any(_DASH.match(each.text) for each in neighbours) else None
    if bullet is not None:
        rest = cut_spans(block.spans, bullet.end(), len(block.text))
        return replace(block, kind=BlockKind.LIST_ITEM, spans=rest)
    number = _NUMBER.match(block.text)
    if number is None or not _counts(number, neighbours):
        return None
    rest = cut_spans(block.spans, number.end(), len(block.text))
    return replace(block, kind=BlockKind.LIST_ITEM, spans=rest, ordered=True, marker=number[1])


def _counts(number: re.Match[str], neighbours: Sequence[Block]) -> bool:
    """Whether what looks like a number is one: a tab sets it off, or a paragraph beside it has one too."""
    if "\t" in number[2]:
        return "\t" not in number.string[number.end() :]
    beside = [each for each in neighbours if each.kind is BlockKind.PARAGRAPH and _NUMBER.match(each.text)]
    return number[1][-1] in ".)" and bool(beside)


# --- headings ----------------------------------------------------------------------------------------------------


def _with_headings(blocks: Sequence[Block]) -> list[Block]:
    """Turn lines that are bold throughout, with text of their own below them, into headings."""
    may_be = [_is_bold_line(block) for block in blocks]
    found = [position for position in range(len(blocks)) if may_be[position] and _heads(position, blocks, may_be)]
    if not found:
        return list(blocks)
    own = Counter(block.level for block in blocks if block.kind is BlockKind.HEADING)
    level, made = 0, list(blocks)
    usual = own.most_common(1)[0][0] if own and sum(own.values()) <= len(found) else 0
    for position, block in enumerate(blocks):
        if block.kind is BlockKind.HEADING:
            level = block.level
        elif position in found:
            spans = tuple(replace(span, text=span.text.replace("\t", " ")) for span in block.spans)
            made[position] = replace(block, kind=BlockKind.HEADING, spans=spans, level=usual or level + 1)
    return made


def _without_stacks(blocks: Sequence[Block]) -> list[Block]:
    """Make lines in bold again of the headings of a PDF that stand over each other without text: an address, a box."""
    made, position = list(blocks), 0
    while position < len(made):
        end = position + 1
        while end < len(made) and _is_printed_heading(made[end]) and made[end].level == made[position].level:
            end += 1
        if _is_printed_heading(made[position]) and end - position > _LONGEST_RUN:
            # The last of them may head the text below.
            for at in range(position, end - (end < len(made) and _is_text(made[end]))):
                spans = tuple(replace(span, bold=True) for span in made[at].spans)
                made[at] = replace(made[at], kind=BlockKind.PARAGRAPH, spans=spans, level=0)
        position = end
    return made


def _is_printed_heading(block: Block) -> bool:
    """Whether a heading was told by its print alone, as those of a PDF are."""
    return block.kind is BlockKind.HEADING and block.page is not None


def _is_bold_line(block: Block) -> bool:
    """Whether a paragraph is a short line in bold that may be a heading."""
    if block.kind is not BlockKind.PARAGRAPH or block.region is not Region.BODY or not _is_bold(block.spans):
        return False
    text = block.text.strip()
    if "\n" in text:
        return False
    number = _NUMBER.match(text)
    rest = text[number.end() :] if number else text
    most = _MOST_BEFORE_A_DOT if text.endswith(".") else _MOST_HEADING_WORDS
    if len(text) > _LONGEST_HEADING or len(text.split()) > most or "\t" in rest:
        return False
    return rest[:1].isupper() and _NO_HEADING.search(text) is None and not _BULLET.match(text) and not _is_stated(text)


def _is_stated(text: str) -> bool:
    """Whether a line says something of the document itself: "Review date: May 2026", "Signed:"."""
    labels = find_labels(text)
    if not labels or labels[0].start > 0 or ":" not in text:
        return False
    return not text.endswith(":") or len(text.split()) > 1


def _heads(position: int, blocks: Sequence[Block], may_be: Sequence[bool]) -> bool:
    """Whether text of its own stands below a bold line, at most one other between."""
    first = position
    while first > 0 and may_be[first - 1]:
        first -= 1
    last = position
    while last + 1 < len(blocks) and may_be[last + 1]:
        last += 1
    if last - first >= _LONGEST_RUN or last + 1 == len(blocks):
        return False
    return _is_text(blocks[last + 1])


def _is_text(block: Block) -> bool:
    """Whether a block may stand below a heading: text, a list, a table."""
    if block.kind is not BlockKind.PARAGRAPH:
        return block.kind in (BlockKind.LIST_ITEM, BlockKind.TABLE)
    text = block.text.strip()
    if _is_bold(block.spans) and "\t" not in text:
        return False
    return len(text) >= _LEAST_TEXT or text.endswith(":") or _BULLET.match(text) is not None
