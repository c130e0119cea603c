"""Delivering mail over SMTP: the whole outbox, against bare sockets and against a loop of ``yagmail.send``."""

import getpass
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline.config import load_config
from pipeline.mail.outbox import Seams, deliver
from pipeline.mail.routes.conversation import stuffed
from pipeline.model.people import Person
from pipeline.model.policies import RevisionKind
from pipeline.register.people.changes import add_people
from pipeline.register.policies.policies import add_policy
from pipeline.register.store.database import open_register
from tests.benchmarks.measuring import Row
from tests.mail.test_postfix import running_postfix
from tests.school import MONDAY, School, at

_MAILS = 200
_BY_YAGMAIL = 40
_ROUNDS = 3
_CONNECTIONS = (2, 8)
_FAR_CONNECTIONS = 12
"""Over a long line more connections pay; at most 20 can be set."""
_ROUND_TRIP_MS = 30
_TAKES_ALL = """
virtual_mailbox_domains =
smtpd_recipient_restrictions = permit_mynetworks, reject
default_transport = discard:
"""
_ATTACHMENT = random.Random(1).randbytes(200 * 1024)
_TOML = """
[calendar]
terms = ["2026-09-01..2026-12-18"]
[mail]
route = "smtp"
host = "127.0.0.1"
port = {port}
security = "none"
from = "Office <office@example.org>"
confirm_above = 0
connections = {connections}
"""


def measure() -> list[Row]:
    """Time the same mails in turn: by the outbox, over bare sockets, by yagmail alone; of 2 and of 200 policies."""
    with tempfile.TemporaryDirectory() as folder:
        few, many = (_fill(Path(folder) / str(policies), policies) for policies in (2, 200))
        with _sink() as port:
            near = [_race(few, port, connections, Path(folder) / f"near-{connections}") for connections in _CONNECTIONS]
            wide = _side_by_side(few, many, port, Path(folder))
        with _sink(_ROUND_TRIP_MS) as port:
            far = _race(few, port, _FAR_CONNECTIONS, Path(folder) / "far", yagmail=True)
        rows = [*_rows_of(near, wide), *_far_rows(far)]
        return [*rows, *_postfix_rows(few, Path(folder))]


@dataclass(frozen=True)
class _Race:
    """Mails a second, each the median of a few rounds in turn."""

    connections: int
    ours: float
    bare: float
    yagmail: float


def _race(filled: Path, port: int, connections: int, root: Path, *, yagmail: bool = True) -> _Race:
    content = _mail_bytes()
    rounds = [
        (
            _deliver(filled, root.with_name(f"{root.name}-{number}"), port, connections),
            _bare_sockets(port, content, connections),
            _yagmail_loop(port, filled) if yagmail else 1.0,
        )
        for number in range(_ROUNDS)
    ]
    return _Race(connections, *(statistics.median(taken) for taken in zip(*rounds, strict=True)))


def _side_by_side(few: Path, many: Path, port: int, folder: Path) -> tuple[float, float]:
    """Return mails a second of 2 and of 200 policies."""
    rounds = [
        tuple(
            _deliver(filled, folder / f"{name}-{number}", port, _CONNECTIONS[0])
            for name, filled in (("of-few", few), ("of-many", many))
        )
        for number in range(_ROUNDS)
    ]
    one, other = (statistics.median(taken) for taken in zip(*rounds, strict=True))
    return one, other


def _rows_of(near: Sequence[_Race], wide: tuple[float, float]) -> list[Row]:
    rows = []
    for race in near:
        what = f"mails delivered a second, 200 KB attached, {race.connections} connections"
        rows += [
            Row(what, f"{race.ours:,.0f}"),
            Row("  against bare sockets", f"{race.ours / race.bare:.2f}", "≥ 0.5", f"{race.bare:,.0f} a second"),
            Row(
                "  against a loop of yagmail.send",
                f"{race.ours / race.yagmail:.1f}",
                "≥ 4",
                f"{race.yagmail:,.0f} a second",
            ),
        ]
    few, many = wide
    return [*rows, Row("a mail of 200 policies against one of 2", f"{few / many:.2f}", "1.0", f"{1000 / many:.1f} ms")]


def _far_rows(far: _Race) -> list[Row]:
    where = f"round trip of {_ROUND_TRIP_MS} ms, {far.connections} connections"
    return [
        Row(f"mails a second, {where}", f"{far.ours:,.0f}"),
        Row("  against a loop of yagmail.send", f"{far.ours / far.yagmail:.1f}", "≥ 25", f"{far.yagmail:.1f} a second"),
        Row("  against bare sockets", f"{far.ours / far.bare:.2f}", "", f"{far.bare:,.0f} a second"),
    ]


def _postfix_rows(filled: Path, folder: Path) -> list[Row]:
    """Time the same against a real Postfix, which writes each mail to its queue before it says that it has it."""
    if shutil.which("postfix") is None or getpass.getuser() != "root":
        return [Row("mails a second to Postfix", "not measured", "", "Postfix is not here, or this is not root")]
    with tempfile.TemporaryDirectory(prefix="postfix-") as place:
        Path(place).chmod(0o755)
        with running_postfix(Path(place), _TAKES_ALL) as server:
            race = _race(filled, server.port, _CONNECTIONS[-1], folder / "postfix")
    return [
        Row(f"mails a second to Postfix, {race.connections} connections", f"{race.ours:,.0f}"),
        Row("  against bare sockets", f"{race.ours / race.bare:.2f}", "≥ 0.5", f"{race.bare:,.0f} a second"),
        Row(
            "  against a loop of yagmail.send",
            f"{race.ours / race.yagmail:.1f}",
            "≥ 4",
            f"{race.yagmail:,.0f} a second",
        ),
    ]


@contextmanager
def _sink(round_trip_ms: int = 0) -> Iterator[int]:
    command = [sys.executable, "-m", "tests.benchmarks.mail_sink", str(round_trip_ms)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        yield int(process.stdout.readline())
        process.stdin.close()


def _fill(root: Path, policies: int) -> Path:
    """Lay out a school of so many policies, one of which everybody is asked to read; return its folder."""
    with School(root, _settings(1, 1)) as school:
        with school.register.transaction() as tx:
            asked = add_policy(tx, school.key, "child-protection", "Child protection", "child-protection", at(MONDAY))
        version = school.add_version(asked.id, RevisionKind.ADOPTED, title="Child protection", copy=False)
        school.add_copy(version, padding=_ATTACHMENT)
        for number in range(policies - 1):
            school.add_policy(f"Policy {number}", None)
        people = [
            Person(f"p{n}", "Kim", f"Lee{n}", f"lee{n}@example.org", "Teacher", None, None) for n in range(_MAILS)
        ]
        keys = iter(range(_MAILS))
        with school.register.transaction() as tx:
            add_people(tx, school.key, people, "staff.csv", lambda: f"key-{next(keys)}", MONDAY, at(MONDAY))
        school.plan()
        assert len(school.messages()) == _MAILS
    return root


def _settings(port: int, connections: int) -> str:
    return _TOML.format(port=port, connections=connections)


def _deliver(filled: Path, root: Path, port: int, connections: int) -> float:
    """Deliver a copy of a school's outbox; return mails a second."""
    shutil.copytree(filled, root)
    settings = (root / "config.toml").read_text(encoding="utf-8")
    (root / "config.toml").write_text(settings.replace(_settings(1, 1), _settings(port, connections)), encoding="utf-8")
    config = load_config(root / "config.toml")
    name, zone = config.school.name, config.school.time_zone
    with closing(open_register(config.register_.url, root=root, school_name=name, time_zone=zone)) as register:
        began = time.perf_counter()
        report = deliver(register, config, today=MONDAY, now=at(MONDAY), environ={}, seams=Seams())
        taken = time.perf_counter() - began
    shutil.rmtree(root)
    assert report.sent == _MAILS, report
    return _MAILS / taken


def _mail_bytes() -> bytes:
    """Return a mail as large as those of the outbox."""
    return (
        b"Subject: A mail\r\n\r\n"
        + b"x" * 70
        + b"\r\n" * 40
        + (b"A" * 76 + b"\r\n") * (len(_ATTACHMENT) * 4 // 3 // 76)
    )


def _bare_sockets(port: int, content: bytes, connections: int) -> float:
    """Push the same number of mails through as many connections, commands pipelined; return mails a second."""
    body = stuffed(content)

    def push(number: int) -> None:
        with socket.create_connection(("127.0.0.1", port)) as line, line.makefile("rb") as answers:
            answers.readline()
            line.sendall(b"EHLO bench\r\n")
            while answers.readline()[3:4] == b"-":
                pass
            for _ in range(number):
                line.sendall(b"MAIL FROM:<office@example.org>\r\nRCPT TO:<lee1@example.org>\r\nDATA\r\n")
                for _ in range(3):
                    answers.readline()
                line.sendall(body)
                assert answers.readline().startswith(b"250")

    began = time.perf_counter()
    with ThreadPoolExecutor(connections) as pool:
        list(pool.map(push, [_MAILS // connections] * connections))
    return _MAILS / (time.perf_counter() - began)


def _yagmail_loop(port: int, filled: Path) -> float:
    """Send as its documentation shows, a mail at a time; return mails a second."""
    import yagmail

    [copy] = (filled / "distribution" / "copies").glob("C1V1.pdf")
    client = yagmail.Client(
        user="office@example.org",
        password="",
        host="127.0.0.1",
        port=port,
        smtp_ssl=False,
        smtp_starttls=False,
        smtp_skip_login=True,
        soft_email_validation=False,
    )
    began = time.perf_counter()
    for number in range(_BY_YAGMAIL):
        client.send(f"lee{number}@example.org", f"Please read ({number})", ["Please read it."], attachments=[str(copy)])
    taken = time.perf_counter() - began
    client.close()
    return _BY_YAGMAIL / taken
