"""What a style says by itself."""

import pytest

from pipeline.documents.word.names import W_NAMESPACE
from pipeline.documents.word.styles_part import OwnStyle, Style, StylesPart

_OPENING = f'<w:styles xmlns:w="{W_NAMESPACE}" xmlns:mc="urn:mc">'
_HEADING = (
    '<w:name w:val="heading 2"/><w:basedOn w:val="Normal"/><w:next w:val="Normal"/>'
    '<w:pPr><w:keepNext/><w:numPr><w:ilvl w:val="1"/><w:numId w:val="7"/></w:numPr><w:outlineLvl w:val="1"/></w:pPr>'
    '<w:rPr><w:rFonts w:ascii="Arial"/><w:b/><w:bCs/><w:i w:val="0"/></w:rPr>'
)
_SAID = OwnStyle(Style(2, bold=True, italic=False, number="7", level=1), "Normal")


def part(markup: str) -> StylesPart:
    return StylesPart(f'{_OPENING}<w:style w:type="paragraph" w:styleId="S">{markup}</w:style></w:styles>'.encode())


@pytest.mark.parametrize(
    "markup",
    [
        _HEADING,
        _HEADING.replace('"1"/></w:pPr>', '"1"></w:outlineLvl></w:pPr>').replace('"', "'"),
        _HEADING + '<w:tblStylePr w:type="firstRow"><w:rPr><w:vanish/></w:rPr></w:tblStylePr>',
        _HEADING + "<w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr>",
        "<!-- <w:rPr><w:vanish/></w:rPr> -->" + _HEADING,
    ],
)
def test_a_style_says_what_stands_in_it_and_not_in_what_it_holds_of_others(markup: str) -> None:
    assert part(markup).own("S") == _SAID
    assert part(markup).own("Other") is None


def test_the_first_of_two_styles_of_one_id_counts_and_an_empty_one_says_nothing() -> None:
    one, two = (f'<w:style w:styleId="T"><w:name w:val="heading {level}"/></w:style>' for level in (1, 2))
    styles = StylesPart(f'{_OPENING}<w:style w:styleId="S"/>{one}{two}</w:styles>'.encode())
    held = styles.own("T")
    assert held is not None
    assert held.style.heading == 1
    assert styles.own("S") == OwnStyle(Style(), None)


def test_styles_that_hide_their_text_are_found_by_what_they_hold() -> None:
    assert part("<w:rPr><w:vanish/></w:rPr>").mentioning("vanish") == {"S"}
    assert part(_HEADING).mentioning("vanish") == set()
    assert StylesPart(b"").mentioning("vanish") == set()
