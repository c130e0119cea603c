"""What commands print: tables whose words stay whole, and styles only where a terminal shows them."""

import os
import subprocess
import sys
from io import StringIO

import pytest

from pipeline.cli.screen import Console


def test_a_table_breaks_between_words_and_leaves_no_blanks_at_the_end_of_a_line() -> None:
    shown = StringIO()
    rows = [("Policy", "Read"), ("Staff Pay Appeals Policy", "12 of 20"), ("Bees", "")]
    Console(shown, width=40).print_table(rows, (10, 8), gap=2, right={1})
    assert shown.getvalue() == "Policy          Read\nStaff Pay   12 of 20\nAppeals\nPolicy\nBees\n"


def test_a_word_longer_than_its_column_is_broken() -> None:
    shown = StringIO()
    Console(shown, width=40).print_table([("x" * 9, "y")], (4, 1), gap=1)
    assert shown.getvalue() == "xxxx y\nxxxx\nx\n"


def test_a_column_that_is_empty_in_every_row_is_shown_as_none() -> None:
    shown = StringIO()
    Console(shown, width=40).print_table([("Bees", "", "y"), ("Cats", "", "n")], (4, 0, 1), gap=1)
    assert shown.getvalue() == "Bees  y\nCats  n\n"


def test_what_another_program_takes_has_no_styles() -> None:
    shown = StringIO()
    Console(shown, width=40).print("Needs you", "bold")
    assert shown.getvalue() == "Needs you\n"


@pytest.mark.skipif(sys.platform == "win32", reason="there a terminal is not a file")
@pytest.mark.parametrize(
    ("environment", "expected"),
    [({}, b"\x1b[1mNeeds you\x1b[0m\r\n"), ({"NO_COLOR": "1"}, b"Needs you\r\n"), ({"TERM": "dumb"}, b"Needs you\r\n")],
)
def test_a_terminal_shows_what_is_bold_unless_it_may_not(environment: dict[str, str], expected: bytes) -> None:
    terminal, end = os.openpty()
    program = "from pipeline.cli.screen import Console; Console(width=40).print('Needs you', 'bold')"
    plain = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    call = {**plain, "TERM": "xterm", **environment}
    try:
        subprocess.run([sys.executable, "-c", program], stdout=end, env=call, check=True)
        assert os.read(terminal, 100) == expected
    finally:
        os.close(end)
        os.close(terminal)


def test_a_line_is_as_wide_as_the_caller_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "63")
    assert Console(StringIO()).width == 63
