"""``ledger verify``: its first line sums up all, it knows what this account noted, and says what is not sealed."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from pipeline.register.ledger import ledger, row_hashes
from pipeline.register.ledger.evidence_prints import EVIDENCE, NOT_SEALED
from pipeline.register.store.computer_signs import STATE_FOLDER
from pipeline.register.tables.schema import metadata
from tests.made_once import put_aside
from tests.register.conftest import NOW
from tests.soak_ledger.places import Place, make_place

_OWN = {"evidence_print", "ledger_frontier", "ledger_head", "ledger_record", "ledger_seal"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(put_aside(make_place(tmp_path_factory.mktemp("west-park")).root))


@pytest.fixture
def place(made: Place, tmp_path: Path) -> Place:
    shutil.copytree(made.root, tmp_path / "west-park")
    return Place(tmp_path / "west-park")


def _verified(place: Place, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    """Return the exit code, the first line and all behind it."""
    capsys.readouterr()
    code = place.policy("ledger", "verify")
    first, _, rest = capsys.readouterr().out.partition("\n")
    return code, first, rest


def test_every_table_is_sealed_or_said_not_to_be() -> None:
    assert {*EVIDENCE} | {*NOT_SEALED} | _OWN == {*metadata.tables}
    assert len(EVIDENCE) + len(NOT_SEALED) + len(_OWN) == len(metadata.tables)


def test_a_whole_ledger_is_called_whole_and_what_is_not_sealed_is_said(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    code, first, rest = _verified(place, capsys)
    assert (code, first.startswith("The ledger is whole: ")) == (0, True)
    assert "Not sealed" in rest
    assert "the school's name" in rest


def test_a_whole_folder_put_back_with_all_its_marks_is_told_by_what_the_account_noted(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(STATE_FOLDER, str(tmp_path / "account"))
    place.open().close()
    assert place.policy("run") in (0, 4)
    older = tmp_path / "older"
    shutil.copytree(place.root, older)
    assert place.policy("correct", "approval", "confidentiality", "--reason", "not in the minutes") == 0
    shutil.rmtree(place.root)
    older.rename(place.root)
    code, first, rest = _verified(place, capsys)
    assert code == 6
    assert "whole" not in first
    assert "cannot be found in it" in rest


def test_a_damaged_document_is_in_the_first_line(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(sqlite3.connect(place.register)) as driver:
        driver.execute("UPDATE source_content SET content = CAST(content || x'00' AS BLOB) WHERE rowid = 1")
        driver.commit()
    code, first, rest = _verified(place, capsys)
    assert code == 6
    assert first.startswith("The register is not in order")
    assert "whole" not in first
    assert "the document that the register keeps of it is damaged" in rest


@pytest.mark.parametrize("is_back", [False, True])
def test_what_was_written_while_the_key_was_gone_is_not_called_whole(
    place: Place, capsys: pytest.CaptureFixture[str], *, is_back: bool
) -> None:
    key = place.secrets / "ledger-key"
    words = key.read_bytes()
    key.unlink()
    with place.open() as register, register.transaction() as tx:
        ledger.append(tx, register.school, "tried", {}, now=NOW)
    if is_back:
        key.write_bytes(words)
        assert place.policy("run") in (0, 4)
    code, first, rest = _verified(place, capsys)
    assert code == 0
    assert first.startswith("Nothing disagrees that can be checked")
    assert "not at hand" in rest


@pytest.mark.parametrize("change", ["mail_hold", "told", "reader_report"])
def test_holds_what_was_told_and_what_readers_reported_are_sealed(
    place: Place, change: str, capsys: pytest.CaptureFixture[str]
) -> None:
    statements = {
        "mail_hold": "INSERT INTO mail_hold (school, reason, held_at, lifted_at) SELECT school, 'older', "
        "'2026-11-24 08:00:00.000000', '2026-11-24 09:00:00.000000' FROM school",
        "told": "INSERT INTO told (school, route, about, outcome) "
        "SELECT school, 'paper', 'reading', 'printed' FROM school",
        "reader_report": "INSERT INTO reader_report (school, person, kind, reported_at, ledger_position) "
        "SELECT school, 1, 'left', '2026-11-24 08:00:00.000000', 1 FROM school",
    }
    with closing(sqlite3.connect(place.register)) as driver:
        row_hashes.teach(driver)
        row_hashes.keep(driver)
        driver.execute(statements[change])
        driver.commit()
    code, first, rest = _verified(place, capsys)
    assert (code, "broken" in first) == (6, True)
    assert f"changed, added or taken out by something else: {change.replace('_', ' ')}" in rest
