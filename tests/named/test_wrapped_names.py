"""A person's name that a narrow column breaks over two lines is one name, and two people never are."""

from dataclasses import replace

import pytest

from pipeline.facts.reading import extract_facts
from pipeline.named.layout.broken import broken_names
from pipeline.text.lines import Line, list_lines
from tests.evaluate import document_from_text

Columns = tuple[tuple[float, float], ...]


def rows(*lines: tuple[str, Columns]) -> list[Line]:
    """Lines of a PDF: words with tabs between the columns, and where each column begins and ends."""
    read = list_lines(document_from_text("\n".join(words for words, _ in lines)))
    return [replace(line, edges=edges) for line, (_, edges) in zip(read, lines, strict=True)]


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        (
            [
                ("Designated Lead\tCelia\t01632 960101", ((40, 120), (160, 190), (220, 290))),
                ("Holt\tlead@elm.example.org", ((161, 195), (221, 400))),
            ],
            ["Celia Holt"],
        ),
        (
            [
                ("Deputy Designated\tBen\t01632 960102", ((40, 130), (160, 190), (220, 290))),
                ("Safeguarding Lead\tHolt", ((40, 130), (160, 185))),
            ],
            ["Ben Holt"],
        ),
        # Two people, each by their first name.
        (
            [
                ("DSL\tCelia\t01632 960101", ((40, 60), (160, 190), (220, 290))),
                ("Deputy\tHannah\t01632 960102", ((40, 75), (160, 195), (220, 290))),
            ],
            [],
        ),
        # A role, or a number, of one's own.
        (
            [
                ("DSL\tCelia\t01632 960101", ((40, 60), (160, 190), (220, 290))),
                ("Deputy DSL\tHolt", ((40, 95), (160, 195))),
            ],
            [],
        ),
        (
            [
                ("DSL\tCelia\t01632 960101", ((40, 60), (160, 190), (220, 290))),
                ("Holt\t01632 960102", ((160, 195), (220, 290))),
            ],
            [],
        ),
        # Under another column.
        (
            [
                ("DSL\tCelia\tRoom 4", ((40, 60), (160, 190), (220, 290))),
                ("Holt\tblock", ((40, 75), (221, 250))),
            ],
            [],
        ),
    ],
)
def test_a_name_broken_by_its_column_is_whole_and_two_people_stay_two(
    lines: list[tuple[str, Columns]], names: list[str]
) -> None:
    assert [broken.whole for broken in broken_names(rows(*lines))] == names


def test_the_lead_of_a_narrow_table_is_read_with_number_and_address() -> None:
    rows = "Designated Safeguarding Lead\nCelia\t01632 960101\tlead@elm.example.org\nHolt"
    text = f"Safeguarding Policy\n{rows}\nAll know it."
    (lead,) = extract_facts(document_from_text(text)).contacts
    assert (lead.role, lead.name, lead.phone, lead.email) == (
        "dsl",
        "Celia Holt",
        "01632 960101",
        "lead@elm.example.org",
    )


@pytest.mark.parametrize(
    ("word", "more"),
    [
        ("Confidentiality", "All know it."),
        ("Autism", "Children with autism are welcome."),
        ("Hillside", "Hillside Primary School keeps a list."),
        ("Surrey", "Surrey County Council keeps a list."),
    ],
)
def test_the_heading_below_a_name_is_no_part_of_it(word: str, more: str) -> None:
    text = f"Safeguarding Policy\nDesignated Safeguarding Lead\tCelia\t01632 960101\n{word}\n{more}"
    assert extract_facts(document_from_text(text)).contacts == ()


def test_a_broken_name_that_stands_whole_elsewhere_is_still_one() -> None:
    text = "Safeguarding Policy\nDSL\tCelia\t01632 960101\nHolt\nTell Mrs Holt. Celia Holt and C. Holt are one."
    assert "Celia Holt" in [each.name for each in extract_facts(document_from_text(text)).contacts]
