"""A trust on the screen and as JSON: how its schools stand."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from pipeline.cli.screen import Screen, broken, plain, show_line, show_lines
from pipeline.configuration.trust import Trust
from pipeline.trust.outcomes import NightOutcome
from pipeline.trust.status import Figures, Glance, total
from pipeline.wording import say_count, say_day, say_list, say_moment

if TYPE_CHECKING:
    from rich.table import Table

_HEADINGS = ("School", "In date", "Late", "Awaiting", "Need you", "Read", "Came back", "Mail waits", "Last run")
_GAP = 2
_FAILED = (NightOutcome.FAILED.value, NightOutcome.DIED.value)


def show_status(
    trust: Trust, glances: Sequence[Glance], nights: Mapping[str, Mapping[str, Any]], now: datetime
) -> None:
    """Print the schools at a glance: counts first, then who leads today, then what is wrong and where."""
    console = Screen()
    today = now.astimezone(ZoneInfo(trust.section.time_zone)).date()
    console.print(f"{plain(trust.name)} on {say_day(today)}", style="bold")
    show_line(console, say_total(glances), always_broken=True)
    if not glances:
        return
    console.print()
    rows = [_row(one) for one in glances]
    widths = [max(len(row[column]) for row in (_HEADINGS, *rows)) for column in range(len(_HEADINGS))]
    if sum(widths) + _GAP * (len(widths) - 1) <= console.width:
        console.show(_table(rows, widths))
    else:
        _print_blocks(console, rows)
    show_lines(console, "Who leads on safeguarding today", _lead_lines(glances), always_broken=True)
    show_lines(console, "What is wrong", _problem_lines(glances, nights), always_broken=True)
    if any(one.figures and one.figures.needs_you for one in glances):
        first = next(one for one in glances if one.figures and one.figures.needs_you)
        console.print()
        show_line(
            console,
            f"What needs somebody at one school, with everything else: policy --workspace {first.school.folder} status",
        )


def say_total(glances: Sequence[Glance]) -> str:
    """Return all schools in a sentence: how many, and how the policies of all stand."""
    if not glances:
        return "The trust has no school yet: policy trust add KEY --school NAME"
    sums = total(glances)
    said = [
        f"{sums['in_date']} in date",
        f"{sums['late']} late for review",
        f"{sums['awaiting']} awaiting approval",
        f"{sums['needs_you']} with something to settle",
    ]
    schools, policies = say_count(len(glances), "school"), say_count(sums["policies"], "policy", "policies")
    read = f" {sums['read']:,} of {sums['required']:,} readings are recorded." if sums["required"] else ""
    wrong = sum(bool(one.problem) for one in glances)
    broken_ones = f" {say_count(wrong, 'school')} could not be looked at." if wrong else ""
    return f"{schools}, {policies}: {say_list(said)}.{read}{broken_ones}"


def _row(one: Glance) -> tuple[str, ...]:
    figures = one.figures
    if figures is None:
        said = "see below" if one.problem else "no run yet"
        return (plain(one.school.name), *([""] * (len(_HEADINGS) - 2)), said)
    return (
        plain(one.school.name),
        str(figures.in_date),
        str(figures.late),
        str(figures.awaiting),
        str(figures.needs_you),
        f"{figures.read} of {figures.required}" if figures.required else "–",
        str(figures.bounced or "–"),
        str(figures.mail_waiting or "–"),
        say_moment(figures.last_run) if figures.last_run else "no run yet",
    )


def _table(rows: Sequence[tuple[str, ...]], widths: Sequence[int]) -> "Table":
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, padding=(0, _GAP, 0, 0), pad_edge=False)
    for number, (heading, width) in enumerate(zip(_HEADINGS, widths, strict=True)):
        table.add_column(heading, width=width, justify="right" if 0 < number < len(_HEADINGS) - 1 else "left")
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def _print_blocks(console: Screen, rows: Sequence[tuple[str, ...]]) -> None:
    """Print each school with its counts below it, where the screen is too narrow for a table."""
    for name, *cells in rows:
        console.print(broken(name, console.width, indent=""), style="bold")
        pairs = zip(_HEADINGS[1:], cells, strict=True)
        said = "; ".join(f"{heading.lower()} {cell}" for heading, cell in pairs if cell and cell != "–")
        console.print(broken(said, console.width))


def _lead_lines(glances: Sequence[Glance]) -> list[str]:
    lines = []
    for one in glances:
        if figures := one.figures:
            said = " ".join(figures.lead_said) or figures.lead or "nobody"
            lines.append(f"{one.school.name}: {said}")
    return lines


def _problem_lines(glances: Sequence[Glance], nights: Mapping[str, Mapping[str, Any]]) -> list[str]:
    lines = []
    for one in glances:
        lines += [f"{one.school.name} ({one.school.key}): {sentence}" for sentence in one.problem]
        night = nights.get(one.school.key, {})
        if not one.problem and night.get("outcome") in _FAILED:
            said = " ".join(map(str, night.get("said", ())))
            lines.append(f"{one.school.name} ({one.school.key}): the last night did not go through. {said}")
    return lines


def status_as_json(trust: Trust, glances: Sequence[Glance], nights: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return the schools as ``trust status --json`` prints them."""
    return {
        "trust": trust.name,
        "total": dict(total(glances)),
        "schools": [
            {
                "key": one.school.key,
                "name": one.school.name,
                "folder": str(one.school.folder),
                "problems": list(one.problem),
                "exit_code": int(one.code),
                "figures": _figures_as_json(one.figures) if one.figures else None,
                "last_night": nights.get(one.school.key),
            }
            for one in glances
        ],
    }


def _figures_as_json(figures: Figures) -> dict[str, Any]:
    last_run = figures.last_run.astimezone(UTC).isoformat() if figures.last_run else None
    return {**asdict(figures), "lead_said": list(figures.lead_said), "last_run": last_run}
