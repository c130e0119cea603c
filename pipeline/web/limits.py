"""How long and how much one connection may take, so that many that never end keep nobody else out.

uvicorn puts a limit on connections between two requests only. Here a request must have come whole after a time, a body
may not trickle, a reader must read, and there are never more connections than this process can hold: the one that has
kept a place longest without asking for anything gives way to the one that comes. No address counts for more or less
than another, since a whole school comes from one.
"""

import asyncio
import logging
import sys
from dataclasses import dataclass
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WebLimits:
    """Times are seconds."""

    connections: int = 400
    """Open at a time. Beside them the program holds some dozens of files; a process may often hold 1,024, or 256."""
    head: float = 10.0
    """From the connection, or the first byte of a further request, until its head is whole."""
    body: float = 20.0
    """For the body of a request, and for each further ``body_bytes`` of it as long again as they take at that rate."""
    body_bytes_a_second: int = 4096
    """Slower than this a body is not waited for."""
    unread: float = 60.0
    """For which the client takes nothing of the answer."""
    rest: float = 5.0
    """For what is still coming of a request that was answered before it was whole; it is not kept."""
    rest_bytes: int = 1_000_000
    """And so much of it: cut off at once, the client would not see the answer."""
    between: int = 5
    """From an answer to the next request on the same connection."""


LIMITS = WebLimits()
BACKLOG = 100
"""Connections that are taken up at one time, so that they are counted before the next are."""
_REFUSAL = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\nRetry-After: 5\r\n"
    b"Connection: close\r\nContent-Length: 40\r\n\r\nToo many at once. Please try once more.\n"
)


def fit_to_process(limits: WebLimits = LIMITS) -> WebLimits:
    """Return ``limits`` with no more connections than half of what this process may hold, which is raised first."""
    if sys.platform == "win32":
        return limits
    import resource
    from dataclasses import replace

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 4 * limits.connections
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        except (ValueError, OSError):
            soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if soft == resource.RLIM_INFINITY:
        return limits
    return replace(limits, connections=min(limits.connections, max(20, soft // 2 - BACKLOG)))


class _OneLength(h11.Connection):
    """Refuses a request that says its length twice: another program before this one may go by the other of the two.

    Source: RFC 9112, 6.1 and 11.2.
    """

    def next_event(self) -> Any:
        """Return what came next. Raises h11.RemoteProtocolError for such a request."""
        event = super().next_event()
        if isinstance(event, h11.Request):
            names = {name.lower() for name, _ in event.headers}
            if {b"content-length", b"transfer-encoding"} <= names:
                raise h11.RemoteProtocolError("Content-Length with Transfer-Encoding")
        return event


def limited_protocol(limits: WebLimits) -> type[H11Protocol]:
    """Return uvicorn's own protocol with ``limits`` on each connection."""
    return type("Limited", (_LimitedProtocol,), {"limits": limits})


class _LimitedProtocol(H11Protocol):
    """One connection."""

    limits = LIMITS

    def __init__(self, *args: Any, **fields: Any) -> None:
        super().__init__(*args, **fields)
        self.conn = _OneLength(h11.SERVER)
        self._timer: asyncio.TimerHandle | None = None
        self._unread_timer: asyncio.TimerHandle | None = None
        self._waits_since = self.loop.time()
        self._body_began = 0.0
        self._body_bytes = 0
        self._rest_bytes = 0

    # --- what comes -------------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, if need be in the place of another."""
        super().connection_made(transport)
        if len(self.connections) > self.limits.connections and not self._make_room():
            transport.write(_REFUSAL)
            transport.close()
            return
        self._arm(self.limits.head)

    def data_received(self, data: bytes) -> None:
        """Take what came, and say how long the rest may take."""
        if self.transport.is_closing():
            return
        if self._timer is None and not self._is_answering:
            self._arm(self.limits.head)
        if self.conn.their_state is h11.SEND_BODY:
            self._body_bytes += len(data)
            self._rest_bytes += len(data) if not self._is_answering else 0
        super().data_received(data)
        if self._rest_bytes > self.limits.rest_bytes:
            self._give_up("more was sent than is taken")
        elif not self._is_resting:
            self._rest_bytes = 0
            self._time_what_is_missing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go."""
        self._disarm()
        self._disarm_unread()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """Wait for the next request, and for a while for what is still coming of this one."""
        self._waits_since = self.loop.time()
        self._disarm()
        if self._is_resting:
            self._arm(self.limits.rest)
        super().on_response_complete()

    # --- what goes --------------------------------------------------------------------------------------------------

    def pause_writing(self) -> None:
        """Wait for the client to take what there is."""
        super().pause_writing()
        self._disarm_unread()
        self._unread_timer = self.loop.call_later(self.limits.unread, self._give_up, "an answer was not taken")

    def resume_writing(self) -> None:
        """Go on."""
        self._disarm_unread()
        super().resume_writing()

    # --- time -------------------------------------------------------------------------------------------------------

    @property
    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    @property
    def _is_resting(self) -> bool:
        """Whether a request was answered and its body still comes."""
        return self.conn.their_state is h11.SEND_BODY and not self._is_answering

    @property
    def _waits_for_more(self) -> bool:
        """Whether nothing is to be done until more comes from the other side."""
        return not self._is_answering or self.conn.their_state is h11.SEND_BODY

    def _time_what_is_missing(self) -> None:
        """Set the time for the rest of a body; none where the request is whole and its answer is worked out."""
        if self.conn.their_state is h11.SEND_BODY:
            if not self._body_began:
                self._body_began, self._body_bytes = self.loop.time(), 0
            allowed = self.limits.body + self._body_bytes / self.limits.body_bytes_a_second
            self._arm(max(0.0, self._body_began + allowed - self.loop.time()))
        elif self._is_answering:
            self._body_began = 0.0
            self._disarm()

    def _arm(self, seconds: float) -> None:
        self._disarm()
        self._timer = self.loop.call_later(seconds, self._give_up, "a request did not come whole in time")

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _disarm_unread(self) -> None:
        if self._unread_timer is not None:
            self._unread_timer.cancel()
            self._unread_timer = None

    def _give_up(self, why: str) -> None:
        _log.info("a connection was closed: %s", why)
        self.transport.abort()

    # --- places -----------------------------------------------------------------------------------------------------

    def _make_room(self) -> bool:
        """Close the connection that has waited longest without a whole request; False where all are being answered."""
        waiting = [
            one
            for one in self.connections
            if isinstance(one, _LimitedProtocol)
            and one is not self
            and one._waits_for_more
            and not one.transport.is_closing()
        ]
        if not waiting:
            return False
        min(waiting, key=lambda one: one._waits_since)._give_up("another needed its place")
        return True
