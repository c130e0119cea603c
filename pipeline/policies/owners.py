"""Who looks after a policy: from the words a document has for its owner to the people who are told of its review.

Used by ``reminders`` and by ``policy review``, which offers and checks owners.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from pipeline.config import Config
from pipeline.model.contacts import Directory, Holder
from pipeline.model.people import Person
from pipeline.model.policies import PolicyStanding, ReviewState
from pipeline.named.bodies import is_body
from pipeline.named.names.likeness import SAME, same_person
from pipeline.text.addresses import ADDRESS
from pipeline.text.lazily import compiled_lazily
from pipeline.text.phrases import one_of_words
from pipeline.text.rules import words_beside
from pipeline.wording import say_role

_MOST_WORDS = 1024
"""Words for owners that are kept apart from their marks: most policies of a school have one of a few owners."""
_PARTS = compiled_lazily(r"\s*(?:/|,|;|&|\band\b|\bwith\b)\s*", re.IGNORECASE)
_words_of = words_beside(__file__)
"""Returns the words of a kind of ``owners.toml``, which says what each kind is."""
_POST = compiled_lazily(lambda: rf"\b{one_of_words(_words_of('post'))}\b", re.IGNORECASE)
_NOT_OURS = frozenset({"office", "lado", "childrens-social-care"})
"""Roles of people outside the school, who look after none of its policies, and the office, which is nobody."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person who is told of reviews."""

    address: str
    name: str
    """As they are greeted; empty where only the address is known."""


def directory_of_owners(config: Config, today: date) -> Directory:
    """Return who holds which role, to find out to whom a letter goes: nothing of it may be shown in one."""
    return config.directory(today)


def resolve_owner(owner: str | None, directory: Directory, config: Config) -> tuple[Recipient, ...]:
    """Return who looks after a policy that names ``owner``; empty where nobody can be told from it.

    A contact role ("Safeguarding Lead"), else a person of the directory by name, else ``[people.roles]``, else an
    address in the words themselves; "Headteacher and Business Manager" is both.
    """
    if not owner or not owner.strip():
        return ()
    whole = _resolve(owner, directory, config)
    if whole:
        return whole
    parts = [part for part in _PARTS.split(owner) if part and part != owner]
    found = [recipient for part in parts for recipient in _resolve(part, directory, config)]
    return tuple(dict.fromkeys(found))


def says_one(owner: str) -> bool:
    """Return whether words for an owner name one role or person, and not several."""
    return len([part for part in _PARTS.split(owner) if part]) == 1


def _roles_in(words: str) -> set[str]:
    """Return the roles that words for an owner name."""
    from pipeline.named.roles.vocabulary import find_roles

    return {mention.role for mention in find_roles(words)}


def _resolve(words: str, directory: Directory, config: Config) -> tuple[Recipient, ...]:
    configured = {_folded(role): addresses for role, addresses in config.people.roles.items()}
    spoken = _roles_in(words) | {_folded(words).replace(" ", "-")}
    for holders in (
        [holder for holder in directory.holders if holder.role in spoken],
        [holder for holder in directory.holders if same_person(words, holder.name, SAME)],
    ):
        if known := reachable(holders):
            return known
    if addresses := configured.get(_folded(words)):
        return tuple(_known(address, directory) for address in addresses if address)
    return tuple(_known(address, directory) for address in ADDRESS.findall(words))


def reachable(holders: Sequence[Holder]) -> tuple[Recipient, ...]:
    """Return those of ``holders`` who have an address."""
    return tuple(dict.fromkeys(Recipient(holder.email, holder.name) for holder in holders if holder.email))


def _known(address: str, directory: Directory) -> Recipient:
    """Return the recipient at an address, by name where the directory has one: two ways to one person are one."""
    same = [holder for holder in directory.holders if (holder.email or "").casefold() == address.casefold()]
    return Recipient(same[0].email or address, same[0].name) if same else Recipient(address, "")


@lru_cache(maxsize=_MOST_WORDS)
def _folded(words: str) -> str:
    return " ".join(re.sub(r"[^\w]+", " ", words).casefold().split()).removeprefix("the ")


def resolve_default_owner(directory: Directory, config: Config) -> tuple[Recipient, ...]:
    """Return who is told of reviews whose owner nobody can tell; empty where ``[review] default_owner`` is not set."""
    return resolve_owner(config.review.default_owner, directory, config)


def holders_to_see(owner: str | None, shown: Directory, config: Config, *, not_at: str = "") -> tuple[Holder, ...]:
    """Return who is named to a person who wants to speak to the owner of a policy: the owner, else the default owner.

    ``shown`` is who may be named today. The person who has the work address ``not_at`` is left out: nobody is sent to
    themself. Empty where nobody is known.
    """
    for way in (resolve_owner(owner, shown, config), resolve_default_owner(shown, config)):
        addresses = {one.address.casefold() for one in way} - {not_at.casefold()}
        if found := [one for one in shown.holders if (one.email or "").casefold() in addresses]:
            return tuple(dict.fromkeys(found))
    return ()


def list_owned(standings: Sequence[PolicyStanding], config: Config, today: date) -> Mapping[str, tuple[str, ...]]:
    """Return the titles of the policies in use that each owner's address, in small letters, looks after.

    A policy whose owner nobody can tell is looked after by the default owner.
    """
    owned: dict[str, tuple[str, ...]] = {}
    directory = config.directory(today)
    for standing in standings:
        if standing.state is ReviewState.WITHDRAWN:
            continue
        owners = resolve_owner(standing.owner, directory, config) or resolve_default_owner(directory, config)
        for recipient in owners:
            key = recipient.address.casefold()
            owned[key] = (*owned.get(key, ()), standing.title)
    return owned


def say_nobody_reached(owner: str) -> str:
    """Return what to do about an owner whose address nobody knows."""
    return (
        f"Nobody's address is known for {owner}, so no reminder reaches them yet: add it under [people.roles] in "
        "config.toml, or set default_owner under [review]."
    )


@dataclass(frozen=True, slots=True)
class OwnerBook:
    """Who may look after a policy at this school."""

    config: Config
    directory: Directory
    staff: tuple[Person, ...]

    def offered(self) -> tuple[tuple[str, str], ...]:
        """Return the roles of the configuration as they are recorded and as a person reads them, in its order."""
        held = dict.fromkeys(holder.role for holder in self.directory.holders if holder.role not in _NOT_OURS)
        names = {role: ", ".join(one.name for one in self.directory.of(role)) for role in held}
        told = [(say_role(role), f"{say_role(role)} ({names[role]})") for role in held]
        return (*told, *((role, role) for role in self.config.people.roles))

    def is_role_or_person(self, words: str) -> bool:
        """Return whether ``words`` name a role, a post, a body or a person who is known here."""
        if resolve_owner(words, self.directory, self.config) or is_body(words):
            return True
        parts = [part for part in _PARTS.split(words) if part.strip()]
        return bool(parts) and all(self._is_one(part) for part in parts)

    def is_reached(self, words: str) -> bool:
        """Return whether the owner ``words`` name can be told of a review, by themself or by the default owner."""
        return bool(
            resolve_owner(words, self.directory, self.config) or resolve_default_owner(self.directory, self.config)
        )

    def _is_one(self, words: str) -> bool:
        if _roles_in(words) or _POST.search(words) or is_body(words):
            return True
        return any(same_person(words, one.name, SAME) or _folded(words) == _folded(one.role) for one in self.staff)
