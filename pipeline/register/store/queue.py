"""Let the threads of this program write to a register one after the other, in the order they came.

SQLite lets one writer in at a time and has the others try again and again, with longer and longer pauses: of forty
readers who press the button at once the unlucky one waits for seconds while later ones go first. Threads therefore
stand in line here, and only the first of them asks SQLite.
"""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class WriterQueue:
    """A line of threads of which one at a time is let through."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._busy = False
        self._line: deque[threading.Event] = deque()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for this thread's turn, and let the next one through at the end."""
        self._wait()
        try:
            yield
        finally:
            self._let_next_through()

    def _wait(self) -> None:
        with self._guard:
            if not self._busy:
                self._busy = True
                return
            mine = threading.Event()
            self._line.append(mine)
        try:
            mine.wait()
        except BaseException:
            # Interrupted: the turn that may just have been given goes to the next.
            with self._guard:
                given = mine not in self._line
                if not given:
                    self._line.remove(mine)
            if given:
                self._let_next_through()
            raise

    def _let_next_through(self) -> None:
        with self._guard:
            if self._line:
                self._line.popleft().set()
            else:
                self._busy = False


_queues: dict[Path | str, WriterQueue] = {}
_guard = threading.Lock()


def queue_of(register: Path | str) -> WriterQueue:
    """Return the line of those who write to a register, by its file or name; one for this whole program."""
    with _guard:
        return _queues.setdefault(register if isinstance(register, str) else register.resolve(), WriterQueue())
