"""Reviews from the desk: their calendar file."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from tests.school import School
from tests.web.desk import ACCOUNTS, Desk

MEETINGS = "[governors]\nmeetings = [2026-11-18, 2026-12-09]\n"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with School(tmp_path, MEETINGS + ACCOUNTS) as school:
        opened = Desk(school, "http://127.0.0.1:8000")
        yield opened
        opened.close()


def test_the_calendar_is_a_file_for_whoever_may_see_reviews(desk: Desk) -> None:
    desk.school.add_policy("Attendance", "attendance")
    assert desk.browser.get("/reviews/calendar.ics").status_code != 200
    desk.sign_in("jo.marsh@example.org")
    assert "/reviews/calendar.ics" in desk.browser.get("/reviews").text
    desk.sign_in("gov@example.org")
    assert "/reviews/calendar.ics" in desk.browser.get("/statutory").text
    answer = desk.browser.get("/reviews/calendar.ics")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    calendar: Any = Calendar.from_ical(answer.content)
    titles = [str(one["SUMMARY"]) for one in calendar.walk("VEVENT")]
    assert {"Review due: Attendance", "Meeting: Full Governing Body"} <= set(titles)
