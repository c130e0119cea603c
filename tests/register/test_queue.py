"""Those who write to one register from one program take turns, in the order they came."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from pipeline.register.store.database import open_register
from pipeline.register.store.queue import WriterQueue, queue_of
from pipeline.register.tables.schema import school
from pipeline.register.tables.upkeep import job_run
from tests.register.conftest import NOW


def test_threads_are_let_through_in_the_order_they_came() -> None:
    queue, order, threads = WriterQueue(), [], []
    with queue.turn():
        for number in range(12):

            def take(number: int = number) -> None:
                with queue.turn():
                    order.append(number)

            threads.append(threading.Thread(target=take))
            threads[-1].start()
            while len(queue._line) <= number:
                time.sleep(0.001)
    for thread in threads:
        thread.join()
    assert order == list(range(12))
    with queue.turn():
        pass


def test_a_turn_that_failed_lets_the_next_one_through() -> None:
    queue = WriterQueue()
    with pytest.raises(ZeroDivisionError), queue.turn():
        raise ZeroDivisionError
    with queue.turn():
        pass


@pytest.fixture
def keyboard() -> Iterator[None]:
    """Let SIGINT interrupt, as from a keyboard: what is started in the background may have been told to ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.skipif(sys.platform == "win32", reason="interrupts a wait with a signal")
@pytest.mark.usefixtures("keyboard")
def test_whoever_is_interrupted_in_the_line_leaves_it() -> None:
    queue, holding, done = WriterQueue(), threading.Event(), threading.Event()

    def hold() -> None:
        with queue.turn():
            holding.set()
            assert done.wait(timeout=20)

    thread = threading.Thread(target=hold)
    thread.start()
    assert holding.wait(timeout=20)

    def interrupt() -> None:
        while not queue._line:
            time.sleep(0.001)
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    threading.Thread(target=interrupt).start()
    with pytest.raises(KeyboardInterrupt), queue.turn():
        pass
    assert not queue._line
    done.set()
    thread.join()
    with queue.turn():
        pass


def test_two_registers_of_one_file_stand_in_one_line(tmp_path: Path) -> None:
    assert queue_of(tmp_path / "register.sqlite3") is queue_of(tmp_path / "x" / ".." / "register.sqlite3")
    assert queue_of(tmp_path / "register.sqlite3") is not queue_of(tmp_path / "other.sqlite3")


def test_nobody_is_passed_again_and_again_while_many_write_without_a_pause(tmp_path: Path) -> None:
    """Without the line the unluckiest of these asked again and again while later ones went first, for seconds.

    Turns are counted and not seconds: a disk that stands still for a moment makes all of them wait alike.
    """
    passed: list[int] = []
    turns, many = count(1), 20
    latest = 0
    stop = time.monotonic() + 2.0

    def write(number: int) -> None:
        nonlocal latest
        for mine in count():
            if time.monotonic() >= stop:
                return
            came = latest
            with register.transaction() as tx:
                passed.append(latest - came)
                row = {"school": register.school, "job": f"{number} {mine}", "due_at": NOW, "claimed_by": "a"}
                tx.execute(insert(job_run).values(**row, claimed_at=NOW))
                time.sleep(0.002)
                latest = next(turns)

    with open_register("register.sqlite3", root=tmp_path, school_name="Test", time_zone="Europe/London") as register:
        threads = [threading.Thread(target=write, args=(number,)) for number in range(many)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with register.reading() as tx:
            assert len(tx.execute(select(job_run.c.id)).all()) == len(passed)
    # Once in the line, each of the others goes first once; a thread may be kept from joining it for a few turns more.
    assert max(passed) < 3 * many


_BUSY_PROGRAM = """
import sys, time
from pathlib import Path
from sqlalchemy import text
from pipeline.register.store.database import open_register

root = Path(sys.argv[1])
with open_register("register.sqlite3", root=root, school_name="Test", time_zone="Europe/London") as register:
    print("writing", flush=True)
    until = time.monotonic() + 4
    while time.monotonic() < until:
        with register.transaction() as tx:
            tx.execute(text("UPDATE school SET counter = counter + 1"))
            time.sleep(float(sys.argv[2]))
        time.sleep(float(sys.argv[3]))
"""


_COUNTER = select(school.c.counter)


@pytest.mark.parametrize(("seconds", "gap"), [("0.02", "0.002"), ("0.05", "0")])
def test_a_program_that_writes_without_end_lets_another_one_in(
    tmp_path: Path, repository: Path, seconds: str, gap: str
) -> None:
    """SQLite's own waiting found none of the short gaps between its transactions for a second and more."""
    with open_register("register.sqlite3", root=tmp_path, school_name="Test", time_zone="Europe/London") as register:
        program = subprocess.Popen(
            [sys.executable, "-c", _BUSY_PROGRAM, str(tmp_path), seconds, gap],
            cwd=repository,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert program.stdout is not None
        assert program.stdout.readline() == "writing\n"
        passed = []
        while program.poll() is None:
            with register.reading() as tx:
                came = tx.execute(_COUNTER).scalar_one()
            with register.transaction() as tx:
                passed.append(tx.execute(_COUNTER).scalar_one() - came)
            time.sleep(0.02)
        program.stdout.close()
    assert len(passed) > 10
    assert sorted(passed)[len(passed) * 9 // 10] <= 5
