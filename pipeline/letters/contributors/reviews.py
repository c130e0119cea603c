"""Which reviews are due to be told to policy owners today: each stage once, all of an owner's together.

Stages are days before the due day (``[review] remind_days``) and, once it is past, every ``overdue_every_days``. Only
the stage that is reached counts: what was missed while the program stood still is not made up for one by one.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol

from pipeline.config import Config, ReviewSection
from pipeline.letters.addressed import Telling, only_here
from pipeline.letters.contributors.guidance import guidance_stage
from pipeline.letters.others_day import OthersDay
from pipeline.letters.parts import LetterPart, Shared, some_titles
from pipeline.mail.composed import Attachment
from pipeline.mail.words import one_line
from pipeline.model.contacts import Directory
from pipeline.model.facts import Problem
from pipeline.model.mail import MailKind
from pipeline.model.policies import PolicyStanding, ReviewState
from pipeline.policies.agenda import AgendaPaper
from pipeline.policies.editions import EDITION_WAITING
from pipeline.policies.meetings import missing_approval_stage, notice_days, say_meeting, say_missing_approval
from pipeline.policies.owners import Recipient, reachable, resolve_default_owner, resolve_owner
from pipeline.register.mail import outbox
from pipeline.register.mail.told import About, ToldOutcome, ToldRecord, ToldRow, list_told, routes_like
from pipeline.register.transaction import Transaction
from pipeline.wording import say_count, say_day, say_distance, say_list, say_partial

_REMINDED = frozenset({ReviewState.CURRENT, ReviewState.DUE_SOON, ReviewState.OVERDUE, ReviewState.AWAITING_APPROVAL})
OF_REVIEWS = (About.REVIEW, About.APPROVAL)
"""What owners are told here."""
_CAN_BE_NEEDLESS = (*OF_REVIEWS, About.GUIDANCE, About.PAPERS, About.OPEN)
_TO_OWNERS = (MailKind.OWNER, MailKind.GUIDANCE, MailKind.OPEN)
_ESCALATED_TO = ("headteacher", "chair-of-governors")
UNRESOLVED = "owner-unresolved"
_NEAR_ENOUGH_DAYS = 7
"""A first stage of the school's own that is no later than this after the first notice is that notice."""
_CLOCK_SET_BACK_DAYS = 366
"""What was told by a clock further ahead than this was told by a wrong one, and silences nothing."""


NOT_READY = "not-ready"
"""How the stage begins under which an owner is told that a text is not ready for the clerk."""


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """One policy in a letter to its owner."""

    standing: PolicyStanding
    stage: str
    """``30`` days before, ``late-7`` days after."""
    falls_to_default: bool = False
    """Whether nobody can be told from what the policy says of its owner, so that ``[review] default_owner`` is told."""
    meeting: str = ""
    """Which meeting is the last that serves, or since when a text waits for its approval; empty for neither."""
    about: About = About.REVIEW
    """``REVIEW``; ``APPROVAL``: that the text in use is not approved; ``PAPERS``: that it is not ready for one."""
    paper_for: date | None = None
    """Of ``PAPERS``: the meeting."""

    @property
    def told_on(self) -> date | None:
        """The day under which it is noted as told: of the review or the meeting, or since when the text is in use."""
        if self.about is About.PAPERS:
            return self.paper_for
        return self.standing.unapproved_since if self.about is About.APPROVAL else self.standing.due_on


def list_reviews_to_tell(day: OthersDay) -> Iterator[Telling]:
    """Yield what owners are to be told today of reviews and approvals.

    A person who comes back hears of the stage that is reached then. On a day without mail nothing is due: the next mail
    day finds the stage that is reached then. What the folder route wrote does not count as told once mail really goes.
    """
    before = _told_before(day.told)
    for item, named, instead, recipients in _due(day):
        for recipient in recipients:
            if not _was_told(item, recipient, before, day.config.mail.route):
                mine = replace(item, falls_to_default=not named and recipient in instead)
                yield recipient, REVIEWS, mine


@dataclass(frozen=True, slots=True)
class Unresolved:
    """Reviews that are late or near and have no known owner."""

    owners: tuple[tuple[str, Problem], ...] = ()
    """Slug and finding (``owner-unresolved``) of each such policy.

    It falls to ``[review] default_owner``; while nobody is set there, such reviews mail nobody.
    """
    untold: tuple[str, ...] = ()
    """Slugs of those of them of which nobody is told."""


def list_unresolved(day: OthersDay) -> Unresolved:
    """Return the reviews of the day whose owner nobody can tell."""
    owners: dict[tuple[str, Problem], None] = {}
    untold: dict[str, None] = {}
    for item, named, instead, recipients in _due(day):
        if not named:
            owners[item.standing.slug, _unresolved(item.standing, instead)] = None
        if not (recipients or named):
            untold[item.standing.slug] = None
    return Unresolved(tuple(owners), tuple(untold))


def _due(
    day: OthersDay,
) -> Iterator[tuple[ReviewItem, Sequence[Recipient], Sequence[Recipient], Sequence[Recipient]]]:
    """Yield what has been reached, who its policy names, who is told in their place, and all who are told."""
    for standing in day.standings:
        for item in _due_items(standing, day.config, day.today):
            named = resolve_owner(standing.owner, day.directory, day.config)
            owners = only_here(named, day.not_here)
            instead = () if owners else only_here(resolve_default_owner(day.directory, day.config), day.not_here)
            told = _with_escalation(owners or instead, item, day.directory, day.config.review)
            yield item, named, instead, only_here(told, day.not_here)


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


def _due_items(standing: PolicyStanding, config: Config, today: date) -> Iterator[ReviewItem]:
    """Yield what has been reached of a policy: a stage of its review, and one of an approval that is missing."""
    missing = say_missing_approval(standing, config, today)
    if standing.state in _REMINDED and standing.due_on is not None:
        stage = review_stage((standing.due_on - today).days, with_first_notice(config.review, standing, config))
        if stage is not None and not _was_reached_when_moved(standing, stage, config):
            yield ReviewItem(standing, stage, meeting=missing or say_meeting(standing, config, today))
    stage = missing_approval_stage(standing, config, today)
    if stage is not None:
        yield ReviewItem(standing, stage, meeting=missing, about=About.APPROVAL)


def _was_reached_when_moved(standing: PolicyStanding, stage: str, config: Config) -> bool:
    """Return whether a stage of a review that its owner moved was reached then: they have just looked at it."""
    move = standing.due_move
    if move is None:
        return False
    stages = with_first_notice(config.review, standing, config)
    return review_stage((move.to - move.moved_on).days, stages) == stage


def with_first_notice(review: ReviewSection, standing: PolicyStanding, config: Config) -> ReviewSection:
    """Return the stages of one policy's review: where the last meeting that serves, or the summer holidays, ask for an
    earlier first notice than the school's stages give, that is one more. No stages stay none.
    """
    first = notice_days(standing, config) if review.remind_days else None
    if first is None or first <= max(review.remind_days) + _NEAR_ENOUGH_DAYS:
        return review
    return review.model_copy(update={"remind_days": (first, *review.remind_days)})


_Subject = tuple[str, int | None, date | None, str | None]
"""What a person is told of: about what, of which policy, due on which day, at which address in small letters."""


def _told_before(told: Sequence[ToldRow]) -> Mapping[_Subject, Sequence[ToldRow]]:
    """Return what was told of reviews by its subject: a school of many years has told a hundred thousand things."""
    before: dict[_Subject, list[ToldRow]] = defaultdict(list)
    for row in (row for row in told if row.about in OF_REVIEWS):
        before[row.about, row.policy_id, row.due_on, row.address].append(row)
    return before


def _was_told(item: ReviewItem, recipient: Recipient, before: Mapping[_Subject, Sequence[ToldRow]], route: str) -> bool:
    """Return whether the stage was told, or of a review one after it: a clock that was set back repeats nothing."""
    wanted = (item.about.value, item.standing.policy_id, item.told_on, recipient.address.casefold())
    return any(
        _is_reached(item, row.stage or "")
        and (row.route in routes_like(route) or row.outcome == ToldOutcome.SENT)
        and row.outcome != ToldOutcome.CANCELLED
        for row in before.get(wanted, ())
    )


def _is_reached(item: ReviewItem, stage: str) -> bool:
    """Return whether having been told of ``stage`` leaves nothing to say of an item's own."""
    if item.about is About.APPROVAL:
        return stage == item.stage
    reached = _stage_days(item.stage)
    return reached <= _stage_days(stage) <= reached + _CLOCK_SET_BACK_DAYS


def _stage_days(stage: str) -> int:
    """Return where a stage lies, in days after the due day; the first of lateness lies one after it."""
    late = stage.removeprefix("late-")
    return -int(stage) if late == stage else int(late) + 1


class StillOpen(Protocol):
    """What is known of lists of what is open; ``monday.OpenNow``."""

    def is_over(self, week: str) -> bool:
        """Return whether the list of a week is not to go any more."""

    def why_needless(self, policy_id: int | None) -> str:
        """Return why a policy need not stand in a list any more, empty where it must."""


def drop_needless_reviews(
    tx: Transaction,
    school: str,
    standings: Sequence[PolicyStanding],
    now: datetime,
    agenda: Sequence[AgendaPaper] = (),
    *,
    still_open: StillOpen,
) -> int:
    """Cancel the letters that have not gone and all of whose reviews and approvals are done, or due on another day.

    So is one to an owner about papers that are ready by now, or awaited no more: ``agenda`` says which are not ready;
    one of new editions that were looked at; and a list of what is open once nothing in it is, or its week is over.
    Return how many of them told of those alone; one that tells of other things as well is planned afresh.
    """
    standing_of = {standing.policy_id: standing for standing in standings}
    why: dict[int, list[str]] = defaultdict(list)
    over: dict[int, str] = {}
    missing = {(paper.standing.policy_id, paper.meeting) for paper in agenda if paper.version is None}
    for row in list_told(tx, school, about=_CAN_BE_NEEDLESS, only_waiting=True):
        if row.message is None:
            continue
        if row.about == About.OPEN:
            why[row.message].append(still_open.why_needless(row.policy_id))
            over |= {row.message: "another week has begun"} if still_open.is_over(row.stage or "") else {}
        elif row.about == About.GUIDANCE:
            why[row.message].append(_why_no_news(row, standing_of.get(row.policy_id or 0)))
        elif row.about != About.PAPERS:
            why[row.message].append(_why_needless(row, standing_of.get(row.policy_id or 0)))
        elif (row.stage or "").startswith(NOT_READY):
            is_missing = (row.policy_id, row.due_on) in missing
            why[row.message].append("" if is_missing else "its paper is ready, or not awaited any more")
    return _drop(tx, school, {one: reasons[0] for one, reasons in why.items() if all(reasons)}, over, now)


def _drop(tx: Transaction, school: str, needless: Mapping[int, str], over: Mapping[int, str], now: datetime) -> int:
    """Cancel letters; return how many of those that are ``needless`` told owners alone.

    A letter that asks its reader for something is not planned afresh because the list in it is of a week before.
    """
    asked = tuple({*needless, *over})
    own = {row.id for row in outbox.list_messages(tx, school, only=asked) if row.kind in _TO_OWNERS} if asked else set()
    cancelled = 0
    for message, reason in {**{one: over[one] for one in over if one in own}, **needless}.items():
        detail = reason if message in own else f"{reason}; the rest is planned afresh"
        count = outbox.cancel_messages(tx, school, (message,), detail, now)
        cancelled += count if message in own and message in needless else 0
    return cancelled


def _why_needless(row: ToldRow, standing: PolicyStanding | None) -> str:
    """Return why what a row tells need not be told any more, empty where it must."""
    if standing is None or standing.state in (ReviewState.WITHDRAWN, ReviewState.LIVE_DOCUMENT):
        return "the policy is not reviewed here any more"
    if row.about == About.APPROVAL:
        if standing.unapproved_since is None:
            return "it was approved"
        return "" if standing.unapproved_since == row.due_on else "a later text was put in use"
    if standing.due_on == row.due_on:
        return ""
    if standing.unapproved_since is not None:
        return "its changed text is in use and waits for approval, which is told instead"
    return "the review was done, or moved to another day"


def _why_no_news(row: ToldRow, standing: PolicyStanding | None) -> str:
    """Return why a new edition need not be told of any more, empty where it must."""
    if standing is None or standing.state is ReviewState.WITHDRAWN:
        return "the policy is not reviewed here any more"
    still = {guidance_stage(new) for new in standing.new_guidance}
    is_waiting = any(one.code == EDITION_WAITING for one in standing.problems)
    return "" if row.stage in still or is_waiting else "the new edition was looked at, or released"


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


# --- as letters have it ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """One policy in an owner's mail, as templates see it."""

    title: str
    late: bool
    days: int
    """To the due day; negative when past."""
    distance: str
    """``in 30 days``, ``today``, ``3 months late``."""
    due: str
    last_review: str | None
    owner: str | None
    falls_to_you: str = ""
    """Why a person is told who is not the owner the policy names; empty where it is theirs."""
    meeting: str = ""
    """Which meeting is the last that serves, or since when it waits for its approval; empty for neither."""
    unapproved: bool = False
    """It is told of for its missing approval alone."""


def _titles(lines: Sequence[ReviewLine], limit: int) -> str:
    """Return the titles for a subject, late ones first, each with its stage in days, so that next week's differs."""
    ordered = [line for line in lines if line.late] + [line for line in lines if not line.late]
    remarks = ["not approved yet" if line.unapproved else _days_words(line.days) for line in ordered]
    return some_titles([line.title for line in ordered], remarks, limit=limit)


def _review_lines(items: Sequence[ReviewItem]) -> list[ReviewLine]:
    """Return the lines of an owner's reviews, one a policy, the earliest due first."""
    ordered = sorted(items, key=lambda item: (_ORDER.index(item.about), _due_on(item), item.standing.slug))
    policies: dict[str, ReviewItem] = {}
    for item in ordered:
        policies.setdefault(item.standing.slug, item)
    return [_review_line(item) for item in policies.values()]


_ORDER = (About.PAPERS, About.REVIEW, About.APPROVAL)
"""Where a policy is told of for more than one, the first says what is to be done about it."""


def _due_on(item: ReviewItem) -> date:
    return item.standing.due_on or date.max


def _review_line(item: ReviewItem) -> ReviewLine:
    standing, days = item.standing, item.standing.days or 0
    return ReviewLine(
        title=one_line(standing.title, 120),
        late=days < 0,
        days=days,
        distance=say_distance(days),
        due=say_day(standing.due_on) if standing.due_on else "",
        last_review=say_partial(standing.last_review),
        owner=standing.owner,
        falls_to_you=_why_default(standing.owner) if item.falls_to_default else "",
        meeting=one_line(item.meeting, 500),
        unapproved=item.about is About.APPROVAL,
    )


def _why_default(owner: str | None) -> str:
    """Return why a review comes to the person who looks after policies that nobody else does."""
    if not owner:
        return "It names nobody who looks after it, so it comes to you."
    return f"It is looked after by “{one_line(owner, 80)}”, whose address is not known, so it comes to you."


def _days_words(days: int) -> str:
    if days == 0:
        return "due today"
    amount = say_count(abs(days), "day")
    return f"{amount} late" if days < 0 else f"due in {amount}"


def _fields(items: Sequence[ReviewItem], limit: int, carried: Sequence[Attachment]) -> dict[str, object]:
    lines = _review_lines(items)
    return {
        "late": [line for line in lines if line.late and not line.unapproved],
        "near": [line for line in lines if not (line.late or line.unapproved)],
        "unapproved": [line for line in lines if line.unapproved],
        "review_titles": _titles(lines, limit),
    }


def _noted(items: Sequence[ReviewItem], shared: Shared) -> Iterator[ToldRecord]:
    for item in items:
        if item.told_on is not None:
            yield ToldRecord(*shared, None, item.about, item.stage, item.standing.policy_id, due_on=item.told_on)


REVIEWS = LetterPart(
    kind=MailKind.OWNER,
    rank=20,
    in_calendar="reviews that are near or late",
    on_desk="reviews, to their owner",
    about=OF_REVIEWS,
    fields=_fields,
    noted=_noted,
    in_report=lambda items: f"the review of {say_list(list(dict.fromkeys(item.standing.title for item in items)))}",
    said=lambda items: [f"{one.due}: {one.distance}" if one.due else one.meeting for one in _review_lines(items)],
    shown=lambda items: [line.due for line in _review_lines(items)],
    policies=lambda item: (item.standing.policy_id,),
)
