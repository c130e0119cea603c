"""All sets stand beside one another at the end, each with how many values it has and since when rules have seen it."""

import pytest

from tests.evaluate import SEEN, Score, print_sets, set_of


def test_every_set_is_summed_up_in_one_table(capsys: pytest.CaptureFixture[str]) -> None:
    parts = {
        "blocks": {"title": Score(right=8, invented=1, missed=1)},
        "blocks held out": {"title": Score(right=1), "linked_policies": Score(invented=1)},
        "school decoy": {"title": Score(right=3), "owner": Score(invented=2, missed=1)},
    }
    print_sets(parts, {"blocks": 40, "blocks held out": 10, "school decoy": 4})
    rows = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert "header blocks 50 0.857 2.0 24 November 2026, five in six" in rows
    assert "real-schools/decoy 4 0.667 50.0 2 December 2026" in rows
    assert "title 0.900 of 10 1.000 of 3" in rows
    assert "owner - 0.000 of 1" in rows, "a value where there is none counts against the field"


def test_of_every_set_it_is_said_since_when_rules_have_seen_it() -> None:
    parts = ("blocks", "blocks held out", "files", "files 2", "school decoy")
    assert {set_of(part) for part in parts} == set(SEEN)
