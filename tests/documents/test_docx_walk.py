"""The walk over a Word file: what it finds, where it says it stands, and that the elements can be changed."""

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from pipeline.documents.word.package import parse_member, read_relationships, word_members
from pipeline.documents.word.paragraph import WordParagraph
from pipeline.documents.word.walk import walk_paragraphs
from pipeline.errors import DocumentError, UnreadableCode
from pipeline.model.documents import Region
from tests import builders
from tests.builders import field, paragraph, run, table, text_box, word_file

SEED = Path(__file__).parents[2].parent / "shared" / "seed"
XML_TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn"), exclude_characters="\ufffe\uffff")
)


def walk(content: bytes, **options: frozenset[str]) -> list[WordParagraph]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [
            found
            for part in word_members(archive)
            for found in walk_paragraphs(parse_member(archive.read(part.member), part.member), part, **options)
        ]


def texts(content: bytes) -> list[str]:
    return [found.text for found in walk(content) if not found.repeats]


def places(content: bytes) -> list[tuple[str, str]]:
    return [(str(found.where), found.text) for found in walk(content) if not found.repeats]


def test_pieces_of_a_plain_paragraph_are_its_texts_and_signs_in_their_runs() -> None:
    mark = '<w:proofErr w:type="spellStart"/><w:bookmarkStart w:id="1" w:name="a"/>'
    first = "<w:r><w:rPr><w:b/></w:rPr><w:lastRenderedPageBreak/><w:t>Name</w:t><w:tab/><w:t>Ann</w:t></w:r>"
    [found] = walk(word_file(f'<w:p>{mark}{first}<w:bookmarkEnd w:id="1"/><w:r><w:br/><w:t>Lee</w:t></w:r></w:p>'))
    assert found.made is None
    assert found.text == "Name\tAnn\nLee"
    assert [found.text[each.start : each.end] for each in found.pieces] == ["Name", "\t", "Ann", "\n", "Lee"]
    assert [each.editable for each in found.pieces] == [True, False, True, False, True]
    assert [each.element.tag.rpartition("}")[2] for each in found.pieces] == ["t", "tab", "t", "br", "t"]
    assert [each.run for each in found.pieces] == list(found.runs)


def test_empty_paragraphs_count_towards_the_place() -> None:
    assert places(word_file(paragraph("One"), paragraph(), paragraph("Three")))[2] == ("paragraph 3", "Three")


@pytest.mark.needs("shared")
def test_header_block_of_the_schools_own_policy_stands_where_a_person_counts_it() -> None:
    found = dict(places((SEED / "confidentiality-policy.docx").read_bytes()))
    assert found["paragraph 3"] == "Date approved by Governors:\t"
    assert found["paragraph 4"] == "Policy Owner:\tSafeguarding Lead"
    assert found["paragraph 5"] == "Date of last Review:\tAugust 2024"
    assert found["paragraph 6"] == "Date of next Review:\tAugust 2025"


def test_paragraphs_of_tables_do_not_count_as_body_paragraphs() -> None:
    content = word_file(paragraph("Before"), table(["a", "b"], ["c", "d"]), paragraph("After"))
    assert places(content) == [
        ("paragraph 1", "Before"),
        ("table 1, row 1, column 1", "a"),
        ("table 1, row 1, column 2", "b"),
        ("table 1, row 2, column 1", "c"),
        ("table 1, row 2, column 2", "d"),
        ("paragraph 2", "After"),
    ]


def test_tables_inside_tables_and_rows_inside_content_controls_are_read() -> None:
    inner = table(["deep"]) + paragraph("below")
    row = f"<w:sdt><w:sdtContent><w:tr><w:tc>{paragraph('held')}</w:tc></w:tr></w:sdtContent></w:sdt>"
    content = word_file(f"<w:tbl>{row}<w:tr><w:tc>{inner}</w:tc></w:tr></w:tbl>")
    assert places(content) == [
        ("table 1, row 1, column 1", "held"),
        ("table 1, row 2, column 1, inner table 1, row 1, column 1", "deep"),
        ("table 1, row 2, column 1", "below"),
    ]


def test_deleted_rows_are_left_out() -> None:
    deleted = f"<w:tr><w:trPr><w:del w:id='1'/></w:trPr><w:tc>{paragraph('gone')}</w:tc></w:tr>"
    kept = f"<w:tr><w:tc>{paragraph('kept')}</w:tc></w:tr>"
    assert texts(word_file(f"<w:tbl>{deleted}{kept}</w:tbl>")) == ["kept"]


def test_every_part_that_holds_text_is_walked_in_reading_order() -> None:
    content = word_file(
        paragraph("Body"),
        parts={
            "comments": f"<w:comment w:id='0'>{paragraph('Why?')}</w:comment>",
            "footer1": paragraph("Foot"),
            "endnotes": f"<w:endnote w:id='1'>{paragraph('End')}</w:endnote>",
            "footnotes": f"<w:footnote w:type='separator' w:id='0'>{paragraph()}</w:footnote>"
            f"<w:footnote w:id='1'>{paragraph('First')}</w:footnote>"
            f"<w:footnote w:id='2'>{paragraph('Second')}</w:footnote>",
            "header1": paragraph("Head"),
            "header2": table(["Cell"]),
        },
    )
    assert places(content) == [
        ("page header", "Head"),
        ("page header, table 1, row 1, column 1", "Cell"),
        ("paragraph 1", "Body"),
        ("footnote 1", "First"),
        ("footnote 2", "Second"),
        ("endnote 1", "End"),
        ("page footer", "Foot"),
        ("comment 1", "Why?"),
    ]


def test_text_box_is_read_once_and_its_twin_is_marked() -> None:
    box = text_box(paragraph("Lead: Jo Bell"), table(["Ext 12"]))
    found = walk(word_file(paragraph("Anchor ", box, " here"), paragraph(text_box(paragraph("Second")))))
    assert [(str(each.where), each.text, each.repeats) for each in found] == [
        ("paragraph 1", "Anchor  here", False),
        ("text box 1", "Lead: Jo Bell", False),
        ("text box 1, table 1, row 1, column 1", "Ext 12", False),
        ("text box 1", "Lead: Jo Bell", True),
        ("text box 1, table 1, row 1, column 1", "Ext 12", True),
        ("paragraph 2", "", False),
        ("text box 2", "Second", False),
        ("text box 2", "Second", True),
    ]
    assert {each.region for each in found if "box" in str(each.where)} == {Region.TEXT_BOX}


def test_text_box_inside_a_text_box_is_read_once() -> None:
    assert texts(word_file(paragraph(text_box(paragraph("Outer", text_box(paragraph("Inner"))))))) == [
        "",
        "Outer",
        "Inner",
    ]


def test_text_box_of_an_old_file_is_no_twin() -> None:
    content = f"<w:txbxContent>{paragraph('Old')}</w:txbxContent>"
    old = f"<w:r><w:pict><v:shape><v:textbox>{content}</v:textbox></v:shape></w:pict></w:r>"
    assert texts(word_file(paragraph(old))) == ["", "Old"]


def test_text_box_in_a_page_header_belongs_to_the_page_header() -> None:
    found = walk(word_file(parts={"header1": paragraph(text_box(paragraph("Crest")))}))
    assert [(str(each.where), each.region) for each in found if each.text == "Crest" and not each.repeats] == [
        ("page header, text box 1", Region.PAGE_HEADER)
    ]


def test_character_only_the_fallback_can_show_is_read() -> None:
    either = "<mc:Choice Requires='x'/><mc:Fallback><w:t>☺</w:t></mc:Fallback>"
    emoji = f"<w:r><mc:AlternateContent>{either}</mc:AlternateContent></w:r>"
    assert texts(word_file(paragraph("Smile ", emoji))) == ["Smile ☺"]


def test_alternate_blocks_are_read_once() -> None:
    choice = f"<mc:Choice Requires='x'>{paragraph('New')}</mc:Choice>"
    both = f"<mc:AlternateContent>{choice}<mc:Fallback>{paragraph('Old')}</mc:Fallback></mc:AlternateContent>"
    found = walk(word_file(both, paragraph("Next")))
    assert [(str(each.where), each.text, each.repeats) for each in found] == [
        ("paragraph 1", "New", False),
        ("paragraph 1", "Old", True),
        ("paragraph 2", "Next", False),
    ]


def test_tracked_insertions_are_in_and_deletions_moves_and_hidden_text_out() -> None:
    content = word_file(
        paragraph(
            f"<w:ins w:id='1'>{run('new ')}</w:ins>",
            "<w:del w:id='2'><w:r><w:delText>old</w:delText></w:r></w:del>",
            f"<w:moveFrom w:id='3'>{run('here')}</w:moveFrom>",
            f"<w:moveTo w:id='4'>{run('there ')}</w:moveTo>",
            run("secret", "<w:vanish/>"),
            run("shown", "<w:vanish w:val='0'/>"),
        )
    )
    assert texts(content) == ["new there shown"]


def test_text_of_a_hidden_style_is_left_out() -> None:
    content = word_file(
        paragraph("Note to self", style="Hidden"), paragraph(run("x", "<w:rStyle w:val='Hidden'/>"), "y")
    )
    assert [each.text for each in walk(content, hidden_styles=frozenset({"Hidden"}))] == ["", "y"]


def test_symbols_tabs_breaks_and_hyphens_become_characters() -> None:
    marks = (
        "<w:r><w:tab/><w:br/><w:cr/><w:noBreakHyphen/><w:softHyphen/><w:sym w:font='Wingdings' w:char='F028'/>"
        "<w:sym w:font='Wingdings' w:char='F0C7'/><w:sym w:font='Arial' w:char='00A3'/><w:sym w:char='zz'/></w:r>"
    )
    assert texts(word_file(paragraph("a", marks, "b"))) == ["a\t\n\n-☎•£b"]


def test_line_breaks_of_the_markup_are_spaces() -> None:
    assert texts(word_file(paragraph("<w:r><w:t>Date of\nreview</w:t></w:r>"))) == ["Date of review"]


def test_content_controls_smart_tags_formulas_and_simple_fields_are_read() -> None:
    content = word_file(
        f"<w:sdt><w:sdtPr><w:alias w:val='x'/></w:sdtPr><w:sdtContent>{paragraph('Held')}</w:sdtContent></w:sdt>",
        paragraph(
            f"<w:sdt><w:sdtContent>{run('in ')}</w:sdtContent></w:sdt>",
            f"<w:smartTag w:element='place'>{run('West ')}</w:smartTag>",
            "<m:oMath><m:r><m:t>x+1</m:t></m:r></m:oMath>",
            f"<w:fldSimple w:instr=' PAGE '>{run(' 7')}</w:fldSimple>",
        ),
    )
    assert places(content) == [("paragraph 1", "Held"), ("paragraph 2", "in West x+1 7")]


def test_field_shows_its_result_and_not_its_instruction() -> None:
    nested = field("IF 1 = " + "1", "yes")
    assert texts(word_file(paragraph("On ", field("DATE", "4 May 2025"), ": ", nested))) == ["On 4 May 2025: yes"]


def test_unfinished_field_does_not_swallow_the_next_paragraph() -> None:
    begun = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    assert texts(word_file(paragraph("a", begun, "b"), paragraph("c"))) == ["a", "c"]


def test_hidden_run_still_ends_its_field() -> None:
    marks = [f'<w:r><w:rPr><w:vanish/></w:rPr><w:fldChar w:fldCharType="{turn}"/></w:r>' for turn in ("begin", "end")]
    assert texts(word_file(paragraph(marks[0], run("XE x"), marks[1], "after"))) == ["after"]


def test_links_name_their_stretch_and_their_target() -> None:
    content = word_file(
        paragraph("Write to ", f"<w:hyperlink r:id='rId9'>{run('Jo')}{run(' Bell')}</w:hyperlink>", " today"),
        paragraph("or ", field('HYPERLINK "mailto:jo@example.org"', "Jo")),
        paragraph(f"<w:hyperlink w:anchor='top'>{run('Top')}</w:hyperlink>"),
        paragraph(f"<w:fldSimple w:instr='HYPERLINK \\l \"end\"'>{run('End')}</w:fldSimple>"),
        links={"rId9": "mailto:jo.bell@example.org"},
    )
    found = [
        (each.text[link.start : link.end], link.relationship_id, link.target)
        for each in walk(content)
        for link in each.links
    ]
    assert found == [
        ("Jo Bell", "rId9", None),
        ("Jo", None, "mailto:jo@example.org"),
        ("Top", None, "#top"),
        ("End", None, "#end"),
    ]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert read_relationships(archive, "word/document.xml")["rId9"].target == "mailto:jo.bell@example.org"


def test_link_field_over_two_paragraphs_is_a_link_in_both() -> None:
    begin = field("HYPERLINK https://example.org", "one").split("one")[0]
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    begun = begin.removesuffix('<w:r><w:t xml:space="preserve">')
    content = word_file(paragraph(begun, "one"), paragraph("two ", end, "x"))
    assert [each.text[link.start : link.end] for each in walk(content) for link in each.links] == ["one", "two "]


def test_diagram_and_chart_words_are_read_and_the_drawn_twin_is_marked() -> None:
    inner = "<a:p><a:r><a:t>Tell</a:t></a:r><a:br/><a:r><a:t>the lead</a:t></a:r></a:p>"
    drawn = f"<x {builders.NAMESPACES}>{inner}</x>".encode()
    kinds = {"d": "diagramData", "e": "diagramDrawing", "c": "chart"}
    relations = "".join(
        f'<Relationship Id="{key}" Type="{builders.RELATIONSHIP_TYPE}{kind}" Target="/word/{key}.xml"/>'
        for key, kind in kinds.items()
    )
    content = word_file(
        paragraph("Body"),
        members={
            "word/_rels/document.xml.rels": f"<Relationships>{relations}</Relationships>".encode(),
            **{f"word/{key}.xml": drawn for key in kinds},
        },
    )
    assert [(str(each.where), each.text, each.repeats) for each in walk(content)] == [
        ("paragraph 1", "Body", False),
        ("diagram 1", "Tell\nthe lead", False),
        ("diagram 1", "Tell\nthe lead", True),
        ("chart 1", "Tell\nthe lead", False),
    ]


def test_strict_open_xml_reads_the_same() -> None:
    content = word_file(paragraph("Strict"))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    for ours, strict in {
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main": b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/officeDocument/2006/": b"http://purl.oclc.org/ooxml/officeDocument/",
    }.items():
        members = {name: held.replace(ours, strict) for name, held in members.items()}
    assert texts(builders.zip_file(members)) == ["Strict"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_part_with_entities_of_its_own_is_refused(encoding: str) -> None:
    bomb = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'
    with pytest.raises(DocumentError) as refused:
        parse_member(bomb.encode(encoding), "word/document.xml")
    assert refused.value.code is UnreadableCode.HOSTILE


def test_broken_part_is_named() -> None:
    with pytest.raises(DocumentError, match=r"word/document\.xml") as refused:
        parse_member(b"<w:document", "word/document.xml")
    assert refused.value.code is UnreadableCode.DAMAGED


@given(st.lists(XML_TEXT.filter(bool), max_size=8))
def test_any_text_split_into_any_runs_reads_back_the_same(pieces: list[str]) -> None:
    [found] = walk(word_file(paragraph(*(run(piece) for piece in pieces))))
    assert found.text == "".join(pieces)
    assert [found.text[piece.start : piece.end] for piece in found.pieces] == pieces
    assert all(piece.editable and piece.element.text == found.text[piece.start : piece.end] for piece in found.pieces)


def test_changed_piece_is_written_and_nothing_else() -> None:
    content = word_file(paragraph("Lead: ", run("Jo "), run("Bell", "<w:b/>"), "<w:r><w:tab/></w:r>"))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        [part] = word_members(archive)
        before = archive.read(part.member)
    root = parse_member(before, part.member)
    [found] = walk_paragraphs(root, part)
    assert [piece.editable for piece in found.pieces] == [True, True, True, False]
    found.pieces[1].element.text = "Al "
    after = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    assert after == before.replace(b"Jo ", b"Al ").replace(
        b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>',
        b"<?xml version='1.0' encoding='UTF-8' standalone='yes'?>",
    )
