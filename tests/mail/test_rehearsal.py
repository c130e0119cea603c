"""A rehearsal lists every mail: to whom, with which files, and when it would go at the earliest."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from pipeline.errors import DeliveryError
from pipeline.mail.rehearsal import RehearsedMail, rehearse, say_rest
from pipeline.model.mail import MailKind
from pipeline.register.mail.deliveries import RoutePause, pause_route
from pipeline.register.tables.schema import message
from pipeline.wording import say_moment
from tests.mail.world import NOW, SMTP, TODAY, CollectingTransport, World


def listed(world: World, now: datetime = NOW) -> tuple[RehearsedMail, ...]:
    return rehearse(world.register, world.config, now.date(), now)


def minutes(found: tuple[RehearsedMail, ...]) -> list[float]:
    return [(one.goes_at - NOW) / timedelta(minutes=1) for one in found if one.goes_at]


def owners(world: World, number: int) -> None:
    """Queue mails that wait for nobody."""
    for place in range(number):
        world.queue(f"owner{place}", "confidentiality", kind=MailKind.OWNER)


def test_each_mail_is_listed_with_its_files_and_their_hashes(world: World) -> None:
    world.configure(SMTP)
    world.queue("alex", "confidentiality", "safeguarding", kind=MailKind.OWNER)
    [one] = listed(world)
    assert (one.mail.recipient, one.goes_at, one.waits_for) == ("alex@example.org", NOW, None)
    assert [(each.file_name, each.sha256) for each in one.mail.attachments] == [
        (world.copies[slug].file_name, world.copies[slug].sha256) for slug in ("confidentiality", "safeguarding")
    ]


@pytest.mark.parametrize(
    ("limits", "expected"),
    [("", [0, 0, 0]), ("per_minute = 1\n", [0, 1, 2]), ("per_minute = 2\n", [0, 0, 1])],
)
def test_the_service_s_limit_a_minute_is_kept(world: World, limits: str, expected: list[float]) -> None:
    world.configure(SMTP + limits)
    owners(world, 3)
    assert minutes(listed(world)) == expected


def test_when_the_rest_goes_is_said_in_a_sentence(world: World) -> None:
    world.configure(SMTP + "per_minute = 2\n")
    assert say_rest(world.register, world.config, NOW.date(), NOW) == ""
    owners(world, 3)
    when = say_moment(NOW.astimezone(world.config.zone))
    assert say_rest(world.register, world.config, NOW.date(), NOW) == f"3 mails go from {when} on."


def test_the_limit_a_day_and_days_without_mail_put_the_rest_off(tmp_path: Path) -> None:
    friday = datetime(2026, 11, 27, 15, 0, tzinfo=UTC)
    world = World(tmp_path, SMTP + "per_day = 2\n")
    world.add_policy("confidentiality")
    owners(world, 3)
    found = listed(world, friday)
    world.register.close()
    assert [one.goes_at for one in found] == [friday, friday, datetime(2026, 11, 30, 6, 30, tzinfo=UTC)]


def test_mails_are_listed_in_the_order_in_which_a_delivery_takes_them(world: World) -> None:
    world.configure(SMTP + "connections = 1\n")
    owners(world, 3)
    busy = DeliveryError("451 busy", permanent=False)
    world.deliver(CollectingTransport([busy, busy]))
    later = NOW + timedelta(hours=1)
    world.queue("late", "confidentiality", kind=MailKind.OWNER)
    world.queue("answered", "confidentiality", kind=MailKind.ANSWER)
    with world.register.transaction() as tx:
        tx.execute(update(message).where(message.c.recipient == "owner0@example.org").values(attempts=3))
    found = [one.mail.recipient.partition("@")[0] for one in listed(world, later)]
    transport = CollectingTransport()
    world.deliver(transport, now=later)
    assert found == [envelope.recipient.partition("@")[0] for envelope in transport.taken]
    assert found == ["late", "answered", "owner1", "owner0"]


def test_an_answer_goes_on_a_day_without_mail_and_the_rest_on_the_next_with(world: World) -> None:
    saturday = datetime(2026, 11, 28, 15, 0, tzinfo=UTC)
    world.configure(SMTP)
    owners(world, 1)
    world.queue("alex", "confidentiality", kind=MailKind.ANSWER)
    found = {one.mail.kind: one.goes_at for one in listed(world, saturday)}
    assert found == {MailKind.ANSWER: saturday, MailKind.OWNER: datetime(2026, 11, 30, 6, 30, tzinfo=UTC)}


def test_a_pause_of_the_route_puts_all_off_and_a_mailing_waits_for_its_word(world: World) -> None:
    world.configure(SMTP)
    owners(world, 1)
    with world.register.transaction() as tx:
        pause_route(tx, world.school, "smtp", RoutePause(NOW + timedelta(minutes=30), "quota"))
    assert minutes(listed(world)) == [30]
    world.queue("alex", "confidentiality", person=world.add_person("alex"))
    world.deliver(today=TODAY)
    assert [(one.mail.recipient, one.waits_for) for one in listed(world)] == [
        ("owner0@example.org", None),
        ("alex@example.org", "confirm"),
    ]
