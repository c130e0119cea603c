"""Tell policy owners of reviews that are late or near: each stage once, one mail a person, all their policies in it.

An owner who is mailed something to read on the same day is told in that mail (``acknowledgements``), the others here.

Stages are days before the due day (``[review] remind_days``) and, once it is past, every ``overdue_every_days``. Only
the stage that is reached counts: what was missed while the program stood still is not made up for one by one.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from pipeline.config import Config, ReviewSection
from pipeline.copies.confirmations import contacts_of_day
from pipeline.lifecycle.calendar import is_mail_day
from pipeline.lifecycle.wording import say_distance, say_list
from pipeline.mail.messages import MailContext, ReviewItem, compose_owner, mail_context
from pipeline.mail.outbox import OutgoingMail, queue
from pipeline.mail.reviews import OwnedReviews, note_reviews
from pipeline.model import Directory, MailKind, PolicyStanding, Problem, ReviewState
from pipeline.policies.owners import Recipient, reachable, resolve_default_owner, resolve_owner
from pipeline.register import outbox
from pipeline.register.database import Transaction
from pipeline.register.told import About, ToldOutcome, ToldRow, list_told

_REMINDED = frozenset({ReviewState.CURRENT, ReviewState.DUE_SOON, ReviewState.OVERDUE})
_ESCALATED_TO = ("headteacher", "chair-of-governors")
UNRESOLVED = "owner-unresolved"
_CLOCK_SET_BACK_DAYS = 366
"""What was told by a clock further ahead than this was told by a wrong one, and silences nothing."""


@dataclass(frozen=True, slots=True)
class QueuedReminder:
    """A mail to one owner that was queued."""

    message: int
    recipient: Recipient
    policies: tuple[str, ...]
    """Slugs."""


@dataclass(frozen=True, slots=True)
class DueReviews:
    """What owners are to be told today, before anything is queued."""

    owed: Mapping[str, OwnedReviews]
    """By address in lower case; empty on a day without mail."""
    unresolved_owners: tuple[tuple[str, Problem], ...]
    """As in ``ReminderPlan``."""
    untold: tuple[str, ...]
    """As in ``ReminderPlan``."""
    cancelled: int
    """As in ``ReminderPlan``."""


@dataclass(frozen=True, slots=True)
class ReminderPlan:
    """What the day's reminders came to."""

    queued: tuple[QueuedReminder, ...] = ()
    unresolved_owners: tuple[tuple[str, Problem], ...] = ()
    """Slug and finding (``owner-unresolved``) of each policy whose review is late or near and has no known owner.

    It falls to ``[review] default_owner``; while nobody is set there, such reviews mail nobody.
    """
    untold: tuple[str, ...] = ()
    """Slugs of those of them of which nobody is told."""
    cancelled: int = 0
    """Reminders that had not gone and are no longer needed: the review was done."""

    @property
    def queued_count(self) -> int:
        """How many mails were queued."""
        return len(self.queued)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The findings alone."""
        return tuple(problem for _, problem in self.unresolved_owners)


def list_due_reviews(
    tx: Transaction,
    school: str,
    standings: Sequence[PolicyStanding],
    config: Config,
    directory: Directory,
    *,
    today: date,
    now: datetime,
) -> DueReviews:
    """Return what owners are to be told today, and drop the mail that need not be told any more.

    Called before readers' mail is planned, so that who is mailed anyway is told in the same mail. On a day without mail
    nothing is due: the next mail day finds the stage that is reached then. What the folder route wrote does not count
    as told once mail really goes.
    """
    about = (About.REVIEW,)
    cancelled = _drop_needless(tx, school, standings, list_told(tx, school, about=about), now)
    told = list_told(tx, school, about=about)
    due = [item for item in (_due_item(standing, config.review, today) for standing in standings) if item is not None]
    unresolved: list[tuple[str, Problem]] = []
    untold: list[str] = []
    owed: dict[str, OwnedReviews] = {}
    for item in due:
        owners = resolve_owner(item.standing.owner, directory, config)
        instead = () if owners else resolve_default_owner(directory, config)
        if not owners:
            unresolved.append((item.standing.slug, _unresolved(item.standing, instead)))
        recipients = _with_escalation(owners or instead, item, directory, config.review)
        if not recipients:
            untold.append(item.standing.slug)
        for recipient in recipients:
            if not _was_told(item, recipient, told, config.mail.route):
                key = recipient.address.casefold()
                mine = owed.get(key, OwnedReviews(recipient.address, recipient.name, ()))
                owed[key] = replace(mine, items=(*mine.items, replace(item, falls_to_default=recipient in instead)))
    is_told_today = is_mail_day(today, config.calendar.closed)
    return DueReviews(owed if is_told_today else {}, tuple(unresolved), tuple(untold), cancelled)


def plan_owner_reminders(
    tx: Transaction,
    school: str,
    standings: Sequence[PolicyStanding],
    config: Config,
    directory: Directory,
    *,
    today: date,
    now: datetime,
) -> ReminderPlan:
    """Queue what owners are to be told today and no other mail tells them, one mail each.

    Raises:
        ConfigurationError: when a template cannot be filled.
    """
    due = list_due_reviews(tx, school, standings, config, directory, today=today, now=now)
    context = mail_context(config, contacts_of_day(tx, school, config, today).safety, today)
    queued = [_queue_letter(tx, school, context, reviews, config.mail.route, now) for reviews in due.owed.values()]
    sent = tuple(mail for mail in queued if mail is not None)
    return ReminderPlan(sent, due.unresolved_owners, due.untold, due.cancelled)


def _queue_letter(
    tx: Transaction, school: str, context: MailContext, reviews: OwnedReviews, route: str, now: datetime
) -> QueuedReminder | None:
    """Queue one owner's mail and note what it tells; None where this very mail is already there."""
    outgoing = OutgoingMail(
        kind=MailKind.OWNER,
        person=None,
        recipient=reviews.address,
        mail=compose_owner(context, name=reviews.name, items=reviews.items),
        due_on=context.today,
        key=_key(reviews, context.today),
        route=route,
    )
    message = queue(tx, school, outgoing, now)
    if message is None:
        return None
    note_reviews(tx, school, reviews, message, route)
    recipient = Recipient(reviews.address, reviews.name)
    return QueuedReminder(message, recipient, tuple(item.standing.slug for item in reviews.items))


def review_stage(days: int, review: ReviewSection) -> str | None:
    """Return the stage a review has reached, ``days`` before its due day (negative: after); None where none is yet.

    ``"30"`` is the stage of 30 days before, until the next is reached; ``"late-0"`` begins the day after the due day,
    ``"late-7"`` a week of lateness later, and so on.
    """
    if days < 0:
        steps = -days // review.overdue_every_days
        return f"late-{steps * review.overdue_every_days}"
    reached = [stage for stage in review.remind_days if days <= stage]
    return str(min(reached)) if reached else None


def _with_escalation(
    recipients: tuple[Recipient, ...], item: ReviewItem, directory: Directory, review: ReviewSection
) -> tuple[Recipient, ...]:
    """Return the owners, with headteacher and chair where the school wants them told of late reviews."""
    if not (review.escalate and item.stage.startswith("late-")):
        return recipients
    above = reachable([holder for role in _ESCALATED_TO for holder in directory.of(role)])
    return tuple({recipient.address.casefold(): recipient for recipient in (*above, *recipients)}.values())


def _due_item(standing: PolicyStanding, review: ReviewSection, today: date) -> ReviewItem | None:
    if standing.state not in _REMINDED or standing.due_on is None:
        return None
    stage = review_stage((standing.due_on - today).days, review)
    return None if stage is None else ReviewItem(standing, stage)


def _was_told(item: ReviewItem, recipient: Recipient, told: Sequence[ToldRow], route: str) -> bool:
    """Return whether the stage, or one after it, was told: a clock that was set back repeats nothing."""
    standing = item.standing
    wanted = (standing.policy_id, standing.due_on, recipient.address.casefold())
    reached = _stage_days(item.stage)
    return any(
        (row.policy_id, row.due_on, row.address) == wanted
        and reached <= _stage_days(row.stage or "") <= reached + _CLOCK_SET_BACK_DAYS
        and (row.route == route or row.outcome == ToldOutcome.SENT)
        and row.outcome != ToldOutcome.CANCELLED
        for row in told
    )


def _stage_days(stage: str) -> int:
    """Return where a stage lies, in days after the due day; the first of lateness lies one after it."""
    late = stage.removeprefix("late-")
    return -int(stage) if late == stage else int(late) + 1


def _drop_needless(
    tx: Transaction, school: str, standings: Sequence[PolicyStanding], told: Sequence[ToldRow], now: datetime
) -> int:
    """Cancel the mail that has not gone and none of whose reviews is still due on the day it speaks of.

    One that asks its reader to read as well is planned afresh without them.
    """
    still_due = {(standing.policy_id, standing.due_on) for standing in standings if standing.state in _REMINDED}
    speaks_of: dict[int, bool] = {}
    for row in told:
        if row.outcome is None and row.message is not None:
            needed = (row.policy_id, row.due_on) in still_due
            speaks_of[row.message] = speaks_of.get(row.message, False) or needed
    needless = tuple(message for message, needed in speaks_of.items() if not needed)
    found = outbox.list_messages(tx, school, only=needless)
    own = {row.id for row in found if row.kind is MailKind.OWNER}
    outbox.cancel_messages(
        tx, school, tuple(set(needless) - own), "the review was done; the rest is planned afresh", now
    )
    return outbox.cancel_messages(tx, school, tuple(own.intersection(needless)), "the review was done", now)


def _key(reviews: OwnedReviews, today: date) -> str:
    stages = sorted(f"{item.standing.policy_id}:{item.standing.due_on}:{item.stage}" for item in reviews.items)
    digest = hashlib.sha256("\n".join(stages).encode()).hexdigest()[:16]
    return f"{MailKind.OWNER}:{reviews.address}:{today.isoformat()}:{digest}"


def _unresolved(standing: PolicyStanding, told: Sequence[Recipient]) -> Problem:
    """Return the finding on a review whose owner nobody can tell, and who is told of it instead."""
    when = f"the review of {standing.title} is {_when(standing)}"
    if told:
        instead = f"{say_list([one.name or one.address for one in told])} ([review] default_owner) is told of it."
    elif standing.owner:
        instead = "Add the address to config.toml under [people.roles]."
    else:
        instead = "Name an owner in the policy."
    if not standing.owner:
        return Problem(UNRESOLVED, f"{standing.title} names nobody who looks after it, and {when}. {instead}")
    looked_after = f"{standing.title} is looked after by “{standing.owner}”, and {when}"
    return Problem(UNRESOLVED, f"{looked_after}, but nobody here is known by that. {instead}")


def _when(standing: PolicyStanding) -> str:
    distance = say_distance(standing.days or 0)
    return distance if (standing.days or 0) < 0 else f"due {distance}"
