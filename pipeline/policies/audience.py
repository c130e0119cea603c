"""Who a policy is published to: the public site, the staff's site, or nobody. Pure; ``publish`` writes the pages.

The public sees what must or is expected to be online, and what the school adds; staff see all that is in force. A plan
that would tell a stranger how the school protects itself goes online only where the school says so twice.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.catalogue.policies import Publication, find_entry
from pipeline.config import PublishSection
from pipeline.model.policies import PolicyStanding, ReviewState

_PROTECTS = re.compile(
    r"\b(?:lock[ -]?down|invacuation|evacuation|emergenc(?:y|ies)|critical incidents?|security|continuity|disaster"
    r"|bomb|intruders?|terror\w*|attack|martyn.?s law)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Audience:
    """Which policies stand where. Each in the order given."""

    public: tuple[PolicyStanding, ...]
    staff: tuple[PolicyStanding, ...]
    """Those for the public among them."""
    nobody: tuple[PolicyStanding, ...]
    """In use, and by ``[publish] never`` on neither site."""
    second_yes: tuple[PolicyStanding, ...]
    """Named under ``[publish] also``, and not public before they stand under ``also_sensitive`` as well."""


def choose_audience(standings: Sequence[PolicyStanding], rules: PublishSection) -> Audience:
    """Return where each policy in use stands."""
    in_use = [each for each in standings if each.state is not ReviewState.WITHDRAWN]
    return Audience(
        public=tuple(each for each in in_use if is_public(each, rules)),
        staff=tuple(each for each in in_use if each.slug not in rules.never),
        nobody=tuple(each for each in in_use if each.slug in rules.never),
        second_yes=tuple(
            each for each in in_use if each.slug in rules.also and needs_second_yes(each) and not is_public(each, rules)
        ),
    )


def is_public(standing: PolicyStanding, rules: PublishSection) -> bool:
    """Return whether a policy stands on the public site."""
    return standing.state is not ReviewState.WITHDRAWN and would_be_public(standing, rules)


def would_be_public(standing: PolicyStanding, rules: PublishSection) -> bool:
    """Return whether a policy stands on the public site while it is in use."""
    if standing.slug in rules.never:
        return False
    if _publication(standing) in (Publication.MUST, Publication.EXPECTED):
        return True
    if needs_second_yes(standing):
        return standing.slug in rules.also and standing.slug in rules.also_sensitive
    return standing.slug in rules.also


def needs_second_yes(standing: PolicyStanding) -> bool:
    """Return whether a policy is one that a stranger should not read: how a school protects itself, or its staff's own.

    What has to be online by law is none.
    """
    publication = _publication(standing)
    if publication in (Publication.MUST, Publication.EXPECTED):
        return False
    return publication is Publication.NO or _PROTECTS.search(standing.title) is not None


def stays_public(catalogue_slug: str | None) -> bool:
    """Return whether a policy of which no full copy was ever made is shown to the public with contacts being updated:
    it must be public, or is expected to be. Staff are given such a copy of every policy.
    """
    entry = find_entry(catalogue_slug or "")
    return entry is not None and entry.publish in (Publication.MUST, Publication.EXPECTED)


def _publication(standing: PolicyStanding) -> Publication | None:
    entry = find_entry(standing.catalogue_slug or "")
    return entry.publish if entry is not None else None
