"""What the sheet in front of a PDF says of its pages: who and what stands there that is no longer right, and where.

The pages themselves stay as they are. ``regenerate`` asks for the notes; ``front_sheet`` sets them.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.model import Contact, Directory, ReplacementKind
from pipeline.named.holders import role_words
from pipeline.named.names.likeness import SHORTENED, same_person
from pipeline.places import Place, PlaceKind, called
from pipeline.plan.header import HeaderFacts
from pipeline.plan.values import Left, ReplacementPlan, Unknown
from pipeline.reasons.reason import because
from pipeline.text.passages import Passage
from pipeline.wording import say_list


@dataclass(frozen=True, slots=True)
class PageReading:
    """What the pages of a PDF say and who is named there."""

    passages: Sequence[Passage]
    stated: Sequence[Contact]
    """Whom it names in roles, as it was read."""
    directory: Directory
    header: HeaderFacts | None = None


def left_in_the_original(plan: ReplacementPlan) -> ReplacementPlan:
    """Return a plan that says what a front sheet does: nothing in the pages changed, each place is listed.

    It stays held where nobody holds a role in which the pages name somebody: the sheet has no better name to give.
    """
    stays = [
        Left(each.where, each.before, because("stays-on-the-pages", after=each.after))
        for each in plan.replacements
        if each.kind is not ReplacementKind.PRONOUN
    ]
    held = [Left(called("the whole document"), "", because("held-for", holds=plan.holds))] if plan.holds else []
    return replace(plan, replacements=(), left=(*plan.left, *stays, *held), holds=plan.vacant)


def page_notes(reading: PageReading, plan: ReplacementPlan, unknown: Sequence[Unknown] = ()) -> tuple[str, ...]:
    """Return a sentence for each person and detail that is no longer right, with the pages; empty where all is.

    ``plan`` is what would have to change in the pages; ``unknown`` who and what stands there with a role and is nobody
    in the school's contacts. Only roles that somebody holds today are told: the sheet gives nobody else's name.
    """
    pages: dict[tuple[str, str], list[Place]] = {}
    for each in plan.replacements:
        if each.kind not in (ReplacementKind.PRONOUN, ReplacementKind.LINK):
            said = f"{each.before} ({role_words(each.role)})"
            pages.setdefault((said, f"it is now {each.after}"), []).append(each.where)
    for one in unknown:
        if holders := reading.directory.of(one.role):
            now = say_list([f"{each.title} {each.name}".strip() for each in holders])
            pages.setdefault(_say_unknown(one, now), []).extend(_places(one, reading, plan))
    for change in reading.header.changes if reading.header is not None else ():
        if change.field == "version":
            pages.setdefault((f"version {change.text}", f"this is version {change.after}"), []).append(change.where)
    return tuple(f"{_say_pages(places, said)}; {now}." for (said, now), places in pages.items())


def _say_unknown(one: Unknown, now: str) -> tuple[str, str]:
    role = role_words(one.role)
    if one.kind is not ReplacementKind.NAME:
        return f"{one.value} ({role})", "use the number and address above"
    if not one.holds:
        return f"{one.value} near “{role}”", f"that is {now} today"
    return f"{one.value} ({role})", f"it is now {now}"


def _places(one: Unknown, reading: PageReading, plan: ReplacementPlan) -> Iterator[Place]:
    """Yield where somebody unknown stands: everywhere, if the document names them in this role alone.

    Where they stand as a signature, author or the like they are right, and with other roles the place alone tells.
    """
    yield one.where
    if one.kind is not ReplacementKind.NAME:
        return
    elsewhere = [each.name for each in reading.stated if each.role != one.role and each.name]
    if any(same_person(name, one.value, SHORTENED) for name in elsewhere):
        return
    on_purpose = {each.where for each in plan.left_on_purpose}
    pattern = re.compile(rf"(?<!\w){re.escape(one.value)}(?!\w)", re.IGNORECASE)
    for passage in reading.passages:
        if passage.where not in on_purpose and pattern.search(passage.text):
            yield passage.where


def _say_pages(places: Sequence[Place], said: str) -> str:
    numbers = sorted({page for place in places if (page := place.number_of(PlaceKind.PAGE)) is not None})
    if not numbers:
        place = str(places[0])
        return f"{place[:1].upper()}{place[1:]} says {said}"
    if len(numbers) == 1:
        return f"Page {numbers[0]} says {said}"
    return f"Pages {say_list([str(number) for number in numbers])} say {said}"
