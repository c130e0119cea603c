"""A small soak of the ledger: what ``make soak-ledger`` does to every bit, done to a few of them."""

import ast
import json
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from pipeline.acknowledgements.declarations.declaring import RECORD as DECLARATION
from pipeline.evidence.moment import PACK_RECORD
from pipeline.handover.plan import KIND as HANDOVER
from pipeline.register.corrections import CorrectionKind
from pipeline.register.ledger.ledger import WITHOUT_KEY
from pipeline.register.ledger.signed_heads import ERASURE, KEY_CHANGED, KEY_LOST
from pipeline.register.mail.campaigns import CampaignState
from pipeline.register.policies.contact_notices import NoticeState
from pipeline.register.tables import schema
from tests.conftest import ROOT
from tests.soak_ledger.__main__ import main
from tests.soak_ledger.kinds import every_kind

_WORKED_OUT = {
    "f'contact-notice-{state.value}'": {
        f"contact-notice-{state.value}" for state in NoticeState if state is not NoticeState.WAITS
    },
    "f'{kind.value}-corrected'": {f"{kind.value}-corrected" for kind in CorrectionKind},
    "f'mailing-{after.value}'": {
        f"mailing-{state}" for state in CampaignState if state.value in ("open", "paused", "cancelled")
    },
    "REAFFIRMED if day else 'review-corrected'": {"reaffirmed", "review-corrected"},
}
"""What a kind may be that the program puts together."""
_CONSTANTS = {
    "KIND": HANDOVER,
    "RECORD": DECLARATION,
    "PACK_RECORD": PACK_RECORD,
    "WITHOUT_KEY": WITHOUT_KEY,
    "ERASURE": ERASURE,
    "KEY_CHANGED": KEY_CHANGED,
    "KEY_LOST": KEY_LOST,
}
_HANDED_ON = {"kind", "what", "change.kind"}
"""A kind that somebody else has written down, in a call of one of these."""
_CALLED_WITH_A_KIND = {"_log": 1, "_keep_approval": 1, "SettingsChange": 1}
"""Which argument of them it is."""


def _kinds_written() -> Iterator[tuple[str, str]]:
    """Each kind of record that the program writes, as the code has it, and the module."""
    for path in sorted((ROOT / "pipeline").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called = ast.unparse(node.func).split(".")[-1]
            place = {"record": 0, "append": 2, **_CALLED_WITH_A_KIND}.get(called)
            if called == "record" and "ecision" not in ast.unparse(node.func):
                continue
            if place is not None and len(node.args) > place:
                yield ast.unparse(node.args[place]), path.name


def _meant(written: str) -> set[str]:
    if written in _WORKED_OUT:
        return _WORKED_OUT[written]
    return set() if written in _HANDED_ON else {_CONSTANTS.get(written, written).strip("'")}


def test_each_kind_of_record_that_the_program_writes_is_soaked() -> None:
    with every_kind() as register, register.reading() as tx:
        records = tx.execute(select(schema.ledger_record.c.record)).scalars()
        soaked = {json.loads(record)["kind"] for record in records}
    written = {kind: name for each, name in _kinds_written() for kind in _meant(each)}
    assert len(written) > 50
    assert {kind: name for kind, name in written.items() if kind not in soaked} == {}
    assert soaked - written.keys() == set(), "no longer written"


@pytest.mark.slow
def test_whatever_is_changed_in_a_ledger_is_found_by_both_verifiers(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--seed", "7", "--records", "40", "--stride", "499", "--moves", "2"]) == 0
    out = capsys.readouterr().out
    assert "planted: nothing changed, must be missed                          0 of 2" in out
    assert "missed by" not in out


@pytest.mark.slow
@pytest.mark.needs("postgresql")
def test_so_it_is_in_postgresql(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--server", "--seed", "7", "--records", "20", "--stride", "1999", "--moves", "2"]) == 0
    out = capsys.readouterr().out
    assert "planted: nothing changed, must be missed                          0 of 1" in out
    assert "missed by" not in out
