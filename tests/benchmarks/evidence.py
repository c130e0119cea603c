"""A pack of evidence of 2,000 people and 60 policies, and a safety copy of a large register, made and put back.

In a process of its own, whose highest memory the system tells. With --full the register holds 1 GB of documents.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from pipeline.evidence.moment import find_moment
from pipeline.evidence.pack import PackReader, make_pack, write_archive
from pipeline.model.documents import DocumentFormat
from pipeline.register.deciding import deciding
from pipeline.register.ledger import ledger
from pipeline.register.ledger.key import ledger_key_path
from pipeline.register.policies.contents import save_content
from pipeline.register.states import keep_everything
from pipeline.safety_copies.keeping import make_copy
from pipeline.safety_copies.restoring import put_back, unpacked
from tests.benchmarks.desk import fill
from tests.benchmarks.measuring import Row, forget_highest_memory, highest_memory_mb, seconds
from tests.school import MONDAY, School, at

_POLICIES, _PEOPLE = 60, 2_000
_SOME_MB, _ALL_MB = 100, 1_000
_WORDS = "four words nobody guesses"


def measure(size_mb: int = _SOME_MB) -> list[Row]:
    """Measure a pack, and a safety copy of a register with ``size_mb`` of documents."""
    command = [sys.executable, "-m", "tests.benchmarks.evidence", str(size_mb)]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    what = f"{_POLICIES} policies × {_PEOPLE:,} people"
    return [
        Row(f"a pack for the school, {what}", f"{found['pack']:.1f} s", "", f"{found['pack_mb']:.1f} MB"),
        Row("  for governors", f"{found['governors']:.1f} s"),
        Row("  highest memory by then", f"{found['peak_mb']:.0f} MB"),
        Row(f"a safety copy of {size_mb:,} MB of documents, for this machine", *_said(found, "copy")),
        Row("  encrypted", *_said(found, "sealed")),
        Row("  checked and put back", *_said(found, "back")),
        Row("  checked and put back, encrypted", *_said(found, "back_sealed")),
        Row("  ÷ reading the same bytes once", f"{found['copy'] / found['read']:.0f}"),
    ]


def _said(found: dict[str, float], step: str) -> tuple[str, str, str]:
    size = f", {found[f'{step}_mb']:,.0f} MB large" if f"{step}_mb" in found else ""
    return f"{found[step]:.1f} s", "", f"{found[f'{step}_peak']:.0f} MB of memory at most{size}"


def measure_full() -> list[Row]:
    """Measure with 1 GB of documents."""
    return measure(_ALL_MB)


def _measure(size_mb: int) -> dict[str, float]:
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        with School(root / "w") as school:
            fill(school, _POLICIES, _PEOPLE)
            _measure_packs(school, root, found)
        with School(root / "large") as school:
            _fill_documents(school, size_mb)
            config, register = school.config, school.register
            plain, sealed = root / "plain.zip", root / "sealed.zip"
            for step, path, words in (("copy", plain, None), ("sealed", sealed, _WORDS)):
                _step(found, step, partial(make_copy, register, config, path, now=at(MONDAY), passphrase=words))
                found[f"{step}_mb"] = path.stat().st_size / 1e6
            found["read"] = seconds((school.root / "distribution" / "register.sqlite3").read_bytes)
        _step(found, "back", lambda: _put_back(plain, root / "back", None))
        _step(found, "back_sealed", lambda: _put_back(sealed, root / "back-sealed", _WORDS))
    return found


def _step(found: dict[str, float], step: str, work: Callable[[], object]) -> None:
    forget_highest_memory()
    found[step] = seconds(work)
    found[f"{step}_peak"] = highest_memory_mb()


def _measure_packs(school: School, root: Path, found: dict[str, float]) -> None:
    path = ledger_key_path(school.root)
    with deciding(school.register, school.root, "bench", at(MONDAY)) as decision:
        keep_everything(decision.tx, school.key, school.config, actor="bench", now=at(MONDAY))
        decision.record("note", {"number": 1})
    with school.register.reading() as tx:
        key = ledger.signing_key(tx, school.key, path)

        def make(reader: PackReader, name: str) -> None:
            moment = find_moment(tx, school.key, at(MONDAY, 12), at(MONDAY, 12), school.config.zone, reader.value)
            pack = make_pack(tx, school.key, school.config, key, moment, reader, with_names=reader is PackReader.SCHOOL)
            write_archive(pack, root / name)

        found["pack"] = seconds(lambda: make(PackReader.SCHOOL, "pack.zip"))
        found["governors"] = seconds(lambda: make(PackReader.GOVERNORS, "governors.zip"))
    found["pack_mb"] = (root / "pack.zip").stat().st_size / 1e6
    found["peak_mb"] = highest_memory_mb()


def _fill_documents(school: School, size_mb: int) -> None:
    for number in range(size_mb // 5):
        content = number.to_bytes(4, "big") + os.urandom(5_000_000)
        with school.register.transaction() as tx:
            save_content(tx, school.key, f"{number:064d}", DocumentFormat.PDF, content)


def _put_back(copy: Path, root: Path, passphrase: str | None) -> None:
    root.mkdir()
    with unpacked(copy, root, passphrase=passphrase) as found:
        put_back(found, actor="bench", now=at(MONDAY))


if __name__ == "__main__":
    print(json.dumps(_measure(int(sys.argv[1]))))
