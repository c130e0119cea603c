"""The questions asked of a copy when all that changes is planned: what would stay that somebody should look at?

``plan.contacts`` asks them. One finding is told once, by the first question that meets it: those that name the cause
best stand first.
"""

from collections.abc import Callable, Iterator, Sequence

from pipeline.plan.doubts import links, names, numbers, parts, said, strangers
from pipeline.plan.doubts.values import Planned, Stay
from pipeline.text.passages import Stretch

QUESTIONS: tuple[Callable[[Planned], Iterator[Stay]], ...] = (
    # Numbers, addresses and links.
    numbers.unknown_details,
    numbers.details_of_a_role,
    numbers.numbers_of_an_owner,
    numbers.odd_numbers,
    numbers.odd_addresses,
    links.links_to_a_goer,
    links.odd_links,
    numbers.extensions,
    numbers.numbers_of_the_school,
    # Names.
    parts.names_in_odd_letters,
    names.in_ragged_rows,
    names.named_in_the_role,
    names.heads_alone,
    names.run_on_names,
    names.names_of_something_else,
    parts.broken_names,
    parts.initials_in_the_role,
    strangers.strangers_in_roles,
    parts.other_forms,
    # What is said of a person whose name changes.
    said.told_of_the_person,
    names.posts_beside,
    said.remarks,
)


def what_stays(planned: Planned) -> Iterator[Stay]:
    """Yield the answer of every question but those at a place that an earlier one told of.

    What holds the copy is left out only where the copy is held for that place already.
    """
    # A link that is told for whom it leads to may name another besides.
    holding = [place for place in planned.details.told if place.link is None]
    listing: list[Stretch] = []
    for question in QUESTIONS:
        stays = [stay for stay in question(planned) if not _is_told(stay, holding, listing)]
        for stay in stays:
            (listing if stay.hold is None else holding).extend(stay.places)
        yield from stays


def _is_told(stay: Stay, holding: Sequence[Stretch], listing: Sequence[Stretch]) -> bool:
    known = holding if stay.hold is not None else (*holding, *listing)
    return any(place.meets(one) for place in stay.places for one in known)
