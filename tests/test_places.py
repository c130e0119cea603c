"""Places are one value, worded in one way, and what was stored as words is read back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.places import APPENDIX, Place, PlaceKind, body_paragraph, called, line_of_page, read_place, read_places
from tests.any_facts import PLACES, TEXT

CELL = Place(PlaceKind.TABLE, 1).inside(PlaceKind.ROW, 2).inside(PlaceKind.COLUMN, 3)


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (body_paragraph(5), "paragraph 5"),
        (line_of_page(3, 4), "page 3, line 4"),
        (CELL, "table 1, row 2, column 3"),
        (CELL.inside(PlaceKind.INNER_TABLE, 1), "table 1, row 2, column 3, inner table 1"),
        (CELL.behind(Place(PlaceKind.PAGE_HEADER)), "page header, table 1, row 2, column 3"),
        (CELL.behind(APPENDIX), "local appendix, table 1, row 2, column 3"),
        (body_paragraph(5).inside(PlaceKind.LINK), "paragraph 5, the address of a link"),
        (Place(PlaceKind.PROPERTY, name="Manager, School"), "property “Manager, School” of the file"),
        (called("hidden text"), "hidden text"),
    ],
)
def test_a_place_is_said_as_a_person_would_and_read_back(place: Place, words: str) -> None:
    assert (str(place), read_place(words)) == (words, place)


@given(PLACES)
def test_every_place_is_read_back_from_its_words(place: Place) -> None:
    assert read_place(str(place)) == place


@given(st.one_of(TEXT, st.lists(PLACES.map(str), max_size=4).map(", ".join)))
def test_words_that_were_stored_are_never_lost(words: str) -> None:
    assert ", ".join(map(str, read_places(words))) == words


def test_several_places_are_told_apart_and_what_fits_nowhere_is_left_in_its_words() -> None:
    assert read_places("paragraph 1, table 1, row 2") == (
        body_paragraph(1),
        Place(PlaceKind.TABLE, 1).inside(PlaceKind.ROW, 2),
    )
    assert read_places("line 4, line 7") == (Place(PlaceKind.LINE, 4), Place(PlaceKind.LINE, 7))
    assert read_place("paragraph 1, paragraph 2") == called("paragraph 1, paragraph 2")
    assert read_places("row 2, paragraph 1") == (called("row 2, paragraph 1"),)


def test_steps_are_asked_for_by_kind() -> None:
    assert (CELL.number_of(PlaceKind.ROW), CELL.number_of(PlaceKind.PAGE)) == (2, None)
    assert CELL.leads_through(PlaceKind.TABLE)
    assert not body_paragraph(1).leads_through(PlaceKind.TABLE)
    assert [step.kind for step in CELL.steps()] == [PlaceKind.COLUMN, PlaceKind.ROW, PlaceKind.TABLE]
