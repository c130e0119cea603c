"""What somebody must know of the lists of people as their files are now: refused rows, what waits, a list that is gone.

A daily run says it in its report, which nobody sees who works in the browser;
here the files are looked at again, and nothing is written.
"""

from dataclasses import dataclass
from datetime import date, datetime

from pipeline.config import Config
from pipeline.people.lists.several_lists import of_list, read_lists
from pipeline.people.lists.staff_import import import_staff
from pipeline.people.lists.staff_list import StaffList
from pipeline.people.lists.staff_wording import refusal_lines, say_bad_list, say_waiting
from pipeline.register.people.persons import has_list
from pipeline.register.store.database import Transaction

_TAKE_IN = "“Take in a new list of people”, under People, shows them and takes a list in whole."


@dataclass(frozen=True, slots=True)
class ListsNow:
    """What the lists of people, as they are now, keep from being known."""

    pressing: tuple[str, ...] = ()
    """A list that is gone, or of which nothing or not all is taken."""
    refused: tuple[str, ...] = ()
    """Each row that was refused: whoever stands in it is asked nothing that an earlier list did not say."""


def look_at_lists(tx: Transaction, school: str, config: Config, today: date, now: datetime) -> ListsNow:
    """Return what is wrong with the lists that the configuration names."""
    pressing: list[str] = []
    refused: list[str] = []
    for place, (one, listed) in enumerate(zip(config.people_lists, read_lists(config), strict=True)):
        called = one.name if place else ""
        if listed == StaffList(notes=listed.notes):
            # A school that adds everybody by hand never had a list.
            pressing += [of_list(note, called) for note in listed.notes] if has_list(tx, school, one.name) else ()
            continue
        would = import_staff(tx, school, listed, one.name, today, now, preview=True)
        pressing += say_bad_list(would, called)
        shown = [each for each in would.refused if each.row or each.person_id]
        refused += [of_list(line, called) for line in refusal_lines(shown)]
        pressing += [of_list(question, called) for question in would.questions]
        pressing += [f"{say_waiting(would, called)} {_TAKE_IN}"] if would.waiting else ()
    return ListsNow(tuple(pressing), tuple(refused))
