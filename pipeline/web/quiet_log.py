"""Keep the log of ``serve`` short, whatever strangers send: one line for what is nobody's fault, few of one kind.

A request that was broken off is a line and no traceback. Of lines that say the same, twenty a minute are written; how
many more there were is said when the minute is over.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

MOST_A_MINUTE = 20
_MINUTE_SECONDS = 60.0
_MOST_KINDS = 500
_NOISY = ("uvicorn.error", "asyncio", "pipeline.web")
_BROKEN_OFF = (asyncio.CancelledError, ConnectionError, TimeoutError)


class FewOfAKind(logging.Filter):
    """Lets twenty lines a minute of each kind pass. What a line is of is its logger and its words before filling."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._kinds: dict[tuple[str, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Shorten a line, and say whether it is written."""
        _shorten(record)
        kind = record.name, str(record.msg)[:200]
        with self._lock:
            now = self._monotonic()
            began, count = self._kinds.get(kind, (now, 0))
            if now - began >= _MINUTE_SECONDS:
                left_out, began, count = max(0, count - MOST_A_MINUTE), now, 0
                if left_out:
                    record.msg = f"{record.msg} (and {left_out} more like it, left out)"
            if len(self._kinds) >= _MOST_KINDS and kind not in self._kinds:
                self._kinds.pop(next(iter(self._kinds)))
            self._kinds[kind] = began, count + 1
            return count < MOST_A_MINUTE


def _shorten(record: logging.LogRecord) -> None:
    """Make one line of a request that was broken off: its traceback tells nothing."""
    error = record.exc_info[1] if record.exc_info else None
    is_full = str(record.msg).startswith("socket.accept() out of system resource")
    if isinstance(error, _BROKEN_OFF) or is_full:
        record.msg, record.args = f"{str(record.msg).splitlines()[0]}: {type(error).__name__}", ()
        record.exc_info = record.exc_text = None


@contextmanager
def kept_short() -> Iterator[None]:
    """Keep what the server and the pages log short, inside the ``with`` statement."""
    few = FewOfAKind()
    loggers = [logging.getLogger(name) for name in (*_NOISY, *_below("pipeline.web"))]
    for logger in loggers:
        logger.addFilter(few)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeFilter(few)


def _below(name: str) -> list[str]:
    return [each for each in logging.Logger.manager.loggerDict if each.startswith(f"{name}.")]
