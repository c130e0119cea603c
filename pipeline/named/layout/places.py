"""Which roles the layouts of a document give to the names of its passages, for ``named.scene``.

Reading asks ``layout.find`` of lines, planning asks here of passages: what both are told is the same.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from pipeline.model.documents import Region
from pipeline.named.layout.find import LaidOut, find_laid_out
from pipeline.named.layout.marks import LONG_LINE, Mark, mark_lines, may_have_names
from pipeline.places import CellPlace
from pipeline.text.lines import LONGEST_LINE, Line, lines_on
from pipeline.text.passages import Passage, Stretch
from pipeline.text.sheet import Sheet, columns_of_line

_NO_INK = frozenset("|\u200b\ufeff\u00ad")
"""Signs of a passage that its line does not have, or not everywhere, as blanks."""
_LONG = 100
"""How many letters a sentence has at least that is told by its full stop."""
_AROUND = 10
"""How many passages around a part may show a role in it: as many rows as marks look for one, and those of a lead."""


class LaidRoles:
    """Looks for the roles that layouts tie to names of passages; ``cells`` is their sheet."""

    def __init__(self, cells: Sheet[Passage]) -> None:
        self._cells = cells
        self._named: dict[int, bool] = {}
        self._ties: dict[int, Mapping[int, Sequence[tuple[Stretch, LaidOut]]]] = {}

    def roles_of(self, index: int, start: int, end: int) -> tuple[str, ...]:
        """Return the roles of the name at ``start`` to ``end`` of a passage as a plan takes them.

        Empty where no layout gives it any, and of a name beside or under several rows.
        """
        its = self._ties_at(index, start, end)
        return tuple(dict.fromkeys(each.mention.planned or each.mention.role for each in its))

    def is_told_with_a_post(self, index: int, start: int, end: int) -> bool:
        """Say whether a layout has another post between the name at a place and its role."""
        return any(each.with_post for each in self._ties_at(index, start, end))

    def _ties_at(self, index: int, start: int, end: int) -> list[LaidOut]:
        if index not in self._named:
            alone = lines_on(Sheet(self._cells.paragraphs[index : index + 1]))
            self._named[index] = any(map(may_have_names, alone))
        if not self._named[index]:
            return []
        part = bisect_right(self._parts, index)
        if part not in self._ties:
            self._ties[part] = self._ties_of(*(0, *self._parts, len(self._cells.paragraphs))[part : part + 2])
        return [laid for name, laid in self._ties[part].get(index, ()) if name.start < end and start < name.end]

    @cached_property
    def _parts(self) -> Sequence[int]:
        """Where one part of a document ends and the next begins: between two sentences, over which no layout goes."""
        words = [at for at, each in enumerate(self._cells.paragraphs) if each.text.strip()]
        told = [self._is_sentence(at) for at in words]
        return [at for at, before, here in zip(words[1:], told, told[1:], strict=False) if before and here]

    def _is_sentence(self, index: int) -> bool:
        """Say whether a passage is one line outside tables of which marks say nothing but that it has words."""
        its = self._cells.paragraphs[index]
        text = its.text.rstrip()
        long = _LONG < len(text) <= LONGEST_LINE and (text.endswith(".") or len(text) > LONG_LINE)
        body = its.region is Region.BODY and its.label is None and self._cells[index] is None
        return long and body and "\n" not in text and len(list(columns_of_line(text, 0, len(text)))) == 1

    def _ties_of(self, first: int, last: int) -> Mapping[int, Sequence[tuple[Stretch, LaidOut]]]:
        begins = max(0, first - _AROUND)
        sheet = Sheet(self._cells.paragraphs[begins : last + _AROUND])
        lines = lines_on(sheet)
        laid, _ = find_laid_out(mark_lines(lines))
        ties: dict[int, list[tuple[Stretch, LaidOut]]] = {}
        for each in laid:
            name = _place_of(each.name, lines[each.name.line], sheet)
            if name is not None and first <= name.passage + begins < last:
                at = name.passage + begins
                ties.setdefault(at, []).append((replace(name, passage=at), each))
        return ties


def _place_of(name: Mark, line: Line, sheet: Sheet[Passage]) -> Stretch | None:
    """Return where in the passages a name of a line stands; None where it is none of one passage and place."""
    begins = 0 if line.table is None else line.start_of(name.column)
    first, last = (sum(map(_is_ink, line.text[begins:at])) for at in (name.start, name.end))
    cells = line.parts if line.table is None else [each for each in line.parts if _column(each.place) == name.column]
    inked = [at for cell in cells for each in cell.stretches for at in _ink(each, sheet)][first:last]
    merged = any(each.place is not None and each.place.rows * each.place.columns > 1 for each in cells)
    if merged or not inked or inked[0][0] != inked[-1][0]:
        return None
    return Stretch(inked[0][0], inked[0][1], inked[-1][1] + 1)


def _ink(stretch: Stretch, sheet: Sheet[Passage]) -> Iterator[tuple[int, int]]:
    text = sheet.paragraphs[stretch.passage].text
    return ((stretch.passage, at) for at in range(stretch.start, stretch.end) if _is_ink(text[at]))


def _is_ink(sign: str) -> bool:
    return not sign.isspace() and sign not in _NO_INK


def _column(place: CellPlace | None) -> int | None:
    return place.column - 1 if place is not None else None
