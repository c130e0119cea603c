"""Start the processes in which untrusted files are read.

On Linux each is a fork of one that has loaded the readers and met no file (``server``): loading them takes a
second of a processor, forking some milliseconds. Elsewhere, and where that one cannot be had, each is started anew.
"""

import atexit
import contextlib
import os
import pickle
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO, Protocol

from pipeline.documents.sandbox.containment import Containment
from pipeline.documents.sandbox.pipe import receive, send

Prepare = Callable[[], None]
"""Loads what reading needs; stands at the top level of a module."""

_START = "import sys; sys.path[:] = sys.argv[2:]; from pipeline.documents.sandbox.{0} import main; main()"
_KILLED = -9
_END_SECONDS = 2.0


class Child(Protocol):
    """A process that reads files, one question after the other."""

    stdin: BinaryIO
    stdout: BinaryIO
    is_lost: bool
    """It ended since the process that forks was ended, and no file has to do with it; known once it was ended."""

    @property
    def returncode(self) -> int | None:
        """None while it runs, as far as was asked; negative: the signal that ended it."""

    def poll(self) -> int | None:
        """Return ``returncode`` as it is now."""

    def kill(self) -> None:
        """Kill it; nothing where it has ended."""

    def end(self) -> None:
        """Kill it, wait until it is gone and close its pipes; nothing where that was done."""


def start_child(prepare: Prepare | None = None) -> tuple[Child, Containment]:
    """Start a process that reads files, and return it with the limits that hold it.

    What ``prepare`` loads is there when it starts, where it is forked.

    Raises:
        OSError: none can be started here.
    """
    child = _server.fork(prepare) or _StartedChild()
    # A child that cannot even start says nothing about the file.
    content = receive(child.stdout)
    if content is None:
        child.end()
        raise OSError(child.returncode, "it ended at once")
    found: Containment = pickle.loads(content)  # It has met no file yet.
    return child, found


def search_path() -> list[str]:
    """Return where this process finds modules, for one that starts without looking for itself."""
    return [entry or str(Path.cwd()) for entry in sys.path]


def _command(module: str, first: str, *options: str) -> list[str]:
    # Without the site module: the parent's own search path is handed over, and starting takes half the time.
    return [sys.executable, "-I", "-S", *options, "-c", _START.format(module), first, *search_path()]


class _StartedChild:
    """A process of its own from the start."""

    is_lost = False

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            _command("child", "-", "-B"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        if self._process.stdin is None or self._process.stdout is None:
            raise OSError(0, "it has no pipes")
        self.stdin: BinaryIO = self._process.stdin  # type: ignore[assignment]
        self.stdout: BinaryIO = self._process.stdout  # type: ignore[assignment]

    @property
    def returncode(self) -> int | None:
        return self._process.returncode

    def poll(self) -> int | None:
        return self._process.poll()

    def kill(self) -> None:
        self._process.kill()

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        _close(self.stdin, self.stdout)


class _ForkedChild:
    """A fork of the server, which alone can wait for it."""

    def __init__(self, server: "_Server", process: int, stdin: int, stdout: int) -> None:
        self._server, self._process = server, process
        self.stdin: BinaryIO = os.fdopen(stdin, "wb")
        self.stdout: BinaryIO = os.fdopen(stdout, "rb")
        self.returncode: int | None = None
        self.is_lost = False

    def poll(self) -> int | None:
        return self._ask("poll")

    def kill(self) -> None:
        self._ask("kill")

    def end(self) -> None:
        self._ask("end")
        _close(self.stdin, self.stdout)

    def _ask(self, what: str) -> int | None:
        if self.returncode is None:
            try:
                self.returncode = self._server.ask_about(what, self._process)
            except (OSError, EOFError):
                # Where the server is gone, Linux has ended its children.
                self.returncode, self.is_lost = _KILLED, True
        return self.returncode


def _close(*pipes: BinaryIO) -> None:
    for pipe in pipes:
        with contextlib.suppress(OSError):
            pipe.close()


class _Server:
    """The process that forks, and the way to it. One question and its answer at a time, from any thread."""

    def __init__(self, process: "subprocess.Popen[bytes]", control: socket.socket) -> None:
        self._process, self._control = process, control
        self._questions, self._answers = control.makefile("wb"), control.makefile("rb")
        self._lock = threading.Lock()
        self.started_by = (os.getpid(), sys.executable)

    def fork(self, prepare: Prepare | None) -> _ForkedChild:
        """Have a child forked. Raises OSError or EOFError where the server is gone or cannot fork."""
        (theirs_in, stdin), (stdout, theirs_out) = os.pipe(), os.pipe()
        try:
            process = self._ask(
                "fork",
                (search_path(), dict(os.environ), str(Path.cwd()), pickle.dumps(prepare)),
                (theirs_in, theirs_out),
            )
        except BaseException:
            for pipe in (stdin, stdout):
                os.close(pipe)
            raise
        finally:
            for pipe in (theirs_in, theirs_out):
                os.close(pipe)
        return _ForkedChild(self, process, stdin, stdout)

    def ask_about(self, what: str, process: int) -> int | None:
        """Return with which code a child ended, None while it runs; ``what`` is poll, kill or end.

        Raises OSError or EOFError where the server is gone.
        """
        return self._ask(what, process)

    def close(self) -> None:
        """End the server; children that still run end with it."""
        with self._lock:
            for end in (self._questions, self._answers, self._control):
                with contextlib.suppress(OSError):
                    end.close()
            try:
                self._process.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def _ask(self, what: str, question: object, pipes: Sequence[int] = ()) -> "int":
        with self._lock:
            socket.send_fds(self._control, [b"?"], pipes)
            send(self._questions, (what, question))
            content = receive(self._answers)
        if content is None:
            raise EOFError
        answer = pickle.loads(content)  # The server has met no file.
        if isinstance(answer, OSError):
            raise answer
        return answer  # type: ignore[no-any-return]


class _Forking:
    """The server of this process, started when first needed and again when it has gone for want of work."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._server: _Server | None = None

    def fork(self, prepare: Prepare | None) -> _ForkedChild | None:
        """Return a forked child, or None where none can be had."""
        if not sys.platform.startswith("linux"):
            return None
        with self._lock:
            for _ in range(2):
                server = self._running()
                if server is None:
                    return None
                try:
                    return server.fork(prepare)
                except (OSError, EOFError):
                    self._drop(server)
        return None

    def close(self) -> None:
        """End the server, if there is one."""
        with self._lock:
            if self._server is not None:
                self._drop(self._server)

    def _running(self) -> _Server | None:
        if self._server is not None and self._server.started_by != (os.getpid(), sys.executable):
            self._drop(self._server)
        if self._server is None:
            with contextlib.suppress(OSError):
                self._server = _start_server()
        return self._server

    def _drop(self, server: _Server) -> None:
        self._server = None
        if server.started_by[0] == os.getpid():
            server.close()


def _start_server() -> _Server:
    ours, theirs = socket.socketpair()
    with theirs:
        # It meets no file, and so may keep what it compiles, as this process does.
        options = ["-B"] if sys.dont_write_bytecode else []
        try:
            process = subprocess.Popen(
                _command("server", str(theirs.fileno()), *options),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )
        except OSError:
            ours.close()
            raise
    return _Server(process, ours)


_server = _Forking()
atexit.register(_server.close)
