"""What the owner says of a name or number that a document gives in a role and nobody in the school's contacts has.

``contacts --settle`` and the runs share it. "Right" leaves the words in that text until it, or who holds the role,
changes; "former" works as an entry of ``[[contacts.former]]`` does. Both can be taken back. A person, or a number, is
asked about once, over all documents that have it (``list_unknowns``), and answered role by role (``settle_unknown``).
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from pipeline.config import Config
from pipeline.errors import UsageError
from pipeline.model.contacts import Directory, Holder, StayingLine
from pipeline.named.names.letters import plain_letters
from pipeline.named.names.likeness import COULD_BE, name_key, same_person
from pipeline.reasons.reason import Reason, because
from pipeline.register.actors import read_actor
from pipeline.register.decision import Decision
from pipeline.register.policies import copies
from pipeline.register.policies import policies as rows
from pipeline.register.policies.copies import CopyRow
from pipeline.register.policies.policies import PolicyRow, VersionRow, get_policy
from pipeline.register.policies.settlements import SettledAs, Settlement, add_settlement, add_text, list_settlements
from pipeline.register.transaction import Transaction
from pipeline.wording import say_day, say_list, say_role

NAME = "name"
"""The kind of what is unknown where it is a person's name."""
_EMAIL = "email"
LINE = "line"
"""The kind of a word on one line: ``value`` is the line, and its first holder whose name stays in it."""
_D = TypeVar("_D", bound=Directory)
"""What comes in as a directory that may be shown goes out as one."""


@dataclass(frozen=True, slots=True)
class OpenContact:
    """A name or number of which nobody knows whose it is."""

    policy_id: int
    slug: str
    title: str
    role: str
    kind: str
    """``name``, ``phone`` or ``email``."""
    value: str
    where: str
    words: str
    """What stands around it."""
    holds: bool
    """The policy's copy waits for the answer."""

    @property
    def key(self) -> str:
        """What it is called among those of its policy, in an address."""
        return key_of(self)


@dataclass(frozen=True, slots=True)
class UnknownContact:
    """A person, or a number, that documents give in roles and nobody knows: with every place, so that one word does."""

    places: tuple[OpenContact, ...]
    """At least one; what holds a copy first, then by title."""

    @property
    def value(self) -> str:
        """The name or number as it is given most fully."""
        return max((one.value for one in self.places), key=len)

    @property
    def kind(self) -> str:
        """``name``, ``phone`` or ``email``."""
        return self.places[0].kind

    @property
    def holds(self) -> bool:
        """Whether a copy waits for an answer."""
        return any(one.holds for one in self.places)

    @property
    def titles(self) -> tuple[str, ...]:
        """The policies that give it, each once."""
        return tuple(dict.fromkeys(one.title for one in self.places))

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles in which it is given, each once."""
        return tuple(dict.fromkeys(one.role for one in self.places))

    @property
    def key(self) -> str:
        """What it is called in an address."""
        return hashlib.sha256(repr(_whose(self.places[0])).encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class ContactAnswer:
    """The owner's word on a person or a number, over all documents."""

    key: str
    """Of the ``UnknownContact``."""
    roles: Mapping[str, SettledAs]
    """What each role is to it: held before, or rightly given. A role that is left out stays open."""
    reason: str
    until: date | None = None
    """The last day in the roles that were held before, where it is known."""
    apart: frozenset[str] = frozenset()
    """Short names of policies for which nothing is said of a number."""
    stays: tuple[tuple[str, str], ...] = ()
    """Short name of a policy and a line of it in which the name of a former holder stays all the same."""


@dataclass(frozen=True, slots=True)
class TypedAnswer:
    """The owner's word, as typed."""

    slug: str
    value: str
    answer: SettledAs
    reason: str
    role: str | None = None
    """Where the value stands in several roles."""
    everywhere: bool = False
    """In every policy and not in this one alone; of a person's name it always is."""
    until: date | None = None
    stays: tuple[tuple[str, str], ...] = ()
    """Short name of a policy and a line of it in which the former holder's name stays: an author's, a trainer's."""


# --- what is open ----------------------------------------------------------------------------------------------------


def list_open_contacts(tx: Transaction, school: str, directory: Directory) -> tuple[OpenContact, ...]:
    """Return every name and number that waits for an answer, by title; what holds a copy comes first in each policy.

    ``directory`` is today's. What was answered since the last run is left out.
    """
    said, in_force = list_settlements(tx, school), rows.versions_in_force(tx, school)
    held, current = copies.held_copies(tx, school), copies.current_copies(tx, school)
    found: list[OpenContact] = []
    for policy in sorted(rows.list_policies(tx, school), key=lambda row: (row.title.casefold(), row.slug)):
        version, copy = in_force.get(policy.id), held.get(policy.id) or current.get(policy.id)
        if policy.withdrawn_on is not None or version is None or copy is None or copy.version_id != version.id:
            continue
        found += list_unknown(policy, copy, with_answers(directory, said, policy.id, version.sha256))
    return tuple(found)


def list_unknowns(found: Iterable[OpenContact]) -> tuple[UnknownContact, ...]:
    """Return what is open a person, or a number, at a time: those that hold a copy first, else in the order given.

    Two names are one person's here only where every word of them is the same and the title, if any, does not differ.
    """
    groups: dict[tuple[str, str], list[OpenContact]] = {}
    for one in found:
        groups.setdefault(_whose(one), []).append(one)
    unknowns = [UnknownContact(tuple(sorted(places, key=lambda one: not one.holds))) for places in groups.values()]
    return tuple(sorted(unknowns, key=lambda each: not each.holds))


def _whose(one: OpenContact) -> tuple[str, str]:
    return one.kind, (one.kind == NAME and name_key(one.value)) or _folded(one.kind, one.value)


def list_unknown(policy: PolicyRow, copy: CopyRow, known: Directory) -> list[OpenContact]:
    """Return who and what of one copy waits for an answer, what holds it first; ``known`` has the answers given."""
    mine = [_open(policy.id, policy.slug, policy.title, item) for item in copy.unknown]
    return sorted((one for one in mine if not _is_answered(one, known)), key=lambda one: not one.holds)


def _open(policy_id: int, slug: str, title: str, item: Mapping[str, Any]) -> OpenContact:
    words = {key: str(item[key]) for key in ("role", "kind", "value", "where", "words")}
    return OpenContact(policy_id, slug, title, **words, holds=bool(item["holds"]))


def _is_answered(one: OpenContact, known: Directory) -> bool:
    return any(
        holder.role == one.role and _folded(one.kind, one.value) in _values(one.kind, holder)
        for holder in (*known.settled, *known.former)
    )


def key_of(one: OpenContact | Settlement) -> str:
    """Return what a name or number in a role is called in an address, before it was settled and after."""
    return hashlib.sha256(repr((one.role, one.kind, one.value)).encode()).hexdigest()[:12]


def list_settled(tx: Transaction, school: str, policy_id: int) -> tuple[Settlement, ...]:
    """Return what was said of names and numbers that counts for a policy, of it alone or of every policy."""
    return tuple(_in_effect(list_settlements(tx, school), policy_id))


def _values(kind: str, holder: Holder) -> set[str]:
    value = {NAME: holder.name, _EMAIL: holder.email}.get(kind, holder.phone)
    return {_folded(kind, value)} if value else set()


def waits_for_run(policy: PolicyRow, copy: CopyRow, known: Directory) -> bool:
    """Return whether all that held a copy was answered since, so that the next run makes it.

    ``known`` has the answers given.
    """
    holding = [item for item in copy.unknown if item["holds"]]
    is_all = bool(holding) and len(copy.holds) <= len(holding)
    return is_all and not any(one.holds for one in list_unknown(policy, copy, known))


def why_held(slug: str, copy: CopyRow) -> Reason:
    """Return why a copy is held, and how the owner answers where an answer releases it."""
    holding = [item for item in copy.unknown if item["holds"]]
    if not holding:
        return because("copy-held", holds=copy.holds)
    first = holding[0]
    told = because("who-is-it") if first["kind"] == NAME else because("whose-is-it")
    asked = because("copy-held-for", holds=copy.holds, told=told, slug=slug, value=_typed(first["value"]))
    return because("copy-held-for-several", asked=asked, slug=slug, count=len(holding)) if len(holding) > 1 else asked


def _typed(value: str) -> str:
    return value.replace('"', "'")


# --- what was answered -----------------------------------------------------------------------------------------------


def with_answers(directory: _D, said: Sequence[Settlement], policy_id: int | None = None, sha256: str = "") -> _D:
    """Return a directory with what the owner said of one policy's text, or (without one) of every policy.

    Former holders join ``former``; who is right joins ``settled`` while the text and the holders are those that it was
    said of, and a person holds the role.
    """
    found, right, staying = list(directory.former), list(directory.settled), list(directory.staying)
    for one in _in_effect(said, policy_id):
        holders = [holder.name for holder in directory.of(one.role)]
        if one.kind == LINE:
            staying.append(StayingLine(one.holders[0], one.value))
        elif one.answer is SettledAs.FORMER and one.value not in holders:
            found.append(_holder(one))
        elif one.answer is SettledAs.RIGHT and sha256 in one.texts and holders and tuple(holders) == one.holders:
            right.append(_holder(one))
    former, settled = tuple(dict.fromkeys(found)), tuple(dict.fromkeys(right))
    lines = tuple(dict.fromkeys(staying))
    # One directory for all policies of whose text nothing was said.
    is_same = (former, settled, lines) == (directory.former, directory.settled, directory.staying)
    return directory if is_same else replace(directory, former=former, settled=settled, staying=lines)


def carry_answers(tx: Transaction, school: str, before: VersionRow, after: VersionRow) -> None:
    """Let what was said of names and numbers in one version hold for the next, where its words of them are the same.

    Those are the lines in which the name or number stands: each such line of the new text stood in the one before.
    """
    said = [one for one in _in_effect(list_settlements(tx, school), before.policy_id) if before.sha256 in one.texts]
    if not said or before.sha256 == after.sha256:
        return
    earlier, now = (_lines(rows.load_text(tx, version.id)) for version in (before, after))
    for one in said:
        value = _folded(one.kind, one.value)
        mine = {line for line in now if value in _folded(one.kind, line)}
        if one.answer is SettledAs.RIGHT and mine and mine <= earlier:
            add_text(tx, school, one, after.sha256)


def _lines(text: str) -> set[str]:
    return {" ".join(line.split()) for line in text.splitlines()}


def _in_effect(said: Iterable[Settlement], policy_id: int | None) -> Iterator[Settlement]:
    """Yield the last word on each value that counts for a policy, what was taken back left out."""
    last: dict[tuple[int | None, str, str, str], Settlement] = {}
    for one in said:
        key = (one.policy_id, one.role, one.kind, _folded(one.kind, one.value))
        last.pop(key, None)
        if one.answer is not SettledAs.TAKEN_BACK and one.policy_id in (None, policy_id):
            last[key] = one
    # Of a word on every policy and one on this, the later counts.
    yield from {key[1:]: one for key, one in last.items()}.values()


def _holder(one: Settlement) -> Holder:
    name, phone, email = (one.value if one.kind == kind else None for kind in (NAME, "phone", _EMAIL))
    return Holder(one.role, name or "", "", phone, email)


def _folded(kind: str, value: str) -> str:
    if kind in (NAME, _EMAIL, LINE):
        return " ".join(value.casefold().split())
    return "".join(sign for sign in value if sign.isdigit())


# --- deciding --------------------------------------------------------------------------------------------------------


def settle_contact(decision: Decision, config: Config, given: TypedAnswer, *, today: date) -> Settlement:
    """Record the owner's word on a name or number, or that the word before was recorded in error; return it.

    Raises:
        UsageError: no policy or open question is meant, the reason is missing, the last day is yet to come, nobody
            holds the role, or a person would settle themself into a role.
    """
    policy = get_policy(decision.tx, decision.school, given.slug)
    _check_given(given.reason, given.until, is_former=given.answer is SettledAs.FORMER, today=today)
    directory = config.directory(today)
    one = _meant(decision.tx, decision.school, directory, given, policy.id)
    settled = _settled(decision, one, given.answer, _scope(one, given, policy.id), directory)
    settled = replace(settled, reason=given.reason.strip(), until=given.until)
    _keep(decision, settled, policy.slug, given.stays)
    return settled


def settle_unknown(decision: Decision, config: Config, said: ContactAnswer, *, today: date) -> tuple[Settlement, ...]:
    """Record one word on a person or a number in every document, a record for each role and spelling; return them.

    Raises:
        UsageError: it is answered by now, no role is answered, the reason is missing, the last day is yet to come,
            nobody holds the role, or a person would settle themself into one.
    """
    directory = config.directory(today)
    unknowns = list_unknowns(list_open_contacts(decision.tx, decision.school, directory))
    unknown = next((each for each in unknowns if each.key == said.key), None)
    if unknown is None:
        raise UsageError("It was said meanwhile whose that is. Nothing was kept twice.")
    is_former = SettledAs.FORMER in said.roles.values()
    _check_given(said.reason, said.until, is_former=is_former, today=today)
    meant: dict[tuple[str, str, int | None], OpenContact] = {}
    for one in unknown.places:
        if one.role in said.roles and (one.kind == NAME or one.slug not in said.apart):
            # Who a person is does not differ from text to text; a number may be right in one alone.
            policy_id = one.policy_id if one.kind != NAME and said.apart else None
            meant.setdefault((one.role, one.value, policy_id), one)
    if not meant:
        raise UsageError("Say what it is in one role at least, and in one policy.")
    kept, stays = [], said.stays
    for (role, _, policy_id), one in meant.items():
        settled = _settled(decision, one, said.roles[role], policy_id, directory)
        until = said.until if settled.answer is SettledAs.FORMER and one.kind == NAME else None
        kept.append(replace(settled, reason=said.reason.strip(), until=until))
        _keep(decision, kept[-1], one.slug, stays)
        # A line is of the name: once is enough for all its roles.
        stays = () if settled.answer is SettledAs.FORMER else stays
    return tuple(kept)


def _check_given(reason: str, until: date | None, *, is_former: bool, today: date) -> None:
    if not reason.strip():
        raise UsageError("--reason is needed: a few words on how you know; they are kept with the answer.")
    if until is not None and (not is_former or until > today):
        raise UsageError("--until is the last day of somebody who is former; it cannot be later than today.")


def _settled(
    decision: Decision, one: Settlement | OpenContact, answer: SettledAs, policy_id: int | None, directory: Directory
) -> Settlement:
    """Return what would be kept of an answer, its reason and last day left out. Raises UsageError as decided."""
    if answer is SettledAs.RIGHT:
        _check_right(one, decision.actor, directory)
    in_force = rows.versions_in_force(decision.tx, decision.school)
    return Settlement(
        role=one.role,
        kind=one.kind,
        value=one.value,
        policy_id=policy_id,
        answer=answer,
        reason="",
        decided_by=decision.actor,
        texts=tuple(sorted({version.sha256 for key, version in in_force.items() if policy_id in (None, key)})),
        holders=tuple(holder.name for holder in directory.of(one.role)),
        decided_at=decision.now,
    )


def _keep(decision: Decision, settled: Settlement, slug: str, stays: Sequence[tuple[str, str]]) -> None:
    """Keep an answer, and the lines in which the name of a former holder stays."""
    add_settlement(decision.tx, decision.school, settled)
    _put_in_the_ledger(decision, settled, slug)
    for of, line in stays if settled.answer is SettledAs.FORMER else ():
        _keep_line(decision, settled, of, " ".join(line.split()))


def _keep_line(decision: Decision, settled: Settlement, slug: str, line: str) -> None:
    """Keep that a former holder's name stays in one line of a policy."""
    policy_id = get_policy(decision.tx, decision.school, slug).id
    name = (settled.value,)
    stays = replace(
        settled, kind=LINE, value=line, policy_id=policy_id, answer=SettledAs.RIGHT, holders=name, until=None
    )
    add_settlement(decision.tx, decision.school, stays)
    _put_in_the_ledger(decision, stays, slug)


def _scope(one: Settlement | OpenContact, given: TypedAnswer, policy_id: int) -> int | None:
    """Return for which policy a word counts, None for all: who a person is does not differ from text to text."""
    if isinstance(one, Settlement):
        return one.policy_id
    return None if given.everywhere or one.kind == NAME else policy_id


def _meant(
    tx: Transaction, school: str, directory: Directory, given: TypedAnswer, policy_id: int
) -> Settlement | OpenContact:
    """Return the value that is meant, of what is open or (to be taken back) of what was answered."""
    found: list[Settlement | OpenContact]
    if given.answer is SettledAs.TAKEN_BACK:
        found = list(_in_effect(list_settlements(tx, school), policy_id))
    else:
        found = [one for one in list_open_contacts(tx, school, directory) if one.policy_id == policy_id]
    meant = [one for one in found if _folded(one.kind, one.value) == _folded(one.kind, given.value)]
    meant = [one for one in meant if given.role in (None, one.role)]
    if len(meant) == 1:
        return meant[0]
    if meant:
        roles = say_list([one.role for one in meant])
        raise UsageError(f"{given.value} stands in several roles there ({roles}); say which with --role.")
    told = say_list([f"“{one.value}” ({one.role})" for one in found])
    what = "was answered there" if given.answer is SettledAs.TAKEN_BACK else "waits there for an answer"
    raise UsageError(f"No “{given.value}” {what}: {f'there is {told}' if told else 'there is nothing'}.")


def _check_right(one: Settlement | OpenContact, by: str, directory: Directory) -> None:
    if not directory.of(one.role):
        raise UsageError(
            f"Nobody is {say_role(one.role)} today, so nobody can rightly stand there: name who holds or covers the "
            "role in config.toml first."
        )
    is_own = one.kind == _EMAIL and read_actor(by).account == one.value.casefold()
    if is_own or (one.kind == NAME and _is_own(by, one.value)):
        raise UsageError(
            f"{one.value} cannot settle that they stand rightly in a role; somebody else says so, with "
            '--by "First Last".'
        )


def _is_own(by: str, name: str) -> bool:
    """Whether the one who decides could be the person, by their name or by an account made of it ("nhouse", "n.house").

    ``by`` may end in their address in brackets, as a person who signed in is named.
    """
    words = [part for part in plain_letters(name).replace(".", " ").split() if part]
    made = {words[0] + words[-1], words[0][:1] + words[-1], words[-1] + words[0][:1], words[-1] + words[0], words[-1]}
    who = read_actor(by)
    accounts = {"".join(filter(str.isalpha, plain_letters(each))) for each in (who.name, who.account.partition("@")[0])}
    return same_person(who.name, name, COULD_BE) or not accounts.isdisjoint(made)


def _put_in_the_ledger(decision: Decision, one: Settlement, slug: str) -> None:
    fields = {
        "answer": one.answer.value,
        "kind": one.kind,
        "policy": slug if one.policy_id is not None else None,
        "role": one.role,
        "until": one.until.isoformat() if one.until else None,
    }
    decision.record("contact-settled", fields, words={"value": one.value, "reason": one.reason})


def say_all_settled(kept: Sequence[Settlement], titles: Mapping[int, str]) -> str:
    """Return what was recorded of one person or number, a sentence for each role; ``titles`` by the policy's key."""
    where = {one.policy_id: titles[one.policy_id] for one in kept if one.policy_id is not None}
    said = {say_settled(one, say_list(list(where.values()))): None for one in kept}
    return " ".join(said)


def say_settled(one: Settlement, title: str) -> str:
    """Return what was recorded, in a sentence."""
    where = "every policy" if one.policy_id is None else title
    role = say_role(one.role)
    if one.answer is SettledAs.TAKEN_BACK:
        return (
            f"Noted: what was said of {one.value} ({role}) in {where} was recorded in error. The next run asks again."
        )
    if one.answer is SettledAs.RIGHT:
        lasts = "until that text, or who holds the role, changes"
        return f"Noted: {one.value} stands rightly as {role} in {where}, {lasts}. The next run makes the copy."
    until = f" until {say_day(one.until)}" if one.until else ""
    what = f"was {role}{until}" if one.kind == NAME else f"was a former {role}’s"
    return f"Noted: {one.value} {what}; copies of {where} give today’s. The next run makes them."
