"""A trust on disk with schools that have policies, people and a lead, and the command line run in it."""

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from pipeline.cli import run_command
from pipeline.register.store.database import Register, open_register
from pipeline.register.tables import schema
from tests.conftest import ROOT
from tests.policies.folders import policy_text

TODAY = "2026-11-24"
CONTACTS = """
[contacts.dsl]
name = "{lead}"
phone = "01632 960101"
email = "lead@example.org"
[contacts.office]
name = "School office"
phone = "01632 960100"
"""
LEADS = ("Sam Hillcrest", "Robin Ashdown", "Jo Fairweather", "Alex Brookes")
HEADINGS = "person_id,first_name,last_name,work_email,role,start_date,leave_date\n"


@dataclass
class Answer:
    """What one command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The JSON on stdout."""
        return json.loads(self.out)


@dataclass
class World:
    """A trust's folder."""

    root: Path

    def policy(self, *arguments: str, today: str = TODAY) -> Answer:
        """Run one command with the trust's folder as its workspace."""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run_command(["--workspace", str(self.root), "--today", today, *arguments])
        return Answer(code, out.getvalue(), err.getvalue())

    def start(self, *arguments: str, today: str = TODAY, program: str = "pipeline") -> "subprocess.Popen[str]":
        """Start a command as a process of its own; ``program``: a module of the tests' that runs commands, too."""
        words = [sys.executable, "-m", program, "--workspace", str(self.root), "--today", today, *arguments]
        environ = {**os.environ, "PYTHONPATH": str(ROOT)}
        # Where the tests run in the background Ctrl+C is ignored, and a process would inherit that.
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            return subprocess.Popen(
                words, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
            )
        finally:
            signal.signal(signal.SIGINT, before)

    def school(self, key: str) -> Path:
        """The workspace of a school."""
        return self.root / "schools" / key

    def add(self, key: str, name: str, *, policies: Sequence[str] = ("Lettings Policy",), people: int = 2) -> Path:
        """Add a school that has policies in date, people and a lead."""
        answer = self.policy("trust", "add", key, "--school", name)
        assert answer.code == 0, answer.err
        folder, number = self.school(key), len(list((self.root / "schools").iterdir()))
        with (folder / "config.toml").open("a", encoding="utf-8") as file:
            file.write(CONTACTS.format(lead=LEADS[number % len(LEADS)]))
        for title in policies:
            text = policy_text(title, school=name)
            (folder / "policies" / f"{title}.txt").write_text(text, encoding="utf-8")
        rows = [f"P{n},Pat,Reader{chr(97 + n)},reader{n}.{key}@example.org,Teacher,,\n" for n in range(people)]
        (folder / "staff.csv").write_text(HEADINGS + "".join(rows), encoding="utf-8")
        return folder

    def settings(self, text: str) -> None:
        """Add lines to trust.toml."""
        with (self.root / "trust.toml").open("a", encoding="utf-8") as file:
            file.write(text)

    def own(self, key: str, table: str, lines: str) -> None:
        """Write lines of a school's own below a heading that its file has already."""
        path = self.school(key) / "config.toml"
        text = path.read_text(encoding="utf-8")
        assert text.count(f"\n[{table}]\n") == 1
        path.write_text(text.replace(f"\n[{table}]\n", f"\n[{table}]\n{lines}\n"), encoding="utf-8")

    def register(self, key: str) -> Register:
        """Open a school's register; no command has to be at work."""
        return open_register(
            "distribution/register.sqlite3",
            root=self.school(key),
            school_name="",
            time_zone="Europe/London",
            create=False,
        )

    def letters(self, key: str) -> Counter[tuple[str, str]]:
        """Return how often each letter stands in a school's outbox, by recipient and subject."""
        with self.register(key) as register, register.reading() as tx:
            rows = tx.execute(select(schema.message.c.recipient, schema.message.c.subject))
            return Counter((row.recipient, row.subject) for row in rows)


def lay_out(folder: Path) -> World:
    """Lay out a trust with no school yet, in which everybody signs every policy."""
    world = World(folder)
    answer = world.policy("trust", "init", str(folder), "--name", "Vale Learning Trust")
    assert answer.code == 0, answer.err
    world.settings('\n[every_school.reading]\ndefault = "sign"\n')
    return world


def holder_of(lock: Path) -> int | None:
    """Return which process holds an OS lock on a file, as Linux tells it; None for nobody."""
    try:
        inode = lock.stat().st_ino
    except OSError:
        return None
    for line in Path("/proc/locks").read_text(encoding="ascii").splitlines():
        words = line.split()
        if "->" not in words and words[5].rpartition(":")[2] == str(inode):
            return int(words[4])
    return None
