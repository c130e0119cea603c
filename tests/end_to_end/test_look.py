"""The report of a run says what of the school's look, or of its documents, the copies could not show."""

import json

from tests.end_to_end.conftest import School


def test_a_colour_too_light_to_read_is_told_by_the_run_that_makes_copies(west_park: School) -> None:
    look = west_park.root / "templates" / "copies" / "look.toml"
    look.parent.mkdir(parents=True, exist_ok=True)
    look.write_text('colour = "#ffee00"\n', encoding="utf-8")
    first = west_park.policy("--json", "run")
    notes = json.loads(first.out)["copies"]["notes"]
    assert [each["title"] for each in notes if "too light to read" in each["note"]] == ["All copies"]
    look.write_text('colour = "#fff200"\n', encoding="utf-8")
    again = west_park.policy("run").out
    assert "How copies look\n  All copies: look.toml: #fff200 is too light to read on white" in again


def test_a_copy_of_a_language_without_a_font_is_made_and_the_boxes_in_it_are_told(west_park: School) -> None:
    policy = west_park.root / "letters.txt"
    policy.write_text("Visitors policy\n\nIn Gujarati: ગુજરાતી. Sign in at the office.\n", encoding="utf-8")
    answer = west_park.policy("copy", str(policy), "--out", str(west_park.root / "made"))
    assert answer.code == 0
    assert "The PDF copy shows boxes in place of Gujarati letters" in answer.out
    told = west_park.policy("copy", str(policy), "--out", str(west_park.root / "made"), "--json")
    assert [note[:36] for note in json.loads(told.out)["notes"]] == ["The PDF copy shows boxes in place of"]
