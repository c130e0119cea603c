"""PDFs become documents: reading order, paragraphs, headings, running headers, repairs, flags, scans."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from pipeline.documents import read_document_bytes
from pipeline.documents.pdf.layout import reading_order
from pipeline.documents.pdf.page import PageLine
from pipeline.documents.pdf.repair import close_broken_words, join_words, mend_fragments, repair_line, whole_words
from pipeline.errors import DocumentError, UnreadableCode
from pipeline.model.documents import BlockKind, Document, DocumentFlag, Region, Span
from tests.builders import PdfText, lines_down, pdf_file
from tests.documents.hostile_pdfs import DRAWN, FONT, PAGE, TREE, pdf_of, stream

LONG = "The governors of this school keep the policy under review and ask all who work here to know it"


def read(*pages: list[PdfText], **options: object) -> Document:
    return read_document_bytes(pdf_file(*pages, **options), shown_as="policy.pdf")  # type: ignore[arg-type]


def texts(document: Document, region: Region = Region.BODY) -> list[str]:
    return [block.text for block in document.blocks if block.region is region]


def changed(content: bytes, change: str, *arguments: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    getattr(writer, change)(*arguments)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def test_places_name_page_and_line() -> None:
    document = read(lines_down("Anti-Bullying Policy", "Owner: Jo Bell"), lines_down("Second page."))
    assert [str(block.where) for block in document.blocks] == ["page 1, line 1", "page 1, line 2", "page 2, line 1"]
    assert [block.page for block in document.blocks] == [1, 1, 2]
    assert document.page_count == 2


def test_wrapped_lines_become_one_paragraph_and_label_lines_stay_apart() -> None:
    document = read(
        lines_down(
            LONG, "and to say so when it is wrong.", "Approved by: Governors", "Reviewed: May 2024", "Next: May 2025"
        )
    )
    assert texts(document) == [
        f"{LONG} and to say so when it is wrong.",
        "Approved by: Governors",
        "Reviewed: May 2024",
        "Next: May 2025",
    ]


def test_sentence_running_over_a_page_stays_one_paragraph() -> None:
    document = read(lines_down("Every member of staff"), lines_down("is told on the first day.", "New part."))
    assert texts(document) == ["Every member of staff is told on the first day.", "New part."]


def test_box_that_comes_late_in_the_file_is_read_where_it_stands() -> None:
    body = lines_down("First paragraph.", "Second paragraph.", top=600)
    late = lines_down("Review date: May 2025", top=740)
    assert texts(read(body + late)) == ["Review date: May 2025", "First paragraph.", "Second paragraph."]


def test_column_of_labels_is_read_with_the_column_of_values_beside_it() -> None:
    labels = lines_down("Approved:", "Owner:", "Next review:", top=740)
    values = lines_down("May 2024", "Jo Bell", "May 2025", left=250, top=740)
    body = lines_down(LONG, top=600)
    assert texts(read(body + labels + values)) == [
        "Approved:\tMay 2024",
        "Owner:\tJo Bell",
        "Next review:\tMay 2025",
        LONG,
    ]


def test_two_columns_of_prose_are_read_one_after_the_other() -> None:
    words = "the school keeps every child safe at work and play"
    left = lines_down(*[f"{words} a{number}" for number in range(4)], left=40, size=9)
    right = lines_down(*[f"{words} b{number}" for number in range(4)], left=310, size=9)
    found = " ".join(texts(read(left + right)))
    assert found.index("a3") < found.index("b0")


def test_gap_between_label_and_value_on_one_line_is_a_tab() -> None:
    line = [PdfText("Policy owner:", 72, 700), PdfText("Jo Bell", 300, 700)]
    assert texts(read(line)) == ["Policy owner:\tJo Bell"]


def test_running_headers_and_footers_are_told_from_the_body_and_given_once() -> None:
    pages = [
        [
            PdfText("West Park School", 72, 800),
            PdfText(f"Policy 7, page {number}", 72, 30),
            *lines_down(f"Words of page {number}.", top=740),
        ]
        for number in range(1, 5)
    ]
    document = read(*pages)
    assert texts(document, Region.PAGE_HEADER) == ["West Park School"]
    assert texts(document, Region.PAGE_FOOTER) == ["Policy 7, page 1"]
    assert texts(document) == [f"Words of page {number}." for number in range(1, 5)]


def test_words_repeated_in_the_middle_of_pages_stay_in_the_body() -> None:
    pages = [lines_down("Reviewed yearly.", top=400) for _ in range(3)]
    assert texts(read(*pages)) == ["Reviewed yearly."] * 3


def test_headings_are_told_by_size_and_weight_and_never_skip_a_level() -> None:
    document = read(
        [
            PdfText("Anti-Bullying Policy", 72, 780, 22),
            PdfText("Aims", 72, 740, 14),
            PdfText(LONG, 72, 700),
            PdfText("Who to tell", 72, 670, bold=True),
            PdfText("The lead.", 72, 640),
            PdfText("Owner:", 72, 610, bold=True),
        ]
    )
    assert [(block.level, block.text) for block in document.blocks if block.kind is BlockKind.HEADING] == [
        (1, "Anti-Bullying Policy"),
        (2, "Aims"),
        (3, "Who to tell"),
    ]
    assert document.blocks[-1].spans == (Span("Owner:", bold=True),)


def test_bullets_become_list_items_with_their_depth_and_their_wrapped_lines() -> None:
    document = read(
        [
            PdfText(f"\u2022 {LONG}", 72, 700, 9),
            PdfText("at once and in person", 84, 689, 9),
            PdfText("\u2022 by telephone", 100, 674),
            PdfText("\u2022 write it down", 72, 661),
            PdfText("Afterwards.", 72, 640),
        ]
    )
    assert [(block.kind, block.level, block.text) for block in document.blocks] == [
        (BlockKind.LIST_ITEM, 0, f"{LONG} at once and in person"),
        (BlockKind.LIST_ITEM, 1, "by telephone"),
        (BlockKind.LIST_ITEM, 0, "write it down"),
        (BlockKind.PARAGRAPH, 0, "Afterwards."),
    ]


def test_short_lines_under_a_bullet_stay_apart_as_in_an_address() -> None:
    lines = [PdfText("\u2022 Jo Bell", 72, 700), PdfText("County Hall", 84, 687), PdfText("West Park", 84, 674)]
    assert texts(read(lines)) == ["Jo Bell", "County Hall", "West Park"]


def test_narrow_column_of_running_text_is_joined() -> None:
    lines = [f"the school keeps every child number {number}" for number in range(5)]
    assert texts(read(lines_down(*lines, "at work."))) == [" ".join([*lines, "at work."])]


def test_link_annotations_become_links() -> None:
    line = [PdfText("Write to jo@example.org today", 72, 700)]
    document = read(line, links=[(118, 695, 182, 712, "mailto:jo.bell@example.org")])
    assert any(span.link == "mailto:jo.bell@example.org" for span in document.blocks[0].spans)
    assert document.text == "Write to jo@example.org today"


def test_properties_are_read_with_dates_in_iso_form() -> None:
    document = read(lines_down("x"), title="Behaviour Policy")
    assert document.metadata == {"title": "Behaviour Policy", "created": "2025-03-14T09:15:00"}


@pytest.mark.parametrize(
    ("printed", "meant"),
    [
        ("GGEENNEERRAALL  PPOOLLIICCYY", "GENERAL POLICY"),
        ("P O L I C Y   O N   D R U G S", "POLICY ON DRUGS"),
        ("B E H A V I O U R", "BEHAVIOUR"),
        ("Classes A B C D", "Classes A B C D"),
        ("11223344", "11223344"),
        ("aabb", "aabb"),
        ("aaaaaa", "aaaaaa"),
        ("ﬁnal oﬃce\u00a0hours", "final office hours"),
        ("\uf0b7 item", "• item"),
        ("Owner:\tJo", "Owner:\tJo"),
        ("........", "........"),
        ("A  wide gap", "A wide gap"),
        ("see P O L I C Y now", "see POLICY now"),
        ("aab bcc", "aab bcc"),
        ("--==++__", "--==++__"),
    ],
)
def test_what_typesetting_did_to_words_is_mended(printed: str, meant: str) -> None:
    assert repair_line(printed) == meant


@given(st.lists(st.text("abcdefghij", min_size=2, max_size=9), min_size=2, max_size=6))
def test_doubled_words_read_as_typed(words: list[str]) -> None:
    plain = " ".join(words)
    doubled = " ".join("".join(letter * 2 for letter in word) for word in words)
    if len(set(plain) - {" "}) >= 3:
        assert repair_line(doubled) == repair_line(plain)


@pytest.mark.parametrize(
    ("printed", "typed"),
    [
        ("P O L I C Y  B A S E D  O N", "POLICY BASED ON"),
        ("S E N D", "SEND"),
        ("A N T I - B U L L Y I N G", "ANTI-BULLYING"),
        ("B e h a v i o u r  P o l i c y", "Behaviour Policy"),
        ("N e x t  r e v i e w :\tM a y  2 0 2 5", "Next review:\tMay 2025"),
        ("Review date: 2 0 2 5", "Review date: 2025"),
        ("I A M", "I A M"),
        ("A B C of safety", "A B C of safety"),
        ("1 2 3 4", "1 2 3 4"),
        ("T: 0 1 6 3 2", "T: 0 1 6 3 2"),
        ("a b c d", "a b c d"),
        ("1 9 8 4 5", "1 9 8 4 5"),
    ],
)
def test_letters_set_apart_are_closed_up_and_others_left(printed: str, typed: str) -> None:
    assert repair_line(printed) == typed


@pytest.mark.parametrize(
    ("printed", "typed"),
    [
        ("CHILD PROTECTION P O L ICY BASED O N WEST", "CHILD PROTECTION POLICY BASED ON WEST"),
        ("PLAN A OF THE SCHOOL", "PLAN A OF THE SCHOOL"),
        ("K S POLICY", "K S POLICY"),
        ("BASED ON P OLICY", "BASED ON POLICY"),
        ("P OLICIES", "P OLICIES"),
    ],
)
def test_torn_capitals_are_joined_where_the_word_stands_elsewhere(printed: str, typed: str) -> None:
    assert mend_fragments(printed, frozenset({"policy", "based", "west", "child", "protection", "school"})) == typed


def test_hyphen_within_a_line_stays_one() -> None:
    assert repair_line("Anti\ufffeBullying and E\x02Safety Policy") == "Anti-Bullying and E-Safety Policy"
    assert repair_line("the safe\ufffe").endswith("\ufffe")


@pytest.mark.parametrize(
    ("before", "after", "joined"),
    [
        ("the safe-", "guarding lead", "the safeguarding lead"),
        ("for well-", "being at work", "for well-being at work"),
        ("the safe\x02", "guarding lead", "the safeguarding lead"),
        ("2024-", "25 is over", "2024- 25 is over"),
        ("at the", "school", "at the school"),
        ("be confi\x02", "dential here", "be confidential here"),
        ("be confi-", "dential here", "be confidential here"),
        ("risk\x02", "averse heads", "risk-averse heads"),
        ("non\x02", "attendance", "non-attendance"),
        ("the co\x02", "ordinator", "the co-ordinator"),
    ],
)
def test_words_broken_at_the_end_of_a_line_are_joined(before: str, after: str, joined: str) -> None:
    assert join_words(before, after, frozenset({"safeguarding"})) == joined


def test_halves_of_broken_words_and_parts_of_addresses_are_no_words() -> None:
    lines = ["The com\x02", "plaint is kept", "in infor\x02mation at www.selfhelp.org or", "x@wellbeing.org"]
    assert whole_words(lines) == {"the", "is", "kept", "in", "at", "or"}


def test_lines_given_as_one_are_joined_like_others() -> None:
    assert repair_line("our ser\x02vice, pre\x02school", several=True) == "our ser\x02vice, pre\x02school"
    assert close_broken_words("our ser\x02vice, pre\x02school", frozenset()) == "our service, pre-school"


def across(*texts: str, step: float = 13, left: float = 72) -> list[PdfText]:
    """Lines below each other, ``step`` points apart."""
    return [PdfText(text, left, 700 - step * number) for number, text in enumerate(texts)]


SENTENCE = ("All members of staff look after the children and keep them safe in", "whatever they do.")


def test_a_sentence_is_one_paragraph_though_another_page_lies_across() -> None:
    document = read(across(*SENTENCE), [PdfText("A wide table " * 12, 72, 500)])
    assert document.blocks[0].text == " ".join(SENTENCE)


@pytest.mark.parametrize(
    ("lines", "count"),
    [
        (across(*SENTENCE, step=20), 1),
        (across("\u2022  All members of staff look after the children here", SENTENCE[1]), 1),
        (across(SENTENCE[0] + ".", SENTENCE[1]), 2),
        (across("to keep the children who are here safe in what they do", "to keep the adults well"), 2),
        (across("Staff", "whatever they do"), 2),
        (across("Look at what others have to say of all this", "www.example.org"), 2),
    ],
)
def test_a_sentence_goes_on_below_whatever_the_spacing_and_other_lines_do_not(lines: list[PdfText], count: int) -> None:
    wide = PdfText("The line that shows how wide the text of this page is printed, from left to right.", 72, 760)
    assert len(read([wide, *lines]).blocks) == count + 1


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 60)), max_size=25))
def test_reading_order_loses_and_invents_no_words(places: list[tuple[int, int]]) -> None:
    lines = [
        PageLine(f"w{number}", left * 12.0, left * 12.0 + 60, row * 12.0, row * 12.0 + 10, 10, bold=False)
        for number, (left, row) in enumerate(places)
    ]
    found = [word for line in reading_order(lines) for word in line.text.split("\t")]
    assert sorted(found) == sorted(line.text for line in lines)


def test_scan_is_told_to_be_one() -> None:
    with pytest.raises(DocumentError, match="is a scan") as refused:
        read([], [], scans=[1, 2])
    assert refused.value.code is UnreadableCode.NO_TEXT


@pytest.mark.parametrize(
    ("scans", "note"),
    [([2], "Page 2 is a scan and was not read."), ([2, 3], "Pages 2 and 3 are scans and were not read.")],
)
def test_some_scanned_pages_are_noted_and_flagged(scans: list[int], note: str) -> None:
    document = read(lines_down("Words."), *[[] for _ in scans], scans=scans)
    assert document.notes == (note,)
    assert document.flags == {DocumentFlag.SCANNED_PAGES}


def test_cover_with_a_large_picture_keeps_its_title() -> None:
    document = read([PdfText("Behaviour Policy", 72, 500, 30)], lines_down("Words."), scans=[1])
    assert document.blocks[0].text == "Behaviour Policy"
    assert document.notes == ("Page 1 is mostly a picture; words inside the picture were not read.",)


def test_scans_with_a_stamp_on_each_are_still_scans() -> None:
    with pytest.raises(DocumentError, match="is a scan"):
        read([PdfText("p 1", 72, 20)], scans=[1])


def test_broken_page_is_noted_and_the_others_read() -> None:
    content = pdf_file(lines_down("Words."), lines_down("Lost.")).replace(b"9 0 R]", b"77 0 R]")
    document = read_document_bytes(content, shown_as="p.pdf")
    assert document.text == "Words."
    assert document.notes == ("Page 2 is damaged and was not read.",)


def test_line_of_control_characters_is_no_line() -> None:
    document = read([PdfText("Words", 72, 700), PdfText("\x00\x01", 72, 687), PdfText("and more.", 72, 674)])
    assert [block.text for block in document.blocks] == ["Words", "and more."]


def test_blank_pages_alone_hold_no_words() -> None:
    with pytest.raises(DocumentError, match="holds no words") as refused:
        read([])
    assert refused.value.code is UnreadableCode.NO_TEXT


def test_password_for_reading_bars_and_one_for_editing_does_not() -> None:
    content = pdf_file(lines_down("Words."))
    with pytest.raises(DocumentError, match="password") as refused:
        read_document_bytes(changed(content, "encrypt", "secret"), shown_as="p.pdf")
    assert refused.value.code is UnreadableCode.ENCRYPTED
    assert read_document_bytes(changed(content, "encrypt", "", "owner"), shown_as="p.pdf").text == "Words."


@pytest.mark.parametrize("keep", [30, 200, 400])
def test_pdf_cut_short_is_damaged_or_still_read(keep: int) -> None:
    with pytest.raises(DocumentError) as refused:
        read_document_bytes(pdf_file(lines_down("Words."))[:keep], shown_as="p.pdf")
    assert refused.value.code in (UnreadableCode.DAMAGED, UnreadableCode.NO_TEXT)


@pytest.mark.parametrize(
    "catalog",
    [
        "/OpenAction << /S /JavaScript /JS (app.alert) >>",
        "/OpenAction << /S /Launch /F (calc.exe) >>",
        "/AA << /WC << /S /JavaScript /JS (x) >> >>",
        "/Names << /JavaScript << /Names [(a) << /S /JavaScript /JS (app.alert) >>] >> >>",
    ],
)
def test_scripts_and_launches_are_flagged(catalog: str) -> None:
    assert read(lines_down("Words."), catalog=catalog).flags == {DocumentFlag.ACTIVE_CONTENT}


def test_launch_on_a_page_is_flagged() -> None:
    content = pdf_file(lines_down("Words."), links=[(0, 0, 9, 9, "x")]).replace(
        b"/S /URI /URI (x)", b"/S /Launch /F(x)"
    )
    assert read_document_bytes(content, shown_as="p.pdf").flags == {DocumentFlag.ACTIVE_CONTENT}


def test_place_to_open_at_is_no_script() -> None:
    assert read(lines_down("Words."), catalog="/OpenAction [6 0 R /Fit]").flags == frozenset()


def test_embedded_files_are_flagged() -> None:
    content = changed(pdf_file(lines_down("Words.")), "add_attachment", "a.txt", "held")
    assert read_document_bytes(content, shown_as="p.pdf").flags == {DocumentFlag.EMBEDDED_FILES}


def test_structure_only_one_reader_understands_is_still_read() -> None:
    content = pdf_file(lines_down("Words."), catalog="/OpenAction 99 0 R /AA").replace(
        b"/Root 1 0 R", b"/Root 1 0 R /JS 1"
    )
    assert "Words." in read_document_bytes(content, shown_as="p.pdf").text


def test_a_property_of_broken_letters_is_left_out_and_the_words_are_read() -> None:
    said = b"<< /Title <FEFFDC000041> /Author (Jo Bell) >>"
    body = (b"<< /Type /Catalog /Pages 2 0 R >>", TREE, PAGE, stream(DRAWN), FONT, said)
    content = pdf_of(*body, trailer=b"/Info 6 0 R")
    document = read_document_bytes(content, shown_as="policy.pdf")
    assert document.text == "Ordinary words."
    assert "Jo Bell" in document.metadata.values()
