"""A new edition of guidance, to the owners of the policies that rest on it: once for each edition and policy.

So is a new edition of a document that others publish and staff read, to the safeguarding lead: nobody on the staff is
asked to read it again until it is released. Nothing here asks staff for anything.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pipeline.catalogue.editions import find_edition
from pipeline.catalogue.external import find_document
from pipeline.letters.acting import is_address, way_to_act
from pipeline.letters.addressed import Telling, owners_or_default
from pipeline.letters.others_day import OthersDay
from pipeline.letters.parts import LetterPart, Shared, some_titles
from pipeline.mail.composed import Attachment
from pipeline.mail.words import one_line
from pipeline.model.mail import MailKind
from pipeline.model.policies import NewGuidance, PolicyStanding, ReviewState
from pipeline.policies.editions import EDITION_WAITING
from pipeline.register.mail.slots import without_slots
from pipeline.register.mail.told import About, ToldOutcome, ToldRecord, routes_like
from pipeline.wording import say_day, say_list, say_partial


@dataclass(frozen=True, slots=True)
class GuidanceItem:
    """A new edition of something that a policy rests on, to the policy's owner."""

    name: str
    """Of the guidance, or of the document that others publish."""
    edition: str
    """By which it is cited: ``2026``."""
    since: date
    """The first day on which it applies."""
    source: str
    """Where that was seen."""
    standing: PolicyStanding
    stage: str
    """Under which it is noted as told: the edition."""
    act: str
    """The page of the desk, or the command, that does what is to be done."""
    is_release: bool = False
    """It is a document of others, which staff are asked to read again once it is released."""
    falls_to_default: bool = False
    """Whether nobody can be told from what the policy says of its owner."""


def list_guidance_to_tell(day: OthersDay) -> Iterator[Telling]:
    """Yield who is to be told today of which editions."""
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
                yield recipient, GUIDANCE, mine


def guidance_stage(new: NewGuidance) -> str:
    """Return under which stage an edition of guidance is noted as told."""
    return f"{new.guidance} {new.year}"


def _told(day: OthersDay) -> frozenset[tuple[int | None, str | None]]:
    """Return policy and stage of what was told, or is about to be, to anybody by a route like today's."""
    routes = routes_like(day.config.mail.route)
    return frozenset(
        (row.policy_id, row.stage)
        for row in day.told
        if row.about == About.GUIDANCE and row.route in routes and row.outcome != ToldOutcome.CANCELLED
    )


def _items_of(standing: PolicyStanding, day: OthersDay) -> Iterator[GuidanceItem]:
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


# --- as letters have it ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RestingLine:
    """One policy that rests on a new edition."""

    title: str
    last_review: str | None
    """In words; None where none is known."""
    act: str
    is_link: bool
    falls_to_you: bool
    """The letter goes to a person who is not the owner that the policy names."""


@dataclass(frozen=True, slots=True)
class EditionLines:
    """One new edition, with the policies that rest on it."""

    name: str
    edition: str
    since: str
    source: str
    is_release: bool
    policies: tuple[RestingLine, ...]


def edition_lines(items: Sequence[GuidanceItem]) -> list[EditionLines]:
    """Return the lines of each edition once, in the order of ``items``, with its policies by title."""
    found: dict[tuple[str, str], list[GuidanceItem]] = {}
    for item in items:
        found.setdefault((item.name, item.edition), []).append(item)
    return [_of_edition(mine) for mine in found.values()]


def said_of_editions(items: Sequence[GuidanceItem]) -> list[str]:
    """Return the words that a letter must hold if it tells of ``items``."""
    return [words for one in edition_lines(items) for words in (one.name, one.since, *(p.title for p in one.policies))]


def _of_edition(items: Sequence[GuidanceItem]) -> EditionLines:
    first = items[0]
    policies = sorted((_resting(item) for item in items), key=lambda line: line.title.casefold())
    source = one_line(first.source, 200)
    return EditionLines(first.name, first.edition, say_day(first.since), source, first.is_release, tuple(policies))


def _resting(item: GuidanceItem) -> RestingLine:
    title = one_line(without_slots(item.standing.title), 120)
    last = say_partial(item.standing.last_review)
    return RestingLine(title, last, item.act, is_address(item.act), item.falls_to_default)


def _fields(items: Sequence[GuidanceItem], limit: int, carried: Sequence[Attachment]) -> dict[str, object]:
    names = list(dict.fromkeys(f"{item.name} {item.edition}" for item in items))
    return {"editions": edition_lines(items), "edition_names": some_titles(names, limit=limit)}


def _noted(items: Sequence[GuidanceItem], shared: Shared) -> Iterator[ToldRecord]:
    for item in items:
        yield ToldRecord(*shared, None, About.GUIDANCE, item.stage, item.standing.policy_id, due_on=item.since)


GUIDANCE = LetterPart(
    kind=MailKind.GUIDANCE,
    rank=30,
    in_calendar="a new edition of guidance",
    on_desk="new edition, to policy owners",
    about=(About.GUIDANCE,),
    fields=_fields,
    noted=_noted,
    in_report=lambda items: f"a new edition of {say_list(list(dict.fromkeys(item.name for item in items)))}",
    said=said_of_editions,
    must_be_said=True,
    policies=lambda item: (item.standing.policy_id,),
)
