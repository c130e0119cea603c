"""The office decides beside the delivery: somebody has read it, somebody has left, the whole mailing is cancelled.

Each decision is made by the program's own functions in a process of its own, and logged once it is kept: the mails that
must not go from then on, and how each of them stood.
"""

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from multiprocessing.connection import Connection
from pathlib import Path

from sqlalchemy import select

from pipeline.acknowledgements.record import GivenWord, RecordingOutcome, record_within
from pipeline.config import Config
from pipeline.mail.mailings import cancel
from pipeline.model.mail import NOT_GONE, DeliveryState
from pipeline.model.readings import AcknowledgementMethod
from pipeline.people.by_hand import leave
from pipeline.register.deciding import deciding
from pipeline.register.people.persons import find_person
from pipeline.register.readings.requests import list_requests
from pipeline.register.store.database import Register
from pipeline.register.tables.schema import message
from pipeline.register.transaction import Transaction
from tests.soak_mail.filling import SENDS_FROM, open_school
from tests.soak_mail.logs import DECIDED, Log

_ON_THE_WAY = 0.4
"""So often it is about a mail that is being sent, or may have been sent before a kill, where there is one."""
_NOT_SENT = (*NOT_GONE, DeliveryState.SENDING)
_OFFICE = "Ada Office"


class Act(StrEnum):
    """What is decided."""

    READ = "read"
    """Somebody acknowledges what their mail asks for."""
    LEFT = "left"
    CANCEL = "cancel"
    """``policy send --cancel``: nothing more of the mailing goes."""


def work(folder: Path, seed: str, line: Connection) -> None:
    """Do each act that comes over ``line`` until None comes; answer each with whether there was anybody to do it to."""
    config, register = open_school(folder)
    office = Office(config, register, Log(folder / DECIDED), random.Random(f"office/{seed}"))
    with register:
        while (act := line.recv()) is not None:
            line.send(office.do(act))


class Office:
    """Decides, and logs what it decided."""

    def __init__(
        self, config: Config, register: Register, log: Log, chances: random.Random, on_the_way: float = _ON_THE_WAY
    ) -> None:
        self._config, self._register, self._log, self._chances = config, register, log, chances
        self._on_the_way = on_the_way
        self._decided: set[int] = set()

    def do(self, act: Act) -> bool:
        """Decide; return whether there was anybody to decide about."""
        return self._cancel() if act is Act.CANCEL else self._about_one(act)

    def _about_one(self, act: Act) -> bool:
        """Decide about one person whose mail has not gone; how it stands is read in the decision's own transaction."""
        config, school = self._config, self._register.school
        with deciding(self._register, config.root, _OFFICE, SENDS_FROM) as decision:
            since = time.monotonic_ns()
            chosen = self._choose(decision.tx)
            if chosen is None:
                return False
            today = SENDS_FROM.date()
            if act is Act.LEFT:
                row = find_person(decision.tx, school, chosen.person, today)
                assert row is not None
                leave(decision, row.person.person_id, None, today)
            else:
                [asked] = list_requests(decision.tx, school, person=chosen.person, only_open=True)
                page = AcknowledgementMethod.PAGE
                given = GivenWord(chosen.person, asked.policy_id, asked.version_id, page, SENDS_FROM)
                recorded = record_within(decision.tx, school, config, given, today=today, now=SENDS_FROM)
                assert recorded.outcome is RecordingOutcome.RECORDED
        self._log.write(act=act, since=since, messages=[chosen.as_logged()])
        self._decided.add(chosen.id)
        return True

    def _choose(self, tx: Transaction) -> "_Mail | None":
        """Return a mail that has not gone and that nothing was decided of, or None where there is none."""
        mails = [mail for mail in _list_mail(tx, _NOT_SENT) if mail.id not in self._decided]
        moving = [mail for mail in mails if mail.in_doubt or mail.state == DeliveryState.SENDING]
        among = moving if moving and self._chances.random() < self._on_the_way else mails
        return self._chances.choice(among) if among else None

    def _cancel(self) -> bool:
        """Cancel the mailing. What is being sent just now goes on; how all stood is read once it is kept."""
        with self._register.reading() as tx:
            before = {mail.id for mail in _list_mail(tx, _NOT_SENT)}
        cancel(self._register, self._config.root, by=_OFFICE, now=SENDS_FROM)
        since = time.monotonic_ns()
        with self._register.reading() as tx:
            stopped = [mail for mail in _list_mail(tx, (*_NOT_SENT, DeliveryState.CANCELLED)) if mail.id in before]
        self._log.write(act=Act.CANCEL, since=since, messages=[mail.as_logged() for mail in stopped])
        self._decided |= before
        return bool(stopped)


@dataclass(frozen=True, slots=True)
class _Mail:
    """One row of the outbox, as far as the office looks."""

    id: int
    person: int
    message_id: str
    state: str
    in_doubt: bool
    claimed_by: str | None

    def as_logged(self) -> tuple[str, int | None]:
        """Return the Message-ID, and which process was sending it, None where none was."""
        if self.state != DeliveryState.SENDING or self.claimed_by is None:
            return self.message_id, None
        return self.message_id, int(self.claimed_by.split(".")[1])


def _list_mail(tx: Transaction, states: Sequence[DeliveryState]) -> list[_Mail]:
    names = ("id", "person", "message_id", "state", "in_doubt", "claimed_by")
    query = select(*(message.c[name] for name in names)).where(message.c.state.in_([state.value for state in states]))
    return [_Mail(*row) for row in tx.execute(query)]
