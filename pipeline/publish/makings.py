"""What each file of the sites was made of, so that a policy that did not change costs a look at its files' dates.

A rebuild of thousands of policies after one change would else read, clean and hash all of them again. What is kept is
only ever a reason to do nothing: where it is missing, damaged or of another edition, everything is made as at first.
"""

import hashlib
import json
import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.copies.copy_files import policy_links
from pipeline.errors import RenderError
from pipeline.files import write_atomically
from pipeline.register.policies.copies import CopyFile, CopyRow
from pipeline.resources import template_folder

_FILE = ".sites.json"
_AT_ONCE = 4
"""Files that are written at the same time: most of it is waiting for the disk."""
_MOST_BEGUN = 8
"""Files that are held for that."""
_TEMPLATES = ("_safety.html", "site/*", "papers/ended.typ", "papers/notice.typ", "papers/papers.typ")


def digest(*parts: object) -> str:
    """Return one short text that stands for all ``parts``: the same for the same, another for any other."""
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()


class Makings:
    """What ``distribution/`` holds of the sites, by what it was made of. Used by one program at a time.

    A file counts as left alone while its size and both its times are those noted, and they are earlier than the note
    itself: what was changed in the very moment in which it was noted is looked at again.
    """

    def __init__(self, distribution: Path, templates: Path) -> None:
        self._root = distribution
        self._in_root = str(distribution)
        self.edition = digest(_own_code(), _templates(templates))
        """What stands for the program and the templates."""
        self._before, self._noted_ns = self._load()
        self._now: dict[str, dict[str, Any]] = {}
        self._changed = False
        self._pool: ThreadPoolExecutor | None = None
        self._begun: deque[Future[None]] = deque()
        self._unnoted: list[tuple[str, str, str, Sequence[str]]] = []
        """Units whose files may not be written yet."""

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Let threads write what is built, while the next is made; all of it is there when this ends.

        Raises:
            OSError, RenderError: a file could not be written; nothing is noted of its unit.
        """
        try:
            with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="pages") as self._pool:
                yield
                self.settle()
        finally:
            self._pool = None
            self._begun.clear()
            self._unnoted.clear()

    def settle(self) -> None:
        """Wait until all that was built so far is there. Raises as ``writing``."""
        while self._begun:
            self._begun.popleft().result()
        for unit in self._unnoted:
            self._note(*unit)
        self._unnoted.clear()

    def build(
        self, unit: str, of: str, folder: Path, make: Callable[[], Mapping[str, CopyFile | bytes]]
    ) -> tuple[Sequence[str], int]:
        """Bring the files of one unit in line with what they are made of; return their names and how many were written.

        ``make`` gives them by their names below ``folder``, and is only called where something is another.

        Raises:
            OSError, RenderError: one could not be read or written; nothing is noted of the unit.
        """
        known, inside = self._before.get(unit), str(folder)
        if known is not None and known["of"] == of and self._is_left_alone(inside, known["files"]):
            self._now[unit] = known
            return tuple(known["files"]), 0
        files = make()
        written = sum(self._place(folder / name, content) for name, content in files.items())
        self._unnoted.append((unit, of, inside, tuple(files)))
        if not self._begun:
            self.settle()
        return tuple(files), written

    def _note(self, unit: str, of: str, folder: str, names: Sequence[str]) -> None:
        self._now[unit] = {"of": of, "files": {name: _stamp(folder, name) for name in names}}
        self._changed = True

    def is_as_written(self, copy: CopyRow) -> bool:
        """Return whether each file of a copy is as it was written."""
        return all(self._holds(file) for file in copy.files)

    def links_of(self, page: CopyFile) -> Sequence[str]:
        """Return the short names of the policies that the web page of a copy leads to, each once. Raises OSError."""
        unit = f"links/{page.sha256}"
        known = self._before.get(unit)
        if known is None:
            known = {"links": policy_links((self._root / page.path).read_bytes())}
            self._changed = True
        self._now[unit] = known
        return tuple(known["links"])

    def save(self) -> None:
        """Keep what was noted for the next time; where that cannot be done everything is made again then."""
        if not self._changed and self._now.keys() == self._before.keys():
            return
        kept = {"edition": self.edition, "units": self._now}
        try:
            write_atomically(self._root / _FILE, json.dumps(kept, separators=(",", ":")).encode("utf-8"))
        except RenderError:
            return

    def _holds(self, file: CopyFile) -> bool:
        unit = f"copy/{file.path}"
        known = self._before.get(unit)
        if known is not None and known["of"] == file.sha256 and self._is_left_alone(self._in_root, known["files"]):
            self._now[unit] = known
            return True
        try:
            # Before the content: a change in between shows the next time.
            stamp = _stamp(self._in_root, file.path)
            found = hashlib.sha256((self._root / file.path).read_bytes()).hexdigest()
        except OSError:
            return False
        self._changed = True
        if found != file.sha256:
            return False
        self._now[unit] = {"of": file.sha256, "files": {file.path: stamp}}
        return True

    def _is_left_alone(self, folder: str, files: Mapping[str, Sequence[int]]) -> bool:
        for name, stamp in files.items():
            try:
                found = _stamp(folder, name)
            except OSError:
                return False
            if found != stamp or found[0] >= self._noted_ns or found[1] >= self._noted_ns:
                return False
        return True

    def _place(self, target: Path, content: CopyFile | bytes) -> int:
        wanted = content.sha256 if isinstance(content, CopyFile) else hashlib.sha256(content).hexdigest()
        if target.is_file() and hashlib.sha256(target.read_bytes()).hexdigest() == wanted:
            return 0
        whole = (self._root / content.path).read_bytes() if isinstance(content, CopyFile) else content
        if self._pool is None:
            write_atomically(target, whole)
            return 1
        if len(self._begun) >= _MOST_BEGUN:
            self._begun.popleft().result()
        self._begun.append(self._pool.submit(write_atomically, target, whole))
        return 1

    def _load(self) -> tuple[Mapping[str, dict[str, Any]], int]:
        path = self._root / _FILE
        try:
            noted_ns = path.stat().st_mtime_ns
            kept = json.loads(path.read_text(encoding="utf-8"))
            if kept["edition"] == self.edition and all(_is_unit(each) for each in kept["units"].values()):
                return kept["units"], noted_ns
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            pass
        return {}, 0


def _is_unit(kept: object) -> bool:
    if not isinstance(kept, dict):
        return False
    return isinstance(kept.get("links"), list) or (isinstance(kept.get("of"), str) and isinstance(kept["files"], dict))


def _stamp(folder: str, name: str) -> list[int]:
    # As text: of thousands of files, to make a Path of each would take longer than to ask the system for it.
    found = os.stat(f"{folder}{os.sep}{name}")  # noqa: PTH116
    return [found.st_mtime_ns, found.st_ctime_ns, found.st_size]


@cache
def _own_code() -> str:
    """Return what stands for the program itself: another edition of it may make another page of the same policy."""
    found = hashlib.sha256()
    for path in sorted(Path(__file__).parents[1].rglob("*.py")):
        content = path.read_bytes()
        found.update(b"%d " % len(content))
        found.update(content)
    return found.hexdigest()


def _templates(own: Path) -> str:
    """Return what stands for the templates of the pages, the school's own among them."""
    found = {
        (place, path.name): path.read_bytes()
        for place, folder in (("own", own), ("shipped", template_folder()))
        for pattern in _TEMPLATES
        for path in sorted(folder.glob(pattern))
        if path.is_file()
    }
    return digest(found)
