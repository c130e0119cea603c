"""What is wrong with a document taken by itself, in words."""

import re
from dataclasses import replace

import pytest

from pipeline.facts.reading import extract_facts
from pipeline.model.documents import Block, BlockKind, DocumentFlag, Picture, Region, Span
from pipeline.model.facts import FACT_FIELDS, FactStatus, Problem
from pipeline.places import read_place
from tests.evaluate import document_from_text

CLEAN = (
    "Thornfield School\nHomework Policy\nApproved by Governors: May 2024\nPolicy owner: Deputy Head\n"
    "Last review: May 2024\nNext review: May 2026\nHomework is set each week."
)


def problems_of(text: str) -> list[Problem]:
    return list(extract_facts(document_from_text(text)).problems)


def codes_of(text: str) -> list[str]:
    return [problem.code for problem in problems_of(text)]


def test_complete_document_has_no_problems() -> None:
    assert problems_of(CLEAN) == []


@pytest.mark.parametrize(
    ("before", "after", "code", "words"),
    [
        ("Governors: May 2024", "Governors:", "approval-blank", "“Approved by Governors:” (line 3)"),
        ("Next review: May 2026", "Next review:", "review-blank", "“Next review:” (line 6)"),
        ("Next review: May 2026\n", "", "review-missing", "next due for review"),
        ("Next review: May 2026", "Next review: 31 February 2026", "date-unreadable", "“31 February 2026” (line 6)"),
        ("Next review: May 2026", "Next review: 09/17/2026", "date-unreadable", "day comes before month"),
        ("Next review: May "
            "2026", "Next review: May 2026\nNext review: July 2027\nText.\nMore text.\nNext review: June 2026",
         "date-ambiguous", "Choose the right date"),
        ("Next review: May 2026", "Next review: May 2022", "dates-out-of-order", "“May 2022” (line 6)"),
        ("Last review: May 2024\nNext review: May "
            "2026", "Review date: May 2021", "date-ambiguous", "Review date May 2021"),
        ("Policy owner: Deputy Head\n", "", "owner-missing", "who looks after it"),
        ("Policy owner: Deputy Head", "Policy owner:", "owner-missing", "“Policy owner:” (line 4)"),
        ("Homework is", "DRAFT\nHomework is", "draft-mark", "“DRAFT” stands at line 7"),
        ("Homework is", "[Insert name of school] homework is", "draft-mark", "“[Insert name of school]” at line 7"),
        ("Homework is", "At <school name> homework is", "draft-mark", "left over from a template"),
        ("Homework is", "Review cycle: bi-annual\nHomework is", "cycle-ambiguous", "every two years"),
    ],
)  # fmt: skip
def test_problem_is_named_with_words_and_place(before: str, after: str, code: str, words: str) -> None:
    found = [problem for problem in problems_of(CLEAN.replace(before, after)) if problem.code == code]
    assert len(found) == 1
    assert words in found[0].message


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Visitors [[slot: visitors | report to the office]].", ["[[slot: visitors | report to the office]]"]),
        ("Visitors [[slots: visitors | x]] and [[visitors]].", ["[[slots: visitors | x]]", "[[visitors]]"]),
        ("Visitors [[ Slot: door ]].", ["[[ Slot: door ]]"]),
        ("At [[school name]] we are kind.", ["[[school name]]"]),
        ("Go [[visitors | to [the] office]].", ["[[visitors | to [the] office]]"]),
        ("Ring [[slot: bell | the bell].", ["[[slot"]),
        ("Ring [slot: bell] first.", ["[slot:"]),
        ("Ring [[slot: bell at [1] or [[visitors]].", ["[[slot: bell at [1] or [[visitors]]"]),
        ("Within [[number]] school days, see [[1]].", ["[[number]]"]),
    ],
)
def test_a_place_in_two_brackets_that_nobody_filled_in_is_a_mark_of_a_draft(text: str, told: list[str]) -> None:
    found = [problem for problem in problems_of(f"{CLEAN}\n{text}") if problem.code == "draft-mark"]
    assert [problem.about for problem in found] == told
    assert "a place of a template that nobody filled in" in found[0].message


@pytest.mark.parametrize(
    "text",
    [
        "See [[1]], [[12]] and [[iv]].",
        "See [[note 3]], [[fn. 2]], [[p. 12]] and [[a]].",
        "It says so [[sic]], [[citation needed]].",
        "See [[https://www.example.org/safe][the guidance]].",
        "See [[1]](#_ftn1) and [[the guidance]](https://www.example.org/safe).",
        "[[File:Gate.png|thumb]] [[Category:Schools]] [[#Aims]]",
        "In R v Holt [[2019] 1 WLR 3] and others [[2020]].",
        "A blank [[ ]] or [[...]] and a[i[[0]]].",
        "The slot [10:30] is kept, as is the slot [[3]].",
    ],
)
def test_notes_and_links_in_two_brackets_are_none(text: str) -> None:
    assert codes_of(f"{CLEAN}\n{text}") == []


@pytest.mark.parametrize(
    "text", ["The governors draft the policy.", "Drafts are kept.", "See [1] and <b>.", "A drafted text"]
)
def test_ordinary_words_are_no_draft_mark(text: str) -> None:
    assert codes_of(f"{CLEAN}\n{text}") == []


def test_document_without_a_title_is_told() -> None:
    assert "title-missing" in codes_of("We set homework each week, and it is marked by the teachers of the class.")


def test_words_with_a_line_through_them_are_a_mark_of_a_draft() -> None:
    document = replace(document_from_text(CLEAN), struck_out=("Homework is set",))
    (problem,) = extract_facts(document).problems
    assert problem.code == "draft-mark"
    assert problem.message.startswith("“Homework is set” has a line through it, which no copy would show.")


def test_pictures_that_no_pdf_copy_shows_are_told_with_their_place_but_the_crest() -> None:
    def picture(where: str, kind: str, words: str = "") -> Block:
        return Block(BlockKind.PICTURE, read_place(where), picture=Picture(b"x", f"image/{kind}", words))

    document = document_from_text(CLEAN)
    told = (picture("paragraph 9", "emf", "Whom to ring"), picture("paragraph 12", "bmp"), picture("p", "png"))
    (problem,) = extract_facts(
        replace(document, blocks=(picture("paragraph 1", "wmf", "Crest"), *document.blocks, *told))
    ).problems
    assert (problem.code, problem.minor) == ("picture-unshown", False)
    assert problem.message == (
        "Readers of the PDF and of the web page do not see every picture: paragraph 9 (“Whom to ring”, a picture of "
        "the kind EMF) and paragraph 12 (a picture of the kind BMP). Save it as a .png picture and put that in its "
        "place."
    )


def test_comments_and_tracked_changes_are_told() -> None:
    document = document_from_text(CLEAN)
    note = Block(
        BlockKind.PARAGRAPH,
        read_place("comment 1 on paragraph 2"),
        (Span("Is this right? " * 20),),
        region=Region.COMMENT,
    )
    marked = replace(document, blocks=(*document.blocks, note), flags=frozenset({DocumentFlag.TRACKED_CHANGES}))
    messages = [problem.message for problem in extract_facts(marked).problems]
    assert len(messages) == 2
    assert "“Is this right? Is" in messages[0]
    assert "comment 1 on paragraph 2" in messages[0]
    assert "tracked changes" in messages[1]


def test_marks_repeated_on_every_page_are_told_once() -> None:
    assert (
        codes_of(CLEAN + "\n[school name]" * 1 + "\nText.\n" + "\n".join(f"[insert {n}]" for n in range(40))).count(
            "draft-mark"
        )
        == 12
    )


def test_every_field_has_evidence_even_in_an_empty_document() -> None:
    facts = extract_facts(document_from_text(""))
    assert set(facts.evidence) == set(FACT_FIELDS)
    assert {evidence.status for evidence in facts.evidence.values()} == {FactStatus.MISSING}


def test_messages_never_use_words_the_school_must_not_read() -> None:
    text = "DRAFT [insert name]\nApproved by Governors:\nNext review: 31 February 2026\nReview cycle: bi-annual"
    said = " ".join(problem.message for problem in problems_of(text)).lower()
    assert not re.search(r"expired|compliant|ofsted|has read and understood", said)


def test_evidence_quotes_words_that_stand_in_the_document() -> None:
    facts = extract_facts(document_from_text(CLEAN))
    found = {name: each.text for name, each in facts.evidence.items() if each.status is FactStatus.FOUND}
    assert {"title", "approved_on", "next_review", "owner"} <= found.keys()
    assert {name: text for name, text in found.items() if text is None or text not in CLEAN} == {}


@pytest.mark.parametrize(
    "text",
    [
        "The teacher will speak to you and ways forward will be discussed and agreed.",
        "The teacher will speak to you and ways forward will be agreed",
    ],
)
def test_sentence_about_other_things_is_no_approval_left_blank(text: str) -> None:
    assert codes_of(CLEAN.replace("Approved by Governors: May 2024\n", "") + f"\n{text}") == []


def test_heading_of_a_section_is_no_date_left_blank() -> None:
    document = document_from_text(CLEAN.replace("Next review: May 2026\n", "") + "\nReview\n1. It is read every year.")
    blocks = [replace(block, kind=BlockKind.HEADING) if block.text == "Review" else block for block in document.blocks]
    facts = extract_facts(replace(document, blocks=tuple(blocks)))
    assert [problem.code for problem in facts.problems] == ["review-missing"]


def test_place_of_a_blank_date_is_where_the_date_is_asked_for() -> None:
    text = CLEAN.replace("Approved by Governors: May 2024", "Approved by: Governors\nDate approved:")
    assert [problem.message for problem in problems_of(text)] == [
        "“Date approved:” (line 4) has no date after it. Fill in the date the governors agreed this policy."
    ]


@pytest.mark.parametrize("head", ["Roles\tResponsibility", "The right to…\tResponsibility to…"])
def test_heading_of_another_list_is_no_owner_left_blank(head: str) -> None:
    text = CLEAN.replace("Policy owner: Deputy Head\n", "") + f"\n{head}\nBags\tClass teacher\nCoats\tEverybody"
    assert [problem.message for problem in problems_of(text)] == [
        "The document does not say who looks after it. Add a policy owner."
    ]
