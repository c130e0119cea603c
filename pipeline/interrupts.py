"""Ending from outside: Ctrl-C, and SIGTERM where a program heeds it alike.

Python raises KeyboardInterrupt wherever the program happens to be. Where that is inside a function that SQLite calls,
or while a connection is put away, what reaches the caller is another error: a signal must not be told as a fault of the
program or of the register. The code that tells errors asks ``came`` first.
"""

import signal
import threading
from types import FrameType

_came = threading.Event()


def heed(*numbers: int) -> None:
    """Let these signals raise KeyboardInterrupt in this process, and be known to have come; main thread only."""
    for number in numbers:
        signal.signal(number, interrupt)


def interrupt(number: int, frame: FrameType | None) -> None:
    """End what is under way; a handler of a signal."""
    _came.set()
    raise KeyboardInterrupt


def came() -> bool:
    """Return whether this process was asked to end."""
    return _came.is_set()
