"""A month of the soak of the calendar; ``make soak-calendar`` lives ten years of eight schools, with 200 kills."""

import ast
import sys
from collections import Counter
from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.dates.calendar import add_months, is_mail_day
from tests.soak_calendar import dumb, oracle
from tests.soak_calendar.drawing import Size, draw
from tests.soak_calendar.living import Life
from tests.soak_calendar.oracle import Oracle
from tests.soak_calendar.planting import KINDS, plant_all

_MONTH = Size(days=31, policies=24, people=12, kills=4)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="kills with SIGKILL")
def test_in_a_month_every_stage_is_told_once_and_in_time_whatever_is_killed(tmp_path: Path) -> None:
    drawn = draw(84, 0, _MONTH)
    lived = Life(tmp_path / "school", drawn).live()
    judged = Oracle(drawn, lived.done).judge(lived.told)
    assert judged.faults == []
    assert (lived.kills, lived.left_over) == (_MONTH.kills, [])
    assert {"claimed", "planned", "delivered"} <= set(lived.killed_at)
    assert judged.counts["stages that had to be told"] > 10
    assert len(lived.done) > 2
    planted = plant_all(drawn, lived.told, lived.done)
    assert set(planted) == set(KINDS)
    assert {kind for kind, (_, is_found) in planted.items() if not is_found} == set()


@pytest.mark.parametrize("module", ["dumb", "drawing", "oracle"])
def test_the_oracle_knows_nothing_of_the_program(repository: Path, module: str) -> None:
    tree = ast.parse((repository / "tests" / "soak_calendar" / f"{module}.py").read_text(encoding="utf-8"))
    imported = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert not [name for name in imported if name.startswith("pipeline")]


def test_a_day_without_the_schools_machine_asks_for_nothing_and_a_working_one_for_each_stage() -> None:
    drawn = draw(84, 0, _MONTH)
    must = Counter(key[0] for key, _ in Oracle(drawn, [])._expected())
    noon = dumb.run_moment(drawn.first, drawn.at, drawn.zone)
    off = replace(drawn, outages=[(noon - timedelta(days=2), noon + timedelta(days=60))])
    assert must
    assert list(Oracle(off, [])._expected()) == []
    assert [code for code, _ in Oracle(drawn, []).judge([]).faults] == [oracle.MISSED] * must.total()


@given(st.dates(date(2024, 1, 1), date(2037, 12, 31)))
def test_its_plain_calendar_and_the_programs_say_the_same_of_a_day(day: date) -> None:
    assert dumb.is_school_day(day, ()) == is_mail_day(day, ())
    assert [dumb.months_on(day, months) for months in (1, 12, 24, 36)] == [
        add_months(day, months) for months in (1, 12, 24, 36)
    ]


def test_an_hour_that_does_not_exist_falls_due_when_the_clock_has_passed_it() -> None:
    moment = dumb.run_moment(date(2026, 3, 29), time(1, 30), ZoneInfo("Europe/London"))
    assert moment.isoformat() == "2026-03-29T01:00:00+00:00"
