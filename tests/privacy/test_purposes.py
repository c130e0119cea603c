"""The record of what is held: every table with rows on people stands in it, and it names nobody."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import policy
from pipeline.config import parse_config
from pipeline.privacy.purposes import kind_of_table, load_kinds
from pipeline.register.people.held_on import BY_ADDRESS, BY_PERSON, THROUGH
from pipeline.web.guides import filled, find_guide
from tests.guide_pictures import FOLDER
from tests.school import School, is_named

GUIDES = FOLDER.parent


def test_every_table_on_people_has_one_purpose() -> None:
    listed = [table for kind in load_kinds() for table in kind.tables]
    assert sorted(listed) == sorted({"person", *BY_PERSON, *THROUGH, *BY_ADDRESS})
    assert kind_of_table("away").purpose.startswith("To send no mail")
    for kind in load_kinds():
        assert all((kind.what, kind.purpose, kind.basis, kind.seen_by, kind.kept, kind.where))


def test_a_public_authority_is_proposed_no_legitimate_interests() -> None:
    """It cannot rest its own tasks on them (UK GDPR, Article 6(1)); an independent school can."""
    for kind in load_kinds():
        before, found, _ = kind.basis.casefold().partition("legitimate interests")
        assert not found or before.endswith("at an independent school, "), kind.what
        assert not found or before.startswith(("public task", "legal obligation, or public task")), kind.what


DRAFTS = re.findall(r"^## Draft: .*privacy notice\n(.*?)^## ", (GUIDES / "head.md").read_text("utf-8"), re.M | re.S)


def test_each_public_draft_names_whom_at_the_school_to_complain_to_before_the_regulator(tmp_path: Path) -> None:
    settings = '[people]\ncomplaints = "Jo Hill, office@example.sch.uk"\nregulator = "the Information Commission"\n'
    with School(tmp_path, settings):
        pass
    given = ["--workspace", str(tmp_path), "--today", "2026-12-02", "person", "held"]
    record = CliRunner().invoke(policy, given, catch_exceptions=False).output
    assert "Complaints about it go to Jo Hill, office@example.sch.uk" in record
    assert "People may also complain to the Information Commission." in record
    assert len(DRAFTS) == 1, "every draft of a notice is looked at"
    for draft in (*DRAFTS, record):
        assert "Information Commission" in draft.partition("30 days")[2], "the school is named first"
        assert "omplain" in draft.partition("30 days")[0]


def test_the_guide_names_the_schools_own_people_for_complaints(tmp_path: Path) -> None:
    people = parse_config(
        '[people]\ncomplaints = "A & B, office@example.sch.uk"\nregulator = "the Information Commission"\n',
        root=tmp_path,
    ).people
    guide = find_guide("head")
    assert guide is not None
    shown = str(filled(guide, people).html)
    assert "complain to us:\nA &amp; B, office@example.sch.uk. We acknowledge" in shown
    assert "You may also complain to the Information Commission." in shown
    assert "settings name for complaints" not in shown
    for row in ("Does it leave the United Kingdom?", "Risk that is left", "Who signs"):
        assert row in shown, "the impact assessment asks it"


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
