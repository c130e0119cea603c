"""What the pages record is signed a few seconds later, many readings by one head."""

import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.register.ledger import ledger
from pipeline.register.ledger.key import ledger_key_path
from pipeline.register.store.database import Register, open_register
from pipeline.web.signing import LedgerSigner

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


def open_here(root: Path) -> Register:
    return open_register("register.sqlite3", root=root, school_name="Westhaven School", time_zone="Europe/London")


def record(register: Register, count: int = 1) -> None:
    for index in range(count):
        with register.transaction() as tx:
            ledger.append(tx, register.school, "tried", {"index": index}, now=NOW)


def sizes(register: Register) -> list[int]:
    with register.reading() as tx:
        return [head.size for head in ledger.list_heads(tx, register.school)]


def test_readings_of_the_same_seconds_share_one_head(tmp_path: Path) -> None:
    with open_here(tmp_path) as register, LedgerSigner(register, tmp_path, lambda: NOW, wait_seconds=0.2) as signer:
        readers = [threading.Thread(target=lambda: (record(register), signer.note())) for _ in range(6)]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
        until = time.monotonic() + 10
        while sum(sizes(register)[-1:]) < 6 and time.monotonic() < until:
            time.sleep(0.02)
        assert sizes(register)[-1] == 6
        assert len(sizes(register)) <= 2


def test_what_waits_is_signed_when_the_pages_close(tmp_path: Path) -> None:
    with open_here(tmp_path) as register:
        with LedgerSigner(register, tmp_path, lambda: NOW, wait_seconds=600) as signer:
            record(register, 3)
            signer.note()
            assert sizes(register) == []
        assert sizes(register) == [3]


def test_nothing_noted_signs_nothing(tmp_path: Path) -> None:
    with open_here(tmp_path) as register:
        with LedgerSigner(register, tmp_path, lambda: NOW, wait_seconds=600):
            record(register)
        assert sizes(register) == []


def test_another_key_leaves_the_readings_unsigned_and_says_so(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with open_here(tmp_path) as register:
        record(register)
        with register.transaction() as tx:
            ledger.sign(tx, register.school, ledger_key_path(tmp_path), NOW)
        ledger_key_path(tmp_path).write_text("00" * 32, encoding="ascii")
        with LedgerSigner(register, tmp_path, lambda: NOW, wait_seconds=600) as signer:
            record(register)
            signer.note()
        assert sizes(register) == [1]
        assert "the ledger was not signed" in caplog.text
