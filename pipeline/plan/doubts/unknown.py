"""Who of those a copy is held for is nobody in the school's contacts: the owner can say in one step who that is.

``plan.contacts`` asks when everything else is planned; ``policy contacts --settle`` goes through the answers.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from pipeline.model.contacts import Directory, ReplacementKind
from pipeline.named.holders import Standing
from pipeline.named.mentions import Mention
from pipeline.named.names.likeness import SHORTENED, same_person
from pipeline.named.names.parts import PersonName, parse_name
from pipeline.places import called
from pipeline.plan.doubts.values import Planned, Stay, unknown_at
from pipeline.plan.values import Unknown


def unknown_people(planned: Planned, stays: Sequence[Stay]) -> Iterator[Unknown]:
    """Yield whom the document names in a role, nobody in the school's contacts is, and the copy is held for.

    Names that no reading took for one stand in ``stays`` with a value of their own and are left out here.
    """
    held = [place for stay in stays if stay.hold is not None and stay.unknown is None for place in stay.places]
    for standing in planned.standings:
        if not standing.stated or standing.vacant or standing.stays or _is_known(standing, planned.directory):
            continue
        mine = [each for each in planned.mentions if same_person(each.person.name, standing.name, SHORTENED)]
        if standing.trouble is not None:
            yield _told(planned, standing, mine)
            continue
        waits = [each for each in mine if _waits(each, standing) or any(each.place.meets(one) for one in held)]
        changes = any(each.changes and each.standing and each.standing.role == standing.role for each in mine)
        if waits or not changes:
            yield _told(planned, standing, waits or mine)


def _waits(mention: Mention, standing: Standing) -> bool:
    own = mention.standing is not None and mention.standing.role == standing.role
    return own and mention.unsure is not None and mention.on_purpose is None


def _is_known(standing: Standing, directory: Directory) -> bool:
    if standing.name is None:
        return False
    people = (parse_name(one.name) for one in (*directory.holders, *directory.former))
    return any(same_person(name, standing.name, SHORTENED) for name in people)


def _told(planned: Planned, standing: Standing, mentions: Sequence[Mention]) -> Unknown:
    if standing.name is None:
        kind = ReplacementKind.PHONE if standing.phones else ReplacementKind.EMAIL
        value = standing.phones[0].digits if standing.phones else "".join(standing.emails[:1])
        return Unknown(standing.role, kind, value, _NOWHERE, value, holds=True)
    if not mentions:
        return Unknown(standing.role, ReplacementKind.NAME, standing.name.full, _NOWHERE, standing.name.full, True)
    found = unknown_at(planned.scene, mentions[0].place, standing.role, holds=True)
    return replace(found, value=_whole(standing.name, mentions))


def _whole(name: PersonName, mentions: Sequence[Mention]) -> str:
    """Return a name in full where the document gives it so anywhere."""
    return max((name.full, *(each.person.name.full for each in mentions)), key=len)


_NOWHERE = called("the document")


def each_once(found: Iterable[Unknown]) -> tuple[Unknown, ...]:
    """Return each name, number or address once a role, the first place of it; what holds the copy before the rest."""
    known: dict[tuple[str, ReplacementKind, str], Unknown] = {}
    for each in sorted(found, key=lambda one: not one.holds):
        known.setdefault((each.role, each.kind, each.value.casefold()), each)
    return tuple(known.values())
