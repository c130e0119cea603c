"""Readers who press the button at once: recorded together, answered once it is kept, and none lost with another."""

import http.client
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import event, select

from pipeline.acknowledgements.links import form_token, person_token
from pipeline.acknowledgements.record import GivenWord, RecordingOutcome
from pipeline.acknowledgements.together import MOST_TOGETHER, RecordingTogether
from pipeline.errors import RegisterError
from pipeline.model.readings import AcknowledgementMethod
from pipeline.register.ledger.check import Against, verify
from pipeline.register.ledger.head_file import read_outside
from pipeline.register.ledger.key import ledger_key_in, load_or_make_key
from pipeline.register.readings.requests import list_acknowledgements
from pipeline.register.tables.schema import ledger_record
from pipeline.secret_sources import link_secret_path
from tests.conftest import ROOT
from tests.school import MONDAY, SECRET, School, at

CLIENTS = 20


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    """A school with two policies."""
    with School(tmp_path) as opened:
        for title in ("Behaviour", "Confidentiality"):
            opened.add_policy(title)
        yield opened


def words(school: School, readers: int) -> list[GivenWord]:
    """Return the word of some new readers for every policy."""
    rows = [school.add_person(f"Reader {number}") for number in range(readers)]
    return [
        GivenWord(row.id, policy, policy, AcknowledgementMethod.PAGE, at(MONDAY)) for row in rows for policy in (1, 2)
    ]


def at_once(work: list[Callable[[], object]]) -> list[object]:
    """Do each in a thread of its own; return what each came to, an exception where it raised one."""
    came: dict[int, object] = {}

    def do(number: int) -> None:
        try:
            came[number] = work[number]()
        except Exception as error:
            came[number] = error

    threads = [threading.Thread(target=do, args=(number,)) for number in range(len(work))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return [came[number] for number in range(len(work))]


@contextmanager
def writing(school: School) -> Iterator[None]:
    """Keep the register for as long as the ``with`` statement lasts, so that a line forms before it."""
    inside, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with school.register.transaction():
            inside.set()
            leave.wait(timeout=60)

    holder = threading.Thread(target=hold)
    holder.start()
    inside.wait(timeout=60)
    yield
    leave.set()
    holder.join()


def recorded_behind_a_writer(school: School, given: list[GivenWord]) -> list[object]:
    """Record words that all wait in line before any of them is written."""
    together = RecordingTogether(school.register)

    def record(one: GivenWord) -> RecordingOutcome:
        return together.record(school.config, one, today=MONDAY, now=at(MONDAY)).outcome

    with writing(school):
        came: list[object] = []
        rest = threading.Thread(target=lambda: came.extend(at_once([lambda one=one: record(one) for one in given])))
        rest.start()
        while len(together._line) < len(given) - 1:
            rest.join(timeout=0.01)
    rest.join()
    return came


def test_those_who_wait_go_into_one_transaction_and_the_ledger_has_each(school: School) -> None:
    given = words(school, 10)
    began: list[object] = []
    event.listen(school.register._writer, "commit", began.append)
    assert recorded_behind_a_writer(school, given) == [RecordingOutcome.RECORDED] * 20
    # The writer's own, that of who came first, and one for all behind.
    assert len(began) == 3
    with school.register.reading() as tx:
        check = verify(tx, school.key)
        held = list_acknowledgements(tx, school.key)
    assert (check.records, check.faults) == (20, ())
    assert [one.ledger_position for one in held] == list(range(20))
    assert {(one.person, one.policy_id) for one in held} == {(one.person, one.policy_id) for one in given}


def test_no_transaction_takes_more_than_the_most(school: School) -> None:
    given = words(school, MOST_TOGETHER // 2 + 2)
    began: list[object] = []
    event.listen(school.register._writer, "commit", began.append)
    assert recorded_behind_a_writer(school, given) == [RecordingOutcome.RECORDED] * len(given)
    assert len(began) == 4


def test_the_same_word_twice_in_one_transaction_is_recorded_once(school: School) -> None:
    first, second = words(school, 1)
    came = recorded_behind_a_writer(school, [second, first, first, first])
    assert sorted(map(str, came)) == [
        RecordingOutcome.ALREADY,
        RecordingOutcome.ALREADY,
        RecordingOutcome.RECORDED,
        RecordingOutcome.RECORDED,
    ]


def test_a_word_that_cannot_be_recorded_takes_no_other_with_it(school: School) -> None:
    given = words(school, 3)
    # A moment without its zone is refused by the register, in the middle of writing.
    given[3] = replace(given[3], at=at(MONDAY).replace(tzinfo=None))
    came = recorded_behind_a_writer(school, given)
    assert [one for one in came if isinstance(one, RecordingOutcome)] == [RecordingOutcome.RECORDED] * 5
    assert isinstance(came[3], Exception)
    with school.register.reading() as tx:
        assert (verify(tx, school.key).records, verify(tx, school.key).faults) == (5, ())


def test_a_register_that_cannot_be_written_tells_everybody_and_records_nothing(school: School) -> None:
    given = words(school, 3)
    assert school.register.path is not None
    moved = school.register.path.with_name("moved")
    together = RecordingTogether(school.register)
    school.register.path.rename(moved)
    record = [lambda one=one: together.record(school.config, one, today=MONDAY, now=at(MONDAY)) for one in given]
    came = at_once(record)
    assert all(isinstance(one, RegisterError) for one in came)
    moved.rename(school.register.path)
    assert {one.outcome for one in at_once(record)} == {RecordingOutcome.RECORDED}  # type: ignore[attr-defined]


# --- the server, killed ----------------------------------------------------------------------------------------------


class _Server:
    """``policy serve`` in a process of its own."""

    def __init__(self, root: Path) -> None:
        command = ["--workspace", str(root), "--today", MONDAY.isoformat(), "serve", "--no-scheduler", "--port", "0"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "pipeline", *command],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "POLICY_SECRET_KEY": SECRET},
        )
        assert self.process.stdout is not None
        found = re.search(r"http://\S+:\d+", self.process.stdout.readline())
        assert found
        self.address = found[0]

    def end(self, number: int) -> None:
        self.process.send_signal(number)
        self.process.communicate(timeout=30)


def _post_until_gone(
    server: _Server, forms: list[tuple[tuple[int, int], str, str]], kill_after: int
) -> set[tuple[int, int]]:
    """Post forms from many clients, kill the server in the middle, and return whose word it has confirmed."""
    confirmed: set[tuple[int, int]] = set()

    def post() -> None:
        client = http.client.HTTPConnection(server.address.removeprefix("http://"), timeout=30)
        with closing(client), suppress(OSError, http.client.HTTPException):
            while forms:
                key, path, body = forms.pop()
                client.request("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})
                answer = client.getresponse()
                answer.read()
                if answer.status == http.HTTPStatus.SEE_OTHER:
                    confirmed.add(key)
                if len(confirmed) == kill_after:
                    server.process.send_signal(signal.SIGKILL)

    assert not [one for one in at_once([post] * CLIENTS) if one is not None]
    return confirmed


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="kills a process as only these systems do")
def test_a_server_killed_while_many_record_has_lost_no_word_that_it_confirmed(tmp_path: Path) -> None:
    kept = link_secret_path(tmp_path)
    kept.parent.mkdir(mode=0o700)
    kept.write_text(SECRET, encoding="utf-8")
    kept.chmod(0o600)
    with School(tmp_path) as school:
        for number in range(4):
            school.add_policy(f"Policy {number}")
        forms = []
        for row in [school.add_person(f"Reader {letter}{other}") for letter in "abcdef" for other in "ghijk"]:
            path = f"/my/{person_token(SECRET, school.key, row)}"
            for policy in range(1, 5):
                token = form_token(SECRET, school.key, row, policy_id=policy, version_id=policy)
                fields = {"form": token, "read": "yes", "surname": row.person.last_name}
                forms.append(((row.id, policy), path, urlencode(fields)))
    server = _Server(tmp_path)
    confirmed = _post_until_gone(server, forms, kill_after=23)
    server.end(signal.SIGKILL)
    with School(tmp_path) as school, school.register.reading() as tx:
        held = list_acknowledgements(tx, school.key)
        assert confirmed <= {(one.person, one.policy_id) for one in held}
        about = ledger_record.c.record.like('%"kind":"acknowledgement"%')
        assert len(tx.execute(select(ledger_record).where(about)).all()) == len(held)
        assert verify(tx, school.key).faults == ()
        assert not school.register.find_damage()
    server = _Server(tmp_path)
    confirmed |= _post_until_gone(server, forms, 0)
    server.end(signal.SIGTERM)
    secrets = tmp_path / ".secrets"
    key = load_or_make_key(ledger_key_in(secrets))
    with School(tmp_path) as school, school.register.reading() as tx:
        held_now = {(one.person, one.policy_id) for one in list_acknowledgements(tx, school.key)}
        check = verify(
            tx, school.key, signed=True, public_key=key.public_key, against=Against(key, read_outside(secrets))
        )
    assert len(confirmed) > 60
    assert confirmed <= held_now
    assert (check.faults, check.notices) == ((), ())
