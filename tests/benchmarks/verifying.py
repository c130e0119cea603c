"""How many records a second the ledger's two verifiers check, and what a seal costs a transaction that reads nothing.

The records are readings with their openings, as a staff leaves them; heads stand after each thousandth.
"""

import tempfile
import time
from datetime import timedelta
from pathlib import Path

from pipeline.register.ledger import ledger, verify_ledger
from pipeline.register.ledger.check import Against, verify
from pipeline.register.ledger.head_file import read_outside
from pipeline.register.ledger.key import load_or_make_key
from pipeline.register.store.database import open_register
from tests.benchmarks.measuring import Row
from tests.register.conftest import NOW

_RECORDS = 20_000
_EACH = 1_000


def measure() -> list[Row]:
    """Return the speed of ``policy ledger verify`` and of ``verify_ledger.py``, and of adding records."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        with open_register("r.sqlite3", root=root, school_name="West Park", time_zone="Europe/London") as register:
            key = load_or_make_key(root / ".secrets" / "ledger-key")
            began = time.perf_counter()
            for start in range(0, _RECORDS, _EACH):
                with register.transaction() as tx:
                    for number in range(start, start + _EACH):
                        fields: dict[str, str | int | None] = {"policy": "ict", "version": number, "sha256": "a1" * 32}
                        words = {"person_id": f"P{number}", "name": "Ann Example", "actor": "Ann Example"}
                        ledger.append(tx, register.school, "tried", fields, personal=words, now=NOW)
                    ledger.sign_head(tx, register.school, key, NOW + timedelta(seconds=start), whole=False)
            added = _RECORDS / (time.perf_counter() - began)
            against = Against(key, read_outside(root / ".secrets"))
            with register.reading() as tx:
                began = time.perf_counter()
                faults = verify(tx, register.school, signed=True, public_key=key.public_key, against=against).faults
                checked = _RECORDS / (time.perf_counter() - began)
                content = "".join(ledger.export(tx, register.school, key, NOW)).encode("utf-8")
            assert not faults, faults
            began = time.perf_counter()
            verify_ledger.verify(content, key.public_key)
            alone = _RECORDS / (time.perf_counter() - began)
    return [
        Row("records checked a second by policy ledger verify", f"{checked:,.0f}", "24,000", f"{_RECORDS:,} records"),
        Row("records checked a second by verify_ledger.py", f"{alone:,.0f}", "24,000", "its own Ed25519"),
        Row("records added a second, a thousand a transaction", f"{added:,.0f}", "", "with openings and the seal"),
    ]
