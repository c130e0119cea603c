"""A text is called ready for the clerk by its owner; nothing held or changed since ever is."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pipeline.config import parse_config
from pipeline.errors import UsageError
from pipeline.model.policies import PolicyStanding
from pipeline.policies.decisions.decide import Approval, approve_version
from pipeline.policies.decisions.decided import Decided
from pipeline.policies.decisions.ready import mark_ready, unmark_ready
from pipeline.policies.decisions.reaffirm import reaffirm
from pipeline.policies.meetings import bodies_of, bodies_to_approve
from pipeline.policies.standing import list_standings
from pipeline.register.decision import Decision
from pipeline.register.ledger import ledger
from pipeline.register.policies.decisions import list_approvals
from pipeline.register.policies.policies import get_policy
from pipeline.register.policies.ready_texts import list_ready
from tests.policies.folders import NOW, TODAY, Folder, policy_text

LONDON = ZoneInfo("Europe/London")
LATER = NOW + timedelta(hours=1)


def text(body: str = "Hirers pay before they are given a key.") -> str:
    return policy_text("Lettings Policy", last="August 2025", review="August 2027", body=body)


@pytest.fixture
def changed(folder: Folder) -> Folder:
    folder.write("lettings.txt", text())
    folder.record()
    folder.write("lettings.txt", text("Hirers pay a week before they are given a key, in money."))
    folder.record()
    return folder


def say(folder: Folder, *, not_yet: bool = False, now: datetime = NOW) -> Decided:
    with folder.register.transaction() as tx:
        decision = Decision(tx, folder.register.school, "Pat Clerk", now)
        if not_yet:
            return unmark_ready(decision, "lettings")
        return mark_ready(decision, "lettings", zone=LONDON)


def ready(folder: Folder) -> list[int]:
    with folder.register.reading() as tx:
        return [one.version.number for one in list_ready(tx, folder.register.school).values()]


def standing(folder: Folder) -> PolicyStanding:
    with folder.register.reading() as tx:
        (one,) = list_standings(tx, folder.register.school, parse_config("", root=Path()), TODAY)
    return one


def test_a_draft_is_ready_once_its_owner_says_so_and_no_more_once_it_is_taken_back(changed: Folder) -> None:
    assert ready(changed) == []
    assert "Lettings Policy (version 2) is ready for the clerk" in say(changed).message
    assert ready(changed) == [2]
    with pytest.raises(UsageError, match="is ready for the clerk already"):
        say(changed)
    assert "its paper does not go" in say(changed, not_yet=True).message
    assert ready(changed) == []
    with pytest.raises(UsageError, match="nothing was taken back"):
        say(changed, not_yet=True)


def test_a_draft_that_is_changed_after_it_is_not_ready_and_that_is_told(changed: Folder) -> None:
    say(changed)
    changed.write("lettings.txt", text("Hirers pay a month before they are given a key, in gold."))
    changed.record(now=LATER)
    assert ready(changed) == []
    (found,) = [each for each in standing(changed).problems if each.code == "changed-since-ready"]
    assert "was changed after that, so it does not go" in found.message


def test_the_day_it_was_called_ready_is_the_schools_and_not_that_of_greenwich(changed: Folder) -> None:
    late_in_june = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    say(changed, now=late_in_june)
    with pytest.raises(UsageError, match="since 1 July 2026"):
        say(changed)
    changed.write("lettings.txt", text("Hirers pay a month before they are given a key, in gold."))
    changed.record(now=LATER)
    (found,) = [each for each in standing(changed).problems if each.code == "changed-since-ready"]
    assert "called ready for the clerk on 1 July 2026" in found.message


def test_what_is_held_is_refused_with_the_reason(changed: Folder) -> None:
    changed.write("lettings.txt", text("DRAFT\n\nHirers pay a week before they are given a key."))
    changed.record(now=LATER)
    with pytest.raises(UsageError, match=r"nothing half-edited leaves: .*DRAFT.* Mend the document first"):
        say(changed)
    assert ready(changed) == []


def test_the_text_in_use_may_go_unchanged_and_an_approval_or_a_check_ends_it(folder: Folder) -> None:
    folder.write("lettings.txt", text())
    folder.record()
    say(folder)
    assert ready(folder) == [1]
    with folder.register.transaction() as tx:
        decision = Decision(tx, folder.register.school, "Pat Clerk", LATER)
        approve_version(decision, "lettings", Approval(TODAY, "Governors"), default_cycle_months=12, today=TODAY)
    assert ready(folder) == []
    with folder.register.transaction() as tx:
        again = Decision(tx, folder.register.school, "Pat Clerk", LATER + timedelta(hours=1))
        mark_ready(again, "lettings", zone=LONDON)
        checked = Decision(tx, folder.register.school, "Pat Clerk", LATER + timedelta(hours=2))
        reaffirm(checked, "lettings", on=TODAY, reason="", default_cycle_months=12, today=TODAY)
    assert ready(folder) == []


def faults(folder: Folder) -> tuple[str, ...]:
    with folder.register.reading() as tx:
        return ledger.verify(tx, folder.register.school).faults


SCHEME = """
[governors.bodies.finance]
name = "Finance Committee"
policies = ["lettings"]
meetings = [2026-12-02]
[governors.bodies.governing-body]
name = "Full Governing Body"
policies = ["lettings"]
meetings = [2027-03-17]
"""


def test_where_two_bodies_must_approve_a_text_it_is_approved_once_both_have_each_with_its_day(changed: Folder) -> None:
    config, school = parse_config(SCHEME, root=Path()), changed.register.school
    say(changed)

    def approve(body: str, day: date, minute: str) -> str:
        with changed.register.transaction() as tx:
            decision = Decision(tx, school, "Pat Clerk", LATER)
            bodies = bodies_to_approve(get_policy(tx, school, "lettings"), config)
            approval = Approval(day, body, minute)
            return approve_version(
                decision, "lettings", approval, default_cycle_months=12, today=TODAY, bodies=bodies
            ).message

    assert "Full Governing Body still has to approve it; until then nothing else changes" in approve(
        "the finance committee", date(2026, 11, 20), "4.1"
    )
    assert faults(changed) == ()
    # The draft still waits, goes on to the board as a paper, and only the board's meeting is waited for.
    assert ready(changed) == [2]
    one = standing(changed)
    assert (one.version_number, one.partly_approved_by) == (1, ("the finance committee",))
    assert [body.name for body in bodies_of(one, config)] == ["Full Governing Body"]
    assert "the next review is due" in approve("Full Governing Body", TODAY, "7.2")
    assert faults(changed) == (), "each body's approval stands behind a record of its own"
    assert (standing(changed).version_number, ready(changed)) == (2, [])
    with changed.register.reading() as tx:
        given = [(each.body, each.approved_on, each.minute) for each in list_approvals(tx, school)]
    assert given == [
        ("the finance committee", date(2026, 11, 20), "4.1"),
        ("Full Governing Body", TODAY, "7.2"),
    ]
