"""Several approvals of one meeting, recorded in one go: all of them, or none.

What was on a meeting's agenda is told by the papers that went for it, by what is ready, and by what is in use and
waits for that body. Each policy is checked by itself, and each that cannot be recorded is named with its reason; then
nothing is kept, so that no minute is recorded by half. Between the paper that went and the text that is recorded, the
words that governors changed are shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from pipeline.config import Config
from pipeline.errors import UsageError
from pipeline.model.policies import PolicyStanding, ReviewState, VersionStatus
from pipeline.named.bodies import is_same_body
from pipeline.policies.agenda import paper_stage
from pipeline.policies.decisions.decide import (
    Approval,
    PlannedApproval,
    approve_version,
    plan_approval,
    texts_to_approve,
)
from pipeline.policies.decisions.decided import Decided
from pipeline.policies.decisions.drafts import DraftView, show_between
from pipeline.policies.decisions.typed import names_of
from pipeline.policies.meetings import bodies_of, bodies_that_meet, bodies_to_approve
from pipeline.policies.version_labels import find_label
from pipeline.register.decision import Decision
from pipeline.register.mail.told import About, ToldOutcome, list_told
from pipeline.register.policies.decisions import ApprovalRow, Consultation, list_approvals
from pipeline.register.policies.policies import VersionRow, get_policy, list_versions
from pipeline.register.policies.ready_texts import list_ready
from pipeline.register.transaction import Transaction
from pipeline.wording import say_count, say_day, say_list, say_partial

_LONGEST = 500
_NOT_TOLD = (ToldOutcome.BOUNCED, ToldOutcome.CANCELLED, ToldOutcome.WITHHELD)


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting of a body that approves policies."""

    key: str
    """The body's, under ``[governors.bodies]``."""
    body: str
    on: date


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """One policy that was on a meeting's agenda."""

    standing: PolicyStanding
    text: VersionRow | None
    """The one that an approval would be recorded of; None where none can be, or two could be meant."""
    label: str
    """What that version is called; empty for none."""
    paper: VersionRow | None
    """The one that went to the clerk as the paper; None where none went by this program."""
    why: str
    """Why it is on the agenda, or cannot be recorded here, in a few words."""
    given: ApprovalRow | None
    """The approval of this meeting that is recorded already."""

    @property
    def is_open(self) -> bool:
        """Whether an approval of it can be recorded together with others."""
        return self.text is not None and self.given is None


@dataclass(frozen=True, slots=True)
class WantedApproval:
    """One policy of which an approval is to be recorded."""

    slug: str
    number: int | None = None
    """Of the version, where the person who decides has seen it."""


@dataclass(frozen=True, slots=True)
class ApprovalsPreview:
    """What recording some approvals would come to."""

    planned: tuple[PlannedApproval, ...]
    """In the order in which they were wanted; those that can be recorded."""
    refused: tuple[tuple[str, str], ...]
    """Short name and reason of each that cannot."""


# --- what was on the agenda --------------------------------------------------------------------------------------


def list_meetings(config: Config, first: date, last: date) -> tuple[Meeting, ...]:
    """Return the meetings from a day to another, both included, the latest first."""
    found = [
        Meeting(key, body.name, day)
        for key, body in bodies_that_meet(config)
        for day in body.meetings
        if first <= day <= last
    ]
    return tuple(sorted(found, key=lambda one: (one.on, one.body), reverse=True))


def find_meeting(config: Config, on: date, body: str | None, today: date) -> Meeting:
    """Return the meeting of a day that is over or today; ``body`` says whose where several met.

    Raises:
        UsageError: nobody is known to have met, or several did, or the day is to come.
    """
    if on > today:
        raise UsageError(f"{say_day(on)} is still to come; an approval is recorded once it has been given.")
    met = [one for one in list_meetings(config, on, on) if body is None or is_same_body(one.body, body)]
    if len(met) == 1:
        return met[0]
    if met:
        names = say_list([one.body for one in met])
        raise UsageError(f"{names} met on {say_day(on)}: say which decided, with --by.")
    whose = f"of the {body} " if body else ""
    raise UsageError(
        f"No meeting {whose}on {say_day(on)} is known. Give its day under [governors] in the settings, or name the "
        "policies with --on and --by."
    )


def list_agenda_of(
    tx: Transaction, school: str, config: Config, standings: Sequence[PolicyStanding], meeting: Meeting
) -> tuple[AgendaItem, ...]:
    """Return what was on a meeting's agenda, by title."""
    papers = _papers_of(tx, school, meeting)
    ready = {
        policy: text.version.id
        for policy, text in list_ready(tx, school).items()
        if text.since.astimezone(config.zone).date() <= meeting.on
    }
    versions = {version.id: version for version in list_versions(tx, school)}
    given = {
        each.policy_id: each
        for each in list_approvals(tx, school)
        if each.approved_on == meeting.on and is_same_body(each.body, meeting.body)
    }
    found = []
    for one in standings:
        why = _why_on_agenda(one, meeting, config, papers, ready)
        if one.state is ReviewState.WITHDRAWN or one.address is not None or not (why or one.policy_id in given):
            continue
        paper = versions.get(papers.get(one.policy_id, 0))
        found.append(_item(tx, school, one, paper, why or "", given.get(one.policy_id)))
    return tuple(sorted(found, key=lambda item: item.standing.title.casefold()))


def want(items: Sequence[AgendaItem], meeting: Meeting, slugs: Sequence[str] = ()) -> tuple[WantedApproval, ...]:
    """Return what is to be recorded of a meeting: the policies of these short names, or all that are open.

    Raises:
        UsageError: none is open.
    """
    of = {item.standing.slug: item for item in items}
    texts = {slug: of[slug].text for slug in slugs if slug in of}
    if slugs:
        return tuple(
            WantedApproval(slug, text.number if (text := texts.get(slug)) is not None else None) for slug in slugs
        )
    found = tuple(
        WantedApproval(one.standing.slug, one.text.number) for one in items if one.is_open and one.text is not None
    )
    if not found:
        raise UsageError(
            f"Nothing of the meeting of the {meeting.body} on {say_day(meeting.on)} is left to be recorded. What was "
            "not on its agenda is recorded by its short name, with --on and --by."
        )
    return found


def titles_changed_since(items: Sequence[AgendaItem], wanted: Sequence[WantedApproval]) -> list[str]:
    """Return the titles of what is to be recorded whose text is another than the paper that went to the clerk."""
    slugs = {one.slug for one in wanted}
    return [
        one.standing.title
        for one in items
        if one.standing.slug in slugs and one.paper is not None and one.text is not None and one.paper.id != one.text.id
    ]


def _papers_of(tx: Transaction, school: str, meeting: Meeting) -> dict[int, int]:
    """Return the version that went to the clerk for a meeting last, by the policy."""
    stage = paper_stage(meeting.body, is_ready=True)
    return {
        row.policy_id: row.version_id
        for row in list_told(tx, school, about=(About.PAPERS,))
        if row.policy_id is not None
        and row.version_id is not None
        and (row.stage, row.due_on) == (stage, meeting.on)
        and row.outcome not in _NOT_TOLD
    }


def _why_on_agenda(
    one: PolicyStanding, meeting: Meeting, config: Config, papers: dict[int, int], ready: dict[int, int]
) -> str | None:
    if one.policy_id in papers:
        return "its paper went to the clerk"
    if not any(is_same_body(body.name, meeting.body) for body in bodies_of(one, config)):
        return None
    if one.policy_id in ready:
        return "its text is ready for the clerk"
    if one.unapproved_since is not None and one.unapproved_since <= meeting.on:
        return "it is in use and waits for approval"
    return None


def _item(
    tx: Transaction, school: str, one: PolicyStanding, paper: VersionRow | None, why: str, given: ApprovalRow | None
) -> AgendaItem:
    texts = texts_to_approve(tx, school, one.slug)
    if not texts:
        return AgendaItem(one, None, "", paper, "it has no text that could be approved, or is held", given)
    if len(texts) > 1 and texts[-1].status is VersionStatus.PENDING_APPROVAL:
        return AgendaItem(one, None, "", paper, "it has a text in use and a changed one: record it by itself", given)
    return AgendaItem(one, texts[0], find_label(tx, school, texts[0]), paper, why, given)


def show_changed_since(tx: Transaction, school: str, item: AgendaItem) -> DraftView | None:
    """Return what differs between the paper that went and the text that would be recorded; None where nothing does."""
    if item.paper is None or item.text is None or item.paper.sha256 == item.text.sha256:
        return None
    return show_between(tx, school, get_policy(tx, school, item.standing.slug), item.paper, item.text)


# --- consultation ------------------------------------------------------------------------------------------------


def make_consultation(
    groups: str | None, first: date | None, last: date | None, outcome: str | None, today: date
) -> Consultation | None:
    """Return who was asked before an approval, as it was typed; None where nothing was.

    Raises:
        UsageError: it is not said who, the days are in the wrong order or to come, or it is too long.
    """
    asked, came = " ".join((groups or "").split()), " ".join((outcome or "").split())
    if not (asked or came or first or last):
        return None
    if not asked:
        raise UsageError("Say who was consulted, such as parents and staff, or leave the consultation out.")
    if first is not None and last is not None and last < first:
        raise UsageError(f"The consultation ends on {say_day(last)}, before it begins on {say_day(first)}.")
    if (ends := max((day for day in (first, last) if day is not None), default=today)) > today:
        raise UsageError(f"{say_day(ends)} is still to come; a consultation is recorded once it is over.")
    if len(asked) > _LONGEST or len(came) > _LONGEST:
        raise UsageError(f"Say who was consulted, and what came of it, in at most {_LONGEST} characters each.")
    return Consultation(asked, first, last, came)


def say_consultation(asked: Consultation) -> str:
    """Return who was asked, when, and what came of it, in a sentence."""
    days = [f"from {say_day(asked.first)}"] if asked.first is not None else []
    days += [f"to {say_day(asked.last)}"] if asked.last is not None else []
    when, came = f", {' '.join(days)}" if days else "", f"; {asked.outcome.rstrip('.')}" if asked.outcome else ""
    return f"Consulted: {asked.groups}{when}{came}."


# --- recording ---------------------------------------------------------------------------------------------------


def check_together(
    tx: Transaction, school: str, wanted: Sequence[WantedApproval], approval: Approval, config: Config, today: date
) -> ApprovalsPreview:
    """Return which approvals can be recorded, each by its own check, and why others cannot. Nothing is kept."""
    planned, refused = [], []
    seen: set[str] = set()
    # Of one alone it may be meant: a body that decided twice on a day.
    approval = replace(approval, once=approval.once or len(wanted) > 1)
    for one in wanted:
        try:
            if one.slug in seen:
                raise UsageError("It is named twice.")
            seen.add(one.slug)
            planned.append(_plan(tx, school, one, approval, config, today))
        except UsageError as error:
            refused.append((one.slug, str(error)))
    return ApprovalsPreview(tuple(planned), tuple(refused))


def _plan(
    tx: Transaction, school: str, one: WantedApproval, approval: Approval, config: Config, today: date
) -> PlannedApproval:
    return plan_approval(
        tx,
        school,
        one.slug,
        replace(approval, number=one.number, scheme=names_of(config)),
        default_cycle_months=config.review.cycle_months,
        today=today,
        bodies=bodies_to_approve(get_policy(tx, school, one.slug), config),
    )


def approve_together(
    decision: Decision, wanted: Sequence[WantedApproval], approval: Approval, config: Config, today: date
) -> tuple[Decided, ...]:
    """Record the approval of each of several policies by one body at one meeting; all or none.

    Raises:
        UsageError: one or more cannot be recorded: which and why, policy by policy.
    """
    tx, school = decision.tx, decision.school
    if not wanted:
        raise UsageError("Name the policies that were approved.")
    checked = check_together(tx, school, wanted, approval, config, today)
    if checked.refused:
        raise UsageError(say_refused(checked))
    return tuple(
        approve_version(
            decision,
            one.slug,
            replace(approval, number=one.number, scheme=names_of(config)),
            default_cycle_months=config.review.cycle_months,
            today=today,
            bodies=bodies_to_approve(get_policy(tx, school, one.slug), config),
        )
        for one in wanted
    )


def say_refused(checked: ApprovalsPreview) -> str:
    """Return why nothing is recorded, policy by policy."""
    if not checked.planned and len(checked.refused) == 1:
        return checked.refused[0][1]
    reasons = " ".join(f"{slug}: {reason}" for slug, reason in checked.refused)
    others = f" The other {say_count(len(checked.planned), 'is', 'are')} in order." if checked.planned else ""
    return (
        "Nothing was recorded, since the approvals of a meeting are recorded together or not at all. "
        f"{reasons}{others} Put right what is wrong, or leave it out."
    )


def say_planned(tx: Transaction, school: str, planned: PlannedApproval) -> str:
    """Return what recording one approval would come to, in a sentence."""
    called = f"{planned.policy.title} (version {find_label(tx, school, planned.version)})"
    if planned.waiting:
        return f"{called}: {say_list(planned.waiting)} still to approve it; until then nothing else changes."
    where = "; the changed text is put in use" if planned.version.status is VersionStatus.DRAFT else ""
    return f"{called}: approved{where}; the next review is due {say_partial(planned.rolled)}."
