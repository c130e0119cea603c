"""Messages between the program and the processes that read files for it: pickled, each with its length before it."""

import pickle
import struct
from typing import Any

_LENGTH = struct.Struct(">Q")
_MAX_ANSWER_BYTES = 400 * 1024 * 1024


def send(pipe: Any, message: object) -> None:
    """Write one pickled message with its length before it."""
    content = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    pipe.write(_LENGTH.pack(len(content)) + content)
    pipe.flush()


def receive(pipe: Any) -> bytes | None:
    """Read one message, still pickled; None at the end of the pipe.

    Raises:
        ValueError: it is longer than any honest message.
    """
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    if length > _MAX_ANSWER_BYTES:
        raise ValueError(f"a message of {length} bytes")
    content: bytes = pipe.read(length)
    return content if len(content) == length else None
