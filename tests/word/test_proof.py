"""The proof of a copy refuses every difference that was not meant."""

import io
import zipfile
from dataclasses import replace

import pytest

from pipeline.errors import RenderError
from pipeline.word.file import open_word_file
from pipeline.word.patch import (
    Edit,
    MemberChange,
    is_written_value,
    patched_relationships,
    spliced,
    text_edits,
    words_of,
)
from pipeline.word.proof import ChangedMember, prove_members, prove_paragraphs
from pipeline.word.zip_patch import exchange_members, packed_members, unpacked_member
from tests.builders import paragraph, word_file

DOCUMENT, RELATIONSHIPS = "word/document.xml", "word/_rels/document.xml.rels"
ORIGINAL = word_file(paragraph("one"), paragraph("two"), links={"mail": "mailto:a@example.org", "x": "https://x.org"})
OPENED = open_word_file(ORIGINAL, "Policy.docx")


def member(name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(ORIGINAL)) as archive:
        return archive.read(name)


def meant() -> dict[str, ChangedMember]:
    held = OPENED.members[DOCUMENT]
    assert held.root is not None
    change = MemberChange({OPENED.paragraphs[0].pieces[0].element: "first"})
    edits = text_edits(held.content, held.root, change, DOCUMENT)
    targets = {"mail": "mailto:b@example.org"}
    return {
        DOCUMENT: ChangedMember(spliced(held.content, edits), tuple(edits), change),
        RELATIONSHIPS: ChangedMember(
            patched_relationships(member(RELATIONSHIPS), targets, "r"), targets=targets, before=member(RELATIONSHIPS)
        ),
    }


def prove(contents: dict[str, bytes]) -> None:
    prove_members(OPENED, ORIGINAL, exchange_members(ORIGINAL, contents), meant(), "Policy.docx")


def right() -> dict[str, bytes]:
    return {name: each.content for name, each in meant().items()}


def test_what_was_meant_passes() -> None:
    prove(right())


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        (DOCUMENT, b"two", b"twe", "more than words changed"),
        (DOCUMENT, b"first", b"fiist", "more than words changed"),
        (DOCUMENT, b"<w:p>", b"<w:p >", "more than words changed"),
        (DOCUMENT, b"</w:document>", b"</w:document>\n", "more than words changed"),
        (RELATIONSHIPS, b"mailto:b@", b"mailto:c@", "links of its part"),
        (RELATIONSHIPS, b"https://x.org", b"https://y.org", "links of its part"),
        (RELATIONSHIPS, b"</Relationships>", b"<Relationship/></Relationships>", "links of its part"),
        ("[Content_Types].xml", b"png", b"gif", "changed"),
    ],
)
def test_anything_else_is_refused(name: str, old: bytes, new: bytes, message: str) -> None:
    contents = right()
    before = contents.get(name) or member(name)
    contents[name] = before.replace(old, new, 1)
    assert contents[name] != before
    with pytest.raises(RenderError, match=message):
        prove(contents)


def test_parts_that_come_or_go_are_refused() -> None:
    other = word_file(paragraph("one"), parts={"header1": paragraph("x")})
    with pytest.raises(RenderError, match="parts are not those"):
        prove_members(OPENED, ORIGINAL, other, {}, "Policy.docx")


def test_words_that_are_not_the_planned_ones_are_refused_even_where_the_bytes_were_meant() -> None:
    planned = meant()
    wrong = MemberChange({OPENED.paragraphs[0].pieces[0].element: "other"})
    planned[DOCUMENT] = replace(planned[DOCUMENT], change=wrong)
    with pytest.raises(RenderError, match="words of its part"):
        prove_members(OPENED, ORIGINAL, exchange_members(ORIGINAL, right()), planned, "Policy.docx")


@pytest.mark.parametrize("before", ["<w:p/>", "<!-- <w:t>one</w:t> -->"])
def test_new_words_in_the_place_of_other_words_are_refused(before: str) -> None:
    original = word_file(before, paragraph("one"), paragraph("one"))
    opened = open_word_file(original, "Policy.docx")
    first, second = (opened.paragraphs[-number].pieces[0].element for number in (2, 1))
    planned = MemberChange({first: "first"})
    held = opened.members[DOCUMENT]
    assert held.root is not None
    start = held.content.rindex(b"<w:t", 0, held.content.rindex(b"one"))
    misplaced = Edit(start, held.content.index(b"</w:t>", start) + len(b"</w:t>"), b"<w:t>first</w:t>")
    content = spliced(held.content, [misplaced])
    copy = exchange_members(original, {DOCUMENT: content})
    changed = {DOCUMENT: ChangedMember(content, (misplaced,), planned)}
    with pytest.raises(RenderError, match=r"words of its part|unusual way"):
        prove_members(opened, original, copy, changed, "Policy.docx")
    right = {DOCUMENT: replace(changed[DOCUMENT], change=MemberChange({second: "first"}))}
    if "<!--" not in before:
        prove_members(opened, original, copy, right, "Policy.docx")


def test_a_change_that_was_meant_and_not_made_is_refused() -> None:
    planned = meant()
    change = MemberChange({each.pieces[0].element: "first" for each in OPENED.paragraphs[:2]})
    planned[DOCUMENT] = replace(planned[DOCUMENT], change=change)
    with pytest.raises(RenderError, match="words of its part"):
        prove_members(OPENED, ORIGINAL, exchange_members(ORIGINAL, right()), planned, "Policy.docx")


def test_a_comment_in_the_markup_has_the_whole_part_read_again() -> None:
    original = word_file("<!-- kept -->", paragraph("one"), paragraph("two"))
    opened = open_word_file(original, "Policy.docx")
    places = opened.members[DOCUMENT].text_places()
    assert not places.is_plain
    change = MemberChange({opened.paragraphs[0].pieces[0].element: "first"})
    edits = tuple(places.edits(change))
    content = spliced(opened.members[DOCUMENT].content, edits)
    copy = exchange_members(original, {DOCUMENT: content})
    prove_members(opened, original, copy, {DOCUMENT: ChangedMember(content, edits, change)}, "Policy.docx")
    other = MemberChange({opened.paragraphs[1].pieces[0].element: "first"})
    with pytest.raises(RenderError, match="words of its part"):
        prove_members(opened, original, copy, {DOCUMENT: ChangedMember(content, edits, other)}, "Policy.docx")


def test_a_paragraph_that_reads_otherwise_than_planned_is_refused() -> None:
    planned = {0: replace(OPENED.passages[0], text="first")}
    prove_paragraphs(OPENED, planned, meant(), "Policy.docx")
    with pytest.raises(RenderError, match="words of paragraph 2"):
        prove_paragraphs(OPENED, {1: replace(OPENED.passages[1], text="first")}, meant(), "x")


@pytest.mark.parametrize(("value", "may"), [(b"a &amp; b", True), (b"a & b", False), (b"<b/>", False), (b"a'b", False)])
def test_a_value_stands_in_an_attribute_as_it_stands_in_an_element(value: bytes, may: bool) -> None:
    assert is_written_value(value) is may


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        (b'<w:t xml:space="preserve"> a &amp; b</w:t>', " a & b"),
        (b"<w:t/>", ""),
        (b'<w:fldSimple w:instr="PAGE &quot;x&quot;">', 'PAGE "x"'),
        (b"<w:t>a & b</w:t>", None),
        (b"<w:t>a</w:t><w:t>b</w:t>", None),
        (b"<w:t>a", None),
        (b"<w:p>a</w:p>", None),
    ],
)
def test_the_words_of_one_element_are_read_from_its_bytes(markup: bytes, words: str | None) -> None:
    assert words_of(markup) == words


def test_markup_among_the_new_words_is_refused() -> None:
    planned = meant()
    edit = planned[DOCUMENT].edits[0]
    odd = replace(edit, new=edit.new.replace(b"first", b"fi<w:b/>rst"))
    content = spliced(OPENED.members[DOCUMENT].content, [odd])
    planned[DOCUMENT] = ChangedMember(content, (odd,), planned[DOCUMENT].change)
    with pytest.raises(RenderError, match="more than words changed"):
        prove_members(
            OPENED, ORIGINAL, exchange_members(ORIGINAL, {**right(), DOCUMENT: content}), planned, "Policy.docx"
        )


def test_a_part_that_is_not_what_its_header_says_is_refused() -> None:
    stretch = packed_members(exchange_members(ORIGINAL, right()))[DOCUMENT]
    assert unpacked_member(stretch, DOCUMENT) == right()[DOCUMENT]
    with pytest.raises(RenderError, match="as long as"):
        unpacked_member(stretch + b"x", DOCUMENT)
    with pytest.raises(RenderError, match="what it says"):
        unpacked_member(stretch[:14] + b"0000" + stretch[18:], DOCUMENT)
