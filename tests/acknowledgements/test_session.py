"""A training session: its attendance list, who is nobody here, its trainer, and those who were not there."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from pipeline.acknowledgements.paper import PaperSheet
from pipeline.acknowledgements.record import RecordingOutcome
from pipeline.acknowledgements.session import Attendance, read_attendance, record_session
from pipeline.errors import UsageError
from pipeline.model.readings import AcknowledgementMethod
from pipeline.register.deciding import deciding
from pipeline.register.people.persons import list_people
from pipeline.register.readings.requests import list_acknowledgements
from pipeline.register.tables.schema import ledger_opening, ledger_record
from tests.school import MONDAY, School, at

TEAMS = """Full Name,First Join,Email,Role
Kim Lee,23/11/2026 09:00,LEE@example.org,Presenter
Kim Day,23/11/2026 09:01,day@example.org,Attendee
Ida Guest,23/11/2026 09:05,guest@elsewhere.example,Attendee
Kim Day,23/11/2026 09:40,day@example.org,Attendee
"""


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with School(tmp_path / "w") as one:
        one.add_policy("Confidentiality")
        for name in ("Lee", "Day", "Ash"):
            one.add_person(name)
        one.plan()
        yield one


def read(school: School, path: Path, words: str) -> Attendance:
    path.write_text(words, encoding="utf-8")
    with school.register.reading() as tx:
        return read_attendance(list_people(tx, school.key, MONDAY), path, MONDAY)


def record(school: School, attendance: Attendance, trainer: str = "Sam Hill") -> list[RecordingOutcome]:
    sheet = PaperSheet(MONDAY, "Pat Clerk", MONDAY, at(MONDAY, 12), trainer)
    with deciding(school.register, school.root, "Pat Clerk", at(MONDAY, 12)) as decision:
        lines = record_session(decision.tx, school.key, school.config, attendance, ["confidentiality"], sheet)
    return [line.outcome for line in lines]


def test_whoever_the_list_names_has_read_it_labelled_so_with_the_trainer(school: School, tmp_path: Path) -> None:
    attendance = read(school, tmp_path / "teams.csv", TEAMS)
    assert [row.person.last_name for row in attendance.present] == ["Lee", "Day"]
    assert attendance.unknown == ("Ida Guest",)
    assert record(school, attendance) == [RecordingOutcome.RECORDED, RecordingOutcome.RECORDED]
    with school.register.reading() as tx:
        given = list_acknowledgements(tx, school.key)
        place = given[0].ledger_position
        words = json.loads(tx.execute(select(ledger_record.c.record).filter_by(position=place)).scalar_one())
        trainer = words["personal"]["trainer"]
        opened = tx.execute(select(ledger_opening.c.value).filter_by(commitment=trainer)).scalar_one()
    assert {one.method for one in given} == {AcknowledgementMethod.SESSION}
    assert {one.entered_by for one in given} == {"Pat Clerk"}
    assert opened == "Sam Hill"
    assert [school.find_person(row.person).person.last_name for row in school.requests()] == ["Ash"]
    assert record(school, attendance) == [RecordingOutcome.ALREADY, RecordingOutcome.ALREADY]


@pytest.mark.parametrize(
    ("words", "present"),
    [
        ("Kim Lee\nKim Ash\n", ["Lee", "Ash"]),
        ("No;Name\n1;Lee, Kim\n2;id-Ash\n", ["Ash"]),
        ("Signature,Name\nx,Kim Ash\n", ["Ash"]),
        ("Kim Lee\n", ["Lee"]),
    ],
)
def test_any_list_with_names_will_do(school: School, tmp_path: Path, words: str, present: list[str]) -> None:
    found = read(school, tmp_path / "list.csv", words)
    assert [row.person.last_name for row in found.present][-len(present) :] == present


def test_a_list_of_strangers_and_a_session_nobody_held_record_nothing(school: School, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="names nobody who is here"):
        read(school, tmp_path / "list.csv", "Name\nIda Guest\n")
    attendance = read(school, tmp_path / "list.csv", "Kim Lee\n")
    with pytest.raises(UsageError, match="Say who held the session"):
        record(school, attendance, " ")
    with school.register.reading() as tx:
        assert not list_acknowledgements(tx, school.key)
