"""Make blocks of a PDF's lines: paragraphs from the lines that belong together, headings by size and weight, lists."""

import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.documents.headings import HeadingLevels
from pipeline.documents.pdf.layout import PlacedLine, SortedPages, is_page_number
from pipeline.documents.pdf.page import PageLine, PageLink
from pipeline.documents.pdf.repair import LINE_END_HYPHENS, WholeWords, close_broken_words, join_words, mend_fragments
from pipeline.model.documents import Block, BlockKind, Region, Span

_BULLET = re.compile(r"^([•▪◦●○■□♦➢❖✓☐☑–\-*]|o(?=\s{1,3}[A-Z]))\s+(?=\S)")
_NUMBERED = re.compile(r"^\(?(?:\d{1,2}(?:\.\d{1,2})*|[a-zA-Z]|[ivx]{1,4})[.)]\s")
_LABEL = re.compile(r"^[A-Z][^.:;?!]{2,45}:(?:\s|$)")
_HEADING_RATIO = 1.15
_MAX_HEADING_WORDS = 14
_LEADING = 1.0
"""A gap above a line of more than its height begins a new paragraph."""
_WIDEST_LEADING = 1.6
"""A sentence may go on below a gap of this many heights: some documents are set with double spacing."""
_LONG_LINE = 0.55
"""The share of its column that a line fills at least whose sentence goes on below."""
_FEW_WORDS = 4
_SAME_LEFT = 12.0
"""Lines that begin this close to each other, in points, stand in one column."""
_LEAST_RIGHT = 0.75
_HANGING = 0.55
_FULL = 0.8
_COLUMN_LINES = 4
_COLUMN_SHARE = 0.6
_COLUMN_LETTERS = 30
_ADDRESS = re.compile(r"(?:https?:|www\.|\S+@)", re.IGNORECASE)
_MAX_LIST_LEVEL = 5


def make_blocks(pages: SortedPages) -> list[Block]:
    """Return all blocks: running headers, body, running footers."""
    lines = [placed.line for page in pages.body for placed in page]
    vocabulary = WholeWords([line.text for line in lines])
    shaper = _Shaper(lines, vocabulary)
    blocks = [
        _margin(placed, Region.PAGE_HEADER, vocabulary)
        for placed in pages.headers
        if not is_page_number(placed.line.text)
    ]
    blocks.extend(shaper.blocks(pages.body, pages.widths))
    blocks.extend(_margin(placed, Region.PAGE_FOOTER, vocabulary) for placed in pages.footers)
    return blocks


def _margin(placed: PlacedLine, region: Region, vocabulary: Container[str]) -> Block:
    text = mend_fragments(close_broken_words(placed.line.text, vocabulary), vocabulary)
    spans = tuple(_spans(text, placed.line.bold, placed.line.links))
    return Block(BlockKind.PARAGRAPH, placed.where, spans, region, page=placed.page)


@dataclass(frozen=True, slots=True)
class _Edges:
    """How far the lines of one page reach to the right, in points."""

    page: float
    columns: Mapping[int, float]

    def of(self, line: PageLine) -> float:
        """Return it for lines that begin where this one does."""
        return self.columns.get(round(line.left / _SAME_LEFT), self.page)


class _Shaper:
    def __init__(self, lines: Sequence[PageLine], vocabulary: Container[str]) -> None:
        self._vocabulary = vocabulary
        self._levels = HeadingLevels()
        sizes: Counter[float] = Counter()
        for line in lines:
            sizes[line.size] += len(line.text)
        self._body_size = sizes.most_common(1)[0][0] if sizes else 0.0
        self._larger = sorted({line.size for line in lines if self._is_large(line)}, reverse=True)
        self._items: list[float] = []

    def blocks(self, pages: Sequence[Sequence[PlacedLine]], widths: Sequence[float]) -> Iterator[Block]:
        """Yield the blocks of all pages; a sentence that runs over a page's end stays one paragraph.

        ``widths`` are those of the pages, in points: among upright pages one may lie across.
        """
        held: list[PlacedLine] = []
        for lines, width in zip(pages, widths, strict=True):
            edges = _right_edges([placed.line for placed in lines], width)
            for placed in lines:
                if held and not self._belongs(held, placed, edges):
                    yield self._block(held)
                    held = []
                held.append(placed)
        if held:
            yield self._block(held)

    def _is_large(self, line: PageLine) -> bool:
        return line.size >= self._body_size * _HEADING_RATIO

    def _belongs(self, held: Sequence[PlacedLine], placed: PlacedLine, edges: _Edges) -> bool:
        """A line goes on the one before where that one was full: the next word did not fit on it."""
        before, after = held[-1].line, placed.line
        if held[-1].page != placed.page:
            return _runs_over(before, after)
        height = max(before.top - before.bottom, after.top - after.bottom)
        gap = before.bottom - after.top
        if not -0.5 * height <= gap <= _WIDEST_LEADING * height:
            return False
        if abs(before.size - after.size) > 0.6 or "\t" in after.text:
            return False
        if "\t" in before.text and "\t" in _without_mark(before.text):
            return False
        if _BULLET.match(after.text) or _NUMBERED.match(after.text) or _LABEL.match(after.text):
            return False
        if before.text.endswith(LINE_END_HYPHENS) and gap <= _LEADING * height:
            return True
        if before.bold != after.bold and (before.bold or _LABEL.match(before.text)):
            return False
        if before.text.rstrip().endswith(":"):
            return False
        column_right = edges.of(before)
        if _sentence_goes_on(held, after) and before.right - before.left > _LONG_LINE * (column_right - before.left):
            return True
        return gap <= _LEADING * height and self._is_full(held, after, column_right)

    def _is_full(self, held: Sequence[PlacedLine], after: PageLine, column_right: float) -> bool:
        """Whether the first word of a line would not have fitted on the one before."""
        before = held[-1].line
        if self._is_large(before):
            return True
        if _BULLET.match(held[0].line.text) and after.left > held[0].line.left + 3:
            # Set in under its bullet: the item goes on, unless its lines are short on purpose, as in an address.
            return before.right - before.left > _HANGING * (column_right - before.left)
        letter = (after.right - after.left) / max(len(after.text), 1)
        first_word = len(after.text.split(maxsplit=1)[0]) * letter
        return before.right + letter + first_word > column_right - 2 * letter

    def _block(self, held: Sequence[PlacedLine]) -> Block:
        first = held[0]
        line = first.line
        edges = line.edges if len(held) == 1 else _around([placed.line for placed in held])
        bullet = _BULLET.match(line.text)
        spans = tuple(self._joined(held, bullet.end() if bullet else 0))
        if bullet:
            level = self._list_level(line.left)
            return Block(BlockKind.LIST_ITEM, first.where, spans, level=level, page=first.page)
        self._items = self._items if line.left > min(self._items, default=line.left) else []
        rank = self._heading_rank(held)
        if rank:
            self._items = []
            level = self._levels.settle(rank)
            return Block(BlockKind.HEADING, first.where, spans, level=level, page=first.page, edges=edges)
        return Block(BlockKind.PARAGRAPH, first.where, spans, page=first.page, edges=edges)

    def _heading_rank(self, held: Sequence[PlacedLine]) -> int:
        """1 for the largest print in the document, one more for each smaller; bold print of body size comes last."""
        text = " ".join(placed.line.text for placed in held).strip()
        if not text or len(text.split()) > _MAX_HEADING_WORDS or "\t" in text or text.endswith((":", ".", ";", ",")):
            return 0
        if _LABEL.match(text) or not any(letter.isalpha() for letter in text):
            return 0
        line = held[0].line
        if self._is_large(line):
            return min(self._larger.index(line.size) + 1, 4)
        bold = all(placed.line.bold for placed in held) and line.size >= self._body_size - 0.6
        return min(len(self._larger) + 1, 5) if bold else 0

    def _list_level(self, left: float) -> int:
        while self._items and self._items[-1] > left + 3:
            self._items.pop()
        if not self._items or self._items[-1] < left - 3:
            self._items.append(left)
        return min(len(self._items) - 1, _MAX_LIST_LEVEL)

    def _joined(self, held: Sequence[PlacedLine], skip: int) -> list[Span]:
        text = held[0].line.text[skip:]
        for placed in held[1:]:
            text = join_words(text, placed.line.text.strip(), self._vocabulary)
        text = close_broken_words(text.rstrip("".join(LINE_END_HYPHENS) + " "), self._vocabulary)
        text = mend_fragments(text, self._vocabulary)
        links = [link for placed in held for link in placed.line.links]
        return list(_spans(text, all(placed.line.bold for placed in held), links))


def _around(lines: Sequence[PageLine]) -> tuple[tuple[float, float], ...]:
    """Return how far lines reach together that are one cell; empty where one has several."""
    alone = all(len(line.edges) == 1 for line in lines)
    return ((min(line.left for line in lines), max(line.right for line in lines)),) if alone else ()


def _right_edges(lines: Sequence[PageLine], width: float) -> _Edges:
    """How far lines reach that begin at one place: to the page's edge, or to that of their column."""
    columns: dict[int, list[PageLine]] = defaultdict(list)
    for line in lines:
        columns[round(line.left / _SAME_LEFT)].append(line)
    page_right = max([width * _LEAST_RIGHT, *(line.right for line in lines)])
    return _Edges(
        page_right,
        {left: max(line.right for line in column) for left, column in columns.items() if _is_running_text(column)},
    )


def _is_running_text(column: Sequence[PageLine]) -> bool:
    """Many long lines, most of them full: they end where their column ends, whatever else stands further out."""
    width = max(line.right - line.left for line in column)
    full = sum(line.right - line.left > _FULL * width for line in column)
    letters = sum(len(line.text) for line in column)
    return (
        len(column) >= _COLUMN_LINES
        and full >= _COLUMN_SHARE * len(column)
        and letters >= _COLUMN_LETTERS * len(column)
    )


def _without_mark(text: str) -> str:
    """The words of a line without the bullet or number before them, which a tab may set off."""
    mark = _BULLET.match(text) or _NUMBERED.match(text)
    return text[mark.end() :].lstrip() if mark else text


def _sentence_goes_on(held: Sequence[PlacedLine], after: PageLine) -> bool:
    """Whether a line begins in the middle of the sentence before it; entries of a list that all begin small do not."""
    first, before = held[0].line.text, held[-1].line.text.rstrip()
    if held[-1].line.bold != after.bold or not after.text[:1].islower():
        return False
    if before.endswith((".", ":", ";", "?", "!")) or _ADDRESS.match(after.text):
        return False
    return not (len(held) == 1 and first[:1].islower()) and len(before.split()) >= _FEW_WORDS


def _runs_over(before: PageLine, after: PageLine) -> bool:
    """Whether a sentence at the foot of one page goes on at the head of the next."""
    return (
        after.text[:1].islower()
        and not before.text.rstrip().endswith((".", ":", ";", "?", "!"))
        and abs(before.size - after.size) <= 0.6
        and not (_BULLET.match(after.text) or _NUMBERED.match(after.text))
        and "\t" not in before.text + after.text
    )


def _spans(text: str, bold: bool, links: Sequence[PageLink]) -> Iterator[Span]:
    rest = text
    for link in links:
        before, found, after = rest.partition(link.text)
        if not found:
            continue
        if before:
            yield Span(before, bold)
        yield Span(found, bold, link=link.target)
        rest = after
    if rest:
        yield Span(rest, bold)
