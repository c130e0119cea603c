"""Write tables into an Excel workbook: words stay words, and the bytes depend on nothing but the tables and a moment.

Names and titles come from lists and documents, so every text is written as text: a cell that begins with ``=``, ``+``,
``-`` or ``@`` is never worked out by the program that opens the file.
"""

import io
import os
import re
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pipeline.errors import UsageError, say_system_error
from pipeline.lists.columns import Cell, Table
from pipeline.private_files import create_file

_MAKER = "policy-pipeline"
"""Stands in the file's properties, so that a later list may take the place of an earlier one and of nothing else."""
_DAY_FORMAT = "d mmmm yyyy"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""Characters that no workbook can hold."""
_LARGEST_PROPERTIES_BYTES = 65_536
_SHORT, _LONG = 14, 40
_ZIP_DAY = (1980, 1, 1, 0, 0, 0)
"""The first day that a ZIP archive can say."""


def workbook(tables: Sequence[Table], made_at: datetime) -> bytes:
    """Return a workbook of a sheet a table; ``made_at`` is what it says of itself.

    A table that knows its widths is a list to work with: it can be narrowed, and prints its headings on every page.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    book.properties.creator = _MAKER
    book.properties.created = made_at.replace(tzinfo=None)
    for table in tables:
        sheet = book.create_sheet(table.title)
        for column, width in enumerate(table.widths or _widths(table), 1):
            sheet.column_dimensions[get_column_letter(column)].width = width
        sheet.freeze_panes = "B2"
        sheet.page_setup.orientation = "landscape"
        if table.widths:
            sheet.auto_filter.ref = f"A1:{get_column_letter(len(table.headings))}{len(table.rows) + 1}"
            sheet.print_title_rows = "1:1"
        sheet.append([_cell(sheet, heading, Font(bold=True)) for heading in table.headings])
        for row in table.rows:
            sheet.append([_cell(sheet, value, None) for value in row])
    stream = io.BytesIO()
    book.save(stream)
    return _settled(stream.getvalue(), made_at)


def check_sheet_path(path: Path) -> None:
    """Make sure that a list may be written to ``path``: a new file, or one that an earlier list was written to.

    Raises:
        UsageError: saying where it could go.
    """
    if path.suffix.casefold() != ".xlsx":
        raise UsageError(f"{path} cannot be written: give the list a name that ends in .xlsx.")
    if not path.parent.is_dir():
        raise UsageError(f"{path.parent} is not there, so {path.name} was not written. Make the folder first.")
    if path.exists() and not _is_ours(path):
        raise UsageError(f"{path} is there already and is no list of this program: choose another name.")


def write_sheet(path: Path, tables: Sequence[Table], made_at: datetime) -> None:
    """Write tables to ``path`` as ``workbook`` makes them; of several the empty ones after the first are left out.

    The file appears whole or not at all, and may name staff, so that only this account can read it.

    Raises:
        UsageError: when it cannot be written there.
    """
    check_sheet_path(path)
    content = workbook([tables[0], *(table for table in tables[1:] if table.rows)], made_at)
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        with os.fdopen(create_file(unfinished), "wb") as stream:
            stream.write(content)
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise UsageError(
            f"{path} cannot be written: {say_system_error(error)}. Is it open in another program? Close it, or choose "
            "another name."
        ) from error


def _is_ours(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as book, book.open("docProps/core.xml") as properties:
            return _MAKER.encode() in properties.read(_LARGEST_PROPERTIES_BYTES)
    except (OSError, KeyError, zipfile.BadZipFile):
        return False


def _widths(table: Table) -> list[int]:
    longest = [len(heading) for heading in table.headings]
    for row in table.rows[:200]:
        longest = [max(most, len(str(value or ""))) for most, value in zip(longest, row, strict=True)]
    return [min(_LONG, max(_SHORT, most + 2)) for most in longest]


def _cell(sheet: Any, value: Cell, font: Any) -> object:
    """Return a cell: words stay words, also those that begin like a formula, and days look like days."""
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet)
    said = value.strftime("%Y-%m-%d %H:%M") if isinstance(value, datetime) else value
    if isinstance(said, str):
        cell.value = _CONTROL.sub(" ", str(said)) or None
        if cell.value:
            cell.data_type = "s"
            cell.quotePrefix = True
    else:
        cell.value = said
        if isinstance(said, date):
            cell.number_format = _DAY_FORMAT
    if font is not None:
        cell.font = font
    return cell


def _settled(content: bytes, made_at: datetime) -> bytes:
    """Return the workbook without the moment at which it was saved."""
    said = f"{made_at:%Y-%m-%dT%H:%M:%SZ}".encode()
    settled = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(settled, "w", zipfile.ZIP_DEFLATED) as after:
        for name in sorted(before.namelist()):
            words = before.read(name)
            if name == "docProps/core.xml":
                words = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + said, words)
            after.writestr(zipfile.ZipInfo(name, _ZIP_DAY), words, zipfile.ZIP_DEFLATED)
    return settled.getvalue()
