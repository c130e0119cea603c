"""Count how often a client asks in a while, so that what must not be tried out cannot be. Kept in memory."""

import ipaddress
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable

from starlette.requests import Request

_MOST_REMEMBERED = 10_000


class RateLimit:
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


def client_of(request: Request) -> str:
    """Return by what a client is counted: its address, of IPv6 the first 64 bits, since one customer has all the rest.

    Empty where the server does not know it. Behind a proxy that the server trusts it is the address the proxy gives.
    """
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    return str(address.ipv4_mapped or ipaddress.ip_network((address, 64), strict=False))
