"""Whose document it is, held to made openings of many kinds of settings (``openings.toml``)."""

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.facts.reading import extract_facts
from pipeline.model.documents import Document, Region
from pipeline.model.facts import FactStatus
from tests.evaluate import document_from_text, plain

OPENINGS: list[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("openings.toml").read_text(encoding="utf-8"))[
    "opening"
]
MARGINS = {"header: ": Region.PAGE_HEADER, "footer: ": Region.PAGE_FOOTER}


def opening(text: str) -> Document:
    """Return a document of the lines of ``text``, those for the margins put there."""
    document = document_from_text(text)
    blocks = []
    for block in document.blocks:
        (span,) = block.spans
        for mark, region in MARGINS.items():
            if span.text.startswith(mark):
                block = replace(block, region=region, spans=(replace(span, text=span.text.removeprefix(mark)),))
        blocks.append(block)
    return replace(document, blocks=tuple(blocks))


@pytest.mark.parametrize("row", OPENINGS, ids=[row["about"] for row in OPENINGS])
def test_whose_document_it_is(row: dict[str, Any]) -> None:
    facts = extract_facts(opening(row["text"]))

    assert plain(facts.school) in {plain(name) for name in (row.get("name"), *row.get("also", ()))}
    if "asked" in row:
        assert facts.evidence["school"].text == row["asked"]


@pytest.mark.parametrize(
    "text",
    [
        "Complaints Policy\nStudents of Moorland Folk meet here, and so do families of Moorland Folk.",
        "Complaints Policy\nMoorland Folk is committed to it. Moorland Folk believes in it.",
    ],
)
def test_one_kind_of_sign_alone_is_a_question(text: str) -> None:
    facts = extract_facts(document_from_text(text))

    assert facts.school is None
    said = facts.evidence["school"]
    assert (said.status, said.text) == (FactStatus.AMBIGUOUS, "Moorland Folk")
    assert said.confidence is not None
    assert said.confidence < 0.8


def test_two_that_are_shown_alike_are_a_question() -> None:
    said = "{0} is committed to it. Staff of {0} know it."
    text = "\n".join(("Singing Policy", said.format("Moorland Folk"), said.format("Fernside Play")))

    facts = extract_facts(document_from_text(text))

    assert facts.school is None
    assert facts.evidence["school"].status is FactStatus.AMBIGUOUS
