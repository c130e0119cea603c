"""The grid of a table: rows and columns of cells, merged ones and gaps counted."""

from pipeline.documents.grid import MOST_COLUMNS, place_cells, without_empty_rows
from pipeline.model.documents import Block, BlockKind, Cell, Span
from pipeline.places import read_place


def cell(text: str, columns: int = 1, rows: int = 1, before: int = 0) -> Cell:
    return Cell((Block(BlockKind.PARAGRAPH, read_place("somewhere"), (Span(text),)),), columns, rows, False, before)


def places(*rows: tuple[Cell, ...]) -> dict[str, tuple[int, int, int, int]]:
    placed = [each for row in place_cells(rows) for each in row]
    return {each.cell.text: (each.row, each.column, each.rows, each.columns) for each in placed}


def test_a_cell_begins_behind_those_merged_down_over_its_row() -> None:
    found = places((cell("a", rows=2), cell("b")), (cell("c"),), (cell("d"), cell("e")))
    assert found == {"a": (0, 0, 2, 1), "b": (0, 1, 1, 1), "c": (1, 1, 1, 1), "d": (2, 0, 1, 1), "e": (2, 1, 1, 1)}


def test_a_cell_begins_behind_what_its_row_leaves_free() -> None:
    assert places((cell("a", columns=2), cell("b")), (cell("c", before=2),))["c"] == (1, 2, 1, 1)


def test_what_would_overlap_or_stick_out_is_cut() -> None:
    found = places((cell("a"), cell("b", rows=9)), (cell("c", columns=3),))
    assert (found["b"], found["c"]) == ((0, 1, 2, 1), (1, 0, 1, 1))


def test_a_cell_that_claims_to_be_endless_is_as_wide_as_any_table_can_be() -> None:
    assert places((cell("a", columns=10**9, before=10**9),))["a"] == (0, MOST_COLUMNS, 1, 1)
    assert places((cell("a", columns=10**9),))["a"] == (0, 0, 1, MOST_COLUMNS)


def test_a_row_without_cells_goes_and_those_merged_over_it_reach_as_far_as_before() -> None:
    rows = without_empty_rows(((cell("a", rows=2), cell("b", rows=3)), (), (cell("c"),)))
    assert [[(each.text, each.rows) for each in row] for row in rows] == [[("a", 1), ("b", 2)], [("c", 1)]]
    assert places(*rows)["c"] == (1, 0, 1, 1)
