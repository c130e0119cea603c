"""Counts of readings as sets of people: they agree with what is asked of each person, one by one."""

from datetime import date, timedelta
from pathlib import Path

from pipeline.acknowledgements.counting import list_readings
from pipeline.acknowledgements.tally import (
    GivenReadings,
    ReadingCount,
    ReadingTally,
    iterate,
    list_members_yet_to_answer,
    list_overdue_members,
    list_to_sign,
    make_tally,
    members_of,
)
from pipeline.model.people import AwayPeriod, EngagementKind
from pipeline.model.policies import RevisionKind
from pipeline.register.people.persons import list_people
from pipeline.register.policies.policies import list_versions
from tests.mail.servers import scripted, settings_for
from tests.school import MONDAY, School

LATER = MONDAY + timedelta(days=30)


def tally_of(school: School) -> ReadingTally:
    """Return how it stands, from the register."""
    with school.register.reading() as tx:
        people = list_people(tx, school.key, LATER)
        readings = list_readings(list_versions(tx, school.key))
        given = GivenReadings(people, readings, school.config, LATER)
        given.take_in(tx, school.key)
        to_sign = list_to_sign(people, school.standings(LATER), readings, school.config, LATER)
        return make_tally(to_sign, given, list_overdue_members(tx, school.key, LATER))


def test_a_set_of_people_gives_its_people_back() -> None:
    assert list(iterate(members_of([70, 3, 3, 1]))) == [1, 3, 70]


def test_counts_are_by_policy_and_by_any_group(tmp_path: Path) -> None:
    rules = '[[reading.rules]]\npolicies = ["uniform"]\nask = "sign"\nkinds = ["governor"]\n'
    with scripted() as server, School(tmp_path, rules + settings_for(server)) as school:
        first, second = school.add_policy("Confidentiality"), school.add_policy("Uniform", None)
        lee, day, fox = (school.add_person(name, team="Science") for name in ("Lee", "Day", "Fox"))
        ash = school.add_person("Ash", kind=EngagementKind.GOVERNOR, team="Governors")
        school.add_person("Gone", leave_on=MONDAY)
        school.plan()
        school.deliver()
        school.record(lee, first)
        school.record(ash, second)
        period = AwayPeriod(LATER - timedelta(days=3), LATER + timedelta(days=3))
        school.change_person(day, away_until=period.until_on)
        tally = tally_of(school)
        science = members_of([lee.id, day.id, fox.id])
        assert tally.count(second.policy_id) == ReadingCount(1, 1, 0)
        assert tally.count(first.policy_id, science) == ReadingCount(1, 2, 1)
        assert tally.count(first.policy_id, science).due == 0
        assert not tally.required[first.policy_id] >> day.id & 1
        assert [row.id for row in tally.rows(tally.late[first.policy_id] & science)] == [fox.id]


def test_what_was_recorded_since_is_taken_in_and_a_new_version_asks_again(tmp_path: Path) -> None:
    with School(tmp_path) as school:
        first = school.add_policy("Confidentiality")
        lee, day = school.add_person("Lee"), school.add_person("Day")
        with school.register.reading() as tx:
            people, readings = list_people(tx, school.key, MONDAY), list_readings(list_versions(tx, school.key))
        given = GivenReadings(people, readings, school.config, MONDAY)
        for row, expected in ((lee, [lee.id]), (day, [lee.id, day.id])):
            school.record(row, first)
            with school.register.reading() as tx:
                given.take_in(tx, school.key)
            assert list(iterate(given.of(first.policy_id, 0))) == expected
        assert tally_of(school).count(first.policy_id) == ReadingCount(2, 2)
        school.add_version(first.policy_id, RevisionKind.MAJOR, title="Confidentiality", issued_on=MONDAY)
        assert tally_of(school).count(first.policy_id) == ReadingCount(0, 2)


def test_overdue_leaves_out_what_cannot_be_read_on_any_day_and_yet_to_answer_does_not(tmp_path: Path) -> None:
    with scripted() as server, School(tmp_path, settings_for(server)) as school:
        first, second = school.add_policy("Confidentiality"), school.add_policy("Behaviour")
        lee, day = school.add_person("Lee"), school.add_person("Day")
        school.plan()
        school.deliver()
        school.record(lee, first)
        school.hold_copy(first)
        with school.register.reading() as tx:
            for today in (LATER, date.max):
                assert list_overdue_members(tx, school.key, today) == {second.policy_id: members_of([lee.id, day.id])}
            both = list_members_yet_to_answer(tx, school.key, [first.policy_id, second.policy_id])
            assert both == {first.policy_id: members_of([day.id]), second.policy_id: members_of([lee.id, day.id])}
            assert list_members_yet_to_answer(tx, school.key, [first.policy_id]) == {
                first.policy_id: both[first.policy_id]
            }
