"""The proof of a copy refuses every difference that was not meant."""

import io
import zipfile
from dataclasses import replace

import pytest

from pipeline.copies.proof import ChangedMember, prove_members
from pipeline.copies.word_file import open_word_file
from pipeline.copies.word_patch import MemberChange, patched_relationships, spliced, text_edits
from pipeline.copies.zip_patch import exchange_members, packed_members, unpacked_member
from pipeline.errors import RenderError
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
