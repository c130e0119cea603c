"""A sheet of the program's own as a Word file: headings, lines, lists and tables, the same bytes for the same words."""

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import _Row
    from docx.text.paragraph import Paragraph

_ZIP_DAY = (1980, 1, 1, 0, 0, 0)
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
"""Characters that no XML file may hold (XML 1.0, 2.2)."""
_LONGEST_PROPERTY = 255


class WordSheet:
    """One sheet, put together from above to below."""

    def __init__(self, title: str, school: str, day: date) -> None:
        """``title`` stands at the top, above the school's name; ``day`` is what the file says it is of."""
        import docx

        self.document: Document = docx.Document()
        at = datetime.combine(day, time(0))
        properties = self.document.core_properties
        for name, value in {"title": title, "author": school, "comments": ""}.items():
            setattr(properties, name, clean(value)[:_LONGEST_PROPERTY])
        properties.created = properties.modified = at
        self.heading(title, 1)
        if school:
            self.line(school)

    def heading(self, words: str, level: int = 2) -> None:
        """Add a heading."""
        self.document.add_heading(clean(words), level=level)

    def line(self, words: str, *, bold: bool = False) -> "Paragraph":
        """Add a paragraph."""
        paragraph = self.document.add_paragraph()
        if words:
            paragraph.add_run(clean(words)).bold = bold or None
        return paragraph

    def bullets(self, lines: Sequence[str]) -> None:
        """Add a list."""
        for words in lines:
            self.document.add_paragraph(clean(words), style="List Bullet")

    def table(self, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Add a table; its first row is repeated on each page and read out as the headings."""
        from docx.oxml import OxmlElement

        table = self.document.add_table(rows=1, cols=len(head), style="Table Grid")
        _fill(table.rows[0], head, bold=True)
        table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
        for words in rows:
            _fill(table.add_row(), words)

    def content(self) -> bytes:
        """Return the file, without the moment at which it was made."""
        stream, settled = io.BytesIO(), io.BytesIO()
        self.document.save(stream)
        with zipfile.ZipFile(stream) as before, zipfile.ZipFile(settled, "w", zipfile.ZIP_DEFLATED) as after:
            for name in before.namelist():
                after.writestr(zipfile.ZipInfo(name, _ZIP_DAY), before.read(name), zipfile.ZIP_DEFLATED)
        return settled.getvalue()


def clean(words: str) -> str:
    """Return words without what no Word file can hold."""
    return _NOT_IN_XML.sub("", words)


def _fill(row: "_Row", words: Sequence[str], *, bold: bool = False) -> None:
    for cell, said in zip(row.cells, words, strict=True):
        cell.paragraphs[0].add_run(clean(said)).bold = bold or None
