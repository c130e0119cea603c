"""The ledger: what happened, in order, so that a later change of any of it shows.

Records are only added. A head signs the tree of hashes over all records so far; heads are kept and handed out, so a
lost tail shows as well. Personal details stand in a record only as salted commitments, whose openings can be erased.
``verify`` tells whether it still agrees with itself; ``verify_ledger`` does so for strangers, from an export.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from sqlalchemy import func, insert, select

from pipeline.errors import LedgerError
from pipeline.register.counter import count, current_mark, note_mark
from pipeline.register.database import Transaction
from pipeline.register.ledger_check import LedgerCheck, verify
from pipeline.register.ledger_heads import (
    FORMAT,
    KEY_CHANGED,
    Field,
    LedgerHead,
    keep_frontier,
    list_heads,
    load_frontier,
    newest_head,
)
from pipeline.register.ledger_key import LedgerKey, load_or_make_key, replace_key
from pipeline.register.merkle import Tree, canonical, commitment, leaf_hash, moment
from pipeline.register.schema import ledger_head, ledger_opening, ledger_record

# Callers need one door to the ledger; the rooms behind it are their own modules.
__all__ = [
    "LedgerCheck",
    "LedgerHead",
    "LedgerKey",
    "append",
    "export",
    "is_key_right",
    "list_heads",
    "load_or_make_key",
    "replace_key",
    "sign",
    "sign_head",
    "signing_key",
    "verify",
]

ANOTHER_KEY = (
    "The key that signed the ledger last is not in .secrets/ledger-key, so nothing is signed. Put it back there from a "
    "safety copy; where it is lost for good, 'policy keys --renew ledger' makes a new one and says what that ends."
)
_SALT_BYTES = 32


def append(
    tx: Transaction,
    school: str,
    kind: str,
    fields: Mapping[str, Field],
    *,
    personal: Mapping[str, str] = MappingProxyType({}),
    now: datetime,
    salt: Callable[[int], bytes] = secrets.token_bytes,
) -> int:
    """Add one record and return its position, counted from 0 in the school.

    ``fields`` stand in the record as they are and can never be erased: no names, no addresses. ``personal`` values
    stand in it as SHA-256 of a salt and the value; the openings are kept apart. Raises TypeError for another kind of
    value, ValueError for a moment without its time zone and for words that are no Unicode text.
    """
    _check_kinds(fields)
    count(tx, school, now)
    position = _next_position(tx, school)
    openings = {name: (salt(_SALT_BYTES), value) for name, value in personal.items()}
    record = canonical(
        {
            "at": moment(now),
            "fields": dict(fields),
            "kind": kind,
            "personal": {name: commitment(*opening) for name, opening in openings.items()},
            "position": position,
            "school": school,
            "type": "record",
        }
    )
    tx.execute(
        insert(ledger_record).values(
            school=school, position=position, record=record.decode("utf-8"), leaf_hash=leaf_hash(record).hex()
        )
    )
    for salted, value in openings.values():
        row = {"commitment": commitment(salted, value), "school": school, "salt": salted.hex(), "value": value}
        tx.execute(insert(ledger_opening).values(row))
    return position


def _next_position(tx: Transaction, school: str) -> int:
    last = tx.execute(select(func.max(ledger_record.c.position)).where(ledger_record.c.school == school)).scalar()
    return 0 if last is None else int(last) + 1


def _check_kinds(fields: Mapping[str, Field]) -> None:
    for name, value in fields.items():
        if isinstance(value, bool) or not isinstance(value, str | int | None):
            raise TypeError(f"the ledger keeps words and whole numbers; {name} is {type(value).__name__}")


def sign_head(
    tx: Transaction, school: str, key: LedgerKey, now: datetime, *, renewed: bool = False, whole: bool = True
) -> LedgerHead:
    """Sign the ledger as it stands and keep the head; where nothing was added since the last head, return that one.

    ``whole`` holds every record ever added against its hash and the heads; without it only those since the last head
    and the one before them, which takes as long however many there are. A key other than the one that signed last is
    refused; where its owner has ``renewed`` it, a record announces it. Raises LedgerError then, and where what was
    looked at does not agree: nothing more is signed over such a ledger.
    """
    last = newest_head(tx, school)
    if last is not None and last.public_key != key.public_key:
        if not renewed:
            raise LedgerError(ANOTHER_KEY)
        append(tx, school, KEY_CHANGED, {"before": last.public_key, "public_key": key.public_key}, now=now)
    tree = None if whole or last is None else load_frontier(tx, school, last)
    if tree is None:
        tree = Tree()
        for _ in _grow(tx, school, list_heads(tx, school), tree):
            pass
    else:
        _grow_on(tx, school, tree)
    if last is not None and last.size == tree.size:
        return last
    keep_frontier(tx, school, tree)
    head = LedgerHead(school, tree.size, tree.root().hex(), moment(now), key.public_key, signature="")
    head = replace(head, signature=key.sign(canonical(head.statement())))
    tx.execute(insert(ledger_head).values(**asdict(head)))
    note_mark(tx, school)
    return head


def is_key_right(tx: Transaction, school: str, path: Path) -> bool:
    """Tell whether the key at ``path`` is the one that signed last; true where nothing was signed yet.

    Raises LedgerError where there is a key that cannot be read.
    """
    signed = current_mark(tx, school).head
    return signed is None or (path.exists() and load_or_make_key(path).public_key == signed.public_key)


def signing_key(tx: Transaction, school: str, path: Path) -> LedgerKey:
    """Return the key at ``path`` to sign with; one is made where nothing was signed yet.

    Raises LedgerError where the ledger was signed with another, or it cannot be read or made.
    """
    if not is_key_right(tx, school, path):
        raise LedgerError(ANOTHER_KEY)
    return load_or_make_key(path)


def sign(tx: Transaction, school: str, path: Path, now: datetime, *, whole: bool = True) -> LedgerHead:
    """Sign the ledger as it stands with the key at ``path``; see ``signing_key`` and ``sign_head``."""
    return sign_head(tx, school, signing_key(tx, school, path), now, whole=whole)


def export(tx: Transaction, school: str, key: LedgerKey, now: datetime) -> Iterator[str]:
    """Yield the whole ledger for the stand-alone verifier, a line at a time, each with its line break.

    First what this is and the public keys; then the records, each head after the last record it covers; last a seal,
    signed over all lines before it. Nothing is written to the register. Raises LedgerError as ``sign_head`` does.
    """
    heads, tree, digest = list_heads(tx, school), Tree(), hashlib.sha256()
    for words in _export_body(tx, school, key, heads, tree):
        digest.update(words + b"\n")
        yield words.decode("utf-8") + "\n"
    seal: dict[str, Field] = {
        "content_sha256": digest.hexdigest(),
        "format": FORMAT,
        "heads": len(heads),
        "public_key": key.public_key,
        "records": tree.size,
        "root_hash": tree.root().hex(),
        "school": school,
        "signed_at": moment(now),
        "type": "seal",
    }
    yield canonical({**seal, "signature": key.sign(canonical(seal))}).decode("utf-8") + "\n"


def _export_body(
    tx: Transaction, school: str, key: LedgerKey, heads: Sequence[LedgerHead], tree: Tree
) -> Iterator[bytes]:
    """Yield every line but the seal, without line breaks."""
    lines_of_heads: dict[int, bytes] = {
        head.size: canonical({**head.statement(), "number": number, "signature": head.signature})
        for number, head in enumerate(heads)
    }
    yield canonical({"format": FORMAT, "school": school, "type": "ledger"})
    for public_key in dict.fromkeys([*(head.public_key for head in heads), key.public_key]):
        yield canonical({"public_key": public_key, "type": "key"})
    if 0 in lines_of_heads:
        yield lines_of_heads[0]
    for record in _grow(tx, school, heads, tree):
        yield record
        if tree.size in lines_of_heads:
            yield lines_of_heads[tree.size]


def _grow(tx: Transaction, school: str, heads: Sequence[LedgerHead], tree: Tree) -> Iterator[bytes]:
    """Yield each record once it stands in ``tree``. Raises LedgerError at the first that does not agree."""
    roots = {head.size: head.root_hash for head in heads}
    query = select(ledger_record).where(ledger_record.c.school == school).order_by(ledger_record.c.position)
    for row in tx.execute(query):
        record = row.record.encode("utf-8")
        leaf = leaf_hash(record)
        tree.add(leaf)
        if leaf.hex() != row.leaf_hash or _differs(roots.get(tree.size), tree):
            raise _broken()
        yield record
    if heads and heads[-1].size > tree.size:
        raise _broken()


def _grow_on(tx: Transaction, school: str, tree: Tree) -> None:
    """Add what was recorded since the tree was kept. Raises LedgerError where a record or the one before is wrong."""
    table, expected = ledger_record, max(tree.size - 1, 0)
    since = table.c.school == school, table.c.position >= expected
    for row in tx.execute(select(table).where(*since).order_by(table.c.position)):
        leaf = leaf_hash(row.record.encode("utf-8"))
        if leaf.hex() != row.leaf_hash or row.position != expected:
            raise _broken()
        if row.position >= tree.size:
            tree.add(leaf)
        elif tree.size % 2 and tree.subtrees[-1] != leaf:
            # Of an odd number the last one stands in the tree by itself.
            raise _broken()
        expected += 1
    if expected < tree.size:
        raise _broken()


def _differs(root_hash: str | None, tree: Tree) -> bool:
    return root_hash is not None and root_hash != tree.root().hex()


def _broken() -> LedgerError:
    return LedgerError(
        "The ledger does not agree with itself, so it is not signed. `policy ledger verify` says where; put the "
        "register's last safety copy back."
    )
