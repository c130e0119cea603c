"""Groups that are told, and documents of others, by the installed command."""

import json

from tests.end_to_end.conftest import School

GROUPS = '\n[groups.parents]\nname = "Parents and carers"\npolicies = ["anti-bullying"]\nby_means = "the newsletter"\n'


def test_parents_were_told_and_status_says_so_in_words_and_for_programs(stocked: School) -> None:
    config = stocked.root / "config.toml"
    config.write_text(config.read_text(encoding="utf-8") + GROUPS, encoding="utf-8")
    stocked.policy("run")
    mails = len(stocked.mails())
    answer = stocked.policy("told", "parents", "--on", "2026-09-08", "--json")
    assert json.loads(answer.out)["told_on"] == "2026-09-08"
    assert "told on 8 September 2026 (the newsletter)" in " ".join(stocked.policy("status").out.split())
    listed = json.loads(stocked.policy("status", "--json").out)["policies"]
    told = {each["slug"]: each["told"] for each in listed}
    assert [each["by_means"] for each in told["anti-bullying"]] == ["the newsletter"]
    assert told["pshe"] == []
    refused = stocked.policy("told", "governors", "--on", "2026-09-08")
    assert (refused.code, "There are: parents" in refused.err) == (2, True)
    taken_back = stocked.policy("correct", "telling", "parents", "anti-bullying", "--reason", "it never went out")
    assert "recorded in error" in taken_back.out
    assert "Parents and carers: not told yet" in " ".join(stocked.policy("status").out.split())
    assert len(stocked.mails()) == mails


def test_part_one_is_shown_released_and_asked_for_by_the_next_run(stocked: School) -> None:
    said = " ".join(stocked.policy("run").out.split())
    assert "Nobody is asked to read it until you release it with 'policy issue kcsie-part-one'" in said
    before = len(stocked.mails())
    assert "published at https://" in stocked.policy("issue", "kcsie-part-one", "--show").out
    assert json.loads(stocked.policy("status", "--json").out)["editions"][0]["in_use"] is None
    assert stocked.policy("issue", "kcsie-part-one").code == 0
    assert json.loads(stocked.policy("status", "--json").out)["editions"] == []
    assert len(stocked.mails()) == before
    stocked.policy("run", today="2026-11-25")
    assert len(stocked.mails()) == before + 8
