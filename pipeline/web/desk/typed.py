"""What is typed into forms of the desk, read with the sentence for what cannot be used."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from pipeline.dates.written import parse_date
from pipeline.errors import PolicyPipelineError
from pipeline.model.dates import Precision
from pipeline.web.desk.receiving import Sent

_FIRST_YEAR, _LAST_YEAR = 1900, 2200
"""Of anything that a school's office writes down; beyond them a digit was missed: 0206 for 2026."""
_LONGEST_KEY = 12


class FormError(PolicyPipelineError):
    """Something of a form cannot be used."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        """``faults`` are sentences by the name of the field; by an empty name what is said of the whole form."""
        super().__init__(" ".join(faults.values()))
        self.faults = dict(faults)


@dataclass(frozen=True, slots=True)
class Filled:
    """What a page is given to fill a form with."""

    sent: Sent = field(default_factory=Sent)
    faults: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    token: str = ""
    once: str = ""


def typed_day(sent: Sent, name: str) -> date | None:
    """Return the day of a field: as a browser's calendar sends it, or in words; None where it is no whole day.

    A year that can only be a slip is none either.
    """
    found = _day_of(sent.of(name))
    return found if found is not None and _FIRST_YEAR <= found.year <= _LAST_YEAR else None


def _day_of(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        read = parse_date(typed) if typed else None
    return date.fromisoformat(read.value) if read is not None and read.precision is Precision.DAY else None


def day_fault(sent: Sent, name: str, missing: str) -> str:
    """Return what is wrong with a field that asks for a day; ``missing`` where nothing was typed, empty if nothing."""
    if not sent.of(name):
        return missing
    if typed_day(sent, name) is not None:
        return ""
    return f"“{sent.of(name)}” is not a day with its month and year; write it like 30 November 2026"


def past_day(sent: Sent, name: str, missing: str, to_come: str, today: date) -> tuple[date | None, str]:
    """Return the day of a field, and what is wrong with it: as ``day_fault``, or ``to_come`` where it has not come."""
    day = typed_day(sent, name)
    return day, to_come if to_come and day is not None and day > today else day_fault(sent, name, missing)


def read_day(sent: Sent, name: str, missing: str = "") -> date | None:
    """Return the day of a field; None where it is empty and ``missing``, what to say of that, is too.

    Raises:
        FormError: it is no whole day, or missing.
    """
    if fault := day_fault(sent, name, missing):
        raise FormError({name: fault})
    return typed_day(sent, name)


def read_key(typed: str) -> int:
    """Return the register's key that stands in a field or an address, 0 where no number does."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= _LONGEST_KEY else 0
