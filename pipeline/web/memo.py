"""What pages worked out and show again: kept until something that it rests on is another, such as the register's state.

Nothing of it is evidence: it stands in this program's memory, and a restart works it out anew.
"""

import threading
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

_T = TypeVar("_T")


class Memo:
    """Shared by all requests; each method may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, str], tuple[Any, Any]] = OrderedDict()
        self._making: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    def of(
        self,
        kind: str,
        rests_on: object,
        make: Callable[[], _T],
        *,
        key: str = "",
        has_room: Callable[[Sequence[_T]], bool] | None = None,
    ) -> _T:
        """Return what is kept of a kind, and there under a key, where it rests on the same; else what is made now.

        Of one kind one thing is made at a time: a request that asks for it meanwhile waits, in place of making it too.
        ``has_room`` is given all that is kept of the kind: while it says no, what was asked for longest ago goes.
        """
        with self._lock:
            alone = self._making[kind]
        with alone:
            found = self.last(kind, key)
            if found is not None and found[0] == rests_on:
                kept: _T = found[1]
                return kept
            made = make()
            self.keep(kind, rests_on, made, key=key)
            with self._lock:
                of_kind = [each for each in self._kept if each[0] == kind]
                while (
                    has_room is not None and len(of_kind) > 1 and not has_room([self._kept[one][1] for one in of_kind])
                ):
                    del self._kept[of_kind.pop(0)]
            return made

    def last(self, kind: str, key: str = "") -> tuple[Any, Any] | None:
        """Return what is kept, behind what it rests on, whether or not that is still so; None where nothing is."""
        with self._lock:
            if (kind, key) in self._kept:
                self._kept.move_to_end((kind, key))
            return self._kept.get((kind, key))

    def keep(self, kind: str, rests_on: object, value: object, *, key: str = "") -> None:
        """Keep what was worked out elsewhere, such as behind the pages."""
        with self._lock:
            self._kept[kind, key] = rests_on, value
            self._kept.move_to_end((kind, key))
