"""Any day can be asked for: what the register tells of it later is what it told then."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.acknowledgements.corrections import correct_leaving
from pipeline.errors import UsageError
from pipeline.model.people import AwayPeriod, EngagementKind, Person
from pipeline.people.by_hand import add_by_hand, leave, revoke_link, set_by_hand
from pipeline.people.lists.staff_import import import_staff
from pipeline.people.lists.staff_list import StaffList
from pipeline.people.naming import find_one
from pipeline.register.decision import Decision
from pipeline.register.people.persons import PersonRow, list_people
from tests.registers import open_memory_register

FIRST = date(2026, 9, 1)
_DAYS = st.dates(FIRST - timedelta(days=60), FIRST + timedelta(days=90))
_NAMES = st.sampled_from([("Ana", "Lee"), ("Bo", "Day"), ("Cy", "Fox"), ("Ana", "Lee-Fox")])
_ADDRESSES = st.sampled_from([None, "ana@example.org", "bo@example.org", "post@example.org"])


@st.composite
def _people(draw: st.DrawFn) -> Person:
    first, last = draw(_NAMES)
    start, leave_on = draw(st.none() | _DAYS), draw(st.none() | _DAYS)
    if start and leave_on and leave_on < start:
        leave_on = None
    return Person(
        draw(st.sampled_from(["p1", "p2", "p3"])),
        first,
        last,
        draw(_ADDRESSES),
        draw(st.sampled_from(["Teacher", "Cook"])),
        start,
        leave_on,
        draw(st.none() | _DAYS),
        kind=draw(st.sampled_from(EngagementKind)),
        team=draw(st.sampled_from(["", "Year 3"])),
    )


_TYPED = st.sampled_from(
    ["role=Head", "address=head@example.org", "last_day=2026-09-20", "last_day=", "away_until=2026-10-02",
     "away_until=", "team=Office", "kind=supply", "last_name=Marsh", "starts=2026-09-10"]
)  # fmt: skip
_PERSONS = st.sampled_from(["Ana Lee", "Bo Day", "p1", "p2", "hand-1", "bo@example.org"])
_Step = Callable[[Decision, date], object]


def _import(people: list[Person], source: str, *, confirmed: bool) -> _Step:
    once = tuple({person.person_id: person for person in people}.values())
    listed = StaffList(once, listed=frozenset(person.person_id for person in once))

    def take(decision: Decision, today: date) -> object:
        tx, school, now = decision.tx, decision.school, decision.now
        return import_staff(tx, school, listed, source, today, now, confirmed=confirmed, actor=decision.actor)

    return take


def _undo(decision: Decision, today: date) -> object:
    row = find_one(list_people(decision.tx, decision.school, today), "p1", today)
    return correct_leaving(decision, row, reason="In error.", today=today)


_STEPS = st.one_of(
    st.builds(_import, st.lists(_people(), max_size=3), st.sampled_from(["a", "b"]), confirmed=st.booleans()),
    st.builds(lambda who, typed: lambda decision, today: set_by_hand(decision, who, [typed], today), _PERSONS, _TYPED),
    st.builds(lambda who: lambda decision, today: leave(decision, who, None, today), _PERSONS),
    st.builds(lambda who: lambda decision, today: revoke_link(decision, who, today), _PERSONS),
    st.builds(
        lambda name, typed: lambda decision, today: add_by_hand(decision, " ".join(name), [typed], today),
        _NAMES,
        _TYPED,
    ),
    st.just(_undo),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(_people(), min_size=1, max_size=3), st.lists(st.tuples(st.integers(0, 20), _STEPS), max_size=9))
def test_people_as_at_a_moment_are_those_that_were_shown_then(
    first: list[Person], steps: list[tuple[int, _Step]]
) -> None:
    with open_memory_register(school_name="A School", time_zone="Europe/London") as register:
        shown: list[tuple[date, datetime, tuple[PersonRow, ...]]] = []
        today, now = FIRST, datetime(2026, 9, 1, 8, tzinfo=UTC)
        for days, step in [(0, _import(first, "a", confirmed=False)), *steps]:
            today, now = today + timedelta(days=days), now + timedelta(days=days, minutes=1)
            try:
                with register.transaction() as tx:
                    step(Decision(tx, register.school, "Jo Hill", now), today)
            except UsageError:
                pass  # nothing was changed
            with register.reading() as tx:
                shown.append((today, now, list_people(tx, register.school, today)))
        with register.reading() as tx:
            for day, moment, people in shown:
                assert list_people(tx, register.school, day, as_at=moment) == people
                ids = [one.id for row in people for one in row.engagements]
                assert len(ids) == len(set(ids))
                assert all(row.engagement in row.counting for row in people)


def test_somebody_who_moved_to_an_id_that_another_had_is_as_at_a_day_before_under_their_own() -> None:
    lee, day = (Person("p1", *name, None, "Teacher", None, None) for name in (("Ana", "Lee"), ("Bo", "Day")))
    now = datetime(2026, 9, 1, 8, tzinfo=UTC)
    shown: list[tuple[PersonRow, ...]] = []
    with open_memory_register(school_name="A School", time_zone="Europe/London") as register:
        for minute, step in enumerate(
            (
                _import([lee], "a", confirmed=True),
                _import([replace(lee, person_id="p2"), day], "b", confirmed=True),
                _import([lee], "b", confirmed=True),
            )
        ):
            with register.transaction() as tx:
                step(Decision(tx, register.school, "Jo Hill", now + timedelta(minutes=minute)), FIRST)
            with register.reading() as tx:
                shown.append(list_people(tx, register.school, FIRST))
        with register.reading() as tx:
            moments = (now + timedelta(minutes=minute) for minute in range(3))
            assert [list_people(tx, register.school, FIRST, as_at=moment) for moment in moments] == shown
    assert [one.key for row in shown[1] for one in row.engagements if row.person.last_name == "Lee"] == ["p1", "p2"]


def test_a_clock_that_was_set_back_brings_no_earlier_state_back() -> None:
    lee = Person("p1", "Ana", "Lee", "ana@example.org", "Teacher", None, None)
    now = datetime(2026, 11, 24, 8, tzinfo=UTC)
    with open_memory_register(school_name="A School", time_zone="Europe/London") as register:
        with register.transaction() as tx:
            _import([lee], "a", confirmed=False)(Decision(tx, register.school, "Jo Hill", now), now.date())
        back = now - timedelta(days=400)
        with register.transaction() as tx:
            decision = Decision(tx, register.school, "Jo Hill", back)
            set_by_hand(decision, "p1", ["role=Head", "away_until=2025-11-01"], back.date())
        with register.reading() as tx:
            (current,) = list_people(tx, register.school, now.date())
            assert (current.person.role, current.person.away[0]) == (
                "Head",
                AwayPeriod(back.date(), date(2025, 11, 1)),
            )
            assert list_people(tx, register.school, now.date(), as_at=now) == (current,)


def test_a_list_that_is_taken_twice_at_one_moment_changes_nothing_the_second_time() -> None:
    lee = Person("p1", "Ana", "Lee", "ana@example.org", "Teacher", None, None, date(2026, 12, 1))
    moved = replace(lee, role="Head", away_until=date(2026, 12, 5))
    now = datetime(2026, 11, 24, 8, tzinfo=UTC)
    with open_memory_register(school_name="A School", time_zone="Europe/London") as register:
        for people in ([lee], [moved], [moved]):
            with register.transaction() as tx:
                _import(people, "a", confirmed=False)(Decision(tx, register.school, "Jo Hill", now), now.date())
        with register.reading() as tx:
            counts = [
                tx.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar()
                for table in ("person_state", "engagement_state", "away")
            ]
            (row,) = list_people(tx, register.school, now.date())
    assert counts == [1, 2, 2]
    assert row.person.away == (AwayPeriod(now.date(), date(2026, 12, 5)),)
