"""A run killed at any step: no mail is lost, at most the one in hand is repeated, and then the ledger says so."""

import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork and SIGKILL")
@pytest.mark.parametrize("messages", [1, 3])
def test_no_kill_loses_a_mail_or_repeats_one_in_silence(tmp_path: Path, repository: Path, messages: int) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tests.mail.killed_run", str(tmp_path), str(messages)],
        cwd=repository,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    outcomes = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(outcomes) > 4 * messages + 4
    repeated = 0
    for outcome in outcomes:
        taken = outcome["taken"]
        assert sorted(set(taken)) == sorted(outcome["messages"]), outcome
        assert outcome["states"] == ["sent"] * messages, outcome
        twice = [message for message in set(taken) if taken.count(message) > 1]
        assert len(taken) <= messages + 1, outcome
        assert set(twice) <= set(outcome["repeats"]), outcome
        assert len(outcome["repeats"]) <= 1, outcome
        repeated += len(twice)
    assert 0 < repeated < len(outcomes) / 2
