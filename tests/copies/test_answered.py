"""What each place of a name becomes by an answer, before it counts, and which lines stay all the same."""

from pathlib import Path

import pytest

from pipeline.copies.answered import AnsweredPlace, list_answered
from pipeline.policies.decisions.contact_answers import (
    OpenContact,
    TypedAnswer,
    UnknownContact,
    list_open_contacts,
    settle_contact,
)
from pipeline.register.decision import Decision
from pipeline.register.policies.settlements import SettledAs
from tests.copies.workspace import MONDAY, OFFICE, SHEFFIELD, Workspace, at, policy_file

TITLE = "Child Protection Policy"
LEAD = "Infants site DSL: Deborah Field"
LIST = "Juniors site DSL: Ngozi House"
TRAINED = "Training for governors was given by the DSL, Ngozi House."


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = Workspace(tmp_path, SHEFFIELD, OFFICE)
    made.put("child-protection.docx", policy_file(TITLE, "Whom to tell", LEAD, LIST))
    made.put("attendance.docx", policy_file("Attendance Policy", LEAD, LIST, TRAINED))
    made.day()
    return made


def named(workspace: Workspace) -> OpenContact:
    with workspace.register.reading() as tx:
        waiting = list_open_contacts(tx, workspace.school, workspace.config.directory(MONDAY))
    return next(one for one in waiting if one.value == "Ngozi House")


def listed(workspace: Workspace, answer: SettledAs = SettledAs.FORMER) -> tuple[AnsweredPlace, ...]:
    one = UnknownContact((named(workspace),))
    return list_answered(workspace.register, workspace.config, one, {"dsl": answer}, MONDAY)


def test_what_each_place_becomes_is_listed_in_every_document_before_it_counts(workspace: Workspace) -> None:
    with workspace:
        changes = {(one.title, one.line): one.after for one in listed(workspace) if one.after}
        new = "Juniors site DSL: Deborah Field"
        assert changes[TITLE, LIST] == new
        assert changes["Attendance Policy", LIST] == new
        assert named(workspace), "nothing counts yet"
        assert all(one.why is not None for one in listed(workspace, SettledAs.RIGHT))


def test_a_line_that_is_said_to_stay_stays_and_the_others_change(workspace: Workspace) -> None:
    with workspace:
        one = named(workspace)
        given = TypedAnswer(
            one.slug, one.value, SettledAs.FORMER, "asked the head", one.role, stays=(("attendance", TRAINED),)
        )
        with workspace.register.transaction() as tx:
            decision = Decision(tx, workspace.school, "Pat Office", at(MONDAY))
            settle_contact(decision, workspace.config, given, today=MONDAY)
        report = workspace.refresh()
        assert report.held == []
        words = workspace.words("attendance.docx")
        assert TRAINED in words
        assert LIST not in words
        left = workspace.current()["attendance"].left_on_purpose
        assert "settled: the name stays in this line" in {each["reason"] for each in left}


def test_a_line_of_somebody_else_whose_surname_begins_alike_is_none_of_the_answer(tmp_path: Path) -> None:
    former = '[[contacts.former]]\nrole = "dsl"\nname = "Ann Halliday"\n'
    lines = ("The DSL is Ann Halliday.", "Juniors site DSL: Ngozi Hall", "Written by Ann Halliday (DSL), 2024.")
    with Workspace(tmp_path, SHEFFIELD, OFFICE + former) as workspace:
        workspace.put("child-protection.docx", policy_file(TITLE, LEAD, *lines))
        workspace.day()
        with workspace.register.reading() as tx:
            (one,) = list_open_contacts(tx, workspace.school, workspace.config.directory(MONDAY))
        for answer, after in ((SettledAs.FORMER, "Juniors site DSL: Deborah Field"), (SettledAs.RIGHT, "")):
            found = list_answered(workspace.register, workspace.config, UnknownContact((one,)), {"dsl": answer}, MONDAY)
            assert [(each.line, each.after) for each in found] == [("Juniors site DSL: Ngozi Hall", after)]
