"""Who the documents name in which role, held against the directory."""

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.lifecycle.wording import say_list, say_role
from pipeline.model import Contact, Directory, Holder
from pipeline.names.likeness import SHORTENED, same_person
from pipeline.register import policies as rows
from pipeline.register.database import Transaction
from pipeline.register.policies import PolicyRow, VersionRow


@dataclass(frozen=True, slots=True)
class Naming:
    """One document that names somebody, or a number or address, that the directory does not have for the role."""

    slug: str
    title: str
    path: str
    contact: Contact
    """As the document has it."""
    holders: tuple[Holder, ...]
    """Who holds the role today; empty where the configuration has no entry for it."""
    message: str


def list_namings(tx: Transaction, school: str, directory: Directory) -> tuple[Naming, ...]:
    """Return every contact of the texts in force and the drafts that differs from the directory, by title.

    A role without an entry in the directory is listed too: its contact stays as the document says.
    """
    policies = {policy.id: policy for policy in rows.list_policies(tx, school)}
    versions = [*rows.versions_in_force(tx, school).values(), *rows.drafts(tx, school).values()]
    found = [naming for version in versions for naming in _namings(version, policies[version.policy_id], directory)]
    return tuple(sorted(found, key=lambda naming: (naming.title.casefold(), naming.path, naming.contact.role)))


def _namings(version: VersionRow, policy: PolicyRow, directory: Directory) -> Iterator[Naming]:
    for contact in version.facts.contacts:
        holders = directory.of(contact.role)
        message = _difference(contact, holders, vacant=_is_vacant(contact, directory))
        if message is not None:
            yield Naming(policy.slug, policy.title, version.path, contact, holders, message)


def _is_vacant(contact: Contact, directory: Directory) -> bool:
    """Whether somebody is named in a role that nobody holds, and is known not to hold it."""
    former = [holder.name for holder in directory.former if holder.role == contact.role]
    return not directory.of(contact.role) and (
        contact.role in directory.vacant or any(same_person(contact.name, name, SHORTENED) for name in former)
    )


def _difference(contact: Contact, holders: tuple[Holder, ...], *, vacant: bool) -> str | None:
    role = say_role(contact.role)
    if vacant:
        return f"{contact.name or 'somebody'} is named as {role}; nobody is that today."
    if not holders:
        return f"{role} is not in config.toml, so {contact.name or 'the contact'} stays as the document says."
    named = contact.name or ""
    holder = next((holder for holder in holders if not named or same_person(named, holder.name, SHORTENED)), None)
    if holder is None:
        return f"{named} is named as {role}; that is {say_list([holder.name for holder in holders])}."
    if contact.phone and holder.phone and _digits(contact.phone) != _digits(holder.phone):
        return f"{contact.phone} stands beside {holder.name}, whose number is {holder.phone}."
    if contact.email and holder.email and contact.email.casefold() != holder.email.casefold():
        return f"{contact.email} stands beside {holder.name}, whose address is {holder.email}."
    return None


def _digits(phone: str) -> str:
    """Return a number as it is dialled in the United Kingdom."""
    digits = "".join(c for c in phone.replace("(0)", "") if c.isdigit())
    return "0" + digits[2:] if digits.startswith("44") else digits
