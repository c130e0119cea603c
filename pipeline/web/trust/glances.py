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
from pipeline.errors import ExitCode, PolicyPipelineError
from pipeline.trust.schools import School, look_at, name_in_file
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
        """Return how each school stands, none older than a minute when this was asked; what takes longer is left out.

        A hundred schools may take more than a minute: what was seen of the first still counts when the last is done.
        """
        asked = time.monotonic()
        with self._lock:
            if trust is not self._trust:
                self._trust, self._seen = trust, {}
            since = {key: max(asked - FRESH_SECONDS, self._changed.get(key, 0.0)) for key in keys}
        while True:
            waited = self._begin(trust, since)
            wait(waited, timeout=max(0.0, asked + wait_seconds - time.monotonic()))
            with self._lock:
                found = {key: seen for key in keys if (seen := self._seen.get(key)) and seen.ticks > since[key]}
                is_other = trust is not self._trust
            if len(found) == len(since) or is_other or time.monotonic() >= asked + wait_seconds:
                return found

    def _begin(self, trust: Trust, since: Mapping[str, float]) -> list[Future[None]]:
        """Begin to look at each school that was not looked at since its moment; return what is waited for."""
        with self._lock:
            missing = [key for key, ticks in since.items() if key not in self._seen or self._seen[key].ticks <= ticks]
            is_begun = all(key in self._looking for key in missing)
        shared = {} if is_begun else find_shared(trust)
        with self._lock:
            for key in missing:
                if key not in self._looking:
                    self._looking[key] = self._pool.submit(self._look, trust, key, shared)
            return [self._looking[key] for key in missing]

    def forget(self, key: str) -> None:
        """Look at a school anew the next time: something was done there."""
        with self._lock:
            self._changed[key] = time.monotonic()

    def close(self) -> None:
        """Begin no more looks."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _look(self, trust: Trust, key: str, shared: Mapping[str, str]) -> None:
        began, now = time.monotonic(), self._clock()
        entry = trust.school(key)
        assert entry is not None  # each caller names schools of this trust
        folder = trust.folder_of(entry)
        school = School(entry, folder, None, called=name_in_file(folder))
        try:
            school = look_at(trust, entry, shared)
            glance = glance_at(school, now)
        except Exception as error:
            # The edge of this thread: a fault at one school is told with it, and hides no other.
            _log.exception("a school could not be looked at")
            said = str(error) if isinstance(error, PolicyPipelineError) else _FAULT.format(type(error).__name__)
            glance = Glance(school, None, tuple(said.splitlines()), ExitCode.BUG)
        with self._lock:
            if trust is self._trust:
                self._seen[key] = Seen(glance, now, began)
            self._looking.pop(key, None)
