"""What a meeting decided is recorded from the desk: ticked, looked at with the words that changed, then kept."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from pipeline.policies.decisions.ready import mark_ready
from pipeline.register.decision import Decision
from pipeline.register.policies.decisions import Consultation, list_approvals
from tests.policies.folders import policy_text
from tests.school import MONDAY, at
from tests.web.desk import ACCOUNTS, Desk, open_desk

NAME = "Test Primary School"
MET = date(2026, 11, 18)
SETTINGS = """
[governors]
meetings = [2026-11-18, 2026-12-09]
clerk_email = "clerk@example.org"
[contacts.headteacher]
name = "Kim Head"
email = "head@example.org"
"""
PATH = "/meetings/governing-body/2026-11-18"
TYPED = {"body": "Full Governing Body", "on": "2026-11-18", "minute": "7.1"}


def write(desk: Desk, slug: str, body: str) -> None:
    words = policy_text(f"{slug.title()} Policy", school=NAME, last="November 2025", review="November 2026", body=body)
    desk.record_policy(f"{slug}.txt", words)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A school two of whose policies went to the clerk as papers; one was changed at the meeting."""
    with open_desk(tmp_path, SETTINGS + ACCOUNTS) as one:
        one.now = at(date(2026, 11, 2))
        write(one, "lettings", "Hirers pay before they are given a key. The hall is locked at ten.")
        write(one, "visitors", "Visitors sign in at the desk and wear a badge.")
        write(one, "lettings", "Hirers pay a week before they are given a key. The hall is locked at ten.")
        with one.school.register.transaction() as tx:
            for slug in ("lettings", "visitors"):
                mark_ready(Decision(tx, one.school.key, "Jo", one.now), slug, zone=one.school.config.zone)
        one.school.plan(date(2026, 11, 10))
        one.now = at(MONDAY, 10)
        write(one, "lettings", "Hirers pay two weeks before they are given a key. The hall is locked at ten.")
        one.sign_in("jo.marsh@example.org")
        yield one


def approvals(desk: Desk) -> list[tuple[str, date, str | None, Consultation | None]]:
    with desk.school.register.reading() as tx:
        return [
            (one.body, one.approved_on, one.minute, one.consultation) for one in list_approvals(tx, desk.school.key)
        ]


def test_a_meeting_is_ticked_checked_with_the_words_governors_changed_and_then_recorded_at_once(desk: Desk) -> None:
    assert PATH in desk.browser.get("/reviews").text
    assert "Decided by the Full Governing Body on 18 November 2026?" in desk.page()
    page = desk.browser.get(PATH).text
    assert re.findall(r'name="policy" value="(\w+)"( checked)?', page) == [("lettings", ""), ("visitors", "")]
    assert "its text was changed since" in page
    asked = {"consulted": "parents", "consulted-from": "2026-10-01", "consulted-until": "2026-10-21", "came-of-it": "2"}
    check = desk.send(PATH, policy=["lettings", "visitors"], **TYPED, **asked)
    assert check.status_code == 200
    assert "Check before it is recorded" in check.text
    assert re.search(r"<ins>.*two weeks", check.text)
    assert "The text is the one that went to the clerk." in check.text
    assert "Consulted: parents, from 1 October 2026 to 21 October 2026; 2." in check.text
    assert approvals(desk) == []
    hidden = dict(re.findall(r'type="hidden" name="([\w-]+)" value="([^"]*)"', check.text))
    seen = re.findall(r'name="seen" value="([^"]*)"', check.text)
    sent = {**hidden, "policy": ["lettings", "visitors"], "seen": seen}
    again = desk.browser.post(PATH, data={**sent, "change": "yes"}).text
    assert re.findall(r'name="policy" value="(\w+)"( checked)', again) == [
        ("lettings", " checked"),
        ("visitors", " checked"),
    ]
    assert 'value="7.1"' in again
    done = desk.browser.post(PATH, data=sent)
    assert done.status_code == 303
    said = desk.page(done.headers["location"])
    assert "Recorded: Lettings Policy (version 3) was approved by Full Governing Body on 18 November 2026" in said
    days = date(2026, 10, 1), date(2026, 10, 21)
    kept = ("Full Governing Body", MET, "7.1", Consultation("parents", *days, "2"))
    assert approvals(desk) == [kept, kept]
    assert "Decided by the" not in desk.page()
    after = desk.browser.get(PATH).text
    assert "Nothing of this meeting is left to be recorded here." in after
    assert "Recorded already" in after
    assert "Consulted: parents" in desk.browser.get("/policies/visitors").text


def test_what_is_missing_or_changed_meanwhile_records_nothing(desk: Desk) -> None:
    nothing = desk.send(PATH, **{**TYPED, "on": "2026-12-01", "body": ""})
    assert nothing.status_code == 422
    for said in ("Tick the policies that were approved", "is still to come", "Say who approved it"):
        assert said in nothing.text
    days = {"consulted-from": "2026-10-21", "consulted-until": "2026-10-01", "consulted": "parents"}
    assert "before it begins" in desk.send(PATH, policy="lettings", **TYPED, **days).text
    assert "Say who was consulted" in desk.send(PATH, policy="lettings", **TYPED, **{"came-of-it": "12"}).text
    seen = {"policy": "lettings", "sure": "yes", "seen": "lettings 2"}
    assert "was changed meanwhile, so nothing was recorded" in desk.send(PATH, **TYPED, **seen).text
    gone = desk.send(PATH, policy=["visitors", "nowhere"], **TYPED)
    assert "cannot be recorded here any more" in gone.text
    assert approvals(desk) == []
    assert "No such meeting is known up to today" in desk.page("/meetings/governing-body/2026-12-09")


def test_nobody_records_what_they_approved_themself_nor_without_the_right(desk: Desk) -> None:
    desk.sign_in("head@example.org")
    own = desk.send(PATH, policy="visitors", **{**TYPED, "body": "Headteacher"})
    assert "That is you, or could be" in own.text
    desk.sign_in("gov@example.org")
    assert desk.browser.get(PATH).status_code == 403
    desk.sign_in("office@example.org")
    assert desk.browser.get(PATH).status_code == 403
    assert PATH not in desk.browser.get("/reviews").text
