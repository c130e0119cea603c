"""What lies in ``policies/``, and reading those files that are new or changed.

The first stage of a run. Files are looked at, never written. Reading happens in child processes with limits
(``documents.sandbox``); what comes back is small: the words and the facts, not the file.
"""

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from pipeline.documents import SUFFIXES, is_skipped, read_document
from pipeline.documents.containment import Containment
from pipeline.documents.sandbox import DEFAULT_MEMORY_BYTES, DEFAULT_TIMEOUT_SECONDS, contained_map
from pipeline.errors import DocumentError
from pipeline.model import Document, DocumentFormat, Facts

READER = "2"
"""The edition of the readers; raised when they read more or better, so that every file is read again once."""

_RETIRED_FOLDERS = ("old", "archive", "archived", "superseded")
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
    """Of its bytes; of its size alone where it is larger than any policy is."""

    @property
    def is_retired(self) -> bool:
        """Whether it lies in a folder named old, archive or superseded."""
        return is_retired(self.path)


def is_retired(path: str) -> bool:
    """Return whether a path relative to ``policies/`` lies in a folder named old, archive or superseded."""
    return any(part.casefold() in _RETIRED_FOLDERS for part in path.split("/")[:-1])


@dataclass(frozen=True, slots=True)
class Scan:
    """All that lies in ``policies/``."""

    files: tuple[FoundFile, ...]
    """Sorted by path."""
    left_out: tuple[str, ...]
    """Paths of files that are no documents (pictures, spreadsheets) or lead out of the folder."""
    unopened: tuple[tuple[str, str], ...] = ()
    """Path and reason of files that could not be opened at all."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One file, read: what it says, or why it could not be read."""

    file: FoundFile
    format: DocumentFormat | None
    title_in_file_name: str
    """What the file name says, for a document without a title."""
    text: str = ""
    facts: Facts = field(default_factory=Facts)
    error: DocumentError | None = None
    reader: str = READER
    """Which edition of the readers read it, see ``reader_edition``."""


def reader_edition(*, ocr: bool) -> str:
    """Return the edition of the readers; with the reading of scans it is another, so that files are read again."""
    return f"{READER}+ocr" if ocr else READER


def scan_folder(folder: Path) -> Scan:
    """List the documents below ``folder``: lock files and hidden files skipped, links out of it left out."""
    files: list[FoundFile] = []
    left_out: list[str] = []
    unopened: list[tuple[str, str]] = []
    root = folder.resolve()
    for location in sorted(_walk(folder)):
        path = location.relative_to(folder).as_posix()
        if (named := _as_text(path)) != path:
            unopened.append((named, _UNWRITABLE_NAME))
            continue
        if location.suffix.lower() not in SUFFIXES or not location.resolve().is_relative_to(root):
            left_out.append(path)
            continue
        try:
            files.append(_found(location, path))
        except OSError as error:
            unopened.append((path, error.strerror or str(error)))
    return Scan(tuple(files), tuple(left_out), tuple(unopened))


_UNWRITABLE_NAME = "Its name holds bytes that are no letters in any alphabet. Rename the file, then run again."


def _as_text(path: str) -> str:
    """Return a path with the bytes of its name that are no characters replaced: no register or mail can hold them."""
    return path.encode("utf-8", "replace").decode("utf-8")


def files_given(paths: Sequence[Path]) -> list[FoundFile]:
    """Return the files named on a command line, each shown as it was given; a folder stands for its documents.

    A file that is not there is returned all the same: reading it says so.
    """
    files: list[FoundFile] = []
    for path in paths:
        if path.is_dir():
            files += [replace(file, path=str(path / file.path)) for file in scan_folder(path).files]
        else:
            files.append(_given(path))
    return files


def _given(path: Path) -> FoundFile:
    try:
        return _found(path, str(path))
    except OSError:
        return FoundFile(str(path), path, 0, 0, "")


def _walk(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in names:
            location = Path(parent) / name
            if not is_skipped(location) and not _is_note(location):
                yield location


def _is_note(location: Path) -> bool:
    return location.stem.casefold() == "readme"


def _found(location: Path, path: str) -> FoundFile:
    status = location.stat()
    if status.st_size > _LARGEST_HASHED_BYTES:
        digest = hashlib.sha256(f"{status.st_size} bytes".encode()).hexdigest()
    else:
        digest = hashlib.sha256(location.read_bytes()).hexdigest()
    return FoundFile(path, location, status.st_size, status.st_mtime_ns, digest)


@dataclass(frozen=True, slots=True)
class Extract:
    """What a child process hands back of one document."""

    format: DocumentFormat
    sha256: str
    text: str
    facts: Facts


def extract_file(location: Path, *, ocr: bool = False) -> Extract:
    """Read one document, the facts it states and what is wrong with it; runs in a child process.

    With ``ocr`` scanned pages are read by machine where that is installed.

    Raises:
        DocumentError: when it cannot be read.
    """
    return extract_document(read_document(location, ocr=ocr))


def extract_document(document: Document) -> Extract:
    """Return what a later stage needs of a document: its words and facts, its findings among them."""
    from pipeline.lifecycle.fields import extract_facts
    from pipeline.lifecycle.findings import with_findings

    facts = with_findings(document, extract_facts(document))
    return Extract(document.format, document.sha256, document.text, facts)


def say_limits(found: Containment) -> str:
    """Say how the processes that read files are held on this machine."""
    return found.sentence(timeout_seconds=DEFAULT_TIMEOUT_SECONDS, memory_bytes=DEFAULT_MEMORY_BYTES)


def read_files(
    files: Sequence[FoundFile], *, ocr: bool = False, on_start: Callable[[Containment], None] | None = None
) -> Iterator[Reading]:
    """Read ``files`` in child processes, in their order; ``on_start`` is told which limits hold each child."""
    edition = reader_edition(ocr=ocr)
    locations = [file.location for file in files]
    outcomes = contained_map(partial(extract_file, ocr=ocr), locations, ocr=ocr, on_start=on_start)
    for file, outcome in zip(files, outcomes, strict=True):
        stem, found = Path(file.path).stem, outcome.value
        if found is None:
            yield Reading(file, None, stem, error=outcome.error, reader=edition)
        else:
            yield Reading(file, found.format, stem, found.text, found.facts, reader=edition)
