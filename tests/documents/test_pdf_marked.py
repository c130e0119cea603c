"""The part of a PDF's page that a value was read from is drawn, with its words marked and no others."""

import io

import pytest
from PIL import Image, ImageChops
from pypdf import PdfReader, PdfWriter

from pipeline.documents.find_words import find_words
from pipeline.documents.pdf.marked import PagePart, draw_place
from pipeline.documents.source import Source
from pipeline.places import Place, body_paragraph, line_of_page
from tests.builders import PdfText, lines_down, pdf_file

LINES = ("Lettings Policy", "Last reviewed: July 2026", "Next review: July 2027", "Owner: Business Manager")
FRAME = (176, 84, 0)


def part_of(content: bytes, where: Place, words: str) -> PagePart:
    part = draw_place(Source(content, "lettings.pdf"), where, words)
    assert part is not None
    return part


def framed(part: PagePart) -> tuple[Image.Image, tuple[int, int, int, int]]:
    """The picture, and the box that the frames of its marks reach over: left, top, right, bottom."""
    picture = Image.open(io.BytesIO(part.png)).convert("RGB")
    other = ImageChops.difference(picture, Image.new("RGB", picture.size, FRAME)).convert("L")
    box = other.point(lambda level: 0 if level else 255).getbbox()
    assert box is not None, "nothing is framed"
    return picture, box


def turned(content: bytes, degrees: int) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    writer.pages[0].rotate(degrees)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("degrees", [0, 90])
def test_the_words_are_framed_where_they_stand_however_the_page_is_turned(degrees: int) -> None:
    content = turned(pdf_file([PdfText("Next review: July 2027", 100, 400, 12)]), degrees)
    part = part_of(content, line_of_page(1, 1), "July 2027")
    assert (part.marked, part.exact, part.page) == (("July 2027",), True, 1)
    picture, (left, top, right, bottom) = framed(part)
    across, down = (right - left, bottom - top) if degrees == 0 else (bottom - top, right - left)
    # Nine letters of 12 points, two dots a point, and not the label before them.
    assert 90 < across < 130
    assert 20 < down < 45
    inside = picture.crop((left + 4, top + 4, right - 3, bottom - 3))
    darkest = min(level for _, level in inside.convert("L").getcolors(1 << 16) or [])  # type: ignore[misc]
    assert darkest < 60, "letters stand in the frame"
    assert any(colour[0] > 240 and colour[2] < 120 for _, colour in inside.getcolors(1 << 16) or []), "on yellow"  # type: ignore[index]


def test_the_same_words_elsewhere_on_the_page_stay_unmarked() -> None:
    both = pdf_file(lines_down("Approved on: July 2027", *LINES))
    first, second = (part_of(both, line_of_page(1, line), "July 2027") for line in (1, 4))
    assert first.around == ("Approved on: July 2027",)
    assert second.around == ("Next review: July 2027",)
    boxes = [framed(part)[1] for part in (first, second)]
    assert all(bottom - top < 45 for _, top, _, bottom in boxes), "one line of each"


def test_words_that_do_not_stand_at_the_place_are_marked_nowhere() -> None:
    part = part_of(pdf_file(lines_down(*LINES)), line_of_page(1, 2), "July 2027")
    assert (part.marked, part.around) == ((), ("Last reviewed: July 2026",))
    with pytest.raises(AssertionError, match="nothing is framed"):
        framed(part)


def test_words_that_stand_there_twice_have_the_whole_place_marked() -> None:
    part = part_of(pdf_file(lines_down("May 2026 or May 2026 it was")), line_of_page(1, 1), "May 2026")
    assert (part.marked, part.exact) == (("May 2026 or May 2026 it was",), False)


def test_words_over_two_lines_are_marked_on_both_and_over_two_pages_on_the_one_that_has_them() -> None:
    long = "The governors of this school keep the policy under review and ask all who work here to know"
    over = part_of(pdf_file(lines_down(long, "it well and to say so.")), line_of_page(1, 1), "know it well")
    assert over.marked == ("know it well",)
    _, (_, top, _, bottom) = framed(over)
    assert bottom - top > 45
    pages = pdf_file(lines_down("It will be looked at again by the governors in"), lines_down("july 2027 or before."))
    assert part_of(pages, line_of_page(1, 1), "july 2027").page == 2


def test_a_title_that_runs_on_over_the_next_lines_is_marked_as_a_whole() -> None:
    words = "Privacy Notice for Westhaven School"
    page = [PdfText("Privacy Notice", 72, 750, 20, bold=True), PdfText("for Westhaven School", 72, 700, 14, bold=True)]
    assert part_of(pdf_file(page), line_of_page(1, 1), words).marked == (words,)


def test_several_values_of_one_place_are_marked_each() -> None:
    page = pdf_file(lines_down("Leads: Jo Bell and Sam Hill"))
    assert part_of(page, line_of_page(1, 1), "Jo Bell; Sam Hill; Kim Reed").marked == ("Jo Bell", "Sam Hill")


def test_a_scanned_page_is_shown_whole_and_unmarked() -> None:
    part = part_of(pdf_file(lines_down("Words."), [], scans=[2]), line_of_page(2, 3), "July 2027")
    assert (part.is_scan, part.marked, part.page) == (True, (), 2)
    assert Image.open(io.BytesIO(part.png)).height > 1200


def test_a_place_that_is_no_line_of_the_file_is_not_drawn() -> None:
    source = Source(pdf_file(lines_down(*LINES)), "lettings.pdf")
    for where in (line_of_page(7, 1), line_of_page(1, 40), body_paragraph(2)):
        assert draw_place(source, where, "July 2027") is None


def test_a_page_of_any_size_gives_a_picture_of_bounded_size() -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf_file(lines_down(*LINES)))))
    writer.pages[0].mediabox.upper_right = (14_400, 14_400)
    buffer = io.BytesIO()
    writer.write(buffer)
    picture = Image.open(io.BytesIO(part_of(buffer.getvalue(), line_of_page(1, 2), "July 2026").png))
    assert picture.width <= 1400
    assert picture.height <= 2200


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("Next  review:\tJuly\n2027", "July 2027", ["July\n2027"]),
        ("the well-\nbeing policy", "wellbeing policy", ["well-\nbeing policy"]),
        ("The headteacher leads, the head follows", "head", ["head"]),
        ("Version 12 and version 1", "1", ["1"]),
        ("Next review:Spring 2022Approved", "Spring 2022", ["Spring 2022"]),
        ("Oﬃce policy", "Office policy", ["Oﬃce policy"]),
        ("May 2026, May 2026", "May 2026", ["May 2026", "May 2026"]),
        ("Anything", " ; ", []),
    ],
)
def test_words_are_found_by_their_letters_and_never_inside_another_word(
    text: str, words: str, found: list[str]
) -> None:
    assert [text[each.start : each.end] for each in find_words(text, words)] == found
