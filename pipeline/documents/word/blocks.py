"""Turn the paragraphs of one part of a Word file into blocks: headings, list items, tables, pictures, spans.

Stands between ``walk`` (paragraphs and their elements) and ``document`` (the whole file).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from zipfile import ZipFile

from lxml import etree

from pipeline.documents.grid import without_empty_rows
from pipeline.documents.headings import HeadingLevels
from pipeline.documents.word.grid import WordCell, shown_cells, word_grid
from pipeline.documents.word.marks import BOLD, ITALIC, LIST, OUTLINE, PARAGRAPH_STYLE, MarkElements
from pipeline.documents.word.names import PARAGRAPH_PROPERTIES, RUN_PROPERTIES, TBL, VAL, R, T, is_on, w
from pipeline.documents.word.numbering import ListCounters
from pipeline.documents.word.package import Relationship
from pipeline.documents.word.paragraph import WordLink, WordParagraph
from pipeline.documents.word.pictures import read_pictures
from pipeline.documents.word.styles import ListPlace, StyleSheet, inherit
from pipeline.documents.word.styles_part import Style, outline_level
from pipeline.model.documents import Block, BlockKind, Cell, Picture, Region, Span
from pipeline.places import Place, PlaceKind

Element = etree._Element

_BREAK, _BREAK_KIND = w("br"), w("type")
_NUMBER, _LEVEL = w("numId"), w("ilvl")
_HEADED = (Region.BODY, Region.TEXT_BOX)
"""Where headings count."""


@dataclass(slots=True)
class _Hole:
    """Where a table goes once all its cells are read."""

    table: Element
    where: Place
    region: Region


@dataclass(frozen=True, slots=True)
class _Properties:
    """What a paragraph's ``w:pPr`` says of it, its style included."""

    style: Style
    item: ListPlace | None
    heading: int | None
    on_new_page: bool


_UNSAID = (None, (), None, False)
_Said = tuple[str | None, tuple[tuple[str | None, str | None], ...], str | None, bool]
"""Style, lists with the level in each, outline level, and whether it begins a page."""


class StoryReader:
    """Reads the paragraphs of one part."""

    def __init__(
        self,
        archive: ZipFile,
        relationships: Mapping[str, Relationship],
        styles: StyleSheet,
        levels: HeadingLevels,
        marks: MarkElements,
        *,
        pictures: bool,
    ) -> None:
        self._archive = archive
        self._relationships = relationships
        self._styles = styles
        self._levels = levels
        self._pictures = pictures
        self._counters = ListCounters(styles.numbering)
        self._cells: dict[Element, list[Block | _Hole]] = {}
        self._seen_tables: set[Element] = set()
        self._page_ended = False
        self._properties: dict[_Said, _Properties] = {}
        self._looks = _looks(marks)
        self._marks = _properties(marks)

    def read(self, paragraphs: Iterable[WordParagraph]) -> list[Block]:
        """Return the blocks of the part; empty paragraphs and those that repeat others are left out."""
        found: list[Block | _Hole] = []
        for paragraph in paragraphs:
            if not paragraph.repeats:
                self._add(paragraph, self._target(paragraph, found) if paragraph.cells else found)
        return [each if isinstance(each, Block) else self._fill(each) for each in found]

    def _target(self, paragraph: WordParagraph, found: list[Block | _Hole]) -> list[Block | _Hole]:
        """The list of the innermost cell; a table met for the first time leaves a hole in the list around it."""
        target = found
        tables = [step for step in paragraph.where.steps() if step.kind in (PlaceKind.TABLE, PlaceKind.INNER_TABLE)]
        for where, cell in zip(reversed(tables), paragraph.cells, strict=True):
            table = next(cell.iterancestors(TBL))
            if table not in self._seen_tables:
                self._seen_tables.add(table)
                target.append(_Hole(table, where, paragraph.region))
            target = self._cells.setdefault(cell, [])
        return target

    def _fill(self, hole: _Hole) -> Block:
        return Block(BlockKind.TABLE, hole.where, region=hole.region, rows=self._rows(hole.table))

    def _rows(self, table: Element) -> tuple[tuple[Cell, ...], ...]:
        grid = word_grid(table)
        bold_first = len(grid) > 1 and all(self._is_bold(cell.element) for cell in shown_cells(grid[0][1]))
        built: list[tuple[Cell, ...]] = []
        in_header = True
        for number, (row, cells) in enumerate(grid):
            in_header = in_header and (_is_header(row) or (number == 0 and bold_first))
            built.append(tuple(self._cell(cell, header=in_header) for cell in shown_cells(cells)))
        return without_empty_rows(built)

    def _cell(self, cell: WordCell, *, header: bool) -> Cell:
        blocks = tuple(
            [each if isinstance(each, Block) else self._fill(each) for each in self._cells.get(cell.element, ())]
        )
        return Cell(blocks, cell.columns, cell.rows, header, cell.before)

    def _is_bold(self, cell: Element) -> bool:
        blocks = [block for block in self._cells.get(cell, ()) if isinstance(block, Block)]
        spans = [span for block in blocks for span in block.spans if span.text.strip()]
        return bool(spans) and all(span.bold for span in spans)

    def _add(self, paragraph: WordParagraph, blocks: list[Block | _Hole]) -> None:
        """Put a paragraph and its pictures behind the blocks before it."""
        given = self._given(paragraph.element)
        # An empty paragraph of a list is counted too.
        marker = self._counters.next_marker(given.item.number, given.item.level) if given.item else ""
        before = behind = False
        if given.on_new_page or paragraph.may_break:
            before, behind = _page_breaks(paragraph, on_new_page=given.on_new_page)
        text = paragraph.text
        if text and not text.isspace():
            blocks.append(self._text_block(paragraph, given, marker, new_page=before or self._page_ended))
            self._page_ended = behind
        else:
            self._page_ended = self._page_ended or before or behind
        if paragraph.drawings:
            blocks.extend(self._pictures_of(paragraph))

    def _pictures_of(self, paragraph: WordParagraph) -> Iterator[Block]:
        seen: set[bytes] = set()
        for drawing in paragraph.drawings:
            for picture in read_pictures(drawing, self._archive, self._relationships, content=self._pictures):
                if not picture.content or picture.content not in seen:
                    # A drawing and its copy for older programs show one picture.
                    seen.add(picture.content)
                    yield _picture_block(paragraph, picture)

    def _given(self, paragraph: Element) -> _Properties:
        """Return what the properties of a paragraph say, made once for all whose properties say the same."""
        properties = paragraph[0] if len(paragraph) else None
        if properties is not None and properties.tag != PARAGRAPH_PROPERTIES:
            # They come first by the schema.
            properties = next(paragraph.iterchildren(PARAGRAPH_PROPERTIES), None)
        said = _said(self._marks.get(properties, ())) if properties is not None else _UNSAID
        known = self._properties.get(said)
        if known is None:
            style_id, numbers, outline, on_new_page = said
            style = self._styles.of(style_id)
            heading = inherit(outline_level(outline), style.heading)
            known = _Properties(style, self._styles.list_place(numbers, style), heading, on_new_page)
            self._properties[said] = known
        return known

    def _text_block(self, paragraph: WordParagraph, given: _Properties, marker: str, *, new_page: bool) -> Block:
        style, item, where, region = given.style, given.item, paragraph.where, paragraph.region
        spans = self._spans(paragraph, style) if paragraph.made is not None else self._plain_spans(paragraph, style)
        if given.heading and region in _HEADED:
            level = self._levels.settle(given.heading)
            return Block(BlockKind.HEADING, where, spans, region, level, marker=marker, new_page=new_page)
        if item is not None and item.kind != "none":
            ordered = item.kind != "bullet"
            return Block(
                BlockKind.LIST_ITEM, where, spans, region, item.depth, ordered, marker=marker, new_page=new_page
            )
        return Block(BlockKind.PARAGRAPH, where, spans, region, marker=marker, new_page=new_page)

    def _plain_spans(self, paragraph: WordParagraph, style: Style) -> tuple[Span, ...]:
        usual = bool(style.bold), bool(style.italic)
        if self._looks.keys().isdisjoint(paragraph.runs):
            return (Span(paragraph.text, *usual),)
        found: list[tuple[tuple[bool, bool], str]] = []
        run, look = None, usual
        for each, text in zip(paragraph.runs, paragraph.texts, strict=True):
            if each is not run:
                run, look = each, self._look(each, style)
            if found and found[-1][0] == look:
                found[-1] = look, found[-1][1] + text
            elif text:
                found.append((look, text))
        return tuple([Span(text, *look) for look, text in found])

    def _spans(self, paragraph: WordParagraph, style: Style) -> tuple[Span, ...]:
        found: list[Span] = []
        links = [(link, self._link_target(link)) for link in paragraph.links]
        run: Element | None = None
        look = (bool(style.bold), bool(style.italic))
        for piece in paragraph.pieces:
            if piece.run is not run:
                run = piece.run
                look = self._look(run, style)
            text = paragraph.text[piece.start : piece.end]
            link = next((to for each, to in links if to and each.start <= piece.start and piece.end <= each.end), None)
            last = found[-1] if found else None
            if last is not None and (last.bold, last.italic, last.link) == (*look, link):
                found[-1] = Span(last.text + text, *look, link)
            elif text:
                found.append(Span(text, *look, link))
        return tuple(found)

    def _look(self, run: Element | None, style: Style) -> tuple[bool, bool]:
        bold, italic = style.bold, style.italic
        for tag, value in () if run is None else self._looks.get(run, ()):  # The style comes first by the schema.
            if tag == BOLD:
                bold = is_on(value)
            elif tag == ITALIC:
                italic = is_on(value)
            else:
                character = self._styles.of(value)
                bold, italic = inherit(character.bold, bold), inherit(character.italic, italic)
        return bool(bold), bool(italic)

    def _link_target(self, link: WordLink) -> str | None:
        if link.relationship_id is None:
            return link.target
        relationship = self._relationships.get(link.relationship_id)
        return None if relationship is None else relationship.target


def _looks(marks: MarkElements) -> dict[Element, list[tuple[str, str | None]]]:
    """Return what the runs of a part say of bold, italic and style, in order, by run; most say nothing."""
    found: dict[Element, list[tuple[str, str | None]]] = {}
    for mark in marks.looks:
        properties = mark.getparent()
        if properties is not None and properties.tag == RUN_PROPERTIES:
            run = properties.getparent()
            if run is not None and run.tag == R:
                found.setdefault(run, []).append((mark.tag, mark.get(VAL)))
    return found


def _properties(marks: MarkElements) -> dict[Element, list[Element]]:
    """Return what counts in properties, in order, by the ``w:pPr`` it stands in; most of these hold nothing of it."""
    found: dict[Element, list[Element]] = {}
    for mark in marks.properties:
        properties = mark.getparent()
        if properties is not None and properties.tag == PARAGRAPH_PROPERTIES:
            found.setdefault(properties, []).append(mark)
    return found


def _said(marks: Iterable[Element]) -> _Said:
    """Return what the marks in one ``w:pPr`` give, as written."""
    style = outline = None
    numbers: list[tuple[str | None, str | None]] = []
    on_new_page = False
    for mark in marks:
        tag = mark.tag
        if tag == PARAGRAPH_STYLE:
            style = style or (mark.get(VAL),)
        elif tag == LIST:
            numbers.append(_number_and_level(mark))
        elif tag == OUTLINE:
            outline = outline or (mark.get(VAL),)
        else:
            on_new_page = on_new_page or is_on(mark.get(VAL))
    return style[0] if style else None, tuple(numbers), outline[0] if outline else None, on_new_page


def _number_and_level(mark: Element) -> tuple[str | None, str | None]:
    """Return the first list and the first level that a ``w:numPr`` names."""
    number = level = None
    for held in mark.iterchildren(_NUMBER, _LEVEL):
        if held.tag == _NUMBER:
            number = number or (held.get(VAL),)
        else:
            level = level or (held.get(VAL),)
    return number[0] if number else None, level[0] if level else None


def _page_breaks(paragraph: WordParagraph, *, on_new_page: bool) -> tuple[bool, bool]:
    """Return whether the author ended a page before the words of a paragraph of the body, and behind them.

    ``on_new_page``: its properties say that it begins one.

    Source: ECMA-376-1, 17.3.1.23 (``w:pageBreakBefore``) and 17.3.3.1 (``w:br``).
    """
    if paragraph.region is not Region.BODY or paragraph.cells:
        return False, False
    before, worded, behind = on_new_page, False, False
    for each in paragraph.element.iter(_BREAK, T) if paragraph.may_break else ():
        if each.tag == T:
            worded = worded or bool((each.text or "").strip())
        elif each.get(_BREAK_KIND) == "page":
            before, behind = before or not worded, worded
    return before, behind


def _picture_block(paragraph: WordParagraph, picture: Picture) -> Block:
    return Block(BlockKind.PICTURE, paragraph.where, region=paragraph.region, picture=picture)


def _is_header(row: Element) -> bool:
    for properties in row.iterchildren(w("trPr")):
        for mark in properties.iterchildren(w("tblHeader")):
            return is_on(mark.get(VAL))
    return False
