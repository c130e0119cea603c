"""A small soak of the ledger: what ``make soak-ledger`` does to every bit, done to a few of them."""

import pytest

from tests.soak_ledger.__main__ import main


@pytest.mark.slow
def test_whatever_is_changed_in_a_ledger_is_found_by_both_verifiers(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--seed", "7", "--records", "40", "--stride", "499", "--moves", "2"]) == 0
    out = capsys.readouterr().out
    assert "planted: nothing changed, must be missed                          0 of 2" in out
    assert "missed by" not in out
