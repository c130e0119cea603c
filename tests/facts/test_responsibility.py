"""Who looks after a policy and who approves it: the document's own, and no task's, team's or business's."""

import pytest

from pipeline.facts.reading import extract_facts
from pipeline.model import Facts
from tests.evaluate import document_from_text

LONG = "\n".join(f"Paragraph {number} tells staff what to do." for number in range(60))


def _facts(text: str) -> Facts:
    return extract_facts(document_from_text(f"Lettings Policy\n{text}\nWe let the hall."))


@pytest.mark.parametrize(
    ("text", "owner"),
    [
        ("Author\tHeadteacher\tDate March 2026", "Headteacher"),
        ("Policy\tSchool Business Manager\nowner:", "School Business Manager"),
        ("Policy owner\tSchool Business\nManager\nNext review\tMay 2027", "School Business Manager"),
        ("Lead: Ada Holt", "Ada Holt"),
        ("Lead\tBehaviour Lead\nRatified by\tGoverning Body", "Behaviour Lead"),
        ("Author: HR Team", "HR Team"),
        ("Owner: Registrar", "Registrar"),
        ("Person responsible for this policy: Matron", "Matron"),
        ("SLT member: Ada Holt", "Ada Holt"),
        ("Policy owner\tIT Manager\nApproved by\tSenior Leadership Team", "IT Manager"),
        ("Responsible person or group: College of Teachers", "College of Teachers"),
        ("Lead:\tSenior Leadership Team\nReview date:\tMay 2027", "Senior Leadership Team"),
        ("Links to:\tSafeguarding Policy\nLead:\tAssistant Head (Care)", "Assistant Head (Care)"),
    ],
)
def test_the_owner_is_read_beside_its_label(text: str, owner: str) -> None:
    assert _facts(text).owner == owner


@pytest.mark.parametrize(
    "text",
    [
        "Owner/Manager\tSue Marlow",
        "Head of centre\tAda Holt\nSLT member(s)\tMr B Lowe, Ms C Dale",
        "Safeguarding Team\nLead: Ada Holt\nDeputies: Ben Marsh",
        f"{LONG}\nLead:\tAda Holt\nAction: mend the gate\n{LONG}",
        "Author\tGoverning Body",
    ],
)
def test_owners_of_businesses_leads_of_teams_and_of_tasks_own_no_policy(text: str) -> None:
    assert _facts(text).owner is None


@pytest.mark.parametrize(
    ("text", "approver"),
    [
        ("Ratified at the meeting of the Local Governing Body held on 12 May 2026", "Local Governing Body"),
        ("Agreed by Staff:\tMay 2026\nAgreed by Governors:\tJune 2026", "Governors"),
        ("Approved by\tFinance and Premises\nCommittee", "Finance and Premises Committee"),
        ("This policy was adopted by Elm Pre-School.", "Elm Pre-School"),
        ("Date approved by Corporation: July 2026", "Corporation"),
        ("Agreed by Staff:\tMay 2026", "Staff"),
    ],
)
def test_the_body_that_decides_is_read(text: str, approver: str) -> None:
    assert _facts(text).approved_by == approver


def test_a_head_who_reviewed_has_approved_nothing() -> None:
    facts = _facts("Reviewed by\tHeadteacher\tDate August 2026\nApproved")
    assert facts.approved_by is None
    assert _facts("Reviewed by\tGoverning body\tDate August 2026").approved_by == "Governing body"


def test_a_form_that_nobody_filled_in_names_no_approver() -> None:
    assert _facts("Approved by governors where needed: ..............\tLooked at again on: ......").approved_by is None
    assert _facts("Approval needed by:\tBoard of Directors").approved_by == "Board of Directors"


@pytest.mark.parametrize(
    ("text", "approver"),
    [
        ("This policy was adopted at a meeting of the Trustees held on 7th November 2018", "Trustees"),
        ("As adopted by the Governors of Northedge High School.", "Governors"),
        ("Approval Requirement\tBoard of Directors", "Board of Directors"),
        ("Delegation: Resources Committee", "Resources Committee"),
    ],
)
def test_the_approver_is_read_without_whose_it_is_and_at_its_meeting(text: str, approver: str) -> None:
    assert _facts(text).approved_by == approver


def test_the_code_of_a_policy_is_no_title() -> None:
    text = "Policy: P1.02\nHarrow Preschool\nSafeguarding Children and Child Protection Policy\nWe care."
    assert extract_facts(document_from_text(text)).title == "Safeguarding Children and Child Protection Policy"


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("Trips abroad are approved by the governing body.", None),
        ("The budget was approved by the trustees in May 2026.", None),
        ("• residential visits have been approved by the Trust Board", None),
        ("This policy was approved by the governing body.", "governing body"),
        ("It has been approved by the trustees.", "trustees"),
        ("Approved by the Trust Board", "Trust Board"),
        ("This policy was adopted\nby\nElm Nursery\t(name of provider)\nOn\t15 October 2024\t(date)", "Elm Nursery"),
    ],
)
def test_who_approves_something_else_does_not_approve_the_policy(text: str, body: str | None) -> None:
    assert _facts(text).approved_by == body
