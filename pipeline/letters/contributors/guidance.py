"""A new edition of guidance, to the owners of the policies that rest on it: once for each edition and policy.

So is a new edition of a document that others publish and staff read, to the safeguarding lead: nobody on the staff is
asked to read it again until it is released. Nothing here asks staff for anything.
"""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date

from pipeline.catalogue.editions import find_edition
from pipeline.catalogue.external import find_document
from pipeline.config import Config
from pipeline.dates.calendar import is_mail_day
from pipeline.letters.acting import way_to_act
from pipeline.letters.addressed import Addressed, add_for, owners_or_default
from pipeline.letters.items import GuidanceItem, LetterContents
from pipeline.model.contacts import Directory
from pipeline.model.policies import NewGuidance, PolicyStanding, ReviewState
from pipeline.policies.editions import EDITION_WAITING
from pipeline.register.mail.told import About, ToldOutcome, ToldRow, routes_like


@dataclass(frozen=True, slots=True)
class GuidanceDay:
    """What decides who is told of which edition today."""

    config: Config
    directory: Directory
    standings: Sequence[PolicyStanding]
    told: Sequence[ToldRow]
    """What was told so far."""
    not_here: Set[str]
    """The addresses of those who have left or are away: the default owner is told in their place."""
    today: date


def list_guidance_to_tell(day: GuidanceDay) -> dict[str, Addressed]:
    """Return who is to be told today of which editions, by address in small letters; nobody on a day without mail."""
    addressed: dict[str, Addressed] = {}
    if not is_mail_day(day.today, day.config.calendar.closed):
        return addressed
    told = _told(day)
    for standing in day.standings:
        for item in _items_of(standing, day):
            if (standing.policy_id, item.stage) in told:
                continue
            recipients, is_named = owners_or_default(
                standing.owner, day.directory, day.config, day.not_here, or_lead=item.is_release
            )
            for recipient in recipients:
                mine = replace(item, falls_to_default=not is_named and not item.is_release)
                add_for(addressed, recipient, LetterContents(guidance=(mine,)))
    return addressed


def guidance_stage(new: NewGuidance) -> str:
    """Return under which stage an edition of guidance is noted as told."""
    return f"{new.guidance} {new.year}"


def _told(day: GuidanceDay) -> frozenset[tuple[int | None, str | None]]:
    """Return policy and stage of what was told, or is about to be, to anybody by a route like today's."""
    routes = routes_like(day.config.mail.route)
    return frozenset(
        (row.policy_id, row.stage)
        for row in day.told
        if row.about == About.GUIDANCE and row.route in routes and row.outcome != ToldOutcome.CANCELLED
    )


def _items_of(standing: PolicyStanding, day: GuidanceDay) -> Iterator[GuidanceItem]:
    if standing.state is ReviewState.WITHDRAWN:
        return
    slug = standing.slug
    for new in standing.new_guidance:
        if (found := find_edition(new)) is not None:
            guidance, edition = found
            act = way_to_act(day.config, f"/policies/{slug}", f"policy reaffirm {slug} --on DAY --reason …")
            yield GuidanceItem(
                guidance.name, str(edition.year), edition.since, edition.source, standing, guidance_stage(new), act
            )
    document = find_document(slug) if any(one.code == EDITION_WAITING for one in standing.problems) else None
    waiting = document.in_force(day.today) if document is not None else None
    if document is not None and waiting is not None and waiting.edition != standing.version_label:
        act = way_to_act(day.config, f"/policies/{slug}/issue", f"policy issue {slug}")
        yield GuidanceItem(
            document.title, waiting.edition, waiting.since, waiting.source, standing, f"{slug} {waiting.edition}", act,
            is_release=True,
        )  # fmt: skip
