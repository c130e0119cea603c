"""A September spread over fortnights: all of it goes, in equal parts, what may not wait at once, nothing too late."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.acknowledgements.fortnightly_parts import FortnightlyParts, PackItem, parts_of
from pipeline.catalogue.policies import load_catalogue
from pipeline.config import parse_config
from pipeline.model.people import Person
from pipeline.model.policies import PolicyStanding, ReviewState
from pipeline.people.obligations import ReadingDuty, obligations
from pipeline.register.people.persons import PersonRow

STARTER_ITEMS = {entry.slug for entry in load_catalogue() if entry.new_starter_pack}
ITEMS = st.lists(st.builds(PackItem, st.integers(1, 90), st.booleans(), st.booleans()), max_size=25)
PARTS = st.integers(2, 8)


@given(ITEMS, PARTS)
def test_every_item_has_its_part_and_what_may_not_wait_is_in_the_first(items: list[PackItem], parts: int) -> None:
    found = parts_of(items, parts)
    assert len(found) == len(items)
    assert all(0 <= part < parts for part in found)
    assert all(part == 0 for part, item in zip(found, items, strict=True) if item.at_once or item.asked)
    waiting = [part for part, item in zip(found, items, strict=True) if not (item.at_once or item.asked)]
    assert waiting == sorted(waiting)


@given(st.lists(st.integers(1, 90), min_size=1, max_size=25), PARTS)
def test_no_part_is_longer_than_its_share_and_one_item(minutes: list[int], parts: int) -> None:
    found = parts_of([PackItem(each, asked=False) for each in minutes], parts)
    share, largest = sum(minutes) / parts, max(minutes)
    for part in range(parts):
        assert sum(each for each, at in zip(minutes, found, strict=True) if at == part) <= share + largest


@given(st.lists(st.integers(1, 90), min_size=1, max_size=25), PARTS, st.data())
def test_whichever_fortnights_are_missed_each_item_goes_once_and_all_by_the_last(
    minutes: list[int], parts: int, data: st.DataObject
) -> None:
    gone: set[int] = set()
    for fortnight in sorted({*data.draw(st.sets(st.integers(0, parts - 1))), parts - 1}):
        items = [PackItem(each, number in gone) for number, each in enumerate(minutes)]
        now = {number for number, part in enumerate(parts_of(items, parts)) if part <= fortnight} - gone
        gone |= now
        assert sum(minutes[number] for number in gone) >= sum(minutes) * (fortnight + 1) / parts or len(gone) == len(
            minutes
        )
    assert gone == set(range(len(minutes)))


# --- with days -----------------------------------------------------------------------------------------------------

CLOSED = '[calendar]\nclosed = ["2026-10-26..2026-10-30"]\n'
BEGINS = date(2026, 9, 1)
"""A Tuesday."""


def standing(number: int, slug: str, words: int = 2_000) -> PolicyStanding:
    """A policy of ten minutes that all staff sign."""
    return PolicyStanding(
        policy_id=number,
        slug=slug,
        title=slug,
        catalogue_slug=slug,
        version_id=number,
        version_number=1,
        version_sha256="00",
        words=words,
        state=ReviewState.CURRENT,
        approved_on=None,
        last_review=None,
        next_review=None,
        due_on=None,
        days=None,
        owner=None,
        draft_version_id=None,
        problems=(),
    )


SLUGS = [entry.slug for entry in load_catalogue()][:24]
STANDINGS = [standing(number, slug) for number, slug in enumerate(SLUGS, 1)]


def duties(today: date, person: Person, within: int = 14) -> tuple[ReadingDuty, ...]:
    """What somebody owes on a day, before anything is spread."""
    toml = f'[reading]\ndefault = "sign"\n[people]\nread_within_days = {within}\n{CLOSED}'
    row = PersonRow(1, person, "staff.csv", "key")
    return tuple(one.duty for one in obligations([row], STANDINGS, parse_config(toml, root=Path()), today))


PERSON = Person("p1", "Ana", "Lee", "ana@example.org", "Teacher", date(2020, 9, 1), None)
DRIP = FortnightlyParts(BEGINS, 3, ((date(2026, 10, 26), date(2026, 10, 30)),))


@pytest.mark.parametrize(
    ("today", "fortnights", "expected"),
    [
        (date(2026, 9, 1), 3, True),
        (date(2026, 10, 12), 3, True),
        (date(2026, 10, 13), 3, False),
        (date(2026, 8, 31), 3, False),
        (date(2026, 9, 1), 1, False),
        (date(2026, 9, 1), 0, False),
    ],
)
def test_nothing_waits_outside_the_fortnights_or_without_them(today: date, fortnights: int, expected: bool) -> None:
    assert (FortnightlyParts.on(today, fortnights, ()) is not None) is expected


@given(st.integers(2, 6), st.integers(1, 40), st.booleans())
def test_a_september_worked_through_day_by_day_asks_all_once_and_none_too_late(
    fortnights: int, within: int, starts: bool
) -> None:
    person = replace(PERSON, start_on=BEGINS) if starts else PERSON
    drip = replace(DRIP, fortnights=fortnights)
    asked: dict[int, ReadingDuty] = {}
    day = BEGINS
    while day < drip.part_begins(fortnights):
        pack = {one.policy_id: one.policy_id in asked for one in STANDINGS}
        for duty in drip.spread(duties(day, person, within), pack, day):
            if duty.asked_on <= day and duty.standing.policy_id not in asked:
                asked[duty.standing.policy_id] = duty
                if starts and duty.standing.slug in STARTER_ITEMS:
                    assert day == BEGINS
        day += timedelta(days=1)
    assert asked.keys() == {one.policy_id for one in STANDINGS}
    undelayed = duties(BEGINS, person, within)[0].due_on
    assert max(duty.due_on for duty in asked.values()) <= max(drip.ends_on, undelayed)
    assert len({duty.asked_on for duty in asked.values()}) > 1


def test_parts_follow_the_catalogue_and_are_asked_on_the_first_day_of_their_fortnight() -> None:
    pack = {one.policy_id: False for one in STANDINGS}
    spread = DRIP.spread(duties(BEGINS, PERSON), pack, BEGINS)
    assert [duty.standing.slug for duty in spread] == SLUGS
    assert [duty.asked_on for duty in spread] == [
        *[BEGINS] * 8,
        *[date(2026, 9, 15)] * 8,
        *[date(2026, 9, 29)] * 8,
    ]
    assert {duty.due_on for duty in spread} == {date(2026, 9, 15), date(2026, 9, 29), date(2026, 10, 13)}


def test_what_is_no_part_of_the_pack_is_left_as_it_is() -> None:
    mine = duties(BEGINS, PERSON)
    assert DRIP.spread(mine, {}, BEGINS) == mine


def test_whoever_comes_back_late_has_their_own_days_for_what_was_missed() -> None:
    back_on = date(2026, 10, 9)
    mine = duties(back_on, PERSON)
    spread = DRIP.spread(mine, {one.policy_id: False for one in STANDINGS}, back_on)
    assert all(duty.asked_on == back_on and duty.due_on == date(2026, 10, 23) for duty in spread)


def test_whoever_leaves_soon_is_asked_at_once() -> None:
    leaver = replace(PERSON, leave_on=date(2026, 9, 10))
    mine = duties(BEGINS, leaver)
    assert DRIP.spread(mine, {one.policy_id: False for one in STANDINGS}, BEGINS) == mine
