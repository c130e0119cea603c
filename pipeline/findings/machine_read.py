"""Doubt what was read from a picture: a machine takes 3 for 8 and writes it down as surely as print.

Called by ``gather`` on what a document states; ``policies.questions`` asks about dates that are doubted.
"""

from collections.abc import Iterable, Set
from dataclasses import replace

from pipeline.model.documents import Document
from pipeline.model.facts import DateFact, Evidence, Facts
from pipeline.places import Place, PlaceKind

SURENESS = 0.4
"""The confidence of a fact that was read by machine, at most; nothing that was read as print is so unsure."""


def doubt_machine_read(document: Document, facts: Facts) -> Facts:
    """Return the facts with those that stand on pages read by machine made unsure; the others as they are."""
    pages = document.machine_read_pages
    if not pages:
        return facts
    return replace(
        facts,
        approved_on=_doubted_date(facts.approved_on, pages),
        last_review=_doubted_date(facts.last_review, pages),
        next_review=_doubted_date(facts.next_review, pages),
        evidence={name: _doubted(evidence, pages) for name, evidence in facts.evidence.items()},
    )


def is_machine_read(evidence: Evidence) -> bool:
    """Return whether a fact was found on a page that was read by machine."""
    return evidence.confidence is not None and evidence.confidence <= SURENESS


def _doubted_date(fact: DateFact | None, pages: Set[int]) -> DateFact | None:
    if fact is None or not _stands_on([fact.where], pages):
        return fact
    return replace(fact, confidence=min(fact.confidence, SURENESS))


def _doubted(evidence: Evidence, pages: Set[int]) -> Evidence:
    if evidence.confidence is None or not _stands_on(evidence.stands, pages):
        return evidence
    return replace(evidence, confidence=min(evidence.confidence, SURENESS))


def _stands_on(places: Iterable[Place | None], pages: Set[int]) -> bool:
    return any(place is not None and place.number_of(PlaceKind.PAGE) in pages for place in places)
