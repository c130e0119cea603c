"""Who is asked on which day, as pure rules."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.catalogue.policies import find_entry
from pipeline.catalogue.reading_rules import reading_rule
from pipeline.config import parse_config
from pipeline.configuration.reading import ReadingSection
from pipeline.dates.calendar import is_mail_day
from pipeline.model.people import EngagementKind, Person
from pipeline.model.policies import PolicyStanding, ReadingRule, ReviewState
from pipeline.people.obligations import (
    has_left,
    is_active,
    is_asked,
    is_away,
    obligations,
    obligations_by_person,
    pack_day,
)
from pipeline.register.people.persons import Engagement, PersonRow

_DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))
_MAYBE = st.none() | _DAYS
_CONFIG = parse_config("", root=Path())


def _person(start: date | None = None, leave: date | None = None, away: date | None = None) -> Person:
    return Person("p1", "Ana", "Lee", "ana@example.org", "Teacher", start, leave, away)


def _standing(slug: str, state: ReviewState = ReviewState.CURRENT, version: int | None = 1) -> PolicyStanding:
    return PolicyStanding(
        policy_id=hash(slug) % 10_000,
        slug=slug,
        title=slug,
        catalogue_slug="child-protection" if slug == "safeguarding" else None,
        version_id=version,
        version_number=1,
        version_sha256="00",
        words=100,
        state=state,
        approved_on=None,
        last_review=None,
        next_review=None,
        due_on=None,
        days=None,
        owner=None,
        draft_version_id=None,
        problems=(),
    )


@given(_MAYBE, _MAYBE, _DAYS)
def test_somebody_is_active_from_the_first_to_the_last_day_inclusive(
    start: date | None, leave: date | None, today: date
) -> None:
    expected = (start is None or start <= today) and (leave is None or today <= leave)
    assert is_active(_person(start, leave), today) == expected


@given(_MAYBE, _MAYBE, _MAYBE, _DAYS)
def test_leavers_owe_nothing_and_everybody_active_owes_the_same(
    start: date | None, leave: date | None, away: date | None, today: date
) -> None:
    row = PersonRow(1, _person(start, leave, away), "staff.csv", "key")
    owed = obligations([row], [_standing("safeguarding"), _standing("uniform")], _CONFIG, today)
    if has_left(row.person, today):
        assert owed == ()
    elif is_active(row.person, today):
        assert [one.rule for one in owed] == [ReadingRule.SIGN, ReadingRule.FIND]
    for one in owed:
        if leave is None or leave > one.due_on:
            assert is_mail_day(one.due_on, ())
        if leave is None:
            assert one.due_on >= today + timedelta(days=14)
            assert start is None or one.due_on >= start + timedelta(days=14)
        else:
            assert one.due_on <= max(leave, one.asked_on)
        assert (one.asked_on > today) == is_away(row.person, today)


@given(_DAYS)
def test_pack_goes_on_the_last_mail_day_up_to_the_start(start: date) -> None:
    day = pack_day(_person(start), _CONFIG)
    assert day is not None
    assert day <= start
    assert is_mail_day(day, ())
    assert not any(is_mail_day(day + timedelta(days=step), ()) for step in range(1, (start - day).days + 1))
    assert is_asked(_person(start), _CONFIG, day)
    assert not is_asked(_person(start), _CONFIG, day - timedelta(days=1))


@pytest.mark.parametrize(
    ("reading", "rule"),
    [
        (ReadingSection(), ReadingRule.SIGN),
        (ReadingSection(default="read"), ReadingRule.READ),
        (ReadingSection(default="find"), ReadingRule.FIND),
        (ReadingSection(find=("safeguarding",)), ReadingRule.FIND),
        (ReadingSection(read=("safeguarding",), find=("safeguarding",)), ReadingRule.READ),
        (ReadingSection(default="find", sign=("safeguarding",)), ReadingRule.SIGN),
    ],
)
def test_own_lists_win_over_the_default_and_the_default_over_the_catalogue(
    reading: ReadingSection, rule: ReadingRule
) -> None:
    assert reading_rule("safeguarding", find_entry("child-protection"), reading) is rule


def test_policy_the_catalogue_does_not_know_is_one_to_find() -> None:
    assert reading_rule("car-park", None, ReadingSection()) is ReadingRule.FIND


def test_withdrawn_policies_and_those_without_a_version_in_use_are_owed_by_nobody() -> None:
    row = PersonRow(1, _person(), "staff.csv", "key")
    standings = [_standing("safeguarding", ReviewState.WITHDRAWN), _standing("uniform", version=None)]
    assert obligations([row], standings, _CONFIG, date(2026, 11, 24)) == ()


@pytest.mark.parametrize(
    ("today", "leave", "due_on"),
    [
        (date(2026, 11, 24), None, date(2026, 12, 8)),
        (date(2026, 11, 21), None, date(2026, 12, 7)),  # asked on a Saturday, mailed on Monday
        (date(2026, 12, 11), None, date(2027, 1, 5)),  # Christmas: the first day back, after a weekend and a holiday
        (date(2026, 12, 4), date(2026, 12, 13), date(2026, 12, 11)),  # leaves on a Sunday: the Friday before
        (date(2026, 12, 4), date(2026, 12, 9), date(2026, 12, 9)),
        (date(2026, 12, 4), date(2026, 12, 4), date(2026, 12, 4)),
        (date(2026, 12, 4), date(2026, 12, 5), date(2026, 12, 4)),
        (date(2026, 12, 4), date(2027, 7, 31), date(2026, 12, 18)),
    ],
)
def test_the_day_to_read_by_is_a_school_day_before_anybody_leaves(
    today: date, leave: date | None, due_on: date
) -> None:
    config = parse_config('[calendar]\nclosed = ["2026-12-21..2027-01-04"]\n', root=Path())
    row = PersonRow(1, _person(None, leave), "staff.csv", "key")
    (owed,) = obligations([row], [_standing("safeguarding")], config, today)
    assert owed.due_on == due_on


_RULES = """
[[reading.rules]]
policies = "all"
ask = "nothing"
roles = ["cook"]
[[reading.rules]]
policies = ["safeguarding"]
ask = "read"
roles = ["cook"]
read_within_days = 3
"""


def test_rule_for_a_role_decides_what_is_owed_why_and_by_when() -> None:
    config, standings = parse_config(_RULES, root=Path()), [_standing("safeguarding"), _standing("uniform")]
    cook = PersonRow(1, replace(_person(), role="Cook"), "staff.csv", "key")
    (owed,) = obligations([cook], standings, config, date(2026, 11, 24))
    assert (owed.standing.slug, owed.rule, owed.due_on) == ("safeguarding", ReadingRule.READ, date(2026, 11, 27))
    assert owed.duty.why == "everybody whose role is “cook” is sent it to read"


_PEOPLE = st.lists(st.tuples(_MAYBE, _MAYBE, _MAYBE, st.sampled_from(["Cook", "Teacher"])), max_size=12)


@given(_PEOPLE, _DAYS)
def test_many_people_at_once_owe_what_each_owes_alone(
    people: list[tuple[date | None, date | None, date | None, str]], today: date
) -> None:
    config, standings = parse_config(_RULES, root=Path()), [_standing("safeguarding"), _standing("uniform")]
    rows = [
        PersonRow(number, replace(_person(start, leave, away), role=role), "staff.csv", "key")
        for number, (start, leave, away, role) in enumerate(people)
    ]
    together = {row.id: mine for row, mine in obligations_by_person(rows, standings, config, today)}
    alone = {row.id: obligations([row], standings, config, today) for row in rows}
    assert {key: mine for key, mine in together.items() if mine} == {key: mine for key, mine in alone.items() if mine}
    assert together.keys() == {row.id for row in rows if is_asked(row.person, config, today)}


def test_people_who_owe_the_same_share_it() -> None:
    rows = [PersonRow(number, _person(), "staff.csv", "key") for number in range(3)]
    owed = [mine for _, mine in obligations_by_person(rows, [_standing("safeguarding")], _CONFIG, date(2026, 11, 24))]
    assert len({id(one.duty) for mine in owed for one in mine}) == 1
    assert [one.person.id for mine in owed for one in mine] == [0, 1, 2]


def test_what_somebody_is_by_each_engagement_that_has_begun_counts_and_none_that_is_to_come() -> None:
    rules = '[[reading.rules]]\npolicies = "all"\nask = "nothing"\nkinds = ["governor"]\n'
    config, today = parse_config(rules, root=Path()), date(2026, 11, 24)
    teacher = Engagement(1, "staff.csv", "a", EngagementKind.STAFF, "Teacher", "", "", None, None)
    governor = Engagement(2, "governors.csv", "b", EngagementKind.GOVERNOR, "", "", "", date(2027, 1, 4), None)
    row = PersonRow(1, _person(), "staff.csv", "key", engagement=1, engagements=(teacher, governor))
    assert [one.rule for one in obligations([row], [_standing("safeguarding")], config, today)] == [ReadingRule.SIGN]
    retired = replace(row, engagements=(governor,), person=replace(row.person, kind=EngagementKind.GOVERNOR))
    assert obligations([retired], [_standing("safeguarding")], config, date(2027, 1, 4)) == ()
