"""``--explain`` names the rule and the place behind each fact, and behind each change of a copy."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import pipeline
from pipeline.cli import policy
from pipeline.model.facts import FACT_FIELDS

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


def test_a_copy_tells_by_which_words_and_rule_each_detail_is_put_right(tmp_path: Path) -> None:
    lines = [
        "Homework Policy",
        "Ask the Designated Safeguarding Lead, Ann Lee.",
        "She answers.",
        "Headteacher: Cy Moss",
    ]
    (tmp_path / "homework.txt").write_text("\n\n".join(lines), encoding="utf-8")
    (tmp_path / "config.toml").write_text(
        '[school]\nname = "Test School"\n[contacts.dsl]\nname = "Jo Hill"\npronoun = "he"\n'
        '[contacts.headteacher]\nname = "Hed Ter"\n',
        encoding="utf-8",
    )
    command = ["--workspace", str(tmp_path), "copy", str(tmp_path / "homework.txt"), "--out", str(tmp_path / "out")]
    plain = json.loads(CliRunner().invoke(policy, [*command, "--json"]).stdout)
    told = json.loads(CliRunner().invoke(policy, [*command, "--json", "--explain"]).stdout)
    assert {**told, "explain": None} == {**plain, "explain": None}
    assert "explain" not in plain
    assert [(each["before"], each["words"], each["words_where"]) for each in told["explain"]] == [
        ("Ann Lee", "Designated Safeguarding Lead", "line 3"),
        ("She", None, None),
        ("Cy Moss", "Headteacher", "line 7"),
    ]
    assert [each["rule"].split(",")[0] for each in told["explain"]] == [
        "named/roles/roles.toml: dsl",
        "plan/pronouns.py: it stands for a name that changes",
        "named/roles/roles.toml: headteacher",
    ]
    lines = CliRunner().invoke(policy, [*command, "--explain"]).output.splitlines()
    changed = next(number for number, line in enumerate(lines) if "Ann Lee → Jo Hill" in line)
    assert (
        lines[changed + 1]
        .strip()
        .startswith("↳ for “Designated Safeguarding Lead”, line 3, by named/roles/roles.toml: dsl, “")
    )
