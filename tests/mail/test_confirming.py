"""No mass mail by accident: who confirms says to how many people it writes, in a school year whose terms are known."""

from datetime import date, datetime, timedelta

import pytest

from pipeline.dates.calendar import DayRange, knows_terms
from pipeline.errors import DeliveryError, UsageError
from pipeline.mail import mailings
from pipeline.mail.routes.pace import SendingLimits, last_mail_at
from pipeline.model.mail import DeliveryState, MailKind
from pipeline.register.mail.bounced import list_bounced
from pipeline.register.mail.campaigns import CampaignState
from pipeline.register.store.counter import hold_mail, list_holds
from pipeline.register.store.marks import HoldReason
from tests.mail.world import NOW, SMTP, TERMS, TODAY, CollectingTransport, World


def waiting(world: World, *names: str, terms: str = TERMS, above: int = 20) -> None:
    """Let a first mailing wait that writes to some people."""
    world.configure(SMTP.replace(TERMS, terms) + f"confirm_above = {above}\nconnections = 1\n")
    for name in names:
        world.queue(name, "confidentiality", person=world.add_person(name))
    assert world.deliver(CollectingTransport()).waiting == len(names)


def states(world: World) -> list[CampaignState]:
    return [state for state in CampaignState if mailings.campaign_summary(world.register, state).readers]


# --- terms ---


@pytest.mark.parametrize("terms", ["", '[calendar]\nterms = ["2025-09-01..2025-12-19", "2026-04-20..2026-07-21"]\n'])
def test_a_mailing_is_not_let_go_by_last_years_calendar(world: World, terms: str) -> None:
    waiting(world, "alex", "bea", terms=terms)
    with pytest.raises(UsageError, match=r"\[calendar\] terms"):
        world.confirm(people=2)
    assert states(world) == [CampaignState.WAITING]
    assert world.deliver(CollectingTransport()).sent == 0


def test_with_nought_neither_terms_nor_a_number_are_asked_for(world: World) -> None:
    waiting(world, "alex", "bea", terms="")
    world.configure(SMTP.replace(TERMS, "") + "confirm_above = 0\nconnections = 1\n")
    mailings.confirm(world.register, world.config, by="the office", today=TODAY, now=NOW)
    assert world.deliver(CollectingTransport()).sent == 2


def days(*ranges: str) -> list[DayRange]:
    return [(date.fromisoformat(one[:10]), date.fromisoformat(one[12:])) for one in ranges]


@pytest.mark.parametrize(
    ("today", "terms", "known"),
    [
        ("2026-11-24", days("2026-09-01..2026-12-18"), True),
        ("2026-11-24", days("2027-01-05..2027-03-25"), True),
        ("2026-11-24", days("2027-09-01..2027-12-17"), False),
        ("2026-11-24", days("2026-09-01..2026-10-23"), False),
        ("2026-12-28", days("2026-09-01..2026-12-18"), False),
        ("2027-08-27", days("2027-09-01..2027-12-17"), True),
        ("2027-08-27", days("2026-09-01..2026-12-18", "2027-04-12..2027-07-21"), False),
        ("2027-06-30", days("2027-09-01..2027-12-17"), False),
        ("2026-11-24", [], False),
    ],
)
def test_terms_are_known_where_one_of_this_school_year_covers_or_follows_the_day(
    today: str, terms: list[DayRange], known: bool
) -> None:
    assert knows_terms(terms, date.fromisoformat(today)) is known


# --- the number of people ---


def test_without_the_number_nothing_goes_and_it_is_said(world: World) -> None:
    waiting(world, "alex", "bea", "cat")
    with pytest.raises(UsageError, match="This writes to 3 people") as refused:
        mailings.confirm(world.register, world.config, by="the office", today=TODAY, now=NOW)
    assert "--confirm --people 3" in str(refused.value)
    assert states(world) == [CampaignState.WAITING]


@pytest.mark.parametrize("said", [0, 2, 4, 300])
def test_a_wrong_number_lets_nothing_go(world: World, said: int) -> None:
    waiting(world, "alex", "bea", "cat")
    with pytest.raises(UsageError, match=f"This writes to 3 people, not to {said}"):
        world.confirm(people=said)
    assert world.deliver(CollectingTransport()).sent == 0


def test_the_right_number_lets_it_go(world: World) -> None:
    waiting(world, "alex", "bea", "cat")
    assert world.confirm(people=3).people == 3
    assert world.deliver(CollectingTransport()).sent == 3


def test_a_number_that_was_right_before_the_mailing_grew_fits_no_more(world: World) -> None:
    waiting(world, "alex", "bea")
    number = mailings.people_to_confirm(world.register)
    world.queue("cat", "confidentiality", person=world.add_person("cat"))
    world.deliver(CollectingTransport())
    with pytest.raises(UsageError, match="the mailing has changed since"):
        world.confirm(people=number)
    assert states(world) == [CampaignState.WAITING]


def test_people_are_counted_and_not_mails(world: World) -> None:
    waiting(world, "alex")
    world.queue("alex", "safeguarding", key="another")
    world.deliver(CollectingTransport())
    assert mailings.people_to_confirm(world.register) == 1
    assert len(world.confirm(people=1).readers) == 2


def test_all_who_have_mail_are_counted_where_all_mail_is_held(world: World) -> None:
    world.configure(SMTP + "confirm_above = 20\n")
    world.queue("lead", kind=MailKind.OWNER)
    world.queue("alex", "confidentiality", person=world.add_person("alex"))
    with world.register.transaction() as tx:
        hold_mail(tx, world.school, HoldReason.RESTORED, NOW)
    world.deliver(CollectingTransport())
    assert mailings.people_to_confirm(world.register) == 2
    with pytest.raises(UsageError, match="writes to 2 people"):
        world.confirm(people=1)
    with world.register.reading() as tx:
        assert list_holds(tx, world.school)
    world.confirm(people=2)
    with world.register.reading() as tx:
        assert not list_holds(tx, world.school)


def test_on_the_folder_route_the_number_is_wanted_as_on_every_other_and_no_terms(world: World) -> None:
    world.queue("alex", "confidentiality", person=world.add_person("alex"))
    with world.register.transaction() as tx:
        hold_mail(tx, world.school, HoldReason.RESTORED, NOW)
    with pytest.raises(UsageError, match="--confirm --people 1"):
        mailings.confirm(world.register, world.config, by="the office", today=TODAY, now=NOW)
    with pytest.raises(UsageError, match="to 1 person, not to 2"):
        mailings.confirm(world.register, world.config, by="the office", today=TODAY, now=NOW, people=2)
    assert world.deliver().written == 0
    let_go = mailings.confirm(world.register, world.config, by="the office", today=TODAY, now=NOW, people=1)
    assert (let_go.people, let_go.mails) == (1, 1)
    assert world.deliver().written == 1


def test_with_nothing_waiting_a_confirmation_changes_nothing(world: World) -> None:
    world.configure(SMTP.replace(TERMS, "") + "confirm_above = 20\n")
    assert mailings.confirm(world.register, world.config, by="the office", today=TODAY, now=NOW).readers == ()


# --- what was put off, what was refused, when the last is out ---


def test_what_was_put_off_or_came_back_is_tried_again_at_once_and_what_is_refused_is_named(world: World) -> None:
    world.configure(SMTP + "confirm_above = 0\nconnections = 1\n")
    for name in ("alex", "bea"):
        world.queue(name, "confidentiality", person=world.add_person(name))
    refused = DeliveryError("550 no such user", permanent=True)
    world.deliver(CollectingTransport([refused, DeliveryError("451 busy", permanent=False)]))
    assert world.deliver(CollectingTransport()).sent == 0
    assert mailings.retry(world.register, world.root, by="the office", now=NOW) == 1
    assert world.deliver(CollectingTransport()).sent == 1
    assert mailings.retry(world.register, world.root, by="the office", now=NOW) == 0
    assert mailings.retry(world.register, world.root, by="the office", now=NOW, refused=True) == 1
    assert world.deliver(CollectingTransport([refused])).bounced == 1
    assert sorted(world.states()) == [DeliveryState.BOUNCED, DeliveryState.SENT]
    with world.register.reading() as tx:
        (one,) = list_bounced(tx, world.school, NOW - timedelta(days=30))
        assert (one.name, one.recipient, one.detail) == ("Alex Green", "alex@example.org", "550 no such user")
        assert list_bounced(tx, world.school, NOW + timedelta(days=30)) == ()
    assert mailings.retry(world.register, world.root, by="the office", now=NOW, refused=True) == 1
    assert world.deliver(CollectingTransport()).sent == 1
    assert mailings.retry(world.register, world.root, by="the office", now=NOW, refused=True) == 0


def test_retrying_ends_the_rest_of_a_route(world: World) -> None:
    world.configure(SMTP + "confirm_above = 0\nconnections = 1\n")
    world.queue("alex", "confidentiality", person=world.add_person("alex"))
    world.deliver(CollectingTransport([DeliveryError("535 bad password", permanent=False, pauses_route=True)]))
    assert world.deliver(CollectingTransport()).sent == 0
    mailings.retry(world.register, world.root, by="the office", now=NOW)
    assert world.deliver(CollectingTransport()).sent == 1


def sent(number: int, minutes: float) -> list[datetime]:
    """Return when mails went that were spread over the last minutes."""
    return [NOW - timedelta(minutes=minutes * (number - 1 - n) / (number - 1)) for n in range(number)]


def test_the_last_mail_is_told_by_the_services_own_rate() -> None:
    assert last_mail_at(300, SendingLimits(per_minute=30), (), NOW, ()) == NOW + timedelta(minutes=10)


def test_the_last_mail_is_told_by_how_fast_mail_has_gone() -> None:
    assert last_mail_at(100, SendingLimits(), sent(31, 30), NOW, ()) == NOW + timedelta(minutes=100)
    assert last_mail_at(100, SendingLimits(per_minute=10), sent(31, 30), NOW, ()) == NOW + timedelta(minutes=100)


@pytest.mark.parametrize("moments", [(), sent(5, 4), [NOW - timedelta(hours=5)] * 40])
def test_without_a_rate_nothing_is_told(moments: list[datetime]) -> None:
    assert last_mail_at(100, SendingLimits(), moments, NOW, ()) is None


def test_a_mailing_beyond_the_days_number_ends_on_a_later_mail_day() -> None:
    end = last_mail_at(2_500, SendingLimits(per_day=1_000), (), NOW, ())
    assert end is not None
    assert end.date() == date(2026, 11, 26)
    end = last_mail_at(2_500, SendingLimits(per_day=1_000), (), NOW, days("2026-11-25..2026-11-27"))
    assert end is not None
    assert end.date() == date(2026, 12, 1)


def test_what_waits_goes_and_is_paused_is_told_apart(world: World) -> None:
    waiting(world, "alex")
    ahead = mailings.look_ahead(world.register, world.config, NOW)
    assert (ahead.waiting.people, ahead.going.people, ahead.paused.people, ahead.last_mail_at) == (1, 0, 0, None)
    world.confirm()
    world.configure(SMTP + "confirm_above = 20\nper_minute = 2\n")
    ahead = mailings.look_ahead(world.register, world.config, NOW)
    assert (ahead.going.people, ahead.last_mail_at) == (1, NOW + timedelta(seconds=30))
    mailings.pause(world.register, world.root, by="the office", now=NOW)
    assert mailings.look_ahead(world.register, world.config, NOW).paused.people == 1


def test_a_mailing_is_finished_when_nothing_of_it_is_left_as_counted(world: World) -> None:
    waiting(world, "alex", "bea", "cat")
    assert mailings.look_ahead(world.register, world.config, NOW).last is None
    world.confirm()
    faults = [DeliveryError("550 no such user", permanent=True), None, DeliveryError("451 busy", permanent=False)]
    world.deliver(CollectingTransport(faults))
    last = mailings.look_ahead(world.register, world.config, NOW).last
    assert last is not None
    assert (last.left, last.is_finished) == (1, False)
    world.deliver(CollectingTransport(), now=NOW + timedelta(hours=1))
    last = mailings.look_ahead(world.register, world.config, NOW).last
    assert last is not None
    assert (last.is_finished, last.counts[DeliveryState.SENT], last.counts[DeliveryState.BOUNCED]) == (True, 2, 1)
