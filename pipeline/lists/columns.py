"""How a list is declared: its columns, filters and order. Pages, spreadsheets, JSON and tables of a pack follow it.

Each list stands in one module of this room. Whatever shows it takes its columns one after another and knows none by
name: a new column is one line.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any, Generic, TypeAlias, TypeVar

from pipeline.model.dates import PartialDate

_T = TypeVar("_T")
Cell: TypeAlias = str | int | date | datetime | None


@dataclass(frozen=True, slots=True)
class Tag:
    """Words of a page on a colour, empty for none; with an address they lead there."""

    words: str
    colour: str = ""
    href: str = ""


Shown: TypeAlias = Cell | Tag | Sequence[Cell | Tag]
"""What a page shows in one cell: a value, a tag, or several of them."""


@dataclass(frozen=True, slots=True)
class Column(Generic[_T]):
    """One column of a list."""

    heading: str
    """Of the page and the spreadsheet; empty where it stands in JSON alone."""
    value: Callable[[_T], Any]
    """A ``Cell`` where there is a heading; a date, a text or what JSON can hold where there is a key."""
    key: str = ""
    """Its name in JSON; empty where it does not stand there."""
    shown: Callable[[_T], Shown] | None = None
    """What a page shows, where that is more than the value."""
    sort: Callable[[_T], Any] | None = None
    """What a page sorts by, where that is not the value."""
    width: int = 20
    """Of the spreadsheet, in characters."""
    is_wide: bool = False
    """Whether a telephone leaves it out."""

    def on_page(self, row: _T) -> Shown:
        """Return what a page shows of a row."""
        shown: Shown = (self.shown or self.value)(row)
        return shown

    def rank(self, row: _T) -> tuple[bool, Any]:
        """Return what a row is sorted by; rows without a value come last."""
        value = (self.sort or self.value)(row)
        return value is None or value == "", value.casefold() if isinstance(value, str) else value


@dataclass(frozen=True, slots=True)
class Filter(Generic[_T]):
    """One way to narrow a list."""

    name: str
    """As the address has it."""
    label: str
    options: Mapping[str, str] | Callable[[Sequence[_T]], Mapping[str, str]]
    """Each value with its words; or what makes them of all rows, empty where the page gives them."""
    fits: Callable[[_T, str], bool]
    """Whether a row belongs to the value that was chosen."""


@dataclass(frozen=True, slots=True)
class Listing(Generic[_T]):
    """One list."""

    title: str
    nouns: tuple[str, str]
    """What a row is, one and several."""
    columns: Sequence[Column[_T]]
    href: Callable[[_T], str] = lambda _: ""
    """Where the first column of a page leads."""
    filters: Sequence[Filter[_T]] = ()
    words: Callable[[_T], Sequence[str | None]] | None = None
    """What is searched; None where nothing is."""
    order: Callable[[_T], Any] | None = None
    """How rows stand while nobody asks for another order; None: as they come."""
    per_page: int = 12

    @property
    def name(self) -> str:
        """What its file is called."""
        return self.title.casefold().replace(" ", "-")

    @property
    def headed(self) -> Sequence[Column[_T]]:
        """The columns of a page and of a spreadsheet."""
        return [column for column in self.columns if column.heading]

    def table(self, rows: Sequence[_T], zone: tzinfo) -> "Table":
        """Return the rows as a table to work with; moments are given as days of the school's clock, ``zone``."""
        columns = self.headed
        cells = [tuple(_on_a_day(column.value(row), zone) for column in columns) for row in rows]
        widths = tuple(column.width for column in columns)
        return Table(self.title, tuple(column.heading for column in columns), cells, widths)

    def as_json(self, row: _T) -> dict[str, Any]:
        """Return one row as other programs are given it: days and moments as ISO texts."""
        return {column.key: _plain(column.value(row)) for column in self.columns if column.key}


@dataclass(frozen=True, slots=True)
class Table:
    """Cells under headings."""

    title: str
    headings: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]
    widths: tuple[int, ...] = ()
    """In characters; empty: as the cells need them."""


def _on_a_day(value: Cell, zone: tzinfo) -> Cell:
    return value.astimezone(zone).date() if isinstance(value, datetime) else value


def _plain(value: Any) -> Any:
    if isinstance(value, PartialDate):
        return value.value
    return value.isoformat() if isinstance(value, date) else value
