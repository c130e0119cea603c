"""Who is meant by what the office types: a list's id, a work address or a full name. Pure.

Used by the decisions about one person. Nobody is guessed: where several can be meant the sentence names them all.
"""

from collections.abc import Sequence
from datetime import date
from difflib import get_close_matches

from pipeline.errors import UsageError
from pipeline.model.people import BY_HAND
from pipeline.named.names.likeness import COULD_BE, name_key, same_person
from pipeline.people.obligations import has_left
from pipeline.register.people.persons import PersonRow

_MOST = 6
_NEAR = 0.8


def find_if_any(people: Sequence[PersonRow], typed: str, today: date) -> PersonRow | None:
    """Return as ``find_one`` does, and None where nobody is meant. Raises UsageError where several are."""
    wanted = typed.strip()
    for meant in (_by_key(people, wanted), _by_address(people, wanted), _by_name(people, wanted)):
        found = [row for row in meant if not has_left(row.person, today)] or meant
        if len(found) == 1:
            return found[0]
        if found:
            raise UsageError(f"{wanted!r} can be {_say_choice(found)}. Say whom by the id or the work address.")
    return None


def find_one(people: Sequence[PersonRow], typed: str | int, today: date) -> PersonRow:
    """Return the one person whom ``typed`` names: by a list's id for them, else by address, else by their full name.

    Who has left is meant only where nobody who is here can be. A number is the register's key, as pages have it.

    Raises:
        UsageError: nobody is, or several are; the sentence says how to say whom.
    """
    if isinstance(typed, int):
        known = next((row for row in people if row.id == typed), None)
        if known is None:
            raise UsageError("That person is not known any more; nothing was changed.")
        return known
    found = find_if_any(people, typed, today)
    if found is not None:
        return found
    wanted = typed.strip()
    spelt = set(get_close_matches(wanted, [row.person.name for row in people], n=_MOST, cutoff=_NEAR))
    near = [row for row in people if row.person.name in spelt or same_person(row.person.name, wanted, COULD_BE)]
    hint = f" Did you mean {_say_choice(near)}?" if near else " 'policy staff list' shows everybody."
    raise UsageError(f"Nobody has the id, the work address or the full name {wanted!r}.{hint}")


def call(row: PersonRow) -> str:
    """Return a person as they can be told from a namesake: name, id and list."""
    where = ", added by hand" if row.source == BY_HAND else f" in {row.source}"
    return f"{row.person.name} ({row.person.person_id}{where})"


def _say_choice(rows: Sequence[PersonRow]) -> str:
    more = [f"{len(rows) - _MOST} more"] if len(rows) > _MOST else []
    words = [f"{call(row)}, {row.person.role or row.person.kind.value}" for row in rows[:_MOST]] + more
    return words[0] if len(words) == 1 else f"{'; '.join(words[:-1])}; or {words[-1]}"


def _by_key(people: Sequence[PersonRow], wanted: str) -> Sequence[PersonRow]:
    return [row for row in people if wanted.casefold() in {one.key.casefold() for one in row.engagements}]


def _by_address(people: Sequence[PersonRow], wanted: str) -> Sequence[PersonRow]:
    return [row for row in people if (row.person.work_email or "").casefold() == wanted.casefold() != ""]


def _by_name(people: Sequence[PersonRow], wanted: str) -> Sequence[PersonRow]:
    key = name_key(wanted) or wanted.casefold()
    return [row for row in people if (name_key(row.person.name) or row.person.name.casefold()) == key]
