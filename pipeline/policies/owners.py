"""Who looks after a policy: from the words a document has for its owner to the people who are told of its review.

Used by ``reminders`` and by ``policy review``, which offers and checks owners.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.config import Config
from pipeline.lifecycle.roles import find_roles
from pipeline.model import Directory, Holder, PolicyStanding, ReviewState
from pipeline.names.likeness import SAME, same_person

_ADDRESS = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_PARTS = re.compile(r"\s*(?:/|,|;|&|\band\b|\bwith\b)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who is told of reviews."""

    address: str
    name: str
    """As they are greeted; empty where only the address is known."""


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


def _resolve(words: str, directory: Directory, config: Config) -> tuple[Recipient, ...]:
    configured = {_folded(role): addresses for role, addresses in config.people.roles.items()}
    spoken = {mention.role for mention in find_roles(words)} | {_folded(words).replace(" ", "-")}
    for holders in (
        [holder for holder in directory.holders if holder.role in spoken],
        [holder for holder in directory.holders if same_person(words, holder.name, SAME)],
    ):
        if known := reachable(holders):
            return known
    if addresses := configured.get(_folded(words)):
        return tuple(_known(address, directory) for address in addresses if address)
    return tuple(_known(address, directory) for address in _ADDRESS.findall(words))


def reachable(holders: Sequence[Holder]) -> tuple[Recipient, ...]:
    """Return those of ``holders`` who have an address."""
    return tuple(dict.fromkeys(Recipient(holder.email, holder.name) for holder in holders if holder.email))


def _known(address: str, directory: Directory) -> Recipient:
    """Return the recipient at an address, by name where the directory has one: two ways to one person are one."""
    same = [holder for holder in directory.holders if (holder.email or "").casefold() == address.casefold()]
    return Recipient(same[0].email or address, same[0].name) if same else Recipient(address, "")


def _folded(words: str) -> str:
    return " ".join(re.sub(r"[^\w]+", " ", words).casefold().split()).removeprefix("the ")


def resolve_default_owner(directory: Directory, config: Config) -> tuple[Recipient, ...]:
    """Return who is told of reviews whose owner nobody can tell; empty where ``[review] default_owner`` is not set."""
    return resolve_owner(config.review.default_owner, directory, config)


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
