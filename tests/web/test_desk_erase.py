"""Somebody is erased from the desk, by two who are signed in; what is held on people is shown."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.privacy.test_erase import traces
from tests.school import MONDAY, at
from tests.web.desk import ACCOUNTS, Desk, open_desk

LEFT = MONDAY - timedelta(days=8)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path, ACCOUNTS) as one:
        one.school.add_policy("Confidentiality")
        one.school.change_person(one.school.add_person("Lee"), leave_on=LEFT)
        one.school.add_person("Day")
        one.sign_in("jo.marsh@example.org")
        yield one


def test_one_asks_another_agrees_and_the_person_is_gone(desk: Desk) -> None:
    erase = "/people/1/erase"
    assert "Erase what is held on them" in desk.page("/people/1")
    assert "Erase what is held on them" not in desk.page("/people/2")
    assert "still works here" in desk.page("/people/2/erase")
    assert "Say why, without a name" in desk.send(erase, reason="").text
    assert "names them" in desk.send(erase, reason="Kim Lee asked").text
    asked = desk.done(erase, reason="their own wish")
    assert "You have asked for Kim Lee to be erased" in asked
    assert "A second person opens this page" in asked
    own = desk.browser.post(erase, data={**desk.hidden(erase), "step": "agree", "sure": "yes"})
    assert "cannot agree" in own.text
    desk.browser.cookies.clear()
    desk.sign_in("head@example.org")
    shown = desk.page(erase)
    for words in ("What would go", "What stays", "Asked for on", "their own wish", "Agree, and erase Kim Lee"):
        assert words in shown
    assert "looked at what goes" in desk.send(erase, step="agree").text
    with desk.school.register.lock():
        assert "A run is at work" in desk.send(erase, step="agree", sure="yes").text
    assert "Kim Lee" in desk.page("/people?state=left")
    assert "A person who was erased (1)" in desk.done(erase, step="agree", sure="yes")
    left = desk.page("/people?state=left")
    assert "Kim Lee" not in left
    assert "A person who was erased (1)" in left
    assert traces(desk.school, "Kim Lee", "lee@example.org", "id-Lee") == set()
    assert (desk.school.root / ".secrets" / "erased").is_file()
    assert "was erased on" in desk.page(erase)


def test_what_was_asked_is_withdrawn_and_a_hold_stops_it(desk: Desk) -> None:
    desk.done("/people/1/erase", reason="their own wish")
    assert "everything is as it was" in desk.done("/people/1/erase/withdraw")
    assert "Say why" in desk.send("/people/1/hold", reason="").text
    assert "Everything of Kim Lee is held" in desk.done("/people/1/hold", reason="a complaint")
    assert "has held everything of Kim Lee" in desk.page("/people/1/erase")
    assert "held any more" in desk.done("/people/1/hold", step="release")


def test_what_is_held_is_shown_with_who_is_kept_too_long_and_only_to_those_who_may(desk: Desk) -> None:
    desk.now = at(LEFT.replace(year=LEFT.year + 6) + timedelta(days=2))
    desk.sign_in("jo.marsh@example.org")
    page = desk.page("/held")
    for words in ("2 people in the register", "Kept longer than the school keeps it", "Kim Lee", "What for"):
        assert words in page
    desk.browser.cookies.clear()
    desk.sign_in("gov@example.org")
    assert desk.browser.get("/held").status_code == 403
    assert desk.browser.get("/people/1/erase").status_code == 403
    desk.browser.cookies.clear()
    desk.sign_in_by_mail_of("head@example.org")
    assert "/second-step" in desk.browser.get("/people/1/erase").headers["location"]
