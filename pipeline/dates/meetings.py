"""A review counted back from meetings: the last that serves, what must be ready when, what slips if it is missed.

Pure: the day a review is due, the bodies that must approve it with their meetings, the school's calendar and today are
parameters. Meetings may come in any order, and twice; those before today serve for nothing any more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from pipeline.dates.calendar import DayRange, last_mail_day, school_day_from, term_of
from pipeline.wording import say_count, say_list

CLEAR_DAYS = 7
"""Between the day on which papers go and the meeting, neither of the two counted, where the school says nothing else.

Source: The School Governance (Roles, Procedures and Allowances) (England) Regulations 2013, regulation 13(4): at least
seven clear days in advance. It is of maintained schools; an academy trust's articles say their own number.
"""
COMMENTS_SCHOOL_DAYS = 5
"""From the day on which comments are in to the day on which papers go."""
DRAFT_SCHOOL_DAYS = 10
"""From the day on which the draft is with the owner to the day on which comments are in."""
NOTICE_SCHOOL_DAYS = 10
"""From the first notice to the day on which the draft is with the owner."""
BEFORE_HOLIDAY_SCHOOL_DAYS = 15
"""From the first notice of a review that falls due in the summer holidays to the last day of the summer term."""
_AGAIN_DAYS = 30
"""From one word on a missing approval to the next, where no meeting is known."""
_TERM_ENDS = (7, 20)
"""Month and day by which the summer term is taken to end where the school's terms are not known."""
_KNOWN_AHEAD_DAYS = 122
"""A last known meeting longer before the due day is not called the last in time: governing bodies meet each term, so
that others will be fixed in between."""
_SOON_DAYS = 300
"""A day within so many is said without its year."""


@dataclass(frozen=True, slots=True)
class SchoolCalendar:
    """The days on which the school is closed, its terms, and how long before a meeting its papers go."""

    closed: Sequence[DayRange] = ()
    terms: Sequence[DayRange] = ()
    clear_days: int = CLEAR_DAYS


@dataclass(frozen=True, slots=True)
class ApprovingBody:
    """A body that must approve a policy, and the days on which it meets."""

    name: str
    """As it is said: ``Full Governing Body``."""
    meetings: tuple[date, ...] = ()
    """Earliest first, each once."""


@dataclass(frozen=True, slots=True)
class MeetingSteps:
    """What is ready by when for one meeting."""

    papers_on: date
    """The last school day on which papers may go: at least so many clear days before the meeting."""
    comments_by: date
    draft_by: date
    """The draft is with the policy's owner."""
    notice_on: date
    """The owner is told that it begins."""


@dataclass(frozen=True, slots=True)
class BodySchedule:
    """How a review runs to the meeting of one body, as planned on a day; no step lies before that day."""

    body: str
    meeting: date
    is_last: bool
    """Whether it is the last one that serves; else the next one, since none before the due day is left."""
    days_late: int
    """From the due day to the meeting; 0 where the meeting is in time."""
    papers_by: date | None
    """As the next two, None where that day is over."""
    comments_by: date | None
    draft_by: date | None
    next_meeting: date | None
    """The one after it; None where none is known."""
    next_days_late: int
    """How late the review is at that one; 0 where it is still in time or none is known."""


@dataclass(frozen=True, slots=True)
class ReviewSchedule:
    """How a review runs to the bodies that must approve it."""

    due_on: date
    bodies: tuple[BodySchedule, ...]
    """In the order in which they decide."""


def in_order(days: Sequence[date]) -> tuple[date, ...]:
    """Return days earliest first, each once."""
    return tuple(sorted(set(days)))


def steps_to(meeting: date, calendar: SchoolCalendar) -> MeetingSteps:
    """Return what is ready by when for a meeting. All of it lies on school days."""
    papers = last_mail_day(meeting - timedelta(days=calendar.clear_days + 1), calendar.closed)
    comments = school_day_from(papers, -COMMENTS_SCHOOL_DAYS, calendar.closed)
    draft = school_day_from(comments, -DRAFT_SCHOOL_DAYS, calendar.closed)
    return MeetingSteps(papers, comments, draft, school_day_from(draft, -NOTICE_SCHOOL_DAYS, calendar.closed))


def schedule_review(
    due_on: date, bodies: Sequence[ApprovingBody], calendar: SchoolCalendar, today: date
) -> ReviewSchedule | None:
    """Return how a review due on a day runs to its ``bodies``, in the order in which they decide.

    The last of them takes its last meeting on or before the due day; one before it the last meeting from which the
    papers of the one after it can still go. Where that cannot be done, each takes the first meeting to which papers can
    still go once the body before it has met. None where no such meeting of one of them is known, or the meetings that
    are known end long before the due day.
    """
    if any(not _reach(body.meetings, due_on) for body in bodies):
        return None
    coming = [[day for day in in_order(body.meetings) if day >= today] for body in bodies]
    meetings = _backwards(coming, due_on, calendar)
    is_last = meetings is not None
    if meetings is None:
        meetings = _forwards(coming, today, calendar)
    if not meetings:
        return None
    found = zip(bodies, meetings, coming, strict=True)
    steps = (_body_schedule(body, day, days, due_on, calendar, today, is_last) for body, day, days in found)
    return ReviewSchedule(due_on, tuple(steps))


def _reach(meetings: Sequence[date], due_on: date) -> bool:
    """Return whether the meetings that are known go on far enough to say which is the last before a due day."""
    return bool(meetings) and (due_on - max(meetings)).days <= _KNOWN_AHEAD_DAYS


def _backwards(coming: Sequence[Sequence[date]], due_on: date, calendar: SchoolCalendar) -> list[date] | None:
    """Return the last meeting of each body that serves; None where one has none before the review is due."""
    limit, chosen = due_on, list[date]()
    for days in reversed(coming):
        in_time = [day for day in days if day <= limit]
        if not in_time:
            return None
        chosen.insert(0, in_time[-1])
        limit = steps_to(in_time[-1], calendar).papers_on
    return chosen


def _forwards(coming: Sequence[Sequence[date]], today: date, calendar: SchoolCalendar) -> list[date] | None:
    """Return the first meeting of each body to which papers can still go; None where one has none.

    A first body whose only meetings are too near for papers takes the next all the same.
    """
    ready, chosen = today, list[date]()
    for days in coming:
        later = [day for day in days if steps_to(day, calendar).papers_on >= ready]
        if not later and (chosen or not days):
            return None
        chosen.append(later[0] if later else days[0])
        ready = chosen[-1]
    return chosen


def _body_schedule(
    body: ApprovingBody,
    meeting: date,
    coming: Sequence[date],
    due_on: date,
    calendar: SchoolCalendar,
    today: date,
    is_last: bool,
) -> BodySchedule:
    steps = steps_to(meeting, calendar)
    following = next((day for day in coming if day > meeting), None)
    return BodySchedule(
        body.name,
        meeting,
        is_last,
        _late(meeting, due_on),
        _still(steps.papers_on, today),
        _still(steps.comments_by, today),
        _still(steps.draft_by, today),
        following,
        0 if following is None else _late(following, due_on),
    )


def _late(day: date, due_on: date) -> int:
    return max(0, (day - due_on).days)


def _still(day: date, today: date) -> date | None:
    return day if day >= today else None


def paper_meeting(
    ready_on: date | None, coming: Sequence[date], serving: date | None, calendar: SchoolCalendar
) -> date | None:
    """Return the meeting that a policy's paper is for, of those to come, earliest first; None for none.

    A paper that is ready is for the first meeting whose papers had not gone then; where it comes too late for the
    ``serving`` meeting, at which the policy is awaited, it is for that one all the same. One that is not ready is
    awaited at the serving meeting alone.
    """
    if ready_on is None:
        return serving if serving in coming else None
    return next((day for day in coming if day == serving or steps_to(day, calendar).papers_on >= ready_on), None)


# --- the first notice --------------------------------------------------------------------------------------------


def first_notice(due_on: date, bodies: Sequence[ApprovingBody], calendar: SchoolCalendar) -> date | None:
    """Return the day by which the owner must have heard of a review, whatever the day; None where nothing asks for one.

    For a meeting that is early enough to prepare it; for a review that falls due in the summer holidays early enough
    before the last school day of the summer term, since its owner leaves then.
    """
    days = []
    for body in bodies:
        in_time = [day for day in in_order(body.meetings) if day <= due_on]
        if in_time and _reach(body.meetings, due_on):
            days.append(steps_to(in_time[-1], calendar).notice_on)
    last = last_summer_day(due_on, calendar)
    if last is not None:
        days.append(school_day_from(last, -BEFORE_HOLIDAY_SCHOOL_DAYS, calendar.closed))
    return min(days, default=None)


def last_summer_day(due_on: date, calendar: SchoolCalendar) -> date | None:
    """Return the last school day of the summer term before a day in the summer holidays; None for any other day."""
    summer = [last for _, last in calendar.terms if last.year == due_on.year and 6 <= last.month <= 8]
    ends = max(summer, default=date(due_on.year, *_TERM_ENDS))
    if due_on.month not in (7, 8) or due_on <= ends:
        return None
    return last_mail_day(ends, calendar.closed)


# --- a text in use that nobody has approved ---------------------------------------------------------------------------


def approval_stage(since: date, bodies: Sequence[ApprovingBody], calendar: SchoolCalendar, today: date) -> str | None:
    """Return the latest stage at which the owner hears of a text that is in use ``since`` a day and not approved.

    On that day; for each meeting after it when comments on the paper are due, and the day after the meeting; at the
    start of a term without either of them; where no meeting is to come every ``_AGAIN_DAYS``. None before the first; a
    stage keeps its name from day to day.
    """
    reached = [(since, "since-0")]
    meetings = [day for body in bodies for day in in_order(body.meetings) if day > since]
    for day in meetings:
        reached += [(steps_to(day, calendar).comments_by, f"before-{day}"), (day + timedelta(days=1), f"after-{day}")]
    if not any(day >= today for day in meetings):
        last = max(meetings, default=since)
        times = (today - last).days // _AGAIN_DAYS
        reached += [(again := last + timedelta(days=times * _AGAIN_DAYS), f"again-{again}")] if times > 0 else []
    else:
        term = term_of(today, calendar.terms)
        if term is not None and since < term[0] and not any(term[0] <= day <= term[1] for day, _ in reached):
            reached.append((term[0], f"term-{term[0]}"))
    return max(((day, stage) for day, stage in reached if since <= day <= today), default=(today, None))[1]


# --- in words ----------------------------------------------------------------------------------------------------


def say_coming(day: date, today: date) -> str:
    """Return ``9 July``, with its year where it is most of a year away."""
    return f"{day.day} {day:%B}" + (f" {day.year}" if abs((day - today).days) > _SOON_DAYS else "")


def say_schedule(schedule: ReviewSchedule, today: date) -> str:
    """Return which meeting is the last that serves, when its papers go and what slips if it is missed, in a sentence.

    Of several bodies a sentence each, which names it.
    """
    several = len(schedule.bodies) > 1
    return " ".join(_say_body(body, today, named=several) for body in schedule.bodies)


def _say_body(one: BodySchedule, today: date, *, named: bool) -> str:
    of = f" of the {one.body.removeprefix('The ').removeprefix('the ')}" if named else ""
    meeting = f"The meeting{of} on {say_coming(one.meeting, today)}"
    if one.is_last:
        said = f"{meeting} is the last before it is due"
    else:
        said = f"{meeting} is the next" + (f": {say_count(one.days_late, 'day')} late" if one.days_late else "")
    return f"{said}; {say_papers(one.papers_by, today)}; {_say_missed(one, today)}."


def say_papers(papers_by: date | None, today: date) -> str:
    """Return ``papers by 1 July``, or what to do where that day is over."""
    if papers_by is None or papers_by < today:
        return "its papers should have gone already: ask the clerk at once"
    return f"papers by {say_coming(papers_by, today)}"


def _say_missed(one: BodySchedule, today: date) -> str:
    if one.next_meeting is None:
        return "no later meeting is known"
    late = f": {say_count(one.next_days_late, 'day')} late" if one.next_days_late else ""
    return f"if missed, the next is {say_coming(one.next_meeting, today)}{late}"


# --- what the calendar has ---------------------------------------------------------------------------------------


def say_days_in_order(days: Sequence[date], whose: str) -> str:
    """Return what is odd about days as they are written, in a sentence; empty where nothing is. Nothing is lost."""
    twice = sorted({day for day in days if list(days).count(day) > 1})
    parts = []
    if twice:
        parts.append(f"{say_list([f'{day}' for day in twice])} stands there twice and counts once")
    if list(days) != sorted(days):
        parts.append("they are not in order, and are read as if they were")
    return f"{whose}: {'; '.join(parts)}." if parts else ""


def say_terms(terms: Sequence[DayRange], where: str = "[calendar] terms") -> tuple[str, ...]:
    """Return what is odd about terms as they are written, a sentence each; nothing of them is lost."""
    said = []
    known = sorted(set(terms))
    if len(known) < len(terms):
        said.append(f"{where}: a term stands there twice and counts once.")
    for (first, last), (start, end) in pairwise(known):
        if start <= last:
            said.append(f"{where}: {first}..{last} and {start}..{end} overlap; look up which days are right.")
    return tuple(said)
