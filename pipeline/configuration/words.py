"""What a setting is called: its words stand at its field, for the desk, the sample, the reference and the faults.

The text below a field explains it, in words that a school office reads as well; ``Words`` are what else is said of it.
``settings.keys`` reads both.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

_NO_WORDS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Words:
    """What one key is called."""

    label: str
    choices: Mapping[str, str] = field(default_factory=lambda: _NO_WORDS)
    """Each value that it can have, in words."""
    example: str = ""
    """Of what may be left out, as the file would have it."""
    in_file: str = ""
    """What else is said of it in the file: names of keys, commands and variables, for whoever edits that."""


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """What a table is called, which has a page of its own."""

    title: str
    of_route: bool = False
    """Mail route, web address, sign-in and the register itself: the IT provider's."""
    note: str = ""
    """What a page says of all of it."""
    asks: tuple[str, str] = ("", "")
    """Of a table with a line for each of something: what stands on the left of a line, and on its right."""
    choices: Mapping[str, str] = field(default_factory=lambda: _NO_WORDS)
    """Of such a table: what may stand on the right, in words; empty for anything."""
    in_file: str = ""
    """As of ``Words``."""
    model: Any = None
    """The keys of a table that the field itself is not."""


RESTARTS = "A change counts when the program is next started."
