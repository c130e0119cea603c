"""Connections that never end: real sockets against a server in a process of its own."""

import contextlib
import logging
import re
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from pipeline.web.limits import LIMITS, fit_to_process
from pipeline.web.quiet_log import MOST_A_MINUTE, FewOfAKind
from tests.school import TOML

_ROOT = Path(__file__).resolve().parent.parent.parent
_PROGRAM = """
import dataclasses, sys
from datetime import UTC, datetime
from pathlib import Path
from pipeline.config import load_config
from pipeline.schedule import Work
from pipeline.web import limits
from pipeline.web.app import build_app
from pipeline.web.server import serve

limits.fit_to_process = lambda fit=limits.fit_to_process: dataclasses.replace(fit(), head=3.0, body=3.0, unread=3.0)
serve(
    load_config(Path(sys.argv[1]) / "config.toml"), build_app,
    lambda register, stop: Work(lambda now: None, lambda now: None, lambda now: False),
    clock=lambda: datetime.now(UTC), environ={"POLICY_SECRET_KEY": "a secret of the tests, long enough"},
    say=lambda line: print(line, flush=True), port=0, scheduler=False,
)
"""


_HALF_A_BODY = (
    b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 99\r\n"
    b"\r\naddress="
)


class _Server:
    def __init__(self, root: Path) -> None:
        (root / "config.toml").write_text(TOML, encoding="utf-8")
        self.log = root / "log"
        self._log_began = 0
        with self.log.open("wb") as stream:
            self.process = subprocess.Popen(
                [sys.executable, "-c", _PROGRAM, str(root)], cwd=_ROOT, stdout=subprocess.PIPE, stderr=stream
            )
        assert self.process.stdout is not None
        found = re.search(rb"http://([\d.]+):(\d+)", self.process.stdout.readline())
        assert found
        self.host, self.port = found[1].decode(), int(found[2])
        self.address = f"http://{self.host}:{self.port}"

    def connect(self, count: int, sent: bytes = b"") -> list[socket.socket]:
        opened = []
        for _ in range(count):
            one = socket.create_connection((self.host, self.port), timeout=20)
            if sent:
                # The server may have given its place to another already.
                with contextlib.suppress(OSError):
                    one.sendall(sent)
            opened.append(one)
        return opened

    def answers_within(self, seconds: float) -> bool:
        began = time.monotonic()
        return httpx.get(f"{self.address}/healthz", timeout=seconds).status_code == 200 and (
            time.monotonic() - began <= seconds
        )

    def begin_log(self) -> None:
        self._log_began = self.log.stat().st_size

    def new_log(self) -> str:
        return self.log.read_bytes()[self._log_began :].decode("utf-8")

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate(timeout=30)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Server]:
    started = _Server(tmp_path_factory.mktemp("served"))
    yield started
    started.close()


@pytest.fixture
def server(running: _Server) -> _Server:
    """The running server, once nobody is connected to it, and its log from here on."""
    for _ in range(200):
        with socket.create_connection((running.host, running.port), timeout=20) as one:
            one.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            if one.recv(15).startswith(b"HTTP/1.1 200"):
                break
    running.begin_log()
    return running


def _is_closed(one: socket.socket, seconds: float) -> bool:
    one.settimeout(seconds)
    try:
        return one.recv(1) == b""
    except ConnectionError:
        return True
    except TimeoutError:
        return False


@contextlib.contextmanager
def _connected(server: _Server, count: int, sent: bytes = b"") -> Iterator[list[socket.socket]]:
    sockets = server.connect(count, sent)
    try:
        yield sockets
    finally:
        _close(sockets)


def _close(sockets: list[socket.socket]) -> None:
    for one in sockets:
        one.close()


@pytest.mark.parametrize(
    "sent",
    [b"", b"GET / HTTP/1.1\r\nHost: x\r\n", _HALF_A_BODY],
    ids=["silent", "half a head", "half a body"],
)
def test_three_hundred_half_sent_are_closed_and_a_page_answers_meanwhile(server: _Server, sent: bytes) -> None:
    with _connected(server, 300, sent) as sockets:
        began = time.monotonic()
        assert server.answers_within(2)
        closed = sum(_is_closed(one, max(0.1, began + 10 - time.monotonic())) for one in sockets)
    assert closed == 300
    assert len(server.new_log()) < 20_000


def test_at_twelve_hundred_connections_it_answers_and_says_little(server: _Server) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 2000:
        pytest.skip("this process may not open so many itself")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 2000), hard))
    try:
        with _connected(server, 1200, b"GET / HTTP/1.1\r\n"):
            assert server.answers_within(5)
            with _connected(server, 100):
                assert server.answers_within(5)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert len(server.new_log()) < 20_000


def test_sigterm_ends_it_in_time_whatever_is_open(tmp_path: Path) -> None:
    server = _Server(tmp_path)
    try:
        with (
            _connected(server, 100),
            _connected(server, 100, b"GET / HTTP/1.1\r\n"),
            _connected(server, 100, _HALF_A_BODY),
        ):
            began = time.monotonic()
            server.process.send_signal(signal.SIGTERM)
            assert server.process.wait(timeout=20) == 0
            assert time.monotonic() - began < 8
    finally:
        server.close()
    assert "Traceback" not in server.new_log()
    assert len(server.new_log()) < 20_000


def test_requests_broken_off_are_a_line_each_and_few(server: _Server) -> None:
    _close(server.connect(60, _HALF_A_BODY))
    _close(server.connect(60, b"what is this\r\n\r\n"))
    time.sleep(0.5)
    assert server.answers_within(5)
    lines = server.new_log().splitlines()
    # Tests before this one may have had this minute's lines already.
    assert 1 <= server.log.read_text(encoding="utf-8").count("broken off") <= 3 * MOST_A_MINUTE
    assert len(lines) <= 2 * MOST_A_MINUTE
    assert not any("Traceback" in line for line in lines)


def test_a_body_without_end_and_one_without_an_answer_are_let_go(server: _Server) -> None:
    head = b"POST /sign-out HTTP/1.1\r\nHost: x\r\nContent-Length: 500000000\r\n\r\n"
    with _connected(server, 1, head) as (one,):
        one.settimeout(10)
        sent = 0
        with contextlib.suppress(OSError):
            while sent < 50_000_000:
                sent += one.send(b"x" * 65536)
    assert sent < 50_000_000


def test_a_body_that_comes_behind_its_answer_does_not_cost_the_answer(server: _Server) -> None:
    head = b"POST /sign-in/x HTTP/1.1\r\nHost: x\r\nContent-Length: 40000\r\n\r\n"
    with _connected(server, 1, head) as (one,):
        assert one.recv(4096).startswith(b"HTTP/1.1 404")
        time.sleep(0.3)
        one.sendall(b"x" * 40000)
        time.sleep(0.3)
        one.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(0.5)
        assert b"HTTP/1.1 200" in one.recv(65536)


def _whole_answer(line: socket.socket) -> bytes:
    """Read head and body of a health answer, in however many pieces they come."""
    said = b""
    while not said.endswith(b"}") and (piece := line.recv(4096)):
        said += piece
    return said


def test_a_request_that_comes_slowly_but_in_time_is_answered_and_the_next_on_it_too(server: _Server) -> None:
    with _connected(server, 1) as (one,):
        for piece in (b"GET /healthz HT", b"TP/1.1\r\nHost: x\r\n", b"\r\n"):
            time.sleep(0.3)
            one.sendall(piece)
        assert _whole_answer(one).startswith(b"HTTP/1.1 200")
        time.sleep(3.5)
        one.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert _whole_answer(one).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("lengths", [
    b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n",
    b"transfer-encoding: chunked\r\nCONTENT-LENGTH: 0\r\n",
])  # fmt: skip
def test_a_request_that_says_its_length_twice_is_refused_and_nothing_of_it_is_taken_for_another(
    server: _Server, lengths: bytes
) -> None:
    hidden = b"0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    with _connected(server, 1, b"POST /sign-in HTTP/1.1\r\nHost: x\r\n" + lengths + b"\r\n" + hidden) as (one,):
        one.settimeout(20)
        answered = b""
        with contextlib.suppress(ConnectionError):
            while piece := one.recv(4096):
                answered += piece
    assert answered.startswith(b"HTTP/1.1 400")
    assert answered.count(b"HTTP/1.1") == 1
    chunked = b"POST /sign-in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    with _connected(server, 1, chunked) as (one,):
        assert one.recv(12) == b"HTTP/1.1 422", "one length is as good as the other"


def test_connections_fit_into_what_the_process_may_hold() -> None:
    fitted = fit_to_process()
    assert 20 <= fitted.connections <= LIMITS.connections
    assert fitted.connections < resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def test_lines_of_one_kind_are_counted_and_told_when_the_minute_is_over() -> None:
    now = [0.0]
    few = FewOfAKind(lambda: now[0])

    def record(words: str) -> logging.LogRecord:
        return logging.LogRecord("pipeline.web", logging.WARNING, "", 0, words, None, None)

    assert sum(few.filter(record("broken")) for _ in range(50)) == MOST_A_MINUTE
    assert few.filter(record("another"))
    now[0] = 61.0
    later = record("broken")
    assert few.filter(later)
    assert later.getMessage() == "broken (and 30 more like it, left out)"
