"""``policy sign-in``: links, codes, the list and its end, for people and for programs."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.cli import policy
from pipeline.web.own_address import find, noted
from tests.web.desk import Desk, open_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path) as opened:
        opened.now = datetime.now(UTC)
        yield opened


def _call(desk: Desk, *arguments: str) -> Result:
    return CliRunner().invoke(policy, ["--workspace", str(desk.school.root), "--as", "Jo Marsh", *arguments])


def _path(link: str) -> str:
    return "/sign-in/" + link.rpartition("/")[2]


def test_a_printed_link_signs_in_as_whoever_asked_for_it_or_as_an_account(desk: Desk) -> None:
    with noted("http://127.0.0.1:9", desk.school.config.distribution):
        told = _call(desk, "sign-in")
    assert "Sign in once, until" in told.stdout
    assert "http://127.0.0.1:9/sign-in/" in told.stdout
    assert "No 'policy serve' was found running here" in told.stdout
    printed = json.loads(_call(desk, "sign-in", "--json").stdout)
    assert printed["link"].startswith("http://127.0.0.1:8000/sign-in/")
    assert (printed["account"], printed["serving"]) == (None, False)
    assert desk.browser.post(_path(printed["link"])).status_code == 303
    assert "Jo Marsh" in desk.page("/sessions")
    head = json.loads(_call(desk, "sign-in", "--account", "HEAD@example.org", "--json").stdout)
    assert desk.browser.post(_path(head["link"])).status_code == 303
    assert "head@example.org" in desk.page("/sessions")


def test_sessions_are_listed_stepped_up_and_ended(desk: Desk) -> None:
    assert "Nobody is signed in." in _call(desk, "sign-in", "--list").stdout
    desk.sign_in_by_mail("head@example.org")
    (row,) = json.loads(_call(desk, "sign-in", "--list", "--json").stdout)
    assert (row["account"], row["way"], row["second_step_until"]) == ("head@example.org", "mail", None)
    number = str(row["session"])
    said = _call(desk, "sign-in", "--code", number).stdout
    assert "It is for head@example.org alone" in said
    code = json.loads(_call(desk, "sign-in", "--code", number, "--json").stdout)["code"]
    answer = desk.browser.post("/second-step", data={"form": desk.form("/second-step"), "code": code})
    assert answer.status_code == 303
    assert f"{number}  head@example.org" in _call(desk, "sign-in", "--list").stdout
    assert json.loads(_call(desk, "sign-in", "--revoke", "Head@example.org", "--json").stdout) == {
        "revoked": [int(number)]
    }
    assert desk.browser.get("/").status_code == 401
    assert "Nobody was signed in." in _call(desk, "sign-in", "--revoke", "all").stdout
    desk.sign_in()
    assert "Ended: " in _call(desk, "sign-in", "--revoke", "all").stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--account", "nobody@example.org"], "nobody@example.org has no account, or has left"),
        (["--code", "99"], "No session has the number 99 now"),
        (["--code", "0"], "is not in the range"),
        (["--revoke", "99"], "99 is no open session"),
        (["--list", "--revoke", "all"], "give one of them"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(desk: Desk, arguments: list[str], words: str) -> None:
    called = _call(desk, "sign-in", *arguments)
    assert called.exit_code != 0
    assert words in str(called.exception) + called.output


def test_the_note_of_another_server_stays(tmp_path: Path) -> None:
    with noted("http://127.0.0.1:1", tmp_path):
        with noted("http://127.0.0.1:2", tmp_path):
            assert find(tmp_path) == ("http://127.0.0.1:2", False)
        assert find(tmp_path) == ("http://127.0.0.1:8000", False)
