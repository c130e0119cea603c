"""Who led before keeps an everyday task with name and number, and both are listed; worries go to the next lead."""

import pytest

from pipeline.model.contacts import Directory, Holder, Pronoun
from pipeline.model.facts import Contact
from pipeline.named.roles.other_tasks import tells_a_task
from pipeline.places import read_place
from pipeline.plan.contacts import plan_replacements
from pipeline.plan.values import ReplacementPlan, carried_out
from pipeline.text.passages import Passage
from tests.builders import table_passages

ANN = Contact("dsl", "Ann Lister", "01632 960177", "a.lister@example.org")
TODAY = Directory((Holder("dsl", "Jane Okafor", "Mrs", "01632 960123", "j.okafor@example.org", Pronoun.SHE),))
LED = "The DSL is Ann Lister (01632 960177, a.lister@example.org)."


def told(passages: list[Passage]) -> tuple[list[str], ReplacementPlan]:
    led = [Passage(read_place("paragraph 90"), LED), Passage(read_place("paragraph 91"), "x" * 90)]
    made = plan_replacements([*led, *passages], (ANN,), TODAY)
    return [each.text for each in carried_out([*led, *passages], made)][2:], made


def lines(*texts: str) -> list[Passage]:
    return [Passage(read_place(f"paragraph {number}"), text) for number, text in enumerate(texts, start=1)]


@pytest.mark.parametrize(
    "texts",
    [
        ("Attendance: Ann Lister, 01632 960177",),
        ("Lettings contact: Ann Lister",),
        ("Ann Lister, trips, 01632 960177",),
        ("Ann Lister – attendance",),
        ("Mrs Lister (first aid)",),
        ("Subject lead for history: Ann Lister",),
        ("Attendance: Ann Lister; Lettings: Sam Pike",),
        ("Staff absence: ring Ann Lister on 01632 960177",),
        ("To book the hall, ring Ann Lister on 01632 960177.",),
        ("Exam entries are made by Ann Lister.",),
        ("Ann Lister keeps the list of medicines.",),
        ("If your child is ill, ring Ann Lister, 01632 960177, before nine.",),
        ("To hire the hall write to a.lister@example.org.",),
        ("Attendance: 01632 960177",),
        ("Who to contact about trips", "Ann Lister, 01632 960177"),
        ("Lettings", "Ann Lister", "Tel: 01632 960177", "Email: a.lister@example.org"),
    ],
)
def test_an_everyday_task_stays_with_name_and_number(texts: tuple[str, ...]) -> None:
    after, made = told(lines(*texts))
    assert after == list(texts)
    assert made.held is None
    assert any("Lister" in each.text or each.text in ("01632 960177", "a.lister@example.org") for each in made.left)


@pytest.mark.parametrize(
    "rows",
    [
        (("Attendance", "Ann Lister", "01632 960177"),),
        (("Name", "Responsibility"), ("Ann Lister", "Educational visits")),
        (("Name", "Role", "Email"), ("Ann Lister", "First aid lead", "a.lister@example.org")),
        (("Complaints", "Ann Lister, 01632 960177"),),
        (("Lettings", "a.lister@example.org"),),
    ],
)
def test_a_row_of_an_everyday_task_stays_too(rows: tuple[tuple[str, ...], ...]) -> None:
    after, made = told(table_passages(*rows))
    assert after == [cell for row in rows for cell in row]
    assert made.held is None
    assert [each for each in (*made.left, *made.left_on_purpose) if "table 1" in str(each.where)]


@pytest.mark.parametrize(
    "text",
    [
        "Attendance and safeguarding: Ann Lister, 01632 960177",
        "Serious worries on a trip go to Ann Lister.",
        "If a child is missing on a visit, ring Ann Lister on 01632 960177.",
        "At breakfast club Ann Lister is told.",
        "Staff who run clubs or trips tell Ann Lister.",
        "Every volunteer is given a leaflet by Ann Lister.",
        "On transition to the next school Ann Lister sends the file.",
        "In the absence of others Ann Lister decides.",
        "CP team: Ann Lister, 01632 960177",
        "FGM: Ann Lister",
        "Contact: Ann Lister, 01632 960177",
        "Trips: ask the office; worries: Ann Lister",
        "Please bring the slip to Ann Lister.",
    ],
)
def test_what_may_be_safeguarding_goes_to_who_leads_today(text: str) -> None:
    after, made = told(lines(text))
    assert after == [text.replace("Ann Lister", "Jane Okafor").replace("960177", "960123")]
    assert made.held is None


def test_a_line_that_heads_somebody_else_or_a_sentence_heads_nobody() -> None:
    for texts in (("Caretaker: Peter Moss", "Tell Ann Lister."), ("Trips: Sam Pike", "Ann Lister, 01632 960177")):
        after, _ = told(lines(*texts))
        assert after[1].replace("960123", "960177").replace("Jane Okafor", "Ann Lister") == texts[1]
        assert "Jane Okafor" in after[1]


@pytest.mark.parametrize(
    "text", ["Tripe", "In our club", "on trips", "attendance@example.org", "Vulnerable pupils on visits"]
)
def test_other_words_places_and_addresses_tell_no_task(text: str) -> None:
    assert not tells_a_task(text)
