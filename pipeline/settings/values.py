"""Values of settings as words, and back: what a page shows and what a person typed into it."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any, TypeGuard

from pipeline.settings.keys import Key, Kind
from pipeline.settings.text import Value
from pipeline.wording import say_day

LEFT_OUT = "-"
"""What a form sends of a choice that is left out."""


def say_value(value: object, key: Key | None = None) -> str:
    """Return a value as a page shows it, one of the choices of ``key`` in its words; empty for none.

    Two days are two; a range stands among others in a list.
    """
    if key is not None and str(value) in key.options:
        return key.say_option(str(value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return say_day(value)
    if isinstance(value, list | tuple):
        return ", ".join(
            f"{say_day(each[0])} to {say_day(each[1])}" if _is_range(each) else say_value(each, key) for each in value
        )
    return "" if value is None else str(value)


def _is_range(value: object) -> TypeGuard[tuple[date, date]]:
    return isinstance(value, tuple) and len(value) == 2 and all(isinstance(part, date) for part in value)


def typed_value(value: object) -> str:
    """Return a value as it stands in the field of a form: one thing a line where there are several."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return "\n".join(f"{each[0]}..{each[1]}" if _is_range(each) else typed_value(each) for each in value)
    return "" if value is None else str(value)


def read_value(key: Key, typed: Sequence[str]) -> Value | None:
    """Return what was typed for a key; None where it is to be left out. Raises ValueError, in words.

    ``typed`` are all values that a form sent of the field. What it means for the rest is checked with the whole file.
    """
    one = typed[-1].strip() if typed else ""
    if key.kind is Kind.CHOICES:
        chosen = [each for each in key.options if each in typed]
        return chosen or None
    if key.kind in SEVERAL:
        return _several(key.kind, "\n".join(typed))
    if key.kind is Kind.YES_NO or key.kind is Kind.CHOICE:
        return _choice(key, one)
    if not one and (key.may_be_left_out or key.kind is Kind.DAY):
        return None
    if key.kind is Kind.NUMBER:
        return _number(one)
    return _day(one) if key.kind is Kind.DAY else one


SEVERAL = (Kind.LINES, Kind.NUMBERS, Kind.DAYS, Kind.RANGES)
"""Kinds of several values, a row each."""


def _choice(key: Key, typed: str) -> Value | None:
    if key.kind is Kind.YES_NO:
        if typed not in ("yes", "no"):
            raise ValueError("Choose yes or no")
        return typed == "yes"
    if typed == LEFT_OUT and key.may_be_left_out:
        return None
    if typed not in key.options:
        raise ValueError("Choose one of these")
    return typed


def _several(kind: Kind, typed: str) -> Value:
    parts = re.split(r"[\n,]" if kind is not Kind.LINES else r"\n", typed.replace("\r", ""))
    parts = [part.strip() for part in parts if part.strip()]
    if kind is Kind.NUMBERS:
        return [_number(part) for part in parts]
    if kind is Kind.DAYS:
        return sorted(_day(part) for part in parts)
    return [_range(part) for part in parts] if kind is Kind.RANGES else parts


def _number(typed: str) -> int:
    if not re.fullmatch(r"[+-]?\d{1,9}", typed.replace("−", "-")):
        raise ValueError(f"Write a whole number, not “{typed}”" if typed else "Write a whole number")
    return int(typed.replace("−", "-"))


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise ValueError(f"“{typed}” is no day; write it like 2026-11-30") from None


def _range(typed: str) -> str:
    first, _, last = typed.partition("..")
    days = [_day(part.strip()) for part in ((first, last) if last else (first,))]
    if days[-1] < days[0]:
        raise ValueError(f"{say_day(days[0])} to {say_day(days[-1])} ends before it begins")
    return "..".join(day.isoformat() for day in days)


def read_lines(left: Sequence[str], right: Sequence[str], *, several: bool) -> dict[str, Value]:
    """Return what stands in rows of two fields: by the left one, in order; rows that are empty are left out.

    ``several``: commas part what stands on the right. Raises ValueError, in words, where one half is missing or
    something stands there twice.
    """
    found: dict[str, Value] = {}
    for one, other in zip(left, right, strict=False):
        one, other = one.strip(), other.strip()
        if not one and not other:
            continue
        if not one or not other:
            raise ValueError(f"Fill in both fields of the row with “{one or other}”, or empty both to take it out")
        if any(one.casefold() == known.casefold() for known in found):
            raise ValueError(f"“{one}” stands there twice; put all of it into one row")
        parts = [part.strip() for part in other.split(",") if part.strip()] if several else [other]
        found[one] = parts[0] if len(parts) == 1 else parts
    return found


def say_line(value: Any) -> str:
    """Return the right side of such a row."""
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
