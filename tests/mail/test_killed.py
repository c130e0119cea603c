"""A delivery killed before and after every commit and send: nothing is lost, and what was decided meanwhile holds."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="needs fork and SIGKILL")
def test_no_kill_loses_a_mail_repeats_one_in_silence_or_sends_what_was_dropped_since(
    tmp_path: Path, repository: Path
) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tests.soak_mail.stepping", str(tmp_path)],
        cwd=repository,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    kills = [json.loads(line) for line in run.stdout.splitlines()]
    assert [kill for kill in kills if kill["faults"]] == []
    assert {kill["counts"]["kills"] for kill in kills} == {1}
    steps = Counter((kill["messages"], kill["act"], kill["step"]) for kill in kills)
    for moment in ("before", "after"):
        assert steps[1, "cancel", f"{moment} content"] == steps[1, "read", f"{moment} content"] == 1
        assert [steps[3, act, f"{moment} content"] for act in (None, "read", "cancel")] == [1, 1, 1]
        assert all(steps[3, act, f"{moment} commit"] for act in (None, "read", "cancel"))
    # What was decided was heeded, and what may have gone came again once at most.
    assert len(kills) > 40
    assert {kill["counts"]["decisions"] for kill in kills if kill["act"] is not None} == {0, 1}
    assert any(kill["counts"]["cancelled"] == kill["messages"] for kill in kills if kill["act"] == "cancel")
    repeats = [kill["counts"]["repeats"] for kill in kills]
    assert max(repeats) == 1
    assert 0 < sum(repeats) < len(kills) / 2
