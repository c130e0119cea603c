"""Whole runs over yagmail against a server that misbehaves: what is in the register is what the server took."""

from collections import Counter

import pytest

from pipeline.errors import ConfigurationError
from pipeline.mail.outbox import DeliveryReport
from pipeline.model import DeliveryState
from tests.mail.servers import ScriptedServer, scripted
from tests.mail.test_outbox import repeats
from tests.mail.world import NOW, SMTP, TODAY, World, parse


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
        ("dot", 12): "554 refused",
    }
    with scripted(lambda step, number: faults.get((step, number))) as server:
        school(world, server, "connections = 1\n")
        for number in range(12):
            world.queue(f"p{number}", "safeguarding", person=world.add_person(f"p{number}"))
        report = world.deliver()
    assert (report.sent, report.bounced, report.deferred) == (8, 2, 2)
    states = world.states()
    taken = ids(server)
    for number, state in enumerate(states, start=1):
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
