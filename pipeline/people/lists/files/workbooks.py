"""Read the sheets of an .xlsx workbook as text.

Used by ``sheets``. Real dates are written the ISO way, so that nothing later can swap day and month; a formula whose
result was never stored stays a formula, so that it is told and not taken for an empty cell.
"""

import io
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime, time

from pipeline.documents.packages import UNPACKING_FAULTS
from pipeline.errors import UsageError

LARGEST_UNPACKED_BYTES = 200 * 1024 * 1024
MOST_ROWS = 100_000
MOST_COLUMNS = 400
_FORMULA_MARK = b"<f"
_DAMAGED = (*UNPACKING_FAULTS, KeyError, TypeError, SyntaxError)
"""What reading a workbook raises whose bytes are not as they were written."""


def read_workbook(content: bytes, name: str) -> Iterator[tuple[str, Sequence[Sequence[str]]]]:
    """Yield title and rows of each sheet that a person would see; hidden sheets are left out.

    Raises:
        UsageError: it is no workbook, or holds more than any list of people; the file is called ``name``.
    """
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    check_size_unpacked(content, name)
    try:
        with warnings.catch_warnings():
            # What it warns of (styles, links, print areas) is nothing a list of people needs.
            warnings.simplefilter("ignore")
            values = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            formulas = openpyxl.load_workbook(io.BytesIO(content), read_only=True) if _has_formulas(content) else None
        for sheet in values.worksheets:
            if sheet.sheet_state != "visible":
                continue
            rows = _sheet_rows(sheet, name)
            if formulas is not None:
                rows = _with_formulas(rows, _sheet_rows(formulas[sheet.title], name))
            yield sheet.title, rows
    except (InvalidFileException, *_DAMAGED) as error:
        raise UsageError(f"{name} is not a workbook that can be read; save it again as .xlsx or CSV.") from error


def check_size_unpacked(content: bytes, name: str) -> None:
    """Refuse a workbook or packed list that is small on disk and enormous once opened.

    Raises:
        UsageError: it unpacks to more than any list holds, or cannot be opened.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            unpacked_bytes = sum(member.file_size for member in package.infolist())
    except _DAMAGED as error:
        raise UsageError(f"{name} is not a workbook that can be read; save it again as .xlsx or CSV.") from error
    if unpacked_bytes > LARGEST_UNPACKED_BYTES:
        raise UsageError(f"{name} unpacks to more than any list of people holds; it was not opened.")


def _has_formulas(content: bytes) -> bool:
    """Return whether any cell of the workbook is a formula; asked of the bytes, since most lists have none."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return any(
            _FORMULA_MARK in package.read(member)
            for member in package.namelist()
            if member.startswith("xl/worksheets/") and member.endswith(".xml")
        )


# openpyxl brings no types.
def _sheet_rows(sheet: "object", name: str) -> list[list[str]]:
    rows: list[list[str]] = []
    # Some exports state a size of one cell; rows beyond the stated size would be left out.
    sheet.reset_dimensions()  # type: ignore[attr-defined]
    for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):  # type: ignore[attr-defined]
        if number > MOST_ROWS or len(cells) > MOST_COLUMNS:
            raise UsageError(f"{name} has more rows or columns than any list of people; export it again.")
        rows.append([_cell_text(cell) for cell in cells])
    return rows


def _with_formulas(values: list[list[str]], formulas: list[list[str]]) -> list[list[str]]:
    """Return the values, and the formula itself where its value was never stored."""
    return [
        [value or (formula if formula.startswith("=") else "") for value, formula in zip(*pair, strict=True)]
        for pair in zip(values, formulas, strict=True)
    ]


def _cell_text(value: object) -> str:
    """Write one cell of a workbook as text: dates the ISO way, whole numbers without a decimal point."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return trimmed(str(value))


def trimmed(cell: str) -> str:
    """Return a cell without surrounding spaces; a leading tab or line break is kept, since it marks a formula."""
    text = cell.replace("\xa0", " ")
    return text.rstrip() if text.startswith(("\t", "\r")) else text.strip()
