"""Policies that contradict each other about who holds a role: part of the ghost hunt."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.model.contacts import Directory
from pipeline.named.names.likeness import SHORTENED, same_person
from pipeline.named.names.parts import parse_name
from pipeline.register.policies.policies import PolicyRow, VersionRow
from pipeline.wording import say_list, say_role

ONE_HOLDER = ("dsl", "headteacher", "chair-of-governors", "safeguarding-governor", "senco")
"""Roles of one person, so that two names contradict each other."""


@dataclass(frozen=True, slots=True)
class NamedBy:
    """One name in a role and the documents that give it."""

    name: str
    slugs: tuple[str, ...]
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Documents in force that disagree about who holds a role."""

    role: str
    names: tuple[NamedBy, ...]
    message: str


def find_contradictions(
    versions: Sequence[VersionRow], policies: Mapping[int, PolicyRow], directory: Directory
) -> tuple[Contradiction, ...]:
    """Return the roles of one person for which ``versions``, those in force, name several.

    Several who all hold the role today, one a site, are no contradiction.
    """
    return tuple(_contradictions(versions, policies, directory))


def _contradictions(
    versions: Sequence[VersionRow], policies: Mapping[int, PolicyRow], directory: Directory
) -> Iterator[Contradiction]:
    by_title = sorted(versions, key=lambda version: policies[version.policy_id].title.casefold())
    for role in ONE_HOLDER:
        stated = [
            (contact.name, policies[version.policy_id])
            for version in by_title
            for contact in version.facts.contacts
            if contact.role == role and contact.name
        ]
        named = _people(stated)
        if len(named) < 2 or len({slug for each in named for slug in each.slugs}) < 2:
            continue
        holders = [holder.name for holder in directory.of(role)]
        if holders and all(any(_is_one_person(each.name, holder) for holder in holders) for each in named):
            continue
        told = say_list([f"{each.name} ({say_list(list(each.titles))})" for each in named])
        yield Contradiction(role, named, f"Policies disagree about who is {say_role(role)}: {told}.")


def _people(stated: Sequence[tuple[str, PolicyRow]]) -> tuple[NamedBy, ...]:
    """Gather the names that can be one person's in the order given; each person is called by their fullest name.

    The fullest come first: "Mrs Hill" of one policy must not join Ann Hill and Tom Hill of two others.
    """
    fullest: list[str] = []
    for name, _ in sorted(stated, key=lambda each: _fullness(each[0]), reverse=True):
        if not any(_is_one_person(name, one) for one in fullest):
            fullest.append(name)
    people: dict[str, dict[str, str]] = {}
    for name, policy in stated:
        whose = next(one for one in fullest if _is_one_person(name, one))
        people.setdefault(whose, {})[policy.slug] = policy.title
    return tuple(NamedBy(name, tuple(where), tuple(where.values())) for name, where in people.items())


def _fullness(name: str) -> int:
    """How much of a name is written: a first name more than an initial, an initial more than a surname alone."""
    parsed = parse_name(name)
    return 0 if parsed is None else 2 * parsed.knows_first + bool(parsed.first)


def _is_one_person(one: str, other: str) -> bool:
    return same_person(one, other, SHORTENED) or one.casefold() == other.casefold()
