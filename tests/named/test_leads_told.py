"""Leads told with a post, in brackets before a colon, or below a sentence: found by the reading of a document."""

import pytest

from pipeline.facts.reading import extract_facts
from tests.evaluate import document_from_text

OPENING = "Larch Nursery\nSafeguarding Policy\n\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Our Designated Safeguarding Lead (DSL) is our Manager, Ada Holt.", [("dsl", "Ada Holt")]),
        ("Our nominated lead person for safeguarding is our Nursery Director, Ada Holt.", [("dsl", "Ada Holt")]),
        ("The designated safeguarding lead is the Deputy Manager Ada Holt.", [("dsl", "Ada Holt")]),
        ("The Designated Safeguarding Lead (DSL)for the nursery is Ada Holt: Head of Rooms.", [("dsl", "Ada Holt")]),
        ("The designated lead at present is Ada Holt.", [("dsl", "Ada Holt")]),
        (
            "Mrs Holt (Principal): Designated Teacher for Child Protection\nMr Dale (Senior Teacher): Deputy DSL",
            [("headteacher", "Holt"), ("dsl", "Holt"), ("deputy-dsl", "Dale")],
        ),
        (
            "Our designated persons (two of us) who co-ordinate this work are, and are always available:\n\n"
            "Ada Holt (Supervisor) and Cy Dale (Leader)",
            [("dsl", "Ada Holt"), ("dsl", "Cy Dale")],
        ),
        (
            "There is a designated staff member for the children’s protection in the nursery. This is:\n\n"
            "Ada Holt (Nursery Manager)",
            [("dsl", "Ada Holt")],
        ),
        ("DSL: Ada Holt (Headteacher) – Deputy DSL: Cy Dale", [("dsl", "Ada Holt"), ("deputy-dsl", "Cy Dale")]),
        ("In the absence of Ada Holt, Cy Dale will act as DSL.", [("dsl", "Ada Holt"), ("deputy-dsl", "Cy Dale")]),
        ("In Ada Holt’s absence Cy Dale stands in for the DSL.", [("dsl", "Ada Holt"), ("deputy-dsl", "Cy Dale")]),
        ("DSL: Ada Holt CPO", [("dsl", "Ada Holt")]),
        ("Ada Holt, Inclusion planner is DSL.", [("dsl", "Ada Holt")]),
        (
            "DSL: Ada Holt\n\nFurther deputy DSLs include:\n\nCy Dale (ELSA)",
            [("dsl", "Ada Holt"), ("deputy-dsl", "Cy Dale")],
        ),
        ("Our DSL’s details are below –\n\nName: Mrs Ada Holt", [("dsl", "Ada Holt")]),
        (
            "The DSL is Ada Holt and, in her absence, Cy Dale (01632 960102).",
            [("dsl", "Ada Holt"), ("deputy-dsl", "Cy Dale")],
        ),
        ("DSL: Mrs Holt HOY", [("dsl", "Holt")]),
        ("DSL: Mary Ann LEE", [("dsl", "Mary Ann LEE")]),
        ("In Larch NS Ada Holt is the DSL", [("dsl", "Ada Holt")]),
        ("The DSL is told by the manager. Ada Holt keeps the keys.", []),
        ("The Designated Safeguarding Lead is our Manager. Ada Holt teaches.", []),
    ],
)
def test_whoever_is_told_as_the_lead_is_found(text: str, found: list[tuple[str, str]]) -> None:
    contacts = extract_facts(document_from_text(OPENING + text)).contacts
    named = [(each.role, each.name or "") for each in contacts if each.role in {role for role, _ in found} or not found]
    assert named == found
