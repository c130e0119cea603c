"""The agenda sheet of a meeting as a Word file: which policies it decides on, and what differs from the text in force.

Pure; the same papers give the same bytes on every day, so that a letter is the same however often it is planned.
"""

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from pipeline.lifecycle.differences import ChangedParagraph, Mark, part_heading
from pipeline.lifecycle.wording import say_count, say_day, say_partial
from pipeline.model import PolicyStanding
from pipeline.policies.due_dates import say_move, say_review_due

if TYPE_CHECKING:
    from docx.document import Document
    from docx.opc.coreprops import CoreProperties
    from docx.table import _Row

MOST_PARAGRAPHS = 60
"""Changed paragraphs of one policy; the rest is counted, and stands in the draft."""
_ZIP_DAY = (1980, 1, 1, 0, 0, 0)
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
"""Characters that no XML file may hold (XML 1.0, 2.2)."""


@dataclass(frozen=True, slots=True)
class SheetEntry:
    """One policy on the sheet."""

    standing: PolicyStanding
    said: str
    """What it brings, in a few words: ``2 paragraphs changed``."""
    changes: Sequence[ChangedParagraph]
    """Against the text in force, in the order of the new one."""


def make_agenda_sheet(
    school: str, body: str, meeting: date, entries: Sequence[SheetEntry], missing: Sequence[str], *, is_late: bool
) -> bytes:
    """Return the sheet as a ``.docx`` file: a table of the policies, then what differs in each; ``missing`` are titles.

    New words are underlined, those taken out struck through.
    """
    import docx

    sheet = docx.Document()
    title = f"{'Late papers' if is_late else 'Papers'} for the meeting of the {_of(body)} on {say_day(meeting)}"
    _set_properties(sheet.core_properties, school, title, meeting)
    sheet.add_heading(_clean(title), level=1)
    sheet.add_paragraph(_clean(school))
    _add_table(sheet, entries)
    if missing:
        sheet.add_heading("Not ready when the papers went", level=2)
        for name in missing:
            sheet.add_paragraph(_clean(name), style="List Bullet")
    sheet.add_paragraph("Below, words that are new are underlined; words that were taken out are struck through.")
    for entry in entries:
        _add_differences(sheet, entry)
    stream = io.BytesIO()
    sheet.save(stream)
    return _settled(stream.getvalue())


def _of(body: str) -> str:
    return body.removeprefix("The ").removeprefix("the ")


def _set_properties(properties: "CoreProperties", school: str, title: str, meeting: date) -> None:
    at = datetime.combine(meeting, time(0))
    values = {"title": title[:255], "author": school[:255], "created": at, "modified": at, "comments": ""}
    for name, value in values.items():
        setattr(properties, name, _clean(value) if isinstance(value, str) else value)


def _add_table(sheet: "Document", entries: Sequence[SheetEntry]) -> None:
    table = sheet.add_table(rows=1, cols=4, style="Table Grid")
    _fill(table.rows[0], ("Policy", "What it brings", "Review due", "Last approved"))
    _mark_as_header(table.rows[0])
    for run in (run for cell in table.rows[0].cells for each in cell.paragraphs for run in each.runs):
        run.font.bold = True
    for entry in entries:
        standing = entry.standing
        words = (
            standing.title,
            entry.said,
            say_review_due(standing) or "no date",
            say_partial(standing.approved_on) or "not recorded",
        )
        _fill(table.add_row(), words)


def _fill(row: "_Row", words: Sequence[str]) -> None:
    for cell, said in zip(row.cells, words, strict=True):
        cell.text = _clean(said)


def _mark_as_header(row: "_Row") -> None:
    """Let the row be repeated on each page and read out as the table's headings."""
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _add_differences(sheet: "Document", entry: SheetEntry) -> None:
    sheet.add_heading(_clean(entry.standing.title), level=2)
    if (move := entry.standing.due_move) is not None:
        sheet.add_paragraph(_clean(say_move(entry.standing.title, move)))
    if not entry.changes:
        sheet.add_paragraph(_clean(f"{entry.said[:1].upper()}{entry.said[1:]}."))
    for index, change in enumerate(entry.changes[:MOST_PARAGRAPHS]):
        if heading := part_heading(entry.changes, index):
            sheet.add_heading(heading, level=3)
        paragraph = sheet.add_paragraph()
        for words in change.words:
            run = paragraph.add_run(_clean(words.text))
            run.font.underline = words.mark is Mark.ADDED or None
            run.font.strike = words.mark is Mark.REMOVED or None
    rest = len(entry.changes) - MOST_PARAGRAPHS
    if rest > 0:
        sheet.add_paragraph(f"{say_count(rest, 'more paragraph')} differ: see the draft.")


def _clean(words: str) -> str:
    return _NOT_IN_XML.sub("", words)


def _settled(content: bytes) -> bytes:
    """Return the file without the moment at which it was made."""
    settled = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(settled, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            after.writestr(zipfile.ZipInfo(name, _ZIP_DAY), before.read(name), zipfile.ZIP_DEFLATED)
    return settled.getvalue()
