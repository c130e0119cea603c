"""Words with a line through them are found where a Word file says so by itself."""

from pipeline.documents import read_document_bytes
from tests.builders import paragraph, run, word_file


def struck(*inner: str) -> tuple[str, ...]:
    return read_document_bytes(word_file(paragraph(*inner)), shown_as="a.docx").struck_out


def test_struck_words_are_told_those_together_as_one() -> None:
    line = "<w:strike/>"
    assert struck(run("Knives ", line), run("are", f"<w:b/>{line}"), run(" banned."), run("Yes", "<w:dstrike/>")) == (
        "Knives are",
        "Yes",
    )


def test_a_line_switched_off_and_earlier_formatting_are_none() -> None:
    earlier = "<w:rPrChange><w:rPr><w:strike/></w:rPr></w:rPrChange>"
    assert struck(run("Knives", '<w:strike w:val="0"/>'), run(" banned", earlier), run(" ", "<w:strike/>")) == ()
