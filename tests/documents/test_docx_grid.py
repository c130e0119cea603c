"""The grid of a Word table, as its paragraphs are told their cells."""

from pipeline.places import CellPlace
from pipeline.word.file import open_word_file
from tests.builders import paragraph, table, word_file


def cell(text: str, *properties: str) -> str:
    return f"<w:tc><w:tcPr>{''.join(properties)}</w:tcPr>{paragraph(text)}</w:tc>"


def places(*rows: str) -> dict[str, tuple[int, int, int, int]]:
    body = f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"
    found = [(each.text, each.cell) for each in open_word_file(word_file(body), "grid.docx").passages if each.cell]
    return {text: (at.row, at.column, at.rows, at.columns) for text, at in found}


def span(columns: int) -> str:
    return f'<w:gridSpan w:val="{columns}"/>'


DOWN, ON = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"


def test_a_merged_cell_and_its_lower_parts_are_one() -> None:
    found = places(cell("a", span(2), DOWN) + cell("b"), cell("under", span(2), ON) + cell("c"))
    assert found == {"a": (1, 1, 2, 2), "b": (1, 3, 1, 1), "under": (1, 1, 2, 2), "c": (2, 3, 1, 1)}


def test_a_lower_part_of_another_width_is_a_cell_of_its_own() -> None:
    assert places(cell("a", span(2), DOWN) + cell("b"), cell("under", ON) + cell("c"))["under"] == (2, 1, 1, 1)


def test_columns_that_a_row_leaves_free_count() -> None:
    assert places(cell("a") + cell("b"), "<w:trPr><w:gridBefore w:val='1'/></w:trPr>" + cell("c"))["c"] == (2, 2, 1, 1)


def test_cells_merged_across_in_the_old_way_are_one() -> None:
    old = ['<w:hMerge w:val="restart"/>', "<w:hMerge/>"]
    found = places(cell("a", old[0]) + cell("rest", old[1]) + cell("b"))
    assert found == {"a": (1, 1, 1, 2), "rest": (1, 1, 1, 2), "b": (1, 3, 1, 1)}


def test_a_table_inside_a_cell_knows_the_cell_around_it() -> None:
    opened = open_word_file(word_file(table(["x", table(["deep"]) + paragraph("y")])), "grid.docx")
    around = CellPlace("table 1", 1, 2)
    deep = next(each for each in opened.passages if each.text == "deep")
    assert deep.cell == CellPlace("table 1, row 1, column 2, inner table 1", 1, 1, outer=around)
