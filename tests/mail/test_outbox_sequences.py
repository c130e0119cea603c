"""Whatever happens in whatever order: nothing goes twice in silence, nothing is lost, nothing goes that was settled."""

import tempfile
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from pipeline.errors import DeliveryError, DroppedError, InDoubtError, RouteDownError
from pipeline.mail import mailings
from pipeline.mail.routes.envelope import Envelope
from pipeline.model.mail import DeliveryState
from pipeline.register.tables.people import engagement
from pipeline.register.tables.schema import ledger_record
from tests.mail.world import NOW, SMTP, TODAY, CollectingTransport, World
from tests.registers import open_memory_register

NAMES = ("alex", "bea", "cat")
FAULTS = {
    "temporary": lambda: DeliveryError("451", permanent=False),
    "refused": lambda: DeliveryError("550", permanent=True),
    "quota": lambda: DeliveryError("550 quota", permanent=False, pauses_route=True),
    "dropped": lambda: DroppedError("dropped"),
    "doubt": lambda: InDoubtError("doubt"),
    "down": lambda: RouteDownError("down"),
}
OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("queue"), st.sampled_from(NAMES), st.sampled_from(("a", "b", "c"))),
        st.tuples(st.just("answer"), st.sampled_from(NAMES)),
        st.tuples(st.just("leave"), st.sampled_from(NAMES)),
        st.tuples(st.just("replace")),
        st.tuples(st.sampled_from(("confirm", "pause", "resume", "cancel"))),
        st.tuples(st.just("deliver"), st.lists(st.sampled_from((*FAULTS, "fine")), max_size=4)),
        st.tuples(st.just("crash")),
    ),
    max_size=14,
)


class WatchfulTransport(CollectingTransport):
    """Takes mail as told, and knows what each reader must no longer be sent."""

    def __init__(self, run: "Run") -> None:
        super().__init__()
        self.run = run

    def send(self, envelope: Envelope) -> str | None:
        assert envelope.recipient.partition("@")[0] not in self.run.settled
        assert envelope.row_id not in self.run.dropped
        fault = self.run.faults.pop(0) if self.run.faults else "fine"
        if fault in ("fine", "doubt", "crash"):
            self.run.taken[envelope.message_id] += 1
        if fault == "crash":
            raise KeyboardInterrupt
        if fault != "fine":
            raise FAULTS[fault]()
        return "taken"


class Run:
    """One sequence on one school."""

    def __init__(self, root: Path) -> None:
        register = open_memory_register(school_name="West Park School", time_zone="Europe/London")
        self.world = World(root, SMTP + "confirm_above = 2\nconnections = 1\n", register=register)
        self.world.add_policy("confidentiality")
        self.people = {name: self.world.add_person(name) for name in NAMES}
        self.taken: Counter[str] = Counter()
        self.settled: set[str] = set()
        self.dropped: set[int] = set()
        self.faults: list[str] = []
        self.day = 0
        self.copies = 1

    def queue(self, name: str, key: str) -> None:
        if name not in self.settled:
            self.world.queue(name, "confidentiality", person=self.people[name], key=f"{name}-{key}")

    def answer(self, name: str) -> None:
        self.world.close_requests(self.people[name])
        self.settled.add(name)

    def leave(self, name: str) -> None:
        with self.world.register.transaction() as tx:
            tx.execute(
                update(engagement)
                .where(engagement.c.person == self.people[name])
                .values(leave_on=TODAY - timedelta(days=1))
            )
        self.settled.add(name)

    def replace(self) -> None:
        self.copies += 1
        self.world.make_copy("confidentiality", f"%PDF {self.copies}".encode())
        self.dropped |= self._unsent()

    def cancel(self) -> None:
        self.dropped |= {
            reader.message
            for reader in mailings.cancel(self.world.register, self.world.root, by="the office", now=NOW).readers
        }

    def decide(self, action: str) -> None:
        if action == "confirm":
            self.world.confirm()
            return
        decide = {"pause": mailings.pause, "resume": mailings.resume}[action]
        decide(self.world.register, self.world.root, by="the office", now=NOW)

    def deliver(self, faults: list[str], today: date = TODAY) -> None:
        self.faults = list(faults)
        self.day += 1
        now = NOW + timedelta(days=self.day)
        try:
            self.world.deliver(WatchfulTransport(self), today=today, now=now)
        except KeyboardInterrupt:
            self.day += 1

    def _unsent(self) -> set[int]:
        states = self.world.states()
        waiting = (DeliveryState.PENDING, DeliveryState.DEFERRED)
        return {number for number, state in enumerate(states, start=1) if state in waiting}

    def step(self, operation: tuple[object, ...]) -> None:
        match operation:
            case ("queue", str(name), str(key)):
                self.queue(name, key)
            case ("answer", str(name)):
                self.answer(name)
            case ("leave", str(name)):
                self.leave(name)
            case ("replace",):
                self.replace()
            case ("cancel",):
                self.cancel()
            case ("deliver", list(faults)):
                self.deliver([str(fault) for fault in faults])
            case ("crash",):
                self.deliver(["crash"])
            case (str(action),):
                self.decide(action)

    def finish(self) -> None:
        """Let everything go that may: a reader has one letter a day, and three of them at most."""
        for days in range(1, 4):
            self.deliver([], TODAY + timedelta(days=days))
            self.decide("confirm")
            self.decide("resume")

    def check(self) -> None:
        """Every mail is settled; what went more than once is in the ledger as often."""
        done = {DeliveryState.SENT, DeliveryState.CANCELLED, DeliveryState.BOUNCED}
        assert set(self.world.states()) <= done
        with self.world.register.reading() as tx:
            records = list(tx.scalars(select(ledger_record.c.record)))
        for number in range(1, len(self.world.states()) + 1):
            row = self.world.message(number)
            times = self.taken[row.message_id]
            repeats = sum(row.message_id in record for record in records)
            assert times <= 1 + repeats
            if row.state is DeliveryState.SENT:
                assert times >= 1


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(operations=OPERATIONS)
@example(operations=[("queue", "alex", "a"), ("replace",), ("crash",), ("queue", "alex", "a")])
def test_nothing_goes_twice_and_nothing_is_lost(operations: list[tuple[object, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        run = Run(Path(folder))
        with run.world.register:
            for operation in operations:
                run.step(operation)
            run.finish()
            run.check()
