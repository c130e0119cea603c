"""Delivering mail over SMTP: the whole outbox, against bare sockets and against a loop of ``yagmail.send``."""

import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

from pipeline.config import load_config
from pipeline.mail.conversation import stuffed
from pipeline.mail.outbox import Seams, deliver
from pipeline.model import Person, RevisionKind
from pipeline.register.database import open_register
from pipeline.register.person_changes import add_people
from pipeline.register.policies import add_policy
from tests.benchmarks.measuring import Row
from tests.school import MONDAY, School, at

_MAILS = 200
_BY_YAGMAIL = 40
_ROUNDS = 3
_CONNECTIONS = 2
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
    with _sink() as port, tempfile.TemporaryDirectory() as folder:
        few, many = (_fill(Path(folder) / str(policies), port, policies) for policies in (2, 200))
        content = _mail_bytes(few)
        ours, bare, yagmail, wide = [], [], [], []
        for number in range(_ROUNDS):
            ours.append(_deliver(few, Path(folder) / f"few-{number}"))
            bare.append(_bare_sockets(port, content))
            yagmail.append(_yagmail_loop(port, few))
            wide.append(_deliver(many, Path(folder) / f"many-{number}"))
    one, limit, loop, with_many = (sorted(taken)[_ROUNDS // 2] for taken in (ours, bare, yagmail, wide))
    return [
        Row("mails delivered a second, 200 KB attached", f"{one:,.0f}", "", f"{_CONNECTIONS} connections, kept"),
        Row("  against bare sockets", f"{one / limit:.2f}", "≥ 0.5", f"{limit:,.0f} a second"),
        Row("  against a loop of yagmail.send", f"{one / loop:.1f}", "≥ 4", f"{loop:,.0f} a second"),
        Row("a mail of 200 policies against one of 2", f"{one / with_many:.2f}", "1.0", f"{1000 / with_many:.1f} ms"),
    ]


@contextmanager
def _sink() -> Iterator[int]:
    command = [sys.executable, "-m", "tests.benchmarks.mail_sink"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        yield int(process.stdout.readline())
        process.stdin.close()


def _fill(root: Path, port: int, policies: int) -> Path:
    """Lay out a school of so many policies, one of which everybody is asked to read; return its folder."""
    with School(root, _TOML.format(port=port, connections=_CONNECTIONS)) as school:
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


def _deliver(filled: Path, root: Path) -> float:
    """Deliver a copy of a school's outbox; return mails a second."""
    shutil.copytree(filled, root)
    config = load_config(root / "config.toml")
    name, zone = config.school.name, config.school.time_zone
    with closing(open_register(config.register_.url, root=root, school_name=name, time_zone=zone)) as register:
        began = time.perf_counter()
        report = deliver(register, config, today=MONDAY, now=at(MONDAY), environ={}, seams=Seams())
        taken = time.perf_counter() - began
    assert report.sent == _MAILS, report
    return _MAILS / taken


def _mail_bytes(filled: Path) -> bytes:
    """Return a mail as large as those of the outbox."""
    return (
        b"Subject: A mail\r\n\r\n"
        + b"x" * 70
        + b"\r\n" * 40
        + (b"A" * 76 + b"\r\n") * (len(_ATTACHMENT) * 4 // 3 // 76)
    )


def _bare_sockets(port: int, content: bytes) -> float:
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
    with ThreadPoolExecutor(_CONNECTIONS) as pool:
        list(pool.map(push, [_MAILS // _CONNECTIONS] * _CONNECTIONS))
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
