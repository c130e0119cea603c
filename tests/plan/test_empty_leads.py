"""A lead whom nobody is: no copy puts today's lead into the row of whoever stands below."""

import pytest

from tests.builders import table
from tests.plan.test_lines_of_people import copy_of


@pytest.mark.parametrize(
    "rows",
    [
        (("DSL", "TBC"), ("Ms Cy Dale", "Secretary")),
        (("DSL", "Vacant"), ("Ms Cy Dale", "Office")),
        (("DSL", "–"), ("Ms Cy Dale", "Class teacher")),
    ],
)
def test_whoever_stands_under_an_empty_lead_stays_and_nothing_is_asked(rows: tuple[tuple[str, str], ...]) -> None:
    assert copy_of(table(*rows)) == ([cell for row in rows for cell in row], None)


@pytest.mark.parametrize("lead", ["TBC", "", "Mrs Ada Holt"])
def test_the_deputy_below_gets_the_deputys_successor(lead: str) -> None:
    words, held = copy_of(table(("DSL", lead), ("Mr Ben Lowe", "Deputy DSL")))
    assert held is None
    now = "Mr Ben Lowe" if lead.startswith("Mrs") else lead
    assert words == [*filter(None, ("DSL", now)), "Mrs Ada Holt", "Deputy DSL"]


def test_a_copy_waits_where_a_post_stands_beside_a_name_under_an_empty_lead() -> None:
    words, held = copy_of(table(("DSL", ""), ("Ms Cy Dale", "Secretary")))
    assert held is not None
    assert words == ["DSL", "Ms Cy Dale", "Secretary"]


def test_a_name_alone_under_the_lead_is_renewed() -> None:
    assert copy_of(table(("DSL", ""), ("Mrs Ada Holt", ""))) == (["DSL", "Mr Ben Lowe"], None)
