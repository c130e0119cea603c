"""Nobody sees a name they may not: every page and form of the desk, for each right, with a school at work."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

import pytest

from pipeline.decisions.rights import Who
from pipeline.model.people import Right
from pipeline.register.people.persons import list_people
from pipeline.web.desk.forms import Form
from pipeline.web.desk.mail.mail_route import without_addresses
from pipeline.web.desk.routes import FORMS, PAGES
from tests.school import MONDAY
from tests.web.desk import Desk, open_desk
from tests.web.desks import address_of, fill

SEES_ALL = {Right.OWNER, Right.DEPUTY_OWNER, Right.BUSINESS_MANAGER, Right.HEAD}
ACCOUNTS = """
[accounts]
"the.owner@example.org" = "owner"
"the.deputy@example.org" = "deputy-owner"
"the.manager@example.org" = "business-manager"
"the.head@example.org" = "head"
"a.governor@example.org" = "governor"
"a.lead@example.org" = "head-of-team"
"a.provider@example.org" = "it"
[accounts.teams]
"a.lead@example.org" = "science & technology"
"""
ADDRESS = {
    Right.OWNER: "the.owner@example.org",
    Right.DEPUTY_OWNER: "the.deputy@example.org",
    Right.BUSINESS_MANAGER: "the.manager@example.org",
    Right.HEAD: "the.head@example.org",
    Right.GOVERNOR: "a.governor@example.org",
    Right.HEAD_OF_TEAM: "a.lead@example.org",
    Right.IT: "a.provider@example.org",
}
MORE = (
    "/people?state=left", "/people?state=late", "/people?q=Kim", "/people?team=%28no+team%29", "/people?page=2",
    "/policies/confidentiality/readers?state=late", "/policies/confidentiality/readers?q=Day", "/readings?team=Office",
    "/search?q=Kim", "/mailings/mails?q=Kim", "/policies?q=Kim", "/settings/accounts", "/settings/people.roles",
)  # fmt: skip


@dataclass
class Filled:
    """A school at work, and the addresses of its desk."""

    desk: Desk
    addresses: list[str]
    people: dict[str, int]
    forms: dict[str, Form]
    seen: dict[Right, dict[str, str]] = field(default_factory=dict)


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    with open_desk(tmp_path_factory.mktemp("rights"), ACCOUNTS) as desk:
        places = fill(desk.school)
        with desk.school.register.reading() as tx:
            people = {row.person.last_name: row.id for row in list_people(tx, desk.school.key, MONDAY)}
        paths = [address_of(path, places) for path in (*PAGES, *FORMS)]
        persons = [f"/people/{key}" for key in people.values()]
        forms = {address_of(path, places): form for path, form in FORMS.items()}
        yield Filled(desk, [*dict.fromkeys([*paths, *persons, *MORE])], people, forms)


def shown_to(school: Filled, right: Right) -> dict[str, str]:
    """Return every page that somebody with a right is shown, by its address."""
    school.desk.sign_in(ADDRESS[right])
    if right in school.seen:
        return school.seen[right]
    found = {}
    for address in school.addresses:
        answer = school.desk.browser.get(address)
        assert answer.status_code in (200, 403, 404), (right, address, answer.status_code)
        found[address] = answer.text
    shown = {address: text for address, text in found.items() if "is not yours to see" not in text}
    school.seen[right] = shown
    return shown


@pytest.mark.parametrize("right", list(Right))
def test_no_page_names_anybody_to_whom_it_may_not(school: Filled, right: Right) -> None:
    pages = shown_to(school, right)
    hidden = set(school.people) if right not in SEES_ALL else set()
    if right is Right.HEAD_OF_TEAM:
        hidden -= {"Lee"}
    assert len(school.people) == 5
    for address, text in pages.items():
        for name in hidden:
            assert f"Kim {name}" not in text, (right, address)
            assert f"{name.lower()}@example.org" not in text, (right, address)
    named = [address for address, text in pages.items() if "Kim Lee" in text]
    assert bool(named) is (right in SEES_ALL or right is Right.HEAD_OF_TEAM)


@pytest.mark.parametrize("right", list(Right))
def test_the_navigation_and_every_link_lead_where_one_may_go(school: Filled, right: Right) -> None:
    pages = shown_to(school, right)
    links = {
        link.replace("&amp;", "&"): address
        for address, text in pages.items()
        for link in re.findall(r'href="(/[^"#]*)', text)
        if not link.startswith(("/c/", "/style", "/logo")) and link.replace("&amp;", "&") not in school.addresses
    }
    refused = {address for address in school.addresses if address not in pages}
    for address, text in pages.items():
        assert refused.intersection(re.findall(r'href="(/[^"#]*)', text)) == set(), (right, address)
    for link, address in links.items():
        answer = school.desk.browser.get(link)
        assert answer.status_code in (200, 303, 404), (right, address, link, answer.status_code)


@pytest.mark.parametrize("right", list(Right))
def test_nobody_sends_a_form_that_is_not_theirs(school: Filled, right: Right) -> None:
    desk = school.desk
    desk.sign_in(ADDRESS[right])
    before, token = desk.records(), desk.form("/sessions")
    who = Who(0, ADDRESS[right], "", frozenset({right}))
    refused = [path for path, form in school.forms.items() if not who.may(form.action)]
    assert refused
    for path in refused:
        assert desk.browser.post(path, data={"form": token}).status_code == 403, (right, path)
    assert desk.records() == before


JUNK = ("", "a\0\x1b[31m", "9" * 5000, "<script>alert(1)</script>", "😀 ² ١٢")
ODD = ("9" * 30, "dsl.name", "²")


@pytest.mark.slow
def test_no_form_fails_on_what_is_typed_into_it_or_into_its_address(tmp_path: Path) -> None:
    """Whatever somebody fills in, or writes into an address, is taken or refused with words, and never a fault."""
    with open_desk(tmp_path, ACCOUNTS) as desk:
        places, failed = fill(desk.school), []
        desk.sign_in()
        token = desk.form("/sessions")
        for path in FORMS:
            address = address_of(path, places)
            names = set(re.findall(r'<(?:input|select|textarea)[^>]* name="([^"]+)"', desk.browser.get(address).text))
            for junk in JUNK:
                sent = {**dict.fromkeys(names | {"shown", "answer", "reason"}, junk), "form": token, "once": ""}
                answer = desk.browser.post(address, data=sent)
                failed += [(path, junk[:20])] if answer.status_code >= 500 or "<script>alert" in answer.text else []
            for odd, name in product(ODD, re.findall(r"\{(\w+)\}", path)):
                address = address_of(path, places, **{name: odd})
                fields = {"form": token, "reason": "r", "shown": "1"}
                answers = (desk.browser.get(address), desk.browser.post(address, data=fields))
                failed += [(address[:80], "address") for answer in answers if answer.status_code >= 500]
        assert not failed


def test_a_head_of_team_sees_the_readings_of_their_own_team(school: Filled) -> None:
    desk = school.desk
    desk.sign_in(ADDRESS[Right.HEAD_OF_TEAM])
    assert "Kim Lee" in desk.page("/people")
    page = desk.page(f"/people/{school.people['Lee']}")
    assert "Confidentiality" in page
    assert "lee@example.org" not in page
    assert "policy acknowledge" not in page
    assert desk.browser.get(f"/people/{school.people['Day0']}").status_code == 404
    assert "of your team who are to sign it" in desk.page("/policies/confidentiality/readers")
    assert "Who of your team has read what" in desk.page("/")


def test_a_governor_has_every_figure_on_one_page(school: Filled) -> None:
    desk = school.desk
    desk.sign_in(ADDRESS[Right.GOVERNOR])
    page = desk.page("/figures")
    assert "Attendance" in page
    assert "readings recorded" in page
    assert "Reviews in the next twelve months" in page
    assert 'href="/people"' not in desk.browser.get("/").text


def test_the_it_provider_has_mail_route_settings_and_sessions(school: Filled) -> None:
    desk = school.desk
    desk.sign_in(ADDRESS[Right.IT])
    assert "Mail is written into a folder, and nothing is sent" in desk.page("/mail-route")
    assert "Mail route" in desk.page("/settings")
    home = desk.browser.get("/").text
    assert all(f'href="{link}"' in home for link in ("/mail-route", "/settings", "/sessions", "/figures"))
    assert 'action="/search"' not in home


def test_what_a_mail_server_says_is_shown_without_whom_it_is_about() -> None:
    said = "550 5.1.1 <k.lee@example.org>: no such mailbox; see o'neil+x@mail.example.org"
    assert without_addresses(said) == "550 5.1.1 …@example.org: no such mailbox; see …@mail.example.org"
