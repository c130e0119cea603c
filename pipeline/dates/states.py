"""How a policy stands on a day: computed from its dates and today, never stored."""

from dataclasses import replace
from datetime import date, timedelta

from pipeline.dates.calendar import last_day
from pipeline.model.dates import PartialDate, Precision
from pipeline.model.policies import ReviewState


def review_state(
    *,
    withdrawn: bool,
    live_document: bool,
    awaiting_approval: bool,
    due_on: date | None,
    today: date,
    due_soon_days: int,
) -> ReviewState:
    """Return the first state that holds.

    A policy is due up to and including ``due_on``; it is due soon from ``due_soon_days`` before.
    """
    if withdrawn:
        return ReviewState.WITHDRAWN
    if live_document:
        return ReviewState.LIVE_DOCUMENT
    if due_on is None:
        return ReviewState.UNDATED
    if awaiting_approval:
        return ReviewState.AWAITING_APPROVAL
    if due_on < today:
        return ReviewState.OVERDUE
    if due_on <= today + timedelta(days=due_soon_days):
        return ReviewState.DUE_SOON
    return ReviewState.CURRENT


def due_on(next_date: PartialDate | None) -> date | None:
    """Return the last day on which the next review is in time: "August 2025" is 31 August 2025."""
    return None if next_date is None else last_day(next_date)


def as_precise_as(day: date, example: PartialDate | None) -> PartialDate:
    """Return ``day`` written as exactly as ``example`` is (to the month where there is none).

    ``day`` must be a last day of that precision, as ``calendar.last_day`` gives it.
    """
    precision = Precision.MONTH if example is None else example.precision
    value = {
        Precision.DAY: day.isoformat(),
        Precision.MONTH: f"{day:%Y-%m}",
        Precision.TERM: f"{day.year}-{_term(day)}",
        Precision.YEAR: str(day.year),
        Precision.ACADEMIC_YEAR: f"{day.year - 1}-{day.year % 100:02}",
    }[precision]
    partial = PartialDate(value, precision)
    return partial if last_day(partial) == day else replace(partial, value=f"{day:%Y-%m}", precision=Precision.MONTH)


def _term(day: date) -> str:
    if day.month >= 9:
        return "autumn"
    return "spring" if day.month <= 3 else "summer"
