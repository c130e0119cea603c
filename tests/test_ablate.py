"""What is left out finds nothing, whatever it was asked, and what was made for each text is one item."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests import ablate
from tests.ablate import Given, Outcome, Subject, Switch

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def digits() -> Switch:
    Switch.found.clear()
    return Switch(re.compile(r"\d+"), 7)


def test_a_pattern_that_is_left_out_finds_nothing(digits: Switch, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "in 12 or 14 days"
    assert [found[0] for found in digits.finditer(text)] == digits.findall(text) == ["12", "14"]
    assert digits.sub("x", text) == "in x or x days"
    monkeypatch.setattr(Switch, "off", frozenset({7}))
    assert [digits.search(text), digits.match("12"), digits.fullmatch("12")] == [None, None, None]
    assert list(digits.finditer(text)) == digits.findall(text) == []
    assert (digits.split(text), digits.subn("x", text)) == ([text], (text, 0))


def test_only_what_found_something_is_noted(digits: Switch) -> None:
    assert digits.search("none") is None
    assert list(digits.finditer("none")) == []
    assert not Switch.found
    assert digits.split("a 1 b") == ["a ", " b"]
    assert digits.split("a 1 b 2 c", maxsplit=1) == ["a ", " b 2 c"]
    assert Switch.found == {7}


def test_what_a_rule_gives_is_told_from_what_changes_without_it() -> None:
    given = Given()
    given.add(Subject("real.pdf", None, None, case=0), Outcome("a", right=3), Outcome("b", right=2, wrong=1))
    given.add(Subject("hard.docx", None, None), Outcome("a"), Outcome("b", silent=1))
    assert (given.right, given.wrong, given.silent, given.real, given.hard) == (-1, 1, 1, ["real.pdf"], ["hard.docx"])
    assert not given.nothing
    same = Given()
    same.add(Subject("real.pdf", None, None, case=0), Outcome("a", right=3), Outcome("a", right=3))
    assert same.nothing


def test_words_in_no_bracket_are_what_a_text_must_have() -> None:
    assert ablate._plain_words("safeguarding children('s) board(s)") == ["safeguarding"]
    assert ablate._plain_words("date for (the )review [of/by] governors") == ["date", "for", "governors"]


@pytest.mark.slow
def test_the_tables_are_printed_for_a_few_documents() -> None:
    if not ablate._PACKAGE.parent.parent.joinpath("shared", "hard").is_dir():
        pytest.skip("the real and hard documents are not beside this checkout")
    asked = ["--limit", "12", "--only", "named/names/titles.toml: anywhere, “Cllr”", "--kind", "rule", "--jobs", "1"]
    command = [sys.executable, "-m", "tests.ablate", *asked]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert re.search(r"rule: [1-9]\d* items", done.stdout)
