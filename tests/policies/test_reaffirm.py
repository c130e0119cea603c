"""A review that changed nothing moves the next review on, shows as the last review, and can be taken back."""

from datetime import date, datetime

import pytest

from pipeline.config import parse_config
from pipeline.errors import UsageError
from pipeline.model.policies import PolicyStanding
from pipeline.policies.decisions import decide
from pipeline.policies.decisions.corrections import correct_approval
from pipeline.policies.decisions.decide import Approval
from pipeline.policies.decisions.reaffirm import correct_review, reaffirm
from pipeline.policies.standing import list_standings
from pipeline.register.decision import Decision
from tests.policies.folders import NOW, TODAY, Folder, policy_text
from tests.school import MONDAY


@pytest.fixture
def adopted(folder: Folder) -> Folder:
    """A folder with one policy in force, its review due since August 2026."""
    folder.write("lettings.txt", policy_text("Lettings Policy", last="August 2025", review="August 2026"))
    folder.record()
    return folder


def check(folder: Folder, on: date = TODAY, now: datetime = NOW) -> str:
    with folder.register.transaction() as tx:
        decision = Decision(tx, folder.register.school, "Pat Clerk", now)
        return reaffirm(decision, "lettings", on=on, reason="", default_cycle_months=12, today=TODAY).message


def standing(folder: Folder) -> PolicyStanding:
    config = parse_config("", root=folder.root)
    with folder.register.reading() as tx:
        (one,) = list_standings(tx, folder.register.school, config, TODAY)
    return one


def days(folder: Folder) -> tuple[str | None, str | None]:
    one = standing(folder)
    return one.last_review and one.last_review.value, one.next_review and one.next_review.value


def test_a_check_rolls_the_review_from_its_scheduled_date(adopted: Folder) -> None:
    assert "the next review is due August 2027" in check(adopted)
    assert days(adopted) == (TODAY.isoformat(), "2027-08")
    with pytest.raises(UsageError, match="is recorded already"):
        check(adopted)


def test_a_document_that_states_a_later_review_goes_before_the_check(adopted: Folder) -> None:
    check(adopted)
    adopted.write("lettings.txt", policy_text("Lettings Policy", last="December 2026", review="December 2028"))
    adopted.record()
    assert days(adopted) == ("2026-12", "2028-12")
    assert not [one for one in standing(adopted).problems if one.code == "settled-differs"]


def test_a_check_recorded_in_error_is_taken_back_whole(adopted: Folder) -> None:
    before = days(adopted)
    check(adopted)
    with adopted.register.transaction() as tx:
        decision = Decision(tx, adopted.register.school, "Pat Clerk", NOW)
        correct_review(decision, "lettings", reason="another policy", default_cycle_months=12)
    assert days(adopted) == before
    with adopted.register.transaction() as tx:
        decision = Decision(tx, adopted.register.school, "Pat Clerk", NOW)
        with pytest.raises(UsageError, match="nothing was taken back"):
            correct_review(decision, "lettings", reason="another policy", default_cycle_months=12)


def test_an_approval_taken_back_leaves_the_check_that_was_made_besides(adopted: Folder) -> None:
    check(adopted)
    with adopted.register.transaction() as tx:
        decision = Decision(tx, adopted.register.school, "Pat Clerk", NOW)
        given = Approval(MONDAY, "Full Governing Body", once=True)
        decide.approve_version(decision, "lettings", given, default_cycle_months=12, today=TODAY)
        with pytest.raises(UsageError, match="recorded already"):
            decide.approve_version(decision, "lettings", given, default_cycle_months=12, today=TODAY)
        correct_approval(decision, "lettings", reason="only proposed", number=None, default_cycle_months=12)
    assert days(adopted) == (TODAY.isoformat(), "2027-08")


def test_what_is_changed_or_was_not_read_yet_cannot_be_called_checked(adopted: Folder) -> None:
    with pytest.raises(UsageError, match="still to come"):
        check(adopted, date(2026, 12, 1))
    adopted.write("lettings.txt", policy_text("Lettings Policy", body="Nobody may smoke in the hall at any time."))
    adopted.record()
    with pytest.raises(UsageError, match="cannot be called unchanged"):
        check(adopted)


def test_after_a_check_the_printed_dates_are_not_held_against_the_recorded_ones(folder: Folder) -> None:
    folder.write("child-protection.txt", policy_text("Child Protection Policy", last="June 2024", review="June 2025"))
    folder.record()
    with folder.register.transaction() as tx:
        decision = Decision(tx, folder.register.school, "Pat Clerk", NOW)
        reaffirm(decision, "child-protection", on=TODAY, reason="", default_cycle_months=12, today=TODAY)
    assert standing(folder).next_review.value == "2027-06"  # type: ignore[union-attr]
    assert not [one.message for one in standing(folder).problems if one.code == "cycle-too-long"]


def test_a_recorded_review_is_held_against_the_recorded_next_one(folder: Folder) -> None:
    folder.write("child-protection.txt", policy_text("Child Protection Policy", last="March 2026", review="March 2027"))
    folder.record()
    with folder.register.transaction() as tx:
        decision = Decision(tx, folder.register.school, "Pat Clerk", NOW)
        reaffirm(decision, "child-protection", on=TODAY, reason="", default_cycle_months=12, today=TODAY)
    (found,) = [one for one in standing(folder).problems if one.code == "cycle-too-long"]
    assert "From “24 November 2026” (as recorded) to “March 2028” are 16 months" in found.message


def test_a_date_that_its_owner_set_is_not_held_against_a_printed_one(folder: Folder) -> None:
    folder.write("child-protection.txt", policy_text("Child Protection Policy", last="June 2024", review="June 2025"))
    folder.record()
    with folder.register.transaction() as tx:
        decision = Decision(tx, folder.register.school, "Pat Clerk", NOW)
        decide.set_facts(decision, "child-protection", ["next_review=2027-06"], reason="as agreed", today=TODAY)
    assert not [one.message for one in standing(folder).problems if one.code == "cycle-too-long"]
