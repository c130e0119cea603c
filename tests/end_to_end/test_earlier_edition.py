"""A workspace that an earlier edition has worked in: everything it knew is known still, and nobody is told twice."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from pipeline.private_files import write_file
from tests.end_to_end.conftest import Answer, School

EARLIER = Path(__file__).resolve().parents[1] / "resources" / "earlier_edition"
LAST_RUN = "2025-11-27"
KEYS = {
    "ledger-key": "22a1b28c348107eb56fe68b88b4c828b5ce4f6205af041f1636d01afa8ed0bca\n",
    "secret-key": "vX0mpwTBaUKtXWlKH3KK1B_FfTtJxs_NyIS-JaRhNd4\n",
}
"""Of this register of invented people alone."""
SHOWN: dict[str, list[dict[str, Any]]] = json.loads((EARLIER / "shown.json").read_text(encoding="utf-8"))


@pytest.fixture
def carried_over(tmp_path: Path, call: Callable[..., Answer]) -> School:
    """The earlier edition's workspace, as its last run left it."""
    root = tmp_path / "school"
    shutil.copytree(EARLIER, root, ignore=shutil.ignore_patterns("register.sql", "shown.json"))
    (root / "distribution").mkdir(mode=0o700)
    with closing(sqlite3.connect(root / "distribution" / "register.sqlite3")) as register:
        register.executescript((EARLIER / "register.sql").read_text(encoding="utf-8"))
    (root / ".secrets").mkdir(mode=0o700)
    for name, key in KEYS.items():
        write_file(root / ".secrets" / name, key.encode("ascii"))
    return School(root, call)


def listed(school: School, *command: str) -> list[dict[str, Any]]:
    """Return what a command lists, with the fields that the earlier edition listed."""
    answer = school.policy(*command, "--json", today=LAST_RUN)
    assert answer.code == 0, answer.err
    entries = answer.json["policies"] if command == ("status",) else answer.json
    return [_like(entry, known) for entry, known in zip(entries, SHOWN[" ".join(command)], strict=True)]


def _like(entry: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    return {name: _like(entry[name], was) if isinstance(was, dict) else entry[name] for name, was in known.items()}


def test_what_an_earlier_edition_knew_is_shown_as_it_was(carried_over: School) -> None:
    for command in (("staff", "list"), ("acknowledge", "list"), ("status",)):
        assert listed(carried_over, *command) == SHOWN[" ".join(command)]
    verified = carried_over.policy("ledger", "verify", today=LAST_RUN)
    assert (verified.code, verified.out.splitlines()[0]) == (0, "The ledger is whole: 8 records, 3 signed heads.")


def test_nobody_an_earlier_edition_told_is_told_again(carried_over: School) -> None:
    # The earlier edition told nobody of new editions of guidance, nor of policies that nobody looks after.
    news = [("di.nash@example.org", "new edition of"), ("office@example.org", "for the school office")]
    for day in (LAST_RUN, LAST_RUN, "2025-11-28"):
        ran = carried_over.policy("run", today=day)
        assert ran.code == 0, ran.out
        told = sorted((str(mail["To"]), str(mail["Subject"])) for mail in carried_over.mails())
        assert [(to, words in subject) for (to, subject), (_, words) in zip(told, news, strict=True)] == [
            (to, True) for to, _ in news
        ]
    assert listed(carried_over, "acknowledge", "list") == SHOWN["acknowledge list"]
    assert carried_over.policy("run", today="2025-12-01").code == 0
    later = sorted(str(mail["To"]) for mail in carried_over.mails())
    assert later == sorted(
        [*(to for to, _ in news), "di.nash@example.org", "gil.rowe@example.org", "office@example.org"]
    )
    assert carried_over.policy("ledger", "verify").code == 0


def test_an_answer_asked_for_by_an_earlier_edition_closes_its_request(carried_over: School) -> None:
    recorded = carried_over.policy("acknowledge", "record", "W1", "staff-code-of-conduct", "--by", "Jo", today=LAST_RUN)
    assert recorded.code == 0, recorded.err
    states = {
        (line["person_id"], line["policy"]): line["state"] for line in listed(carried_over, "acknowledge", "list")
    }
    before = {(line["person_id"], line["policy"]): line["state"] for line in SHOWN["acknowledge list"]}
    assert states == before | {("W1", "staff-code-of-conduct"): "acknowledged"}
