"""The version number where no label stands before it: behind the title."""

import pytest

from pipeline.facts.reading import extract_facts
from tests.evaluate import document_from_text


@pytest.mark.parametrize(
    ("line", "version"),
    [
        ("Duck Policy v2.0", "v2.0"),
        ("DUCK PROCEDURE V1.2 | Page 1", "V1.2"),
        ("Duck Policy (Version 3)", "3"),
        ("Duck Policy – v4", "v4"),
    ],
)
def test_version_is_read_behind_the_title(line: str, version: str) -> None:
    assert extract_facts(document_from_text(f"{line}\nWe are kind to ducks.")).version == version


@pytest.mark.parametrize(
    "text",
    ["Duck Policy\nThe plan v2.pdf is kept in the office.", "Duck Policy version 3/4", "Duck Policy\n" + "Text.\n" * 15
     + "Mended in Duck Policy v2.0"],
)  # fmt: skip
def test_other_numbers_behind_a_kind_of_document_are_no_version(text: str) -> None:
    assert extract_facts(document_from_text(text)).version is None


def test_labelled_version_counts_before_the_one_behind_the_title() -> None:
    assert extract_facts(document_from_text("Duck Policy v1.0\nVersion: 2.1\nText.")).version == "2.1"
