"""Names as the last look at a copy finds them, by its own list of titles."""

import pytest

from pipeline.last_look.names import list_names
from pipeline.named.names.titles import Shows, titles_small


@pytest.mark.parametrize(
    "title", ["Canon", "Cllr", "Councillor", "Dr", "Mrs", "Professor", "Rabbi", "Revd", "Reverend"]
)
def test_a_title_shows_a_surname_alone(title: str) -> None:
    assert title.casefold() in titles_small(Shows.KNOWN)
    assert [each.name for each in list_names(f"{title} Penhallow looks after it.", frozenset())] == [
        f"{title} Penhallow"
    ]


@pytest.mark.parametrize("name", ["D. Kaur", "N.J. Okonkwo", "Mx K. da Silva", "R. van der Berg"])
def test_an_initial_shows_a_surname_that_is_no_word(name: str) -> None:
    assert [each.name for each in list_names(f"DSL: {name}", frozenset())] == [name]


@pytest.mark.parametrize("text", ["A. Introduction", "B. Safeguarding Team", "C. Roles and Duties", "E. coli"])
def test_a_letter_before_a_heading_is_no_initial(text: str) -> None:
    assert list_names(text, frozenset()) == ()


@pytest.mark.parametrize(
    "text", ["A canon Penhallow wrote", "Canons Road", "Professor of Music", "Reverend", "The Rabbi and others"]
)
def test_what_is_no_title_and_surname_is_no_name(text: str) -> None:
    assert list_names(text, frozenset()) == ()
