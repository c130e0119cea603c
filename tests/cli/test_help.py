"""``policy --help`` lists every command without importing the parts that run them."""

import subprocess
import sys

from pipeline.commands import COMMANDS


def test_the_list_of_commands_is_shown_without_the_parts_that_run_them() -> None:
    program = (
        "import sys, atexit; from pipeline.__main__ import main\n"
        "left = lambda: print(sorted({'pydantic', 'sqlalchemy'} & set(sys.modules)), file=sys.stderr)\n"
        "atexit.register(left); main()"
    )
    call = [sys.executable, "-c", program, "--help"]
    answer = subprocess.run(call, capture_output=True, text=True, check=True, env={"COLUMNS": "80"})
    assert answer.stderr == "[]\n"
    page = " ".join(answer.stdout.split())
    assert [name for name, (_, text) in COMMANDS.items() if f"{name} {text}" not in page] == []


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
