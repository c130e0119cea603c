"""A copy in which reading and planning gave another's number to today's lead is held by the last look."""

from dataclasses import replace

import pytest

from pipeline.documents import read_document_bytes
from pipeline.last_look.check import with_last_check
from pipeline.model.contacts import Directory, Holder, ReplacementKind
from pipeline.places import read_place
from pipeline.plan.values import Replacement, ReplacementPlan
from tests.builders import paragraph, table, word_file

LEAD = Holder("dsl", "Yusra Quill", "Mrs", "01632 960901", "y.quill@example.org")
DIRECTORY = Directory((LEAD, Holder("headteacher", "Nia Prosser", "Ms", "01632 960444", None)))
SECOND, CELL = "paragraph 2", "table 1, row 1, column 2"


def looked_at(body: str, where: str, *kinds: ReplacementKind, directory: Directory = DIRECTORY) -> list[str]:
    """The codes for which a finished copy waits in which details were exchanged at a place."""
    content = word_file(paragraph("The Designated Safeguarding Lead is Mrs Yusra Quill."), body)
    document = read_document_bytes(content, shown_as="copy.docx")
    changes = tuple(Replacement(1, 0, 1, "was", "is", "dsl", kind, read_place(where)) for kind in kinds)
    return [each.code for each in with_last_check(document, ReplacementPlan(changes), directory).holds]


@pytest.mark.parametrize(
    "words",
    [
        "Police: 01632 960901", "Elmshire Council on 01632 960901", "School office tel. 01632 960901",
        "Mrs Yusra Quill, MASH team: 01632 960901", "Social care – y.quill@example.org",
        "Mrs Yusra Quill 01632 960901, LADO 01632 960901",
    ],
)  # fmt: skip
def test_todays_detail_right_behind_anothers_words_holds_the_copy(words: str) -> None:
    kinds = ReplacementKind.PHONE, ReplacementKind.EMAIL
    assert looked_at(paragraph(words), SECOND, *kinds) == ["given-away-at"]
    assert looked_at(table(("Lead", words)), CELL, *kinds) == ["given-away-at"]


@pytest.mark.parametrize(
    "words",
    [
        "Mrs Yusra Quill: 01632 960901", "The lead works with the police. Ring 01632 960901.",
        "She tells the council. Tel: 01632 960901", "The police, or our lead on 01632 960901",
    ],
)  # fmt: skip
def test_todays_detail_behind_words_of_the_lead_goes_out(words: str) -> None:
    assert looked_at(paragraph(words), SECOND, ReplacementKind.PHONE) == []


def test_what_stood_so_in_the_document_is_its_authors() -> None:
    assert looked_at(paragraph("Police: 01632 960901"), SECOND) == []
    assert looked_at(paragraph("Police: 01632 960901"), SECOND, ReplacementKind.NAME) == []


def test_the_offices_number_may_be_the_leads() -> None:
    office = Holder("office", "School office", "", "01632 960901", None)
    words = paragraph("Mrs Yusra Quill, school office 01632 960901")
    assert looked_at(words, SECOND, ReplacementKind.PHONE, directory=replace(DIRECTORY, office=office)) == []


def test_a_number_of_somebody_else_behind_such_words_holds_nothing() -> None:
    assert looked_at(paragraph("Council: 01632 960444"), SECOND, ReplacementKind.PHONE) == []
