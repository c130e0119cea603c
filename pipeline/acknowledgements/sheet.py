"""Write who has read what into a spreadsheet: ``policy acknowledge list --out FILE.xlsx``.

Names and titles come from lists and documents, so every text is written as text: a cell that begins with ``=``, ``+``,
``-`` or ``@`` is never worked out by whoever opens the file.
"""

import os
import re
import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pipeline.acknowledgements.declarations.listing import DeclarationLine
from pipeline.acknowledgements.listing import ReadingLine
from pipeline.errors import UsageError, say_system_error
from pipeline.model import RequestState
from pipeline.private_files import create_file

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

_MAKER = "policy-pipeline"
"""Stands in the file's properties, so that a later list may take the place of an earlier one and of nothing else."""
_HEADINGS = (
    ("Name", 28),
    ("Person", 14),
    ("Policy", 40),
    ("Version", 9),
    ("State", 22),
    ("To read by", 20),
    ("Days late", 11),
    ("Recorded by", 14),
    ("Recorded on", 20),
)
"""Each column with its width in characters."""
_DECLARATION_HEADINGS = (
    ("Name", 28),
    ("Person", 14),
    ("Declaration", 40),
    ("School year", 13),
    ("State", 28),
    ("To declare by", 20),
    ("How", 14),
    ("Said on", 20),
)
STATE_WORDS = {
    RequestState.OWED: "not recorded yet",
    RequestState.ACKNOWLEDGED: "recorded",
    RequestState.AWAY: "away",
    RequestState.ELSEWHERE: "asked at another school",
    RequestState.CLOSED: "not asked any more",
}
_DAY_FORMAT = "d mmmm yyyy"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""Characters that no workbook can hold."""
_LARGEST_PROPERTIES_BYTES = 65_536


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


def write_sheet(
    path: Path, lines: Sequence[ReadingLine], zone: ZoneInfo, declarations: Sequence[DeclarationLine] = ()
) -> None:
    """Write ``lines`` to ``path`` as an Excel workbook of one sheet, a row a line below one row of headings.

    Days are those of the school's clock, ``zone``. Declarations, where there are any, stand on a second sheet.

    The file appears whole or not at all, and names staff, so that only this account can read it.

    Raises:
        UsageError: when it cannot be written there.
    """
    from openpyxl import Workbook

    check_sheet_path(path)
    book = Workbook()
    book.properties.creator = _MAKER
    sheet = book.worksheets[0]
    sheet.title = "Readings"
    _fill(sheet, _HEADINGS, [_values(line, zone) for line in lines])
    if declarations:
        rows = [_declaration_values(line, zone) for line in declarations]
        _fill(book.create_sheet("Declarations"), _DECLARATION_HEADINGS, rows)
    _save(book, path)


def _fill(
    sheet: "Worksheet", headings: Sequence[tuple[str, int]], rows: Sequence[Sequence[str | int | date | None]]
) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    for column, (heading, width) in enumerate(headings, 1):
        sheet.cell(1, column, heading).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = width
    for row, values in enumerate(rows, 2):
        for column, value in enumerate(values, 1):
            fill_cell(sheet.cell(row, column), value)  # type: ignore[arg-type]
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"


def _save(book: "Workbook", path: Path) -> None:
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        with os.fdopen(create_file(unfinished), "wb") as stream:
            book.save(stream)
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise UsageError(
            f"{path} cannot be written: {say_system_error(error)}. Is it open in another program? Close it, or choose "
            "another name."
        ) from error


def _state_words(line: ReadingLine) -> str:
    if line.state is RequestState.ELSEWHERE:
        return f"asked at {line.at_school}"
    return "recorded in error" if line.corrected_at is not None else STATE_WORDS[line.state]


def _values(line: ReadingLine, zone: ZoneInfo) -> tuple[str | int | date | None, ...]:
    given = line.acknowledged_at
    return (
        line.person.person.name,
        line.person.person.person_id,
        line.title,
        line.version_label,
        _state_words(line),
        line.due_on,
        line.days_late or None,
        (f"at {line.at_school}" if line.at_school else line.method.value) if line.method else None,
        given.astimezone(zone).date() if given else None,
    )


def _declaration_values(line: DeclarationLine, zone: ZoneInfo) -> tuple[str | int | date | None, ...]:
    person, said = line.person.person, line.said
    return (
        person.name,
        person.person_id,
        line.request.name,
        line.year,
        line.state.words,
        line.request.due_on,
        said.method.value if said else None,
        said.given_at.astimezone(zone).date() if said else None,
    )


def fill_cell(cell: "Cell", value: str | int | date | None) -> None:
    """Put a value into a cell: words stay words, also those that begin like a formula, and days look like days."""
    if isinstance(value, str):
        cell.value = _CONTROL.sub(" ", value) or None
        if cell.value:
            cell.data_type = "s"
            cell.quotePrefix = True
        return
    cell.value = value
    if isinstance(value, date):
        cell.number_format = _DAY_FORMAT


def _is_ours(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as book, book.open("docProps/core.xml") as properties:
            return _MAKER.encode() in properties.read(_LARGEST_PROPERTIES_BYTES)
    except (OSError, KeyError, zipfile.BadZipFile):
        return False
