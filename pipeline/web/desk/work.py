"""Work that takes longer than a page may: it goes on behind the pages, and a page shows how far it is.

Of one line, such as papers or mail, one piece is done at a time, the others wait in their order. Closing the tab
changes nothing; a server that is stopped leaves a piece where it was, and each piece is such that doing it again does
nothing twice. Work asks for the settings when it is its turn: it may have waited while a contact was changed.
"""

import logging
import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from time import monotonic as time_passed
from time import sleep as pause

from pipeline.errors import PolicyPipelineError

_log = logging.getLogger(__name__)
_MOST_KEPT = 100
_STEP_SECONDS = 0.05
_FAULT = (
    "Something went wrong here, and it was not finished. Try it once more, or tell whoever looks after this program."
)


class WorkState(StrEnum):
    """How a piece of work stands."""

    WAITING = "waiting"
    GOING_ON = "going on"
    DONE = "done"
    FAILED = "not done"


@dataclass(frozen=True, slots=True)
class Finished:
    """What came of a piece of work."""

    said: str
    href: str = ""
    """The page to go on with; empty where there is none."""
    link: str = "Go on"
    """What the link to it says."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of work, as it stands at a moment."""

    number: int
    title: str
    by: str
    """Who began it."""
    begun: datetime
    state: WorkState = WorkState.WAITING
    step: str = ""
    """What is being done just now."""
    done: int = 0
    of: int = 0
    """0 while nobody can tell how much there is."""
    finished: Finished | None = None

    @property
    def page(self) -> str:
        """Where it is shown, looking again by itself."""
        return f"/work/{self.number}?look=on"

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes of it."""
        return self.state in (WorkState.DONE, WorkState.FAILED)


Progress = Callable[[str, int, int], None]
"""Given what is being done, how much of it is done, and of how much."""


@dataclass
class LongWork:
    """Shared by all requests. The thread of a line is started with its first piece and ends with the program."""

    _lock: threading.Condition = field(default_factory=threading.Condition)
    _pieces: "OrderedDict[int, Piece]" = field(default_factory=OrderedDict)
    _waiting: "dict[str, deque[tuple[int, Callable[[Progress], Finished]]]]" = field(default_factory=dict)
    _begun: dict[str, tuple[int, object]] = field(default_factory=dict)
    """The piece that ``begin_once`` began last in each line, and what it rests on."""
    _ending: threading.Event = field(default_factory=threading.Event)
    _count: int = 0

    def begin(self, title: str, by: str, now: datetime, do: Callable[[Progress], Finished], *, line: str = "") -> Piece:
        """Put a piece of work in a line and return it; ``do`` runs in another thread and is given its progress."""
        with self._lock:
            self._count += 1
            piece = Piece(self._count, title, by, now)
            self._pieces[piece.number] = piece
            is_new = line not in self._waiting
            self._waiting.setdefault(line, deque()).append((piece.number, do))
            for number in [number for number, each in self._pieces.items() if each.is_over][:-_MOST_KEPT]:
                del self._pieces[number]
            if is_new:
                threading.Thread(target=self._work, args=(line,), name=f"long work {line}", daemon=True).start()
            self._lock.notify_all()
        return piece

    def begin_once(
        self,
        title: str,
        by: str,
        now: datetime,
        do: Callable[[Progress], Finished],
        *,
        line: str,
        rests_on: object,
        again: bool,
    ) -> Piece:
        """Return the last piece of a line, begun where there is none, or where it is over and rests on another state.

        One that is over and rests on the same is begun afresh if ``again``.
        """
        with self._lock:
            number, before = self._begun.get(line, (0, None))
            piece = self._pieces.get(number)
            if piece is None or (piece.is_over and (again or before != rests_on)):
                piece = self.begin(title, by, now, do, line=line)
                self._begun[line] = piece.number, rests_on
            return piece

    def find(self, number: int) -> Piece | None:
        """Return a piece as it stands now."""
        with self._lock:
            return self._pieces.get(number)

    def list(self) -> tuple[Piece, ...]:
        """Return all pieces, the newest first."""
        with self._lock:
            return tuple(reversed(self._pieces.values()))

    def end(self) -> None:
        """Let what goes on come to its end soon, and begin nothing more."""
        self._ending.set()

    def wait(self, patience_seconds: float) -> None:
        """Wait so long for what goes on."""
        until = time_passed() + patience_seconds
        while self.is_working and time_passed() < until:
            pause(_STEP_SECONDS)

    def is_ending(self) -> bool:
        """Return whether the program is about to end; long work asks between its steps."""
        return self._ending.is_set()

    @property
    def is_working(self) -> bool:
        """Whether a piece is being done just now."""
        with self._lock:
            return any(piece.state is WorkState.GOING_ON for piece in self._pieces.values())

    def _work(self, line: str) -> None:
        waiting = self._waiting[line]
        while True:
            with self._lock:
                while not waiting or self._ending.is_set():
                    self._lock.wait()
                number, do = waiting.popleft()
            self._do(number, do)

    def _do(self, number: int, do: Callable[[Progress], Finished]) -> None:
        def progress(step: str, done: int, of: int) -> None:
            self._set(number, step=step, done=done, of=of)

        self._set(number, state=WorkState.GOING_ON)
        try:
            finished = do(progress)
        except PolicyPipelineError as error:
            self._set(number, state=WorkState.FAILED, finished=Finished(str(error)))
        except Exception:
            # The last edge of this thread: the next piece must be done all the same.
            _log.exception("a piece of work failed")
            self._set(number, state=WorkState.FAILED, finished=Finished(_FAULT))
        else:
            self._set(number, state=WorkState.DONE, finished=finished)

    def _set(self, number: int, **changed: object) -> None:
        with self._lock:
            self._pieces[number] = replace(self._pieces[number], **changed)  # type: ignore[arg-type]
