"""What lies in ``policies/``: files are looked at, never written. ``reading`` reads those that are new or changed."""

import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.documents import SUFFIXES, is_skipped
from pipeline.errors import say_system_error
from pipeline.files import read_whole
from pipeline.policies.intake.appendices import pair_appendices
from pipeline.policies.intake.standings import is_retired
from pipeline.register.policies.contents import joint_hash

_LARGEST_HASHED_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class FoundFile:
    """One file of ``policies/`` as the folder shows it."""

    path: str
    """Relative to ``policies/``, with forward slashes."""
    location: Path
    size_bytes: int
    modified_ns: int
    sha256: str
    """Of its bytes; of its size alone where it is larger than any policy is; with an appendix, of both hashes."""
    appendix: "FoundFile | None" = None
    """The file of the local appendix that lies beside it."""

    @property
    def is_retired(self) -> bool:
        """Whether it lies in a folder named old, archive or superseded."""
        return is_retired(self.path)


@dataclass(frozen=True, slots=True)
class Scan:
    """All that lies in ``policies/``."""

    files: tuple[FoundFile, ...]
    """Sorted by path; a local appendix stands with the file it belongs to."""
    left_out: tuple[str, ...]
    """Paths of files that are no documents (pictures, spreadsheets) or lead out of the folder."""
    unopened: tuple[tuple[str, str], ...] = ()
    """Path and reason of files that could not be opened at all."""
    unclear: tuple[str, ...] = ()
    """A sentence each on appendices of which it cannot be told which one counts."""


def scan_folder(folder: Path) -> Scan:
    """List the policies below ``folder``, local appendices with the file they belong to.

    Lock files and hidden files are skipped, links out of the folder left out.
    """
    scan = _list_folder(folder)
    pairing = pair_appendices([file.path for file in scan.files])
    by_path = {file.path: file for file in scan.files}
    beside = {*pairing.appendix_of.values(), *pairing.spare}
    files = tuple(
        _with_appendix(file, by_path.get(pairing.appendix_of.get(file.path, "")))
        for file in scan.files
        if file.path not in beside
    )
    return replace(scan, files=files, left_out=(*scan.left_out, *pairing.spare), unclear=pairing.unclear)


def _with_appendix(file: FoundFile, appendix: FoundFile | None) -> FoundFile:
    if appendix is None:
        return file
    return replace(file, sha256=joint_hash(file.sha256, appendix.sha256), appendix=appendix)


def _list_folder(folder: Path) -> Scan:
    files: list[FoundFile] = []
    left_out: list[str] = []
    unopened: list[tuple[str, str]] = []
    root = folder.resolve()
    for path, location in sorted(_walk(folder), key=_in_order):
        if (named := _as_text(path)) != path:
            unopened.append((named, _UNWRITABLE_NAME))
            continue
        # Folders that are links are not gone into: what is no link itself lies where it seems to.
        is_document, is_link = ending_of(path) in SUFFIXES, location.is_symlink()
        if is_document and is_link and not location.exists():
            unopened.append((path, _LINK_TO_NOTHING))
            continue
        if not is_document or (is_link and not location.resolve().is_relative_to(root)):
            left_out.append(path)
            continue
        try:
            files.append(_found(location, path))
        except OSError as error:
            unopened.append((path, f"It cannot be opened: {say_system_error(error)}. {_OPEN_IT_YOURSELF}"))
    return Scan(tuple(files), tuple(left_out), tuple(unopened))


def list_documents(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield path and place of whatever in the folder would be read, as ``scan_folder`` finds it; nothing is opened."""
    return ((path, place) for path, place in _walk(folder) if ending_of(path) in SUFFIXES and place.is_file())


def _in_order(found: tuple[str, Path]) -> list[str]:
    """Sort as paths are sorted, folder by folder; on Windows without regard to capitals."""
    path, _ = found
    return (path.lower() if os.name == "nt" else path).split("/")


def ending_of(path: str) -> str:
    """Return the ending of a name in small letters, as ``Path.suffix`` does, of which there are thousands."""
    before, dot, after = path.rpartition(".")
    return f".{after.lower()}" if before and dot else ""


_OPEN_IT_YOURSELF = "Check that you can open it yourself and that no other program has it open, then run again."
_LINK_TO_NOTHING = (
    "It is a link, and what it led to is gone. Put the document itself into the folder, or delete the link, then run "
    "again."
)
_UNWRITABLE_NAME = "Its name holds bytes that are no letters in any alphabet. Rename the file, then run again."


def _as_text(path: str) -> str:
    """Return a path with the bytes of its name that are no characters replaced: no register or mail can hold them."""
    return path.encode("utf-8", "replace").decode("utf-8")


def file_as(scan: Scan, path: str, location: Path) -> FoundFile | None:
    """Return the file at ``location`` as the folder would show it if it lay at ``path``, with an appendix beside that.

    None where a file of that name is itself the local appendix of another.
    """
    lying = {part.path: part for file in scan.files for part in (file, file.appendix) if part is not None}
    pairing = pair_appendices([*(lying.keys() - {path}), path])
    if path in pairing.spare or path in pairing.appendix_of.values():
        return None
    appendix = lying.get(pairing.appendix_of.get(path, ""))
    return _with_appendix(_found(location, path), replace(appendix, appendix=None) if appendix is not None else None)


def files_given(paths: Sequence[Path]) -> list[FoundFile]:
    """Return the files named on a command line, each shown as it was given; a folder stands for its documents.

    A file that is not there is returned all the same: reading it says so.
    """
    files: list[FoundFile] = []
    for path in paths:
        if path.is_dir():
            files += [replace(file, path=str(path / file.path)) for file in _list_folder(path).files]
        else:
            files.append(_given(path))
    return files


def _given(path: Path) -> FoundFile:
    try:
        return _found(path, str(path))
    except OSError:
        return FoundFile(str(path), path, 0, 0, "")


def _walk(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield each file below ``folder`` that may be a policy: its path from there, as Linux writes it, and its place."""
    top = str(folder)
    for parent, folders, names in os.walk(top):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        within = parent.removeprefix(top).strip(os.sep).replace(os.sep, "/")
        for name in names:
            location = Path(f"{parent}{os.sep}{name}")
            if not is_skipped(location) and not is_note(location):
                yield f"{within}/{name}" if within else name, location


def is_note(location: Path) -> bool:
    """Return whether a file is a note on the folder, and no policy."""
    return location.stem.casefold() == "readme"


def _found(location: Path, path: str) -> FoundFile:
    status = location.stat()
    if not stat.S_ISREG(status.st_mode):
        # A pipe keeps the process that opens it waiting and a device never ends; the reader refuses both.
        digest = hashlib.sha256(b"no file").hexdigest()
    elif status.st_size > _LARGEST_HASHED_BYTES:
        digest = hashlib.sha256(f"{status.st_size} bytes".encode()).hexdigest()
    else:
        digest = hashlib.sha256(read_whole(str(location))).hexdigest()
    return FoundFile(path, location, status.st_size, status.st_mtime_ns, digest)
