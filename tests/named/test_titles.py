"""The one list of titles: each is found in its example and not in its counter-example."""

import re

import pytest

from pipeline.named.names.people import drop_title, find_name
from pipeline.named.names.titles import MEN, TITLES, WOMEN, Shows, no_title_before, one_title, titles_small


@pytest.mark.parametrize("title", TITLES)
def test_every_title_stands_before_a_name_and_goes_with_it(title: str) -> None:
    found = find_name(f"{title} Ada Holt leads the service.")
    assert found is not None
    assert (found[0], drop_title(found[0])) == (f"{title} Ada Holt", "Ada Holt")


@pytest.mark.parametrize("title", ["Mr.", "Mrs.", "Dr.", "Revd."])
def test_a_title_may_be_run_into_its_name(title: str) -> None:
    found = find_name(f"{title}Ada Holt leads the service.")
    assert found is not None
    assert (found[0], drop_title(found[0])) == (f"{title}Ada Holt", "Ada Holt")
    assert find_name("Prof.uk is a site") is None


@pytest.mark.parametrize(
    "text",
    [
        "BR 7 is a form", "The Cannon Lane site", "The council meets", "The counsellor sees", "The doctor is called",
        "Turn into Mill Drive", "Lessons end on FRIDAY", "Children who are missing lessons", "It runs on MS Teams",
        "A professional is asked", "The rabbit lives", "The review is due", "The revised text", "The SRE policy",
    ],
)  # fmt: skip
def test_words_that_begin_like_a_title_are_none(text: str) -> None:
    assert re.search(rf"\b{one_title()}\b", text) is None


def test_each_kind_of_title_includes_those_that_show_more() -> None:
    assert not MEN & WOMEN
    assert titles_small(Shows.ANYWHERE) < titles_small(Shows.BESIDE) < titles_small() == {*map(str.casefold, TITLES)}


def test_a_full_stop_behind_a_title_ends_no_sentence() -> None:
    end = re.compile(rf"{no_title_before()}\.\s")
    assert [bool(end.search(text)) for text in ("Revd. Ada Holt", "Prof. Holt", "She left. Ada")] == [
        False,
        False,
        True,
    ]


@pytest.mark.parametrize("school", ["Our Lady and St Joseph Primary", "Father Hudson's", "Dame Alice Owen's School"])
def test_a_church_school_begins_with_no_title_of_a_sentence(school: str) -> None:
    assert re.match(rf"{one_title(Shows.ANYWHERE)}\b", school) is None
