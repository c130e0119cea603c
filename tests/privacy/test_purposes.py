"""The record of what is held: every table with rows on people stands in it, and it names nobody."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import policy
from pipeline.privacy.purposes import kind_of_table, load_kinds
from pipeline.register.people.held_on import BY_ADDRESS, BY_PERSON, THROUGH
from tests.school import School, is_named


def test_every_table_on_people_has_one_purpose() -> None:
    listed = [table for kind in load_kinds() for table in kind.tables]
    assert sorted(listed) == sorted({"person", *BY_PERSON, *THROUGH, *BY_ADDRESS})
    assert kind_of_table("away").purpose.startswith("To send no mail")
    for kind in load_kinds():
        assert all((kind.what, kind.purpose, kind.basis, kind.seen_by, kind.kept, kind.where))


@pytest.mark.parametrize("name", ["held.md", "held.html"])
def test_it_is_printed_and_written_with_the_schools_figures_and_settings(tmp_path: Path, name: str) -> None:
    with School(tmp_path, "[people]\nretention_years = 7\n[backup]\nkeep = 12\n") as school:
        version = school.add_policy("Confidentiality")
        school.record(school.add_person("Lee"), version)

    def call(*arguments: str) -> str:
        given = ["--workspace", str(tmp_path), "--today", "2026-11-24", *arguments]
        return CliRunner().invoke(policy, given, catch_exceptions=False).output

    call("person", "held", "--out", str(tmp_path / name))
    written = (tmp_path / name).read_text(encoding="utf-8")
    for words in (written, call("person", "held") if name.endswith("md") else written):
        assert "1 person in the register, 1 of them here or to come. The oldest record is of" in words
        assert "Until 7 years after their last day" in words
        assert "The newest 12 daily copies." in words
        assert "{" not in words.partition("<main>")[2]
        assert not is_named("Lee", words)
    data = json.loads(call("person", "held", "--json"))
    assert (data["people"], data["kinds"][3]["rows"]) == (1, 2)
    refused = CliRunner().invoke(policy, ["--workspace", str(tmp_path), "person", "held", "--out", "held.docx"])
    assert "ends in .md or .html" in refused.output + str(refused.exception)
