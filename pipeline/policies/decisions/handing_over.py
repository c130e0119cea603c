"""Everything that one owner looks after goes to another in one decision, as when an owner leaves in July.

Who looks after a policy are words: of the document, or of its owner's later word. ``list_owners`` puts words together
that name the same person; ``hand_over`` overrules them for all those policies, each with the same reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.config import Config
from pipeline.errors import UsageError
from pipeline.policies.decisions.decide import set_facts
from pipeline.policies.effective import effective_facts
from pipeline.policies.owners import (
    OwnerBook,
    Recipient,
    resolve_default_owner,
    resolve_owner,
    say_nobody_reached,
    says_one,
)
from pipeline.register.decision import Decision
from pipeline.register.people.persons import list_people
from pipeline.register.policies import decisions
from pipeline.register.policies import policies as rows
from pipeline.register.transaction import Transaction
from pipeline.wording import say_count, say_list


@dataclass(frozen=True, slots=True)
class OwnedPolicy:
    """One policy and the words that say who looks after it."""

    slug: str
    title: str
    owner: str


@dataclass(frozen=True, slots=True)
class Owner:
    """Who looks after some policies."""

    name: str
    """As most of them say it; empty for policies that name nobody."""
    recipients: tuple[Recipient, ...]
    """Who is told of their reviews; empty where nobody is reached."""
    policies: tuple[OwnedPolicy, ...]
    """By title."""

    @property
    def reached(self) -> str:
        """Who is told of their reviews, in words; empty for nobody."""
        return say_list([f"{one.name} ({one.address})" if one.name else one.address for one in self.recipients])


def list_owners(tx: Transaction, school: str, config: Config, today: date) -> tuple[Owner, ...]:
    """Return who looks after the school's own policies in use, those with most first; nobody, where it is so, last.

    Words that name one and the same person are one owner; words that name several people stay as they are.
    """
    directory = config.directory(today)
    groups: dict[tuple[str, ...], list[OwnedPolicy]] = {}
    reached: dict[tuple[str, ...], tuple[Recipient, ...]] = {}
    for one in _owned(tx, school):
        recipients = resolve_owner(one.owner, directory, config)
        is_one = len(recipients) == 1 and says_one(one.owner)
        key = ("at", recipients[0].address.casefold()) if is_one else ("called", " ".join(one.owner.casefold().split()))
        groups.setdefault(key, []).append(one)
        reached[key] = recipients or resolve_default_owner(directory, config)
    found = [
        Owner(_commonest([one.owner for one in mine]), reached[key], tuple(sorted(mine, key=_by_title)))
        for key, mine in groups.items()
    ]
    return tuple(sorted(found, key=lambda one: (not one.name, -len(one.policies), one.name.casefold())))


def _owned(tx: Transaction, school: str) -> list[OwnedPolicy]:
    in_force, decided = rows.versions_in_force(tx, school), decisions.list_overrides(tx, school)
    found = []
    for policy in rows.list_policies(tx, school):
        version = in_force.get(policy.id)
        if policy.withdrawn_on is None and version is not None and version.edition is None:
            facts = effective_facts(version.facts, decided.get(policy.id, ()))
            found.append(OwnedPolicy(policy.slug, facts.title or policy.title, facts.owner or ""))
    return found


def _commonest(words: Sequence[str]) -> str:
    return max(words, key=lambda each: (words.count(each), each))


def _by_title(one: OwnedPolicy) -> str:
    return one.title.casefold()


def find_owner(tx: Transaction, school: str, config: Config, wanted: str, today: date) -> Owner:
    """Return the owner of this name, by any of the words that policies have for them.

    Raises:
        UsageError: nobody of that name looks after anything; names who does.
    """
    owners = list_owners(tx, school, config, today)
    folded = " ".join(wanted.casefold().split())
    for owner in owners:
        if folded in {" ".join(one.owner.casefold().split()) for one in owner.policies}:
            return owner
    directory = config.directory(today)
    meant = resolve_owner(wanted, directory, config)
    for owner in owners:
        if len(meant) == 1 and says_one(wanted) and owner.name and owner.recipients == meant:
            return owner
    there = say_list([owner.name for owner in owners if owner.name]) or "nobody yet"
    raise UsageError(f"{wanted!r} looks after no policy here. Owners are {there}.")


def check_new_owner(tx: Transaction, school: str, config: Config, owner: Owner, to: str, today: date) -> OwnerBook:
    """Make sure that what ``owner`` looks after can go to the role or person ``to``; return who is known here.

    Raises:
        UsageError: ``to`` is nobody who is known here, or looks after it already.
    """
    staff = tuple(row.person for row in list_people(tx, school, today))
    book = OwnerBook(config, config.directory(today), staff)
    if not book.is_role_or_person(to):
        raise UsageError(
            f"{to!r} is no role or person that is known here. Write a role such as Business Manager, a colleague's "
            "first and last name as in the staff list, or an e-mail address."
        )
    if all(" ".join(one.owner.casefold().split()) == " ".join(to.casefold().split()) for one in owner.policies):
        raise UsageError(f"{to} looks after all of it already, so there is nothing to hand over.")
    return book


def hand_over(decision: Decision, config: Config, wanted: str, to: str, *, reason: str, today: date) -> str:
    """Give every policy that one owner looks after to another, all or none; return that in a sentence or two.

    Raises:
        UsageError: as ``find_owner`` and ``check_new_owner``; or the reason is missing.
    """
    tx, school, to = decision.tx, decision.school, " ".join(to.split())
    if not reason.strip():
        raise UsageError("Say why with --reason; it is kept with the change.")
    owner = find_owner(tx, school, config, wanted, today)
    book = check_new_owner(tx, school, config, owner, to, today)
    for one in owner.policies:
        set_facts(decision, one.slug, [f"owner={to}"], reason=reason, today=today, known=(to,))
    fields = {"policies": len(owner.policies)}
    decision.record("handed-over", fields, words={"from": owner.name, "to": to, "reason": reason.strip()})
    number = say_count(len(owner.policies), "policy", "policies")
    said = f"{number} of {owner.name or 'nobody'} went to {to}: {say_list([one.title for one in owner.policies])}."
    if book.is_reached(to):
        return said
    return f"{said} {say_nobody_reached(to)}"
