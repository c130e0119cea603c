"""Whom a worry goes to: one choice and one wording for mails, pages, copies and the site."""

import re
from pathlib import Path

import pytest

from pipeline.contacts.safety_lines import UNNAMED, LinePiece, safety_lines
from pipeline.model.contacts import Directory, Holder
from pipeline.named.names.likeness import name_key
from pipeline.resources import render_page

LEAD = Holder("dsl", "Mary O'Dowd", "Ms", "01632 960101", None)
TOM = Holder("deputy-dsl", "Tom Ash", "Mr", "01632 960102", None)
PRIYA = Holder("deputy-dsl", "Priya Nand", "", None, None)
HEAD = Holder("headteacher", "Sam Reed", "Dr", "01632 960104", None)
CHAIR = Holder("chair-of-governors", "Wen Li", "", "01632 960105", None)
LADO = Holder("lado", "Robin Vane", "", "01632 960106", None)
OFFICE = Holder("office", "School office", "", "01632 960100", None)
EVERYBODY = (HEAD, LEAD, TOM, PRIYA, CHAIR, LADO, OFFICE)


def child(*holders: Holder, absent: tuple[str, ...] = ()) -> str:
    return safety_lines(Directory(holders), frozenset(map(name_key, absent))).child_text


def test_the_first_line_names_the_lead_then_the_deputies_then_the_office() -> None:
    assert child(*EVERYBODY) == (
        "Worried about a child? Go to Ms Mary O'Dowd (01632 960101), the designated safeguarding lead, now, in person "
        "or by telephone. If you cannot reach them: Mr Tom Ash (01632 960102) or Priya Nand, deputy designated "
        "safeguarding leads; or the school office (01632 960100)."
    )


def test_the_second_line_is_true_of_a_maintained_school_an_academy_and_an_owners_school() -> None:
    assert safety_lines(Directory(EVERYBODY)).others_text == (
        "About an adult who works here: the headteacher, Dr Sam Reed (01632 960104). About the headteacher: the chair "
        "of governors or trustees, Wen Li (01632 960105), or the local authority designated officer (LADO), Robin Vane "
        "(01632 960106); where the headteacher owns the school, the LADO at once. In danger now: 999."
    )


def test_roles_without_an_entry_are_named_by_their_words_alone() -> None:
    assert UNNAMED.child_text == (
        "Worried about a child? Go to the school’s designated safeguarding lead or the headteacher now, in person or "
        "by telephone."
    )
    assert UNNAMED.others_text == (
        "About an adult who works here: the headteacher. About the headteacher: the chair of governors or "
        "trustees, or the local authority designated officer (LADO); where the headteacher owns the school, the LADO "
        "at once. In danger now: 999."
    )
    assert not UNNAMED.names_somebody
    assert safety_lines(Directory((PRIYA,))).names_somebody
    assert child(OFFICE).endswith("by telephone. The school office (01632 960100).")


def test_an_absent_deputy_does_not_stand_in() -> None:
    assert "Tom Ash" not in child(*EVERYBODY, absent=("Tom Ash",))
    assert "If you cannot reach them: Dr Sam Reed" in child(*EVERYBODY, absent=("Tom Ash", "Priya Nand"))


def test_the_deputies_come_first_where_the_lead_is_absent() -> None:
    line = child(*EVERYBODY, absent=("Mary O’Dowd",))
    assert line.startswith("Worried about a child? Go to Mr Tom Ash (01632 960102) or Priya Nand, deputy designated")
    assert "If you cannot reach them: Dr Sam Reed (01632 960104), the headteacher; or the school" in line
    assert "O'Dowd" not in line


def test_somebody_absent_is_named_where_nobody_else_is_left() -> None:
    assert "Go to Ms Mary O'Dowd" in child(LEAD, absent=("Mary O'Dowd",))


def test_whoever_was_named_to_cover_is_there_and_is_named_once() -> None:
    standing_in = Holder("dsl", "Tom Ash", "Mr", "01632 960102", None, covers="Mary O'Dowd")
    line = child(standing_in, TOM, PRIYA, HEAD, absent=("Tom Ash",))
    assert line.startswith(
        "Worried about a child? Go to Mr Tom Ash (01632 960102), standing in as designated safeguarding lead, now"
    )
    assert "If you cannot reach them: Priya Nand, the deputy designated safeguarding lead." in line
    assert line.count("Tom Ash") == 1


@pytest.mark.parametrize(
    ("holders", "words"),
    [
        ((HEAD,), "Go to Dr Sam Reed (01632 960104), the headteacher, now"),
        ((HEAD, PRIYA), "Go to Priya Nand, the deputy designated safeguarding lead, now"),
        (
            (LEAD, Holder("dsl", "Jo Hill", "", None, None)),
            "Go to Ms Mary O'Dowd (01632 960101) or Jo Hill, designated",
        ),
    ],
)
def test_whoever_is_there_is_named_with_the_role(holders: tuple[Holder, ...], words: str) -> None:
    assert words in child(*holders)


def test_every_number_can_be_rung() -> None:
    lines = safety_lines(Directory(EVERYBODY))
    rung = [piece.phone for piece in (*lines.child, *lines.others) if piece.phone]
    numbers = ["01632 960101", "01632 960102", "01632 960100", "01632 960104", "01632 960105", "01632 960106", "999"]
    assert rung == numbers


@pytest.mark.parametrize(
    ("phone", "address"),
    [
        ("01632 960101", "tel:01632960101"),
        ("01632 960101 ext 12", "tel:01632960101;ext=12"),
        ("01632 960101 / 07700 900101", "tel:01632960101"),
        ("+44 (0)1632 960101", "tel:+441632960101"),
        ("(01632) 960-101 x. 7", "tel:01632960101;ext=7"),
        ("999", "tel:999"),
        ("", ""),
    ],
)
def test_a_number_rings_however_it_is_written(phone: str, address: str) -> None:
    assert LinePiece(phone, phone=phone).call == address


def test_a_page_of_the_site_rings_the_number_and_not_its_extension(tmp_path: Path) -> None:
    lead = Holder("dsl", "Mary O'Dowd", "Ms", "01632 960101 ext 12", None)
    safety = safety_lines(Directory((lead,)))
    said = {"school": "Westhaven School", "safety": safety, "office": None, "brand": "", "logo": ""}
    page = render_page("site/renewing.html", tmp_path, **said, title="Lettings Policy", renewing=True)
    assert re.findall(r'href="(tel:[^"]*)"', page) == ["tel:01632960101;ext=12", "tel:999"]
