"""Whose lead "the club’s" and "the parish’s" is, and whose chair a chair of committee."""

import pytest

from pipeline.facts.reading import extract_facts
from tests.evaluate import document_from_text

Named = list[tuple[str, str | None]]


def named(text: str) -> Named:
    facts = extract_facts(document_from_text(f"Safeguarding Policy\n{text}\nEverybody reports every concern."))
    return [(each.role, each.name) for each in facts.contacts]


OWN: list[tuple[str, Named]] = [
    ("Adopted by the PCC in May 2021.\nParish Safeguarding Officer: Ada Holt", [("dsl", "Ada Holt")]),
    ("The churchwardens keep the keys.\nChurch Safeguarding Lead - Ada Holt", [("dsl", "Ada Holt")]),
    (
        "Elm Vale Parish Church\nParish Safeguarding Children Co-ordinator: Ada Holt\n"
        "Diocesan Safeguarding Adviser: Ben Lowe",
        [("dsl", "Ada Holt")],
    ),
    (
        "Our club meets on Sundays.\nThe club house is shut.\nClub Safeguarding Officer - Ada Holt\n"
        "Deputy Club Safegaurding Officer - Ben Lowe",
        [("dsl", "Ada Holt"), ("deputy-dsl", "Ben Lowe")],
    ),
    (
        "Elm Vale After School Club\nThe Club’s designated Child Protection Officer (CPO) is Ada Holt.",
        [("dsl", "Ada Holt")],
    ),
    ("Parish of Elm Vale\nParish Safeguarding Representative: Ada Holt", [("dsl", "Ada Holt")]),
    ("Elm Vale Tuition Ltd\nCompany Safeguarding Lead: Ada Holt", [("dsl", "Ada Holt")]),
    (
        "Elm Vale Swimming Club\nOur club welfare officers are Ada Holt and Ben Lowe.",
        [("dsl", "Ada Holt"), ("dsl", "Ben Lowe")],
    ),
    ("Our playgroup is run by parents.\nChair of Committee: Ada Holt", [("chair-of-governors", "Ada Holt")]),
    ("Elm Vale Primary School\nMrs Ada Holt is Elm’s SENCO.", [("senco", "Ada Holt")]),
    ("Elm Vale Primary School\nMrs Ada Holt is Oakwell’s SENCO.", []),
]


@pytest.mark.parametrize(("text", "expected"), OWN)
def test_the_lead_of_a_church_or_a_club_is_its_documents_own(text: str, expected: Named) -> None:
    assert named(text) == expected


OTHERS: list[tuple[str, Named]] = [
    ("Elm Vale Primary School\nThe DSL is Ada Holt.\nParish Safeguarding Officer: Ben Lowe", [("dsl", "Ada Holt")]),
    ("Pupils go to the chess club.\nThe club is shut.\nClub Safeguarding Officer: Ben Lowe", []),
    ("Elm Vale Methodist Church\nCircuit Safeguarding Officer: Ben Lowe", []),
    ("Elm Vale FC\nCounty FA Designated Safeguarding Officer: Ben Lowe", []),
    ("Adopted by the PCC in May 2021.\nDiocesan Safeguarding Officer: Ben Lowe", []),
    ("The governors meet.\nChair of Committee: Ada Holt", []),
    ("Elm Vale Primary School\nBen Lowe is the headteacher of Hill View School.", []),
    ("Elm Vale Primary School\nThe headteacher of Elm Vale is Ada Holt.", [("headteacher", "Ada Holt")]),
    ("Elm Vale Primary School\nThe DSL is Ada Holt. The DSL at Moorland Coaching is Ben Lowe.", [("dsl", "Ada Holt")]),
    (
        "Elm Vale Music Service is committed to you.\nElm Vale Music Service\n"
        "In a school you report to its DSL. At Moorland Academy, for instance, the academy’s DSL is Mr Ben "
        "Lowe, and he is on site from nine to one.",
        [],
    ),
    ("Elm Vale Primary School\nThe DSL of Moorland Holiday Club is Ben Lowe.", []),
    ("Elm Vale Primary School\nThe DSL for the Breakfast Club is Ada Holt.", [("dsl", "Ada Holt")]),
    ("Elm Vale Primary School\nThe DSL at Elm Vale Nursery and Clubs is Ada Holt.", [("dsl", "Ada Holt")]),
]


@pytest.mark.parametrize(("text", "expected"), OTHERS)
def test_the_lead_of_another_body_stays_another_bodys(text: str, expected: Named) -> None:
    assert named(text) == expected


@pytest.mark.parametrize(
    ("line", "people"),
    [
        (
            "Mr Tighe, head of Southgate Academy in our story, hears on a Sunday that a boy was seen alone at the "
            "coach station. The DSL in the story, Mr Denby, does not answer. Whom does the head ring?",
            [],
        ),
        (
            "At Fernhill Primary School a cleaner finds a letter in a bin. She takes it to Mr Denby, the designated "
            "safeguarding lead; Mr Tighe, who is headteacher there, is on a course.",
            [],
        ),
        (
            "The DSL is Mrs Ann Moss, who took over in September after some years as a class teacher at Oakfield "
            "Secondary School and elsewhere.",
            [("dsl", "Ann Moss")],
        ),
        (
            "Pupils come from Oakfield Infant School and others, and at Hillside Primary School the designated "
            "safeguarding lead, Mrs Ann Moss, takes their files over.",
            [("dsl", "Ann Moss")],
        ),
    ],
)
def test_who_leads_in_a_line_about_another_school_is_that_schools(line: str, people: Named) -> None:
    assert named(f"Hillside Primary School\n{line}") == people
