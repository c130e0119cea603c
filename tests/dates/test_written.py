"""Dates as schools write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.dates.written import find_dates, order_key, parse_date, scan_dates
from pipeline.model.dates import PartialDate, Precision

MONTHS = [
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
]  # fmt: skip
DAYS = st.dates(min_value=date(1950, 1, 1), max_value=date(2049, 12, 31))


@pytest.mark.parametrize(
    ("text", "value", "precision"),
    [
        ("17th September 2013", "2013-09-17", "day"),
        ("Monday, 17 th\nSeptember 2013", "2013-09-17", "day"),
        ("17\u00a0September\u00a02013", "2013-09-17", "day"),
        ("17.9.13", "2013-09-17", "day"),
        ("05/06/2019", "2019-06-05", "day"),
        ("20-Jun-17", "2017-06-20", "day"),
        ("14 Oct '24", "2024-10-14", "day"),
        ("September 17, 2013", "2013-09-17", "day"),
        ("1st of May, 2019", "2019-05-01", "day"),
        ("2024-08-01", "2024-08-01", "day"),
        ("August 2025", "2025-08", "month"),
        ("Sept 24", "2024-09", "month"),
        ("Sept. 2019", "2019-09", "month"),
        ("Oct 12", "2012-10", "month"),
        ("Febuary 2014", "2014-02", "month"),
        ("Septemeber 2016", "2016-09", "month"),
        ("05/2019", "2019-05", "month"),
        ("2024-08", "2024-08", "month"),
        ("Autumn Term 2013", "2013-autumn", "term"),
        ("Autumn\nterm 2013", "2013-autumn", "term"),
        ("Autumn 1 2024", "2024-autumn", "term"),
        ("Summer half term 2 2024", "2024-summer", "term"),
        ("Spring Term 18/19", "2019-spring", "term"),
        ("Autumn Term 2018/19", "2018-autumn", "term"),
        ("Spring Term (2019)", "2019-spring", "term"),
        ("Michaelmas Term 2020", "2020-autumn", "term"),
        ("2024/25 Summer Term", "2025-summer", "term"),
        ("2024/25", "2024-25", "academic-year"),
        ("2011-12", "2011-12", "academic-year"),
        ("academic year 2024-2025", "2024-25", "academic-year"),
        ("Academic Year 23/24", "2023-24", "academic-year"),
        ("2024", "2024", "year"),
        ("(on 1 March 2020).", "2020-03-01", "day"),
    ],
)
def test_date_is_read_as_exactly_as_written(text: str, value: str, precision: str) -> None:
    assert parse_date(text) == PartialDate(value, Precision(precision))


@pytest.mark.parametrize("text", ["31 February 2020", "09/17/2013", "30.2.19", "0 May 2019", "29th February 2023"])
def test_impossible_date_is_reported_and_not_turned_round(text: str) -> None:
    scan = scan_dates(f"Reviewed: {text}")
    assert [each.text for each in scan.unreadable] == [text]
    assert [each for each in scan.dates if each.date.precision is Precision.DAY] == []


@pytest.mark.parametrize(
    "text",
    [
        "2015-2019",
        "1st April",
        "September",
        "may 12 pupils",
        "9.15am",
        "Act 1998b8",
        "no date",
        "",
        "Circular 2017/04/1",
        "June 2009 and June 2010",
        "academic year 2024",
        "Summer 2",
        "Spring Term 18/25",
        "spring 2019/30",
    ],
)
def test_text_that_is_no_single_date_is_not_read_as_one(text: str) -> None:
    assert parse_date(text) is None


def test_dates_glued_to_words_are_found_with_their_exact_words() -> None:
    text = "Last Reviewed:Spring 2022Next Review:Spring 2023 Date created05/2019"
    found = find_dates(text)
    assert [each.date.value for each in found] == ["2022-spring", "2023-spring", "2019-05"]
    assert all(text[each.start : each.end] == each.text for each in found)


@pytest.mark.parametrize("text", ["June 2019 and 1 July 2020", "Sept 24", "17.9.13"])
def test_two_digit_years_are_marked(text: str) -> None:
    assert [each.short_year for each in find_dates(text)] == [
        len(each.text.split()[-1]) < 4 or "." in each.text for each in find_dates(text)
    ]


@given(
    DAYS,
    st.sampled_from(
        [
            "{d} {m} {y}",
            "{d}{o} {m} {y}",
            "{d}/{n}/{y}",
            "{d:02}.{n:02}.{s:02}",
            "{d} {a} {y}",
            "{w} {d}{o} {m}, {y}",
            "{y}-{n:02}-{d:02}",
            "{d}\u00a0{m}\n{y}",
        ]
    ),
)
def test_a_day_formatted_is_the_day_parsed(day: date, form: str) -> None:
    suffix = "th" if 10 <= day.day % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10, "th")
    text = form.format(
        d=day.day, o=suffix, m=MONTHS[day.month - 1], a=MONTHS[day.month - 1][:3], n=day.month, y=day.year,
        s=day.year % 100, w=["Monday", "Tue", "Wednesday", "Thurs", "Fri", "Saturday", "Sun"][day.weekday()],
    )  # fmt: skip
    assert parse_date(text) == PartialDate(day.isoformat(), Precision.DAY)


@given(DAYS, st.sampled_from(["{m} {y}", "{a} {s:02}", "{a}. {y}", "{n:02}/{y}", "{m} '{s:02}", "{y}-{n:02}"]))
def test_a_month_formatted_is_the_month_parsed(day: date, form: str) -> None:
    text = form.format(m=MONTHS[day.month - 1], a=MONTHS[day.month - 1][:3], y=day.year, s=day.year % 100, n=day.month)
    read = parse_date(text)
    if form == "{y}-{n:02}" and day.month == (day.year + 1) % 100:
        assert read == PartialDate(f"{day.year}-{day.month:02}", Precision.ACADEMIC_YEAR)
    else:
        assert read == PartialDate(f"{day.year:04}-{day.month:02}", Precision.MONTH)


@given(st.text(max_size=80))
def test_any_text_is_searched_without_failing(text: str) -> None:
    for each in find_dates(text):
        assert text[each.start : each.end] == each.text


@pytest.mark.parametrize("month", [name for name in MONTHS if len(name) > 5])
def test_one_slip_in_a_long_month_is_forgiven(month: str) -> None:
    for position in range(1, len(month)):
        assert parse_date(f"{month[:position]}{month[position + 1 :]} 2019") == PartialDate(
            f"2019-{MONTHS.index(month) + 1:02}", Precision.MONTH
        )


def test_dates_sort_by_the_time_they_stand_for() -> None:
    written = [
        "2023/24",
        "Autumn Term 2023",
        "October 2023",
        "1 January 2024",
        "Spring Term 2024",
        "2024",
        "Summer 2024",
    ]
    parsed = [parse_date(text) for text in written]
    keys = [order_key(each) for each in parsed if each is not None]
    assert len(keys) == len(written)
    assert order_key(parse_date("October 2023") or parsed[0]) < order_key(parse_date("Spring Term 2024") or parsed[0])  # type: ignore[arg-type]
    assert all(first <= last for first, last in keys)


@pytest.mark.parametrize(
    ("row", "value"),
    [
        ("8\tFeb 2015\tAnnual Review", "2015-02"),
        ("12\tMay\t2020", "2020-05-12"),
        ("8 Feb 2015", "2015-02-08"),
        ("2.1\t8 Feb 2015", "2015-02-08"),
    ],
)
def test_number_of_a_version_in_the_column_before_is_no_day(row: str, value: str) -> None:
    assert [found.date.value for found in scan_dates(row).dates] == [value]


def test_the_end_of_a_word_before_a_date_is_no_day_of_the_week() -> None:
    words = {find.text for find in find_dates("Last reviewed 1 September 2026 and Wed 2 September 2026")}
    assert words == {"1 September 2026", "Wed 2 September 2026"}
