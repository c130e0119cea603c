"""A line of text with every name and every role in it made one sign, so that a phrase can be looked for between them.

In: a text. Out: its signs, its words in between as they are, and which name or role each sign stands for.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.named.names.people import find_name
from pipeline.named.roles.vocabulary import RoleMention

NAME = "\ue000"
LEAD = "\ue001"
DEPUTY = "\ue002"
POST = "\ue003"
"""Any other role, and posts that no contact entry speaks for."""
_SIGNS = {"dsl": LEAD, "deputy-dsl": DEPUTY}
_MAY_BEGIN = re.compile(r"(?<![\w@'’-])[^\W\d_a-z]")


@dataclass(frozen=True, slots=True)
class Mark:
    """A name or a role in a text."""

    start: int
    end: int
    role: RoleMention | None = None
    """None of a name."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A text with its marks."""

    text: str
    signs: str
    """The text with one sign for each mark."""
    marks: Sequence[Mark]
    """In reading order."""
    places: Sequence[int]
    """Where in ``signs`` each mark stands."""

    def between(self, start: int, end: int) -> list[Mark]:
        """Return the marks in a stretch of ``signs``."""
        return [mark for mark, place in zip(self.marks, self.places, strict=True) if start <= place < end]

    def place_of(self, start: int) -> int:
        """Return where in ``signs`` the mark stands that begins at ``start`` of the text."""
        return next(place for mark, place in zip(self.marks, self.places, strict=True) if mark.start == start)

    def places_in(self, start: int, end: int) -> list[int]:
        """Return where the marks in a stretch of ``signs`` stand."""
        return [place for place in self.places if start <= place < end]

    def words_at(self, place: int) -> list[str]:
        """Return the words of the name that stands at a place of ``signs``, in small letters."""
        mark = self.marks[self.places.index(place)]
        return self.text[mark.start : mark.end].casefold().split()

    def last_word(self, place: int) -> str:
        """Return the last word of the name that stands at a place of ``signs``, in small letters."""
        return self.words_at(place)[-1]

    def position(self, place: int) -> int:
        """Return where in the text a place in ``signs`` is."""
        for mark, its in zip(reversed(self.marks), reversed(self.places), strict=True):
            if its < place:
                return mark.end + place - its - 1
        return place


@lru_cache(maxsize=2048)
def mark_text(text: str, mentions: tuple[RoleMention, ...]) -> Marked:
    """Return ``text`` with its marks; ``mentions`` are the roles that it names."""
    roles = [Mark(each.start, each.end, each) for each in mentions]
    names = list(_names_of(text, roles))
    marks = sorted((*roles, *names), key=lambda mark: mark.start)
    signs, places, done = "", [], 0
    for mark in marks:
        signs += text[done : mark.start]
        places.append(len(signs))
        signs += NAME if mark.role is None else _SIGNS.get(mark.role.role, POST)
        done = mark.end
    return Marked(text, signs + text[done:], tuple(marks), tuple(places))


def _names_of(text: str, roles: Sequence[Mark]) -> Iterator[Mark]:
    """Yield the names outside roles, none reaching into the next one."""
    free = 0
    for start in (match.start() for match in _MAY_BEGIN.finditer(text)):
        if start < free or any(role.start <= start < role.end for role in roles):
            continue
        limit = next((role.start for role in roles if role.start > start), len(text))
        name = find_name(text[:limit], start)
        if name is not None:
            free = name.end()
            yield Mark(start, free)
