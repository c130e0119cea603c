"""The facts of a policy as they count: as its document says, with what its owner overruled."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from pipeline.catalogue.policies import find_entry
from pipeline.dates.calendar import last_day
from pipeline.dates.states import as_precise_as
from pipeline.dates.written import parse_date
from pipeline.model.dates import PartialDate
from pipeline.model.facts import DateFact, Evidence, Facts, FactStatus, Problem
from pipeline.places import called
from pipeline.register.policies.decisions import OverrideRow
from pipeline.register.policies.policies import PolicyRow, VersionRow
from pipeline.wording import say_day

DATE_FIELDS = ("approved_on", "last_review", "next_review")
TEXT_FIELDS = ("title", "school", "approved_by", "owner", "version")
WITHDRAWN = "withdrawn"
SETTABLE = (*TEXT_FIELDS, *DATE_FIELDS, "review_cycle_months", WITHDRAWN)
"""The facts an owner may overrule; ``withdrawn`` takes a policy out of use (yes) or back in (no)."""
_SHORTEST_IMPLIED_CYCLE_MONTHS = 6


def effective_facts(facts: Facts, overrides: Sequence[OverrideRow]) -> Facts:
    """Return the facts with what the owner overruled in place."""
    for override in overrides:
        if override.field in SETTABLE and override.field != WITHDRAWN:
            facts = _overruled(facts, override)
    return facts


def _overruled(facts: Facts, override: OverrideRow) -> Facts:
    name, value = override.field, override.value
    where = called(f"set by the owner on {say_day(override.decided_at.date())}: {override.reason}")
    status = FactStatus.FOUND if value else FactStatus.BLANK
    evidence = {**facts.evidence, name: Evidence(status, value or None, where, 1.0)}
    problems = tuple(problem for problem in facts.problems if not _is_settled(problem, name, facts.evidence.get(name)))
    changed: dict[str, object] = {"evidence": evidence, "problems": problems}
    if name in DATE_FIELDS:
        parsed = parse_date(value) if value else None
        changed[name] = DateFact(parsed, value, where, 1.0) if parsed else None
    elif name == "review_cycle_months":
        changed[name] = int(value) if value else None
    else:
        changed[name] = value or None
    return replace(facts, **changed)  # type: ignore[arg-type]


def _is_settled(problem: Problem, name: str, said: Evidence | None) -> bool:
    """Say whether a finding goes away once the owner has settled the fact ``name``, of which the document said."""
    if problem.code in _SETTLED_BY.get(name, ()):
        return True
    if said is None or said.status is not FactStatus.AMBIGUOUS or not said.text:
        return False
    return problem.code in ("date-ambiguous", "date-unreadable") and problem.about == said.text


_SETTLED_BY = {
    "approved_on": ("approval-blank",),
    "next_review": ("review-blank", "review-missing", "dates-out-of-order"),
    "last_review": ("dates-out-of-order",),
    "owner": ("owner-missing",),
    "review_cycle_months": ("cycle-ambiguous",),
    "title": ("title-missing",),
}
"""Problems that go away when the owner settles a fact."""


def cycle_months(facts: Facts, policy: PolicyRow, default: int) -> int:
    """Return the review cycle of a policy.

    What it states in words, else the time between its own last and next review, else the catalogue's, else the
    school's.
    """
    if facts.review_cycle_months:
        return facts.review_cycle_months
    implied = _implied_cycle(facts)
    if implied is not None:
        return implied
    entry = find_entry(policy.catalogue_slug or "")
    return entry.review_months if entry is not None and entry.review_months else default


def _implied_cycle(facts: Facts) -> int | None:
    if facts.last_review is None or facts.next_review is None:
        return None
    last, following = last_day(facts.last_review.date), last_day(facts.next_review.date)
    months = (following.year - last.year) * 12 + following.month - last.month
    return months if months >= _SHORTEST_IMPLIED_CYCLE_MONTHS else None


def effective_next_review(version: VersionRow, facts: Facts) -> PartialDate | None:
    """Return the next review of a version: as an approval rolled it, else as the document or its owner says."""
    stated = facts.next_review.date if facts.next_review else None
    if version.next_review_on is None:
        return stated
    return as_precise_as(version.next_review_on, stated)


def carried_review(current: VersionRow, facts: Facts) -> date | None:
    """Return the rolled review date that a new version takes over: the document still states the old one."""
    stated = last_day(facts.next_review.date) if facts.next_review else date.min
    rolled = current.next_review_on
    return rolled if rolled is not None and stated <= rolled else None
