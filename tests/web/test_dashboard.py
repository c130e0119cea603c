"""The way into the dashboard: nothing without signing in, a link that works once, and what every page shares."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.contacts.confirmations import note_contacts
from pipeline.register.jobs import finish_run_day, note_run_day
from pipeline.schedule import silent_since
from pipeline.web.sessions import COOKIE
from tests.school import MONDAY, School, at
from tests.web.desks import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with School(tmp_path) as school, Desk(school) as opened:
        yield opened


def test_nothing_is_shown_before_signing_in(desk: Desk) -> None:
    desk.school.add_policy("Confidentiality")
    answer = desk.browser.get("/")
    assert answer.status_code == 401
    assert "policy serve" in answer.text
    assert "double-click <b>serve</b> again" in answer.text
    assert "Confidentiality" not in answer.text


def test_sign_in_link_works_once_and_looking_does_not_use_it_up(desk: Desk) -> None:
    link = f"/sign-in/{desk.sessions.make_link_token()}"
    for _ in range(3):
        shown = desk.browser.get(link)
        assert 'method="post"' in shown.text
    desk.browser.request("HEAD", link)
    assert desk.browser.get("/").status_code == 401
    assert desk.browser.post(link).status_code == 303
    assert desk.browser.get("/").status_code == 200
    assert desk.browser.post(link).status_code == 404
    assert desk.browser.get(link).status_code == 404


def test_link_that_was_never_made_signs_nobody_in(desk: Desk) -> None:
    assert desk.browser.get("/sign-in/x").status_code == 404
    assert desk.browser.post("/sign-in/x").status_code == 404
    desk.browser.cookies.set(COOKIE, "x")
    assert desk.browser.get("/").status_code == 401


def test_another_site_cannot_sign_in_or_out(desk: Desk) -> None:
    link = f"/sign-in/{desk.sessions.make_link_token()}"
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    assert desk.browser.post(link, headers=elsewhere).status_code == 403
    desk.sign_in()
    assert desk.browser.post("/sign-out", headers=elsewhere).status_code == 403
    assert desk.browser.get("/").status_code == 200


def test_signing_out_and_twelve_hours_end_the_session(desk: Desk) -> None:
    desk.sign_in()
    kept = desk.browser.cookies[COOKIE]
    assert desk.browser.post("/sign-out").status_code == 303
    desk.browser.cookies.set(COOKIE, kept)
    assert desk.browser.get("/").status_code == 401
    desk.browser.cookies.clear()
    desk.sign_in()
    desk.now += timedelta(hours=12)
    assert desk.browser.get("/").status_code == 401


@pytest.mark.parametrize("base_url", ["", "http://policies.example.org", "https://policies.example.org"])
def test_cookie_is_secure_exactly_when_the_pages_are(tmp_path: Path, base_url: str) -> None:
    with School(tmp_path, f'[web]\nbase_url = "{base_url}"\n' if base_url else "") as school:
        desk = Desk(school)
        with desk.browser as browser:
            answer = browser.post(f"/sign-in/{desk.sessions.make_link_token()}")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert ("secure" in cookie) == base_url.startswith("https://")


def test_health_is_told_to_anybody_with_the_last_run(desk: Desk) -> None:
    nothing_yet = {"status": "ok", "scheduler": "on", "last_ran_at": None, "last_run_at": None}
    assert desk.browser.get("/healthz").json() == nothing_yet
    desk.ran_at = at(MONDAY, 6)
    assert desk.browser.get("/healthz").json()["last_ran_at"] == "2026-11-23T06:00:00+00:00"


def test_a_run_that_stays_away_for_more_than_a_day_is_told(desk: Desk) -> None:
    school = desk.school
    desk.now = at(MONDAY + timedelta(days=1), 11)
    assert desk.browser.get("/healthz").status_code == 200
    desk.now = at(MONDAY + timedelta(days=1), 13)
    silent = desk.browser.get("/healthz")
    assert (silent.status_code, silent.json()["status"]) == (503, "silent")
    with school.register.transaction() as tx:
        note_run_day(tx, school.key, MONDAY, at(MONDAY, 9))
        finish_run_day(tx, school.key, MONDAY, at(MONDAY, 12))
    assert desk.browser.get("/healthz").status_code == 200
    desk.sign_in()
    assert "No run has finished since" not in desk.page("/")
    desk.now = at(MONDAY + timedelta(days=1), 15)
    assert desk.browser.get("/healthz").status_code == 503
    desk.sign_in()
    page = desk.page("/")
    assert "No run has finished since 23 November 2026, 12:00" in page
    assert "and tell whoever looks after this computer" in page


def test_a_program_that_was_off_for_weeks_has_time_to_catch_up() -> None:
    weeks_ago, now = at(MONDAY - timedelta(days=21)), at(MONDAY, 10)
    assert silent_since(weeks_ago, now - timedelta(hours=1), now) is None
    assert silent_since(weeks_ago, now - timedelta(hours=3), now) == weeks_ago
    assert silent_since(now + timedelta(days=9), weeks_ago, now) is None, "a clock that was set back"


def test_a_run_from_the_command_line_counts_as_the_last_run(desk: Desk) -> None:
    school = desk.school
    with school.register.transaction() as tx:
        note_run_day(tx, school.key, MONDAY, at(MONDAY, 9))
        finish_run_day(tx, school.key, MONDAY, at(MONDAY, 9))
    health = desk.browser.get("/healthz").json()
    assert (health["last_run_at"], health["last_ran_at"]) == ("2026-11-23T09:00:00+00:00", None)
    desk.sign_in()
    page = desk.page("/")
    assert "The last run was on 23 November 2026, 09:00." in page
    assert "The daily run that starts by itself has not finished yet." in page


def test_stylesheet_of_the_workspace_wins(desk: Desk) -> None:
    assert "--brand" in desk.browser.get("/style.css").text
    own = desk.school.config.templates / "pages" / "style.css"
    own.parent.mkdir(parents=True)
    own.write_text("body { color: teal }", encoding="utf-8")
    answer = desk.browser.get("/style.css")
    assert answer.text == "body { color: teal }"
    assert answer.headers["content-type"].startswith("text/css")


def test_broken_page_template_is_a_plain_fault_page(desk: Desk) -> None:
    own = desk.school.config.templates / "pages" / "sign_in_first.html"
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_text("{{ nobody.knows }}", encoding="utf-8")
    answer = desk.browser.get("/")
    assert answer.status_code == 500
    assert "Something went wrong" in answer.text


def test_wrong_way_of_asking_is_not_allowed(desk: Desk) -> None:
    assert desk.browser.get("/sign-out").status_code == 405


def test_pages_give_the_office_until_a_new_number_is_confirmed(tmp_path: Path) -> None:
    with School(tmp_path, "[contacts.office]\nphone = '01632 960110'\n") as school:
        with school.register.transaction() as tx:
            note_contacts(tx, school.key, school.config, MONDAY, at(MONDAY))
        desk = Desk(school)
        assert "01632 960101" in desk.browser.get("/").text
        path = tmp_path / "config.toml"
        path.write_text(path.read_text(encoding="utf-8").replace("01632 960101", "01632 960155 "), encoding="utf-8")
        page = desk.browser.get("/").text
        assert "01632 960110" in page
        assert "01632 960155" not in page
        desk.browser.close()
