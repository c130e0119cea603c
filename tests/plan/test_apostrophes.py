"""Surnames with an apostrophe are found however it is written, and an apostrophe hides no name."""

import pytest

from pipeline.model.contacts import Directory, Holder, Pronoun
from pipeline.model.facts import Contact
from pipeline.plan.values import ReplacementPlan
from pipeline.word.regenerate import regenerate_docx
from tests.builders import paragraph, word_file

TO_JO = Directory((Holder("dsl", "Jo Marsh", "Ms", "01632 960123", None, Pronoun.SHE),))
DRAWN = '<w:r><w:pict><v:shape><v:textpath string="{}"/></v:shape></w:pict></w:r>'


def plan_of(name: str, *more: str) -> ReplacementPlan:
    content = word_file(paragraph(f"The DSL is Ann {name}."), *more)
    return regenerate_docx(content, (Contact("dsl", f"Ann {name}"),), TO_JO).plan


@pytest.mark.parametrize(("one", "other"), [("O'Dowd", "O’Dowd"), ("O’Dowd", "O'Dowd"), ("O'Dowd", "O'Dowd")])
def test_a_name_is_changed_with_either_apostrophe(one: str, other: str) -> None:
    plan = plan_of(one, paragraph(f"Tell Mrs {other} at once."))
    assert plan.held is None
    assert [each.after for each in plan.replacements] == ["Jo Marsh", "Ms Marsh"]


@pytest.mark.parametrize(
    ("stated", "elsewhere", "changed"),
    [
        ("Mary O'Dowd", "Mrs Oʼ Dowd", "Mrs Oʼ Dowd"),
        ("Mary O’Dowd", "Mary ODowd", "Mary ODowd"),
        ("Mary O`Dowd", "M. O´Dowd", "M. O´Dowd"),
        ("Zoe Holt", "Zoë Holt", "Zoë Holt"),
        ("Zoë Holt", "Zoe\u0308 HOLT", "Zoe\u0308 HOLT"),
        ("Jörg Groß", "Jorg Gross", "Jorg Gross"),
        ("Søren Lukasz", "Soren Łukasz", "Soren Łukasz"),
        ("Ann Smith-Jones", "Mrs Smith Jones", "Mrs Smith Jones"),
        ("Ann Smith-Jones", "Ann Smith‑Jones", "Ann Smith‑Jones"),
        ("Ann Smith-Jones", "Ann Smith\u00adJones", "Ann Smith\u00adJones"),
        ("Ann Smith Jones", "Ann Smith-Jones", "Ann Smith-Jones"),
        ("Ann Marie Hill", "Ann-Marie Hill", "Ann-Marie Hill"),
        ("Ann McDonald", "Ann Mc Donald", "Ann Mc Donald"),
    ],
)
def test_a_name_is_changed_in_every_spelling_of_it(stated: str, elsewhere: str, changed: str) -> None:
    content = word_file(paragraph(f"The DSL is {stated}."), paragraph(f"Tell {elsewhere} at once."))
    plan = regenerate_docx(content, (Contact("dsl", stated),), TO_JO).plan
    assert plan.held is None
    assert [each.before for each in plan.replacements] == [stated, changed]


@pytest.mark.parametrize(
    ("stated", "holder"),
    [
        ("Mary O’Dowd", "Mary O'Dowd"),
        ("Mary O'Dowd", "Mary O’Dowd"),
        ("Zoë Holt", "Zoe Holt"),
        ("Ann Smith‑Jones", "Ann Smith-Jones"),
        ("Ann Smith Jones", "Ann Smith-Jones"),
        ("Ann-Marie Hill", "Ann Marie Hill"),
    ],
)
def test_the_holder_in_another_spelling_is_the_holder(stated: str, holder: str) -> None:
    today = Directory((Holder("dsl", holder, "Ms", "01632 960123", None, Pronoun.SHE),))
    plan = regenerate_docx(word_file(paragraph(f"The DSL is {stated}.")), (Contact("dsl", stated),), today).plan
    assert plan.held is None
    assert not plan.replacements


@pytest.mark.parametrize(
    ("stated", "another"),
    [
        ("Mary O’Dowd", "Tell Mary Dowd or Mary Doherty."),
        ("Ann Smith-Jones", "Tell Ann Smith or Ann Jones."),
        ("Ann Marie Hill", "Tell Marie Hill of the kitchen."),
    ],
)
def test_nobody_of_a_like_name_is_changed_with_the_holder(stated: str, another: str) -> None:
    content = word_file(paragraph(f"The DSL is {stated}."), paragraph(another))
    plan = regenerate_docx(content, (Contact("dsl", stated),), TO_JO).plan
    assert [each.before for each in plan.replacements] == [stated]


@pytest.mark.parametrize("one", ["O'Dowd", "O’Dowd"])
@pytest.mark.parametrize("other", ["O'Dowd", "O’Dowd", "O&apos;Dowd", "O&#8217;Dowd", "O&#x2019;DOWD"])
def test_drawn_letters_with_the_name_hold_the_copy_with_any_apostrophe(one: str, other: str) -> None:
    assert "drawn letters" in (plan_of(one, paragraph(DRAWN.format(f"Ask Mrs {other} today"))).held or "")


def test_an_apostrophe_before_a_name_in_drawn_letters_does_not_hide_it() -> None:
    assert "drawn letters" in (plan_of("Lister", paragraph(DRAWN.format("Don't wait: ask Mrs Lister"))).held or "")
    assert plan_of("Lister", paragraph(DRAWN.format("Don't wait: ask Mrs Quill"))).held is None
