"""What works in the middle of a run, and what becomes of one that is killed: real programs, a real mail server."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.parser import BytesHeaderParser
from functools import cache
from pathlib import Path

import httpx
import pytest

from tests.end_to_end.conftest import TODAY, School, stocked_with_pages
from tests.end_to_end.test_serve import forms_of, serving
from tests.mail.servers import ScriptedServer, scripted

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="kills with SIGKILL")]

SURNAMES = [
    "Abbott", "Barker", "Carter", "Dawson", "Ellis", "Fraser", "Gibson", "Hughes", "Ingram", "Jarvis", "Kerr", "Lamb",
    "Mason", "Nolan", "Osborne", "Parker", "Quinn", "Rowe", "Sutton", "Turner", "Usher", "Vance", "Walton", "Yates",
]  # fmt: skip
STAFF = {f"kim.{name.casefold()}@example.org" for name in SURNAMES}


class SlowServer:
    """A mail server that takes so many mails at once and then waits to be told to go on."""

    def __init__(self, first: int) -> None:
        self.first = first
        self.go_on = threading.Event()
        self.waiting = threading.Event()

    def __call__(self, step: str, number: int) -> str | None:
        if step == "mail" and number >= self.first:
            self.waiting.set()
            assert self.go_on.wait(timeout=30)
        return None


@contextmanager
def slow_server(first: int) -> Iterator[tuple[SlowServer, ScriptedServer]]:
    slow = SlowServer(first)
    with scripted(slow) as server:
        try:
            yield slow, server
        finally:
            slow.go_on.set()


def mail_by(school: School, server: ScriptedServer) -> None:
    """Let the school send by the server without confirmation, to many people."""
    school.send_by(server.port)
    school.configure("confirm_above = 20", "confirm_above = 0")
    lines = ["person_id,first_name,last_name,work_email,role,start_date,leave_date"]
    lines += [
        f"t{n},Kim,{name},kim.{name.casefold()}@example.org,Teacher,2020-09-01," for n, name in enumerate(SURNAMES)
    ]
    (school.root / "staff.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture(scope="module")
def with_copies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """West Park School with its copies made, links to pages in what it mails, and nobody asked to read yet."""
    return stocked_with_pages(tmp_path_factory)


BEGUN: "list[subprocess.Popen[str]]" = []


@pytest.fixture(autouse=True)
def none_left_running() -> Iterator[None]:
    """End what a test that failed has begun and left."""
    yield
    while BEGUN:
        process = BEGUN.pop()
        if process.poll() is None:
            process.kill()
            process.communicate(timeout=30)


def begin(school: School, *command: str, today: str = TODAY) -> "subprocess.Popen[str]":
    """Start a command as a program of its own."""
    root = str(Path(__file__).resolve().parents[2])
    process = subprocess.Popen(
        [sys.executable, "-m", "pipeline", "--workspace", str(school.root), "--today", today, *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": root},
    )
    BEGUN.append(process)
    return process


def end(process: "subprocess.Popen[str]") -> int:
    """Wait for a program and return its exit code."""
    process.communicate(timeout=120)
    return process.returncode


@cache
def header(content: bytes, name: str) -> str:
    """Return a line of a mail's head, which is looked at again and again while a run goes on.

    What is attached takes most of the time that a whole mail takes to read.
    """
    head = content.partition(b"\r\n\r\n")[0]
    return str(BytesHeaderParser(policy=policy.default).parsebytes(head)[name])


def ids(server: ScriptedServer) -> Counter[str]:
    """Return how often each mail was taken."""
    return Counter(header(content, "Message-ID") for content in server.taken)


def readers(server: ScriptedServer) -> set[str]:
    """Return whom the server took mail for."""
    found = {header(content, "To") for content in server.taken}
    return {address for address in found if address.startswith("kim.")}


def wait_until(holds: Callable[[], bool], seconds: float = 120.0) -> None:
    """Wait until something holds."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_decisions_and_pages_work_in_the_middle_of_a_mailing(stocked: School) -> None:
    with slow_server(first=6) as (slow, server):
        mail_by(stocked, server)
        run = begin(stocked, "run")
        assert slow.waiting.wait(timeout=120)
        recorded = stocked.policy("acknowledge", "record", "t0", "confidentiality", "--by", "Sam Office")
        assert (recorded.code, recorded.err) == (0, "")
        approved = stocked.policy("approve", "confidentiality", "--on", TODAY, "--by", "Full Governing Body")
        assert (approved.code, approved.err) == (0, "")
        with serving(stocked, "--no-scheduler") as (address, _, _), httpx.Client(base_url=address) as browser:
            acknowledge(browser, server)
        paused = stocked.policy("send", "--pause")
        assert paused.code == 0
        slow.go_on.set()
        assert end(run) == 0
    taken = len(readers(server))
    # What was in somebody's hands when the mailing was paused still goes; nothing else does.
    assert 6 <= taken < len(STAFF) - 4
    lines = stocked.policy("acknowledge", "list", "--json").json
    assert Counter(line["method"] for line in lines if line["state"] == "acknowledged") == {"paper": 1, "page": 1}
    assert stocked.policy("ledger", "verify").code == 0
    with scripted() as again:
        stocked.configure(f"port = {server.port}", f"port = {again.port}")
        assert stocked.policy("send", "--resume").code == 0
    assert readers(server) | readers(again) == STAFF
    assert not readers(server) & readers(again)


def acknowledge(browser: httpx.Client, server: ScriptedServer) -> None:
    """Record a reading on the page that the first mail leads to."""
    mails = [message_from_bytes(content, policy=policy.default) for content in server.taken]
    mail = next(mail for mail in mails if str(mail["To"]).startswith("kim."))
    body = mail.get_body(("plain",))  # type: ignore[attr-defined]
    found = re.search(r"https://policies\.example\.org(/my/\S+)", body.get_content())
    assert found is not None
    path = found.group(1)
    page = browser.get(path)
    assert page.status_code == 200
    action, fields = forms_of(page.text)[-1]
    surname = str(mail["To"]).partition("@")[0].removeprefix("kim.")
    answered = {key: surname if value == "SURNAME" else value for key, value in fields.items()}
    assert browser.post(action or path, data=answered).status_code == 303


def test_cancelling_in_the_middle_stops_what_has_not_gone_for_good(stocked: School) -> None:
    with slow_server(first=4) as (slow, server):
        mail_by(stocked, server)
        run = begin(stocked, "run")
        assert slow.waiting.wait(timeout=120)
        assert stocked.policy("send", "--cancel").code == 0
        slow.go_on.set()
        assert end(run) == 0
        taken = readers(server)
        assert 4 <= len(taken) <= 8
        assert stocked.policy("run").code == 0
        assert stocked.policy("deliver").code == 0
        assert readers(server) == taken


def test_a_run_killed_while_it_sends_is_taken_over_by_the_next_delivery(stocked: School) -> None:
    with slow_server(first=5) as (slow, server):
        mail_by(stocked, server)
        run = begin(stocked, "run")
        assert slow.waiting.wait(timeout=120)
        run.kill()
        assert end(run) == -signal.SIGKILL
        slow.go_on.set()
        delivered = stocked.policy("--json", "deliver")
    assert delivered.code == 0
    assert delivered.json["sent"] > len(STAFF) - 8
    assert readers(server) == STAFF
    # At most the mails in the hands of its two connections went twice, under the same Message-ID.
    assert sum(ids(server).values()) - len(ids(server)) <= 2


def test_a_run_killed_while_it_gathers_leaves_the_next_one_all_its_work(west_park: School) -> None:
    with scripted() as server:
        mail_by(west_park, server)
        run = begin(west_park, "run")
        register = west_park.root / "distribution" / "register.sqlite3"
        wait_until(register.exists)
        wait_until(lambda: any((west_park.root / "distribution").glob("copies/*.pdf")))
        run.kill()
        assert end(run) == -signal.SIGKILL
        assert server.taken == []
        assert west_park.policy("run").code == 0
    assert readers(server) == STAFF
    assert set(ids(server).values()) == {1}


def test_two_programs_deliver_at_once_and_each_mail_goes_once(stocked: School) -> None:
    with slow_server(first=0) as (slow, server):
        mail_by(stocked, server)
        run = begin(stocked, "run")
        assert slow.waiting.wait(timeout=120)
        others = [begin(stocked, "deliver") for _ in range(2)]
        wait_until(lambda: len(server.sessions) >= 3)
        slow.go_on.set()
        assert [end(process) for process in (run, *others)] == [0, 0, 0]
    assert readers(server) == STAFF
    assert set(ids(server).values()) == {1}


def test_of_two_runs_at_once_the_second_says_so_and_nothing_is_lost(west_park: School) -> None:
    mail_by_folder = west_park.root / "distribution" / "outbox"
    run = begin(west_park, "run")
    wait_until(lambda: any((west_park.root / "distribution").glob("copies/*.pdf")))
    second = west_park.policy("run")
    assert second.code == 6
    assert second.err.startswith("Another run is using the register ")
    assert "Wait until it has finished" in second.err
    assert end(run) == 0
    mails = sorted(path.name for path in mail_by_folder.glob("*.eml"))
    assert mails
    assert west_park.policy("run").code == 0
    assert sorted(path.name for path in mail_by_folder.glob("*.eml")) == mails


def test_a_killed_server_is_taken_over_by_the_next_on_the_same_day(stocked: School) -> None:
    with slow_server(first=5) as (slow, server):
        mail_by(stocked, server)
        served = begin(stocked, "serve", "--port", "0")
        assert slow.waiting.wait(timeout=120)
        served.kill()
        assert end(served) == -signal.SIGKILL
        slow.go_on.set()
        with serving(stocked) as (address, _, _):
            wait_until(lambda: len(readers(server)) == len(STAFF))
            wait_until(lambda: httpx.get(f"{address}/healthz").json()["last_ran_at"] is not None)
    assert sum(ids(server).values()) - len(ids(server)) <= 2


def test_a_mail_put_off_is_tried_again_when_it_is_due_without_a_run(stocked: School) -> None:
    busy = True

    def script(step: str, number: int) -> str | None:
        return "450 busy" if step == "rcpt" and number == 0 and busy else None

    with scripted(script) as server:
        mail_by(stocked, server)
        assert stocked.policy("run").code == 5
        assert len(readers(server)) == len(STAFF) - 1
        assert stocked.policy("--json", "deliver").json["sent"] == 0
        # The next day it is due by the clock, whatever the hour; no run is made.
        assert stocked.policy("--json", "deliver", today="2026-11-25").json["sent"] == 1
    assert readers(server) == STAFF


def test_two_servers_and_a_run_by_cron_mail_everybody_once_though_one_is_killed(stocked: School) -> None:
    with slow_server(first=0) as (slow, server):
        mail_by(stocked, server)
        serves = ("serve", "--port", "0")
        killed = begin(stocked, *serves)
        assert slow.waiting.wait(timeout=120)
        # It has planned, and is about to hand over the first mail.
        other, by_cron = begin(stocked, *serves), begin(stocked, "run")
        wait_until(lambda: len(server.sessions) >= 4)
        killed.kill()
        assert end(killed) == -signal.SIGKILL
        slow.go_on.set()
        assert end(by_cron) in (0, 5)
        wait_until(lambda: readers(server) == STAFF and (stocked.policy("--json", "deliver").json["sent"] == 0))
        other.send_signal(signal.SIGTERM)
        assert end(other) == 0
    assert set(ids(server).values()) == {1}
