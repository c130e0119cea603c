"""Take what was written into the register's file behind those who write, while ``policy serve`` goes on.

SQLite writes into a log beside the file first (``-wal``), and each commit is forced there: nothing of that changes.
From time to time what the log holds is copied into the file, by whoever commits just then, who waits for the disk
twice more. While pages record, that is done by a thread of its own, so that no reader waits for it.

Source: SQLite's documentation of write-ahead logging, on checkpoints and application-initiated ones.
"""

import logging
import sqlite3
import threading
from pathlib import Path
from typing import Self

from pipeline.register.store.database import Register
from pipeline.register.store.engines import LATE_CHECKPOINT_PAGES, OWN_CHECKPOINT_PAGES

_log = logging.getLogger(__name__)
_EVERY_SECONDS = 0.5
_WORTH_BYTES = 2_000_000
"""A shorter log is left: copying it costs as much waiting for the disk as copying a longer one."""


class CheckpointsBehind:
    """Does so inside a ``with`` statement; where the thread cannot, whoever commits does, as without it."""

    def __init__(self, register: Register, *, every_seconds: float = _EVERY_SECONDS) -> None:
        self._register, self._every = register, every_seconds
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        if self._register.path is not None:
            self._register.checkpoint_pages = LATE_CHECKPOINT_PAGES
            self._thread = threading.Thread(
                target=self._work, args=(self._register.path,), name="checkpoints", daemon=True
            )
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        if self._thread is not None:
            self._thread.join(timeout=5)
        self._register.checkpoint_pages = OWN_CHECKPOINT_PAGES

    def _work(self, path: Path) -> None:
        log = path.with_name(f"{path.name}-wal")
        try:
            connection = sqlite3.connect(path, isolation_level=None, timeout=0.0)
        except sqlite3.Error as error:
            self._give_up(error)
            return
        try:
            while not self._ended.wait(self._every):
                if log.exists() and log.stat().st_size > _WORTH_BYTES:
                    connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        except (sqlite3.Error, OSError) as error:
            self._give_up(error)
        finally:
            connection.close()

    def _give_up(self, error: Exception) -> None:
        _log.warning("what was written is taken into the register by whoever writes: %s", error)
        self._register.checkpoint_pages = OWN_CHECKPOINT_PAGES
