"""``/c/CODE``: no sign-in, nothing personal, nothing recorded, the same look for codes that do not exist."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.model.policies import RevisionKind
from pipeline.web.app import build_app
from pipeline.web.patience import RateLimit
from pipeline.web.recall import MOST_UNKNOWN
from pipeline.web.site import LiveConfig, Site
from tests.copies.workspace import HILL, LEAD_LINES, Workspace, policy_file
from tests.school import MONDAY, SECRET, School, at
from tests.web.browser import Browser


class _Door:
    """A school and a stranger's browser."""

    def __init__(self, school: School) -> None:
        self.school = school
        site = Site(
            school.register, LiveConfig(school.config), SECRET, lambda: at(MONDAY), lambda: None, schedules=False
        )
        self.browser = Browser(build_app(site), "http://127.0.0.1:8000")

    def words(self, code: str, status: int = 200) -> str:
        answer = self.browser.get(f"/c/{code}")
        assert answer.status_code == status
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)).strip()


@pytest.fixture
def door(tmp_path: Path) -> Iterator[_Door]:
    with School(tmp_path) as school:
        school.add_policy("Confidentiality")
        opened = _Door(school)
        yield opened
        opened.browser.close()


def test_a_current_copy_says_so_with_todays_lead_on_top(door: _Door) -> None:
    page = door.words("c1v1")
    assert "Yes, this copy is the current one." in page
    assert page.index("Ms Pat Marsh") < page.index("Is this copy current?", page.index("Worried about a child?"))
    assert "01632 960101" in page


def test_a_replaced_copy_names_the_version_that_took_its_place(door: _Door) -> None:
    door.school.add_version(1, RevisionKind.MAJOR, title="Confidentiality")
    page = door.words("C1-V1")
    assert "No, this copy was replaced on 23 November 2026 by version 2, whose text has changed." in page
    assert "The current copy is C1V2" in page


def test_a_document_changed_since_the_last_run_is_no_yes(tmp_path: Path) -> None:
    with Workspace(tmp_path) as made:
        made.put("lettings.docx", policy_file("Lettings Policy", *LEAD_LINES))
        made.day()
        code = made.current()["lettings"].code
        site = Site(made.register, LiveConfig(made.config), SECRET, lambda: at(MONDAY), lambda: None, schedules=False)
        browser = Browser(build_app(site), "http://127.0.0.1:8000")
        assert "Yes, this copy is the current one." in browser.get(f"/c/{code}").text
        made.put("lettings.docx", policy_file("Lettings Policy", *LEAD_LINES, "The hall is closed on Sundays."))
        page = browser.get(f"/c/{code}").text
        assert "Nobody can say yet" in page
        assert "current one" not in page
        made.configure(HILL)
        assert "No, this copy is out of date" in browser.get(f"/c/{code}").text
        browser.close()


def test_an_unknown_code_looks_like_any_other_and_is_not_repeated(door: _Door) -> None:
    page = door.words("K7M-2QX4ZZ", status=404)
    assert "There is no copy with this code here." in page
    assert "ZZ" not in page
    assert page.startswith(door.words("C1V1").split("Worried")[0])
    assert "There is no copy" in door.words("%3Cscript%3E", status=404)


@pytest.mark.parametrize("address", ["/c", "/c/"])
def test_without_a_code_the_page_asks_for_it_and_leads_to_what_was_typed(door: _Door, address: str) -> None:
    page = door.browser.get(address)
    assert page.status_code == 200
    assert "The code of your copy" in page.text
    typed = door.browser.get(address, params={"code": " c1 v1 "}, follow_redirects=False)
    assert (typed.status_code, typed.headers["location"]) == (303, "/c/c1v1")
    odd = door.browser.get("/c", params={"code": "//example.org/<b>"}, follow_redirects=False)
    assert odd.headers["location"] == "/c/%2F%2Fexample.org%2F%3Cb%3E"


def test_nobody_but_the_lead_is_named_and_no_cookie_is_set(door: _Door) -> None:
    door.school.add_person("Quimby")
    answer = door.browser.get("/c/C1V1")
    assert "Quimby" not in answer.text
    assert "set-cookie" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_it_can_only_be_looked_at(door: _Door, method: str) -> None:
    assert door.browser.request(method, "/c/C1V1").status_code == 405
    assert door.browser.request("HEAD", "/c/C1V1").status_code == 200


def test_trying_out_codes_is_met_with_a_pause_and_existing_codes_never_are(door: _Door) -> None:
    for _ in range(MOST_UNKNOWN + 10):
        assert door.browser.get("/c/C1V1").status_code == 200
    for number in range(MOST_UNKNOWN):
        assert door.browser.get(f"/c/NONE{number}").status_code == 404
    answer = door.browser.get("/c/C1V1")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= 60
    assert "Worried about a child?" in answer.text
    assert "try again in a minute" in answer.text


def test_patience_comes_back_after_a_minute_and_forgets_the_oldest_addresses() -> None:
    seconds = [0.0]
    patience = RateLimit(lambda: seconds[-1], most=MOST_UNKNOWN)
    for _ in range(MOST_UNKNOWN):
        assert patience.seconds_to_wait("192.0.2.1") == 0
        patience.note("192.0.2.1")
    assert patience.seconds_to_wait("192.0.2.1") == 60
    assert patience.seconds_to_wait("192.0.2.2") == 0
    seconds.append(59.5)
    assert patience.seconds_to_wait("192.0.2.1") == 1
    seconds.append(60.0)
    assert patience.seconds_to_wait("192.0.2.1") == 0
    seconds.append(0.0)
    for number in range(10_001):
        patience.note(f"192.0.3.{number}")
    assert patience.seconds_to_wait("192.0.2.1") == 0
