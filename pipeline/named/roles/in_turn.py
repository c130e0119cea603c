"""Which role a name takes where lines each tell of their own person, and where names stand over their roles in turn.

For ``named.scene``: in "Ada Holt – DSL", below it "Ben Lowe – Deputy DSL", and in "Ada Holt", "DSL", "Ben Lowe",
"Deputy DSL", the role right before a name is another's. ``layout.find`` reads the same lines the same way.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from pipeline.model import Region
from pipeline.named.layout.entries import DETAIL, is_only_name
from pipeline.named.names.people import find_name
from pipeline.named.roles.passages import RoleLabel, roles_bound_to, says_only
from pipeline.text.passages import Passage
from pipeline.text.sheet import Sheet

_REACH = 24
"""How many lines before and behind a name may be of the same list."""
_BULLET = re.compile(r"[\s\u00a0]*(?:[–•*o\uf0b7-][\s\u00a0]+)?")


def roles_by_line(text: str, start: int, end: int, labels: tuple[RoleLabel, ...]) -> tuple[str, ...]:
    """Return the roles that a text directly gives to the name at a place: by its own line first, then by the others.

    A role at the end of a line that begins with somebody's name is that person's, and not the next line's.
    """
    first, last = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    last = len(text) if last < 0 else last
    if (first, last) == (0, len(text)):
        return roles_bound_to(text, start, end, labels)
    own = tuple(
        replace(each, start=each.start - first, end=each.end - first)
        for each in labels
        if first <= each.start and each.end <= last
    )
    told = roles_bound_to(text[first:last], start - first, end - first, own)
    return told or roles_bound_to(
        text, start, end, tuple(each for each in labels if each.start >= first or not _is_of_its_line(text, each))
    )


def _is_of_its_line(text: str, label: RoleLabel) -> bool:
    """Whether a role stands behind a name with which its line begins."""
    bullet = _BULLET.match(text, text.rfind("\n", 0, label.start) + 1)
    name = find_name(text, bullet.end()) if bullet is not None else None
    return name is not None and name.end() <= label.start


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of one passage: a name, a role, a detail, or none of them."""

    passage: int
    start: int
    end: int
    kind: str
    roles: tuple[str, ...] = ()


class NamesOverRoles:
    """Looks for lists of names over roles; ``posts`` gives the roles and posts named in a passage."""

    def __init__(
        self, passages: Sequence[Passage], cells: Sheet[Passage], posts: Callable[[int], tuple[RoleLabel, ...]]
    ) -> None:
        self._passages = passages
        self._cells = cells
        self._posts = posts

    def roles_of(self, index: int, start: int, end: int) -> tuple[str, ...]:
        """Return the roles below the name at a place, in a list of two people or more that begins with a name.

        Empty where the list begins with a role, which then stands over its name, or ends with a name.
        """
        text = self._passages[index].text
        first, last = text.rfind("\n", 0, start) + 1, text.find("\n", end)
        if re.sub(r"[\W_]", "", text[first:start] + text[end : last if last >= 0 else len(text)]):
            return ()
        rows = [row for at in self._story(index) for row in self._rows(at)]
        here = next((at for at, row in enumerate(rows) if row.passage == index and row.start <= start <= row.end), None)
        if here is None:
            return ()
        rows[here] = replace(rows[here], kind=_NAME)
        before = [*takewhile(lambda row: row.kind != _ELSE, rows[here - 1 :: -1] if here else ())][::-1]
        behind = [*takewhile(lambda row: row.kind != _ELSE, rows[here:])]
        run = "".join(row.kind for row in (*before, *behind)).lstrip(_DETAIL)
        if not _IN_TURN.fullmatch(run):
            return ()
        return tuple(role for row in takewhile(lambda row: row.kind == _ROLE, behind[1:]) for role in row.roles)

    def _story(self, index: int) -> Sequence[int]:
        place = self._cells[index]
        if place is not None:
            return self._cells.passages(place)
        region = self._passages[index].region
        up = takewhile(lambda at: self._is_running(at, region), range(index - 1, max(-1, index - _REACH), -1))
        down = takewhile(
            lambda at: self._is_running(at, region), range(index + 1, min(len(self._passages), index + _REACH))
        )
        return [*reversed([*up]), index, *down]

    def _is_running(self, index: int, region: Region) -> bool:
        passage = self._passages[index]
        return self._cells[index] is None and passage.label is None and passage.region is region

    def _rows(self, index: int) -> Iterator[_Row]:
        passage, start = self._passages[index], 0
        for line in passage.text.split("\n"):
            end = start + len(line)
            if line.strip():
                yield self._row(index, start, end)
            start = end + 1

    def _row(self, index: int, start: int, end: int) -> _Row:
        line = self._passages[index].text[start:end]
        posts = [each for each in self._posts(index) if start <= each.start and each.end <= end]
        own = [replace(each, start=each.start - start, end=each.end - start) for each in posts]
        if self._passages[index].heading:
            return _Row(index, start, end, _ELSE)
        if says_only(own, line) and not line.rstrip().endswith(":"):
            return _Row(index, start, end, _ROLE, tuple(each.role for each in own))
        if not own and is_only_name(line.strip()):
            return _Row(index, start, end, _NAME)
        detail = not own and DETAIL.search(line) is not None and find_name(line.strip()) is None
        return _Row(index, start, end, _DETAIL if detail else _ELSE)


_NAME, _ROLE, _DETAIL, _ELSE = "NRDX"
_IN_TURN = re.compile(r"(?:NR+D*){2,}")
