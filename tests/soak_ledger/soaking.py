"""Change a ledger in every way and count whether each verifier finds it. ``__main__`` prints the table."""

import io
import json
import random
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from pipeline.register.ledger import ledger, verify_ledger
from pipeline.register.ledger.check import Against, verify
from pipeline.register.ledger.driver import Driver, driver_behind
from pipeline.register.ledger.head_file import read_outside
from pipeline.register.ledger.key import LedgerKey, load_or_make_key
from pipeline.register.ledger.merkle import canonical, leaf_hash
from pipeline.register.ledger.tlog import make_checkpoint, make_consistency, make_proof
from pipeline.register.store.database import Register
from pipeline.register.transaction import Transaction
from tests import registers
from tests.postgresql import Server
from tests.register.conftest import NOW
from tests.soak_ledger.forging import EXPORT_CANNOT_TELL, REWRITES, forged_export, forging
from tests.soak_ledger.kinds import THIRD_KEY, every_kind
from tests.soak_ledger.places import Place, make_place


@dataclass
class Tally:
    """What was tried and found, by kind of change."""

    tried: dict[tuple[str, str], int] = field(default_factory=dict)
    """By change and verifier (register, export)."""
    missed: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def judge(self, change: str, verifier: str, what: str, *, found: bool) -> None:
        """Count one change and whether it was found."""
        self.tried[change, verifier] = self.tried.get((change, verifier), 0) + 1
        if not found:
            self.missed.setdefault((change, verifier), []).append(what)

    def changes(self) -> list[str]:
        """Return the kinds of change, in the order they were tried."""
        return list(dict.fromkeys(change for change, _ in self.tried))

    def said(self, change: str, verifier: str) -> str:
        """Return what stands in the table: found of tried."""
        tried = self.tried.get((change, verifier), 0)
        return f"{tried - len(self.missed.get((change, verifier), [])):,} of {tried:,}" if tried else "-"


_FITTING_EACH = 3
_REFUSED: tuple[type[Exception], ...] = (sqlite3.IntegrityError,)
with suppress(ImportError):
    from psycopg.errors import UniqueViolation

    _REFUSED = (*_REFUSED, UniqueViolation)
PLANTED = "planted: nothing changed, must be missed"


def soak(
    tally: Tally, *, seed: int, records: int = 1_000, stride: int = 1, moves: int = 250, server: Server | None = None
) -> None:
    """Do everything: each ``stride``-th bit where every bit is meant, ``moves`` times each way to move records.

    With a ``server`` the ledgers are in its databases. A whole register is rewritten as a file alone.
    """
    registers.use(server)
    try:
        _change(tally, seed, records, stride, moves)
    finally:
        registers.use(None)
    if server is None:
        with tempfile.TemporaryDirectory() as folder:
            with redirect_stdout(io.StringIO()):
                place = make_place(Path(folder) / "school")
            _rewrite(tally, place)


def _change(tally: Tally, seed: int, records: int, stride: int, moves: int) -> None:
    """Change ledgers bit by bit and record by record."""
    chance = random.Random(seed)
    with every_kind() as register, register.transaction() as tx:
        _plant(tally, tx, register.school)
        _flip_kinds(tally, tx, register.school, stride)
        _flip_heads(tally, tx, register.school, stride)
        _flip_proofs(tally, tx, register.school, stride)
    with _long(records) as register, register.transaction() as tx:
        _flip_each(tally, tx, register.school, chance)
        _cut(tally, tx, register.school)
        _move(tally, tx, register.school, chance, moves)


@contextmanager
def _long(records: int) -> Iterator[Register]:
    """Yield a ledger of many records with five heads, in memory or on the tests' server."""
    with registers.open_memory_register(school_name="West Park School", time_zone="Europe/London") as register:
        with register.transaction() as tx:
            for number in range(records):
                fields: dict[str, str | int | None] = {"policy": "é\u2028", "version": number, "why": None}
                ledger.append(tx, register.school, "issued", fields, personal={"name": "Ann"}, now=NOW)
                if number % max(1, records // 5) == records // 5 - 1 or number == records - 1:
                    ledger.sign_head(tx, register.school, THIRD_KEY, NOW + timedelta(days=number))
        yield register


@contextmanager
def _undone(driver: Driver) -> Iterator[None]:
    driver.execute("SAVEPOINT attack")
    try:
        yield
    finally:
        driver.execute("ROLLBACK TO attack")
        driver.execute("RELEASE attack")


def _faults(tx: Transaction, school: str, against: Against | None = None) -> tuple[str, ...]:
    return verify(tx, school, signed=True, public_key=THIRD_KEY.public_key, against=against).faults


def _is_refused(content: bytes, key: str | None = None, heads: Sequence[tuple[int, str]] = ()) -> bool:
    try:
        verify_ledger.verify(content, key, list(heads))
    except verify_ledger.ExportError:
        return True
    return False


def _export(tx: Transaction, school: str) -> bytes:
    return "".join(ledger.export(tx, school, THIRD_KEY, NOW)).encode("utf-8")


def _bits(content: bytes, stride: int) -> Iterator[bytes]:
    """Yield ``content`` with each ``stride``-th of its bits changed, one at a time."""
    for bit in range(0, 8 * len(content), stride):
        changed = bytearray(content)
        changed[bit // 8] ^= 1 << bit % 8
        yield bytes(changed)


def _plant(tally: Tally, tx: Transaction, school: str) -> None:
    tally.judge(PLANTED, "register", "", found=bool(_faults(tx, school)))
    tally.judge(PLANTED, "export", "", found=_is_refused(_export(tx, school)))


def _flip_kinds(tally: Tally, tx: Transaction, school: str, stride: int) -> None:
    """Flip every bit of a record of each kind; in the register one in each record at once, each must be named."""
    driver, lines = driver_behind(tx), _export(tx, school).split(b"\n")
    change = "every bit of a record of each kind"
    places = [place for place, line in enumerate(lines) if line.endswith(b'"type":"record"}')]
    for place in places:
        for number, changed in enumerate(_bits(lines[place], stride)):
            content = b"\n".join([*lines[:place], changed, *lines[place + 1 :]])
            tally.judge(change, "export", f"line {place}, bit {number * stride}", found=_is_refused(content))
    rows = dict(driver.execute("SELECT position, record FROM ledger_record").fetchall())
    for bit in range(0, 8 * max(len(words.encode()) for words in rows.values()), stride):
        flipped = {position: _flipped(words, bit) for position, words in rows.items()}
        wanted = {position: words for position, words in flipped.items() if words is not None}
        with _undone(driver):
            driver.executemany(
                "UPDATE ledger_record SET record = ? WHERE position = ?", [(w, p) for p, w in wanted.items()]
            )
            said = " ".join(_faults(tx, school))
        for position in wanted:
            tally.judge(change, "register", f"record {position}, bit {bit}", found=f"Record {position} " in said)
        if wanted and bit // stride % _FITTING_EACH == 0:
            position = sorted(wanted)[bit // stride // _FITTING_EACH % len(wanted)]
            with _undone(driver):
                _put(driver, {position: wanted[position]})
                found = bool(_faults(tx, school))
            tally.judge("the same, one at a time, with a hash that fits", "register", f"record {position}", found=found)


def _flipped(words: str, bit: int) -> str | None:
    """Return the words with one bit changed; None where that is past their end or no text any more."""
    content = bytearray(words.encode("utf-8"))
    if bit >= 8 * len(content):
        return None
    content[bit // 8] ^= 1 << bit % 8
    try:
        flipped = content.decode("utf-8")
    except UnicodeDecodeError:
        # SQLite hands such text to nobody; ``test_ledger`` has that case.
        return None
    # PostgreSQL has no place for that letter, and refuses it.
    return None if "\0" in flipped and registers.on_server() else flipped


def _put(driver: Driver, records: Mapping[int, str]) -> None:
    """Put changed records in their places, each with a hash that fits, as a forger would."""
    values = [(words, leaf_hash(words.encode("utf-8")).hex(), place) for place, words in records.items()]
    driver.executemany("UPDATE ledger_record SET record = ?, leaf_hash = ? WHERE position = ?", values)


def _flip_heads(tally: Tally, tx: Transaction, school: str, stride: int) -> None:
    driver, lines, change = driver_behind(tx), _export(tx, school).split(b"\n"), "every bit of each head"
    for place, line in enumerate(lines):
        if b'"type":"head"' not in line:
            continue
        for number, changed in enumerate(_bits(line, stride)):
            content = b"\n".join([*lines[:place], changed, *lines[place + 1 :]])
            tally.judge(change, "export", f"line {place}, bit {number * stride}", found=_is_refused(content))
    columns = ("root_hash", "signed_at", "public_key", "signature")
    for row in driver.execute(f"SELECT id, size, {', '.join(columns)} FROM ledger_head").fetchall():
        for column, words in zip(columns, row[2:], strict=True):
            for bit in range(0, 8 * len(words), stride):
                changed_words = _flipped(words, bit)
                if changed_words is None:
                    continue
                with _undone(driver):
                    driver.execute(f"UPDATE ledger_head SET {column} = ? WHERE id = ?", (changed_words, row[0]))
                    found = bool(_faults(tx, school))
                tally.judge(change, "register", f"head {row[0]}, {column}, bit {bit}", found=found)
        for bit in range(24):
            with _undone(driver):
                try:
                    driver.execute("UPDATE ledger_head SET size = ? WHERE id = ?", (row[1] ^ 1 << bit, row[0]))
                except _REFUSED:
                    # Another head has that size: the register itself refuses it.
                    continue
                found = bool(_faults(tx, school))
            tally.judge(change, "register", f"head {row[0]}, size, bit {bit}", found=found)
    _flip_outside(tally, tx, school, stride)


def _flip_outside(tally: Tally, tx: Transaction, school: str, stride: int) -> None:
    """Flip every bit of the heads that are kept outside the register."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger-heads"
        heads = ledger.list_heads(tx, school)
        whole = b"".join(
            canonical({**head.statement(), "register": "r", "signature": head.signature}) + b"\n" for head in heads
        )
        for changed in _bits(whole, stride):
            place = next(place for place, pair in enumerate(zip(whole, changed, strict=True)) if pair[0] != pair[1])
            if whole[:place].endswith(b'"register":"'):
                # The register's id is no part of what was signed: it only says where to look.
                continue
            path.write_bytes(changed)
            against = Against(None, read_outside(Path(folder)))
            found = any("kept outside" in fault or "secrets" in fault for fault in _faults(tx, school, against))
            tally.judge("every bit of each head outside", "register", f"byte {place}", found=found)


def _flip_proofs(tally: Tally, tx: Transaction, school: str, stride: int) -> None:
    old = ledger.list_heads(tx, school)[0]
    given = {
        "checkpoint": make_checkpoint(tx, school, THIRD_KEY).note,
        "proof": make_proof(tx, school, THIRD_KEY, 0),
        "consistency": make_consistency(tx, school, THIRD_KEY, old.size, old.root_hash),
    }
    for name, words in given.items():
        for number, changed in enumerate(_bits(words.encode("utf-8"), stride)):
            found = _is_refused_proof(changed, [(old.size, old.root_hash)])
            tally.judge("every bit of a checkpoint and two proofs", "export", f"{name}, {number * stride}", found=found)


def _is_refused_proof(content: bytes, heads: list[tuple[int, str]]) -> bool:
    try:
        verify_ledger.verify_proof(content.decode("utf-8"), THIRD_KEY.public_key, heads)
    except (verify_ledger.ExportError, UnicodeDecodeError):
        return True
    return False


# --- a thousand records ---------------------------------------------------------------------------------------------


def _flip_each(tally: Tally, tx: Transaction, school: str, chance: random.Random) -> None:
    """Flip one bit of each record: one by one in the export; in the register a hundred at once, each must be named."""
    driver, lines, change = driver_behind(tx), _export(tx, school).split(b"\n"), "one bit of each of many records"
    for place, line in enumerate(lines):
        if line.endswith(b'"type":"record"}'):
            changed = bytearray(line)
            changed[chance.randrange(len(line))] ^= 1 << chance.randrange(8)
            content = b"\n".join([*lines[:place], bytes(changed), *lines[place + 1 :]])
            tally.judge(change, "export", f"line {place}", found=_is_refused(content))
    rows = driver.execute("SELECT position, record FROM ledger_record ORDER BY position").fetchall()
    for start in range(0, len(rows), 100):
        flipped: dict[int, str] = {}
        for position, words in rows[start : start + 100]:
            while position not in flipped:
                tried = _flipped(words, chance.randrange(8 * len(words.encode("utf-8"))))
                if tried is not None:
                    flipped[position] = tried
        with _undone(driver):
            driver.executemany(
                "UPDATE ledger_record SET record = ? WHERE position = ?", [(w, p) for p, w in flipped.items()]
            )
            said = " ".join(_faults(tx, school))
        for position in flipped:
            tally.judge(change, "register", f"record {position}", found=f"Record {position} " in said)


def _cut(tally: Tally, tx: Transaction, school: str) -> None:
    driver, lines, change = driver_behind(tx), _export(tx, school).split(b"\n"), "cut off at each record"
    for place in range(len(lines) - 1):
        tally.judge(change, "export", f"line {place}", found=_is_refused(b"\n".join([*lines[:place], b""])))
    (count,) = driver.execute("SELECT count(*) FROM ledger_record").fetchone()
    for position in range(count):
        with _undone(driver):
            driver.execute("DELETE FROM ledger_record WHERE position >= ?", (position,))
            found = bool(_faults(tx, school))
        tally.judge(change, "register", f"record {position}", found=found)


def _move(tally: Tally, tx: Transaction, school: str, chance: random.Random, moves: int) -> None:
    """Swap, delete, repeat and splice in records; each as it stands, and with positions that fit again."""
    driver, content = driver_behind(tx), _export(tx, school)
    values = [json.loads(line) for line in content.splitlines()]
    stored = [json.loads(row[0]) for row in driver.execute("SELECT record FROM ledger_record ORDER BY position")]
    for number in range(moves):
        for name, move in _MOVES.items():
            renumbered = bool(number % 2)
            first, second = sorted(chance.sample(range(len(stored)), 2))
            moved = move(list(stored), first, second)
            if renumbered:
                moved = [{**record, "position": place} for place, record in enumerate(moved)]
            if moved == stored:
                continue
            what = f"{first}, {second}, {'renumbered' if renumbered else 'as it stood'}"
            with _undone(driver):
                driver.execute("DELETE FROM ledger_record")
                driver.executemany(
                    "INSERT INTO ledger_record (school, position, record, leaf_hash) VALUES (?, ?, ?, ?)",
                    [_row(school, place, record) for place, record in enumerate(moved)],
                )
                tally.judge(name, "register", what, found=bool(_faults(tx, school)))
            tally.judge(name, "export", what, found=_is_refused(_with_records(values, moved)))


def _row(school: str, place: int, record: Mapping[str, Any]) -> tuple[str, int, str, str]:
    words = canonical(record)
    return school, place, words.decode("utf-8"), leaf_hash(words).hex()


def _with_records(values: Sequence[dict[str, Any]], records: Sequence[dict[str, Any]]) -> bytes:
    """Return an export with other records, each head behind as many as before."""
    left, lines = list(records), []
    for value in values:
        if value["type"] == "record":
            lines += [left.pop(0)] if left else []
        elif value["type"] == "seal":
            lines += [*left, value]
        else:
            lines.append(value)
    return b"".join(canonical(line) + b"\n" for line in lines)


Records = list[dict[str, Any]]


def _swap(records: Records, first: int, second: int) -> Records:
    records[first], records[second] = records[second], records[first]
    return records


def _delete(records: Records, first: int, second: int) -> Records:
    return [*records[:first], *records[first + 1 :]]


def _repeat(records: Records, first: int, second: int) -> Records:
    return [*records[:second], records[first], *records[second:]]


def _splice(records: Records, first: int, second: int) -> Records:
    return [*records[:first], {**records[first], "fields": {"policy": "of another ledger"}}, *records[first:]]


_MOVES: dict[str, Callable[[Records, int, int], Records]] = {
    "two records swapped": _swap,
    "a record deleted": _delete,
    "a record repeated": _repeat,
    "a record spliced in": _splice,
}


# --- rewrites of a whole register -----------------------------------------------------------------------------------


def _rewrite(tally: Tally, place: Place) -> None:
    """Do each rewrite that a forger without the key can do, to a real register."""
    whole, key = place.register.read_bytes(), load_or_make_key(place.secrets / "ledger-key")
    for name, rewrite in REWRITES.items():
        place.register.write_bytes(whole)
        with forging(place.register) as forger:
            rewrite(forger, key.public_key)
        tally.judge(name, "register", "verify", found=bool(check_place(place, key)))
        if name not in EXPORT_CANNOT_TELL:
            found = _is_refused(forged_export(place.register), key.public_key, [place.newest()])
            tally.judge(name, "export", "key and newest head", found=found)
    place.register.write_bytes(whole)
    tally.judge(PLANTED, "register", "", found=bool(check_place(place, key)))


def check_place(place: Place, key: LedgerKey) -> tuple[str, ...]:
    """Return what ``policy ledger verify`` would say against a workspace's ledger."""
    with place.open() as register, register.reading() as tx:
        against = Against(key, read_outside(place.secrets))
        return verify(tx, register.school, signed=True, public_key=key.public_key, against=against).faults
