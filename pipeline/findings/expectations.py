"""What is expected of a policy, held against what the document says: how often, approved by whom, not in time to come.

Pure; the facts may be the document's own or as their owner overruled them.
"""

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path

from pipeline.catalogue.policies import CatalogueEntry, ReviewRule
from pipeline.dates.calendar import first_day, last_day
from pipeline.dates.written import order_key
from pipeline.model.facts import DateFact, Facts, Problem
from pipeline.text.lazily import compiled_lazily
from pipeline.text.phrases import phrase_pattern
from pipeline.text.rules import load_rules
from pipeline.wording import say_count

_GRACE_MONTHS = 1
"""A review a month after the advised year is that year's review."""
_RULES = load_rules(Path(__file__).with_suffix(".toml"))
_BOARD, _LESS, _WHOLE = (
    compiled_lazily(rf"\b(?:{'|'.join(map(phrase_pattern, _RULES.phrases_of(kind)))})\b")
    for kind in ("board", "less", "whole")
)
_PARTS = compiled_lazily(r"\s*(?:,|;|/|&|\band\b|\bthen\b)\s*", re.IGNORECASE)


def ahead_problems(facts: Facts, today: date) -> Iterator[Problem]:
    """Yield a finding ``date-ahead`` for an approval or a last review all of which lies after ``today``."""
    for fact, words in ((facts.approved_on, "approval"), (facts.last_review, "last review")):
        if fact is not None and order_key(fact.date)[0] > today.isoformat():
            yield Problem("date-ahead", f"The {words} “{fact.text}” ({fact.where}) is still to come. Check the year.")


def cycle_problems(
    entry: CatalogueEntry, facts: Facts, last: DateFact | None, following: DateFact | None
) -> Iterator[Problem]:
    """Yield a finding ``cycle-too-long`` where reviews are further apart than law or advice has it.

    ``last`` and ``following`` are a review and the next one by one source: both printed in the document, or both
    recorded. Minor where the gap is only advised.
    """
    if entry.review_months == 0 or entry.review_rule is ReviewRule.LOCAL:
        return
    must = entry.review_rule is ReviewRule.MUST
    allowed = entry.review_months
    months, said = _gap(facts, last, following)
    if months is None or months <= allowed + (0 if must else _GRACE_MONTHS):
        return
    often = "every year" if allowed == 12 else f"at least every {say_count(allowed, 'month')}"
    rule = f"It must be reviewed {often}" if must else f"The advice is to review it {often}"
    yield Problem("cycle-too-long", f"{said}. {rule}.", minor=not must)


def _gap(facts: Facts, last: DateFact | None, following: DateFact | None) -> tuple[int | None, str]:
    """Return the months between reviews as stated, else as the dates give it, with the words that say so."""
    if facts.review_cycle_months:
        evidence = facts.evidence.get("review_cycle_months")
        words = f"“{evidence.text}” ({evidence.places})" if evidence and evidence.text else "The review cycle"
        return facts.review_cycle_months, f"{words} is {say_count(facts.review_cycle_months, 'month')} between reviews"
    if last is None or following is None:
        return None, ""
    before, after = last_day(last.date), last_day(following.date)
    if last.date.precision is not following.date.precision:
        # A term or year may begin well before it ends: the shortest gap the two can mean counts.
        after = max(first_day(following.date), before)
    months = (after.year - before.year) * 12 + after.month - before.month
    return months, f"From “{last.text}” ({last.where}) to “{following.text}” are {say_count(months, 'month')}"


def approver_problems(entry: CatalogueEntry, facts: Facts, recorded_body: str | None) -> Iterator[Problem]:
    """Yield a finding ``approver-differs`` where only the full board may approve and others did.

    ``recorded_body`` is who approved it by the register, None where no approval was recorded.
    """
    body = recorded_body or facts.approved_by
    if entry.approver != "governing-body" or not body or not is_less_than_the_board(body):
        return
    evidence = facts.evidence.get("approved_by")
    place = f" ({evidence.places})" if recorded_body is None and evidence and evidence.where else ""
    yield Problem(
        "approver-differs",
        f"It was approved by “{body}”{place}. {entry.name} has to be approved by the full governing body or trust "
        "board; have it confirmed there.",
    )


@lru_cache(maxsize=1_000)
def is_less_than_the_board(body: str) -> bool:
    """Say whether words for who approves a policy name others than the full governing body or trust board."""
    if _WHOLE.search(body):
        return False
    by_the_board = any(_BOARD.search(part) and not _LESS.search(part) for part in _PARTS.split(body))
    return bool(_LESS.search(body)) and not by_the_board
