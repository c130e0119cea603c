"""Declarations on the desk: counted apart from readings, recorded by somebody else, and never what was declared."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.register.readings.declarations import DeclarationAnswer, DeclarationMethod
from tests.declaring import GIFTS, asked, said, say
from tests.school import MONDAY
from tests.web.desk import ACCOUNTS, Desk, open_desk

LIST = "/readings/declarations"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path, ACCOUNTS + GIFTS) as one:
        one.school.add_policy("Confidentiality", None)
        for name in ("Lee", "Day", "Ash"):
            one.school.add_person(name)
        one.school.add_person("Marsh", email="jo.marsh@example.org", first_name="Jo")
        one.school.plan()
        one.sign_in("jo.marsh@example.org")
        yield one


def request_of(desk: Desk, last_name: str) -> tuple[int, int]:
    """The key of the person, and of what they are asked."""
    school = desk.school
    for one in asked(school):
        if school.find_person(one.person).person.last_name == last_name:
            return one.person, one.id
    raise AssertionError(last_name)


def test_whoever_wishes_to_declare_stands_first_until_it_is_recorded(desk: Desk) -> None:
    person, request = request_of(desk, "Lee")
    say(desk.school, desk.school.find_person(person), DeclarationAnswer.SOMETHING)
    page = desk.page(LIST)
    assert "0 nothing to declare, 0 spoke to the owner, 1 wishes to, 3 still to declare" in page
    assert page.index("Kim Lee: Gifts and hospitality") < page.index("Kim Ash: Gifts and hospitality")
    path = f"{LIST}/{request}"
    assert "not what they said" in desk.page(path)
    for fields in ({"how": ""}, {"how": "perhaps"}, {"on": "2026-12-24"}, {"on": ""}, {"on": "2026-11-01"}):
        answer = desk.send(path, **({"how": "in-person", "on": MONDAY.isoformat()} | fields))
        assert answer.status_code == 422, fields
    assert "Recorded: Kim Lee has declared in person, “Gifts and hospitality”" in desk.done(
        path, how="in-person", on=MONDAY.isoformat()
    )
    assert desk.records()[-1] == "declaration"
    last = said(desk.school)[-1]
    assert (last.answer, last.method) == (DeclarationAnswer.DECLARED, DeclarationMethod.IN_PERSON)
    assert "1 spoke to the owner, 3 still to declare" in desk.page(LIST)
    assert "It is recorded" in desk.page(path)
    again = desk.send(path, how="in-person", on=MONDAY.isoformat())
    assert again.status_code == 422
    assert "It is recorded" in again.text


def test_nobody_records_their_own(desk: Desk) -> None:
    _, request = request_of(desk, "Marsh")
    path = f"{LIST}/{request}"
    assert "your own declaration" in desk.page(path)
    answer = desk.send(path, how="nothing", on=MONDAY.isoformat())
    assert answer.status_code == 422
    assert said(desk.school) == ()


def test_governors_see_counts_and_no_name(desk: Desk) -> None:
    for path in ("/readings", "/figures"):
        assert "0 nothing to declare, 0 spoke to the owner, 4 still to declare" in desk.page(path)
    desk.sign_in("gov@example.org")
    for path in ("/readings", "/figures"):
        assert "0 nothing to declare, 0 spoke to the owner, 4 still to declare" in desk.page(path)
        assert "Kim Lee" not in desk.page(path)
    assert desk.browser.get(LIST).status_code == 403
