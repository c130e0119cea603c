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
