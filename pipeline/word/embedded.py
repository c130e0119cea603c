"""Files embedded in a Word file: their parts that can be searched, and a word on each that cannot.

``elsewhere`` asks for both: what nobody can look into is named, so that a person opens it.
"""

import io
import re
from collections.abc import Iterator
from zipfile import ZipFile, ZipInfo

from pipeline.documents.packages import UNPACKING_FAULTS
from pipeline.places import Place, called
from pipeline.plan.values import Left
from pipeline.reasons.reason import because

MOST_BYTES = 8 * 1024 * 1024
"""Of one part that is searched; a larger one is named instead."""
TOO_LARGE = because("part-too-large")
_OTHER_FORM = because("part-of-other-form")
_MOST_ENTRIES = 200
_SEARCHED = (".xml", ".rels", ".vml")
_NO_WORDS = re.compile(
    r"\.(?:png|jpe?g|gif|bmp|tiff?|emf|wmf|wdp|svg|webp|ttf|otf|odttf|fntdata|css|js)$|/$|^mimetype$", re.IGNORECASE
)
_CLOSED_FORMS = (b"%PDF", b"\xd0\xcf\x11\xe0", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")
"""Their words are packed or cut into pieces, so that finding none proves nothing."""


def unpacked(raw: bytes) -> Iterator[bytes]:
    """Yield the parts of an embedded zip (a spreadsheet, another Word file) that are searched, else the part itself."""
    if not raw.startswith(b"PK"):
        yield raw
        return
    try:
        with ZipFile(io.BytesIO(raw)) as archive:
            for entry in archive.infolist()[:_MOST_ENTRIES]:
                if _is_searched(entry):
                    yield archive.read(entry)
    except UNPACKING_FAULTS:
        yield raw


def part_of_file(name: str) -> Place:
    """Return the place of a member of the package, by its name in it."""
    return called(f"a part of the file ({name})")


def unchecked_in(name: str, raw: bytes) -> Iterator[Left]:
    """Yield what cannot be searched of one part of a Word file: all of it, or entries of a zip in it."""
    where = part_of_file(name)
    if raw.startswith(_CLOSED_FORMS):
        yield Left(where, "all of it", _OTHER_FORM)
    if not raw.startswith(b"PK"):
        return
    try:
        with ZipFile(io.BytesIO(raw)) as archive:
            entries = archive.infolist()
            for entry in entries[:_MOST_ENTRIES]:
                if not _is_searched(entry) and not _NO_WORDS.search(entry.filename):
                    large = entry.file_size >= MOST_BYTES
                    yield Left(where, entry.filename, TOO_LARGE if large else _OTHER_FORM)
            if len(entries) > _MOST_ENTRIES:
                yield Left(where, f"{len(entries) - _MOST_ENTRIES} further parts", because("too-many-parts"))
            for entry in entries[:_MOST_ENTRIES]:
                if _is_searched(entry):
                    archive.read(entry)
    except UNPACKING_FAULTS:
        yield Left(where, "all of it", because("part-damaged"))


def _is_searched(entry: ZipInfo) -> bool:
    return entry.file_size < MOST_BYTES and entry.filename.endswith(_SEARCHED)
