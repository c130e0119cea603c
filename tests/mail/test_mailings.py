"""A plan's mailing: nothing of it goes before it is closed, and however it is written it is one mailing."""

from collections.abc import Callable

import pytest

from pipeline.mail import mailings
from pipeline.mail.mailings import begin_mailing, close_mailing
from pipeline.model.mail import DeliveryState, MailKind
from pipeline.register.mail.campaigns import CampaignState, find_campaign, list_queued_of
from pipeline.register.mail.outbox import cancel_messages
from tests.mail.world import NOW, SMTP, CollectingTransport, World

Decide = Callable[..., mailings.CampaignSummary]


def begin(world: World) -> int:
    with world.register.transaction() as tx:
        return begin_mailing(tx, world.school, world.config.mail.route, NOW)


def close(world: World, key: int) -> CampaignState:
    with world.register.transaction() as tx:
        return close_mailing(tx, world.school, key, world.config.mail.confirm_above, NOW)


def write(world: World, mailing: int, *names: str, times: int = 1) -> None:
    """Queue ``times`` letters to each, as a plan does, one transaction a letter."""
    for name in names:
        person = world.add_person(name)
        for number in range(times):
            world.queue(name, "confidentiality", person=person, key=f"{name}-{number}", mailing=mailing)


def first_has_gone(world: World) -> None:
    key = begin(world)
    write(world, key, "first")
    close(world, key)
    world.confirm()
    assert world.deliver(CollectingTransport()).sent == 1


def test_nothing_goes_while_the_plan_is_being_written(world: World) -> None:
    for route in ("", SMTP + "confirm_above = 0\nconnections = 1\n"):
        world.configure(route)
        key = begin(world)
        write(world, key, f"alex{len(route)}")
        transport = CollectingTransport() if route else None
        report = world.deliver(transport)
        assert (report.sent, report.written) == (0, 0)
        assert close(world, key) is CampaignState.OPEN
        report = world.deliver(transport)
        assert report.sent + report.written == 1


def test_letters_planned_in_chunks_are_one_mailing(world: World) -> None:
    world.configure(SMTP + "confirm_above = 3\nconnections = 1\n")
    first_has_gone(world)
    key = begin(world)
    write(world, key, "alex", "bea")
    world.deliver(CollectingTransport())
    write(world, key, "cat", "dan")
    assert close(world, key) is CampaignState.WAITING
    assert len(mailings.campaign_summary(world.register).readers) == 4


def test_a_mailing_is_counted_by_people_not_by_mails(world: World) -> None:
    world.configure(SMTP + "confirm_above = 2\nconnections = 1\n")
    first_has_gone(world)
    key = begin(world)
    write(world, key, "alex", "bea", times=3)
    assert close(world, key) is CampaignState.OPEN
    # One letter a person a day: the others wait for the days after.
    first = world.deliver(CollectingTransport())
    assert (first.sent, first.later) == (2, 4)


def test_one_address_without_a_person_is_one_of_the_people(world: World) -> None:
    world.configure(SMTP + "confirm_above = 1\nconnections = 1\n")
    first_has_gone(world)
    key = begin(world)
    for number in range(3):
        world.queue("lead", kind=MailKind.OWNER, key=f"lead-{number}", mailing=key, recipient="Lead@example.org")
    assert close(world, key) is CampaignState.OPEN


def test_what_a_killed_plan_left_counts_with_the_next(world: World) -> None:
    world.configure(SMTP + "confirm_above = 3\nconnections = 1\n")
    first_has_gone(world)
    killed = begin(world)
    write(world, killed, "alex", "bea")
    key = begin(world)
    assert key == killed
    write(world, key, "cat", "dan")
    assert close(world, key) is CampaignState.WAITING


def test_a_plan_on_another_route_does_not_take_up_what_was_left(world: World) -> None:
    world.configure(SMTP + "confirm_above = 0\n")
    killed = begin(world)
    write(world, killed, "alex")
    world.configure("")
    key = begin(world)
    assert key != killed
    assert close(world, key) is CampaignState.PLANNING
    assert world.deliver().cancelled == 1
    assert world.states() == [DeliveryState.CANCELLED]


def test_an_empty_plan_leaves_its_mailing_to_the_next(world: World) -> None:
    world.configure(SMTP + "confirm_above = 5\n")
    key = begin(world)
    assert close(world, key) is CampaignState.PLANNING
    assert begin(world) == key
    # It has written to nobody, so the next that does is still the first.
    write(world, key, "alex")
    assert close(world, key) is CampaignState.WAITING


def test_a_mailing_cancelled_while_it_is_planned_stays_so_with_all_its_letters(world: World) -> None:
    world.configure(SMTP + "confirm_above = 0\nconnections = 1\n")
    key = begin(world)
    write(world, key, "alex")
    assert len(mailings.cancel(world.register, world.root, by="the office", now=NOW).readers) == 1
    write(world, key, "bea")
    assert close(world, key) is CampaignState.CANCELLED
    assert world.states() == [DeliveryState.CANCELLED] * 2
    assert world.deliver(CollectingTransport()).sent == 0


def test_pausing_leaves_what_is_being_planned_to_its_confirmation(world: World) -> None:
    world.configure(SMTP + "confirm_above = 5\nconnections = 1\n")
    key = begin(world)
    write(world, key, "alex")
    mailings.pause(world.register, world.root, by="the office", now=NOW)
    mailings.resume(world.register, world.root, by="the office", now=NOW)
    with world.register.reading() as tx:
        assert find_campaign(tx, world.school, key).state is CampaignState.PLANNING
    assert close(world, key) is CampaignState.WAITING


def test_a_mailing_that_went_by_another_route_makes_no_first_one_free(world: World) -> None:
    folder = begin(world)
    write(world, folder, "alex")
    close(world, folder)
    assert world.deliver().written == 1
    world.configure(SMTP + "confirm_above = 5\nconnections = 1\n")
    key = begin(world)
    write(world, key, "bea")
    assert close(world, key) is CampaignState.WAITING


@pytest.mark.parametrize("decide", [None, mailings.pause])
def test_a_letter_made_afresh_out_of_a_mailing_that_does_not_go_waits(world: World, decide: Decide | None) -> None:
    world.configure(SMTP + f"confirm_above = {3 if decide else 1}\nconnections = 1\n")
    first_has_gone(world)
    people = {name: world.add_person(name) for name in ("alex", "bea")}
    key = begin(world)
    for name, person in people.items():
        world.queue(name, "confidentiality", person=person, key=f"{name}-before", mailing=key)
    state = close(world, key)
    if decide is not None:
        assert state is CampaignState.OPEN
        decide(world.register, world.config.root, by="the owner", now=NOW)
    with world.register.transaction() as tx:
        cancel_messages(tx, world.school, list_queued_of(tx, world.school, (key,)), "the copy was replaced", NOW)
    afresh = begin(world)
    world.queue("alex", "confidentiality", person=people["alex"], key="alex-afresh", mailing=afresh)
    assert close(world, afresh) is CampaignState.WAITING
    assert world.deliver(CollectingTransport()).sent == 0
    world.confirm()
    assert world.deliver(CollectingTransport()).sent == 1
    # What was let go once holds nothing back any more.
    later = begin(world)
    world.queue("alex", "confidentiality", person=people["alex"], key="alex-later", mailing=later)
    assert close(world, later) is CampaignState.OPEN
