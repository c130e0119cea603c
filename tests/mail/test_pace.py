"""Limits of mail services: profiles, own numbers, never more in a minute or a day than allowed."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config import parse_config
from pipeline.mail.routes.pace import Pace, SendingLimits, limits_of
from tests.mail.world import NOW, FrozenClock

GRAPH = 'route = "graph"\nfrom = "o@example.org"\n[mail.oauth]\nprovider = "microsoft"\ntenant = "t"\nclient_id = "c"'


@pytest.mark.parametrize(
    ("toml", "limits"),
    [
        ("", SendingLimits(0, 0, 2)),
        ('profile = "microsoft365"', SendingLimits(30, 10_000, 3)),
        ('profile = "google"', SendingLimits(0, 2_000, 2)),
        ('profile = "relay"\nconnections = 8', SendingLimits(0, 0, 8)),
        ('profile = "microsoft365"\nper_minute = 10\nconnections = 1', SendingLimits(10, 10_000, 1)),
        ("per_minute = 5\nper_day = 50", SendingLimits(5, 50, 2)),
        (GRAPH, SendingLimits(30, 10_000, 3)),
        (f"per_minute = 10\n{GRAPH}", SendingLimits(10, 10_000, 3)),
    ],
)
def test_own_numbers_win_over_the_profiles(toml: str, limits: SendingLimits) -> None:
    assert limits_of(parse_config(f"[mail]\n{toml}\n", root=Path()).mail) == limits


@given(
    per_minute=st.integers(0, 5),
    per_day=st.integers(0, 12),
    before=st.lists(st.integers(0, 100_000), max_size=8).map(sorted),
    mails=st.integers(1, 20),
)
def test_no_minute_and_no_day_ever_holds_more_than_allowed(
    per_minute: int, per_day: int, before: list[int], mails: int
) -> None:
    clock = FrozenClock(NOW)
    sent = [NOW - timedelta(seconds=100_000 - seconds) for seconds in before]
    pace = Pace(SendingLimits(per_minute, per_day), clock, sent)
    went = []
    while len(went) < mails and pace.wait_for_turn(lambda: False):
        went.append(clock.now())
    for number, moment in enumerate(went, start=1):
        earlier = [*sent, *went[:number]]
        assert (
            not per_minute or sum(moment - timedelta(seconds=60) < at <= moment for at in went[:number]) <= per_minute
        )
        assert not per_day or sum(moment - timedelta(hours=24) < at <= moment for at in earlier) <= per_day
    lately = sum(at > NOW - timedelta(hours=24) for at in sent)
    assert len(went) >= (min(mails, per_day - lately) if per_day else mails)


def test_a_turn_not_used_is_given_back() -> None:
    pace = Pace(SendingLimits(per_day=1), FrozenClock(NOW))
    pace.give_back()
    assert pace.wait_for_turn(lambda: False)
    pace.give_back()
    assert pace.wait_for_turn(lambda: False)
    assert not pace.wait_for_turn(lambda: False)


def test_a_run_that_is_stopped_waits_no_longer() -> None:
    clock = FrozenClock(NOW)
    pace = Pace(SendingLimits(per_minute=1), clock)
    assert pace.wait_for_turn(lambda: False)
    assert not pace.wait_for_turn(lambda: clock.passed > 5)
    assert clock.passed <= 7


def test_mail_that_another_program_sends_counts_against_the_same_minute() -> None:
    clock = FrozenClock(NOW)
    elsewhere: list[datetime] = []
    pace = Pace(
        SendingLimits(per_minute=4), clock, (), lambda since: [moment for moment in elsewhere if moment > since]
    )
    assert [pace.wait_for_turn(lambda: False) for _ in range(2)] == [True, True]
    clock.sleep(3)
    # Ours stand in the register by now, and so do two of the other program's.
    elsewhere += [NOW, NOW, NOW + timedelta(seconds=1), NOW + timedelta(seconds=2)]
    assert pace.wait_for_turn(lambda: False)
    assert clock.now() >= NOW + timedelta(seconds=60)


def test_mail_that_another_program_sends_counts_against_the_same_day() -> None:
    pace = Pace(SendingLimits(per_day=3), FrozenClock(NOW), (), lambda since: [NOW - timedelta(hours=1)] * 3)
    assert not pace.wait_for_turn(lambda: False)


def test_without_limits_nobody_looks() -> None:
    def look(since: datetime) -> list[datetime]:
        raise AssertionError

    assert Pace(SendingLimits(), FrozenClock(NOW), (), look).wait_for_turn(lambda: False)
