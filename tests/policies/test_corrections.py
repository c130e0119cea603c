"""An approval recorded in error ends; the version stands as it did without it, and history stays."""

from datetime import date

import pytest

from pipeline.errors import UsageError
from pipeline.model.dates import PartialDate, Precision
from pipeline.model.policies import VersionStatus
from pipeline.policies.decisions.corrections import correct_approval
from pipeline.policies.decisions.decided import Decided
from pipeline.register.decision import Decision
from pipeline.register.ledger import ledger
from pipeline.register.policies import decisions
from pipeline.register.policies import policies as rows
from tests.policies.folders import NOW, TODAY, Folder, policy_text
from tests.policies.test_decide import CHANGED, approve, in_force, issue, set_facts


@pytest.fixture
def issued(folder: Folder) -> Folder:
    """A policy in force whose changed text is in use and awaits the governors."""
    folder.write("lettings.txt", policy_text("Lettings Policy"))
    folder.record()
    folder.write("lettings.txt", policy_text("Lettings Policy", body=CHANGED))
    folder.record()
    issue(folder)
    return folder


def correct(folder: Folder, number: int | None = None, *, earlier: bool = False) -> Decided:
    with folder.register.transaction() as tx:
        decision = Decision(tx, folder.register.school, "Pat Clerk", NOW)
        return correct_approval(
            decision, "lettings", reason="it was only proposed", number=number, default_cycle_months=12, earlier=earlier
        )


def approvals(folder: Folder, *, corrected: bool = False) -> list[date]:
    with folder.register.reading() as tx:
        found = decisions.list_approvals(tx, folder.register.school, corrected=corrected)
    return [row.approved_on for row in found]


def test_a_version_awaits_its_approval_again_and_its_review_falls_back(issued: Folder) -> None:
    before = in_force(issued)
    assert before.status is VersionStatus.PENDING_APPROVAL
    approve(issued)
    assert in_force(issued).next_review_on != before.next_review_on
    said = correct(issued).message
    after = in_force(issued)
    assert (after.status, after.next_review_on) == (VersionStatus.PENDING_APPROVAL, before.next_review_on)
    assert "was recorded in error. The text stays in use and awaits its approval" in said
    assert (approvals(issued), approvals(issued, corrected=True)) == ([], [date(2026, 11, 18)])
    with issued.register.reading() as tx:
        assert ledger.verify(tx, issued.register.school).faults == ()


def test_another_bodys_approval_holds_on(issued: Folder) -> None:
    approve(issued, on=date(2026, 11, 10), by="Leadership Team")
    once = in_force(issued)
    approve(issued, on=date(2026, 11, 18))
    assert "Another approval holds" in correct(issued).message
    after = in_force(issued)
    assert (after.status, after.next_review_on) == (VersionStatus.APPROVED, once.next_review_on)
    assert "awaits its approval" in correct(issued, earlier=True).message


def test_a_correction_given_twice_leaves_the_approval_before_it(issued: Folder) -> None:
    approve(issued, on=date(2026, 11, 10), by="Leadership Team")
    approve(issued, on=date(2026, 11, 18))
    correct(issued)
    with pytest.raises(UsageError) as refused:
        correct(issued)
    assert str(refused.value) == (
        "The last approval of Lettings Policy, by Full Governing Body on 18 November 2026, was taken back before; "
        "nothing was changed. The one before it, by Leadership Team on 10 November 2026, stands: to take that back as "
        "well, add --earlier."
    )
    assert approvals(issued) == [date(2026, 11, 10)]
    approve(issued, on=date(2026, 11, 19))
    correct(issued)
    assert approvals(issued) == [date(2026, 11, 10)], "what was recorded since is meant without --earlier"


def test_a_version_adopted_with_the_first_run_stays_in_force(folder: Folder) -> None:
    folder.write("lettings.txt", policy_text("Lettings Policy"))
    folder.record()
    before = in_force(folder)
    approve(folder)
    correct(folder)
    assert (in_force(folder).status, in_force(folder).next_review_on) == (before.status, before.next_review_on)


def test_contacts_that_changed_since_do_not_keep_what_was_approved_in_error(issued: Folder) -> None:
    approve(issued)
    issued.write("lettings.txt", policy_text("Lettings Policy", body=CHANGED, lead="Sam Hill"))
    issued.record()
    assert in_force(issued).status is VersionStatus.APPROVED, "a change of contacts issues itself"
    correct(issued)
    assert in_force(issued).status is VersionStatus.PENDING_APPROVAL


def test_the_owners_later_date_of_review_stays(issued: Folder) -> None:
    approve(issued)
    set_facts(issued, "next_review=2028-08")
    correct(issued)
    assert in_force(issued).next_review_on is None


def test_it_can_be_approved_again(issued: Folder) -> None:
    approve(issued)
    first = in_force(issued)
    correct(issued)
    approve(issued)
    again = in_force(issued)
    assert (again.status, again.next_review_on) == (first.status, first.next_review_on)


def test_what_cannot_be_meant_is_refused(issued: Folder) -> None:
    with pytest.raises(UsageError, match="No approval of Lettings Policy is recorded"):
        correct(issued)
    approve(issued)
    with pytest.raises(UsageError, match="No approval of version 1 of"):
        correct(issued, number=1)
    assert len(approvals(issued)) == 1


def test_status_says_that_an_approval_was_recorded_in_error(issued: Folder) -> None:
    from pipeline.config import Config
    from pipeline.policies.standing import list_standings

    approve(issued)
    correct(issued)
    with issued.register.reading() as tx:
        (standing,) = list_standings(tx, issued.register.school, Config(), TODAY)
        assert len(rows.list_versions(tx, issued.register.school)) == 2
    told = [problem.message for problem in standing.problems if problem.code == "approval-corrected"]
    assert told == [
        "The approval by Full Governing Body on 18 November 2026 was recorded in error, as was said on 24 November "
        "2026: it was only proposed"
    ]
    assert standing.approved_on == PartialDate("2026-09-10", Precision.DAY), "what the document itself says"
