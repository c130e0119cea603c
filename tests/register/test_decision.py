"""One decision: kept whole with its actor and a signed head, or not at all."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.register.deciding import deciding
from pipeline.register.ledger import ledger
from pipeline.register.ledger.key import ledger_key_path
from pipeline.register.store.database import Register
from tests.registers import open_register

pytestmark = pytest.mark.both_registers

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


def open_here(root: Path) -> Register:
    return open_register("register.sqlite3", root=root, school_name="Westhaven School", time_zone="Europe/London")


def test_a_decision_names_its_actor_and_ends_with_a_signed_head(tmp_path: Path) -> None:
    with open_here(tmp_path) as register:
        with deciding(register, tmp_path, "Jo Marsh", NOW) as decision:
            decision.record("tried", {"number": 1}, words={"reason": "because I say so", "left out": ""})
        with register.reading() as tx:
            (head,) = ledger.list_heads(tx, register.school)
            checked = ledger.verify(tx, register.school, signed=True)
            lines = list(ledger.export(tx, register.school, ledger.load_or_make_key(ledger_key_path(tmp_path)), NOW))
    assert (head.size, checked.faults) == (1, ())
    assert not any("Jo Marsh" in line or "because" in line for line in lines)
    record = next(json.loads(line) for line in lines if '"type":"record"' in line)
    assert (record["fields"], sorted(record["personal"])) == ({"number": 1}, ["actor", "reason"])


def test_a_decision_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    with open_here(tmp_path) as register:
        with pytest.raises(ValueError, match="has no time zone"):
            _decide_and_fail(register, tmp_path)
        with register.reading() as tx:
            assert ledger.verify(tx, register.school).records == 0
            assert ledger.list_heads(tx, register.school) == ()


def test_a_run_that_is_going_on_does_not_keep_a_decision_out(tmp_path: Path) -> None:
    with open_here(tmp_path) as running, open_here(tmp_path) as mine, running.lock():
        with deciding(mine, tmp_path, "Jo Marsh", NOW) as decision:
            decision.record("tried", {})
        with running.reading() as tx:
            assert ledger.verify(tx, running.school, signed=True).records == 1


def _decide_and_fail(register: Register, root: Path) -> None:
    with deciding(register, root, "Jo Marsh", NOW) as decision:
        decision.record("tried", {})
        raise ValueError("this moment has no time zone")
