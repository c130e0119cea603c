"""Pieces of documents are the same on the other side of a pipe, and get there without their fields being asked for."""

import ast
import copy
import dataclasses
import pickle
from pathlib import Path

import pytest

from pipeline.documents.pdf.layout import PlacedLine
from pipeline.documents.pdf.page import PageLine
from pipeline.model.documents import Block, BlockKind, Cell, Region, Span
from pipeline.places import CellPlace, Place, PlaceKind

PACKAGE = Path(__file__).parents[1] / "pipeline"
PLACE = Place(
    PlaceKind.COLUMN, 3, Place(PlaceKind.ROW, 2, Place(PlaceKind.TABLE, 1)), "x", CellPlace("table 1", 2, 3, 1)
)
SPAN = Span("Tel.", bold=True, italic=True, link="tel:01632960101")
INNER = Block(
    BlockKind.LIST_ITEM, PLACE, (SPAN,), Region.TEXT_BOX, 2, ordered=True, page=4, marker="(a)", new_page=True
)
CELL = Cell((INNER,), 2, 3, header=True, before=1)
TABLE = Block(BlockKind.TABLE, PLACE, rows=((CELL, CELL), (CELL,)), edges=((1.5, 2.5),))


@pytest.mark.parametrize("value", [PLACE, SPAN, INNER, CELL, TABLE], ids=lambda value: type(value).__name__)
def test_a_piece_is_the_same_once_it_was_handed_on(value: object) -> None:
    for made in (pickle.loads(pickle.dumps(value)), copy.deepcopy(value)):
        assert (type(made), made, repr(made)) == (type(value), value, repr(value))


def test_a_place_of_a_cell_keeps_what_is_no_part_of_its_sameness() -> None:
    assert pickle.loads(pickle.dumps(PLACE)).cell == PLACE.cell


@pytest.mark.parametrize("kind", [CellPlace, Place, Span, Cell, Block])
def test_each_is_made_of_its_fields_in_their_order(kind: type) -> None:
    assert all(each.init and not each.kw_only for each in dataclasses.fields(kind))


def test_no_fields_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    content = pickle.dumps(TABLE)

    def fields_of(_: object) -> None:
        raise AssertionError("asked for its fields")

    monkeypatch.setattr(dataclasses, "fields", fields_of)
    assert pickle.dumps(pickle.loads(content)) == content


PIECES = (CellPlace, Place, Span, Cell, Block, PageLine, PlacedLine)


@pytest.mark.parametrize("value", [PLACE, SPAN, INNER, CELL, TABLE], ids=lambda value: type(value).__name__)
def test_equal_pieces_are_one_in_a_set(value: object) -> None:
    assert len({value, pickle.loads(pickle.dumps(value))}) == 1


def test_nobody_changes_a_piece() -> None:
    """They are made by the thousand, so not frozen."""
    names = {each.name for kind in PIECES for each in dataclasses.fields(kind)}
    changed = {
        ast.unparse(node)
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and node.attr in names
    }
    others = {"above.rows", "cell.into.columns", "pack.name", "record.name", "step.row"}
    assert {each for each in changed - others if not each.startswith("self.") and ".add_run(" not in each} == set()
