"""Turn one row of a list into what it says of one person, or say why it cannot be believed.

Used by ``staff_list``, after ``tables``. A status that says a person has left is as good as a last day: what it
must never do is leave them among those who are mailed.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pipeline.dates.calendar import last_day
from pipeline.dates.written import parse_date
from pipeline.model.dates import Precision
from pipeline.model.people import EngagementKind, Person
from pipeline.named.names.people import drop_title
from pipeline.people.lists.cells import clean_address, clean_key, clean_name, clean_surname, clean_text
from pipeline.people.lists.columns import kind_of, list_words
from pipeline.people.lists.dates import DateColumn, DateOrder, read_date_column
from pipeline.people.lists.files.sheets import ListRow
from pipeline.people.lists.tables import ListTable

_REMARK = re.compile(r"\s*[(\[][^()\[\]]*[)\]]")
_GONE = r"(?:left|leavers?|former|ex-staff|inactive|resigned|retired|deleted|archived|disabled|terminated)"
_LEFT_NAME = re.compile(
    rf"[(\[][^()\[\]]*\b{_GONE}\b|\s[-–—*/:]+\s*{_GONE}\b|\S\s+\S+\s+(?:left|leavers?)$|^z{{2,}}\b|^x{{3,}}\b",
    re.IGNORECASE,
)
"""What a name is marked with when its account is dead: "Ana Lee (left)", "Ana Lee - leaver", "ZZ Ana Lee"."""
_UNUSED = re.compile(r"\b(?:do not|don[’']?t) use\b", re.IGNORECASE)
DATE_FIELDS = ("start_date", "leave_date", "contract_start", "contract_end", "away_until")
_CODES = ("staff_code", "payroll_no")
_LAST_DAYS = ("leave_date", "contract_end", "away_until")
_SAID = {
    "start_date": "start date", "leave_date": "leave date", "contract_start": "start of the contract",
    "contract_end": "end of the contract", "away_until": "away until",
}  # fmt: skip


class EmploymentState(StrEnum):
    """What the columns of status say of a person."""

    HERE = "here"
    LEFT = "left"
    FUTURE = "future"
    UNKNOWN = "unknown"
    """Nothing, or a word that is not known."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One row that was not taken."""

    row: int
    """As the spreadsheet program counts it; 0 where it is about the list as a whole."""
    reason: str
    """What is wrong and what to do, as the end of a sentence that begins with the row."""
    person_id: str | None = None
    name: str = ""
    """Who the row is about, as far as it can be told; empty where it cannot."""


@dataclass(frozen=True, slots=True)
class ListEntry:
    """One row, understood."""

    row: int
    person: Person
    has_ended: bool = False
    """The status says that they have left; their last day may not be known."""
    contract_end: date | None = None
    """Where the list has a last day of its own beside it."""
    is_grouped_outside: bool = False
    """They stand among pupils or parents, by kind of user, department or unit."""
    unknown_status: str = ""
    """A word of the status that says nothing known."""
    unknown_kind: str = ""
    """A word of the kind that says nothing known."""


def read_days(table: ListTable, order: DateOrder) -> Mapping[str, DateColumn]:
    """Read each field of a table that holds days, all rows together, numbers in the school's order."""
    return {
        field: read_date_column([_day_cell(table, row, field) for row in table.rows], order)
        for field in DATE_FIELDS
        if table.has(field)
    }


def _day_cell(table: ListTable, row: ListRow, field: str) -> str:
    """Return the cell of a day; empty where a last day's says in words that there is none."""
    cell = table.cell(row, field)
    return "" if field in _LAST_DAYS and cell.casefold() in list_words("status.no_last_day") else cell


def days_of(days: Mapping[str, DateColumn], place: int) -> Mapping[str, date | None]:
    """Return the days of the row at ``place``.

    Raises:
        ValueError: one of them cannot be read.
    """
    for field, column in days.items():
        if reason := column.refusals[place]:
            raise ValueError(f"the {_SAID[field]} {reason}")
    return {field: column.dates[place] for field, column in days.items()}


def read_key(table: ListTable, row: ListRow) -> str:
    """Return what the list knows a person by: its own id, else their work address in small letters.

    Raises:
        ValueError: the row has none.
    """
    if not table.keyed_by_address:
        return clean_key(table.cell(row, "person_id"))
    address = clean_address(table.cell(row, "work_email"))
    if address is None:
        raise ValueError(
            "there is neither an id nor a work address to know them by; give the list a column person_id"
            f"{_say_could_be_id(table)}"
        )
    return address.casefold()


def _say_could_be_id(table: ListTable) -> str:
    """Return which column could be the id: of codes, with one of their own for everybody; nothing where there is none.

    It is offered and not taken by itself: a school may give the initials of a person who left to another.
    """
    for column in table.columns:
        codes = [code.casefold() for code in table.column(column.index)]
        if column.field in _CODES and all(codes) and len(set(codes)) == len(codes):
            return f", or say in the settings, under [people.columns], that “{column.heading}” is the person_id"
    return ""


def read_person(
    table: ListTable, row: ListRow, person_id: str, days: Mapping[str, date | None], kind: EngagementKind
) -> ListEntry:
    """Return what a row says of a person; ``kind`` is as what those of the list work, unless a row says it.

    Raises:
        ValueError: it cannot be believed; the text ends a sentence that begins with the row.
    """
    if _is_marked_left(table, row):
        raise ValueError(
            "the name says that they have left or that the account is not used; put their last day or status into a "
            "column of its own, or take the row out"
        )
    first, last = _names(table, row)
    if not (first or last):
        raise ValueError("there is no name")
    if not last:
        raise ValueError(f"there is no last name for {first!r}; staff confirm their reading by typing it")
    start = days.get("start_date") if table.has("start_date") else days.get("contract_start")
    leave = days.get("leave_date") if table.has("leave_date") else days.get("contract_end")
    if start and leave and leave < start:
        raise ValueError(f"the leaving date {leave} is before the start date {start}")
    state, unknown = read_state(table, row)
    if state is EmploymentState.FUTURE and start is None:
        raise ValueError("they are still to start, but there is no start date; add the first day")
    address, word = clean_address(table.cell(row, "work_email")), table.cell(row, "kind")
    team = clean_text(table.cell(row, "department"), "team")
    manager = clean_text(table.cell(row, "line_manager"), "line manager")
    more = (_role(table, row), start, leave, days.get("away_until"), kind_of(word) or kind, team, manager)
    person = Person(person_id, first, last, address, *more)
    contract_end = days.get("contract_end") if table.has("leave_date") and leave is None else None
    outside = any(group.casefold() in list_words("not_staff.roles") for group in table.groups(row))
    return ListEntry(
        row.number, person, state is EmploymentState.LEFT, contract_end, outside, unknown, "" if kind_of(word) else word
    )


def read_state(table: ListTable, row: ListRow) -> tuple[EmploymentState, str]:
    """Return what a row says of a person's state, and a word of it that is not known; one column is enough to leave.

    So is the word "left" in place of a last day, or beside the name.
    """
    if _is_marked_left(table, row):
        return EmploymentState.LEFT, ""
    flags = [cell.casefold() for cell in table.cells(row, "leaver")]
    words = [cell.casefold() for cell in table.cells(row, "status")]
    if any(flag in list_words("status.here") | {"x"} and flag not in ("active", "current") for flag in flags):
        return EmploymentState.LEFT, ""
    ends = [table.cell(row, field).casefold() for field in ("leave_date", "contract_end") if table.has(field)]
    if any(_first_word(word) in list_words("status.left_first") for word in (*words, *ends)):
        return EmploymentState.LEFT, ""
    for state, known in (
        (EmploymentState.LEFT, "left"),
        (EmploymentState.FUTURE, "future"),
        (EmploymentState.HERE, "here"),
    ):
        if any(word in list_words(f"status.{known}") for word in words):
            return state, ""
    return EmploymentState.UNKNOWN, next(iter(words), "")


def _first_word(words: str) -> str:
    return re.split(r"[\W_]+", words, maxsplit=1)[0]


def leaver_in_refused(
    table: ListTable, row: ListRow, person_id: str, days: Mapping[str, DateColumn], place: int
) -> Mapping[str, date | None]:
    """Return key and last day of a person whom a refused row says to leave; None for a day that is not given.

    Empty where it says nothing of the sort. Whatever else is wrong with a row, nobody who has left must be mailed.
    """
    field = "leave_date" if table.has("leave_date") else "contract_end"
    day = (days[field].dates[place] or _end_of_month(table.cell(row, field))) if field in days else None
    return {person_id: day} if day is not None or read_state(table, row)[0] is EmploymentState.LEFT else {}


def has_unclear_ending(table: ListTable, days: Mapping[str, DateColumn], place: int) -> bool:
    """Return whether the row at ``place`` speaks of a last day that cannot be read: they may have left already."""
    field = "leave_date" if table.has("leave_date") else "contract_end"
    return field in days and days[field].refusals[place] is not None


def _end_of_month(cell: str) -> date | None:
    """Return the last day of a month given in place of a day: one who left "in August 2026" is gone in September."""
    when = parse_date(cell)
    return last_day(when) if when is not None and when.precision is Precision.MONTH else None


def name_of(table: ListTable, row: ListRow) -> str:
    """Return who a row is about, to be told; whatever of it can be shown, empty where there is nothing or no name."""
    name = _written_name(table, row)
    return "" if _UNUSED.search(name) else name


def _written_name(table: ListTable, row: ListRow) -> str:
    fields: Sequence[str] = ("first_name", "last_name") if table.has("last_name") else ("full_name",)
    name = " ".join(" ".join(table.cell(row, field) for field in fields).split())
    return "".join(character for character in name if character.isprintable())[:60]


def _is_marked_left(table: ListTable, row: ListRow) -> bool:
    name = _written_name(table, row)
    return _LEFT_NAME.search(name) is not None or _UNUSED.search(name) is not None


def _role(table: ListTable, row: ListRow) -> str:
    """Return a person's role: as the list words it, else their post, else the code of one."""
    role = table.cell(row, "role", codes=False) or table.cell(row, "job_title") or table.cell(row, "role", codes=True)
    return clean_text(role, "role")


def _names(table: ListTable, row: ListRow) -> tuple[str, str]:
    """Return first and last name, the ones a person goes by before those of their papers."""
    first = clean_name(table.cell(row, "first_name"), "first name")
    last = clean_surname(table.cell(row, "last_name"))
    preferred = clean_name(table.cell(row, "preferred_first_name"), "preferred name")
    preferred_last = clean_surname(table.cell(row, "preferred_last_name"))
    if not (first or last) and table.has("full_name"):
        first, last = split_name(clean_name(table.cell(row, "full_name"), "name"))
        last = clean_surname(last)
    return preferred or first, preferred_last or last


def split_name(name: str) -> tuple[str, str]:
    """Return first and last name of a name in one cell, without title or remark: ``Lee, Ana``, ``Mrs Ana Lee (PA)``."""
    name = _REMARK.sub("", name)
    surname, comma, given = (part.strip() for part in name.partition(","))
    if comma:
        return drop_title(given) if given else "", drop_title(surname)
    given, _, surname = drop_title(name).partition(" ")
    return given, surname
