"""Record the readings of several readers who press the button at once in one transaction.

One reader's word costs a transaction some milliseconds, of which most is the same however many words it takes: what the
register knows is asked, the seal over the ledger is renewed, and all of it is forced to the drive. When a whole staff
records at once, those who come while one transaction is being written therefore wait and go into the next together.
Everybody is answered only once the transaction with their own word is kept.
"""

import logging
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from pipeline.acknowledgements.record import GivenWord, RecordedReading, record_all
from pipeline.config import Config
from pipeline.errors import RegisterError
from pipeline.register.store.database import Register

MOST_TOGETHER = 50
"""Words in one transaction; more would keep other writers waiting."""
_log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class _WaitingWord:
    """A reader's word, and the thread that waits with it."""

    given: GivenWord
    config: Config
    today: date
    now: datetime
    called: threading.Event = field(default_factory=threading.Event)
    """Set once there is an answer, or once it is this thread's turn to record for those who wait."""
    recording: RecordedReading | None = None
    error: BaseException | None = None

    @property
    def is_settled(self) -> bool:
        """Whether there is an answer."""
        return self.recording is not None or self.error is not None

    def answer(self) -> RecordedReading:
        """Return what came of it, or raise what kept it from being recorded."""
        if self.recording is None:
            assert self.error is not None
            raise self.error
        return self.recording


class RecordingTogether:
    """Takes the readings of many threads, in the order they come. One for all pages that record."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._guard = threading.Lock()
        self._line: deque[_WaitingWord] = deque()
        self._busy = False

    def record(self, config: Config, given: GivenWord, *, today: date, now: datetime) -> RecordedReading:
        """Record that a reader has read a version of a policy, as ``record_acknowledgement``; return once it is kept.

        Raises whatever kept this very word from being recorded; then nothing of it was.
        """
        mine = _WaitingWord(given, config, today, now)
        with self._guard:
            self._line.append(mine)
            waits, self._busy = self._busy, True
        if waits:
            mine.called.wait()
        if not mine.is_settled:
            try:
                self._write(self._next_words())
            finally:
                self._call_next()
        return mine.answer()

    def _next_words(self) -> list[_WaitingWord]:
        """Take from the line those that can go together: of one day, under the same settings."""
        with self._guard:
            words = [self._line.popleft()]
            first = words[0]
            while self._line and len(words) < MOST_TOGETHER:
                if self._line[0].config is not first.config or self._line[0].today != first.today:
                    break
                words.append(self._line.popleft())
        return words

    def _call_next(self) -> None:
        """Let the thread that is first in the line record next."""
        with self._guard:
            if self._line:
                self._line[0].called.set()
            else:
                self._busy = False

    def _write(self, words: Sequence[_WaitingWord]) -> None:
        """Record some words in one transaction; each by itself where one of them cannot be recorded."""
        config, today = words[0].config, words[0].today
        try:
            with self._register.transaction() as tx:
                school, now = self._register.school, max(word.now for word in words)
                recorded = record_all(tx, school, config, [word.given for word in words], today=today, now=now)
        except BaseException as error:
            # What the register itself refuses, it refuses to all.
            if len(words) > 1 and isinstance(error, Exception) and not isinstance(error, RegisterError):
                _log.warning("%d readings could not be recorded together: %s", len(words), error)
                for word in words:
                    self._write([word])
                return
            for word in words:
                word.error = error
                word.called.set()
            return
        for word, recording in zip(words, recorded, strict=True):
            word.recording = recording
            word.called.set()
