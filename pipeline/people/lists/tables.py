"""Find the tables of a list: the one that names people, and one that says what roles they hold.

Between ``sheets`` and ``staff_list``: headings may stand under a title, rows may repeat them, sum up or end the list.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.errors import UsageError
from pipeline.people.lists.columns import (
    NamedColumn,
    Use,
    is_of_classes,
    is_role_code,
    list_words,
    possible_fields,
    recognise,
)
from pipeline.people.lists.files.sheets import ListRow, ListSheet

_HEADING_ROWS = 15
_FIRST, _LAST = ("first_name", "preferred_first_name"), ("last_name", "preferred_last_name")
_FOOTER = re.compile(r"([^\W\d_][^\d:=]*?)[\s:=.#-]*(?:\d.*)?", re.DOTALL)
"""The words a row begins with that sums up a list, and a number or day behind them: ``Total staff: 45``."""
_OF_A_ROLE = ("role", "start_date", "leave_date", "contract_start", "contract_end")
_GROUPS = ("staff_type", "kind", "department", "site")
_KEY_FILLED = 0.8
"""So much of a column of ids must be filled before people are known by it; else they are known by work address."""


@dataclass(frozen=True, slots=True)
class ListTable:
    """One sheet whose headings were understood."""

    name: str
    encoding: str
    columns: tuple[NamedColumn, ...]
    rows: tuple[ListRow, ...]
    """Below the headings, without the rows that were passed over."""
    repeats: tuple[int, ...]
    """Numbers of rows that repeat the headings."""
    footers: tuple[ListRow, ...]
    """Rows that sum up or end the list."""
    read: Mapping[str, tuple[NamedColumn, ...]]
    """The columns read for each field, the surest first."""
    keyed_by_address: bool
    """People are known by work address, for want of a column of ids that is filled."""

    def has(self, *fields: str) -> bool:
        """Return whether a column of one of the fields is read."""
        return any(field in self.read for field in fields)

    def cell(self, row: ListRow, field: str, *, codes: bool | None = None) -> str:
        """Return what a row holds for a field: the first filled cell of its columns, the surest column first.

        ``codes`` asks for columns of role codes only, or for others only.
        """
        return next(iter(self.cells(row, field, codes=codes)), "")

    def cells(self, row: ListRow, field: str, *, codes: bool | None = None) -> tuple[str, ...]:
        """Return every filled cell a row has for a field, the surest column first."""
        columns = [column for column in self.read.get(field, ()) if codes in (None, is_role_code(column))]
        return tuple(cell for column in columns if (cell := _cell(row, column.index)))

    def groups(self, row: ListRow) -> Iterator[str]:
        """Yield what groups a row puts a person into, besides a role: kind of user, department, units of a path."""
        for column in self.columns:
            if column.field in _GROUPS:
                yield from (part.strip() for part in _cell(row, column.index).split("/"))

    def column(self, index: int) -> list[str]:
        """Return one column's cells, a row each."""
        return [_cell(row, index) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Tables:
    """What was found in a list."""

    people: tuple[ListTable, ...]
    """Tables that name people; one, unless the sheets of a workbook hold several."""
    roles: tuple[ListTable, ...]
    """Tables that give the people of another one their roles, by id."""
    others: tuple[str, ...]
    """Names of sheets that are neither."""


def find_tables(sheets: Sequence[ListSheet], own: Mapping[str, str], name: str) -> Tables:
    """Find the tables of a list; ``own`` is ``[people.columns]``.

    Raises:
        UsageError: no sheet has headings that a list of people needs; ``name`` is the file's.
    """
    people: list[ListTable] = []
    roles: list[ListTable] = []
    others: list[str] = []
    for sheet in sheets:
        found = _find_headings(sheet, own)
        if found is None:
            others.append(sheet.name)
            continue
        index, names_people = found
        (people if names_people else roles).append(_table(sheet, index, own))
    if not people:
        raise UsageError(_say_no_headings(sheets, own, name, roles))
    return Tables(tuple(people), tuple(roles), tuple(others))


def _find_headings(sheet: ListSheet, own: Mapping[str, str]) -> tuple[int, bool] | None:
    """Return which row of a sheet has the headings, and whether they are those of people rather than of roles."""
    first = sheet.rows[:_HEADING_ROWS]
    for index, row in enumerate(first):
        if _names_people(possible_fields(row.cells, own)):
            return index, True
    for index, row in enumerate(first):
        fields = possible_fields(row.cells, own)
        if "person_id" in fields and len(fields.intersection(_OF_A_ROLE)) > 1 and not is_of_classes(row.cells):
            return index, False
    return None


def _names_people(fields: frozenset[str]) -> bool:
    has_names = "full_name" in fields or (fields.intersection(_FIRST) and fields.intersection(_LAST))
    return bool(has_names and fields & {"person_id", "work_email"})


def _table(sheet: ListSheet, index: int, own: Mapping[str, str]) -> ListTable:
    headings, below = sheet.rows[index], sheet.rows[index + 1 :]
    width = max(len(row.cells) for row in (headings, *below))
    titles = [_cell(headings, column) for column in range(width)]
    repeats = tuple(row.number for row in below if _repeats(row, headings))
    footers = tuple(row for row in below if _is_footer(row))
    left_out = {*repeats, *(row.number for row in footers)}
    rows = tuple(row for row in below if row.number not in left_out)
    columns = _recognised(titles, rows, own)
    read = _read_for(columns)
    by_address = _is_keyed_by_address(read, rows)
    return ListTable(sheet.name, sheet.encoding, columns, rows, repeats, footers, read, by_address)


def _read_for(columns: Sequence[NamedColumn]) -> Mapping[str, tuple[NamedColumn, ...]]:
    """Return the columns read for each field, the surest first."""
    read: dict[str, list[NamedColumn]] = defaultdict(list)
    for column in sorted(columns, key=lambda column: column.rank):
        if column.field is not None and column.use is Use.USED:
            read[column.field].append(column)
    return {field: tuple(found) for field, found in read.items()}


def _is_keyed_by_address(read: Mapping[str, tuple[NamedColumn, ...]], rows: Sequence[ListRow]) -> bool:
    """Whether a list must know people by work address: few of its ids are filled, and more of its addresses."""
    ids, addresses = (
        sum(bool(_cell(row, column.index)) for column in read.get(field, ()) for row in rows)
        for field in ("person_id", "work_email")
    )
    return "work_email" in read and ("person_id" not in read or (ids < _KEY_FILLED * len(rows) and addresses > ids))


def _recognised(titles: Sequence[str], rows: Sequence[ListRow], own: Mapping[str, str]) -> tuple[NamedColumn, ...]:
    cells = [[cell for row in rows if (cell := _cell(row, column))] for column in range(len(titles))]
    return tuple(column for column in recognise(titles, cells, own) if column.heading or cells[column.index])


def _repeats(row: ListRow, headings: ListRow) -> bool:
    """Whether a row is the headings again, as a report of several pages prints them."""
    mine, theirs = ([cell.casefold() for cell in one.cells if cell] for one in (row, headings))
    return len(mine) > 1 and mine == theirs


def _is_footer(row: ListRow) -> bool:
    """Whether a row sums up or ends the list: it begins like it, and holds a cell or two besides, no address."""
    filled = [cell for cell in row.cells if cell]
    if len(filled) > 3 or any("@" in cell for cell in filled):
        return False
    begins = _FOOTER.fullmatch(filled[0])
    return begins is not None and " ".join(begins[1].casefold().split()) in list_words("footer.words")


def _cell(row: ListRow, column: int) -> str:
    return row.cells[column] if column < len(row.cells) else ""


def _say_no_headings(sheets: Sequence[ListSheet], own: Mapping[str, str], name: str, roles: Sequence[ListTable]) -> str:
    """Return what a file lacks that names nobody, with the headings that were understood."""
    if roles:
        return (
            f"{name} gives roles to people whom it does not name. Import the list that names them (such as users.csv) "
            "and leave this one beside it."
        )
    rows = [row for sheet in sheets for row in sheet.rows[:_HEADING_ROWS]]
    best = max(rows, key=lambda row: len(possible_fields(row.cells, own)))
    fields = possible_fields(best.cells, own)
    missing = "first_name and last_name" if fields & {"person_id", "work_email"} else "person_id (or work_email)"
    return (
        f"{name} has no heading for {missing}. Name the columns person_id, first_name, last_name, work_email, role, "
        "start_date, leave_date, or say in config.toml, under [people.columns], which heading means which of them."
    )
