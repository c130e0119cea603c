"""Rotas by day and tables headed "Lead | Deputy": what the heading says holds for the lines below it."""

import pytest

from tests.builders import paragraph, table
from tests.last_look.test_check import word_copy

WEEK = [paragraph("Monday: Hana Quill"), paragraph("Tuesday: Bob Ray"), paragraph("Wed – Tove Marlow")]
DAYS = (("Monday", "Hana Quill"), ("Tuesday", "Bob Ray"), ("Wednesday", "Tove Marlow"))
PEOPLE = (("Name", "Hana Quill", "Tove Marlow"), ("Tel", "01632 960111", "01632 960112"))
HELD = {
    "lines": [paragraph("DSL on duty"), *WEEK],
    "area": [paragraph("Safeguarding cover in the holidays"), paragraph("21–25 July: Hana Quill, Tove Marlow")],
    "one line": [paragraph("Duty DSL:"), paragraph("Mon: Bob Ray, Tue: Hana Quill, Wed: Tove Marlow")],
    "times": [paragraph("DSL on call"), paragraph("8.00–12.00 Hana Quill"), paragraph("12.00–16.00 Tove Marlow")],
    "sites": [paragraph("DSL"), paragraph("Infant site: Hana Quill"), paragraph("Junior site: Tove Marlow")],
    "below": [paragraph("DSL on duty"), table(*DAYS)],
    "across": [
        paragraph("Who is the DSL on duty?"),
        table(("Monday", "Tuesday", "Wednesday"), ("Hana Quill", "Bob Ray", "Tove Marlow")),
    ],
    "columns": [paragraph("Safeguarding contacts"), table(("", "Lead", "Deputy"), *PEOPLE)],
    "schools": [
        paragraph("Safeguarding contacts at our schools"),
        table(("School", "Lead", "Deputy"), ("Elm School", "Hana Quill", "Tove Marlow")),
    ],
    "names first": [paragraph("DSL on duty"), table(("Hana Quill", "Monday"), ("Tove Marlow", "Tuesday"))],
    "in school": [
        paragraph("When our DSLs are in school"),
        paragraph("Mon: Hana Quill"),
        paragraph("Tue: Tove Marlow"),
    ],
    "who to see": [paragraph("Who to see about safeguarding"), table(*DAYS)],
    "corner": [table(("Safeguarding", "Lead", "Deputy"), *PEOPLE)],
}


@pytest.mark.parametrize("name", HELD)
def test_whoever_is_nobody_today_holds_the_copy(name: str) -> None:
    plan = word_copy(*HELD[name]).plan
    assert all(person in (plan.held or "") for person in ("Hana Quill", "Tove Marlow"))


def test_people_who_changed_places_under_lead_and_deputy_hold_it() -> None:
    swapped = table(("", "Lead", "Deputy"), ("Name", "Ines Vale", "Bob Ray"), ("Tel", "01632 960333", "01632 960222"))
    held = word_copy(paragraph("Safeguarding contacts"), swapped).plan.held or ""
    assert "Ines Vale" in held
    assert "Bob Ray" in held


MADE = {
    "today's": [paragraph("DSL on duty"), paragraph("Monday: Ines Vale"), paragraph("Tuesday: Bob Ray")],
    "others": [paragraph("First aider on duty in Reception"), *WEEK, paragraph("The DSL is Bob Ray.")],
    "sentence": [paragraph("Swimming is told to the DSL on duty by whoever leads it."), *WEEK],
    "dates": [paragraph("Key dates for the DSL"), paragraph("12 March: Hana Quill visits")],
    "no day": [paragraph("Duty DSL: Bob Ray"), paragraph("Piano: Hana Quill")],
    "between": [paragraph("DSL on duty"), paragraph("Monday: Bob Ray"), paragraph("Clubs"), *WEEK],
    "actions": [
        paragraph("Safeguarding action plan"),
        table(("Action", "Lead", "By"), ("Update the record", "Hana Quill", "May"), ("Audit", "Bob Ray", "June")),
        paragraph("DSL: Bob Ray"),
    ],
    "training": [paragraph("Training dates for safeguarding cover"), paragraph("Monday: Hana Quill")],
    "health": [paragraph("Health, safety and safeguarding: duty rota"), table(*DAYS), paragraph("DSL: Bob Ray")],
    "assemblies": [paragraph("Safeguarding assemblies timetable"), table(*DAYS), paragraph("DSL: Bob Ray")],
    "curriculum": [
        paragraph("Safeguarding in the curriculum: timetable by year"),
        table(("Year", "Topic", "Teacher"), ("Year 1", "Road safety", "Hana Quill")),
    ],
    "training rota": [paragraph("DSL training rota"), *WEEK],
    "when to tell": [paragraph("When to tell the DSL"), paragraph("Monday: Hana Quill")],
    "what they did": [paragraph("Designated Safeguarding Lead"), paragraph("Monday 3 June: Hana Quill visited us")],
    "other areas": [
        paragraph("Safeguarding contacts"),
        table(("Area", "Lead", "Deputy"), ("Safeguarding", "Bob Ray", "Ines Vale"), ("Attendance", "Hana Quill", "")),
    ],
    "tasks": [
        paragraph("Safeguarding roles"),
        table(("Task", "Lead", "Deputy"), ("Single central record", "Hana Quill", "Bob Ray")),
        paragraph("DSL: Bob Ray"),
    ],
    "attendance": [paragraph("Attendance contacts"), table(("", "Lead", "Deputy"), *PEOPLE), paragraph("DSL: Bob Ray")],
}


@pytest.mark.parametrize("name", MADE)
def test_whoever_stands_under_another_heading_does_not(name: str) -> None:
    assert word_copy(*MADE[name]).plan.held is None
