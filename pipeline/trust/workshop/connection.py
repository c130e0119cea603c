"""The way to a workshop: handed to each school's process, and written down nowhere."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class WorkshopConnection:
    """The way to one workshop, on the same computer."""

    address: Any
    """A socket or a named pipe, as ``multiprocessing.connection`` has it."""
    key: bytes = field(repr=False)
    """By which the two know each other; made for this one."""
