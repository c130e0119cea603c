"""A school's whole work with its register in PostgreSQL: runs, every decision, evidence, copies in memory."""

import json
from pathlib import Path

import pytest

from pipeline.register.ledger import verify_ledger
from tests.cli.test_every_decision import make_desk, walk_everything

pytestmark = [pytest.mark.needs("postgresql"), pytest.mark.slow]


@pytest.mark.parametrize("register_kind", ["postgresql"], indirect=True)
def test_every_decision_and_every_report_goes_as_with_a_file(tmp_path: Path, register_kind: str) -> None:
    desk = make_desk(tmp_path)
    walk_everything(desk)
    with desk.register() as register:
        assert register.find_damage() == ()
    before = desk.look()
    desk.policy("run", "--dry-run")
    desk.policy("simulate", "--until", "2026-11-27")
    assert desk.look() == before
    desk.policy("status")
    desk.policy("run", today="2026-11-30")
    desk.policy("backup", str(tmp_path / "distribution" / "safety-copies" / "one.zip"))
    assert json.loads(desk.policy("ledger", "verify", "--json").output)["faults"] == []
    desk.policy("ledger", "export", str(tmp_path / "ledger.json"))
    assert verify_ledger.main([str(tmp_path / "ledger.json")]) == 0
    assert not list(tmp_path.rglob("register*.sqlite3"))
