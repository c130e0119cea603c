"""Tell what each column of a form's export is, and by which order its days are written.

Between ``people.lists.files.sheets`` and ``export``. Microsoft Forms writes ID, Start time, Completion time, Email,
Name and the questions; Google Forms Timestamp, Email Address and the questions; other lists what their makers called
it.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.errors import UsageError
from pipeline.people.lists.dates import DateOrder, find_contradiction, is_in_numbers, read_date_column
from pipeline.people.lists.files.sheets import ListRow
from pipeline.people.lists.staff_list import heading_key
from pipeline.wording import say_day

_ADDRESS = frozenset({"email", "e-mail", "email address", "e-mail address", "work email", "username", "school email"})
_IDS = frozenset({"person id", "staff id"})
_NAME = frozenset({"name", "full name", "your name", "first and last name", "your full name"})
_FIRST_NAME = frozenset({"first name", "forename", "given name"})
_LAST_NAME = frozenset({"last name", "surname", "family name"})
_WHEN = frozenset(
    {
        "completion time",
        "timestamp",
        "date",
        "submitted",
        "date read",
        "acknowledged at",
        "read on",
        "date signed",
        "signed on",
    }
)
_BEGUN = frozenset({"start time", "last modified time"})
"""Other moments that a form writes in the same order."""
_NO_ANSWER = frozenset(
    {
        "id",
        "no",
        "no.",
        "number",
        "row",
        "language",
        "score",
        "total points",
        "quiz feedback",
        "grade posted time",
        "role",
        "job title",
        "post",
        "department",
        "class",
    }
)
"""What a form's program writes of itself, and what a list says of its people: nobody's answer."""
_VERSION = frozenset({"version", "policy version", "version read", "version number"})
_REMARKS = re.compile(
    r"(?:(?:any|other|further|your|(?:is|are) there|(?:do )?you have|have you)\s+)*"
    r"(?:comments?|notes|remarks?|questions?|anything)\b.*"
)
"""Columns that most people leave empty, or answer with no."""
_ASKS_READING = re.compile(r"\b(?:read|understood|understand|agreed?|confirm\w*|acknowledg\w*|(?<!to )declar\w*)\b")
_CODE = re.compile(r"\bcodes?\b")
_POLICY = re.compile(r"\bpolic(y|ies)\b")
_YES = re.compile(r"(yes|y|true|x|1|done|read|✓|✔|☑|i have read\b.*)", re.IGNORECASE)
_NO = frozenset({"no", "n", "false", "0", "-"})


@dataclass(frozen=True, slots=True)
class FormColumns:
    """Where in a row stands what; each a column's place, from 0, None where there is none."""

    address: int | None
    person_id: int | None
    names: tuple[int, ...]
    """Of the whole name, or of the first and the last."""
    code: int | None
    version: int | None
    """Of the version that was read, by its number."""
    when: int | None
    moments: tuple[int, ...]
    """Every column of moments that the form's program wrote, ``when`` among them."""
    policies: Mapping[int, int]
    """Column → policy, for lists with a column a policy."""
    titles: Sequence[int]
    """Columns whose cells name policies; where there are codes, some of ``confirms`` may."""
    confirms: Mapping[int, str]
    """Column → heading, where there are codes: each says yes or no to whatever the code in the row is of.

    These are the columns whose headings ask for the reading or speak of policies. Where none asks for it, they are all
    whose meaning is not known.
    """
    remarks: Mapping[int, str]
    """Column → heading, where there are codes, of what may be left empty."""


def cell_of(row: ListRow, column: int | None) -> str:
    """Return a cell of a row; empty where the row is shorter, or there is no such column."""
    return row.cells[column] if column is not None and column < len(row.cells) else ""


def name_in(row: ListRow, columns: FormColumns) -> str:
    """Return the name in a row; empty where there is none."""
    return " ".join(cell for column in columns.names if (cell := cell_of(row, column)))


def asks_reading(heading: str) -> bool:
    """Return whether a heading asks whether something was read."""
    return _ASKS_READING.search(heading_key(heading)) is not None


def says_yes(cell: str) -> bool:
    """Return whether an answer says that something was read."""
    return _YES.fullmatch(cell) is not None


def says_no(cell: str) -> bool:
    """Return whether an answer says that it was not; one that is empty says nothing."""
    return cell.casefold() in _NO


def find_columns(rows: Sequence[ListRow], name: str, policy_in: Callable[[str], int | None]) -> FormColumns:
    """Tell the columns by their headings, the first of ``rows``; ``policy_in`` knows the policy that a heading names.

    Raises:
        UsageError: people or policies cannot be told; the file is called ``name``.
    """
    headings = rows[0]
    keys = [heading_key(cell) for cell in headings.cells]
    policies = {column: policy for column, cell in enumerate(headings.cells) if (policy := policy_in(cell)) is not None}
    code = next((column for column, key in enumerate(keys) if _CODE.search(key) and column not in policies), None)
    when = _first(keys, _WHEN)
    moments = [column for column, key in enumerate(keys) if key in _BEGUN or column == when]
    about = _ADDRESS | _IDS | _NAME | _FIRST_NAME | _LAST_NAME | _WHEN | _BEGUN | _NO_ANSWER | _VERSION
    others = {
        column: key for column, key in enumerate(keys) if column != code and column not in policies and key not in about
    }
    confirms, remarks = _answering(others) if code is not None else (set(), set())
    columns = FormColumns(
        address=_first(keys, _ADDRESS),
        person_id=_first(keys, _IDS),
        names=_names(keys),
        code=code,
        version=_first(keys, _VERSION),
        when=when,
        moments=tuple(moments),
        policies=policies,
        titles=[column for column, key in others.items() if _POLICY.search(key)] if code is None else [],
        confirms={column: headings.cells[column].strip() for column in others if column in confirms},
        remarks={column: headings.cells[column].strip() for column in others if column in remarks},
    )
    if columns.address is None and columns.person_id is None and code is None:
        raise UsageError(
            f"{name} has no column of e-mail addresses, of person_id or of codes, so nobody can be told from it."
        )
    if not columns.policies and not columns.titles and code is None:
        raise UsageError(
            f"{name} has no column that names a policy. Give each policy a column, or head one column 'Policy'."
        )
    return columns


def _first(keys: Sequence[str], wanted: frozenset[str]) -> int | None:
    return next((column for column, key in enumerate(keys) if key in wanted), None)


def _answering(others: Mapping[int, str]) -> tuple[set[int], set[int]]:
    """Return which of the columns that are nothing else say yes or no to a code, and which are remarks."""
    remarks = {column for column, key in others.items() if _REMARKS.fullmatch(key)}
    questions = {column: key for column, key in others.items() if column not in remarks}
    if not any(asks_reading(key) for key in questions.values()):
        return set(questions), remarks
    return {column for column, key in questions.items() if asks_reading(key) or _POLICY.search(key)}, remarks


def _names(keys: Sequence[str]) -> tuple[int, ...]:
    whole = _first(keys, _NAME)
    parts = (whole,) if whole is not None else (_first(keys, _FIRST_NAME), _first(keys, _LAST_NAME))
    return tuple(column for column in parts if column is not None)


def tell_order(rows: Sequence[ListRow], columns: FormColumns, today: date, given: DateOrder | None) -> DateOrder | None:
    """Return in which order the days of a list are written; None where it does not matter or they contradict.

    A column tells as a whole: by a number above 12, and since nobody answered on a day that is still to come. ``given``
    is what the owner said, who is asked where a column can be read both ways.

    Raises:
        UsageError: it can be read both ways and ``given`` is None; or not in the order given.
    """
    cells = [cell for column in (*columns.moments, *columns.policies) for cell in _numbers(rows, column)]
    if given is not None:
        wrong = find_contradiction(cells, given)
        if wrong is not None:
            raise UsageError(f"{cells[wrong]!r} is no day {_in_words(given)}. Nothing was recorded; look at --dates.")
        return given
    told = [order for order in (DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST) if _fits(cells, order, today)]
    if not told:
        told = [order for order in (DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST) if _fits(cells, order, date.max)]
    if len(told) == 2:
        _ask_where_they_differ(cells)
    return told[0] if told else None


def _numbers(rows: Sequence[ListRow], column: int) -> Iterator[str]:
    return (cell for row in rows if is_in_numbers(cell := cell_of(row, column)))


def _fits(cells: Sequence[str], order: DateOrder, latest: date) -> bool:
    # A form's clock may stand in another zone: a day ahead of ours is not to come yet.
    latest = latest if latest == date.max else latest + timedelta(days=1)
    return all(day is not None and day <= latest for day in read_date_column(cells, order).dates)


def _ask_where_they_differ(cells: Sequence[str]) -> None:
    readings = (read_date_column(cells, order).dates for order in (DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST))
    for cell, by_day, by_month in zip(cells, *readings, strict=True):
        if by_day is not None and by_month is not None and by_day != by_month:
            raise UsageError(
                f"{cell!r} is {say_day(by_day)} or {say_day(by_month)}, and nothing in the list tells which. Nothing "
                "was recorded; import it again with --dates day-first or --dates month-first."
            )


def _in_words(order: DateOrder) -> str:
    return order.value.replace("-", " ")
