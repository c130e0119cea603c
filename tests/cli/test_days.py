"""Days on the command line: written out or short they are read day first and said back, or refused with the form."""

from datetime import date
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from pipeline.cli.days import DayParameter
from tests.cli.test_report import lay_out
from tests.cli.test_review import policy


def asked(value: str) -> Result:
    @click.command()
    @click.option("--on", "day", type=DayParameter())
    def command(day: date) -> None:
        click.echo(day.isoformat())

    return CliRunner().invoke(command, ["--on", value])


@pytest.mark.parametrize("value", ["9/12/26", "9.12.2026", "9 Dec 26", "9th December 2026", "09-12-2026"])
def test_a_day_typed_short_is_read_day_first_and_said_back_in_words(value: str) -> None:
    answer = asked(value)
    assert answer.stdout == "2026-12-09\n"
    assert answer.stderr == f"'{value}' is taken for 9 December 2026.\n"


def test_a_day_in_the_form_of_programs_is_taken_without_a_word() -> None:
    answer = asked("2026-12-09")
    assert (answer.stdout, answer.stderr) == ("2026-12-09\n", "")


@pytest.mark.parametrize("value", ["9 dec", "December 2026", "tomorrow", "31/02/26", "9/12", "2026"])
def test_what_is_no_whole_day_is_refused_with_the_right_form(value: str) -> None:
    answer = asked(value)
    assert answer.exit_code == 2
    assert "is not a whole day with its year; write it like 24 November 2026 or 2026-11-24." in answer.stderr


def test_a_day_that_no_calendar_has_is_told() -> None:
    assert "'2026-02-31' is not a day of the calendar" in asked("2026-02-31").stderr


def test_an_approval_with_a_short_day_says_which_day_was_recorded(tmp_path: Path) -> None:
    school = lay_out(tmp_path, "Lettings Policy")
    policy(school, "run")
    done = policy(school, "approve", "lettings", "--on", "9/11/26", "--by", "Governors")
    assert "'9/11/26' is taken for 9 November 2026." in done.stderr
    assert "was approved by Governors on 9 November 2026" in done.stdout


def test_a_date_set_short_is_said_back_in_words(tmp_path: Path) -> None:
    school = lay_out(tmp_path, "Lettings Policy")
    policy(school, "run")
    done = policy(school, "set", "lettings", "next_review=9/12/27", "--reason", "the clerk says so")
    assert "next_review is 9 December 2027" in done.stdout
