"""Header tables, frames and running footers."""

from pathlib import Path

import pytest

from pipeline.facts.reading import extract_facts
from pipeline.model.documents import Block, BlockKind, Cell, Document, DocumentFormat, Region, Span
from pipeline.model.facts import Facts
from pipeline.places import read_place
from pipeline.text.lines import list_lines, tidy
from tests import evaluate


def paragraph(text: str, where: str, region: Region = Region.BODY) -> Block:
    return Block(BlockKind.PARAGRAPH, read_place(where), (Span(text),), region)


def table(*rows: tuple[str, ...], number: int = 1) -> Block:
    made = tuple(
        tuple(Cell((paragraph(text, f"table {number}, row {at}"),) if text else ()) for text in row)
        for at, row in enumerate(rows, 1)
    )
    return Block(BlockKind.TABLE, read_place(f"table {number}"), rows=made)


def facts_of(*blocks: Block) -> Facts:
    title = paragraph("Homework Policy", "paragraph 1")
    return extract_facts(Document("x.docx", DocumentFormat.DOCX, "0", 1, (title, *blocks)))


def values(facts: Facts) -> tuple[str | None, str | None, str | None]:
    dates = (facts.approved_on, facts.last_review, facts.next_review)
    return tuple(fact.date.value if fact else None for fact in dates)  # type: ignore[return-value]


def test_labels_to_the_left() -> None:
    facts = facts_of(
        table(
            ("Approved by", "Governors"), ("Date approved", "May 2020"), ("Next review", "May 2022"), ("Owner", "SENCO")
        )
    )
    assert values(facts) == ("2020-05", None, "2022-05")
    assert (facts.approved_by, facts.owner) == ("Governors", "SENCO")
    assert facts.approved_on is not None
    assert str(facts.approved_on.where) == "table 1, row 2"


def test_labels_above() -> None:
    facts = facts_of(
        table(("Policy owner", "Date approved", "Next review"), ("Deputy Head", "May 2020", "Summer 2022"))
    )
    assert values(facts) == ("2020-05", None, "2022-summer")
    assert facts.owner == "Deputy Head"
    assert facts.next_review is not None
    assert str(facts.next_review.where) == "table 1, row 2"


def test_four_columns_of_labels_and_values() -> None:
    facts = facts_of(
        table(("Author", "J. Lowe", "Version", "2.1"), ("Last review", "1/9/2021", "Next review", "1/9/2023"))
    )
    assert values(facts) == (None, "2021-09-01", "2023-09-01")
    assert (facts.owner, facts.version) == ("J. Lowe", "2.1")


def test_blank_cell_is_blank() -> None:
    facts = facts_of(table(("Date approved by Governors", ""), ("Next review", "May 2022")))
    assert facts.evidence["approved_on"].status == "blank"
    assert facts.evidence["approved_on"].text == "Date approved by Governors"
    assert values(facts) == (None, None, "2022-05")


def test_revision_history_gives_the_latest_review_and_version() -> None:
    facts = facts_of(
        table(
            ("Version", "Date", "Description of change", "Author"),
            ("1.0", "May 2016", "First version", "J. Lowe"),
            ("1.1", "June 2018", "Reviewed, no change", "J. Lowe"),
            ("2.0", "July 2020", "Updated", "A. Holt"),
        )
    )
    assert values(facts) == (None, "2020-07", None)
    assert facts.version == "2.0"


def test_a_history_whose_dates_stand_last_gives_the_latest_review() -> None:
    document = evaluate.document_from_text(
        "Fire Policy\n\nRevision history\n\n"
        "1.0\tFirst written for the new building\t12 May 2023\n\n"
        "2.0\tExits of the new hall were added to the plan\t14 May 2024\n"
    )
    assert values(extract_facts(document)) == (None, "2024-05-14", None)


def test_history_of_reviews_by_column_takes_the_last_row() -> None:
    facts = facts_of(
        table(
            ("Date reviewed", "Reviewed by", "Next review"),
            ("May 2016", "Governors", "May 2018"),
            ("May 2018", "Governors", "May 2020"),
        )
    )
    assert values(facts) == (None, "2018-05", "2020-05")


def test_frame_round_prose_is_read_as_paragraphs() -> None:
    facts = facts_of(table(("This policy was approved by the governors on 3 May 2020.",)))
    assert values(facts) == ("2020-05-03", None, None)


def test_dates_in_a_running_footer_count_once() -> None:
    footer = "Review Date: June 2024\nNext Review Date: June 2025"
    facts = facts_of(*[paragraph(footer, f"page footer {page}", Region.PAGE_FOOTER) for page in (1, 2, 3)])
    assert values(facts) == (None, "2024-06", "2025-06")


def test_older_approval_in_a_footer_gives_way_to_the_cover() -> None:
    facts = facts_of(
        paragraph("Approved by Governors: May 2023", "paragraph 2"),
        paragraph("Approved by Governors May 2019", "page footer", Region.PAGE_FOOTER),
    )
    assert values(facts) == ("2023-05", None, None)


def test_footer_and_cover_that_disagree_on_the_next_review_are_unclear() -> None:
    facts = facts_of(
        paragraph("Next review: May 2026", "paragraph 2"),
        paragraph("Next review: May 2025", "page footer", Region.PAGE_FOOTER),
    )
    assert facts.next_review is None
    assert facts.evidence["next_review"].status == "ambiguous"
    assert "paragraph 2" in str(facts.evidence["next_review"].where)


def test_comments_are_not_read() -> None:
    facts = facts_of(paragraph("Next review: May 2026", "comment 1", Region.COMMENT))
    assert facts.next_review is None


def test_lines_of_a_block_keep_its_place_and_odd_spaces_are_made_plain() -> None:
    document = Document(
        "x.pdf", DocumentFormat.PDF, "0", 1, (paragraph("Review\u00a0date:\nMay  2020", "page 1, line 3"),)
    )
    lines = list_lines(document)
    assert [(line.text, str(line.where)) for line in lines] == [
        ("Review date:", "page 1, line 3"),
        ("May 2020", "page 1, line 3"),
    ]
    assert tidy(" a\u2009 b \n c ") == "a b\nc"


@pytest.mark.parametrize(
    "words", ["A", "Mr A B C D ", "review date ", "Date\t", "[insert ", "Behaviour and ", "a.b@", "1/1/2020 "]
)
def test_endless_line_is_read_in_pieces(words: str) -> None:
    text = "Homework Policy\nNext review: May 2026\n" + (words * 20_000)[:20_000]
    facts = extract_facts(evaluate.document_from_text(text))
    assert facts.title == "Homework Policy"


def test_middle_of_a_text_longer_than_any_policy_is_left_out() -> None:
    filler = "The cat sat on the mat and looked at the moon.\n" * 30_000
    text = f"Homework Policy\nApproved by Governors: May 2024\n{filler}Next review: May 2026\n"
    facts = extract_facts(evaluate.document_from_text(text))
    assert values(facts) == ("2024-05", None, "2026-05")


@pytest.mark.needs("shared")
def test_development_headers_are_read_as_well_as_promised(shared: Path) -> None:
    parts = evaluate.evaluate(evaluate.list_blocks())
    scores = evaluate.add_totals(parts["blocks"])
    assert scores["dates"].precision >= 0.99
    assert scores["dates"].recall >= 0.95
    assert min(scores[name].f1 for name in ("title", "school")) >= 0.95
    assert min(scores[name].f1 for name in ("owner", "approved_by", "review_cycle_months", "dsl name")) >= 0.90
    assert scores["linked_policies"].f1 >= 0.85


@pytest.mark.needs("shared")
def test_real_files_are_read_as_well_as_promised(shared: Path) -> None:
    scores = evaluate.add_totals(evaluate.evaluate(evaluate.list_files())["files"])
    assert scores["dates"].precision >= 0.99
    assert scores["dates"].recall >= 0.95
    assert min(scores[name].f1 for name in ("title", "school")) >= 0.95
    assert scores["linked_policies"].f1 >= 0.85


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("Date approved\tNext review date\nMay 2023", (None, None, None, None)),
        ("Next review date Policy owner\nMrs A Holt May 2025", (None, None, None, None)),
    ],
)
def test_a_row_of_labels_that_do_not_pair_off_says_nothing(rows: str, expected: tuple[str | None, ...]) -> None:
    facts = extract_facts(evaluate.document_from_text(f"Lettings Policy\nThornfield School\n{rows}\nText goes on."))
    dates = (facts.approved_on, facts.next_review)
    assert (*(each.date.value if each else None for each in dates), facts.approved_by, facts.owner) == expected


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("Approved by: Headteacher\nChair of Governors: Ada Holt", "Headteacher"),
    ],
)
def test_a_post_under_an_approver_is_none_of_it(text: str, body: str) -> None:
    assert extract_facts(evaluate.document_from_text(f"Homework Policy\n{text}")).approved_by == body


def test_newest_row_of_a_history_counts_where_versions_have_no_point() -> None:
    facts = facts_of(
        table(
            ("Version", "Date", "Description of Change", "Changed By"),
            ("6.0", "Feb 2023", "Annual review", "A Holt"),
            ("7", "Feb 2024", "Annual review", "A Holt"),
            ("8", "Feb 2025", "Annual review, one change", "A Holt"),
        )
    )
    assert values(facts)[1] == "2025-02"


def test_the_exact_day_of_a_review_is_kept_where_the_history_gives_its_month() -> None:
    facts = facts_of(
        table(("Last reviewed", "1 September 2026"), ("Next review", "September 2027")),
        table(("Version", "Date", "Author", "Changes"), ("2.0", "September 2026", "J Field", "Reviewed, no changes")),
    )
    assert facts.last_review is not None
    assert facts.last_review.date.value == "2026-09-01"


@pytest.mark.parametrize("body", ["Full Governing Body", "Governors", "Curriculum Committee"])
def test_a_bare_date_below_the_approver_is_the_approval(body: str) -> None:
    facts = facts_of(table(("Approved by:", body), ("Date:", "May 2025"), ("Signed (Chair):", "A Holt")))
    assert facts.approved_on is not None
    assert facts.approved_on.date.value == "2025-05"


def test_a_table_of_the_documents_own_dates_is_no_history() -> None:
    rows = ("Author", "Version", "Date approved", "Review date"), ("Ada Holt", "3", "15/01/2025", "May 2026")
    facts = facts_of(table(*rows))
    assert (facts.owner, facts.last_review) == ("Ada Holt", None)
