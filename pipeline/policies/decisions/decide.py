"""What the owner and the governors decide: issue a draft, approve a text, overrule a fact.

Each decision is kept with its day and reason and stands in the ledger; none overwrites what a document says.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from pipeline.changes.kinds import is_lowered
from pipeline.dates.calendar import last_day, next_review
from pipeline.dates.written import parse_date
from pipeline.errors import UsageError
from pipeline.model.dates import PartialDate
from pipeline.model.policies import IN_FORCE, RevisionKind, VersionStatus
from pipeline.named.bodies import is_same_body
from pipeline.policies.decisions.contact_answers import carry_answers
from pipeline.policies.decisions.decided import Decided, drop_reminders
from pipeline.policies.decisions.drafts import say_asked
from pipeline.policies.decisions.typed import checked, refuse_unlike_approver, refuse_unlike_fact
from pipeline.policies.editions import find_offer, release_edition
from pipeline.policies.effective import (
    DATE_FIELDS,
    WITHDRAWN,
    carried_review,
    cycle_months,
    effective_facts,
    effective_next_review,
)
from pipeline.policies.expected import stated_value
from pipeline.policies.version_labels import find_label
from pipeline.register.decision import Decision
from pipeline.register.ledger.signed_heads import Field
from pipeline.register.mail.told import About
from pipeline.register.policies import decisions
from pipeline.register.policies import policies as rows
from pipeline.register.policies.decisions import Consultation
from pipeline.register.policies.policies import PolicyRow, VersionRow, get_policy
from pipeline.register.transaction import Transaction
from pipeline.wording import say_day, say_list, say_partial

_EARLIEST = date(2000, 1, 1)


def issue(
    decision: Decision,
    slug: str,
    *,
    kind: RevisionKind | None,
    reason: str | None,
    today: date,
    shown: int | None = None,
    held: bool = False,
) -> Decided:
    """Put in use what waits under a short name: a draft, or an edition of a document that others publish.

    Raises:
        UsageError: as ``issue_draft``; or a ``kind`` is given for an edition, whose kind is no matter of choice.
    """
    offer = find_offer(decision.tx, decision.school, slug, today)
    if offer is None:
        return issue_draft(decision, slug, kind=kind, reason=reason, today=today, shown=shown, held=held)
    title = offer.document.title
    if kind is not None and kind is not RevisionKind.MAJOR:
        raise UsageError(f"{title} is published by others: a new edition is read by everybody whom the rules ask.")
    if shown is not None and shown != offer.number:
        raise UsageError(f"{title} was released meanwhile, so nothing was issued. Look at it once more.")
    return Decided(offer.document.slug, title, release_edition(decision, offer, reason=reason, today=today))


def issue_draft(
    decision: Decision,
    slug: str,
    *,
    kind: RevisionKind | None,
    reason: str | None,
    today: date,
    shown: int | None = None,
    held: bool = False,
) -> Decided:
    """Put a policy's draft in use, awaiting the governors; or release a first version that was held.

    ``kind`` may raise the kind told by comparison freely, and lower it with a reason. ``shown`` is the number of the
    version whose difference the owner has seen, where they have. A reason releases what is held; one that calls
    the change minor only with ``held``: the person who gives it need not know that the text is held.

    Raises:
        UsageError: when there is nothing to issue, a reason is needed and missing, or another version waits by now.
    """
    tx, school = decision.tx, decision.school
    policy = get_policy(tx, school, slug)
    draft = rows.drafts(tx, school).get(policy.id)
    current = rows.versions_in_force(tx, school).get(policy.id)
    waiting, is_known = draft or current, held or shown is not None
    if shown is not None and waiting is not None and waiting.number != shown:
        raise UsageError(f"{policy.title} was changed again meanwhile, so nothing was issued. Look at it once more.")
    if draft is None:
        if shown is not None and (current is None or not current.holds):
            raise UsageError(f"{policy.title} was put in use meanwhile, so there is nothing left to issue.")
        if current is not None:
            _refuse_held(policy.title, current, kind, reason, held=is_known)
        return _release_held(decision, policy, current, reason)
    _require_reason(draft, kind, reason, held=is_known)
    decided = kind or draft.kind or RevisionKind.MAJOR
    _put_in_use(decision, draft, current, VersionStatus.PENDING_APPROVAL, decided, reason, today)
    _log(decision, "issued", policy, draft, {"revision": decided.value}, reason=reason)
    called = find_label(tx, school, draft)
    return Decided(slug, policy.title, f"{policy.title} is in use (version {called}); {say_asked(decided)}.")


def _require_reason(draft: VersionRow, kind: RevisionKind | None, reason: str | None, *, held: bool) -> None:
    _refuse_held("This draft", draft, kind, reason, held=held)
    if not reason and draft.kind is not None and is_lowered(draft.kind, kind):
        raise UsageError(f"The change reads as {draft.kind}; to call it {kind}, say why with --reason.")


def _refuse_held(what: str, version: VersionRow, kind: RevisionKind | None, reason: str | None, *, held: bool) -> None:
    if not version.holds or (reason and (held or kind is not RevisionKind.MINOR)):
        return
    found = " ".join(problem.message for problem in version.holds)
    how = "--held" if reason else "--reason"
    raise UsageError(f"{what} is held: {found} Mend the document, or add {how} to use it as it is.")


def _release_held(decision: Decision, policy: PolicyRow, current: VersionRow | None, reason: str | None) -> Decided:
    if current is None or not current.holds:
        raise UsageError(f"{policy.title} has no draft waiting, so there is nothing to issue.")
    rows.set_version_status(decision.tx, current.id, current.status, reason=reason, actor=decision.actor, holds=())
    _log(decision, "released", policy, current, reason=reason)
    return Decided(policy.slug, policy.title, f"{policy.title} is no longer held; its copy is made at the next run.")


@dataclass(frozen=True, slots=True)
class Approval:
    """Who approved a text, and when."""

    approved_on: date
    body: str
    minute: str | None = None
    """The minute's number."""
    number: int | None = None
    """Of the version approved, where two could be meant."""
    once: bool = False
    """Refuse it where the same approval is recorded already."""
    consultation: Consultation | None = None
    """Who was asked before; None where nobody was, or it is not said."""
    scheme: tuple[str, ...] = ()
    """What the school's settings name: known whatever it is called. Else the approver must look like a body, a post or
    a person, as where a document is read."""


@dataclass(frozen=True, slots=True)
class PlannedApproval:
    """What recording an approval comes to; nothing is kept yet."""

    policy: PolicyRow
    version: VersionRow
    """The text that is meant."""
    body: str
    waiting: tuple[str, ...]
    """The other bodies that must still approve it."""
    rolled: PartialDate
    """When its next review is due, once all have."""


def plan_approval(
    tx: Transaction,
    school: str,
    slug: str,
    approval: Approval,
    *,
    default_cycle_months: int,
    today: date,
    bodies: Sequence[str] = (),
) -> PlannedApproval:
    """Return what ``approve_version`` would record, with the same arguments and refusals; nothing is kept."""
    policy, body = get_policy(tx, school, slug), _approving_body(approval, today)
    if policy.withdrawn_on is not None:
        raise UsageError(f"{policy.title} was taken out of use on {say_day(policy.withdrawn_on)}: nothing to approve.")
    current = rows.versions_in_force(tx, school).get(policy.id)
    version = _version_meant(tx, school, policy, current, approval.number)
    # What the text itself prints and what approved here before is known, whatever it is called.
    known = (version.facts.approved_by or "", *(each.body for each in decisions.list_approvals(tx, school)))
    refuse_unlike_approver(tx, school, body, (*bodies, *approval.scheme, *known), today)
    if approval.once:
        _refuse_twice(tx, school, policy, version, body, approval.approved_on)
    facts = effective_facts(version.facts, decisions.list_overrides(tx, school).get(policy.id, ()))
    cycle = cycle_months(facts, policy, default_cycle_months)
    rolled = next_review(effective_next_review(version, facts), cycle, approval.approved_on)
    return PlannedApproval(policy, version, body, _still_to_decide(tx, school, version, body, bodies), rolled)


def approve_version(
    decision: Decision,
    slug: str,
    approval: Approval,
    *,
    default_cycle_months: int,
    today: date,
    bodies: Sequence[str] = (),
) -> Decided:
    """Record that a body approved a text on a day; the next review rolls from its scheduled date.

    Where several ``bodies`` must approve the policy and this is one of them, its approval is kept and nothing else
    changes until the last of them has approved the same text.

    The text is the version of the approval's number, else the version in use that awaits approval, else the draft,
    else the version in use.

    Raises:
        UsageError: when the day is to come, the body is empty, two texts could be meant, or it is recorded already.
    """
    tx, school, approved_on = decision.tx, decision.school, approval.approved_on
    planned = plan_approval(
        tx, school, slug, approval, default_cycle_months=default_cycle_months, today=today, bodies=bodies
    )
    policy, version, body = planned.policy, planned.version, planned.body
    if planned.waiting:
        return _approve_in_part(decision, policy, version, replace(approval, body=body), planned.waiting)
    current = rows.versions_in_force(tx, school).get(policy.id)
    asked = ""
    if current is None or version.id != current.id:
        kind = version.kind or RevisionKind.MAJOR
        _put_in_use(decision, version, current, VersionStatus.APPROVED, kind, None, today)
        asked = f" and is in use; {say_asked(kind)}"
    rows.set_version_status(tx, version.id, VersionStatus.APPROVED, next_review_on=last_day(planned.rolled))
    _keep_approval(decision, "approved", policy, version, replace(approval, body=body), {})
    drop_reminders(decision, policy.id)
    called = find_label(tx, school, version)
    said = f"{policy.title} (version {called}) was approved by {body} on {say_day(approved_on)}{asked}"
    return Decided(slug, policy.title, f"{said}; the next review is due {say_partial(planned.rolled)}.")


def _keep_approval(
    decision: Decision, what: str, policy: PolicyRow, version: VersionRow, approval: Approval, more: Mapping[str, Field]
) -> None:
    """Keep one body's approval with what was said of it, in the ledger too."""
    decisions.add_approval(
        decision,
        version,
        body=approval.body,
        approved_on=approval.approved_on,
        minute=approval.minute,
        consultation=(asked := approval.consultation),
    )
    fields: dict[str, Field] = {"on": approval.approved_on.isoformat(), **more}
    words = {"by": approval.body, "minute": approval.minute}
    if asked is not None:
        days = {"consulted_from": asked.first, "consulted_until": asked.last}
        fields |= {name: day.isoformat() for name, day in days.items() if day is not None}
        words |= {"consulted": asked.groups, "consultation": asked.outcome or None}
    _log(decision, what, policy, version, fields, **words)


def _drop_letters(decision: Decision, policy_id: int) -> None:
    """Drop the letters that tell of a policy and have not gone: it was taken out of use."""
    from pipeline.register.mail.outbox import cancel_about

    said = "a policy in it was taken out of use; the rest is planned afresh"
    cancel_about(decision.tx, decision.school, policy_id, tuple(About), said, decision.now)


def _still_to_decide(
    tx: Transaction, school: str, version: VersionRow, body: str, bodies: Sequence[str]
) -> tuple[str, ...]:
    """Return which other bodies that must approve a text have not; none where ``body`` is not one of them."""
    if not any(is_same_body(body, name) for name in bodies):
        return ()
    approvals = decisions.list_approvals(tx, school, version.policy_id)
    given = [body, *(each.body for each in approvals if each.version_id == version.id)]
    return tuple(name for name in bodies if not any(is_same_body(name, each) for each in given))


def _approve_in_part(
    decision: Decision, policy: PolicyRow, version: VersionRow, approval: Approval, waiting: Sequence[str]
) -> Decided:
    body, on = approval.body, approval.approved_on
    _keep_approval(decision, "approved-in-part", policy, version, approval, {"waiting": len(waiting)})
    called = find_label(decision.tx, decision.school, version)
    return Decided(
        policy.slug,
        policy.title,
        f"{policy.title} (version {called}) was approved by {body} on {say_day(on)}. {say_list(waiting)} still "
        f"{'has' if len(waiting) == 1 else 'have'} to approve it; until then nothing else changes.",
    )


def _refuse_twice(
    tx: Transaction, school: str, policy: PolicyRow, version: VersionRow, body: str, approved_on: date
) -> None:
    """Refuse the same body's approval of the same day once more, as two people record it who do not know of it."""
    for known in decisions.list_approvals(tx, school, policy.id):
        if (known.version_id, known.approved_on) == (version.id, approved_on) and is_same_body(known.body, body):
            raise UsageError(
                f"That {body} approved {policy.title} on {say_day(approved_on)} is recorded already; nothing was "
                "recorded twice."
            )


def _approving_body(approval: Approval, today: date) -> str:
    if approval.approved_on > today:
        day = say_day(approval.approved_on)
        raise UsageError(f"{day} is still to come; an approval is recorded once it has been given.")
    if approval.approved_on < _EARLIEST:
        raise UsageError(f"{say_day(approval.approved_on)} is too long ago for an approval: look at the year.")
    asked = approval.consultation
    if asked is not None and asked.first is not None and asked.first > approval.approved_on:
        raise UsageError(f"The consultation began on {say_day(asked.first)}, after the approval: look at the days.")
    if not approval.body.strip():
        raise UsageError("Say who approved it with --by, such as --by 'Full Governing Body'.")
    if not approval.body.isprintable():
        raise UsageError("Say who approved it in one line of ordinary characters.")
    return approval.body.strip()


def texts_to_approve(tx: Transaction, school: str, slug: str) -> tuple[VersionRow, ...]:
    """Return the texts of a policy that could be approved: what waits first, then what is in use; none that is held."""
    policy = get_policy(tx, school, slug)
    found = (rows.drafts(tx, school).get(policy.id), rows.versions_in_force(tx, school).get(policy.id))
    return tuple(each for each in found if each is not None and not each.holds and each.edition is None)


def _version_meant(
    tx: Transaction, school: str, policy: PolicyRow, current: VersionRow | None, number: int | None
) -> VersionRow:
    if number is not None:
        for version in rows.list_versions(tx, school, policy.id):
            if version.number == number and version.status in (*IN_FORCE, VersionStatus.DRAFT):
                return version
        raise UsageError(f"{policy.title} has no version {number} that is in use or waiting.")
    draft = rows.drafts(tx, school).get(policy.id)
    if draft is not None and current is not None and current.status is VersionStatus.PENDING_APPROVAL:
        raise UsageError(
            f"{policy.title} has version {current.number} in use and version {draft.number} as a draft: say which "
            f"text was approved with --version {current.number} or --version {draft.number}."
        )
    meant = draft or current
    if meant is None:
        raise UsageError(f"{policy.title} has no text in use that could be approved.")
    if meant.holds:
        found = " ".join(problem.message for problem in meant.holds)
        raise UsageError(f"{policy.title} is held: {found} 'policy issue {policy.slug} --reason …' releases it.")
    return meant


def _put_in_use(
    decision: Decision,
    version: VersionRow,
    current: VersionRow | None,
    status: VersionStatus,
    kind: RevisionKind,
    reason: str | None,
    today: date,
) -> None:
    if current is not None:
        rows.set_version_status(decision.tx, current.id, VersionStatus.SUPERSEDED)
        carry_answers(decision.tx, decision.school, current, version)
    carried = carried_review(current, version.facts) if current is not None else None
    rows.set_version_status(
        decision.tx,
        version.id,
        status,
        kind=kind,
        reason=reason,
        actor=decision.actor,
        issued_on=today,
        next_review_on=carried,
        holds=(),
    )


# --- facts -----------------------------------------------------------------------------------------------------


def set_facts(
    decision: Decision,
    slug: str,
    assignments: Sequence[str],
    *,
    reason: str,
    today: date,
    known: Collection[str] = (),
) -> Decided:
    """Overrule facts of a policy, each given as ``FIELD=VALUE``; all are checked before the first is kept.

    An owner, or who approved it, must look like a role, a body or a person, as where a document is read, or be one of
    the ``known``: roles and bodies of the school's settings, whatever they are called.

    Raises:
        UsageError: naming the assignment that is wrong, and what would be right.
    """
    tx, school, said_why = decision.tx, decision.school, reason.strip()
    policy = get_policy(tx, school, slug)
    if not said_why:
        raise UsageError("Say why with --reason; it is kept with the change.")
    pairs = [checked(assignment, today) for assignment in assignments]
    for name, value in pairs:
        refuse_unlike_fact(tx, school, name, value, known, today)
    current = rows.versions_in_force(tx, school).get(policy.id)
    for name, value in pairs:
        stated = stated_value(current.facts, name) if current is not None and name != WITHDRAWN else None
        keep_decision(decision, policy, name, value, said_why, stated=stated)
        if name == WITHDRAWN:
            rows.withdraw_policy(tx, policy.id, today if value == "yes" else None)
            if value == "yes":
                _drop_letters(decision, policy.id)
        elif name == "title":
            rows.set_policy_title(tx, policy.id, value)
    days = {name: say_partial(parse_date(value)) for name, value in pairs if name in DATE_FIELDS}
    said = ", ".join(f"{name} is {days.get(name) or value or 'blank'}" for name, value in pairs)
    return Decided(slug, policy.title, f"{policy.title}: {said}. The document itself was not changed.")


def keep_decision(
    decision: Decision, policy: PolicyRow, name: str, value: str, reason: str, *, stated: str | None = None
) -> None:
    """Keep what an owner decided of one fact, or of one file (``own:…``), with its reason; in the ledger too."""
    decisions.add_override(decision, policy.id, field=name, value=value, reason=reason, stated=stated)
    current = rows.versions_in_force(decision.tx, decision.school).get(policy.id)
    if name == "next_review" and current is not None:
        # The owner's later word stands before the date an earlier approval rolled to.
        rows.set_rolled_review(decision.tx, current.id, None)
        drop_reminders(decision, policy.id)
    field, _, file = name.partition(":")
    words = {"file": file, "value": value, "reason": reason}
    decision.record("overruled", {"policy": policy.slug, "field": field}, words=words)


def _log(
    decision: Decision,
    what: str,
    policy: PolicyRow,
    version: VersionRow,
    more: Mapping[str, Field] = MappingProxyType({}),
    **words: str | None,
) -> None:
    fields: dict[str, Field] = {"policy": policy.slug, "version": version.number, "sha256": version.sha256}
    decision.record(what, {**fields, **more}, words=words)
