"""Decide, among the labelled dates of a document, when it was approved, last reviewed and is next due.

Labels first; where a label does not say whether it looks back or ahead, order against the other dates decides; where
that leaves two answers, the fact is ambiguous and a person is asked. A wrong date costs more than a question.
"""

import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.dates.written import order_key
from pipeline.facts.readings import DateReadings, Reading, Standing
from pipeline.labels.kinds import LabelKind
from pipeline.model.facts import DateFact, Evidence, FactStatus


@dataclass(frozen=True, slots=True)
class SettledDate:
    """One of the three dates: the fact where it is found, and why."""

    fact: DateFact | None
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class SettledDates:
    """The three dates of a document."""

    approved_on: SettledDate
    last_review: SettledDate
    next_review: SettledDate


def settle_dates(readings: DateReadings) -> SettledDates:
    """Return what ``readings`` say of approval, last and next review."""
    own = [reading for reading in readings.dated if not reading.borrowed]
    approved = _of(own, LabelKind.APPROVED)
    past = _of(own, LabelKind.LAST_REVIEW)
    strong = _of(own, LabelKind.NEXT_REVIEW)
    unclear = _of(own, LabelKind.REVIEW)
    dated = _of(own, LabelKind.OTHER_DATE) + _of(own, LabelKind.DATE)
    anchor = max((reading.key for reading in approved + past), default=None)
    ahead, behind = _sort_unclear(unclear, strong, anchor or max((r.key for r in dated), default=None))
    next_review = _settle_next(_newest_rows(strong, past), ahead, unclear, anchor)
    last_review = _settle_latest(past or behind)
    return SettledDates(
        approved_on=_or_blank(_settle_latest(approved), readings, LabelKind.APPROVED),
        last_review=_or_blank(last_review, readings, LabelKind.LAST_REVIEW),
        next_review=_or_blank(next_review, readings, LabelKind.NEXT_REVIEW, LabelKind.REVIEW),
    )


def _of(readings: Iterable[Reading], kind: LabelKind) -> list[Reading]:
    """Return the readings of a kind that stand highest, a header's before those of sentences, and of running lines."""
    found = [reading for reading in readings if reading.kind is kind]
    running = [reading for reading in found if reading.standing is Standing.RUNNING]
    highest = max((reading.standing for reading in found if reading not in running), default=None)
    return [reading for reading in found if reading in running or reading.standing is highest]


def _sort_unclear(
    unclear: Sequence[Reading], strong: Sequence[Reading], anchor: tuple[str, str] | None
) -> tuple[list[Reading], list[Reading]]:
    """Part "Review date" readings into those still to come and those that are past."""
    if strong:
        due = max(reading.key for reading in strong)
        return [], [reading for reading in unclear if reading.key < due]
    if anchor is None:
        return list(unclear), []
    return [reading for reading in unclear if reading.key > anchor], []


def _newest_rows(strong: Sequence[Reading], past: Sequence[Reading]) -> Sequence[Reading]:
    """Of rows that each give a review and the next one, keep the row with the latest review."""
    done = {line: max(each.key for each in past if each.line == line) for line in {each.line for each in past}}
    if len({reading.line for reading in strong}) < 2 or not all(reading.line in done for reading in strong):
        return strong
    newest = max(done[reading.line] for reading in strong)
    return [reading for reading in strong if done[reading.line] == newest]


def _settle_latest(readings: Sequence[Reading]) -> SettledDate:
    if not readings:
        return _MISSING
    surest_first = sorted(readings, key=lambda reading: -reading.confidence)
    choice = _without_repeats(surest_first)
    if not all(reading.history or reading.listed for reading in choice):
        # "Date:" alone never beats a label that says of what.
        choice = [reading for reading in choice if reading.label.strip(" :").lower() not in _BARE] or choice
    latest = max(choice, key=lambda reading: (reading.key[1], reading.key[0]))
    if len(choice) > 1 and not all(reading.history or reading.listed for reading in choice):
        # The latest of several that differ is likely, and no more.
        return _found(replace(latest, confidence=min(latest.confidence, _LIKELIEST)))
    return _found(latest)


_LIKELIEST = 0.92
_BARE = frozenset(("date", "dated"))


def _settle_next(
    strong: Sequence[Reading],
    ahead: Sequence[Reading],
    unclear: Sequence[Reading],
    anchor: tuple[str, str] | None,
) -> SettledDate:
    if strong:
        return _settle_strong(strong, anchor)
    if ahead:
        choice = _without_repeats(ahead)
        rows = all(reading.history for reading in choice) and _is_climbing(choice)
        return _found(choice[-1]) if rows else _one_of(choice)
    if unclear:
        return _ambiguous(unclear)
    return _MISSING


def _settle_strong(strong: Sequence[Reading], anchor: tuple[str, str] | None) -> SettledDate:
    """Choose among dates that all say they lie ahead."""
    choice = _without_repeats(strong)
    if len(choice) > 1 and anchor is not None:
        choice = [reading for reading in choice if reading.key[1] > anchor[0]] or choice
    if len(choice) > 1 and all(reading.history or reading.listed for reading in choice):
        return _found(max(choice, key=lambda reading: reading.key))
    if len(choice) > 1:
        spelt_out = [reading for reading in choice if "next" in reading.label.lower()]
        choice = spelt_out or choice
    if len(choice) > 1 and len({reading.label.lower() for reading in choice}) == 1 and _is_climbing(choice):
        return _found(choice[-1])
    return _one_of(choice)


def _is_climbing(readings: Sequence[Reading]) -> bool:
    """Say whether rows of one list follow each other, so that the last is the one in use."""
    near = all(after.line - before.line <= 2 for before, after in pairwise(readings))
    return near and all(before.key < after.key for before, after in pairwise(readings))


def _without_repeats(readings: Sequence[Reading]) -> list[Reading]:
    """Keep one reading a date; of "April 2016" and "15 April 2016" the exact one."""
    kept: list[Reading] = []
    for reading in sorted(readings, key=lambda each: -len(each.found.date.value)):
        span = reading.key
        if not any(span[0] <= other.key[0] and other.key[1] <= span[1] for other in kept):
            kept.append(reading)
    return sorted(kept, key=lambda each: each.line)


def _one_of(readings: Sequence[Reading]) -> SettledDate:
    return _found(readings[0]) if len(readings) == 1 else _ambiguous(readings)


def _found(reading: Reading) -> SettledDate:
    fact = DateFact(reading.found.date, reading.found.text, reading.where, reading.confidence)
    return SettledDate(fact, Evidence(FactStatus.FOUND, fact.text, fact.where, fact.confidence, rule=reading.rule))


def _ambiguous(readings: Sequence[Reading]) -> SettledDate:
    words = "; ".join(dict.fromkeys(f"{reading.label} {reading.found.text}" for reading in readings))
    first, *also = dict.fromkeys(reading.where for reading in readings)
    return SettledDate(None, Evidence(FactStatus.AMBIGUOUS, words, first, 0.5, tuple(also), readings[0].rule))


_ASKS_FOR_DATE = re.compile(r"\bdate|\bon\W*$|\bwhen\b", re.IGNORECASE)
_MISSING = SettledDate(None, Evidence(FactStatus.MISSING))


def _or_blank(settled: SettledDate, readings: DateReadings, *kinds: LabelKind) -> SettledDate:
    """Tell a label left empty from no label at all."""
    if settled.evidence.status is not FactStatus.MISSING:
        return settled
    for unreadable in readings.unreadable:
        if unreadable.kind in kinds:
            read = Evidence(FactStatus.AMBIGUOUS, unreadable.text, unreadable.where, 0.5, rule=unreadable.rule)
            return SettledDate(None, read)
    blanks = [label for label in readings.blank if label.kind in kinds]
    if not blanks:
        return settled
    # "Approved by: Governors" is answered; the place to fill in is "Approved on:" below it.
    blank = next((label for label in blanks if _ASKS_FOR_DATE.search(label.text)), blanks[0])
    return SettledDate(None, Evidence(FactStatus.BLANK, blank.text, blank.where, rule=blank.rule))


def doubt_moving(settled: SettledDate, moving: Set[str]) -> SettledDate:
    """Return a date as ambiguous where its words are those of a field that shows another day each time."""
    fact = settled.fact
    if fact is None or fact.text not in moving:
        return settled
    rule = settled.evidence.rule
    return SettledDate(None, Evidence(FactStatus.AMBIGUOUS, fact.text, fact.where, 0.5, rule=rule))


def is_before(first: DateFact, second: DateFact) -> bool:
    """Say whether all of ``first`` lies before all of ``second``."""
    return order_key(first.date)[1] < order_key(second.date)[0]
