"""The next twelve months of reviews against meetings and terms, and the policies every school must have."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipeline.catalogue.duties import list_duties
from pipeline.catalogue.policies import Quoted
from pipeline.catalogue.rule_checks import say_unchecked
from pipeline.dates.calendar import add_months
from pipeline.dates.meetings import in_order
from pipeline.letters.summary_preview import preview_summary
from pipeline.model.policies import PolicyStanding, ReviewState
from pipeline.policies.decisions.approve_together import Meeting, list_agenda_of, list_meetings
from pipeline.policies.meetings import BOARD, board_of, say_meeting, say_missing_approval
from pipeline.policies.review_calendar import calendar_of_reviews
from pipeline.policies.standing import list_standings
from pipeline.web.desk.figures import Bar, ChartSeries, Figure
from pipeline.web.desk.opening import needed
from pipeline.web.desk.view import DESK, Answer, Crumb, DeskPages, View
from pipeline.wording import say_list

_MONTHS_AHEAD = 12
_MET_DAYS = 183
"""Meetings longer ago are not listed; each is found under its address for a year."""
REVIEWS = Crumb("Reviews", "/reviews")
_DAYS_OPEN = 42
"""For so long after a meeting the first page asks what it decided."""
CALENDAR = "/reviews/calendar.ics"
_MOST_OPEN = 3
"""Months with their reviews unfolded."""


@dataclass(frozen=True, slots=True)
class Month:
    """The reviews that fall due in one month, the late ones in a row before the first."""

    label: str
    reviews: tuple[PolicyStanding, ...]
    meetings: tuple[date, ...]
    """Of the governors, in it."""
    note: str
    """Its meetings, and terms that begin or end in it, in words."""
    is_late: bool = False


def list_months(view: View) -> tuple[Month, ...]:
    """Return what is late, then the next twelve months from this one on, each with what falls due in it."""
    first = view.today.replace(day=1)
    starts = [add_months(first, number) for number in range(_MONTHS_AHEAD + 1)]
    due: dict[date, list[PolicyStanding]] = defaultdict(list)
    late = []
    for one in view.picture.standings:
        if one.is_late:
            late.append(one)
        elif one.due_on is not None and one.days is not None and one.state is not ReviewState.WITHDRAWN:
            due[one.due_on.replace(day=1)].append(one)
    found = [_month(view, start, end, due[start]) for start, end in pairwise(starts)]
    if late:
        reviews = tuple(sorted(late, key=lambda one: one.days or 0))
        found.insert(0, Month("Late", reviews, (), "", is_late=True))
    return tuple(found)


def _month(view: View, start: date, end: date, due: Sequence[PolicyStanding]) -> Month:
    meetings = tuple(day for day in board_of(view.config).meetings if start <= day < end)
    said = [f"governors meet on {day.day} {day:%B}" for day in meetings]
    for key, body in view.config.governors.bodies.items():
        days = [day for day in in_order(body.meetings) if start <= day < end and key != BOARD]
        said += [f"{body.name}: {day.day} {day:%B}" for day in days]
    for first, last in view.config.calendar.terms:
        said += [f"a term begins on {first.day} {first:%B}"] if start <= first < end else []
        said += [f"a term ends on {last.day} {last:%B}"] if start <= last < end else []
    note = say_list(said)
    reviews = tuple(sorted(due, key=lambda one: (one.due_on or date.max, one.title.casefold())))
    return Month(f"{start:%B} {start.year}", reviews, meetings, note[:1].upper() + note[1:])


def months_figure(view: View) -> Figure:
    """Return the chart of reviews by month: due, and before them those that are late."""
    bars = tuple(
        Bar(
            month.label,
            (0, len(month.reviews)) if month.is_late else (len(month.reviews), 0),
            view.way("/policies?state=overdue" if month.is_late else "/reviews"),
            month.note,
        )
        for month in list_months(view)
    )
    parts = (ChartSeries("due", "due"), ChartSeries("late", "late"))
    meetings = sum(bar.note.count("governors meet") + bar.note.count("Governors meet") for bar in bars)
    number = sum(bar.values[0] for bar in bars)
    late = sum(bar.values[1] for bar in bars)
    description = (
        f"How many reviews fall due in each of the next twelve months: {number} in all, {late} late already, "
        f"{meetings} meetings of the governors."
    )
    return Figure("months", "Reviews in the next twelve months", description, "Month", parts, bars, is_shared=False)


def show_reviews(view: View) -> Answer:
    """Show the months with their reviews, and for each the last meeting that is still in time."""
    months = list_months(view)
    meetings = {
        one.slug: said
        for month in months
        for one in month.reviews
        if (said := say_meeting(one, view.config, view.today))
    }
    with_reviews = [month for month in months if month.reviews]
    return Answer(
        "reviews.html",
        "Reviews",
        {
            "figure": months_figure(view),
            "months": months,
            "open": {month.label for month in with_reviews[:_MOST_OPEN] if len(month.reviews) <= 6},
            "meetings": meetings,
            "knows_meetings": bool(board_of(view.config).meetings),
            "knows_terms": bool(view.config.calendar.terms),
            "met": list_meetings(view.config, view.today - timedelta(days=_MET_DAYS), view.today),
            "offers": view.picture.standing.offers,
            "unapproved": [one for one in view.picture.standings if one.lacks_approval],
            "missing_approvals": {
                one.slug: say_missing_approval(one, view.config, view.today) for one in view.picture.standings
            },
            "undated": [one for one in view.picture.standings if one.state is ReviewState.UNDATED],
        },
        at="/reviews",
    )


def calendar_route(pages: DeskPages) -> Route:
    """Return the route at which reviews and meetings are given out as a calendar file."""

    def answer(request: Request) -> Response:
        who = pages.gate.pass_for(request, needed(CALENDAR))
        if isinstance(who, Response):
            return who
        site, now = pages.site, pages.site.clock()
        config, today, school = site.config(), site.today(now), site.register.school
        with site.register.reading() as tx:
            standings = list_standings(tx, school, config, today)
        content = calendar_of_reviews(school, standings, config, today=today, made_at=now)
        headers = {"Content-Disposition": 'attachment; filename="reviews.ics"', "Cache-Control": "no-store"}
        return Response(content, media_type="text/calendar; charset=utf-8", headers=headers)

    return Route(CALENDAR, answer, methods=["GET"])


def show_summary(view: View) -> Answer:
    """Show the governors' termly summary as it would be mailed today, switched on or not."""
    letter = preview_summary(view.tx, view.school, view.config, view.picture.standings, view.today)
    fields = {"letter": letter, "is_on": view.config.governors.summary}
    return Answer("summary.html", "The governors’ termly summary", fields, (DESK, REVIEWS), at="/reviews")


# --- what every school must have ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Statutory:
    """One policy that every school must have."""

    name: str
    state: str
    """``missing``, ``late``, ``only`` (not there, and not every school needs it) or ``present``."""
    policies: tuple[PolicyStanding, ...]
    """Those in use that are it; several where it is kept in parts."""
    only: str
    """Where it must be there, as the end of a sentence; empty: at every school."""
    unchecked: str
    """What of the rule was not read at its source, in words; empty where all was."""
    read: Quoted | None
    doubt: str


def list_statutory(view: View) -> Iterator[Statutory]:
    """Yield each policy that every school must have and whether it is there, missing first, then late."""
    in_use: dict[str | None, list[PolicyStanding]] = defaultdict(list)
    for one in view.picture.standings:
        if one.state is not ReviewState.WITHDRAWN:
            in_use[one.catalogue_slug].append(one)
    found = []
    for duty in list_duties():
        policies = tuple(one for entry in duty.entries for one in in_use[entry.slug])
        is_late = any(one.is_late for one in policies)
        state = ("only" if duty.only else "missing") if not policies else "late" if is_late else "present"
        entry = duty.entries[0]
        unchecked = say_unchecked(entry.unchecked)
        found.append(Statutory(entry.name, state, policies, duty.only, unchecked, entry.read, entry.doubt))
    order = ("missing", "late", "only", "present")
    yield from sorted(found, key=lambda one: (order.index(one.state), one.name.casefold()))


def statutory_figure(view: View) -> Figure:
    """Return the chart of the policies every school must have: present, late, missing."""
    states = [one.state for one in list_statutory(view) if one.state != "only"]
    values = tuple(states.count(state) for state in ("present", "late", "missing"))
    parts = (ChartSeries("done", "present"), ChartSeries("late", "late"), ChartSeries("missing", "missing"))
    description = (
        f"Of {len(states)} policies that every school must have {values[0]} are present, {values[1]} are present "
        f"with a late review, {values[2]} are missing."
    )
    bars = (Bar("Every school’s policies", values, "/statutory"),)
    return Figure("statutory", "Policies every school must have", description, "List", parts, bars)


def show_statutory(view: View) -> Answer:
    """Show which of the policies every school must have are there."""
    return Answer(
        "statutory.html",
        "Policies every school must have",
        {"figure": statutory_figure(view), "entries": list(list_statutory(view))},
        at="/reviews",
    )


def address_of(meeting: Meeting) -> str:
    """Return where what a meeting decided is recorded."""
    return f"/meetings/{meeting.key}/{meeting.on}"


def list_undecided(view: View) -> tuple[tuple[Meeting, list[str]], ...]:
    """Return the meetings of the last weeks whose papers went, with the policies of which nothing is recorded yet."""
    found = []
    for meeting in list_meetings(view.config, view.today - timedelta(days=_DAYS_OPEN), view.today):
        items = list_agenda_of(view.tx, view.school, view.config, view.picture.standings, meeting)
        if titles := [item.standing.title for item in items if item.is_open and item.paper is not None]:
            found.append((meeting, titles))
    return tuple(found)
