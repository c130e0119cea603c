"""Patience with wrong surnames: five are free, then each further wrong answer takes longer. Kept in memory.

The right answer is never kept waiting: a scanner that has pressed every button on a page locks nobody out of it.
"""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

FREE_ERRORS = 5
_FIRST_SECONDS = 0.5
LONGEST_SECONDS = 3.0
"""Below what programs give up after, so that the person who waits gets the page that says what was wrong."""
MOST_AT_ONCE = 3
"""Wrong answers for one person that wait at once; any further one is told so at once, and keeps no connection."""
_FORGOTTEN_SECONDS = 3600.0


@dataclass(slots=True)
class _Record:
    errors: int = 0
    last: float = 0.0
    waiting: int = 0


class Attempts:
    """Counts each person's wrong answers. An hour without one, or the right one, clears them.

    At most ``most_remembered`` people are kept in mind, the latest.
    """

    def __init__(
        self,
        monotonic: Callable[[], float] = time.monotonic,
        *,
        most_remembered: int = 10_000,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._most_remembered = most_remembered
        self._monotonic, self._sleep = monotonic, sleep
        self._records: dict[int, _Record] = {}
        self._turn = threading.Lock()

    def note_error(self, person: int) -> float:
        """Count a wrong answer; return how many seconds its reply is to take: 0 for the first five, then more."""
        with self._turn:
            now = self._monotonic()
            self._forget(now, person)
            record = self._records.setdefault(person, _Record())
            record.errors += 1
            record.last = now
            over = record.errors - FREE_ERRORS
            return min(_FIRST_SECONDS * 2.0 ** min(over, 10), LONGEST_SECONDS) if over > 0 else 0.0

    def note_success(self, person: int) -> None:
        """Clear the person's mistakes."""
        with self._turn:
            self._records.pop(person, None)

    async def wait(self, person: int, seconds: float) -> bool:
        """Keep a reply back so long; return False, at once, where too many of the person's wait already."""
        if seconds <= 0:
            return True
        with self._turn:
            record = self._records.setdefault(person, _Record())
            if record.waiting >= MOST_AT_ONCE:
                return False
            record.waiting += 1
        try:
            await self._sleep(seconds)
        finally:
            with self._turn:
                record.waiting -= 1
        return True

    def _forget(self, now: float, person: int) -> None:
        """Drop what is an hour old, and for a new client the oldest where there are too many."""
        for old in [one for one, record in self._records.items() if now - record.last > _FORGOTTEN_SECONDS]:
            del self._records[old]
        if person not in self._records and len(self._records) >= self._most_remembered:
            del self._records[next(iter(self._records))]
