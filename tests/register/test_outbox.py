"""The rows of the outbox, on a real register: keys, claims, tries, pauses and mailings."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.model.mail import DeliveryState, MailKind
from pipeline.register.mail import campaigns, deliveries, dispatch, letter_bodies, outbox
from pipeline.register.mail.campaigns import CampaignState
from pipeline.register.mail.deliveries import RoutePause
from pipeline.register.transaction import Transaction
from tests.mail.world import NOW, TODAY, World

pytestmark = pytest.mark.both_registers


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    school = World(tmp_path)
    school.add_policy("confidentiality")
    yield school
    school.register.close()


def test_a_row_comes_back_as_it_was_queued(world: World) -> None:
    row = world.message(world.queue("alex", "confidentiality"))
    copy = world.copies["confidentiality"]
    (attachment,) = row.attachments
    assert (attachment.copy_id, attachment.sha256, attachment.size_bytes) == (
        copy.copy_id,
        copy.sha256,
        copy.size_bytes,
    )
    assert (attachment.path, attachment.file_name) == ("copies/confidentiality.pdf", "Confidentiality.pdf")
    assert (row.state, row.route, row.attempts, row.in_doubt) == (DeliveryState.PENDING, "folder", 0, False)
    assert row.message_id.endswith("@example.org>")
    assert (row.due_on, row.queued_at) == (TODAY, NOW)


def _look(tx: Transaction, world: World, *messages: int) -> tuple[dispatch.MessageLook, ...]:
    return dispatch.look_at(tx, world.school, messages, route="folder", today=TODAY, now=NOW)


def test_a_claim_is_given_once(world: World) -> None:
    message = world.queue("alex") or 0
    with world.register.transaction() as tx:
        [before] = _look(tx, world, message)
        dispatch.claim_messages(tx, world.school, [message], claimed_by="one", now=NOW)
        [behind] = _look(tx, world, message)
    assert (before.may_go, behind.may_go) == (True, False)
    with pytest.raises(RuntimeError, match="queued"), world.register.transaction() as tx:
        dispatch.claim_messages(tx, world.school, [message], claimed_by="two", now=NOW)
    assert world.message(message).state is DeliveryState.SENDING


def test_messages_are_counted_and_listed_by_state_and_kind(world: World) -> None:
    world.queue("alex", kind=MailKind.OWNER)
    world.queue("bea")
    world.deliver()
    world.queue("cat")
    with world.register.reading() as tx:
        counts = outbox.count_messages(tx, world.school)
        written = outbox.list_messages(tx, world.school, state=DeliveryState.WRITTEN)
        owners = outbox.list_messages(tx, world.school, kind=MailKind.OWNER)
    assert (counts[DeliveryState.WRITTEN], counts[DeliveryState.PENDING], counts[DeliveryState.BOUNCED]) == (2, 1, 0)
    assert [row.recipient for row in written] == ["alex@example.org", "bea@example.org"]
    assert [row.recipient for row in owners] == ["alex@example.org"]


def test_another_schools_rows_are_not_seen(world: World) -> None:
    message = world.queue("alex", "confidentiality") or 0
    with world.register.transaction() as tx:
        assert outbox.list_messages(tx, "elsewhere", only=(message,)) == ()
        assert outbox.list_due(tx, "elsewhere", "folder", TODAY, NOW) == ()
        assert outbox.cancel_messages(tx, "elsewhere", (message,), "x", NOW) == 0
        assert dispatch.look_at(tx, "elsewhere", [message], route="folder", today=TODAY, now=NOW) == ()
        assert letter_bodies.list_with_replaced_copies(tx, "elsewhere") == ()


def test_a_route_is_paused_and_freed(world: World) -> None:
    pause = RoutePause(NOW + timedelta(hours=1), "quota")
    with world.register.transaction() as tx:
        assert deliveries.find_pause(tx, world.school, "smtp") is None
        deliveries.end_pauses(tx, world.school)
        deliveries.pause_route(tx, world.school, "smtp", pause)
        assert deliveries.find_pause(tx, world.school, "smtp") == pause
        assert deliveries.find_pause(tx, world.school, "folder") is None
        deliveries.end_pauses(tx, world.school)
        assert deliveries.find_pause(tx, world.school, "smtp") is None


def test_campaigns_are_listed_by_state(world: World) -> None:
    with world.register.transaction() as tx:
        first = campaigns.add_campaign(tx, world.school, "smtp", CampaignState.WAITING, NOW)
        second = campaigns.add_campaign(tx, world.school, "smtp", CampaignState.OPEN, NOW)
        campaigns.change_campaigns(tx, world.school, (second,), CampaignState.PAUSED, NOW + timedelta(days=1))
        rows = campaigns.list_campaigns(tx, world.school)
    assert [(row.id, row.state) for row in rows] == [(first, CampaignState.WAITING), (second, CampaignState.PAUSED)]
    assert [row.decided_at for row in rows] == [None, NOW + timedelta(days=1)]
