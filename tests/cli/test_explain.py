"""``policy extract --explain`` names the rule and the place behind each fact."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import pipeline
from pipeline.cli import policy
from pipeline.model import FACT_FIELDS

PACKAGE = Path(pipeline.__file__).resolve().parent
TEXT = """Thornfield Primary School
Homework Policy
Approved by: Governing Body
Date approved:
Last reviewed: May 2025
Next review: May 2026
Policy owner: Ada Holt
Review cycle: annually

Introduction
This policy is given to all new staff.
"""


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "homework.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def run(*arguments: str) -> Result:
    done = CliRunner().invoke(policy, ["extract", *arguments])
    assert done.exit_code == 0, done.output
    return done


def test_json_has_an_explanation_of_every_fact_and_only_where_it_is_asked_for(document: Path) -> None:
    plain = json.loads(run(str(document), "--json").stdout)
    explained = json.loads(run(str(document), "--json", "--explain").stdout)
    rules = explained.pop("explain")
    assert explained == plain
    assert [each["fact"] for each in rules] == [*FACT_FIELDS, "promise"]
    by_fact = {each["fact"]: each for each in rules}
    assert by_fact["next_review"]["rule"].startswith("labels/listed.toml: next-review, “")
    assert (by_fact["next_review"]["text"], by_fact["next_review"]["where"]) == ("May 2026", "line 6")
    assert by_fact["approved_on"]["status"] == "blank"
    assert by_fact["version"] == {"fact": "version", "status": "missing", "text": None, "where": None, "rule": None}
    for each in rules:
        assert (each["rule"] is None) == (each["status"] == "missing")
        assert each["rule"] is None or (PACKAGE / each["rule"].split(":")[0]).is_file()


def test_people_read_the_rule_under_each_fact(document: Path) -> None:
    lines = run(str(document), "--explain").output.splitlines()
    owner = next(number for number, line in enumerate(lines) if line.startswith("  owner"))
    assert lines[owner + 1].strip().startswith("↳ “Ada Holt”, line 7, by labels/listed.toml: owner, “")
    assert "↳" not in run(str(document)).output
