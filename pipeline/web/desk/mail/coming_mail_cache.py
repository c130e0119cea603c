"""The last look at the days to come, kept until something that it rests on is changed.

To look takes seconds at a small school and minutes at a trust, so a page shows what was worked out last, says whether
it still holds, and has the next one worked out behind the pages, one at a time.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from pipeline.web.desk.work import Piece

if TYPE_CHECKING:
    from pipeline.simulation.look_ahead import Simulation


@dataclass(frozen=True, slots=True)
class Looked:
    """A look ahead, and when it was made."""

    found: "Simulation"
    at: datetime
    rests_on: tuple[object, ...]
    """Of another print it no longer holds."""


@dataclass
class KeptAhead:
    """Shared by all requests; each method may be called from any thread."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _last: Looked | None = None
    _number: int | None = None
    """Of the piece of work that was begun last."""
    _begun_on: tuple[object, ...] | None = None
    """What that one rests on."""

    def last(self) -> Looked | None:
        """Return what was worked out last; None where nothing was."""
        with self._lock:
            return self._last

    def keep(self, looked: Looked) -> None:
        """Keep what was worked out."""
        with self._lock:
            self._last = looked

    def begin(
        self,
        rests_on: tuple[object, ...],
        find: Callable[[int], Piece | None],
        begin: Callable[[], Piece],
        *,
        again: bool,
    ) -> Piece:
        """Return the piece of work that looks now, begun where none does; one that failed is begun afresh if ``again``.

        ``find`` gives a piece by its number as it stands.
        """
        with self._lock:
            piece = find(self._number) if self._number is not None else None
            is_same = self._begun_on == rests_on
            if piece is None or (piece.is_over and (again or not is_same)):
                piece = begin()
                self._number, self._begun_on = piece.number, rests_on
            return piece
