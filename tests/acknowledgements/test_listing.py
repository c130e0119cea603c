"""Who is late with what, and whose reading is not counted."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipeline.acknowledgements.listing import (
    ReadingLine,
    find_late,
    list_acknowledgements,
    list_late,
    readings,
)
from pipeline.acknowledgements.tally import ReadingCount
from pipeline.model.policies import RevisionKind
from pipeline.model.readings import RequestState
from tests.mail.servers import scripted, settings_for
from tests.school import MONDAY, School

LATER = MONDAY + timedelta(days=28)


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with scripted() as server, School(tmp_path, settings_for(server)) as opened:
        yield opened


def lines(school: School, today: date) -> tuple[ReadingLine, ...]:
    with school.register.reading() as tx:
        return list_acknowledgements(tx, school.key, school.config, school.standings(today), today)


def count(school: School, policy_id: int, today: date) -> ReadingCount | None:
    with school.register.reading() as tx:
        return readings(tx, school.key, school.config, school.standings(today), today).get(policy_id)


def test_nobody_is_late_on_the_day_to_read_by_and_everybody_asked_is_the_day_after(school: School) -> None:
    policy = school.add_policy("Confidentiality")
    school.add_person("Lee")
    school.plan()
    school.deliver()
    (request,) = school.requests()
    assert list_late(lines(school, request.due_on)) == ()
    after = request.due_on + timedelta(days=1)
    assert [(one.person.person.name, one.days_late) for one in list_late(lines(school, after))] == [("Kim Lee", 1)]
    assert count(school, policy.policy_id, request.due_on) == ReadingCount(0, 1, 0)
    assert count(school, policy.policy_id, after) == ReadingCount(0, 1, 1)


def test_nobody_is_late_with_what_has_not_reached_them(school: School) -> None:
    policy = school.add_policy("Confidentiality")
    school.add_person("Lee")
    school.plan()
    assert [line.state for line in lines(school, LATER)] == [RequestState.OWED]
    assert list_late(lines(school, LATER)) == ()
    with school.register.reading() as tx:
        assert find_late(tx, school.key, school.config, LATER) == ()
    assert count(school, policy.policy_id, LATER) == ReadingCount(0, 1, 0)
    school.deliver()
    with school.register.reading() as tx:
        [late] = find_late(tx, school.key, school.config, LATER)
    assert late.lines[0].days_late == 14


def test_who_recorded_is_away_or_has_left_is_not_late(school: School) -> None:
    first = school.add_policy("Confidentiality")
    lee, day, fox, ash = (school.add_person(name) for name in ("Lee", "Day", "Fox", "Ash"))
    school.plan()
    school.deliver()
    school.record(lee, first, MONDAY)
    school.change_person(day, away_until=LATER + timedelta(days=30))
    school.change_person(fox, leave_on=LATER - timedelta(days=1))
    school.plan(LATER)
    assert [one.person.id for one in list_late(lines(school, LATER))] == [ash.id]
    states = {line.person.id: line.state for line in lines(school, LATER)}
    assert states[day.id] is RequestState.AWAY
    assert count(school, first.policy_id, LATER) == ReadingCount(1, 2, 1)


def test_who_is_late_the_longest_comes_first_with_their_oldest_policy(school: School) -> None:
    school.add_policy("Confidentiality")
    school.add_person("Lee")
    school.plan()
    school.deliver()
    school.add_policy("Safeguarding")
    school.add_person("Abbot")
    school.plan(MONDAY + timedelta(days=7))
    school.deliver(MONDAY + timedelta(days=7))
    late = list_late(lines(school, LATER))
    assert [reader.person.person.last_name for reader in late] == ["Lee", "Abbot"]
    assert [(line.title, line.days_late) for line in late[0].lines] == [("Confidentiality", 14), ("Safeguarding", 7)]
    assert {line.days_late for line in late[1].lines} == {7}


def test_a_held_policy_that_nobody_was_asked_for_is_not_nought_of_many(school: School) -> None:
    policy = school.add_policy("Confidentiality")
    school.add_person("Lee")
    school.hold_copy(policy)
    school.plan()
    assert count(school, policy.policy_id, MONDAY) is None


def test_a_policy_that_was_asked_for_before_it_was_held_is_counted_and_nobody_is_late_with_it(school: School) -> None:
    policy = school.add_policy("Confidentiality")
    school.add_person("Lee")
    school.plan()
    school.deliver()
    school.hold_copy(policy)
    assert count(school, policy.policy_id, LATER) == ReadingCount(0, 1, 0)


def test_a_new_version_without_a_copy_counts_nobody_once_the_old_requests_are_closed(school: School) -> None:
    policy = school.add_policy("Confidentiality")
    school.add_person("Lee")
    school.plan()
    school.add_version(policy.policy_id, RevisionKind.MAJOR, title="Confidentiality", copy=False)
    school.plan(LATER)
    assert count(school, policy.policy_id, LATER) is None
    assert list_late(lines(school, LATER)) == ()
