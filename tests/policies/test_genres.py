"""Whether a file is a policy at all: what gives no sign of it waits for its owner, and nobody hears of it."""

import pytest

from pipeline.facts.reading import extract_facts
from pipeline.model import Facts
from pipeline.policies.intake.genres import why_no_policy
from tests.evaluate import document_from_text

PEOPLE = "Oak class\nPupil\tDate of birth\nTom Jones\t1 May 2018\nAnn Lee\t3 June 2018"


def doubted(title: str, text: str = "", path: str = "a.docx", facts: Facts | None = None) -> str | None:
    return why_no_policy(title, f"{title}\n{text}", facts or Facts(), path)


@pytest.mark.parametrize(
    ("title", "text", "path"),
    [
        ("Behaviour Policy", "", "a.docx"),
        ("Lost Property", "", "lost_property_policy.docx"),
        ("Polisi Ymddygiad", "", "a.docx"),
        ("Code of Conduct", "", "a.docx"),
        ("Charging and Remissions", "", "a.docx"),
        ("Sun Safety", "This policy applies to all staff.", "a.docx"),
        ("Newsletter Policy", "", "a.docx"),
        ("Registers Procedure", "", "a.docx"),
        ("Missing Child Policy", "Name of child\tDate of birth\nClass\tTeacher\nSeen by\tAt", "a.docx"),
        ("Complaints Policy", "\n" * 20 + "Dear parent\nYours sincerely", "a.docx"),
    ],
)
def test_what_calls_itself_a_policy_is_taken_for_one(title: str, text: str, path: str) -> None:
    assert doubted(title, text, path) is None


@pytest.mark.parametrize(
    ("title", "text", "path", "why"),
    [
        ("Staff", "Name\tSalary\nAnn Lee\t£43,607\nBen Ash\t£49,084", "Pay Policy.docx", "people with “Salary”"),
        ("Oak class", PEOPLE, "a.docx", "people with “Date of birth”"),
        ("Elm School", "Dear Mrs Jones\nThank you for your complaint under our policy.", "a.docx", "like a letter"),
        ("Minutes of the policy committee", "Present: A, B", "a.docx", "notes of a meeting"),
        ("Policies", "Apologies", "Agenda 4 March.docx", "notes of a meeting"),
        ("Support plan: Tom Jones", "This policy is followed.", "a.docx", "is called “Support plan”"),
        ("Incident log", "", "a.docx", "is called “Incident log”"),
        ("Notes", "Buy milk", "a.docx", "neither says that it is a policy"),
    ],
)
def test_what_is_something_else_is_doubted(title: str, text: str, path: str, why: str) -> None:
    assert why in (doubted(title, text, path) or "")


def test_a_date_of_its_own_is_sign_enough_unless_its_name_says_what_it_is() -> None:
    reviewed = extract_facts(document_from_text("Sun Safety\nNext review: March 2027"))
    assert doubted("Sun Safety", facts=reviewed) is None
    assert "“Class list”" in (doubted("Class list", facts=reviewed) or "")
