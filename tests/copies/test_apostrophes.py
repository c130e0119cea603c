"""Surnames with an apostrophe are found however it is written, and an apostrophe hides no name."""

import pytest

from pipeline.copies.docx import regenerate_docx
from pipeline.copies.plan import ReplacementPlan
from pipeline.model import Contact, Directory, Holder, Pronoun
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


@pytest.mark.parametrize("one", ["O'Dowd", "O’Dowd"])
@pytest.mark.parametrize("other", ["O'Dowd", "O’Dowd", "O&apos;Dowd", "O&#8217;Dowd", "O&#x2019;DOWD"])
def test_drawn_letters_with_the_name_hold_the_copy_with_any_apostrophe(one: str, other: str) -> None:
    assert "drawn letters" in (plan_of(one, paragraph(DRAWN.format(f"Ask Mrs {other} today"))).held or "")


def test_an_apostrophe_before_a_name_in_drawn_letters_does_not_hide_it() -> None:
    assert "drawn letters" in (plan_of("Lister", paragraph(DRAWN.format("Don't wait: ask Mrs Lister"))).held or "")
    assert plan_of("Lister", paragraph(DRAWN.format("Don't wait: ask Mrs Quill"))).held is None
