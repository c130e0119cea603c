"""Change who holds a safeguarding role, in the text of ``config.toml``.

A follower takes the place of the one before, who is listed as former, or is written down with the first day to come;
a holder's details are put right where they stand; a last day ends a holding without anybody after it.
"""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

import phonenumbers

from pipeline.directory import DEPUTY, LEAD
from pipeline.errors import UsageError
from pipeline.settings.text import (
    TablePlace,
    Value,
    add_table,
    drop_key,
    drop_table,
    make_several,
    set_key,
    table_in,
    tables_of,
)

FORMER, NEXT = "former", "next"
_DAY = timedelta(days=1)
_PERSON = ("name", "title", "phone", "email", "pronoun")


class Step(StrEnum):
    """What changes."""

    DETAILS = "details"
    """The same person: a number, an address, a spelling."""
    FOLLOWS = "follows"
    """Another person takes the role over."""
    ENDS = "ends"
    """They give it up, and nobody is named after them."""
    ADDS = "adds"
    """A person holds a role beside those who do, or the first one does."""
    TAKEN_OUT = "taken-out"
    """An entry of a person to come, or of a former holder, was a mistake."""


@dataclass(frozen=True, slots=True)
class TypedPerson:
    """A person in a role, as they were typed."""

    name: str
    phone: str = ""
    email: str = ""
    pronoun: str = "they"
    title: str = ""
    """Empty: it follows the pronoun."""


@dataclass(frozen=True, slots=True)
class ContactChange:
    """What is to change of the contacts."""

    step: Step
    table: str
    """A role, ``former`` or ``next``: the table's name below ``contacts``."""
    number: int = 0
    """Which entry of it, counted from 0."""
    person: TypedPerson | None = None
    """As they are from then on; None where one ends or is taken out."""
    day: date | None = None
    """The first day of the one who comes, the last day of the one who ends; None: it counts as it stands."""
    before: TypedPerson | None = field(default=None)
    """Whom the entry named when it was looked at; another one by now is no change but a mistake."""


def find_entry(text: str, table: str, number: int) -> dict[str, Any] | None:
    """Return one entry of the contacts as the text has it, None where there is none."""
    found = table_in(tables_of(text), TablePlace(f"contacts.{table}"))
    entries = found if isinstance(found, list) else [found] if found else []
    entry = entries[number] if 0 <= number < len(entries) else None
    return entry if isinstance(entry, dict) else None


def person_of(entry: dict[str, Any]) -> TypedPerson:
    """Return whom an entry names."""
    values = {key: str(entry.get(key, "")).strip() for key in _PERSON}
    return TypedPerson(
        values["name"] or "School office", values["phone"], values["email"], values["pronoun"] or "they",
        values["title"],
    )  # fmt: skip


def edit_contacts(text: str, change: ContactChange, today: date) -> str:
    """Return the text with a change of the contacts.

    Raises:
        UsageError: the entry is not there any more, or names another person by now.
        ConfigurationError: the file is written so that it cannot be changed from here.
    """
    if change.step is Step.ADDS:
        return _add(text, change, today)
    entry = find_entry(text, change.table, change.number)
    if entry is None or (change.before is not None and person_of(entry) != change.before):
        raise UsageError("That entry is not there any more as it was shown. Look at the contacts and begin again.")
    place = _place(text, change)
    if change.step is Step.TAKEN_OUT:
        return drop_table(text, place)
    if change.step is Step.ENDS:
        return set_key(text, place, "until", _needed(change.day))
    if change.step is Step.DETAILS:
        text = _set_person(text, place, _person(change))
        return set_key(text, place, "from", change.day) if change.table == NEXT and change.day else text
    return _follow(text, place, entry, change, today)


def _place(text: str, change: ContactChange) -> TablePlace:
    name = f"contacts.{change.table}"
    several = isinstance(table_in(tables_of(text), TablePlace(name)), list)
    return TablePlace(name, change.number if several else None)


def _person(change: ContactChange) -> TypedPerson:
    if change.person is None:
        raise UsageError("Say who it is.")
    return change.person


def _needed(day: date | None) -> date:
    if day is None:
        raise UsageError("Say from which day.")
    return day


def _set_person(text: str, place: TablePlace, person: TypedPerson) -> str:
    entry = table_in(tables_of(text), place)
    for key, value in _values(person).items():
        if value != str(entry.get(key, "they" if key == "pronoun" else "")):
            stays = bool(value) or key in ("phone", "email")
            text = set_key(text, place, key, value) if stays else drop_key(text, place, key)
    return text


def _values(person: TypedPerson) -> dict[str, str]:
    return {key: getattr(person, key) for key in _PERSON}


def _given(person: TypedPerson) -> dict[str, Value]:
    return {key: value for key, value in _values(person).items() if value}


def _follow(text: str, place: TablePlace, entry: dict[str, Any], change: ContactChange, today: date) -> str:
    first, person = change.day or today, _person(change)
    if first > today:
        several = len(_all(text, change.table)) > 1
        replaces: dict[str, Value] = {"replaces": str(entry["name"])} if several else {}
        values: dict[str, Value] = {"role": change.table, **_given(person), "from": first, **replaces}
        return add_table(text, f"contacts.{NEXT}", values, several=True)
    text = _set_person(text, place, person)
    text = set_key(text, place, "from", first)
    text = drop_key(text, place, "until")
    last = min(day for day in (first - _DAY, entry.get("until")) if isinstance(day, date))
    gone: dict[str, Value] = {
        "role": change.table,
        **{key: value for key, value in entry.items() if key in _PERSON and value},
        "until": last,
    }
    return add_table(text, f"contacts.{FORMER}", gone, several=True)


def _all(text: str, role: str) -> list[Any]:
    found = table_in(tables_of(text), TablePlace(f"contacts.{role}"))
    return found if isinstance(found, list) else [found] if found else []


def _add(text: str, change: ContactChange, today: date) -> str:
    role, there = change.table, _all(text, change.table)
    values = _given(_person(change))
    if change.day is not None and change.day > today:
        values["from"] = change.day
    if there:
        text = make_several(text, f"contacts.{role}")
    return add_table(text, f"contacts.{role}", values, several=bool(there) or role == DEPUTY)


def first_day(change: ContactChange, entry: dict[str, Any] | None, today: date) -> date:
    """Return the first day on which a change shows, today at the earliest."""
    if change.step is Step.ENDS:
        return max(today, _needed(change.day) + _DAY)
    begins = change.day or (entry or {}).get("from") or today
    return max(today, begins)


def phone_fault(phone: str) -> str:
    """Return what keeps a telephone entry from being dialled, in words; empty where each number in it can be.

    Source: the numbering plans that ``phonenumbers`` has; numbers without a country's sign are of the United Kingdom.
    """
    for part in filter(None, (each.strip() for each in re.split(r"[/;,]|\bor\b", phone))):
        try:
            number = phonenumbers.parse(part, "GB")
        except phonenumbers.NumberParseException:
            return f"“{part}” is no telephone number; write it like 01632 960123"
        reason = phonenumbers.is_possible_number_with_reason(number)
        if reason == phonenumbers.ValidationResult.TOO_SHORT:
            return f"“{part}” has too few digits to be dialled; write the whole number with its area code"
        if reason == phonenumbers.ValidationResult.TOO_LONG:
            return f"“{part}” has too many digits to be dialled"
        if reason != phonenumbers.ValidationResult.IS_POSSIBLE:
            return f"“{part}” cannot be dialled from outside the school; write the whole number with its area code"
    return ""


def check_person(person: TypedPerson, role: str) -> dict[str, str]:
    """Return what is wrong with a person as typed, by the name of the field: before the file is looked at.

    ``role`` is the one they hold; ``former`` for a person who held one.
    """
    faults = {}
    if len(person.name.split()) < 2 and role != "office":
        faults["name"] = "Write first and last name, so that nobody takes them for somebody else"
    if person.phone and (fault := phone_fault(person.phone)):
        faults["phone"] = fault
    if not person.phone and not person.email and role in (LEAD, DEPUTY, "office"):
        faults["phone"] = "Give a number or an address, so that they can be reached"
    return faults
