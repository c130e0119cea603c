"""What mail would go in the next 90 days, by day and kind; without the right to see names only how many, never few."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from pipeline.register.ledger.table_prints import print_of_ahead
from pipeline.simulation.calendar import groups_of, say_assumptions, say_named_day, say_waiting, say_whole
from pipeline.simulation.days_to_come import simulate
from pipeline.simulation.look_ahead import SimulatedDay, Simulation
from pipeline.web.desk.view import Answer, View
from pipeline.web.desk.work import Finished, Piece, Progress, WorkState
from pipeline.wording import say_count

DAYS_AHEAD = 90
_LINE = "ahead"
"""Of long work: a look keeps no run, and no mail, from beginning."""
_TITLE = "What mail would go in the next 90 days"
_FAILED = "It could not be worked out; your school’s policy owner sees why on this page."
_EVERY = "3"
"""Seconds between two looks of the page by itself, which the reader can switch off."""


@dataclass(frozen=True, slots=True)
class DayLines:
    """A day as the page shows it."""

    day: str
    waiting: tuple[str, ...]
    groups: tuple[tuple[str, str], ...]
    """To whom, and what."""


@dataclass(frozen=True, slots=True)
class MonthLines:
    """The days of a month."""

    label: str
    note: str
    days: tuple[DayLines, ...]


def show_ahead(view: View) -> Answer:
    """Show what was worked out last; where it no longer holds, or nothing was, have it worked out behind the pages.

    Asked so, the page looks again by itself until that is done.
    """
    asked = view.request.query_params
    rests_on = (view.today, view.config, *print_of_ahead(view.tx))
    last_rests_on, (last, made_at) = view.site.memo.last("ahead") or (None, (None, None))
    piece = None
    if last_rests_on != rests_on:
        piece = _begin(view, rests_on, again=asked.get("again") == "on")
    is_going_on = piece is not None and not piece.is_over
    looks = is_going_on and asked.get("look") == "on"
    failed = ""
    if piece is not None and piece.finished is not None and piece.state is WorkState.FAILED:
        failed = piece.finished.said if view.sees_names else _FAILED
    fields = {
        "last": last,
        "months": _months(view, last) if last else (),
        "whole": say_whole(last) if last else "",
        "assumed": say_assumptions(last, view.config.mail.route) if last else (),
        "made_at": view.moment(made_at),
        "piece": piece,
        "is_going_on": is_going_on,
        "looks": looks,
        "failed": failed,
    }
    headers = {"Refresh": _EVERY} if looks else {}
    return Answer("ahead.html", _TITLE, fields, headers=headers)


def _begin(view: View, rests_on: tuple[object, ...], *, again: bool) -> Piece:
    site, work = view.site, view.work

    def look(progress: Progress) -> Finished:
        now = site.clock()
        today = site.today(now)
        found = simulate(
            site.config(),
            until=today + timedelta(days=DAYS_AHEAD - 1),
            today=today,
            now=now,
            environ=site.environ,
            progress=progress,
            stop=work.is_ending,
        )
        site.memo.keep("ahead", rests_on, (found, now))
        return Finished(say_whole(found), "/ahead", "Look at it day by day")

    return work.begin_once(_TITLE, view.who.name, view.now, look, line=_LINE, rests_on=rests_on, again=again)


def _months(view: View, found: Simulation) -> tuple[MonthLines, ...]:
    months = []
    for label, days in groupby(found.days, lambda day: f"{day.on:%B} {day.on.year}"):
        mine = tuple(days)
        mails = sum(len(day.mails) for day in mine)
        note = f"{say_count(mails, 'mail')} on {say_count(sum(bool(day.mails) for day in mine), 'day')}"
        months.append(MonthLines(label, note, tuple(_day(view, day, confirmed=found.confirmed) for day in mine)))
    return tuple(months)


def _day(view: View, day: SimulatedDay, *, confirmed: bool) -> DayLines:
    groups = tuple((group.who(names=view.sees_names), group.what) for group in groups_of(day))
    return DayLines(say_named_day(day), say_waiting(day.waiting, confirmed=confirmed), groups)
