"""Facts in forms that no rule was first written from, each mechanism with what must stay as it was."""

import pytest

from pipeline.facts.reading import extract_facts
from pipeline.model.documents import Block, BlockKind, Cell, Document, DocumentFormat, Span
from pipeline.model.facts import Facts
from pipeline.places import read_place
from tests.evaluate import document_from_text


def facts_of(text: str, *, title: str = "Attendance Policy") -> Facts:
    return extract_facts(document_from_text(f"{title}\n{text}\nChildren are counted twice a day."))


def with_table(*rows: tuple[str, ...]) -> Facts:
    """Facts of a document that is one table; a line of a cell is a block of its own."""
    made = tuple(
        tuple(
            Cell(tuple(Block(BlockKind.PARAGRAPH, read_place("table 1"), (Span(part),)) for part in cell.split("\n")))
            for cell in row
        )
        for row in rows
    )
    blocks = (Block(BlockKind.TABLE, read_place("table 1"), rows=made),)
    return extract_facts(Document("x.docx", DocumentFormat.DOCX, "0" * 64, 1, blocks))


def dates(text: str) -> tuple[str | None, str | None, str | None]:
    facts = facts_of(text)
    told = (facts.evidence[field] for field in ("approved_on", "last_review", "next_review"))
    read = (facts.approved_on, facts.last_review, facts.next_review)
    approved, last, due = (each.text if date is not None else None for date, each in zip(read, told, strict=True))
    return approved, last, due


DATES = [
    (
        "Reviewed in May 2025\nAfter changes to the county’s model policy\nDate of next review: June 2026",
        (None, "May 2025", "June 2026"),
    ),
    ("Written on 4 May 2023 and reviewed on 6 May 2024 and on 9 May 2025.", (None, "9 May 2025", None)),
    ("Reviewed\t12.05.23 AH; 11.05.24 AH; 09.05.25 AH/BL", (None, "09.05.25", None)),
    ("Next approval due by Governors June 2026", (None, None, "June 2026")),
    ("Next full approval: June 2026", (None, None, "June 2026")),
    ("Last approved: May 2025\nNext approved: June 2026", ("May 2025", None, "June 2026")),
    ("To be re-examined in June 2026.", (None, None, "June 2026")),
    ("Date for next evaluation\tNov 2026", (None, None, "Nov 2026")),
    ("Revised date: 1.10.24\nRevised version to Governors for approval: 14.10.24", (None, "1.10.24", None)),
    ("Reviewed by SLT:\tApril 2025", (None, "April 2025", None)),
    (
        "reviewed and confirmed by the PCC (Parochial Church Council) on 26th April 2025",
        (None, "26th April 2025", None),
    ),
    ("Review date\tReviewed by\tChanges\n14/05/2024\tAH\tnone\n20/05/2025\tAH\trota", (None, "20/05/2025", None)),
    ("Rev\tDate\tChange\tSigned\n4\t03/09/2023\trota\tAH\n5\t06/09/2024\tnew lead\tAH", (None, "06/09/2024", None)),
    (
        "This policy was adopted at a\tElm Vale Pre-school\nmeeting of\nname of setting\nHeld on\t14 May 2025\t(date)",
        ("14 May 2025", None, None),
    ),
    (
        "Based on the county’s approved policy of May 2024\nTo be reviewed May 2025\nNext review: June 2026",
        (None, None, "June 2026"),
    ),
]


@pytest.mark.parametrize(("text", "expected"), DATES)
def test_dates_are_read_as_what_they_are(text: str, expected: tuple[str | None, str | None, str | None]) -> None:
    assert dates(text) == expected


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("It was ratified by the Board of Governors in March 2025 and will be reviewed in three years.", 36),
        ("This statement will be looked at every 2 years.", 24),
        ("The kettle was approved by the governors and will be cleaned in two months.", None),
    ],
)
def test_cycle_told_in_other_words(text: str, months: int | None) -> None:
    assert facts_of(text).review_cycle_months == months


@pytest.mark.parametrize(
    ("text", "owner"),
    [
        ("Created by: Ada Holt, Deputy Head (September 2024)", "Ada Holt, Deputy Head"),
        ("The second named responsible person is: Mrs Ada Holt, deputy", None),
    ],
)
def test_owner_is_cut_off_from_what_is_said_behind(text: str, owner: str | None) -> None:
    assert facts_of(text).owner == owner


def test_people_below_each_other_in_a_cell_are_parted_and_their_school_is_none_of_them() -> None:
    facts = with_table(
        ("Name of policy", "Attendance Policy"),
        ("Person responsible", "Ada Holt\nDirector of Learning\nElm Vale College"),
        ("Approved by", "Governors"),
    )
    assert (facts.owner, facts.school) == ("Ada Holt, Director of Learning", "Elm Vale College")


def test_who_keeps_a_document_heads_no_column_of_leads() -> None:
    facts = with_table(
        ("Lead", "Designated Safeguarding Lead"),
        ("Authors", "Cy Dale, Headteacher\nDee Hale, Director of Care"),
        ("Chair of Committee", "Ben Lowe"),
        ("Designated Safeguarding Lead", "Ada Holt"),
    )
    assert [each.name for each in facts.contacts if each.role == "dsl"] == ["Ada Holt"]
    assert "Dee Hale" not in {each.name for each in facts.contacts if each.role == "headteacher"}


@pytest.mark.parametrize(
    ("text", "approver"),
    [
        (
            "This policy was adopted by the Croquet club committee at the meeting on\n15th May 2025",
            "Croquet club committee",
        ),
        ("Reviewed by: Full Governing Body, Wellbeing Team and Student Council", "Full Governing Body"),
    ],
)
def test_approver_is_the_body_and_no_more(text: str, approver: str) -> None:
    assert facts_of(text).approved_by == approver


def test_issue_is_read_as_one_of_several_details_of_a_line() -> None:
    assert facts_of("Elm Vale College • Ref FIN/07 • Issue 6 • Approved: 22 June 2025").version == "6"
    assert facts_of("The school library lends issue 6 of the comic to two children.").version is None


LINKS: list[tuple[str, tuple[str, ...]]] = [
    ("Related EVC documents and policies\nHomework Policy\nUniform Policy", ("Homework Policy", "Uniform Policy")),
    ("See also\nHomework Policy (staff)\nUniform Policy – see Appendix 2", ("Homework Policy", "Uniform Policy")),
    ("Reference documents:\nHomework policy\nUniform policy", ("Homework policy", "Uniform policy")),
    ("Policies to read with this one: Homework Policy, Uniform Policy", ("Homework Policy", "Uniform Policy")),
    ("Policy links: Homework Policy, Uniform Policy", ("Homework Policy", "Uniform Policy")),
    ("The following policies are relevant: Homework Policy, Uniform Policy.", ("Homework Policy", "Uniform Policy")),
    ("Read this together with the Homework Policy and the Uniform Policy.", ("Homework Policy", "Uniform Policy")),
    ("The following documentation is also related to this policy:\nHomework Policy", ("Homework Policy",)),
    (
        "It is written in conjunction with our policy for Safe Use of the Pond, Kite Days, Students in Nursery.",
        ("Safe Use of the Pond", "Kite Days", "Students in Nursery"),
    ),
    ("It is written in conjunction with our policy for ponds, kites and wet days.", ()),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), LINKS)
def test_linked_policies_in_other_announcements(text: str, expected: tuple[str, ...]) -> None:
    assert facts_of(text).linked_policies == expected


TITLES = [
    ("Online Safety Policy\nFor use in all academies\nApproved by: Governors", "Online Safety Policy"),
    ("6.3 Food hygiene\n(Including procedure for reporting illness)\nCooks wash their hands.", "Food hygiene"),
    ("Terms and Conditions 2025-26\nElm Vale After School Club\nFees are paid monthly.", "Terms and Conditions"),
    (
        "Elm Vale School Policies and Procedures 7 of 9\n7. Lone Working Policy\nNobody works alone.",
        "Lone Working Policy",
    ),
]


@pytest.mark.parametrize(("text", "title"), TITLES)
def test_title_is_what_the_document_is_called(text: str, title: str) -> None:
    assert extract_facts(document_from_text(text)).title == title


SCHOOLS = [
    ("Privacy Notice\nWe, the Elm Vale Federation, are the data controller.", "Elm Vale Federation"),
    ("Elm Vale RUFC Safeguarding Policy\nElm Vale RUFC is committed to safety.", "Elm Vale RUFC"),
    ("Safeguarding Policy\nElm Parish Church\nElm Parish Church is committed to safety.", "Elm Parish Church"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "school"), SCHOOLS)
def test_institution_is_named_without_the_words_around(text: str, school: str) -> None:
    assert extract_facts(document_from_text(text)).school == school
