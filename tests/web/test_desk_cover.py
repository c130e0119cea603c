"""Cover said from the desk: who stands in shows at once, everywhere, and ends in one step."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.school import MONDAY
from tests.web.desk import ACCOUNTS, Desk, open_desk

COVER, END = "/contacts/cover", "/contacts/cover/end"
DEPUTIES = """
[[contacts.deputy-dsl]]
name = "Jo Hill"
phone = "01632 960102"
[[contacts.deputy-dsl]]
name = "Sam Reed"
phone = "01632 960103"
"""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path, DEPUTIES + ACCOUNTS) as one:
        one.school.add_policy("Confidentiality")
        one.school.add_person("Lee")
        one.sign_in("head@example.org")
        yield one


def filled(desk: Desk, path: str, **fields: str) -> dict[str, str]:
    return {**desk.hidden(path), **fields}


def first_lines(desk: Desk, path: str = "/policies") -> str:
    found = re.search(r'<\w+ class="safety".*?</(?:aside|section|div)>', desk.browser.get(path).text, re.S)
    assert found
    return found[0]


def test_whoever_stands_in_shows_on_pages_site_and_waiting_mail_at_once_and_ends(desk: Desk) -> None:
    desk.school.plan()
    assert "Pat Marsh" in first_lines(desk)
    answer = desk.browser.post(COVER, data=filled(desk, COVER, who="deputy-dsl/Sam Reed", until=MONDAY.isoformat()))
    assert answer.status_code == 303
    page = desk.page(answer.headers["location"])
    assert "Sam Reed stands in for Pat Marsh as Designated Safeguarding Lead today" in page
    assert "no copy is made again" in page
    page = desk.page(COVER)
    assert "Sam Reed (01632 960103) is covering for Pat Marsh as Designated Safeguarding Lead today." in page
    assert "leads today" not in page
    assert "Pat Marsh" not in first_lines(desk)
    site = "".join(path.read_text() for path in desk.school.config.staff_site.glob("*.html"))
    assert "Sam Reed" in site
    assert "Pat Marsh" not in site
    desk.school.deliver()
    sent = desk.mails()[-1].get_body(("plain",))
    assert sent is not None
    assert "Sam Reed" in sent.get_content()
    assert "Pat Marsh" not in sent.get_content()
    assert "cover-set" in desk.records()
    assert "The lead is back" in desk.page("/contacts")
    ended = desk.browser.post(END, data=filled(desk, END))
    assert "The Designated Safeguarding Lead is back" in desk.page(ended.headers["location"])
    assert "Pat Marsh" in first_lines(desk)
    assert desk.records()[-1] == "cover-ended"
    assert "Nobody stands in today" in desk.page(END)


def test_what_cannot_be_is_said_above_the_form_and_changes_nothing(desk: Desk) -> None:
    late, far = (MONDAY - timedelta(days=1)).isoformat(), (MONDAY + timedelta(days=400)).isoformat()
    before = desk.records()
    for fields, said in (
        ({"who": "", "until": ""}, "Choose who stands in"),
        ({"who": "lado/Jo Hill", "until": ""}, "Choose who stands in"),
        ({"who": "deputy-dsl/Nobody Here", "until": ""}, "Choose who stands in"),
        ({"who": "deputy-dsl/Jo Hill", "until": "soon"}, "is not a day"),
        ({"who": "deputy-dsl/Jo Hill", "until": late}, "has passed"),
        ({"who": "deputy-dsl/Jo Hill", "until": far}, "more than a year away"),
    ):
        answer = desk.browser.post(COVER, data=filled(desk, COVER, **fields))
        assert answer.status_code == 422
        assert said in answer.text
        assert "--" not in re.sub(r"<!--.*?-->", "", answer.text.partition("<main")[0].partition("errors")[2])
    assert desk.records() == before
    assert "Pat Marsh" in first_lines(desk)


def test_whoever_is_away_is_marked_and_it_has_no_command_any_more(desk: Desk) -> None:
    desk.school.add_person("Reed", first_name="Sam", away_until=MONDAY + timedelta(days=3))
    page = desk.page(COVER)
    assert "Sam Reed, Deputy Designated Safeguarding Lead, 01632 960103: away, or left, by the staff list" in page
    assert "--cover" not in desk.page("/contacts")


def test_only_those_who_lead_may_say_it(desk: Desk) -> None:
    for account in ("gov@example.org", "it@example.org", "maths@example.org"):
        desk.sign_in(account)
        assert desk.browser.get(COVER).status_code == 403
        answer = desk.browser.post(COVER, data={"who": "deputy-dsl/Sam Reed", "form": desk.form("/sessions")})
        assert answer.status_code == 403
    assert "cover-set" not in desk.records()
