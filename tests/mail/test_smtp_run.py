"""Whole runs over yagmail against a server that misbehaves: what is in the register is what the server took."""

import signal
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest

from pipeline.errors import ConfigurationError
from pipeline.mail.outbox import DeliveryReport
from pipeline.mail.routes.patience import Waits
from pipeline.model.mail import DeliveryState
from tests.mail.servers import ScriptedServer, scripted
from tests.mail.test_outbox import repeats
from tests.mail.world import NOW, SMTP, TODAY, World, interrupted, parse


def school(world: World, server: ScriptedServer, more: str = "") -> None:
    world.configure(SMTP + f"port = {server.port}\nconfirm_above = 0\n{more}")


def ids(server: ScriptedServer) -> Counter[str]:
    return Counter(str(parse(content)["Message-ID"]) for content in server.taken)


def test_many_mails_go_over_a_few_kept_connections_each_once(world: World) -> None:
    with scripted() as server:
        school(world, server, "connections = 3\n")
        for number in range(40):
            world.queue(f"p{number}", "confidentiality", person=world.add_person(f"p{number}"))
        report = world.deliver()
    assert report == DeliveryReport(sent=40)
    assert len(server.sessions) == 3
    assert set(ids(server).values()) == {1}
    assert len(ids(server)) == 40


def test_each_fault_concerns_its_own_mail_and_the_ledger_tells_of_every_repeat(world: World) -> None:
    faults = {
        ("rcpt", 1): "550 no such user",
        ("rcpt", 3): "450 greylisted",
        ("mail", 5): "421 closing",
        ("body", 7): "drop",
        ("dot", 9): "drop",
        ("dot", 11): "554 refused",
    }
    with scripted(lambda step, number: faults.get((step, number))) as server:
        school(world, server, "connections = 1\n")
        for number in range(12):
            world.queue(f"p{number}", "safeguarding", person=world.add_person(f"p{number}"))
        report = world.deliver()
        assert (report.sent, report.bounced, report.deferred) == (6, 2, 4)
        assert set(ids(server).values()) == {1}
        again = world.deliver(now=NOW + timedelta(hours=1))
    assert (again.sent, again.bounced, again.deferred) == (4, 0, 0)
    taken = ids(server)
    for number, state in enumerate(world.states(), start=1):
        times = taken[world.message(number).message_id]
        assert times == {DeliveryState.SENT: 1}.get(state, 0) or (times, state) == (2, DeliveryState.SENT)
    assert sorted(taken.values())[-2:] == [1, 2]
    # From our side a small mail that broke in its middle looks like one that broke after its final dot.
    assert repeats(world) == 2


def test_a_used_up_quota_stops_the_run_and_leaves_the_rest(world: World) -> None:
    with scripted(
        lambda step, number: "550 5.4.5 Daily sending quota exceeded" if (step, number) == ("rcpt", 2) else None
    ) as server:
        school(world, server, "connections = 1\n")
        for number in range(5):
            world.queue(f"p{number}", "safeguarding", person=world.add_person(f"p{number}"))
        report = world.deliver()
    assert (report.sent, report.deferred, report.later) == (2, 1, 2)
    assert "Mail rests for 1 hour" in report.problems[0].message


def test_without_its_password_nothing_is_begun(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    with scripted() as server:
        school(world, server, 'user = "office"\n')
        world.queue("alex", "safeguarding", person=world.add_person("alex"))
        with pytest.raises(ConfigurationError, match="POLICY_SMTP_PASSWORD"):
            world.deliver(environ={}, today=TODAY, now=NOW)
        assert server.sessions == []
        assert world.states() == [DeliveryState.PENDING]
        assert world.deliver(environ={"POLICY_SMTP_PASSWORD": "secret"}).sent == 1
    assert any(command.startswith("AUTH PLAIN") for command in server.sessions[0].commands)


# --- told to stop while the answer to the final dot is outstanding ---


def stalled_school(world: World, server: ScriptedServer, names: tuple[str, ...] = ("alex", "bea")) -> None:
    school(world, server, "connections = 1\n")
    for name in names:
        world.queue(name, "safeguarding", person=world.add_person(name))


def test_a_slow_server_is_waited_for_and_takes_each_mail_once(world: World) -> None:
    with scripted(lambda step, number: "slow 0.4" if step == "dot" else None) as server:
        stalled_school(world, server, ("alex",))
        assert world.deliver(waits=Waits(connect=0.1)).sent == 1
    assert set(ids(server).values()) == {1}


def test_a_server_that_is_told_to_stop_leaves_the_answer_in_doubt_at_once(world: World) -> None:
    with scripted(lambda step, number: "stall" if step == "dot" else None) as server:
        stalled_school(world, server)
        began = time.monotonic()
        report = world.deliver(stop=server.stalled.is_set)
        assert time.monotonic() - began < 10
    assert (report.sent, report.deferred, report.later) == (0, 1, 1)
    assert [world.message(number).in_doubt for number in (1, 2)] == [True, False]
    assert world.states() == [DeliveryState.DEFERRED, DeliveryState.PENDING]


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_interrupted_waits_for_the_answer_and_records_it(world: World, sign: signal.Signals) -> None:
    with scripted(lambda step, number: "slow 0.5" if step == "dot" else None) as server:
        stalled_school(world, server)
        interrupted(world, sign, Waits(), has_gone(server))
    assert world.states() == [DeliveryState.SENT, DeliveryState.PENDING]


def test_a_run_that_is_interrupted_waits_for_the_answer_no_longer_than_its_time(world: World) -> None:
    with scripted(lambda step, number: "stall" if step == "dot" else None) as server:
        stalled_school(world, server)
        began = time.monotonic()
        interrupted(world, signal.SIGTERM, Waits(interrupted=0.3), has_gone(server))
        assert 0.3 <= time.monotonic() - began < 5
    assert world.message(1).in_doubt
    assert world.states() == [DeliveryState.DEFERRED, DeliveryState.PENDING]


def has_gone(server: ScriptedServer) -> Callable[[], bool]:
    """Whether the first mail has gone whole."""
    return lambda: bool(server.taken) or server.stalled.is_set()
