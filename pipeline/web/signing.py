"""Sign the ledger a few seconds behind the readings that the pages record.

A signature on each would nearly double what a reading costs while a whole staff records at once, and tens of
thousands of heads would have to be checked by the one who verifies the ledger. One that covers all of the last seconds
is as good: what a program that was killed left unsigned is signed by the next start, command or run.
"""

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Self

from pipeline.errors import PolicyPipelineError
from pipeline.register.ledger import ledger
from pipeline.register.ledger.key import ledger_key_path
from pipeline.register.store.database import Register

_log = logging.getLogger(__name__)


class LedgerSigner:
    """Signs what was noted, ``wait_seconds`` later at most, and at the end of the ``with`` statement."""

    def __init__(
        self, register: Register, root: Path, clock: Callable[[], datetime], *, wait_seconds: float = 5.0
    ) -> None:
        self._register, self._root, self._clock, self._wait_seconds = register, root, clock, wait_seconds
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            timer, self._timer = self._timer, None
        if timer is not None:
            timer.cancel()
            self._sign()

    def note(self) -> None:
        """Note that something was recorded. Returns at once; what is noted more meanwhile is covered too."""
        with self._lock:
            if self._timer is None:
                self._timer = threading.Timer(self._wait_seconds, self._sign_noted)
                self._timer.daemon = True
                self._timer.start()

    def _sign_noted(self) -> None:
        with self._lock:
            if self._timer is None:
                return
            # Before signing, so that what is noted while it signs has a timer of its own.
            self._timer = None
        self._sign()

    def _sign(self) -> None:
        """Sign; where that cannot be done now the records stay as they are, and the next run signs or says why not."""
        try:
            with self._register.transaction() as tx:
                ledger.sign(tx, self._register.school, ledger_key_path(self._root), self._clock(), whole=False)
        except PolicyPipelineError as error:
            _log.warning("the ledger was not signed: %s", error)
