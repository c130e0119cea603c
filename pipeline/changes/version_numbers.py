"""The version numbers that documents state, compared however they are written."""

import re


def is_same_number(one: str, other: str) -> bool:
    """Return whether two version numbers are one: ``v2``, ``2`` and ``2.0`` are."""
    return numbers_of(one) == numbers_of(other) and _letters(one) == _letters(other)


def numbers_of(version: str) -> tuple[int, ...]:
    """Return the numbers of a version, to be put in order: 2 and 1 of ``v2.1``; zeros behind count for nothing."""
    numbers = [int(number) for number in re.findall(r"\d+", version)]
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def _letters(version: str) -> str:
    """Return the letter behind a number, as in 2a; the v before one is none."""
    return "".join(re.findall(r"(?<=\d)[a-z]", version.casefold()))
