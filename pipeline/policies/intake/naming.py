"""Who the documents name in which role, held against the directory."""

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.model.contacts import Directory, Holder
from pipeline.model.facts import Contact, Facts, Problem
from pipeline.named.names.likeness import SHORTENED, same_person
from pipeline.policies.decisions.contact_answers import NAME, list_unknown, with_answers
from pipeline.reasons.reason import because
from pipeline.register.policies import policies as rows
from pipeline.register.policies.copies import CopyRow
from pipeline.register.policies.policies import PolicyRow, VersionRow
from pipeline.register.policies.settlements import list_settlements
from pipeline.register.transaction import Transaction
from pipeline.text.telephones import parse_phones
from pipeline.wording import say_list, say_role


@dataclass(frozen=True, slots=True)
class UnknownNaming:
    """One document that names a person, or a number or address, that the directory does not have for the role."""

    slug: str
    title: str
    path: str
    contact: Contact
    """As the document has it."""
    holders: tuple[Holder, ...]
    """Who holds the role today; empty where the configuration has no entry for it."""
    message: str


def list_namings(tx: Transaction, school: str, directory: Directory) -> tuple[UnknownNaming, ...]:
    """Return every contact of the texts in force and the drafts that differs from the directory, by title.

    A role without an entry in the directory is listed too: its contact stays as the document says.
    """
    policies = {policy.id: policy for policy in rows.list_policies(tx, school)}
    versions = [*rows.versions_in_force(tx, school).values(), *rows.drafts(tx, school).values()]
    said = list_settlements(tx, school)
    found = [
        naming
        for version in versions
        for naming in _namings(
            version,
            policies[version.policy_id],
            with_answers(directory, said, version.policy_id, version.sha256),
        )
    ]
    return tuple(sorted(found, key=lambda naming: (naming.title.casefold(), naming.path, naming.contact.role)))


def _namings(version: VersionRow, policy: PolicyRow, directory: Directory) -> Iterator[UnknownNaming]:
    for contact in version.facts.contacts:
        holders = directory.of(contact.role)
        if any(
            one.role == contact.role and same_person(one.name, contact.name, SHORTENED) for one in directory.settled
        ):
            continue
        message = _difference(contact, holders, vacant=_is_vacant(contact, directory))
        if message is not None:
            yield UnknownNaming(policy.slug, policy.title, version.path, contact, holders, message)


def _is_vacant(contact: Contact, directory: Directory) -> bool:
    """Whether a person is named in a role that nobody holds, and is known not to hold it."""
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
    if contact.phone and holder.phone and not _digits(contact.phone) & _digits(holder.phone):
        return f"{contact.phone} stands beside {holder.name}, whose number is {holder.phone}."
    if contact.email and holder.email and contact.email.casefold() != holder.email.casefold():
        return f"{contact.email} stands beside {holder.name}, whose address is {holder.email}."
    return None


def _digits(phone: str) -> frozenset[str]:
    """Return the numbers of an entry as they are dialled, extensions left out."""
    return frozenset(each.digits for each in parse_phones(phone))


# --- findings on a policy ---------------------------------------------------------------------------------------------


def contact_problems(facts: Facts, directory: Directory, instead: str) -> list[Problem]:
    """Return a finding for each person in a role that another holds; ``instead`` is what copies say of it."""
    problems = []
    for contact in facts.contacts:
        holders = directory.of(contact.role)
        # A holder who is covered for holds the role again, and of some the owner said so: the document is right.
        named = [name for holder in holders for name in (holder.name, holder.covers) if name]
        named += [one.name for one in directory.settled if one.role == contact.role and one.name]
        if contact.name and holders and not any(same_person(contact.name, name, SHORTENED) for name in named):
            names = say_list([holder.name for holder in holders])
            message = f"It names {contact.name} as {say_role(contact.role)}; that is {names}. {instead}"
            problems.append(Problem("contact-differs", message, role=contact.role, named=contact.name))
    return problems


def unknown_problems(
    policy: PolicyRow, version: VersionRow | None, copy: CopyRow | None, directory: Directory
) -> Iterator[Problem]:
    """Yield a finding for each name that the copy in use keeps beside a role, and for each number or address there.

    Nobody in ``directory``, answers of the owner included, has them. A person who was read as the holder is told by
    ``contact_problems``; numbers are told with roles that a person holds.
    """
    if version is None or copy is None or copy.version_id != version.id:
        return
    stated = [(contact.role, contact.name) for contact in version.facts.contacts]
    for one in list_unknown(policy, copy, directory):
        if one.kind == NAME and not any(
            role == one.role and same_person(name, one.value, SHORTENED) for role, name in stated
        ):
            why = because("name-unread", words=one.value, where=one.where, role=say_role(one.role), slug=policy.slug)
        elif one.kind != NAME and directory.of(one.role):
            why = because("detail-unread", words=one.value, where=one.where, role=say_role(one.role), slug=policy.slug)
        else:
            continue
        yield Problem("contact-unread", why)
