"""Who looks after a policy and who approves it: the document's own, and no task's, team's or business's."""

import pytest

from pipeline.facts.reading import extract_facts
from pipeline.model.facts import Facts
from tests.evaluate import document_from_text

LONG = "\n".join(f"Paragraph {number} tells staff what to do." for number in range(60))


def _facts(text: str) -> Facts:
    return extract_facts(document_from_text(f"Lettings Policy\n{text}\nWe let the hall."))


@pytest.mark.parametrize(
    ("text", "owner"),
    [
        ("Author\tHeadteacher\tDate March 2026", "Headteacher"),
        ("Policy\tSchool Business Manager\nowner:", "School Business Manager"),
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
    ],
)
def test_owners_of_businesses_leads_of_teams_and_of_tasks_own_no_policy(text: str) -> None:
    assert _facts(text).owner is None


@pytest.mark.parametrize(
    ("text", "approver"),
    [
        ("Ratified at the meeting of the Local Governing Body held on 12 May 2026", "Local Governing Body"),
        ("Agreed by Staff:\tMay 2026\nAgreed by Governors:\tJune 2026", "Governors"),
        ("This policy was adopted by Elm Pre-School.", "Elm Pre-School"),
        ("The Elm Trust Board of Trustees has agreed this Policy.", "Elm Trust Board of Trustees"),
        ("Governor’s Committee responsible for Policy\tResources", "Resources"),
        ("This policy was adopted at a meeting of the Elmbox committee held on 12 May 2026.", "Elmbox committee"),
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


def test_a_form_says_who_is_to_approve() -> None:
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


@pytest.mark.parametrize(
    ("text", "approver"),
    [
        ("Chair of Committee:\tAda Holt\nClerk of Committee:\tBen Marsh", None),
        ("Date ratified by governors:\nDate shared with staff: May 2026", None),
        ("Date of adoption: DRAFT May 2026", None),
        (f"{LONG}\nMedicines are handed to a member of staff authorised by the Headteacher.\n{LONG}", None),
        (f"{LONG}\nThe register is checked and any changes are approved by the Governing Body\n{LONG}", None),
        ("Reviewed by: SLT\nReviewed: May 2026", None),
        ("Approved by: TBC", None),
        ("Created by\tAda Holt\tDate\tMay 2026\nApproved by\t\tDate\t", None),
        ("This policy will be reviewed and approved by the governing board every 2 years.", "governing board"),
        ("This plan will be reviewed every year.\nIt will be approved by the Governing Body.", "Governing Body"),
        ("This policy will be reviewed by the SENCo. Each time, it will be approved by the full board of governors.",
         "full board of governors"),
        ("To be reviewed by: Learning and Well-being\nCommittee\nThis plan will be approved by the Learning and"
         " Well-being Committee.", "Learning and Well-being Committee"),
        ("Approved by\tApproved on\tNext review\nGovernors\tMay 2020\tMay 2022\nFull Governing Body"
         "\tMay 2022\tMay 2024",
         "Full Governing Body"),
        ("Version\tDate\tAuthor\tApproved by\tChanges\n1.0\tMay 2022\tA Holt\tGovernors\tFirst version\n"
         "2.0\tMay 2024\tB Lowe\tFull Governing Body\tUpdated", "Full Governing Body"),
    ],
)  # fmt: skip
def test_who_approves_is_taken_from_its_own_place_and_the_newest_row(text: str, approver: str | None) -> None:
    assert _facts(text).approved_by == approver


@pytest.mark.parametrize(
    ("text", "owner"),
    [
        ("The named person with responsibility for implementing this policy is Robin Holt, SENCo", "Robin Holt, SENCo"),
        ("The responsibility for the management of this policy falls to the Headteacher.", "Headteacher"),
        ("Policy contact name and position\tAda Holt, Headteacher", "Ada Holt, Headteacher"),
        ("Person responsible for review\tAda Holt\t– Head Teacher", "Ada Holt – Head Teacher"),
        ("Owner: Human Resources\nCreated by: Ada Holt", "Human Resources"),
        ("Document owner: Finance", "Finance"),
        ("Owner: TBC", None),
        ("Record the name of the responsible person for each incident", None),
    ],
)
def test_an_owner_is_a_person_with_a_post_or_a_department(text: str, owner: str | None) -> None:
    assert _facts(text).owner == owner


def test_the_newest_row_of_a_history_counts_where_its_date_stands_last() -> None:
    facts = _facts("Document control\nVersion\tChanges\tDate\n1\tWritten for the trust by its estates team\t12/05/2022"
                   "\n2\tAnnual review, references to the law updated\t14/06/2024")  # fmt: skip
    assert facts.last_review is not None
    assert facts.last_review.date.value == "2024-06-14"


def test_how_often_a_policy_is_reviewed_is_read_behind_a_long_name_of_a_committee() -> None:
    text = (
        "This document will be reviewed by the Learning and Well-being Committee of the governing board at least every"
    )
    assert _facts(f"{text} 2 years.").review_cycle_months == 24
