"""Everyday tasks of a school besides safeguarding, as a sentence, a row or the line above tells them of a person.

"Attendance: X, 01632 …", "X – lettings", "To book the hall, ring X": a person who led before may have that task still,
and nobody says that the successor has it. ``named.scene`` asks it of a name that no role stands at.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from pipeline.named.details.ways import DETAIL_WORD
from pipeline.named.roles.other_labels import OF_SAFEGUARDING, is_only_names
from pipeline.named.roles.passages import RoleLabel
from pipeline.named.roles.vocabulary import OF_LEADS
from pipeline.named.roles.words import pattern_of
from pipeline.text.lazily import compiled_lazily
from pipeline.text.passages import Passage
from pipeline.text.sheet import Sheet

_GAPS = r"[ \u00a0]+"
_TASK = compiled_lazily(lambda: rf"\b{pattern_of('everyday', _GAPS)}(?![\w-])", re.IGNORECASE)
_SAFEGUARDING = compiled_lazily(
    rf"{OF_SAFEGUARDING}|hurt|injur|danger|unsafe|missing|violen|\bmash\b|\blado\b|social (?:care|services)|police"
    r"|incident|emergenc|conferenc|\bsafe\b|\bfiles?\b|\bcases?\b",
    re.IGNORECASE,
)
"""What may be safeguarding, whatever task it is told with: "a child missing on a trip"."""
_ANY = r"(?:(?:an?|any|all|each|every|the|our|your|his|her|their|this|these|such|school|day|residential|off-site)\s+)"
_WHERE_OR_WHEN = compiled_lazily(
    rf"\b(?:on|during|in|at|throughout|before|after|since)\s+{_ANY}{{0,3}}$", re.IGNORECASE
)
"""Right before a task that tells where or when something happens: "on a trip", "at breakfast club"."""
_TELLERS = (
    r"staff|adults?|any(?:one|body)|every(?:one|body)|teachers?|volunteers?|visitors?|helpers?|leaders?|coach(?:es)?|drivers?"
    r"|colleagues?|child(?:ren)?|pupils?|students?"
)
_TELL = r"tells?|told|informs?|rings?|calls?|contacts?|see|asks?|(?:reports?|speaks?|talks?|goes|go) to"
_REPORTED = compiled_lazily(rf"^(?!.*[:–])(?=.*(?<!your )\b(?:{_TELLERS})\b).*\b(?:{_TELL})\s+$", re.IGNORECASE)
"""Before a name: who tells it something, whatever they were doing: "Staff who run clubs tell X"."""
_ADDRESS = compiled_lazily(r"\S+@\S+")
_ENTRY_END = compiled_lazily(r"[;\t\n|]")
_ENTRY = compiled_lazily(r"(?:[:\t|]|\s[–—-])\s*[^\W\d_]{2}")
"""In a line: a label with what it labels, which heads nothing."""
_NEXT_PERSON = compiled_lazily(r"[,/&]\s+(?:and\s+|or\s+)?(?:[A-Z][\w'’-]*\.?\s+){1,2}[A-Z][\w'’-]+")
_GOES_ON = compiled_lazily(r"[ \u00a0]+(?-i:[^\W\d_a-z])\w*")
"""Right behind a name: it may be the first part of another one, a trust's."""
_WAY = compiled_lazily(rf"\W*\b{DETAIL_WORD}[\W_]*", re.IGNORECASE)
_LONGEST_LINE = 60
_LINES = 3


def tells_a_task(text: str) -> bool:
    """Whether words tell of an everyday task and of no safeguarding: "Lettings", and not "worries on trips"."""
    if _SAFEGUARDING.search(text) is not None:
        return False
    text = _ADDRESS.sub(" ", text)
    return any(_WHERE_OR_WHEN.search(text, 0, each.start()) is None for each in _TASK.finditer(text))


class OtherTasks:
    """Looks for everyday tasks; ``labels`` gives the roles named in a passage, ``around`` the sentence at a place."""

    def __init__(
        self,
        passages: Sequence[Passage],
        cells: Sheet[Passage],
        labels: Callable[[int], tuple[RoleLabel, ...]],
        around: Callable[[int, int, int], tuple[str, str]],
    ) -> None:
        self._passages = passages
        self._cells = cells
        self._labels = labels
        self._around = around

    def told_at(self, index: int, start: int, end: int) -> bool:
        """Whether a name, number or address stands for an everyday task by its entry, its row or the line above."""
        before, after = self._around(index, start, end)
        first, last = start - len(before), end + len(after)
        if _GOES_ON.match(after) is not None:
            return False
        if any(each.role in OF_LEADS and first <= each.start < last for each in self._labels(index)):
            return False
        before, after = _ENTRY_END.split(before)[-1], _ENTRY_END.split(after, maxsplit=1)[0]
        if _SAFEGUARDING.search(f"{before} {after}") is not None or _REPORTED.search(before) is not None:
            return False
        if tells_a_task(before) or tells_a_task(_NEXT_PERSON.split(after, maxsplit=1)[0]):
            return True
        text = self._passages[index].text
        if text.rstrip().endswith(".") or not is_only_names(_WAY.sub("", text[:start]), text[end:]):
            return False
        if self._cells[index] is None:
            return self._is_headed(index)
        beside = [self._passages[at].text for at in self._near_in_table(index)]
        return not any(map(_SAFEGUARDING.search, beside)) and any(map(tells_a_task, beside))

    def _near_in_table(self, index: int) -> Iterator[int]:
        """Yield the short texts of a row and the heads of its column; none where a lead's role is among them."""
        near = [*self._cells.others_in_row(index), *self._cells.head(index)]
        near = [at for at in near if len(self._passages[at].text) <= _LONGEST_LINE]
        if not any(each.role in OF_LEADS for at in near for each in self._labels(at)):
            yield from near

    def _is_headed(self, index: int) -> bool:
        """Whether a line of a name or a number stands under one that is a task, others of its kind between."""
        filled = (at for at in range(index - 1, -1, -1) if self._passages[at].text.strip())
        for at in islice(filled, _LINES):
            text, region = self._passages[at].text.strip(), self._passages[at].region
            if region is not self._passages[index].region or self._cells[at] is not None:
                return False
            if len(text) > _LONGEST_LINE or text.endswith("."):
                return False
            if _ENTRY.search(text) or self._labels(at) or _SAFEGUARDING.search(text) is not None:
                return False
            if is_only_names("", _WAY.sub("", text)) and not tells_a_task(text):
                continue
            return tells_a_task(text)
        return False
