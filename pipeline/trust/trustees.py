"""The report to a trust's trustees: counts by school and the reviews that are late, with no name of anybody.

As a page (HTML) and on paper (PDF), from the same words; ``policy trust report`` writes it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.configuration.trust import Trust
from pipeline.papers.setting import set_paper
from pipeline.resources import render_page
from pipeline.trust.status import Glance, total
from pipeline.wording import say_count, say_day, say_distance, say_list

_HEADINGS = ("School", "Policies", "In date", "Review late", "Before governors", "Readings recorded", "Last run")
_SAFETY = (
    "A worry about a child goes to the safeguarding lead of the child’s school, in person or by telephone, now. In "
    "danger ring 999.",
    "About an adult at a school: to its headteacher. About a headteacher: to the chair of its governors, or to the "
    "local authority’s designated officer.",
)
_MEANING = (
    "“Review late” is a policy whose review has passed its day; it stays in force and published. “Before governors” is "
    "one in use that governors have still to decide on.",
    "“Readings recorded” is how often staff have recorded that they read a policy, of how often they are asked to. It "
    "does not say that anybody understood it. Who they are is known at each school alone.",
)


@dataclass(frozen=True, slots=True)
class TrusteesReport:
    """What stands in the report, in words."""

    trust: str
    title: str
    summary: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    """A row a school, under ``headings``."""
    late: tuple[tuple[str, tuple[str, ...]], ...]
    """Each school with late reviews, the latest first."""
    wrong: tuple[str, ...]
    """Schools that could not be looked at; why is said on their own computer, where it may name a person."""
    safety: tuple[str, ...]
    meaning: tuple[str, ...]
    made_on: date


def make_report(trust: Trust, glances: Sequence[Glance], today: date) -> TrusteesReport:
    """Put the report together from how the schools stand."""
    counted = [(one.school.name, one.figures) for one in glances if one.figures]
    rows = tuple(
        (
            name,
            str(figures.policies),
            str(figures.in_date),
            str(figures.late),
            str(figures.awaiting),
            f"{figures.read:,} of {figures.required:,}" if figures.required else "none asked",
            say_day(figures.last_run.date()) if figures.last_run else "no run yet",
        )
        for name, figures in counted
    )
    late = tuple(
        (name, tuple(f"{one.title}: {say_distance(one.days)}" for one in figures.late_reviews))
        for name, figures in counted
        if figures.late_reviews
    )
    wrong = tuple(
        f"{one.school.name}: {'its settings or its register need mending' if one.problem else 'it has made no run yet'}"
        for one in glances
        if one.figures is None
    )
    title = f"School policies on {say_day(today)}"
    return TrusteesReport(trust.name, title, _summary(glances), _HEADINGS, rows, late, wrong, _SAFETY, _MEANING, today)


def _summary(glances: Sequence[Glance]) -> str:
    """Return all schools in a sentence, in which every policy is counted once."""
    sums = total(glances)
    said = [f"{sums['in_date']} in date", f"{sums['late']} late for review and still in force"]
    said += [f"{sums['awaiting']} in use while governors have still to decide"] if sums["awaiting"] else []
    said += [f"{sums['undated']} without a date of review"] if sums["undated"] else []
    counted = sum(one.figures is not None for one in glances)
    policies = say_count(sums["policies"], "policy", "policies")
    return f"{say_count(counted, 'school')} with {policies}: {say_list(said)}."


def as_page(report: TrusteesReport, templates: Path) -> str:
    """Return the report as a page that opens by itself. Raises ConfigurationError where its template is wrong."""
    return render_page("evidence/trustees.html", templates, report=report)


def as_paper(report: TrusteesReport, templates: Path) -> bytes:
    """Return the report as a PDF to print. Raises RenderError where its template is wrong."""
    fields = {
        "title": report.title,
        "school": report.trust,
        "safety": report.safety[0],
        "safety_others": report.safety[1],
        "contacts": [],
        "enter": "",
        "foot": f"{report.trust} · {say_day(report.made_on)}",
        "summary": report.summary,
        "headings": list(report.headings),
        "rows": [list(row) for row in report.rows],
        "late": [{"name": name, "policies": list(policies)} for name, policies in report.late],
        "wrong": list(report.wrong),
        "meaning": list(report.meaning),
    }
    return set_paper("trustees.typ", fields, report.made_on, templates)
