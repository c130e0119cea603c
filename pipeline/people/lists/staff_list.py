"""Turn the rows of a staff list into people, or refuse a row and say why.

Reads what ``sheets`` opened; ``staff_import`` takes the result. Nothing is corrected silently: what was merged or left
out is said in ``notes`` and ``refused``, and what must be answered first in ``questions``.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path

from pipeline.configuration.people import PeopleSection
from pipeline.errors import UsageError
from pipeline.model.people import EngagementKind, Person
from pipeline.named.names.likeness import name_key
from pipeline.people.lists.columns import NamedColumn, list_words
from pipeline.people.lists.contracts import JoinedContracts, Roles, is_no_staff, one_each, read_roles, with_roles
from pipeline.people.lists.dates import DateOrder
from pipeline.people.lists.files.encoding import MAC
from pipeline.people.lists.files.sheets import read_sheets
from pipeline.people.lists.questions import ask, has_days_in_numbers
from pipeline.people.lists.rows import (
    ListEntry,
    Refusal,
    days_of,
    has_unclear_ending,
    leaver_in_refused,
    name_of,
    read_days,
    read_key,
    read_person,
)
from pipeline.people.lists.slipped import find_slipped
from pipeline.people.lists.tables import ListTable, Tables, find_tables
from pipeline.people.obligations import has_left
from pipeline.register.people.persons import PersonRow
from pipeline.wording import say_count, say_list

_MOST_NAMES = 12
_MOST_REFUSED = 5
"""A list of which one row in so many is refused is told before anything else."""


class ListFault(StrEnum):
    """What keeps a list as a whole from being known."""

    GONE = "gone"
    """The file is not there."""
    EMPTY = "empty"
    """It names nobody."""
    UNREADABLE = "unreadable"


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
    columns: tuple[NamedColumn, ...] = field(default=(), compare=False)
    """What each column was taken as, or that it was not used; those of a table of roles after the others."""
    questions: tuple[str, ...] = ()
    """What must be answered before anybody is taken from the list; empty where nothing is."""
    slipped: tuple[Person, ...] = ()
    """Who stands beside the address of another person in the list, where they are many."""
    undated_leavers: frozenset[str] = frozenset()
    """Keys of those who have left by their status, on a day the list does not give."""
    refused_leavers: Mapping[str, date | None] = field(default_factory=dict)
    """The last day, by key, that a refused row states all the same; None where its status says left."""
    unclear_endings: frozenset[str] = frozenset()
    """Keys of those whose row was refused and speaks of a last day that cannot be read."""
    contract_ends: Mapping[str, date] = field(default_factory=dict)
    """The end of the contract, by key, of those whose last day the list could give and does not."""
    row_count: int = field(default=0, compare=False)
    """How many rows there are below the headings."""
    keyed_by_address: bool = False
    """The list has no ids: people are known by work address."""
    is_there: bool = field(default=True, compare=False)
    """There is a file of it."""

    @property
    def fault(self) -> ListFault | None:
        """What keeps the list as a whole from being known; None where it names anybody, or asks how to be read."""
        if not self.is_there:
            return ListFault.GONE
        if self.listed or self.questions:
            return None
        return ListFault.UNREADABLE if self.refused else ListFault.EMPTY

    @property
    def is_mostly_bad(self) -> bool:
        """Whether so much of the list was refused, a fifth or more, that it is told first."""
        rows = {refusal.row for refusal in self.refused if refusal.row}
        return bool(rows) and self.row_count > 0 and len(rows) * _MOST_REFUSED >= self.row_count


def read_staff_list(
    path: Path, rules: PeopleSection | None = None, kind: EngagementKind = EngagementKind.STAFF
) -> StaffList:
    """Read a staff list: CSV, packed CSV or .xlsx, our own columns or those of an export.

    ``rules`` is ``[people]`` of the configuration; ``kind`` as what those in the list work, unless it says so.
    A list that is not there or holds no row gives an empty ``StaffList`` with a note.

    Raises:
        UsageError: the file is no list, or a column that every list needs is not in it.
    """
    rules = rules or PeopleSection()
    if not path.exists():
        return StaffList(notes=(f"{path.name} is not there, so nobody was added or changed.",), is_there=False)
    sheets = read_sheets(path)
    if not sheets:
        return StaffList(notes=(f"{path.name} is empty, so nobody was added or changed.",))
    tables = find_tables(sheets, rules.columns, path.name)
    order = DateOrder(rules.date_order)
    columns = tuple(column for table in (*tables.people, *tables.roles) for column in table.columns)
    if len(tables.people) > 1:
        return StaffList(columns=columns, questions=ask(tables, order))
    if not tables.people[0].rows:
        return StaffList(notes=(f"{path.name} lists nobody yet.",), columns=columns)
    return _read_tables(tables, order, columns, kind)


def read_or_refuse_staff_list(
    path: Path, rules: PeopleSection | None = None, kind: EngagementKind = EngagementKind.STAFF
) -> StaffList:
    """Read a staff list as a daily run does: one that is no list is refused as a whole, and the run goes on.

    Importing the result changes nobody.
    """
    try:
        return read_staff_list(path, rules, kind)
    except UsageError as error:
        return StaffList(refused=(Refusal(0, str(error)),))


def heading_key(heading: str) -> str:
    """Return a heading as headings are compared: small letters, underscores and runs of spaces as one space."""
    return " ".join(heading.replace("\ufeff", "").replace("_", " ").casefold().strip(" *:").split())


def shared_addresses(people: Sequence[Person]) -> frozenset[str]:
    """Return the work addresses, in small letters, that several read: more than one of ``people`` has it, or all staff.

    A page for one person must not go there, so these count as no address of their own. Each stands in it once.
    """
    holders = Counter(person.work_email.casefold() for person in people if person.work_email)
    return frozenset(address for address, count in holders.items() if count > 1 or is_for_many(address))


def is_for_many(address: str) -> bool:
    """Return whether mail to ``address`` reaches a whole staff or class, by its name: ``all-staff@example.org``."""
    local = address.casefold().partition("@")[0]
    parts = re.split(r"[\W\d_]+", local)
    has_initial = any(len(part) == 1 for part in parts)
    if len(parts) > 1 and not has_initial and not list_words("for_many.parts").isdisjoint(parts):
        return True
    name = "".join(character for character in local if character.isalpha())
    bare = name.removeprefix("grp").removeprefix("dl").removesuffix("list").removesuffix("group")
    return any(map(name.__contains__, list_words("for_many.within"))) or not list_words("for_many.names").isdisjoint(
        (name, bare)
    )


def is_of_role(address: str | None) -> bool:
    """Return whether ``address`` goes with a post, by its name: ``headteacher@example.org``. It identifies nobody."""
    parts = [part for part in re.split(r"[\W\d_]+", (address or "").casefold().partition("@")[0]) if part]
    if "".join(parts) in list_words("of_role.names"):
        return True
    has_initial = any(len(part) == 1 for part in parts)
    return len(parts) > 1 and not has_initial and not list_words("of_role.parts").isdisjoint(parts)


def without_own_address(people: Sequence[PersonRow], today: date) -> frozenset[int]:
    """Return, by the register's keys, who of those who are here has no work address to themself: none, or a shared one.

    A leaver neither shares an address with anybody nor is among them.
    """
    first_with: dict[str, int] = {}
    found: set[int] = set()
    for row in people:
        if has_left(row.person, today):
            continue
        address = (row.person.work_email or "").casefold()
        if not address or is_for_many(address):
            found.add(row.id)
        elif (other := first_with.setdefault(address, row.id)) != row.id:
            found |= {other, row.id}
    return frozenset(found)


def _read_tables(tables: Tables, order: DateOrder, columns: tuple[NamedColumn, ...], kind: EngagementKind) -> StaffList:
    (table,) = tables.people
    roles = read_roles(tables.roles, order)
    entries, refused, listed, gone, unclear = _read_rows(table, order, kind)
    staff = [with_roles(entry, roles.held.get(entry.person.person_id, ())) for entry in entries]
    outside = {
        entry.person.person_id for entry in entries if is_no_staff(entry, roles.held.get(entry.person.person_id, ()))
    }
    joined = one_each(
        [entry for entry in staff if entry.person.person_id not in outside], by_address=table.keyed_by_address
    )
    people = tuple(entry.person for entry in joined.entries)
    undated = [e.person for e in joined.entries if e.has_ended and e.person.leave_on is None]
    return StaffList(
        people,
        tuple(sorted([*refused, *roles.refused, *joined.refused], key=lambda one: one.row)),
        (*_notes(tables, joined, roles, order), *_say_outside(outside), *_shared_address_notes(people)),
        listed - outside,
        columns,
        ask(tables, order),
        find_slipped(people),
        undated_leavers=frozenset(person.person_id for person in undated),
        refused_leavers={key: day for key, day in gone.items() if key not in {e.person.person_id for e in entries}},
        unclear_endings=unclear - gone.keys() - {e.person.person_id for e in entries},
        contract_ends={e.person.person_id: e.contract_end for e in joined.entries if e.contract_end},
        row_count=len(table.rows),
        keyed_by_address=table.keyed_by_address,
    )


def _read_rows(
    table: ListTable, order: DateOrder, kind: EngagementKind
) -> tuple[list[ListEntry], list[Refusal], frozenset[str], Mapping[str, date | None], frozenset[str]]:
    """Return who was understood, what was refused, every key, whom a refused row says to have left, or perhaps."""
    days = read_days(table, order)
    entries: list[ListEntry] = []
    refused: list[Refusal] = []
    listed: set[str] = set()
    gone: dict[str, date | None] = {}
    unclear: set[str] = set()
    for place, row in enumerate(table.rows):
        person_id: str | None = None
        try:
            person_id = read_key(table, row)
            listed.add(person_id)
            entries.append(read_person(table, row, person_id, days_of(days, place), kind))
        except ValueError as reason:
            refused.append(Refusal(row.number, f"{reason}.", person_id, name_of(table, row)))
            if person_id is not None:
                gone.update(leaver_in_refused(table, row, person_id, days, place))
                if has_unclear_ending(table, days, place):
                    unclear.add(person_id)
    return entries, refused, frozenset(listed), gone, frozenset(unclear)


def _notes(tables: Tables, joined: JoinedContracts, roles: Roles, order: DateOrder) -> Iterator[str]:
    (table,) = tables.people
    yield from joined.notes
    yield from (f"Row {number} repeats the headings and was passed over." for number in table.repeats)
    for row in table.footers:
        begins = next(cell for cell in row.cells if cell)
        yield f"Row {row.number} (“{begins[:40]}”) sums up or ends the list and was passed over."
    if table.keyed_by_address:
        yield (
            "The list has no column of ids, so people are known by their work address. Whoever gets another address "
            "is asked about; a column person_id spares that."
        )
    if has_days_in_numbers([table, *tables.roles]):
        example = "1 September 2026" if order is DateOrder.DAY_FIRST else "9 January 2026"
        yield f"Days in numbers were read {order.value.replace('-', ' ')}: 01/09/2026 is {example}."
    if table.encoding == MAC:
        yield (
            "The list was saved in the way of an old Mac; its letters were read so. Look whether names such as O’Dowd "
            "or Zoë are right, else save it as 'CSV UTF-8'."
        )
    yield from _column_notes(table)
    yield from _role_notes(tables, joined, roles)
    yield from _status_notes(joined.entries)
    yield from _kind_notes(joined.entries)


def _column_notes(table: ListTable) -> Iterator[str]:
    fields = {column.field for column in table.columns if any(table.column(column.index))}
    if "personal_email" in fields:
        yield "The list has private e-mail addresses; they were not taken. Mail goes to work addresses only."
    if "password" in fields:
        yield "The list has passwords in it; they were not read. Delete the file when you are done."
    if table.has("full_name") and not (table.has("first_name") and table.has("last_name")):
        yield "Names stand in one column; what follows the first word was taken as the last name."


def _role_notes(tables: Tables, joined: JoinedContracts, roles: Roles) -> Iterator[str]:
    keys = {entry.person.person_id for entry in joined.entries}
    for table in tables.roles:
        with_one = len(keys & roles.held.keys())
        yield f"“{table.name}” gives {say_count(with_one, 'person', 'people')} of the list their roles and days."
    for name in tables.others:
        yield f"“{name}” lists no people and was not used."


def _status_notes(entries: Sequence[ListEntry]) -> Iterator[str]:
    unknown: dict[str, int] = defaultdict(int)
    for entry in entries:
        if entry.unknown_status:
            unknown[entry.unknown_status] += 1
    for word, count in sorted(unknown.items())[:_MOST_NAMES]:
        yield f"The status “{word[:40]}” ({say_count(count, 'row')}) is not known; it was taken as working here."


def _kind_notes(entries: Sequence[ListEntry]) -> Iterator[str]:
    unknown = Counter(entry.unknown_kind for entry in entries if entry.unknown_kind)
    for word, count in sorted(unknown.items())[:_MOST_NAMES]:
        taken = next(entry.person.kind.value for entry in entries if entry.unknown_kind == word)
        yield f"The kind “{word[:40]}” ({say_count(count, 'row')}) is not known; it was taken as {taken}."


def _say_outside(outside: set[str]) -> Iterator[str]:
    if outside:
        were = "was" if len(outside) == 1 else "were"
        yield f"{say_count(len(outside), 'pupil, parent or the like', 'pupils, parents and the like')} {were} left out."


def _shared_address_notes(people: Sequence[Person]) -> Iterator[str]:
    shared = shared_addresses(people)
    sharing: dict[str, list[Person]] = defaultdict(list)
    for person in people:
        if (address := (person.work_email or "").casefold()) in shared:
            sharing[address].append(person)
    for address in sorted(sharing):
        if len(sharing[address]) == 1:
            yield (
                f"{sharing[address][0].name} has the address {address}, which reads like a list of many people. No "
                f"mail goes to it: {sharing[address][0].name} is asked on paper until there is one of their own."
            )
            continue
        if len({name_key(person.name) for person in sharing[address]}) == 1:
            ids = say_list([person.person_id for person in sharing[address]])
            yield (
                f"{sharing[address][0].name} stands in the list as {ids}, with the one address {address}. If that is "
                "one person, take all rows but one out; until then they are asked on paper."
            )
            continue
        yield (
            f"{', '.join(person.name for person in sharing[address])} share the address {address}. A personal page "
            "cannot go to a shared mailbox, so they are asked on paper until each has an address of their own."
        )
