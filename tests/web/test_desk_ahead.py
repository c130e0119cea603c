"""The desk's look at the next 90 days: worked out behind the page, kept until something changes, names to a few."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.run import run_pipeline
from tests.policies.folders import policy_text
from tests.school import MONDAY, at
from tests.web.desk import ACCOUNTS, Desk, open_desk

STAFF = "person_id,first_name,last_name,work_email,role,start_date,leave_date\n" + "".join(
    f"P{number},Kim,{name},{name.lower()}@example.org,Teacher,,\n"
    for number, name in enumerate(("Lee", "Day", "Noor", "Ash"))
)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """The desk of a school whose documents and list are real files, behind its first run."""
    with open_desk(tmp_path, f'{ACCOUNTS}[people.roles]\n"Business Manager" = "manager@example.org"\n') as opened:
        root = opened.school.root
        (root / "policies").mkdir()
        text = policy_text("Child Protection Policy", school="Test Primary School", review="January 2027")
        (root / "policies" / "child-protection.txt").write_text(text, encoding="utf-8")
        (root / "staff.csv").write_text(STAFF, encoding="utf-8")
        run_pipeline(opened.school.config, today=MONDAY, now=at(MONDAY), environ={})
        yield opened


def page_when_done(desk: Desk) -> str:
    """Return the page once it is worked out."""
    for _ in range(600):
        answer = desk.browser.get("/ahead?look=on")
        if "Refresh" not in answer.headers:
            return answer.text
        assert "is being worked out" in answer.text
        time.sleep(0.1)
    raise AssertionError("it was not worked out within a minute")


def test_it_is_worked_out_once_and_again_when_something_has_changed(desk: Desk) -> None:
    desk.sign_in("jo.marsh@example.org")
    first = desk.browser.get("/ahead?look=on")
    assert first.headers["Refresh"] == "3"
    assert "Refresh" not in desk.browser.get("/ahead").headers
    page = page_when_done(desk)
    assert "4 people: reminder of a reading: Child Protection Policy" in page
    assert "manager@example.org: reviews that are near or late: Child Protection Policy" in page
    number = desk.site.work.list()[0].number
    page_when_done(desk)
    assert desk.site.work.list()[0].number == number
    desk.school.add_person("Marsh")
    again = desk.browser.get("/ahead").text
    assert "Something has changed since this was worked out" in again
    assert "4 people: reminder of a reading" in again
    assert "marsh@example.org: policies to read: Child Protection Policy" in page_when_done(desk)


def test_a_governor_sees_how_many_and_nobody_by_name(desk: Desk) -> None:
    desk.sign_in("gov@example.org")
    page = page_when_done(desk)
    assert "4 people: reminder of a reading: Child Protection Policy" in page
    assert "A few people: reviews that are near or late" in page
    assert "@example.org" not in page.partition("<main")[2]
    assert 'href="/ahead?look=on"' in desk.browser.get("/").text


def test_where_it_cannot_be_worked_out_the_page_says_so_and_offers_to_try_again(desk: Desk) -> None:
    mail = desk.school.root / "templates" / "mail"
    mail.mkdir(parents=True)
    (mail / "reminder.txt").write_text("{{ nothing_of_that_name }}", encoding="utf-8")
    desk.sign_in("jo.marsh@example.org")
    page = page_when_done(desk)
    assert "/ahead?again=on" in page
    number = desk.site.work.list()[0].number
    page_when_done(desk)
    assert desk.site.work.list()[0].number == number
    assert "being worked out" in desk.browser.get("/ahead?again=on").text
