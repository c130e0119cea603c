"""What a style says is the same, read from its bytes or from its tree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from pipeline.documents.word import styles_part
from pipeline.documents.word.names import W_NAMESPACE
from pipeline.documents.word.styles_part import OwnStyle, Style, StylesPart

_OPENING = f'<w:styles xmlns:w="{W_NAMESPACE}" xmlns:mc="urn:mc">'
_HEADING = (
    '<w:name w:val="heading 2"/><w:basedOn w:val="Normal"/><w:next w:val="Normal"/>'
    '<w:pPr><w:keepNext/><w:numPr><w:ilvl w:val="1"/><w:numId w:val="7"/></w:numPr><w:outlineLvl w:val="1"/></w:pPr>'
    '<w:rPr><w:rFonts w:ascii="Arial"/><w:b/><w:bCs/><w:i w:val="0"/></w:rPr>'
)


def part(markup: str, style_id: str = "S") -> StylesPart:
    return StylesPart(
        f'{_OPENING}<w:style w:type="paragraph" w:styleId="{style_id}">{markup}</w:style></w:styles>'.encode()
    )


def by_bytes(markup: str) -> OwnStyle | None:
    return styles_part._said_in(f'<w:style w:type="paragraph" w:styleId="S">{markup}'.encode())


def test_a_style_as_word_writes_it_is_read_without_a_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(styles_part, "parse_member", None)
    assert part(_HEADING).own("S") == OwnStyle(Style(2, bold=True, italic=False, number="7", level=1), "Normal")
    assert part(_HEADING).own("Other") is None


_LEAVES = ("name", "basedOn", "outlineLvl", "numId", "ilvl", "b", "i", "vanish", "sz", "next")
_VALUES = ("", ' w:val="2"', ' w:val="heading 3"', ' w:val="0"', ' w:val="A&amp;"', " w:val='1'", ' w:x="1" w:val="4"')
_leaf = st.builds(
    "<w:{}{}{}>".format, st.sampled_from(_LEAVES), st.sampled_from(_VALUES), st.sampled_from(["/", "/", " /"])
)
_markup = st.recursive(
    st.lists(_leaf, max_size=3).map("".join),
    lambda inner: st.lists(
        st.one_of(
            _leaf,
            st.builds(
                "<{0}>{1}</{0}>".format,
                st.sampled_from(["w:pPr", "w:rPr", "w:numPr", "w:tblStylePr", "mc:Choice", "w:b", "w:name"]),
                inner,
            ),
            st.just("<w:pPr/>"),
            st.just("é"),
        ),
        max_size=4,
    ).map("".join),
    max_leaves=12,
)


@given(_markup)
def test_what_the_bytes_say_the_tree_says(markup: str) -> None:
    said = by_bytes(markup)
    whole = etree.fromstring(f'{_OPENING}<w:style w:styleId="S">{markup}</w:style></w:styles>')
    assert said in (None, styles_part._read(whole))
    assert part(markup).own("S") == styles_part._read(whole)


@pytest.mark.parametrize(
    "markup",
    [
        _HEADING.replace("heading 2", "Überschrift 2"),
        _HEADING.replace('"1"/></w:pPr>', '"1"></w:outlineLvl></w:pPr>'),
        _HEADING + '<w:tblStylePr w:type="firstRow"><w:rPr><w:vanish/></w:rPr></w:tblStylePr>',
        _HEADING + "<w:rPr><w:vanish/></w:rPr>",
        "<w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr>",
        f'<w:rPr xmlns:w="{W_NAMESPACE}"><w:vanish/></w:rPr>',
    ],
)
def test_a_style_in_another_manner_is_left_to_its_tree(markup: str) -> None:
    assert by_bytes(markup) is None


def test_the_first_of_two_styles_of_one_id_counts_and_an_empty_one_says_nothing() -> None:
    one, two = (f'<w:style w:styleId="T"><w:name w:val="heading {level}"/></w:style>' for level in (1, 2))
    styles = StylesPart(f'{_OPENING}<w:style w:styleId="S"/>{one}{two}</w:styles>'.encode())
    held = styles.own("T")
    assert held is not None
    assert held.style.heading == 1
    assert styles.own("S") is None


def test_a_part_with_a_comment_is_left_to_its_tree() -> None:
    held = part("<!-- <w:rPr><w:vanish/></w:rPr> -->" + _HEADING).own("S")
    assert held is not None
    assert (held.style.heading, held.style.hidden) == (2, None)
