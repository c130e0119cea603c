"""One paragraph of a Word file: its text, the elements it came from, and what is read of its runs, fields and links.

Stands below ``walk``, which finds the paragraphs.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from pipeline.documents.word.characters import FIXED, field_target, symbol
from pipeline.documents.word.controls import prompt_of
from pipeline.documents.word.names import (
    ALTERNATE,
    CHOICE,
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
    TEXT_BOX_CONTENT,
    VAL,
    VANISH,
    R,
    T,
    is_on,
    w,
)
from pipeline.documents.word.package import WordPart
from pipeline.model.documents import Region
from pipeline.places import Place

Element = etree._Element

LEFT_OUT = frozenset(
    {w("del"), w("moveFrom"), PARAGRAPH_PROPERTIES, w("sdtPr"), w("sdtEndPr"), w("rt"), RUN_PROPERTIES}
)
"""Elements in which no words are read."""
_PICTURED = frozenset({w("drawing"), w("pict"), w("object")})
_WORDS = frozenset({MATH_TEXT, DRAWING_TEXT, w("sym")})
_EDITABLE = frozenset({T, DRAWING_TEXT, MATH_TEXT})
_ANCHOR, _INSTR, _FIELD_TURN, _RUN_STYLE = w("anchor"), w("instr"), w("fldCharType"), w("rStyle")
_MAX_FIELDS = 64
"""Fields inside fields; more were never closed, and each paragraph looks at all of them."""
_SAYS_NOTHING = frozenset(map(w, ("proofErr", "bookmarkStart", "bookmarkEnd", "lastRenderedPageBreak")))
"""Elements without words or anything else in them that stand in the plainest of paragraphs."""
_BREAK = w("br")
_OTHER_LINE = "\n\r\t"
_ONE_LINE = str.maketrans(_OTHER_LINE, "   ")

# Paragraphs, their pieces and links are made by the thousand; frozen, each would take four times as long to make.


@dataclass(slots=True)
class TextPiece:
    """A stretch of a paragraph's text and the element it came from."""

    element: Element
    start: int
    end: int
    editable: bool
    """``element.text`` is this text, character for character, and may be set."""
    run: Element | None
    """The ``w:r`` around it, for its formatting."""


@dataclass(slots=True)
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


@dataclass(slots=True)
class WordParagraph:
    """One paragraph, with its text as a reader of the accepted document sees it."""

    member: str
    element: Element
    where: Place
    """``paragraph 5``, ``table 1, row 2, column 3``, ``page header``, ``text box 1``, ``footnote 2``, ``comment 1``."""
    region: Region
    text: str
    made: tuple[TextPiece, ...] | None
    """The pieces; None for a plain paragraph, whose pieces are made of its runs when a caller asks for them."""
    repeats: bool
    """The second copy of a text box (for older programs): change it, do not read it."""
    links: tuple[WordLink, ...] = ()
    cells: tuple[Element, ...] = ()
    """The ``w:tc`` elements around it, outermost first; text boxes start anew."""
    drawings: tuple[Element, ...] = ()
    """Pictures and objects anchored in it."""
    runs: Sequence[Element] = ()
    """Of a plain paragraph: the run around each of its ``texts``."""
    texts: Sequence[str] = ()
    """Of a plain paragraph: the stretches of its text, in order."""
    may_break: bool = True
    """Whether a ``w:br`` may be in it."""

    @property
    def pieces(self) -> tuple[TextPiece, ...]:
        """The stretches of the text, in order, each with the element it came from."""
        if self.made is None:
            self.made = tuple(_plain_pieces(self.element))
        return self.made


@dataclass(slots=True)
class OpenField:
    """A complex field that has begun and not ended; it may run over several paragraphs."""

    begin: Element
    start: int
    instructions: list[Element]
    in_result: bool = False


@dataclass(slots=True)
class Story:
    """What is counted while walking one member."""

    part: WordPart
    hidden_styles: frozenset[str]
    may_hide: bool
    may_prompt: bool
    """Some content control shows the words that ask to fill it in."""
    fields: list[OpenField]
    paragraphs: int = 0
    boxes: int = 0


@dataclass(frozen=True, slots=True)
class Position:
    """Where in the member the walk stands."""

    prefix: Place | None
    """What its paragraphs stand in; None in the body."""
    region: Region
    counted: bool
    """Body-level paragraphs are told by number."""
    repeats: bool
    cells: tuple[Element, ...] = ()
    box: Element | None = None
    prompts: bool = False
    """Inside a content control that nobody filled in: its paragraphs count, their words do not."""


def plain_paragraph(element: Element, story: Story, place: Position, where: Place) -> WordParagraph | None:
    """Return a paragraph of nothing but runs of text, as most are; None where anything else is in it."""
    runs: list[Element] = []
    texts: list[str] = []
    breaks, signs = False, 0
    for run in element:
        tag = run.tag
        if tag == R:
            for part in run:
                inner = part.tag
                if inner == T:
                    runs.append(run)
                    texts.append(part.text or "")
                elif inner == RUN_PROPERTIES:
                    continue
                elif inner in FIXED:
                    text, breaks = FIXED[inner], breaks or inner == _BREAK
                    signs += text in _OTHER_LINE
                    runs.append(run)
                    texts.append(text)
                elif inner not in _SAYS_NOTHING:
                    return None
        elif tag != PARAGRAPH_PROPERTIES and tag not in _SAYS_NOTHING:
            return None
    text, member = "".join(texts), story.part.member
    if _is_broken(text) and sum(map(text.count, _OTHER_LINE)) != signs:
        return None  # Not every such sign is an element of its own.
    return WordParagraph(
        member, element, where, place.region, text, None, place.repeats, (), place.cells, (), runs, texts, breaks
    )


def _is_broken(text: str) -> bool:
    return "\n" in text or "\t" in text or "\r" in text


def _plain_pieces(element: Element) -> Iterator[TextPiece]:
    length = 0
    for run in element.iterchildren(R):
        for part in run:
            tag = part.tag
            text = (part.text or "") if tag == T else FIXED.get(tag)
            if text is not None:
                end = length + len(text)
                yield TextPiece(part, length, end, tag == T, run)
                length = end


def shown_text(text: str) -> str:
    """Return the text of an element as a reader sees it: on one line."""
    return text.translate(_ONE_LINE) if _is_broken(text) else text


def style_of(element: Element, properties: str, style: str) -> str | None:
    """Return the id of the style that an element's properties name, None where they name none."""
    for held in element.iterchildren(properties):
        for named in held.iterchildren(style):
            return named.get(VAL)
    return None


class ParagraphReader:
    """Gathers the text of one paragraph."""

    __slots__ = ("boxes", "drawings", "length", "links", "outer_box", "parts", "pieces", "story")

    def __init__(self, story: Story, outer_box: Element | None) -> None:
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
            elif tag not in LEFT_OUT:
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
        text = shown_text(element.text or "") if editable else FIXED.get(tag) or symbol(element)
        end = self.length + len(text)
        self.pieces.append(TextPiece(element, self.length, end, editable, run))
        self.parts.append(text)
        self.length = end

    def _is_hidden(self, run: Element) -> bool:
        for properties in run.iterchildren(RUN_PROPERTIES):
            for vanish in properties.iterchildren(VANISH):
                return is_on(vanish.get(VAL))
        return style_of(run, RUN_PROPERTIES, _RUN_STYLE) in self.story.hidden_styles

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
            fields.append(OpenField(element, self.length, []))
        elif fields and turn == "separate":
            fields[-1].in_result = True
            fields[-1].start = self.length
        elif fields and turn == "end":
            self._add_field_link(fields.pop())

    def _add_field_link(self, field: OpenField) -> None:
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

    def finish(self, element: Element, place: Position, where: Place) -> WordParagraph:
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
