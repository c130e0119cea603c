"""Whom a copy is held for is a value of its own wherever nobody in the school's contacts is that person."""

from pathlib import Path

import pytest

from pipeline.copies.new_names import hold_new_names
from pipeline.copies.parts import join_plans
from pipeline.facts.reading import extract_facts
from pipeline.model.contacts import Directory, Holder, Pronoun, ReplacementKind
from pipeline.model.facts import Contact
from pipeline.places import read_place
from pipeline.plan.contacts import plan_replacements
from pipeline.plan.values import ReplacementPlan
from pipeline.text.passages import Passage
from tests.copies.workspace import Workspace, policy_file
from tests.evaluate import document_from_text

QUILL = Holder("dsl", "Yusra Quill", "Mrs", "01632 960901", "y.quill@example.org", Pronoun.SHE)
NOW = Directory((QUILL,))


def planned(*lines: str, directory: Directory = NOW, stated: tuple[Contact, ...] = ()) -> ReplacementPlan:
    passages = [Passage(read_place(f"paragraph {number}"), line) for number, line in enumerate(lines, start=1)]
    return plan_replacements(passages, stated, directory)


def test_a_name_that_no_reading_took_for_one_is_told_with_role_words_and_place() -> None:
    plan = planned("For a worry:", "DSL: Quorra House, room 4")
    (unknown,) = plan.unknown
    assert (unknown.role, unknown.kind, unknown.value) == ("dsl", ReplacementKind.NAME, "Quorra House")
    assert (str(unknown.where), unknown.words) == ("paragraph 2", "DSL: Quorra House, room 4")
    assert unknown.holds
    assert plan.held is not None


def test_a_name_in_a_sentence_is_told_as_one_that_holds_nothing() -> None:
    plan = planned("The DSL is Quorra House.")
    assert plan.held is None
    assert [(each.value, each.holds) for each in plan.unknown] == [("Quorra House", False)]


def test_a_number_that_stands_with_a_changed_name_is_told_as_a_number() -> None:
    plan = planned("DSL: Ann Lister, out of hours 07700 900362", stated=(Contact("dsl", "Ann Lister"),))
    assert [(each.role, each.kind, each.value) for each in plan.unknown] == [
        ("dsl", ReplacementKind.PHONE, "07700 900362")
    ]


def test_a_number_given_for_the_role_and_nobodys_is_told_and_anothers_is_not() -> None:
    assert [each.value for each in planned("Ring the DSL on 01632 960177.").unknown] == ["01632 960177"]
    head = Holder("headteacher", "Bo Head", "", "01632 960177", None)
    theirs = planned("Ring the DSL on 01632 960177.", directory=Directory((QUILL, head)))
    assert theirs.held is not None
    assert theirs.unknown == ()


def test_each_of_several_people_in_a_role_of_one_is_told() -> None:
    stated = (Contact("dsl", "Ann Lister"), Contact("dsl", "Bob Ray"))
    plan = planned("Infants DSL: Ann Lister", "Juniors DSL: Bob Ray", stated=stated)
    assert plan.held is not None
    assert [(each.value, str(each.where)) for each in plan.unknown] == [
        ("Ann Lister", "paragraph 1"),
        ("Bob Ray", "paragraph 2"),
    ]


def test_who_is_listed_as_a_former_holder_is_not_unknown() -> None:
    known = Directory((QUILL,), (Holder("dsl", "Ann Lister", "", None, None),))
    stated = (Contact("dsl", "Ann Lister"), Contact("dsl", "Bob Ray"))
    plan = planned("Infants DSL: Ann Lister", "Juniors DSL: Bob Ray", directory=known, stated=stated)
    assert [each.value for each in plan.unknown] == ["Bob Ray"]


def test_a_name_that_could_not_be_changed_safely_is_told() -> None:
    plan = planned(
        "The Trust Safeguarding Lead is Ann Lister.", "The DSL is Mrs Lister.", stated=(Contact("dsl", "Ann Lister"),)
    )
    assert plan.held is not None
    assert [(each.role, each.value) for each in plan.unknown] == [("dsl", "Ann Lister")]


def test_a_name_that_is_changed_is_not_unknown() -> None:
    plan = planned("The DSL is Ann Lister.", stated=(Contact("dsl", "Ann Lister"),))
    assert plan.held is None
    assert plan.unknown == ()


@pytest.mark.parametrize("known", [set(), {"Somebody Else"}])
def test_a_name_that_is_new_in_a_version_holds_its_copy(known: set[str]) -> None:
    held = hold_new_names(planned("The DSL is Quorra House."), known)
    assert held.held is not None
    assert "“Quorra House” in paragraph 1 may name somebody as designated safeguarding lead, is new" in held.held
    assert [(each.value, each.holds) for each in held.unknown] == [("Quorra House", True)]
    assert hold_new_names(planned("The DSL is Quorra House."), {"Quorra House"}).held is None


def test_who_is_unknown_in_a_local_appendix_is_told_as_standing_there() -> None:
    both = join_plans(planned("DSL: Quorra House"), planned("DSL: Ada Room"))
    assert [(each.value, str(each.where)) for each in both.unknown] == [
        ("Quorra House", "paragraph 1"),
        ("Ada Room", "local appendix, paragraph 1"),
    ]


def test_a_name_and_a_number_that_a_copy_keeps_are_findings(tmp_path: Path) -> None:
    sentence = (
        "Somebody takes the lead responsibility for safeguarding on every day of the week, and this shall be the "
        "responsibility of Hana Quill on 07700 900123, who may ask others to help."
    )
    with Workspace(tmp_path) as workspace:
        workspace.put("lettings.docx", policy_file("Lettings Policy", sentence))
        workspace.day()
        told = [each.message for each in workspace.standings()[0].problems if each.code == "contact-unread"]
        assert [message.partition(" in config.toml")[0] for message in told] == [
            "“Hana Quill” in paragraph 5 may name somebody as Designated Safeguarding Lead, is nobody",
            "“07700 900123” in paragraph 5 stands with Designated Safeguarding Lead, is nobody’s",
        ]


@pytest.mark.parametrize("words", ["I am Rosie Holt, a childminder.", "Rosie Holt, registered childminder"])
def test_a_name_in_the_writers_own_words_is_nobody_elses(words: str) -> None:
    stated = (Contact("dsl", "Rosie Holt", None, None),)
    plan = planned(words, "I am the DSL for my setting.", stated=stated)
    assert not plan.replacements
    assert plan.held
    assert [each.reason.code for each in plan.left] == ["writes-it"]


def test_whoever_is_there_for_children_in_care_does_not_become_the_lead() -> None:
    line = "Pupils who are looked after may need more. The designated teacher for these pupils is Miss Eve Stone."
    facts = extract_facts(document_from_text(f"Larch School\nVisits Policy\nChild protection matters.\n{line}"))
    assert "dsl" not in {each.role for each in facts.contacts}
    assert not planned(line, stated=facts.contacts).replacements


@pytest.mark.parametrize("task", ["drugs", "fire safety", "attendance", "the looked-after children"])
def test_whoever_is_designated_for_another_task_does_not_become_the_lead(task: str) -> None:
    line = f"The designated person for {task} is Miss Eve Stone."
    facts = extract_facts(document_from_text(f"Larch School\nVisits Policy\nChild protection matters.\n{line}"))
    assert "dsl" not in {each.role for each in facts.contacts}
    assert not planned(line, stated=facts.contacts).replacements


def test_the_whole_name_of_whoever_is_called_by_the_surname_is_listed() -> None:
    stated = (Contact("dsl", "Coyle", None, None),)
    plan = planned("Tell the DSL (Mrs Coyle).", "Mrs Beatrix Coyle, Assistant Head, leads the team.", stated=stated)
    assert [(each.text, each.reason.code) for each in plan.left] == [("Beatrix Coyle", "another-form")]
