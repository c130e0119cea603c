"""Does the ledger still agree with itself, with what was signed, sealed and kept outside, and with what it speaks of?

``ledger`` opens the door to it. Every disagreement is a sentence; none stops the search for the next.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.exc import OperationalError

from pipeline.register.ledger.driver import driver_behind
from pipeline.register.ledger.evidence_prints import compute_prints, differing
from pipeline.register.ledger.head_file import Outside, OutsideHead, read_outside
from pipeline.register.ledger.key import LedgerKey, is_signed
from pipeline.register.ledger.merkle import Tree, canonical, leaf_hash
from pipeline.register.ledger.row_hashes import find_damaged_rows, list_tables
from pipeline.register.ledger.rows import STANDS_FOR_A_ROW, Openings, check_rows, read_openings
from pipeline.register.ledger.seal import SealState, load_seal, test_seal
from pipeline.register.ledger.signed_heads import (
    ERASURE,
    KEY_CHANGED,
    KEY_LOST,
    LedgerHead,
    key_change_statement,
    list_heads,
)
from pipeline.register.people.erasure import Erasures
from pipeline.register.tables.schema import ledger_record, policy
from pipeline.register.tables.schema import school as school_table
from pipeline.register.transaction import Transaction
from pipeline.wording import say_count, say_list

_RELEASED = "mail-released"
"""The kind of record with which the owner of a register that was put back took it for the newest."""


@dataclass(frozen=True, slots=True)
class LedgerCheck:
    """What a check of the ledger found."""

    records: int
    heads: int
    faults: tuple[str, ...]
    """One sentence each; empty where everything agrees."""
    notices: tuple[str, ...] = field(default=(), compare=False)
    """What is no fault and should be known: a tail not signed yet, what was erased, and all of ``doubts``."""
    doubts: tuple[str, ...] = field(default=(), compare=False)
    """Those of them that say what nobody can tell: without a key, or of what was written while there was none."""
    newest: LedgerHead | None = field(default=None, compare=False)
    """The head over most records."""


@dataclass(frozen=True, slots=True)
class Against:
    """What else the register's ledger is held against, beyond itself."""

    key: LedgerKey | None = None
    """The workspace's key, None where it is not at hand: then nobody can tell whether the seal is right."""
    outside: Outside = field(default_factory=Outside)
    """What ``.secrets/ledger-heads`` knows."""
    more: Sequence[OutsideHead] = ()
    """The heads that the marks of the register know."""
    given: Sequence[OutsideHead] = ()
    """Heads that the person who checks has kept."""


@dataclass(slots=True)
class _LedgerContents:
    """What the records say, gathered while they are read."""

    openings: Openings
    sizes: set[int]
    """At which the root is wanted."""
    heads: tuple[LedgerHead, ...] = ()
    tree: Tree = field(default_factory=Tree)
    roots: dict[int, str] = field(default_factory=dict)
    rows: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    """The records that stand for a row of another table, by position."""
    key_changes: list[Mapping[str, Any]] = field(default_factory=list)
    """The records about keys, each with the root before it as ``root_hash``."""
    erasures: Erasures = field(default_factory=Erasures)
    released: set[tuple[int, str]] = field(default_factory=set)
    """Size and root of the heads that were known when an older register was taken for the newest."""
    faults: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)

    def doubt(self, words: str) -> None:
        """Note what nobody can tell."""
        self.notices.append(words)
        self.doubts.append(words)


def verify(
    tx: Transaction,
    school: str,
    *,
    signed: bool = False,
    public_key: str | None = None,
    against: Against | None = None,
) -> LedgerCheck:
    """Check every record, hash, head, opening and acknowledgement of the school; return all that disagrees.

    With ``signed`` records without any signed head are a fault too: a run signs at its end. ``public_key`` is the key
    this workspace signs with; a last head of another key is a fault. With ``against`` the register is also held against
    its seal and against heads that were kept outside it.
    """
    found = _LedgerContents(Openings(), set())
    try:
        _check_all(tx, school, found, signed, public_key, against)
    except OperationalError as error:
        # The driver's word for text that is no UTF-8; anything else about the file has its own sentence already.
        if "decode" not in str(error.orig).lower():
            raise
        found.faults.append("Some words of the ledger can no longer be read as text.")
    except ValueError:
        found.faults.append("Some moment in the ledger's tables can no longer be read.")
    except (AttributeError, TypeError):
        driver = driver_behind(tx)
        if not find_damaged_rows(driver, list_tables(driver)):
            raise
        found.faults.append("Some words of the ledger, or beside it, are no longer kept as words.")
    newest = found.heads[-1] if found.heads else None
    told = tuple(found.faults), tuple(found.notices), tuple(found.doubts)
    return LedgerCheck(found.tree.size, len(found.heads), *told, newest)


def _check_all(
    tx: Transaction, school: str, found: _LedgerContents, signed: bool, public_key: str | None, against: Against | None
) -> None:
    heads = found.heads = list_heads(tx, school)
    found.sizes = {head.size for head in heads}
    if against is not None:
        found.sizes |= {each.size for each in (*against.outside.heads, *against.more, *against.given)}
    found.openings = read_openings(tx, school, found.faults)
    if against is not None and (seal := load_seal(driver_behind(tx), school)) is not None:
        found.sizes.add(seal.tree.size)
    _read_records(tx, school, found)
    found.faults += _check_heads(heads, found)
    found.faults += _check_keys(school, heads, found, public_key)
    if signed:
        found.faults += _check_signing(tx, school, heads, found)
    _check_beyond(tx, school, heads, found, against)


def _check_beyond(
    tx: Transaction, school: str, heads: Sequence[LedgerHead], found: _LedgerContents, against: Against | None
) -> None:
    """Hold the ledger against what is kept outside, the seal, what was erased, and the rows it stands for."""
    if against is not None:
        found.faults += _check_outside(heads, found, against)
        _check_seal(tx, school, heads, found, against)
    found.faults += found.erasures.check(found.openings)
    found.faults += found.erasures.check_rows(tx, school)
    found.notices += found.erasures.say()
    found.faults += check_rows(tx, school, found.openings, found.rows)


def find_missing_heads(tx: Transaction, school: str, secrets: Path) -> bool:
    """Tell whether heads of this very register are kept outside, although it has none, and no record explains that."""
    kept = [head for head in read_outside(secrets).heads if head.size]
    mine = tx.execute(select(school_table.c.register_id).where(school_table.c.school == school)).scalar()
    if not any(head.register_id == mine for head in kept):
        return False
    about = f'%"kind":"{_RELEASED}"%'
    query = select(ledger_record.c.record).where(ledger_record.c.school == school, ledger_record.c.record.like(about))
    released = {_known_head(_loaded(record)) for record in tx.execute(query).scalars()}
    return (kept[-1].size, kept[-1].root_hash) not in released


# --- the records ----------------------------------------------------------------------------------------------------


def _read_records(tx: Transaction, school: str, found: _LedgerContents) -> None:
    query = select(ledger_record).where(ledger_record.c.school == school).order_by(ledger_record.c.position)
    sizes, tree = found.sizes, found.tree
    if 0 in sizes:
        found.roots[0] = tree.root().hex()
    for row in tx.execute(query):
        words = row.record.encode("utf-8")
        leaf = leaf_hash(words)
        record = _check_record(row, words, leaf, found)
        if record is not None:
            _sort_in(row.position, record, found)
        tree.add(leaf)
        if tree.size in sizes:
            found.roots[tree.size] = tree.root().hex()


def _check_record(row: Row[Any], words: bytes, leaf: bytes, found: _LedgerContents) -> Mapping[str, Any] | None:
    """Return what the record says; None, and a fault, where it cannot be what was written."""
    name = f"Record {row.position}"
    if row.position != found.tree.size:
        found.faults.append(f"{name} stands where record {found.tree.size} should: one was taken out or put in.")
    if leaf.hex() != row.leaf_hash:
        found.faults.append(f"{name} and its hash do not agree: one of them was changed.")
    record = _loaded(row.record)
    try:
        whole = (
            isinstance(record, dict)
            and canonical(record) == words
            and set(record) == {"at", "fields", "kind", "personal", "position", "school", "type"}
            and (record["position"], record["school"], record["type"]) == (row.position, row.school, "record")
            and isinstance(record["fields"], dict)
            and isinstance(record["personal"], dict)
        )
    except (ValueError, RecursionError):
        whole = False
    if not whole:
        found.faults.append(f"{name} is not written the way it was: it was changed or moved.")
        return None
    return dict(record)


def _sort_in(position: int, record: Mapping[str, Any], found: _LedgerContents) -> None:
    """Keep what later checks need of one record."""
    kind = record["kind"]
    for name, commitment in record["personal"].items():
        if not found.openings.claim(commitment):
            found.erasures.missing[str(commitment)] = position, name
    if kind in STANDS_FOR_A_ROW:
        found.rows[position] = record
    elif kind in (KEY_CHANGED, KEY_LOST):
        found.key_changes.append({**record, "root_hash": found.tree.root().hex()})
    elif kind == ERASURE:
        found.erasures.add(position, record)
    elif kind == _RELEASED and (known := _known_head(record)) is not None:
        found.released.add(known)
    elif kind == "written-without-key":
        fields = record["fields"]
        found.doubt(
            f"The ledger's key was not at hand while records {fields.get('from')} to {fields.get('to')} were written; "
            f"record {position} says so. Nothing but your own memory tells that nobody else wrote them."
        )
    elif kind == "accepted":
        found.doubt(
            f"Record {position}: somebody took the register as it stood although its seal was wrong; the openings of "
            "that record say who and why."
        )


def _known_head(record: Any) -> tuple[int, str] | None:
    """Return size and root of the head that was known when an older register was taken for the newest."""
    fields = record.get("fields") if isinstance(record, dict) else None
    if not isinstance(fields, dict) or type(fields.get("known_size")) is not int:
        return None
    return fields["known_size"], str(fields.get("known_root_hash"))


def _loaded(words: str) -> Any:
    try:
        return json.loads(words)
    except (ValueError, RecursionError):
        return None


# --- heads and keys -------------------------------------------------------------------------------------------------


def _check_heads(heads: Sequence[LedgerHead], found: _LedgerContents) -> Iterator[str]:
    for head in heads:
        name = f"The head signed at {head.signed_at} over {head.size} records"
        if not is_signed(canonical(head.statement()), public_key=head.public_key, signature=head.signature):
            yield f"{name} does not carry a signature of its key: it was changed."
        if head.size > found.tree.size:
            yield f"{name} covers more than the {found.tree.size} there are: the last ones are lost."
        elif found.roots.get(head.size) != head.root_hash:
            yield f"{name} does not agree with them: one of them was changed, taken out or put in."


def _check_keys(
    school: str, heads: Sequence[LedgerHead], found: _LedgerContents, public_key: str | None
) -> Iterator[str]:
    """Follow the key from head to head: another one signs only once the one before has signed that it does."""
    current: str | None = None
    changes = list(found.key_changes)
    for head in heads:
        while changes and changes[0]["position"] < head.size:
            yield from _check_key_change(school, changes[0], current, found)
            current = str(changes.pop(0)["fields"].get("public_key"))
        if current is not None and head.public_key != current:
            yield (
                f"The head signed at {head.signed_at} over {head.size} records was signed with another key than the "
                "ones before, and no record that the key before signed says why."
            )
        current = current or head.public_key
    for change in changes:
        yield f"Record {change['position']} says that the ledger's key changed, and the new key has signed nothing."
    if public_key is not None and current is not None and current != public_key:
        yield "The ledger was signed with another key than this workspace's, and no record says why."


def _check_key_change(
    school: str, change: Mapping[str, Any], current: str | None, found: _LedgerContents
) -> Iterator[str]:
    position, fields = change["position"], change["fields"]
    before, public_key = str(fields.get("before")), str(fields.get("public_key"))
    if before != current:
        yield f"Record {position} says that the ledger's key changed from one that had not signed the heads before."
    if change["kind"] == KEY_LOST:
        found.doubt(
            f"Record {position} says that the key which signed before was lost: for what stands before it only the new "
            "key vouches. Hold a head that you kept from before against it (--head)."
        )
        return
    statement = canonical(key_change_statement(school, position, change["root_hash"], before, public_key))
    if not is_signed(statement, public_key=before, signature=str(fields.get("signature"))):
        yield (
            f"Record {position} says that the ledger's key changed, and the key before did not sign that: an early "
            "edition of this program recorded it so, and a forger could."
        )


def _check_signing(tx: Transaction, school: str, heads: Sequence[LedgerHead], found: _LedgerContents) -> Iterator[str]:
    if found.tree.size and not heads:
        yield (
            f"None of the {found.tree.size} records is signed: the signed heads are gone. If no run has ever finished, "
            "'policy run' signs them; else put the register's last safety copy back."
        )
    if not found.tree.size:
        policies = tx.execute(select(func.count()).select_from(policy).where(policy.c.school == school)).scalar_one()
        counted = tx.execute(select(school_table.c.counter).where(school_table.c.school == school)).scalar() or 0
        # A first run without policies signs that there is nothing yet.
        if policies or counted or any(head.size for head in heads):
            yield (
                f"The ledger is empty, although the register knows {say_count(policies, 'policy', 'policies')} and has "
                "counted its own steps: the records were taken out. Put the register's last safety copy back."
            )


# --- what is kept outside, and the seal -----------------------------------------------------------------------------


def _check_outside(heads: Sequence[LedgerHead], found: _LedgerContents, against: Against) -> Iterator[str]:
    """Hold the ledger against the heads in ``.secrets`` and against those that the person who checks has kept."""
    kept = [*against.outside.heads, *against.more]
    explained = max(
        (place for place, each in enumerate(kept) if (each.size, each.root_hash) in found.released), default=-1
    )
    known, signed = {(head.size, head.root_hash) for head in heads}, set(heads)
    lost = []
    for place, each in enumerate(kept):
        if each.head is not None and each.head not in signed and not _is_own_signature(each.head):
            yield f"A head over {each.size} records in .secrets does not carry its key's signature: it was changed."
        elif (each.size, each.root_hash) not in known and place > explained:
            lost.append(each)
    if lost:
        newest = max(lost, key=lambda each: each.size)
        when = f" signed at {newest.head.signed_at}" if newest.head is not None else ""
        yield (
            f"{say_count(len(lost), 'head')} kept outside the register, the newest{when} over {newest.size} records, "
            "cannot be found in it: records or heads were taken out, changed, or another register stands here."
        )
    if against.outside.unreadable:
        lines = say_count(against.outside.unreadable, "line")
        yield f"{lines} of .secrets/ledger-heads cannot be read: the file was changed."
    for each in against.given:
        if each.head is not None and not _is_own_signature(each.head):
            yield f"The head you gave over {each.size} records does not carry its key's signature: it was changed."
        elif found.roots.get(each.size) != each.root_hash:
            yield f"The head you gave over {each.size} records does not fit: what stood before it is not the same."


def _is_own_signature(head: LedgerHead) -> bool:
    return is_signed(canonical(head.statement()), public_key=head.public_key, signature=head.signature)


def _check_seal(
    tx: Transaction, school: str, heads: Sequence[LedgerHead], found: _LedgerContents, against: Against
) -> None:
    """Tell whether this program wrote the records behind the last head, and every row that evidence rests on."""
    driver, faults = driver_behind(tx), found.faults
    seal = load_seal(driver, school)
    last = heads[-1] if heads else None
    key = (
        against.key
        if against.key is not None and last is not None and last.public_key == against.key.public_key
        else None
    )
    state = test_seal(seal, school, key)
    if seal is None:
        if found.tree.size:
            faults.append("The seal over the register is gone: something else than this program has written to it.")
        return
    if state is SealState.WRONG:
        faults.append(
            "The seal over the register is wrong: something that does not hold the ledger's key has written to it."
        )
    elif state is SealState.UNSEALED and seal.unsealed_from is not None:
        _say_unsealed(tx, school, seal.unsealed_from, found, against)
    elif state is SealState.UNSEALED and last is not None:
        faults.append("The seal over the register was taken away.")
    elif state is SealState.UNTESTED:
        found.doubt("Without the ledger's key nobody can tell whether the register's seal is right.")
    if seal.tree.size != found.tree.size or found.roots.get(seal.tree.size) != seal.tree.root().hex():
        faults.append(
            f"The register was sealed over {say_count(seal.tree.size, 'record')}, and these are not the "
            f"{found.tree.size} there are: some were added, changed or taken out."
        )
    changed = differing(seal.prints, compute_prints(driver))
    if changed:
        names = say_list([name.replace("_", " ") for name in changed])
        faults.append(f"Rows of the register were changed, added or taken out by something else: {names}.")
    _say_tail(found, last, state)


def _say_tail(found: _LedgerContents, last: LedgerHead | None, state: SealState) -> None:
    tail = found.tree.size - (last.size if last is not None else 0)
    if tail and last is not None and state is SealState.RIGHT:
        found.notices.append(
            f"The last {say_count(tail, 'record')} {'is' if tail == 1 else 'are'} not signed yet, but sealed with the "
            "workspace's key: this program wrote them. A server at work signs within seconds; what a program that was "
            "killed left is signed by the next start."
        )


def _say_unsealed(tx: Transaction, school: str, size: int, found: _LedgerContents, against: Against) -> None:
    mine = tx.execute(select(school_table.c.register_id).where(school_table.c.school == school)).scalar()
    if (mine, size) in against.outside.unsealed:
        found.doubt(
            f"Since there were {say_count(size, 'record')} the register was written while the ledger's key was not at "
            "hand, and nothing of that is sealed. Put the key back and run `policy run`."
        )
    else:
        found.faults.append(
            f"Since there were {say_count(size, 'record')} the register was written without the ledger's key, and no "
            "note in .secrets says why."
        )
