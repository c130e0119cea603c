"""Ways of writing met in documents of other hands: each sentence is invented after one of them."""

from typing import Any

import pytest

from pipeline.facts.reading import extract_facts
from pipeline.model.facts import Facts, FactStatus
from pipeline.text.capitals import ordinary_case
from tests.evaluate import document_from_text


def read(text: str) -> Facts:
    return extract_facts(document_from_text(text))


def stated(facts: Facts, name: str) -> Any:
    value = getattr(facts, name)
    return value.date.value if hasattr(value, "date") else value


A, L, N = "approved_on", "last_review", "next_review"

FORMS: list[tuple[str, dict[str, Any]]] = [
    # dates
    ("Lettings Policy\nPolicy reviewed: 3\nrd October 2023", {L: "2023-10-03"}),
    ("Lettings Policy\nReview by Nov 2026", {N: "2026-11"}),
    ("Lettings Policy\nReview by the committee in its May meeting", {N: None, L: None}),
    ("Lettings Policy\nDate of agreement: March 2021", {A: "2021-03"}),
    ("Lettings Policy\nDate of authorisation: March 2021", {A: "2021-03"}),
    ("Lettings Policy\nApproved by:\nAda Holt\nChair of Governors\n30/01/2024", {A: "2024-01-30"}),
    ("Lettings Policy\nChanges\tPolicy updated to reflect 2017 DfE guidance", {L: None}),
    (
        "Thornfield Junior School Agreed date: March 2017 Written by: SLT Approved by: Head Teacher Due for review: "
        "March 2018 Lettings Policy for halls, rooms and fields",
        {
            A: "2017-03",
            N: "2018-03",
            "owner": "SLT",
            "approved_by": "Head Teacher",
            "school": "Thornfield Junior School",
        },
    ),
    (
        "Lettings Policy\nVersion\tDate of change\tReason for change\n1.1\t4 May "
        "2022\tUpdate\n1.2\t3 June 2024\tChanges to "
        "the first aid list",
        {L: "2024-06-03"},
    ),
    ("Lettings Policy\nDate for re-adoption: May 2027", {A: None, N: "2027-05"}),
    # titles
    ("Lettings Policy 24 - 27\nText.", {"title": "Lettings Policy"}),
    (
        "Letting of halls and fields\nPolicy details\nNext review date - 1 May 2025",
        {"title": "Letting of halls and fields"},
    ),
    (
        "Title of document\tLetting of Halls\nand Fields Policy\nStatus\tNew",
        {"title": "Letting of Halls and Fields Policy"},
    ),
    (
        "Thornfield Junior School Lettings Policy Agreed: May 2020 Review: May 2022",
        {"title": "Lettings Policy", "school": "Thornfield Junior School"},
    ),
    ("Lettings Policy At our school we let the hall on most evenings of the week.", {"title": "Lettings Policy"}),
    ("Page 1 of 9 Thornfield Junior School Lettings Policy\n1. Objectives", {"title": "Lettings Policy"}),
    ("Thornfield Junior School\nLettings Policy.\nRevised: May 2021", {"title": "Lettings Policy"}),
    ("HOLLOW LANE SCHOOL 11 - LETTINGS AND HIRE POLICY\nText.", {"title": "Lettings and Hire Policy"}),
    (
        "THORNFIELD JUNIOR SCHOOL\nHawthorn Crescent\nThornfield\nTF1 2AB\nDear parents\nOur sports day is on Friday.",
        {"title": None},
    ),
    ("LETTINGS POLICY 1\nText.", {"title": "Lettings Policy"}),
    ("Signature (Headteacher)\ne-Lettings Policy\nText.", {"title": "e-Lettings Policy"}),
    ("Lettings Policy\nSeptember 2015\nHire of Halls Policy: September 2015", {"title": "Lettings Policy"}),
    # schools
    ("Lettings Policy\nGeneral Statement Moorland Trust lets its halls.", {"school": "Moorland Trust"}),
    (
        "St. Paul s CE(C) Primary School, Moorland\nLettings Policy",
        {"school": "St. Paul s CE(C) Primary School"},
    ),
    ("Moorland Schools\nLettings Policy", {"school": "Moorland Schools"}),
    ("HOLLOW LANE COLLEGE Section 9\nLettings Policy", {"school": "HOLLOW LANE COLLEGE"}),
    ("Lettings Policy\nLead: Ada Holt, Bursar", {"owner": "Ada Holt, Bursar"}),
    ("Lettings Policy\nUpdated by: MSW\nUpdated: 3 May 2023", {"approved_by": None, L: "2023-05-03"}),
    ("Lettings Policy\nAt All Saints School we let the hall.", {"school": "All Saints School"}),
    ("Lettings Policy\nThe Trust & Academy Structure", {"school": None}),
    (
        "Thornfield Academy, Yarrow Road, Thornfield, TF1 2AB\nAbout Our Academy\nLettings Policy",
        {"school": "Thornfield Academy"},
    ),
    (
        "St Mary s Church of England Primary School\nLettings Policy",
        {"school": "St Mary s Church of England Primary School"},
    ),
    (
        "Lettings Policy\nThe Moor Academy Thornfield lets its hall. Those who use Moor Academy "
        "Thornfield sign a form.",
        {"school": "Moor Academy Thornfield"},
    ),
    ("Lettings Policy\nThe Thornfield academy\nText.", {"school": "The Thornfield academy"}),
    # owner, approver, cycle, version
    ("Lettings Policy\nResponsible for Review: Site Manager", {"owner": "Site Manager"}),
    ("Lettings Policy\nMaintained By Site Manager", {"owner": "Site Manager"}),
    (
        "Lettings Policy\nCommittee Responsibility: Resources Committee\nApproved By: Governing Body",
        {"owner": None, "approved_by": "Governing Body"},
    ),
    ("Lettings Policy\nPrepared by:\tSignature:\tDate:", {"owner": None}),
    ("Lettings Policy\nApproved by | Full Governing Body |", {"approved_by": "Full Governing Body"}),
    (
        "Lettings Policy\nFrequency of review: Annually Link with Governance:\nFull Governors",
        {"approved_by": "Full Governors"},
    ),
    (
        "Lettings Policy\nSignature ........ (Chair of Governors)\nPrint name ........\nResponsible "
        "Body\nTitle of Policy\n"
        "Governing Body of Thornfield School\nHire of Halls Policy",
        {"approved_by": "Governing Body of Thornfield School"},
    ),
    ("Lettings Policy\nThis policy will be reviewed:\nAnnually during Term 1", {"review_cycle_months": 12}),
    ("Lettings Policy\n• It is reviewed every two years by the staff.", {"review_cycle_months": 24}),
    ("Lettings Policy\nIssue Number: 2.0\nIssue Date: May 2020", {"version": "2.0"}),
    ("Lettings Policy\nDocument Version Number v.03", {"version": "v.03"}),
]


@pytest.mark.parametrize(("text", "expected"), FORMS, ids=[text[-60:] for text, _ in FORMS])
def test_other_hands_are_read_as_they_mean_it(text: str, expected: dict[str, Any]) -> None:
    facts = read(text)
    assert {name: stated(facts, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "This policy should be read with the Homework Policy and the Uniform Policy.",
            ["Homework Policy", "Uniform Policy"],
        ),
        ("This links to our policies on behaviour, attendance and SEND.", ["behaviour", "attendance", "SEND"]),
        (
            "This policy complements the school’s equal opportunities policy and lettings policy.",
            ["equal opportunities policy", "lettings policy"],
        ),
        (
            "It should be read in conjunction with the Behaviour, Attendance and Homework policies.",
            ["Behaviour", "Attendance", "Homework policies"],
        ),
        (
            "This policy must be read in conjunction with the Homework Policy and\nthe SEN policy.",
            ["Homework Policy", "SEN policy"],
        ),
        (
            "Other relevant policies- Visits Policy, Uniform Policy and the Race Equality document.",
            ["Visits Policy", "Uniform Policy", "Race Equality document"],
        ),
        (
            "Other related policies include:\nVisits Policy, Uniform Policy, Lost Property, Site Security.",
            ["Visits Policy", "Uniform Policy", "Lost Property", "Site Security"],
        ),
        ("This is a list of areas linked to:\nThe Library\nWall displays\nShared corners", []),
        (
            "Staff receive a copy (with other related policies) when they start, and learn about ways of:\n"
            "• listening to others\n• working as a team",
            [],
        ),
        ("This must be read in conjunction with this policy statement.", []),
        (
            "Links to other policies:\nVisits Policy\nUniform Policy\nAIMS AND OBJECTIVES\nText.",
            ["Visits Policy", "Uniform Policy"],
        ),
        ("This policy is underpinned by the following legislation:\n- School Discipline Regulations (2012)", []),
    ],
)
def test_linked_policies_in_running_text(text: str, names: list[str]) -> None:
    assert list(read(f"Thornfield School\nCalm Corners Policy\n{text}").linked_policies) == names


@pytest.mark.parametrize(
    ("text", "leads", "deputies"),
    [
        (
            "Child Protection Policy\nDesignated Lead Person for Child Protection: Ada Holt, Head\n"
            "Deputy Designated Lead Person for Child Protection: Bo Lind",
            ["Ada Holt"],
            ["Bo Lind"],
        ),
        ("Child Protection Policy\nOur Safe Guarding Co-ordinator is Ada Holt", ["Ada Holt"], []),
        ("Designated person/s for leading Child Protection - Ada Holt and Bo Lind.", ["Ada Holt", "Bo Lind"], []),
        ("Medical Needs Policy\nDesignated person: Mrs D Holt", [], []),
        ("Child Protection Policy\nDesignated person: Mrs D Holt", ["D Holt"], []),
    ],
)
def test_leads_of_other_wordings(text: str, leads: list[str], deputies: list[str]) -> None:
    contacts = read(text).contacts
    assert [each.name for each in contacts if each.role == "dsl"] == leads
    assert [each.name for each in contacts if each.role == "deputy-dsl"] == deputies


def test_another_entry_of_a_form_gives_the_leads_number() -> None:
    form = "Name: Ada Holt\nContact details: 01632 960472\nDesignated Safeguarding Lead:\nName: Ada Holt\nDeputy DSL:\n"
    lead = read(f"Child Protection Policy\n{form}Name: Bo Lind (Head)").contacts[0]
    assert (lead.role, lead.name, lead.phone) == ("dsl", "Ada Holt", "01632 960472")


@pytest.mark.parametrize(
    ("printed", "written"),
    [
        ("BEHAVIOUR MANAGEMENT POLICY", "Behaviour Management Policy"),
        ("Behaviour POLICY", "Behaviour Policy"),
        ("SEND AND INCLUSION POLICY", "SEND and Inclusion Policy"),
        ("RELATIONSHIPS AND SEX EDUCATION (RSE)", "Relationships and Sex Education (RSE)"),
        ("STATEMENT OF PRINCIPLES: THE HALL", "Statement of Principles: The Hall"),
        ("ANTI-BULLYING POLICY", "Anti-Bullying Policy"),
        ("PSHE", "PSHE"),
        ("NQT Policy", "NQT Policy"),
        ("Lettings Policy", "Lettings Policy"),
    ],
)
def test_titles_in_capitals_are_given_in_ordinary_case(printed: str, written: str) -> None:
    assert ordinary_case(printed) == written


def test_the_evidence_of_a_title_keeps_its_capitals() -> None:
    facts = read("LETTINGS POLICY\nText.")
    assert facts.title == "Lettings Policy"
    assert facts.evidence["title"].text == "LETTINGS POLICY"
    assert facts.evidence["title"].status is FactStatus.FOUND
