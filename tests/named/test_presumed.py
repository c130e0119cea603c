"""Whoever nobody knows where words only let presume a role is told, and nothing is changed or held for it."""

import pytest

from pipeline.model.contacts import Directory, Holder, Pronoun
from pipeline.model.facts import Contact
from pipeline.places import read_place
from pipeline.plan.contacts import plan_replacements
from pipeline.plan.values import ReplacementPlan
from pipeline.text.passages import Passage
from tests.builders import table_passages

LEAD = Holder("dsl", "Yusra Quill", "Mrs", "01632 960901", None, Pronoun.SHE)
DEPUTY = Holder("deputy-dsl", "Piotr Zeller", "Mr", "01632 960902", None, Pronoun.HE)
HEAD = Holder("headteacher", "Nia Prosser", "Ms", None, None)
BOTH = ["Umair Bone", "Sarah Brindle"]


def plan(title: str, *lines: str, heading: bool = True) -> ReplacementPlan:
    passages = [Passage(read_place("heading"), title, heading=heading)]
    passages += [Passage(read_place(f"paragraph {number}"), text) for number, text in enumerate(lines, start=1)]
    return plan_replacements(passages, (Contact("dsl", "Yusra Quill"),), Directory((LEAD, DEPUTY, HEAD)))


def in_table(title: str, *rows: tuple[str, ...]) -> ReplacementPlan:
    passages = [Passage(read_place("heading"), title, heading=True), *table_passages(*rows)]
    return plan_replacements(passages, (), Directory((LEAD, DEPUTY, HEAD)))


def told(made: ReplacementPlan) -> list[str]:
    return [each.text for each in made.left]


@pytest.mark.parametrize("heading", [True, False])
@pytest.mark.parametrize("title", ["Safeguarding", "Our safeguarding team", "3. Child Protection contacts"])
@pytest.mark.parametrize(
    "lines",
    [
        ("Lead: Umair Bone", "Deputy: Sarah Brindle"),
        ("Contacts", "The lead is Umair Bone and the deputy is Sarah Brindle."),
        ("Lead – Umair Bone; Deputy – Sarah Brindle",),
        ("Lead", "Umair Bone", "Deputy", "Sarah Brindle"),
        ("Lead: Umair Bone\nDeputy lead: Sarah Brindle",),
    ],
)
def test_a_lead_in_a_section_about_safeguarding_is_told(lines: tuple[str, ...], title: str, heading: bool) -> None:
    made = plan(title, *lines, heading=heading)
    assert told(made) == BOTH
    assert made.held is None


@pytest.mark.parametrize(
    "rows",
    [
        (("Lead", "Umair Bone"), ("Deputy", "Sarah Brindle")),
        (("Lead", "Deputy"), ("Umair Bone", "Sarah Brindle")),
        (("Lead", "Umair Bone", "Deputy", "Sarah Brindle"),),
    ],
)
def test_a_lead_in_a_table_below_such_a_title_is_told(rows: tuple[tuple[str, ...], ...]) -> None:
    assert sorted(told(in_table("Child protection", *rows))) == sorted(BOTH)


@pytest.mark.parametrize("title", ["Online safety", "Safeguarding and behaviour", "Music", "Safeguarding training"])
def test_a_lead_of_another_subject_is_not_told(title: str) -> None:
    assert told(plan(title, "Lead: Umair Bone", "Deputy: Sarah Brindle")) == []


def test_a_nearer_title_ends_the_section() -> None:
    assert told(plan("Safeguarding", "Music and drama", "Lead: Umair Bone")) == []
    assert told(in_table("Safeguarding", ("Area", "Lead"), ("Music", "Umair Bone"))) == []


@pytest.mark.parametrize(
    "line", ["Lead: Yusra Quill", "Lead: Mrs Quill", "Lead by example: All Staff", "Lead: see below"]
)
def test_todays_lead_and_other_words_are_not_told(line: str) -> None:
    assert told(plan("Safeguarding", line)) == []


@pytest.mark.parametrize("words", ["assisted by", "supported by", "supported in this role by", "helped by"])
def test_whoever_assists_the_lead_is_told(words: str) -> None:
    made = plan("Staff", f"The DSL is Yusra Quill, {words} Umair Bone and Sarah Brindle.")
    assert told(made) == BOTH
    assert made.held is None


@pytest.mark.parametrize(
    "line",
    [
        "The DSL is supported by Piotr Zeller.",
        "The DSL is supported by the Governing Body and Derbyshire Police.",
        "The DSL is supported by trained staff.",
        "The headteacher is assisted by Umair Bone.",
        "The DSL leads. The caretaker is assisted by Umair Bone.",
    ],
)
def test_who_assists_otherwise_is_not_told(line: str) -> None:
    assert told(plan("Staff", line)) == []


@pytest.mark.parametrize(
    "rows",
    [
        (("Safeguarding", "Mrs Sarah Brindle"), ("Headteacher", "Ms Nia Prosser")),
        (("Safeguarding", "Mrs Sarah Brindle"),),
        (("Child Protection", "Mrs Sarah Brindle", "01632 960133"), ("SENCO", "Mr Umair Bone", "")),
        (("Named Person", "Mrs Sarah Brindle"), ("Caretaker", "Mr Umair Bone")),
    ],
)
def test_whoever_the_field_alone_names_is_told(rows: tuple[tuple[str, ...], ...]) -> None:
    made = in_table("Child Protection Policy", *rows)
    assert (told(made), made.replacements, made.holds) == (["Mrs Sarah Brindle"], (), ())


def test_somebody_of_another_role_whom_the_field_names_is_told_too() -> None:
    made = in_table("Child Protection Policy", ("Safeguarding", "Mr Piotr Zeller"), ("Headteacher", "Ms Nia Prosser"))
    assert told(made) == ["Mr Piotr Zeller"]


@pytest.mark.parametrize(
    "rows",
    [
        (("Safeguarding", "Mrs Yusra Quill"), ("Headteacher", "Ms Nia Prosser")),
        (("Governor", "Area"), ("Safeguarding", "Mrs Sarah Brindle"), ("SENCO", "Mr Umair Bone")),
        (("Safeguarding", "Mrs Sarah Brindle"), ("Attendance", "Mr Umair Bone")),
        (("Safeguarding", "see page 4"), ("Headteacher", "Ms Nia Prosser")),
        (("Our named person is told", "Mrs Sarah Brindle"), ("Headteacher", "Ms Nia Prosser")),
    ],
)
def test_other_cells_of_the_field_tell_of_nobody(rows: tuple[tuple[str, ...], ...]) -> None:
    assert told(in_table("Child Protection Policy", *rows)) == []


def test_a_label_of_the_named_person_in_a_line_is_told_but_not_in_scotland() -> None:
    assert told(plan("Child Protection", "Named Person: Sarah Brindle")) == ["Sarah Brindle"]
    assert told(plan("Child Protection", "We follow GIRFEC.", "Named Person: Sarah Brindle")) == []
    assert told(plan("Bus passes", "Named Person: Sarah Brindle")) == []
