"""Rows of a PDF's tables whose cells stand on lines of their own: headings over values, labels that break."""

import pytest

from pipeline.documents import read_document_bytes
from pipeline.facts.reading import extract_facts
from pipeline.model.documents import DocumentFormat
from pipeline.model.facts import Facts
from tests.builders import PdfText, pdf_file
from tests.evaluate import dates_of

COLUMNS = (72.0, 235.0, 380.0, 470.0)
OPENING = ("Homework Policy", "Thornfield School", "We give homework that matters, and mark it.")
Row = tuple[str, ...]


def facts_of(*rows: Row, opening: Row = OPENING) -> Facts:
    """Read a page with the opening lines and then ``rows``, each cell where its column begins."""
    texts = [PdfText(words, bottom=780 - 30 * at, size=12 + 6 * (not at)) for at, words in enumerate(opening)]
    for at, row in enumerate(rows):
        assert len(row) <= len(COLUMNS)
        texts += [PdfText(cell, left, 650 - 22 * at) for cell, left in zip(row, COLUMNS, strict=False) if cell]
    return extract_facts(read_document_bytes(pdf_file(texts), shown_as="homework.pdf", format=DocumentFormat.PDF))


Dates = tuple[str | None, str | None, str | None]
MAY: Dates = ("2025-05-12", None, "2026-05-12")


@pytest.mark.parametrize(
    ("rows", "dates"),
    [
        ([("Version", "Approved", "Due"), ("", "on", "for review"), ("2", "12/05/2025", "12/05/2026")], MAY),
        # What stands in a column of its own is no value of the label.
        ([("Adopted by",), ("", "the school", "A Holt"), ("Review date", "12/05/2026")], (None, None, "2026-05-12")),
        # The dates of other things.
        ([("Policy", "Date", "Next"), ("", "approved", "review"), ("Fire", "12/05/2023", "12/05/2029"),
          ("Pond", "12/05/2025", "12/05/2026")], (None, None, None)),
        ([("Name", "DSL training", "Review"), ("", "date", "date"), ("Ada Holt", "12/05/2023", "12/05/2029")],
         (None, None, None)),
        # A label below that waits for a value of its own.
        ([("On", "12/05/2025"), ("Date to be reviewed",), ("Signed", "A Holt")], (None, None, None)),
        # Each row of a table of changes keeps its own date.
        ([("Version", "Date", "Change"), ("1", "12/05/2024", "First"), ("2", "12/05/2025", "Second")],
         (None, "2025-05-12", None)),
        # The words above the columns are none of their headings.
        ([("Homework club is on Mondays",), ("Club", "Room"), ("12/05/2025", "Hall")], (None, None, None)),
        ([("A word of thanks",), ("12/05/2025", "A Holt", "12/05/2026")], (None, None, None)),
    ],
)  # fmt: skip
def test_headings_and_values_are_told_by_their_columns(rows: list[Row], dates: Dates) -> None:
    assert dates_of(facts_of(*rows)) == dates


@pytest.mark.parametrize(
    ("rows", "title"),
    [
        ([("Policy", "Behaviour for", "Author", "A Holt"), ("", "Learning Policy")], "Behaviour for Learning Policy"),
        ([("Policy", "Searching,", "Author", "A Holt"), ("", "Screening and"), ("", "Confiscation Policy")],
         "Searching, Screening and Confiscation Policy"),
        # Not below its column.
        ([("Policy", "Behaviour Policy", "Author", "A Holt"), ("Learning Policy",)], "Behaviour Policy"),
    ],
)  # fmt: skip
def test_a_title_goes_on_below_its_column(rows: list[Row], title: str) -> None:
    assert facts_of(*rows, opening=("THORNFIELD SCHOOL",)).title == title


def test_a_name_with_its_post_on_the_next_line_is_no_part_of_the_approver() -> None:
    rows = ("Agreed by Staff:", "May 2025", "Mrs Ada Holt,"), ("", "", "Headteacher")
    more = ("Agreed by Governors:", "June 2025", "Mr Cy Dale,"), ("", "", "Chair of Governors")
    assert facts_of(*rows, *more).approved_by in {"Governors", "Chair of Governors"}


def test_a_body_goes_on_below_its_column() -> None:
    rows = ("SLT lead", "Exams Manager", "Approved by", "Senior Leadership"), ("", "", "", "Team")
    facts = facts_of(*rows, ("Date of approval", "12/05/2025", "Review date", "12/05/2026"))
    assert (facts.owner, facts.approved_by) == ("Exams Manager", "Senior Leadership Team")


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        ([("Name", "Role", "Contact"), ("Ms Ada Holt", "Assistant Headteacher and", "01632 960101"),
          ("", "Designated Safeguarding"), ("", "Lead")], [("dsl", "Ada Holt", "01632 960101")]),
        ([("Name", "Role", "Contact"), ("Ms Ada Holt", "Assistant Headteacher and"),
          ("", "Designated Safeguarding"), ("", "Lead"), ("", "", "01632 960101")],
         [("dsl", "Ada Holt", "01632 960101")]),
        ([("Designated Senior", "Ms Ada Holt", "01632 960101"), ("Person (DSP) for",), ("child protection",)],
         [("dsl", "Ada Holt", "01632 960101")]),
        ([("Role", "Name", "Contact"), ("Designated Safeguarding", "Ms Ada Holt"), ("Lead", "(Headteacher)"),
          ("", "", "01632 960101")],
         [("dsl", "Ada Holt", None)]),
        ([("Designated Senior", "Ms Ada Holt,", "01632 960101"), ("Person (DSP)", "Headteacher")],
         [("dsl", "Ada Holt", "01632 960101")]),
        # A second person in the column of the first, a second role below a whole one.
        ([("DSL", "Ada Holt", "Room 4"), ("Local Authority",), ("Designated", "Emma Frost", "01632 960333"),
          ("Officer",)], [("dsl", "Ada Holt", None), ("lado", "Emma Frost", "01632 960333")]),
        ([("DSL", "Ada Holt", "Room 4"), ("Deputy",), ("Designated", "Ben Lowe", "01632 960102"),
          ("Safeguarding Lead",)], [("dsl", "Ada Holt", None), ("deputy-dsl", "Ben Lowe", "01632 960102")]),
        ([("DSL", "Ada Holt", "Room 4"), ("Safeguarding",), ("Governor", "Cara Moss", "01632 960103")],
         [("dsl", "Ada Holt", None), ("safeguarding-governor", "Cara Moss", "01632 960103")]),
        ([("Name", "Role", "Phone"), ("Ada Holt", "DSL"), ("", "Deputy"), ("Ben Lowe", "Safeguarding", "01632 960102"),
          ("", "Lead")], [("dsl", "Ada Holt", None), ("deputy-dsl", "Ben Lowe", "01632 960102")]),
        # Two people whose rows cannot be told apart stay as they are.
        ([("", "Ada Holt", "01632 960101"), ("DSL", "Ben Lowe", "01632 960102")],
         [("dsl", "Ben Lowe", "01632 960102")]),
        # Words below another column complete no role.
        ([("Ms Ada Holt", "Assistant Headteacher and", "01632 960101"), ("Designated Safeguarding",), ("Lead",)], []),
    ],
)  # fmt: skip
def test_a_role_broken_in_its_column_is_read(rows: list[Row], named: list[tuple[str, str, str | None]]) -> None:
    assert [(each.role, each.name, each.phone) for each in facts_of(*rows).contacts] == named


def test_a_caption_that_the_column_breaks_leaves_the_date_beside_its_label() -> None:
    rows = (
        ("This policy was adopted by", "", "Elm Tree Pre-School (name"),
        ("", "", "of provider)"),
        ("On", "", "12/05/2025"),
    )
    assert dates_of(facts_of(*rows, ("Date to be reviewed", "", "12/05/2026"))) == MAY


def test_words_below_another_cell_are_no_part_of_an_owner() -> None:
    rows = ("SLT lead", "B. Holt", "Governors"), ("", "", "committee"), ("", "", "", "Student Welfare Committee")
    assert facts_of(*rows).owner == "B. Holt"


def test_a_value_goes_on_beside_a_label_that_does() -> None:
    rows = ("Date of next", "12/05/2026", "Owner:", "Director of"), ("review:", "", "", "Music")
    facts = facts_of(*rows)
    assert (dates_of(facts), facts.owner) == ((None, None, "2026-05-12"), "Director of Music")


def test_a_row_of_a_history_goes_on_where_its_dates_do() -> None:
    heads, row = ("Contact", "Date", "Summary of change"), ("A Holt", "January", "New words")
    facts = facts_of(("Version history",), heads, row, ("01632", "2018", "of the law"))
    assert facts.last_review is not None
    assert facts.last_review.date.value == "2018-01"


def test_a_number_above_its_name_joins_no_rows() -> None:
    rows = ("", "", "", "01632 960101"), ("Mrs Ada", "Designated"), ("Holt", "Safeguarding"), ("", "Lead")
    more = ("", "", "", "01632 960102"), ("Ben Lowe", "Deputy DSL", "Room 2")
    assert [each.phone for each in facts_of(*rows, *more).contacts if each.name == "Ada Holt"] in ([], [None])
