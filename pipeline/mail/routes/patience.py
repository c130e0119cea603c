"""How long a mail server's answers are waited for, and no longer once the program is told to stop.

Made by ``mail.outbox`` for one delivery and shared by its connections. Told to stop, a delivery begins nothing more.
The answer to a mail that was already handed over whole is still worth a little waiting: without it nobody knows whether
the mail was taken, and it goes again later.
"""

import selectors
import signal
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from socket import SHUT_RDWR, socket
from types import FrameType

_LOOK_SECONDS = 0.2
"""So often it is asked, while waiting, whether to stop."""


@dataclass(frozen=True, slots=True)
class Waits:
    """The longest waits for a mail server, in seconds.

    Source: RFC 5321, section 4.5.3.2, which gives minima; connecting and signing in are shorter, since nothing was
    handed over then and a later try loses nothing.
    """

    connect: float = 30
    """Until there is a connection, and for each answer until it is signed in."""
    command: float = 300
    """For the answers to MAIL, RCPT and RSET (4.5.3.2.2 and 4.5.3.2.3)."""
    data: float = 120
    """For the answer to DATA (4.5.3.2.4)."""
    block: float = 180
    """Until the connection takes one block of the content (4.5.3.2.5)."""
    dot: float = 600
    """For the answer to the final dot (4.5.3.2.6): a server that is given up too early takes the mail all the same."""
    answer: float = 120
    """For Microsoft Graph's answer to a mail: a caller that stops waiting does not know whether it went."""
    goodbye: float = 5
    """For the answer to QUIT, which changes nothing."""
    interrupted: float = 30
    """For the answer to a mail that was handed over whole, once a run is interrupted."""


class Patience:
    """Waits for answers. One for a whole delivery; its threads share it."""

    def __init__(
        self,
        stop_asked: Callable[[], bool] | None = None,
        waits: Waits = Waits(),
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """``stop_asked`` is a server's word to stop, after which no answer is waited for any more."""
        self.waits = waits
        self._stop_asked = stop_asked
        self._monotonic = monotonic
        self._interrupted_at: float | None = None

    def interrupt(self) -> None:
        """Begin nothing more; answers to what was handed over are waited for ``Waits.interrupted`` at most."""
        if self._interrupted_at is None:
            self._interrupted_at = self._monotonic()

    @property
    def is_stopped(self) -> bool:
        """Whether nothing more is to be begun."""
        return self._interrupted_at is not None or self._is_left()

    def _is_left(self) -> bool:
        return self._stop_asked is not None and self._stop_asked()

    def _is_over(self, *, handed_over: bool) -> bool:
        """Say whether an answer is waited for no longer, since the program is to stop."""
        if self._is_left():
            return True
        if self._interrupted_at is None:
            return False
        return not handed_over or self._monotonic() - self._interrupted_at >= self.waits.interrupted

    def wait_readable(self, line: socket, seconds: float, *, handed_over: bool = False) -> bool:
        """Wait until something can be read from a connection; return False where that took too long or is to stop.

        ``handed_over`` says that the answer tells what became of a whole message.
        """
        if isinstance(line, ssl.SSLSocket) and line.pending():
            return True
        until = self._monotonic() + seconds
        with selectors.DefaultSelector() as selector:
            selector.register(line, selectors.EVENT_READ)
            while (left := until - self._monotonic()) > 0 and not self._is_over(handed_over=handed_over):
                if selector.select(min(left, _LOOK_SECONDS)):
                    return True
        return False

    @contextmanager
    def cutting_off(self, call: "Call") -> Iterator[None]:
        """Shut a call's connection where its answer is waited for too long, or no longer since the program is to stop.

        For a library that reads the answer by itself: its waiting ends with an error then, and ``call.is_cut`` is set.
        """
        over = threading.Event()
        watcher = threading.Thread(target=self._watch, args=(call, over), name="patience", daemon=True)
        watcher.start()
        try:
            yield
        finally:
            over.set()
            watcher.join()

    def _watch(self, call: "Call", over: threading.Event) -> None:
        since: float | None = None
        while not over.wait(_LOOK_SECONDS):
            since = self._monotonic() if since is None and call.is_handed_over else since
            is_late = since is not None and self._monotonic() - since >= self.waits.answer
            if call.line is not None and (is_late or self._is_over(handed_over=call.is_handed_over)):
                call.is_cut = True
                with suppress(OSError):
                    # The plain one: that of an encrypted connection would take the encryption away under the reader.
                    socket.shutdown(call.line, SHUT_RDWR)
                return


@dataclass(slots=True)
class Call:
    """One request that a library carries: what is known of it while its answer is waited for."""

    line: socket | None = None
    """Its connection; None until there is one."""
    is_handed_over: bool = False
    """All of it was written."""
    is_cut: bool = False
    """Its connection was shut: nobody waits for the answer any more."""


@contextmanager
def heeding_sigterm(interrupt: Callable[[], None]) -> Iterator[None]:
    """Let SIGTERM end what is done inside in good order; after it the signal has the effect it would have had.

    Only in the main thread, where signals arrive; ``policy serve`` delivers on others and heeds its signals itself.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    received: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        received.append(number)
        interrupt()

    before = signal.signal(signal.SIGTERM, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
        if received:
            signal.raise_signal(signal.SIGTERM)
