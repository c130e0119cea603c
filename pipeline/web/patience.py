"""Count how often somebody asks in a while, so that what must not be tried out cannot be. Kept in memory."""

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable

_MOST_REMEMBERED = 10_000


class Patience:
    """Counts what each key asked for in the last ``seconds``; at ``most`` it has to wait."""

    def __init__(
        self, monotonic: Callable[[], float] = time.monotonic, *, most: int = 30, seconds: float = 60.0
    ) -> None:
        self._monotonic, self._most, self._seconds = monotonic, most, seconds
        self._asked: OrderedDict[str, deque[float]] = OrderedDict()
        self._turn = threading.Lock()

    def seconds_to_wait(self, key: str) -> int:
        """Return how long a key must wait before it asks again, 0 if not at all; rounded up."""
        with self._turn:
            asked = self._asked.get(key)
            if asked is None or len(asked) < self._most:
                return 0
            return max(0, -int(-(asked[0] + self._seconds - self._monotonic()) // 1))

    def note(self, key: str) -> None:
        """Count one more."""
        with self._turn:
            asked = self._asked.setdefault(key, deque(maxlen=self._most))
            asked.append(self._monotonic())
            self._asked.move_to_end(key)
            while len(self._asked) > _MOST_REMEMBERED:
                self._asked.popitem(last=False)
