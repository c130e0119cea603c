"""Who looks after a policy, wrote it or has another post is no contact: the new lead is made none of it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.documents import read_document_bytes
from pipeline.facts.reading import extract_facts
from pipeline.model.contacts import Directory, Holder, Pronoun
from pipeline.model.documents import DocumentFormat
from pipeline.model.facts import Contact
from pipeline.named.roles.passages import APPROVAL, AUTHOR, CAPACITY, OWNER
from pipeline.places import read_place
from pipeline.plan.contacts import plan_replacements
from pipeline.plan.values import ReplacementPlan, carried_out
from pipeline.text.passages import Passage
from tests.builders import paragraph, table_passages, word_file

QUILL = Holder("dsl", "Yusra Quill", "Mrs", "01632 960901", "y.quill@example.org", Pronoun.SHE)
NOW = Directory((QUILL,))
LEAD = Contact("dsl", "Ann Lister", "01632 960177")
GIVES_THE_ROLE = "The Designated Safeguarding Lead is Ann Lister."

OWNER_LABELS = (
    "Responsibility to update",
    "Responsibility for review",
    "Responsible person",
    "Responsible",
    "Responsible for updating",
    "Person responsible",
    "Person responsible for this policy",
    "Member of staff responsible",
    "Staff responsible",
    "Senior leader responsible",
    "Accountable",
    "Accountable person",
    "Policy holder",
    "Policy owner",
    "Policy manager",
    "Policy coordinator",
    "Document owner",
    "Review lead",
    "Staff lead",
    "SLT link",
    "To be reviewed by",
    "Author",
    "Policy author",
    "Written by",
    "Prepared by",
    "Produced by",
    "Compiled by",
    "Updated by",
    "Reviewed by",
    "Owned by",
    "Maintained by",
    "Managed by",
    "Monitored by",
    "Named person for this policy",
    "In charge of policy",
    "Approved by",
    "Director",
    "Directors",
    "Proprietor",
    "Business manager",
    "Exams officer",
)
NAMES = (
    "Ann Lister",
    "Ann Lister and Bob Ray",
    "Bob Ray and Ann Lister",
    "Bob Ray, Cy Dale & Ann Lister",
    "Mrs Lister",
)
ON_PURPOSE = (OWNER, AUTHOR, APPROVAL, CAPACITY)


def planned(passages: list[Passage]) -> ReplacementPlan:
    return plan_replacements(passages, (LEAD,), NOW)


def lines(*texts: str) -> list[Passage]:
    return [Passage(read_place(f"paragraph {number}"), text) for number, text in enumerate(texts, start=1)]


def words_after(passages: list[Passage], plan: ReplacementPlan) -> list[str]:
    assert plan.held is None, plan.held
    return [each.text for each in carried_out(passages, plan)]


def assert_stays(passages: list[Passage], index: int) -> None:
    """The lead changes where the role is given, and nothing of the passage at ``index``, which is listed."""
    plan = planned(passages)
    after = words_after(passages, plan)
    assert GIVES_THE_ROLE.replace("Ann Lister", "Yusra Quill") in after
    assert after[index] == passages[index].text
    (left,) = [each for each in plan.left_on_purpose if str(each.where) == str(passages[index].where)]
    assert left.reason in ON_PURPOSE


@given(st.sampled_from(OWNER_LABELS), st.sampled_from(NAMES), st.sampled_from((": ", ":\t", "\t", " – ")))
@settings(max_examples=300, deadline=None)
def test_a_name_behind_an_owners_label_stays_and_is_listed(label: str, names: str, joint: str) -> None:
    assert_stays(lines(GIVES_THE_ROLE, f"{label}{joint}{names}"), 1)


@given(st.sampled_from(OWNER_LABELS), st.sampled_from(NAMES))
@settings(max_examples=200, deadline=None)
def test_a_name_in_the_cell_beside_an_owners_label_stays_and_is_listed(label: str, names: str) -> None:
    rows = table_passages(("Title", "Safeguarding"), (label, names))
    assert_stays([*rows, *lines(GIVES_THE_ROLE)], 3)


@given(st.sampled_from(OWNER_LABELS), st.sampled_from(NAMES))
@settings(max_examples=200, deadline=None)
def test_a_name_in_the_column_under_an_owners_label_stays_and_is_listed(label: str, names: str) -> None:
    rows = table_passages(("Action", label), ("Check the single central record", names))
    assert_stays([*rows, *lines(GIVES_THE_ROLE)], 3)


@pytest.mark.parametrize("label", ["Responsibility to update:", "Responsible person", "Policy holder", "Author:"])
def test_a_name_in_the_line_below_an_owners_label_stays_and_is_listed(label: str) -> None:
    assert_stays(lines(GIVES_THE_ROLE, label, "Ann Lister and Bob Ray"), 2)


@pytest.mark.parametrize(
    "sentence",
    [
        "This policy is the responsibility of Ann Lister and Bob Ray.",
        "Ann Lister is responsible for updating this policy.",
        "Bob Ray and Ann Lister are responsible for reviewing and updating the policy.",
        "The directors Ann Lister and Bob Ray run the school.",
        "Directors Bob Ray and Ann Lister meet each term.",
        "This policy is maintained by Ann Lister.",
    ],
)
def test_a_sentence_that_gives_the_policy_to_somebody_stays_and_is_listed(sentence: str) -> None:
    assert_stays(lines(GIVES_THE_ROLE, sentence), 1)


@pytest.mark.parametrize(
    "line",
    [
        "Policy owner: Designated Safeguarding Lead (Ann Lister)",
        "Lead: Ann Lister",
        "Contact: Ann Lister",
        "Named person: Ann Lister",
        "Last review: September 2025. DSL: Ann Lister",
        "Report a worry to Ann Lister.",
        "Ann Lister is responsible for keeping the records.",
    ],
)
def test_a_place_of_the_lead_changes_all_the_same(line: str) -> None:
    passages = lines(GIVES_THE_ROLE, line)
    assert words_after(passages, planned(passages))[1] == line.replace("Ann Lister", "Yusra Quill")


@pytest.mark.parametrize("label", ["Responsible person", "Accountable", "Staff responsible"])
def test_a_number_behind_somebody_responsible_and_not_for_what_holds_the_copy(label: str) -> None:
    plan = planned(lines(GIVES_THE_ROLE, f"{label}: Ann Lister, 01632 960177"))
    assert plan.held is not None
    assert "it may be whom to ring about a child" in plan.held
    assert planned(lines(GIVES_THE_ROLE, f"Policy {label.lower()}: Ann Lister, 01632 960177")).held is None


# --- somebody in another post who is named as the lead ---------------------------------------------------------------


POSTS = ("Director", "Trustee", "Business manager", "Proprietor", "Headteacher", "School nurse")


@given(
    post=st.sampled_from(POSTS),
    form=st.sampled_from((
        "{post} Ann Lister is DSL.",
        "{post} Mrs Ann Lister is the Designated Safeguarding Lead.",
        "{post}s Bob Ray and Ann Lister are DSL.",
        "{post}s Ann Lister and Bob Ray are DSLs.",
        "Our {post} Ann Lister is the DSL.",
        "The {post}, Ann Lister, is the DSL.",
        "Mrs Ann Lister, {post}, is the DSL.",
        "Mrs Ann Lister, our {post}, is the DSL.",
        "Ann Lister and Bob Ray, {post}s, are DSLs.",
        "The DSL is our {post}, Ann Lister.",
        "The DSL is {post} Ann Lister.",
        "DSL: {post} Ann Lister",
        "{post} Ann Lister and caretaker Bob Ray are DSLs",
        "Caretaker Bob Ray and {post} Ann Lister are DSLs",
    )),
    known=st.booleans(),
)  # fmt: skip
@settings(max_examples=400, deadline=None)
def test_nobody_new_is_given_the_post_of_whoever_was_named_as_the_lead(post: str, form: str, *, known: bool) -> None:
    line = form.format(post=post)
    content = word_file(paragraph("Safeguarding Policy"), paragraph(line), *([paragraph(GIVES_THE_ROLE)] * known))
    document = read_document_bytes(content, shown_as="policy.docx", format=DocumentFormat.DOCX)
    facts, passages = extract_facts(document), lines("Safeguarding Policy", line, *([GIVES_THE_ROLE] * known))
    plan = plan_replacements(passages, facts.contacts, NOW)
    assert plan.held is not None
    assert "Ann Lister" in plan.held or "Bob Ray" in plan.held
    assert not any(each.passage == 1 for each in plan.replacements)


@pytest.mark.parametrize("line", ["Ann Lister, Director (DSL)", "Ann Lister, Director and DSL"])
def test_a_post_and_the_role_in_one_breath_are_asked_about(line: str) -> None:
    plan = planned(lines(GIVES_THE_ROLE, line))
    (left,) = plan.left
    assert "Ann Lister" in left.text
    assert "another post" in str(left.reason)


def test_a_lead_who_holds_the_other_post_too_takes_both_places() -> None:
    both = Directory((QUILL, Holder("headteacher", "Yusra Quill", "Mrs", None, None, Pronoun.SHE)))
    passages = lines("The Headteacher, Ann Lister, is the DSL.")
    stated = (LEAD, Contact("headteacher", "Ann Lister"))
    assert words_after(passages, plan_replacements(passages, stated, both)) == [
        "The Headteacher, Yusra Quill, is the DSL."
    ]


@given(
    post=st.sampled_from(("Directors", "Trustees", "Business managers", "School nurses")),
    people=st.sampled_from(("Ann Lister and Bob Ray", "Mrs Ann Lister, Bob Ray and Cy Dale", "Ann Lister & Bob Ray")),
    roles=st.sampled_from(("are DSL and a Deputy DSL", "are the DSL", "are our DSLs", "(DSLs)", "are both DSLs")),
    opens=st.sampled_from(("", "Appointment: ", "Our ")),
)
@settings(max_examples=200, deadline=None)
def test_whoever_stands_first_of_several_before_the_role_holds_the_copy_too(
    post: str, people: str, roles: str, opens: str
) -> None:
    plan = planned(lines(GIVES_THE_ROLE, f"{opens}{post} {people} {roles}."))
    assert plan.held is not None
    assert "Ann Lister" in plan.held


def test_a_role_that_others_hold_in_the_same_sentence_is_not_theirs() -> None:
    assert_stays(lines(GIVES_THE_ROLE, "Directors Ann Lister and Bob Ray meet the DSL each term."), 1)
