"""What is typed into forms of the desk, read with the sentence for what cannot be used."""

from datetime import date

from pipeline.web.desk.form_days import typed_day
from pipeline.web.desk.forms import FormError
from pipeline.web.desk.receiving import Sent

_LONGEST_KEY = 12


def read_day(sent: Sent, name: str, missing: str = "") -> date | None:
    """Return the day of a field; None where it is empty and ``missing``, what to say of that, is too.

    Raises:
        FormError: it is no whole day, or missing.
    """
    typed = sent.of(name)
    if not typed:
        if missing:
            raise FormError({name: missing})
        return None
    found = typed_day(sent, name)
    if found is None:
        raise FormError({name: f"“{typed}” is not a whole day with its year; write it like 2026-11-30"})
    return found


def read_key(typed: str) -> int:
    """Return the register's key that stands in a field or an address, 0 where no number does."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= _LONGEST_KEY else 0
