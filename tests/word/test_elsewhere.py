"""A former holder outside everything that a copy changes: what shows holds the copy, what does not is listed."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.model.contacts import Directory, Holder
from pipeline.model.facts import Contact
from pipeline.word.elsewhere import _is_odd, _places
from pipeline.word.regenerate import DocxCopy, regenerate_docx
from tests.builders import paragraph, run, table, word_file, zip_file

ANN = Contact("dsl", "Ann Lister", "01632 960177", "a.lister@example.org")
TO_JANE = Directory((Holder("dsl", "Jane Okafor", "Mrs", "01632 960123", "j.okafor@example.org"),))
LEAD = paragraph("The DSL is Ann Lister.")
_LINK = '<w:hyperlink r:id="mail"><w:r><w:t>Write to us.</w:t></w:r></w:hyperlink>'


def copy_of(*body: str, **more: dict[str, bytes] | dict[str, str]) -> DocxCopy:
    return regenerate_docx(word_file(LEAD, *body, **more), (ANN,), TO_JANE)  # type: ignore[arg-type]


SHOWN = {
    "a spreadsheet": {
        "word/embeddings/sheet.xlsx": zip_file({"xl/sharedStrings.xml": b"<sst><si><t>Ann Lister</t></si></sst>"})
    },
    "an old spreadsheet": {
        "word/embeddings/sheet.bin": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Ann Lister".encode("utf-16-le")
    },
    "a web page": {"word/chunk.html": b"<html><body>Ring 01632 <b>960177</b>, Ann Lister</body></html>"},
}


@pytest.mark.parametrize("members", SHOWN.values(), ids=SHOWN)
def test_a_file_inside_the_document_that_names_a_former_lead_holds_the_copy(members: dict[str, bytes]) -> None:
    copy = copy_of(members=members)
    assert "no copy can change it there" in (copy.plan.held or "")


def test_a_damaged_spreadsheet_inside_the_document_stops_no_copy() -> None:
    sheet = bytearray(zip_file({"xl/sharedStrings.xml": b"<sst><si><t>Nobody here</t></si></sst>" * 40}))
    start = sheet.index(b"sharedStrings.xml") + len(b"sharedStrings.xml")
    sheet[start : start + 8] = b"\xff" * 8
    copy = copy_of(members={"word/embeddings/sheet.xlsx": bytes(sheet)})
    assert copy.plan.held is None
    assert "an embedded file" in [each.text for each in copy.plan.left]


def test_drawn_letters_hold_the_copy() -> None:
    letters = '<v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textpath string="DSL: Ann Lister"/></v:shape>'
    copy = copy_of(f"<w:p><w:r><w:pict>{letters}</w:pict></w:r></w:p>")
    assert "drawn letters" in (copy.plan.held or "")


NOT_SHOWN = {
    "a building block": {"word/glossary/document.xml": b"<w><t>DSL: Ann Lister</t></w>"},
    "an attribute": {"customXml/item1.xml": b'<root lead="Ann Lister"/>'},
    "wide letters": {"customXml/item1.xml": '<?xml version="1.0"?><root>Ann Lister</root>'.encode("utf-16")},
}


@pytest.mark.parametrize("members", NOT_SHOWN.values(), ids=NOT_SHOWN)
def test_what_never_shows_is_listed_and_holds_nothing(members: dict[str, bytes]) -> None:
    copy = copy_of(members=members)
    assert copy.plan.held is None
    assert [each.text for each in copy.plan.left] == ["Ann Lister"]


def field(instruction: str) -> str:
    """A field of several runs that shows other words than its instruction says."""
    marks = [f'<w:r><w:fldChar w:fldCharType="{turn}"/></w:r>' for turn in ("begin", "separate", "end")]
    words = f'<w:r><w:instrText xml:space="preserve"> {instruction} </w:instrText></w:r>'
    return f"<w:p>{marks[0]}{words}{marks[1]}{run('Write to us.')}{marks[2]}</w:p>"


SAID_BY_FIELDS = {
    "the tip of a link": field('HYPERLINK "https://example.org" \\o "Write to Ann Lister"'),
    "the tip of a link in one element": (
        '<w:p><w:fldSimple w:instr=" HYPERLINK &quot;https://example.org&quot; \\o &quot;Ann Lister&quot; ">'
        f"{run('Write to us.')}</w:fldSimple></w:p>"
    ),
    "a choice of words": field('IF 1 = 1 "The DSL is Ann Lister" "nobody"'),
}


@pytest.mark.parametrize("body", SAID_BY_FIELDS.values(), ids=SAID_BY_FIELDS)
def test_a_former_lead_in_the_instruction_of_a_field_is_listed(body: str) -> None:
    copy = copy_of(body)
    assert copy.plan.held is None
    assert [(str(each.where), each.text) for each in copy.plan.left] == [("the instruction of a field", "Ann Lister")]


def test_the_target_of_a_link_in_a_field_is_not_told_as_its_instruction() -> None:
    copy = copy_of(field('HYPERLINK "mailto:a.lister@example.org"'))
    assert copy.plan.left == ()


def test_the_entries_of_a_pick_list_and_variables_are_listed() -> None:
    entry = '<w:listItem w:displayText="Ann Lister" w:value="1"/>'
    control = (
        f"<w:sdt><w:sdtPr><w:dropDownList>{entry}</w:dropDownList></w:sdtPr><w:sdtContent>{LEAD}</w:sdtContent></w:sdt>"
    )
    variables = '<w:docVars><w:docVar w:name="lead" w:val="Ann Lister"/></w:docVars>'
    copy = copy_of(control, parts={"settings": variables})
    assert copy.plan.held is None
    assert {str(each.where) for each in copy.plan.left} == {"settings of a field or list", "variables of the file"}


def test_files_that_name_nobody_hold_nothing_and_are_pointed_at() -> None:
    copy = copy_of(members={"word/embeddings/sheet.bin": b"\xd0\xcf\x11\xe0 nothing"})
    assert copy.plan.held is None
    assert "an embedded file" in [each.text for each in copy.plan.left]


def test_hidden_text_holds_a_copy_in_which_nothing_else_changes() -> None:
    hidden = paragraph(run("The DSL is Ann Lister.", "<w:vanish/>"))
    former = Directory(TO_JANE.holders, (Holder("dsl", "Ann Lister", "Mrs", None, None),))
    assert "hidden text" in (regenerate_docx(word_file(hidden), (), former).plan.held or "")


def test_a_mail_link_changes_in_its_copies_too() -> None:
    links = {"mail": "mailto:a.lister@example.org?subject=A%20worry&cc=a.lister%40example.org"}
    copy = copy_of(f"<w:p>{_LINK}</w:p>", links=links)
    assert copy.plan.held is None
    assert [each.after for each in copy.plan.replacements if each.link is not None] == [
        "mailto:j.okafor@example.org?subject=A%20worry&cc=j.okafor@example.org"
    ]


def test_a_mail_link_that_writes_to_a_former_lead_as_well_holds_the_copy() -> None:
    links = {"mail": "mailto:office@example.org?cc=a.lister@example.org&subject=For%20Ann%20Lister"}
    copy = copy_of(f"<w:p>{_LINK}</w:p>", links=links)
    assert "also writes to a.lister@example.org" in (copy.plan.held or "")
    assert any("names whoever held the role before" in str(each.reason) for each in copy.plan.left)


def test_a_second_number_below_in_merged_cells_holds_the_copy() -> None:
    rows = table(("DSL", "Ann Lister"), ("", "01632 960177"), ("", "07700 900362"))
    assert "07700 900362" in (copy_of(rows).plan.held or "")


_RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PICTURE = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    + f'<Relationship Id="p" Type="{_RELATIONSHIPS}/image" Target="media/code.png"/></Relationships>'.encode()
)


def test_pictures_of_a_changed_copy_are_pointed_at_and_those_of_an_unchanged_one_are_not() -> None:
    members = {"word/_rels/document.xml.rels": _PICTURE, "word/media/code.png": b"\x89PNG"}
    assert [(each.text, "look at each" in str(each.reason)) for each in copy_of(members=members).plan.left] == [
        ("a picture", True)
    ]
    unchanged = regenerate_docx(word_file(paragraph("Nobody."), members=members), (), TO_JANE)
    assert unchanged.plan.left == ()


_PIECES = ("Lister", "960101", "9 60-1 01", "=", '="', "='", '"', "'", "<v>", "<c:f>", "<w:t>", "</v>", ">", "\n", "x")


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(_PIECES), max_size=9).map("".join))
def test_a_word_is_found_in_a_value_exactly_where_one_search_of_the_whole_part_finds_it(text: str) -> None:
    inside = re.compile(
        r"""(?:=\s*["'][^"'<>]{0,2000}?|<(?:\w+:)?[vf]>[^<]{0,2000}?)(?:lister|9[^0-9<>]{0,3}6[^0-9<>]{0,3}0"""
        r"""[^0-9<>]{0,3}1[^0-9<>]{0,3}0[^0-9<>]{0,3}1)""",
        re.IGNORECASE,
    )
    content = text.encode()
    found = any(_is_odd(content, start) for start in _places(content, ("lister", "960101")))
    assert found == (inside.search(text) is not None)
