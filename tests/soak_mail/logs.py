"""The logs of a run: a line of JSON each, on the disk before the writer goes on, followed by whoever waits for them."""

import json
import os
from pathlib import Path

ACCEPTED = "accepted.jsonl"
"""The mail server's: each mail it took."""
REFUSED = "refused.jsonl"
"""The mail server's: each time it refused a recipient for good, a mail for the moment, or the route."""
DECIDED = "decided.jsonl"
"""The office's: each decision after which some mail must not go."""
LIVES = "lives.jsonl"
"""The lives of the delivering processes, and which of them were killed."""


class Log:
    """One log that is written by one process. Times in it are nanoseconds of ``time.monotonic_ns``."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(self, **fields: object) -> None:
        """Add one line; it is on the disk on return. Call it from one thread at a time."""
        os.write(self._descriptor, json.dumps(fields).encode("ascii") + b"\n")
        os.fsync(self._descriptor)

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._descriptor)


class Follower:
    """Counts the lines of a log that another process writes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read = 0
        self._lines = 0

    def count(self) -> int:
        """Return how many lines there are by now."""
        if self._path.exists() and self._path.stat().st_size > self._read:
            with self._path.open("rb") as file:
                file.seek(self._read)
                more = file.read()
            self._read += len(more)
            self._lines += more.count(b"\n")
        return self._lines
