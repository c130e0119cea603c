"""What the sheet in front of a PDF says of its pages: which of them name a person in a role who holds it no more.

The pages themselves stay as they are. ``regenerate`` asks for the notes; ``front_sheet`` sets them.
"""

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace

from pipeline.model.contacts import Directory, ReplacementKind
from pipeline.model.facts import Contact
from pipeline.named.details.found import belongs_to
from pipeline.named.holders import role_words
from pipeline.named.names.given_names import WrittenSmall, ordinary_words
from pipeline.named.names.likeness import SHORTENED, same_person
from pipeline.named.names.name_words import is_certain
from pipeline.named.names.parts import PersonName, parse_name
from pipeline.named.roles.vocabulary import OF_LEADS
from pipeline.pages.pdf import ROLES_ON_THE_FRONT
from pipeline.places import Place, PlaceKind, called
from pipeline.plan.header import HeaderFacts
from pipeline.plan.values import Left, Replacement, ReplacementPlan
from pipeline.reasons.reason import because
from pipeline.text.passages import Passage
from pipeline.text.telephones import parse_phones
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

    It stays held where nobody holds a role in which the pages name a person: the sheet has no better name to give.
    """
    stays = [
        Left(each.where, each.before, because("stays-on-the-pages", after=each.after))
        for each in plan.replacements
        if each.kind is not ReplacementKind.PRONOUN
    ]
    held = [Left(called("the whole document"), "", because("held-for", holds=plan.holds))] if plan.holds else []
    return replace(plan, replacements=(), left=(*plan.left, *stays, *held), holds=plan.vacant)


def page_notes(reading: PageReading, plan: ReplacementPlan) -> tuple[str, ...]:
    """Return a sentence for each role that the pages give to a person who holds it no more; empty where there is none.

    ``plan`` is what would have to change in the pages. Only what is certain is told: whom the words there give a role
    of the sheet, by a name that can be nothing but a person's, and a number or address that is that person's own.
    Nobody is named, since readers need whom to turn to now. What may be is for the office (``plan.left``).
    """
    small = WrittenSmall("\n".join(each.text for each in reading.passages))
    told = [each for each in plan.replacements if each.kind is ReplacementKind.NAME and each.told]
    certain = [each for each in told if _names_for_certain(each, told, reading, small)]
    pages: dict[tuple[str, str], list[Place]] = {}
    for each in certain:
        pages.setdefault(("names", f"a {_say_role(each.role)}"), []).append(each.where)
    named = {(each.role, _page_of(each.where)) for each in certain}
    for each in plan.replacements:
        if (each.role, _page_of(each.where)) not in named and _is_their_own(each, certain, reading):
            said = f"a number or an address of a {_say_role(each.role)}"
            pages.setdefault(("gives", said), []).append(each.where)
    notes = [f"{_say_pages(places, *said)}: use the details above." for said, places in pages.items()]
    for change in reading.header.changes if reading.header is not None else ():
        if change.field == "version":
            says = _say_pages([change.where], "says", f"version {change.text}")
            notes.append(f"{says}; this is version {change.after}.")
    return tuple(notes)


def _say_role(role: str) -> str:
    return {"dsl": "safeguarding lead", "deputy-dsl": "deputy safeguarding lead"}.get(role) or role_words(role)


def _page_of(place: Place) -> int | None:
    return place.number_of(PlaceKind.PAGE)


def _names_for_certain(
    each: Replacement, told: Sequence[Replacement], reading: PageReading, small: Container[str]
) -> bool:
    """Whether the words give a role of the sheet to a person, and neither role nor person can be another.

    A document that calls one person lead and deputy leaves open which is meant.
    """
    name = parse_name(each.before)
    if name is None or each.role not in ROLES_ON_THE_FRONT:
        return False
    again = [one for one in told if one.role == each.role and same_person(one.before, name, SHORTENED)]
    roles = {one.role for one in reading.stated if same_person(one.name, name, SHORTENED)}
    return _is_a_person(each.before, name, small, often=len(again) > 1) and not roles >= OF_LEADS


def _is_a_person(words: str, name: PersonName, small: Container[str], *, often: bool) -> bool:
    """Whether words can be nothing but a person's name: by a title, a given name, or as they stand in a role ``often``.

    A surname alone behind a title is no sure one where the document writes it small elsewhere.
    """
    if is_certain(words):
        return bool(name.first) or name.surname.casefold() not in small
    plain = [word.casefold() for word in name.full.split()]
    return often and bool(name.first) and not any(word in small or word in ordinary_words() for word in plain)


def _is_their_own(each: Replacement, certain: Sequence[Replacement], reading: PageReading) -> bool:
    """Whether a number or address is that of a person who certainly holds its role no more, and no office's."""
    former = [one for one in reading.directory.former if one.role == each.role]
    if each.kind is ReplacementKind.PHONE:
        theirs = {phone.digits for one in former for phone in parse_phones(one.phone or "")}
        return any(phone.digits in theirs for phone in parse_phones(each.before))
    if each.kind is not ReplacementKind.EMAIL:
        return False
    names = [
        parse_name(one) for one in (*(e.before for e in certain if e.role == each.role), *(e.name for e in former))
    ]
    return any(one is not None and belongs_to(each.before, one.first, one.surname) for one in names)


def _say_pages(places: Sequence[Place], verb: str, said: str) -> str:
    numbers = sorted({page for place in places if (page := _page_of(place)) is not None})
    if not numbers:
        place = str(places[0])
        return f"{place[:1].upper()}{place[1:]} {verb} {said}"
    if len(numbers) == 1:
        return f"Page {numbers[0]} {verb} {said}"
    return f"Pages {say_list([str(number) for number in numbers])} {verb.removesuffix('s')} {said}"
