"""What staff were last told of the contacts, and every notice of a change: states that are only ever added to.

``contacts.notices`` decides; ``letters`` asks whom a notice goes to. Names stand beside those of the settings, which
are kept the same way.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from pipeline.register.cached_answers import kept
from pipeline.register.decision import Decision
from pipeline.register.state_history import SETTINGS, keep_states, last_states
from pipeline.register.tables.decisions import kept_state
from pipeline.register.transaction import Transaction

_TOLD, _NOTICE = "contacts-told", "contact-notice"


class NoticeState(StrEnum):
    """What has become of a notice."""

    WAITS = "waits"
    """For a word, or for its day."""
    GOES = "goes"
    """To everybody it is for, to who is away once they are back."""
    HEAD = "head"
    """The head tells staff; nobody is mailed."""
    NOBODY = "nobody"
    """Nobody is told, by the settings, by a decision, or since nobody works here."""
    NO_COPIES = "no-copies"
    """Nobody is told, since nobody was sent an older copy by the way mail goes now; the office is told so."""
    TAKEN_BACK = "taken-back"
    """The contacts were as before again, and nobody had been told."""
    FOLLOWED = "followed"
    """Another notice of the same roles came before everybody had this one."""


class Chosen(StrEnum):
    """How it was said when a notice goes."""

    NOTHING = ""
    """Nothing was said: it goes by itself."""
    NOW = "now"
    DAY = "day"
    AT_ONCE = "at-once"
    """By the settings, or since there is nothing to decide."""


class Changed(StrEnum):
    """What of a role is another than staff were told."""

    HOLDER = "holder"
    """Another person holds it."""
    NUMBER = "number"
    """The same holder has another number, which was confirmed."""
    CONFIRMED = "confirmed"
    """The same holder, of whom staff were told with the school office's number; their own is confirmed since."""


@dataclass(frozen=True, slots=True)
class ToldContact:
    """A holder of a role as staff know them: with the numbers that copies give."""

    name: str
    phone: str
    email: str
    unconfirmed: bool = False
    """Their own number was not confirmed when staff were told, so that they were given the school office's, or none."""


ToldContacts = Mapping[str, tuple[ToldContact, ...]]
"""By role; a role that had no holder so far is not among them."""


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One notice as it stands."""

    number: int
    state: NoticeState
    roles: tuple[str, ...]
    change: str
    """A print of who holds the roles: another one is another change, which was not decided on."""
    seen_at: datetime
    """When the change was first seen, in UTC."""
    seen_on: date
    """The local day of that."""
    goes_on: date
    """The day that was chosen, else the one on which it goes by itself; once it goes, the day on which it went."""
    chosen: Chosen = Chosen.NOTHING
    people: frozenset[int] = frozenset()
    """Whom it is for, by the register's key; empty while it waits."""
    before: tuple[tuple[str, tuple[ToldContact, ...]], ...] = ()
    """What staff knew of its roles before it went, also of those that a later notice took over: they know that again
    where it is taken back in time."""
    how: Mapping[str, Changed] = field(default_factory=dict)
    """What is another of each role; of a role that is not among them, its holder."""
    since: date | None = None
    """The day from which the oldest of its changes counts; None of a notice noted before this was kept: when seen."""

    def counts_from(self, day: date) -> bool:
        """Return whether all of it became true on a day."""
        return day == (self.since or self.seen_on)

    @property
    def changes(self) -> dict[str, Changed]:
        """What is another of each of its roles."""
        return {role: self.how.get(role, Changed.HOLDER) for role in self.roles}


def find_told(tx: Transaction, school: str) -> ToldContacts | None:
    """Return what staff were last told of the contacts; None before the first run noted it."""
    found = last_states(tx, school, _TOLD).get(SETTINGS)
    return None if found is None else {role: _read(contacts) for role, contacts in found["roles"].items()}


def keep_told(decision: Decision, told: ToldContacts) -> None:
    """Note what staff know of the contacts from now on."""
    _keep(decision, _TOLD, SETTINGS, {"roles": {role: _written(told[role]) for role in sorted(told)}})


def list_notices(tx: Transaction, school: str) -> tuple[NoticeRow, ...]:
    """Return every notice as it stands, oldest first."""
    return kept(tx, ("contact notices", school), (kept_state.name,), lambda: _notices(tx, school))


def find_waiting(tx: Transaction, school: str) -> NoticeRow | None:
    """Return the notice that waits for a word or its day; None where none does."""
    return next((one for one in list_notices(tx, school) if one.state is NoticeState.WAITS), None)


def keep_notice(decision: Decision, row: NoticeRow) -> NoticeRow:
    """Note how a notice stands from now on, and return it."""
    state = {
        "state": row.state.value,
        "roles": list(row.roles),
        "change": row.change,
        "seen_at": row.seen_at.isoformat(),
        "seen_on": row.seen_on.isoformat(),
        "goes_on": row.goes_on.isoformat(),
        "chosen": row.chosen.value,
        "people": sorted(row.people),
        "before": {role: _written(contacts) for role, contacts in row.before},
        "since": row.since.isoformat() if row.since else None,
        "how": {role: changed.value for role, changed in row.how.items()},
    }
    _keep(decision, _NOTICE, row.number, state)
    return row


def _keep(decision: Decision, kind: str, subject: int, state: Mapping[str, Any]) -> None:
    keep_states(decision.tx, decision.school, kind, {subject: state}, actor=decision.actor, now=decision.now)


def _notices(tx: Transaction, school: str) -> tuple[NoticeRow, ...]:
    states = last_states(tx, school, _NOTICE)
    return tuple(_notice(number, states[number]) for number in sorted(states))


def _notice(number: int, state: Mapping[str, Any]) -> NoticeRow:
    return NoticeRow(
        number=number,
        state=NoticeState(state["state"]),
        roles=tuple(state["roles"]),
        change=state["change"],
        seen_at=datetime.fromisoformat(state["seen_at"]),
        seen_on=date.fromisoformat(state["seen_on"]),
        goes_on=date.fromisoformat(state["goes_on"]),
        chosen=Chosen(state["chosen"]),
        people=frozenset(state["people"]),
        before=tuple((role, _read(contacts)) for role, contacts in state["before"].items()),
        since=date.fromisoformat(state["since"]) if state.get("since") else None,
        how={role: Changed(changed) for role, changed in state.get("how", {}).items()},
    )


def _written(contacts: tuple[ToldContact, ...]) -> list[list[str | bool]]:
    return [[one.name, one.phone, one.email, *([True] if one.unconfirmed else [])] for one in contacts]


def _read(contacts: list[list[Any]]) -> tuple[ToldContact, ...]:
    return tuple(ToldContact(*one) for one in contacts)
