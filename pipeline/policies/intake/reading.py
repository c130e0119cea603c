"""Read the files of ``policies/`` that are new or changed.

Reading happens in child processes with limits (``documents.sandbox.readers``); what comes back is small: the words and
the facts, not the file.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from pipeline.changes.appendix import join_facts, join_texts
from pipeline.documents.sandbox.containment import Containment
from pipeline.documents.sandbox.readers import DEFAULT_MEMORY_BYTES, DEFAULT_TIMEOUT_SECONDS, FileOutcome, contained_map
from pipeline.errors import DocumentError
from pipeline.model.documents import DocumentFormat
from pipeline.model.facts import Facts
from pipeline.policies.intake.extracting import Extract, extract_file, prepare_extracting
from pipeline.policies.intake.scan import FoundFile

READER = "35"
"""The edition of the readers; raised when they read more or better, so that every file is read again once."""


@dataclass(frozen=True, slots=True)
class ReadFile:
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
    appendix_format: DocumentFormat | None = None
    """Of the local appendix, where the file has one; ``text`` and ``facts`` are then of both."""


Known = Callable[[FoundFile, bool], Extract | None]
"""Gives what another process has read of a file, an appendix apart, ``True``: with its scanned pages; None: read it."""


def reader_edition(*, ocr: bool) -> str:
    """Return the edition of the readers; with the reading of scans it is another, so that files are read again."""
    return f"{READER}+ocr" if ocr else READER


def say_limits(found: Containment) -> str:
    """Say how the processes that read files are held on this machine."""
    return found.sentence(timeout_seconds=DEFAULT_TIMEOUT_SECONDS, memory_bytes=DEFAULT_MEMORY_BYTES)


def read_files(
    files: Sequence[FoundFile],
    *,
    ocr: bool = False,
    on_start: Callable[[Containment], None] | None = None,
    known: Known = lambda file, ocr: None,
) -> Iterator[ReadFile]:
    """Read ``files``, each with its appendix, in child processes, in their order.

    ``on_start`` is told which limits hold each child. ``known`` is asked first for each.
    """
    edition = reader_edition(ocr=ocr)
    parts = [part for file in files for part in (file, file.appendix) if part is not None]
    given = {part.path: found for part in parts if (found := known(part, ocr)) is not None}
    read = contained_map(
        partial(extract_file, ocr=ocr),
        [part.location for part in parts if part.path not in given],
        ocr=ocr,
        on_start=on_start,
        prepare=prepare_extracting,
    )

    def outcome(part: FoundFile) -> FileOutcome[Extract]:
        found = given.pop(part.path, None)
        return FileOutcome(part.location, found, None) if found is not None else next(read)

    for file in files:
        reading = _reading(file, outcome(file), edition)
        if file.appendix is not None:
            reading = join_readings(reading, _reading(file.appendix, outcome(file.appendix), edition))
        yield reading


def _reading(file: FoundFile, outcome: FileOutcome[Extract], edition: str) -> ReadFile:
    stem, found = Path(file.path).stem, outcome.value
    if found is None:
        return ReadFile(file, None, stem, error=outcome.error, reader=edition)
    return ReadFile(file, found.format, stem, found.text, found.facts, reader=edition)


def join_readings(reading: ReadFile, appendix: ReadFile) -> ReadFile:
    """Return one reading of a document and its appendix: neither goes out without the other."""
    if reading.error is not None or appendix.error is not None:
        error = reading.error or appendix.error
        return ReadFile(reading.file, None, reading.title_in_file_name, error=error, reader=reading.reader)
    return replace(
        reading,
        text=join_texts(reading.text, appendix.text),
        facts=join_facts(reading.facts, appendix.facts),
        appendix_format=appendix.format,
    )
