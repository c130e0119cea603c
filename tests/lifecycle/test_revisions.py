"""What kind of revision a changed text is, and what keeps it from being used."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.lifecycle.compare import Change, Comparison, compare_texts
from pipeline.lifecycle.revisions import ISSUES_ITSELF, holds, revision_kind, same_school
from pipeline.model import Contact, Evidence, Facts, FactStatus, Problem, RevisionKind

LEAD = Contact("dsl", "Jo Fairweather", "01632 960101", "jo.fairweather@example.org")
NEXT = Contact("dsl", "Sam O'Neill", "01632 960202", "sam.oneill@example.org")
HEAD = "Lettings Policy\nDate of last review: August 2025\nDate of next review: August 2026\n"
BODY = (
    "Halls are let to community groups outside school hours.\n"
    "The hirer must leave the premises clean and locked by 10 pm.\n"
    "Deposits are returned within 14 days.\n"
)
CONTACT = "Ask Mrs Jo Fairweather, the Designated Safeguarding Lead. Her contact details are:\nTel. 01632 960101\n"


def kind(before: str, after: str, old: Contact = LEAD, new: Contact = LEAD) -> RevisionKind:
    return revision_kind(compare_texts(before, Facts(contacts=(old,)), after, Facts(contacts=(new,))))


def test_a_file_saved_again_is_reaffirmed() -> None:
    assert kind(HEAD + BODY, HEAD.replace("\n", "\n\n") + BODY.replace(" ", "  ")) is RevisionKind.REAFFIRMED


def test_moved_dates_in_the_header_block_are_reaffirmed() -> None:
    after = HEAD.replace("2026", "2027").replace("2025", "2026") + BODY
    assert kind(HEAD + BODY, after) is RevisionKind.REAFFIRMED


def test_a_blank_approval_that_is_filled_in_is_reaffirmed() -> None:
    before = "Date approved by Governors:\n" + BODY
    assert kind(before, before.replace("Governors:", "Governors: 14 October 2026")) is RevisionKind.REAFFIRMED


def test_a_date_inside_a_rule_is_no_matter_of_the_header_block() -> None:
    rule = (
        "Every hirer must send the insurance papers for the coming year to the school office before 1 September 2025.\n"
    )
    assert kind(BODY + rule, BODY + rule.replace("2025", "2026")) is RevisionKind.MAJOR


def test_a_new_lead_is_a_change_of_contacts() -> None:
    after = CONTACT.replace("Mrs Jo Fairweather", "Mr Sam O'Neill").replace("960101", "960202").replace("Her", "His")
    assert kind(HEAD + BODY + CONTACT, HEAD + BODY + after, LEAD, NEXT) is RevisionKind.CONTACTS


def test_a_new_lead_and_a_new_duty_are_a_major_change() -> None:
    after = CONTACT.replace("Jo Fairweather", "Sam O'Neill").replace("Ask", "Always ask")
    assert kind(BODY + CONTACT, BODY + after, LEAD, NEXT) is RevisionKind.MAJOR


def test_a_mended_word_is_a_minor_change() -> None:
    assert kind(BODY, BODY.replace("clean and locked", "tidy and locked")) is RevisionKind.MINOR


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("must leave", "may leave"),
        ("within 14 days", "within 28 days"),
        ("are let", "are not let"),
        ("Deposits are returned within 14 days.\n", ""),
        ("outside school hours.", "outside school hours.\nNo alcohol is sold."),
    ],
)
def test_a_duty_a_number_or_a_paragraph_makes_a_change_major(old: str, new: str) -> None:
    assert old in BODY
    assert kind(BODY, BODY.replace(old, new)) is RevisionKind.MAJOR


def test_the_changes_are_told_in_whole_paragraphs() -> None:
    after = BODY.replace("tidy", "clean").replace("14 days", "28 days") + "Keys are signed for.\n"
    comparison = compare_texts(BODY, Facts(), after, Facts())
    assert comparison.changes == (
        Change("Deposits are returned within 14 days.", "Deposits are returned within 28 days."),
        Change(None, "Keys are signed for."),
    )
    assert {"14", "28", "keys"} <= set(comparison.words_changed)


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=400))
def test_a_text_never_differs_from_itself(text: str) -> None:
    comparison = compare_texts(text, Facts(contacts=(LEAD,)), text, Facts(contacts=(LEAD,)))
    assert comparison == Comparison(True, True, True, (), ())


@given(st.text(alphabet="abcdefgh \n", max_size=120), st.text(alphabet="abcdefgh ", min_size=1, max_size=30))
def test_a_change_of_ordinary_words_never_issues_itself(text: str, added: str) -> None:
    after = text + "\n" + added
    same = "".join(text.split()) == "".join(after.split())
    found = kind(text, after)
    assert (found in ISSUES_ITSELF) == (not added.strip()) or same


def test_draft_marks_and_another_school_hold_a_text() -> None:
    facts = Facts(
        school="Otherton Primary School",
        evidence={"school": Evidence(FactStatus.FOUND, "Otherton Primary School", "paragraph 1", 0.9)},
        problems=(Problem("draft-mark", "It says DRAFT."), Problem("approval-blank", "The approval date is blank.")),
    )
    found = holds(facts, "Westhaven School")
    assert [problem.code for problem in found] == ["draft-mark", "other-school"]
    assert "“Otherton Primary School” (paragraph 1)" in found[1].message


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("West Park School", "West Park school"),
        ("St Mary's C of E Primary School", "St. Mary’s CofE Primary"),
        ("The Avenue Academy", "Avenue Academy"),
        ("School", "Any School"),
    ],
)
def test_spellings_of_one_school_are_the_same_school(one: str, other: str) -> None:
    assert same_school(one, other)


@pytest.mark.parametrize(("one", "other"), [("West Park School", "East Park School"), ("Hillside", "Brookfield")])
def test_different_schools_are_told_apart(one: str, other: str) -> None:
    assert not same_school(one, other)


def test_without_a_configured_school_no_school_is_another() -> None:
    assert holds(Facts(school="Otherton Primary School"), "") == ()
