"""The ledger in the words of public transparency logs, so that tools of strangers read its heads and proofs.

``policy ledger head``, ``proof`` and ``consistency`` write these; ``verify_ledger`` reads them in its own code. Each
stands on a signed head: what is not signed yet has no proof. The signatures are made when they are asked for, over a
head that the ledger's key signed in the ledger's own form before.

Sources: C2SP signed-note, tlog-checkpoint and tlog-proof; C2SP tlog-witness for the form of a consistency proof, which
is that of its request to add a checkpoint; RFC 6962 section 2.1 for the hashes.
"""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from pipeline.errors import LedgerError, UsageError
from pipeline.register.ledger.key import LedgerKey
from pipeline.register.ledger.merkle import leaf_hash, list_consistency, list_path, root_of
from pipeline.register.ledger.signed_heads import LedgerHead, newest_head
from pipeline.register.store.counter import current_mark
from pipeline.register.tables.schema import ledger_record
from pipeline.register.transaction import Transaction
from pipeline.wording import say_count

_ED25519 = b"\x01"
_PROOF = "c2sp.org/tlog-proof@v1"
MANIFEST_NOTE = "policy-evidence/1"
"""The first line of the signed note over the manifest of an evidence pack."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A signed head as a checkpoint."""

    origin: str
    """Names the log: this school's ledger in this register."""
    head: LedgerHead
    verifier_key: str
    """The public key in the form that tools for signed notes take: name, hash and key."""
    note: str
    """The checkpoint itself, its signature included."""


def origin_of(tx: Transaction, school: str) -> str:
    """Return the name of the school's log; no other register has it."""
    return f"policy-ledger/{school}/{current_mark(tx, school).register_id or 'none'}"


def make_checkpoint(tx: Transaction, school: str, key: LedgerKey, head: LedgerHead | None = None) -> Checkpoint:
    """Return the newest head, or another, as a checkpoint. Raises LedgerError where nothing was signed yet."""
    head = head or newest_head(tx, school)
    if head is None:
        raise LedgerError("Nothing of the ledger is signed yet; `policy run` signs it.")
    origin = origin_of(tx, school)
    body = f"{origin}\n{head.size}\n{_base64(bytes.fromhex(head.root_hash))}\n"
    public_key = bytes.fromhex(key.public_key)
    verifier_key = f"{origin}+{_named(origin, public_key).hex()}+{_base64(_ED25519 + public_key)}"
    return Checkpoint(origin, head, verifier_key, _signed(origin, key, body))


def sign_manifest(tx: Transaction, school: str, key: LedgerKey, head: LedgerHead, name: str, manifest: bytes) -> str:
    """Return a signed note over the manifest of an evidence pack called ``name``, made as at a head of the ledger.

    Its first line tells it from a checkpoint, whose first line names the log.
    """
    origin = origin_of(tx, school)
    lines = (MANIFEST_NOTE, name, origin, f"{head.size}:{head.root_hash}", hashlib.sha256(manifest).hexdigest())
    return _signed(origin, key, "".join(f"{line}\n" for line in lines))


def _signed(origin: str, key: LedgerKey, body: str) -> str:
    """Return a text, each line ended by a line feed, with the line that signs it."""
    named = _named(origin, bytes.fromhex(key.public_key))
    signature = _base64(named + bytes.fromhex(key.sign(body.encode("utf-8"))))
    return f"{body}\n\u2014 {origin} {signature}\n"


def _named(origin: str, public_key: bytes) -> bytes:
    return hashlib.sha256(f"{origin}\n".encode() + _ED25519 + public_key).digest()[:4]


def make_proof(tx: Transaction, school: str, key: LedgerKey, position: int, head: LedgerHead | None = None) -> str:
    """Return the proof that a record stands in the ledger under its newest head, or another; the record is in it.

    Raises UsageError where there is no such record, or it is not signed yet, LedgerError where the records do not agree
    with the head.
    """
    checkpoint = make_checkpoint(tx, school, key, head)
    if position >= checkpoint.head.size:
        raise UsageError(f"Record {position} is not in the ledger, or not signed yet: then it is within seconds.")
    leaves = _signed_leaves(tx, school, checkpoint.head)
    where = ledger_record.c.school == school, ledger_record.c.position == position
    record = tx.execute(select(ledger_record.c.record).where(*where)).scalar_one().encode("utf-8")
    path = "".join(f"{_base64(each)}\n" for each in list_path(leaves, position))
    return f"{_PROOF}\nextra {_base64(record)}\nindex {position}\n{path}\n{checkpoint.note}"


def make_consistency(
    tx: Transaction, school: str, key: LedgerKey, old_size: int, old_root: str, head: LedgerHead | None = None
) -> str:
    """Return the proof that an old head is a prefix of today's, or of another: its size, the hashes, the checkpoint.

    Raises UsageError where the ledger is shorter than that head, LedgerError where the two do not fit together.
    """
    checkpoint = make_checkpoint(tx, school, key, head)
    if old_size > checkpoint.head.size:
        raise UsageError(
            f"That head covers {say_count(old_size, 'record')}; the newest here covers {checkpoint.head.size}. It is "
            "of another ledger, or the last records are lost: `policy ledger verify --head` says more."
        )
    leaves = _signed_leaves(tx, school, checkpoint.head)
    if root_of(leaves[:old_size]).hex() != old_root:
        raise LedgerError(f"The head over {old_size} records does not fit: what stood before it is not the same.")
    hashes = "".join(f"{_base64(each)}\n" for each in list_consistency(leaves, old_size))
    return f"old {old_size}\n{hashes}\n{checkpoint.note}"


def _signed_leaves(tx: Transaction, school: str, head: LedgerHead) -> Sequence[bytes]:
    """Return the hashes of the records under a head. Raises LedgerError where they do not agree with it."""
    where = ledger_record.c.school == school, ledger_record.c.position < head.size
    query = select(ledger_record.c.record).where(*where).order_by(ledger_record.c.position)
    leaves = [leaf_hash(record.encode("utf-8")) for record in tx.execute(query).scalars()]
    if len(leaves) != head.size or root_of(leaves).hex() != head.root_hash:
        raise LedgerError("The ledger does not agree with its newest head; `policy ledger verify` says where.")
    return leaves


def _base64(words: bytes) -> str:
    return base64.b64encode(words).decode("ascii")
