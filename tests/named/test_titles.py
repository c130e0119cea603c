"""The one list of titles: each is found in its example and not in its counter-example."""

import re
from itertools import pairwise

import pytest

from pipeline.named.names.name_words import TITLED
from pipeline.named.names.people import drop_title, find_name
from pipeline.named.names.titles import MEN, TITLES, WOMEN, Shows, Title, no_title_before, one_title, titles_small


@pytest.mark.parametrize("title", TITLES, ids=lambda title: title.title)
def test_every_title_stands_before_the_name_of_its_example_and_nowhere_in_its_counter_example(title: Title) -> None:
    one = re.compile(rf"\b{one_title(title.shows)}\b")
    found = one.search(title.example)
    assert found is not None
    assert found[0] == title.title
    name = find_name(title.example, found.start())
    assert name is not None
    assert drop_title(name[0]) == name[0].removeprefix(title.title).strip()
    if title.shows < Shows.KNOWN:
        assert [each for each in one.findall(title.counter_example) if each == title.title] == []
    else:
        assert TITLED.search(title.counter_example) is None


def test_titles_stand_in_order_and_none_twice() -> None:
    assert all(one.title < other.title for one, other in pairwise(TITLES))
    assert not MEN & WOMEN
    assert (
        titles_small(Shows.ANYWHERE)
        < titles_small(Shows.BESIDE)
        < titles_small()
        == {*map(str.casefold, (t.title for t in TITLES))}
    )


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
