"""The register on the screen: how every policy stands, who is late with a reading, what there is to find.

A wide screen has a table; where its words or short names would not fit whole, each policy has lines of its own.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from pipeline.acknowledgements.listing import LateReader, find_late, readings
from pipeline.acknowledgements.tally import ReadingCount
from pipeline.cli.attention import (
    MISSING_HEADING,
    OFFERS_HEADING,
    gather_findings,
    late_lines,
    say_missing,
    say_offers,
)
from pipeline.cli.screen import Screen, broken, plain, show_lines
from pipeline.config import Config
from pipeline.contacts.confirmations import contacts_of_day
from pipeline.contacts.lead_today import lead_notices
from pipeline.dates.meetings import ReviewSchedule, say_schedule
from pipeline.mail.notices import mail_notices
from pipeline.model.policies import PolicyStanding, ReviewState
from pipeline.people.absences import list_absences
from pipeline.people.asked import AskedGroup, rule_notices, say_asked, who_is_asked
from pipeline.policies.decisions.due_dates import say_review_due
from pipeline.policies.editions import EditionOffer, list_offers
from pipeline.policies.groups import GroupStanding, group_notices, groups_by_policy
from pipeline.policies.meetings import meeting_notices, say_standing, schedule_of, unknown_meeting_notices
from pipeline.policies.standing import list_standings, missing_policies
from pipeline.register.jobs import last_run_at
from pipeline.register.people.persons import list_people
from pipeline.register.transaction import Transaction
from pipeline.wording import say_day, say_distance, say_list, say_moment, say_state

if TYPE_CHECKING:
    from rich.table import Table

_STYLES = {
    ReviewState.OVERDUE: "red",
    ReviewState.UNDATED: "yellow",
    ReviewState.AWAITING_APPROVAL: "cyan",
    ReviewState.DUE_SOON: "yellow",
    ReviewState.CURRENT: "green",
    ReviewState.LIVE_DOCUMENT: "green",
}
_HEADINGS = ("Policy", "How it stands", "Next review", "", "Owner", "Read", "Short name")
_LEAST_WIDTHS = (24, 15, 12, 9, 14, 8, 0)
"""Narrower than this a column reads badly, though its words may fit."""
_GAP = 2


@dataclass(frozen=True, slots=True)
class StatusScreen:
    """What ``policy status`` shows."""

    standings: Sequence[PolicyStanding]
    counts: Mapping[int, ReadingCount]
    """By the register's key of the policy."""
    late: Sequence[LateReader]
    today: date
    last_run: datetime | None
    """In the school's time zone."""
    asked: Mapping[int, Sequence[AskedGroup]]
    """Who is asked what, by the register's key of the policy."""
    told: Mapping[int, Sequence[GroupStanding]] = field(default_factory=dict)
    """Which groups are told of it and whether they were, by the register's key of the policy."""
    by_rules: bool = False
    """Whether rules ask some people otherwise than others; else nobody need be told who is asked what."""
    offers: tuple[EditionOffer, ...] = ()
    """Editions of others' documents that the owner could release."""
    notices: tuple[str, ...] = ()
    """What the owner should know that belongs to no single policy."""
    schedules: Mapping[int, ReviewSchedule] = field(default_factory=dict)
    """How reviews are counted back from meetings, by the register's key of the policy; none where no meeting counts."""
    states: Mapping[int, str] = field(default_factory=dict)
    """How each stands, in words, by the register's key of the policy."""


def gather_status(tx: Transaction, school: str, config: Config, today: date) -> StatusScreen:
    """Gather what ``policy status`` shows as of ``today``."""
    standings = list_standings(tx, school, config, today)
    people = list_people(tx, school, today)
    absences = list_absences(people, config, today)
    contacts = contacts_of_day(tx, school, config, today)
    ran_at = last_run_at(tx, school)
    return StatusScreen(
        standings,
        readings(tx, school, config, standings, today),
        find_late(tx, school, config, today),
        today,
        ran_at.astimezone(config.zone) if ran_at else None,
        who_is_asked(people, standings, config, today),
        groups_by_policy(tx, school, config, standings, today),
        bool(config.reading.rules),
        list_offers(tx, school, config.reading, today),
        (
            *lead_notices(config, today, contacts.shown, contacts.covers),
            *(each.message for each in absences if each.is_pressing),
            *rule_notices(people, standings, config, today),
            *group_notices(standings, config),
            *mail_notices(config.mail, today),
            *meeting_notices(standings, config, today),
            *unknown_meeting_notices(standings, config),
        ),
        {one.policy_id: schedule for one in standings if (schedule := schedule_of(one, config, today))},
        {one.policy_id: say_standing(one, config, today) for one in standings},
    )


def show_status(screen: StatusScreen) -> None:
    """Print the register: a line or two a policy, then who is late, then the findings."""
    console = Screen()
    if not screen.standings:
        console.print("No policy is in the register yet. Put the policies into policies/ and run: policy run")
        return
    console.print(f"Policies on {say_day(screen.today)}", style="bold")
    if screen.last_run:
        console.print(f"The last run was on {say_moment(screen.last_run)}.")
    console.print()
    rows = [
        _cells(
            standing,
            screen.states.get(standing.policy_id, say_state(standing.state, is_held=standing.is_held)),
            screen.counts.get(standing.policy_id),
        )
        for standing in screen.standings
    ]
    if widths := _column_widths(rows, console.width):
        console.show(_table(screen.standings, rows, widths))
    else:
        _print_blocks(console, screen.standings, rows)
    show_lines(console, "Meetings", _meeting_lines(screen), always_broken=True)
    show_lines(console, "Late with a reading", late_lines(screen.late), always_broken=True)
    show_lines(console, "Who is asked what", _asked_lines(screen), always_broken=True)
    show_lines(console, "Who is told", _told_lines(screen), always_broken=True)
    found = gather_findings(screen.standings, lambda standing: standing.problems, titles=True)
    lines = [*found.together, *(f"{title}: {message}" for title, message in found.alone)]
    show_lines(console, "Findings", lines, always_broken=True)
    show_lines(console, OFFERS_HEADING, say_offers(screen.offers), always_broken=True)
    show_lines(
        console, MISSING_HEADING, say_missing(missing_policies(screen.standings, screen.today)), always_broken=True
    )


def _meeting_lines(screen: StatusScreen) -> list[str]:
    """Return which meeting is the last that serves each review, a line for all of which it is the same."""
    titles: dict[str, list[str]] = defaultdict(list)
    for standing in sorted(screen.standings, key=lambda one: one.due_on or date.max):
        if schedule := screen.schedules.get(standing.policy_id):
            titles[say_schedule(schedule, screen.today)].append(standing.title)
    return [f"{say_list(alike)}: {said}" for said, alike in titles.items()]


def _asked_lines(screen: StatusScreen) -> list[str]:
    """Return who is asked what, a line for all policies of which it is the same."""
    titles: dict[str, list[str]] = defaultdict(list)
    for standing in screen.standings if screen.by_rules else ():
        if groups := screen.asked.get(standing.policy_id):
            titles[say_asked(groups)].append(standing.title)
    return [f"{say_list(alike)}: {said}" for said, alike in titles.items()]


def _told_lines(screen: StatusScreen) -> list[str]:
    """Return how it stands with each group, a line for all policies of which it is the same."""
    titles: dict[str, list[str]] = defaultdict(list)
    for standing in screen.standings:
        for group in screen.told.get(standing.policy_id, ()):
            titles[group.said].append(standing.title)
    return [f"{said} ({say_list(alike)})" for said, alike in titles.items()]


def _cells(standing: PolicyStanding, state: str, count: ReadingCount | None) -> tuple[str, ...]:
    """Return what the table says of one policy, a text for each of its headings."""
    return (
        plain(standing.title),
        state,
        say_review_due(standing) or "–",
        say_distance(standing.days) if standing.days is not None else "",
        plain(standing.owner or "–"),
        _say_readings(count) or "–",
        standing.slug,
    )


def _say_readings(count: ReadingCount | None) -> str:
    if count is None or not count.required:
        return ""
    return f"{count.done} of {count.required}" + (f", {count.late} late" if count.late else "")


def _column_widths(rows: Sequence[tuple[str, ...]], width: int) -> list[int]:
    """Return how wide each column is on a screen ``width`` characters wide; none where words would not fit whole.

    Short names stay on one line; of the other columns the widest give way.
    """
    columns = [[heading, *(row[number] for row in rows)] for number, heading in enumerate(_HEADINGS)]
    widths = [max(map(len, column)) for column in columns]
    longest = [max(len(word) for text in column for word in text.split() or [""]) for column in columns]
    least = [max(pair) for pair in zip(longest, _LEAST_WIDTHS, strict=True)]
    least[-1] = widths[-1]
    while sum(widths) + _GAP * (len(widths) - 1) > width:
        spare = [have - need for have, need in zip(widths, least, strict=True)]
        if max(spare) <= 0:
            return []
        widths[spare.index(max(spare))] -= 1
    return widths


def _table(standings: Sequence[PolicyStanding], rows: Sequence[tuple[str, ...]], widths: Sequence[int]) -> "Table":
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, padding=(0, _GAP, 0, 0), pad_edge=False)
    for heading, width in zip(_HEADINGS, widths, strict=True):
        table.add_column(heading, width=width)
    for standing, cells in zip(standings, rows, strict=True):
        styles = {1: _STYLES.get(standing.state, ""), len(cells) - 1: "dim"}
        table.add_row(*(Text(text, style=styles.get(column, "")) for column, text in enumerate(cells)))
    return table


def _print_blocks(console: Screen, standings: Sequence[PolicyStanding], rows: Sequence[tuple[str, ...]]) -> None:
    """Print each policy with its short name, and below it how it stands, its review, its owner and its readings."""
    for standing, (title, state, review, distance, owner, read, slug) in zip(standings, rows, strict=True):
        console.print(broken(f"{title} ({slug})", console.width, indent=""), style="bold")
        parts = [state, *(f"next review {text}" for text in (f"{review}, {distance}".rstrip(", "),) if review != "–")]
        parts += [f"{name} {value}" for name, value in (("owner:", owner), ("read:", read)) if value != "–"]
        console.print(broken("; ".join(parts), console.width), style=_STYLES.get(standing.state, ""))
