"""Mails of hostile names, a few hundred of them (``make fuzz`` makes 100,000): no header is added, lost or changed."""

import pytest

from tests import fuzz_mail


def test_hostile_names_add_lose_and_change_no_header_and_each_planted_fault_is_caught() -> None:
    tally = fuzz_mail.run_fuzz(fuzz_mail.DEFAULT_COUNT, fuzz_mail.DEFAULT_SEED)
    assert tally.wrong == []
    assert [what for what, found in tally.planted.items() if not found] == []
    assert tally.outcomes["made"] > fuzz_mail.DEFAULT_COUNT // 2
    assert tally.outcomes["refused with a sentence"] > fuzz_mail.DEFAULT_COUNT // 10
    assert tally.careless[True] > tally.careless.total() * 3 // 4


def test_number_and_seed_make_the_same_mail_again_and_print_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert fuzz_mail.meant(8, 1) == fuzz_mail.meant(8, 1) != fuzz_mail.meant(8, 2)
    assert fuzz_mail.main(["--number", "8", "--seed", "1"]) == 0
    printed = capsys.readouterr().out
    assert "1 mails of hostile names, seed 1, " in printed
    assert "wrong: 0" in printed
