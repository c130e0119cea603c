"""Read untrusted files in child processes with limits, so that no file can take the program down.

``run.py`` and the command line hand a module-level function and paths to ``contained_map``; the other side of the pipe
is ``child``. A child is started when first needed, reads many files, and is replaced after any fault.
"""

import io
import logging
import pickle
import re
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Generic, TypeVar

from pipeline.documents.sandbox.containment import Containment
from pipeline.documents.sandbox.pipe import receive, send
from pipeline.documents.sandbox.start import Child, Prepare, start_child
from pipeline.documents.source import refusal
from pipeline.errors import DocumentError, UnreadableCode, say_system_error

T = TypeVar("T")
_log = logging.getLogger(__name__)

DEFAULT_TIMEOUT_SECONDS = 30.0
DEFAULT_MEMORY_BYTES = 512 * 1024 * 1024
OFFICE_TIMEOUT_SECONDS = 75.0
"""For .doc and .rtf: LibreOffice's own 60 seconds and some to spare."""

OCR_TIMEOUT_SECONDS = 300.0
"""For .pdf where scanned pages are read: sixty pages at a few seconds each."""

_OFFICE_SUFFIXES = frozenset({".doc", ".rtf"})
_FEW_FILES = 2
_AHEAD = 4
"""Files begun before the first of them is asked for, a worker."""
_PLAIN_CLASSES = frozenset(
    {
        ("builtins", "set"),
        ("builtins", "frozenset"),
        ("builtins", "bytearray"),
        ("builtins", "complex"),
        ("datetime", "date"),
        ("datetime", "datetime"),
        ("datetime", "time"),
        ("datetime", "timedelta"),
        ("datetime", "timezone"),
        ("decimal", "Decimal"),
        ("pathlib", "Path"),
        ("pathlib", "PosixPath"),
        ("pathlib", "WindowsPath"),
        ("pathlib", "PurePosixPath"),
        ("pathlib", "PureWindowsPath"),
        ("pathlib._local", "PosixPath"),
        ("pathlib._local", "WindowsPath"),
        ("collections", "OrderedDict"),
    }
)


@dataclass(frozen=True, slots=True)
class FileOutcome(Generic[T]):
    """What became of one file: a value or an error, never both."""

    path: Path
    value: T | None
    error: DocumentError | None
    fault: str | None = None
    """The traceback where ``error`` is this program's fault rather than the file's: for the log, not for the office."""


@dataclass(frozen=True, slots=True)
class ChildTask:
    """What a child is asked to do; pickled."""

    function: Callable[[Path], Any]
    path: Path
    timeout_seconds: float
    memory_bytes: int
    ocr: bool = False
    """Tesseract may be started."""
    content: bytes | None = None
    """What is read where that lies in no file; ``path`` is then what it is called."""


@dataclass(frozen=True, slots=True)
class ChildReply:
    """What a child says of one file; pickled."""

    value: Any
    error: DocumentError | None
    retires: bool
    """It will take no further file, since its memory is used up."""
    fault: str | None = None
    """See ``FileOutcome``."""


def contained_map(
    function: Callable[[Path], T],
    paths: Sequence[Path],
    *,
    workers: int = 2,
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
    memory_bytes: int = DEFAULT_MEMORY_BYTES,
    ocr: bool = False,
    on_start: Callable[[Containment], None] | None = None,
    prepare: Prepare | None = None,
) -> Iterator[FileOutcome[T]]:
    """Yield what ``function`` returns for each path, in the order given.

    ``function`` stands at the top level of a module that can be imported, or is a ``functools.partial`` of one; what
    it returns is made of the program's own dataclasses and plain values. A file that crashes its child, hangs or takes
    too much memory gives an error, and the others go on. Closing the iterator, Ctrl-C and SIGTERM end the children.
    With ``ocr`` a PDF may start Tesseract, and take as long as its scanned pages need; ``function`` must be told, too.
    ``on_start`` is told, for each child that is started, which limits hold it. ``prepare`` loads what ``function``
    needs; where children are forks, that is done once for all of them.

    Raises:
        Nothing about a file; each has its ``FileOutcome``.
    """
    if not paths:
        return
    count = 1 if len(paths) <= _FEW_FILES else max(1, min(workers, len(paths)))
    crew, pool = Crew(on_start, prepare), ThreadPoolExecutor(count, thread_name_prefix="reader")
    tasks = (ChildTask(function, path, _timeout(path, timeout_seconds, ocr=ocr), memory_bytes, ocr) for path in paths)
    begun: deque[Future[FileOutcome[T]]] = deque()
    try:
        begun.extend(pool.submit(crew.run, task) for task in islice(tasks, count * _AHEAD))
        for taken in range(1, len(paths) + 1):
            outcome = begun.popleft().result()
            if outcome.fault is not None:
                _log.error("file %d of %d: a fault of the program, %s", taken, len(paths), kind_of(outcome.fault))
            yield outcome
            begun.extend(pool.submit(crew.run, task) for task in islice(tasks, 1))
    finally:
        crew.stop()
        pool.shutdown(wait=True, cancel_futures=True)


def kind_of(fault: str) -> str:
    """Return the kind of a fault and its place in the program; its words may quote the file, and stay out of a log."""
    frames = list(
        re.finditer(r'^  File "(?:.*[/\\])?([\w.]+)", line (\d+).*\n(?:    .*\n)*([\w.]+)?', fault, re.MULTILINE)
    )
    if not frames:
        return "of a kind that it does not say"
    name, line, kind = frames[-1].groups()
    return f"{kind or 'of no kind'} at {name}, line {line}"


def _timeout(path: Path, timeout_seconds: float, *, ocr: bool) -> float:
    if ocr and path.suffix.lower() == ".pdf" and timeout_seconds >= DEFAULT_TIMEOUT_SECONDS:
        return max(timeout_seconds, OCR_TIMEOUT_SECONDS)
    if path.suffix.lower() in _OFFICE_SUFFIXES and timeout_seconds >= DEFAULT_TIMEOUT_SECONDS:
        return max(timeout_seconds, OFFICE_TIMEOUT_SECONDS)
    return timeout_seconds


def containment(*, timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS, memory_bytes: int = DEFAULT_MEMORY_BYTES) -> str:
    """Say for a report which limits hold on this machine while files are read; a child is started to find out.

    Raises:
        OSError: no child can be started here.
    """
    child, found = start_child()
    child.end()
    return found.sentence(timeout_seconds=timeout_seconds, memory_bytes=memory_bytes)


class Crew:
    """Children that read; each belongs to the thread that started it."""

    def __init__(self, on_start: Callable[[Containment], None] | None, prepare: Prepare | None) -> None:
        """Start nobody yet; see ``contained_map``."""
        self._on_start, self._prepare = on_start, prepare
        self._own = threading.local()
        self._lock = threading.Lock()
        self._children: set[Child] = set()
        self._stopped = False

    def run(self, task: ChildTask, *, again: bool = True) -> FileOutcome[Any]:
        """Have one file read by this thread's child; ``again`` where that ended for no reason of the file's."""
        try:
            child = self._child()
        except OSError as error:
            what = f"was not read: the reader could not be started ({say_system_error(error)}). Try again later."
            return FileOutcome(task.path, None, refusal(UnreadableCode.UNSUPPORTED, str(task.path), what))
        clock = _Clock(child, task.timeout_seconds)
        with clock:
            answer = _exchange(child, task)
        if answer is None:
            self._dismiss(child)
            if child.is_lost and again and not clock.rang:
                return self.run(task, again=False)
            return FileOutcome(task.path, None, _fault(task, child, timed_out=clock.rang))
        if answer.retires:
            self._dismiss(child)
        return FileOutcome(task.path, answer.value, answer.error, answer.fault)

    def stop(self) -> None:
        """End all children at once."""
        with self._lock:
            self._stopped = True
            children = list(self._children)
        for child in children:
            child.end()

    def _child(self) -> Child:
        child: Child | None = getattr(self._own, "child", None)
        if child is not None and child.poll() is None:
            return child
        if child is not None:
            self._dismiss(child)
        with self._lock:
            if self._stopped:
                raise OSError(0, "stopped")
            child, found = start_child(self._prepare)
            self._children.add(child)
            if self._on_start is not None:
                self._on_start(found)
        self._own.child = child
        return child

    def _dismiss(self, child: Child) -> None:
        self._own.child = None
        child.end()
        with self._lock:
            self._children.discard(child)


class _Clock:
    """Kills the child when the time is up; the reading thread then sees the pipe end."""

    def __init__(self, child: Child, seconds: float) -> None:
        self._child = child
        self._timer = threading.Timer(seconds, self._ring)
        self._timer.daemon = True
        self.rang = False

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def _ring(self) -> None:
        self.rang = True
        self._child.kill()


def _exchange(child: Child, task: ChildTask) -> ChildReply | None:
    """Ask, and wait for the answer; None where the child ended without one, or its answer is not to be trusted."""
    try:
        send(child.stdin, task)
        content = receive(child.stdout)
    except (OSError, ValueError):
        return None
    if content is None:
        return None
    try:
        answer = _CarefulUnpickler(content, task.function).load()
    except (pickle.UnpicklingError, ValueError, TypeError, AttributeError, ImportError, EOFError, IndexError):
        return None
    return answer if isinstance(answer, ChildReply) else None


class _CarefulUnpickler(pickle.Unpickler):
    """Builds nothing but the program's own values: a child taken over by a file must not reach the parent."""

    def __init__(self, content: bytes, function: Callable[[Path], Any]) -> None:
        super().__init__(io.BytesIO(content))
        called = getattr(function, "func", function)
        self._packages = {"pipeline", str(getattr(called, "__module__", "")).partition(".")[0]}

    def find_class(self, module_name: str, global_name: str) -> Any:
        """Return the class; refuse functions, and classes from elsewhere."""
        own = module_name.partition(".")[0] in self._packages and "." not in global_name
        if not own and (module_name, global_name) not in _PLAIN_CLASSES:
            raise pickle.UnpicklingError(f"{module_name}.{global_name} is not allowed")
        found = super().find_class(module_name, global_name)
        if own and not (isinstance(found, type) and found.__module__ == module_name):
            raise pickle.UnpicklingError(f"{module_name}.{global_name} is no class of this program")
        return found


_AGAIN = {".pdf": "Make the PDF again from the original document", ".ics": "Export the calendar again"}
"""What to do about a file, by its ending."""


def _fault(task: ChildTask, child: Child, *, timed_out: bool) -> DocumentError:
    import signal

    ended = -(child.returncode or 0)
    out_of_time = {getattr(signal, "SIGXCPU", None), getattr(signal, "SIGALRM", None)}
    if timed_out or ended in out_of_time:
        what = f"was given up after {task.timeout_seconds:.0f} seconds."
    else:
        what = "brought the reader down."
    again = _AGAIN.get(task.path.suffix.lower(), "Open it in Word and save it again as .docx")
    harm = f"It may be damaged or made to do harm. {again}, or ask whoever sent it."
    return refusal(UnreadableCode.HOSTILE, str(task.path), f"{what} {harm}")
