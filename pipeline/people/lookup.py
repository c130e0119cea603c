"""Find whom somebody means who types an id or a name: the one place for commands that take a PERSON."""

from collections.abc import Sequence

from pipeline.errors import UsageError
from pipeline.names.likeness import name_key
from pipeline.register.people import PersonRow


def find_meant(people: Sequence[PersonRow], wanted: str) -> PersonRow | None:
    """Return who of ``people`` has the list's id ``wanted``, else the whole name, capitals set aside; None for nobody.

    Raises:
        UsageError: several do; it names their ids.
    """
    word = wanted.strip().casefold()
    found = [row for row in people if row.person.person_id.casefold() == word]
    if not found and word:
        found = [row for row in people if name_key(row.person.name) == name_key(wanted)]
    if len(found) > 1:
        ids = ", ".join(f"{row.person.name} is {row.person.person_id} in {row.source}" for row in found)
        raise UsageError(f"{wanted!r} means {len(found)} people ({ids}). Give the id of one of them.")
    return found[0] if found else None
