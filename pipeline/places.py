"""Where in a document something stands: one value for everybody who asks, worded once.

A reader makes it while it walks the file; facts, plans and findings carry it along; the code that prints it calls
``str``.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from functools import cache, lru_cache
from operator import attrgetter
from typing import Any


class HandedOn:
    """A base for a dataclass of which a policy has hundreds: pickled as the arguments that make it, in half the time.

    Left alone, a dataclass with slots asks for its own fields, one by one, whenever it is pickled or made again.
    Frozen, it would take three times as long to make: such dataclasses are not, and nobody changes one.
    """

    __slots__ = ()

    def __reduce__(self) -> tuple[type, tuple[Any, ...]]:
        """Return what makes an equal value: the class and its fields in their order."""
        kind: type = type(self)
        return kind, _fields_of(kind)(self)


@cache
def _fields_of(kind: type) -> Callable[[object], tuple[Any, ...]]:
    return attrgetter(*(each.name for each in fields(kind)))


class PlaceKind(StrEnum):
    """What a step towards a place leads to. The value is how it is called."""

    PARAGRAPH = "paragraph"
    TABLE = "table"
    INNER_TABLE = "inner table"
    """A table in a cell of another."""
    ROW = "row"
    COLUMN = "column"
    """Counted among the cells of its row; ``Place.cell`` knows the column of the grid."""
    PAGE = "page"
    LINE = "line"
    TEXT_BOX = "text box"
    PAGE_HEADER = "page header"
    PAGE_FOOTER = "page footer"
    FOOTNOTE = "footnote"
    ENDNOTE = "endnote"
    COMMENT = "comment"
    DIAGRAM = "diagram"
    CHART = "chart"
    APPENDIX = "local appendix"
    """The school's own part behind a text of several schools."""
    LINK = "the address of a link"
    NEW_ROW = "a new row after it"
    """A row that a copy has and its source has not."""
    PROPERTY = "property"
    """Of the file; ``Place.name`` is its name."""
    CALLED = "called"
    """Whatever is called by words of its own, ``Place.name``: variables of the file, hidden text, who settled it."""


@dataclass(slots=True, unsafe_hash=True)
class CellPlace(HandedOn):
    """The cell of a table in which something stands, by the table's grid, on which merged cells shift nothing.

    Rows and columns count from 1.
    """

    table: str
    """Which table of the document: ``table 1``; told apart from every other, not shown to anybody."""
    row: int
    column: int
    rows: int = 1
    columns: int = 1
    outer: "CellPlace | None" = None
    """The cell that the table itself stands in, where it is a table inside another."""

    def is_in_row_of(self, other: "CellPlace | None") -> bool:
        """Whether both reach into one row of one table."""
        return (
            other is not None
            and self.table == other.table
            and self.row < other.row + other.rows
            and other.row < self.row + self.rows
        )

    def is_in_column_of(self, other: "CellPlace | None") -> bool:
        """Whether both reach into one column of one table."""
        return (
            other is not None
            and self.table == other.table
            and self.column < other.column + other.columns
            and other.column < self.column + self.columns
        )


@dataclass(slots=True, unsafe_hash=True)
class Place(HandedOn):
    """A place of a document: the last step towards it, and what that stands in.

    ``str`` says it as a person would: ``paragraph 5``, ``table 1, row 2, column 3``, ``page 3, line 4``.
    """

    kind: PlaceKind
    number: int | None = None
    """From 1; None where there is only one."""
    within: "Place | None" = None
    name: str = ""
    """Of a property, or of what is called by words of its own."""
    cell: CellPlace | None = field(default=None, compare=False)
    """Of a column: the cell by the table's grid, with its spans, where the reader knows them."""

    def __str__(self) -> str:
        """Return the place in words; ``read_places`` reads them back."""
        said = _say_step(self)
        return said if self.within is None else f"{self.within}, {said}"

    def steps(self) -> Iterator["Place"]:
        """Yield the place and what it stands in, innermost first."""
        step: Place | None = self
        while step is not None:
            yield step
            step = step.within

    def number_of(self, kind: PlaceKind) -> int | None:
        """Return the number of the innermost step of a kind; None where the place has none, or it has no number."""
        return next((step.number for step in self.steps() if step.kind is kind), None)

    def leads_through(self, kind: PlaceKind) -> bool:
        """Whether a step of this kind is on the way."""
        return any(step.kind is kind for step in self.steps())

    def inside(self, kind: PlaceKind, number: int | None = None) -> "Place":
        """Return the place one step further in."""
        return Place(kind, number, self)

    def behind(self, first: "Place") -> "Place":
        """Return the same place as a part of ``first``: a paragraph of the local appendix."""
        return Place(
            self.kind, self.number, first if self.within is None else self.within.behind(first), self.name, self.cell
        )

    def without(self, kind: PlaceKind) -> "Place":
        """Return the same place without a step of a kind: within the local appendix, as the appendix itself has it."""
        if self.within is None:
            return self
        outer = self.within.within if self.within.kind is kind else self.within
        return replace(self, within=None if outer is None else outer.without(kind))


def _say_step(step: Place) -> str:
    if step.kind is PlaceKind.CALLED:
        return step.name
    if step.kind is PlaceKind.PROPERTY:
        return f"property “{step.name}” of the file"
    return step.kind.value if step.number is None else f"{step.kind.value} {step.number}"


_STEP = re.compile(r"(?P<kind>[a-z][a-z ]*?)(?: (?P<number>[1-9]\d*))?")
_PROPERTY = re.compile(r"property “(?P<name>.*)” of the file", re.DOTALL)
_KINDS = {kind.value: kind for kind in PlaceKind if kind not in (PlaceKind.PROPERTY, PlaceKind.CALLED)}
_PARTS = frozenset(
    (
        *(PlaceKind.PAGE_HEADER, PlaceKind.PAGE_FOOTER, PlaceKind.FOOTNOTE, PlaceKind.ENDNOTE, PlaceKind.COMMENT),
        *(PlaceKind.DIAGRAM, PlaceKind.CHART, PlaceKind.TEXT_BOX),
    )
)
_ONLY_IN = {
    PlaceKind.ROW: frozenset((PlaceKind.TABLE, PlaceKind.INNER_TABLE)),
    PlaceKind.COLUMN: frozenset((PlaceKind.ROW,)),
    PlaceKind.INNER_TABLE: frozenset((PlaceKind.COLUMN,)),
    PlaceKind.NEW_ROW: frozenset((PlaceKind.ROW,)),
    PlaceKind.LINK: frozenset(PlaceKind),
}
"""What stands in nothing else."""
_MAY_BE_IN = {PlaceKind.LINE: frozenset((PlaceKind.PAGE,)), PlaceKind.TABLE: _PARTS, PlaceKind.TEXT_BOX: _PARTS}
"""What stands in these, or begins a place; everything that begins one may stand in the local appendix."""
_MOST_READ = 4096
"""Different words for places that are kept, read: documents have most of them in common, such as "paragraph 3"."""


@lru_cache(maxsize=_MOST_READ)
def read_places(words: str) -> tuple[Place, ...]:
    """Return the places that these words are the stored form of: each as ``str`` wrote it, parted by commas.

    Other words are what one place is called: nothing that was stored earlier is refused.
    """
    if named := _PROPERTY.fullmatch(words):
        return (Place(PlaceKind.PROPERTY, name=named["name"]),)
    places: list[Place] = []
    for part in words.split(", "):
        match = _STEP.fullmatch(part)
        kind = _KINDS.get(match["kind"]) if match else None
        if match is None or kind is None:
            return (called(words),)
        number = int(match["number"]) if match["number"] else None
        if places and _goes_into(kind, places[-1]):
            places[-1] = places[-1].inside(kind, number)
        elif kind in _ONLY_IN:
            return (called(words),)
        else:
            places.append(Place(kind, number))
    return tuple(places)


def _goes_into(kind: PlaceKind, place: Place) -> bool:
    if kind in _ONLY_IN:
        return place.kind in _ONLY_IN[kind]
    if kind is PlaceKind.APPENDIX:
        return False
    return place.kind is PlaceKind.APPENDIX or place.kind in _MAY_BE_IN.get(kind, ())


def read_place(words: str) -> Place:
    """Return the one place that these words are the stored form of; words of several are what it is called."""
    places = read_places(words)
    return places[0] if len(places) == 1 else called(words)


APPENDIX = Place(PlaceKind.APPENDIX)


def called(words: str) -> Place:
    """Return a place that has words of its own: ``variables of the file``."""
    return Place(PlaceKind.CALLED, name=words)


@lru_cache(maxsize=4096)
def body_paragraph(number: int) -> Place:
    """Return a paragraph of the body, counted from 1; every document has the first thousands."""
    return Place(PlaceKind.PARAGRAPH, number)


def line_of_page(page: int, number: int) -> Place:
    """Return a line of a page, both counted from 1."""
    return Place(PlaceKind.LINE, number, Place(PlaceKind.PAGE, page))
