"""Pronouns of somebody who goes: changed where they are the holder's for certain, else listed, never passed over."""

import pytest

from pipeline.model.contacts import Directory, Holder, Pronoun
from pipeline.model.facts import Contact
from pipeline.places import read_place
from pipeline.plan.contacts import plan_replacements
from pipeline.plan.values import ReplacementPlan, carried_out
from pipeline.text.passages import Passage

ANN = Contact("dsl", "Ann Lister", "01632 960177", "a.lister@example.org")
TO_MARK = Directory((Holder("dsl", "Mark Okafor", "Mr", "01632 960123", "m.okafor@example.org", Pronoun.HE),))
TO_SAM = Directory((Holder("dsl", "Sam Okafor", "", "01632 960123", "s.okafor@example.org", Pronoun.THEY),))


def plan(*lines: str, directory: Directory = TO_MARK) -> tuple[ReplacementPlan, list[str]]:
    passages = [Passage(read_place(f"paragraph {number}"), text) for number, text in enumerate(lines, start=1)]
    made = plan_replacements(passages, (ANN,), directory)
    return made, [each.text for each in carried_out(passages, made)]


@pytest.mark.parametrize(
    ("after_name", "expected"),
    [
        ("You can reach her on Monday.", "You can reach him on Monday."),
        ("If she is out of school, ring the office.", "If he is out of school, ring the office."),
        ("In her absence, ring the office.", "In his absence, ring the office."),
        ("Staff can also ask her.", "Staff can also ask him."),
        ("The pupils know her well.", "The pupils know him well."),
        ("If in doubt, ask her. Her contact details are:", "If in doubt, ask him. His contact details are:"),
        ("The choice is hers.", "The choice is his."),
    ],
)
def test_a_pronoun_that_can_only_be_the_holders_follows(after_name: str, expected: str) -> None:
    made, (text,) = plan(f"The DSL is Mrs Lister. {after_name}")
    assert text == f"The DSL is Mr Okafor. {expected}"
    assert made.left == ()


def test_a_pronoun_follows_into_the_lines_below_and_after_who() -> None:
    _, texts = plan("DSL: Ann Lister, who is in her office.", "If she is out, ring the office.", "Her number is there.")
    assert texts == [
        "DSL: Mark Okafor, who is in his office.",
        "If he is out, ring the office.",
        "His number is there.",
    ]


def test_a_pronoun_after_the_role_alone_follows() -> None:
    _, texts = plan("The DSL is Ann Lister.", "x" * 90, "The DSL keeps the key in her room. If she is out, wait.")
    assert texts[2] == "The DSL keeps the key in his room. If he is out, wait."


@pytest.mark.parametrize(
    "line",
    [
        "Mrs Lister, the DSL, and the nurse meet. She keeps notes.",
        "Mrs Lister, the DSL, helps Miss Price. She is new. Ask her.",
        "The DSL, Mrs Lister, works with Pat Reed. She is in on Mondays.",
        "Mrs Lister is the DSL. Her deputy is new. She is in room 4.",
        "In her own words, Mrs Lister is the DSL.",
        "Mrs Lister is the DSL. She wrote this policy in 2019.",
        "Mrs Lister is the DSL. She also teaches history.",
        "Mrs Lister is the DSL. A girl may say that she is afraid.",
        "The DSL is Mrs Lister. The DSL of another school says what she knows.",
    ],
)
def test_a_pronoun_that_may_be_somebody_elses_stays_and_is_listed(line: str) -> None:
    made, (text,) = plan(line)
    assert text.lower().count(" she ") + text.lower().count(" her") >= 1
    assert made.left
    assert all("“" in str(each.reason) for each in made.left)


def test_every_pronoun_of_a_changed_passage_is_changed_or_listed() -> None:
    line = "Mrs Lister is the DSL. She is in. Her deputy is Miss Price; she is new. Ask her. He or she rings."
    made, (text,) = plan(line)
    assert text.startswith("Mr Okafor is the DSL. He is in. His deputy is Miss Price; she is new. Ask her.")
    assert [str(each.reason).split("”")[0] for each in made.left] == ["“she", "“her"]


def test_a_man_in_the_paragraph_keeps_his_pronouns() -> None:
    _, (text,) = plan("Mrs Lister is the DSL. Ask him for the key, then her.", directory=TO_SAM)
    assert text.startswith("Sam Okafor is the DSL. Ask him for the key")


def test_the_headship_of_the_same_person_is_nobody_else() -> None:
    line = Passage(read_place("paragraph 1"), "The DSL is Ann Lister, the headteacher. She is in.")
    stated = (ANN, Contact("headteacher", "Ann Lister"))
    directory = Directory((*TO_MARK.holders, Holder("headteacher", "Mark Okafor", "Mr", None, None, Pronoun.HE)))
    made = plan_replacements([line], stated, directory)
    assert carried_out([line], made)[0].text == "The DSL is Mark Okafor, the headteacher. He is in."


def test_a_lead_named_as_headteacher_too_is_held_where_only_one_role_changes() -> None:
    made, (text,) = plan("The DSL is Ann Lister, the headteacher. She is in.")
    assert text == "The DSL is Ann Lister, the headteacher. She is in."
    assert made.held is not None


@pytest.mark.parametrize(
    "does",
    [
        "supports her",
        "is the deputy and covers for her",
        ", who helps her, is in school daily",
        "will stand in for her",
    ],
)
def test_whom_the_one_who_changed_does_something_for_is_another(does: str) -> None:
    made, (text,) = plan(f"Ann Lister (DSL) {does}.".replace(" ,", ","))
    assert text == f"Mark Okafor (DSL) {does}.".replace(" ,", ",")
    assert [each.reason.code for each in made.left] == ["pronoun-unclear"]


@pytest.mark.parametrize("asks", ["if you are worried tell her", "staff can reach her", "please ring her"])
def test_whom_others_turn_to_is_the_one_who_changed(asks: str) -> None:
    _, (text,) = plan(f"Ann Lister is the DSL, {asks}.")
    assert text == f"Mark Okafor is the DSL, {asks.replace('her', 'him')}."
