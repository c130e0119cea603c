"""The schools at a glance, as they were looked at last: a page does not wait for a hundred registers.

Each school is looked at again when what is known of it is a minute old, or was changed through this server. A page
waits a moment for that; whatever takes longer goes on behind it, and the page says which schools are still missing.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime

from pipeline.configuration.trust import Trust
from pipeline.errors import ExitCode
from pipeline.trust.schools import look_at
from pipeline.trust.shared_registers import find_shared
from pipeline.trust.status import Glance, glance_at

_log = logging.getLogger(__name__)
_FAULT = "A fault in the program kept this school from being looked at ({})."
FRESH_SECONDS = 60.0
WAIT_SECONDS = 3.0
_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Seen:
    """How a school stood at a moment."""

    glance: Glance
    at: datetime
    ticks: float
    """By the clock that only goes on."""


class Glances:
    """Looks at schools and keeps what it saw. Threads share it."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: dict[str, Seen] = {}
        self._changed: dict[str, float] = {}
        """When something was done at a school; what was looked at before that counts no more."""
        self._looking: dict[str, Future[None]] = {}
        self._trust: Trust | None = None
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="glances")

    def of(self, trust: Trust, keys: Sequence[str], wait_seconds: float = WAIT_SECONDS) -> Mapping[str, Seen]:
        """Return how each school stands, none older than a minute; what is not known in time is left out."""
        with self._lock:
            if trust is not self._trust:
                self._trust, self._seen = trust, {}
            missing = [key for key in keys if not self._is_fresh(key) and key not in self._looking]
        shared = find_shared(trust) if missing else {}
        with self._lock:
            for key in missing:
                if key not in self._looking:
                    self._looking[key] = self._pool.submit(self._look, trust, key, shared)
            waited = [self._looking[key] for key in keys if key in self._looking]
        wait(waited, timeout=wait_seconds)
        with self._lock:
            return {key: self._seen[key] for key in keys if self._is_fresh(key)}

    def forget(self, key: str) -> None:
        """Look at a school anew the next time: something was done there."""
        with self._lock:
            self._changed[key] = time.monotonic()

    def close(self) -> None:
        """Begin no more looks."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _is_fresh(self, key: str) -> bool:
        seen = self._seen.get(key)
        if seen is None or seen.ticks <= self._changed.get(key, 0.0):
            return False
        return time.monotonic() - seen.ticks < FRESH_SECONDS

    def _look(self, trust: Trust, key: str, shared: Mapping[str, str]) -> None:
        began, now = time.monotonic(), self._clock()
        entry = trust.school(key)
        assert entry is not None  # whoever asks names schools of this trust
        school = look_at(trust, entry, shared)
        try:
            glance = glance_at(school, now)
        except Exception as error:
            # The edge of this thread: a fault at one school is told with it, and hides no other.
            _log.exception("a school could not be looked at")
            glance = Glance(school, None, (_FAULT.format(type(error).__name__),), ExitCode.BUG)
        with self._lock:
            if trust is self._trust:
                self._seen[key] = Seen(glance, now, began)
            self._looking.pop(key, None)
