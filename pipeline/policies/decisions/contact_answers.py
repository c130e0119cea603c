"""What the owner says of a name or number that a document gives in a role and nobody in the school's contacts has.

``contacts --settle`` and the runs share it. "Right" leaves the words in that text until it, or who holds the role,
changes; "former" works as an entry of ``[[contacts.former]]`` does. Both can be taken back.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from pipeline.config import Config
from pipeline.errors import UsageError
from pipeline.model import Directory, Holder, StayingLine
from pipeline.named.names.letters import plain_letters
from pipeline.named.names.likeness import COULD_BE, same_person
from pipeline.policies.decisions.decide import get_policy
from pipeline.reasons.reason import Reason, because
from pipeline.register.actors import read_actor
from pipeline.register.decision import Decision
from pipeline.register.policies import copies
from pipeline.register.policies import policies as rows
from pipeline.register.policies.copies import CopyRow
from pipeline.register.policies.policies import PolicyRow, VersionRow
from pipeline.register.policies.settlements import Answer, Settlement, add_settlement, add_text, list_settlements
from pipeline.register.store.database import Transaction
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
class Given:
    """The owner's word, as typed."""

    slug: str
    value: str
    answer: Answer
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
    said of, and somebody holds the role.
    """
    found, right, staying = list(directory.former), list(directory.settled), list(directory.staying)
    for one in _in_effect(said, policy_id):
        holders = [holder.name for holder in directory.of(one.role)]
        if one.kind == LINE:
            staying.append(StayingLine(one.holders[0], one.value))
        elif one.answer is Answer.FORMER and one.value not in holders:
            found.append(_holder(one))
        elif one.answer is Answer.RIGHT and sha256 in one.texts and holders and tuple(holders) == one.holders:
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
        if one.answer is Answer.RIGHT and mine and mine <= earlier:
            add_text(tx, school, one, after.sha256)


def _lines(text: str) -> set[str]:
    return {" ".join(line.split()) for line in text.splitlines()}


def _in_effect(said: Iterable[Settlement], policy_id: int | None) -> Iterator[Settlement]:
    """Yield the last word on each value that counts for a policy, what was taken back left out."""
    last: dict[tuple[int | None, str, str, str], Settlement] = {}
    for one in said:
        key = (one.policy_id, one.role, one.kind, _folded(one.kind, one.value))
        last.pop(key, None)
        if one.answer is not Answer.TAKEN_BACK and one.policy_id in (None, policy_id):
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


def settle_contact(decision: Decision, config: Config, given: Given, *, today: date) -> Settlement:
    """Record the owner's word on a name or number, or that the word before was recorded in error; return it.

    Raises:
        UsageError: no policy or open question is meant, the reason is missing, the last day is yet to come, nobody
            holds the role, or somebody would settle themself into a role.
    """
    tx, school = decision.tx, decision.school
    policy = get_policy(tx, school, given.slug)
    reason, by = given.reason.strip(), decision.actor
    if not reason:
        raise UsageError("--reason is needed: a few words on how you know; they are kept with the answer.")
    if given.until is not None and (given.answer is not Answer.FORMER or given.until > today):
        raise UsageError("--until is the last day of somebody who is former; it cannot be later than today.")
    directory = config.directory(today)
    one = _meant(tx, school, directory, given, policy.id)
    if given.answer is Answer.RIGHT:
        _check_right(one, by, directory)
    policy_id = _scope(one, given, policy.id)
    in_force = rows.versions_in_force(tx, school)
    texts = {version.sha256 for key, version in in_force.items() if policy_id in (None, key)}
    settled = Settlement(
        role=one.role,
        kind=one.kind,
        value=one.value,
        policy_id=policy_id,
        answer=given.answer,
        reason=reason,
        decided_by=by,
        texts=tuple(sorted(texts)),
        holders=tuple(holder.name for holder in directory.of(one.role)),
        until=given.until,
        decided_at=decision.now,
    )
    add_settlement(tx, school, settled)
    _put_in_the_ledger(decision, settled, policy.slug)
    for slug, line in given.stays if given.answer is Answer.FORMER else ():
        _keep_line(decision, settled, slug, " ".join(line.split()))
    return settled


def _keep_line(decision: Decision, settled: Settlement, slug: str, line: str) -> None:
    """Keep that a former holder's name stays in one line of a policy."""
    policy_id = get_policy(decision.tx, decision.school, slug).id
    name = (settled.value,)
    stays = replace(settled, kind=LINE, value=line, policy_id=policy_id, answer=Answer.RIGHT, holders=name, until=None)
    add_settlement(decision.tx, decision.school, stays)
    _put_in_the_ledger(decision, stays, slug)


def _scope(one: Settlement | OpenContact, given: Given, policy_id: int) -> int | None:
    """Return for which policy a word counts, None for all: who somebody is does not differ from text to text."""
    if isinstance(one, Settlement):
        return one.policy_id
    return None if given.everywhere or one.kind == NAME else policy_id


def _meant(
    tx: Transaction, school: str, directory: Directory, given: Given, policy_id: int
) -> Settlement | OpenContact:
    """Return the value that is meant, of what is open or (to be taken back) of what was answered."""
    found: list[Settlement | OpenContact]
    if given.answer is Answer.TAKEN_BACK:
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
    what = "was answered there" if given.answer is Answer.TAKEN_BACK else "waits there for an answer"
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
    """Whether whoever decides could be the person, by their name or by an account made of it ("nhouse", "n.house").

    ``by`` may end in their address in brackets, as whoever signed in is named.
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


def say_settled(one: Settlement, title: str) -> str:
    """Return what was recorded, in a sentence."""
    where = "every policy" if one.policy_id is None else title
    role = say_role(one.role)
    if one.answer is Answer.TAKEN_BACK:
        return (
            f"Noted: what was said of {one.value} ({role}) in {where} was recorded in error. The next run asks again."
        )
    if one.answer is Answer.RIGHT:
        lasts = "until that text, or who holds the role, changes"
        return f"Noted: {one.value} stands rightly as {role} in {where}, {lasts}. The next run makes the copy."
    until = f" until {say_day(one.until)}" if one.until else ""
    what = f"was {role}{until}" if one.kind == NAME else f"was a former {role}’s"
    return f"Noted: {one.value} {what}; copies of {where} give today’s. The next run makes them."
