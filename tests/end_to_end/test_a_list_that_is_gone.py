"""A staff list that is gone, by the installed command: said first, with an exit code, until it is back or meant."""

import json
import shutil

from tests.end_to_end.conftest import School


def test_the_run_says_it_first_and_ends_with_4(ran: School) -> None:
    path = ran.root / "staff.csv"
    kept = ran.root / "kept.csv"
    shutil.copy(path, kept)
    path.unlink()
    for _ in range(2):
        answer = ran.policy("run", "--json")
        assert answer.code == 4
        notices = json.loads(answer.out)["notices"]
        assert notices[0].startswith("The staff list is not there")
    assert "The staff list is not there" in ran.policy("run").out
    assert ran.policy("staff", "no-list", "--json").json["fault"] == "gone"
    assert ran.policy("run").code == 0
    shutil.copy(kept, path)
    assert ran.policy("run").code == 0
    assert "Nothing waits for the list" in ran.policy("staff", "no-list").err
