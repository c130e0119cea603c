"""Workers that share a trust's nights: real processes on a real PostgreSQL, killed, stopped, without a server."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.config import parse_config
from pipeline.configuration.trust import SchoolEntry, parse_trust, read_trust
from pipeline.errors import ConfigurationError, ExitCode, RegisterError
from pipeline.register.nights import Nights
from pipeline.register.store.postgresql.place import server_place
from pipeline.trust.identity import trust_id
from pipeline.trust.outcomes import NightOutcome, SchoolNight
from pipeline.trust.schools import School
from pipeline.trust.worker import WorkerOrder, is_worth_another_try, run_worker
from tests.postgresql import GUARDED, USER, Server, running
from tests.trust.world import TODAY, World, holder_of, lay_out

NIGHT = date.fromisoformat(TODAY)
pytestmark = pytest.mark.needs("postgresql")


@pytest.fixture
def shared(trust: World, postgresql: Server) -> World:
    """A trust with two schools whose workers share a server."""
    trust.settings(f'\n[workers]\nurl = "{postgresql.new_database()}"\n')
    for key, name in (("oak", "Oak Primary School"), ("elm", "Elm Primary School")):
        trust.add(key, name)
    return trust


def url_of(trust: World) -> str:
    found = re.search(r'^url = "(postgresql[^"]+)"', (trust.root / "trust.toml").read_text(encoding="utf-8"), re.M)
    assert found
    return found[1]


@contextmanager
def nights_of(trust: World) -> Iterator[Nights]:
    with Nights(server_place(url_of(trust)), trust_id(read_trust(trust.root)), {}) as nights:
        yield nights


def done_of(trust: World) -> dict[str, str]:
    """Return how each school's night ended, by key; nothing before a worker has made the table."""
    with contextlib.suppress(RegisterError), nights_of(trust) as nights:
        return {row.school: str((row.report or {}).get("outcome")) for row in nights.list_nights(NIGHT)}
    return {}


def until(holds: "object", seconds: float = 60.0) -> None:
    """Wait until something holds."""
    assert callable(holds)
    for _ in range(int(seconds / 0.05)):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError(holds)


def ended(process: "subprocess.Popen[str]", seconds: float = 90.0) -> str:
    """Wait for a worker to end and return what it said."""
    _, said = process.communicate(timeout=seconds)
    return said


def says(process: "subprocess.Popen[str]", words: str, seconds: float = 90.0) -> bool:
    """Wait for a worker that goes on to say ``words``, however slow the machine is; return whether it did."""
    assert process.stderr is not None
    late = threading.Timer(seconds, process.kill)
    late.start()
    try:
        return any(words in line for line in process.stderr)
    finally:
        late.cancel()


def start_quick(trust: World, *more: str) -> "subprocess.Popen[str]":
    """Start a worker that looks ten times as often as one at a trust."""
    return trust.start("trust", "worker", *more, program="tests.trust.quick_worker")


def test_two_workers_do_each_school_once(shared: World) -> None:
    workers = [shared.start("trust", "worker", "--once") for _ in range(2)]
    said = [ended(one) for one in workers]
    assert [one.returncode for one in workers] == [0, 0], said
    assert done_of(shared) == {"elm": "done", "oak": "done"}
    lines = "".join(said).splitlines()
    # One may take a school up that the other has just begun, and leaves it to that one.
    assert sorted(line.partition(":")[0] for line in lines if ": done in " in line) == ["elm", "oak"], lines
    assert all(": done in " in line or ": in-use in " in line for line in lines), lines
    for key in ("oak", "elm"):
        letters = shared.letters(key)
        assert letters
        assert set(letters.values()) == {1}


def test_two_trusts_in_one_database_do_not_see_each_others_nights(shared: World) -> None:
    other = lay_out(shared.root.parent / "other")
    other.settings(f'\n[workers]\nurl = "{url_of(shared)}"\n')
    other.add("oak", "Oak Infant School")
    with nights_of(shared) as ours, nights_of(other) as theirs:
        ours.prepare("school_night", "")
        assert ours.begin("oak", NIGHT, "a:1", 4) == 1
        assert theirs.begin("oak", NIGHT, "b:1", 4) == 1
        assert ours.finish("oak", NIGHT, {"outcome": "done"})
        assert [row.school for row in theirs.list_nights(NIGHT) if row.ended_at] == []
        theirs.forget_before(NIGHT + timedelta(days=1))
        assert done_of(shared) == {"oak": "done"}
        ours.forget_before(NIGHT + timedelta(days=1))
    worker = start_quick(shared)
    until(lambda: done_of(shared) == {"elm": "done", "oak": "done"})
    assert done_of(other) == {}
    said = ended(start_quick(other, "--once"))
    worker.terminate()
    ended(worker, 30)
    assert said.count("oak: done in") == 1
    assert done_of(other) == {"oak": "done"}
    assert other.letters("oak")


def test_a_folder_that_was_copied_for_another_trust_is_another_one(trust: World) -> None:
    mine = parse_trust((trust.root / "trust.toml").read_text(encoding="utf-8"), root=trust.root)
    known = trust_id(mine)
    assert trust_id(mine) == known
    text = (trust.root / "trust.toml").read_text(encoding="utf-8").replace("Vale Learning Trust", "Hill Trust")
    assert trust_id(parse_trust(text, root=trust.root)) != known
    (trust.root / ".trust-id").write_bytes(b"\xff")
    with pytest.raises(ConfigurationError, match="a damaged one may be deleted"):
        trust_id(mine)


def test_a_night_that_is_done_is_not_done_again(shared: World) -> None:
    assert ended(start_quick(shared, "--once")).count("done in") == 2
    assert ended(start_quick(shared, "--once")) == ""


@pytest.mark.slow
def test_what_a_killed_worker_left_another_takes_up(shared: World) -> None:
    lock = shared.school("oak") / "distribution" / "night.lock"
    first = start_quick(shared, "--once")
    until(lambda: holder_of(lock) is not None)
    os.killpg(first.pid, signal.SIGKILL)
    first.communicate()
    said = ended(start_quick(shared, "--once"))
    assert set(done_of(shared).values()) == {"done"}, said
    with nights_of(shared) as nights:
        attempts = {row.school: row.attempts for row in nights.list_nights(NIGHT)}
    assert max(attempts.values()) == 2, attempts
    for key in ("oak", "elm"):
        assert set(shared.letters(key).values()) == {1}


def test_a_worker_that_is_told_to_stop_ends_within_seconds_and_lets_go(shared: World) -> None:
    lock = shared.school("oak") / "distribution" / "night.lock"
    worker = start_quick(shared)
    until(lambda: holder_of(lock) is not None)
    began = time.monotonic()
    worker.terminate()
    ended(worker, 30)
    assert time.monotonic() - began < 8
    assert holder_of(lock) is None
    ended(start_quick(shared, "--once"))
    assert set(done_of(shared).values()) == {"done"}


def test_a_broken_school_stops_itself_alone_and_is_named(shared: World) -> None:
    with (shared.school("elm") / "config.toml").open("a", encoding="utf-8") as file:
        file.write("\n[nonsense]\nkey = 1\n")
    worker = start_quick(shared, "--once")
    said = ended(worker)
    assert worker.returncode == 3
    assert done_of(shared) == {"elm": "failed", "oak": "done"}
    assert "elm: failed" in said
    assert "nonsense" in said


def test_a_school_whose_register_is_damaged_is_told_and_not_begun_again(shared: World) -> None:
    folder = shared.school("elm") / "distribution"
    folder.mkdir(exist_ok=True)
    (folder / "register.sqlite3").write_bytes(b"no register at all" * 200)
    worker = start_quick(shared, "--once")
    said = ended(worker)
    assert worker.returncode == 6
    assert said.count("elm:") == 1
    assert done_of(shared) == {"elm": "failed", "oak": "done"}


@pytest.mark.parametrize(
    ("where", "code", "again"),
    [
        ("postgresql+psycopg://policy@db.example.org/policy", ExitCode.REGISTER, True),
        ("postgresql+psycopg://policy@db.example.org/policy", ExitCode.CONFIGURATION, False),
        ("distribution/register.sqlite3", ExitCode.REGISTER, False),
    ],
)
def test_only_where_a_server_was_away_a_school_is_begun_again(
    tmp_path: Path, where: str, code: ExitCode, again: bool
) -> None:
    config = parse_config(f'[register]\nurl = "{where}"\n', root=tmp_path)
    school = School(SchoolEntry(key="oak"), tmp_path, config)
    assert is_worth_another_try(school, SchoolNight("oak", "Oak", NightOutcome.FAILED, code)) is again


def test_a_school_that_another_run_is_using_is_waited_for(shared: World) -> None:
    from filelock import FileLock

    folder = shared.school("oak") / "distribution"
    folder.mkdir(exist_ok=True)
    with FileLock(folder / "night.lock"):
        worker = start_quick(shared, "--once")
        until(lambda: list(done_of(shared).values()).count("done") == 1)
        assert worker.poll() is None
    ended(worker)
    assert done_of(shared)["oak"] == "done"


@pytest.mark.slow
def test_a_server_that_is_away_in_mid_night_is_waited_for(trust: World) -> None:
    with running() as own:
        trust.settings(f'\n[workers]\nurl = "{own.new_database()}"\n')
        trust.add("oak", "Oak Primary School")
        worker = start_quick(trust)
        until(lambda: done_of(trust).get("oak") == "done")
        own.stop()
        time.sleep(4)
        own.start()
        trust.add("elm", "Elm Primary School")
        until(lambda: done_of(trust).get("elm") == "done", 90)
        worker.terminate()
        said = ended(worker, 30)
    assert "It is tried again by itself." in said
    assert "The server answers again." in said
    assert "Traceback" not in said


def test_where_workers_do_the_nights_their_unit_is_printed_and_no_run(shared: World) -> None:
    lines = shared.policy("trust", "schedule", "--print", "systemd").out
    assert "policy-trust-worker@.service" in lines
    assert "Restart=always" in lines
    assert "policy-trust-run.timer" not in lines
    assert lines.rstrip().endswith(
        "policy-trust-deliver.timer policy-trust-worker@1.service policy-trust-worker@2.service"
    )
    cron = shared.policy("trust", "schedule", "--print", "cron").out
    assert cron.count("trust worker") == 1
    assert "trust run" in shared.policy("trust", "schedule", "--print", "windows").out, "where no worker runs"


def test_a_clock_that_is_off_by_an_hour_keeps_a_worker_from_its_work(shared: World) -> None:
    trust = parse_trust((shared.root / "trust.toml").read_text(encoding="utf-8"), root=shared.root)
    order = WorkerOrder(once=True, today=NIGHT, clock=lambda: datetime.now(UTC) + timedelta(hours=1))
    with pytest.raises(ConfigurationError, match="clock is 60 minutes ahead"):
        run_worker(trust, order, lambda line: None)
    assert done_of(shared) == {}


def test_without_a_server_it_is_said_what_to_do(trust: World) -> None:
    answer = trust.policy("trust", "worker", "--once")
    assert answer.code == 3
    assert "[workers] url" in answer.err
    assert "policy trust run" in answer.err


@pytest.mark.parametrize("fault", ["password", "database", "right"])
def test_a_server_that_lets_nobody_in_ends_a_worker_for_one_night(
    trust: World, postgresql: Server, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    monkeypatch.setenv("POLICY_REGISTER_PASSWORD", "wrong")
    database = "policy_nowhere" if fault == "database" else postgresql.new_database().rpartition("/")[2]
    if fault == "right":
        postgresql.ask(f"REVOKE CREATE ON DATABASE {database} FROM PUBLIC", "postgres")
        postgresql.ask(f"ALTER DATABASE {database} OWNER TO postgres", "postgres")
    user = GUARDED if fault == "password" else USER
    trust.settings(f'\n[workers]\nurl = "{postgresql.url(database, user)}"\n')
    trust.add("oak", "Oak Primary School")
    worker = start_quick(trust, "--once")
    said = ended(worker, 60)
    assert worker.returncode == 6, said
    words = {"password": f"does not let {GUARDED} in", "database": "There is no database", "right": "may not do this"}
    assert words[fault] in said
    assert "Traceback" not in said


def test_a_server_that_is_away_ends_a_worker_for_one_night_and_no_other(trust: World) -> None:
    trust.settings('\n[workers]\nurl = "postgresql+psycopg://policy@127.0.0.1:9/policy"\n')
    trust.add("oak", "Oak Primary School")
    worker = start_quick(trust, "--once")
    said = ended(worker, 60)
    assert worker.returncode == 6, said
    assert "Run this again once it does" in said
    assert "Traceback" not in said
    lasting = start_quick(trust)
    assert says(lasting, "It is tried again by itself.")
    assert lasting.poll() is None
    lasting.terminate()
    ended(lasting, 30)


@contextmanager
def cutting(port: int, connections: int) -> Iterator[int]:
    """Stand before a server, close so many connections as they are made and pass on all later ones; give the port."""

    open_ones: list[socket.socket] = []

    def pass_on(source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while part := source.recv(65536):
                target.sendall(part)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_WR)

    def take() -> None:
        for number in range(1_000_000):
            try:
                client, _ = listening.accept()
            except OSError:
                return
            if number < connections:
                client.close()
                continue
            server = socket.create_connection(("127.0.0.1", port))
            open_ones.extend((client, server))
            for pair in ((client, server), (server, client)):
                threading.Thread(target=pass_on, args=pair, daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=take, daemon=True).start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
    for one in open_ones:
        one.close()


def test_a_connection_that_is_cut_as_it_is_made_ends_no_night(shared: World, postgresql: Server) -> None:
    with cutting(postgresql.port, 2) as port:
        text = (shared.root / "trust.toml").read_text(encoding="utf-8")
        (shared.root / "trust.toml").write_text(text.replace(f":{postgresql.port}/", f":{port}/"), encoding="utf-8")
        worker = start_quick(shared, "--once")
        said = ended(worker)
    assert worker.returncode == 0, said
    assert "It is tried again by itself." in said
    assert said.count("done in") == 2


def test_a_night_is_begun_four_times_at_most_and_ends_once(shared: World) -> None:
    with nights_of(shared) as nights:
        nights.prepare("school_night", "")
        assert [nights.begin("oak", NIGHT, "a:1", 4) for _ in range(5)] == [1, 2, 3, 4, None]
        assert nights.list_open(NIGHT, ["oak", "elm"], 4) == ("elm",)
        nights.let_go("oak", NIGHT)
        assert nights.begin("oak", NIGHT, "b:2", 4) == 4
        assert nights.finish("oak", NIGHT, {"outcome": "done"})
        assert not nights.finish("oak", NIGHT, {"outcome": "failed"})
        assert nights.begin("oak", NIGHT, "c:3", 4) is None
        assert nights.begin("oak", NIGHT + timedelta(days=1), "c:3", 4) == 1
        nights.forget_before(NIGHT + timedelta(days=1))
        assert nights.list_nights(NIGHT) == ()
