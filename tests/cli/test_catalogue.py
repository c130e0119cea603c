"""``policy catalogue check``: which packaged rules are new, expected or not read; it needs no workspace."""

import json
from datetime import date
from pathlib import Path

import pytest

from pipeline.catalogue.rule_checks import list_checked_rules
from pipeline.cli import run_command
from pipeline.wording import say_day


def checked(capsys: pytest.CaptureFixture[str], *options: str, today: str = "2026-11-27") -> str:
    assert run_command(["--today", today, "catalogue", "check", *options]) == 0
    return capsys.readouterr().out


def test_check_says_what_is_new_expected_and_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    text = checked(capsys)
    assert "All were checked within the last year, the longest ago on 24 November 2026." in text
    new, _, rest = text.partition("Expected; that they are in force was not seen, so look it up:")
    assert "Mobile phones and devices: since 29 June 2026." in new
    expected, _, unread = rest.partition("Not read at its source, so look it up before you rely on it:")
    assert "Allergy safety: " in expected
    assert "the day on which section 34 begins was not found." in expected
    assert "Child protection and safeguarding: how often it must be reviewed and that it must be on the web" in unread
    assert "Allergy safety" not in unread.partition("From general knowledge")[0]
    later = checked(capsys, today="2028-01-01")
    assert "Nobody has checked these for a year" in later
    assert "Child protection and safeguarding: checked on 2 December 2026 against Department for Education" in later
    assert list(tmp_path.iterdir()) == []


def test_as_json_each_rule_says_what_was_read_and_what_was_not(capsys: pytest.CaptureFixture[str]) -> None:
    rules = {each["key"]: each for each in json.loads(checked(capsys, "--json", today="2027-11-25"))}
    assert (rules["staff-code-of-conduct"]["stale"], rules["mobile-phones"]["stale"]) == (True, False)
    assert rules["keeping-children-safe 2026"]["since"] == "2026-09-01"
    send = rules["send-code 2015"]
    assert send["read"]["address"] == "https://www.gov.uk/government/publications/send-code-of-practice-0-to-25"
    assert "comes into effect on 1 April 2015" in send["read"]["quote"]
    assert (send["read"]["on"], send["unchecked"]) == ("2026-12-02", [])
    assert rules["teachers-pay"]["unchecked"] == ["duty", "review"]
    assert rules["teachers-pay"]["read"] is None


@pytest.mark.parametrize("today", ["2026-09-30", "2026-10-01", "2026-12-02", "2027-01-01", "2027-01-02"])
def test_no_rule_is_announced_after_its_own_day(capsys: pytest.CaptureFixture[str], today: str) -> None:
    """Two rules were "announced for 1 October 2026" in December, and the limit of a third "for September 2026"."""
    told = checked(capsys, today=today)
    assert "announced for" not in told
    new = told.partition("Expected; that they are in force")[0]
    for rule in list_checked_rules():
        if rule.expected and rule.since is not None and rule.is_new(date.fromisoformat(today)):
            word = "expected since" if rule.since <= date.fromisoformat(today) else "expected from"
            assert f"  {rule.name}: {word} {say_day(rule.since)}." in new
