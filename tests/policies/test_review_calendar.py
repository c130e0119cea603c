"""Reviews and meetings as a calendar file: entries that keep their names, and nothing of anybody in it."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from icalendar import Calendar

from pipeline.cli import policy
from pipeline.config import Config, parse_config
from pipeline.documents.calendar_file import read_calendar
from pipeline.errors import UsageError
from pipeline.model.facts import Facts
from pipeline.model.policies import DueMove, PolicyStanding, ReviewState
from pipeline.policies.review_calendar import calendar_of_reviews
from pipeline.policies.standing import standing_from_facts
from tests.school import MONDAY, School, at

TODAY = date(2027, 5, 3)
TOML = """
[school]
name = "Westhaven School"
[governors]
meetings = [2027-07-09, 2025-12-09, 2026-12-09]
[governors.bodies.finance-committee]
name = "Finance Committee"
policies = ["charging"]
meetings = [2027-06-16]
[contacts.dsl]
name = "Pat Marsh"
phone = "01632 960101"
"""
CONFIG = parse_config(TOML, root=Path())


def standing(slug: str, due: date | None, state: ReviewState = ReviewState.CURRENT, **more: Any) -> PolicyStanding:
    plain = standing_from_facts(Facts(title=slug.title()), slug.title(), 100, CONFIG, TODAY)
    days = (due - TODAY).days if due is not None else None
    return replace(plain, slug=slug, due_on=due, days=days, state=state, owner="Pat Marsh", **more)


def entries(standings: list[PolicyStanding], config: Config = CONFIG, today: date = TODAY) -> dict[str, Any]:
    content = calendar_of_reviews("westhaven", standings, config, today=today, made_at=at(today))
    calendar: Any = Calendar.from_ical(content)
    return {str(one["SUMMARY"]): one for one in calendar.walk("VEVENT")}


def test_each_review_meeting_and_day_for_papers_is_an_entry_that_says_which_meeting_is_the_last() -> None:
    standings = [
        standing("charging", date(2027, 8, 31)),
        standing("pshe", date(2027, 4, 30), ReviewState.OVERDUE, catalogue_slug="child-protection"),
        standing("undated", None, ReviewState.UNDATED),
        standing("withdrawn", date(2027, 8, 31), ReviewState.WITHDRAWN),
        standing("guidance", date(2027, 8, 31), ReviewState.LIVE_DOCUMENT),
    ]
    found = entries(standings)
    assert list(found) == [
        "Papers due: Full Governing Body of 9 December",
        "Meeting: Full Governing Body",
        "Review due: Pshe",
        "Papers due: Finance Committee of 16 June",
        "Meeting: Finance Committee",
        "Papers due: Full Governing Body of 9 July",
        "Review due: Charging",
    ]
    charging = found["Review due: Charging"]
    assert (charging["DTSTART"].dt, charging["DTEND"].dt) == (date(2027, 8, 31), date(2027, 9, 1))
    assert "The meeting on 16 June is the last before it is due; papers by 8 June" in charging["DESCRIPTION"]
    assert "late; it stays in force" in found["Review due: Pshe"]["DESCRIPTION"]
    assert found["Papers due: Finance Committee of 16 June"]["DTSTART"].dt == date(2027, 6, 8)
    assert (
        found["Meeting: Finance Committee"]["DESCRIPTION"]
        == "The last meeting in time for: Charging. Papers by 8 June."
    )
    assert not any("Undated" in title or "Withdrawn" in title or "Guidance" in title for title in found)


def test_an_entry_keeps_its_name_when_its_day_moves_and_names_nobody() -> None:
    before = entries([standing("charging", date(2027, 8, 31))])
    after = entries([standing("charging", date(2027, 10, 15))], today=TODAY + timedelta(days=3))
    title = "Review due: Charging"
    assert before[title]["UID"] == after[title]["UID"]
    assert before[title]["DTSTART"].dt != after[title]["DTSTART"].dt
    moved = DueMove(date(2027, 8, 31), date(2027, 10, 15), TODAY, "Pat Marsh is away")
    said = entries([standing("charging", date(2027, 10, 15), due_move=moved)])[title]["DESCRIPTION"]
    assert said.startswith("It was moved from 31 August 2027.")
    assert "Pat" not in said, "the reason is not for everybody's calendar"
    assert after[title]["DTSTAMP"].dt > before[title]["DTSTAMP"].dt
    uids = [str(one["UID"]) for one in before.values()]
    assert len(set(uids)) == len(uids)
    content = calendar_of_reviews(
        "westhaven", [standing("charging", date(2027, 8, 31))], CONFIG, today=TODAY, made_at=at(TODAY)
    )
    assert b"Marsh" not in content
    assert b"01632" not in content
    other = calendar_of_reviews(
        "another", [standing("charging", date(2027, 8, 31))], CONFIG, today=TODAY, made_at=at(TODAY)
    )
    assert not {uid for uid in uids if uid.encode() in other}


def test_the_command_writes_a_file_that_a_reader_of_calendars_takes(tmp_path: Path) -> None:
    with School(tmp_path, "[governors]\nmeetings = [2026-12-09]\n") as school:
        school.add_policy("Safeguarding; with, marks")
    out = tmp_path / "reviews.ics"
    arguments = ["--workspace", str(tmp_path), "--today", MONDAY.isoformat(), "calendar", "--out", str(out)]
    called = CliRunner().invoke(policy, arguments, catch_exceptions=False)
    assert called.exit_code == 0, called.output
    assert "It names nobody" in called.output
    found = read_calendar(
        out, words=("meeting", "review due"), first=MONDAY, last=date(2028, 1, 1), zone="Europe/London"
    )
    assert [(one.title, one.first, one.last) for one in found.found] == [
        ("Meeting: Full Governing Body", date(2026, 12, 9), date(2026, 12, 9)),
        ("Review due: Safeguarding; with, marks", date(2027, 8, 31), date(2027, 8, 31)),
    ]
    refused = CliRunner().invoke(policy, [*arguments[:-1], str(tmp_path / "no" / "folder" / "x.ics")])
    assert isinstance(refused.exception, UsageError)
    assert "cannot be written" in str(refused.exception)
