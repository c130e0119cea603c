"""What would stay in a copy is told once, whichever of the questions meets it."""

import re

import pytest

from pipeline.model.contacts import Directory, Holder, Pronoun
from pipeline.model.facts import Contact
from pipeline.places import read_place
from pipeline.plan.contacts import plan_replacements
from pipeline.plan.values import ReplacementPlan
from pipeline.text.passages import Passage, PassageLink
from tests.builders import table_passages

NOW = Holder("dsl", "Gareth Pemberley", "Mr", "01632 960654", "g.pemberley@example.org", Pronoun.HE)
BEFORE = Holder("dsl", "Rosalind Thackeray", "Mrs", "01632 960321", "r.thackeray@example.org", Pronoun.SHE)
STATED = (Contact("dsl", "Rosalind Thackeray", "01632 960321", "r.thackeray@example.org"),)
LEAD = Passage(read_place("paragraph 1"), "The DSL is Rosalind Thackeray, 01632 960321.")


def plan(*passages: Passage, now: Holder = NOW) -> ReplacementPlan:
    return plan_replacements((LEAD, *passages), STATED, Directory((now,), (BEFORE,)))


def reasons(made: ReplacementPlan, where: str) -> list[str]:
    return [str(each.reason) for each in made.left if str(each.where).startswith(where)]


@pytest.mark.parametrize(
    "texts",
    [
        ("Rosalind", "Thackeray", "DSL"),
        ("Mrs", "Thackeray", "DSL"),
        ("Thackeray", "Rosalind", "DSL"),
        ("DSL", "Rosalind", "Thackeray"),
    ],
)
def test_a_name_over_several_cells_is_told_once(texts: tuple[str, ...]) -> None:
    made = plan(*table_passages(texts))
    assert len(reasons(made, "table 1")) == 1
    assert (made.held or "").count("could not be changed safely") == 1


def test_a_name_with_more_words_behind_it_is_told_once() -> None:
    made = plan(Passage(read_place("paragraph 2"), "Mrs Thackeray Smith Trust is the DSL."))
    assert len(reasons(made, "paragraph 2")) == 1


def test_a_first_name_alone_behind_the_role_is_told_once() -> None:
    assert len(reasons(plan(Passage(read_place("paragraph 2"), "DSL: Rosalind")), "paragraph 2")) == 1


def test_a_name_for_which_the_copy_is_held_is_not_told_again_as_unchanged() -> None:
    stated = (Contact("dsl", "Thackeray"),)
    text = Passage(read_place("paragraph 1"), "DSL: Mrs Thackeray and Mr Pemberley")
    made = plan_replacements((text,), stated, Directory((NOW,)))
    assert "named twice" in (made.held or "")
    assert "is named as" not in (made.held or "")


def test_an_address_that_cannot_be_exchanged_is_told_as_the_one_its_link_leads_to() -> None:
    link = PassageLink(0, 23, "mailto:r.thackeray@example.org")
    mail = Passage(read_place("paragraph 2"), "r.thackeray@example.org", links=(link,))
    made = plan(mail, now=Holder("dsl", "Gareth Pemberley", "Mr", "01632 960654", None, Pronoun.HE))
    assert "in config.toml to take its place" in (made.held or "")
    assert "also writes to" not in (made.held or "")


def test_a_link_that_writes_to_two_former_addresses_is_told_for_both() -> None:
    link = PassageLink(0, 4, "mailto:office@example.org?cc=r.thackeray@example.org,rosalind@example.org")
    stated = (*STATED, Contact("dsl", "Rosalind Thackeray", None, "rosalind@example.org"))
    now = Holder("dsl", "Gareth Pemberley", "Mr", "01632 960654", None, Pronoun.HE)
    mail = Passage(read_place("paragraph 2"), "Mail us", links=(link,))
    held = plan_replacements((LEAD, mail), stated, Directory((now,))).held or ""
    assert "also writes to r.thackeray@example.org" in held
    assert "also writes to rosalind@example.org" in held


REASONS_THAT_HOLD = (
    "Mrs Thackeray, our Deputy Headteacher, is the DSL.",
    "DSL: Mrs Thackeray and Mr Pemberley",
    "Mrs Thackeray Smith Trust is the DSL.",
    "DSL: RT",
    "Ring 1632 960321.",
    "DSL: Sarah Brindle, 01632 960177",
    "Mr and Mrs Thackeray are the DSL.",
)


@pytest.mark.parametrize("text", REASONS_THAT_HOLD)
def test_a_reason_that_holds_a_copy_says_what_to_do(text: str) -> None:
    held = plan(Passage(read_place("paragraph 2"), text)).held
    assert held is not None
    for reason in held.split("; "):
        _, _, to_do = reason.partition(": ")
        assert re.match(r"(?:reword|write|change|list|say|add|give|put|name)\b", to_do), reason
