"""Tables whose rows have more or fewer cells than others: which role is over a name there nobody can tell.

A file that was made by a program, and not saved by Word since, may leave out how far its cells reach. Where a name
then stands under no role at all, the cells of its row stand under other heads than it seems. One of the questions of
``questions``.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from itertools import groupby

from pipeline.named.layout.entries import begins_with_name
from pipeline.named.roles.passages import says_only
from pipeline.named.scene import Scene
from pipeline.places import CellPlace
from pipeline.plan.doubts.values import Planned, Stay, unsafe
from pipeline.reasons.reason import because
from pipeline.text.passages import Stretch

_Cells = Mapping[CellPlace, Sequence[int]]
"""The cells of a table, in reading order, with their passages."""


def in_ragged_rows(planned: Planned) -> Iterator[Stay]:
    """Yield the names of rows in which one stands under no role, in tables that are headed by roles."""
    scene = planned.scene
    roles = {each.role for each in planned.directory.holders} | {each.role for each in planned.standings}
    told = {cell.table for index in scene.naming(roles) if (cell := scene.cells[index]) is not None}
    named = {mention.passage for mention in planned.mentions}
    for cells in _tables(scene, told):
        if len(set(_widths(cells).values())) > 1:
            yield from _in_table(scene, cells, named)


def _in_table(scene: Scene, cells: _Cells, named: Set[int]) -> Iterator[Stay]:
    heads: list[CellPlace] = []
    for _, group in groupby(cells, key=lambda cell: cell.row):
        mine = list(group)
        names = {cell: at for cell in mine for at in cells[cell] if _names(scene, at, named)}
        roles = [cell for cell in mine if _is_role(scene, cells[cell])]
        if roles:
            heads = [] if names else roles
        elif heads and not all(any(cell.is_in_column_of(role) for role in heads) for cell in names):
            places = [Stretch(at, 0, len(scene.passages[at].text)) for at in names.values()]
            yield unsafe(scene, places, because("ragged-rows"))


def _tables(scene: Scene, told: Set[str]) -> Iterable[_Cells]:
    tables: dict[str, dict[CellPlace, list[int]]] = {}
    for index, passage in enumerate(scene.passages) if told else ():
        if passage.cell is not None and passage.cell.table in told:
            tables.setdefault(passage.cell.table, {}).setdefault(passage.cell, []).append(index)
    return tables.values()


def _widths(cells: Iterable[CellPlace]) -> dict[int, int]:
    """Return how far each row reaches, cells merged down over it included."""
    widths: dict[int, int] = {}
    for cell in cells:
        for row in range(cell.row, cell.row + cell.rows):
            widths[row] = max(widths.get(row, 0), cell.column + cell.columns)
    return widths


def _is_role(scene: Scene, cell: Sequence[int]) -> bool:
    filled = [at for at in cell if scene.passages[at].text.strip()]
    return len(filled) == 1 and says_only(scene.labels(filled[0]), scene.passages[filled[0]].text)


def _names(scene: Scene, index: int, named: Set[int]) -> bool:
    return index in named or begins_with_name(scene.passages[index].text.strip())
