"""Days looked ahead are the days that are lived, whatever the school: the same letters, to the same people."""

from pathlib import Path
from random import Random

import pytest

from tests.simulation.any_school import DrawnSchool, draw_school, live, look_ahead


def both_ways(school: DrawnSchool, days: int, *, lived: int = 0) -> tuple[int, int]:
    """Return how many letters both ways agree on, before and behind the day on which the look ahead begins."""
    before = live(school, lived)
    ahead = look_ahead(school, days, after=lived)
    whole = live(school, days, after=lived)
    assert sorted([*before, *ahead]) == whole
    return len(before), len(ahead)


def test_two_weeks_before_the_first_run_are_the_two_weeks_that_follow(tmp_path: Path) -> None:
    assert both_ways(draw_school(tmp_path / "school", Random(6), days=20), 14) == (0, 16)


@pytest.mark.slow
def test_four_months_of_a_school_are_as_they_were_said_to_be(tmp_path: Path) -> None:
    school = draw_school(tmp_path / "school", Random(11), days=120)
    before, ahead = both_ways(school, 120, lived=7)
    assert before
    assert ahead


@pytest.mark.slow
@pytest.mark.parametrize("seed", [14, 15, 23], ids=["September", "new year", "summer time"])
def test_six_weeks_of_any_school_are_as_they_were_said_to_be(tmp_path: Path, seed: int) -> None:
    school = draw_school(tmp_path / "school", Random(seed), days=45)
    before, ahead = both_ways(school, 45, lived=seed)
    assert before
    assert ahead
