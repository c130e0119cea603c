"""Paragraphs get the shape they look like: headings in bold, lists typed by hand, no gaps of empty lines."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.documents import Block, BlockKind, Span
from pipeline.pages import shaping
from pipeline.pages.layout import lay_out
from pipeline.pages.shaping import shaped
from pipeline.places import read_place
from tests.pages.test_pdf import block, document, heading, item

TEXT = block("Everybody who works here keeps the children safe, whatever else they do.")


def bold(text: str, **more: object) -> Block:
    return Block(BlockKind.PARAGRAPH, read_place("paragraph 1"), (Span(text, bold=True),), **more)  # type: ignore[arg-type]


def kinds(*blocks: Block) -> str:
    """One letter a block: h, p, l, t."""
    return "".join(each.kind.value[0] for each in shaped(blocks))


@pytest.mark.parametrize(
    "line",
    ["Roles and responsibilities", "Aims:", "1.\tPurpose", "What should a parent do?", "Allegations against staff."],
)
def test_a_line_in_bold_with_text_below_it_is_a_heading(line: str) -> None:
    (made, below) = shaped([bold(line), TEXT])
    assert made.kind is BlockKind.HEADING
    assert made.text == line.replace("\t", " ")
    assert below is TEXT


@pytest.mark.parametrize(
    "line",
    [
        "Review date: May 2027", "Date approved by Governors:", "Tel. 01632 960123", "ann@example.org", "Signed ______",
        "and so on", "This whole sentence is printed in bold because everybody is to remember it for good",
        "Never leave a child alone with a visitor, a parent or a contractor.",
    ],
)  # fmt: skip
def test_other_lines_in_bold_are_none(line: str) -> None:
    assert shaped([bold(line), TEXT])[0].kind is BlockKind.PARAGRAPH


def test_bold_lines_over_each_other_are_a_cover_or_an_address_and_no_headings() -> None:
    assert kinds(bold("Procedure"), bold("Stage 1"), TEXT) == "hhp"
    assert kinds(bold("Hill School"), bold("Mill Lane"), bold("Anytown"), TEXT) == "pppp"
    assert kinds(bold("The End")) == "p", "nothing stands below it"
    assert kinds(bold("Head"), block("Ann")) == "pp"


def test_a_bold_first_line_heads_the_rest_of_its_paragraph() -> None:
    both = Block(
        BlockKind.PARAGRAPH,
        read_place("paragraph 1"),
        (Span("Internet\n", bold=True), Span("It is managed and monitored with passwords.")),
    )
    assert [(each.kind, each.text) for each in shaped([both])] == [
        (BlockKind.HEADING, "Internet"),
        (BlockKind.PARAGRAPH, "It is managed and monitored with passwords."),
    ]


def test_bold_headings_stand_with_those_that_have_a_style() -> None:
    def levels(*blocks: Block) -> list[int]:
        return [each.level for each in shaped(blocks) if each.kind is BlockKind.HEADING]

    assert levels(heading("One", 1), TEXT, heading("Two", 1), TEXT, bold("Inner"), TEXT) == [1, 1, 2]
    assert levels(heading("One", 1), TEXT, bold("Two"), TEXT, bold("Three"), TEXT) == [1, 1, 1], "most are only bold"


def test_headings_of_a_pdf_over_each_other_without_text_are_lines_in_bold() -> None:
    def printed(text: str) -> Block:
        return block(text, BlockKind.HEADING, level=2, page=1)

    made = shaped([*map(printed, ("Regulatory team", "Store Street", "Anytown", "Introduction")), TEXT])
    assert [each.kind.value[0] for each in made] == ["p", "p", "p", "h", "p"]
    assert all(span.bold for span in made[0].spans)
    assert kinds(printed("One"), printed("Two"), TEXT) == "hhp"


def test_typed_bullets_and_numbers_become_lists() -> None:
    made = shaped([block("•\tFirst"), block("o\tInner"), block("•\tSecond"), block("1.\tThird"), block("– not a list")])
    assert [(each.kind, each.text, each.level, each.marker) for each in made[:4]] == [
        (BlockKind.LIST_ITEM, "First", 0, ""),
        (BlockKind.LIST_ITEM, "Inner", 1, ""),
        (BlockKind.LIST_ITEM, "Second", 0, ""),
        (BlockKind.LIST_ITEM, "Third", 0, "1."),
    ]
    assert made[4].kind is BlockKind.PARAGRAPH
    assert kinds(block("- milk"), block("- bread")) == "ll"
    assert kinds(block("1. Ask"), block("2. Listen")) == "ll"
    assert kinds(block("1. Ask"), block("Listen")) == "pp"
    assert kinds(block("a\tb\tc"), block("2024 was a good year")) == "pp"


def test_empty_lines_leave_no_gaps_and_part_paragraphs() -> None:
    made = shaped([block("\n\n One\n \n\t\nTwo\nThree \n"), item("Four\n\n")])
    assert [each.text for each in made] == ["One", "Two\nThree", "Four"]


def test_a_line_that_announces_something_stays_with_it() -> None:
    nodes = lay_out(document(block("They must:"), item("ask"), block("It is so."), block("More"))).blocks
    assert [node.get("keep", False) for node in nodes] == [True, False, False, False]


@given(st.lists(st.tuples(st.sampled_from(["a b", "•\tx", "1. y\n\nz", "- d", "Aims\nq", "\n"]), st.booleans())))
def test_no_word_is_lost_or_moved(lines: list[tuple[str, bool]]) -> None:
    blocks = [bold(text) if strong else block(text) for text, strong in lines]
    kept = " ".join(f"{each.marker} {each.text}" for each in shaped(blocks)).split()
    assert kept == " ".join(text for text, _ in lines).replace("•", " ").replace("- d", "d").split() or any(
        text == "- d" for text, _ in lines
    )


def test_the_pages_and_the_web_page_of_a_copy_share_its_shaped_body_and_no_other_copy_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls: list[Sequence[Block]] = []

    def counted(blocks: Sequence[Block]) -> list[Block]:
        calls.append(blocks)
        return shaped(blocks)

    monkeypatch.setattr(shaping, "shaped", counted)
    one, other = document(block("One.")), document(block("Other."))
    shown = ["".join(str(node["s"]) for node in lay_out(each).blocks) for each in (one, one, other, one)]
    assert [text.count("One.") for text in shown] == [1, 1, 0, 1]
    assert len(calls) == 3
