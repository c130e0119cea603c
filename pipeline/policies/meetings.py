"""Which bodies must approve each policy, and how its review is counted back from their meetings.

The school's own scheme of delegation (``[governors.bodies]``) goes before the catalogue, which goes before what the
document says. The counting itself is ``dates.meetings``.
"""

from collections.abc import Sequence
from datetime import date

from pipeline.catalogue.policies import find_entry, load_catalogue
from pipeline.config import Config
from pipeline.configuration.calendar import BodySection
from pipeline.dates.meetings import (
    ApprovingBody,
    ReviewSchedule,
    SchoolCalendar,
    approval_stage,
    first_notice,
    in_order,
    say_coming,
    say_days_in_order,
    say_papers,
    say_schedule,
    say_terms,
    schedule_review,
    steps_to,
)
from pipeline.findings.expectations import is_less_than_the_board
from pipeline.model.policies import PolicyStanding, ReviewState
from pipeline.named.bodies import is_same_body
from pipeline.reasons.reason import Voice, because, say
from pipeline.register.policies.policies import PolicyRow
from pipeline.wording import say_day, say_list, say_state

BOARD = "governing-body"
"""The key of the full governing body, or the trust's board, in ``[governors.bodies]``."""
_BOARD_NAME = "Full Governing Body"
_BY_THE_BOARD = ("governing-body", "trust-board")
"""Approvers of the catalogue that nobody but the board can stand in for."""
_WITHOUT_A_MEETING = ("headteacher", "employer", "any")
"""Approvers of the catalogue for whom no meeting is needed."""
_COUNTED = frozenset({ReviewState.CURRENT, ReviewState.DUE_SOON, ReviewState.OVERDUE})


def calendar_of(config: Config) -> SchoolCalendar:
    """Return the school's closed days and terms, and how long before a meeting its papers go."""
    return SchoolCalendar(config.calendar.no_school, config.calendar.terms, config.governors.clear_days)


def bodies_of(standing: PolicyStanding, config: Config) -> tuple[ApprovingBody, ...]:
    """Return the bodies whose meetings a policy's review needs, in the order in which they decide.

    Empty where it needs no meeting: nobody's own document, or one that the headteacher or the like approves any day.
    """
    if standing.address is not None or standing.state in (ReviewState.WITHDRAWN, ReviewState.LIVE_DOCUMENT):
        return ()
    known, names = config.governors.bodies, {standing.slug, standing.catalogue_slug}
    delegated = [key for key, body in known.items() if names & set(body.policies)]
    if delegated:
        waited = [key for key in delegated if not known[key].any_day and not _has_approved(known[key], standing)]
        return tuple(_body(key, known[key], config) for key in waited)
    stated = standing.approved_by or ""
    entry = find_entry(standing.catalogue_slug or "")
    approver = entry.approver if entry is not None else ""
    if approver in _BY_THE_BOARD:
        return (board_of(config),)
    if named := [key for key, body in known.items() if is_same_body(body.name, stated)]:
        return tuple(_body(key, known[key], config) for key in named if not known[key].any_day)
    if is_less_than_the_board(stated) or (approver in _WITHOUT_A_MEETING and not stated):
        return ()
    return (board_of(config),)


def _has_approved(body: BodySection, standing: PolicyStanding) -> bool:
    return any(is_same_body(body.name, each) for each in standing.partly_approved_by)


def bodies_to_approve(policy: PolicyRow, config: Config) -> tuple[str, ...]:
    """Return the names of the bodies that must each approve a policy by the school's scheme; none where one does."""
    names = {policy.slug, policy.catalogue_slug}
    bodies = tuple(body.name for body in config.governors.bodies.values() if names & set(body.policies))
    return bodies if len(bodies) > 1 else ()


def board_of(config: Config) -> ApprovingBody:
    """Return the full governing body with its meetings."""
    section = config.governors.bodies.get(BOARD)
    if section is not None:
        return _body(BOARD, section, config)
    return ApprovingBody(_BOARD_NAME, in_order(config.governors.meetings))


def bodies_that_meet(config: Config) -> tuple[tuple[str, ApprovingBody], ...]:
    """Return each body that has a meeting, with its key under ``[governors.bodies]``; the full governing body first."""
    bodies = config.governors.bodies
    others = [(key, _body(key, section, config)) for key, section in bodies.items() if key != BOARD]
    return tuple((key, body) for key, body in ((BOARD, board_of(config)), *others) if body.meetings)


def knows_meetings(config: Config) -> bool:
    """Return whether a meeting of any body is known: without one nothing is counted back, and no papers go."""
    return bool(config.governors.meetings) or any(body.meetings for body in config.governors.bodies.values())


def _body(key: str, section: BodySection, config: Config) -> ApprovingBody:
    meetings = section.meetings or (config.governors.meetings if key == BOARD else ())
    return ApprovingBody(section.name, in_order(meetings))


def decides_on(standing: PolicyStanding, config: Config, today: date) -> date | None:
    """Return the day on which a text in use that awaits approval comes before the body whose turn it is.

    None for any other policy, and where no meeting of that body is to come.
    """
    if standing.state is not ReviewState.AWAITING_APPROVAL:
        return None
    first = next(iter(bodies_of(standing, config)), None)
    return next((day for day in first.meetings if day >= today), None) if first is not None else None


def say_standing(standing: PolicyStanding, config: Config, today: date) -> str:
    """Return how a policy stands, in words, with the day on which governors decide, where it waits for them."""
    needs_meeting = bool(bodies_of(standing, config))
    day = decides_on(standing, config, today)
    return say_state(standing.state, next_meeting=day, needs_meeting=needs_meeting, is_held=standing.is_held)


def schedule_of(standing: PolicyStanding, config: Config, today: date) -> ReviewSchedule | None:
    """Return how a policy's review is counted back from meetings; None where none is needed, known or counted."""
    if standing.due_on is None or standing.state not in _COUNTED or not knows_meetings(config):
        return None
    return schedule_review(standing.due_on, bodies_of(standing, config), calendar_of(config), today)


def say_meeting(standing: PolicyStanding, config: Config, today: date) -> str:
    """Return which meeting is the last that serves a policy's review, and what slips if it is missed, or nothing."""
    schedule = schedule_of(standing, config, today)
    return "" if schedule is None else say_schedule(schedule, today)


def notice_days(standing: PolicyStanding, config: Config) -> int | None:
    """Return how many days before its review is due the owner must have heard of it for the sake of a meeting or of the
    summer holidays; None where neither asks for it.
    """
    if standing.due_on is None:
        return None
    day = first_notice(standing.due_on, bodies_of(standing, config), calendar_of(config))
    return None if day is None else (standing.due_on - day).days


# --- a text in use that nobody has approved ----------------------------------------------------------------------


def missing_approval_stage(standing: PolicyStanding, config: Config, today: date) -> str | None:
    """Return at which stage the owner hears that the text in use is not approved; None where it is, or not yet."""
    if standing.unapproved_since is None:
        return None
    return approval_stage(standing.unapproved_since, bodies_of(standing, config), calendar_of(config), today)


def say_missing_approval(standing: PolicyStanding, config: Config, today: date) -> str:
    """Return since when a text is in use that nobody has approved, and at which meeting that can be done."""
    if standing.unapproved_since is None:
        return ""
    said = [f"It is in use since {say_day(standing.unapproved_since)} and nobody has approved it yet."]
    for body in bodies_of(standing, config):
        met = [day for day in body.meetings if standing.unapproved_since < day < today]
        if met:
            said.append(f"The {body.name} met on {say_coming(met[-1], today)}: if it approved it, record that.")
        coming = next((day for day in body.meetings if day >= today), None)
        if coming is not None:
            papers = steps_to(coming, calendar_of(config)).papers_on
            said.append(f"The {body.name} meets on {say_coming(coming, today)}; {say_papers(papers, today)}.")
    return " ".join(said) if len(said) > 1 else f"{said[0]} Record who approves it and when, once they have."


# --- what the office has to put right ------------------------------------------------------------------------------


def meeting_notices(
    standings: Sequence[PolicyStanding], config: Config, today: date, voice: Voice = Voice.COMMAND
) -> tuple[str, ...]:
    """Return what is odd of meetings and terms, and which bodies have none to come any more, a sentence each."""
    governors = config.governors
    odd = [say_days_in_order(governors.meetings, say(because("meetings-of-governors"), voice))]
    odd += [
        say_days_in_order(body.meetings, say(because("meetings-of-body", key=key, name=body.name), voice))
        for key, body in governors.bodies.items()
    ]
    unknown = _unknown_slugs(standings, config)
    if unknown:
        odd.append(say(because("bodies-of-unknown-policies", slugs=say_list(unknown)), voice))
    odd += say_terms(config.calendar.terms, say(because("terms"), voice))
    if config.calendar.ics:
        from pipeline.settings.calendar_source import calendar_notices

        odd += calendar_notices(config)
    return (*(said for said in odd if said), *_ended_meetings(standings, config, today))


def _unknown_slugs(standings: Sequence[PolicyStanding], config: Config) -> list[str]:
    known = {standing.slug for standing in standings} | {entry.slug for entry in load_catalogue()}
    named = {slug for body in config.governors.bodies.values() for slug in body.policies}
    return sorted(named - known) if standings else []


def unknown_meeting_notices(standings: Sequence[PolicyStanding], config: Config) -> tuple[str, ...]:
    """Return which bodies that must approve policies here have no meeting at all, a sentence each.

    A school that gives none is told where it looks at its reviews, and not with every run.
    """
    return tuple(
        f"No meeting of the {body.name} is known, so no review is counted back from one: give its days under "
        "[governors] in the settings."
        for body in _needed(standings, config)
        if not body.meetings
    )


def _needed(standings: Sequence[PolicyStanding], config: Config) -> Sequence[ApprovingBody]:
    """Return the bodies that must approve policies here, by name."""
    counted = [standing for standing in standings if standing.state in _COUNTED]
    return sorted({body for one in counted for body in bodies_of(one, config)}, key=lambda body: body.name)


def _ended_meetings(standings: Sequence[PolicyStanding], config: Config, today: date) -> list[str]:
    """Return which bodies that must approve policies here have no meeting to come, though they had."""
    return [
        f"The last meeting of the {body.name} that is known was on {say_day(body.meetings[-1])}: give the next ones "
        "under [governors] in the settings."
        for body in _needed(standings, config)
        if body.meetings and body.meetings[-1] < today
    ]
