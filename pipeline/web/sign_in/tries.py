"""Guesses at the code of a second step: five are free, then each further one keeps its session waiting longer.

Unlike a surname on a personal page (``web.attempts``) a code is worth guessing, so that here the right one waits, too.
Kept in memory.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

FREE_ERRORS = 5
_FIRST_WAIT_SECONDS = 30.0
_LONGEST_WAIT_SECONDS = 900.0
_FORGOTTEN_SECONDS = 3600.0


@dataclass(slots=True)
class _Record:
    errors: int = 0
    last: float = 0.0
    wait_until: float = 0.0


class Tries:
    """Counts each session's mistakes. An hour without one, or a success, clears them.

    At most ``most_remembered`` sessions are kept in mind, the latest.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic, *, most_remembered: int = 10_000) -> None:
        self._most_remembered = most_remembered
        self._monotonic = monotonic
        self._records: dict[int, _Record] = {}
        self._turn = threading.Lock()

    def seconds_to_wait(self, session: int) -> int:
        """Return how long the session must still wait, 0 if not at all; rounded up."""
        with self._turn:
            record = self._records.get(session)
            left = record.wait_until - self._monotonic() if record else 0.0
            return max(0, -int(-left // 1))

    def note_error(self, session: int) -> None:
        """Count a mistake; after five, each sets a wait that doubles."""
        with self._turn:
            now = self._monotonic()
            self._forget(now, session)
            record = self._records.setdefault(session, _Record())
            record.errors += 1
            record.last = now
            if record.errors > FREE_ERRORS:
                wait = _FIRST_WAIT_SECONDS * 2.0 ** min(record.errors - FREE_ERRORS - 1, 10)
                record.wait_until = now + min(wait, _LONGEST_WAIT_SECONDS)

    def note_success(self, session: int) -> None:
        """Clear the session's mistakes."""
        with self._turn:
            self._records.pop(session, None)

    def _forget(self, now: float, session: int) -> None:
        """Drop what is an hour old, and for a new one the oldest where there are too many."""
        for old in [one for one, record in self._records.items() if now - record.last > _FORGOTTEN_SECONDS]:
            del self._records[old]
        if session not in self._records and len(self._records) >= self._most_remembered:
            del self._records[next(iter(self._records))]
