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

from sqlalchemy import bindparam, func, insert, select

from pipeline.errors import LedgerError
from pipeline.register.ledger.check import LedgerCheck, find_missing_heads, verify
from pipeline.register.ledger.driver import driver_behind
from pipeline.register.ledger.head_file import PENDING_HEAD, read_outside
from pipeline.register.ledger.key import LedgerKey, find_key, load_or_make_key, replace_key, settle_key
from pipeline.register.ledger.merkle import Tree, canonical, commitment, leaf_hash, moment
from pipeline.register.ledger.seal import APPENDED, CHECKED, SECRETS, Checked, SealState, load_seal, test_seal
from pipeline.register.ledger.signed_heads import (
    FORMAT,
    KEY_CHANGED,
    KEY_LOST,
    Field,
    LedgerHead,
    keep_frontier,
    key_change_statement,
    list_heads,
    load_frontier,
    newest_head,
)
from pipeline.register.store.counter import count, current_mark, note_mark
from pipeline.register.store.engines import is_writing
from pipeline.register.tables.schema import ledger_head, ledger_opening, ledger_record
from pipeline.register.transaction import Transaction

# Callers need one door to the ledger; the rooms behind it are their own modules.
__all__ = [
    "Appending",
    "LedgerCheck",
    "LedgerHead",
    "LedgerKey",
    "accept",
    "append",
    "export",
    "is_key_right",
    "list_heads",
    "load_or_make_key",
    "replace_key",
    "sign",
    "sign_head",
    "signed_by",
    "signing_key",
    "verify",
]

ANOTHER_KEY = (
    "The key that signed the ledger last is not in .secrets/ledger-key, so nothing is signed. Put it back there from a "
    "safety copy; where it is lost for good, 'policy keys --renew ledger' makes a new one and says what that ends."
)
WITHOUT_KEY = "written-without-key"
"""The kind of record that says which records were added while the ledger's key was not at hand."""
_HEADS_GONE = (
    "The signed heads of the ledger are gone from the register, though they are kept in .secrets, so it is not signed. "
    "`policy ledger verify` says more; put the register's last safety copy back."
)
_NOT_SEALED = (
    "The register was changed by something that does not hold the ledger's key, so it is not signed. `policy ledger "
    "verify` says what; put the register's last safety copy back. If you know what it was, and want to keep it, "
    "`policy ledger accept --reason` takes it as it is and says so in the ledger for good."
)
_SALT_BYTES = 32
_LAST_POSITION = select(func.max(ledger_record.c.position)).where(ledger_record.c.school == bindparam("of_school"))
_ADD_RECORD, _ADD_OPENING = insert(ledger_record), insert(ledger_opening)
"""Asked with every record, so built once."""


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
    several = Appending(tx, school, now, salt)
    position = several.append(kind, fields, personal=personal)
    several.finish()
    return position


class Appending:
    """Several records that one transaction adds one behind the other; nothing else adds to the ledger meanwhile.

    They are written at ``finish``, all together.
    """

    def __init__(
        self, tx: Transaction, school: str, now: datetime, salt: Callable[[int], bytes] = secrets.token_bytes
    ) -> None:
        self._tx, self._school, self._now, self._salt = tx, school, now, salt
        self._next = _next_position(tx, school)
        self._records: list[dict[str, object]] = []
        self._openings: list[dict[str, str]] = []

    def append(
        self, kind: str, fields: Mapping[str, Field], *, personal: Mapping[str, str] = MappingProxyType({})
    ) -> int:
        """Add one record; as ``append``."""
        _check_kinds(fields)
        position = self._next
        commitments: Mapping[str, str] = {name: self._commit(value) for name, value in personal.items()}
        record = canonical(
            {
                "at": moment(self._now),
                "fields": dict(fields),
                "kind": kind,
                "personal": commitments,
                "position": position,
                "school": self._school,
                "type": "record",
            }
        )
        words, hashed = record.decode("utf-8"), leaf_hash(record).hex()
        self._records.append({"school": self._school, "position": position, "record": words, "leaf_hash": hashed})
        self._next += 1
        return position

    def _commit(self, value: str) -> str:
        salted = self._salt(_SALT_BYTES)
        committed = commitment(salted, value)
        row = {"commitment": committed, "school": self._school, "salt": salted.hex(), "value": value}
        self._openings.append(row)
        return committed

    def finish(self) -> None:
        """Write what was added since the last time."""
        if not self._records:
            return
        count(self._tx, self._school, self._now, steps=len(self._records))
        self._tx.info[APPENDED] = self._now
        self._tx.execute(_ADD_RECORD, self._records)
        if self._openings:
            self._tx.execute(_ADD_OPENING, self._openings)
        self._records, self._openings = [], []


def _next_position(tx: Transaction, school: str) -> int:
    last = tx.execute(_LAST_POSITION, {"of_school": school}).scalar()
    return 0 if last is None else int(last) + 1


def _check_kinds(fields: Mapping[str, Field]) -> None:
    for name, value in fields.items():
        if isinstance(value, bool) or not isinstance(value, str | int | None):
            raise TypeError(f"the ledger keeps words and whole numbers; {name} is {type(value).__name__}")


def sign_head(
    tx: Transaction,
    school: str,
    key: LedgerKey,
    now: datetime,
    *,
    renewed: bool = False,
    old_key: LedgerKey | None = None,
    whole: bool = True,
) -> LedgerHead:
    """Sign the ledger as it stands and keep the head; where nothing was added since the last head, return that one.

    ``whole`` holds every record ever added against its hash and the heads; without it only those since the last head
    and the one before them, which takes as long however many there are. A key other than the one that signed last is
    refused; where its owner has ``renewed`` it, a record signed with ``old_key`` says so, or one that says that the
    old one is lost. Raises LedgerError then, and where what was looked at does not agree or was written by something
    that does not hold the key: nothing more is signed over such a ledger.
    """
    last = newest_head(tx, school)
    other = last is not None and last.public_key != key.public_key
    if other and not renewed:
        raise LedgerError(ANOTHER_KEY)
    sealed = check_sealed(tx, school, old_key if other else key, last, now)
    tree = None if whole or last is None else load_frontier(tx, school, last)
    if other and last is not None:
        whole_tree = _read_on(tx, school, tree, sealed)
        _announce_key(tx, school, whole_tree, last.public_key, key, old_key, now)
        tree = None if tree is None else whole_tree
    tree = _read_on(tx, school, tree, sealed)
    tx.info[CHECKED] = tx.info.get(CHECKED) or Checked.AS_KEPT
    if last is None or last.size != tree.size:
        keep_frontier(tx, school, tree)
        head = LedgerHead(school, tree.size, tree.root().hex(), moment(now), key.public_key, signature="")
        last = replace(head, signature=key.sign(canonical(head.statement())))
        tx.execute(insert(ledger_head).values(**asdict(last)))
        note_mark(tx, school)
    tx.info[PENDING_HEAD] = current_mark(tx, school).register_id, last
    return last


def _read_on(tx: Transaction, school: str, tree: Tree | None, sealed: Tree | None) -> Tree:
    """Return the tree over every record: read on from ``tree``, or all of it from the first record on."""
    if tree is not None:
        _grow_on(tx, school, tree, sealed)
        return tree
    tree = Tree()
    for _ in _grow(tx, school, list_heads(tx, school), tree, sealed):
        pass
    return tree


def _announce_key(
    tx: Transaction,
    school: str,
    tree: Tree,
    before: str,
    key: LedgerKey,
    old_key: LedgerKey | None,
    now: datetime,
) -> None:
    """Record that another key signs from here on: signed by the one before, or saying that it is lost."""
    fields: dict[str, Field] = {"before": before, "public_key": key.public_key}
    if old_key is None or old_key.public_key != before:
        append(tx, school, KEY_LOST, fields, now=now)
        return
    statement = key_change_statement(school, tree.size, tree.root().hex(), before, key.public_key)
    append(tx, school, KEY_CHANGED, {**fields, "signature": old_key.sign(canonical(statement))}, now=now)


def check_sealed(
    tx: Transaction, school: str, key: LedgerKey | None, last: LedgerHead | None, now: datetime
) -> Tree | None:
    """Return the tree that the seal was made over; None where there is nothing to hold the records against.

    Where the register was written while the key was not at hand, and a note outside says so, a record of it is added.
    Raises LedgerError where something that does not hold the key has written, or signed heads are gone.
    """
    secrets = tx.get_execution_options().get(SECRETS)
    if secrets is None or key is None or tx.info.get(CHECKED):
        return None
    if last is None:
        if find_missing_heads(tx, school, secrets):
            raise LedgerError(_HEADS_GONE)
        return None
    seal = load_seal(driver_behind(tx), school)
    state = test_seal(seal, school, key)
    if state is SealState.UNSEALED and seal is not None and seal.unsealed_from is not None:
        noted = (current_mark(tx, school).register_id, seal.unsealed_from)
        if noted in read_outside(secrets).unsealed:
            append(tx, school, WITHOUT_KEY, {"from": seal.unsealed_from, "to": seal.tree.size}, now=now)
            return seal.tree
    if state is not SealState.RIGHT or seal is None:
        raise LedgerError(_NOT_SEALED)
    return seal.tree


def accept(tx: Transaction, school: str, path: Path, now: datetime) -> int:
    """Let the next signature take the register as it stands although its seal is wrong; return how many records it has.

    For its owner's decision, which is a record of its own. What signed heads cover must still agree with them. Raises
    LedgerError where it does not, or the key is not the right one.
    """
    signing_key(tx, school, path)
    tree = _read_on(tx, school, None, None)
    tx.info[CHECKED] = Checked.ANEW
    return tree.size


def signed_by(tx: Transaction, school: str) -> str | None:
    """Return the public key that signed last; None where nothing was signed yet."""
    signed = current_mark(tx, school).head
    return None if signed is None else signed.public_key


def is_key_right(tx: Transaction, school: str, path: Path) -> bool:
    """Tell whether the key at ``path`` is the one that signed last; true where nothing was signed yet.

    Raises LedgerError where there is a key that cannot be read.
    """
    signer = signed_by(tx, school)
    return signer is None or _find_key(tx, path, signer) is not None


def signing_key(tx: Transaction, school: str, path: Path) -> LedgerKey:
    """Return the key at ``path`` to sign with; one is made where nothing was signed yet.

    Raises LedgerError where the ledger was signed with another, or it cannot be read or made.
    """
    signer = signed_by(tx, school)
    key = load_or_make_key(path) if signer is None else _find_key(tx, path, signer)
    if key is None:
        raise LedgerError(ANOTHER_KEY)
    return key


def _find_key(tx: Transaction, path: Path, public_key: str) -> LedgerKey | None:
    if is_writing(tx) and tx.get_execution_options().get(SECRETS) is not None:
        settle_key(path, public_key)
    return find_key(path, public_key)


def sign(tx: Transaction, school: str, path: Path, now: datetime, *, whole: bool = True) -> LedgerHead:
    """Sign the ledger as it stands with the key at ``path``; see ``signing_key`` and ``sign_head``."""
    return sign_head(tx, school, signing_key(tx, school, path), now, whole=whole)


def export(
    tx: Transaction, school: str, key: LedgerKey, now: datetime, *, up_to: LedgerHead | None = None
) -> Iterator[str]:
    """Yield the whole ledger, or what a head covers, for the stand-alone verifier: lines with their line breaks.

    First what this is and the public keys; then the records, each head after the last record it covers; last a seal,
    signed over all lines before it. Nothing is written to the register. Raises LedgerError as ``sign_head`` does.
    """
    heads, tree, digest = list_heads(tx, school), Tree(), hashlib.sha256()
    if up_to is not None:
        heads = tuple(head for head in heads if head.size <= up_to.size)
    for words in _export_body(tx, school, key, heads, tree, most=None if up_to is None else up_to.size):
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
    tx: Transaction, school: str, key: LedgerKey, heads: Sequence[LedgerHead], tree: Tree, *, most: int | None
) -> Iterator[bytes]:
    """Yield every line but the seal, without line breaks, of ``most`` records."""
    lines_of_heads: dict[int, bytes] = {
        head.size: canonical({**head.statement(), "number": number, "signature": head.signature})
        for number, head in enumerate(heads)
    }
    yield canonical({"format": FORMAT, "school": school, "type": "ledger"})
    for public_key in dict.fromkeys([*(head.public_key for head in heads), key.public_key]):
        yield canonical({"public_key": public_key, "type": "key"})
    if 0 in lines_of_heads:
        yield lines_of_heads[0]
    for record in _grow(tx, school, heads, tree, most=most):
        yield record
        if tree.size in lines_of_heads:
            yield lines_of_heads[tree.size]


def _grow(
    tx: Transaction,
    school: str,
    heads: Sequence[LedgerHead],
    tree: Tree,
    sealed: Tree | None = None,
    *,
    most: int | None = None,
) -> Iterator[bytes]:
    """Yield each record once it stands in ``tree``. Raises LedgerError at the first that does not agree."""
    roots = {head.size: head.root_hash for head in heads} | _roots(sealed)
    query = select(ledger_record).where(ledger_record.c.school == school).order_by(ledger_record.c.position)
    for row in tx.execute(query if most is None else query.where(ledger_record.c.position < most)):
        record = row.record.encode("utf-8")
        leaf = leaf_hash(record)
        tree.add(leaf)
        if leaf.hex() != row.leaf_hash or _differs(roots.get(tree.size), tree):
            raise _broken()
        yield record
    if roots and max(roots) > tree.size:
        raise _broken()


def _roots(sealed: Tree | None) -> dict[int, str]:
    return {} if sealed is None else {sealed.size: sealed.root().hex()}


def _grow_on(tx: Transaction, school: str, tree: Tree, sealed: Tree | None) -> None:
    """Add what was recorded since the tree was kept. Raises LedgerError where a record or the one before is wrong."""
    table, roots, expected = ledger_record, _roots(sealed), max(tree.size - 1, 0)
    since = table.c.school == school, table.c.position >= expected
    for row in tx.execute(select(table).where(*since).order_by(table.c.position)):
        leaf = leaf_hash(row.record.encode("utf-8"))
        if leaf.hex() != row.leaf_hash or row.position != expected:
            raise _broken()
        if row.position >= tree.size:
            tree.add(leaf)
            if _differs(roots.get(tree.size), tree):
                raise _broken()
        elif tree.size % 2 and tree.subtrees[-1] != leaf:
            # Of an odd number the last one stands in the tree by itself.
            raise _broken()
        expected += 1
    if expected < max([tree.size, *roots]):
        raise _broken()


def _differs(root_hash: str | None, tree: Tree) -> bool:
    return root_hash is not None and root_hash != tree.root().hex()


def _broken() -> LedgerError:
    return LedgerError(
        "The ledger does not agree with itself, so it is not signed. `policy ledger verify` says where; put the "
        "register's last safety copy back."
    )
