"""Turn the rows of a staff list into people, or refuse a row and say why.

Reads what ``sheets`` opened; ``staff_import`` takes the result. Nothing is corrected silently: what was merged or left
out is said in ``notes`` and ``refused``.
"""

import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path

from pipeline.errors import UsageError
from pipeline.lifecycle.wording import say_list
from pipeline.model import Person
from pipeline.names.likeness import name_key
from pipeline.people.cells import clean_address, clean_key, clean_name, clean_surname, clean_text
from pipeline.people.list_dates import read_date_column
from pipeline.people.sheets import Sheet, SheetRow, read_sheet

_HEADING_ROWS = 15
_DATE_FIELDS = ("start_date", "leave_date", "away_until")
_LEFT_WORDS = frozenset({"left", "leaver", "former", "inactive", "not current", "no", "false", "0"})


@dataclass(frozen=True, slots=True)
class Refusal:
    """One row that was not taken."""

    row: int
    """As the spreadsheet program counts it; 0 where it is about the list as a whole."""
    reason: str
    """What is wrong and what to do, as the end of a sentence that begins with the row."""
    person_id: str | None = None


@dataclass(frozen=True, slots=True)
class StaffList:
    """What a staff list says."""

    people: tuple[Person, ...] = ()
    """In the order of the list, one a key."""
    refused: tuple[Refusal, ...] = ()
    notes: tuple[str, ...] = ()
    """One sentence each on what was merged, left out or should be looked at."""
    listed: frozenset[str] = frozenset()
    """Every key that stands in the list, refused rows included: nobody in it is missing from it."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """One row, understood."""

    row: int
    person: Person


def read_staff_list(path: Path) -> StaffList:
    """Read a staff list: CSV or .xlsx, our own columns or the usual names of an export.

    A list that is not there or holds no row gives an empty ``StaffList`` with a note.

    Raises:
        UsageError: the file is no list, or a column that every list needs is not in it.
    """
    if not path.exists():
        return StaffList(notes=(f"{path.name} is not there, so nobody was added or changed.",))
    sheet = read_sheet(path)
    if not sheet.rows:
        return StaffList(notes=(f"{path.name} is empty, so nobody was added or changed.",))
    columns, rows = _find_headings(sheet, path.name)
    repeated = [row.number for row in rows if len(_columns(row)) > 1 and _columns(row) == columns]
    rows = [row for row in rows if row.number not in repeated]
    if not rows:
        return StaffList(notes=(f"{path.name} lists nobody yet.",))
    entries, refused, listed = _read_rows(columns, rows)
    entries, more_refused, notes = _one_each(entries)
    people = tuple(entry.person for entry in entries)
    notes += [f"Row {number} repeats the headings and was passed over." for number in repeated]
    notes += [*_column_notes(columns), *_shared_address_notes(people)]
    return StaffList(people, tuple(sorted([*refused, *more_refused], key=lambda one: one.row)), tuple(notes), listed)


def read_or_refuse_staff_list(path: Path) -> StaffList:
    """Read a staff list as a daily run does: one that is no list is refused as a whole, and the run goes on.

    Importing the result changes nobody.
    """
    try:
        return read_staff_list(path)
    except UsageError as error:
        return StaffList(refused=(Refusal(0, str(error)),))


def heading_key(heading: str) -> str:
    """Return a heading as headings are compared: small letters, underscores and runs of spaces as one space."""
    return " ".join(heading.replace("\ufeff", "").replace("_", " ").casefold().strip(" *:").split())


def shared_addresses(people: Sequence[Person]) -> frozenset[str]:
    """Return the work addresses, in small letters, that more than one of ``people`` has.

    A page for one person must not go to a mailbox that several read, so these count as no address of their own.
    """
    holders: dict[str, set[str]] = defaultdict(set)
    for person in people:
        if person.work_email:
            holders[person.work_email.casefold()].add(person.person_id)
    return frozenset(address for address, ids in holders.items() if len(ids) > 1)


@cache
def _aliases() -> Mapping[str, tuple[str, int]]:
    """Return heading → (field, preference), the surest heading of a field having the lowest number."""
    text = files("pipeline.people").joinpath("columns.toml").read_text(encoding="utf-8")
    return {
        heading: (name, preference)
        for name, headings in tomllib.loads(text).items()
        for preference, heading in enumerate(headings)
    }


def _find_headings(sheet: Sheet, name: str) -> tuple[dict[str, int], Sequence[SheetRow]]:
    """Return field → column and the rows below the headings, which may stand under a title."""
    best: dict[str, int] = {}
    for index, row in enumerate(sheet.rows[:_HEADING_ROWS]):
        columns = _columns(row)
        if "person_id" in columns and ({"first_name", "last_name"} <= columns.keys() or "full_name" in columns):
            return columns, sheet.rows[index + 1 :]
        best = max(best, columns, key=len)
    missing = "person_id" if "person_id" not in best else "first_name and last_name"
    raise UsageError(
        f"{name} has no heading for {missing}. Name the columns person_id, first_name, last_name, work_email, role, "
        "start_date, leave_date."
    )


def _columns(row: SheetRow) -> dict[str, int]:
    found: dict[str, tuple[int, int]] = {}
    for column, heading in enumerate(row.cells):
        field, preference = _aliases().get(heading_key(heading), ("", 0))
        if field and (field not in found or preference < found[field][0]):
            found[field] = (preference, column)
    return {field: column for field, (_, column) in found.items()}


def _read_rows(
    columns: Mapping[str, int], rows: Sequence[SheetRow]
) -> tuple[list[_Entry], list[Refusal], frozenset[str]]:
    dates = {
        field: read_date_column([_cell(row, columns, field) for row in rows])
        for field in _DATE_FIELDS
        if field in columns
    }
    entries, refused, listed = [], [], set()
    for index, row in enumerate(rows):
        person_id: str | None = None
        try:
            person_id = clean_key(_cell(row, columns, "person_id"))
            listed.add(person_id)
            for field, column in dates.items():
                if reason := column.refusals[index]:
                    raise ValueError(f"the {field.replace('_', ' ')} {reason}")
            days = {field: column.dates[index] for field, column in dates.items()}
            entries.append(_Entry(row.number, _person(person_id, row, columns, days)))
        except ValueError as reason:
            refused.append(Refusal(row.number, f"{reason}.", person_id))
    return entries, refused, frozenset(listed)


def _cell(row: SheetRow, columns: Mapping[str, int], field: str) -> str:
    column = columns.get(field)
    return row.cells[column] if column is not None and column < len(row.cells) else ""


def _person(person_id: str, row: SheetRow, columns: Mapping[str, int], days: Mapping[str, date | None]) -> Person:
    first, last = _names(row, columns)
    if not (first or last):
        raise ValueError("there is no name")
    if not last:
        raise ValueError(f"there is no last name for {first!r}; staff confirm their reading by typing it")
    start, leave = days.get("start_date"), days.get("leave_date")
    if start and leave and leave < start:
        raise ValueError(f"the leaving date {leave} is before the start date {start}")
    status = _cell(row, columns, "status").casefold()
    if status in _LEFT_WORDS and leave is None:
        raise ValueError(f"the status is {status!r} but there is no leaving date; add the last day")
    role = clean_text(_cell(row, columns, "role") or _cell(row, columns, "job_title"), "role")
    address = clean_address(_cell(row, columns, "work_email"))
    return Person(person_id, first, last, address, role, start, leave, days.get("away_until"))


def _names(row: SheetRow, columns: Mapping[str, int]) -> tuple[str, str]:
    first = clean_name(_cell(row, columns, "first_name"), "first name")
    last = clean_surname(_cell(row, columns, "last_name"))
    preferred = clean_name(_cell(row, columns, "preferred_first_name"), "preferred name")
    if not (first or last) and "full_name" in columns:
        full = clean_name(_cell(row, columns, "full_name"), "name")
        surname, comma, given = (part.strip() for part in full.partition(","))
        if not comma:
            given, _, surname = full.partition(" ")
        first, last = given, surname
    return preferred or first, last


def _one_each(entries: Sequence[_Entry]) -> tuple[list[_Entry], list[Refusal], list[str]]:
    """Merge the rows of one person, and refuse them all where one key stands for two names."""
    by_key: dict[str, list[_Entry]] = defaultdict(list)
    for entry in entries:
        by_key[entry.person.person_id].append(entry)
    kept: list[_Entry] = []
    refused: list[Refusal] = []
    notes: list[str] = []
    for person_id, group in by_key.items():
        people = [entry.person for entry in group]
        if len(group) == 1:
            kept += group
        elif len({name_key(person.name) for person in people}) > 1:
            names = " and ".join(dict.fromkeys(person.name for person in people))
            refused += [Refusal(entry.row, f"the id {person_id!r} stands for {names}.", person_id) for entry in group]
        elif len({(person.work_email or "").casefold() for person in people} - {""}) > 1:
            refused += [
                Refusal(entry.row, f"{entry.person.name} is listed with two addresses.", person_id) for entry in group
            ]
        else:
            kept.append(_Entry(group[0].row, _merged(people)))
            rows = ", ".join(str(entry.row) for entry in group)
            notes.append(f"{people[0].name} stands in rows {rows}; they were taken as one person.")
    return kept, refused, notes


def _merged(people: Sequence[Person]) -> Person:
    """Join rows that list one person's contracts: the earliest start, the latest end, an open end staying open."""
    starts = [person.start_on for person in people]
    ends = [person.leave_on for person in people]
    return replace(
        people[0],
        work_email=next((person.work_email for person in people if person.work_email), None),
        role=next((person.role for person in people if person.role), ""),
        start_on=None if None in starts else min(day for day in starts if day),
        leave_on=None if None in ends else max(day for day in ends if day),
    )


def _column_notes(columns: Mapping[str, int]) -> Iterator[str]:
    if "personal_email" in columns:
        yield "The list has private e-mail addresses; they were not taken. Mail goes to work addresses only."
    if "full_name" in columns and not {"first_name", "last_name"} <= columns.keys():
        yield "Names stand in one column; what follows the first word was taken as the last name."


def _shared_address_notes(people: Sequence[Person]) -> Iterator[str]:
    shared = shared_addresses(people)
    for address in sorted(shared):
        sharing = [person for person in people if (person.work_email or "").casefold() == address]
        names = ", ".join(person.name for person in sharing)
        if len({name_key(person.name) for person in sharing}) == 1:
            ids = say_list([person.person_id for person in sharing])
            yield (
                f"{sharing[0].name} stands in the list as {ids}, with the one address {address}. If that is one "
                "person, take all rows but one out; until then they are asked on paper."
            )
            continue
        yield (
            f"{names} share the address {address}. A personal page cannot go to a shared mailbox, so they are asked on "
            "paper until each has an address of their own."
        )
