"""A staff list and its import on the screen: what each column was taken as, who changed and how, what was refused.

Used by ``policy staff import`` and, shorter, by the run's report.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from pipeline.lifecycle.wording import say_day, say_list
from pipeline.model import Person
from pipeline.people.away import away_through
from pipeline.people.columns import Column, Use
from pipeline.people.comparison import Change
from pipeline.people.list_notes import FIELD_WORDS
from pipeline.people.staff_import import StaffImport
from pipeline.people.staff_list import heading_key
from pipeline.people.staff_wording import refusal_line, say_bad_list, waiting_line
from pipeline.register.people import PersonRow

_MOST_LINES = 30


def import_lines(taken: StaffImport, file: str, name: str = "") -> Iterator[str]:
    """Yield what ``policy staff import`` prints of ``file``: what must be answered first, then who, then how.

    ``name`` is what a list beside the staff list is called.
    """
    yield from say_bad_list(taken, name)
    yield from taken.questions
    if not taken.written:
        yield "Nothing was written."
    for what, rows in _people(taken):
        yield f"{len(rows)} {what}" + (f": {_names(rows)}" if rows else "")
    yield from change_lines(taken.changes)
    if taken.waiting:
        yield waiting_line(taken, file, name)
    for refusal in taken.refused:
        yield refusal_line(refusal)
    yield from taken.notes
    yield from column_lines(taken.columns)


def _people(taken: StaffImport) -> tuple[tuple[str, Sequence[PersonRow]], ...]:
    return (
        ("new", taken.new),
        ("changed", taken.changed),
        ("left", taken.left),
        ("missing", taken.missing),
    )


def _names(rows: Sequence[PersonRow]) -> str:
    names = [row.person.name for row in rows[:_MOST_LINES]]
    more = len(rows) - len(names)
    return ", ".join(names) + (f" and {more} more" if more > 0 else "")


def change_lines(changes: Sequence[Change], most: int = _MOST_LINES) -> Iterator[str]:
    """Yield who changed and how, a line a person; of many the first ``most``."""
    by_person: dict[str, list[Change]] = {}
    for change in changes:
        by_person.setdefault(change.person_id, []).append(change)
    for found in list(by_person.values())[:most]:
        waits = " (waits)" if any(change.waits for change in found) else ""
        yield f"  {found[0].name}: {say_list([_say_change(change) for change in found])}{waits}"
    if len(by_person) > most:
        yield f"  and {len(by_person) - most} more (--json has them all)"


def changed_fields(changes: Sequence[Change]) -> str:
    """Return how often what changed: ``role 12, last day 2``."""
    counts = Counter(FIELD_WORDS.get(change.field, "in the list again") for change in changes)
    return ", ".join(f"{word} {count}" for word, count in counts.most_common())


def _say_change(change: Change) -> str:
    if change.field == "missing":
        return f"in the list again (missing since {_value(change.before)})"
    before, after = _value(change.before), _value(change.after)
    return f"{FIELD_WORDS[change.field]} {before or 'none'} → {after or 'none'}"


def _value(text: str) -> str:
    """Return a value as it is said: days in words."""
    try:
        return say_day(date.fromisoformat(text))
    except ValueError:
        return text


def column_lines(columns: Sequence[Column]) -> Iterator[str]:
    """Yield what each column was taken as, and which were not used and why."""
    used = [column for column in columns if column.use is Use.USED]
    if used:
        yield "Columns understood: " + ", ".join(_say_column(column) for column in used) + "."
    for use, words in (
        (Use.NOT_NEEDED, "Columns understood and not needed"),
        (Use.SECOND, "Columns not used, since another one says the same"),
        (Use.IGNORED, "Columns not used, as config.toml says"),
        (Use.UNKNOWN, "Columns not used, since nothing is known by that name"),
    ):
        if found := [column for column in columns if column.use is use]:
            yield f"{words}: " + ", ".join(_title(column) for column in found) + "."


def run_column_lines(columns: Sequence[Column]) -> Iterator[str]:
    """Yield the same for the run's report; nothing of a list in the plainest form, whose headings are our own."""
    if any(column.use is not Use.USED or heading_key(column.heading) != _plain(column) for column in columns):
        yield from column_lines(columns)


def _plain(column: Column) -> str:
    return (column.field or "").replace("_", " ")


def _say_column(column: Column) -> str:
    return f"{_title(column)} as {FIELD_WORDS.get(column.field or '', column.field)}"


def _title(column: Column) -> str:
    return f"“{column.heading}”" if column.heading else f"column {column.letter}"


def staff_lines(rows: Sequence[PersonRow], today: date) -> Iterator[str]:
    """Yield everybody in columns under headings; each column is as wide as what stands in it."""
    table = [("Id", "Name", "Work address", "Role", "")]
    for row in rows:
        person = row.person
        marks = [_dates(person, today), "missing from the list" if row.missing_since else ""]
        said = ", ".join(mark for mark in marks if mark)
        table.append((person.person_id, person.name, person.work_email or "(no e-mail)", person.role, said))
    widths = [max(len(line[column]) for line in table) for column in range(5)]
    for line in table:
        yield "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()


def _dates(person: Person, today: date) -> str:
    if person.leave_on is not None and person.leave_on < today:
        return f"left on {say_day(person.leave_on)}"
    if person.start_on is not None and person.start_on > today:
        return f"starts on {say_day(person.start_on)}"
    if until := away_through(person, today):
        return f"away until {say_day(until)}"
    return ""
