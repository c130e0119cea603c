"""The day a review is due is moved once, with a reason that governors see; the schedule behind it stays."""

import io
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import docx
import pytest

from pipeline.config import parse_config
from pipeline.errors import UsageError
from pipeline.evidence.as_at import picture_as_at
from pipeline.letters.contributors.agenda_sheet import SheetEntry, make_agenda_sheet
from pipeline.letters.contributors.papers import MeetingPapers, PaperItem, meeting_lines
from pipeline.model.mail import MailKind
from pipeline.model.policies import PolicyStanding, ReviewState, RevisionKind
from pipeline.policies.decisions import decide
from pipeline.policies.decisions.decide import Approval
from pipeline.policies.decisions.due_dates import correct_due, move_due
from pipeline.policies.decisions.reaffirm import correct_review, reaffirm
from pipeline.policies.standing import list_standings
from pipeline.register import states
from pipeline.register.decision import Decision
from tests.evidence.todays_picture import picture_now
from tests.letters.test_reminders import lived
from tests.policies.folders import NOW, TODAY, Folder, policy_text
from tests.school import MONDAY, School, at

CONFIG = parse_config("", root=Path())
LATER = NOW + timedelta(days=1)
TO = date(2027, 2, 12)
WHY = "Waits for the new guidance of December."


@pytest.fixture
def late(folder: Folder) -> Folder:
    """A folder with one policy in force whose review was due in August 2026, and nobody's yet."""
    folder.write("lettings.txt", policy_text("Lettings Policy", last="August 2025", review="August 2026"))
    folder.record()
    return folder


def move(folder: Folder, to: date = TO, reason: str = WHY, now: datetime = NOW, slug: str = "lettings") -> str:
    with folder.register.transaction() as tx:
        decision = Decision(tx, folder.register.school, "Pat Clerk", now)
        return move_due(decision, slug, to=to, reason=reason, config=CONFIG, today=TODAY).message


def standing(folder: Folder) -> PolicyStanding:
    with folder.register.reading() as tx:
        (one,) = list_standings(tx, folder.register.school, CONFIG, TODAY)
    return one


def test_a_moved_review_is_due_on_its_new_day_and_says_so_while_the_schedule_stays(late: Folder) -> None:
    assert standing(late).state is ReviewState.OVERDUE
    assert "was due on 31 August 2026 and is due on 12 February 2027 now" in move(late)
    one = standing(late)
    assert (one.state, one.due_on, one.days) == (ReviewState.DUE_SOON, TO, (TO - TODAY).days)
    assert one.next_review is not None
    assert one.next_review.value == "2026-08", "what the document and its copies say stays"
    [found] = [each for each in one.problems if each.code == "review-moved"]
    assert found.minor
    assert found.message == (
        "The review of Lettings Policy was due on 31 August 2026 and was moved on 24 November 2026 to 12 February "
        "2027: Waits for the new guidance of December."
    )
    assert not [each for each in one.problems if each.code == "review-late"]
    with pytest.raises(UsageError, match="A review is moved once"):
        move(late, TO + timedelta(days=7), now=LATER)


def test_an_approval_rolls_from_the_schedule_and_ends_it_and_the_next_review_may_be_moved(late: Folder) -> None:
    move(late)
    with late.register.transaction() as tx:
        decision = Decision(tx, late.register.school, "Pat Clerk", LATER)
        given = Approval(TODAY, "Governors")
        decided = decide.approve_version(decision, "lettings", given, default_cycle_months=12, today=TODAY)
    assert "the next review is due August 2027" in decided.message, "from the day it was scheduled for"
    assert (standing(late).due_on, standing(late).due_move) == (date(2027, 8, 31), None)
    assert "is due on 1 November 2027 now" in move(late, date(2027, 11, 1), now=LATER)


def test_a_check_ends_it_and_taking_the_check_back_brings_it_back(late: Folder) -> None:
    move(late)
    with late.register.transaction() as tx:
        reaffirm(
            Decision(tx, late.register.school, "Pat Clerk", LATER),
            "lettings", on=TODAY, reason="", default_cycle_months=12, today=TODAY,
        )  # fmt: skip
    assert standing(late).due_on == date(2027, 8, 31)
    with late.register.transaction() as tx:
        decision = Decision(tx, late.register.school, "Pat Clerk", LATER + timedelta(hours=1))
        correct_review(decision, "lettings", reason="another policy", default_cycle_months=12)
    assert standing(late).due_on == TO


def test_a_move_recorded_in_error_ends(late: Folder) -> None:
    move(late)
    with late.register.transaction() as tx:
        decision = Decision(tx, late.register.school, "Pat Clerk", LATER)
        said = correct_due(decision, "lettings", reason="another policy", config=CONFIG).message
    assert said.endswith("was recorded in error; it is due on 31 August 2026.")
    assert standing(late).due_on == date(2026, 8, 31)


@pytest.mark.parametrize(
    ("to", "reason", "said"),
    [
        (TODAY - timedelta(days=1), WHY, "is over; a review is moved to a day to come"),
        (date(2027, 5, 25), WHY, "by at most 6 months, here to 24 May 2027"),
        (TO, "  ", "Say why; governors see the reason"),
        (TO, "x" * 301, "at most 300 characters"),
    ],
)
def test_a_day_or_reason_that_will_not_do_is_refused_and_nothing_kept(
    late: Folder, to: date, reason: str, said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        move(late, to, reason)
    assert standing(late).due_move is None


def test_what_has_no_review_of_the_schools_own_cannot_be_moved(folder: Folder) -> None:
    folder.write("undated.txt", "Westhaven School\n\nVisitors Policy\n\nVisitors sign in at the desk.\n")
    folder.write("withdrawn.txt", policy_text("Lettings Policy"))
    folder.record()
    with folder.register.transaction() as tx:
        decision = Decision(tx, folder.register.school, "Pat Clerk", NOW)
        decide.set_facts(decision, "lettings", ["withdrawn=yes"], reason="gone", today=TODAY)
    with pytest.raises(UsageError, match="has no date of review that could be moved"):
        move(folder, slug="visitors")
    with pytest.raises(UsageError, match="has no text in use"):
        move(folder, slug="lettings")


def test_a_policy_that_must_be_reviewed_each_year_is_moved_with_a_warning(folder: Folder) -> None:
    text = policy_text("Child Protection Policy", last="August 2025", review="December 2026")
    folder.write("child.txt", text)
    folder.record()
    said = move(folder, slug="child-protection")
    assert "It must be reviewed every year: after 31 December 2026 it is late by that rule" in said
    [found] = [each for each in standing(folder).problems if each.code == "review-moved"]
    assert not found.minor
    assert "Tell the chair of governors." in found.message


def test_reminders_count_to_the_new_day_none_early_and_none_twice(tmp_path: Path) -> None:
    with School(tmp_path) as school:
        first = school.add_policy("Attendance", None)
        school.add_version(first.policy_id, RevisionKind.ADOPTED, title="Attendance", due="2026-12")
        told = lived(school, MONDAY, MONDAY)
        assert [letter.kind for _, letter in told] == [MailKind.OWNER]
        with school.register.transaction() as tx:
            decision = Decision(tx, school.key, "Jo Marsh", at(MONDAY, 12))
            to, today = date(2027, 1, 29), MONDAY
            move_due(decision, "attendance", to=to, reason=WHY, config=school.config, today=today)
        letters = lived(school, date(2026, 11, 24), date(2027, 2, 8))
        days = [day for day, letter in letters if MailKind.OWNER in letter.kinds]
        # 60, 30 (a Wednesday), 14, 7 and 0 days before 29 January; the 90 that were reached by the move are not told.
        assert days == [
            date(2026, 11, 30),
            date(2026, 12, 30),
            date(2027, 1, 15),
            date(2027, 1, 22),
            date(2027, 1, 29),
            date(2027, 2, 1),
            date(2027, 2, 5),
        ]  # fmt: skip


@pytest.fixture
def moved(late: Folder) -> PolicyStanding:
    move(late)
    return standing(late)


def test_governors_see_the_reason_on_the_agenda_sheet_and_in_the_papers(moved: PolicyStanding) -> None:
    meeting = date(2027, 1, 27)
    content = make_agenda_sheet(
        "Westhaven School", "Full Governing Body", meeting, [SheetEntry(moved, "the text in force, unchanged", ())],
        [], is_late=False,
    )  # fmt: skip
    sheet = docx.Document(io.BytesIO(content))
    assert sheet.tables[0].rows[1].cells[2].text == "12 February 2027"
    said = "was moved on 24 November 2026 to 12 February 2027: Waits for the new guidance of December."
    assert [paragraph.text for paragraph in sheet.paragraphs if said in paragraph.text]
    other = replace(moved, title="Visitors Policy", owner="Head", due_move=None)
    paper = PaperItem(moved, 1, "the text in force, unchanged", ())
    papers = MeetingPapers("Full Governing Body", meeting, meeting, (paper,), (moved, other), None, is_late=False)
    lines = meeting_lines(papers, ())
    assert said in lines.papers[0].moved
    assert lines.missing[0].startswith("Lettings Policy (Business Manager). The review of Lettings Policy was due on")
    assert lines.missing[1] == "Visitors Policy (Head)"


def test_evidence_knows_it_as_at_a_day(late: Folder) -> None:
    school = late.register.school
    with late.register.transaction() as tx:
        states.keep_everything(tx, school, CONFIG, actor="the run", now=NOW)
    move(late, now=LATER)
    with late.register.reading() as tx:
        (now,) = picture_now(tx, school, CONFIG, TODAY).policies
        (before,) = picture_as_at(tx, school, CONFIG, NOW + timedelta(hours=1)).policies
    assert (now.state, before.state) == (ReviewState.DUE_SOON, ReviewState.OVERDUE)
    assert now.due_move is not None
    assert now.due_move.reason == WHY
    assert before.due_move is None
