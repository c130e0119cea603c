"""What a comparison of a list says and asks, in words: the sentences of ``comparison``."""

from collections.abc import Iterator, Sequence
from datetime import date

from pipeline.model.people import Person
from pipeline.people.lists.rows import Refusal
from pipeline.people.lists.statements import contradicted
from pipeline.wording import say_count, say_day, say_list

MOST_NAMES = 12
FIELDS = {
    "person_id": "person_id", "first_name": "first_name", "last_name": "last_name", "work_email": "work_email",
    "role": "role", "kind": "kind", "department": "team", "line_manager": "manager", "start_date": "start_on",
    "leave_date": "leave_on", "away_until": "away_until",
}  # fmt: skip
"""The fields of a list and those of a person."""
FIELD_WORDS = {
    "person_id": "id", "title": "title", "first_name": "first name", "last_name": "last name",
    "middle_name": "middle name", "preferred_first_name": "first name they go by",
    "preferred_last_name": "last name they go by", "full_name": "name", "work_email": "work address",
    "personal_email": "private address", "role": "role", "job_title": "post", "staff_type": "kind of staff",
    "start_date": "first day", "leave_date": "last day", "contract_start": "start of the contract",
    "contract_end": "end of the contract", "away_until": "away until", "status": "whether they work here",
    "leaver": "whether they have left", "line_manager": "line manager", "site": "school", "site_urn": "school number",
    "phone": "telephone", "payroll_no": "payroll number", "staff_code": "initials", "department": "team",
    "kind": "kind", "password": "password", "not_needed": "nothing that is needed",
}  # fmt: skip
"""What a field of a list is called on the screen."""


def import_command(name: str = "", file: str | None = None) -> str:
    """Return the command that takes a list in, with the file where it is known.

    ``name`` is what the list is called; without it the command is for the staff list.
    """
    of_list = f' --source "{name}"' if name else ""
    taken = "FILE" if file is None else f'"{file}"'
    return f"policy staff import {taken}{of_list}"


def none_known(count: int, source: str, *, have_left: bool = False) -> Refusal:
    """Return the refusal of a list that has none of the people known from it, who are here or all have left."""
    known = f"{say_count(count, 'person', 'people')} known from {source}{', who have all left,' if have_left else ''}"
    return Refusal(
        0,
        f"none of the {known} is in the list, so nothing was taken from it. Check that it is the right list and that "
        "its ids are those of the last one; if it is, take it in "
        f"with '{import_command(source)} --yes'.",
    )


def written(value: date | str | None) -> str:
    """Return a value as changes are told: days the ISO way, empty for nothing."""
    return value.isoformat() if isinstance(value, date) else value or ""


def say_names(people: Sequence[Person]) -> str:
    """Return names as a list, of many the first."""
    names = [person.name for person in people[:MOST_NAMES]]
    more = len(people) - len(names)
    return say_list([*names, f"{more} more"] if more else names)


def have(people: Sequence[Person]) -> str:
    """Return ``has`` or ``have``."""
    return "has" if len(people) == 1 else "have"


def say_standing(after: Person, stated: Person) -> str:
    """Return that a person stays as they are known although the list goes on to say otherwise."""
    names = {key: name for name, key in FIELDS.items()}
    parts = [
        f"{FIELD_WORDS[names[key]]} {written(getattr(after, key)) or 'none'}, in the list "
        f"{written(getattr(stated, key)) or 'none'}"
        for key in contradicted(stated, after)
    ]
    return (
        f"{after.name} stays as changed by hand or by another list: {'; '.join(parts)}. Correct the list; what it says "
        "anew is taken over."
    )


def say_taken_over(after: Person, typed: Person) -> str:
    """Return what a list says otherwise of a person than was typed when they were added by hand."""
    names = {key: name for name, key in FIELDS.items()}
    parts = [
        f"{FIELD_WORDS[names[key]]} {written(getattr(typed, key))}, now {written(getattr(after, key)) or 'none'}"
        for key in contradicted(typed, after)
    ]
    return f"The list says otherwise of {after.name} than was typed by hand, and is followed: {'; '.join(parts)}."


def say_kept_last_day(person: Person) -> str:
    """Return that a person added by hand keeps the last day typed of them, of which their list says nothing."""
    day = say_day(person.leave_on) if person.leave_on else "none"
    return (
        f"The list gives no last day of {person.name}, so the one typed by hand stays: {day}. If they stay longer, "
        f"change it with 'policy staff set {person.person_id} last_day='."
    )


def say_namesake(stated: Person, by_hand: Person) -> str:
    """Return that a person new to a list has the name of one added by hand, and that nothing makes them one."""
    return (
        f"{stated.name} is new in the list, and somebody of that name was added by hand ({by_hand.person_id}). Nothing "
        "tells whether they are one person, so they stay two. If they are one, end the one added by hand with 'policy "
        f"staff leaves {by_hand.person_id}'."
    )


def say_twice(people: Sequence[Person]) -> str:
    """Return that one name stands in a list more than once, each time with another address."""
    rows = say_list([f"{one.person_id} ({one.work_email})" for one in people[:MOST_NAMES]])
    return (
        f"{people[0].name} stands in the list as {rows}. If that is one person, take all rows but one out: until then "
        "every letter goes to each of the addresses."
    )


def say_private(count: int, of: int, example: str) -> str:
    """Return that most of those who are new have addresses that people have at home."""
    return (
        f"{count} of the {of} new people have private addresses, such as {example}. Copies and personal links would go "
        "there: is it the right column, and may they?"
    )


def say_back(person: Person, last_day: date, begins_on: date) -> str:
    """Return that a person who left begins again."""
    first = "" if person.start_on else ", the day on which the list had them again, since it gives no first day"
    return (
        f"{person.name} left on {say_day(last_day)} and begins again on {say_day(begins_on)}{first}: what they read "
        "before does not count, and they are asked again."
    )


def say_other_ids(renumbered: Sequence[tuple[Person, Person]], *, waiting: bool) -> Iterator[str]:
    """Yield who stands in the list under another id, each as listed and as known; together where that waits."""
    if waiting and renumbered:
        people = [before for _, before in renumbered]
        stand = "stands" if len(people) == 1 else "stand"
        yield (
            f"{say_names(people)} {stand} in the list under another id. That waits for you; until then they are known "
            "as before."
        )
        return
    yield from (_say_other_id(person, before) for person, before in renumbered)


def _say_other_id(person: Person, before: Person) -> str:
    """Return that a person stands in the list under another id."""
    is_moved = (person.work_email or "").casefold() != (before.work_email or "").casefold()
    same = "name and address" if not is_moved else "name"
    return (
        f"{person.name} has the id {person.person_id} now (before: {before.person_id}), with the same {same}; what "
        "they have read stays theirs."
    )


def names_swapped(person: Person, before: Person, other: Person) -> Refusal:
    """Return the refusal of a row that has the name of another person who is here, whose row has another one, too."""
    return Refusal(
        0,
        f"{before.name} would be called {person.name}, and the name is that of {other.name}, who has another one in "
        "the list: names may stand in each other’s rows. Both stay as they are known. Correct the list.",
        person.person_id,
        person.name,
    )


def ask_for_last_day(person: Person) -> str:
    """Return the question for a last day that cannot be read."""
    return (
        f"When is the last day of {person.name}? The one in the list cannot be read, so they may have left: no mail "
        "goes to them. Put the day into the list as 2026-09-01, or empty the cell; mail goes to them again on the day "
        "after."
    )


def address_taken(person: Person, other: Person) -> Refusal:
    """Return the refusal of an address that is another person's who is here; the rest of the row is taken."""
    return Refusal(
        0,
        f"{person.name} would get the address {person.work_email}, which is that of {other.name}, and keeps the one "
        "before: rows may have slipped against each other. Correct the list; if it is right, say so with 'policy staff "
        "import FILE --yes'.",
        person.person_id,
        person.name,
    )


def taken_over(person: Person, before: Person) -> Refusal:
    """Return the refusal of an id that stood for another person."""
    return Refusal(
        0,
        f"the id {person.person_id!r} was that of {before.name} and now stands for {person.name}, who would take over "
        f"what {before.name} has read. Give {person.name} an id of their own. If it is one person with another name, "
        "change first and last name in two steps, with a run between.",
        person.person_id,
        person.name,
    )
