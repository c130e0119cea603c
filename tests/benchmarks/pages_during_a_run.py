"""Readings recorded on the pages while a run plans and sends: 2,000 staff, 60 policies, 50 readings a second."""

import asyncio
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import httpx

from pipeline.acknowledgements.links import find_secret, form_token, person_token
from pipeline.config import Config, load_config
from pipeline.register.people.persons import list_people
from pipeline.register.policies.policies import versions_in_force
from pipeline.register.store.database import open_register
from tests.benchmarks.measuring import Row, seconds
from tests.benchmarks.policies import write_policies
from tests.mail.servers import ScriptedServer, scripted

_STAFF, _POLICIES = 2_000, 60
_A_SECOND = 50
_MOST = 6_000
_TODAY = "2026-11-24"


@dataclass(frozen=True)
class Reading:
    """One form, ready to be posted."""

    path: str
    fields: dict[str, str]


@dataclass
class Answers:
    """What came of the forms posted."""

    taken: list[float] = field(default_factory=list)
    """Seconds from the moment a form was due to be posted to its answer."""
    statuses: Counter[int] = field(default_factory=Counter)

    def percentile(self, share: float) -> float:
        """Return the milliseconds that ``share`` of the answers stayed within."""
        ordered = sorted(self.taken)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000


def measure() -> list[Row]:
    """Make a workspace, write its first letters to the folder, then send all by mail while readings come in."""
    with tempfile.TemporaryDirectory() as folder, scripted() as server:
        workspace = Path(folder) / "school"
        first = seconds(lambda: make_school(workspace))
        send_by(workspace, server)
        with serving(workspace) as served:
            address = served.address
            run = program(workspace, "run")
            began = time.perf_counter()
            answers = asyncio.run(_post_all(address, list_readings(workspace), lambda: run.poll() is None))
            run.wait()
            taken = time.perf_counter() - began
            quiet = asyncio.run(_post_all(address, list_readings(workspace)[:500], lambda: True))
    sent = len(server.taken)
    rows = [
        Row(f"first run, {_STAFF:,} staff, {_POLICIES} policies", f"{first:.1f} s", "", "folder route"),
        Row(
            "second run, all sent to a server that takes it",
            f"{taken:.1f} s",
            "",
            f"{sent:,} mails, exit {run.returncode}",
        ),
    ]
    return [*rows, *_rows("during the run", answers), *_rows("without a run", quiet)]


def _rows(when: str, answers: Answers) -> list[Row]:
    others = {status: count for status, count in answers.statuses.items() if status != 303}
    return [
        Row(f"readings recorded {when}", f"{answers.statuses[303]:,}", "", f"other answers: {others or 'none'}"),
        Row(f"  half within, {when}", f"{statistics.median(answers.taken) * 1000:.0f} ms"),
        Row(f"  99 of 100 within, {when}", f"{answers.percentile(0.99):.0f} ms", "≤ 100 ms"),
        Row(f"  the slowest, {when}", f"{max(answers.taken) * 1000:.0f} ms"),
    ]


def make_school(workspace: Path, *, staff: int = _STAFF, policies: int = _POLICIES) -> None:
    """Lay out the workspace and do its first run, on the folder route."""
    run_to_end(workspace.parent, "init", str(workspace), "--school", "Westhaven School")
    write_policies(workspace / "policies", policies)
    lines = ["person_id,first_name,last_name,work_email,role,start_date,leave_date"]
    lines += [f"t{n},Kim,{_surname(n)},reader{n}@example.org,Teacher,2020-09-01," for n in range(staff)]
    (workspace / "staff.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    change(workspace, 'base_url = ""', 'base_url = "https://policies.example.org"')
    change(workspace, 'default = "catalogue"', 'default = "sign"')
    run_to_end(workspace, "run")


def _surname(number: int) -> str:
    letters = "abcdefghijklmnoprstuvw"
    return "R" + "".join(letters[number // len(letters) ** place % len(letters)] for place in range(4))


def send_by(workspace: Path, server: ScriptedServer) -> None:
    """Let the school send by ``server`` from now on: everybody is written to afresh."""
    change(workspace, 'route = "folder"', 'route = "smtp"')
    change(workspace, 'from = ""', 'from = "School office <office@example.org>"')
    change(workspace, 'host = ""', 'host = "127.0.0.1"')
    change(workspace, "port = 587", f"port = {server.port}")
    change(workspace, 'security = "starttls"', 'security = "none"')
    change(workspace, "confirm_above = 20", "confirm_above = 0")


def change(workspace: Path, old: str, new: str) -> None:
    """Change a line of the workspace's configuration."""
    path = workspace / "config.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def list_readings(workspace: Path) -> list[Reading]:
    """Return forms of people not used before, each of another person, one policy after the other."""
    made = all_readings(workspace, backwards=bool(_used))[:_MOST]
    _used.append(len(made))
    return made


_used: list[int] = []


def all_readings(workspace: Path, *, backwards: bool = False) -> list[Reading]:
    """Return a form of each person for each policy, one policy after the other; ``backwards``: the last one first."""
    config: Config = load_config(workspace / "config.toml")
    secret = find_secret(config, {}) or ""
    school = config.school
    with open_register(
        config.register_.url, root=workspace, school_name=school.name, time_zone=school.time_zone, create=False
    ) as register:
        with register.reading() as tx:
            people = list_people(tx, register.school, date.fromisoformat(_TODAY))
            versions = list(versions_in_force(tx, register.school).values())
        school_key = register.school
    made = []
    for version in reversed(versions) if backwards else versions:
        for row in people:
            token = form_token(secret, school_key, row, policy_id=version.policy_id, version_id=version.id)
            fields = {"form": token, "read": "yes", "surname": row.person.last_name}
            made.append(Reading(f"/my/{person_token(secret, school_key, row)}", fields))
    return made


async def _post_all(address: str, readings: Sequence[Reading], going: object) -> Answers:
    """Post one form after the other at their rate, whether or not those before were answered, while ``going``."""
    answers = Answers()
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=100)
    async with httpx.AsyncClient(base_url=address, limits=limits, timeout=60) as client:
        began, posting = time.perf_counter(), []
        for number, reading in enumerate(readings):
            due = began + number / _A_SECOND
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            if not going():  # type: ignore[operator]
                break
            posting.append(asyncio.create_task(_post(client, reading, due, answers)))
        await asyncio.gather(*posting)
    return answers


async def _post(client: httpx.AsyncClient, reading: Reading, due: float, answers: Answers) -> None:
    response = await client.post(reading.path, data=reading.fields)
    answers.taken.append(time.perf_counter() - due)
    answers.statuses[response.status_code] += 1


@dataclass(frozen=True)
class Serving:
    """A program that serves a workspace's pages."""

    address: str
    pid: int


@contextmanager
def serving(workspace: Path) -> Iterator[Serving]:
    """Serve the workspace's pages from a program of their own."""
    process = program(workspace, "serve", "--no-scheduler", "--port", "0")
    assert process.stdout is not None
    try:
        address = ""
        while not address:
            line = process.stdout.readline()
            assert line, "the server ended"
            found = re.search(r"http://127\.0\.0\.1:\d+", line)
            address = found.group() if found else ""
        threading.Thread(target=process.stdout.read, daemon=True).start()
        yield Serving(address, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)


def run_to_end(workspace: Path, *arguments: str) -> None:
    """Run a command to its end."""
    process = program(workspace, *arguments)
    process.communicate()
    assert process.returncode == 0


def program(workspace: Path, *arguments: str) -> "subprocess.Popen[str]":
    """Start a command in a workspace, its output kept."""
    root = str(Path(__file__).resolve().parents[2])
    before = ["--workspace", str(workspace), "--today", _TODAY] if (workspace / "config.toml").exists() else []
    return subprocess.Popen(
        [sys.executable, "-m", "pipeline", *before, *arguments],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": root},
    )
