"""What the front of a copy says is not said again by the document's own cover; its logo stands beside the title."""

import io
from dataclasses import replace

import pypdf
import pytest

from pipeline.labels.kinds import LabelKind
from pipeline.model.documents import Block, BlockKind, Picture, Region
from pipeline.pages.cover import FrontWords
from pipeline.pages.layout import LaidOutDocument, lay_out
from pipeline.pages.own_contents import find_own_contents
from pipeline.pages.pdf import render_pdf
from pipeline.places import read_place
from tests.pages.test_pdf import FRONT, block, cell, document, heading, read, real_png, table, tags

SAID = FrontWords(
    ("Visits Policy", "Hill School"),
    {
        LabelKind.APPROVED: "no date given",
        LabelKind.LAST_REVIEW: "August 2024",
        LabelKind.NEXT_REVIEW: "17 September 2025",
        LabelKind.OWNER: "Business Manager",
        LabelKind.VERSION: "3",
    },
)
WORDS = block(
    "Children visit museums, farms and woods, and whoever takes them there has been there before them, alone."
)


def kept(*blocks: Block) -> list[str]:
    """The words of what is left of a cover above the policy's own text."""
    nodes = lay_out(document(*blocks, heading("Why", 1), WORDS), said=SAID).blocks
    found = ["".join(span["t"] for span in node.get("s", ())) for node in nodes]
    return found[: found.index("Why")]


@pytest.mark.parametrize(
    "line",
    [
        "VISITS POLICY.", "Hill  School", "Version No: 3", "Policy Owner:\tBusiness Manager", "Review Date: 17.09.2025",
        "Date of last Review:\tAugust 2024", "Date approved by Governors:", "______________",
        "Policy title: Visits Policy",
    ],
)  # fmt: skip
def test_lines_of_a_cover_that_the_front_says_are_left_out(line: str) -> None:
    assert kept(block(line)) == []


@pytest.mark.parametrize(
    "line",
    [
        "Version No: 4", "Review Date: 17 September 2026", "Date of next review: August 2024", "Date: September 2025",
        "Approved by: Governors", "Applies to: all staff", "Policy Owner: Headteacher", "Hill School, Mill Lane",
        "Reviewed by: Ann Lee    Next review: 17 September 2025", "Reviewed by the Governing Body: August 2024",
        "Date of last review by Governors: August 2024",
    ],
)  # fmt: skip
def test_whatever_the_front_does_not_say_stays(line: str) -> None:
    assert kept(block(line)) == [line]


def test_of_a_paragraph_of_several_lines_those_stay_that_the_front_does_not_say() -> None:
    assert kept(block("Visits Policy\nOut of school\nVersion: 3")) == ["Out of school"]


def test_a_control_table_goes_where_the_front_says_all_of_it() -> None:
    rows = [(cell("Policy owner"), cell("Business Manager")), (cell("Next review:"), cell("17 September 2025"))]
    whole = lay_out(document(table(*rows), heading("Why", 1)), said=SAID).blocks
    assert [node["k"] for node in whole] == ["h"]
    more = lay_out(document(table(*rows, (cell("Applies to"), cell("all"))), heading("Why", 1)), said=SAID).blocks
    assert [node["k"] for node in more] == ["table", "h"]


def test_below_the_cover_nothing_is_left_out() -> None:
    nodes = lay_out(document(WORDS, block("Version No: 3"), heading("Visits Policy", 1)), said=SAID).blocks
    assert len(nodes) == 3
    nodes = lay_out(document(heading("Review", 1), WORDS), said=SAID).blocks
    assert len(nodes) == 2, "a heading is no blank to fill in"


def picture(description: str = "", width: float | None = 79.5, region: Region = Region.BODY) -> Block:
    held = Picture(real_png(), "image/png", description, width)
    return Block(BlockKind.PICTURE, read_place("paragraph 1"), picture=held, region=region)


def laid(*blocks: Block, crest: bool = False) -> LaidOutDocument:
    return lay_out(document(*blocks), said=SAID, crest=crest)


def test_the_first_picture_of_a_cover_or_of_the_pages_heads_is_the_logo() -> None:
    for region in (Region.BODY, Region.PAGE_HEADER):
        layout = laid(block("Hill School"), picture("Our oak", region=region), heading("Why", 1), WORDS)
        assert layout.logo is not None
        assert (layout.logo.width_mm, layout.logo.description) == (40.0, "Our oak")
        assert [node["k"] for node in layout.blocks] == ["h", "p"]
    layout = laid(heading("Why", 1), WORDS, picture("A map"))
    assert layout.logo is None
    assert layout.blocks[-1]["k"] == "pic", "a picture in the text is no logo"


def test_where_the_school_has_a_crest_of_its_own_that_is_the_logo() -> None:
    layout = laid(picture(), heading("Why", 1), WORDS, crest=True)
    assert layout.logo is None
    assert layout.pictures == ()
    assert [node["k"] for node in layout.blocks] == ["h", "p"]


def test_the_logo_of_the_document_stands_at_the_head_of_the_pdf_once_and_is_read_out() -> None:
    pdf = render_pdf(document(picture(), heading("Why", 1), WORDS), replace(FRONT, qr_svg=None))
    assert tags(pdf).count("Figure") == 1
    assert "Picture" not in read(pdf)


def test_a_picture_in_four_inks_is_named_and_takes_no_other_picture_with_it() -> None:
    inks = b"\xff\xd8\xff\xc0\x00\x14\x08\x00\x10\x00\x10\x04" + b"\0" * 20
    printed = replace(picture("Ink"), picture=Picture(inks, "image/jpeg", "Ink"))
    blocks = document(heading("Why", 1), WORDS, printed, picture("A map"))
    assert [node["k"] for node in lay_out(blocks).blocks][2:] == ["p", "pic"]
    assert [node["k"] for node in lay_out(blocks, for_screen=True).blocks][2:] == ["pic", "pic"]


def test_pages_begin_where_the_author_had_them_begin_but_for_the_one_behind_the_cover() -> None:
    why, form = replace(heading("Why", 1), new_page=True), replace(heading("Form", 1), new_page=True)
    note, text = replace(block("Appendix 1:"), new_page=True), replace(WORDS, new_page=True)
    nodes = laid(block("Hill School"), why, WORDS, note, form, text).blocks
    assert [node.get("new", False) for node in nodes] == [False, False, True, True, False]
    pages = pypdf.PdfReader(io.BytesIO(render_pdf(document(why, WORDS, form, WORDS), FRONT))).pages
    assert [("Why" in page.extract_text(), "Form" in page.extract_text()) for page in pages] == [
        (True, False),
        (False, True),
    ]


# --- the document's own list of contents -------------------------------------------------------------------------


ENTRIES = (block("Contents"), block("1. Why ........ 2"), block("2. Who ........ 3"), block("Notes to keep ..... 9"))


def test_a_list_of_contents_is_found_by_its_title_or_its_dots_and_its_pages() -> None:
    found = find_own_contents([WORDS, *ENTRIES, WORDS])
    assert found is not None
    assert (found.start, found.end) == (1, 5)
    tabs = [block(f"Part {number}\t{number}") for number in range(1, 5)]
    assert find_own_contents(tabs) is None, "figures in a column"
    assert find_own_contents([block("Contents"), *tabs]) is not None
    assert find_own_contents([block("Contents"), *reversed(tabs)]) is None, "pages only rise"


def test_the_contents_of_the_copy_take_the_place_of_those_printed() -> None:
    parts = [each for name in ("Why", "Who") for each in (heading(name, 1), block("word " * 900))]
    made = document(*ENTRIES, *parts)
    (printed,) = [node for node in lay_out(made).blocks if node["k"] == "toc"]
    assert [each["s"][0]["t"] for each in printed["b"]] == ["Contents", "Notes to keep ..... 9"]
    assert not [node for node in lay_out(document(*ENTRIES[:-1], *ENTRIES[1:2], *parts)).blocks if node["k"] == "toc"]
    (folded,) = [node for node in lay_out(made, for_screen=True).blocks if node["k"] == "toc"]
    assert len(folded["b"]) == 4
    assert "Notes to keep" in read(render_pdf(made, FRONT))
