"""Roles that a text names by a bare word, whose meaning only what stands around it tells: "Deputy" below the lead.

``named.scene`` puts them with the roles that are named in full.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from pipeline.named.roles.bare_deputies import find_bare_deputies, is_below_lead, is_right_of_lead, written_whole
from pipeline.named.roles.passages import RoleLabel
from pipeline.text.passages import Passage
from pipeline.text.sheet import Sheet


def bare_deputies(
    passages: Sequence[Passage], cells: Sheet[Passage], places: Iterable[int]
) -> Mapping[int, tuple[RoleLabel, ...]]:
    """Return the bare "deputy" labels of the lead's deputies, by passage; ``places`` are those with the word."""
    whole: dict[int, str] = {}
    found: dict[int, tuple[RoleLabel, ...]] = {}
    for index in places:
        lines: list[str] = []
        labels: list[RoleLabel] = []
        position = 0
        for line in passages[index].text.split("\n"):
            below = is_below_lead(chain(reversed(lines), _texts_above(passages, cells, index, whole)))
            opens = below or is_right_of_lead(_texts_left(passages, cells, index, whole))
            deputies = tuple(find_bare_deputies(line, opens=opens, below=below and cells[index] is None))
            labels += [RoleLabel("deputy-dsl", position + each.word, position + each.end) for each in deputies]
            lines.append(written_whole(line, deputies))
            position += len(line) + 1
        whole[index] = "\n".join(lines)
        if labels:
            found[index] = tuple(labels)
    return found


def _texts_above(
    passages: Sequence[Passage], cells: Sheet[Passage], index: int, whole: Mapping[int, str]
) -> Iterator[str]:
    """Yield the filled lines above a passage, the nearest first; in a table those of its cell and the cells above."""
    place = cells[index]
    if place is None:
        for at in range(index - 1, -1, -1):
            if cells[at] is not None or passages[at].region is not passages[index].region:
                return
            yield from _lines(whole.get(at, passages[at].text))
        return
    own = [at for at in cells.passages(place) if at < index]
    for cell in (own, *cells.above(index)):
        for at in reversed(cell):
            yield from _lines(whole.get(at, passages[at].text))


def _lines(text: str) -> Iterator[str]:
    return (line for line in reversed(text.split("\n")) if line.strip())


def _texts_left(
    passages: Sequence[Passage], cells: Sheet[Passage], index: int, whole: Mapping[int, str]
) -> Iterator[str]:
    for cell in cells.left_of(index):
        yield "\n".join(whole.get(at, passages[at].text) for at in cell)
