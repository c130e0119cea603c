"""The register on the screen: words and short names stay whole at every width, and who is late is named."""

import io
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.acknowledgements.listing import LateReader
from pipeline.acknowledgements.tally import ReadingCount
from pipeline.catalogue.titles import slug_for
from pipeline.cli.report_json import status_as_json
from pipeline.cli.screen import Screen
from pipeline.cli.status import StatusScreen, show_status
from pipeline.dates.meetings import ApprovingBody, SchoolCalendar, schedule_review
from pipeline.model.dates import PartialDate, Precision
from pipeline.model.facts import Problem
from pipeline.model.policies import PolicyStanding, ReviewState

TODAY = date(2026, 11, 24)
RAN_AT = datetime(2026, 11, 24, 6, 31, tzinfo=UTC)
TITLES = ("Suspensions and Permanent Exclusions Policy", "PSHE Policy", "Confidentiality Policy")


def standing(title: str, number: int = 1, **fields: object) -> PolicyStanding:
    plain = PolicyStanding(
        policy_id=number,
        slug=slug_for(title),
        title=title,
        catalogue_slug=None,
        version_id=number,
        version_number=1,
        version_sha256="0" * 64,
        words=100,
        state=ReviewState.OVERDUE,
        approved_on=None,
        last_review=None,
        next_review=PartialDate("2025-09", Precision.MONTH),
        due_on=date(2025, 9, 30),
        days=-420,
        owner="Designated Safeguarding Lead",
        draft_version_id=None,
        problems=(),
    )
    return replace(plain, **fields)  # type: ignore[arg-type]


def shown(
    standings: Sequence[PolicyStanding],
    width: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    late: Sequence[LateReader] = (),
) -> str:
    monkeypatch.setenv("COLUMNS", str(width))
    counts = {each.policy_id: ReadingCount(3, 14, 2) for each in standings}
    capsys.readouterr()
    show_status(StatusScreen(standings, counts, late, TODAY, RAN_AT, {}))
    return capsys.readouterr().out


@pytest.mark.parametrize("width", [80, 90, 100, 110, 120, 140, 200])
def test_no_line_is_wider_than_the_screen_and_no_word_or_short_name_is_broken(
    width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    standings = [standing(title, number) for number, title in enumerate(TITLES, 1)]
    out = shown(standings, width, monkeypatch, capsys)
    assert max(map(len, out.splitlines())) <= width
    for each in standings:
        assert each.slug in out
        assert all(re.search(rf"(?<!\w){word}(?!\w)", out) for word in each.title.split())
    assert all(word in out for word in ("Designated", "Safeguarding", "September", "months"))
    assert "3 of 14" in " ".join(out.split())
    assert "The last run was on 24 November 2026, 06:31." in out


def test_a_wide_screen_has_a_table_and_a_narrow_one_lines_of_each_policy(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    standings = [standing("PSHE Policy")]
    assert "Short name" in shown(standings, 120, monkeypatch, capsys)
    narrow = shown(standings, 80, monkeypatch, capsys)
    assert "Short name" not in narrow
    assert "PSHE Policy (pshe)\n  review late, still in force; next review September 2025, 14 months late;" in narrow


def test_colours_are_for_a_terminal_that_shows_them(monkeypatch: pytest.MonkeyPatch) -> None:
    def written(*, is_terminal: bool) -> str:
        file = io.StringIO()
        screen = Screen(file, width=80, is_terminal=is_terminal)
        screen.print("Late", style="red")
        screen.print("Policies", style="bold")
        return file.getvalue()

    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert written(is_terminal=True) == "\x1b[31mLate\x1b[0m\n\x1b[1mPolicies\x1b[0m\n"
    assert written(is_terminal=False) == "Late\nPolicies\n"
    monkeypatch.setenv("NO_COLOR", "1")
    assert written(is_terminal=True) == "Late\nPolicies\n"
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "dumb")
    assert written(is_terminal=True) == "Late\nPolicies\n"


def test_lines_are_shown_without_what_lays_out_tables() -> None:
    program = (
        "import sys; import pipeline.cli.status; from pipeline.cli.screen import Screen, show_lines\n"
        "show_lines(Screen(), 'Late with a reading', ['Ada Holt'])\n"
        "print('rich' in sys.modules, file=sys.stderr)"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout == "\nLate with a reading\n  Ada Holt\n"
    assert answer.stderr == "False\n"


@given(title=st.text("abcdefghij -", min_size=1, max_size=70), width=st.integers(60, 160))
def test_any_title_keeps_its_short_name_whole(title: str, width: int) -> None:
    from pipeline.cli.status import _cells, _column_widths, _print_blocks, _table

    each = standing(f"X{title}")
    rows = [_cells(each, "in force", None)]
    file = io.StringIO()
    console = Screen(file, width=width)
    if widths := _column_widths(rows, width):
        console.show(_table([each], rows, widths))
    else:
        _print_blocks(console, [each], rows)
    assert each.slug in file.getvalue()


def test_what_several_policies_lack_is_told_once_with_the_command_that_settles_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = Problem("owner-missing", "The document does not say who looks after it. Add a policy owner.")
    standings = [standing(title, number, problems=(missing,)) for number, title in enumerate(TITLES, 1)]
    out = " ".join(shown(standings, 120, monkeypatch, capsys).split())
    assert "3 policies name no owner (" in out
    assert ": 'policy review owner'" in out
    assert "does not say who looks after it" not in out


def test_which_meeting_serves_is_said_once_for_all_policies_of_which_it_is_the_same(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    due = date(2027, 3, 31)
    standings = [standing(title, number, due_on=due) for number, title in enumerate(TITLES, 1)]
    board = ApprovingBody("Full Governing Body", (date(2026, 12, 9), date(2027, 3, 17), date(2027, 7, 7)))
    schedule = schedule_review(due, (board,), SchoolCalendar(), TODAY)
    assert schedule is not None
    screen = StatusScreen(standings, {}, (), TODAY, None, {}, schedules={1: schedule, 3: schedule})
    monkeypatch.setenv("COLUMNS", "200")
    show_status(screen)
    assert (
        "Suspensions and Permanent Exclusions Policy and Confidentiality Policy: The meeting on 17 March is the last "
        "before it is due; papers by 9 March; if missed, the next is 7 July: 98 days late."
    ) in " ".join(capsys.readouterr().out.split())
    shown = status_as_json(screen)["policies"]
    assert str(shown[0]["meetings"]["bodies"][0]["papers_by"]) == "2027-03-09"
    assert shown[1]["meetings"] is None
