"""What people on the lists were called before, where a list's own key says that they are the same people."""

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import select

from pipeline.register.cached_answers import kept
from pipeline.register.tables.people import engagement, person, person_state
from pipeline.register.transaction import Transaction


def list_names_before(tx: Transaction, school: str) -> Mapping[str, frozenset[str]]:
    """Return, by the full name of today, every other name that the register had of the same person.

    Of people alone whom a list knows by a key of its own: an address as a key is handed on with a post.
    """
    return kept(
        tx, ("names before", school), (person.name, person_state.name, engagement.name), lambda: _ask(tx, school)
    )


def _ask(tx: Transaction, school: str) -> Mapping[str, frozenset[str]]:
    has_key = (
        select(engagement.c.id)
        .where(engagement.c.person == person.c.id, engagement.c.key.not_like("%@%"))
        .correlate(person)
        .exists()
    )
    names = person.c.first_name, person.c.last_name, person_state.c.first_name, person_state.c.last_name
    query = (
        select(*names)
        .join(person_state, person_state.c.person == person.c.id)
        .where(person.c.school == school, has_key)
        .where((names[0] != names[2]) | (names[1] != names[3]))
        .distinct()
    )
    found: dict[str, set[str]] = defaultdict(set)
    for first, last, first_before, last_before in tx.execute(query).all():
        found[f"{first} {last}".strip()].add(f"{first_before} {last_before}".strip())
    return {name: frozenset(before) for name, before in found.items()}
