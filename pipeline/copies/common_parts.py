"""Work out once what is made of a part that all copies of a day have in common, such as whom they name.

A part is known again by being the same object. To find out that another one is equal takes as long as to work it out:
each name and number in it would be hashed for every policy.
"""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

_Part = TypeVar("_Part")
_Made = TypeVar("_Made")
_MOST_PARTS = 256


def once_for_each(make: Callable[[_Part], _Made]) -> Callable[[_Part], _Made]:
    """Let a function of one part, which nobody changes, keep what it made of the last ones."""
    kept: dict[int, tuple[_Part, _Made]] = {}

    @wraps(make)
    def made_once(part: _Part) -> _Made:
        # The part is kept with what was made of it, so that no other object gets its number meanwhile.
        found = kept.get(id(part))
        if found is None:
            if len(kept) >= _MOST_PARTS:
                kept.clear()
            found = kept[id(part)] = part, make(part)
        return found[1]

    return made_once
