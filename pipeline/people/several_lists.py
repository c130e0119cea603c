"""Take in every list of people that the configuration names, one after the other, and tell of them as one.

After ``staff_import``, for the daily run. Each list stands for itself: absence from one says nothing of another, and
one that is refused or waits keeps no other from being taken.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from pipeline.config import Config
from pipeline.people.staff_import import StaffImport, import_staff
from pipeline.people.staff_list import read_or_refuse_staff_list
from pipeline.people.staff_wording import say_bad_list, waiting_line
from pipeline.register.database import Register


@dataclass(frozen=True, slots=True)
class ListsTaken:
    """What the lists of one day made of the people."""

    whole: StaffImport
    """Of all lists together; notes name theirs where it is not the staff list."""
    bad: tuple[str, ...] = ()
    """Which lists were refused, wholly or in good part: a report begins with it."""
    waiting: tuple[str, ...] = ()
    """What must be answered, or waits for a yes."""


def take_lists(register: Register, config: Config, today: date, now: datetime) -> ListsTaken:
    """Read the lists of the configuration and bring the register's people in line with each, in one transaction."""
    lists = config.people_lists
    read = [read_or_refuse_staff_list(config.root / one.source, config.people, one.kind) for one in lists]
    taken: list[StaffImport] = []
    with register.transaction() as tx:
        for one, listed in zip(lists, read, strict=True):
            taken.append(import_staff(tx, register.school, listed, one.name, today, now))
    bad: list[str] = []
    waiting: list[str] = []
    for one, mine in zip(lists, taken, strict=True):
        called = "" if one is lists[0] else one.name
        bad += say_bad_list(mine, called)
        waiting += [_of_list(question, called) for question in mine.questions]
        waiting += [waiting_line(mine, one.source, called)] if mine.waiting else []
    return ListsTaken(merge_imports(taken, [one.name for one in lists]), tuple(bad), tuple(waiting))


def merge_imports(taken: Sequence[StaffImport], names: Sequence[str]) -> StaffImport:
    """Return several imports as one; the first list's notes stand as they are, those of others name their list."""
    first, *others = taken
    if not others:
        return first
    notes = [_of_list(note, name) for one, name in zip(others, names[1:], strict=True) for note in one.notes]
    return StaffImport(
        new=tuple(row for one in taken for row in one.new),
        changed=tuple(row for one in taken for row in one.changed),
        left=tuple(row for one in taken for row in one.left),
        missing=tuple(row for one in taken for row in one.missing),
        refused=(
            *first.refused,
            *(
                replace(refusal, reason=_of_list(refusal.reason, name))
                for one, name in zip(others, names[1:], strict=True)
                for refusal in one.refused
            ),
        ),
        notes=(*first.notes, *notes),
        questions=tuple(question for one in taken for question in one.questions),
        changes=tuple(change for one in taken for change in one.changes),
        columns=first.columns,
        waiting=any(one.waiting for one in taken),
        written=all(one.written for one in taken),
        is_mostly_bad=any(one.is_mostly_bad for one in taken),
    )


def _of_list(sentence: str, name: str) -> str:
    return f"In the list “{name}”: {sentence}" if name else sentence
