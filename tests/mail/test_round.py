"""Steps of several couriers in one transaction: none is lost with another, and nobody gets two letters by it."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.mail.mailings import form_campaign
from pipeline.mail.round import CourierStep, Round, Tried
from pipeline.mail.routes.pace import Pace, RunClock, SendingLimits
from pipeline.mail.routes.patience import Patience
from pipeline.mail.settling import TryOutcome
from pipeline.mail.shelf import Shelf
from pipeline.model.mail import DeliveryState, MailKind
from pipeline.register.mail import deliveries
from tests.mail.world import NOW, SMTP, TODAY, World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path, SMTP + "confirm_above = 0\n")
    yield world
    world.register.close()


def _round(world: World, waiting: list[int]) -> Round:
    clock = RunClock(NOW)
    return Round(
        register=world.register,
        config=world.config,
        today=TODAY,
        clock=clock,
        pace=Pace(SendingLimits(), clock),
        claimed_by="this.run.1.1",
        waiting=list(reversed(waiting)),
        progress=None,
        patience=Patience(),
        shelf=Shelf(world.root / "distribution"),
    )


def _take_together(world: World, run: Round, steps: list[CourierStep]) -> list[Exception | None]:
    """Take steps of which all but the first go into one transaction: they wait in line while it waits to write."""
    errors: list[Exception | None] = [None] * len(steps)

    def take(place: int) -> None:
        try:
            run.take(steps[place])
        except Exception as error:
            errors[place] = error

    threads = [threading.Thread(target=take, args=(place,)) for place in range(len(steps))]
    with world.register.transaction():
        threads[0].start()
        while len(run._line) or not run._turn.locked():
            time.sleep(0.001)
        for thread in threads[1:]:
            thread.start()
        while len(run._line) < len(steps) - 1:
            time.sleep(0.001)
    for thread in threads:
        thread.join(10)
    return errors


def _claimed(world: World, number: int) -> tuple[Round, list[CourierStep]]:
    """Queue and claim so many mails, each by a step of its own."""
    mails = [world.queue(f"p{place}", kind=MailKind.OWNER) or 0 for place in range(number)]
    run = _round(world, mails)
    return run, [run.take(CourierStep()) for _ in mails]


def test_steps_that_come_together_are_one_transaction(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    mails = [world.queue(f"p{number}", kind=MailKind.OWNER) for number in range(5)]
    run = _round(world, [mail for mail in mails if mail])
    begun = []
    transaction = world.register.transaction
    monkeypatch.setattr(world.register, "transaction", lambda: begun.append(1) or transaction())
    steps = [CourierStep() for _ in range(5)]
    assert _take_together(world, run, steps) == [None] * 5
    assert sorted(step.row.id for step in steps if step.row) == mails
    assert world.states() == [DeliveryState.SENDING] * 5
    # That of the test itself, that of the first courier, and one for all the others.
    assert len(begun) == 3


def test_what_cannot_be_recorded_takes_no_other_record_with_it(world: World) -> None:
    run, steps = _claimed(world, 4)
    rows = [step.row for step in steps if step.row]
    words = ["250 taken", "250 taken", "no text: \ud800", "250 taken"]
    tried = [
        CourierStep(Tried(row, TryOutcome(DeliveryState.SENT, said), may_repeat=False))
        for row, said in zip(rows, words, strict=True)
    ]
    errors = _take_together(world, run, tried)
    assert [type(error) for error in errors] == [type(None), type(None), UnicodeEncodeError, type(None)]
    sent, sending = DeliveryState.SENT, DeliveryState.SENDING
    assert world.states() == [sent, sent, sending, sent]
    with world.register.reading() as tx:
        assert len(deliveries.list_deliveries(tx, world.school)) == 3


def test_two_letters_to_one_reader_do_not_go_together(world: World) -> None:
    """Each is of a mailing that was let go, so that either may go today: whichever goes first keeps the other back."""
    world.add_policy("confidentiality")
    person = world.add_person("alex")
    first = world.queue("bea", kind=MailKind.OWNER) or 0
    letters = [
        world.queue("alex", "confidentiality", person=person, key=f"letter-{number}") or 0 for number in range(2)
    ]
    world.configure(SMTP + "confirm_above = 0\n")
    with world.register.transaction() as tx:
        form_campaign(tx, world.school, "smtp", 0, NOW)
    run = _round(world, [first, *letters])
    steps = [CourierStep() for _ in range(3)]
    assert _take_together(world, run, steps) == [None] * 3
    assert [step.row and step.row.id for step in steps].count(None) == 1
    assert world.states().count(DeliveryState.SENDING) == 2
    assert world.message(letters[1]).state is DeliveryState.PENDING


def test_the_rest_of_a_step_does_not_go_once_the_route_rests(world: World) -> None:
    run, steps = _claimed(world, 2)
    later = world.queue("cat", kind=MailKind.OWNER) or 0
    run.waiting.append(later)
    rows = [step.row for step in steps if step.row]
    outcomes = [
        TryOutcome(DeliveryState.DEFERRED, "452 too much mail", pause=True),
        TryOutcome(DeliveryState.SENT, "250"),
    ]
    taken = [CourierStep(Tried(row, outcome, may_repeat=False)) for row, outcome in zip(rows, outcomes, strict=True)]
    first = CourierStep(wants=False)
    assert _take_together(world, run, [first, *taken]) == [None] * 3
    assert [step.row for step in taken] == [None, None]
    assert all(step.is_last for step in taken)
    assert world.states() == [DeliveryState.DEFERRED, DeliveryState.SENT, DeliveryState.PENDING]


def test_a_mail_whose_connection_broke_is_tried_again_by_the_same_courier(world: World) -> None:
    run, [step] = _claimed(world, 1)
    assert step.row is not None
    broke = TryOutcome(DeliveryState.DEFERRED, "it hung up", again=True, is_theirs=False)
    again = run.take(CourierStep(Tried(step.row, broke, may_repeat=True)))
    assert again.row is not None
    assert again.row.id == again.repeats == step.row.id
    assert run.settled == {}
    once_more = run.take(CourierStep(Tried(again.row, broke, may_repeat=False)))
    assert (once_more.row, once_more.is_last) == (None, True)
    assert world.message(step.row.id).state is DeliveryState.DEFERRED


def test_many_needless_mails_leave_room_for_others_to_write(world: World) -> None:
    """A transaction looks at so many mails at most."""
    person = world.add_person("alex", leave_on=TODAY.replace(day=1))
    world.add_policy("confidentiality")
    mails = [
        world.queue("alex", "confidentiality", person=person, key=f"letter-{number}") or 0 for number in range(120)
    ]
    run = _round(world, mails)
    step, taken = CourierStep(), 0
    while not step.is_last:
        step = run.take(CourierStep())
        taken += 1
        assert step.row is None
    assert taken == 3
    assert (run.cancelled, set(world.states())) == (120, {DeliveryState.CANCELLED})
