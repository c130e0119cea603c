"""The office is told of starters whom no mail will reach, in time to print their pack, and once."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipeline.letters.contributors.office import NO_ADDRESS, OFFICE_TASKS
from tests.letters.test_reminders import _PEOPLE, lived
from tests.school import MONDAY, School

OFFICE = "office@example.org"
STARTS = date(2026, 12, 7)
TOLD_ON = date(2026, 11, 30)
"""Five school days before."""


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with School(tmp_path, _PEOPLE) as opened:
        opened.add_policy("Confidentiality")
        yield opened


def _told(school: School) -> list[date]:
    letters = [one for one in lived(school, MONDAY, STARTS + timedelta(days=3)) if one[1].address == OFFICE]
    return [day for day, letter in letters for item in letter.contents.of(OFFICE_TASKS) if item.stage == NO_ADDRESS]


def test_a_starter_without_an_address_is_told_five_school_days_before_and_once(school: School) -> None:
    school.add_person("Lee", email=None, start_on=STARTS)
    assert _told(school) == [TOLD_ON]


def test_a_starter_who_shares_an_address_is_told_too(school: School) -> None:
    school.add_person("Lee", email="kitchen@example.org", start_on=STARTS)
    school.add_person("Day", email="Kitchen@example.org")
    assert _told(school) == [TOLD_ON]


def test_nobody_is_told_of_who_has_an_address_or_has_long_been_here(school: School) -> None:
    school.add_person("Lee", start_on=STARTS)
    school.add_person("Day", email=None, start_on=date(2020, 9, 1))
    school.add_person("Fox", email=None)
    assert _told(school) == []
