"""The outbox: queued once, sent once, only when it may go; what is no longer needed never goes."""

import os
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from pipeline.dates.calendar import next_mail_day
from pipeline.errors import ConfigurationError, DeliveryError, DroppedError, InDoubtError, RegisterError, RouteDownError
from pipeline.mail import mailings, outbox
from pipeline.mail.mailings import reading_minutes
from pipeline.mail.routes.conversation import Stage
from pipeline.mail.routes.envelope import Envelope
from pipeline.mail.routes.transport import refusal
from pipeline.model.mail import DeliveryState, MailKind
from pipeline.register.mail import deliveries, dispatch, told
from pipeline.register.mail import outbox as rows
from pipeline.register.mail.campaigns import CampaignState
from pipeline.register.tables.schema import ledger_record
from tests.mail.world import NOW, SMTP, TODAY, CollectingTransport, World, parse

pytestmark = pytest.mark.both_registers

FREE = SMTP + "confirm_above = 0\n"


def codes(report: outbox.DeliveryReport) -> list[str]:
    return [problem.code for problem in report.problems]


def repeats(world: World) -> int:
    with world.register.reading() as tx:
        return sum('"mail-repeated"' in record for record in tx.scalars(select(ledger_record.c.record)))


# --- the folder route ---


def test_folder_route_writes_one_file_a_mail_and_sends_nothing(world: World) -> None:
    alex = world.add_person("alex")
    message = world.queue("alex", "confidentiality", "safeguarding", person=alex)
    world.queue("lead", kind=MailKind.OWNER)
    report = world.deliver()
    assert (report.written, report.sent, report.waiting, report.undelivered) == (2, 0, 0, False)
    assert [path.name for path in world.files] == ["2026-11-24-alex-00001.eml", "2026-11-24-lead-00002.eml"]
    mail = parse(world.files[0].read_bytes())
    assert mail["To"] == "alex@example.org"
    assert mail["Message-ID"] == world.message(message).message_id
    assert [part.get_content() for part in mail.iter_attachments()] == [b"%PDF confidentiality", b"%PDF safeguarding"]
    assert world.states() == [DeliveryState.WRITTEN, DeliveryState.WRITTEN]


def test_a_second_run_writes_nothing_and_touches_no_file(world: World) -> None:
    world.queue("alex", "confidentiality")
    world.deliver()
    before = [(path.name, path.stat().st_mtime_ns) for path in world.files]
    assert world.queue("alex", "confidentiality") is None
    assert world.deliver() == outbox.DeliveryReport()
    assert [(path.name, path.stat().st_mtime_ns) for path in world.files] == before


def test_a_folder_that_cannot_be_written_defers_one_and_leaves_the_rest(world: World) -> None:
    (world.root / "distribution" / "outbox").write_text("in the way", encoding="utf-8")
    world.queue("alex", "confidentiality")
    world.queue("bea", "confidentiality")
    report = world.deliver()
    assert (report.written, report.deferred, report.later) == (0, 1, 1)
    assert codes(report) == ["mail-unreachable"]
    assert "cannot be written" in report.problems[0].message


def test_an_address_nobody_can_write_to_stops_only_its_own_mail(world: World) -> None:
    world.queue("x", "confidentiality", recipient="not an address")
    world.queue("bea", "confidentiality")
    report = world.deliver()
    assert (report.written, report.bounced) == (1, 1)
    assert codes(report) == ["mail-refused"]


# --- when mail goes ---


@pytest.mark.parametrize(
    "day",
    [date(2026, 11, 28), date(2026, 11, 29), date(2026, 12, 25), date(2026, 12, 22), date(2027, 5, 31)],
    ids=["Saturday", "Sunday", "Christmas Day", "closed day", "bank holiday"],
)
def test_nothing_goes_on_a_day_without_mail(world: World, day: date) -> None:
    world.configure('[calendar]\nclosed = ["2026-12-21..2026-12-23"]\n')
    world.queue("alex", "confidentiality")
    report = world.deliver(today=day)
    assert (report.written, report.later, codes(report)) == (0, 1, ["no-mail-day"])
    assert world.deliver(today=date(2027, 6, 1)).written == 1


def test_a_mail_waits_for_its_day_and_a_missed_day_catches_up(world: World) -> None:
    world.queue("alex", "confidentiality", due_on=date(2026, 12, 1))
    assert world.deliver().later == 1
    assert world.deliver(today=date(2026, 12, 21)).written == 1
    assert world.files[0].name.startswith("2026-12-01-alex")


# --- what is no longer needed ---


def test_a_reader_who_left_meanwhile_gets_nothing(world: World) -> None:
    gone = world.add_person("alex", leave_on=TODAY - timedelta(days=1))
    last_day = world.add_person("bea", leave_on=TODAY)
    world.queue("alex", "confidentiality", person=gone)
    world.queue("bea", "confidentiality", person=last_day)
    report = world.deliver()
    assert (report.written, report.cancelled) == (1, 1)
    assert "bea" in world.files[0].name


@pytest.mark.parametrize("change", ["left", "away"])
def test_who_is_not_here_any_more_is_told_nothing_of_others_either(world: World, change: str) -> None:
    # A letter about reviews and late readers goes to an address, not to a reader.
    head = world.add_person("head", leave_on=TODAY - timedelta(days=1) if change == "left" else None)
    if change == "away":
        world.put_away(head, TODAY, TODAY + timedelta(days=30))
    message = world.queue("head", kind=MailKind.OWNER, recipient="Head@example.org")
    office = world.queue("office", kind=MailKind.OWNER)
    report = world.deliver()
    assert (report.written, report.cancelled) == (1, 1)
    assert world.message(message).detail == "whom it goes to has left or is away"
    assert world.message(office).state is DeliveryState.WRITTEN


def test_an_address_that_somebody_here_has_too_is_told(world: World) -> None:
    world.add_person("head", leave_on=TODAY - timedelta(days=1))
    world.add_person("deputy", work_email="head@example.org")
    world.queue("head", kind=MailKind.OWNER)
    assert world.deliver().written == 1


def test_a_letter_without_anything_to_read_does_not_follow_somebody_who_left(world: World) -> None:
    gone = world.add_person("alex", leave_on=TODAY - timedelta(days=1))
    world.queue("alex", person=gone, kind=MailKind.OWNER)
    assert world.deliver().cancelled == 1


def test_what_was_recorded_meanwhile_is_not_asked(world: World) -> None:
    alex = world.add_person("alex")
    message = world.queue("alex", "confidentiality", person=alex)
    world.close_requests(alex)
    report = world.deliver()
    assert (report.written, report.cancelled) == (0, 1)
    assert world.message(message).state is DeliveryState.CANCELLED


def test_a_mail_to_an_owner_goes_though_they_have_recorded_everything(world: World) -> None:
    alex = world.add_person("alex")
    world.queue("alex", person=alex, kind=MailKind.OWNER)
    assert world.deliver().written == 1


def test_a_replaced_copy_cancels_the_mail_which_can_then_be_planned_afresh(world: World) -> None:
    alex = world.add_person("alex")
    first = world.queue("alex", "confidentiality", person=alex, key="k")
    world.make_copy("confidentiality", b"%PDF new lead")
    assert world.deliver().cancelled == 1
    assert world.message(first).detail == "the copy was replaced; it is planned afresh"
    again = world.queue("alex", "confidentiality", person=alex, key="k", now=NOW + timedelta(days=1))
    assert again not in (None, first)
    assert world.deliver().written == 1
    assert world.message(again).message_id != world.message(first).message_id


def test_a_copy_replaced_while_the_run_sends_is_noticed_at_its_turn(world: World) -> None:
    world.configure(FREE)
    for name in ("alex", "bea"):
        world.queue(name, "confidentiality", person=world.add_person(name))

    class ReplacingTransport(CollectingTransport):
        def send(self, envelope: Envelope) -> str | None:
            world.make_copy("confidentiality", b"%PDF later")
            return super().send(envelope)

    world.configure(FREE + "connections = 1\n")
    transport = ReplacingTransport()
    report = world.deliver(transport)
    assert (report.sent, report.cancelled) == (1, 1)
    assert len(transport.taken) == 1


@pytest.mark.parametrize("change", ["delete", "edit"])
def test_a_copy_missing_or_changed_on_disk_is_named_and_not_sent(world: World, change: str) -> None:
    path = world.root / "distribution" / "copies" / "confidentiality.pdf"
    world.queue("alex", "confidentiality")
    world.queue("bea", "safeguarding")
    path.unlink() if change == "delete" else path.write_bytes(b"%PDF edited")
    report = world.deliver()
    assert (report.written, report.deferred) == (1, 1)
    assert "onfidentiality.pdf" in report.problems[0].message
    assert world.states() == [DeliveryState.DEFERRED, DeliveryState.WRITTEN]


@pytest.mark.parametrize("how", ["edited", "same length", "same time", "replaced", "deleted"])
def test_a_copy_changed_between_two_mails_of_one_run_goes_with_no_further_one(world: World, how: str) -> None:
    world.configure(FREE + "connections = 1\n")
    for name in ("alex", "bea"):
        world.queue(name, "confidentiality", person=world.add_person(name))
    path = world.root / "distribution" / "copies" / "confidentiality.pdf"
    whole = path.read_bytes()

    class Meddling(CollectingTransport):
        def send(self, envelope: Envelope) -> str | None:
            before = path.stat()
            if how == "replaced":
                path.with_suffix(".new").write_bytes(whole[::-1])
                path.with_suffix(".new").replace(path)
            elif how == "deleted":
                path.unlink()
            else:
                path.write_bytes(whole[::-1] if how != "edited" else b"%PDF another")
            if how in ("same time", "replaced"):
                os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
            return super().send(envelope)

    transport = Meddling()
    report = world.deliver(transport)
    assert (report.sent, report.deferred) == (1, 1)
    (part,) = parse(transport.taken[0].content).iter_attachments()
    assert part.get_content() == whole
    path.write_bytes(whole)
    assert world.deliver(CollectingTransport(), now=NOW + timedelta(minutes=20)).sent == 1


# --- keys, subjects, routes ---


def test_turning_smtp_on_counts_nothing_written_as_sent(world: World) -> None:
    alex = world.add_person("alex")
    world.queue("alex", "confidentiality", person=alex)
    world.deliver()
    world.queue("bea", "confidentiality", due_on=date(2026, 12, 1))
    world.configure(FREE)
    assert world.queue("alex", "confidentiality", person=alex) is not None
    transport = CollectingTransport()
    report = world.deliver(transport)
    assert (report.sent, report.cancelled) == (1, 1)
    assert world.states() == [DeliveryState.WRITTEN, DeliveryState.CANCELLED, DeliveryState.SENT]


def test_two_mails_to_one_reader_never_share_a_subject(world: World) -> None:
    messages = [world.queue("alex", "confidentiality", key=str(number)) for number in range(3)]
    subjects = [world.message(message).subject for message in messages]
    assert subjects == [
        "Please read confidentiality",
        "Please read confidentiality (2)",
        "Please read confidentiality (3)",
    ]
    other = world.queue("bea", "confidentiality")
    assert world.message(other).subject == "Please read confidentiality"


def test_an_unusable_sender_is_told_before_anything_is_queued_or_sent(world: World) -> None:
    with pytest.raises(ConfigurationError, match="from"):
        world.configure('[mail]\nfrom = "é@example.org"\n')


# --- campaigns ---


def smtp_world(world: World, *names: str, above: int = 2) -> None:
    world.configure(SMTP + f"confirm_above = {above}\nconnections = 1\n")
    for name in names:
        world.queue(name, "confidentiality", "safeguarding", person=world.add_person(name))


def test_the_first_mailing_waits_and_says_whom_it_would_write_to(world: World) -> None:
    smtp_world(world, "bea", "alex", above=20)
    transport = CollectingTransport()
    report = world.deliver(transport)
    assert (report.sent, report.waiting) == (0, 2)
    summary = mailings.campaign_summary(world.register)
    assert [(reader.name, reader.recipient, reader.policies) for reader in summary.readers] == [
        ("Alex Green", "alex@example.org", 2),
        ("Bea Green", "bea@example.org", 2),
    ]
    assert [reading_minutes(reader) for reader in summary.readers] == [16, 16]
    assert summary.minutes == 32
    assert world.confirm() == summary
    assert world.deliver(transport).sent == 2
    assert mailings.campaign_summary(world.register).readers == ()


def test_nothing_ever_waits_with_confirm_above_nought(world: World) -> None:
    smtp_world(world, "alex", "bea", "cat", above=0)
    assert world.deliver(CollectingTransport()).sent == 3


def test_later_small_mailings_go_freely_and_larger_ones_wait(world: World) -> None:
    smtp_world(world, "alex")
    world.deliver(CollectingTransport())
    world.confirm()
    world.deliver(CollectingTransport())
    smtp_world(world, "bea", "cat")
    assert world.deliver(CollectingTransport()).sent == 2
    smtp_world(world, "dan", "eve", "fay")
    report = world.deliver(CollectingTransport())
    assert (report.sent, report.waiting) == (0, 3)


def test_a_mail_to_an_owner_is_no_mailing(world: World) -> None:
    smtp_world(world, "alex")
    world.queue("lead", kind=MailKind.OWNER)
    transport = CollectingTransport()
    assert world.deliver(transport).sent == 1
    assert transport.taken[0].recipient == "lead@example.org"


def test_a_paused_mailing_stops_and_goes_on_when_resumed(world: World) -> None:
    smtp_world(world, "alex", "bea", above=0)
    transport = CollectingTransport(
        [DeliveryError("452 later", permanent=False), DeliveryError("452", permanent=False)]
    )
    world.deliver(transport)
    assert len(mailings.pause(world.register, world.root, by="the office", now=NOW).readers) == 2
    assert world.deliver(transport, today=date(2026, 11, 25)).waiting == 2
    assert len(mailings.resume(world.register, world.root, by="the office", now=NOW).readers) == 2
    assert world.deliver(transport, today=date(2026, 11, 25)).sent == 2


def test_a_cancelled_mailing_never_goes_and_is_not_planned_again(world: World) -> None:
    smtp_world(world, "alex", "bea")
    world.deliver(CollectingTransport())
    assert len(mailings.cancel(world.register, world.root, by="the office", now=NOW).readers) == 2
    world.confirm()
    mailings.resume(world.register, world.root, by="the office", now=NOW)
    transport = CollectingTransport()
    assert world.deliver(transport).sent == 0
    assert world.queue("alex", "confidentiality", "safeguarding") is None
    assert world.states() == [DeliveryState.CANCELLED] * 2


def test_a_message_on_its_way_when_its_mailing_is_cancelled_is_not_tried_again(world: World) -> None:
    smtp_world(world, "alex", "bea", above=0)

    class CancellingTransport(CollectingTransport):
        def send(self, envelope: Envelope) -> str | None:
            mailings.cancel(world.register, world.root, by="the office", now=NOW)
            raise DeliveryError("451 busy", permanent=False)

    report = world.deliver(CancellingTransport())
    assert (report.sent, report.deferred) == (0, 1)
    assert world.deliver(CollectingTransport(), today=date(2026, 11, 25)).sent == 0
    assert world.states() == [DeliveryState.CANCELLED] * 2


def test_the_last_mail_of_a_mailing_is_not_sent_again_when_that_is_cancelled_after_its_delivery_died(
    world: World,
) -> None:
    smtp_world(world, "alex", above=0)

    class DyingTransport(CollectingTransport):
        def send(self, envelope: Envelope) -> str | None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        world.deliver(DyingTransport())
    cancelled = mailings.cancel(world.register, world.root, by="the office", now=NOW)
    assert (len(cancelled.readers), cancelled.on_their_way) == (0, 1)
    assert world.deliver(CollectingTransport()).sent == 0
    assert world.states() == [DeliveryState.CANCELLED]


# --- refusals ---


BUSY = "The mail server said: 451 busy"


def busy() -> DeliveryError:
    return DeliveryError(BUSY, permanent=False, is_theirs=True, likeness="recipient 451 busy")


def tried(world: World, message: int | None, failure: Exception, day: date, hour: int = 9) -> DeliveryState:
    """Try one message that fails; return how it stands then."""
    now = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    world.deliver(CollectingTransport([failure] * 2), today=day, now=now)
    return world.message(message).state


def test_a_temporary_refusal_backs_off_then_gives_up_on_the_sixth_day(world: World) -> None:
    world.configure(FREE)
    message = world.queue("alex", kind=MailKind.OWNER)
    waits, now = [], NOW
    while world.message(message).state is not DeliveryState.BOUNCED:
        world.deliver(CollectingTransport([busy()]), today=TODAY, now=now)
        row = world.message(message)
        if row.next_try_at:
            waits.append((row.next_try_at - now) / timedelta(minutes=1))
            assert (
                world.deliver(CollectingTransport(), today=TODAY, now=row.next_try_at - timedelta(seconds=1)).sent == 0
            )
            now = row.next_try_at
    assert waits[:7] == [15, 30, 60, 120, 240, 240, 240]
    assert now.date() == NOW.date() + timedelta(days=5)
    assert "Given up after 5 days" in (world.message(message).detail or "")


def test_a_week_without_mail_does_not_age_a_mail(world: World) -> None:
    world.configure(FREE)
    message = world.queue("alex", kind=MailKind.OWNER)
    days = [date(2026, 11, 24), date(2026, 11, 27), date(2026, 12, 7), date(2027, 1, 11), date(2027, 2, 22)]
    assert [tried(world, message, busy(), day) for day in days] == [DeliveryState.DEFERRED] * 5
    assert tried(world, message, busy(), date(2027, 2, 23)) is DeliveryState.BOUNCED


FAULTS_OF_THE_ROUTE = {
    "unreachable": lambda: RouteDownError("no route"),
    "dropped": lambda: DroppedError("gone"),
    "in doubt": lambda: InDoubtError("gone after the dot"),
    "sign-in": lambda: DeliveryError("535 bad password", permanent=False, pauses_route=True),
    "421": lambda: refusal(421, "4.3.2 closing", Stage.RECIPIENT),
    "relay": lambda: refusal(554, "5.7.1 Relay access denied", Stage.RECIPIENT),
    "quota": lambda: refusal(550, "5.4.5 Daily sending quota exceeded", Stage.CONTENT),
    "throttled": lambda: refusal(451, "4.7.500 Server busy", Stage.RECIPIENT),
}


@pytest.mark.parametrize("fault", FAULTS_OF_THE_ROUTE)
def test_no_fault_of_the_route_ever_ages_a_mail(world: World, fault: str) -> None:
    world.configure(FREE)
    message = world.queue("alex", kind=MailKind.OWNER)
    day = TODAY
    for _ in range(8):
        assert tried(world, message, FAULTS_OF_THE_ROUTE[fault](), day) is DeliveryState.DEFERRED
        day = next_mail_day(day + timedelta(days=1), ())
    # What is its own failing counts from there.
    for _ in range(5):
        assert tried(world, message, busy(), day) is DeliveryState.DEFERRED
        day = next_mail_day(day + timedelta(days=1), ())
    assert tried(world, message, busy(), day) is DeliveryState.BOUNCED


def test_a_copy_that_is_not_on_the_shelf_never_ages_a_mail(world: World) -> None:
    world.configure(FREE)
    message = world.queue("alex", "confidentiality", kind=MailKind.OWNER)
    (world.root / "distribution" / "copies" / "confidentiality.pdf").unlink()
    day = TODAY
    for _ in range(7):
        assert tried(world, message, busy(), day) is DeliveryState.DEFERRED
        day = next_mail_day(day + timedelta(days=1), ())


# --- whose failing it is ---


def told_outcomes(world: World) -> list[str | None]:
    with world.register.reading() as tx:
        return [row.outcome for row in told.list_told(tx, world.school)]


def odd(name: str) -> DeliveryError:
    return refusal(554, f"5.7.1 <{name}@example.org>: not today, id {name}7", Stage.RECIPIENT)


def test_a_refusal_that_three_people_in_a_row_get_is_the_routes_and_none_of_them_stays_refused(world: World) -> None:
    names = ("alex", "bea", "cat", "dan", "eve")
    smtp_world(world, *names, above=0)
    report = world.deliver(CollectingTransport([odd(name) for name in names]))
    assert (report.sent, report.bounced, report.deferred, report.later) == (0, 0, 3, 2)
    assert codes(report) == ["mail-paused"]
    assert "said of 3 people in a row" in report.problems[0].message
    assert world.states() == [DeliveryState.DEFERRED] * 3 + [DeliveryState.PENDING] * 2
    assert set(told_outcomes(world)) == {None}
    # An hour later one try is enough to know that nothing has changed; then it is lifted.
    later = NOW + timedelta(hours=1)
    again = world.deliver(CollectingTransport([odd(name) for name in names]), now=later)
    assert (again.bounced, again.deferred, codes(again)) == (0, 1, ["mail-paused"])
    assert world.deliver(CollectingTransport(), now=later + timedelta(hours=1)).sent == 5
    assert set(told_outcomes(world)) == {"sent"}


def test_what_is_plainly_of_each_mailbox_stays_theirs_however_many_they_are(world: World) -> None:
    names = ("alex", "bea", "cat", "dan")
    smtp_world(world, *names, above=0)
    unknown = [refusal(550, f"5.1.1 <{name}@example.org>: no such user", Stage.RECIPIENT) for name in names]
    report = world.deliver(CollectingTransport(unknown))
    assert (report.bounced, report.deferred, set(codes(report))) == (4, 0, {"mail-refused"})


def test_the_same_refusal_with_a_mail_taken_between_is_each_mails_own(world: World) -> None:
    names = ("alex", "bea", "cat", "dan")
    smtp_world(world, *names, above=0)
    report = world.deliver(CollectingTransport([odd("alex"), odd("bea"), None, odd("dan")]))
    assert (report.sent, report.bounced, report.deferred) == (1, 3, 0)


def test_a_mail_that_shuts_the_route_keeps_back_none_but_itself(world: World) -> None:
    smtp_world(world, "alex", "bea", "cat", above=0)
    denied = refusal(554, "5.7.1 <alex@example.org>: Relay access denied", Stage.RECIPIENT)
    report = world.deliver(CollectingTransport([denied]))
    assert (report.sent, report.deferred, report.later) == (0, 1, 2)
    assert "it must be allowed to pass on mail" in report.problems[0].message
    report = world.deliver(CollectingTransport([None, None, denied]), now=NOW + timedelta(hours=1))
    assert (report.sent, report.deferred) == (2, 1)
    assert told_outcomes(world).count(None) == 2  # the two policies of alex's letter


def test_a_deferred_mail_is_sent_at_its_next_try(world: World) -> None:
    world.configure(FREE)
    message = world.queue("alex", kind=MailKind.OWNER)
    assert world.deliver(CollectingTransport([DeliveryError("451", permanent=False)])).deferred == 1
    assert world.deliver(CollectingTransport(), now=NOW + timedelta(minutes=15)).sent == 1
    with world.register.reading() as tx:
        tries = deliveries.list_deliveries(tx, world.school, message)
    assert [(row.attempt, row.outcome) for row in tries] == [(1, DeliveryState.DEFERRED), (2, DeliveryState.SENT)]


def test_one_refused_address_never_stops_the_rest(world: World) -> None:
    smtp_world(world, "alex", "bea", "cat", above=0)
    report = world.deliver(CollectingTransport([None, DeliveryError("550 no such user", permanent=True)]))
    assert (report.sent, report.bounced, codes(report)) == (2, 1, ["mail-refused"])
    assert "bea@example.org" in report.problems[0].message


def test_a_refused_sign_in_pauses_the_route_which_resumes_by_itself(world: World) -> None:
    smtp_world(world, "alex", "bea", above=0)
    refusal = DeliveryError("535 bad password", permanent=False, pauses_route=True)
    report = world.deliver(CollectingTransport([refusal]))
    assert (report.sent, report.deferred, report.later, codes(report)) == (0, 1, 1, ["mail-paused"])
    resting = world.deliver(CollectingTransport(), now=NOW + timedelta(minutes=59))
    assert (resting.sent, codes(resting)) == (0, ["mail-paused"])
    assert "09:30" in resting.problems[0].message
    assert world.deliver(CollectingTransport(), now=NOW + timedelta(hours=1)).sent == 2


def test_the_owner_can_end_a_pause_at_once(world: World) -> None:
    smtp_world(world, "alex", "bea", above=0)
    world.deliver(CollectingTransport([DeliveryError("535", permanent=False, pauses_route=True)]))
    mailings.resume(world.register, world.root, by="the office", now=NOW)
    assert world.deliver(CollectingTransport()).sent == 1
    assert world.deliver(CollectingTransport(), now=NOW + timedelta(hours=1)).sent == 1


def test_a_server_that_cannot_be_reached_is_tried_once_a_run(world: World) -> None:
    smtp_world(world, "alex", "bea", "cat", above=0)
    report = world.deliver(CollectingTransport([RouteDownError("no route")] * 3))
    assert (report.deferred, report.later, codes(report)) == (1, 2, ["mail-unreachable"])


def test_a_broken_connection_is_opened_again_at_once_and_only_doubt_is_told(world: World) -> None:
    smtp_world(world, "alex", above=0)
    transport = CollectingTransport([DroppedError("gone")])
    assert world.deliver(transport).sent == 1
    assert (len(transport.taken), repeats(world)) == (1, 0)


def test_a_mail_in_doubt_waits_for_its_next_try_and_the_ledger_says_so(world: World) -> None:
    smtp_world(world, "alex", above=0)
    transport = CollectingTransport([InDoubtError("gone after the dot")])
    report = world.deliver(transport)
    assert (report.sent, report.deferred, len(transport.taken), repeats(world)) == (0, 1, 0, 0)
    assert "Whether the mail to alex@example.org went is not known" in report.problems[0].message
    assert world.message(1).in_doubt
    assert world.deliver(transport, now=NOW + timedelta(minutes=14)).sent == 0
    assert world.deliver(transport, now=NOW + timedelta(minutes=15)).sent == 1
    assert (len(transport.taken), repeats(world)) == (1, 1)
    assert transport.taken[0].message_id == world.message(1).message_id
    assert not world.message(1).in_doubt


def test_doubt_is_kept_until_the_mail_is_gone_and_never_tried_twice_at_once(world: World) -> None:
    smtp_world(world, "alex", above=0)
    for hours, failure in enumerate((InDoubtError("1"), DroppedError("2"), DeliveryError("451", permanent=False))):
        transport = CollectingTransport([failure])
        assert world.deliver(transport, now=NOW + timedelta(hours=hours)).deferred == 1
        assert (world.message(1).in_doubt, transport.taken) == (True, [])
    assert world.deliver(CollectingTransport(), now=NOW + timedelta(hours=5)).sent == 1
    assert repeats(world) == 3


# --- limits ---


def test_mails_a_minute_and_a_day_are_kept_to(world: World) -> None:
    world.configure(FREE + "per_minute = 2\nper_day = 5\nconnections = 1\n")
    for number in range(7):
        world.queue(f"p{number}", kind=MailKind.OWNER)
    report = world.deliver(CollectingTransport())
    assert (report.sent, report.later, codes(report)) == (5, 2, ["mail-limit"])
    with world.register.reading() as tx:
        times = [row.at - NOW for row in deliveries.list_deliveries(tx, world.school)]
    assert [round(time.total_seconds()) for time in times] == [0, 0, 60, 60, 120]
    assert world.deliver(CollectingTransport(), now=NOW + timedelta(hours=1)).sent == 0
    assert world.deliver(CollectingTransport(), now=NOW + timedelta(hours=24, minutes=1)).sent == 2


def test_a_run_asked_to_stop_ends_between_messages(world: World) -> None:
    world.configure(FREE + "connections = 1\n")
    for name in ("alex", "bea", "cat"):
        world.queue(name, kind=MailKind.OWNER)
    transport = CollectingTransport()
    assert world.deliver(transport, stop=lambda: len(transport.taken) >= 1).sent == 1
    assert transport.closed == 1
    assert world.deliver(transport).sent == 2


# --- several at once ---


def test_two_runs_at_once_send_each_mail_once(world: World) -> None:
    world.configure(FREE)
    for number in range(30):
        world.queue(f"p{number}", kind=MailKind.OWNER)
    transports = [CollectingTransport(), CollectingTransport()]
    runs = [threading.Thread(target=world.deliver, args=(transport,)) for transport in transports]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    taken = [envelope.row_id for transport in transports for envelope in transport.taken]
    assert sorted(taken) == list(range(1, 31))
    assert repeats(world) == 0


def test_a_living_runs_claims_are_left_alone_and_a_dead_ones_taken_over(world: World) -> None:
    world.configure(FREE + "connections = 1\n")
    world.queue("alex", kind=MailKind.OWNER)
    seen: list[outbox.DeliveryReport] = []

    class PeekingTransport(CollectingTransport):
        def send(self, envelope: Envelope) -> str | None:
            seen.append(world.deliver(CollectingTransport()))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        world.deliver(PeekingTransport())
    assert seen[0].sent == 0
    assert world.states() == [DeliveryState.SENDING]
    assert world.deliver(CollectingTransport()).sent == 1
    assert repeats(world) == 1


@pytest.mark.parametrize(("age", "sent"), [(timedelta(minutes=59), 0), (timedelta(minutes=61), 1)])
def test_a_claim_from_another_machine_is_believed_for_an_hour(world: World, age: timedelta, sent: int) -> None:
    world.configure(FREE)
    message = world.queue("alex", kind=MailKind.OWNER)
    with world.register.transaction() as tx:
        dispatch.claim_messages(tx, world.school, [message or 0], claimed_by="elsewhere.1.x.1", now=NOW - age)
    assert world.deliver(CollectingTransport()).sent == sent


def test_a_result_for_a_claim_lost_meanwhile_is_not_recorded(world: World) -> None:
    message = world.queue("alex", kind=MailKind.OWNER) or 0
    with world.register.transaction() as tx:
        (row,) = rows.list_messages(tx, world.school, only=(message,))
        dispatch.claim_messages(tx, world.school, [message], claimed_by="another run", now=NOW)
        sent = dispatch.TrySettlement(DeliveryState.SENT)
        recorded = dispatch.settle_message(tx, world.school, row, sent, claimed_by="x", now=NOW)
        assert not recorded
        assert deliveries.list_deliveries(tx, world.school) == ()
    assert world.message(message).state is DeliveryState.SENDING


@pytest.mark.in_a_file
def test_a_register_folder_that_cannot_be_written_is_told(world: World) -> None:
    Path(f"{world.register.path}.claims").write_text("in the way", encoding="utf-8")
    with pytest.raises(RegisterError, match="claims cannot be written"):
        world.deliver()


def test_progress_counts_each_settled_message(world: World) -> None:
    world.queue("alex")
    world.queue("bea")
    steps: list[int] = []
    outbox.deliver(world.register, world.config, today=TODAY, now=datetime.now(UTC), environ={}, progress=steps.append)
    assert steps == [1, 1]


def test_campaign_states_are_listed(world: World) -> None:
    smtp_world(world, "alex")
    world.deliver(CollectingTransport())
    assert len(mailings.campaign_summary(world.register, CampaignState.WAITING, CampaignState.PAUSED).readers) == 1
    assert mailings.campaign_summary(world.register, CampaignState.PAUSED).readers == ()
