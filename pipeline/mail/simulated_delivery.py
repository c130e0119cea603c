"""Let mail go in a register that is kept in memory: what a delivery does, with nothing built, connected to or sent.

``simulation`` calls it once a day, behind the day's plan. What may go, what is needless and what waits is asked by the
same questions as a delivery asks; what goes is noted as gone, and counts as told from then on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from pipeline.config import Config
from pipeline.errors import DeliveryError
from pipeline.mail.outbox import find_rest, kinds_beside, settle_what_waits
from pipeline.mail.routes.envelope import sender_address, wire_address
from pipeline.mail.routes.pace import limits_of
from pipeline.mail.settling import outcome_of, settle
from pipeline.model.mail import DeliveryState
from pipeline.register.decision import THE_RUN
from pipeline.register.mail import outbox
from pipeline.register.mail.campaigns import CampaignState, change_campaigns, count_people, list_campaigns
from pipeline.register.mail.dispatch import cancel_needless, claim_messages, look_at, note_as_gone
from pipeline.register.mail.outbox import MessageRow
from pipeline.register.store.counter import MailHold, lift_holds, list_holds
from pipeline.register.store.database import Register
from pipeline.register.store.marks import OF_KEYS, HoldReason
from pipeline.register.transaction import Transaction

_AT_ONCE = 400
"""Messages looked at in one question."""
_CLAIMANT = "a look ahead"


@dataclass(frozen=True, slots=True)
class WaitingMailing:
    """A mailing that waits for its owner's word."""

    mailing: int
    people: int


def confirm_all(register: Register, now: datetime) -> tuple[tuple[WaitingMailing, ...], tuple[MailHold, ...]]:
    """Let everything go that waits for a confirmation, in a register kept in memory.

    Return the mailings that waited, and the holds of all mail that were lifted. A mailing that was paused stays so, and
    so does a hold for a key: no confirmation ends those.
    """
    school = register.school
    register.doubt = None
    with register.transaction() as tx:
        held_for = [reason for reason in HoldReason if reason not in OF_KEYS]
        lifted = lift_holds(tx, school, held_for, now, actor=THE_RUN)
        waiting = list_waiting(tx, school)
        change_campaigns(tx, school, tuple(one.mailing for one in waiting), CampaignState.OPEN, now)
    return waiting, lifted


def list_waiting(
    tx: Transaction, school: str, state: CampaignState = CampaignState.WAITING
) -> tuple[WaitingMailing, ...]:
    """Return the mailings that wait for a confirmation, or stand otherwise, the oldest first."""
    rows = list_campaigns(tx, school, state)
    return tuple(WaitingMailing(row.id, count_people(tx, school, (row.id,))) for row in rows)


def let_go(register: Register, config: Config, today: date, now: datetime) -> tuple[MessageRow, ...]:
    """Let everything go that a day's deliveries would send, in a register kept in memory; return it in that order.

    The mail service's limits hold for the day as a whole: what is beyond them waits for the next one.

    Raises:
        ConfigurationError: when the sender has no usable address, as a delivery does.
    """
    school, route = register.school, config.mail.route
    sender_address(config.mail.from_)
    midnight = datetime.combine(today + timedelta(days=1), time(0), tzinfo=config.zone).astimezone(now.tzinfo)
    end = max(now, midnight - timedelta(seconds=1))
    with register.transaction() as tx:
        settle_what_waits(tx, school, config, today, now)
        obstacle = find_rest(tx, school, config, today, end)
        kinds = () if list_holds(tx, school) else kinds_beside(obstacle)
        has_waiting = outbox.has_waiting(tx, school)
        due = list(outbox.list_due(tx, school, route, today, end, kinds=kinds)) if has_waiting else []
        going = _Going(tx, school, config, today, now, end)
        most = _most_in_a_day(config, end - now)
        while due and len(going.gone) < most:
            due = going.take(due, most)
    return tuple(going.gone)


def _most_in_a_day(config: Config, left: timedelta) -> int:
    """Return how many mails the mail service takes in what is left of a day; as good as all where it has no limit."""
    limits, unlimited = limits_of(config.mail), 10**9
    if config.mail.route == "folder":
        return unlimited
    by_minute = limits.per_minute * (1 + int(left / timedelta(minutes=1))) if limits.per_minute else unlimited
    return min(limits.per_day or unlimited, by_minute)


class _Going:
    """What goes on one day."""

    def __init__(self, tx: Transaction, school: str, config: Config, today: date, now: datetime, end: datetime) -> None:
        self._tx, self._school, self._config, self._today, self._now, self._end = tx, school, config, today, now, end
        self._route = config.mail.route
        self._done = DeliveryState.WRITTEN if self._route == "folder" else DeliveryState.SENT
        self.gone: list[MessageRow] = []

    def take(self, due: Sequence[int], most: int) -> list[int]:
        """Let the first of ``due`` go; return the rest.

        Of one reader one goes at a time: whether they have had a letter today is asked again for the next.
        """
        some, rest, readers, going = due[:_AT_ONCE], list(due[_AT_ONCE:]), set[str](), list[MessageRow]()
        again: list[int] = []
        looks = {"route": self._route, "today": self._today, "now": self._end}
        for looked in look_at(self._tx, self._school, some, **looks):  # type: ignore[arg-type]
            reader = looked.row.recipient.casefold()
            if looked.needless is not None:
                cancel_needless(self._tx, self._school, looked, self._now)
            elif looked.may_go and reader in readers:
                again.append(looked.row.id)
            elif looked.may_go:
                readers.add(reader)
                going.append(looked.row)
        going = going[: most - len(self.gone)]
        taken = [row for row in going if self._is_taken(row)]
        note_as_gone(self._tx, self._school, [row.id for row in taken], self._done, self._now)
        self.gone += taken
        return [*again, *rest]

    def _is_taken(self, row: MessageRow) -> bool:
        """Return whether a mail goes; what cannot be addressed comes back at once, as it does in a delivery."""
        try:
            wire_address(row.recipient)
        except DeliveryError as error:
            claim_messages(self._tx, self._school, [row.id], claimed_by=_CLAIMANT, now=self._now)
            outcome, zone = outcome_of(error, row), self._config.zone
            settle(self._tx, self._school, row, outcome, again=False, claimed_by=_CLAIMANT, zone=zone, now=self._now)
            return False
        return True
