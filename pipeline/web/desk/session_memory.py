"""What the desk remembers of a session between two pages: what was done, which forms were sent, files being looked at.

It stands in this program's memory, and the files in a folder of it: none of it is evidence. After a restart a form that
was already sent is refused by what it did, and a file that was looked at is chosen again.
"""

import os
import secrets
import shutil
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic as time_passed
from time import time as clock_time
from typing import TypeVar

from pipeline.web.desk.receiving import Upload

_MOST_WORDS, _MOST_FORMS, _MOST_FILES, _MOST_VALUES = 200, 2000, 40, 40
_FILES_LAST = timedelta(hours=2)
_SWEEPS_EVERY_SECONDS = 300.0
_PREFIX = "policy-desk-"
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class WaitingUpload:
    """A file that was sent, looked at, and waits for "yes"."""

    session: int
    upload: Upload
    at: datetime
    until: float = 0.0
    """When it is taken away, by the clock that only goes on."""


@dataclass
class Kept:
    """Shared by all requests; each method may be called from any thread."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _words: "OrderedDict[tuple[int, str], str]" = field(default_factory=OrderedDict)
    _forms: "OrderedDict[tuple[int, str], Future[object]]" = field(default_factory=OrderedDict)
    _files: "OrderedDict[str, WaitingUpload]" = field(default_factory=OrderedDict)
    _values: "OrderedDict[str, tuple[int, object]]" = field(default_factory=OrderedDict)
    _folder: Path | None = None
    _sweeper: threading.Timer | None = None

    # --- what was done, said on the next page ---

    def note(self, session: int, words: str) -> str:
        """Keep a sentence for a session's next page; return the key that its address carries."""
        key = secrets.token_urlsafe(6)
        with self._lock:
            self._words[session, key] = words
            while len(self._words) > _MOST_WORDS:
                self._words.popitem(last=False)
        return key

    def words(self, session: int, key: str) -> str:
        """Return the sentence of a key; empty for any other session's."""
        with self._lock:
            return self._words.get((session, key), "")

    # --- what was worked out and is looked at before it counts ---

    def keep_value(self, session: int, value: object) -> str:
        """Keep something for a session to look at; return its key, which is good for this session alone."""
        key = secrets.token_urlsafe(12)
        with self._lock:
            self._values[key] = session, value
            while len(self._values) > _MOST_VALUES:
                self._values.popitem(last=False)
        return key

    def value(self, session: int, key: str) -> object:
        """Return what was kept; None where there is nothing of this session."""
        with self._lock:
            of, value = self._values.get(key, (None, None))
        return value if of == session else None

    # --- forms that are sent twice ---

    def once(self, session: int, form: str, do: Callable[[], _Result], is_done: Callable[[_Result], bool]) -> _Result:
        """Return what ``do`` returns; of the same form sent again, while it is done or after, what came of the first.

        What was not done, as ``is_done`` says or by an error, may be sent again.
        """
        if not form:
            return do()
        with self._lock:
            waiting = self._forms.get((session, form))
            if waiting is None:
                mine: Future[object] = Future()
                self._forms[session, form] = mine
                while len(self._forms) > _MOST_FORMS:
                    self._forms.popitem(last=False)
        if waiting is not None:
            return waiting.result()  # type: ignore[return-value]
        try:
            result = do()
        except BaseException as error:
            self._forget(session, form)
            mine.set_exception(error)
            raise
        if not is_done(result):
            self._forget(session, form)
        mine.set_result(result)
        return result

    def _forget(self, session: int, form: str) -> None:
        with self._lock:
            self._forms.pop((session, form), None)

    # --- files that are looked at before they count ---

    def keep_file(self, session: int, upload: Upload, now: datetime) -> str:
        """Keep a copy of a file for two hours; return its key, which is good for this session alone."""
        key = secrets.token_urlsafe(12)
        with self._lock:
            if self._folder is None:
                _sweep_left()
                self._folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
            place = self._folder / key
        place.mkdir(mode=0o700, parents=True)
        copied = place / upload.name
        shutil.copyfile(upload.path, copied)
        with self._lock:
            until = time_passed() + _FILES_LAST.total_seconds()
            self._files[key] = WaitingUpload(session, Upload(upload.name, copied, upload.size), now, until)
            old = [name for name, one in self._files.items() if now - one.at > _FILES_LAST]
            gone = [*old, *list(self._files)[: max(0, len(self._files) - len(old) - _MOST_FILES)]]
            for name in gone:
                self._files.pop(name, None)
            folder = self._folder
        for name in gone:
            shutil.rmtree(folder / name, ignore_errors=True)
        self._sweep_later()
        return key

    def _sweep_later(self) -> None:
        """Look every few minutes what has waited too long, as long as anything waits."""
        with self._lock:
            if self._files and self._sweeper is None:
                self._sweeper = threading.Timer(_SWEEPS_EVERY_SECONDS, self._sweep)
                self._sweeper.daemon = True
                self._sweeper.start()

    def _sweep(self) -> None:
        with self._lock:
            self._sweeper = None
            old = [(key, one.session) for key, one in self._files.items() if one.until <= time_passed()]
        for key, session in old:
            self.drop_file(session, key)
        self._sweep_later()

    def file(self, session: int, key: str, now: datetime) -> Upload | None:
        """Return a kept file; None where there is none of this session, or it has waited too long."""
        with self._lock:
            found = self._files.get(key)
        if found is None or found.session != session or now - found.at > _FILES_LAST:
            return None
        return found.upload if found.upload.path.exists() else None

    @property
    def holds_files(self) -> bool:
        """Whether a file waits for an answer."""
        with self._lock:
            return bool(self._files)

    def drop_file(self, session: int, key: str) -> None:
        """Let go of a file that was taken, or is not wanted."""
        with self._lock:
            found = self._files.get(key)
            if found is None or found.session != session or self._folder is None:
                return
            del self._files[key]
            place = self._folder / key
        shutil.rmtree(place, ignore_errors=True)

    def close(self) -> None:
        """Take the folder away."""
        if self._sweeper is not None:
            self._sweeper.cancel()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)


def _sweep_left() -> None:
    """Take away what a program that was killed left in folders of its own, once it has lain there too long."""
    owner = os.getuid() if hasattr(os, "getuid") else None
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):
            if folder.is_symlink() or owner not in (None, folder.stat().st_uid):
                continue
            for place in folder.iterdir():
                if clock_time() - place.stat().st_mtime > _FILES_LAST.total_seconds():
                    shutil.rmtree(place, ignore_errors=True)
            if clock_time() - folder.stat().st_mtime > _FILES_LAST.total_seconds():
                # Only where nothing is in it any more; of a program that runs, it is made again with the next file.
                folder.rmdir()
