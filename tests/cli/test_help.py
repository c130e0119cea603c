"""``policy --help`` answers before anything is loaded, and says what the command line itself says."""

import subprocess
import sys

import pytest

from pipeline.cli import policy
from pipeline.commands import COMMANDS, OPTIONS, PURPOSE, help_page


@pytest.mark.parametrize("asked", ["--help", "-h"])
def test_the_list_of_commands_is_shown_without_the_parts_that_run_them(asked: str) -> None:
    program = (
        "import sys; from pipeline.__main__ import main; main()\n"
        "print(sorted({'click', 'pydantic', 'sqlalchemy'} & set(sys.modules)), file=sys.stderr)"
    )
    call = [sys.executable, "-c", program, asked]
    answer = subprocess.run(call, capture_output=True, text=True, check=True, env={"COLUMNS": "80"})
    assert answer.stderr == "[]\n"
    assert answer.stdout == policy.make_context("policy", [], resilient_parsing=True).get_help() + "\n"


def test_a_reader_that_went_away_is_told_nothing() -> None:
    program = "from pipeline.__main__ import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", f"import sys; sys.stdin.read(); {program}", "--help"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as running:
        assert running.stdin
        assert running.stdout
        assert running.stderr
        running.stdout.close()
        running.stdin.close()
        assert running.stderr.read() == b""


@pytest.mark.parametrize("width", [50, 62, 78, 200])
def test_every_command_and_option_is_listed_in_one_column(width: int) -> None:
    lines = help_page(width).splitlines()
    assert max(map(len, lines)) <= width
    page = " ".join(" ".join(lines).split())
    said = [PURPOSE, *(f"{name} {text}" for name, (_, text) in COMMANDS.items())]
    assert [text for text in [*said, *(f"{name} {text}" for name, text in OPTIONS.items())] if text not in page] == []


def test_the_options_listed_are_those_there_are() -> None:
    context = policy.make_context("policy", [], resilient_parsing=True)
    records = [record for each in policy.get_params(context) if (record := each.get_help_record(context))]
    assert dict(records) == OPTIONS
    assert policy.help == PURPOSE
