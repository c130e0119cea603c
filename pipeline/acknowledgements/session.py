"""A training session: everybody on its attendance list has read what it was about, labelled so, with its trainer.

A person who was not there keeps what they were asked; their letters go on asking.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.acknowledgements.paper import EnteredLine, PaperSheet, record_people
from pipeline.config import Config
from pipeline.errors import UsageError
from pipeline.people.lists.files.sheets import read_sheet
from pipeline.people.naming import find_if_any
from pipeline.register.people.persons import PersonRow
from pipeline.register.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Attendance:
    """Who an attendance list names."""

    present: tuple[PersonRow, ...]
    """In the list's order, each once."""
    unknown: tuple[str, ...]
    """What stands in the column of names and is nobody here: a guest, or a name that is spelt otherwise."""


def read_attendance(people: Sequence[PersonRow], path: Path, today: date) -> Attendance:
    """Return who the list at ``path`` names, by work address, id or whole name, whatever its columns are called.

    The column in which most entries are people here is the one that names people; a first line of headings is none of
    them.

    Raises:
        UsageError: it is no list, or names nobody here, or a person who could be two people.
    """
    rows = read_sheet(path).rows
    width = max((len(row.cells) for row in rows), default=0)
    found = [
        [_find(people, row.cells[column], today) if column < len(row.cells) else None for row in rows]
        for column in range(width)
    ]
    counts = [sum(each is not None for each in column) for column in found]
    if not counts or not max(counts):
        raise UsageError(
            f"{path.name} names nobody who is here, by work address, id or whole name; nothing was recorded."
        )
    best = counts.index(max(counts))
    present: dict[int, PersonRow] = {}
    unknown: list[str] = []
    for number, (row, one) in enumerate(zip(rows, found[best], strict=True)):
        cell = row.cells[best] if best < len(row.cells) else ""
        if one is not None:
            present[one.id] = one
        elif cell and not (number == 0 and len(rows) > 1):
            unknown.append(cell)
    return Attendance(tuple(present.values()), tuple(dict.fromkeys(unknown)))


def _find(people: Sequence[PersonRow], cell: str, today: date) -> PersonRow | None:
    return find_if_any(people, cell.strip(), today) if cell.strip() else None


def record_session(
    tx: Transaction, school: str, config: Config, attendance: Attendance, slugs: Sequence[str], sheet: PaperSheet
) -> tuple[EnteredLine, ...]:
    """Record that everybody present read each of the policies ``slugs``; ``sheet`` says when, by whom and who held it.

    Raises:
        UsageError: nobody held it, or a line cannot be right; nothing was recorded.
    """
    if not sheet.trainer.strip():
        raise UsageError("Say who held the session: the name is kept with each reading.")
    keys = [row.id for row in attendance.present]
    return tuple(line for slug in dict.fromkeys(slugs) for line in record_people(tx, school, config, keys, slug, sheet))
