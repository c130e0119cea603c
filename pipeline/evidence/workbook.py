"""Write tables into an Excel workbook whose bytes depend on nothing but the tables: no clock, no machine."""

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import datetime

from pipeline.acknowledgements.sheet import fill_cell
from pipeline.evidence.tables import Cell, Table

_MAKER = "policy-pipeline"
_SHORT, _LONG = 14, 40
_ZIP_DAY = (1980, 1, 1, 0, 0, 0)
"""The first day that a ZIP archive can say."""


def workbook(tables: Sequence[Table], made_at: datetime) -> bytes:
    """Return a workbook of a sheet a table; ``made_at`` is what it says of itself."""
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    book.properties.creator = _MAKER
    book.properties.created = made_at.replace(tzinfo=None)
    for table in tables:
        sheet = book.create_sheet(table.title)
        for column, width in enumerate(_widths(table), 1):
            sheet.column_dimensions[get_column_letter(column)].width = width
        sheet.freeze_panes = "B2"
        sheet.page_setup.orientation = "landscape"
        sheet.append([_cell(sheet, heading, Font(bold=True)) for heading in table.headings])
        for row in table.rows:
            sheet.append([_cell(sheet, value, None) for value in row])
    stream = io.BytesIO()
    book.save(stream)
    return _settled(stream.getvalue(), made_at)


def _widths(table: Table) -> list[int]:
    longest = [len(heading) for heading in table.headings]
    for row in table.rows[:200]:
        longest = [max(most, len(str(value or ""))) for most, value in zip(longest, row, strict=True)]
    return [min(_LONG, max(_SHORT, most + 2)) for most in longest]


def _cell(sheet: object, value: Cell, font: object) -> object:
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet)  # type: ignore[arg-type]
    fill_cell(cell, value.strftime("%Y-%m-%d %H:%M") if isinstance(value, datetime) else value)
    if font is not None:
        cell.font = font  # type: ignore[assignment]
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
