"""The questions asked of a copy when all that changes is planned: what would stay that somebody should look at?

``plan.contacts`` asks them. One finding is told once, by the first question that meets it: those that name the cause
best stand first.
"""

from collections.abc import Callable, Iterator, Sequence

from pipeline.plan.doubts.details_beside import (
    details_of_a_role,
    links_that_name_a_goer,
    links_to_a_goer,
    numbers_of_an_owner,
    remarks,
    unknown_details,
)
from pipeline.plan.doubts.partial_names import (
    broken_names,
    first_names_alone,
    fuller_names,
    names_in_odd_letters,
    names_in_other_forms,
    names_over_cells,
)
from pipeline.plan.doubts.ragged_rows import in_ragged_rows
from pipeline.plan.doubts.remaining import (
    extensions,
    heads_alone,
    initials_in_the_role,
    named_in_the_role,
    names_of_something_else,
    numbers_of_the_school,
    odd_addresses,
    odd_links,
    odd_numbers,
    posts_beside,
)
from pipeline.plan.doubts.run_on_names import run_on_names
from pipeline.plan.doubts.strangers import strangers_in_roles
from pipeline.plan.doubts.told_of_the_person import told_of_the_person
from pipeline.plan.doubts.values import Planned, Stay
from pipeline.text.passages import Stretch

QUESTIONS: tuple[Callable[[Planned], Iterator[Stay]], ...] = (
    # Numbers, addresses and links.
    unknown_details,
    details_of_a_role,
    numbers_of_an_owner,
    odd_numbers,
    odd_addresses,
    links_to_a_goer,
    odd_links,
    links_that_name_a_goer,
    extensions,
    numbers_of_the_school,
    # Names.
    names_in_odd_letters,
    in_ragged_rows,
    named_in_the_role,
    heads_alone,
    run_on_names,
    names_of_something_else,
    names_over_cells,
    broken_names,
    initials_in_the_role,
    strangers_in_roles,
    first_names_alone,
    names_in_other_forms,
    fuller_names,
    # What is said of a person whose name changes.
    told_of_the_person,
    posts_beside,
    remarks,
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
