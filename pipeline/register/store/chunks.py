"""Split what a statement names one by one, since a database takes only so many values in one statement."""

from collections.abc import Collection, Iterator, Sequence
from typing import TypeVar

Value = TypeVar("Value")
_MOST_VALUES = 10_000
"""SQLite takes 32,766, PostgreSQL 65,535."""


def in_chunks(values: Collection[Value], size: int = _MOST_VALUES) -> Iterator[Sequence[Value]]:
    """Yield ``values`` in pieces of at most ``size``, by default what one statement takes; nothing for none."""
    listed = tuple(values)
    return (listed[start : start + size] for start in range(0, len(listed), size))
