"""The numbers Word sets by itself: computed, kept beside the text, never in it."""

import subprocess
from pathlib import Path
from shutil import which

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.documents import read_document_bytes
from pipeline.documents.word.numbering import number_text
from pipeline.documents.word.numbering_part import NumberedList, NumberingPart
from pipeline.errors import DocumentError, UnreadableCode
from pipeline.model.documents import Block, BlockKind
from tests.builders import NAMESPACES, paragraph, run, text_box, word_file

LEGAL = (
    '<w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="multilevel"/>'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:pStyle w:val="H1"/><w:lvlText w:val="%1."/>'
    '</w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:pStyle w:val="H2"/>'
    '<w:lvlText w:val="%1.%2"/></w:lvl><w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/>'
    '<w:lvlText w:val="(%3)"/></w:lvl><w:lvl w:ilvl="3"><w:start w:val="1"/><w:numFmt w:val="lowerRoman"/>'
    '<w:lvlText w:val="%4)"/></w:lvl></w:abstractNum>'
    '<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="3"/><w:numFmt w:val="upperRoman"/>'
    '<w:lvlText w:val="Part %1:"/></w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimalZero"/>'
    '<w:isLgl/><w:lvlRestart w:val="0"/><w:lvlText w:val="%1.%2"/></w:lvl>'
    '<w:lvl w:ilvl="2"><w:numFmt w:val="bullet"/><w:lvlText w:val="o"/></w:lvl></w:abstractNum>'
    '<w:abstractNum w:abstractNumId="2"><w:numStyleLink w:val="Ours"/></w:abstractNum>'
    '<w:abstractNum w:abstractNumId="3"><w:styleLink w:val="Ours"/><w:lvl w:ilvl="0"><w:start w:val="1"/>'
    '<w:numFmt w:val="upperLetter"/><w:lvlText w:val="%1"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
    '<w:num w:numId="3"><w:abstractNumId w:val="2"/></w:num>'
    '<w:num w:numId="4"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/>'
    '</w:lvlOverride></w:num><w:num w:numId="5"><w:abstractNumId w:val="0"/></w:num>'
)
STYLES = "".join(
    f'<w:style w:styleId="H{level}"><w:name w:val="heading {level}"/>'
    '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    for level in (1, 2)
)
ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}


FURTHER = (
    '<w:abstractNum w:abstractNumId="7"><w:multiLevelType w:val="multilevel"/>'
    '<w:lvl w:tplc="0809" w:ilvl="0"><w:start w:val="2"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1"/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><mc:AlternateContent><mc:Choice Requires="w14"><w:numFmt w:val="custom"/>'
    '</mc:Choice></mc:AlternateContent><w:lvlText w:val="&lt;%2&gt;"/></w:lvl>'
    '<w:lvl w:ilvl="2"><w:pPr><w:ind w:left="0"/></w:pPr><w:numFmt w:val="upperLetter"/><w:lvlText w:val="%3"/></w:lvl>'
    '<w:lvl w:ilvl="3"><w:start w:val="1"/><w:start w:val="4"/><w:isLgl w:val="0"/><w:lvlText/></w:lvl></w:abstractNum>'
    '<w:num w:numId="6"><w:abstractNumId w:val="1"/></w:num><w:num w:numId="6"><w:abstractNumId w:val="7"/></w:num>'
    '<w:num w:numId="7"><w:abstractNumId w:val="99"/></w:num><w:num w:numId="8"/>'
)
OVERRIDDEN = (
    '<w:num w:numId="9"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="1"><w:lvl w:ilvl="1"><w:start w:val="5"/>'
    '<w:numFmt w:val="bullet"/></w:lvl></w:lvlOverride></w:num>'
)


def lists(markup: str, attributes: str = NAMESPACES) -> list[object]:
    """Return all that is known of every list of a part."""
    found = []
    for number in range(12):
        one = NumberingPart(f"<w:numbering {attributes}>{markup}</w:numbering>".encode()).list_of(str(number))
        found.append(None if one is None else described(one))
    return found


def described(one: NumberedList) -> object:
    asked = {level: one.levels.get(level) for level in range(9)}
    told = {level: look for level, look in asked.items() if look is not None}
    assert dict(one.levels) == told
    return one.counted_with, told, one.starts


def item(text: str, number: int, level: int = 0) -> str:
    return paragraph(text, properties=f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def blocks(*body: str) -> list[Block]:
    content = word_file(*body, parts={"numbering": LEGAL}, styles=STYLES)
    return [block for block in read_document_bytes(content, shown_as="policy.docx").walk() if block.text]


def markers(*body: str) -> list[str]:
    return [block.marker for block in blocks(*body)]


def test_headings_are_numbered_by_their_styles_and_lists_below_them_go_on() -> None:
    found = blocks(
        paragraph("Aims", style="H1"),
        paragraph("Staff", style="H2"),
        item("tell", 1, 2),
        item("write", 1, 2),
        item("at once", 1, 3),
        paragraph("Families", style="H2"),
        item("tell", 1, 2),
        paragraph("Review", style="H1"),
        paragraph("When", style="H2"),
    )
    assert [block.marker for block in found] == ["1.", "1.1", "(a)", "(b)", "i)", "1.2", "(a)", "2.", "2.1"]
    assert [block.text for block in found][:3] == ["Aims", "Staff", "tell"]
    assert found[0].kind is BlockKind.HEADING


def test_start_legal_numbers_and_levels_that_never_begin_anew_are_kept() -> None:
    assert markers(item("a", 2), item("b", 2, 1), item("c", 2, 2), item("d", 2), item("e", 2, 1)) == [
        "Part III:",
        "3.1",
        "",
        "Part IV:",
        "4.2",
    ]


def test_list_that_goes_on_under_another_number_and_one_that_begins_anew() -> None:
    assert markers(item("a", 1), item("b", 5), item("c", 4), item("d", 1)) == ["1.", "2.", "7.", "8."]


def test_a_level_that_word_does_not_know_is_begun_anew_by_nobody() -> None:
    odd = '<w:lvlOverride w:ilvl="9"><w:startOverride w:val="4"/></w:lvlOverride>'
    part = f'{LEGAL}<w:num w:numId="9"><w:abstractNumId w:val="0"/>{odd}</w:num>'
    content = word_file(item("One", 9), item("Two", 9), parts={"numbering": part}, styles=STYLES)
    read = read_document_bytes(content, shown_as="policy.docx")
    assert [each.marker for each in read.walk() if each.text] == ["1.", "2."]


def test_list_named_by_a_style_is_found() -> None:
    assert markers(item("a", 3), item("b", 3)) == ["A", "B"]


def test_empty_items_are_counted_and_paragraphs_taken_out_of_a_list_are_not() -> None:
    out = paragraph("Annex", style="H1", properties='<w:numPr><w:numId w:val="0"/></w:numPr>')
    assert markers(item("a", 1), item("", 1), item("c", 1), out, item("d", 99), item("e", 1, 8)) == [
        "1.",
        "3.",
        "",
        "",
        "",
    ]


def test_second_copy_of_a_text_box_is_not_counted_again() -> None:
    assert markers(paragraph(run("x"), text_box(item("a", 1))), item("b", 1)) == ["", "1.", "2."]


@pytest.mark.parametrize("further", ["", FURTHER, FURTHER + OVERRIDDEN])
def test_lists_are_the_same_however_the_part_is_written(further: str) -> None:
    found = lists(LEGAL + further)
    assert found == lists((LEGAL + further).replace('"', "'"))
    assert found == lists("<!-- -->" + (LEGAL + further).replace("<w:num w:", "<w:num\n w:"))


def test_list_of_a_part_whose_ids_are_written_as_signs_is_found() -> None:
    assert lists(LEGAL.replace('<w:num w:numId="1"', '<w:num w:numId="&#49;"'))[1] == lists(LEGAL)[1] is not None


def test_numbering_that_defines_entities_is_refused() -> None:
    part = b'<!DOCTYPE x [<!ENTITY a "b">]><w:numbering xmlns:w="x"/>'
    content = word_file(item("a", 1), parts={"numbering": LEGAL}, members={"word/numbering.xml": part})
    with pytest.raises(DocumentError) as refused:
        read_document_bytes(content, shown_as="policy.docx")
    assert refused.value.code is UnreadableCode.HOSTILE


@pytest.mark.parametrize(
    ("number", "kind", "shown"),
    [
        (4, "lowerRoman", "iv"),
        (1999, "upperRoman", "MCMXCIX"),
        (26, "lowerLetter", "z"),
        (27, "upperLetter", "AA"),
        (54, "lowerLetter", "bbb"),
        (5, "decimalZero", "05"),
        (11, "ordinal", "11th"),
        (22, "ordinal", "22nd"),
        (3, "chicago", "3"),
        (0, "lowerRoman", "0"),
        (5000, "upperLetter", "5000"),
        (5, "none", ""),
    ],
)
def test_numbers_are_shown_as_word_shows_them(number: int, kind: str, shown: str) -> None:
    assert number_text(number, kind) == shown


@given(st.integers(1, 3999))
def test_roman_numbers_read_back(number: int) -> None:
    digits = [
        {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}[each]
        for each in number_text(number, "lowerRoman")
    ]
    assert sum(-one if one < max(digits[at:]) else one for at, one in enumerate(digits)) == number


@given(st.lists(st.tuples(st.sampled_from([1, 2, 4, 5]), st.integers(0, 3)), max_size=12))
def test_numbers_never_change_the_text(places: list[tuple[int, int]]) -> None:
    found = blocks(*[item(f"Item {at}", number, level) for at, (number, level) in enumerate(places)], paragraph("End."))
    assert [block.text for block in found] == [*[f"Item {at}" for at in range(len(places))], "End."]


@pytest.mark.needs("soffice")
def test_numbers_are_those_that_libreoffice_shows(tmp_path: Path) -> None:
    body = [
        paragraph("Aims", style="H1"),
        *[item(f"word {number} {level}", number, level) for number in (1, 4, 5) for level in (0, 1, 1, 2, 3, 3, 0, 1)],
    ]
    path = tmp_path / "numbered.docx"
    path.write_bytes(word_file(*body, parts={"numbering": LEGAL}, styles=STYLES))
    command = [which("soffice") or "soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless"]
    subprocess.run(
        [*command, "--convert-to", "txt:Text", "--outdir", str(tmp_path), str(path)],
        check=True,
        capture_output=True,
        timeout=120,
    )
    written = (tmp_path / "numbered.txt").read_text(encoding="utf-8-sig")
    shown = [" ".join(line.split()) for line in written.splitlines() if line.strip()]
    ours = [f"{block.marker} {block.text}".strip() for block in blocks(*body)]
    assert shown == ours
