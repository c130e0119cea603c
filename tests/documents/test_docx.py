"""Word files become documents: headings, lists, tables, spans, pictures, properties, flags."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.documents import read_document_bytes
from pipeline.documents.headings import HeadingLevels
from pipeline.errors import DocumentError, UnreadableCode
from pipeline.model.documents import Block, BlockKind, Document, DocumentFlag, Region, Span
from pipeline.places import read_place
from tests.builders import RELATIONSHIP_TYPE, field, paragraph, run, table, text_box, word_file

STYLES = """
<w:style w:type="paragraph" w:styleId="Normal"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="Titel"><w:name w:val="Title"/><w:basedOn w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/><w:rPr><w:b/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="SchoolHead"><w:name w:val="Our Head"/>
<w:basedOn w:val="berschrift1"/></w:style>
<w:style w:type="paragraph" w:styleId="Loop"><w:name w:val="Loop"/><w:basedOn w:val="Loop"/></w:style>
<w:style w:type="paragraph" w:styleId="Outlined"><w:name w:val="x"/><w:pPr><w:outlineLvl w:val="2"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Bullets"><w:name w:val="y"/>
<w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
<w:style w:type="character" w:styleId="Loud"><w:name w:val="Loud"/><w:rPr><w:b/><w:i/></w:rPr></w:style>
<w:style w:type="character" w:styleId="Gone"><w:name w:val="Gone"/><w:rPr><w:vanish/></w:rPr></w:style>
"""
NUMBERING = """
<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/></w:lvl>
<w:lvl w:ilvl="1"><w:numFmt w:val="bullet"/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/></w:lvl>
<w:lvl w:ilvl="1"><w:numFmt w:val="none"/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>
<w:num w:numId="3"><w:abstractNumId w:val="1"/>
<w:lvlOverride w:ilvl="0"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/></w:lvl></w:lvlOverride></w:num>
"""
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 16


def read(*body: str, **options: object) -> Document:
    return read_document_bytes(word_file(*body, **options), shown_as="policy.docx")  # type: ignore[arg-type]


def item(text: str, number: int, level: int = 0) -> str:
    held = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    return paragraph(text, properties=held)


def picture(identifier: str, description: str = "") -> str:
    return (
        f'<w:r><w:drawing><wp:inline><wp:extent cx="1800000" cy="1"/><wp:docPr id="1" name="p" descr="{description}"/>'
        f'<a:graphic><a:graphicData><pic:pic><pic:blipFill><a:blip r:embed="{identifier}"/></pic:blipFill></pic:pic>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )


def relationships(*entries: str) -> dict[str, bytes]:
    address = "http://schemas.openxmlformats.org/package/2006/relationships"
    return {
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{address}">{"".join(entries)}</Relationships>'.encode()
    }


def relationship(identifier: str, kind: str, target: str, mode: str = "Internal") -> str:
    return f'<Relationship Id="{identifier}" Type="{RELATIONSHIP_TYPE}{kind}" Target="{target}" TargetMode="{mode}"/>'


def kinds(document: Document) -> list[tuple[BlockKind, int, str]]:
    return [(block.kind, block.level, block.text) for block in document.blocks]


def test_headings_are_told_by_name_inheritance_and_outline_whatever_the_style_is_called() -> None:
    document = read(
        paragraph("Policy", style="Titel"),
        paragraph("Aims", style="SchoolHead"),
        paragraph("Detail", style="Outlined"),
        paragraph("By hand", properties='<w:outlineLvl w:val="0"/>'),
        paragraph("Not", style="berschrift1", properties='<w:outlineLvl w:val="9"/>'),
        paragraph("Plain", style="Loop"),
        paragraph("Unknown", style="Nowhere"),
        styles=STYLES,
    )
    assert kinds(document) == [
        (BlockKind.HEADING, 1, "Policy"),
        (BlockKind.HEADING, 1, "Aims"),
        (BlockKind.HEADING, 2, "Detail"),
        (BlockKind.HEADING, 1, "By hand"),
        (BlockKind.PARAGRAPH, 0, "Not"),
        (BlockKind.PARAGRAPH, 0, "Plain"),
        (BlockKind.PARAGRAPH, 0, "Unknown"),
    ]


@given(st.lists(st.integers(1, 9)))
def test_heading_levels_never_skip_one_and_keep_their_order(given_levels: list[int]) -> None:
    levels = HeadingLevels()
    settled = [levels.settle(level) for level in given_levels]
    assert all(after <= before + 1 for before, after in zip([0, *settled], settled, strict=False))
    for before, after, first, second in zip(given_levels, given_levels[1:], settled, settled[1:], strict=False):
        assert (after > before) == (second > first)


def test_styles_written_with_other_quotes_are_read_too() -> None:
    assert kinds(read(paragraph("A", style="berschrift1"), styles=STYLES.replace('"', "'")))[0][0] is BlockKind.HEADING


def test_lists_know_their_depth_and_whether_they_are_numbered() -> None:
    document = read(
        item("bullet", 1),
        item("deeper", 1, 1),
        item("first", 2),
        item("no list", 2, 1),
        item("overridden", 3),
        item("off", 0),
        paragraph("by style", style="Bullets"),
        parts={"numbering": NUMBERING},
        styles=STYLES,
    )
    assert [(block.kind is BlockKind.LIST_ITEM, block.level, block.ordered) for block in document.blocks] == [
        (True, 0, False),
        (True, 1, False),
        (True, 0, True),
        (False, 0, False),
        (True, 0, False),
        (False, 0, False),
        (True, 1, False),
    ]


def test_words_own_deeper_list_styles_stand_deeper_though_each_is_a_list_of_its_own() -> None:
    styles = "".join(
        f'<w:style w:styleId="LB{depth}"><w:name w:val="List Bullet{f" {depth}" if depth > 1 else ""}"/>'
        f'<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        for depth in (1, 2, 3)
    )
    body = [
        paragraph(words, style=style) for words, style in (("Coats", "LB1"), ("Wellingtons", "LB2"), ("Red", "LB3"))
    ]
    document = read(*body, paragraph("Lunch", style="LB1"), parts={"numbering": NUMBERING}, styles=styles)
    assert [(block.kind, block.level) for block in document.blocks] == [
        (BlockKind.LIST_ITEM, level) for level in (0, 1, 2, 0)
    ]


def test_spans_keep_bold_italic_and_links_and_join_split_runs() -> None:
    document = read(
        paragraph(
            run("Own", "<w:b/>"),
            run("er: ", "<w:b/>"),
            run("Jo", "<w:rStyle w:val='Loud'/>"),
            run(" off", "<w:rStyle w:val='Loud'/><w:b w:val='0'/>"),
            f"<w:hyperlink r:id='rId9'>{run('mail')}</w:hyperlink>",
            field('HYPERLINK "https://example.org"', "page"),
        ),
        styles=STYLES,
        links={"rId9": "mailto:jo@example.org"},
    )
    assert document.blocks[0].spans == (
        Span("Owner: ", bold=True),
        Span("Jo", bold=True, italic=True),
        Span(" off", italic=True),
        Span("mail", link="mailto:jo@example.org"),
        Span("page", link="https://example.org"),
    )


def test_empty_paragraphs_are_left_out_but_counted() -> None:
    assert [str(block.where) for block in read(paragraph(), paragraph("x"), paragraph("  ")).blocks] == ["paragraph 2"]


def test_text_of_styles_that_hide_it_is_left_out() -> None:
    document = read(paragraph("a", run("b", "<w:rStyle w:val='Gone'/>")), styles=STYLES)
    assert document.text == "a"


def test_table_becomes_one_block_in_its_place_with_its_cells_inside() -> None:
    document = read(paragraph("Before"), table(["Role", "Name"], ["Lead", "Jo"], header_rows=1), paragraph("After"))
    assert [str(block.where) for block in document.blocks] == ["paragraph 1", "table 1", "paragraph 2"]
    rows = document.blocks[1].rows
    assert [[cell.text for cell in row] for row in rows] == [["Role", "Name"], ["Lead", "Jo"]]
    assert [[cell.header for cell in row] for row in rows] == [[True, True], [False, False]]
    assert str(rows[1][1].blocks[0].where) == "table 1, row 2, column 2"
    assert document.blocks[1].text == "Role\tName\nLead\tJo"


def test_first_row_in_bold_counts_as_header_row() -> None:
    bold = [paragraph(run(text, "<w:b/>")) for text in ("Role", "Name")]
    rows = read(table(bold, ["Lead", "Jo"])).blocks[0].rows
    assert [row[0].header for row in rows] == [True, False]
    assert not read(table(bold)).blocks[0].rows[0][0].header


def test_merged_cells_grow_over_those_they_were_merged_with() -> None:
    def cell(text: str, properties: str = "") -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(text)}</w:tc>"

    wide, tall, below = "<w:gridSpan w:val='2'/>", "<w:vMerge w:val='restart'/>", "<w:vMerge/>"
    body = (
        f"<w:tbl><w:tr>{cell('wide', wide)}{cell('tall', tall)}</w:tr>"
        f"<w:tr>{cell('a')}{cell('b')}{cell('', below)}</w:tr>"
        f"<w:tr><w:trPr><w:gridBefore w:val='1'/></w:trPr>{cell('c', wide.replace('2', 'z'))}{cell('', below)}</w:tr>"
        f"<w:tr>{cell('d')}{cell('e')}{cell('', below)}</w:tr><w:tr/></w:tbl>"
    )
    rows = read(body.replace("<w:vMerge/>", "<w:vMerge w:val='continue'/>", 1)).blocks[0].rows
    assert [[(each.text, each.columns, each.rows, each.before) for each in row] for row in rows] == [
        [("wide", 2, 1, 0), ("tall", 1, 4, 0)],
        [("a", 1, 1, 0), ("b", 1, 1, 0)],
        [("c", 1, 1, 1)],
        [("d", 1, 1, 0), ("e", 1, 1, 0)],
    ]


def test_lower_half_of_a_merge_that_never_began_keeps_its_words() -> None:
    body = f"<w:tbl><w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr>{paragraph('kept')}</w:tc></w:tr></w:tbl>"
    assert read(body).text == "kept"


def test_tables_in_tables_stay_inside_and_text_boxes_come_after() -> None:
    document = read(table([paragraph("x", text_box(paragraph("boxed"))) + table(["deep"]), "y"]))
    assert [(str(block.where), block.region) for block in document.blocks] == [
        ("table 1", Region.BODY),
        ("text box 1", Region.TEXT_BOX),
    ]
    inner = document.blocks[0].rows[0][0].blocks
    assert [str(block.where) for block in inner] == [
        "table 1, row 1, column 1",
        "table 1, row 1, column 1, inner table 1",
    ]
    assert "deep" in [block.text for block in document.walk() if block.kind is BlockKind.PARAGRAPH]


def test_regions_come_in_the_order_of_the_model_and_comments_are_kept_apart() -> None:
    section = (
        '<w:sectPr><w:headerReference w:type="default" r:id="header1"/><w:footerReference r:id="footer1"/></w:sectPr>'
    )
    document = read(
        paragraph("Body", text_box(paragraph("Box"))),
        section,
        parts={
            "footer1": paragraph("Foot"),
            "header1": paragraph("Head") + table(["in head"]),
            "footnotes": f"<w:footnote w:id='2'>{paragraph('Note')}</w:footnote>",
            "comments": f"<w:comment w:id='0'>{paragraph('Is this right?')}</w:comment>",
        },
    )
    assert [(block.region, str(block.where)) for block in document.blocks] == [
        (Region.PAGE_HEADER, "page header"),
        (Region.PAGE_HEADER, "page header, table 1"),
        (Region.BODY, "paragraph 1"),
        (Region.TEXT_BOX, "text box 1"),
        (Region.FOOTNOTE, "footnote 1"),
        (Region.PAGE_FOOTER, "page footer"),
        (Region.COMMENT, "comment 1"),
    ]
    assert document.flags == {DocumentFlag.COMMENTS}
    assert "Is this right?" not in document.text


@pytest.mark.parametrize(
    ("reference", "section", "settings", "shown"),
    [
        ("default", "", "", True),
        ("first", "", "", False),
        ("first", "<w:titlePg/>", "", True),
        ("even", "", "", False),
        ("even", "", "<w:evenAndOddHeaders/>", True),
    ],
)
def test_page_headers_that_word_does_not_show_are_not_read(
    reference: str, section: str, settings: str, shown: bool
) -> None:
    held = f'<w:sectPr><w:headerReference w:type="{reference}" r:id="header1"/>{section}</w:sectPr>'
    document = read(paragraph("Body"), held, parts={"header1": paragraph("Old date"), "settings": settings})
    assert ("Old date" in document.text) is shown


def test_same_words_in_several_page_headers_are_read_once() -> None:
    sections = "".join(f'<w:sectPr><w:headerReference r:id="header{number}"/></w:sectPr>' for number in (1, 2))
    document = read(paragraph("x"), sections, parts={"header1": paragraph("Same"), "header2": paragraph("Same")})
    assert document.text == "Same\nx"


def test_pictures_come_with_description_and_width_and_are_left_packed_when_not_wanted() -> None:
    content = word_file(
        paragraph("Crest", picture("i1", "School crest"), picture("i2"), picture("i3"), picture("none"), picture("i1")),
        members={
            **relationships(
                relationship("i1", "image", "media/crest.png"),
                relationship("i2", "image", "media/old.emf"),
                relationship("i3", "image", "http://198.51.100.7/track.png", "External"),
            ),
            "word/media/crest.png": PNG,
            "word/media/old.emf": b"emf",
        },
    )
    document = read_document_bytes(content, shown_as="p.docx")
    pictures = [block.picture for block in document.blocks if block.picture]
    assert [(each.content, each.media_type, each.description, each.width_mm) for each in pictures] == [
        (PNG, "image/png", "School crest", 50.0),
        (b"emf", "image/emf", "", 50.0),
    ]
    light = read_document_bytes(content, shown_as="p.docx", pictures=False)
    assert [block.picture.content for block in light.blocks if block.picture] == [b"", b"", b""]


def test_old_pictures_keep_their_alternative_text() -> None:
    old = '<w:r><w:pict><v:shape alt="Our crest"><v:imagedata r:id="i1"/></v:shape></w:pict></w:r>'
    members = {**relationships(relationship("i1", "image", "media/a.jpg")), "word/media/a.jpg": b"\xff\xd8\xff"}
    [_, block] = read(paragraph("x", old), members=members).blocks
    assert block.picture is not None
    assert (block.picture.description, block.picture.media_type) == ("Our crest", "image/jpeg")


def test_document_of_pictures_alone_is_told_to_be_one() -> None:
    members = {**relationships(relationship("i1", "image", "media/a.png")), "word/media/a.png": PNG}
    with pytest.raises(DocumentError, match="scan") as refused:
        read(paragraph(picture("i1")), members=members)
    assert refused.value.code is UnreadableCode.NO_TEXT


def test_document_without_words_is_refused() -> None:
    with pytest.raises(DocumentError, match="no words") as refused:
        read(paragraph())
    assert refused.value.code is UnreadableCode.NO_TEXT


def test_properties_of_the_file_are_read() -> None:
    core = (
        '<c:coreProperties xmlns:c="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:t="http://purl.org/dc/terms/">'
        "<dc:title> Anti-Bullying </dc:title><dc:creator>Jo</dc:creator><dc:subject/><t:created>2025-03-01</t:created>"
        "</c:coreProperties>"
    )
    package = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f"{relationship('a', 'officeDocument', 'word/document.xml')}"
        '<Relationship Id="b" Type="http://x/metadata/core-properties" Target="docProps/core.xml"/></Relationships>'
    )
    document = read(paragraph("x"), members={"docProps/core.xml": core.encode(), "_rels/.rels": package.encode()})
    assert document.metadata == {"title": "Anti-Bullying", "author": "Jo", "created": "2025-03-01"}
    assert read(paragraph("x")).metadata == {}


@pytest.mark.parametrize(
    ("body", "members", "flag"),
    [
        (paragraph(f"<w:ins w:id='1'>{run('x')}</w:ins>"), {}, DocumentFlag.TRACKED_CHANGES),
        (paragraph("x"), relationships(relationship("a", "vbaProject", "vbaProject.bin")), DocumentFlag.MACROS),
        (
            paragraph("x"),
            relationships(relationship("a", "oleObject", "embeddings/o.bin")),
            DocumentFlag.EMBEDDED_FILES,
        ),
        (
            paragraph("x"),
            {
                **relationships(relationship("a", "settings", "settings.xml")),
                "word/settings.xml": b"<s/>",
                "word/_rels/settings.xml.rels": relationships(
                    relationship("t", "attachedTemplate", "http://198.51.100.7/evil.dotm", "External")
                )["word/_rels/document.xml.rels"],
            },
            DocumentFlag.EXTERNAL_TEMPLATE,
        ),
        (
            paragraph("x"),
            {
                "_rels/.rels": relationships(
                    relationship("a", "officeDocument", "word/document.xml"),
                    relationship("b", "digital-signature/origin", "_xmlsignatures/origin.sigs"),
                )["word/_rels/document.xml.rels"]
            },
            DocumentFlag.SIGNED,
        ),
    ],
)
def test_what_a_file_holds_besides_words_is_flagged(body: str, members: dict[str, bytes], flag: DocumentFlag) -> None:
    assert read(body, members=members).flags - {DocumentFlag.ACTIVE_CONTENT} == {flag}


def test_template_on_the_authors_own_disk_is_no_finding() -> None:
    members = {
        **relationships(relationship("a", "settings", "settings.xml")),
        "word/settings.xml": b"<s/>",
        "word/_rels/settings.xml.rels": relationships(
            relationship("t", "attachedTemplate", "file:///C:/Users/jo/Normal.dotm", "External")
        )["word/_rels/document.xml.rels"],
    }
    assert read(paragraph("x"), members=members).flags == frozenset()


def test_file_inserted_as_a_whole_is_noted() -> None:
    document = read(paragraph("x"), members=relationships(relationship("a", "aFChunk", "part.html")))
    assert any("inserted as a whole" in note for note in document.notes)


def test_entities_in_a_part_are_hostile_and_a_broken_part_is_damaged() -> None:
    for held, code in ((b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "hostile"), (b"<a><b></a>", "damaged")):
        with pytest.raises(DocumentError, match=r"“policy\.docx”.*word/document\.xml") as refused:
            read(paragraph("x"), members={"word/document.xml": held})
        assert refused.value.code == code


def test_deep_nesting_ends_in_an_error() -> None:
    deep = "<w:tbl><w:tr><w:tc>" * 400 + paragraph("x") + "</w:tc></w:tr></w:tbl>" * 400
    with pytest.raises(DocumentError):
        read(deep)


def test_blocks_of_a_document_are_frozen_values() -> None:
    assert read(paragraph("x")).blocks == (Block(BlockKind.PARAGRAPH, read_place("paragraph 1"), (Span("x"),)),)


def test_a_block_that_its_author_had_begin_a_page_says_so() -> None:
    ends = '<w:r><w:br w:type="page"/></w:r>'
    content = word_file(
        paragraph(run("Cover"), ends),
        paragraph(run("Why")),
        paragraph(ends),
        paragraph(run("  ")),
        paragraph(run("Appendix 1")),
        paragraph(run("Form"), properties="<w:pageBreakBefore/>"),
        paragraph(run("Line"), '<w:r><w:br w:type="column"/></w:r>'),
        paragraph(ends, run("Last")),
        table(["In a cell" + ends]),
        paragraph(run("End")),
    )
    document = read_document_bytes(content, shown_as="p.docx")
    begin = [block.text.strip() for block in document.walk() if block.new_page]
    assert begin == ["Why", "Appendix 1", "Form", "Last"]


def test_looks_of_runs_are_those_of_their_own_properties() -> None:
    """What a list's number or a change before looks like is none of a run's own."""
    was = "<w:rPrChange><w:rPr><w:i/></w:rPr></w:rPrChange>"
    document = read(
        "<w:p><w:pPr><w:rPr><w:b/></w:rPr></w:pPr><w:r><w:t>plain </w:t></w:r>"
        f"<w:r><w:rPr><w:b/>{was}</w:rPr><w:t>bold</w:t><w:tab/></w:r>"
        '<w:r><w:rPr><w:b w:val="0"/></w:rPr><w:t>plain</w:t></w:r></w:p>'
    )
    [block] = document.blocks
    assert [(span.text, span.bold, span.italic) for span in block.spans] == [
        ("plain ", False, False),
        ("bold\t", True, False),
        ("plain", False, False),
    ]


def test_paragraphs_whose_properties_are_alike_are_read_alike() -> None:
    given = [
        "",
        '<w:outlineLvl w:val="1"/>',
        "<w:pageBreakBefore/>",
        '<w:pageBreakBefore w:val="0"/>',
        '<w:pageBreakBefore w:val="0"/><w:outlineLvl w:val="0"/>',
    ]
    found = read(*[paragraph(f"Words {at}", properties=each) for at, each in enumerate(given * 2)]).blocks
    assert [each.new_page for each in found] == [False, False, True, False, False] * 2
    assert [each.kind is BlockKind.HEADING for each in found] == [False, True, False, False, True] * 2
