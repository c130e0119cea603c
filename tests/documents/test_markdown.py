"""Markdown files: headings, lists, tables, links; what HTML in them says, and what is refused in clear words."""

from pathlib import Path

import pytest

from pipeline.documents import read_document_bytes
from pipeline.errors import DocumentError
from pipeline.model.documents import BlockKind, Document, DocumentFormat

POLICY = """# Work Experience Policy

Approved by the governing body: 3 March 2026
Next review date: March 2027

## Contacts

| Role | Who | Where |
|------|-----|-------|
| DSL  | **Ann Abbot** | 01632 960555 |

1. Ring first
   - then write to <mailto:office@example.sch.uk>
"""


def read(text: str) -> Document:
    return read_document_bytes(text.encode(), shown_as="work.md")


def test_headings_lines_tables_and_lists_are_read_as_what_they_are() -> None:
    document = read(POLICY)
    assert document.format is DocumentFormat.MD
    told = [(block.kind, str(block.where), block.level, block.text) for block in document.blocks]
    assert told == [
        (BlockKind.HEADING, "line 1", 1, "Work Experience Policy"),
        (
            BlockKind.PARAGRAPH,
            "line 3",
            0,
            "Approved by the governing body: 3 March 2026\nNext review date: March 2027",
        ),
        (BlockKind.HEADING, "line 6", 2, "Contacts"),
        (BlockKind.TABLE, "table 1", 0, "Role\tWho\tWhere\nDSL\tAnn Abbot\t01632 960555"),
        (BlockKind.LIST_ITEM, "line 12", 0, "Ring first"),
        (BlockKind.LIST_ITEM, "line 13", 1, "then write to mailto:office@example.sch.uk"),
    ]
    table = document.blocks[3]
    assert [cell.header for cell in table.rows[0]] == [True, True, True]
    assert table.rows[1][1].blocks[0].spans[0].bold
    assert str(table.rows[1][1].blocks[0].where) == "table 1, row 2, column 2"
    assert (document.blocks[4].ordered, document.blocks[5].ordered) == (True, False)
    assert document.blocks[5].spans[-1].link == "mailto:office@example.sch.uk"


def test_html_in_it_gives_its_words_and_nothing_that_runs() -> None:
    document = read(
        "Before<br>after <b>bold</b> [go](javascript:alert(1))\n\n"
        "<div onclick='x()'><script>alert(1)</script><style>p {}</style><!-- hidden --><p>Ask Ann Abbot</p></div>\n\n"
        "<!-- nothing -->\n\n![a map](map.png)\n"
    )
    texts = [block.text for block in document.blocks]
    assert texts == ["Before\nafter bold [go](javascript:alert(1))", "Ask Ann Abbot"]
    assert not any(span.link for block in document.blocks for span in block.spans)
    assert "pictures are left out" in document.notes[0]


@pytest.mark.parametrize("content", [b"", b"\n\n<!-- x -->\n", bytes(range(256)) * 4])
def test_a_file_without_words_is_refused(content: bytes) -> None:
    with pytest.raises(DocumentError) as caught:
        read_document_bytes(content, shown_as="work.md")
    assert caught.value.code in ("no-text", "damaged")


def test_deeply_nested_lists_and_quotes_end() -> None:
    assert read("> " * 5000 + "words\n" + "".join("  " * depth + "- x\n" for depth in range(500))).blocks


@pytest.mark.parametrize(
    ("name", "content", "begins"),
    [
        ("plan.html", b"<!doctype html><p>Ann", "“plan.html” is a web page, which is not read. "),
        ("plan.log", b"Words of a policy", "“plan.log” is a .log file, which is not read. "),
        ("plan", b"Words of a policy", "“plan” is a file without an ending, which is not read. "),
    ],
)
def test_a_refusal_names_what_is_read_and_does_not_contradict_itself(name: str, content: bytes, begins: str) -> None:
    """It said "is plain text, which is not read. Policies are read from … .txt files"."""
    with pytest.raises(DocumentError) as caught:
        read_document_bytes(content, shown_as=name)
    assert str(caught.value).startswith(begins + "Policies are read from .docx, .pdf, .odt, .txt and .md files")
    assert "save or print it as one of these" in str(caught.value)


@pytest.mark.needs("shared")
def test_the_hard_case_gives_up_its_contacts(shared: Path) -> None:
    document = read_document_bytes((shared / "hard" / "copies" / "32 md table.md").read_bytes(), shown_as="32.md")
    assert "Karen Whitcombe\t01632 960555" in document.text
