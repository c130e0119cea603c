"""A list of people that is gone, empty or cannot be read, and which letters wait for it.

Nobody who left since then is known to have left. So what asks or reminds the people of such a list waits until the list
is back, or the office says that it is meant; all else goes on by the last good list, less the leavers it knew. The run
notes it (``lists.several_lists``); ``letters.plan`` leaves out what is of ``WAITING_KINDS``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from pipeline.config import Config
from pipeline.errors import UsageError
from pipeline.model.mail import MailKind
from pipeline.people.lists.staff_list import ListFault
from pipeline.register.decision import Decision
from pipeline.register.people.persons import PersonRow
from pipeline.register.state_history import SETTINGS, keep_states, last_states
from pipeline.register.transaction import Transaction
from pipeline.wording import say_day

_KIND = "list-faults"
WAITING_KINDS = frozenset({MailKind.READING, MailKind.REMINDER, MailKind.NOTICE, MailKind.DECLARATION})
"""What waits for those of ``waiting_for_lists`` until their list is back. Packs on joining,
notices of contacts, receipts, sign-in links and answers do not."""


@dataclass(frozen=True, slots=True)
class FaultyList:
    """A list that had people and tells nothing any more."""

    name: str
    fault: ListFault
    since: date
    """The first day on which it was so."""
    is_meant: bool = False
    """The office said that it is so on purpose; nothing waits for it any more."""


def name_of_list(config: Config, name: str) -> str:
    """Return what a list is called beside the staff list, which is called nothing."""
    return "" if name == config.people_lists[0].name else name


def note_faults(
    tx: Transaction, school: str, found: Mapping[str, ListFault | None], today: date, now: datetime, *, actor: str
) -> tuple[FaultyList, ...]:
    """Keep what is wrong with each list, by its name, since when, and return those of which anything is.

    ``found`` has the lists that people are here by. One that is wrong in another way than before is asked about afresh.
    """
    before = {one.name: one for one in list_faults(tx, school)}
    lists = [FaultyList(name, fault, today) for name, fault in found.items() if fault is not None]
    lists = [was if (was := before.get(one.name)) and was.fault is one.fault else one for one in lists]
    if lists or before:
        _keep(tx, school, lists, actor, now)
    return tuple(lists)


def list_faults(tx: Transaction, school: str) -> tuple[FaultyList, ...]:
    """Return the lists that the last run found to tell nothing, those that are meant to be so included."""
    kept = last_states(tx, school, _KIND).get(SETTINGS, {}).get("lists", {})
    return tuple(
        FaultyList(name, ListFault(one["fault"]), date.fromisoformat(one["since"]), one["meant"])
        for name, one in kept.items()
    )


def _keep(tx: Transaction, school: str, lists: Iterable[FaultyList], actor: str, now: datetime) -> None:
    state = {
        one.name: {"fault": one.fault.value, "since": one.since.isoformat(), "meant": one.is_meant} for one in lists
    }
    keep_states(tx, school, _KIND, {SETTINGS: {"lists": state}}, actor=actor, now=now)


def say_it_is_meant(decision: Decision, name: str) -> FaultyList:
    """Record that a list is gone, empty or unreadable on purpose: what waits for it goes by the last good one.

    Raises:
        UsageError: nothing waits for that list.
    """
    lists = list_faults(decision.tx, decision.school)
    one = next((each for each in lists if each.name == name and not each.is_meant), None)
    if one is None:
        raise UsageError(f"Nothing waits for the list “{name}”.")
    meant = FaultyList(one.name, one.fault, one.since, is_meant=True)
    _keep(
        decision.tx, decision.school, (meant if each is one else each for each in lists), decision.actor, decision.now
    )
    decision.record(
        "list-fault-meant", {"fault": one.fault.value, "since": one.since.isoformat()}, words={"list": name}
    )
    return meant


def waiting_for_lists(tx: Transaction, school: str, people: Iterable[PersonRow]) -> frozenset[int]:
    """Return, by the register's keys, of whom all lists that they are here by tell nothing, and are not meant to."""
    names = {one.name for one in list_faults(tx, school) if not one.is_meant}
    return frozenset(row.id for row in people if names and all(one.list in names for one in row.engagements))


_WHAT = {
    ListFault.GONE: "is not there",
    ListFault.EMPTY: "names nobody",
    ListFault.UNREADABLE: "cannot be read",
}


def say_short(one: FaultyList, called: str) -> str:
    """Return what is wrong with a list, and nothing else."""
    return f"The {f'list “{called}”' if called else 'staff list'} {_WHAT[one.fault]}"


def say_fault(one: FaultyList, called: str, today: date) -> str:
    """Return what is wrong with a list and what waits for it; ``called`` is its name, empty for the staff list."""
    since = f" since {say_day(one.since)}" if one.since < today else ""
    return (
        f"{say_short(one, called)}{since}, so nobody knows who has left: its people are asked to read nothing "
        "new and reminded of no reading until the list is back, or somebody says that it is meant to be so. Packs on "
        "joining, new safeguarding contacts and reviews of policies go out by the last list."
    )
