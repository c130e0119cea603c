"""What the office types of one person, ``FIELD=VALUE``, read with the rules of a list. Pure.

Used by ``by_hand``. All of it is read before anything is changed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from pipeline.dates.written import parse_date
from pipeline.errors import UsageError
from pipeline.model.dates import Precision
from pipeline.model.people import AwayPeriod, EngagementKind, Person
from pipeline.people.lists.cells import clean_address, clean_name, clean_surname, clean_text

_NAMES = {
    "first_name": "first_name", "last_name": "last_name", "work_email": "work_email", "address": "work_email",
    "email": "work_email", "role": "role", "team": "team", "manager": "manager", "kind": "kind",
    "start_date": "start_on", "starts": "start_on", "leave_date": "leave_on", "last_day": "leave_on",
    "away_from": "away_from", "away_until": "away_until",
}  # fmt: skip
"""What may be typed, and the field of a person it is."""
SHOWN = (
    "first_name", "last_name", "work_email", "role", "team", "manager", "kind", "start_date", "leave_date",
    "away_from", "away_until",
)  # fmt: skip
_DAYS = ("start_on", "leave_on", "away_from", "away_until")
_LONGEST_ABSENCE_DAYS = 3 * 366


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed of a person."""

    fields: Mapping[str, object]
    """By the field of ``Person``; without the absence."""
    away: AwayPeriod | None = None
    is_back: bool = False
    """Nothing was typed for ``away_until``: they are back, and not away on a day to come either."""

    def put_on(self, person: Person) -> Person:
        """Return the person with what was typed.

        Raises:
            UsageError: their last day would be before the first.
        """
        after = replace(person, **self.fields)  # type: ignore[arg-type]
        if after.start_on and after.leave_on and after.leave_on < after.start_on:
            raise UsageError(f"The last day {after.leave_on} is before the first day {after.start_on}.")
        return after


def read_typed(assignments: Sequence[str], today: date) -> Typed:
    """Return what was typed, each as ``FIELD=VALUE``; an empty value takes away what is known.

    Raises:
        UsageError: naming the assignment that is wrong, and what would be right.
    """
    fields: dict[str, object] = {}
    for assignment in assignments:
        name, equals, value = assignment.partition("=")
        field = _NAMES.get(name.strip().casefold().replace("-", "_"))
        if not equals or field is None:
            raise UsageError(f"{assignment!r} is not FIELD=VALUE; a field is one of {', '.join(SHOWN)}.")
        if field in fields:
            raise UsageError(f"{name.strip()} is given twice; say it once.")
        try:
            fields[field] = _read(field, value.strip())
        except ValueError as reason:
            raise UsageError(f"{name.strip()}: {reason}.") from None
    was_given = "away_until" in fields
    first, until = fields.pop("away_from", None), fields.pop("away_until", None)
    if not was_given and first is not None:
        raise UsageError("Say until when they are away as well, with away_until=DAY.")
    away = _absence(first, until, today) if isinstance(until, date) else None
    return Typed(fields, away, is_back=was_given and until is None)


def _absence(first: object, until: date, today: date) -> AwayPeriod:
    period = AwayPeriod(first if isinstance(first, date) else today, until)
    if until < period.from_on:
        raise UsageError(f"away_until: {until} is before {period.from_on}, the first day away.")
    if until < today:
        raise UsageError(f"away_until: {until} is over already; leave it empty for somebody who is back.")
    if until - period.from_on > timedelta(days=_LONGEST_ABSENCE_DAYS):
        raise UsageError(f"away_until: {until} is more than three years after {period.from_on}; look at the year.")
    return period


def _read(field: str, value: str) -> object:
    """Return the value of a field; raise ValueError with what is wrong with it."""
    if field in _DAYS:
        return _day(value) if value else None
    if field == "kind":
        if value.casefold() not in set(EngagementKind):
            raise ValueError(f"{value!r} is none of {', '.join(EngagementKind)}")
        return EngagementKind(value.casefold())
    if field == "work_email":
        return clean_address(value)
    if field == "first_name":
        return clean_name(value, "first name")
    if field == "last_name":
        if not value:
            raise ValueError("nobody is without a last name; staff confirm their reading by typing it")
        return clean_surname(value)
    return clean_text(value, field)


def _day(value: str) -> date:
    found = parse_date(value)
    if found is None or found.precision is not Precision.DAY:
        raise ValueError(f"{value!r} is not a whole day with its year; write it like 2026-11-24")
    return date.fromisoformat(found.value)
