"""The school's own calendar, a file or a web address: read with each run, and what it gave last kept for when it fails.

Called before a run takes its lock, since an address may take its time. What it gives goes beside ``config.toml``'s own
days into the configuration (``config.with_calendar``). A dry run reads nothing and writes nothing.
"""

import tempfile
import time
from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from pipeline.config import Config, load_config, with_calendar
from pipeline.configuration.calendar import KEPT_NAME, KeptCalendar, kept_text, read_kept
from pipeline.dates.school_calendar import CalendarWords, SchoolDays, sort_entries
from pipeline.documents.calendar_file import MOST_BYTES, CalendarEntries, read_calendar
from pipeline.documents.sandbox.readers import contained_map
from pipeline.errors import DocumentError, say_system_error
from pipeline.outgoing import InsideError, meant_of, open_outgoing, say_line
from pipeline.private_files import PASSAGE, make_folder, write_file
from pipeline.wording import say_count, say_day
from pipeline.workspace import CONFIG_NAME

_BACK = timedelta(days=400)
_AHEAD = timedelta(days=750)
_ANSWER_SECONDS = 20.0
_WHOLE_SECONDS = 60.0
_READ_SECONDS = 30.0


class _UnreachableError(Exception):
    """The address gave no calendar; says why."""


def take_calendar(config: Config, today: date, *, dry_run: bool) -> Config:
    """Read the calendar of ``[calendar] ics`` and return the configuration with what it gives now, or gave last."""
    if not config.calendar.ics or dry_run:
        return config
    kept = read_kept(config.distribution, config.calendar.ics) or KeptCalendar(config.calendar.ics)
    try:
        entries = _read(config, today)
    except (DocumentError, _UnreachableError) as error:
        kept = replace(kept, failed_since=kept.failed_since or today, problem=str(error))
    else:
        days = sort_entries(entries.found, words_of(config))
        said = _say_empty(days, entries.total)
        kept = KeptCalendar(config.calendar.ics, today, None, said, days.meetings, days.terms, days.closed)
    make_folder(config.distribution, PASSAGE)
    write_file(config.distribution / KEPT_NAME, kept_text(kept).encode())
    path = config.root / CONFIG_NAME
    return load_config(path) if path.is_file() else with_calendar(config)


def words_of(config: Config) -> CalendarWords:
    """Return by which words the entries of the calendar are told."""
    section = config.calendar
    bodies = {key: body.name for key, body in config.governors.bodies.items()}
    return CalendarWords(section.meeting_words, section.term_words, section.closed_words, bodies)


def calendar_notices(config: Config) -> tuple[str, ...]:
    """Return since when and why the calendar cannot be read, and what counts; or that nothing was found in it."""
    kept = read_kept(config.distribution, config.calendar.ics) if config.calendar.ics else None
    if kept is None or not kept.problem:
        return ()
    if kept.failed_since is None:
        return (kept.problem,)
    still = f"What it gave on {say_day(kept.read_on)} still counts." if kept.read_on else "Nothing of it is known yet."
    if _is_address(config.calendar.ics):
        since = f"The calendar address has not answered with a calendar since {say_day(kept.failed_since)}"
    else:
        since = f"The calendar file cannot be read since {say_day(kept.failed_since)}"
    return (f"{since} ([calendar] ics): {kept.problem} {still}",)


def _say_empty(days: SchoolDays, total: int) -> str:
    if not days.is_empty:
        return ""
    return (
        f"The calendar ([calendar] ics) was read, and nothing in it ({say_count(total, 'entry', 'entries')}) is a "
        "meeting of governors, a term or a closed day: look whether meeting_words, term_words and closed_words are "
        "what their titles say."
    )


def _is_address(source: str) -> bool:
    return "://" in source


def _read(config: Config, today: date) -> CalendarEntries:
    """Return the entries of the calendar that may count, read in a child process.

    Raises:
        DocumentError: it is no calendar, too large, or made to harm.
        _UnreachableError: the file is not there, or the address does not answer.
    """
    source = config.calendar.ics
    if not _is_address(source):
        path = config.root / source
        if not path.is_file():
            raise _UnreachableError(f"{source} is not there.")
        return _contained(path, config, today)
    with tempfile.TemporaryDirectory(prefix="policy-calendar-") as folder:
        path = Path(folder) / "calendar.ics"
        path.write_bytes(_fetch(source, meant_of([source], config.web.allow_private)))
        return _contained(path, config, today)


def _contained(path: Path, config: Config, today: date) -> CalendarEntries:
    reader = partial(
        read_calendar,
        words=words_of(config).all_folded,
        first=today - _BACK,
        last=today + _AHEAD,
        zone=config.school.time_zone,
    )
    [outcome] = contained_map(reader, [path], timeout_seconds=_READ_SECONDS)
    if outcome.value is None:
        assert outcome.error is not None
        raise outcome.error
    return outcome.value


def _fetch(source: str, meant: Collection[str]) -> bytes:
    """Return what the address answers, up to the size that a calendar may have and a byte more."""
    import httpx

    address = source.replace("webcal://", "https://", 1)
    began, content = time.monotonic(), bytearray()
    try:
        with (
            open_outgoing(meant=meant, wait_seconds=_ANSWER_SECONDS) as client,
            client.stream("GET", address) as answer,
        ):
            if answer.status_code != 200:
                raise _UnreachableError(f"It answered with the code {answer.status_code} instead of a calendar.")
            for chunk in answer.iter_bytes(65_536):
                content += chunk
                if len(content) > MOST_BYTES:
                    break
                if time.monotonic() - began > _WHOLE_SECONDS:
                    raise _UnreachableError("It took more than a minute to answer.")
    except InsideError as error:
        raise _UnreachableError(
            f"It leads to {error.host}, in a network of the school's own, which nobody said it may. Where that is "
            f"meant, write into config.toml: {say_line([error.host])}."
        ) from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise _UnreachableError(f"It cannot be reached ({type(error).__name__}).") from error
    except OSError as error:
        raise _UnreachableError(f"It cannot be reached: {say_system_error(error)}.") from error
    return bytes(content[: MOST_BYTES + 1])
