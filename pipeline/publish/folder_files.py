"""Keep files in line in a folder that other programs read: a synchronised one of SharePoint or OneDrive, or a VLE's.

Each file is written beside its place and put there in one step, so that nobody ever reads half of it. What this program
put there is noted in the folder itself; anything else is left alone, and what another hand changed is kept aside first.
Nothing here raises: what could not be done is a sentence, and the next run tries again.
"""

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.errors import say_system_error

NOTES = "policy-files.json"
_SAID = "Which files here policy-pipeline put here, and replaces. Please leave this file where it is."
_UNFINISHED = ("~policy-", ".tmp")
"""Of OneDrive and SharePoint: names that end so are not uploaded."""
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d|desktop|forms|\.lock|.*_vti_.*)", re.IGNORECASE)
_MOST_TRIES = 50
"""Contents of one file that were to be put there one after the other, and could not."""
_LONGEST_STEM = 80
"""An address in SharePoint may have 400 characters, with every folder in it; a path in Windows often 260."""

Replace = Callable[[Path, Path], object]


def safe_stem(slug: str) -> str:
    """Return a name for the files of a policy that SharePoint, OneDrive and Windows take: the same for good.

    A short name that they take is itself; any other gets a mark of its own, so that no two become one.

    Source: Microsoft, "Restrictions and limitations in OneDrive and SharePoint": no ``" * : < > ? / \\ |``, no names of
    devices, ``desktop.ini``, ``_vti_``, nor ``forms`` in the root of a library.
    """
    plain = re.sub(r"[^a-z0-9]+", "-", slug.casefold()).strip("-")
    if plain == slug and len(slug) <= _LONGEST_STEM and not _RESERVED.fullmatch(slug):
        return slug
    mark = hashlib.sha256(slug.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{plain[: _LONGEST_STEM - 9].strip('-') or 'policy'}-{mark}"


@dataclass
class Synced:
    """What came of one folder."""

    written: int = 0
    left: int = 0
    """Files that could not be put there this time."""
    said: list[str] = field(default_factory=list)
    """What the office should know, a sentence each."""


def sync_folder(
    folder: Path,
    wanted: Mapping[str, Callable[[], bytes]],
    *,
    known: Collection[str],
    aside: Path,
    notes: Path,
    mark: str = "",
    replace: Replace = os.replace,
) -> Synced:
    """Bring the folder's files in line with ``wanted``, which gives each content by its name, without any folder in it.

    ``known`` are the SHA-256 of everything this program ever gave out: such a file is its own, noted or not. ``aside``
    is where a file goes that the office changed, before its place is taken. ``notes`` is kept beside the register, for
    the day on which those in the folder are lost, or the folder is the empty place of a drive that is not connected.
    ``mark`` tells the register that fills the folder from every other: what another one put there is left to it.
    """
    synced = Synced()
    try:
        if fault := _why_not(folder, notes, mark):
            synced.said.append(fault)
            return synced
        _Folder(folder, known, aside, notes, mark, replace, synced).bring_in_line(wanted)
    except OSError as error:
        synced.said.append(
            f"The folder {folder} cannot be used ({say_system_error(error)}), so it may be out of date. "
            "The next run tries again."
        )
    return synced


def _why_not(folder: Path, notes: Path, mark: str) -> str:
    """Return why a folder is not to be touched now, empty where it may be. Raises OSError where it cannot be read."""
    if not folder.is_dir():
        return (
            f"The folder {folder} is not there, so nothing was put into it. Is its drive connected, and are you "
            "signed in to OneDrive? The next run tries again."
        )
    if (gone := len(_load(notes, folder))) and next(folder.iterdir(), None) is None:
        return (
            f"The folder {folder} is empty, though {gone} files were put there, so its drive may not be connected; "
            "nothing was put into it. If you emptied it yourself, put any file there; the next run fills it again."
        )
    if mark and (other := _filled_by(folder / NOTES)) not in ("", mark):
        return (
            f"The folder {folder} is filled from another register ({other}), so nothing was put into it or taken "
            f"away. Name another folder, or take {NOTES} out of this one where the other is in use no more."
        )
    return ""


class _Folder:
    """One folder while its files are brought in line."""

    def __init__(
        self,
        folder: Path,
        known: Collection[str],
        aside: Path,
        notes: Path,
        mark: str,
        replace: Replace,
        synced: Synced,
    ) -> None:
        self._folder, self._known, self._aside, self._notes, self._mark = folder, known, aside, notes, mark
        self._replace, self._synced = replace, synced
        self._last: str | None = json.dumps(_load(folder / NOTES, folder), sort_keys=True)
        self._noted = _load(folder / NOTES, folder)
        if not self._noted:
            self._noted, self._last = _load(notes, folder), None

    def bring_in_line(self, wanted: Mapping[str, Callable[[], bytes]]) -> None:
        for left in self._folder.glob(f"{_UNFINISHED[0]}*{_UNFINISHED[1]}"):
            left.unlink(missing_ok=True)
        # By their hashes: all of their contents together may be more than a small computer holds.
        made = {name: _sha256(content()) for name, content in wanted.items()}
        due = {name: sha256 for name, sha256 in made.items() if not self._is_there(name, sha256)}
        # Before anything is put there: a run that is killed in between must know its own files again.
        before_this = set(self._noted)
        for name, sha256 in due.items():
            note = self._noted.setdefault(name, {"sha256": [], "seen": []})
            before = [each for each in note["sha256"] if each != sha256]
            note["sha256"] = [*before[-_MOST_TRIES:], sha256]
        ours = {name for name in due if self._may_replace(name)}
        self._save()
        for name in due:
            if name in ours:
                self._put(name, wanted[name]())
            elif name not in before_this:
                self._noted.pop(name)
        for name in sorted(self._noted.keys() - wanted.keys()):
            self._take_away(name)
        self._save()

    def _is_there(self, name: str, sha256: str) -> bool:
        """Return whether a file is as it should be; not read where it was left alone, since it may be online only."""
        path, note = self._folder / name, self._noted.get(name)
        stamp = _stamp(path)
        if stamp is None:
            return False
        # Of several contents nobody knows which it was that was seen: putting the last one there may have failed.
        if note is not None and note["seen"] == stamp and note["sha256"] == [sha256]:
            return True
        if _content_sha256(path) != sha256:
            return False
        self._noted[name] = {"sha256": [sha256], "seen": stamp}
        return True

    def _may_replace(self, name: str) -> bool:
        """Return whether the place of a file may be taken: free, or of a file of our own, kept aside if changed."""
        path = self._folder / name
        if _stamp(path) is None and not path.exists():
            return True
        found = _content_sha256(path)
        if found is not None and (found in self._known or found in self._noted[name]["sha256"]):
            return True
        if found is None and self._noted[name]["seen"]:
            self._synced.left += 1
            self._synced.said.append(
                f"{path} could not be read, so it was not replaced: it may be online only, or open elsewhere. The next "
                "run tries again."
            )
            return False
        if found is None or not self._noted[name]["seen"]:
            self._synced.left += 1
            self._synced.said.append(
                f"{path}: something lies there that this program did not put there, so it was left, and the policy is "
                "not in the folder. Move it away or give it another name."
            )
            return False
        return self._keep_aside(path, found)

    def _keep_aside(self, path: Path, sha256: str) -> bool:
        kept = self._aside / f"{path.stem}-{sha256[:8]}{path.suffix}"
        try:
            self._aside.mkdir(parents=True, exist_ok=True)
            kept.write_bytes(path.read_bytes())
        except OSError as error:
            self._say_left(path, error)
            return False
        self._synced.said.append(f"{path} was changed by somebody; what they made of it is kept as {kept}.")
        return True

    def _put(self, name: str, content: bytes) -> None:
        path, unfinished = self._folder / name, None
        try:
            handle, beside = tempfile.mkstemp(prefix=_UNFINISHED[0], suffix=_UNFINISHED[1], dir=self._folder)
            unfinished = Path(beside)
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            unfinished.chmod(0o644)
            self._replace(unfinished, path)
        except OSError as error:
            if unfinished is not None:
                unfinished.unlink(missing_ok=True)
            self._say_left(path, error)
            return
        self._noted[name] = {"sha256": [_sha256(content)], "seen": _stamp(path) or []}
        self._synced.written += 1

    def _take_away(self, name: str) -> None:
        path, note = self._folder / name, self._noted[name]
        found = _content_sha256(path)
        if found is not None and found not in note["sha256"] and found not in self._known:
            self._synced.said.append(
                f"{path} is not to be there any more, but somebody changed it, so it was left. Please take it away."
            )
            return
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            self._synced.left += 1
            self._synced.said.append(
                f"{path} is not to be there any more and could not be taken away ({say_system_error(error)}). "
                "Close it where it is open; the next run tries again."
            )
            return
        del self._noted[name]

    def _say_left(self, path: Path, error: OSError) -> None:
        self._synced.left += 1
        self._synced.said.append(
            f"{path} could not be replaced ({say_system_error(error)}): it may be open, or being synchronised. The "
            "file before it stays; the next run tries again."
        )

    def _save(self) -> None:
        if (text := json.dumps(self._noted, sort_keys=True)) == self._last:
            return
        told = {"note": _SAID, "folder": str(self._folder), "register": self._mark, "files": self._noted}
        kept = json.dumps(told, indent=1, sort_keys=True)
        self._notes.write_text(kept, encoding="utf-8")
        handle, beside = tempfile.mkstemp(prefix=_UNFINISHED[0], suffix=_UNFINISHED[1], dir=self._folder)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(kept)
        Path(beside).chmod(0o644)
        try:
            Path(beside).replace(self._folder / NOTES)
        except OSError:
            Path(beside).unlink(missing_ok=True)
            raise
        self._last = text


def _load(path: Path, folder: Path) -> dict[str, dict[str, Any]]:
    """Return what is noted; nothing where that is missing, damaged, or was kept of another folder."""
    try:
        noted = json.loads(path.read_text(encoding="utf-8"))
        if path.parent != folder and noted["folder"] != str(folder):
            return {}
        return {str(name): note for name, note in noted["files"].items() if _is_note(str(name), note)}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _filled_by(path: Path) -> str:
    """Return the mark of the register that filled a folder, empty where none is known."""
    try:
        return str(json.loads(path.read_text(encoding="utf-8")).get("register", ""))
    except (OSError, ValueError, AttributeError):
        return ""


def _is_note(name: str, note: object) -> bool:
    # Another program may have written it: it must name no file outside the folder.
    if name != Path(name).name or "\\" in name or name in (NOTES, "", ".", "..") or not isinstance(note, dict):
        return False
    return isinstance(note.get("sha256"), list) and isinstance(note.get("seen"), list)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _content_sha256(path: Path) -> str | None:
    """Return the SHA-256 of a file, None where it is not there, is none, or cannot be read."""
    try:
        return _sha256(path.read_bytes())
    except OSError:
        return None


def _stamp(path: Path) -> list[int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return [found.st_mtime_ns, found.st_size]
