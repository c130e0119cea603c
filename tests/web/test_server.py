"""The server as a program: its address, its one-time link, its schedule, and that it stops when told to."""

import re
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from pipeline.config import load_config, parse_config
from pipeline.errors import UsageError
from pipeline.register.store.database import Register
from pipeline.schedule import Work
from pipeline.web.app import build_app
from pipeline.web.server import serve
from tests.school import TOML

_ROOT = Path(__file__).resolve().parent.parent.parent
_PROGRAM = """
    import sys, time
    from datetime import UTC, datetime
    from pathlib import Path
    from pipeline.config import load_config
    from pipeline.schedule import Work
    from pipeline.web.app import build_app
    from pipeline.web.server import serve

    def run(now):
        print("run begins", flush=True)
        time.sleep({seconds})
        print("run ended", flush=True)

    serve(
        load_config(Path(sys.argv[1]) / "config.toml"), build_app,
        lambda register, stop: Work(run, lambda now: None, lambda now: False), clock=lambda: datetime.now(UTC),
        environ={{"POLICY_SECRET_KEY": "a secret of the tests, long enough"}},
        say=lambda line: print(line, flush=True), port=0, scheduler={scheduler},
    )
    print("closed well", flush=True)
"""


class _Program:
    """A server in a process of its own."""

    def __init__(self, root: Path, *, seconds: float = 0.0, scheduler: bool = True) -> None:
        (root / "config.toml").write_text(TOML, encoding="utf-8")
        code = textwrap.dedent(_PROGRAM).format(seconds=seconds, scheduler=scheduler)
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, str(root)], cwd=_ROOT, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        assert self.process.stdout is not None
        self._output = self.process.stdout
        try:
            self.address = self.wait_for(r"Serving at (http://\S+)")
            self.sign_in = self.wait_for(r"Sign in .* with (http://\S+)")
        except BaseException:
            self.close()
            raise

    def wait_for(self, pattern: str) -> str:
        for line in self._output:
            if found := re.search(pattern, line):
                return found[found.lastindex or 0]
        raise AssertionError(f"the server ended without saying {pattern!r}")

    def end(self, number: int) -> tuple[int, float, str]:
        began = time.monotonic()
        self.process.send_signal(number)
        output, _ = self.process.communicate(timeout=30)
        return self.process.returncode, time.monotonic() - began, output

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(timeout=30)
        self._output.close()


@pytest.fixture
def started() -> Iterator[list[_Program]]:
    programs: list[_Program] = []
    yield programs
    for program in programs:
        program.close()


def test_server_says_where_it_is_runs_what_is_due_and_stops_on_sigterm(tmp_path: Path, started: list[_Program]) -> None:
    program = _Program(tmp_path)
    started.append(program)
    program.wait_for("run ended")
    health = httpx.get(program.address + "/healthz").json()
    assert health["status"] == "ok"
    assert httpx.get(program.sign_in).status_code == 200
    with httpx.Client() as client:
        answer = client.post(program.sign_in, follow_redirects=True)
        assert "Policies on" in answer.text
        assert "secure" not in client.get(program.address).headers.get("set-cookie", "").lower()
    code, seconds, output = program.end(signal.SIGTERM)
    assert (code, "closed well" in output) == (0, True)
    assert seconds < 5


def test_open_connections_and_a_run_in_progress_do_not_keep_it(tmp_path: Path, started: list[_Program]) -> None:
    program = _Program(tmp_path, seconds=600)
    started.append(program)
    program.wait_for("run begins")
    host, port = program.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as half_open:
        half_open.sendall(b"POST /my/x HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf")
        time.sleep(0.2)
        code, seconds, _ = program.end(signal.SIGTERM)
    assert code == 0
    assert seconds < 5


def test_ctrl_c_interrupts(tmp_path: Path, started: list[_Program]) -> None:
    program = _Program(tmp_path, scheduler=False)
    started.append(program)
    code, seconds, output = program.end(signal.SIGINT)
    assert code in (130, -signal.SIGINT)
    assert "closed well" not in output
    assert "run begins" not in output
    assert seconds < 5


def test_ctrl_c_in_mid_run_leaves_with_the_code_of_an_interruption(tmp_path: Path, started: list[_Program]) -> None:
    program = _Program(tmp_path, seconds=600)
    started.append(program)
    program.wait_for("run begins")
    code, seconds, _ = program.end(signal.SIGINT)
    assert code == 130
    assert seconds < 5


def test_address_in_use_is_said_in_a_sentence(tmp_path: Path) -> None:
    config = parse_config(TOML, root=tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"port {port} cannot be served: another program uses it"):
            serve(config, build_app, _no_work, clock=_clock, environ={}, say=_quiet, port=port)
    assert not (tmp_path / "distribution").exists()


@pytest.mark.parametrize(("host", "port"), [("192.0.2.1", 0), ("127.0.0.1", 99999)])
def test_address_that_is_not_this_machines_is_said(tmp_path: Path, host: str, port: int) -> None:
    with pytest.raises(UsageError, match="cannot be served"):
        serve(
            parse_config("", root=tmp_path),
            build_app,
            _no_work,
            clock=_clock,
            environ={},
            say=_quiet,
            host=host,
            port=port,
        )


@pytest.mark.parametrize(("host", "shown"), [("0.0.0.0", "http://127.0.0.1:"), ("::1", "http://[::1]:")])
def test_served_inside_a_program_it_can_be_told_to_stop(tmp_path: Path, host: str, shown: str) -> None:
    if ":" in host and not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    more = '[web]\nbase_url = "https://policies.example.org"\n[schedule]\ndaily_at = "01:30"\n'
    (tmp_path / "config.toml").write_text(TOML + more, encoding="utf-8")
    lines: list[str] = []
    said = threading.Event()

    def say(line: str) -> None:
        lines.append(line)
        if "clocks go forward and there is no 01:30: it runs at 02:30 then." in line:
            said.set()

    stopping = threading.Event()
    thread = threading.Thread(
        target=serve,
        args=(load_config(tmp_path / "config.toml"), build_app, _no_work),
        kwargs={
            "clock": _clock,
            "environ": {"POLICY_SECRET_KEY": "a secret of the tests, long enough"},
            "say": say,
            "host": host,
            "port": 0,
            "stopping": stopping,
        },
    )
    thread.start()
    assert said.wait(timeout=20)
    address = re.search(r"http://\S+:\d+", lines[0])
    assert address
    assert address[0].startswith(shown)
    assert not any("base_url" in line for line in lines)
    for _ in range(100):
        try:
            if httpx.get(address[0] + "/healthz").status_code == 200:
                break
        except httpx.TransportError:
            time.sleep(0.05)
    stopping.set()
    thread.join(timeout=20)
    assert not thread.is_alive()


def _no_work(register: Register, stop: Callable[[], bool]) -> Work:
    """Nothing is to be done."""
    return Work(lambda now: None, lambda now: None, lambda now: False)


def _clock() -> datetime:
    return datetime.now(UTC)


def _quiet(line: str) -> None:
    """Say nothing."""
