"""Open a list that the office exported: CSV in the usual encodings and separators, packed CSV, an .xlsx workbook, JSON.

First step of a staff list and of a form's export. Everything is text afterwards.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.documents.packages import UNPACKING_FAULTS
from pipeline.errors import UsageError, say_system_error
from pipeline.people.lists.files.encoding import decode_list
from pipeline.people.lists.files.json_lists import looks_like_json, read_json_rows
from pipeline.people.lists.files.workbooks import MOST_COLUMNS, MOST_ROWS, check_size_unpacked, read_workbook, trimmed

_LARGEST_FILE_BYTES = 20 * 1024 * 1024
_SEPARATORS = (",", ";", "\t")
_COMPANIONS = (("users", "roles"), ("roles", "users"))
"""Names of files of one export that belong together: the people, and what each of them is."""


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row of a list."""

    number: int
    """As the spreadsheet program counts it; the first is 1."""
    cells: tuple[str, ...]
    """Without surrounding spaces, except that a leading tab or line break is kept: it marks a formula."""


@dataclass(frozen=True, slots=True)
class ListSheet:
    """The rows of a list that hold anything, headings included."""

    rows: tuple[ListRow, ...]
    name: str = ""
    """The sheet of a workbook, or the file."""
    encoding: str = ""
    """How the text was stored; empty for a workbook."""


def read_sheet(path: Path) -> ListSheet:
    """Read the list at ``path``: of a workbook the first sheet that holds anything.

    Raises:
        UsageError: the file is not there, too large, or not a list.
    """
    return next((sheet for sheet in _open(path) if sheet.rows), ListSheet((), path.name))


def read_sheets(path: Path) -> tuple[ListSheet, ...]:
    """Read every sheet that holds anything: of a workbook, of a packed export, and of a file that belongs to it.

    ``roles.csv`` beside ``users.csv`` belongs to it, and the other way round.

    Raises:
        UsageError: the file is not there, too large, or not a list.
    """
    sheets = [*_open(path)]
    if len(sheets) == 1 and (companion := _companion(path)) is not None:
        sheets += _open(companion)
    return tuple(sheet for sheet in sheets if sheet.rows)


def _companion(path: Path) -> Path | None:
    """Return the file beside a list that belongs to it, None where there is none."""
    for mine, theirs in _COMPANIONS:
        name = re.sub(rf"(?<![^\W_]){mine}(?![^\W_])", theirs, path.name, flags=re.IGNORECASE)
        if name != path.name and (path.parent / name).is_file():
            return path.parent / name
    return None


def _open(path: Path) -> Iterator[ListSheet]:
    """Yield the sheets of one file; what is in it decides, not its ending."""
    content = _content(path)
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        if members := _packed_lists(content, path.name):
            for name, body in members:
                yield _csv_sheet(body, name)
            return
        for title, rows in read_workbook(content, path.name):
            numbered = (ListRow(number, tuple(cells)) for number, cells in enumerate(rows, start=1))
            yield ListSheet(tuple(_kept(numbered)), title)
        return
    if path.suffix.lower() in (".xlsx", ".xls", ".ods") or content.startswith(b"\xd0\xcf\x11\xe0"):
        raise UsageError(f"{path.name} is not an .xlsx workbook; open it and save it as .xlsx or CSV.")
    yield _csv_sheet(content, path.name)


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > _LARGEST_FILE_BYTES:
            raise UsageError(f"{path.name} is larger than any list of people; export the list again.")
        return path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {say_system_error(error)}. Check the name and close it elsewhere."
        ) from error


def _packed_lists(content: bytes, name: str) -> list[tuple[str, bytes]]:
    """Return name and bytes of each CSV file packed in a .zip; none of a workbook, which is packed otherwise."""
    check_size_unpacked(content, name)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            members = [member for member in package.infolist() if member.filename.lower().endswith(".csv")]
            return [(Path(member.filename).name, package.read(member)) for member in members]
    except UNPACKING_FAULTS as error:
        raise UsageError(f"{name} cannot be unpacked; unpack it yourself and give users.csv.") from error


def _kept(rows: Iterable[ListRow]) -> Iterator[ListRow]:
    return (row for row in rows if any(row.cells))


def _csv_sheet(content: bytes, name: str) -> ListSheet:
    decoded = decode_list(content, name)
    if looks_like_json(decoded.text):
        rows = enumerate(read_json_rows(decoded.text, name), start=1)
        numbered = (ListRow(number, tuple(trimmed(cell) for cell in cells)) for number, cells in rows)
        return ListSheet(tuple(_kept(numbered)), name, decoded.encoding)
    if decoded.text.lstrip()[:1] == "<":
        raise UsageError(f"{name} is a web page or XML and not a list; open it and save it as .xlsx, or export CSV.")
    return ListSheet(tuple(_kept(_csv_rows(decoded.text, name))), name, decoded.encoding)


def _csv_rows(text: str, name: str) -> Iterator[ListRow]:
    if "\0" in text:
        raise UsageError(f"{name} is not a list: it holds bytes that no text has. Export it again as CSV.")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    try:
        for cells in reader:
            if reader.line_num > MOST_ROWS or len(cells) > MOST_COLUMNS:
                raise UsageError(f"{name} has more rows or columns than any list of people; export it again.")
            yield ListRow(reader.line_num, tuple(trimmed(cell) for cell in cells))
    except csv.Error as error:
        raise UsageError(
            f"{name} breaks off in line {reader.line_num} ({error}); look for a stray quotation mark there."
        ) from error


def _separator(text: str) -> str:
    """Return what stands between cells: the separator that the first lines hold most often, each the same number.

    A title above the headings may hold a comma of its own.
    """
    lines = [line for line in text.splitlines()[:30] if line.strip()]
    counts = {separator: [line.count(separator) for line in lines] for separator in _SEPARATORS}
    return max(_SEPARATORS, key=lambda separator: _agreement(counts[separator]))


def _agreement(counts: list[int]) -> tuple[int, int]:
    """Return in how many lines a separator stands the number of times it stands in most of them, and how many times."""
    numbers = [count for count in counts if count]
    if not numbers:
        return (0, 0)
    usual = max(set(numbers), key=lambda count: (numbers.count(count), count))
    return (numbers.count(usual), usual)
