"""What of a list must be answered before anybody is taken from it, each with how to answer.

Used by ``staff_list``. Asked are columns that nobody knows and that look like a last day, an address or a status, dates
that contradict the school's order, and lists in which it cannot be told who is staff.
"""

from collections.abc import Iterator, Sequence

from pipeline.people.lists.columns import Column, Doubt
from pipeline.people.lists.dates import DateOrder, find_contradiction, is_in_numbers, looks_like_date
from pipeline.people.lists.tables import Table, Tables

_LOOKS = {
    Doubt.LAST_DAY: ("somebody's last day", "leave_date"),
    Doubt.ADDRESS: ("e-mail addresses", "work_email"),
    Doubt.STATUS: ("whether somebody still works here", "status"),
}
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


def _ask_columns(table: Table) -> Iterator[str]:
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


def _ask_dates(table: Table, order: DateOrder) -> Iterator[str]:
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


def date_columns(table: Table) -> Iterator[tuple[Column, list[str]]]:
    """Yield each column of a table that holds days, known or not, with its cells, a row each."""
    for column in table.columns:
        cells = table.column(column.index)
        filled = [cell for cell in cells if cell]
        if filled and 2 * sum(looks_like_date(cell) for cell in filled) >= len(filled):
            yield column, cells


def has_days_in_numbers(tables: Sequence[Table]) -> bool:
    """Return whether any day of a list means another one month first: 03/04/2026."""
    return any(is_in_numbers(cell) for table in tables for _, cells in date_columns(table) for cell in cells)


def _ask_who_is_staff(tables: Tables) -> Iterator[str]:
    """Ask where a list of all users of a school has pupils in it, told by their year group, and says nobody's role."""
    (table,) = tables.people
    if tables.roles or table.has("role", "job_title"):
        return
    grades = [column for column in table.columns if column.heading.casefold() == "grades"]
    if any(cell for column in grades for cell in table.column(column.index)):
        yield (
            "The list has year groups, so pupils are in it, and it does not say who is staff. Put roles.csv of the "
            "same export beside it, or export staff alone."
        )
