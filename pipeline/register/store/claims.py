"""Tell whether the process that claimed a message or a job still lives.

A process that delivers or does a scheduled job holds an operating-system lock on a small file beside the register,
named in its claims. The lock goes with the process, however it ends, so a dead one's claims can be taken over at once
and a living one's are left alone.
"""

import itertools
import os
import platform
import re
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from filelock import FileLock, Timeout

from pipeline.errors import RegisterError, say_system_error
from pipeline.private_files import FILE, make_folder

_NAME = re.compile(r"[A-Za-z0-9-][A-Za-z0-9.-]*")
_COUNTER = itertools.count(1)
_OTHER_MACHINE_HOURS = 1


class Claimant:
    """This run as the one who claims messages or a job. Use it in a ``with`` statement."""

    def __init__(self, register_path: Path | None, now: datetime) -> None:
        """``register_path`` is None for a register in memory, which nobody else can claim from."""
        self._host = re.sub(r"[^A-Za-z0-9-]", "-", platform.node()) or "localhost"
        self.name: str = f"{self._host}.{os.getpid()}.{now:%Y%m%dT%H%M%S%f}.{next(_COUNTER)}"
        """Host, process, start and a number: what ``claimed_by`` holds."""
        self._now = now
        self._folder = None if register_path is None else register_path.with_name(f"{register_path.name}.claims")
        self._lock: FileLock | None = None

    def __enter__(self) -> Self:
        if self._folder is not None:
            try:
                make_folder(self._folder)
                self._lock = self._lock_of(self._folder, self.name)
                self._lock.acquire(timeout=0)
            except OSError as error:
                raise RegisterError(
                    f"{self._folder} cannot be written: {say_system_error(error)}. "
                    "Give this account the right to write there."
                ) from error
        return self

    def __exit__(self, *_: object) -> None:
        if self._lock is not None and self._folder is not None:
            self._lock.release()
            self._forget(self._folder, self.name)

    def is_living(self, claimed_by: str, claimed_at: datetime | None) -> bool:
        """Return whether the run of that name lives. One on another machine is believed to, for an hour."""
        if claimed_by == self.name:
            return True
        if claimed_by.partition(".")[0] != self._host:
            # Of a claim from a time to come, too: a clock was wrong, and nothing more can be told of it.
            return claimed_at is not None and abs(self._now - claimed_at) < timedelta(hours=_OTHER_MACHINE_HOURS)
        if (
            self._folder is None
            or not _NAME.fullmatch(claimed_by)
            or not (self._folder / f"{claimed_by}.lock").exists()
        ):
            return False
        lock = self._lock_of(self._folder, claimed_by)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return True
        lock.release()
        self._forget(self._folder, claimed_by)
        return False

    @staticmethod
    def _lock_of(folder: Path, name: str) -> FileLock:
        return FileLock(folder / f"{name}.lock", mode=FILE, fallback_to_soft=False)

    @staticmethod
    def _forget(folder: Path, name: str) -> None:
        with suppress(OSError):
            (folder / f"{name}.lock").unlink()
