"""Who leaves and who follows: by name, by work address, or both as ``Jo Marsh <jo.marsh@example.org>``.

Nobody is guessed: whom a name can mean twice is asked for by address. Who leaves may have left already.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from email.utils import parseaddr

from pipeline.config import Config
from pipeline.errors import UsageError
from pipeline.named.names.likeness import SAME, same_person
from pipeline.people.obligations import has_left
from pipeline.register.people.persons import PersonRow, list_people
from pipeline.register.transaction import Transaction
from pipeline.text.addresses import is_address
from pipeline.wording import say_list


@dataclass(frozen=True, slots=True)
class Party:
    """A person at the school."""

    name: str
    """Empty where only the address is known."""
    address: str
    """The work address, in small letters."""

    @property
    def said(self) -> str:
        """How records and papers name them."""
        return f"{self.name} ({self.address})" if self.name else self.address

    def is_at(self, address: str | None) -> bool:
        """Return whether a work address is theirs."""
        return bool(address) and address is not None and address.casefold() == self.address

    def is_named(self, words: str) -> bool:
        """Return whether words are their name."""
        return bool(self.name) and same_person(words, self.name, SAME)


def find_parties(
    tx: Transaction, school: str, config: Config, leaver: str, successor: str, today: date
) -> tuple[Party, Party]:
    """Return who leaves and who follows.

    Raises:
        UsageError: a person is not known, could be several people, or both are the same; or who follows has left.
    """
    people = list_people(tx, school, today)
    leaves, follows = _find(people, config, leaver, "--from"), _find(people, config, successor, "--to")
    if leaves.address == follows.address or (leaves.name and follows.is_named(leaves.name)):
        raise UsageError(f"{follows.said} cannot follow themself; name somebody else with --to.")
    rows = [row for row in people if follows.is_at(row.person.work_email)]
    if rows and all(has_left(row.person, today) for row in rows):
        raise UsageError(f"{follows.said} has left by the staff list, and can take nothing over.")
    return leaves, follows


def _find(people: tuple[PersonRow, ...], config: Config, typed: str, option: str) -> Party:
    is_address_given = "@" in typed or "<" in typed
    name, address = (part.strip() for part in parseaddr(typed)) if is_address_given else (" ".join(typed.split()), "")
    known = list(_known(people, config))
    if is_address_given:
        if not is_address(address):
            raise UsageError(f"{option}: {typed!r} holds no work address; write it like name@school.sch.uk.")
        names = [one for one, at in known if at == address.casefold() and one]
        return Party(name or (names[0] if names else ""), address.casefold())
    if not name:
        raise UsageError(f"{option}: name somebody, by name or by work address.")
    found = {at: one for one, at in reversed(known) if same_person(one, name, SAME)}
    if len(found) == 1:
        [(at, one)] = found.items()
        return Party(one, at)
    if found:
        raise UsageError(f"{option}: {name} has {say_list(sorted(found))} here; say whom you mean by the address.")
    raise UsageError(
        f'{option}: nobody called {name} is known here with a work address. Give both: "{name} <name@school.sch.uk>".'
    )


def _known(people: tuple[PersonRow, ...], config: Config) -> Iterator[tuple[str, str]]:
    """Yield name and work address, in small letters, of everybody in the lists and the contacts, also who has left."""
    for row in people:
        if row.person.work_email:
            yield row.person.name, row.person.work_email.casefold()
    for entries in (*config.contacts.values(), config.next_contacts, config.former_contacts):
        for entry in entries:
            if entry.email:
                yield entry.name, entry.email.casefold()
