"""What the owner and the governors decide: issue, approve, overrule."""

from datetime import date

import pytest

from pipeline.dates.calendar import last_day
from pipeline.errors import UsageError
from pipeline.model.policies import RevisionKind, VersionStatus
from pipeline.policies.decisions import decide
from pipeline.policies.decisions.decided import Decided
from pipeline.policies.effective import effective_facts, effective_next_review
from pipeline.register.decision import Decision
from pipeline.register.ledger.check import verify
from pipeline.register.policies import decisions
from pipeline.register.policies import policies as rows
from pipeline.register.policies.policies import VersionRow
from tests.policies.folders import NOW, TODAY, Folder, policy_text

CHANGED = "Halls must be left locked. Nobody may smoke in them, and hirers pay before they are given a key."


def issue(
    folder: Folder,
    kind: RevisionKind | None = None,
    reason: str | None = None,
    slug: str = "lettings",
    *,
    held: bool = False,
) -> Decided:
    with folder.register.transaction() as tx:
        decision = Decision(tx, folder.register.school, "Pat Clerk", NOW)
        return decide.issue_draft(decision, slug, kind=kind, reason=reason, today=TODAY, held=held)


def approve(
    folder: Folder, on: date = date(2026, 11, 18), by: str = "Full Governing Body", number: int | None = None
) -> Decided:
    with folder.register.transaction() as tx:
        return decide.approve_version(
            Decision(tx, folder.register.school, "Pat Clerk", NOW),
            "lettings",
            decide.Approval(on, by, minute="12.3", number=number),
            default_cycle_months=12,
            today=TODAY,
        )


def set_facts(folder: Folder, *assignments: str, reason: str = "the head told me") -> Decided:
    with folder.register.transaction() as tx:
        return decide.set_facts(
            Decision(tx, folder.register.school, "Pat Clerk", NOW), "lettings", assignments, reason=reason, today=TODAY
        )


def in_force(folder: Folder) -> VersionRow:
    with folder.register.reading() as tx:
        (version,) = rows.versions_in_force(tx, folder.register.school).values()
    return version


@pytest.fixture
def drafted(folder: Folder) -> Folder:
    """A folder with one policy in force and a major draft of it."""
    folder.write("lettings.txt", policy_text("Lettings Policy"))
    folder.record()
    folder.write("lettings.txt", policy_text("Lettings Policy", body=CHANGED))
    folder.record()
    return folder


@pytest.fixture
def adopted(folder: Folder) -> Folder:
    """A folder with one policy in force, review due August 2026."""
    folder.write("lettings.txt", policy_text("Lettings Policy", last="August 2025", review="August 2026"))
    folder.record()
    return folder


def test_an_issued_draft_is_in_use_and_awaits_the_governors(drafted: Folder) -> None:
    assert "in use (version 2)" in issue(drafted).message
    version = in_force(drafted)
    assert (version.number, version.status, version.kind) == (2, VersionStatus.PENDING_APPROVAL, RevisionKind.MAJOR)
    assert version.issued_on == TODAY


def test_lowering_the_kind_needs_a_reason(drafted: Folder) -> None:
    with pytest.raises(UsageError, match="say why with --reason"):
        issue(drafted, RevisionKind.MINOR)
    assert "nobody is asked" in issue(drafted, RevisionKind.MINOR, "only the layout").message
    assert in_force(drafted).kind is RevisionKind.MINOR


def test_raising_the_kind_needs_none(folder: Folder) -> None:
    body = "Halls are left clean and tidy by everybody who hires them for an evening or a weekend."
    folder.write("lettings.txt", policy_text("Lettings Policy", body=body))
    folder.record()
    folder.write("lettings.txt", policy_text("Lettings Policy", body=body.replace("tidy", "neat")))
    folder.record()
    issue(folder, RevisionKind.MAJOR)
    assert in_force(folder).kind is RevisionKind.MAJOR


def test_a_held_draft_is_issued_only_with_a_reason(folder: Folder) -> None:
    folder.write("lettings.txt", policy_text("Lettings Policy"))
    folder.record()
    folder.write("lettings.txt", policy_text("Lettings Policy", body=CHANGED, school="Otherton Primary School"))
    folder.record()
    with pytest.raises(UsageError, match="Otherton Primary School"):
        issue(folder)
    issue(folder, reason="the trust's own text")
    assert (in_force(folder).number, in_force(folder).holds) == (2, ())


def test_why_a_change_is_minor_is_no_reason_to_issue_what_is_held(folder: Folder) -> None:
    folder.write("lettings.txt", policy_text("Lettings Policy"))
    folder.record()
    folder.write("lettings.txt", policy_text("Lettings Policy", body=CHANGED, school="Otherton Primary School"))
    folder.record()
    with pytest.raises(UsageError, match=r"is held: .*Otherton Primary School.*add --held"):
        issue(folder, RevisionKind.MINOR, "a small fix")
    assert in_force(folder).number == 1
    issue(folder, RevisionKind.MINOR, "the trust's own text", held=True)
    assert (in_force(folder).number, in_force(folder).kind) == (2, RevisionKind.MINOR)


def test_a_held_first_version_is_released_with_a_reason(folder: Folder) -> None:
    folder.write("lettings.txt", policy_text("Lettings Policy", school="Otherton Primary School"))
    folder.record()
    with pytest.raises(UsageError, match="is held"):
        issue(folder)
    issue(folder, reason="we share it with them")
    assert in_force(folder).holds == ()
    assert in_force(folder).reason == "we share it with them"


def test_nor_is_it_one_to_use_a_first_text_that_is_held(folder: Folder) -> None:
    folder.write("lettings.txt", policy_text("Lettings Policy", school="Otherton Primary School"))
    folder.record()
    with pytest.raises(UsageError, match=r"is held: .*add --held"):
        issue(folder, RevisionKind.MINOR, "a small fix")
    issue(folder, RevisionKind.MINOR, "we share it with them", held=True)
    assert in_force(folder).holds == ()


def test_without_a_draft_there_is_nothing_to_issue(adopted: Folder) -> None:
    with pytest.raises(UsageError, match="nothing to issue"):
        issue(adopted)


def test_a_wrong_short_name_is_told_the_nearest(adopted: Folder) -> None:
    with pytest.raises(UsageError, match="Did you mean lettings"):
        issue(adopted, slug="letings")
    with pytest.raises(UsageError, match="policy status"):
        issue(adopted, slug="zzz")


def test_an_approval_rolls_the_next_review_from_the_scheduled_date(adopted: Folder) -> None:
    assert "due August 2027" in approve(adopted).message
    version = in_force(adopted)
    assert version.status is VersionStatus.APPROVED
    assert version.next_review_on == date(2027, 8, 31)
    review = effective_next_review(version, version.facts)
    assert review is not None
    assert review.value == "2027-08"


def test_an_approval_of_a_draft_puts_it_in_use(drafted: Folder) -> None:
    approve(drafted)
    version = in_force(drafted)
    assert (version.number, version.status) == (2, VersionStatus.APPROVED)


def test_the_october_approval_is_of_the_text_in_use(drafted: Folder) -> None:
    issue(drafted)
    approve(drafted)
    version = in_force(drafted)
    assert (version.number, version.status) == (2, VersionStatus.APPROVED)
    with drafted.register.reading() as tx:
        (row,) = decisions.list_approvals(tx, drafted.register.school)
    assert (row.body, row.approved_on, row.minute) == ("Full Governing Body", date(2026, 11, 18), "12.3")


def test_two_texts_that_could_be_meant_are_asked_about(drafted: Folder) -> None:
    issue(drafted)
    drafted.write("lettings.txt", policy_text("Lettings Policy", body=CHANGED + " Dogs stay outside at all times."))
    drafted.record()
    with pytest.raises(UsageError, match="--version 2 or --version 3"):
        approve(drafted)
    approve(drafted, number=2)
    assert in_force(drafted).number == 2
    with pytest.raises(UsageError, match="no version 9"):
        approve(drafted, number=9)


def test_an_approval_to_come_and_one_by_nobody_are_refused(adopted: Folder) -> None:
    with pytest.raises(UsageError, match="still to come"):
        approve(adopted, on=date(2026, 12, 9))
    with pytest.raises(UsageError, match="--by"):
        approve(adopted, by="  ")


def test_a_rolled_review_is_carried_to_a_text_that_still_states_the_old_one(adopted: Folder) -> None:
    approve(adopted)
    adopted.write(
        "lettings.txt", policy_text("Lettings Policy", last="August 2025", review="August 2026", body=CHANGED)
    )
    adopted.record()
    issue(adopted)
    assert in_force(adopted).next_review_on == date(2027, 8, 31)


def test_the_owner_overrules_a_fact_with_a_reason(adopted: Folder) -> None:
    set_facts(adopted, "owner=School Business Manager", "next_review=autumn term 2026", "review_cycle_months=24")
    version = in_force(adopted)
    with adopted.register.reading() as tx:
        (overrides,) = decisions.list_overrides(tx, adopted.register.school).values()
    facts = effective_facts(version.facts, overrides)
    assert facts.owner == "School Business Manager"
    assert facts.review_cycle_months == 24
    assert facts.next_review is not None
    assert last_day(facts.next_review.date) == date(2026, 12, 31)
    assert facts.evidence["owner"].where is not None
    assert "the head told me" in str(facts.evidence["owner"].where)


def test_of_an_approval_and_the_owners_word_on_the_next_review_the_later_counts(adopted: Folder) -> None:
    approve(adopted)
    set_facts(adopted, "next_review=March 2027")
    assert next_review(adopted) == "2027-03"
    approve(adopted)
    assert next_review(adopted) != "2027-03"


def next_review(folder: Folder) -> str | None:
    with folder.register.reading() as tx:
        policy = rows.list_policies(tx, folder.register.school)[0]
        overrides = decisions.list_overrides(tx, folder.register.school).get(policy.id, ())
    version = in_force(folder)
    following = effective_next_review(version, effective_facts(version.facts, overrides))
    return following.value if following else None


def test_a_fact_can_be_overruled_as_blank(adopted: Folder) -> None:
    set_facts(adopted, "next_review=none", "review_cycle_months=blank")
    with adopted.register.reading() as tx:
        (overrides,) = decisions.list_overrides(tx, adopted.register.school).values()
    facts = effective_facts(in_force(adopted).facts, overrides)
    assert facts.next_review is None
    assert facts.review_cycle_months is None


def test_overruled_facts_survive_a_new_version_of_the_file(adopted: Folder) -> None:
    set_facts(adopted, "title=Letting of Halls")
    adopted.write(
        "lettings.txt", policy_text("Lettings Policy", last="August 2025", review="August 2026", body=CHANGED)
    )
    adopted.record()
    issue(adopted)
    with adopted.register.reading() as tx:
        (policy,) = rows.list_policies(tx, adopted.register.school)
        overrides = decisions.list_overrides(tx, adopted.register.school)[policy.id]
    assert policy.title == "Letting of Halls"
    assert effective_facts(in_force(adopted).facts, overrides).title == "Letting of Halls"


@pytest.mark.parametrize(
    "assignment",
    ["colour=red", "next_review=soon", "review_cycle_months=often", "review_cycle_months=0", "owner", "title=",
     "title=none", "withdrawn=perhaps", "owner=a\nb", "approved_on=1 May 2062", "last_review=May 2062"],
)  # fmt: skip
def test_a_wrong_assignment_is_refused_and_nothing_is_kept(adopted: Folder, assignment: str) -> None:
    with pytest.raises(UsageError):
        set_facts(adopted, "owner=Caretaker", assignment)
    with adopted.register.reading() as tx:
        assert decisions.list_overrides(tx, adopted.register.school) == {}


def test_a_reason_is_needed(adopted: Folder) -> None:
    with pytest.raises(UsageError, match="--reason"):
        set_facts(adopted, "owner=Caretaker", reason=" ")


def test_a_policy_is_withdrawn_and_brought_back(adopted: Folder) -> None:
    set_facts(adopted, "withdrawn=yes")
    with adopted.register.reading() as tx:
        assert rows.list_policies(tx, adopted.register.school)[0].withdrawn_on == TODAY
    set_facts(adopted, "withdrawn=no")
    with adopted.register.reading() as tx:
        assert rows.list_policies(tx, adopted.register.school)[0].withdrawn_on is None


def test_every_decision_stands_in_the_ledger(drafted: Folder) -> None:
    issue(drafted)
    approve(drafted)
    set_facts(drafted, "owner=Caretaker")
    with drafted.register.reading() as tx:
        check = verify(tx, drafted.register.school)
    assert (check.records, check.faults) == (5, ())


@pytest.mark.parametrize(
    "assignment",
    [
        "owner=The blue cupboard", "approved_by=The blue cupboard", "owner=Ms However", "approved_by=Ms However",
    ],
)  # fmt: skip
def test_an_owner_or_approver_looks_like_one_as_where_a_document_is_read(adopted: Folder, assignment: str) -> None:
    with pytest.raises(UsageError, match="is no role, body or person that is known here"):
        set_facts(adopted, assignment)
    set_facts(adopted, "owner=Business Manager", "approved_by=Finance & Resources")


def test_who_approved_looks_like_a_body_or_is_one_that_the_scheme_names(adopted: Folder) -> None:
    with pytest.raises(UsageError, match="is no body, post or person that could approve"):
        approve(adopted, by="The blue cupboard")
    with adopted.register.transaction() as tx:
        decided = decide.approve_version(
            Decision(tx, adopted.register.school, "Pat Clerk", NOW),
            "lettings",
            decide.Approval(date(2026, 11, 18), "The blue cupboard", scheme=("The Blue Cupboard",)),
            default_cycle_months=12,
            today=TODAY,
        )
    assert "was approved by The blue cupboard" in decided.message
    approve(adopted, by="The blue cupboard")


def test_a_word_of_a_sentence_behind_a_title_approves_no_policy(adopted: Folder) -> None:
    with pytest.raises(UsageError, match="write it once under “Who else approves policies” in the settings"):
        approve(adopted, by="Ms However")
