"""Walk over every paragraph of a Word file, with the elements its text came from.

The reader (``docx.py``) turns the paragraphs into blocks; the patcher in ``copies`` changes the elements in place:
member bytes → ``parse_member`` → ``walk_paragraphs`` → set ``piece.element.text`` → serialise that member alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from lxml import etree

from pipeline.documents.docx_controls import SHOWS_PROMPT, is_prompt_cell, iter_cells, iter_rows, prompt_of
from pipeline.documents.docx_package import WordPart
from pipeline.documents.word_characters import FIXED, field_target, symbol
from pipeline.documents.word_names import (
    ALTERNATE,
    CHOICE,
    DRAWING_BREAK,
    DRAWING_PARAGRAPH,
    DRAWING_TEXT,
    FALLBACK,
    FIELD_CHARACTER,
    FIELD_SIMPLE,
    HYPERLINK,
    INSTRUCTION,
    MATH_TEXT,
    PARAGRAPH_PROPERTIES,
    RELATIONSHIP_ID,
    RUN_PROPERTIES,
    SDT,
    TBL,
    TEXT_BOX_CONTENT,
    VAL,
    VANISH,
    P,
    R,
    T,
    is_on,
    w,
)
from pipeline.model import Region

Element = etree._Element

_LEFT_OUT = frozenset(
    {w("del"), w("moveFrom"), PARAGRAPH_PROPERTIES, w("sdtPr"), w("sdtEndPr"), w("rt"), RUN_PROPERTIES}
)
_PICTURED = frozenset({w("drawing"), w("pict"), w("object")})
_NOTES = frozenset({w("footnote"), w("endnote"), w("comment")})
_NO_NOTE = frozenset({"separator", "continuationSeparator", "continuationNotice"})
_WORDS = frozenset({MATH_TEXT, DRAWING_TEXT, w("sym")})
_EDITABLE = frozenset({T, DRAWING_TEXT, MATH_TEXT})
_BODY, _TYPE, _ANCHOR, _INSTR, _FIELD_TURN = w("body"), w("type"), w("anchor"), w("instr"), w("fldCharType")
_PARAGRAPH_STYLE, _RUN_STYLE = w("pStyle"), w("rStyle")
_MAX_FIELDS = 64
"""Fields inside fields; more were never closed, and each paragraph looks at all of them."""
_ONE_LINE = str.maketrans("\n\r\t", "   ")


@dataclass(frozen=True, slots=True)
class TextPiece:
    """A stretch of a paragraph's text and the element it came from."""

    element: Element
    start: int
    end: int
    editable: bool
    """``element.text`` is this text, character for character, and may be set."""
    run: Element | None
    """The ``w:r`` around it, for its formatting."""


@dataclass(frozen=True, slots=True)
class WordLink:
    """A stretch of a paragraph's text that leads somewhere."""

    start: int
    end: int
    element: Element
    """The ``w:hyperlink``, the ``w:fldSimple``, or the ``w:fldChar`` that begins the field."""
    relationship_id: str | None
    """Of a ``w:hyperlink``: the target is in the member's relationships."""
    instructions: tuple[Element, ...] = ()
    """Of a field: the ``w:instrText`` elements whose joined text names the target."""
    target: str | None = None
    """Of a field: the address its instruction names. Of a ``w:hyperlink``: None, unless it is ``#bookmark``."""


@dataclass(frozen=True, slots=True)
class WordParagraph:
    """One paragraph, with its text as a reader of the accepted document sees it."""

    member: str
    element: Element
    where: str
    """``paragraph 5``, ``table 1, row 2, column 3``, ``page header``, ``text box 1``, ``footnote 2``, ``comment 1``."""
    region: Region
    text: str
    pieces: tuple[TextPiece, ...]
    repeats: bool
    """The second copy of a text box (for older programs): change it, do not read it."""
    links: tuple[WordLink, ...] = ()
    cells: tuple[Element, ...] = ()
    """The ``w:tc`` elements around it, outermost first; text boxes start anew."""
    drawings: tuple[Element, ...] = ()
    """Pictures and objects anchored in it."""


@dataclass(slots=True)
class _Field:
    """A complex field that has begun and not ended; it may run over several paragraphs."""

    begin: Element
    start: int
    instructions: list[Element]
    in_result: bool = False


@dataclass(slots=True)
class _Story:
    """What is counted while walking one member."""

    part: WordPart
    hidden_styles: frozenset[str]
    may_hide: bool
    may_prompt: bool
    """Some content control shows the words that ask to fill it in."""
    fields: list[_Field]
    paragraphs: int = 0
    boxes: int = 0


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the member the walk stands."""

    prefix: str
    region: Region
    counted: bool
    """Body-level paragraphs are told by number."""
    repeats: bool
    cells: tuple[Element, ...] = ()
    box: Element | None = None
    prompts: bool = False
    """Inside a content control that nobody filled in: its paragraphs count, their words do not."""


@dataclass(slots=True)
class _Counter:
    """Counts the tables of one container."""

    tables: int = 0


def walk_paragraphs(
    root: Element, part: WordPart, *, hidden_styles: frozenset[str] = frozenset()
) -> Iterator[WordParagraph]:
    """Yield every paragraph of one member in reading order, empty ones included.

    A text box follows the paragraph it hangs on. Tracked insertions are in; out are deletions, text moved away, hidden
    text, and the prompts of content controls that nobody filled in. ``hidden_styles`` are the ids of styles that hide
    their text.
    """
    may_hide = bool(hidden_styles) or next(root.iter(VANISH), None) is not None
    may_prompt = next(root.iter(SHOWS_PROMPT), None) is not None
    story = _Story(part, hidden_styles, may_hide, may_prompt, [])
    if part.region is Region.TEXT_BOX:
        yield from _drawn_paragraphs(root, story)
        return
    if part.place in ("footnote", "endnote", "comment"):
        number = 0
        for note in root:
            if note.tag in _NOTES and note.get(_TYPE) not in _NO_NOTE:
                number += 1
                story.fields.clear()
                yield from _blocks(note, story, _Place(f"{part.place} {number}", part.region, False, False), _Counter())
        return
    body = next(root.iterchildren(_BODY), root)
    yield from _blocks(body, story, _Place(part.place, part.region, not part.place, part.repeats), _Counter())


def _drawn_paragraphs(root: Element, story: _Story) -> Iterator[WordParagraph]:
    """Diagrams and charts: DrawingML paragraphs, wherever they stand."""
    part = story.part
    for paragraph in root.iter(DRAWING_PARAGRAPH):
        reader = _ParagraphReader(story, None)
        for element in paragraph.iter(DRAWING_TEXT, DRAWING_BREAK):
            reader.take(element, None)
        yield reader.finish(paragraph, _Place(part.place, part.region, False, part.repeats), part.place)


def _blocks(container: Element, story: _Story, place: _Place, counter: _Counter) -> Iterator[WordParagraph]:
    for child in container:
        tag = child.tag
        if tag == P:
            yield from _paragraph(child, story, place)
        elif tag == TBL:
            counter.tables += 1
            yield from _table(child, story, place, counter.tables)
        elif tag == ALTERNATE:
            yield from _alternate_blocks(child, story, place, counter)
        elif tag not in _LEFT_OUT and len(child):
            prompts = place.prompts or (tag == SDT and story.may_prompt and prompt_of(child) is not None)
            inside = replace(place, prompts=True) if prompts else place
            yield from _blocks(child, story, inside, counter)


def _alternate_blocks(element: Element, story: _Story, place: _Place, counter: _Counter) -> Iterator[WordParagraph]:
    choice = next(element.iterchildren(CHOICE), None)
    fallback = next(element.iterchildren(FALLBACK), None)
    if choice is not None:
        yield from _blocks(choice, story, place, counter)
    if fallback is not None:
        repeats = place.repeats or choice is not None
        twin = _Place(place.prefix, place.region, False, repeats, place.cells, place.box)
        yield from _blocks(fallback, story, twin, _Counter())


def _table(table: Element, story: _Story, place: _Place, number: int) -> Iterator[WordParagraph]:
    name = "inner table" if place.cells else "table"
    prefix = f"{place.prefix}, {name} {number}" if place.prefix else f"{name} {number}"
    for row_number, row in enumerate(iter_rows(table), start=1):
        for column, cell in enumerate(iter_cells(row), start=1):
            where = f"{prefix}, row {row_number}, column {column}"
            prompts = place.prompts or (story.may_prompt and is_prompt_cell(cell))
            inside = _Place(where, place.region, False, place.repeats, (*place.cells, cell), place.box, prompts)
            yield from _blocks(cell, story, inside, _Counter())


def _paragraph(element: Element, story: _Story, place: _Place) -> Iterator[WordParagraph]:
    where = place.prefix
    if place.counted:
        story.paragraphs += 1
    if not where:
        where = f"paragraph {story.paragraphs}"
    reader = _ParagraphReader(story, place.box)
    hidden = story.may_hide and _style(element, PARAGRAPH_PROPERTIES, _PARAGRAPH_STYLE) in story.hidden_styles
    if not (hidden or place.prompts):
        reader.read(element, None)
    yield reader.finish(element, place, where)
    for content, repeats in reader.boxes:
        if not repeats:
            story.boxes += 1
        yield from _text_box(content, story, place, repeats=repeats or place.repeats)


def _text_box(content: Element, story: _Story, place: _Place, *, repeats: bool) -> Iterator[WordParagraph]:
    outer = story.part.place
    name = f"text box {story.boxes}"
    region = story.part.region if outer else Region.TEXT_BOX
    inside = _Place(f"{outer}, {name}" if outer else name, region, False, repeats, (), content)
    fields, story.fields = story.fields, []
    yield from _blocks(content, story, inside, _Counter())
    story.fields = fields


def _style(element: Element, properties: str, style: str) -> str | None:
    for held in element.iterchildren(properties):
        for named in held.iterchildren(style):
            return named.get(VAL)
    return None


class _ParagraphReader:
    """Gathers the text of one paragraph."""

    __slots__ = ("boxes", "drawings", "length", "links", "outer_box", "parts", "pieces", "story")

    def __init__(self, story: _Story, outer_box: Element | None) -> None:
        self.story = story
        self.outer_box = outer_box
        self.parts: list[str] = []
        self.length = 0
        self.pieces: list[TextPiece] = []
        self.links: list[WordLink] = []
        self.boxes: list[tuple[Element, bool]] = []
        self.drawings: list[Element] = []
        for open_field in story.fields:
            open_field.start = 0

    def read(self, container: Element, run: Element | None) -> None:
        """Take everything inside ``container``; ``run`` is the run around it, if any."""
        for child in container:
            tag = child.tag
            if tag == R:
                if self.story.may_hide and self._is_hidden(child):
                    self._read_hidden(child)
                else:
                    self.read(child, child)
            elif tag == T:
                self.take(child, run)
            elif tag not in _LEFT_OUT:
                self._read_other(child, tag, run)

    def _read_other(self, child: Element, tag: str, run: Element | None) -> None:
        if tag in FIXED or tag in _WORDS:
            self.take(child, run)
        elif tag in (HYPERLINK, FIELD_SIMPLE):
            self._read_link(child)
        elif tag == FIELD_CHARACTER:
            self._turn_field(child)
        elif tag == INSTRUCTION:
            if self.story.fields:
                self.story.fields[-1].instructions.append(child)
        elif tag == ALTERNATE:
            self._read_alternate(child, run)
        elif tag in _PICTURED:
            self._take_drawing(child, repeats=False)
        elif len(child) and not (tag == SDT and self.story.may_prompt and prompt_of(child) is not None):
            self.read(child, run)

    def take(self, element: Element, run: Element | None) -> None:
        """Add the text of one text-bearing element."""
        if self.story.fields and not all(field.in_result for field in self.story.fields):
            return
        tag = element.tag
        editable = tag in _EDITABLE
        if editable:
            text = element.text or ""
            if "\n" in text or "\t" in text or "\r" in text:
                text = text.translate(_ONE_LINE)
        else:
            text = FIXED.get(tag) or symbol(element)
        end = self.length + len(text)
        self.pieces.append(TextPiece(element, self.length, end, editable, run))
        self.parts.append(text)
        self.length = end

    def _is_hidden(self, run: Element) -> bool:
        for properties in run.iterchildren(RUN_PROPERTIES):
            for vanish in properties.iterchildren(VANISH):
                return is_on(vanish.get(VAL))
        return _style(run, RUN_PROPERTIES, _RUN_STYLE) in self.story.hidden_styles

    def _read_hidden(self, run: Element) -> None:
        """Follow the field marks of a hidden run, or what comes after would seem to be inside the field."""
        for child in run.iterchildren(FIELD_CHARACTER, INSTRUCTION):
            self._read_other(child, child.tag, run)

    def _read_link(self, element: Element) -> None:
        start = self.length
        self.read(element, None)
        if element.tag == FIELD_SIMPLE:
            target = field_target(element.get(_INSTR, ""))
            if target:
                self.links.append(WordLink(start, self.length, element, None, (), target))
            return
        anchor = element.get(_ANCHOR)
        identifier = element.get(RELATIONSHIP_ID)
        target = f"#{anchor}" if anchor and not identifier else None
        self.links.append(WordLink(start, self.length, element, identifier, (), target))

    def _turn_field(self, element: Element) -> None:
        turn = element.get(_FIELD_TURN)
        fields = self.story.fields
        if turn == "begin" and len(fields) < _MAX_FIELDS:
            fields.append(_Field(element, self.length, []))
        elif fields and turn == "separate":
            fields[-1].in_result = True
            fields[-1].start = self.length
        elif fields and turn == "end":
            self._add_field_link(fields.pop())

    def _add_field_link(self, field: _Field) -> None:
        target = field_target("".join(part.text or "" for part in field.instructions))
        if target and field.in_result and self.length > field.start:
            self.links.append(WordLink(field.start, self.length, field.begin, None, tuple(field.instructions), target))

    def _read_alternate(self, element: Element, run: Element | None) -> None:
        before = (self.length, len(self.boxes), len(self.drawings))
        for choice in element.iterchildren(CHOICE):
            self.read(choice, run)
            break
        shown = (self.length, len(self.boxes), len(self.drawings)) != before
        for fallback in element.iterchildren(FALLBACK):
            if shown:
                self._take_drawing(fallback, repeats=True)
            else:
                self.read(fallback, run)

    def _take_drawing(self, element: Element, *, repeats: bool) -> None:
        boxes = [
            content
            for content in element.iter(TEXT_BOX_CONTENT)
            if next(content.iterancestors(TEXT_BOX_CONTENT), None) is self.outer_box
        ]
        self.boxes.extend((content, repeats) for content in boxes)
        if not repeats:
            self.drawings.append(element)

    def finish(self, element: Element, place: _Place, where: str) -> WordParagraph:
        """Return the paragraph gathered."""
        # A field whose result never begins would swallow the rest of the file.
        self.story.fields = [field for field in self.story.fields if field.in_result]
        for field in self.story.fields:
            self._add_field_link(field)
        return WordParagraph(
            self.story.part.member,
            element,
            where,
            place.region,
            "".join(self.parts),
            tuple(self.pieces),
            place.repeats,
            tuple(self.links),
            place.cells,
            tuple(self.drawings),
        )
