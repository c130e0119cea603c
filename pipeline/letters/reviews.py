"""Which reviews are due to be told to policy owners today: each stage once, all of an owner's together.

Stages are days before the due day (``[review] remind_days``) and, once it is past, every ``overdue_every_days``. Only
the stage that is reached counts: what was missed while the program stood still is not made up for one by one.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, datetime

from pipeline.config import Config, ReviewSection
from pipeline.letters.addressed import Addressed, add_for, only_here
from pipeline.letters.items import LetterContents, ReviewItem
from pipeline.lifecycle.calendar import is_mail_day
from pipeline.lifecycle.wording import say_distance, say_list
from pipeline.model import Directory, MailKind, PolicyStanding, Problem, ReviewState
from pipeline.policies.meetings import notice_days, say_meeting
from pipeline.policies.owners import Recipient, reachable, resolve_default_owner, resolve_owner
from pipeline.register import outbox
from pipeline.register.database import Transaction
from pipeline.register.told import About, ToldOutcome, ToldRow, list_told, routes_like

_REMINDED = frozenset({ReviewState.CURRENT, ReviewState.DUE_SOON, ReviewState.OVERDUE})
_ESCALATED_TO = ("headteacher", "chair-of-governors")
UNRESOLVED = "owner-unresolved"
_NEAR_ENOUGH_DAYS = 7
"""A first stage of the school's own that is no later than this after the first notice is that notice."""
_CLOCK_SET_BACK_DAYS = 366
"""What was told by a clock further ahead than this was told by a wrong one, and silences nothing."""


@dataclass(frozen=True, slots=True)
class DueReviews:
    """What owners are to be told today."""

    owed: Mapping[str, Addressed]
    """By address in lower case; empty on a day without mail."""
    unresolved_owners: tuple[tuple[str, Problem], ...]
    """Slug and finding (``owner-unresolved``) of each policy whose review is late or near and has no known owner.

    It falls to ``[review] default_owner``; while nobody is set there, such reviews mail nobody.
    """
    untold: tuple[str, ...]
    """Slugs of those of them of which nobody is told."""


def list_due_reviews(
    told: Sequence[ToldRow],
    standings: Sequence[PolicyStanding],
    config: Config,
    directory: Directory,
    not_here: Set[str],
    today: date,
) -> DueReviews:
    """Return what owners are to be told today, given every review that was ``told``.

    ``not_here`` are the addresses of those who have left or are away: the default owner is told in their place, and
    whoever comes back hears of the stage that is reached then. On a day without mail nothing is due: the next mail day
    finds the stage that is reached then. What the folder route wrote does not count as told once mail really goes.
    """
    due = [item for item in (_due_item(standing, config, today) for standing in standings) if item is not None]
    unresolved: list[tuple[str, Problem]] = []
    untold: list[str] = []
    owed: dict[str, Addressed] = {}
    for item in due:
        named = resolve_owner(item.standing.owner, directory, config)
        owners = only_here(named, not_here)
        instead = () if owners else only_here(resolve_default_owner(directory, config), not_here)
        if not named:
            unresolved.append((item.standing.slug, _unresolved(item.standing, instead)))
        recipients = only_here(_with_escalation(owners or instead, item, directory, config.review), not_here)
        if not (recipients or named):
            untold.append(item.standing.slug)
        for recipient in recipients:
            if not _was_told(item, recipient, told, config.mail.route):
                mine = replace(item, falls_to_default=not named and recipient in instead)
                add_for(owed, recipient, LetterContents(reviews=(mine,)))
    is_told_today = is_mail_day(today, config.calendar.closed)
    return DueReviews(owed if is_told_today else {}, tuple(unresolved), tuple(untold))


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


def _due_item(standing: PolicyStanding, config: Config, today: date) -> ReviewItem | None:
    if standing.state not in _REMINDED or standing.due_on is None:
        return None
    stage = review_stage((standing.due_on - today).days, with_first_notice(config.review, standing, config))
    return None if stage is None else ReviewItem(standing, stage, meeting=say_meeting(standing, config, today))


def with_first_notice(review: ReviewSection, standing: PolicyStanding, config: Config) -> ReviewSection:
    """Return the stages of one policy's review: where the last meeting that serves, or the summer holidays, ask for an
    earlier first notice than the school's stages give, that is one more. No stages stay none.
    """
    first = notice_days(standing, config) if review.remind_days else None
    if first is None or first <= max(review.remind_days) + _NEAR_ENOUGH_DAYS:
        return review
    return review.model_copy(update={"remind_days": (first, *review.remind_days)})


def _was_told(item: ReviewItem, recipient: Recipient, told: Sequence[ToldRow], route: str) -> bool:
    """Return whether the stage, or one after it, was told: a clock that was set back repeats nothing."""
    standing = item.standing
    wanted = (standing.policy_id, standing.due_on, recipient.address.casefold())
    reached = _stage_days(item.stage)
    return any(
        (row.policy_id, row.due_on, row.address) == wanted
        and reached <= _stage_days(row.stage or "") <= reached + _CLOCK_SET_BACK_DAYS
        and (row.route in routes_like(route) or row.outcome == ToldOutcome.SENT)
        and row.outcome != ToldOutcome.CANCELLED
        for row in told
    )


def _stage_days(stage: str) -> int:
    """Return where a stage lies, in days after the due day; the first of lateness lies one after it."""
    late = stage.removeprefix("late-")
    return -int(stage) if late == stage else int(late) + 1


def drop_needless_reviews(tx: Transaction, school: str, standings: Sequence[PolicyStanding], now: datetime) -> int:
    """Cancel the letters that have not gone and none of whose reviews is still due on the day they speak of.

    Return how many of them told of reviews alone; one that tells of other things as well is planned afresh.
    """
    still_due = {(standing.policy_id, standing.due_on) for standing in standings if standing.state in _REMINDED}
    speaks_of: dict[int, bool] = {}
    for row in list_told(tx, school, about=(About.REVIEW,)):
        if row.outcome is None and row.message is not None:
            needed = (row.policy_id, row.due_on) in still_due
            speaks_of[row.message] = speaks_of.get(row.message, False) or needed
    needless = tuple(message for message, needed in speaks_of.items() if not needed)
    own = {row.id for row in outbox.list_messages(tx, school, only=needless) if row.kind is MailKind.OWNER}
    shared = tuple(set(needless) - own)
    outbox.cancel_messages(tx, school, shared, "the review was done; the rest is planned afresh", now)
    return outbox.cancel_messages(tx, school, tuple(own), "the review was done", now)


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
