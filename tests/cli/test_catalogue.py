"""``policy catalogue check``: which packaged rules nobody has checked for a year; it needs no workspace."""

import json
from pathlib import Path

import pytest

from pipeline.cli import run_command


def checked(capsys: pytest.CaptureFixture[str], *options: str, today: str = "2026-11-27") -> str:
    assert run_command(["--today", today, "catalogue", "check", *options]) == 0
    return capsys.readouterr().out


def test_check_says_what_is_new_announced_and_not_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    text = checked(capsys)
    assert "All were checked within the last year, the longest ago on 24 November 2026." in text
    new, _, announced = text.partition("Announced; whether they are in force by now, look up:")
    assert "Mobile phones and devices: since 29 June 2026." in new
    assert "Allergy safety" in announced.partition("From general knowledge")[0]
    later = checked(capsys, today="2028-01-01")
    assert "Nobody has checked these for a year" in later
    assert "Child protection and safeguarding: checked on 24 November 2026 against Department for Education" in later
    rules = {each["key"]: each for each in json.loads(checked(capsys, "--json", today="2027-11-25"))}
    assert (rules["child-protection"]["stale"], rules["mobile-phones"]["stale"]) == (True, False)
    assert rules["keeping-children-safe 2026"]["since"] == "2026-09-01"
    assert list(tmp_path.iterdir()) == []
