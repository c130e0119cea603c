"""Words with a line through them are found where an OpenDocument text says so by a style."""

from pipeline.documents import read_document_bytes
from tests.builders import odt_file

STYLES = """
<style:style style:name="S"><style:text-properties style:text-line-through-style="solid"/></style:style>
<style:style style:name="Child" style:parent-style-name="S"/>
<style:style style:name="Off"><style:text-properties style:text-line-through-style="none"/></style:style>
<style:style style:name="B"><style:text-properties fo:font-weight="bold"/></style:style>
"""


def struck(body: str) -> tuple[str, ...]:
    return read_document_bytes(odt_file(body, automatic=STYLES), shown_as="a.odt").struck_out


def test_struck_words_are_told_those_together_as_one() -> None:
    body = (
        "<text:p>Tell <text:span text:style-name='S'>the<text:s/></text:span>"
        "<text:span text:style-name='Child'>office <text:span text:style-name='B'>by ten</text:span></text:span>"
        " at once.</text:p>"
        "<text:p text:style-name='S'>Homework <text:span text:style-name='Off'>is set</text:span></text:p>"
    )
    assert struck(body) == ("the office by ten", "Homework")


def test_a_line_switched_off_a_comment_and_deleted_words_are_none() -> None:
    line = "<text:p text:style-name='S'>Gone</text:p>"
    body = (
        f"<text:tracked-changes><text:changed-region><text:deletion>{line}</text:deletion></text:changed-region>"
        f"</text:tracked-changes><text:p><office:annotation>{line}</office:annotation>"
        "<text:span text:style-name='Off'>Stays</text:span></text:p>"
    )
    assert struck(body) == ()
