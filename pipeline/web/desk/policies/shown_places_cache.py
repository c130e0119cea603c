"""Places of documents that the office is asked about, as they were shown: kept for the next look at the same page."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.pages.shown_place import ShownPlaces, open_showing, show_asked
from pipeline.policies.places_asked import AskedPlace, VersionFile

_MOST_KEPT = 40
_MOST_KEPT_BYTES = 32 * 1024 * 1024
"""Of pictures; a usual one has 60 kB."""


def key_of(asked: AskedPlace) -> str:
    """Return what a place is called in an address."""
    return hashlib.sha256(repr(asked).encode()).hexdigest()[:32]


@dataclass
class KeptPlaces:
    """Shared by all requests; each method may be called from any thread. One document is opened at a time."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _showing: threading.Lock = field(default_factory=threading.Lock)
    _kept: "OrderedDict[str, ShownPlaces]" = field(default_factory=OrderedDict)

    def find(self, key: str) -> ShownPlaces | None:
        """Return what was shown under a key, None where it is not kept (any more)."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def show(self, asked: AskedPlace, files: Sequence[VersionFile]) -> ShownPlaces:
        """Return a place shown, from what is kept or from the document's files, opened in a child."""
        key = key_of(asked)
        with self._showing:
            if (kept := self.find(key)) is not None:
                return kept
            with open_showing() as call:
                shown = show_asked(call, files, asked)
        # A document that the register had not as it was kept may be put back.
        with self._lock:
            if files:
                self._kept[key] = shown
            # The newest stays: the page that it was made for asks for its pictures.
            while len(self._kept) > 1 and not self._has_room():
                self._kept.popitem(last=False)
        return shown

    def _has_room(self) -> bool:
        held = sum(len(one.png) + len(one.narrow) for shown in self._kept.values() for one in shown.places)
        return len(self._kept) <= _MOST_KEPT and held <= _MOST_KEPT_BYTES
