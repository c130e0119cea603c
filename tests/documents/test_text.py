"""Plain text: encodings, lines, lists, limits."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.documents import read_document_bytes
from pipeline.errors import DocumentError, UnreadableCode
from pipeline.model.documents import BlockKind, Document


def read(content: bytes) -> Document:
    return read_document_bytes(content, shown_as="policy.txt")


def test_each_line_with_words_is_a_block_told_by_its_number() -> None:
    document = read(b"Policy\r\n\r\nOwner:\tJo \rNext\n")
    assert [(str(block.where), block.text) for block in document.blocks] == [
        ("line 1", "Policy"),
        ("line 3", "Owner:\tJo"),
        ("line 4", "Next"),
    ]


def test_prose_that_was_broken_to_a_width_is_one_paragraph() -> None:
    document = read(b"""The Board nominates Mr Tom Holt as the designated liaison
person (DLP), who keeps the records of the school.
Designated Safeguarding Lead for all of our school
e-Safety Policy
The lead and whoever stands in for her are told    by
telephone at once
""")
    assert [(str(block.where), block.text[-20:]) for block in document.blocks] == [
        ("line 1", "cords of the school."),
        ("line 3", "or all of our school"),
        ("line 4", "e-Safety Policy"),
        ("line 5", "r her are told    by"),
        ("line 6", "telephone at once"),
    ]
    assert "designated liaison person (DLP)" in document.blocks[0].text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_is_read_in_all_its_forms_without_a_word(encoding: str) -> None:
    document = read("Café policy, £5 – “yes”".encode(encoding))
    assert document.text == "Café policy, £5 – “yes”"
    assert document.notes == ()


def test_windows_text_is_read_and_noted() -> None:
    document = read("The head’s £5".encode("cp1252"))
    assert document.text == "The head’s £5"
    assert "cp1252" in document.notes[0]


def test_bytes_outside_windows_text_are_guessed() -> None:
    document = read(("Polityka szkoły: żółć, źdźbło, Ł\x81.\n" * 20).replace("\x81", "").encode("cp1250") + b"\x81")
    assert len(document.blocks) >= 20
    assert document.notes


def test_dashes_and_bullets_make_list_items_and_numbers_stay() -> None:
    document = read("- one\n   • two\n1. three\n– \n-not".encode())
    assert [(block.kind, block.level, block.text) for block in document.blocks] == [
        (BlockKind.LIST_ITEM, 0, "one"),
        (BlockKind.LIST_ITEM, 1, "two"),
        (BlockKind.PARAGRAPH, 0, "1. three"),
        (BlockKind.PARAGRAPH, 0, "–"),
        (BlockKind.PARAGRAPH, 0, "-not"),
    ]


def test_control_characters_are_taken_out_and_page_breaks_end_a_line() -> None:
    assert read(b"a\x1b[31mb\x0cc").text == "a[31mb\nc"


@pytest.mark.parametrize(
    ("content", "code"),
    [(b" \n\t\n", UnreadableCode.NO_TEXT), (b"a\0\0b" * 50 + b"\x01", UnreadableCode.DAMAGED)],
)
def test_what_holds_no_text_is_refused(content: bytes, code: UnreadableCode) -> None:
    with pytest.raises(DocumentError) as refused:
        read(content)
    assert refused.value.code is code


@pytest.mark.parametrize("seed", range(120))
def test_a_hundred_random_bytes_are_no_text(seed: int) -> None:
    with pytest.raises(DocumentError) as refused:
        read_document_bytes(random.Random(seed).randbytes(100), shown_as="a.txt")
    assert refused.value.code in (UnreadableCode.DAMAGED, UnreadableCode.UNSUPPORTED, UnreadableCode.HOSTILE)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("mark", [b"", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf"])
def test_bytes_of_something_else_are_no_text_whatever_mark_they_carry(seed: int, mark: bytes) -> None:
    with pytest.raises(DocumentError, match="is no text although its name") as refused:
        read(mark + random.Random(seed).randbytes(3000))
    assert refused.value.code is UnreadableCode.DAMAGED


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_an_ordinary_policy_reads_alike_in_every_encoding(encoding: str) -> None:
    text = "Lettings Policy\n\nWhat a visitor’s group pays: £20 an hour – café included.\n" * 20
    assert read(text.encode(encoding)).text.splitlines() == [line for line in text.splitlines() if line]


def test_a_text_of_an_old_mac_keeps_its_quotation_marks_and_accents() -> None:
    document = read("Lettings Policy\r\rThe school’s café costs £2 – “cheap”.".encode("mac_roman"))
    assert document.text == "Lettings Policy\nThe school’s café costs £2 – “cheap”."
    assert "mac_roman" in document.notes[0]


def test_ten_megabytes_of_text_are_answered_at_once() -> None:
    began = time.process_time()
    with pytest.raises(DocumentError, match="10 MB") as refused:
        read(b"word and word\n" * 760_000)
    assert refused.value.code is UnreadableCode.TOO_LARGE
    assert time.process_time() - began < 3


@given(st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Sc")), min_size=1).filter(str.strip))
def test_any_line_reads_back_as_it_was(line: str) -> None:
    assert read(("Title\n" + line).encode()).blocks[1].text in (line, line.strip())


def test_marks_of_headings_and_bold_words_become_what_they_mark() -> None:
    blocks = read(b"# Care Policy\n\n**Owner:** Ada Holt  \n### Who to ask\n- Ask **anybody** here\n").blocks
    assert [(block.kind, block.level, block.text) for block in blocks] == [
        (BlockKind.HEADING, 1, "Care Policy"),
        (BlockKind.PARAGRAPH, 0, "Owner: Ada Holt"),
        (BlockKind.HEADING, 3, "Who to ask"),
        (BlockKind.LIST_ITEM, 0, "Ask anybody here"),
    ]
    assert [(span.text, span.bold) for span in blocks[1].spans] == [("Owner:", True), (" Ada Holt", False)]


def test_marks_that_mark_nothing_stay() -> None:
    document = read(b"# of pupils: 210\n# of staff: 20\n** late entries ** are 2 ** 3\n**** \n")
    assert [block.text for block in document.blocks] == [
        "# of pupils: 210", "# of staff: 20", "** late entries ** are 2 ** 3", "****",
    ]  # fmt: skip
