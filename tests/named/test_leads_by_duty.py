"""Leads told by what they answer for, by where worries go, or by a label that only the line above explains."""

import pytest

from pipeline.facts.reading import extract_facts
from tests.builders import table
from tests.evaluate import document_from_text
from tests.named.test_contact_layout import contacts_of
from tests.plan.test_unknown import planned

OPENING = "Larch School\nVisits Policy\n\n"
Named = list[tuple[str, str | None]]
ADA: Named = [("dsl", "Ada Holt")]
BOTH: Named = [("dsl", "Ada Holt"), ("deputy-dsl", "Ben Lowe")]
LEADS: Named = [("dsl", "Ada Holt"), ("dsl", "Cy Dale")]


def named_in(text: str) -> Named:
    return [(each.role, each.name) for each in extract_facts(document_from_text(OPENING + text)).contacts]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Person responsible for safeguarding\tAda Holt", ADA),
        ("Member of staff in charge of child protection: Ada Holt", ADA),
        ("Ada Holt has day to day responsibility for safeguarding. Ben Lowe deputises.", BOTH),
        ("For safeguarding concerns please contact Ada Holt.", ADA),
        ("If you are worried about a child speak to Ada Holt.", ADA),
        ("Turn to the DSL, Ada Holt, or to Ben Lowe in her absence.", BOTH),
        ("Safeguarding concerns must always be reported to Ada Holt.", ADA),
        ("Safeguarding concerns must be reported to Ada Holt.", ADA),
        ("Report any safeguarding concern immediately to Ada Holt.", ADA),
        ("The DSL is Ada Holt. For Year 1 Ben Lowe, and for Year 2 Eve Stone, act as deputies.",
         [*BOTH, ("deputy-dsl", "Eve Stone")]),
        ("Our DSL is Ada Holt. At the hall, where she does not go, Ben Lowe takes her place as deputy DSL.",
         BOTH),
        ("Ada Holt, DSL. In her absence Ben Lowe, Deputy Trust Safeguarding Lead, takes calls.", BOTH),
        ("Ada Holt (Headteacher) is our Designated Safeguarding Lead.", [("headteacher", "Ada Holt"), *ADA]),
        ("The head, Ada Holt, keeps the log of it and is the school’s Designated Safeguarding Lead.", ADA),
        ("References are read by the manager, Ada Holt (also DSL), before any offer.", ADA),
        ("The DSL is Ada Holt. Ask the head or deputy (Quorra Lowe) for the keys.", ADA),
        ("Who can help\nAda Holt\tDeputy Headteacher, DSL\nBen Lowe\tFamily Officer, Deputy DSL", BOTH),
        ("Ada Holt (Safeguarding)\nEd Vane (Fire)", ADA),
        ("We go to our DSL (Ada Holt) or her deputies (Ben Lowe and Cy Dale).", [*BOTH, ("deputy-dsl", "Cy Dale")]),
        ("A worry goes to the DSL (Ada Holt) or deputy (Quorra Lowe).", [*ADA, ("deputy-dsl", "Quorra Lowe")]),
        ("The DSL is Ada Holt. A trained deputy is available at all times for staff to discuss concerns: Ben Lowe",
         BOTH),
        ("The Designated Safeguarding Lead for the School, including the EYFS, is Ada Holt.", ADA),
        ("The DSL for the whole school (early years and boarding) is Ada Holt.", ADA),
        ("The DSL, who is also the Deputy Head, is Ada Holt.", ADA),
        ("Ada Holt is the Headteacher and also our DSL; Ben Lowe is the Deputy DSL.",
         [("headteacher", "Ada Holt"), *BOTH]),
        ("Ada Holt is our SENCo as well as the DSL.", [("senco", "Ada Holt"), *ADA]),
        ("Ada Holt is both the Headteacher and the DSL.", [("headteacher", "Ada Holt"), *ADA]),
        ("The DSL is the Headteacher, Ada Holt, and in her absence Ben Lowe, who teaches Class 3, deputises.",
         [*ADA, ("headteacher", "Ada Holt"), ("deputy-dsl", "Ben Lowe")]),
        ("The Headteacher is Ada Holt, and in her absence Ben Lowe deputises.", [("headteacher", "Ada Holt")]),
        ("Ada Holt is our DSL. Two of us, Ben Lowe and Eve Stone, are Deputy DSLs.",
         [*BOTH, ("deputy-dsl", "Eve Stone")]),
        ("Speak to Ada Holt (Head of Provision and DSL) on 01632 960101 if you are worried.", ADA),
        ("Our DSL, who is Ada Holt, is told.", ADA),
        ("Our DSL is Ada Holt, the manager; Ben Lowe covers when Ada is away.", BOTH),
        ("If a pupil tells of harm, the DSL (Ada Holt) is told at once; Ben Lowe deputises.", BOTH),
        ("I am Rosie Holt, a childminder.\nWe like ponds.\nI am the designated safeguarding lead for my setting.",
         [("dsl", "Rosie Holt")]),
        ("My name is Ada Holt. I am also the DSL.", ADA),
        ("Ada Holt, registered childminder\nI am the DSL.", ADA),
        ("Ada Holt (manager and DSL) will decide whether a referral is needed.", ADA),
        ("Ada Holt is the school's DSL and Ben Lowe deputises when she is off site.", BOTH),
        ("The DSL is Ada Holt. Ben Lowe covers when lunch is out.", ADA),
        ("The DSL is Ada Holt. The bus is driven by Dave. Ben Lowe covers when Dave is away.", ADA),
        ("The DSL is Ada Holt. The Head is helped by Ben Lowe, who deputises.", ADA),
        ("The DSL is Ada Holt. Staff are ill at times. Ask Ben Lowe, who covers in their absence.", ADA),
        ("Child protection matters. The designated person for welfare and child protection is Ada Holt.", ADA),
        ("Child protection matters. The designated person for mental health and safeguarding is Ada Holt.", ADA),
        ("Ada Holt, the Deputy Head (Pastoral) and DSL, has the final say.", ADA),
        ("I, Ada Holt, am the Designated Safeguarding Lead for my setting.", ADA),
        ("Child protection matters. The designated teacher for drugs is Eve Stone.", []),
        ("Child protection matters. The designated person for fire safety is Eve Stone.", []),
        ("Child protection matters. Designated person for Fire Safety: Eve Stone", []),
        ("Child protection matters. The designated member of staff for attendance is Eve Stone.", []),
        ("Child protection matters. The designated person for the nursery is Ada Holt.", ADA),
        ("Child protection matters. The designated person for swimming is Eve Stone.", []),
        ("Child protection matters. The designated person for school trips is Eve Stone.", []),
        ("Child protection matters. The designated person for Mental Health is Eve Stone.", []),
        ("Child protection matters. Designated person for Prevent: Eve Stone", []),
        ("Child protection matters. The designated person for dealing with concerns is Ada Holt.", ADA),
        ("Pupils who are looked after need more. The designated teacher for them is Eve Stone. The DSL is Ada Holt.",
         [("designated-teacher", "Eve Stone"), *ADA]),
        ("The designated teacher is Eve Stone, who meets the virtual school.\nThe DSL is Ada Holt.",
         [("designated-teacher", "Eve Stone"), *ADA]),
        ("The designated teacher is Eve Stone.\nThe DSL is Ada Holt.", ADA),
        ("The Designated Teacher is Ada Holt. CCMS and the Education Authority are told.", ADA),
        ("Speak to the DSL, Mrs Holt, or to Mr Lowe or Miss Stone who deputise for her.",
         [("dsl", "Holt"), ("deputy-dsl", "Lowe"), ("deputy-dsl", "Stone")]),
        ("The DSL is Ada Holt.\nWhen the DSL is not on site, the suitably trained deputy is: Ben Lowe", BOTH),
        ("The DSL is Ada Holt.\nWhen the DSL is not on site, a trained deputy is available: Ben Lowe", BOTH),
        ("Go to our DSL, Ada Holt. If Ada is away, speak to Ben Lowe who deputises.", BOTH),
        ("The DSL is Ada Holt, Assistant Head, who can be rung. She is supported by two deputies, Ben Lowe (Head of"
         " Year 9) and Eve Stone (Manager).", [*BOTH, ("deputy-dsl", "Eve Stone")]),
        ("The Governors have appointed Ada Holt, Deputy Head (Pastoral), as the DSL.", ADA),
        ("I am Ada Holt, a childminder. I am Ben Lowe, her assistant. I am the DSL.", []),
        ("I am the DSL.\nSigned: Ada Holt", []),
        ("Ada Holt is the Headteacher and tells the DSL.", [("headteacher", "Ada Holt")]),
    ],
)  # fmt: skip
def test_whoever_answers_for_it_is_the_lead(text: str, named: Named) -> None:
    assert named_in(text) == named


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("The DSL is Ada Holt. Safeguarding concerns about staff should be reported to Eve Stone.", ADA),
        ("The DSL is Ada Holt. For safeguarding concerns in the holidays contact Eve Stone.", ADA),
        ("The DSL is Ada Holt. Report safeguarding concerns to Eve Stone.", ADA),
        ("Safeguarding concerns must be reported to the Headteacher, Eve Stone.", [("headteacher", "Eve Stone")]),
        ("For safeguarding concerns contact Kent Children’s Services.", []),
        ("For safeguarding training contact Eve Stone.", []),
        ("Link governors\nEve Stone (Safeguarding)\nEd Vane (SEND)", []),
        ("All staff are responsible for safeguarding. Eve Stone teaches music.", []),
    ],
)
def test_whoever_only_hears_of_worries_is_none_where_another_leads(text: str, named: Named) -> None:
    assert named_in(text) == named


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Designated Safeguarding Lead, Deputy, Governor\nLead: Ada Holt\nDeputy: Ben Lowe", BOTH),
        ("Safeguarding team\nLead: Ada Holt\nDeputy: Ben Lowe", BOTH),
        ("Designated Safeguarding Lead\nLead: Ada Holt", ADA),
        ("DSL: Ada Holt\nLead: Ed Vane", ADA),
        ("DSL job description\nLead: Ed Vane", []),
        ("Attendance\nLead: Ed Vane", []),
        ("Safeguarding leads for each site\nInfant site: Ada Holt\nJunior site: Cy Dale", LEADS),
        ("Safeguarding leads for each site\nMonday: Ada Holt", []),
        ("KS3 DSL: Ada Holt\nKS4 DSL: Cy Dale", LEADS),
    ],
)
def test_a_label_means_what_the_line_above_says(text: str, named: Named) -> None:
    assert named_in(text) == named


def test_a_copy_waits_for_whoever_only_hears_of_worries() -> None:
    text = "For safeguarding concerns please contact Ada Holt."
    stated = extract_facts(document_from_text(OPENING + text)).contacts
    plan = planned(text, stated=stated)
    assert plan.held is not None
    assert [each.value for each in plan.unknown] == ["Ada Holt"]
    assert "concerns go to this person there, who is not called the designated safeguarding lead:" in plan.held


def test_two_leads_side_by_side_for_parts_of_the_school_are_both_read() -> None:
    found = contacts_of(table(("KS3 DSL", "KS4 DSL"), ("Ada Holt", "Cy Dale")))
    assert [each[:2] for each in found] == LEADS


def test_the_number_of_whom_the_lead_rings_is_not_the_leads() -> None:
    text = "The manager, Ada Holt, who is our DSL, rings the social care team on 01632 960790."
    assert [each.phone for each in extract_facts(document_from_text(OPENING + text)).contacts] == [None]


def test_a_copy_waits_for_whoever_is_also_the_lead() -> None:
    text = "References are read by the Head of Centre, Ada Holt (also DSL)."
    stated = extract_facts(document_from_text(OPENING + text)).contacts
    assert planned(text, stated=stated).held is not None


def test_the_number_to_call_or_text_below_the_lead_is_the_leads() -> None:
    text = "Designated Safeguarding Lead: Ada Holt\nCall or text 07700 900640"
    assert [each.phone for each in extract_facts(document_from_text(OPENING + text)).contacts] == ["07700 900640"]


def test_labels_in_two_languages_are_read() -> None:
    rows = (
        ("Swydd / Role", "Enw / Name"),
        ("Designated Senior Person / Person Dynodedig", "Ada Holt"),
        ("Deputy DSP / Dirprwy", "Ben Lowe"),
    )
    assert [each[:2] for each in contacts_of(table(*rows))] == BOTH


@pytest.mark.parametrize(
    ("told", "named"),
    [("The Education Authority helps us.", ADA), ("The Local Education Authority helps us.", []), ("We help.", [])],
)
def test_a_designated_teacher_leads_in_northern_ireland(told: str, named: Named) -> None:
    assert named_in(f"{told}\nThe team: Mr Ed Vane (caretaker) and Ada Holt (Designated Teacher).") == named
