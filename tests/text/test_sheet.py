"""The one grid of a document: no character is lost to it or stands twice, whatever a document is made of."""

from collections import Counter
from collections.abc import Iterator, Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.documents import read_document_bytes
from pipeline.last_look.lines import Rows
from pipeline.model.documents import Block, BlockKind, Cell, Document, DocumentFormat, Region, Span
from pipeline.places import Place, PlaceKind, body_paragraph
from pipeline.text.lines import list_lines, rows_of
from pipeline.text.passages import Passage
from pipeline.text.sheet import Sheet, sheet_of
from tests.soak_copies.soaking import soak

LONG = "Many words in a frame. " * 25
_WORDS = st.text("ab é\t\n|  \u00a0\u200b:.", max_size=24) | st.sampled_from(
    (
        "DSL:\tAnn Lee",
        "D S L :   A N N   L E E",
        "Ann Lee | DSL | 01632 960001",
        "Table 1: who to tell",
        "a   b\n\n c | d",
    )
)
_REGIONS = st.sampled_from([each for each in Region if each is not Region.COMMENT])
_KINDS = st.sampled_from((BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.LIST_ITEM))


@st.composite
def _paragraphs(draw: st.DrawFn) -> Block:
    words = tuple(Span(draw(_WORDS)) for _ in range(draw(st.integers(0, 2))))
    edges = draw(st.sampled_from(((), ((50.0, 90.0),), ((50.0, 90.0), (120.0, 300.0)))))
    where = body_paragraph(draw(st.integers(1, 99)))
    return Block(draw(_KINDS), where, words, draw(_REGIONS), page=draw(st.none() | st.just(1)), edges=edges)


def _tables(inside: st.SearchStrategy[list[Block]]) -> st.SearchStrategy[Block]:
    cell = st.builds(
        Cell, inside.map(tuple), columns=st.integers(1, 3), rows=st.integers(1, 3), before=st.sampled_from((0, 0, 1))
    )
    rows = st.lists(st.lists(cell, max_size=3).map(tuple), min_size=1, max_size=3).map(tuple)
    return rows.map(lambda each: Block(BlockKind.TABLE, Place(PlaceKind.TABLE, 1), rows=each))


_BLOCKS = st.recursive(
    st.lists(_paragraphs(), max_size=4),
    lambda inside: st.lists(_paragraphs() | _tables(inside), max_size=4),
    max_leaves=12,
)


def _leaves(blocks: Sequence[Block]) -> Iterator[Block]:
    for block in blocks:
        if block.rows:
            yield from (leaf for row in block.rows for cell in row for leaf in _leaves(cell.blocks))
        else:
            yield block


def _document(blocks: Sequence[Block], comments: Sequence[str] = ("Ann Lee?\nAsk her.",)) -> Document:
    """Return a document with comments, which every reader gives last."""
    said = [Block(BlockKind.PARAGRAPH, Place(PlaceKind.COMMENT, 1), (Span(each),), Region.COMMENT) for each in comments]
    return Document("policy.docx", DocumentFormat.DOCX, "", 1, (*blocks, *said))


def assert_each_character_once(document: Document) -> None:
    sheet = sheet_of(document)
    assert [block.text for block in sheet.paragraphs] == [block.text for block in _leaves(document.blocks)]
    stood = Counter(
        (stretch.passage, at)
        for row in rows_of(sheet)
        for cell in row.parts
        for stretch in cell.stretches
        for at in range(stretch.start, stretch.end)
    )
    there = {(number, at) for number, block in enumerate(sheet.paragraphs) for at in range(len(block.text))}
    assert set(stood) == there
    assert set(stood.values()) <= {1}


@settings(max_examples=200, deadline=None)
@given(_BLOCKS)
def test_every_character_of_a_document_stands_in_exactly_one_cell(blocks: list[Block]) -> None:
    assert_each_character_once(_document(blocks))


@settings(max_examples=200, deadline=None)
@given(_BLOCKS)
def test_facts_and_the_last_look_read_every_letter_outside_comments_once(blocks: list[Block]) -> None:
    document = _document(blocks)
    own = "".join(block.text for block in _leaves(blocks))
    facts = "".join(cell for line in list_lines(document) for cell in line.cells)
    rows = Rows(document)
    seen = "".join(words for at in range(len(rows)) for words in rows.words(at))
    assert _letters(facts) == _letters(seen) == _letters(own)


def _letters(text: str) -> Counter[str]:
    return Counter(filter(str.isalnum, text))


def test_every_character_of_a_finished_copy_stands_in_exactly_one_cell() -> None:
    """Copies of generated documents, which put people into every place that Word has for words."""
    for number in range(12):
        outcome = soak(37, number)
        for content in (outcome.original, outcome.copy.content if outcome.copy is not None else outcome.expected):
            assert_each_character_once(read_document_bytes(content, shown_as="policy.docx"))


@settings(max_examples=80, deadline=None)
@given(_BLOCKS)
def test_paragraphs_with_their_cells_make_the_sheet_of_their_document(blocks: list[Block]) -> None:
    """Planning has no document, but the paragraphs of a Word file: the grid is the same, cell for cell."""
    sheet = sheet_of(_document(blocks))
    numbers = range(len(sheet.paragraphs))
    passages = [
        Passage(Place(PlaceKind.COLUMN, 1, cell=sheet[at]), sheet.paragraphs[at].text, sheet.paragraphs[at].region)
        for at in numbers
    ]
    planned = Sheet(passages)
    assert [planned[at] for at in numbers] == [sheet[at] for at in numbers]
    for at in numbers:
        assert list(planned.left_of(at)) == list(sheet.left_of(at))
        assert list(planned.above(at)) == list(sheet.above(at))
        assert planned.head(at) == sheet.head(at)
        assert planned.below(at) == sheet.below(at)
