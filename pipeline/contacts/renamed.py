"""Who has another name than before and is the same person: said in the form, or told by the list's own key for them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pipeline.named.names.letters import letters_of
from pipeline.named.names.likeness import COULD_BE, name_key, same_person
from pipeline.named.names.parts import parse_name
from pipeline.register.people.names_before import list_names_before
from pipeline.register.policies.contact_changes import list_contact_changes
from pipeline.register.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Renamed:
    """Every name that was another one's before."""

    before: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By the key of a name (``name_key``), the keys of the same person's other names."""

    def keys_of(self, name: str) -> frozenset[str]:
        """Return the keys of everything that a person is or was called."""
        key = name_key(name)
        return self.before.get(key, frozenset()) | {key}

    def are_one(self, one: str, other: str) -> bool:
        """Return whether two names are one person's: by another spelling, or by what was said."""
        return same_person(one, other, COULD_BE) or bool(self.keys_of(one) & self.keys_of(other))


def list_renamed(tx: Transaction, school: str) -> Renamed:
    """Return who was renamed, as far as the register knows."""
    said = [(typed.name, typed.was) for typed, _ in list_contact_changes(tx, school) if typed.was]
    listed = [
        (name, before)
        for name, others in list_names_before(tx, school).items()
        for before in others
        if _share_a_name(name, before)
    ]
    return Renamed(_joined((name_key(one), name_key(other)) for one, other in (*said, *listed)))


def _share_a_name(one: str, other: str) -> bool:
    """Return whether first name or surname stayed: where both are others, a row of the list was handed on."""
    mine, theirs = parse_name(one), parse_name(other)
    if mine is None or theirs is None:
        return False
    firsts, surnames = (mine.first, theirs.first), (mine.surname, theirs.surname)
    return any(letters_of(a) == letters_of(b) != "" for a, b in (firsts, surnames))


def _joined(pairs: Iterable[tuple[str, str]]) -> Mapping[str, frozenset[str]]:
    """Return each name with all that are joined to it, by however many steps: a person may marry twice."""
    groups: dict[str, set[str]] = {}
    for one, other in pairs:
        if not one or not other:
            continue
        whole = groups.get(one, {one}) | groups.get(other, {other})
        for each in whole:
            groups[each] = whole
    return {name: frozenset(group) for name, group in groups.items()}
