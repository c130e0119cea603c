"""The school's own calendar: meetings, terms and closed days from a file or an address; the last good one is kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from pipeline.config import Config, load_config, parse_config
from pipeline.dates.school_calendar import CalendarWords, sort_entries
from pipeline.documents.calendar_file import CalendarEntry, folded
from pipeline.errors import ConfigurationError
from pipeline.settings.addresses import own_network_notices
from pipeline.settings.calendar_source import calendar_notices, take_calendar, words_of
from tests import loopback

TODAY = date(2026, 11, 24)


def event(title: str, start: str, end: str = "", more: str = "") -> str:
    until = f"DTEND{end}\r\n" if end else ""
    return f"BEGIN:VEVENT\r\nUID:{title}{start}\r\nSUMMARY:{title}\r\nDTSTART{start}\r\n{until}{more}END:VEVENT\r\n"


def calendar(*events: str) -> bytes:
    return ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n" + "".join(events) + "END:VCALENDAR\r\n").encode()


SCHOOL = calendar(
    event("Full Governors' Meeting (hall)", ":20261209T180000Z", ":20261209T200000Z"),
    event("Governors’ meeting", ":20270317T180000Z", more="STATUS:CANCELLED\r\n"),
    event("Finance Committee", ";VALUE=DATE:20270203", more="RRULE:FREQ=MONTHLY;COUNT=3\r\n"),
    event("Spring term", ";VALUE=DATE:20270105", ";VALUE=DATE:20270326"),
    event("Summer term begins", ";VALUE=DATE:20270412"),
    event("Summer term ends", ";VALUE=DATE:20270721"),
    event("End of term assembly", ";VALUE=DATE:20261218", ";VALUE=DATE:20261219"),
    event("Half term", ";VALUE=DATE:20270215", ";VALUE=DATE:20270220"),
    event("Sports day", ";VALUE=DATE:20270615", more="RRULE:FREQ=SECONDLY\r\n"),
)
SETTINGS = """
[governors]
meetings = [2027-07-07]
[governors.bodies.finance]
name = "Finance Committee"
[calendar]
ics = "{}"
closed = ["2026-12-21..2027-01-04"]
"""


def school(root: Path, source: str = "school.ics") -> Config:
    (root / "config.toml").write_text(SETTINGS.format(source), encoding="utf-8")
    return load_config(root / "config.toml")


@contextmanager
def served(*answers: tuple[int, bytes]) -> Iterator[str]:
    """Serve answers one after the other on this machine alone, the last one for ever."""
    left = list(answers)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, content = left.pop(0) if len(left) > 1 else left[0]
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with loopback.served(Handler) as port:
        yield f"http://127.0.0.1:{port}/school.ics"


def test_meetings_terms_and_closed_days_of_a_calendar_count_beside_those_of_the_settings(tmp_path: Path) -> None:
    (tmp_path / "school.ics").write_bytes(SCHOOL)
    config = take_calendar(school(tmp_path), TODAY, dry_run=False)
    assert config.governors.meetings == (date(2026, 12, 9), date(2027, 7, 7))
    assert config.governors.bodies["finance"].meetings == (date(2027, 2, 3), date(2027, 3, 3), date(2027, 4, 3))
    assert config.calendar.terms == (
        (date(2027, 1, 5), date(2027, 3, 25)),
        (date(2027, 4, 12), date(2027, 7, 21)),
    )
    assert config.calendar.closed == (
        (date(2026, 12, 21), date(2027, 1, 4)),
        (date(2027, 2, 15), date(2027, 2, 19)),
    )
    assert calendar_notices(config) == ()
    assert load_config(tmp_path / "config.toml") == config
    # What is taken out of the calendar does not count any more.
    (tmp_path / "school.ics").write_bytes(calendar(event("Half term", ";VALUE=DATE:20270215")))
    assert take_calendar(config, TODAY, dry_run=False).governors.meetings == (date(2027, 7, 7),)


def test_an_address_that_fails_keeps_the_last_good_calendar_and_is_told(tmp_path: Path) -> None:
    with served((200, SCHOOL), (503, b"not now"), (200, b"<html>Sign in</html>"), (200, SCHOOL)) as address:
        config = take_calendar(school(tmp_path, address), TODAY, dry_run=False)
        assert date(2026, 12, 9) in config.governors.meetings
        config = take_calendar(config, date(2026, 11, 25), dry_run=False)
        assert date(2026, 12, 9) in config.governors.meetings
        (said,) = calendar_notices(config)
        assert said == (
            "The calendar address has not answered with a calendar since 25 November 2026 ([calendar] ics): It "
            "answered with the code 503 instead of a calendar. What it gave on 24 November 2026 still counts."
        )
        config = take_calendar(config, date(2026, 11, 26), dry_run=False)
        (said,) = calendar_notices(config)
        assert "since 25 November 2026" in said
        assert "“calendar.ics” is no calendar: it does not begin with BEGIN:VCALENDAR." in said
        assert calendar_notices(take_calendar(config, date(2026, 11, 27), dry_run=False)) == ()
    gone = take_calendar(config, date(2026, 11, 28), dry_run=False)
    assert date(2026, 12, 9) in gone.governors.meetings
    assert "It cannot be reached (ConnectError)." in calendar_notices(gone)[0]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"BEGIN:VCALENDAR\r\n" + b"X" * (10 * 1024 * 1024), "is larger than 5 MB"),
        (
            calendar(event("Governors meeting", ":20261209T180000Z", more="RRULE:FREQ=SECONDLY\r\n")),
            "each hour or more",
        ),
        (calendar(event("Term", ";VALUE=DATE:20200101", more="RRULE:FREQ=DAILY\r\n") * 40), "more than 2,000 times"),
        (calendar(event("Sports day", ";VALUE=DATE:20270615") * 20_001), "more than 20,000 entries"),
        (b"", "does not begin with BEGIN:VCALENDAR"),
        (calendar(event("Governors meeting", ":99999999T999999Z")), ""),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n\x00\xff", ""),
    ],
    ids=["large", "secondly", "daily", "entries", "empty", "no-day", "cut"],
)
def test_a_hostile_or_broken_calendar_is_a_sentence_and_takes_nothing_away(
    tmp_path: Path, content: bytes, said: str
) -> None:
    (tmp_path / "school.ics").write_bytes(SCHOOL)
    config = take_calendar(school(tmp_path), TODAY, dry_run=False)
    (tmp_path / "school.ics").write_bytes(content)
    after = take_calendar(config, date(2026, 11, 25), dry_run=False)
    (notice,) = calendar_notices(after)
    assert said in notice
    if notice.startswith("The calendar file cannot be read since 25 November 2026"):
        assert after.governors == config.governors


def test_a_calendar_in_which_nothing_is_found_says_which_words_were_looked_for(tmp_path: Path) -> None:
    (tmp_path / "school.ics").write_bytes(calendar(event("Bake sale", ";VALUE=DATE:20270615")))
    config = take_calendar(school(tmp_path), TODAY, dry_run=False)
    assert "nothing in it (1 entry) is a meeting of governors" in calendar_notices(config)[0]
    missing = take_calendar(school(tmp_path, "other.ics"), TODAY, dry_run=False)
    assert calendar_notices(missing) == (
        "The calendar file cannot be read since 24 November 2026 ([calendar] ics): other.ics is not there. Nothing of "
        "it is known yet.",
    )


def test_a_dry_run_reads_no_calendar_and_a_damaged_kept_one_counts_for_nothing(tmp_path: Path) -> None:
    (tmp_path / "school.ics").write_bytes(SCHOOL)
    config = school(tmp_path)
    assert take_calendar(config, TODAY, dry_run=True) is config
    assert not (tmp_path / "distribution").exists()
    (tmp_path / "distribution").mkdir()
    (tmp_path / "distribution" / "calendar.json").write_text('{"source": "school.ics", "terms": 3}', encoding="utf-8")
    assert load_config(tmp_path / "config.toml").governors.meetings == (date(2027, 7, 7),)


def test_words_are_held_against_titles_whole_and_without_marks() -> None:
    config = parse_config("", root=Path())
    titles = {
        "FGB": 1,
        "Governors’ Meeting, 6pm": 1,
        "Full GOVERNING BODY": 1,
        "Governors' newsletter": 0,
        "Afgbx": 0,
    }
    for title, count in titles.items():
        found = sort_entries((CalendarEntry(title, TODAY, TODAY),), words_of(config))
        assert len(found.meetings.get("governing-body", ())) == count, title
    assert folded("Full Governors’ Meeting (hall)") == "full governors meeting hall"
    alone = sort_entries((CalendarEntry("Summer term ends", TODAY, TODAY),), CalendarWords((), ("term",), (), {}))
    assert alone.is_empty


def test_an_address_that_is_none_is_refused_when_the_settings_are_read() -> None:
    with pytest.raises(ConfigurationError, match="is not a calendar"):
        parse_config('[calendar]\nics = "ftp://example.org/x.ics"\n', root=Path())


def test_an_address_inside_that_was_written_by_hand_is_read_and_told_of_with_the_line_to_add(tmp_path: Path) -> None:
    with served((200, SCHOOL)) as address:
        config = take_calendar(school(tmp_path, address), TODAY, dry_run=False)
        assert date(2026, 12, 9) in config.governors.meetings
        (told,) = own_network_notices(config)
        assert told.startswith(
            "127.0.0.1 ([calendar] ics) is in the school's own network, or this computer. It is used"
        )
        assert told.endswith('[web] allow_private = ["127.0.0.1"]')
        path = tmp_path / "config.toml"
        path.write_text(f'{path.read_text()}[web]\nallow_private = ["127.0.0.1"]\n', encoding="utf-8")
        assert own_network_notices(load_config(path)) == ()


def test_a_calendar_that_leads_on_into_the_network_is_not_followed_and_says_what_to_write(tmp_path: Path) -> None:
    class Away(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(302)
            self.send_header("Location", "http://localhost:9/school.ics")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with loopback.served(Away) as port:
        config = take_calendar(school(tmp_path, f"http://127.0.0.1:{port}/school.ics"), TODAY, dry_run=False)
    (told,) = calendar_notices(config)
    assert "It leads to localhost, in a network of the school's own, which nobody said it may." in told
    assert 'write into config.toml: [web] allow_private = ["localhost"]' in told
