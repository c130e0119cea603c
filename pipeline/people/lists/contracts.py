"""Join what several rows say of one person: contracts, and the roles that a table of its own gives them.

Between ``rows`` and ``staff_list``. Earliest start, latest end, and an open end stays open.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pipeline.named.names.likeness import name_key
from pipeline.people.lists.cells import clean_key, clean_text
from pipeline.people.lists.columns import list_words
from pipeline.people.lists.dates import DateOrder
from pipeline.people.lists.rows import ListEntry, Refusal, days_of, read_days
from pipeline.people.lists.tables import ListTable
from pipeline.wording import say_list


@dataclass(frozen=True, slots=True)
class RoleHeld:
    """One row of a table of roles."""

    role: str
    start_on: date | None
    end_on: date | None


@dataclass(frozen=True, slots=True)
class Roles:
    """What a table of roles says."""

    held: Mapping[str, tuple[RoleHeld, ...]]
    """By the person's id."""
    refused: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class JoinedContracts:
    """The people of a list, one each."""

    entries: tuple[ListEntry, ...]
    refused: tuple[Refusal, ...]
    notes: tuple[str, ...]


def read_roles(tables: Sequence[ListTable], order: DateOrder) -> Roles:
    """Read the tables that give people their roles; a row that cannot be read is refused."""
    held: dict[str, list[RoleHeld]] = defaultdict(list)
    refused: list[Refusal] = []
    for table in tables:
        days = read_days(table, order)
        for place, row in enumerate(table.rows):
            try:
                person_id = clean_key(table.cell(row, "person_id"))
                mine = days_of(days, place)
                role = clean_text(table.cell(row, "role") or table.cell(row, "job_title"), "role")
            except ValueError as reason:
                refused.append(Refusal(row.number, f"({table.name}) {reason}."))
                continue
            start = mine.get("start_date") or mine.get("contract_start")
            held[person_id].append(RoleHeld(role, start, mine.get("leave_date") or mine.get("contract_end")))
    return Roles({person_id: tuple(roles) for person_id, roles in held.items()}, tuple(refused))


def with_roles(entry: ListEntry, held: Sequence[RoleHeld]) -> ListEntry:
    """Return a person with the roles a table of its own gives them; what their own row says goes before it."""
    if not held:
        return entry
    person = entry.person
    latest = max(held, key=lambda one: (one.end_on or date.max, one.start_on or date.min))
    starts, ends = [one.start_on for one in held], [one.end_on for one in held]
    last = None if None in ends else max(day for day in ends if day)
    first = None if None in starts else min(day for day in starts if day)
    return replace(
        entry,
        person=replace(
            person,
            role=person.role or latest.role,
            start_on=person.start_on or first,
            leave_on=person.leave_on or last,
        ),
    )


def is_no_staff(entry: ListEntry, held: Sequence[RoleHeld]) -> bool:
    """Return whether all that is said of a person is that they are a pupil, a parent or the like."""
    roles = [role for role in (entry.person.role, *(one.role for one in held)) if role]
    return entry.is_grouped_outside or (
        bool(roles) and all(role.casefold() in list_words("not_staff.roles") for role in roles)
    )


def one_each(entries: Sequence[ListEntry], *, by_address: bool = False) -> JoinedContracts:
    """Merge the rows of one person, and refuse them all where one key stands for two names.

    ``by_address``: the key is the work address, which a list without ids is known by.
    """
    by_key: dict[str, list[ListEntry]] = defaultdict(list)
    for entry in entries:
        by_key[entry.person.person_id].append(entry)
    kept: list[ListEntry] = []
    refused: list[Refusal] = []
    notes: list[str] = []
    for key, group in by_key.items():
        if len(group) == 1:
            kept += group
        elif reason := _clash(key, group, by_address=by_address):
            refused += [Refusal(entry.row, reason, key, entry.person.name) for entry in group]
        else:
            kept.append(_merged(group))
            rows = ", ".join(str(entry.row) for entry in group)
            notes.append(f"{group[0].person.name} stands in rows {rows}; they were taken as one person.")
    return JoinedContracts(tuple(kept), tuple(refused), tuple(notes))


def _clash(key: str, group: Sequence[ListEntry], *, by_address: bool) -> str | None:
    """Return why the rows of one key cannot be one person's."""
    people = [entry.person for entry in group]
    names = tuple({name_key(person.name) or person.name.casefold(): person.name for person in people}.values())
    if len(names) > 1 and by_address:
        return (
            f"the address {key} stands for {say_list(names)}, and the list has no id to tell them apart by; add a "
            "column person_id."
        )
    if len(names) > 1:
        return f"the id {key!r} stands for {say_list(names)}."
    if len({(person.work_email or "").casefold() for person in people} - {""}) > 1:
        return f"{people[0].name} is listed with two addresses."
    return None


def _merged(group: Sequence[ListEntry]) -> ListEntry:
    """Join rows that list one person's contracts; the role is that of the latest that is open."""
    people = [entry.person for entry in group]
    starts = [person.start_on for person in people]
    is_open = any(entry.person.leave_on is None and not entry.has_ended for entry in group)
    latest = max(group, key=_openness)
    return replace(
        group[0],
        person=replace(
            people[0],
            work_email=next((person.work_email for person in people if person.work_email), None),
            role=latest.person.role or next((person.role for person in people if person.role), ""),
            start_on=None if None in starts else min(day for day in starts if day),
            leave_on=None if is_open else max((person.leave_on for person in people if person.leave_on), default=None),
            kind=latest.person.kind,
            team=latest.person.team or next((person.team for person in people if person.team), ""),
            manager=latest.person.manager or next((person.manager for person in people if person.manager), ""),
            away_until=max((person.away_until for person in people if person.away_until), default=None),
        ),
        has_ended=not is_open and all(entry.has_ended for entry in group),
        contract_end=None
        if any(entry.contract_end is None for entry in group)
        else max(entry.contract_end for entry in group if entry.contract_end),
    )


def _openness(entry: ListEntry) -> tuple[bool, date, date]:
    """Return by what the latest of several contracts is found: open before ended, then the later start."""
    person = entry.person
    return (not entry.has_ended, person.leave_on or date.max, person.start_on or date.min)
