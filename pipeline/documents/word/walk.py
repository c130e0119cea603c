"""Walk over every paragraph of a Word file, with the elements its text came from.

The reader (``document``) turns the paragraphs into blocks; the patcher in ``word`` changes the elements in place:
member bytes → ``parse_member`` → ``walk_paragraphs`` → set ``piece.element.text`` → serialise that member alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from pipeline.documents.word.controls import is_prompt_cell, prompt_of
from pipeline.documents.word.grid import word_grid
from pipeline.documents.word.marks import SHOWS_PROMPT, MarkElements
from pipeline.documents.word.names import (
    ALTERNATE,
    CHOICE,
    DRAWING_BREAK,
    DRAWING_PARAGRAPH,
    DRAWING_TEXT,
    FALLBACK,
    PARAGRAPH_PROPERTIES,
    SDT,
    TBL,
    VANISH,
    P,
    w,
)
from pipeline.documents.word.package import WordPart
from pipeline.documents.word.paragraph import (
    LEFT_OUT,
    Element,
    ParagraphReader,
    Position,
    Story,
    WordParagraph,
    plain_paragraph,
    style_of,
)
from pipeline.model.documents import Region
from pipeline.places import Place, PlaceKind, body_paragraph

_NOTES = frozenset({w("footnote"), w("endnote"), w("comment")})
_NOTE_KINDS = frozenset({PlaceKind.FOOTNOTE, PlaceKind.ENDNOTE, PlaceKind.COMMENT})
_NO_NOTE = frozenset({"separator", "continuationSeparator", "continuationNotice"})
_BODY, _TYPE, _PARAGRAPH_STYLE = w("body"), w("type"), w("pStyle")


@dataclass(slots=True)
class _Counter:
    """Counts the tables of one container."""

    tables: int = 0


def walk_paragraphs(
    root: Element, part: WordPart, *, hidden_styles: frozenset[str] = frozenset(), marks: MarkElements | None = None
) -> Iterator[WordParagraph]:
    """Yield every paragraph of one member in reading order, empty ones included.

    A text box follows the paragraph it hangs on. Tracked insertions are in; out are deletions, text moved away, hidden
    text, and the prompts of content controls that nobody filled in. ``hidden_styles`` are the ids of styles that hide
    their text; ``marks`` are those of ``root`` where they are gathered already.
    """
    may_hide = bool(hidden_styles or _has(root, VANISH) if marks is None else hidden_styles or marks.hidden)
    may_prompt = _has(root, SHOWS_PROMPT) if marks is None else bool(marks.prompts)
    story = Story(part, hidden_styles, may_hide, may_prompt, [])
    if part.region is Region.TEXT_BOX:
        yield from _drawn_paragraphs(root, story)
        return
    if part.place is not None and part.place.kind in _NOTE_KINDS:
        number = 0
        for note in root:
            if note.tag in _NOTES and note.get(_TYPE) not in _NO_NOTE:
                number += 1
                story.fields.clear()
                yield from _blocks(
                    note, story, Position(Place(part.place.kind, number), part.region, False, False), _Counter()
                )
        return
    body = next(root.iterchildren(_BODY), root)
    yield from _blocks(body, story, Position(part.place, part.region, part.place is None, part.repeats), _Counter())


def _has(root: Element, tag: str) -> bool:
    return next(root.iter(tag), None) is not None


def _drawn_paragraphs(root: Element, story: Story) -> Iterator[WordParagraph]:
    """Diagrams and charts: DrawingML paragraphs, wherever they stand."""
    part = story.part
    for paragraph in root.iter(DRAWING_PARAGRAPH):
        reader = ParagraphReader(story, None)
        for element in paragraph.iter(DRAWING_TEXT, DRAWING_BREAK):
            reader.take(element, None)
        yield reader.finish(
            paragraph, Position(part.place, part.region, False, part.repeats), part.place or Place(PlaceKind.DIAGRAM)
        )


def _blocks(container: Element, story: Story, place: Position, counter: _Counter) -> Iterator[WordParagraph]:
    for child in container:
        tag = child.tag
        if tag == P:
            where = _where(story, place)
            special = story.may_hide or story.fields or place.prompts
            plain = None if special else plain_paragraph(child, story, place, where)
            if plain is not None:
                yield plain
            else:
                yield from _paragraph(child, story, place, where)
        elif tag == TBL:
            counter.tables += 1
            yield from _table(child, story, place, counter.tables)
        elif tag == ALTERNATE:
            yield from _alternate_blocks(child, story, place, counter)
        elif tag not in LEFT_OUT and len(child):
            prompts = place.prompts or (tag == SDT and story.may_prompt and prompt_of(child) is not None)
            inside = replace(place, prompts=True) if prompts else place
            yield from _blocks(child, story, inside, counter)


def _alternate_blocks(element: Element, story: Story, place: Position, counter: _Counter) -> Iterator[WordParagraph]:
    choice = next(element.iterchildren(CHOICE), None)
    fallback = next(element.iterchildren(FALLBACK), None)
    if choice is not None:
        yield from _blocks(choice, story, place, counter)
    if fallback is not None:
        repeats = place.repeats or choice is not None
        twin = Position(place.prefix, place.region, False, repeats, place.cells, place.box)
        yield from _blocks(fallback, story, twin, _Counter())


def _table(table: Element, story: Story, place: Position, number: int) -> Iterator[WordParagraph]:
    name = Place(PlaceKind.INNER_TABLE if place.cells else PlaceKind.TABLE, number, place.prefix)
    table_name, outer = str(name), place.prefix.cell if place.prefix else None
    for row_number, (_, row) in enumerate(word_grid(table), start=1):
        in_row = name.inside(PlaceKind.ROW, row_number)
        for column, cell in enumerate(row, start=1):
            prompts = place.prompts or (story.may_prompt and is_prompt_cell(cell.element))
            cells = (*place.cells, cell.element)
            where = Place(PlaceKind.COLUMN, column, in_row, cell=cell.place(table_name, outer))
            inside = Position(where, place.region, False, place.repeats, cells, place.box, prompts)
            yield from _blocks(cell.element, story, inside, _Counter())


def _where(story: Story, place: Position) -> Place:
    """Count a paragraph and say where it stands."""
    if place.counted:
        story.paragraphs += 1
    return place.prefix or body_paragraph(story.paragraphs)


def _paragraph(element: Element, story: Story, place: Position, where: Place) -> Iterator[WordParagraph]:
    reader = ParagraphReader(story, place.box)
    hidden = story.may_hide and style_of(element, PARAGRAPH_PROPERTIES, _PARAGRAPH_STYLE) in story.hidden_styles
    if not (hidden or place.prompts):
        reader.read(element, None)
    yield reader.finish(element, place, where)
    for content, repeats in reader.boxes:
        if not repeats:
            story.boxes += 1
        yield from _text_box(content, story, place, repeats=repeats or place.repeats)


def _text_box(content: Element, story: Story, place: Position, *, repeats: bool) -> Iterator[WordParagraph]:
    outer = story.part.place
    box = Place(PlaceKind.TEXT_BOX, story.boxes, outer)
    region = story.part.region if outer else Region.TEXT_BOX
    inside = Position(box, region, False, repeats, (), content)
    fields, story.fields = story.fields, []
    yield from _blocks(content, story, inside, _Counter())
    story.fields = fields
