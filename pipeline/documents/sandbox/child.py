"""The other side of ``readers``: take one file after the other, within limits, and answer for each.

Runs as a process of its own and imports only what the task needs.
"""

import contextlib
import importlib
import os
import pickle
import signal
import sys
import traceback
from pathlib import Path
from typing import Any, BinaryIO

from pipeline.documents.sandbox.containment import Containment, keeps_memory_limits
from pipeline.documents.sandbox.network import cut_network
from pipeline.documents.sandbox.pipe import receive, send
from pipeline.documents.sandbox.readers import ChildReply, ChildTask
from pipeline.documents.source import refusal
from pipeline.errors import DocumentError, UnreadableCode

resource: Any = None
"""None on Windows, which has no such limits."""
with contextlib.suppress(ImportError):
    resource = importlib.import_module("resource")

_OFFICE_MARKS = (b"\xd0\xcf\x11\xe0", b"{\\rtf")
_HEAD_BYTES = 8
_GRACE_SECONDS = 2
_OPEN_FILES = 256
_OFFICE_MEMORY_BYTES = 4 * 1024 * 1024 * 1024
"""Of addresses, of which LibreOffice takes far more than of memory; ``office`` limits the memory itself."""
_OFFICE_FILE_BYTES = 400 * 1024 * 1024
_WRITING_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_STARTS = frozenset(
    {"subprocess.Popen", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.startfile", "os.system"}
)
_SPAWNS = frozenset({"subprocess.Popen", "os.posix_spawn"})
_CHANGES = frozenset(
    {
        "os.chmod",
        "os.chown",
        "os.link",
        "os.mkdir",
        "os.remove",
        "os.rename",
        "os.rmdir",
        "os.symlink",
        "os.truncate",
        "os.utime",
        "shutil.copyfile",
        "shutil.move",
        "shutil.rmtree",
    }
)


class Guard:
    """Refuses, through Python's audit events, what reading a document never needs."""

    def __init__(self) -> None:
        self.office = False
        """The file at hand needs LibreOffice, which takes a program and a folder of its own."""
        self.ocr = False
        """The file at hand may have Tesseract read its pictures, through pipes alone."""
        self.refused: list[str] = []
        """What the file at hand made the reader try."""

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Stop a forbidden event by raising."""
        if event.startswith("socket."):
            self._refuse("to reach the network")
        elif event in _STARTS:
            if not (event in _SPAWNS and (self.office or (self.ocr and _is_tesseract(arguments)))):
                self._refuse("to start another program")
        elif event == "open":
            if not self.office and _is_writing(arguments):
                self._refuse("to write a file")
        elif event in _CHANGES and not self.office:
            self._refuse("to change a file")

    def _refuse(self, what: str) -> None:
        self.refused.append(what)
        raise PermissionError(f"reading a document has no need {what}")


def _is_tesseract(arguments: tuple[Any, ...]) -> bool:
    return Path(str(arguments[0])).stem.lower() == "tesseract" if arguments else False


def _is_writing(arguments: tuple[Any, ...]) -> bool:
    path, mode, flags = (*arguments, None, None, None)[:3]
    if path == os.devnull or isinstance(path, int):  # A pipe to Tesseract is open already.
        return False
    if isinstance(mode, str) and set(mode) & set("wax+"):
        return True
    return mode is None and isinstance(flags, int) and bool(flags & _WRITING_FLAGS)


def main() -> None:
    """Answer tasks until the pipe ends. Standard output is kept for answers: whatever prints goes nowhere."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _die_with_parent()
    network = cut_network()
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    guard = Guard()
    sys.addaudithook(guard)
    send(answers, Containment(network, memory=keeps_memory_limits(), processor=resource is not None))
    serve(sys.stdin.buffer, answers, guard, ChildLimits(resource))


def serve(questions: BinaryIO, answers: BinaryIO, guard: Guard, limits: "ChildLimits") -> None:
    """Answer each task that comes, until the pipe ends or the memory is used up."""
    while (content := receive(questions)) is not None:
        task: ChildTask = pickle.loads(content)
        answer = answer_task(task, guard, limits)
        try:
            send(answers, answer)
        except MemoryError:
            answer = ChildReply(None, _too_big(task), retires=True)
            send(answers, answer)
        except RecursionError:
            send(answers, ChildReply(None, _too_deep(task), retires=False))
        if answer.retires:
            return


def answer_task(task: ChildTask, guard: Guard, limits: "ChildLimits") -> ChildReply:
    """Read one file and say what became of it."""
    guard.office, guard.ocr, guard.refused = _needs_office(task), task.ocr, []
    limits.begin(task, office=guard.office)
    try:
        value = task.function(task.path)
    except DocumentError as error:
        return ChildReply(None, _told(error, guard, task), retires=False)
    except MemoryError:
        return ChildReply(None, _too_big(task), retires=True)
    except RecursionError:
        return ChildReply(None, _too_deep(task), retires=False)
    except Exception as error:  # The outermost edge of this process: one odd file must not end it.
        # The readers say everything that can be wrong with a file themselves: what is left is a mistake of ours.
        kind = type(error).__name__
        what = f"could not be read because of a fault in this program ({kind}); the others went on. Please report it."
        told = _told(refusal(UnreadableCode.DAMAGED, str(task.path), what), guard, task)
        return ChildReply(None, told, retires=False, fault=None if guard.refused else traceback.format_exc(limit=-8))
    finally:
        limits.end()
    if guard.refused:
        return ChildReply(None, _attempt(guard, task), retires=True)
    return ChildReply(value, None, retires=False)


def _told(error: DocumentError, guard: Guard, task: ChildTask) -> DocumentError:
    return _attempt(guard, task) if guard.refused else error


def _attempt(guard: Guard, task: ChildTask) -> DocumentError:
    what = f"made the reader try {guard.refused[0]}, which was stopped. Do not open it; ask whoever sent it."
    return refusal(UnreadableCode.HOSTILE, str(task.path), what)


def _too_big(task: ChildTask) -> DocumentError:
    megabytes = task.memory_bytes // (1024 * 1024)
    what = f"needs more than {megabytes} MB of memory to read. Make the pictures in it smaller and save it again."
    return refusal(UnreadableCode.TOO_LARGE, str(task.path), what)


def _too_deep(task: ChildTask) -> DocumentError:
    what = "is nested deeper than any document is. It may have been made to do harm: ask whoever sent it."
    return refusal(UnreadableCode.HOSTILE, str(task.path), what)


def _needs_office(task: ChildTask) -> bool:
    if task.content is not None:
        return task.content[:_HEAD_BYTES].lstrip().startswith(_OFFICE_MARKS)
    path = task.path
    try:
        if not path.is_file():  # A pipe would keep the process that opens it waiting.
            return False
        with path.open("rb") as file:
            return file.read(_HEAD_BYTES).lstrip().startswith(_OFFICE_MARKS)
    except (OSError, ValueError):
        return False


class ChildLimits:
    """What the system lets one file use. Soft limits, so that LibreOffice can be given more."""

    def __init__(self, system: Any) -> None:
        self._system = system
        """The module ``resource``; None where there is none."""

    def begin(self, task: ChildTask, *, office: bool) -> None:
        """Set the limits for the next file."""
        if self._system is None:
            return
        seconds = int(task.timeout_seconds) + _GRACE_SECONDS
        signal.setitimer(signal.ITIMER_REAL, seconds)  # Ends this process even where the parent is gone.
        used = self._system.getrusage(self._system.RUSAGE_SELF)
        self._set("RLIMIT_CPU", int(used.ru_utime + used.ru_stime) + seconds)
        self._set("RLIMIT_AS", _OFFICE_MEMORY_BYTES if office else task.memory_bytes)
        self._set("RLIMIT_FSIZE", _OFFICE_FILE_BYTES if office else 0)
        self._set("RLIMIT_CORE", 0)
        self._set("RLIMIT_NOFILE", _OPEN_FILES)

    def end(self) -> None:
        """Stop the clock; the other limits may stay until the next file."""
        if self._system is not None:
            signal.setitimer(signal.ITIMER_REAL, 0)

    def _set(self, name: str, value: int) -> None:
        kind = getattr(self._system, name, None)
        if kind is None:
            return
        unlimited = self._system.RLIM_INFINITY
        _, hard = self._system.getrlimit(kind)
        if hard != unlimited and (value == unlimited or value > hard):
            value = hard
        with contextlib.suppress(ValueError, OSError):  # A system that keeps no such limit.
            self._system.setrlimit(kind, (value, hard))


def _die_with_parent() -> None:
    """Have Linux end this process with the one that started it, however that one ends."""
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    parent_death_signal = 1
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(parent_death_signal, signal.SIGKILL, 0, 0, 0)
    if os.getppid() == 1:
        raise SystemExit
