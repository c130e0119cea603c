"""The dashboard: nothing without signing in, a link that works once, and the register at a glance."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from pipeline.copies.confirmations import note_contacts
from pipeline.mail import mailings
from pipeline.model import RevisionKind, VersionStatus
from pipeline.people.staff_import import import_staff
from pipeline.people.staff_list import StaffList
from pipeline.register.jobs import finish_run_day, note_run_day
from pipeline.register.policies import set_version_status
from pipeline.web.app import build_app
from pipeline.web.sessions import COOKIE, Sessions
from pipeline.web.site import LiveConfig, Site
from tests.mail.servers import scripted
from tests.school import MONDAY, SECRET, School, at
from tests.web.browser import Browser


class _Desk:
    """A school and its owner's browser."""

    def __init__(self, school: School, base_url: str = "http://127.0.0.1:8000") -> None:
        self.school = school
        self.now = at(MONDAY, 10)
        self.ran_at: datetime | None = None
        config = LiveConfig(school.config)
        self.site = Site(school.register, config, SECRET, lambda: self.now, lambda: self.ran_at, schedules=True)
        self.sessions = Sessions(self.site)
        self.browser = Browser(build_app(self.site, self.sessions), base_url)

    def sign_in(self) -> None:
        answer = self.browser.post(f"/sign-in/{self.sessions.make_link_token()}")
        assert answer.status_code == 303

    def page(self) -> str:
        answer = self.browser.get("/")
        assert answer.status_code == 200
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[_Desk]:
    with School(tmp_path) as school:
        opened = _Desk(school)
        with opened.browser:
            yield opened


def test_nothing_is_shown_before_signing_in(desk: _Desk) -> None:
    desk.school.add_policy("Confidentiality")
    answer = desk.browser.get("/")
    assert answer.status_code == 401
    assert "policy serve" in answer.text
    assert "Confidentiality" not in answer.text


def test_sign_in_link_works_once_and_looking_does_not_use_it_up(desk: _Desk) -> None:
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


def test_link_that_was_never_made_signs_nobody_in(desk: _Desk) -> None:
    assert desk.browser.get("/sign-in/x").status_code == 404
    assert desk.browser.post("/sign-in/x").status_code == 404
    desk.browser.cookies.set(COOKIE, "x")
    assert desk.browser.get("/").status_code == 401


def test_another_site_cannot_sign_in_or_out(desk: _Desk) -> None:
    link = f"/sign-in/{desk.sessions.make_link_token()}"
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    assert desk.browser.post(link, headers=elsewhere).status_code == 403
    desk.sign_in()
    assert desk.browser.post("/sign-out", headers=elsewhere).status_code == 403
    assert desk.browser.get("/").status_code == 200


def test_signing_out_and_twelve_hours_end_the_session(desk: _Desk) -> None:
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
        desk = _Desk(school)
        with desk.browser as browser:
            answer = browser.post(f"/sign-in/{desk.sessions.make_link_token()}")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert ("secure" in cookie) == base_url.startswith("https://")


def test_empty_school_is_told_what_to_do_first(desk: _Desk) -> None:
    desk.sign_in()
    page = desk.page()
    for words in ("No policy is known yet", "no mailing waits", "No mail has been written", "No run has finished yet"):
        assert words in page


def test_register_is_shown_at_a_glance(desk: _Desk) -> None:
    first = desk.school.add_policy("Confidentiality")
    lee = desk.school.add_person("Lee")
    desk.school.add_person("Day", email=None)
    desk.school.plan()
    desk.school.deliver()
    desk.school.record(lee, first)
    desk.ran_at = at(MONDAY, 6)
    desk.sign_in()
    page = desk.page()
    for words in (
        "Policies on 23 November 2026",
        "1 in date",
        "Confidentiality version 1",
        "31 August 2027",
        "Safeguarding Lead",
        "1 of 2",
        "1 reading is asked for",
        "Kim Day (no e-mail): Confidentiality",
        "Written to the outbox folder 1",
        "Pat Marsh",
        "23 November 2026, 06:00",
    ):
        assert words in page, words


def test_a_leaver_is_not_among_those_on_paper_and_shares_no_address(desk: _Desk) -> None:
    desk.school.add_policy("Confidentiality")
    desk.school.add_person("Day", email=None)
    for name in ("Ash", "Elm"):
        desk.school.add_person(name, email="office@example.org")
    desk.school.add_person("Fox")
    gone = desk.school.add_person("Gone", email="fox@example.org")
    desk.school.plan()
    desk.school.change_person(gone, leave_on=MONDAY - timedelta(days=1))
    desk.sign_in()
    page = desk.page()
    for words in ("Day (no e-mail)", "Ash (shares an address)", "Elm (shares an address)"):
        assert f"Kim {words}: Confidentiality" in page
    assert "Kim Fox (" not in page
    assert "Kim Gone (" not in page


def test_what_waits_and_who_is_missing_is_shown(tmp_path: Path) -> None:
    smtp = '[mail]\nroute = "smtp"\nhost = "mail.example.org"\nfrom = "office@example.org"\n'
    with School(tmp_path, smtp) as school:
        desk = _Desk(school)
        first = school.add_policy("Confidentiality")
        for name in ("Lee", "Day"):
            school.add_person(name)
        school.plan()
        assert school.deliver().sent == 0
        draft = school.add_version(first.policy_id, RevisionKind.MAJOR, title="Confidentiality", copy=False)
        with school.register.transaction() as tx:
            set_version_status(tx, first.id, VersionStatus.APPROVED)
            set_version_status(tx, draft.id, VersionStatus.DRAFT)
            import_staff(tx, school.key, StaffList(listed=frozenset({"id-Day"})), "staff.csv", MONDAY, at(MONDAY))
        desk.sign_in()
        page = desk.page()
        desk.browser.close()
    assert "A changed draft of Confidentiality" in page
    assert "Mail to 2 people, 4 minutes of reading in all, waits" in page
    assert "Not in the staff list any more" in page
    assert "Kim Lee" in page


def test_mail_that_goes_out_or_is_paused_is_shown_with_its_end(tmp_path: Path) -> None:
    smtp = '[mail]\nroute = "smtp"\nhost = "127.0.0.1"\nport = 9\nsecurity = "none"\nfrom = "office@example.org"\n'
    with School(tmp_path, f"{smtp}confirm_above = 0\nper_minute = 2\n") as school:
        desk = _Desk(school)
        school.add_policy("Confidentiality")
        for name in ("Lee", "Day"):
            school.add_person(name)
        school.plan()
        school.deliver()
        desk.sign_in()
        page = desk.page()
        assert "Mail to 2 people is going out; the last is out at about 23 November 2026" in page
        assert "No changed draft, no copy and no mailing waits" in page
        mailings.pause(school.register, school.root, by="the office", now=at(MONDAY))
        page = desk.page()
        desk.browser.close()
    assert "going out" not in page
    assert "Mail to 2 people is paused" in page


def test_copy_that_could_not_be_made_waits_for_a_decision(desk: _Desk) -> None:
    desk.school.hold_copy(desk.school.add_policy("Confidentiality"))
    desk.school.add_policy("Lettings")
    desk.sign_in()
    page = desk.page()
    assert "No copy with today’s contacts could be made of Confidentiality : what each needs stands beside it" in page
    assert "Jo Hill is new and not confirmed." in page


def test_health_is_told_to_anybody_with_the_last_run(desk: _Desk) -> None:
    nothing_yet = {"status": "ok", "scheduler": "on", "last_ran_at": None, "last_run_at": None}
    assert desk.browser.get("/healthz").json() == nothing_yet
    desk.ran_at = at(MONDAY, 6)
    assert desk.browser.get("/healthz").json()["last_ran_at"] == "2026-11-23T06:00:00+00:00"


def test_a_run_from_the_command_line_counts_as_the_last_run(desk: _Desk) -> None:
    school = desk.school
    with school.register.transaction() as tx:
        note_run_day(tx, school.key, MONDAY, at(MONDAY, 9))
        finish_run_day(tx, school.key, MONDAY, at(MONDAY, 9))
    health = desk.browser.get("/healthz").json()
    assert (health["last_run_at"], health["last_ran_at"]) == ("2026-11-23T09:00:00+00:00", None)
    desk.sign_in()
    page = desk.page()
    assert "The last run was on 23 November 2026, 09:00." in page
    assert "The daily run that starts by itself has not finished yet." in page


def test_who_is_late_is_named_with_the_days(desk: _Desk) -> None:
    desk.school.add_policy("Confidentiality")
    desk.school.add_person("Lee")
    desk.school.plan(MONDAY - timedelta(days=28))
    desk.school.deliver(MONDAY - timedelta(days=28))
    desk.school.add_policy("Safeguarding")
    desk.school.plan(MONDAY - timedelta(days=21))
    desk.school.deliver(MONDAY - timedelta(days=21))
    desk.sign_in()
    page = desk.page()
    assert "Kim Lee , 14 days late: Confidentiality (14 days) and Safeguarding (7 days)" in page
    assert "0 of 1, 1 late" in page


def test_a_held_policy_that_nobody_was_asked_for_counts_no_readings(desk: _Desk) -> None:
    first = desk.school.add_policy("Confidentiality")
    desk.school.add_person("Lee")
    desk.school.hold_copy(first)
    desk.school.plan()
    desk.sign_in()
    assert "not asked" in desk.page()
    assert "0 of 1" not in desk.page()


def test_stylesheet_of_the_workspace_wins(desk: _Desk) -> None:
    assert "--brand" in desk.browser.get("/style.css").text
    own = desk.school.config.templates / "pages" / "style.css"
    own.parent.mkdir(parents=True)
    own.write_text("body { color: teal }", encoding="utf-8")
    answer = desk.browser.get("/style.css")
    assert answer.text == "body { color: teal }"
    assert answer.headers["content-type"].startswith("text/css")


def test_broken_page_template_is_a_plain_fault_page(desk: _Desk) -> None:
    own = desk.school.config.templates / "pages" / "sign_in_first.html"
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_text("{{ nobody.knows }}", encoding="utf-8")
    answer = desk.browser.get("/")
    assert answer.status_code == 500
    assert "Something went wrong" in answer.text


def test_wrong_way_of_asking_is_not_allowed(desk: _Desk) -> None:
    assert desk.browser.get("/sign-out").status_code == 405


def test_a_day_without_a_lead_is_said_before_everything_else(tmp_path: Path) -> None:
    with School(tmp_path) as school:
        desk = _Desk(school)
        desk.sign_in()
        assert "Nobody is Designated" not in desk.page()
        text = (tmp_path / "config.toml").read_text(encoding="utf-8") + "until = 2026-11-20\n"
        (tmp_path / "config.toml").write_text(text, encoding="utf-8")
        page = desk.page()
        assert page.index("Nobody is Designated Safeguarding Lead today.") < page.index("The register")
        desk.browser.close()


def test_pages_give_the_office_until_a_new_number_is_confirmed(tmp_path: Path) -> None:
    with School(tmp_path, "[contacts.office]\nphone = '01632 960110'\n") as school:
        with school.register.transaction() as tx:
            note_contacts(tx, school.key, school.config, MONDAY, at(MONDAY))
        desk = _Desk(school)
        assert "01632 960101" in desk.browser.get("/").text
        path = tmp_path / "config.toml"
        path.write_text(path.read_text(encoding="utf-8").replace("01632 960101", "01632 960155 "), encoding="utf-8")
        page = desk.browser.get("/").text
        assert "01632 960110" in page
        assert "01632 960155" not in page
        desk.browser.close()


def test_whose_mail_came_back_stands_at_the_top_until_it_is_put_right(tmp_path: Path) -> None:
    with scripted(lambda step, _: "550 5.1.1 no such mailbox" if step == "rcpt" else None) as server:
        mail = f'[mail]\nroute = "smtp"\nhost = "127.0.0.1"\nport = {server.port}\nsecurity = "none"\n'
        with School(tmp_path, mail + 'from = "o@example.org"\nconfirm_above = 0\n') as school:
            school.add_policy("Confidentiality")
            lee = school.add_person("Lee", start_on=MONDAY - timedelta(days=900))
            school.plan()
            school.deliver()
            desk = _Desk(school)
            with desk.browser:
                desk.sign_in()
                page = desk.page()
                assert page.index("lee@example.org") < page.index("Waiting for your decision")
                assert "no such mailbox" in page
                school.change_person(lee, work_email="k.lee@example.org")
                assert "no such mailbox" not in desk.page()
