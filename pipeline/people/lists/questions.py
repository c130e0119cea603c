"""What of a list must be answered before anybody is taken from it, each with how to answer.

Used by ``staff_list``. Asked are columns that nobody knows and that look like a last day, an address or a status, dates
that contradict the school's order, and lists in which it cannot be told who is staff; what a yes answers comes later.
"""

import re
from collections.abc import Iterator, Sequence

from pipeline.people.lists.columns import ColumnDoubt, NamedColumn, Use, list_words, tells_pupils
from pipeline.people.lists.dates import DateOrder, find_contradiction, is_in_numbers, looks_like_date
from pipeline.people.lists.files.sheets import ListRow
from pipeline.people.lists.tables import ListTable, Tables
from pipeline.wording import say_count

_LOOKS = {
    ColumnDoubt.LAST_DAY: ("somebody's last day", "leave_date"),
    ColumnDoubt.ADDRESS: ("e-mail addresses", "work_email"),
    ColumnDoubt.STATUS: ("whether somebody still works here", "status"),
}
_TELLS_STAFF = ("role", "job_title", "kind", "staff_type", "department")
"""What is filled for staff, and for no pupil who is not left out by it."""
_PUPIL_NUMBER = re.compile(r"[A-HJ-NP-RT-Z][0-9]{11}[0-9A-HJ-NP-RT-Z]")
"""A check letter and twelve characters, the last of a temporary number a letter: Department for Education, *Unique
pupil numbers: guide for schools and local authorities* (2019)."""
_CLASS = re.compile(
    r"(?i:years?|yr|y)\.? ?(?:\d{1,2}|R)\b.{0,12}|(?:[1-9]|1[0-3]) ?[A-Z]{1,3}(?:[/ .-]?[A-Z][A-Za-z]{0,2})?\d{0,2}"
    r"|(?i:set|class|form|group|band) ?\w{1,3}|(?i:reception|nursery)\b.{0,8}"
)
"""What pupils are put together under: "7B", "8X/Ma1", "Year 5 Set 2", "Set 3"."""
_MANY = 5
"""So many to each class, form or house on average are pupils."""
_TITLED = 4
"""One in so many of a list of staff at least has an adult's title."""
_ADULT = re.compile(r"\s*(?:mr|mrs|ms|mx|dr|rev|reverend|prof|professor)\.?\s*", re.IGNORECASE)
_CHILDS = ("master", "miss")
"""No post, where a column called "Title" holds it."""
_OF_STAFF = re.compile(r"\b(?:staff|employees?|teacher|colleagues?|work)\b", re.IGNORECASE)
"""In the heading of who a person is, as "Staff name" or "Work e-mail"."""
_WHO = frozenset(("person_id", "full_name", "first_name", "last_name", "work_email"))
_NO_GROUP = frozenset(
    ("", "-", "–", "n/a", "na", "none", "no", "yes", "y", "n", "x", "all", "various", "whole school", "office")
)
_SAY_WHO = (
    "and it does not say who is staff. Put roles.csv of the same export beside it, or export staff alone. If all of "
    'them are staff, write "{}" = "ignore" into config.toml under [people.columns].'
)
_FIRST = {DateOrder.DAY_FIRST: "day", DateOrder.MONTH_FIRST: "month"}


def ask(tables: Tables, order: DateOrder) -> tuple[str, ...]:
    """Return the questions of a list, a sentence or two each, in the order of its columns."""
    if len(tables.people) > 1:
        names = " and ".join(f"“{table.name}” ({len(table.rows)} rows)" for table in tables.people)
        return (
            f"The sheets {names} each list people. Which of them is the staff list? Put all who work here on one "
            "sheet, or save the sheet you mean as a file of its own.",
        )
    return (
        *(question for table in tables.people for question in _ask_columns(table)),
        *(question for table in (*tables.people, *tables.roles) for question in _ask_dates(table, order)),
        *_ask_who_is_staff(tables),
    )


def _ask_columns(table: ListTable) -> Iterator[str]:
    for column in table.columns:
        if column.doubt is None:
            continue
        looks, field = _LOOKS[column.doubt]
        example = next(cell for cell in table.column(column.index) if cell)[:40]
        if not column.heading:
            yield (
                f"Column {column.letter} has no heading and looks like {looks} (“{example}”). What is it? Give it a "
                f"heading, such as {field}."
            )
            continue
        yield (
            f"The column “{column.heading}” looks like {looks} (“{example}”) and is not known by that name. What is "
            f'it? Write it into config.toml under [people.columns]: "{column.heading}" = "{field}" if it is that, '
            f'"{column.heading}" = "ignore" if it is not.'
        )


def _ask_dates(table: ListTable, order: DateOrder) -> Iterator[str]:
    for column, cells in date_columns(table):
        place = find_contradiction(cells, order)
        if place is None:
            continue
        other = DateOrder.MONTH_FIRST if order is DateOrder.DAY_FIRST else DateOrder.DAY_FIRST
        mixed = find_contradiction(cells, other) is not None
        said = (
            f"“{cells[place]}” in row {table.rows[place].number} of the column “{column.heading or column.letter}” "
            f"cannot be {_FIRST[order]} first, as days are read here"
        )
        if mixed:
            yield f"{said}, and others of the column cannot be {_FIRST[other]} first. Write its days as 2026-09-01."
        else:
            yield (
                f"{said}. If the list writes the {_FIRST[other]} first, set date_order = "
                f'"{other.value}" under [people] in config.toml; if not, correct that day.'
            )


def date_columns(table: ListTable) -> Iterator[tuple[NamedColumn, list[str]]]:
    """Yield each column of a table that holds days, known or not, with its cells, a row each."""
    for column in table.columns:
        cells = table.column(column.index)
        filled = [cell for cell in cells if cell]
        if filled and 2 * sum(looks_like_date(cell) for cell in filled) >= len(filled):
            yield column, cells


def has_days_in_numbers(tables: Sequence[ListTable]) -> bool:
    """Return whether any day of a list means another one month first: 03/04/2026."""
    return any(is_in_numbers(cell) for table in tables for _, cells in date_columns(table) for cell in cells)


def _ask_who_is_staff(tables: Tables) -> Iterator[str]:
    """Ask where a list has pupils in it and does not say who is staff: a policy must not be mailed to a class.

    Told by a column that only pupils have; by year groups, or by a class, form, house or set that many share, or
    whatever is called as these are, where nobody's role is said.
    """
    (table,) = tables.people
    if tables.roles:
        return
    rows = [row for row in table.rows if not _is_outside(table, row)]
    filled = {
        column: cells
        for column in table.columns
        if column.use is not Use.IGNORED
        and (cells := [row.cells[column.index] for row in rows if any(row.cells[column.index : column.index + 1])])
    }
    for column, cells in filled.items():
        if tells_pupils(column, "only") or _are_pupil_numbers(cells):
            yield (
                f"The column “{column.heading or column.letter}” is one that pupils have, and it is filled in "
                f"{say_count(len(cells), 'row')} that are not said to be of pupils. Export staff alone, or add a "
                f'column that says who is staff. If all of them are staff, write "{column.heading}" = "ignore" into '
                "config.toml under [people.columns]."
            )
            return
    if any(
        cell.casefold() not in _CHILDS for row in rows for field in _TELLS_STAFF if (cell := table.cell(row, field))
    ):
        return
    if year := next((column for column in filled if tells_pupils(column, "usual")), None):
        yield f"The list has year groups (“{year.heading}”), so pupils are in it, {_SAY_WHO.format(year.heading)}"
        return
    if _says_staff(table, rows):
        return
    shared = (each for each, cells in filled.items() if _are_shared(cells) and _tells_groups(each, cells))
    if group := next(shared, None):
        yield f"Many in the list share a “{group.heading}”, as pupils do, {_SAY_WHO.format(group.heading)}"


def _are_shared(cells: Sequence[str]) -> bool:
    """Whether so many have the same in a column as pupils have of a class, and not the staff who teach it."""
    named = [cell.strip().casefold() for cell in cells if cell.strip().casefold() not in _NO_GROUP]
    return len(named) >= _MANY and len(named) >= _MANY * len(set(named))


def _tells_groups(column: NamedColumn, cells: Sequence[str]) -> bool:
    """Whether a column has what pupils are put together under, by its heading or by how that is called."""
    return tells_pupils(column, "shared") or (column.field is None and _are_classes(cells))


def _are_classes(cells: Sequence[str]) -> bool:
    """Whether most cells of a column are called as classes and sets are, whatever its heading ("Group")."""
    return 2 * sum(_CLASS.fullmatch(cell.strip()) is not None for cell in cells) > len(cells)


def _says_staff(table: ListTable, rows: Sequence[ListRow]) -> bool:
    """Whether a list says by its headings, or by people's titles, that it is of those who work at the school."""
    headed = any(each.field in _WHO and _OF_STAFF.search(each.heading) for each in table.columns)
    title = next((each.index for each in table.columns if each.field == "title"), None)
    if headed or title is None:
        return headed
    return _TITLED * sum(any(map(_ADULT.fullmatch, row.cells[title : title + 1])) for row in rows) >= len(rows)


def _is_outside(table: ListTable, row: ListRow) -> bool:
    """Whether a row says itself that it is of a pupil, a parent or the like, who are left out."""
    told = (*table.groups(row), table.cell(row, "role"), table.cell(row, "job_title"))
    return any(group.casefold() in list_words("not_staff.roles") for group in told)


def _are_pupil_numbers(cells: Sequence[str]) -> bool:
    """Whether most of the filled cells of a column are unique pupil numbers, whatever its heading."""
    return 2 * sum(bool(_PUPIL_NUMBER.fullmatch(cell.strip())) for cell in cells) >= len(cells)
