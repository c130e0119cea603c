"""Erasing takes two people: could these two be one, and could one of them be whom it is about? Pure."""

from collections.abc import Sequence, Set
from datetime import date

from pipeline.config import Config
from pipeline.errors import UsageError
from pipeline.named.names.likeness import COULD_BE, name_key, same_person
from pipeline.policies.owners import directory_of_owners, resolve_owner
from pipeline.register.actors import read_actor
from pipeline.register.decision import could_be_one
from pipeline.register.people.persons import PersonRow


def refuse_own(row: PersonRow, actor: str) -> None:
    """Raise UsageError where the one who decides could be the person it is about: nobody erases themself."""
    if _is_person(row, actor):
        raise UsageError(
            f"{actor} could be {row.person.name}, and nobody decides this of themself. Two others of the school do."
        )


def refuse_one(people: Sequence[PersonRow], config: Config, asked: str, agreeing: str, today: date) -> None:
    """Raise UsageError where who agrees could be who asked, by whatever name, address or post each is called."""
    is_one = could_be_one(asked, agreeing) or _who(people, config, asked, today) & _who(people, config, agreeing, today)
    if is_one:
        raise UsageError(
            f"{asked} asked for it, so {agreeing} cannot agree: that could be one person. A second person does, by "
            "their own name."
        )


def _who(people: Sequence[PersonRow], config: Config, actor: str, today: date) -> Set[int | str]:
    """Return whom a name could mean: the register's keys of people, and addresses of those who hold the post."""
    rows = [row for row in people if _is_person(row, actor)]
    who = read_actor(actor)
    addresses = {row.person.work_email or "" for row in rows} | {who.account}
    for words in {who.name, *(row.person.name for row in rows)}:
        addresses |= {one.address for one in resolve_owner(words, directory_of_owners(config, today), config)}
    return {row.id for row in rows} | {address.casefold() for address in addresses if address}


def _is_person(row: PersonRow, actor: str) -> bool:
    """Tell whether the one who decides could be a certain person: by their work address, else by their name."""
    address = (row.person.work_email or "").casefold()
    who = read_actor(actor)
    if address and who.account == address:
        return True
    return name_key(who.name) == name_key(row.person.name) != "" or same_person(who.name, row.person.name, COULD_BE)
