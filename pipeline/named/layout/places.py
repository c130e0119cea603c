"""Which roles the layouts of a document give to the names of its passages, for ``named.scene``.

Reading asks ``layout.find`` of lines, planning asks here of passages: what both are told is the same.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from pipeline.named.layout.find import LaidOut, find_laid_out
from pipeline.named.layout.marks import Mark, mark_lines
from pipeline.places import CellPlace
from pipeline.text.lines import Line, lines_on
from pipeline.text.passages import Passage, Stretch
from pipeline.text.sheet import Sheet

_NO_INK = frozenset("|\u200b\ufeff\u00ad")
"""Signs of a passage that its line does not have, or not everywhere, as blanks."""


class LaidRoles:
    """Looks for the roles that layouts tie to names of passages; ``cells`` is their sheet."""

    def __init__(self, cells: Sheet[Passage]) -> None:
        self._cells = cells

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
        return [laid for name, laid in self._ties.get(index, ()) if name.start < end and start < name.end]

    @cached_property
    def _ties(self) -> Mapping[int, Sequence[tuple[Stretch, LaidOut]]]:
        lines = lines_on(self._cells)
        laid, _ = find_laid_out(mark_lines(lines))
        ties: dict[int, list[tuple[Stretch, LaidOut]]] = {}
        for each in laid:
            name = self._place_of(each.name, lines[each.name.line])
            if name is not None:
                ties.setdefault(name.passage, []).append((name, each))
        return ties

    def _place_of(self, name: Mark, line: Line) -> Stretch | None:
        """Return where in the passages a name of a line stands; None where it is none of one passage and place."""
        begins = 0 if line.table is None else line.start_of(name.column)
        first, last = (sum(map(_is_ink, line.text[begins:at])) for at in (name.start, name.end))
        cells = (
            line.parts if line.table is None else [each for each in line.parts if _column(each.place) == name.column]
        )
        inked = [at for cell in cells for each in cell.stretches for at in self._ink(each)][first:last]
        merged = any(each.place is not None and each.place.rows * each.place.columns > 1 for each in cells)
        if merged or not inked or inked[0][0] != inked[-1][0]:
            return None
        return Stretch(inked[0][0], inked[0][1], inked[-1][1] + 1)

    def _ink(self, stretch: Stretch) -> Iterator[tuple[int, int]]:
        text = self._cells.paragraphs[stretch.passage].text
        return ((stretch.passage, at) for at in range(stretch.start, stretch.end) if _is_ink(text[at]))


def _is_ink(sign: str) -> bool:
    return not sign.isspace() and sign not in _NO_INK


def _column(place: CellPlace | None) -> int | None:
    return place.column - 1 if place is not None else None
