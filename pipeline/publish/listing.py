"""What the page of a site lists, what every school must have first, and by which words each policy is found."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from pipeline.catalogue.duties import list_duties
from pipeline.catalogue.policies import Publication, entry_on
from pipeline.model.pick import pick
from pipeline.model.policies import PolicyStanding, ReviewState
from pipeline.policies.decisions.due_dates import say_review_due
from pipeline.register.policies.copies import CopyRow
from pipeline.wording import say_partial, say_state

POLICIES = "policies"
"""The folder of a site in which the policies lie."""


@dataclass(frozen=True, slots=True)
class SiteEntry:
    """One line of the page."""

    slug: str
    title: str
    address: str | None
    """Of the PDF, relative to the page; None where it is not there."""
    page: str | None
    """Of the web page; None where the policy has none."""
    state: str
    last_review: str | None
    next_review: str | None
    renewing: bool
    """The page says whom to ask, since the copy is no longer right."""
    is_covered: bool
    """It is the copy with covered contacts, while the one with today's waits."""
    place: int | None
    """Among the policies every school must have; None where it is none of them."""
    must_be_online: bool
    other_names: str
    """By which people look for it as well, separated by commas."""


@dataclass(frozen=True, slots=True)
class PolicySection:
    """Policies under one heading."""

    heading: str
    entries: tuple[SiteEntry, ...]


def site_entry(standing: PolicyStanding, names: Sequence[str], copy: CopyRow | None, today: date) -> SiteEntry:
    """Return the line of a policy whose files on the site have these names."""
    addresses = {f".{name.rpartition('.')[2]}": f"{POLICIES}/{name}" for name in names}
    entry = entry_on(standing.catalogue_slug, today)
    return SiteEntry(
        slug=standing.slug,
        title=standing.title,
        address=addresses.get(".pdf"),
        page=standing.address or addresses.get(".html"),
        state=_say_publicly(standing.state),
        last_review=say_partial(standing.last_review),
        next_review=say_review_due(standing) or None,
        renewing=copy is None,
        is_covered=copy is not None and copy.held_reason is not None,
        place=_places().get(entry.slug) if entry is not None else None,
        must_be_online=entry is not None and entry.publish is Publication.MUST,
        other_names=", ".join((entry.name, *entry.aliases)) if entry is not None else "",
    )


def _say_publicly(state: ReviewState) -> str:
    # That no date can be read is for the policy's owner; the page says "not given" beside it.
    return say_state(ReviewState.CURRENT if state is ReviewState.UNDATED else state)


@cache
def _places() -> dict[str, int]:
    at_every_school = (duty for duty in list_duties() if not duty.only)
    return {entry.slug: place for place, duty in enumerate(at_every_school) for entry in duty.entries}


def list_sections(entries: Sequence[SiteEntry]) -> tuple[PolicySection, ...]:
    """Return the entries under their headings: what every school must have in the order of that list, then the rest."""
    required = sorted((each for each in entries if each.place is not None), key=lambda each: each.place or 0)
    others = [each for each in entries if each.place is None]
    sections = (
        PolicySection("Policies every school must have", tuple(required)),
        PolicySection("Other policies", tuple(others)),
    )
    return tuple(each for each in sections if each.entries)


def listing_json(school: str, entries: Sequence[SiteEntry]) -> str:
    """Return what stands in ``policies.json``, for the school's website or VLE to read."""
    policies = [
        pick(each, "slug", "title")
        | {"file": each.address, **pick(each, "page", "last_review", "next_review")}
        | {"every_school": each.place is not None, "must_be_online": each.must_be_online}
        for each in entries
    ]
    return json.dumps({"school": school, "policies": policies}, ensure_ascii=False, indent=1) + "\n"
