"""Contact tables whose cells span columns and rows, in which a role and the name that holds it stand far apart.

``random_table`` lays one out on a grid and knows who is lead and who deputy there; ``as_word`` and ``as_odt`` write it
with the merged cells of each format, ``as_pdf`` with every text at the place of its cell on the page.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from tests.builders import PdfText, odt_file, paragraph, pdf_file, word_file

LEAD_HEADS = ("DSL", "Designated Safeguarding Lead", "Designated Safeguarding Lead (DSL)")
DEPUTY_HEADS = ("Deputy DSL", "Deputy Designated Safeguarding Lead", "DDSL")
_PRINT = 3.5
_LABELS = (("School", "Elm School"), ("Phase", "Infants"), ("Site", "North site"), ("Day", "Every day"))


@dataclass(frozen=True, slots=True)
class Box:
    """One cell; rows and columns count from 0."""

    row: int
    column: int
    text: str
    rows: int = 1
    columns: int = 1


@dataclass(slots=True)
class SpanTable:
    """A table on its grid; where no box stands at the edge of a row the row has no cell."""

    kind: str
    boxes: list[Box] = field(default_factory=list)

    @property
    def width(self) -> int:
        """In grid columns."""
        return max(box.column + box.columns for box in self.boxes)

    @property
    def height(self) -> int:
        """In rows."""
        return max(box.row + box.rows for box in self.boxes)

    def at(self, row: int, column: int) -> Box | None:
        """Return the box that covers a place."""
        for box in self.boxes:
            if box.row <= row < box.row + box.rows and box.column <= column < box.column + box.columns:
                return box
        return None

    def put(self, row: int, column: int, text: str, *, rows: int = 1, columns: int = 1) -> None:
        """Put one cell."""
        self.boxes.append(Box(row, column, text, rows, columns))


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody in a role, with what the role is called."""

    role: str
    name: str
    phone: str


def random_table(seed: int, lead: tuple[str, str], deputy: tuple[str, str]) -> SpanTable:
    """Return a table that names a DSL and a deputy, each given by name and telephone number."""
    random_ = random.Random(seed)
    heads = [Named(random_.choice(LEAD_HEADS), *lead), Named(random_.choice(DEPUTY_HEADS), *deputy)]
    if random_.random() < 0.35:
        heads.reverse()
    return random_.choice((_roles_over_columns, _roles_over_columns, _roles_at_the_left))(random_, heads)


def _roles_over_columns(random_: random.Random, heads: Sequence[Named]) -> SpanTable:
    table = SpanTable("roles over columns")
    labels = random_.sample(_LABELS, random_.randrange(1, 4))
    details = random_.random() < 0.4
    first, each = len(labels), 1 + details
    width = first + each * len(heads)
    row = 0
    if random_.random() < 0.3:
        table.put(0, 0, "Who to talk to", columns=width)
        row = 1
    grouped = random_.random() < 0.4
    down = 2 if grouped else 1
    for start, span in _parted(random_, first):
        table.put(row, start, labels[start][0], rows=down, columns=span)
    if grouped:
        table.put(row, first, "Safeguarding team", columns=width - first)
        row += 1
    for number, person in enumerate(heads):
        table.put(row, first + number * each, person.role, columns=each)
    row += 1
    detail = random_.choice(("Room", "Telephone"))
    if details and random_.random() < 0.5:
        _put_row(table, row, [""] * first, [("Name", detail)] * len(heads), random_)
        row += 1
    for at in range(row, row + random_.choice((1, 1, 2))):
        # A row may begin without the cells of its labels.
        shown = [text for _, text in labels] if random_.random() < 0.8 else []
        room = random_.choice(("Room 4", "Main office", ""))
        people = [(one.name, one.phone if detail == "Telephone" else room)[:each] for one in heads]
        _put_row(table, at, shown, people, random_, first=first)
    return table


def _put_row(
    table: SpanTable,
    row: int,
    labels: Sequence[str],
    people: Sequence[Sequence[str]],
    random_: random.Random,
    *,
    first: int | None = None,
) -> None:
    """Put a row of labels, merged at random, and of what stands under each role from the column ``first`` on."""
    for start, span in _parted(random_, len(labels)):
        table.put(row, start, labels[start], columns=span)
    texts = [text for person in people for text in person]
    for column, text in enumerate(texts, start=len(labels) if first is None else first):
        table.put(row, column, text)


def _roles_at_the_left(random_: random.Random, heads: Sequence[Named]) -> SpanTable:
    table = SpanTable("roles at the left")
    between = random_.randrange(1, 4)
    before = random_.randrange(0, 2)
    first = before + 1 + between
    number = random_.random() < 0.4
    row = 0
    for person in heads:
        down = random_.randrange(1, 4)
        if before:
            table.put(row, 0, random_.choice(("", "Staff")), rows=down)
        table.put(row, before, person.role, rows=down)
        for at in range(row, row + down):
            for start, span in _parted(random_, between):
                table.put(at, before + 1 + start, random_.choice(_LABELS)[1], columns=span)
            table.put(at, first, person.name)
            if number:
                table.put(at, first + 1, person.phone)
        row += down
    return table


def _parted(random_: random.Random, width: int) -> Iterator[tuple[int, int]]:
    """Yield the starts and spans of cells that together are ``width`` columns wide."""
    start = 0
    while start < width:
        span = random_.randrange(1, width - start + 1)
        yield start, span
        start += span


def as_word(table: SpanTable) -> bytes:
    """Return the table in a .docx."""
    return word_file(paragraph("Safeguarding Policy"), word_table(table))


def word_table(table: SpanTable) -> str:
    """Return the table as Word writes it."""
    return f"<w:tbl>{''.join(_word_row(table, row) for row in range(table.height))}</w:tbl>"


def _word_row(table: SpanTable, row: int) -> str:
    before, after = _gaps(table, row)
    properties = f'<w:gridBefore w:val="{before}"/>' if before else ""
    properties += f'<w:gridAfter w:val="{after}"/>' if after else ""
    cells, column = [], before
    while column < table.width - after:
        box = table.at(row, column) or Box(row, column, "")
        merged = '<w:vMerge w:val="restart"/>' if box.row == row and box.rows > 1 else ""
        merged = "<w:vMerge/>" if box.row < row else merged
        span = f'<w:gridSpan w:val="{box.columns}"/>' if box.columns > 1 else ""
        text = box.text if box.row == row else ""
        cells.append(f"<w:tc><w:tcPr>{span}{merged}</w:tcPr>{paragraph(text)}</w:tc>")
        column += box.columns
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def _gaps(table: SpanTable, row: int) -> tuple[int, int]:
    """Return how many columns at the left and at the right of a row have no cell."""
    there = [column for column in range(table.width) if table.at(row, column) is not None]
    return there[0], table.width - 1 - there[-1]


def as_odt(table: SpanTable) -> bytes:
    """Return the table in an .odt; columns without a cell have an empty one there."""
    rows = "".join(_odt_row(table, row) for row in range(table.height))
    return odt_file(f"<text:p>Safeguarding Policy</text:p><table:table>{rows}</table:table>")


def _odt_row(table: SpanTable, row: int) -> str:
    cells: list[str] = []
    column = 0
    while column < table.width:
        box = table.at(row, column)
        if box is None:
            empty = next((at for at in range(column, table.width) if table.at(row, at)), table.width) - column
            cells.append(f"<table:table-cell table:number-columns-repeated='{empty}'><text:p/></table:table-cell>")
            column += empty
        elif box.row < row:
            cells.append(f"<table:covered-table-cell table:number-columns-repeated='{box.columns}'/>")
            column += box.columns
        else:
            spans = f"table:number-columns-spanned='{box.columns}' table:number-rows-spanned='{box.rows}'"
            cells.append(f"<table:table-cell {spans}><text:p>{escape(box.text)}</text:p></table:table-cell>")
            cells += ["<table:covered-table-cell/>"] * (box.columns - 1)
            column += box.columns
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


def as_pdf(table: SpanTable, *, centred: bool = False) -> bytes:
    """Return the table in a PDF, each text where its cell begins or in its middle; the print is small to fit."""
    columns = 510 / table.width
    texts = [PdfText("Safeguarding Policy", 40, 780, 14)]
    for box in table.boxes:
        left = 40 + box.column * columns
        if centred:
            left += max(0.0, (box.columns * columns - 0.5 * _PRINT * len(box.text)) / 2)
        if box.text:
            texts.append(PdfText(box.text, round(left, 1), 740 - box.row * 14, _PRINT))
    return pdf_file(texts)
