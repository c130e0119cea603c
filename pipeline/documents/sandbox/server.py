"""A process that loads the readers once, meets no file itself, and forks those that do; ``start`` asks it.

It has no threads, ends with the pipe to the program or after a minute without work, and is the parent of its forks:
Linux ends them with it.
"""

import contextlib
import gc
import os
import pickle
import select
import signal
import socket
import sys
from typing import BinaryIO, NamedTuple, NoReturn

from pipeline.documents.sandbox import child as sandbox_child
from pipeline.documents.sandbox.pipe import receive, send

_IDLE_SECONDS = 60.0


class Start(NamedTuple):
    """What a new child is to find: as the program itself has it at that moment."""

    path: list[str]
    """Where modules are found."""
    environ: dict[str, str]
    folder: str
    """The working directory."""
    prepare: bytes
    """The function that loads what reading needs, pickled; None, pickled."""


def main() -> None:
    """Answer the program until it is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with socket.socket(fileno=int(sys.argv[1])) as control:
        Server(control).serve()
    # The program waits for this. There is nothing to put away, and taking apart what was loaded takes a while.
    os._exit(0)


class Server:
    """Forks, and waits for what it forked."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._answers: BinaryIO = control.makefile("wb")
        self._ended: dict[int, int | None] = {}
        """Each child that was not ended yet, and with which code it ended by itself."""
        self._prepared: set[bytes] = set()

    def serve(self) -> None:
        """Take one question after the other; return when there are no more."""
        while select.select([self._control], [], [], _IDLE_SECONDS)[0] or self._is_needed():
            if not select.select([self._control], [], [], 0)[0]:
                continue
            mark, pipes, _, _ = socket.recv_fds(self._control, 1, 2)
            content = receive(_Questions(self._control)) if mark else None
            if content is None:
                return
            what, question = pickle.loads(content)
            send(self._answers, self._fork(Start(*question), pipes) if what == "fork" else self._tell(what, question))

    def _is_needed(self) -> bool:
        return any(self._poll(process) is None for process in list(self._ended))

    def _fork(self, start: Start, pipes: list[int]) -> int | OSError:
        self._prepare(start)
        try:
            process = os.fork()
        except OSError as error:
            _close(pipes)
            return error
        if process == 0:
            self._become_child(start, pipes)
        _close(pipes)
        self._ended[process] = None
        return process

    def _prepare(self, start: Start) -> None:
        """Load what reading needs, once."""
        if start.prepare in self._prepared:
            return
        self._prepared.add(start.prepare)
        sys.path[:] = start.path
        # Whatever fails here fails again where it can be told: in the child that reads.
        with contextlib.suppress(Exception):
            if (prepare := pickle.loads(start.prepare)) is not None:
                prepare()
        gc.collect()
        gc.freeze()  # What all forks have alike is never looked at again, and so stays shared.

    def _become_child(self, start: Start, pipes: list[int]) -> NoReturn:
        code = 1
        try:
            for end in (self._answers, self._control):
                end.close()
            for pipe, place in zip(pipes, (0, 1), strict=True):
                os.dup2(pipe, place)
            _close(pipes)
            sys.dont_write_bytecode = True
            sys.path[:] = start.path
            os.environ.clear()
            os.environ.update(start.environ)
            os.chdir(start.folder)
            sandbox_child.main()
            code = 0
        finally:
            os._exit(code)

    def _tell(self, what: str, process: int) -> int | None:
        """Return with which code a child ended; None while it runs."""
        if self._poll(process) is None and what != "poll":
            os.kill(process, signal.SIGKILL)
            if what == "end":
                self._ended[process] = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        return self._ended.pop(process, 0) if what == "end" else self._poll(process)

    def _poll(self, process: int) -> int | None:
        if process not in self._ended:
            return 0  # It was ended before.
        if self._ended[process] is None:
            found, status = os.waitpid(process, os.WNOHANG)
            if found:
                self._ended[process] = os.waitstatus_to_exitcode(status)
        return self._ended[process]


class _Questions:
    """Reads what was sent and not a byte more: behind it stands the mark of the next question, with its pipes."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control

    def read(self, length: int) -> bytes:
        """Return so many bytes; fewer where the program is gone."""
        return self._control.recv(length, socket.MSG_WAITALL)


def _close(pipes: list[int]) -> None:
    for pipe in pipes:
        os.close(pipe)
