"""PDF copies: valid for screen readers, whatever the document holds, and saying what the front block says."""

import io
import re
import struct
import unicodedata
from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import outloud
import page
import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.contacts.safety_lines import safety_lines
from pipeline.documents import read_document_bytes
from pipeline.errors import RenderError
from pipeline.model.contacts import Directory, Holder
from pipeline.model.documents import Block, BlockKind, Cell, Document, DocumentFormat, Picture, Region, Span
from pipeline.pages.cover import FrontWords
from pipeline.pages.grid import grid_of
from pipeline.pages.layout import WITHOUT_DESCRIPTION, lay_out
from pipeline.pages.pdf import FrontBlock, document_date, front_contacts, render_pdf, set_policy
from pipeline.pages.showable import showable
from pipeline.places import APPENDIX, read_place
from pipeline.resources import template_folder

DIRECTORY = Directory(
    (
        Holder("headteacher", "Ida Moss", "", None, None),
        Holder("dsl", "Jane Okafor", "Mrs", "01632 960123", "j.okafor@example.sch.uk"),
        Holder("deputy-dsl", "Tom Bell", "Mr", "01632 960124", None),
    )
)
FRONT = FrontBlock(
    title="Confidentiality Policy",
    school="West Park School",
    version="3",
    state_words="review late, still in force",
    approved=None,
    last_review="August 2024",
    next_review="August 2025",
    owner="Safeguarding Lead",
    contacts=front_contacts(DIRECTORY),
    code="K7M-2QX4",
    safety=safety_lines(DIRECTORY),
)


def block(text: str, kind: BlockKind = BlockKind.PARAGRAPH, **more: Any) -> Block:
    return Block(kind, read_place("paragraph 1"), (Span(text),), **more)


def heading(text: str, level: int) -> Block:
    return block(text, BlockKind.HEADING, level=level)


def item(text: str, level: int = 0, *, ordered: bool = False) -> Block:
    return block(text, BlockKind.LIST_ITEM, level=level, ordered=ordered)


WHERE_TO_GO = block("Go to the office.")
APPENDIX_ALONE = replace(heading("Local appendix", 1), where=APPENDIX)


def table(*rows: tuple[Cell, ...]) -> Block:
    return Block(BlockKind.TABLE, read_place("table 1"), rows=rows)


def cell(text: str, columns: int = 1, rows: int = 1, *, header: bool = False) -> Cell:
    return Cell((block(text),), columns, rows, header)


def document(*blocks: Block, **more: Any) -> Document:
    return Document("policy.txt", DocumentFormat.TXT, "0" * 64, 1, blocks, **more)


def real_png() -> bytes:
    from PIL import Image

    stream = io.BytesIO()
    Image.new("RGB", (20, 20), "navy").save(stream, "PNG")
    return stream.getvalue()


def read(pdf: bytes) -> str:
    return "\n".join(each.extract_text() for each in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def placed_words(pdf: bytes) -> list[tuple[str, float, float]]:
    """Each line of text with where it begins and ends, in millimetres from the left edge."""
    import pypdfium2

    found = []
    opened = pypdfium2.PdfDocument(pdf)
    for sheet in opened:
        words = sheet.get_textpage()
        for index in range(words.count_rects()):
            left, bottom, right, top = words.get_rect(index)
            text = words.get_text_bounded(left, bottom, right, top)
            found.append((text, left / 72 * 25.4, right / 72 * 25.4))
    opened.close()
    return found


def failures(pdf: bytes, profile: str = "ua1") -> list[str]:
    return [f"{each.rule_id}: {each.message}" for each in page.validate_pdf_bytes(pdf, profile=profile).failures]


def tags(pdf: bytes) -> list[str]:
    """The structure of a PDF, tag by tag in reading order."""

    def walk(node: Any) -> list[str]:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            return [tag for each in node for tag in walk(each)]
        if not isinstance(node, dict) or "/S" not in node:
            return []
        return [str(node["/S"])[1:], *walk(node.get("/K", []))]

    root = pypdf.PdfReader(io.BytesIO(pdf)).root_object["/StructTreeRoot"].get_object()
    assert isinstance(root, dict)
    return walk(root["/K"])


EVERYTHING = document(
    block("West Park School", region=Region.PAGE_HEADER),
    heading("Confidentiality Policy", 1),
    heading("Why", 3),
    block("Date of next review:\tAugust 2025"),
    block("Words with\ttwo\ttabs, see www.example.org/a and a@example.org."),
    item("One", ordered=True),
    item("Inner", 1),
    item("Deeper", 2),
    block("A paragraph between"),
    item("Two", ordered=True),
    item("Bullet"),
    heading("Tables", 1),
    table(
        (cell("Role", header=True), cell("Name", 2, header=True)),
        (cell("DSL", rows=2), cell("A"), cell("B")),
        (cell("C"),),
    ),
    table((cell("Signed:"), cell("____")), (cell("Date:"), cell("____"))),
    Block(
        BlockKind.PICTURE, read_place("paragraph 9"), picture=Picture(real_png(), "image/png", "A navy square", 30.0)
    ),
    Block(BlockKind.PICTURE, read_place("paragraph 10"), picture=Picture(real_png(), "image/png", "")),
    Block(BlockKind.PARAGRAPH, read_place("p"), (Span("Ring", True, True, "tel:01632960123"), Span(" x", link="#top"))),
    Block(BlockKind.PARAGRAPH, read_place("empty")),
    block("A note", region=Region.FOOTNOTE),
    block("Page 1 of 3", region=Region.PAGE_FOOTER),
    block("Kept in the office", region=Region.PAGE_FOOTER),
    block("secret remark", region=Region.COMMENT),
    metadata={"modified": "2024-08-31T10:00:00Z"},
)  # fmt: skip


def test_a_copy_of_everything_is_valid_for_readers_and_for_archives(tmp_path: Path) -> None:
    pdf = render_pdf(EVERYTHING, FRONT)
    assert failures(pdf) == []
    assert failures(pdf, "2a") == []
    (tmp_path / "copy.pdf").write_bytes(pdf)
    assert [
        each.message for each in outloud.check(str(tmp_path / "copy.pdf")).findings if each.severity == "error"
    ] == []


def test_lists_tables_headings_links_and_pictures_stay_what_they_are() -> None:
    found = tags(render_pdf(EVERYTHING, FRONT))
    assert found.count("Figure") == 2
    assert found.count("Table") == 2, "the contacts and the table with headings; labels and values are no table"
    assert found.count("L") == 5, "numbers, inner, deeper, numbers carried on, bullets"
    assert found.count("Link") >= 4
    levels = [int(tag[1]) for tag in found if tag in {"H1", "H2", "H3", "H4"}]
    assert levels[0] == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))


def test_the_front_block_and_the_footer_say_what_they_must() -> None:
    words = " ".join(read(render_pdf(EVERYTHING, FRONT)).split())
    for expected in (
        "Worried about a child? Go to Mrs Jane Okafor (01632 960123), the designated safeguarding lead, now",
        "review late, still in force",
        "Approved no date given",
        "Next review August 2025",
        "Designated safeguarding lead Mrs Jane Okafor 01632 960123 j.okafor@example.sch.uk",
        "Deputy designated safeguarding lead Mr Tom Bell 01632 960124 –",
        "Confidentiality Policy · version 3 · copy K7M-2QX4",
        "Page 1 of",
        "Kept in the office",
        "A note",
    ):
        assert expected in words
    assert "secret remark" not in words
    assert "Page 1 of 3" not in words


@pytest.mark.parametrize(("form", "pages"), [((), 1), ((WHERE_TO_GO,), 1), ((APPENDIX_ALONE, WHERE_TO_GO), 2)])
def test_one_line_stands_below_the_front_on_its_page_whatever_follows(form: tuple[Block, ...], pages: int) -> None:
    found = pypdf.PdfReader(io.BytesIO(render_pdf(document(*form), FRONT))).pages
    assert len(found) == pages
    first = found[0].get_contents()
    assert first is not None
    lines = re.findall(rb"1 0 0 -1 65\.19685 (\S+) cm/c0 CS 0\.7647059 0\.8156863 0\.85490197 SCN", first.get_data())
    assert sorted(float(each) > 100 for each in lines) == [False, True], (
        "one at the foot of the page, one below the front"
    )


def test_long_addresses_stay_inside_the_page_and_whole() -> None:
    """Up to the longest that the front block can show on one line; longer ones break before their @."""
    long = "Deborah.Sheffield@westpark.derby.sch.uk"
    longest = "bartholomew.featherstonehaugh-cholmondeley@westpark.derby.sch.uk"
    directory = Directory(tuple(Holder("dsl", "Jane Okafor", "Mrs", "01332 662337", each) for each in (long, longest)))
    rows = table((cell("Role"), cell("Words"), cell("E-mail")), (cell("x"), cell("word " * 60), cell(longest)))
    pdf = render_pdf(document(rows), replace(FRONT, contacts=front_contacts(directory)))
    for words, _left, right in placed_words(pdf):
        assert right <= 210 - 22.9, words
    assert long in read(pdf)
    assert longest in read(pdf).replace("\n", "")
    targets = [each.get_object()["/Contents"] for each in pypdf.PdfReader(io.BytesIO(pdf)).pages[0]["/Annots"]]
    assert f"Email {longest}" in targets


def test_no_reader_of_pdfs_is_told_of_suspects() -> None:
    """Poppler up to 25.11 calls the ``/Suspects false`` that Typst writes a syntax error; absent means the same."""
    reader = pypdf.PdfReader(io.BytesIO(render_pdf(EVERYTHING, FRONT)))
    assert reader.root_object["/MarkInfo"] == {"/Marked": True}


def test_the_day_a_copy_is_made_makes_it_fit_for_an_archive() -> None:
    # The checker takes a carriage return that happens to end a stream for the end of its line; these letters give no
    # such stream.
    front = replace(FRONT, school="Elmfield School")
    made = render_pdf(document(block("x")), replace(front, made_on=date(2026, 11, 24)))
    assert (failures(made), failures(made, "2a")) == ([], [])
    info = pypdf.PdfReader(io.BytesIO(made)).metadata
    assert info is not None
    assert info.creation_date_raw == "D:20261124000000Z"
    undated = render_pdf(document(block("x")), front)
    assert failures(undated) == []
    assert failures(undated, "2a") != []


def test_metadata_names_title_school_and_language() -> None:
    reader = pypdf.PdfReader(io.BytesIO(render_pdf(EVERYTHING, FRONT)))
    assert reader.metadata is not None
    assert (reader.metadata.title, reader.metadata.author) == ("Confidentiality Policy", "West Park School")
    assert reader.root_object["/Lang"] == "en-GB"


def test_the_same_input_gives_the_same_bytes() -> None:
    assert render_pdf(EVERYTHING, FRONT) == render_pdf(EVERYTHING, FRONT)


def test_only_long_documents_get_contents() -> None:
    short = [heading("One", 1), block("words")]
    assert not lay_out(document(*short)).contents
    assert not lay_out(document(*short * 6)).contents, "all of them are in sight"
    assert lay_out(document(*short * 6, block("word " * 700))).contents
    assert lay_out(document(*short * 2, block("word " * 2000))).contents
    assert not lay_out(document(block("word " * 2000))).contents


def test_a_long_list_of_contents_names_the_main_headings_alone() -> None:
    part = (heading("Main", 1), heading("Inner", 2), block("words " * 50))
    assert lay_out(document(*part * 15)).contents_level == 3
    assert lay_out(document(*part * 16)).contents_level == 2
    few = (heading("Main", 1), *(heading("Inner", 2), block("words")) * 16)
    assert lay_out(document(*few * 2)).contents_level == 3, "two main headings say too little"
    reader = pypdf.PdfReader(io.BytesIO(render_pdf(document(*part * 16), FRONT)))
    contents = reader.pages[0].extract_text().partition("Contents")[2]
    assert contents.count("Main") == 16
    assert "Inner" not in contents


def test_contents_longer_than_a_page_name_the_page_of_each_heading() -> None:
    parts = [(heading(f"Part {number}", 1), block("word " * 300)) for number in range(100, 170)]
    reader = pypdf.PdfReader(io.BytesIO(render_pdf(document(*(each for part in parts for each in part)), FRONT)))
    pages = [page.extract_text() for page in reader.pages]
    named = re.findall(r"Part (\d+)\D*?(\d+)$", "\n".join(pages[:2]), re.MULTILINE)
    assert len(named) == 70
    assert all(f"Part {part}\n" in pages[int(page) - 1] for part, page in named)


def test_a_line_at_the_top_that_repeats_the_title_is_left_out_like_a_heading() -> None:
    layout = lay_out(
        document(block("CONFIDENTIALITY POLICY"), block("Why " * 30), block("Confidentiality Policy")),
        said=FrontWords(("Confidentiality Policy", "West Park School")),
    )
    assert [node["s"][0]["t"] for node in layout.blocks] == [("Why " * 30).strip(), "Confidentiality Policy"]


def test_a_number_in_the_safety_line_is_never_broken_over_two_lines() -> None:
    deputies = tuple(
        Holder("deputy-dsl", f"Alexandra Montgomery-{name}", "Mrs", f"01632 96010{number}", None)
        for number, name in enumerate(("Okafor", "Featherstone", "Hill"))
    )
    front = replace(FRONT, contacts=front_contacts(Directory(deputies)), safety=safety_lines(Directory(deputies)))
    lines = pypdf.PdfReader(io.BytesIO(render_pdf(EVERYTHING, front))).pages[0].extract_text().splitlines()
    assert not [line for line in lines if line.rstrip().endswith("(01632")]


def test_headings_that_repeat_the_front_block_are_left_out_only_at_the_top() -> None:
    blocks = [
        heading("West Park  School", 1),
        heading("Confidentiality policy", 2),
        heading("Why", 1),
        heading("West Park School", 1),
    ]
    nodes = lay_out(document(*blocks), said=FrontWords((FRONT.title, FRONT.school))).blocks
    assert [node["s"][0]["t"] for node in nodes] == ["Why", "West Park School"]
    crest = Block(BlockKind.PICTURE, read_place("paragraph 1"), picture=Picture(real_png(), "image/png", "Crest"))
    nodes = lay_out(document(crest, *blocks[:2], block("words")), said=FrontWords((FRONT.title, FRONT.school))).blocks
    assert [node["k"] for node in nodes] == ["p"]
    assert lay_out(document(blocks[0]), said=FrontWords((FRONT.school,))).blocks == ()


def test_lines_at_the_edges_of_the_originals_pages_that_only_repeat_the_front_block_are_left_out() -> None:
    lines = [
        "Confidentiality Policy - Page",
        "WEST PARK SCHOOL | Confidentiality Policy | page 3 of 12",
        "_______",
        "Page 2",
        "Confidentiality Policy, agreed 2024",
    ]
    footers = [block(line, region=Region.PAGE_FOOTER) for line in lines]
    (box,) = lay_out(document(*footers), said=FrontWords((FRONT.title, FRONT.school))).blocks
    assert [node["s"][0]["t"] for node in box["b"]] == ["Confidentiality Policy, agreed 2024"]


def test_names_of_other_policies_become_links_as_whole_words_outside_headings() -> None:
    links = {"Anti-Bullying Policy": "a.pdf", "Health & Safety": "h.pdf", "Safeguarding": "s.pdf", "": "x", "PSHE": ""}

    def linked(block: Block) -> list[tuple[str, str]]:
        (node,) = lay_out(document(block), links=links).blocks
        spans = node["s"] if "s" in node else node["items"][0]["s"]
        assert "".join(span["t"] for span in spans) == block.text
        return [(span["t"], span["a"]) for span in spans if "a" in span]

    assert linked(block("See Anti Bullying, our Anti-Bullying Policy.")) == [
        ("Anti Bullying", "a.pdf"),
        ("Anti-Bullying Policy", "a.pdf"),
    ]
    assert linked(block("Health & Safety, Health and Safety")) == [("Health & Safety", "h.pdf")]
    assert linked(block("Safeguarding is a duty; the Safeguarding policy says how; Non-Safeguarding policy")) == [
        ("Safeguarding policy", "s.pdf")
    ]
    assert linked(item("Safeguarding")) == [("Safeguarding", "s.pdf")]
    assert linked(heading("Safeguarding Policy", 1)) == []
    assert linked(block("Anti-Bullyingness, anti-bullying, PSHE Policy")) == []
    already = Block(BlockKind.PARAGRAPH, read_place("p"), (Span("Anti-Bullying Policy", link="https://example.org/a"),))
    assert linked(already) == [("Anti-Bullying Policy", "https://example.org/a")]


def test_a_linked_policy_stands_in_the_pdf_with_a_description() -> None:
    links = {"Anti-Bullying Policy": "anti-bullying.pdf"}
    pdf = render_pdf(document(block("See the Anti-Bullying Policy.")), FRONT, links=links)
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    targets = [each.get_object()["/A"]["/URI"] for one in pages for each in one["/Annots"]]
    assert targets[-1] == "anti-bullying.pdf"
    assert failures(pdf) == []


@given(st.lists(st.integers(1, 9), max_size=12))
def test_headings_never_skip_a_level(levels: list[int]) -> None:
    shown = [1, *(node["l"] for node in lay_out(document(*(heading("x", level) for level in levels))).blocks)]
    assert len(shown) == 1 + len(levels)
    assert all(later <= earlier + 1 for earlier, later in pairwise(shown))


def test_numbers_carry_on_over_a_paragraph_and_begin_anew_after_a_heading_or_an_announcement() -> None:
    def starts(*blocks: Block) -> list[int]:
        return [node["n"] for node in lay_out(document(*blocks)).blocks if node["k"] == "list"]

    one = item("x", ordered=True)
    assert starts(one, block("between"), one) == [1, 2]
    assert starts(one, heading("New", 1), one) == [1, 1]
    assert starts(one, block("Staff must:"), one) == [1, 1]
    assert starts(one, item("bullet"), one) == [1, 1, 2]


CELLS = st.builds(cell, st.sampled_from(["", "x"]), st.integers(1, 5), st.integers(1, 5), header=st.booleans())


@given(st.lists(st.lists(CELLS, max_size=5).map(tuple), min_size=1, max_size=5))
def test_any_merged_cells_lie_on_the_grid_without_holes_or_overlaps(rows: list[tuple[Cell, ...]]) -> None:
    grid = grid_of(rows)
    covered = [
        (x, y)
        for each in grid.cells
        for x in range(each.x, each.x + each.columns)
        for y in range(each.y, each.y + each.rows)
    ]
    assert sorted(covered) == sorted((x, y) for x in range(grid.columns) for y in range(len(rows)))
    assert not any(each.y < grid.header_rows < each.y + each.rows for each in grid.cells)


def test_a_policys_own_header_block_as_a_table_has_no_column_headings() -> None:
    rows = [(cell("Policy owner"), cell("Headteacher")), (cell("Next review"), cell("May 2027"))]
    assert not grid_of(rows).is_data
    assert grid_of([(cell("Role"), cell("Name")), (cell("Chair"), cell("Ann Poole"))]).is_data


def test_a_heading_in_a_cell_is_a_bold_line() -> None:
    held = Cell((heading("Inside", 1),))
    nodes = lay_out(document(table((cell("A"), cell("B")), (held, held)))).blocks
    assert nodes[0]["cells"][2]["b"] == [{"k": "p", "s": [{"t": "Inside", "b": True}]}]


def test_a_table_as_wide_as_a_spreadsheet_is_cut_at_forty_columns() -> None:
    assert grid_of([tuple(cell("x") for _ in range(60))]).columns == 40


@settings(max_examples=15, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=1, max_size=4).map(tuple), min_size=1, max_size=4))
def test_any_table_can_be_set(rows: list[tuple[Cell, ...]]) -> None:
    assert failures(render_pdf(document(table(*rows)), FRONT)) == []


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(), max_size=60), st.text(st.characters(), max_size=30))
def test_any_text_can_be_set_and_stays_text(text: str, title: str) -> None:
    made = render_pdf(
        document(block(text), item(text), heading(text, 2)),
        FrontBlock(title, text, "", text, None, None, None, None, (), None),
    )
    reader = pypdf.PdfReader(io.BytesIO(made))
    assert len(reader.pages) == 1
    assert _plain_letters(text) <= _plain_letters(reader.pages[0].extract_text())


def _plain_letters(text: str) -> Counter[str]:
    return Counter(character for character in text if character.isascii() and character.isalnum())


@pytest.mark.parametrize(
    "text",
    [
        "#panic(\"x\") $x$ *bold* `raw` @ref <label> \\u{1F600} #include \"/etc/passwd\"",
        "emoji 😀👩🏽‍🏫 and 中文 and עברית and العربية",
        "\x00\x1b[31mred\u202egnp\u2066\ufeff\ue000\uf0b7",
        "x" * 10_000,
        "é" * 3000,
    ],
)  # fmt: skip
def test_hostile_text_is_set_as_plain_words(text: str) -> None:
    pdf = render_pdf(document(block(text), metadata={"created": "D:20240831"}), FRONT)
    assert failures(pdf) == []
    if text.startswith("#"):
        assert "#panic" in read(pdf)


def test_signs_without_a_shape_are_put_in_words_or_as_a_box() -> None:
    assert showable("A 😀") == "A (grinning face)"
    assert showable("中") == "□"
    assert showable("\uf0b7 a\u202eb\rc\u2028d\x00") == "• ab c\nd"
    assert showable("\ue000") == "□"
    assert showable("é→", frozenset("é")) == "□→"
    assert showable("x" * 90) == "\u200b".join(["x" * 40, "x" * 40, "x" * 10])


def test_a_character_no_font_has_is_found_while_setting() -> None:
    assert "□" in read(render_pdf(document(block("\u1780")), FRONT))


def test_a_letter_that_stands_half_over_the_one_before_goes_with_its_box() -> None:
    assert "□" in read(render_pdf(document(block("\u0e01\u0e33")), FRONT))


@pytest.mark.parametrize("text", ["ਪੰਜਾਬੀ", "বাংলা", "ગુજરાતી", "தமிழ்", "ไม่"])
def test_signs_over_and_under_a_letter_without_a_shape_stop_no_copy_and_the_owner_is_told(text: str) -> None:
    pages = set_policy(document(block(f"Read on: {text}.")), FRONT)
    assert "Read on: □" in read(pages.pdf)
    assert failures(pages.pdf) == []
    assert len(pages.notes) == 1
    assert unicodedata.name(text[0]).split()[0].capitalize() in pages.notes[0]


def test_a_paragraph_that_begins_in_arabic_runs_from_the_right() -> None:
    arabic = "سياسة حماية الطفل"
    pdf = render_pdf(document(block(arabic), block(f"Arabic: {arabic}")), FRONT)
    assert failures(pdf) == []
    places = [x for word, x, _ in placed_words(pdf) if "حماية" in word or "ةيامح" in word]
    assert len(places) == 2
    assert places[0] > 100 > places[1], "millimetres from the left edge"


def test_a_bullet_typed_into_a_bulleted_item_stands_once() -> None:
    typed = replace(item("x"), spans=(Span("\uf0b7 Blogs "), Span("• and more")))
    (made,) = lay_out(document(typed, item("– a dash stays"))).blocks
    assert [[span["t"] for span in each["s"]] for each in made["items"]] == [
        ["Blogs ", "• and more"],
        ["– a dash stays"],
    ]
    numbered = lay_out(document(item("• one", ordered=True))).blocks
    assert numbered[0]["items"][0]["s"] == [{"t": "• one"}]


def test_nothing_is_noted_where_every_letter_is_shown() -> None:
    assert set_policy(document(block("Zażółć gęślą jaźń, ŵ ŷ, Ελληνικά, Русский")), FRONT).notes == ()


def test_a_character_that_cannot_be_seen_takes_no_other_with_it() -> None:
    words = read(render_pdf(document(block("1680\u1680u{x} \U000e0041 12")), FRONT))
    assert "1680 u{x}" in words
    assert "□" not in words.replace("□ 12", "")


def test_pictures_that_cannot_be_shown_are_named_in_words() -> None:
    pictures = [
        Picture(b"\x01\x02emf", "image/emf", "A plan"),
        Picture(b"\x89PNG\r\n\x1a\n" + b"\0" * 8 + struct.pack(">II", 100_000, 100_000), "image/png", "Huge"),
        Picture(b"GIF89a" + struct.pack("<HH", 60_000, 60_000), "image/gif", "Huge too"),
        Picture(b"\xff\xd8\xff\xc0\x00\x11\x08\xff\xff\xff\xff", "image/jpeg", "Wide"),
        Picture(b"\xff\xd8\xff", "image/jpeg", "Cut"),
    ]
    blocks = [Block(BlockKind.PICTURE, read_place(f"paragraph {at}"), picture=each) for at, each in enumerate(pictures)]
    layout = lay_out(document(*blocks, Block(BlockKind.PICTURE, read_place("paragraph 9"))))
    assert layout.pictures == ()
    assert [node["s"][0]["t"] for node in layout.blocks] == [
        "[Picture: A plan]", "[Picture: Huge]", "[Picture: Huge too]", "[Picture: Wide]", "[Picture: Cut]",
        f"[Picture: {WITHOUT_DESCRIPTION}]",
    ]  # fmt: skip
    assert len(layout.notes) == 6
    undescribed = replace(blocks[0], picture=replace(pictures[0], description=""))
    layout = lay_out(document(undescribed, block("Why")))
    assert [node["s"][0]["t"] for node in layout.blocks] == ["Why"], "a logo without words is no use in words"
    assert len(layout.notes) == 1


def test_jpeg_and_gif_pictures_are_shown() -> None:
    from PIL import Image

    blocks = []
    for kind in ("JPEG", "GIF"):
        stream = io.BytesIO()
        Image.new("RGB", (30, 20), "teal").save(stream, kind)
        blocks.append(
            Block(
                BlockKind.PICTURE, read_place(kind), picture=Picture(stream.getvalue(), f"image/{kind.lower()}", kind)
            )
        )
    assert tags(render_pdf(document(*blocks), FRONT)).count("Figure") == 2


def test_a_damaged_picture_does_not_stop_the_copy() -> None:
    broken = Block(
        BlockKind.PICTURE,
        read_place("paragraph 1"),
        picture=Picture(real_png()[:40] + b"broken", "image/png", "Broken"),
    )
    assert "[Picture: Broken]" in read(render_pdf(document(broken), FRONT))


def test_the_schools_own_template_is_used_and_a_wrong_one_is_named(tmp_path: Path) -> None:
    (tmp_path / "copies").mkdir()
    own = tmp_path / "copies" / "policy.typ"
    own.write_text('#set document(title: "Own")\nOur own look', encoding="utf-8")
    assert "Our own look" in read(render_pdf(document(block("x")), FRONT, templates=tmp_path))
    own.write_text("#nothing-of-this-name", encoding="utf-8")
    with pytest.raises(RenderError, match=r"copies/policy\.typ"):
        render_pdf(document(block("x"), metadata={"created": "2024-01-01"}), FRONT, templates=tmp_path)


def test_a_template_of_the_schools_own_may_still_take_its_content_the_earlier_way(tmp_path: Path) -> None:
    own = tmp_path / "copies" / "policy.typ"
    own.parent.mkdir()
    own.write_text(
        '#set document(title: "x")\n#let data = json(bytes(sys.inputs.data))\nThe lead: #data.contacts.first().name',
        encoding="utf-8",
    )
    assert f"The lead: {FRONT.contacts[0].name}" in read(render_pdf(document(block("x")), FRONT, templates=tmp_path))


def test_no_rule_above_the_text_differs_from_school_to_school() -> None:
    template = (template_folder() / "copies" / "policy.typ").read_text(encoding="utf-8")
    rules, _, rest = template.partition("#let words(spans)")
    for content in ("data.title", "data.school", "data.code", "data.version", "data.date"):
        assert content not in rules, f"{content} above the text makes Typst set every copy anew"
        assert content in rest


def test_the_date_of_a_document_is_what_its_file_says() -> None:
    assert document_date({"modified": "2024-08-31T10:00:00Z", "created": "2020-01-01"}) == date(2024, 8, 31)
    assert document_date({"modified": "nonsense", "created": "D:20200102030405"}) == date(2020, 1, 2)
    assert document_date({"modified": "2024-13-45"}) is None
    assert document_date({}) is None


def test_the_schools_own_policy_makes_a_valid_copy(shared: Path, tmp_path: Path) -> None:
    content = (shared / "seed" / "confidentiality-policy.docx").read_bytes()
    pdf = render_pdf(read_document_bytes(content, shown_as="policy.docx"), FRONT)
    assert failures(pdf) == []
    (tmp_path / "copy.pdf").write_bytes(pdf)
    checked = outloud.check(str(tmp_path / "copy.pdf"))
    assert (checked.errors, checked.warnings) == (0, 0)


@pytest.mark.parametrize("more", ["", " www.example.org"])
def test_long_words_in_a_table_of_many_columns_stay_in_their_column(more: str) -> None:
    heads = tuple(cell(f"Heading {number}", header=True) for number in range(12))
    duties = tuple(cell(f"Responsibilities{more}") for _ in heads)
    pdf = render_pdf(document(heading("Staff Policy", 1), table(heads, duties)), FRONT)
    found = [(left, right) for text, left, right in placed_words(pdf) if text.startswith("Respons")]
    assert len(found) == 12, "one a column: words that meet are read as one"
    assert all(right <= after for (_, right), (after, _) in pairwise(found))
    assert failures(pdf) == []
