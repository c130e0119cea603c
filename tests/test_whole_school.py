"""What a first run on a whole real school asks, holds and finds; ``python -m tests.whole_school`` prints it."""

import tomllib
from pathlib import Path

import pytest

from tests.whole_school import LISTS, RANKS, SCHOOLS, Told, _rank, measure, show

RIGHT_HOLDS = {
    "2021-cp-and-safeguarding-policy.pdf": "TBC",
    "2019-decoy-dinner-debt-recovery-policy-2-.pdf": "xxxxxxxx",
    "Subject-Access-Requests-Policy-2018.pdf": "[insert",
    "decoy-children-with-health-needs-who-cannot-attend-school-policy-draft.pdf": "DRAFT",
}


def test_a_true_issue_has_the_highest_rank_with_which_it_is_told() -> None:
    files = frozenset({"a.pdf", "old a.pdf"})
    told = [
        Told("review-late", "later", files, "It was due in May."),
        Told("review-late", "now", files, "It was due in June."),
    ]
    issue = {"file": "a.pdf", "found_as": ["review-late"]}
    assert _rank(issue, told) == "now"
    assert _rank({**issue, "words": "May"}, told) == "later"
    assert _rank({**issue, "file": "b.pdf"}, told) == "not found"


@pytest.mark.parametrize("school", SCHOOLS)
def test_each_true_issue_has_the_rank_of_the_first_run_beside_it(school: str) -> None:
    listed = tomllib.loads((LISTS / f"{school}.toml").read_text(encoding="utf-8"))
    assert {issue["first_rank"] for issue in listed["issue"]} <= set(RANKS)
    assert all(len(one) == 64 for one in listed["people"]), "no name of anybody stands in the list"


@pytest.mark.slow
@pytest.mark.needs("shared")
def test_a_first_run_on_a_whole_real_school_asks_little_and_finds_what_there_is(tmp_path: Path) -> None:
    measured = measure("decoy", tmp_path / "school")
    show(measured)
    assert len(measured.asked) <= 15
    assert measured.untrue == ()
    assert not measured.nobody
    held = dict(measured.held)
    assert set(held) == set(RIGHT_HOLDS), "nothing else is held"
    assert all(words in held[file] for file, words in RIGHT_HOLDS.items())
    listed = tomllib.loads((LISTS / "decoy.toml").read_text(encoding="utf-8"))
    first = {(issue["file"], issue["what"]): issue["first_rank"] for issue in listed["issue"]}
    lost = [
        (file, what) for rank, file, what in measured.issues if rank == "not found" and first[file, what] != "not found"
    ]
    assert lost == []
    assert sum(rank == "not found" for rank, _, _ in measured.issues) <= 1, "eight more than the first run are found"
