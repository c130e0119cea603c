"""Somebody who can write to the register, and knows the program but no key, cannot make a row that opens anything.

The forger is that of ``soak_ledger``: every hash and print that takes no key is made to agree.
"""

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.acknowledgements.links import person_token, resolve_token
from pipeline.register.people.persons import PersonRow, list_people
from pipeline.web.sessions import WRONG_CODES, make_code, make_machine_link, take_step
from tests.school import MONDAY, SECRET, at
from tests.soak_ledger.forging import forging
from tests.web.browser import Browser
from tests.web.desk import Desk, open_desk

HEAD = "head@example.org"
TOKEN = "a token that the forger made up"
_HASH = hashlib.sha256(TOKEN.encode()).hexdigest()
_CODE, _SALT = "12345678", "5a" * 16
_STRETCHED = hashlib.scrypt(_CODE.encode(), salt=bytes.fromhex(_SALT), n=2**14, r=8, p=1).hex()
_NOW = at(MONDAY, 10)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path) as opened:
        yield opened


def _path(desk: Desk) -> Path:
    path = desk.school.register.path
    assert path is not None
    return path


def _stored(moment: Any) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S.%f}"


def _insert(desk: Desk, table: str, **values: Any) -> None:
    names = ", ".join(values)
    with forging(_path(desk)) as forger:
        forger.driver.execute(
            f"INSERT INTO {table} (school, {names}) VALUES (?{', ?' * len(values)})", (forger.school, *values.values())
        )


def _set(desk: Desk, sql: str, *values: Any) -> None:
    with forging(_path(desk)) as forger:
        assert forger.driver.execute(sql, values).rowcount == 1


def _rows(desk: Desk, table: str) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(_path(desk))) as driver:
        driver.row_factory = sqlite3.Row
        return [dict(row) for row in driver.execute(f"SELECT * FROM {table} ORDER BY id")]


def _put_back(desk: Desk, table: str, row: dict[str, Any]) -> None:
    """Put a row of before in the place of what became of it, hash and all."""
    with forging(_path(desk)) as forger:
        forger.driver.execute(f"DELETE FROM {table} WHERE id = ?", (row["id"],))
        marks = ", ".join("?" * len(row))
        forger.driver.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", tuple(row.values()))


def _forged_session(**other: Any) -> dict[str, Any]:
    known = {
        "token_sha256": _HASH,
        "account": HEAD,
        "named": f"Hana Head ({HEAD})",
        "way": "machine",
        "browser": "Firefox on Linux",
        "opened_at": _stored(_NOW),
        "seen_at": _stored(_NOW),
        "ends_at": _stored(_NOW + timedelta(hours=11)),
        "step_until": _stored(_NOW + timedelta(hours=11)),
    }
    return known | other


def _with_cookie(desk: Desk, token: str) -> int:
    desk.browser.cookies.set(desk.sessions.cookie_name, token)
    return desk.browser.get("/").status_code


# --- forged -----------------------------------------------------------------------------------------------------------


def test_a_forged_session_of_the_head_opens_no_page(desk: Desk) -> None:
    _insert(desk, "web_session", **_forged_session())
    assert _with_cookie(desk, TOKEN) == 401


def test_a_session_of_the_computer_itself_cannot_be_forged_either(desk: Desk) -> None:
    _insert(desk, "web_session", **_forged_session(account=None, named="the office"))
    assert _with_cookie(desk, TOKEN) == 401


def test_nobody_makes_their_own_session_the_heads(desk: Desk) -> None:
    desk.sign_in("gov@example.org")
    assert desk.browser.get("/").status_code == 200
    _set(desk, "UPDATE web_session SET account = ?", HEAD)
    assert desk.browser.get("/").status_code == 401


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("named", "Hana Head"),
        ("way", "mail"),
        ("browser", "Safari on Mac"),
        ("opened_at", _stored(_NOW - timedelta(minutes=5))),
        ("ends_at", _stored(_NOW + timedelta(days=300))),
        ("step_until", _stored(_NOW + timedelta(days=300))),
        ("in_groups", "Policies.Owner"),
        ("id", 77),
    ],
)
def test_every_column_of_a_session_is_bound(desk: Desk, column: str, value: object) -> None:
    desk.sign_in("gov@example.org")
    _set(desk, f"UPDATE web_session SET {column} = ?", value)
    assert desk.browser.get("/").status_code == 401


def test_the_time_of_last_use_is_not_bound_and_a_session_in_use_goes_on(desk: Desk) -> None:
    desk.sign_in("gov@example.org")
    for minutes in (2, 10, 45):
        desk.now = _NOW + timedelta(minutes=minutes)
        assert desk.browser.get("/").status_code == 200


def test_the_code_of_one_row_is_none_for_another(desk: Desk) -> None:
    desk.sign_in("gov@example.org")
    with closing(Browser(desk.app, desk.base_url)) as elsewhere:
        desk.sign_in("it@example.org", elsewhere)
    mine, other = _rows(desk, "web_session")
    if "mac" in mine:
        _insert(desk, "web_session", **_forged_session(mac=other["mac"]))
    else:
        _insert(desk, "web_session", **_forged_session())
    assert _with_cookie(desk, TOKEN) == 401


def test_a_forged_session_is_neither_listed_nor_given_a_code_nor_made_good_by_being_ended(desk: Desk) -> None:
    _insert(desk, "web_session", **_forged_session())
    desk.sign_in()
    assert "Hana Head" not in desk.page("/sessions")
    with pytest.raises(Exception, match="No session has the number"):
        make_code(desk.sessions.keeper, _rows(desk, "web_session")[0]["id"], by="the office")


def test_a_forged_link_signs_nobody_in(desk: Desk) -> None:
    _insert(
        desk, "sign_in_link", token_sha256=_HASH, account=HEAD, named="Hana Head", way="machine",
        made_at=_stored(_NOW), ends_at=_stored(_NOW + timedelta(hours=1)),
    )  # fmt: skip
    link = f"/sign-in/{TOKEN.replace(' ', '%20')}"
    assert desk.browser.get(link).status_code == 404
    assert desk.browser.post(link).status_code == 404
    assert _rows(desk, "web_session") == []


def test_a_link_for_a_governor_is_not_made_the_heads(desk: Desk) -> None:
    link = make_machine_link(desk.sessions.keeper, by="the office", account="gov@example.org")
    _set(desk, "UPDATE sign_in_link SET account = ?", HEAD)
    assert desk.browser.post(f"/sign-in/{link.token}").status_code == 404


def test_a_forged_code_gives_no_second_step(desk: Desk) -> None:
    desk.school.add_person("Marsh", first_name="Jo", email="jo.marsh@example.org")
    desk.sign_in_by_mail("jo.marsh@example.org")
    _insert(
        desk, "step_code", session=desk.number_of("jo.marsh@example.org"), salt=_SALT, code_hash=_STRETCHED, wrong=0,
        made_at=_stored(_NOW), ends_at=_stored(_NOW + timedelta(minutes=10)),
    )  # fmt: skip
    answer = desk.browser.post("/second-step", data={"form": desk.form("/sessions"), "code": _CODE, "then": "/"})
    assert answer.status_code == 422


# --- put back ---------------------------------------------------------------------------------------------------------


def test_a_session_that_was_ended_opens_nothing_when_its_row_is_put_back(desk: Desk) -> None:
    desk.sign_in("gov@example.org")
    (open_,) = _rows(desk, "web_session")
    token = desk.browser.cookies[desk.sessions.cookie_name]
    desk.browser.post("/sign-out")
    _put_back(desk, "web_session", open_)
    assert _with_cookie(desk, token) == 401


def test_a_session_from_before_its_second_step_opens_nothing_when_its_row_is_put_back(desk: Desk) -> None:
    desk.school.add_person("Marsh", first_name="Jo", email="jo.marsh@example.org")
    desk.sign_in_by_mail("jo.marsh@example.org")
    (before,), token = _rows(desk, "web_session"), desk.browser.cookies[desk.sessions.cookie_name]
    code = make_code(desk.sessions.keeper, before["id"], by="the office").code
    answer = desk.browser.post("/second-step", data={"form": desk.form("/sessions"), "code": code, "then": "/"})
    assert answer.status_code == 303
    assert desk.browser.get("/").status_code == 200
    _put_back(desk, "web_session", before)
    assert _with_cookie(desk, token) == 401


def test_a_link_that_was_used_signs_nobody_in_when_its_row_is_put_back(desk: Desk) -> None:
    link = make_machine_link(desk.sessions.keeper, by="the office", account="gov@example.org")
    (unused,) = _rows(desk, "sign_in_link")
    assert desk.browser.post(f"/sign-in/{link.token}").status_code == 303
    _put_back(desk, "sign_in_link", unused)
    with closing(Browser(desk.app, desk.base_url)) as elsewhere:
        assert elsewhere.post(f"/sign-in/{link.token}").status_code == 404


def test_a_code_that_was_used_or_guessed_at_counts_no_more_when_its_row_is_put_back(desk: Desk) -> None:
    desk.sign_in("gov@example.org")
    number = desk.number_of("gov@example.org")
    code = make_code(desk.sessions.keeper, number, by="the office").code
    (fresh,) = _rows(desk, "step_code")
    who = desk.sessions.who(_request(desk))
    assert who is not None
    for _ in range(WRONG_CODES + 3):
        assert take_step(desk.sessions.keeper, who, "00000000") is None
        _put_back(desk, "step_code", fresh)
    assert take_step(desk.sessions.keeper, who, code) is None
    used = make_code(desk.sessions.keeper, number, by="the office").code
    unspent = _rows(desk, "step_code")[-1]
    assert take_step(desk.sessions.keeper, who, used) is not None
    _put_back(desk, "step_code", unspent)
    assert take_step(desk.sessions.keeper, who, used) is None


def _request(desk: Desk) -> Any:
    from starlette.requests import Request

    token = desk.browser.cookies[desk.sessions.cookie_name]
    cookie = f"{desk.sessions.cookie_name}={token}".encode()
    return Request({"type": "http", "method": "GET", "path": "/", "headers": [(b"cookie", cookie)]})


# --- personal links ---------------------------------------------------------------------------------------------------


def _opens(desk: Desk, token: str) -> PersonRow | None:
    with desk.school.register.reading() as tx:
        return resolve_token(tx, desk.school.key, SECRET, token, MONDAY)


def _person(desk: Desk, last_name: str) -> PersonRow:
    with desk.school.register.reading() as tx:
        return next(row for row in list_people(tx, desk.school.key, MONDAY) if row.person.last_name == last_name)


def test_a_personal_link_that_was_revoked_opens_nothing_when_its_row_is_put_back(desk: Desk) -> None:
    desk.school.add_person("Abbot", first_name="Ann", email="ann@example.org")
    row = _person(desk, "Abbot")
    token = person_token(SECRET, desk.school.key, row)
    assert _opens(desk, token) is not None
    (before,) = _rows(desk, "person")
    _revoke(desk, row)
    assert _opens(desk, token) is None
    _put_back(desk, "person", before)
    assert _opens(desk, token) is None


def _revoke(desk: Desk, row: PersonRow) -> None:
    from pipeline.people.by_hand import with_new_link
    from pipeline.register.deciding import deciding

    with deciding(desk.school.register, desk.school.root, "the office", desk.now) as decision:
        with_new_link(decision, row, MONDAY)


@pytest.mark.parametrize(
    ("column", "value"),
    [("first_name", "Hana"), ("last_name", "Head"), ("work_email", HEAD), ("token_key", "made-up"), ("id", 77)],
)
def test_nobody_makes_their_own_page_somebody_elses(desk: Desk, column: str, value: object) -> None:
    desk.school.add_person("Abbot", first_name="Ann", email="ann@example.org")
    row = _person(desk, "Abbot")
    with forging(_path(desk)) as forger:
        forger.driver.execute(f"UPDATE person SET {column} = ?", (value,))
        if column == "id":
            forger.driver.execute("UPDATE engagement SET person = ?", (value,))
    forged = _person(desk, "Head" if column == "last_name" else "Abbot")
    assert _opens(desk, person_token(SECRET, desk.school.key, row)) is None
    assert _opens(desk, person_token(SECRET, desk.school.key, forged)) is None


def test_a_page_goes_on_opening_after_a_new_name_and_a_new_address(desk: Desk) -> None:
    from dataclasses import replace

    from pipeline.register.people.changes import change_person

    desk.school.add_person("Abbot", first_name="Ann", email="ann@example.org")
    row = _person(desk, "Abbot")
    token = person_token(SECRET, desk.school.key, row)
    after = replace(row.person, last_name="Bell", work_email="ann.bell@example.org")
    with desk.school.register.transaction() as tx:
        change_person(tx, desk.school.key, row, after, MONDAY, desk.now)
    found = _opens(desk, token)
    assert found is not None
    assert found.person.last_name == "Bell"


def test_what_only_looks_whole_is_not_made_good_by_the_next_use_of_it(desk: Desk) -> None:
    """Noting that it was seen, refused or ended gives a forged row no code."""
    _insert(desk, "web_session", **_forged_session())
    _insert(
        desk, "sign_in_link", token_sha256=_HASH, account=HEAD, named="Hana Head", way="machine",
        made_at=_stored(_NOW), ends_at=_stored(_NOW + timedelta(hours=1)),
    )  # fmt: skip
    desk.now = _NOW + timedelta(minutes=5)
    for _ in range(2):
        assert _with_cookie(desk, TOKEN) == 401
        assert desk.browser.post(f"/sign-in/{TOKEN.replace(' ', '%20')}").status_code == 404
