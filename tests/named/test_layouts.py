"""The layouts of ``named/layout/layouts.toml``, and that marks stand where the document has their words."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings

from pipeline.documents import read_document_bytes
from pipeline.model.documents import Document
from pipeline.named.contacts import find_contacts
from pipeline.named.layout.find import Layout, find_laid_out, layouts
from pipeline.named.layout.marks import mark_lines
from pipeline.named.roles.vocabulary import find_roles
from pipeline.named.scene import Scene
from pipeline.plan.rewording import passages_of
from pipeline.text.lines import Line, list_lines
from tests.builders import table, word_file
from tests.evaluate import document_from_text
from tests.facts.test_where_to_look import lines
from tests.named.test_people_in_cells import cell_of

Rows = Sequence[tuple[str, ...]]


def document_of(layout: Layout, rows: Rows) -> Document:
    if "table" in layout.where:
        return read_document_bytes(word_file(table(*rows)), shown_as="care.docx")
    if "cell" in layout.where and "lines" not in layout.where:
        cell = cell_of("\n".join(row[0] for row in rows))
        return read_document_bytes(word_file(table(("Room", cell), ("Hall", ""))), shown_as="care.docx")
    return document_from_text("\n".join("\t".join(filter(None, row)) for row in rows))


@pytest.mark.parametrize("layout", layouts(), ids=lambda layout: layout.name)
def test_a_layout_ties_somebody_in_its_example_and_nobody_in_what_looks_like_it(layout: Layout) -> None:
    def rules_of(rows: Rows) -> set[str]:
        return {each.rule for each in find_laid_out(mark_lines(list_lines(document_of(layout, rows))))[0]}

    assert layout.name in rules_of(layout.example)
    assert layout.name not in rules_of(layout.counter_example)


@settings(max_examples=300, deadline=None)
@given(lines())
def test_a_mark_stands_in_the_words_of_its_line(document: tuple[Line, ...]) -> None:
    marks = mark_lines(document)
    assert [line.text for line in marks.lines] == [line.text for line in document]
    for number, row in enumerate(marks.rows):
        assert all(mark.line == number and 0 <= mark.start <= mark.end <= len(document[number].text) for mark in row)
    for number, roles in enumerate(marks.told):
        assert all(0 <= role.start < role.end <= len(document[number].text) for role in roles)


@pytest.mark.parametrize("heading", [(), ("Our Designated Safeguarding Leads",), ("Designated Safeguarding Lead:",)])
def test_a_row_that_begins_with_a_name_closes_the_row_above(heading: tuple[str, ...]) -> None:
    rows = (
        *heading,
        "Zell Quill (Manager) - Designated Safeguarding Lead",
        "Jasz Vole (Deputy Manager) - Deputy Designated Safeguarding Lead",
        "Ombra Fenn (Cook) - Deputy Designated Safeguarding Lead",
    )
    read = [
        (each.contact.role, each.contact.name)
        for each in find_contacts(list_lines(document_from_text("\n".join(rows))))
    ]
    assert read == [("dsl", "Zell Quill"), ("deputy-dsl", "Jasz Vole"), ("deputy-dsl", "Ombra Fenn")]


@pytest.mark.parametrize("row", ["Zell Quill, Cook, Deputy DSL", "Zell Quill works beside the Deputy DSL"])
def test_nobody_is_lead_below_a_heading_in_a_row_that_ends_in_the_deputys_role(row: str) -> None:
    read = find_contacts(list_lines(document_from_text(f"Designated Safeguarding Lead:\n{row}")))
    assert ("dsl", "Zell Quill") not in [(each.contact.role, each.contact.name) for each in read]


@pytest.mark.parametrize("layout", layouts(), ids=lambda layout: layout.name)
def test_planning_is_told_of_the_names_that_reading_reads_in_an_example(layout: Layout) -> None:
    document = document_of(layout, layout.example)
    passages = passages_of(document)
    scene = Scene(passages)
    laid, _ = find_laid_out(mark_lines(list_lines(document)))
    for each in laid:
        index = next(at for at, passage in enumerate(passages) if each.name.value in passage.text)
        start = passages[index].text.index(each.name.value)
        assert each.mention.role in scene.bound_roles(index, start, start + len(each.name.value))


_SENTENCES = tuple(
    f"Room {number} is kept tidy by all who work in it, and what was broken there is told to the office the same day."
    for number in range(300)
)


def test_planning_looks_for_layouts_near_the_names_alone() -> None:
    passages = passages_of(
        document_from_text("\n".join((*_SENTENCES, "DSL", "Ada Holt", "Deputy DSL", "Ben Lowe", *_SENTENCES)))
    )
    scene, at = Scene(passages), len(_SENTENCES) + 1
    find_roles.cache_clear()
    assert scene.bound_roles(at, 0, len("Ada Holt")) == ("dsl",)
    assert find_roles.cache_info().misses < 100


@pytest.mark.parametrize("layout", layouts(), ids=lambda layout: layout.name)
def test_a_part_of_a_document_tells_what_the_whole_does(layout: Layout) -> None:
    document = document_of(layout, layout.example)
    around = document_from_text("\n".join(_SENTENCES[:30])).blocks
    alone, among = (
        passages_of(replace(document, blocks=(*before, *document.blocks, *before))) for before in ((), around)
    )
    first = len(passages_of(replace(document, blocks=around)))
    for index, passage in enumerate(alone):
        for name in ("Ada Holt", "Ben Lowe"):
            start = passage.text.find(name)
            if start >= 0:
                place = (start, start + len(name))
                assert Scene(among).bound_roles(first + index, *place) == Scene(alone).bound_roles(index, *place)
