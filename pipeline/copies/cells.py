"""The tables of a document as planning sees them: in which cell a passage stands, and what stands beside and above it.

``scene`` holds it with the passages.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from pipeline.copies.plan import Passage


@dataclass(frozen=True, slots=True)
class CellPlace:
    """The cell in which a passage stands; rows and columns count from 1."""

    table: str
    row: int
    column: int

    def is_in_row_of(self, other: "CellPlace | None") -> bool:
        """Whether both are in one row of one table."""
        return other is not None and (self.table, self.row) == (other.table, other.row)


_PLACE = re.compile(r"^(?P<table>.*\btable \d+), row (?P<row>\d+)(?:, column (?P<column>\d+))?")


def _place_of(where: str) -> CellPlace | None:
    """Return the cell that a passage's ``where`` tells, None outside tables."""
    match = _PLACE.match(where) if "table" in where else None
    return CellPlace(match["table"], int(match["row"]), int(match["column"] or 1)) if match else None


class Cells:
    """The cells of a document; ``cells[index]`` is that of a passage, None outside tables."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._passages = passages
        self._places = tuple([_place_of(each.where) for each in passages])

    def __getitem__(self, index: int) -> CellPlace | None:
        return self._places[index]

    @cached_property
    def _cells(self) -> dict[CellPlace, list[int]]:
        cells: dict[CellPlace, list[int]] = {}
        for index, place in enumerate(self._places):
            if place is not None:
                cells.setdefault(place, []).append(index)
        return cells

    def passages(self, place: CellPlace) -> Sequence[int]:
        """Return the passages of one cell, by index; empty where there is no such cell."""
        return self._cells.get(place, [])

    def before(self, index: int) -> tuple[int, ...]:
        """Return the passages of the nearest filled cell to the left in the same row, empty where there is none."""
        for cell in self.left_of(index):
            if any(self._passages[each].text.strip() for each in cell):
                return tuple(cell)
        return ()

    def left_of(self, index: int) -> Iterator[Sequence[int]]:
        """Yield the passages of each cell to the left in the same row, the nearest first."""
        place = self._places[index]
        if place is not None:
            yield from (
                self.passages(CellPlace(place.table, place.row, column)) for column in range(place.column - 1, 0, -1)
            )

    def above(self, index: int) -> Iterator[Sequence[int]]:
        """Yield the passages of each cell above in the same column, the nearest first."""
        place = self._places[index]
        if place is not None:
            yield from (self.passages(CellPlace(place.table, row, place.column)) for row in range(place.row - 1, 0, -1))

    def head(self, index: int) -> tuple[int, ...]:
        """Return the passages of the first row's cell above, empty outside tables and in the first row."""
        place = self._places[index]
        if place is None or place.row == 1:
            return ()
        return tuple(self.passages(CellPlace(place.table, 1, place.column)))

    def others_in_row(self, index: int) -> Iterator[int]:
        """Yield every other passage of a passage's row, those of its own cell too."""
        place = self._places[index]
        for at, other in enumerate(self._places) if place is not None else ():
            if at != index and other is not None and other.is_in_row_of(place):
                yield at

    @cached_property
    def first_rows(self) -> dict[str, str]:
        """The words of each table's first row, by table."""
        texts: dict[str, str] = {}
        for passage, place in zip(self._passages, self._places, strict=True):
            if place is not None and place.row == 1:
                texts[place.table] = f"{texts.get(place.table, '')} {passage.text}"
        return texts
