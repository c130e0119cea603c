"""Reviews from the desk: their calendar file, and the day one is due, moved by whoever looks after the policy."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from pipeline.model.policies import RevisionKind, VersionStatus
from pipeline.register.policies.policies import set_version_status
from tests.web.desk import ACCOUNTS, Desk, open_desk

SETTINGS = """
[governors]
meetings = [2026-11-18, 2026-12-09]
"""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    accounts = ACCOUNTS.replace("[accounts]\n", '[accounts]\n"pat@example.org" = "governor"\n')
    with open_desk(tmp_path, SETTINGS + accounts) as opened:
        yield opened


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


def test_the_statutory_list_says_what_of_each_rule_was_read_and_what_was_not(desk: Desk) -> None:
    """A rule that nobody had read at its source looked like one that somebody had."""
    desk.school.add_policy("Child protection and safeguarding", "child-protection")
    desk.sign_in("gov@example.org")
    page = " ".join(desk.browser.get("/statutory").text.split())
    rows = {row.partition(" <")[0]: row for row in page.partition('<ul class="rows">')[2].split("<li>")[1:]}
    lead = rows["Child protection and safeguarding"]
    assert "Not checked at its source: how often it must be reviewed and that it must be on the website." in lead
    assert "Read on 2 December 2026: “Governing bodies of maintained schools must have policies on: …" in lead
    assert '<a href="https://www.gov.uk/guidance/governance-in-maintained-schools/' in lead
    plan = rows["Accessibility plan"]
    assert "Not checked at its source: the duty it rests on, how often it must be reviewed and that it must be" in plan
    assert "Read on" not in plan
    assert "Missing" in plan
    assert "It must be there where pupils wear a uniform." in rows["School uniform"]
    assert "Missing" not in rows["School uniform"]
    assert "Missing" not in rows["Whistleblowing"]
    assert "Unfair dismissal is expected to be open to claims" in rows["Capability of staff"]


def test_whoever_looks_after_a_policy_moves_its_review_once_and_nobody_else_does(desk: Desk) -> None:
    first = desk.school.add_policy("Attendance", "attendance")
    desk.school.add_version(first.policy_id, RevisionKind.ADOPTED, title="Attendance", due="2026-12")
    desk.sign_in("gov@example.org")
    page = desk.browser.get("/policies/attendance/due").text
    assert "Only whoever looks after this policy" in page
    assert '<form method="post">' not in page
    # Pat Marsh is the Safeguarding Lead, who looks after it, and has a right that does not let her edit policies.
    desk.sign_in("pat@example.org")
    path = "/policies/attendance/due"
    page = desk.browser.get(path).text
    assert "31 December 2026" in page
    assert "30 June 2027" in page, "at the latest"
    answer = desk.send(path, to="", reason="")
    assert answer.status_code == 422
    assert "Say why; governors see it in their papers" in answer.text
    answer = desk.send(path, to="2027-08-01", reason="guidance")
    assert "here to 30 June 2027" in answer.text
    assert 'value="guidance"' in answer.text, "what was typed is kept"
    answer = desk.send(path, to="2027-02-26", reason="guidance")
    assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/"), (
        "the page of it is not theirs"
    )
    [one] = desk.school.standings()
    assert one.due_move is not None
    desk.sign_in("jo.marsh@example.org")
    page = desk.browser.get("/policies/attendance").text
    assert "moved from 31 December 2026 on 23 November 2026: guidance" in page
    assert "A review is moved once" in desk.browser.get(path).text
    assert desk.send("/policies/attendance/correct-due", reason="another policy").status_code == 303
    assert desk.school.standings()[0].due_move is None


def _put_in_use(desk: Desk, title: str, slug: str | None, *, due: str, status: VersionStatus) -> None:
    first = desk.school.add_policy(title, slug)
    version = desk.school.add_version(first.policy_id, RevisionKind.MAJOR, title=title, due=due)
    with desk.school.register.transaction() as tx:
        set_version_status(tx, version.id, status)


def test_late_is_one_number_on_the_first_page_the_list_reviews_and_the_statutory_list(desk: Desk) -> None:
    _put_in_use(desk, "Attendance", "attendance", due="2026-08", status=VersionStatus.PENDING_APPROVAL)
    _put_in_use(desk, "Complaints", "complaints", due="2026-08", status=VersionStatus.APPROVED)
    _put_in_use(desk, "Behaviour", "behaviour", due="2027-08", status=VersionStatus.APPROVED)
    desk.sign_in("jo.marsh@example.org")
    home, reviews, statutory = (desk.browser.get(path).text for path in ("/", "/reviews", "/statutory"))
    listed = desk.browser.get("/policies?state=overdue").text
    assert '<a href="/policies?state=overdue">review late</a>' in home
    assert re.search(r"<strong>2</strong> <a href=\"/policies\?state=overdue\">", home)
    assert re.search(r'Reviews that are late</a>.*?<span class="tag blue">2 policies</span>', home, re.DOTALL)
    assert ("Attendance</a>" in listed, "Complaints</a>" in listed, "Behaviour</a>" in listed) == (True, True, False)
    assert "Late: 2 reviews" in reviews
    assert statutory.count(">Review late</span>") == 2


def test_what_is_in_use_and_was_never_approved_waits_on_the_first_page_with_its_day(desk: Desk) -> None:
    _put_in_use(desk, "Attendance", "attendance", due="2027-08", status=VersionStatus.PENDING_APPROVAL)
    _put_in_use(desk, "Complaints", "complaints", due="2027-08", status=VersionStatus.APPROVED)
    desk.sign_in("jo.marsh@example.org")
    home = desk.browser.get("/").text
    assert re.search(r'In use and not approved</a>.*?<span class="tag blue">1 policy</span>', home, re.DOTALL)
    assert "Attendance (since 23 November 2026)" in home
    listed = desk.browser.get("/policies?state=awaiting-approval").text
    assert ("Attendance</a>" in listed, "Complaints</a>" in listed) == (True, False)
    page = desk.browser.get("/reviews").text
    assert "In use and not approved</h2>" in page
    assert "It is in use since 23 November 2026 and nobody has approved it yet." in page
