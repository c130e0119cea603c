"""A review counted back from meetings: the last that serves, seven clear days, nothing planned before today."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.dates.calendar import is_mail_day, last_day
from pipeline.dates.meetings import (
    ApprovingBody,
    SchoolCalendar,
    approval_stage,
    first_notice,
    last_summer_day,
    say_days_in_order,
    say_schedule,
    say_terms,
    schedule_review,
    steps_to,
)
from pipeline.model.dates import PartialDate, Precision

TERMS = (
    (date(2026, 9, 1), date(2026, 12, 18)),
    (date(2027, 1, 5), date(2027, 3, 25)),
    (date(2027, 4, 12), date(2027, 7, 21)),
)
CALENDAR = SchoolCalendar(((date(2027, 5, 31), date(2027, 6, 4)), (date(2027, 7, 22), date(2027, 8, 31))), TERMS)
BOARD = ApprovingBody(
    "Full Governing Body", (date(2026, 12, 9), date(2027, 3, 17), date(2027, 7, 9), date(2027, 10, 8))
)
AUGUST = date(2027, 8, 31)


def test_a_review_due_in_august_is_served_by_the_summer_meeting_and_slips_to_october() -> None:
    schedule = schedule_review(AUGUST, (BOARD,), CALENDAR, date(2027, 5, 3))
    assert schedule is not None
    assert say_schedule(schedule, date(2027, 5, 3)) == (
        "The meeting on 9 July is the last before it is due; papers by 1 July; if missed, the next is 8 October: "
        "38 days late."
    )
    (one,) = schedule.bodies
    assert (one.draft_by, one.comments_by, one.papers_by) == (date(2027, 6, 10), date(2027, 6, 24), date(2027, 7, 1))


def test_papers_have_seven_clear_days_and_lie_on_a_school_day() -> None:
    assert steps_to(date(2027, 3, 17), CALENDAR).papers_on == date(2027, 3, 9)
    # Eight days before 1 September 2027 is a Tuesday in the holidays: the last school day is 21 July.
    assert steps_to(date(2027, 9, 1), CALENDAR).papers_on == date(2027, 7, 21)


def test_papers_have_as_many_clear_days_as_a_trusts_articles_say() -> None:
    articles = replace(CALENDAR, clear_days=14)
    assert steps_to(date(2027, 3, 17), articles).papers_on == date(2027, 3, 2)


def test_once_the_last_meeting_is_over_the_next_is_named_with_the_days_it_is_late() -> None:
    schedule = schedule_review(AUGUST, (BOARD,), CALENDAR, date(2027, 7, 12))
    assert schedule is not None
    assert say_schedule(schedule, date(2027, 7, 12)) == (
        "The meeting on 8 October is the next: 38 days late; papers by 30 September; no later meeting is known."
    )


def test_a_meeting_too_near_for_papers_says_so_instead_of_a_day_that_is_over() -> None:
    schedule = schedule_review(AUGUST, (BOARD,), CALENDAR, date(2027, 7, 5))
    assert schedule is not None
    assert "papers should have gone already: ask the clerk at once" in say_schedule(schedule, date(2027, 7, 5))


def test_a_committee_decides_before_the_papers_of_the_board_go() -> None:
    committee = ApprovingBody("The Finance Committee", (date(2027, 6, 24), date(2027, 7, 2), date(2027, 9, 20)))
    schedule = schedule_review(AUGUST, (committee, BOARD), CALENDAR, date(2027, 5, 3))
    assert schedule is not None
    assert [one.meeting for one in schedule.bodies] == [date(2027, 6, 24), date(2027, 7, 9)]
    assert say_schedule(schedule, date(2027, 5, 3)).startswith("The meeting of the Finance Committee on 24 June is")
    # Once June is over the committee meets on 2 July, the board's papers went the day before: the board is October's.
    later = schedule_review(AUGUST, (committee, BOARD), CALENDAR, date(2027, 6, 25))
    assert later is not None
    assert [one.meeting for one in later.bodies] == [date(2027, 9, 20), date(2027, 10, 8)]


def test_no_meeting_known_or_none_to_come_plans_nothing() -> None:
    assert schedule_review(AUGUST, (ApprovingBody("Governors"),), CALENDAR, date(2027, 5, 3)) is None
    assert schedule_review(AUGUST, (BOARD,), CALENDAR, date(2028, 1, 1)) is None
    assert schedule_review(AUGUST, (), CALENDAR, date(2027, 1, 1)) is None


def test_where_the_known_meetings_end_long_before_the_due_day_none_is_called_the_last() -> None:
    assert schedule_review(date(2029, 8, 31), (BOARD,), CALENDAR, date(2027, 5, 3)) is None
    assert first_notice(date(2029, 3, 31), (BOARD,), CALENDAR) is None


@pytest.mark.parametrize("calendar", [CALENDAR, SchoolCalendar()])
@pytest.mark.parametrize("bodies", [(BOARD,), ()])
def test_the_first_notice_of_an_august_review_lands_well_before_the_owner_leaves_in_july(
    calendar: SchoolCalendar, bodies: tuple[ApprovingBody, ...]
) -> None:
    notice, last = first_notice(AUGUST, bodies, calendar), last_summer_day(AUGUST, calendar)
    assert notice is not None
    assert last is not None
    assert notice <= last - timedelta(days=15)


def test_a_review_in_term_without_a_meeting_asks_for_no_notice_of_its_own() -> None:
    assert first_notice(date(2027, 3, 31), (), CALENDAR) is None
    assert first_notice(date(2027, 7, 15), (), CALENDAR) is None


PRECISE = st.one_of(
    st.dates(date(2026, 1, 1), date(2030, 12, 31)).map(lambda day: PartialDate(day.isoformat(), Precision.DAY)),
    st.just(PartialDate("2028-02-29", Precision.DAY)),
    st.dates(date(2026, 1, 1), date(2030, 12, 31)).map(lambda day: PartialDate(f"{day:%Y-%m}", Precision.MONTH)),
    st.builds(
        lambda year, term: PartialDate(f"{year}-{term}", Precision.TERM),
        st.integers(2026, 2030),
        st.sampled_from(["autumn", "spring", "summer"]),
    ),
    st.integers(2026, 2030).map(lambda year: PartialDate(f"{year}-{(year + 1) % 100:02}", Precision.ACADEMIC_YEAR)),
)
DAYS = st.one_of(st.dates(date(2026, 1, 1), date(2031, 12, 31)), st.just(date(2028, 2, 29)))
RANGES = st.lists(
    st.builds(lambda day, length: (day, day + timedelta(days=length)), DAYS, st.integers(0, 45)), max_size=6
)


@given(PRECISE, st.lists(st.lists(DAYS, max_size=12), min_size=1, max_size=3), RANGES, DAYS)
def test_whatever_the_calendar_the_last_meeting_serves_with_clear_days_and_nothing_lies_before_today(
    due: PartialDate, meetings: list[list[date]], closed: list[tuple[date, date]], today: date
) -> None:
    bodies = tuple(ApprovingBody(f"Body {number}", tuple(days)) for number, days in enumerate(meetings))
    calendar, due_on = SchoolCalendar(closed), last_day(due)
    schedule = schedule_review(due_on, bodies, calendar, today)
    tidy = tuple(ApprovingBody(body.name, tuple(sorted(set(body.meetings)))) for body in bodies)
    assert schedule == schedule_review(due_on, tidy, calendar, today)
    if schedule is None:
        ends = [max(days, default=date.min) for days in meetings]
        assert min(ends) < max(today, due_on - timedelta(days=122)) or len(bodies) > 1
        return
    *_, last = schedule.bodies
    in_time = [day for day in meetings[-1] if today <= day <= due_on]
    if last.is_last or len(bodies) == 1:
        assert last.is_last == bool(in_time)
    assert not last.is_last or last.meeting == max(in_time)
    for one, days in zip(schedule.bodies, meetings, strict=True):
        assert one.meeting in days
        assert one.meeting >= today
        planned = [day for day in (one.draft_by, one.comments_by, one.papers_by) if day is not None]
        assert planned == sorted(planned)
        assert all(day >= today and is_mail_day(day, closed) for day in planned)
        assert one.papers_by is None or (one.meeting - one.papers_by).days - 1 >= 7
        assert one.next_meeting is None or one.next_meeting > one.meeting
        assert (one.days_late, one.next_days_late) == (
            max(0, (one.meeting - due_on).days),
            max(0, ((one.next_meeting or due_on) - due_on).days),
        )


@given(PRECISE, st.lists(DAYS, max_size=8), RANGES)
def test_the_first_notice_leaves_time_for_the_meeting_and_before_the_summer(
    due: PartialDate, meetings: list[date], closed: list[tuple[date, date]]
) -> None:
    due_on, calendar = last_day(due), SchoolCalendar(closed)
    notice = first_notice(due_on, (ApprovingBody("Board", tuple(meetings)),), calendar)
    serving = max((day for day in meetings if day <= due_on), default=None)
    if serving is not None and (due_on - max(meetings)).days <= 122:
        assert notice is not None
        assert notice < steps_to(serving, calendar).draft_by
    if last := last_summer_day(due_on, calendar):
        assert notice is not None
        assert notice < last < due_on


@given(DAYS, st.lists(DAYS, max_size=8), RANGES, st.integers(0, 400))
def test_a_missing_approval_is_never_silent_for_long_nor_told_early(
    since: date, meetings: list[date], closed: list[tuple[date, date]], days: int
) -> None:
    bodies, calendar = (ApprovingBody("Board", tuple(meetings)),), SchoolCalendar(closed)
    today = since + timedelta(days=days)
    stage = approval_stage(since, bodies, calendar, today)
    assert stage is not None
    assert approval_stage(since, bodies, calendar, since - timedelta(days=1)) is None
    if not any(day > since for day in meetings):
        assert stage == ("since-0" if days < 30 else f"again-{since + timedelta(days=days // 30 * 30)}")
    for day in meetings:
        if since < day < today and not any(day < other for other in meetings):
            assert stage in (f"after-{day}", f"again-{day + timedelta(days=(today - day).days // 30 * 30)}")


def test_a_missing_approval_is_told_in_each_term_though_the_next_meeting_is_a_year_away() -> None:
    bodies = (ApprovingBody("Board", (date(2027, 7, 9),)),)
    since, calendar = date(2026, 9, 7), SchoolCalendar()
    stages = [approval_stage(since, bodies, calendar, since + timedelta(days=days)) for days in range(300)]
    assert list(dict.fromkeys(stages)) == ["since-0", "term-2027-01-01", "before-2027-07-09"]


def test_days_out_of_order_or_twice_and_terms_that_overlap_are_told_and_none_is_lost() -> None:
    assert say_days_in_order((date(2027, 3, 17), date(2026, 12, 9), date(2027, 3, 17)), "[governors] meetings") == (
        "[governors] meetings: 2027-03-17 stands there twice and counts once; they are not in order, and are read as "
        "if they were."
    )
    assert say_days_in_order(BOARD.meetings, "[governors] meetings") == ""
    assert say_terms(TERMS) == ()
    overlapping = (*TERMS, (date(2027, 3, 20), date(2027, 4, 1)), TERMS[0])
    assert say_terms(overlapping) == (
        "[calendar] terms: a term stands there twice and counts once.",
        "[calendar] terms: 2027-01-05..2027-03-25 and 2027-03-20..2027-04-01 overlap; look up which days are right.",
    )
