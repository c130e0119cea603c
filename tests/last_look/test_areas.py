"""Whoever is told to have safeguarding, with no word for the role beside: the name is listed, and the copy is made."""

import pytest

from tests.builders import paragraph, table
from tests.last_look.test_check import word_copy

LISTED = {
    "looks after": [paragraph("Hana Quill looks after safeguarding in our school.")],
    "heads": [paragraph("Hana Quill heads our safeguarding team.")],
    "falls to": [paragraph("Child protection falls to Hana Quill.")],
    "bracket": [paragraph("Tell Hana Quill (safeguarding).")],
    "behind": [paragraph("Hana Quill: safeguarding")],
    "around": [paragraph("Safeguarding (Hana Quill)")],
    "dots": [paragraph("Safeguarding/child protection ........ Hana Quill")],
    "ring": [paragraph("For safeguarding, ring Hana Quill.")],
    "asked": [paragraph("Who leads on safeguarding?"), paragraph("Hana Quill")],
    "table": [table(("Area", "Who"), ("Safeguarding", "Hana Quill"), ("SEND", "Tove Marlow"))],
    "sentence": [paragraph("Hana Quill and all of us see to safeguarding.")],
    "turned": [table(("Name", "Responsibility"), ("Hana Quill", "Child protection"), ("Tove Marlow", "SEND"))],
}
LISTED |= {
    f"at a trust {number}": [paragraph(text)]
    for number, text in enumerate(
        ("Safeguarding link at the trust: Hana Quill", "Child protection officer for our trust – Hana Quill")
    )
}
NOT_TOLD = {
    "today's": [table(("Area", "Who"), ("Safeguarding", "Bob Ray"))],
    "link": [table(("Link governor", "Name"), ("Safeguarding", "Hana Quill"))],
    "link above": [paragraph("Link governors"), table(("Safeguarding", "Hana Quill"), ("SEND", "Tove Marlow"))],
    "training": [table(("Training", "By"), ("Safeguarding", "Hana Quill"))],
    "runs a course": [paragraph("Hana Quill runs safeguarding training.")],
    "of the council": [paragraph("Hana Quill of the council looks after safeguarding training for the authority.")],
    "other row": [table(("Area", "Who"), ("SEND", "Hana Quill"))],
}


@pytest.mark.parametrize("name", LISTED)
def test_whoever_stands_with_safeguarding_alone_is_listed(name: str) -> None:
    plan = word_copy(paragraph("The DSL is Bob Ray."), *LISTED[name]).plan
    assert plan.held is None
    assert [(each.text, each.reason.code) for each in plan.left] == [("Hana Quill", "may-name")]


@pytest.mark.parametrize("name", NOT_TOLD)
def test_others_are_not(name: str) -> None:
    plan = word_copy(paragraph("The DSL is Bob Ray."), *NOT_TOLD[name]).plan
    assert (plan.held, plan.left) == (None, ())
