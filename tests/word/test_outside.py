"""Words outside paragraphs: found in the tree's own elements, wherever and however they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from pipeline.documents.word.marks import DESCRIBED, MarkElements
from pipeline.word import outside
from pipeline.word.outside import property_places, shown_places

_NAMESPACES = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:v="urn:x" xmlns="urn:y"'
_ATTRIBUTE = {"hyperlink": "tooltip", "tblCaption": "val", "tblDescription": "val"}


def shown(content: bytes) -> list[str]:
    found = shown_places("word/document.xml", content, MarkElements(etree.fromstring(content)).described)
    return [each.passage.text for each in found]


@pytest.mark.parametrize("prefix", ["w:", "v:", ""])
@pytest.mark.parametrize("name", DESCRIBED)
def test_what_each_kind_of_element_says_is_found_in_any_namespace(name: str, prefix: str) -> None:
    said = f'{"w:" if prefix == "w:" else ""}{_ATTRIBUTE.get(name, "descr")}="Ann Lee"'
    content = f"<w:p {_NAMESPACES}><{prefix}{name} id='1' {said}/><w:t>docPr shape</w:t></w:p>".encode()
    assert shown(content) == ["Ann Lee"]


def test_elements_come_in_the_order_of_the_part() -> None:
    one, two, three = "<v:shape alt='one'/>", "<docPr title='two'/>", "<v:shape alt='three'/>"
    assert shown(f"<w:p {_NAMESPACES}>{one}{two}{three}</w:p>".encode()) == ["one", "two", "three"]


def test_a_part_whose_elements_say_nothing_is_not_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outside, "_SHOWN", None)
    assert shown(f"<w:p {_NAMESPACES}><v:shape id='1'/><w:t>alt='x'</w:t></w:p>".encode()) == []


_PIECES = st.sampled_from(
    ["<", ">", "</", "/>", "a", "b:c", ' x="1"', " y='>'", "property ", ' name="N"', "words", "/", "<a>", "</a>"]
)


@given(st.lists(_PIECES, max_size=14).map("".join))
def test_properties_are_those_that_a_name_read_sign_by_sign_gives(markup: str) -> None:
    found = list(property_places("docProps/custom.xml", markup.encode()))
    with pytest.MonkeyPatch.context() as slow:
        slow.setattr(outside, "_LEAF", outside.re.compile(outside._LEAF.pattern.replace(b"[\\w.:-]++", b"[\\w.:-]+")))
        assert list(property_places("docProps/custom.xml", markup.encode())) == found
