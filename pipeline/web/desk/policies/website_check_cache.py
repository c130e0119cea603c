"""The last look at the school's own website, kept while the program runs: a look takes minutes, reading it none."""

import threading
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.publish.watching import Watched


@dataclass
class KeptLook:
    """Shared by all requests; each method may be called from any thread."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _last: "tuple[Watched, datetime, tuple[str, ...]] | None" = None

    def last(self, pages: tuple[str, ...]) -> "tuple[Watched, datetime] | None":
        """Return what was found on these pages and when; None where nobody looked at them."""
        with self._lock:
            if self._last is None or self._last[2] != pages:
                return None
            return self._last[:2]

    def keep(self, found: "Watched", at: datetime, pages: tuple[str, ...]) -> None:
        """Keep what was found."""
        with self._lock:
            self._last = found, at, pages
