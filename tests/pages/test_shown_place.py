"""The place that a value was read from is shown as it was read, its words marked; of a PDF as a picture."""

import pytest

from pipeline.documents.sandbox.calls import ContainedCalls
from pipeline.documents.source import Source
from pipeline.errors import DocumentError
from pipeline.model.documents import BlockKind, DocumentFormat
from pipeline.pages.marked_blocks import ShownBlock
from pipeline.pages.shown_place import (
    HowShown,
    ShownPlace,
    describe_picture,
    prepare_showing,
    say_shown,
    show_places,
)
from pipeline.places import read_places
from tests.builders import lines_down, paragraph, pdf_file, run, table, word_file

BOLD = "<w:b/>"


def shown(content: bytes, where: str, words: str, document_format: DocumentFormat = DocumentFormat.DOCX) -> ShownPlace:
    (one,) = show_places(Source(content, "lettings.docx"), document_format, read_places(where), words)
    return one


def texts(blocks: tuple[ShownBlock, ...], *, marked: bool = False) -> list[str]:
    """The words of blocks, cells too; only what is marked of them, or all."""
    found = []
    for block in blocks:
        words = "".join(piece.text for piece in block.pieces if piece.marked or not marked)
        found += [words] if words else []
        found += [word for row in block.rows for cell in row for word in texts(cell.blocks, marked=marked)]
    return found


def test_words_of_a_paragraph_are_marked_among_what_stands_round_it() -> None:
    body = [paragraph(f"Sentence {number}.") for number in range(1, 7)]
    dated = paragraph(run("Next review: "), run("July", BOLD), run(" 2027"))
    one = shown(word_file(*body[:4], dated, *body[4:]), "paragraph 5", "July 2027")
    assert (one.how, one.marked, one.around) == (HowShown.MARKED, ("July 2027",), "Next review: July 2027")
    assert texts(one.blocks, marked=True) == ["July 2027"]
    assert texts(one.blocks)[:2] == ["Sentence 2.", "Sentence 3."]
    assert [piece.text for block in one.blocks for piece in block.pieces if piece.bold] == ["July"]
    assert say_shown(one) == ""


def test_of_two_equal_lines_the_one_at_the_place_is_marked() -> None:
    one = shown(word_file(paragraph("May 2026"), paragraph("May 2026")), "paragraph 2", "May 2026")
    assert [any(piece.marked for piece in block.pieces) for block in one.blocks] == [False, True]


def test_a_row_of_a_long_table_is_shown_with_its_headings_and_the_rows_round_it() -> None:
    rows = [[f"Version {number}", f"May 20{number}"] for number in range(10, 30)]
    one = shown(word_file(table(["Version", "Date"], *rows, header_rows=1)), "table 1, row 13, column 2", "May 2021")
    (grid,) = one.blocks
    assert grid.kind is BlockKind.TABLE
    assert texts(one.blocks, marked=True) == ["May 2021"]
    assert texts(one.blocks)[:4] == ["Version", "Date", "Version 18", "May 2018"]
    assert len(grid.rows) == 1 + 7


def test_a_value_beside_the_label_that_the_place_names_is_marked_in_its_row_alone() -> None:
    cells = table(["Lead", "Jo Bell"], ["Deputy", "Jo Bell"])
    one = shown(word_file(cells), "table 1, row 2, column 1", "Jo Bell")
    (grid,) = one.blocks
    assert [texts(cell.blocks, marked=True) for row in grid.rows for cell in row] == [[], [], [], ["Jo Bell"]]


def test_words_that_stand_there_more_than_once_or_not_at_all_are_said_to() -> None:
    content = word_file(paragraph("May 2026, and again May 2026"), paragraph("May 2026"))
    twice, elsewhere, gone = (
        shown(content, where, words)
        for where, words in (("paragraph 1", "May 2026"), ("paragraph 2", "June 2026"), ("paragraph 9", "May 2026"))
    )
    assert (twice.how, texts(twice.blocks, marked=True)) == (HowShown.WHOLE, ["May 2026, and again May 2026"])
    assert (elsewhere.how, texts(elsewhere.blocks, marked=True)) == (HowShown.UNMARKED, [])
    assert (gone.how, gone.blocks) == (HowShown.NOWHERE, ())
    assert all(map(say_shown, (twice, elsewhere, gone)))


def test_a_long_paragraph_is_cut_round_its_mark() -> None:
    one = shown(word_file(paragraph(f"{'before ' * 500}Jo Bell {'behind ' * 500}")), "paragraph 1", "Jo Bell")
    (words,) = texts(one.blocks)
    assert words.startswith("… ")
    assert words.endswith(" …")
    assert "Jo Bell" in words
    assert len(words) < 2000
    assert "Jo Bell" in one.around
    assert len(one.around) < 300


def test_of_a_document_that_lies_in_one_cell_only_what_stands_round_the_place_is_shown() -> None:
    inside, beside = (
        "".join(paragraph(f"{word} {number}.") for number in range(1, 101)) for word in ("Sentence", "Beside")
    )
    one = shown(word_file(table([inside, beside])), "table 1, row 1, column 1", "Sentence 50.")
    assert texts(one.blocks, marked=True) == ["Sentence 50."]
    near = [f"Sentence {number}." for number in range(47, 54)]
    assert texts(one.blocks) == [*near, *(f"Beside {number}." for number in range(1, 5)), "…"]


def test_a_pdf_is_drawn_in_a_child_and_described_to_whoever_cannot_see_it() -> None:
    source = Source(pdf_file(lines_down("Lettings", "Next review: July 2027")), "lettings.pdf")
    with ContainedCalls(prepare_showing) as call:
        one, gone = call(show_places, source, DocumentFormat.PDF, read_places("page 1, line 2, page 4, line 1"), "2027")
        with pytest.raises(DocumentError, match="damaged"):
            call(show_places, Source(b"%PDF-1.7 cut", "cut.pdf"), DocumentFormat.PDF, (gone.where,), "2027")
    assert one.is_sound
    assert one.size[0] > 1000
    assert describe_picture(one) == (
        "Part of page 1 of lettings.pdf. Marked: “2027”. The words there: “Next review: July 2027”."
    )
    assert gone.how is HowShown.NOWHERE
    assert not ShownPlace(one.where, HowShown.MARKED, png=b"<svg>").is_sound
