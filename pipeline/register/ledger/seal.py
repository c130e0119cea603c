"""The seal: up to where this program wrote ledger and evidence, under a code that only the ledger's key makes.

A signed head covers the records before it. What stands behind it (readings of the last seconds, and what a program that
was killed could not sign) and the rows beside the ledger are covered by the seal: an HMAC over the tree of all records
and the print of each table of evidence. Each transaction that adds a record or changes evidence renews it at its end.
So what this program wrote and could not sign is told from what something else wrote; over the latter nothing is signed.

While the key is not at hand the register is written without a seal, and a note in ``.secrets`` says from where on
(``head_file``); the next signature with the right key seals again and a record says so.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Connection

from pipeline.errors import LedgerError
from pipeline.register.ledger.driver import Driver, driver_behind
from pipeline.register.ledger.evidence_prints import (
    EVIDENCE,
    changed_prints,
    compute_prints,
    differing,
    keep_prints,
    load_prints,
    peek_changes,
    take_changes,
)
from pipeline.register.ledger.head_file import note_unsealed, read_outside
from pipeline.register.ledger.key import LedgerKey, ledger_key_in, load_or_make_key, settle_key
from pipeline.register.ledger.merkle import Tree, canonical

SECRETS = "register_secrets"
"""The execution option with which a connection says where the workspace's secrets lie; None where nothing is sealed."""
APPENDED = "ledger_appended"
"""Where a transaction keeps when it last added a record."""
CHECKED = "ledger_checked"
"""Where a transaction keeps that the signer in it has looked at what was written before: a ``Checked``."""
_DOMAIN = b"policy-ledger seal of a register\n"
_BROKEN = "broken"
"""In place of a seal that was wrong already: nothing that follows makes it right."""


class Checked(StrEnum):
    """What the signer found of what was written before."""

    AS_KEPT = "as-kept"
    """It may be sealed as it is; the prints go on from those that are kept."""
    ANEW = "anew"
    """Its owner takes everything as it stands: the prints are made anew of all rows."""


class SealState(StrEnum):
    """What the seal says."""

    MISSING = "missing"
    """There is none: nothing was written yet, or it was deleted."""
    RIGHT = "right"
    UNSEALED = "unsealed"
    """The key was not at hand when something was written."""
    WRONG = "wrong"
    """Something was written by another program, or the seal was changed."""
    UNTESTED = "untested"
    """Without the key nobody can tell."""


@dataclass(frozen=True, slots=True)
class Seal:
    """The seal as it stands in the register."""

    tree: Tree
    """Over every record that this program wrote."""
    prints: Mapping[str, str]
    """As ``evidence_prints.load_prints`` has them."""
    code: str
    """64 hexadecimal digits; empty where the key was not at hand."""
    unsealed_from: int | None
    """How many records there were when the key was not at hand first."""


def load_seal(driver: Driver, school: str) -> Seal | None:
    """Return the seal; None where there is none, or what stands there is none."""
    query = "SELECT size, subtrees, seal, unsealed_from FROM ledger_seal WHERE school = ?"
    row = driver.execute(query, (school,)).fetchone()
    if row is None:
        return None
    try:
        tree = Tree(row[0], [bytes.fromhex(subtree) for subtree in row[1].split()])
    except (ValueError, TypeError, AttributeError, OverflowError):
        return None
    return Seal(tree, load_prints(driver, school), str(row[2]), row[3])


def test_seal(seal: Seal | None, school: str, key: LedgerKey | None) -> SealState:
    """Tell what a seal says to a holder of ``key``; None where it is not at hand."""
    if seal is None:
        return SealState.MISSING
    if seal.code == "":
        return SealState.UNSEALED
    if key is None:
        return SealState.UNTESTED
    right = hmac.compare_digest(seal.code.encode("utf-8"), _code(key, school, seal.tree, seal.prints).encode("ascii"))
    return SealState.RIGHT if right else SealState.WRONG


def renew_seal(connection: Connection, school: str) -> None:
    """Take what this transaction wrote into the prints and seal them; nothing where it wrote no evidence.

    What was not in order before stays so, unless the signer in this transaction has said what is to be done.
    """
    driver = driver_behind(connection)
    changes = take_changes(driver)
    appended, checked = connection.info.pop(APPENDED, None), connection.info.pop(CHECKED, None)
    secrets: Path | None = connection.get_execution_options().get(SECRETS)
    if secrets is None or not (changes or appended or checked):
        return
    seal = load_seal(driver, school)
    kept = load_prints(driver, school) if seal is None else seal.prints
    try:
        changed = compute_prints(driver) if checked is Checked.ANEW else changed_prints(kept, changes)
        tree = _grown(driver, school, seal)
    except ValueError:
        # What stands there is no hash: something else wrote it.
        _write(driver, school, seal.tree if seal is not None else Tree(), _BROKEN, None)
        return
    keep_prints(driver, school, changed)
    signer = newest_key(driver, school)
    settle_key(ledger_key_in(secrets), signer or "")
    key = key_at_hand(secrets)
    if signer is not None and (key is None or key.public_key != signer):
        _write_without_key(driver, school, secrets, seal, tree)
        return
    state = test_seal(seal, school, key)
    is_first = signer is None and (seal is None or seal.code == "")
    if checked or state is SealState.RIGHT or is_first:
        code = "" if key is None else _code(key, school, tree, dict(sorted({**kept, **changed}.items())))
        _write(driver, school, tree, code, None)
    elif state is SealState.UNSEALED and seal is not None:
        _write(driver, school, tree, "", seal.unsealed_from)
    else:
        _write(driver, school, tree, _BROKEN, None)


def _write_without_key(driver: Driver, school: str, secrets: Path, seal: Seal | None, tree: Tree) -> None:
    """Leave the seal away, and note outside from where on; one that was wrong already stays wrong.

    So does one whose newest head was not signed by this program: then it is no key that is missing.
    """
    if seal is None or seal.code == _BROKEN or _is_stranger(driver, school, secrets):
        _write(driver, school, tree, _BROKEN, None)
        return
    since = seal.tree.size if seal.unsealed_from is None else seal.unsealed_from
    if seal.code:
        note_unsealed(secrets, register_id(driver, school), school, since)
    _write(driver, school, tree, "", since)


def _is_stranger(driver: Driver, school: str, secrets: Path) -> bool:
    """Tell whether the newest head is missing among those kept outside, where any are."""
    query = "SELECT size, root_hash FROM ledger_head WHERE school = ? ORDER BY size DESC LIMIT 1"
    kept = {(head.size, head.root_hash) for head in read_outside(secrets).heads}
    return bool(kept) and driver.execute(query, (school,)).fetchone() not in kept


def is_in_order(driver: Driver, school: str, secrets: Path | None, tables: Sequence[str] = EVIDENCE) -> bool:
    """Tell whether seal and evidence agree, as far as a holder of ``secrets`` can tell; ``tables`` are those bound."""
    seal, signer = load_seal(driver, school), newest_key(driver, school)
    key = _right_key(secrets, signer)
    state = test_seal(seal, school, key)
    if signer is None and state is not SealState.WRONG:
        return True
    allowed = (SealState.RIGHT, SealState.UNSEALED if key is None else SealState.RIGHT)
    return seal is not None and state in allowed and _agree(seal, driver, tables)


def _agree(seal: Seal, driver: Driver, tables: Sequence[str]) -> bool:
    """Tell whether the prints of some tables are those that were sealed."""
    kept = {name: print_ for name, print_ in seal.prints.items() if name in tables}
    return not differing(kept, compute_prints(driver, tables))


def vouches_for(driver: Driver, school: str, secrets: Path | None, table: str) -> bool:
    """Tell whether the seal says that this program wrote every row of one table of evidence.

    Inside a transaction that writes: what it changed so far is this program's own.
    """
    seal, signer = load_seal(driver, school), newest_key(driver, school)
    if signer is None and (seal is None or seal.code == ""):
        # Nothing was signed yet, so there is nothing to hold rows against; heads that are gone are kept outside.
        return secrets is None or not read_outside(secrets).heads
    if seal is None or test_seal(seal, school, _right_key(secrets, signer)) is not SealState.RIGHT:
        return False
    kept = {**seal.prints, **changed_prints(seal.prints, peek_changes(driver))}
    return not differing({table: kept[table]} if table in kept else {}, compute_prints(driver, (table,)))


def seal_as_it_is(driver: Driver, school: str, secrets: Path | None, *, in_order: bool) -> None:
    """Seal what a migration has just made of the rows; where it was not ``in_order`` before, the seal is left wrong."""
    prints, seal, signer = compute_prints(driver), load_seal(driver, school), newest_key(driver, school)
    keep_prints(driver, school, prints)
    try:
        tree = _grown(driver, school, None)
    except ValueError:
        in_order, tree = False, Tree()
    key = _right_key(secrets, signer)
    if not in_order:
        _write(driver, school, tree, _BROKEN, None)
    elif key is not None:
        _write(driver, school, tree, _code(key, school, tree, prints), None)
    elif signer is None or secrets is None:
        _write(driver, school, tree, "", None)
    else:
        _write_without_key(driver, school, secrets, seal or Seal(tree, prints, "none before", None), tree)


def _right_key(secrets: Path | None, signer: str | None) -> LedgerKey | None:
    """Return the key at hand where it is the one that signed last, or nothing was signed."""
    key = key_at_hand(secrets) if secrets is not None else None
    return key if key is not None and signer in (None, key.public_key) else None


def key_at_hand(secrets: Path) -> LedgerKey | None:
    """Return the workspace's ledger key, None where it is not there or cannot be read; nothing is made."""
    path = ledger_key_in(secrets)
    try:
        return load_or_make_key(path) if path.exists() else None
    except (LedgerError, OSError):
        return None


def newest_key(driver: Driver, school: str) -> str | None:
    """Return the public key that signed last, None where nothing was signed."""
    query = "SELECT public_key FROM ledger_head WHERE school = ? ORDER BY size DESC LIMIT 1"
    row = driver.execute(query, (school,)).fetchone()
    return None if row is None else str(row[0])


def register_id(driver: Driver, school: str) -> str:
    """Return what tells this register from another; empty where it has none yet."""
    row = driver.execute("SELECT register_id FROM school WHERE school = ?", (school,)).fetchone()
    return "" if row is None or row[0] is None else str(row[0])


def _grown(driver: Driver, school: str, seal: Seal | None) -> Tree:
    """Return the tree over every record, grown on from where the seal has it."""
    tree = Tree() if seal is None else Tree(seal.tree.size, seal.tree.subtrees)
    query = "SELECT leaf_hash FROM ledger_record WHERE school = ? AND position >= ? ORDER BY position"
    for (leaf,) in driver.execute(query, (school, tree.size)):
        tree.add(bytes.fromhex(leaf))
    return tree


def _code(key: LedgerKey, school: str, tree: Tree, prints: Mapping[str, str]) -> str:
    return _code_over(key.seed, school, tree.size, tree.root().hex(), tuple(prints.items()))


@lru_cache(maxsize=4)
def _code_over(seed: bytes, school: str, size: int, root_hash: str, prints: tuple[tuple[str, str], ...]) -> str:
    """Return the code over all that is given, for which the prints are some twenty thousand letters to write and hash.

    What one transaction sealed the next one tests, and finds it here if not a letter of it was changed.
    """
    statement = {"prints": dict(prints), "root_hash": root_hash, "school": school, "size": size}
    own_key = hashlib.sha256(_DOMAIN + seed).digest()
    return hmac.digest(own_key, canonical(statement), "sha256").hex()


def _write(driver: Driver, school: str, tree: Tree, code: str, unsealed_from: int | None) -> None:
    driver.execute(
        "INSERT INTO ledger_seal (school, size, subtrees, seal, unsealed_from) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (school) DO UPDATE SET size = excluded.size, subtrees = excluded.subtrees, seal = excluded.seal, "
        "unsealed_from = excluded.unsealed_from",
        (school, tree.size, " ".join(subtree.hex() for subtree in tree.subtrees), code, unsealed_from),
    )
