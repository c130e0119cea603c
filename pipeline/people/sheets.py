"""Open a list that somebody exported: CSV in the usual encodings and separators, or an .xlsx workbook.

First step of a staff list and of a form's export. Everything is text afterwards; real dates of a workbook are written
the ISO way, so that nothing later can swap day and month.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path

from pipeline.errors import UsageError, say_system_error

_LARGEST_FILE_BYTES = 20 * 1024 * 1024
_LARGEST_UNPACKED_BYTES = 200 * 1024 * 1024
_MOST_ROWS = 100_000
_MOST_COLUMNS = 400
_SEPARATORS = (",", ";", "\t")


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row of a list."""

    number: int
    """As the spreadsheet program counts it; the first is 1."""
    cells: tuple[str, ...]
    """Without surrounding spaces, except that a leading tab or line break is kept: it marks a formula."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of a list that hold anything, headings included."""

    rows: tuple[SheetRow, ...]


def read_sheet(path: Path) -> Sheet:
    """Read the list at ``path``; the ending decides, ``.xlsx`` is a workbook and anything else is CSV.

    Raises:
        UsageError: the file is not there, too large, or not a list.
    """
    try:
        size_bytes = path.stat().st_size
        if size_bytes > _LARGEST_FILE_BYTES:
            raise UsageError(f"{path.name} is larger than any list of people; export the list again.")
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {say_system_error(error)}. Check the name and close it elsewhere."
        ) from error
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return Sheet(tuple(_kept(_workbook_rows(content, path.name))))
    if path.suffix.lower() in (".xlsx", ".xls", ".ods") or content.startswith(b"\xd0\xcf\x11\xe0"):
        raise UsageError(f"{path.name} is not an .xlsx workbook; open it and save it as .xlsx or CSV.")
    return Sheet(tuple(_kept(_csv_rows(_decode(content, path.name), path.name))))


def _kept(rows: Iterable[SheetRow]) -> Iterator[SheetRow]:
    return (row for row in rows if any(row.cells))


def _decode(content: bytes, name: str) -> str:
    """Turn bytes into text: a byte-order mark decides, then UTF-8, UTF-16 told by its zeros, Windows-1252.

    Rows that end in carriage returns alone were written on a Mac the old way, whose letters have other places.
    """
    if content.startswith(b"\xef\xbb\xbf"):
        candidates = ["utf-8-sig"]
    elif content.startswith((b"\xff\xfe", b"\xfe\xff")):
        candidates = ["utf-16"]
    elif b"\0" in content[:200]:
        candidates = ["utf-16-le" if content[1:2] == b"\0" else "utf-16-be"]
    else:
        candidates = ["utf-8", "mac_roman" if b"\r" in content and b"\n" not in content else "cp1252"]
    for encoding in candidates:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UsageError(f"{name} is not text that can be read; save it as 'CSV UTF-8' and try again.")


def _csv_rows(text: str, name: str) -> Iterator[SheetRow]:
    if "\0" in text:
        raise UsageError(f"{name} is not a list: it holds bytes that no text has. Export it again as CSV.")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    try:
        for cells in reader:
            if reader.line_num > _MOST_ROWS or len(cells) > _MOST_COLUMNS:
                raise UsageError(f"{name} has more rows or columns than any list of people; export it again.")
            yield SheetRow(reader.line_num, tuple(_trimmed(cell) for cell in cells))
    except csv.Error as error:
        raise UsageError(
            f"{name} breaks off in line {reader.line_num} ({error}); look for a stray quotation mark there."
        ) from error


def _separator(text: str) -> str:
    """Return the separator that stands most often in the first line that holds one."""
    for line in text.splitlines():
        counts = {separator: line.count(separator) for separator in _SEPARATORS}
        if any(counts.values()):
            return max(_SEPARATORS, key=lambda separator: counts[separator])
    return ","


def _trimmed(cell: str) -> str:
    text = cell.replace("\xa0", " ")
    return text.rstrip() if text.startswith(("\t", "\r")) else text.strip()


def _workbook_rows(content: bytes, name: str) -> Iterator[SheetRow]:
    """Yield the rows of a workbook's first sheet that holds anything."""
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    _check_size_unpacked(content, name)
    try:
        workbook = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        for sheet in workbook.worksheets:
            rows = []
            # Some exports state a size of one cell; rows beyond the stated size would be left out.
            sheet.reset_dimensions()
            for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
                if number > _MOST_ROWS or len(cells) > _MOST_COLUMNS:
                    raise UsageError(f"{name} has more rows or columns than any list of people; export it again.")
                rows.append(SheetRow(number, tuple(_cell_text(cell) for cell in cells)))
            if any(any(row.cells) for row in rows):
                yield from rows
                return
    except (InvalidFileException, zipfile.BadZipFile, OSError, KeyError, ValueError, TypeError, SyntaxError) as error:
        raise UsageError(f"{name} is not a workbook that can be read; save it again as .xlsx or CSV.") from error


def _check_size_unpacked(content: bytes, name: str) -> None:
    """Refuse a workbook that is small on disk and enormous once opened."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            unpacked_bytes = sum(member.file_size for member in package.infolist())
    except zipfile.BadZipFile as error:
        raise UsageError(f"{name} is not a workbook that can be read; save it again as .xlsx or CSV.") from error
    if unpacked_bytes > _LARGEST_UNPACKED_BYTES:
        raise UsageError(f"{name} unpacks to more than any list of people holds; it was not opened.")


def _cell_text(value: object) -> str:
    """Write one cell of a workbook as text: dates the ISO way, whole numbers without a decimal point."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return _trimmed(str(value))
