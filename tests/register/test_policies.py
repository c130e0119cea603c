"""Policies, files, versions and decisions, written and read back."""

import string
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import KeptDocumentError
from pipeline.model.documents import DocumentFormat
from pipeline.model.facts import Facts, Problem
from pipeline.model.policies import RevisionKind, VersionStatus
from pipeline.register.decision import Decision
from pipeline.register.policies import decisions, policies
from pipeline.register.policies.contents import (
    StoredContent,
    find_damaged_content,
    joint_hash,
    load_content,
    save_content,
)
from pipeline.register.policies.decisions import ApprovalRow
from pipeline.register.policies.policies import PolicyRow, SourceFile, VersionRow
from pipeline.register.store.database import Register
from pipeline.register.transaction import Transaction
from tests.any_facts import FACTS, PROBLEMS
from tests.register.conftest import NOW
from tests.registers import open_memory_register

pytestmark = pytest.mark.both_registers

LATER = NOW + timedelta(days=1)
KEPT = st.characters(exclude_characters="\0", exclude_categories=("Cs",))
"""What a register keeps: PostgreSQL has no place for a NUL, and says so."""
ANY_TEXT, WORDS = st.text(KEPT), st.text(KEPT, max_size=40)
MAYBE_WORDS = st.none() | WORDS


def add_version(
    tx: Transaction,
    school: str,
    policy: PolicyRow,
    *,
    status: VersionStatus = VersionStatus.APPROVED,
    facts: Facts | None = None,
    text: str = "One two three.",
    holds: tuple[Problem, ...] = (),
    kind: RevisionKind | None = RevisionKind.ADOPTED,
) -> VersionRow:
    return policies.add_version(
        tx,
        school,
        policies.VersionRecord(
            policy_id=policy.id,
            sha256="a1" * 32,
            path="confidentiality.docx",
            status=status,
            kind=kind,
            facts=facts or Facts(),
            text=text,
            words=3,
            holds=holds,
            issued_on=date(2026, 11, 24),
        ),
        NOW,
    )


def add_policy(tx: Transaction, school: str, slug: str = "confidentiality") -> PolicyRow:
    return policies.add_policy(tx, school, slug, slug.title(), None, NOW)


def a_file(path: str = "confidentiality.docx", **values: object) -> SourceFile:
    plain: dict[str, object] = {
        "path": path,
        "size_bytes": 1_000_000_000_000,
        "modified_ns": 1_795_000_000_123_456_789,
        "sha256": "a1" * 32,
        "policy_id": None,
        "standing": "primary",
        "error_code": None,
        "error_message": None,
        "reader": "1",
        "vanished_at": None,
    }
    return SourceFile(**{**plain, **values})  # type: ignore[arg-type]


def test_policies_are_listed_by_their_slug(memory_register: Register) -> None:
    with memory_register.transaction() as tx:
        school = memory_register.school
        assert policies.list_policies(tx, school) == []
        second = policies.add_policy(tx, school, "uniform", "Uniform", None, NOW)
        first = policies.add_policy(tx, school, "attendance", "Attendance", "attendance", NOW)
        assert policies.list_policies(tx, school) == [first, second]
        assert policies.find_policy(tx, school, "attendance") == first
        assert policies.find_policy(tx, school, "behaviour") is None
        assert policies.list_policies(tx, "another-school") == []
        assert policies.find_policy(tx, "another-school", "attendance") is None


def test_a_policy_is_renamed_withdrawn_and_put_back(memory_register: Register) -> None:
    with memory_register.transaction() as tx:
        policy = add_policy(tx, memory_register.school)
        policies.set_policy_title(tx, policy.id, "Confidentiality and Trust")
        policies.withdraw_policy(tx, policy.id, date(2026, 11, 24))
        changed = policies.find_policy(tx, memory_register.school, policy.slug)
        assert changed is not None
        assert (changed.title, changed.withdrawn_on) == ("Confidentiality and Trust", date(2026, 11, 24))
        policies.withdraw_policy(tx, policy.id, None)
        assert policies.list_policies(tx, memory_register.school)[0].withdrawn_on is None


def test_a_change_of_something_that_is_not_there_is_a_mistake(memory_register: Register) -> None:
    with memory_register.transaction() as tx:
        with pytest.raises(LookupError, match="no policy 7"):
            policies.set_policy_title(tx, 7, "Title")
        with pytest.raises(LookupError, match="no policy_version 7"):
            policies.set_version_status(tx, 7, VersionStatus.APPROVED)
        with pytest.raises(LookupError, match="no policy_version 7"):
            policies.load_text(tx, 7)


def test_a_file_is_remembered_as_it_was_at_the_last_look(memory_register: Register) -> None:
    with memory_register.transaction() as tx:
        school = memory_register.school
        policies.save_source_file(tx, school, a_file(), NOW)
        policies.save_source_file(tx, school, a_file("old/b.pdf", standing="proposed-withdrawn"), NOW)
        changed = a_file(standing="unreadable", error_code="damaged", error_message="It is cut short.")
        policies.save_source_file(tx, school, changed, LATER)
        assert policies.list_source_files(tx, school) == {
            "confidentiality.docx": changed,
            "old/b.pdf": a_file("old/b.pdf", standing="proposed-withdrawn"),
        }
        assert policies.list_source_files(tx, "another-school") == {}


def test_a_file_that_vanished_keeps_the_moment_it_was_first_missed(memory_register: Register) -> None:
    with memory_register.transaction() as tx:
        school = memory_register.school
        policies.save_source_file(tx, school, a_file(), NOW)
        policies.mark_vanished(tx, school, "confidentiality.docx", NOW)
        policies.mark_vanished(tx, school, "confidentiality.docx", LATER)
        assert policies.list_source_files(tx, school)["confidentiality.docx"].vanished_at == NOW
        policies.save_source_file(tx, school, a_file(), LATER)
        assert policies.list_source_files(tx, school)["confidentiality.docx"].vanished_at is None


def test_the_bytes_of_a_document_are_kept_once(memory_register: Register) -> None:
    content = b"PK\x03\x04\0\xff"
    with memory_register.transaction() as tx:
        for _ in range(2):
            save_content(tx, memory_register.school, sha256(content).hexdigest(), DocumentFormat.DOCX, content)
        stored = load_content(tx, sha256(content).hexdigest())
        assert (stored.format, stored.content) == (DocumentFormat.DOCX, content)
        with pytest.raises(KeptDocumentError, match="Put the same file back"):
            load_content(tx, "b2" * 32)


def test_of_many_documents_those_that_are_not_kept_are_found(memory_register: Register) -> None:
    """They are looked through several at a time; one has an appendix, whose hash counts with its own."""
    contents = {sha256(content).hexdigest(): content for content in (b"PK%d" % number for number in range(40))}
    whole, local = b"PK whole", b"PK local"
    joint = joint_hash(sha256(whole).hexdigest(), sha256(local).hexdigest())
    with memory_register.transaction() as tx:
        for key, content in contents.items():
            save_content(tx, memory_register.school, key, DocumentFormat.DOCX, content)
        appendix = StoredContent(DocumentFormat.DOCX, local)
        save_content(tx, memory_register.school, joint, DocumentFormat.DOCX, whole, appendix)
        elsewhere = {"b2" * 32, "c3" * 32}
        assert find_damaged_content(tx, [*contents, joint, *elsewhere]) == elsewhere
        assert find_damaged_content(tx, []) == frozenset()


def test_versions_are_numbered_within_their_policy(memory_register: Register) -> None:
    with memory_register.transaction() as tx:
        school = memory_register.school
        one, two = add_policy(tx, school, "attendance"), add_policy(tx, school, "uniform")
        added = [add_version(tx, school, policy) for policy in (one, two, one)]
        assert [version.number for version in added] == [1, 1, 2]
        assert policies.list_versions(tx, school) == [added[0], added[2], added[1]]
        assert policies.list_versions(tx, school, two.id) == [added[1]]
        assert policies.list_versions(tx, "another-school") == []


def test_the_version_in_force_and_the_latest_draft_are_found_by_policy(memory_register: Register) -> None:
    with memory_register.transaction() as tx:
        school = memory_register.school
        policy, only_draft = add_policy(tx, school), add_policy(tx, school, "uniform")
        first = add_version(tx, school, policy)
        add_version(tx, school, policy, status=VersionStatus.DRAFT)
        draft = add_version(tx, school, policy, status=VersionStatus.DRAFT, kind=None)
        other = add_version(tx, school, only_draft, status=VersionStatus.DRAFT)
        assert policies.versions_in_force(tx, school) == {policy.id: first}
        assert policies.drafts(tx, school) == {policy.id: draft, only_draft.id: other}

        policies.set_version_status(tx, first.id, VersionStatus.SUPERSEDED)
        policies.set_version_status(
            tx,
            draft.id,
            VersionStatus.PENDING_APPROVAL,
            kind=RevisionKind.MINOR,
            reason="spelling",
            issued_on=date(2026, 11, 25),
            next_review_on=date(2027, 8, 31),
            holds=(Problem("draft-mark", "It says DRAFT."),),
        )
        issued = policies.versions_in_force(tx, school)[policy.id]
        assert (issued.id, issued.kind, issued.reason) == (draft.id, RevisionKind.MINOR, "spelling")
        assert (issued.issued_on, issued.next_review_on) == (date(2026, 11, 25), date(2027, 8, 31))
        assert issued.holds == (Problem("draft-mark", "It says DRAFT."),)


def test_what_is_not_given_with_a_new_standing_stays_as_it_was(memory_register: Register) -> None:
    with memory_register.transaction() as tx:
        version = add_version(tx, memory_register.school, add_policy(tx, memory_register.school))
        policies.set_version_status(tx, version.id, VersionStatus.PENDING_APPROVAL, holds=(Problem("a", "b"),))
        policies.set_version_status(tx, version.id, VersionStatus.APPROVED, reason="why")
        after = policies.list_versions(tx, memory_register.school)[0]
        assert (after.status, after.kind, after.reason) == (VersionStatus.APPROVED, version.kind, "why")
        assert (after.issued_on, after.holds) == (version.issued_on, (Problem("a", "b"),))
        policies.set_version_status(tx, version.id, VersionStatus.APPROVED, holds=())
        assert policies.list_versions(tx, memory_register.school)[0].holds == ()


def test_a_version_read_again_by_a_newer_reader_has_its_words_and_facts(memory_register: Register) -> None:
    with memory_register.transaction() as tx:
        version = add_version(tx, memory_register.school, add_policy(tx, memory_register.school))
        policies.refresh_version(tx, version.id, facts=Facts(owner="Headteacher"), text="now five words in all")
        after = policies.list_versions(tx, memory_register.school)[0]
        assert (after.facts, after.words) == (Facts(owner="Headteacher"), 5)
        assert policies.load_text(tx, version.id) == "now five words in all"
        assert (after.sha256, after.number) == (version.sha256, version.number)


def test_any_words_come_back_as_they_were_written(memory_register: Register) -> None:
    school = memory_register.school
    with memory_register.transaction() as tx:
        policy = add_policy(tx, school)

    @given(facts=FACTS, text=ANY_TEXT, holds=PROBLEMS)
    def come_back(facts: Facts, text: str, holds: tuple[Problem, ...]) -> None:
        with memory_register.transaction() as tx:
            written = add_version(tx, school, policy, facts=facts, text=text, holds=holds)
        with memory_register.reading() as tx:
            assert policies.list_versions(tx, school, policy.id)[-1] == written
            assert written.facts == facts
            assert policies.load_text(tx, written.id) == text

    come_back()


@pytest.mark.in_a_file
@settings(deadline=None)
@given(
    slug=st.text(string.ascii_lowercase, min_size=1),
    title=st.text(),
    path=st.text(),
    moment=st.datetimes(timezones=st.just(UTC)),
    size=st.integers(0, 2**63 - 1),
)
def test_any_name_path_and_moment_come_back_as_they_were_written(
    slug: str, title: str, path: str, moment: datetime, size: int
) -> None:
    with open_memory_register(school_name="S", time_zone="Europe/London") as register, register.transaction() as tx:
        policy = policies.add_policy(tx, register.school, slug, title, None, NOW)
        file = a_file(path, policy_id=policy.id, vanished_at=moment, size_bytes=size, modified_ns=size)
        policies.save_source_file(tx, register.school, file, NOW)
        assert policies.list_policies(tx, register.school) == [policy]
        assert policies.list_source_files(tx, register.school) == {path: file}


def test_a_moment_without_its_time_zone_is_refused(memory_register: Register) -> None:
    with pytest.raises(Exception, match="needs its time zone"), memory_register.transaction() as tx:
        policies.add_policy(tx, memory_register.school, "a", "A", None, datetime(2026, 11, 24))  # noqa: DTZ001


def test_every_bodys_decision_is_kept(memory_register: Register) -> None:
    with memory_register.transaction() as tx:
        school = memory_register.school
        policy, other = add_policy(tx, school), add_policy(tx, school, "uniform")
        version, second = add_version(tx, school, policy), add_version(tx, school, other)
        board = decisions.add_approval(
            Decision(tx, school, "Pat Clerk", NOW),
            version,
            body="Board",
            approved_on=date(2026, 10, 14),
            minute="7.2",
        )
        head = decisions.add_approval(
            Decision(tx, school, "Pat Clerk", NOW),
            second,
            body="Head",
            approved_on=date(2026, 9, 1),
            minute=None,
        )
        assert board == ApprovalRow(
            policy.id, version.id, "Board", date(2026, 10, 14), "7.2", board.id, NOW, version.status, None
        )
        assert decisions.list_approvals(tx, school) == [board, head]
        assert decisions.list_approvals(tx, school, other.id) == [head]


def test_of_a_fact_overruled_twice_the_latest_word_counts(memory_register: Register) -> None:
    with memory_register.transaction() as tx:
        school = memory_register.school
        policy = add_policy(tx, school)
        for value in ("2027-08", "2028-08"):
            decisions.add_override(
                Decision(tx, school, "Pat Clerk", NOW), policy.id, field="next_review", value=value, reason="minutes"
            )
        decisions.add_override(
            Decision(tx, school, "Pat Clerk", NOW), policy.id, field="approved_by", value="Board", reason="minutes"
        )
        overrides = decisions.list_overrides(tx, school)[policy.id]
        assert [(row.field, row.value) for row in overrides] == [("approved_by", "Board"), ("next_review", "2028-08")]
        assert overrides[0].decided_at == NOW
