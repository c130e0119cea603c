"""Take in every list of people that the configuration names, one after the other, and tell of them as one.

After ``staff_import``, for the daily run. Each list stands for itself: absence from one says nothing of another, and
one that is refused or waits keeps no other from being taken.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from pipeline.config import Config
from pipeline.configuration.people import PeopleListSection
from pipeline.model.people import BY_HAND
from pipeline.people.list_faults import FaultyList, name_of_list, note_faults, say_fault
from pipeline.people.lists.staff_import import StaffImport, import_staff
from pipeline.people.lists.staff_list import ListFault, StaffList, read_or_refuse_staff_list
from pipeline.people.lists.staff_wording import say_asked, say_bad_list, waiting_line
from pipeline.register.people.changes import BY_THE_RUN, rename_list
from pipeline.register.people.persons import has_list, keys_of_lists, lists_taken_from_files
from pipeline.register.store.database import Register
from pipeline.register.transaction import Transaction
from pipeline.wording import say_count


@dataclass(frozen=True, slots=True)
class ListsTaken:
    """What the lists of one day made of the people."""

    whole: StaffImport
    """Of all lists together; notes name theirs where it is not the staff list."""
    bad: tuple[str, ...] = ()
    """Which lists were refused, wholly or in good part: a report begins with it."""
    waiting: tuple[str, ...] = ()
    """What must be answered, or waits for a yes."""
    are_unknown: bool = False
    """A list is gone, empty or cannot be read, and nobody has said that it is meant."""


def read_lists(config: Config) -> tuple[StaffList, ...]:
    """Read the lists that the configuration names, in its order."""
    return tuple(
        read_or_refuse_staff_list(config.root / one.source, config.people, one.kind) for one in config.people_lists
    )


def take_lists(
    register: Register, config: Config, today: date, now: datetime, read: Sequence[StaffList] | None = None
) -> ListsTaken:
    """Bring the register's people in line with each list of the configuration, in one transaction.

    ``read`` are the lists where the caller has read them (``read_lists``); None reads them now.
    """
    lists = config.people_lists
    read = read_lists(config) if read is None else read
    taken: list[StaffImport] = []
    with register.transaction() as tx:
        faults = _note_faults(tx, register.school, lists, read, today, now)
        dropped = _dropped_lists(tx, register.school, lists, today)
        renamed = _follow_new_name(tx, register.school, lists[0].name, read[0], dropped, now)
        for one, listed in zip(lists, read, strict=True):
            domains = config.people.domains
            taken.append(_as_taken(import_staff(tx, register.school, listed, one.name, today, now, domains=domains)))
    bad = [say_fault(one, name_of_list(config, one.name), today) for one in faults if not one.is_meant]
    waiting: list[str] = []
    for one, mine in zip(lists, taken, strict=True):
        called = "" if one is lists[0] else one.name
        bad += say_bad_list(mine, called)
        waiting += [of_list(question, called) for question in mine.questions]
        waiting += [of_list(say_asked(each, one.source, called), called) for each in mine.asked]
        waiting += [waiting_line(mine, one.source, called)] if mine.waiting else []
    notes = [_say_dropped(name, len(keys)) for name, keys in dropped.items() if name != renamed]
    notes += [f"The staff list is {lists[0].name} now; its people go on as those of {renamed}."] if renamed else []
    whole = merge_imports(taken, [one.name for one in lists])
    are_unknown = any(not one.is_meant for one in faults)
    return ListsTaken(replace(whole, notes=(*whole.notes, *notes)), tuple(bad), tuple(waiting), are_unknown)


def faults_of(
    tx: Transaction, school: str, lists: Sequence[PeopleListSection], read: Sequence[StaffList], today: date
) -> Mapping[str, ListFault | None]:
    """Return what keeps each list as a whole from being known, by its name; nothing of lists that nobody is here by.

    A file that holds headings alone, as a new workspace has it, is no list that lost its people where these were only
    ever handed over in the browser or by a command.
    """
    here, from_files = keys_of_lists(tx, school, today), lists_taken_from_files(tx, school)
    return {
        one.name: listed.fault
        for one, listed in zip(lists, read, strict=True)
        if one.name in here and (listed.fault is not ListFault.EMPTY or one.name in from_files)
    }


def _note_faults(
    tx: Transaction,
    school: str,
    lists: Sequence[PeopleListSection],
    read: Sequence[StaffList],
    today: date,
    now: datetime,
) -> tuple[FaultyList, ...]:
    return note_faults(tx, school, faults_of(tx, school, lists, read, today), today, now, actor=BY_THE_RUN)


def _as_taken(one: StaffImport) -> StaffImport:
    """Return an import with nobody in it where its questions are open: it took nobody, whatever it would do."""
    return one if one.written else replace(one, new=(), changed=(), left=(), doubted=(), missing=(), changes=())


def _dropped_lists(
    tx: Transaction, school: str, lists: Sequence[PeopleListSection], today: date
) -> Mapping[str, frozenset[str]]:
    """Return the keys of those who are here by lists that the configuration does not name, by the list."""
    named = {BY_HAND, *(one.name for one in lists)}
    return {name: keys for name, keys in keys_of_lists(tx, school, today).items() if name not in named}


def _follow_new_name(
    tx: Transaction,
    school: str,
    name: str,
    listed: StaffList,
    dropped: Mapping[str, frozenset[str]],
    now: datetime,
) -> str | None:
    """Let the people of the staff list as it was called before be those of the list that has most of their keys now.

    Else who leaves by the new list would stay by the old one, which nobody reads any more. Returns its name before.
    """
    if has_list(tx, school, name) or not listed.listed:
        return None
    for old, keys in dropped.items():
        if len(keys & listed.listed) * 2 > len(keys):
            rename_list(tx, school, old, name, now)
            return old
    return None


def _say_dropped(name: str, count: int) -> str:
    are = "is" if count == 1 else "are"
    return (
        f"{say_count(count, 'person', 'people')} {are} here by the list “{name}”, which config.toml does not name and "
        "nobody reads: who leaves by it is not noticed. Name it under [[people.lists]], or end what they are by it "
        f"with 'policy staff leaves PERSON --list \"{name}\"'."
    )


def merge_imports(taken: Sequence[StaffImport], names: Sequence[str]) -> StaffImport:
    """Return several imports as one; the first list's notes stand as they are, those of others name their list."""
    first, *others = taken
    if not others:
        return first
    notes = [of_list(note, name) for one, name in zip(others, names[1:], strict=True) for note in one.notes]
    return StaffImport(
        new=tuple(row for one in taken for row in one.new),
        changed=tuple(row for one in taken for row in one.changed),
        left=tuple(row for one in taken for row in one.left),
        doubted=tuple(row for one in taken for row in one.doubted),
        missing=tuple(row for one in taken for row in one.missing),
        refused=(
            *first.refused,
            *(
                replace(refusal, reason=of_list(refusal.reason, name))
                for one, name in zip(others, names[1:], strict=True)
                for refusal in one.refused
            ),
        ),
        notes=(*first.notes, *notes),
        questions=tuple(question for one in taken for question in one.questions),
        changes=tuple(change for one in taken for change in one.changes),
        columns=first.columns,
        waiting=any(one.waiting for one in taken),
        ends_most=any(one.ends_most for one in taken),
        written=all(one.written for one in taken),
        is_mostly_bad=any(one.is_mostly_bad for one in taken),
        asked=tuple(question for one in taken for question in one.asked),
        back=tuple(person for one in taken for person in one.back),
    )


def of_list(sentence: str, name: str) -> str:
    """Return a sentence with the list that it is about, where that is not the staff list."""
    return f"In the list “{name}”: {sentence}" if name else sentence
