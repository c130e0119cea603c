"""A staff list and its import on the screen, as ``policy staff`` prints them."""

from collections.abc import Iterator, Sequence
from datetime import date

from pipeline.people.lists.staff_import import StaffImport
from pipeline.people.lists.staff_wording import (
    MOST_LINES,
    change_lines,
    column_lines,
    refusal_lines,
    say_asked,
    say_bad_list,
    say_dates,
    waiting_line,
)
from pipeline.register.people.persons import Engagement, PersonRow
from pipeline.wording import say_day


def import_lines(taken: StaffImport, file: str, name: str = "") -> Iterator[str]:
    """Yield what ``policy staff import`` prints of ``file``: what must be answered first, then who, then how.

    ``name`` is what a list beside the staff list is called.
    """
    yield from say_bad_list(taken, name)
    yield from taken.questions
    yield from (say_asked(one, file, name) for one in taken.asked)
    if not taken.written:
        yield "Nothing was written."
    for what, rows in _people(taken):
        yield f"{len(rows)} {what}" + (f": {_names(rows)}" if rows else "")
    yield from change_lines(taken.changes)
    if taken.waiting:
        yield waiting_line(taken, file, name)
    yield from refusal_lines(taken.refused)
    yield from taken.notes
    yield from column_lines(taken.columns)


def _people(taken: StaffImport) -> tuple[tuple[str, Sequence[PersonRow]], ...]:
    return (
        ("new", taken.new),
        ("changed", taken.changed_now),
        *([("changed by the list (waiting)", taken.changed_waiting)] if taken.changed_waiting else []),
        ("left", taken.left),
        *([("left by the list (waiting)", taken.doubted)] if taken.doubted else []),
        ("missing", taken.missing),
    )


def _names(rows: Sequence[PersonRow]) -> str:
    names = [row.person.name for row in rows[:MOST_LINES]]
    more = len(rows) - len(names)
    return ", ".join(names) + (f" and {more} more" if more > 0 else "")


def staff_lines(rows: Sequence[PersonRow], today: date) -> Iterator[str]:
    """Yield everybody in columns under headings; each column is as wide as what stands in it."""
    table = [("Id", "Name", "Work address", "Role", "Kind", "Team", "List", "")]
    for row in rows:
        person = row.person
        marks = [say_dates(person, today), "missing from the list" if row.missing_since else ""]
        who = (person.person_id, person.name, person.work_email or "(no e-mail)")
        what = (person.role, person.kind.value, person.team, row.source)
        table.append((*who, *what, ", ".join(mark for mark in marks if mark)))
        for one in row.engagements[1:]:
            also = ["missing from the list" if one.missing_since else "", _say_days(one, today)]
            said = ", ".join(mark for mark in also if mark)
            table.append((one.key, "  also", "", one.role, one.kind.value, one.team, one.list, said))
    widths = [max(len(line[column]) for line in table) for column in range(len(table[0]))]
    for line in table:
        yield "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()


def _say_days(one: Engagement, today: date) -> str:
    if one.start_on is not None and one.start_on > today:
        return f"starts on {say_day(one.start_on)}"
    return f"last day {say_day(one.leave_on)}" if one.leave_on else ""
