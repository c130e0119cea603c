"""The soak of a trust's nights, small: it goes through, and finds what is planted."""

import pytest

from tests.soak_trust.__main__ import main
from tests.trust.test_night import linux_only


@pytest.mark.slow
@linux_only
def test_a_small_soak_goes_through_and_finds_what_is_planted(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--schools", "2", "--policies", "3", "--people", "3", "--kills", "2", "--seed", "7"]) == 0
    shown = capsys.readouterr().out
    assert "soak-trust: seed 7, 2 schools" in shown
    assert shown.count("planted and found") == 4
