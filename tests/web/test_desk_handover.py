"""Whoever runs the program leaves, from the desk: shown first, a named right, a second step, nobody for themself."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.config import load_config
from pipeline.handover.plan import KIND
from pipeline.register.ledger.words import positions_of
from tests.web.desk import ACCOUNTS, Desk, open_desk
from tests.web.test_desk_settings import hidden, send

OWNER, HEAD = "jo.marsh@example.org", "head@example.org"
SAM = "Sam Reed <sam.reed@example.org>"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path, ACCOUNTS) as one:
        yield one


def _accounts(desk: Desk) -> set[str]:
    return set(load_config(desk.school.root / "config.toml").accounts.people)


def test_it_is_shown_before_it_counts_and_whoever_decides_stays_signed_in(desk: Desk) -> None:
    desk.sign_in(HEAD)
    before = _accounts(desk)
    shown = send(desk, "/handover", **{"from": OWNER, "to": SAM})
    assert shown.status_code == 200
    assert "may not sign in to the desk any more; Sam Reed may, as owner" in shown.text
    assert _accounts(desk) == before
    looked = shown.text.partition('name="looked" value="')[2].partition('"')[0]
    done = desk.browser.post("/handover", data={**hidden(shown), "from": OWNER, "to": SAM, "looked": looked})
    assert done.status_code == 303
    assert "handover-2026-11-23.pdf" in desk.browser.get(done.headers["location"]).text
    assert _accounts(desk) == (before - {OWNER}) | {"sam.reed@example.org"}
    with desk.school.register.reading() as tx:
        [(_, words)] = positions_of(tx, desk.school.key, KIND)
    assert HEAD in words["actor"]
    again = send(desk, "/handover", **{"from": OWNER, "to": SAM})
    assert "nothing left to hand over" in again.text


def test_something_else_than_was_shown_is_shown_anew(desk: Desk) -> None:
    desk.sign_in(HEAD)
    shown = send(desk, "/handover", **{"from": OWNER, "to": SAM, "looked": "0" * 20})
    assert (shown.status_code, "Check what will happen" in shown.text) == (200, True)
    assert OWNER in _accounts(desk)


def test_what_is_missing_or_for_oneself_is_refused_at_its_field(desk: Desk) -> None:
    desk.sign_in(HEAD)
    for to, said in (("", "Say who follows"), (HEAD, "Nobody takes over for themself"), ("Nora Unknown", "Give both")):
        answer = send(desk, "/handover", **{"from": OWNER, "to": to})
        assert (answer.status_code, said in answer.text) == (422, True), to


def test_it_is_for_owner_and_head_and_wants_a_second_step(desk: Desk) -> None:
    desk.sign_in("office@example.org")
    assert desk.browser.get("/handover").status_code == 403
    assert 'href="/handover"' not in desk.browser.get("/owners").text
    desk.sign_in_by_mail(OWNER)
    assert desk.browser.get("/handover").headers["location"].startswith("/second-step")
