"""A forger: who can write to the register's file and knows all of this program, and does not hold the ledger's key.

What they change is made to look as whole as it can without the key: every row's hash, the prints of the tables, the
tree under the seal and where it stood at the last head. Only signatures and the seal's own code are beyond them.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from pipeline.register.ledger import row_hashes
from pipeline.register.ledger import seal as ledger_seal
from pipeline.register.ledger.evidence_prints import compute_prints, keep_prints
from pipeline.register.ledger.key import LedgerKey, key_from_seed
from pipeline.register.ledger.merkle import Tree, canonical, commitment, leaf_hash
from pipeline.register.ledger.signed_heads import LedgerHead

STRANGER: LedgerKey = key_from_seed(b"s" * 32)
"""A key that is not the workspace's."""
LATER = "2026-11-30T09:00:00.000000Z"
_SALT = "5a" * 32


class Forger:
    """The register's file, open to be rewritten."""

    def __init__(self, driver: sqlite3.Connection) -> None:
        self.driver = driver
        self.school: str = driver.execute("SELECT school FROM school").fetchone()[0]

    def records(self) -> list[dict[str, Any]]:
        """Return every record, in order."""
        rows = self.driver.execute("SELECT record FROM ledger_record ORDER BY position")
        return [json.loads(row[0]) for row in rows]

    def write_records(self, records: list[dict[str, Any]]) -> None:
        """Put these in the place of all records, each with its position and a fitting hash."""
        self.driver.execute("DELETE FROM ledger_record")
        for position, record in enumerate(records):
            words = canonical({**record, "position": position})
            self.driver.execute(
                "INSERT INTO ledger_record (school, position, record, leaf_hash) VALUES (?, ?, ?, ?)",
                (self.school, position, words.decode("utf-8"), leaf_hash(words).hex()),
            )

    def tree(self) -> Tree:
        """Return the tree over all records."""
        tree = Tree()
        for (leaf,) in self.driver.execute("SELECT leaf_hash FROM ledger_record ORDER BY position"):
            tree.add(bytes.fromhex(leaf))
        return tree

    def commit_to(self, value: str) -> str:
        """Add an opening and return its commitment."""
        (count,) = self.driver.execute("SELECT count(*) FROM ledger_opening").fetchone()
        salt = f"{count:02x}" * 32 if count < 256 else _SALT
        committed = commitment(bytes.fromhex(salt), value)
        row = (committed, self.school, salt, value)
        self.driver.execute("INSERT INTO ledger_opening (commitment, school, salt, value) VALUES (?, ?, ?, ?)", row)
        return committed

    def sign(self, key: LedgerKey = STRANGER) -> None:
        """Add a head over all records, signed with a key of the forger's own."""
        tree = self.tree()
        head = LedgerHead(self.school, tree.size, tree.root().hex(), LATER, key.public_key, "")
        row = (self.school, tree.size, head.root_hash, LATER, key.public_key, key.sign(canonical(head.statement())))
        self.driver.execute(
            "INSERT INTO ledger_head (school, size, root_hash, signed_at, public_key, signature) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            row,
        )

    def make_whole(self) -> None:
        """Make all that needs no key agree with what was changed."""
        row_hashes.fill(self.driver)
        keep_prints(self.driver, self.school, compute_prints(self.driver))
        seal = self.driver.execute("SELECT seal, unsealed_from FROM ledger_seal").fetchone()
        if seal is not None:
            ledger_seal._write(self.driver, self.school, self.tree(), *seal)
        head = self.driver.execute("SELECT max(size) FROM ledger_head").fetchone()[0]
        if head is None:
            self.driver.execute("DELETE FROM ledger_frontier")
        else:
            tree = Tree()
            for (leaf,) in self.driver.execute("SELECT leaf_hash FROM ledger_record WHERE position < ?", (head,)):
                tree.add(bytes.fromhex(leaf))
            subtrees = " ".join(each.hex() for each in tree.subtrees)
            self.driver.execute("UPDATE ledger_frontier SET size = ?, subtrees = ?", (tree.size, subtrees))
        row_hashes.fill(self.driver)


@contextmanager
def forging(path: Path) -> Iterator[Forger]:
    """Open the register's file as a forger does; what they changed is made whole at the end."""
    with closing(sqlite3.connect(path)) as driver:
        row_hashes.teach(driver)
        forger = Forger(driver)
        yield forger
        forger.make_whole()
        driver.commit()


# --- the rewrites ---------------------------------------------------------------------------------------------------


def rewrite_all(forger: Forger, own_key: str, *, signed: bool = False) -> None:
    """Change every record, delete all heads, announce the workspace's key and sign with a stranger's."""
    records = forger.records()
    for record in records:
        record["at"] = "2025" + record["at"][4:]
    before = Tree()
    for position, record in enumerate(records):
        before.add(leaf_hash(canonical({**record, "position": position})))
    fields = {"before": STRANGER.public_key, "public_key": own_key}
    if signed:
        statement = {
            "format": "policy-ledger/1",
            "position": len(records),
            "root_hash": before.root().hex(),
            "school": forger.school,
            "type": "key-change",
            **fields,
        }
        fields["signature"] = STRANGER.sign(canonical(statement))
    records.append(_record(forger, "key-changed", fields, {}, LATER))
    forger.write_records(records)
    forger.driver.execute("DELETE FROM ledger_head")
    forger.sign()


def lose_key(forger: Forger, own_key: str) -> None:
    """Change every record, delete all heads, and say that a stranger's key was lost and this one follows."""
    records = forger.records()
    for record in records:
        record["at"] = "2025" + record["at"][4:]
    fields = {"before": STRANGER.public_key, "public_key": own_key}
    forger.write_records([*records, _record(forger, "key-lost", fields, {}, LATER)])
    forger.driver.execute("DELETE FROM ledger_head")
    forger.sign()


def give_away_reading(forger: Forger, own_key: str) -> None:
    """Delete what says whose a reading is, and give it to somebody else."""
    driver = forger.driver
    position, person = driver.execute("SELECT ledger_position, person FROM acknowledgement").fetchone()
    other = driver.execute("SELECT id FROM person WHERE id <> ?", (person,)).fetchone()[0]
    personal = forger.records()[position]["personal"]
    for name in ("person_id", "name"):
        driver.execute("DELETE FROM ledger_opening WHERE commitment = ?", (personal[name],))
    driver.execute("UPDATE acknowledgement SET person = ? WHERE ledger_position = ?", (other, position))


def backdate_readings(forger: Forger, own_key: str, *, count: int = 40, keep_head: bool = False) -> None:
    """Delete the last head, and add readings that were never given, dated long ago."""
    driver, records = forger.driver, forger.records()
    model = driver.execute("SELECT * FROM acknowledgement").fetchone()
    columns = [each[0] for each in driver.execute("SELECT * FROM acknowledgement LIMIT 0").description]
    row = dict(zip(columns, model, strict=True))
    like = records[row["ledger_position"]]
    if not keep_head:
        driver.execute("DELETE FROM ledger_head WHERE size = (SELECT max(size) FROM ledger_head)")
    opened = dict(driver.execute("SELECT commitment, value FROM ledger_opening").fetchall())
    for number in range(count):
        personal = {name: forger.commit_to(opened[each]) for name, each in like["personal"].items()}
        fields = {**like["fields"], "acknowledged_at": f"2026-09-{1 + number % 28:02}T12:00:00+00:00"}
        records.append(_record(forger, "acknowledgement", fields, personal, records[-1]["at"]))
        values = {
            **row,
            "id": row["id"] + 1000 + number,
            "request": None,
            "ledger_position": len(records) - 1,
            "acknowledged_at": f"2026-09-{1 + number % 28:02} 12:00:00.000000",
            "recorded_at": records[-1]["at"].replace("T", " ").rstrip("Z"),
            "row_sha256": None,
        }
        marks = ", ".join("?" for _ in values)
        driver.execute(f"INSERT INTO acknowledgement ({', '.join(values)}) VALUES ({marks})", tuple(values.values()))
    forger.write_records(records)


def append_readings(forger: Forger, own_key: str) -> None:
    """Add readings behind the last head and leave that where it is."""
    backdate_readings(forger, own_key, keep_head=True)


def empty_ledger(forger: Forger, own_key: str) -> None:
    """Take out every record, head and opening, the seal, and all readings."""
    for table in ("ledger_record", "ledger_head", "ledger_opening", "ledger_frontier", "ledger_seal"):
        forger.driver.execute(f"DELETE FROM {table}")
    for table in ("correction", "acknowledgement", "request_deadline", "approval", "card_slip"):
        forger.driver.execute(f"DELETE FROM {table}")


def drop_last_head(forger: Forger, own_key: str) -> None:
    """Delete the last head and nothing else."""
    forger.driver.execute("DELETE FROM ledger_head WHERE size = (SELECT max(size) FROM ledger_head)")


def cut_tail(forger: Forger, own_key: str) -> None:
    """Go back to the head before the last: every record behind it, and what it stands for, is taken out."""
    driver = forger.driver
    drop_last_head(forger, own_key)
    (size,) = driver.execute("SELECT max(size) FROM ledger_head").fetchone()
    forger.write_records(forger.records()[:size])
    driver.execute("DELETE FROM acknowledgement WHERE ledger_position >= ?", (size,))
    driver.execute("DELETE FROM correction WHERE ledger_position >= ?", (size,))
    held = {each for record in forger.records() for each in record["personal"].values()}
    for (committed,) in driver.execute("SELECT commitment FROM ledger_opening").fetchall():
        if committed not in held:
            driver.execute("DELETE FROM ledger_opening WHERE commitment = ?", (committed,))


def take_seal_away(forger: Forger, own_key: str) -> None:
    """Add readings, and let it look as if the key had not been at hand."""
    append_readings(forger, own_key)
    forger.driver.execute("UPDATE ledger_seal SET unsealed_from = size, seal = ''")


def move_approval(forger: Forger, own_key: str) -> None:
    """Change the day of an approval, in the row and nowhere else."""
    forger.driver.execute("UPDATE approval SET approved_on = '2026-10-01'")


def change_text(forger: Forger, own_key: str) -> None:
    """Change the words of a version that staff have read."""
    forger.driver.execute("UPDATE policy_version SET text = text || ' Nothing more.'")


def erase_alone(forger: Forger, own_key: str) -> None:
    """Take out an opening and add a record that says it was erased."""
    give_away_reading(forger, own_key)
    records = forger.records()
    there = {row[0] for row in forger.driver.execute("SELECT commitment FROM ledger_opening")}
    gone = sorted({each for record in records for each in record["personal"].values()} - there)
    personal = {name: forger.commit_to(who) for name, who in (("actor", "Ann"), ("agreed_by", "Bob"))}
    fields = {"count": len(gone), "removed": " ".join(gone)}
    forger.write_records([*records, _record(forger, "erasure", fields, personal, LATER)])


def _record(forger: Forger, kind: str, fields: dict[str, Any], personal: dict[str, str], at: str) -> dict[str, Any]:
    return {"at": at, "fields": fields, "kind": kind, "personal": personal, "school": forger.school, "type": "record"}


def _rewrite_all_signed(forger: Forger, own_key: str) -> None:
    rewrite_all(forger, own_key, signed=True)


REWRITES: dict[str, Callable[[Forger, str], None]] = {
    "a: all rewritten, a stranger announces the key": rewrite_all,
    "a: the same, with the stranger's signature": _rewrite_all_signed,
    "a: the same, as a key that was lost": lose_key,
    "b: an opening gone, its reading another's": give_away_reading,
    "b: the same, with a record of an erasure": erase_alone,
    "c: 40 readings backdated, the last head gone": backdate_readings,
    "c: the same, every head kept": append_readings,
    "c: the same, as written without the key": take_seal_away,
    "d: emptied": empty_ledger,
    "the last head gone": drop_last_head,
    "back to the head before": cut_tail,
    "an approval on another day": move_approval,
    "other words of a version": change_text,
}
"""What a forger does to a whole register, by what it is called in the table."""
EXPORT_CANNOT_TELL = frozenset(
    name
    for name in REWRITES
    if name.startswith("b: an opening") or name in ("an approval on another day", "other words of a version")
)
"""Rewrites of rows beside the ledger: no export holds those."""


def forged_export(path: Path) -> bytes:
    """Return the export of a rewritten register as the forger can make it: sealed with their own key."""
    import hashlib

    with closing(sqlite3.connect(path)) as driver:
        forger = Forger(driver)
        columns = "public_key, root_hash, signature, signed_at, size"
        heads = [
            dict(zip(columns.split(", "), row, strict=True))
            for row in driver.execute(f"SELECT {columns} FROM ledger_head ORDER BY size")
        ]
        records, tree = forger.records(), forger.tree()
    named = {"format": "policy-ledger/1", "school": forger.school}
    lines: list[dict[str, Any]] = [{**named, "type": "ledger"}]
    keys = dict.fromkeys([*(head["public_key"] for head in heads), STRANGER.public_key])
    lines += [{"public_key": each, "type": "key"} for each in keys]
    for size in range(len(records) + 1):
        lines += [records[size - 1]] if size else []
        for number, head in enumerate(heads):
            lines += [{**named, **head, "number": number, "type": "head"}] if head["size"] == size else []
    body = b"".join(canonical(line) + b"\n" for line in lines)
    seal = {
        **named,
        "content_sha256": hashlib.sha256(body).hexdigest(),
        "heads": len(heads),
        "public_key": STRANGER.public_key,
        "records": tree.size,
        "root_hash": tree.root().hex(),
        "signed_at": LATER,
        "type": "seal",
    }
    return body + canonical({**seal, "signature": STRANGER.sign(canonical(seal))}) + b"\n"
