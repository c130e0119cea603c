"""The processes that do once what several schools' nights need, while those go on: ``Workshops`` starts and ends them.

A workshop writes nothing: what it has read and opened goes with it, and with the process that started it. One that is
killed or late costs its schools nothing but the time, since each does for itself what it is not given.
"""

import contextlib
import os
import secrets
import signal
import sys
import threading
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection, Listener
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pipeline.trust.workshop.connection import WorkshopConnection
from pipeline.trust.workshop.messages import WorkshopReply

_STARTS_SECONDS = 60.0
"""So long the program may take to load on a busy machine; schools would wait for that, too."""
_ENDS_SECONDS = 3.0
_MOST_WAITING = 64


class Workshops:
    """The workshops of a night or a worker; a context manager, at whose end they are gone."""

    def __init__(self, context: Any, count: int) -> None:
        """``context`` starts processes, as ``multiprocessing`` has it."""
        self._context, self._count = context, count
        self._processes: list[BaseProcess] = []
        self._lifelines: list[Connection] = []
        self.doors: tuple[WorkshopConnection, ...] = ()
        """The ways to those that could be started."""

    def __enter__(self) -> "Workshops":
        try:
            self.doors = tuple(self._start())
        except OSError:
            self.__exit__()  # Schools do it all themselves.
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.doors = ()
        for lifeline in self._lifelines:
            lifeline.close()
        for process in self._processes:
            process.join(_ENDS_SECONDS)
            if process.is_alive():
                process.kill()
                process.join()
            process.close()
        self._processes.clear()
        self._lifelines.clear()

    @property
    def processes(self) -> tuple[int, ...]:
        """Their numbers, as the system has them."""
        return tuple(process.pid or 0 for process in self._processes)

    def _start(self) -> Iterator[WorkshopConnection]:
        keys = []
        for number in range(self._count):
            ours, theirs = self._context.Pipe()
            keys.append(secrets.token_bytes(32))
            process = self._context.Process(
                target=serve, args=(theirs, keys[-1]), name=f"workshop {number + 1}", daemon=True
            )
            process.start()
            theirs.close()
            self._processes.append(process)
            self._lifelines.append(ours)
        for lifeline, key in zip(self._lifelines, keys, strict=True):
            with contextlib.suppress(EOFError, OSError):
                if lifeline.poll(_STARTS_SECONDS):
                    yield WorkshopConnection(lifeline.recv(), key)


def serve(lifeline: Connection, key: bytes) -> None:
    """Answer schools until the holder of the other end of ``lifeline`` is gone; runs in a process of its own."""
    # Loaded here: the process that starts workshops does not do their work.
    from pipeline.trust.workshop.open_documents import KeptDocuments

    # Ctrl+C reaches everybody in a terminal; the night itself says when it is over.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with (
        TemporaryDirectory(prefix="policy-workshop-", ignore_cleanup_errors=True) as folder,
        _listening(folder, key) as listener,
        KeptDocuments() as kept,
    ):
        lifeline.send(listener.address)
        # A child belongs to the thread that started it, so one thread does all the work.
        with ThreadPoolExecutor(1, thread_name_prefix="workshop") as worker:
            threading.Thread(target=_let_in, args=(listener, kept, worker), daemon=True, name="door").start()
            with contextlib.suppress(EOFError, OSError):
                lifeline.recv()
            worker.shutdown(wait=True, cancel_futures=True)
    # Threads that wait for schools would keep the process.
    os._exit(0)


def _listening(folder: str, key: bytes) -> Listener:
    """Return where schools knock: a socket in a folder that other accounts cannot enter, or a named pipe."""
    if sys.platform == "win32":
        return Listener(None, "AF_PIPE", authkey=key)
    return Listener(str(Path(folder) / "door"), "AF_UNIX", backlog=_MOST_WAITING, authkey=key)


def _let_in(listener: Listener, kept: Any, worker: ThreadPoolExecutor) -> None:
    from multiprocessing import AuthenticationError

    while True:
        try:
            school = listener.accept()
        except (AuthenticationError, EOFError, ConnectionError):
            continue  # A caller without the key, or who went away.
        except OSError:
            return  # It is closed.
        threading.Thread(target=_attend, args=(school, kept, worker), daemon=True, name="school").start()


def _attend(school: Connection, kept: Any, worker: ThreadPoolExecutor) -> None:
    with contextlib.suppress(EOFError, OSError, RuntimeError), school:
        while True:
            asked = school.recv()
            school.send(worker.submit(_answered, kept, asked).result())


def _answered(kept: Any, asked: Any) -> WorkshopReply:
    try:
        answer: WorkshopReply = kept.answer(asked)
        return answer
    except Exception:
        # The outermost edge of this process: the fault is shown, and the school does it itself.
        traceback.print_exc()
        return WorkshopReply()
