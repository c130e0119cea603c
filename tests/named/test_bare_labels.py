"""A role that a bare word names is found by what stands around it, and whoever nobody knows there is told."""

import pytest

from pipeline.model.contacts import Directory, Holder, Pronoun
from pipeline.model.facts import Contact
from pipeline.named.scene import Scene
from pipeline.places import read_place
from pipeline.plan.contacts import plan_replacements
from pipeline.plan.values import ReplacementPlan
from pipeline.text.passages import Passage
from tests.builders import table_passages

LEAD = Holder("dsl", "Yusra Quill", "Mrs", "01632 960901", None, Pronoun.SHE)
DEPUTY = Holder("deputy-dsl", "Piotr Zeller", "Mr", "01632 960902", None, Pronoun.HE)
HEAD = Holder("headteacher", "Nia Prosser", "Ms", None, None)
NOW = Directory((LEAD, DEPUTY, HEAD))


def lines(*texts: str) -> list[Passage]:
    return [Passage(read_place(f"paragraph {number}"), text) for number, text in enumerate(texts, start=1)]


def plan(passages: list[Passage]) -> ReplacementPlan:
    return plan_replacements(passages, (Contact("dsl", "Yusra Quill"),), NOW)


def told(made: ReplacementPlan) -> list[str]:
    return [each.text for each in made.left]


@pytest.mark.parametrize(
    "passages",
    [
        lines("DSL: Yusra Quill", "Deputy: Sarah"),
        lines("DSL: Yusra Quill", "Tel: 01632 960901", "Deputy – Sarah"),
        lines("DSL: Yusra Quill", "Deputy: Piotr Zeller", "Deputy: Sarah"),
        lines("DSL: Yusra Quill\nDeputy: Sarah"),
        lines("DSL: Yusra Quill; Deputy: Sarah"),
        lines("The DSL is Yusra Quill and her deputy is Sarah."),
        table_passages(("DSL", "Yusra Quill"), ("Deputy", "Sarah")),
        table_passages(("DSL", "Deputy"), ("Yusra Quill", "Sarah")),
        table_passages(("DSL", "Yusra Quill", "Deputy", "Sarah")),
    ],
    ids=lambda passages: " / ".join(each.text for each in passages),
)
def test_a_name_nobody_reads_beside_a_bare_deputy_of_the_lead_is_told(passages: list[Passage]) -> None:
    assert told(plan(passages)) == ["Sarah"]


@pytest.mark.parametrize(
    "passages",
    [
        lines("Headteacher: Nia Prosser", "Deputy: Sarah"),
        lines("DSL: Yusra Quill", "We meet on Mondays.", "Deputy: Sarah"),
        lines("DSL: Yusra Quill", "Deputy: Piotr Zeller"),
        lines("DSL: Yusra Quill", "Deputy: see the poster in the hall"),
        [*lines("DSL: Yusra Quill"), *table_passages(("Deputy", "Sarah"))],
        table_passages(("Headteacher", "Yusra Quill"), ("Deputy", "Sarah")),
    ],
    ids=lambda passages: " / ".join(each.text for each in passages),
)
def test_another_deputy_and_todays_own_are_not_told(passages: list[Passage]) -> None:
    made = plan(passages)
    assert made.held is None
    assert "Sarah" not in told(made)


def test_a_thousand_bare_deputies_below_each_other_are_all_the_leads() -> None:
    scene = Scene(lines("DSL: Yusra Quill", *["Deputy: Piotr Zeller"] * 1500))
    assert [label.role for label in scene.labels(1500)] == ["deputy-dsl"]
