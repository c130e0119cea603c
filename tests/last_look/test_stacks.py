"""A column of roles with a column of names behind it, as a text has a page of two columns: not as many of both."""

import pytest

from tests.builders import paragraph
from tests.last_look.test_check import is_silent, text_copy, word_copy

WITHOUT_ANYBODY = [
    ("DSL", "Deputy DSL", "Chair of Governors", "Mrs June Holt", "Ms Ines Vale"),
    ("Designated Safeguarding Lead:", "Deputy DSL:", "Safeguarding governor:", "Chair:", "June Holt", "Amy Bell"),
    ("Headteacher", "DSL", "Deputy DSL", "Odile Hart", "June Holt"),
    ("DSL", "Deputy DSL", "Social Care Duty Desk:", "Clerk", "June Holt", "Ines Vale", "Tove Marlow", "01632 960530"),
    ("Designated Safeguarding Lead is", "Deputy designated person is", "Name", "June Holt", "Ines Vale"),
    ("DSL", "Deputy DSL", "June Holt", "Ines Vale", "Tove Marlow"),
]
AS_TODAY = [
    ("DSL", "Deputy DSL", "Chair of Governors", "Mr Bob Ray", "Ms Ines Vale"),
    ("Headteacher", "DSL", "Deputy DSL", "Attendance", "Odile Hart", "Bob Ray", "Ines Vale"),
    ("DSL", "Deputy DSL", "Clerk", "Bob Ray", "Ines Vale", "01632 960222"),
    ("Deputy DSL", "DSL", "Chair", "Clerk", "Ines Vale", "Bob Ray", "Tove Marlow"),
    ("Music", "Sport", "Trips", "June Holt", "Amy Bell"),
]


@pytest.mark.parametrize("lines", WITHOUT_ANYBODY)
def test_a_name_in_the_column_behind_the_leads_role_holds_the_copy(lines: tuple[str, ...]) -> None:
    for copy in (word_copy(*map(paragraph, lines)), text_copy("Care of pupils", "", *lines, "", "We mean it.")):
        assert "June Holt" in (copy.plan.held or "")


@pytest.mark.parametrize("lines", AS_TODAY)
def test_todays_people_in_their_places_and_other_columns_do_not(lines: tuple[str, ...]) -> None:
    for copy in (word_copy(*map(paragraph, lines)), text_copy("Care of pupils", "", *lines, "", "We mean it.")):
        assert copy.plan.held is None


def test_somebody_of_today_in_the_leads_place_holds_the_copy() -> None:
    lines = ("DSL", "Deputy DSL", "Chair of Governors", "Dr Odile Hart", "Ms Ines Vale")
    assert "Odile Hart" in (word_copy(*map(paragraph, lines)).plan.held or "")


def test_as_many_names_as_roles_are_told_apart_by_their_place() -> None:
    lines = ("DSL", "Deputy DSL", "Chair of Governors", "June Holt", "Ines Vale", "Tove Marlow")
    copy = word_copy(*map(paragraph, lines))
    assert not is_silent(copy.plan, "June Holt")
    assert not any("Tove Marlow" in each.text for each in copy.plan.left if each.reason.code == "may-name")


def test_every_name_of_a_list_under_a_role_with_lines_of_details_between_is_told() -> None:
    lines = ["The deputy DSL(s)* is/are:"]
    for name in ("Mr Amos Bell", "Mrs June Holt", "Mrs Cora Pike"):
        lines += [name, "Contact details: email office@example.org", "Telephone: 01632 960530"]
    copy = word_copy(*map(paragraph, lines))
    assert not any(is_silent(copy.plan, name) for name in ("June Holt", "Cora Pike"))


def test_a_role_that_a_narrow_column_breaks_over_four_lines_is_read_beside_a_name() -> None:
    lines = ("Who to ask", "Deputy\tJune Holt", "Designated\t(on", "Safeguarding\tsecondment)", "Lead")
    assert not is_silent(word_copy(*map(paragraph, lines)).plan, "June Holt")
