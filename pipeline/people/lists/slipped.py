"""Whether the addresses of a list stand beside other people's names: one column of it was sorted alone.

Where people are known already, an address that is another's is kept back person by person. A first list has nobody to
compare with: everybody would be sent a personal page of another's. The office's yes to the list answers it, and
a person who is known as the list has them is not asked about again.
"""

import re
from collections.abc import Iterator, Sequence

from pipeline.model.people import Person
from pipeline.named.names.letters import plain_letters
from pipeline.named.names.likeness import name_key

_FEWEST = 3
"""Of so few a married name may explain it."""


def find_slipped(people: Sequence[Person]) -> tuple[Person, ...]:
    """Return who stands beside the address of another person in the list, by their names; of a few nobody.

    They are half or more of those whose address fits anybody in the list.
    """
    found = [(one, _forms(one), _letters((one.work_email or "").partition("@")[0])) for one in people]
    known = {form for _, forms, _ in found for form in forms}
    own = sum(local in forms for _, forms, local in found)
    others = tuple(one for one, forms, local in found if local not in forms and local in known)
    return others if len(others) >= max(_FEWEST, own) else ()


def ask_whose_addresses(slipped: Sequence[Person], known: Sequence[Person]) -> Iterator[str]:
    """Ask about those of ``slipped`` who are not ``known`` just as the list has them."""
    as_known = {_identity(one) for one in known}
    strange = [one for one in slipped if _identity(one) not in as_known]
    if strange:
        yield (
            f"{len(strange)} of the e-mail addresses are those of other people in the list, by their names: one column "
            "may have been sorted without the others, or have slipped by a row. Everybody would get what is for "
            "somebody else. Export the list again, or put its rows right; if all of them are right as they are, say so "
            "with 'policy staff import FILE --yes'."
        )


def _identity(one: Person) -> tuple[str, str, str]:
    return one.person_id, (one.work_email or "").casefold(), name_key(one.name) or one.name.casefold()


def _forms(person: Person) -> frozenset[str]:
    """Return what stands before the @ of the addresses that schools make of a name, by its letters alone."""
    firsts, lasts = person.first_name.split(), person.last_name.split()
    names = {(_letters(person.first_name), _letters(person.last_name))}
    if firsts and lasts:
        names.add((_letters(firsts[0]), _letters(lasts[-1])))
    return frozenset(
        form
        for first, last in names
        if first and last
        for form in (first + last, last + first, first[0] + last, last + first[0], first + last[0])
    )


def _letters(text: str) -> str:
    return re.sub(r"[^a-z]", "", plain_letters(text))
