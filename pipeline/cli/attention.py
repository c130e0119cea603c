"""What needs the owner, put together for a screen: decisions first, then findings, equal ones told once.

Between ``run`` or the register, which find them, and ``report`` and ``status``, which print them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.acknowledgements.listing import LateReader
from pipeline.catalogue.policies import CatalogueEntry
from pipeline.model.facts import Problem
from pipeline.model.policies import PolicyStanding
from pipeline.policies.decisions.drafts import DRAFT_WAITING
from pipeline.policies.editions import EDITION_WAITING, EditionOffer
from pipeline.policies.questions import list_asked
from pipeline.wording import say_count, say_distance, say_list

if TYPE_CHECKING:
    from pipeline.stages.day import RunReport

WAITING_FOR_A_WORD = (DRAFT_WAITING, EDITION_WAITING)
"""Findings that only the owner's word settles: a report begins with them."""
OFFERS_HEADING = "Documents of others that staff must read"
MISSING_HEADING = "Policies every school must have, not found here"
_MOST_TITLES = 6
_MOST_DRAFTS = 8
MOST_LATE = 10


@dataclass(frozen=True, slots=True)
class PolicyFindings:
    """The findings of several policies."""

    together: tuple[str, ...]
    """A sentence for each finding that several policies share."""
    alone: tuple[tuple[str, str], ...]
    """Title and message of every other."""


def decisions(report: "RunReport") -> list[str]:
    """Return what waits for the owner's word, a line each: changed policies, mail, what is unclear, whom to remind."""
    lines = _draft_lines(report)
    if readers := len(report.campaign.readers):
        waits, them = ("waits", "it") if readers == 1 else ("wait", "them")
        drops = f"'policy send --cancel' drops {them}"
        lines.append(f"{say_count(readers, 'mail')} {waits}: 'policy send --confirm' sends {them}, {drops}.")
    if asked := len(list_asked(report.questions)):
        policies = say_count(len({question.slug for question in report.questions}), "policy", "policies")
        is_, them = ("is", "it") if asked == 1 else ("are", "them")
        lines.append(f"{say_count(asked, 'thing')} {is_} unclear in {policies}: 'policy review' asks about {them}.")
    if untold := len(report.letters.untold):
        reviews = say_count(untold, "review that is", "reviews that are")
        lines.append(
            f"Nobody is told of {reviews} late or near, since nobody is known as owner: name one with 'policy review "
            "owner', or set default_owner under [review] in config.toml."
        )
    return lines


def _draft_lines(report: "RunReport") -> list[str]:
    lines = [
        f"{standing.title}: {problem.message}"
        for standing in report.standings
        for problem in standing.problems
        if problem.code in WAITING_FOR_A_WORD
    ]
    more = len(lines) - _MOST_DRAFTS
    return lines if more <= 0 else [*lines[:_MOST_DRAFTS], f"and {more} more changed policies: 'policy status'"]


def say_offers(offers: Sequence[EditionOffer]) -> list[str]:
    """Return which documents that others publish could be asked of staff and never were."""
    return [f"{offer.document.title}: {offer.message}" for offer in offers if offer.current is None]


def say_missing(missing: Sequence[CatalogueEntry]) -> list[str]:
    """Return in a sentence which policies every school must have are not there; nothing where none is missing."""
    names = say_list([entry.name for entry in missing])
    return [f"{names}. Where one is part of another policy, nothing is missing."] if missing else []


_FIELD_WORDS: Mapping[str, tuple[str, str]] = {
    "owner-missing": ("policies name no owner", "owner"),
    "review-missing": ("policies do not say when they are next due for review", "next_review"),
    "review-blank": ("policies leave the day of their next review blank", "next_review"),
    "approval-blank": ("policies leave the day of their approval blank", "approved_on"),
    "title-missing": ("policies have no title at their top", "title"),
}
"""What several policies lack, and the field that ``policy review FIELD`` settles for all of them."""


def gather_findings(
    standings: Iterable[PolicyStanding],
    choose: Callable[[PolicyStanding], Sequence[Problem]],
    *,
    titles: bool = False,
) -> PolicyFindings:
    """Return the findings that ``choose`` takes of each policy, those that several share told once.

    ``titles`` names the policies in the lines for all of them too.
    """
    found = [(standing, problem) for standing in standings for problem in choose(standing)]
    by_kind: dict[str, list[tuple[PolicyStanding, Problem]]] = defaultdict(list)
    for standing, problem in found:
        by_kind[_kind(problem)].append((standing, problem))
    together, alone = [], []
    for standing, problem in found:
        group = by_kind.pop(_kind(problem), None)
        if group is not None and len({each.slug for each, _ in group}) > 1:
            together.append(_say_together(group, titles=titles))
        elif group is not None:
            by_kind[_kind(problem)] = group
            alone.append((standing.title, problem.message))
    return PolicyFindings(tuple(together), tuple(alone))


def _kind(problem: Problem) -> str:
    """Return what makes two findings equal: their code where one answer settles them, else their very words."""
    shared = problem.code in _FIELD_WORDS or problem.code == "review-late"
    return problem.code if shared else f"{problem.code}: {problem.message}"


def _say_together(group: Sequence[tuple[PolicyStanding, Problem]], *, titles: bool) -> str:
    standings = list({standing.slug: standing for standing, _ in group}.values())
    problem = group[0][1]
    if problem.code == "review-late":
        latest_first = sorted(standings, key=lambda each: (each.days or 0, each.title))
        said = say_some([f"{each.title} ({say_distance(each.days or 0)})" for each in latest_first])
        return f"{len(standings)} policies are late for review and stay in force: {said}."
    if problem.code in _FIELD_WORDS:
        words, field = _FIELD_WORDS[problem.code]
        named = f" ({say_list([each.title for each in standings])})" if titles else ""
        return f"{len(standings)} {words}{named}: 'policy review {field}'"
    return f"{say_some([each.title for each in standings])}: {problem.message}"


def say_some(items: Sequence[str], most: int = _MOST_TITLES) -> str:
    """Return ``a, b and c``, of many the first and how many more there are."""
    if len(items) <= most + 1:
        return say_list(items)
    return say_list([*items[:most], f"{len(items) - most} more"])


def late_lines(late: Sequence[LateReader], most: int = MOST_LATE) -> list[str]:
    """Return who is late with what, a line each, the longest first; of many the first ``most``."""
    lines = [f"{reader.person.person.name}: {_say_late(reader)}" for reader in late[:most]]
    more = len(late) - len(lines)
    return [*lines, f"and {more} more: 'policy acknowledge list --late' names them all"] if more > 0 else lines


def _say_late(reader: LateReader) -> str:
    """Return what a person is late with, the days once where they are the same for all of it."""
    if len({line.days_late for line in reader.lines}) == 1:
        return f"{say_list([line.title for line in reader.lines])} ({say_count(reader.days_late, 'day')} late)"
    return say_list([f"{line.title} ({say_count(line.days_late, 'day')} late)" for line in reader.lines])
