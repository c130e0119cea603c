"""A role that nobody holds: the words for it, and that whoever stands below is not read in it."""

import pytest

from pipeline.named.roles.vacancies import says_nobody
from tests.builders import table
from tests.named.test_people_in_cells import Named, named_in


@pytest.mark.parametrize(
    "text", ["TBC", "t.b.a.", "Vacant", "(vacancy)", "Post currently vacant", "To be appointed", "N/A", "–", "……"]
)
def test_words_that_say_that_nobody_holds_a_role(text: str) -> None:
    assert says_nobody(text)


@pytest.mark.parametrize("text", ["", " ", "Ada Holt", "Vacant room", "Name", "TBC Ada Holt", "To be confirmed in May"])
def test_other_words_say_no_such_thing(text: str) -> None:
    assert not says_nobody(text)


DEPUTY: Named = [("deputy-dsl", "Ben Lowe")]


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        ((("DSL", "TBC"), ("Mrs Ada Holt", "Secretary")), []),
        ((("DSL", "–"), ("Mrs Ada Holt", "Secretary")), []),
        ((("DSL", "Vacant"), ("Mr Ben Lowe", "Deputy DSL")), DEPUTY),
        ((("Designated Safeguarding Lead", ""), ("Mr Ben Lowe", "Deputy DSL")), DEPUTY),
        ((("DSL", "Vacant", ""), ("Deputy DSL", "Mr Ben Lowe", "01632 960102")), DEPUTY),
    ],
)
def test_an_empty_lead_is_not_whoever_comes_next(rows: tuple[tuple[str, ...], ...], named: Named) -> None:
    assert named_in(table(*rows)) == named


@pytest.mark.parametrize(
    "rows",
    [
        (("DSL", ""), ("Mrs Ada Holt", "01632 960101")),
        (("DSL", "Deputy"), ("Mrs Ada Holt", "Mr Ben Lowe")),
        (("DSL", "Tel"), ("Mrs Ada Holt", "TBC")),
        (("Safeguarding Leads", ""), ("Mrs Ada Holt", "DSL"), ("Mr Ben Lowe", "Deputy DSL")),
    ],
)
def test_a_role_over_its_column_is_read_as_it_was(rows: tuple[tuple[str, ...], ...]) -> None:
    assert named_in(table(*rows))[0] == ("dsl", "Ada Holt")
