"""OpenDocument texts: the same places and blocks as Word files."""

import pytest

from pipeline.documents import read_document_bytes
from pipeline.errors import DocumentError, UnreadableCode
from pipeline.model.documents import BlockKind, Document, DocumentFlag, Region, Span
from tests.builders import odt_file, zip_file

AUTOMATIC = """
<style:style style:name="B" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>
<style:style style:name="I" style:parent-style-name="B"><style:text-properties fo:font-style="italic"/></style:style>
<style:style style:name="P1" style:parent-style-name="Title"/>
<style:style style:name="L" style:parent-style-name="L"/>
<text:list-style style:name="Num"><text:list-level-style-number text:level="1"/>
<text:list-level-style-bullet text:level="2"/></text:list-style>
"""
PNG = b"\x89PNG\r\n\x1a\n"


def read(body: str, **options: object) -> Document:
    return read_document_bytes(odt_file(body, **options), shown_as="policy.odt")  # type: ignore[arg-type]


def test_headings_titles_lists_and_paragraphs_are_told_apart() -> None:
    document = read(
        "<text:p text:style-name='P1'>Policy</text:p><text:h text:outline-level='2'>Aims</text:h><text:p/>"
        "<text:list text:style-name='Num'><text:list-item><text:p>one</text:p><text:list><text:list-item>"
        "<text:p>deeper</text:p></text:list-item></text:list></text:list-item></text:list>"
        "<text:section><text:p text:style-name='L'>Plain</text:p></text:section>",
        automatic=AUTOMATIC,
    )
    assert [(str(each.where), each.kind, each.level, each.ordered, each.text) for each in document.blocks] == [
        ("paragraph 1", BlockKind.HEADING, 1, False, "Policy"),
        ("paragraph 2", BlockKind.HEADING, 2, False, "Aims"),
        ("paragraph 4", BlockKind.LIST_ITEM, 0, True, "one"),
        ("paragraph 5", BlockKind.LIST_ITEM, 1, False, "deeper"),
        ("paragraph 6", BlockKind.PARAGRAPH, 0, False, "Plain"),
    ]
    assert document.metadata == {"title": "Held title"}


def test_spans_spaces_tabs_and_links_are_read() -> None:
    document = read(
        "<text:p>Owner:<text:tab/><text:span text:style-name='B'>Jo<text:s text:c='2'/></text:span>"
        "<text:span text:style-name='I'>Bell</text:span><text:line-break/>\n   wide   gap "
        "<text:a xlink:href='mailto:jo@example.org'>mail</text:a><text:bookmark text:name='x'/></text:p>",
        automatic=AUTOMATIC,
    )
    assert document.blocks[0].spans == (
        Span("Owner:\t"),
        Span("Jo  ", bold=True),
        Span("Bell", bold=True, italic=True),
        Span("\n wide gap "),
        Span("mail", link="mailto:jo@example.org"),
    )


def test_tables_keep_header_rows_and_merged_cells() -> None:
    document = read(
        "<table:table><table:table-header-rows><table:table-row><table:table-cell table:number-columns-spanned='2'>"
        "<text:p>Who</text:p></table:table-cell><table:covered-table-cell/></table:table-row></table:table-header-rows>"
        "<table:table-rows><table:table-row><table:table-cell table:number-rows-spanned='2'><text:p>Jo</text:p>"
        "<table:table><table:table-row><table:table-cell><text:p>deep</text:p></table:table-cell></table:table-row>"
        "</table:table></table:table-cell></table:table-row><table:table-row><table:covered-table-cell/>"
        "</table:table-row></table:table-rows></table:table>"
    )
    [table] = document.blocks
    assert (str(table.where), len(table.rows)) == ("table 1", 2)
    assert (table.rows[0][0].columns, table.rows[0][0].header) == (2, True)
    # The row below, all of it covered, has no cell of its own and is none of the model.
    assert (table.rows[1][0].rows, table.rows[1][0].header) == (1, False)
    assert [str(block.where) for block in document.walk()] == [
        "table 1",
        "table 1, row 1, column 1",
        "table 1, row 2, column 1",
        "table 1, row 2, column 1, inner table 1",
        "table 1, row 2, column 1, inner table 1, row 1, column 1",
    ]


def test_notes_comments_text_boxes_margins_and_pictures_find_their_regions() -> None:
    document = read(
        "<text:p>Body<text:note text:note-class='footnote'><text:note-body><text:p>Small</text:p></text:note-body>"
        "</text:note><text:note text:note-class='endnote'><text:note-body><text:p>Last</text:p></text:note-body>"
        "</text:note><office:annotation><text:p>Why?</text:p></office:annotation><draw:frame><draw:text-box>"
        "<text:p>Boxed</text:p></draw:text-box></draw:frame><draw:frame><draw:image xlink:href='Pictures/a.png'/>"
        "<svg:desc>Crest</svg:desc></draw:frame><draw:frame><draw:image xlink:href='none.png'/></draw:frame></text:p>"
        "<draw:frame><draw:text-box><text:p>Loose</text:p></draw:text-box></draw:frame>",
        styles="<style:master-page><style:header><text:p>Head</text:p></style:header><style:footer><text:p>Foot</text:p>"
        "<draw:frame><draw:text-box><text:p>In foot</text:p></draw:text-box></draw:frame></style:footer>"
        "</style:master-page><style:master-page><style:header><text:p>Head</text:p></style:header></style:master-page>",
        members={"Pictures/a.png": PNG},
    )
    assert [(str(block.where), block.region, block.text) for block in document.blocks] == [
        ("page header", Region.PAGE_HEADER, "Head"),
        ("paragraph 1", Region.BODY, "Body"),
        ("paragraph 1", Region.BODY, ""),
        ("text box 2", Region.TEXT_BOX, "Boxed"),
        ("text box 3", Region.TEXT_BOX, "Loose"),
        ("footnote 1", Region.FOOTNOTE, "Small"),
        ("endnote 1", Region.FOOTNOTE, "Last"),
        ("page footer", Region.PAGE_FOOTER, "Foot"),
        ("page footer, text box 1", Region.PAGE_FOOTER, "In foot"),
        ("comment 1", Region.COMMENT, "Why?"),
    ]
    picture = document.blocks[2].picture
    assert picture is not None
    assert (picture.content, picture.description) == (PNG, "Crest")
    assert document.flags == {DocumentFlag.COMMENTS}


def test_deleted_text_is_left_out_and_flagged_with_what_else_is_held() -> None:
    document = read(
        "<text:tracked-changes><text:p>gone</text:p></text:tracked-changes><text:p>kept</text:p>",
        members={"Basic/Standard/a.xml": b"x", "META-INF/documentsignatures.xml": b"x", "Object 1/content.xml": b"x"},
    )
    assert document.text == "kept"
    assert document.flags == {
        DocumentFlag.TRACKED_CHANGES,
        DocumentFlag.MACROS,
        DocumentFlag.SIGNED,
        DocumentFlag.EMBEDDED_FILES,
    }


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"META-INF/manifest.xml": b"<m:encryption-data/>"}, UnreadableCode.ENCRYPTED),
        ({"content.xml": b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"}, UnreadableCode.HOSTILE),
        ({"content.xml": b"<a>"}, UnreadableCode.DAMAGED),
        ({"content.xml": b"<a/>"}, UnreadableCode.DAMAGED),
        ({"content.xml": b"<a>" * 5000}, UnreadableCode.HOSTILE),
    ],
)
def test_locked_hostile_and_damaged_texts_are_refused(members: dict[str, bytes], code: UnreadableCode) -> None:
    with pytest.raises(DocumentError) as refused:
        read("<text:p>x</text:p>", members=members)
    assert refused.value.code is code


def test_text_without_content_or_words_is_refused() -> None:
    lost = zip_file({"mimetype": b"application/vnd.oasis.opendocument.text"})
    for content, code in ((lost, UnreadableCode.DAMAGED), (odt_file("<text:p/>"), UnreadableCode.NO_TEXT)):
        with pytest.raises(DocumentError) as refused:
            read_document_bytes(content, shown_as="policy.odt")
        assert refused.value.code is code


def test_text_that_brings_only_its_content_is_read() -> None:
    names = "xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0' "
    names += "xmlns:text='urn:oasis:names:tc:opendocument:xmlns:text:1.0'"
    content = f"<office:document-content {names}><office:body><office:text><text:p>Alone</text:p></office:text>"
    content += "</office:body></office:document-content>"
    held = {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": content.encode()}
    document = read_document_bytes(zip_file(held), shown_as="policy.odt")
    assert (document.text, document.metadata) == ("Alone", {})
