"""A draft as its owner sees it before it is issued: the kind the comparison tells, what differs, and what holds it.

Reads only. Beside ``decide``, which issues it.
"""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from pipeline.errors import UsageError
from pipeline.model.facts import Problem
from pipeline.model.policies import RevisionKind
from pipeline.policies.editions import find_offer
from pipeline.policies.version_labels import find_label, was_in_use
from pipeline.reasons.reason import because
from pipeline.register.policies import policies as rows
from pipeline.register.policies.policies import PolicyRow, VersionRow
from pipeline.register.transaction import Transaction
from pipeline.wording import say_day

if TYPE_CHECKING:
    from pipeline.changes.differences import ChangedParagraph

DRAFT_WAITING = "draft-waiting"
"""The finding on a policy whose changed text waits for its owner's word."""


@dataclass(frozen=True, slots=True)
class DraftView:
    """What waits for its owner's word, compared with the version in force."""

    slug: str
    title: str
    number: int
    """Of the version that would be issued, as the register counts."""
    label: str
    """What that version is called."""
    kind: RevisionKind
    """As the comparison tells it."""
    said: str
    """The difference in a few words."""
    changes: "tuple[ChangedParagraph, ...]"
    """In the order of the new text; empty where no version is in force, or nothing differs."""
    holds: tuple[Problem, ...]
    """What keeps it from being issued without a reason."""

    @property
    def headline(self) -> str:
        """What waits, of which kind, and what issuing it would do, in a sentence or two."""
        return f"{self.title}, version {self.label}: {say_kind(self.kind)}; {self.said}."


def say_kind(kind: RevisionKind) -> str:
    """Return a kind of revision with what it means for readers."""
    return {
        RevisionKind.MAJOR: "a major change, its readers are asked again",
        RevisionKind.MINOR: "a minor change, no need to read again",
        RevisionKind.CONTACTS: "a change of contact details, nobody is asked to read again",
        RevisionKind.REAFFIRMED: "checked, unchanged, nobody is asked to read again",
        RevisionKind.ADOPTED: "a first version, its readers are asked",
    }[kind]


def say_asked(kind: RevisionKind) -> str:
    """Return what putting a text in use asks of its readers."""
    asked = "its readers are asked again" if kind is RevisionKind.MAJOR else "nobody is asked to read it again"
    return f"{asked} at the next run"


def show_waiting(tx: Transaction, school: str, slug: str, today: date) -> DraftView:
    """Return what ``issue`` would put in use: an edition of a document that others publish, else as ``show_draft``.

    Raises:
        UsageError: when there is nothing to issue.
    """
    if (offer := find_offer(tx, school, slug, today)) is None:
        return show_draft(tx, school, slug)
    edition = offer.edition
    where = f"published at {edition.address}, in force since {say_day(edition.since)}"
    return DraftView(
        offer.document.slug, offer.document.title, offer.number, edition.edition, offer.kind, where, (), ()
    )


def show_draft(tx: Transaction, school: str, slug: str) -> DraftView:
    """Return what ``issue_draft`` would put in use: the draft, or a first version that is held.

    Raises:
        UsageError: when there is nothing to issue.
    """
    policy = rows.get_policy(tx, school, slug)
    draft = rows.drafts(tx, school).get(policy.id)
    current = rows.versions_in_force(tx, school).get(policy.id)
    if draft is None:
        if current is None or not current.holds:
            raise UsageError(f"{policy.title} has no draft waiting, so there is nothing to issue.")
        said, called = "nothing to compare it with", find_label(tx, school, current)
        return DraftView(slug, policy.title, current.number, called, RevisionKind.ADOPTED, said, (), current.holds)
    if current is None:
        kind, called = draft.kind or RevisionKind.MAJOR, find_label(tx, school, draft)
        said = "no version is in use before it"
        return DraftView(slug, policy.title, draft.number, called, kind, said, (), draft.holds)
    return show_version(tx, school, policy, draft)


def show_version(tx: Transaction, school: str, policy: PolicyRow, version: VersionRow) -> DraftView:
    """Return one version as its owner sees it before it is approved: compared with the one that was in use before."""
    earlier = [each for each in rows.list_versions(tx, school, policy.id) if each.number < version.number]
    before = next((each for each in reversed(earlier) if was_in_use(each)), None)
    return show_between(tx, school, policy, before, version)


def show_between(
    tx: Transaction, school: str, policy: PolicyRow, before: VersionRow | None, version: VersionRow
) -> DraftView:
    """Return one version compared with another of the same policy; None for no other."""
    kind, called = version.kind or RevisionKind.MAJOR, find_label(tx, school, version)
    if before is None:
        said = "no version was in use before it"
        return DraftView(policy.slug, policy.title, version.number, called, kind, said, (), version.holds)
    from pipeline.changes.compare import compare_texts
    from pipeline.changes.differences import list_changes, say_difference

    comparison = compare_texts(
        rows.load_text(tx, before.id), before.facts, rows.load_text(tx, version.id), version.facts
    )
    said, changes = say_difference(comparison), list_changes(comparison)
    return DraftView(policy.slug, policy.title, version.number, called, kind, said, changes, version.holds)


def draft_problem(policy: PolicyRow, draft: VersionRow, current: VersionRow | None) -> Problem:
    """Return the finding ``draft-waiting`` on a policy whose changed text waits for its owner's word.

    ``current`` is the earlier text, which nobody is given either where it is held.
    """
    until = because("until-first") if current is not None and current.holds else because("until-issued")
    files = f"{draft.path} with {draft.appendix_path}" if draft.appendix_path else draft.path
    kind = str(draft.kind)
    if draft.holds:
        return Problem(DRAFT_WAITING, because("draft-held", files=files, kind=kind, slug=policy.slug, until=until))
    return Problem(DRAFT_WAITING, because("draft-waiting", files=files, kind=kind, slug=policy.slug, until=until))
