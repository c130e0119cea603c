"""Does the ledger still agree with itself, with what was signed, and with the acknowledgements it speaks of?

``ledger`` opens the door to it. Every disagreement is a sentence; none stops the search for the next.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.exc import OperationalError

from pipeline.register.database import Transaction
from pipeline.register.ledger_heads import KEY_CHANGED, LedgerHead, list_heads
from pipeline.register.ledger_key import is_signed
from pipeline.register.merkle import Tree, canonical, commitment, leaf_hash
from pipeline.register.people_tables import engagement, engagement_state
from pipeline.register.schema import acknowledgement, ledger_opening, ledger_record, policy, policy_version

ACKNOWLEDGEMENT = "acknowledgement"
"""The kind of record that an acknowledgement row points to."""
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class LedgerCheck:
    """What a check of the ledger found."""

    records: int
    heads: int
    faults: tuple[str, ...]
    """One sentence each; empty where everything agrees."""


@dataclass(slots=True)
class _Found:
    """What the records say, gathered while they are read."""

    tree: Tree
    roots: dict[int, str]
    """By size, for the sizes that heads speak of."""
    acknowledgements: dict[int, Mapping[str, Any]]
    """By position."""
    announced_keys: set[str]
    """Keys that a record says were taken into use later."""
    faults: list[str]


def verify(tx: Transaction, school: str, *, signed: bool = False, public_key: str | None = None) -> LedgerCheck:
    """Check every record, hash, head, opening and acknowledgement of the school; return all that disagrees.

    With ``signed`` records without any signed head are a fault too: a run signs at its end. ``public_key`` is the key
    this workspace signs with; a last head of another key is a fault, unless a record says that the key changed.
    """
    found = _Found(Tree(), {}, {}, set(), [])
    heads: tuple[LedgerHead, ...] = ()
    try:
        heads = list_heads(tx, school)
        _read_records(tx, school, {head.size for head in heads}, found)
        found.faults += _check_heads(heads, found)
        if signed:
            found.faults += _check_signing(heads, found, public_key)
        openings = _read_openings(tx, school)
        found.faults += _check_openings(openings)
        found.faults += _check_acknowledgements(tx, school, openings, found)
    except OperationalError as error:
        # The driver's word for text that is no UTF-8; anything else about the file has its own sentence already.
        if "decode" not in str(error.orig).lower():
            raise
        found.faults.append("Some words of the ledger can no longer be read as text.")
    except ValueError:
        found.faults.append("Some moment in the ledger's tables can no longer be read.")
    return LedgerCheck(records=found.tree.size, heads=len(heads), faults=tuple(found.faults))


def _read_records(tx: Transaction, school: str, sizes: set[int], found: _Found) -> None:
    query = select(ledger_record).where(ledger_record.c.school == school).order_by(ledger_record.c.position)
    if 0 in sizes:
        found.roots[0] = found.tree.root().hex()
    for row in tx.execute(query):
        record = _check_record(row, found)
        if record is not None and record["kind"] == ACKNOWLEDGEMENT:
            found.acknowledgements[row.position] = record
        if record is not None and record["kind"] == KEY_CHANGED:
            found.announced_keys.add(str(record["fields"].get("public_key")))
        found.tree.add(leaf_hash(row.record.encode("utf-8")))
        if found.tree.size in sizes:
            found.roots[found.tree.size] = found.tree.root().hex()


def _check_record(row: Row[Any], found: _Found) -> Mapping[str, Any] | None:
    """Return what the record says; None, and a fault, where it cannot be what was written."""
    name = f"Record {row.position}"
    if row.position != found.tree.size:
        found.faults.append(f"{name} stands where record {found.tree.size} should: one was taken out or put in.")
    words = row.record.encode("utf-8")
    if leaf_hash(words).hex() != row.leaf_hash:
        found.faults.append(f"{name} and its hash do not agree: one of them was changed.")
    try:
        record = json.loads(row.record)
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


def _check_heads(heads: tuple[LedgerHead, ...], found: _Found) -> Iterator[str]:
    for head in heads:
        name = f"The head signed at {head.signed_at} over {head.size} records"
        if not is_signed(canonical(head.statement()), public_key=head.public_key, signature=head.signature):
            yield f"{name} does not carry a signature of its key: it was changed."
        if head.size > found.tree.size:
            yield f"{name} covers more than the {found.tree.size} there are: the last ones are lost."
        elif found.roots.get(head.size) != head.root_hash:
            yield f"{name} does not agree with them: one of them was changed, taken out or put in."


def _check_signing(heads: tuple[LedgerHead, ...], found: _Found, public_key: str | None) -> Iterator[str]:
    if found.tree.size and not heads:
        yield (
            f"None of the {found.tree.size} records is signed: the signed heads are gone. If no run has ever finished, "
            "'policy run' signs them; else put the register's last safety copy back."
        )
    used = dict.fromkeys(head.public_key for head in heads)
    unexplained = [key for key in [*used, public_key] if key is not None and key not in found.announced_keys]
    if len(dict.fromkeys(unexplained)) > 1:
        yield "The ledger was signed with another key than this workspace's, and no record says why."


def _read_openings(tx: Transaction, school: str) -> dict[str, Row[Any]]:
    rows = tx.execute(select(ledger_opening).where(ledger_opening.c.school == school))
    return {row.commitment: row for row in rows}


def _check_openings(openings: Mapping[str, Row[Any]]) -> Iterator[str]:
    for row in openings.values():
        salt = bytes.fromhex(row.salt) if _HASH.fullmatch(row.salt) else b""
        if commitment(salt, row.value) != row.commitment:
            yield f"What opens the commitment {row.commitment[:12]} does not fit it: it was changed."


def _check_acknowledgements(
    tx: Transaction, school: str, openings: Mapping[str, Row[Any]], found: _Found
) -> Iterator[str]:
    """Hold each acknowledgement against its record, both ways."""
    query = (
        select(acknowledgement, policy.c.slug, policy_version.c.number)
        .outerjoin(policy, policy.c.id == acknowledgement.c.policy_id)
        .outerjoin(policy_version, policy_version.c.id == acknowledgement.c.version_id)
        .where(acknowledgement.c.school == school)
        .order_by(acknowledgement.c.id)
    )
    unclaimed, keys = dict(found.acknowledgements), _keys_of_people(tx, school)
    for row in tx.execute(query):
        name = f"Acknowledgement {row.id}"
        record = unclaimed.pop(row.ledger_position, None)
        if record is None:
            yield f"{name} has no record of its own at {row.ledger_position}: it was added or moved."
            continue
        wrong = [field for field, agrees in _agreement(row, record, openings, keys).items() if not agrees]
        if wrong:
            yield f"{name} and record {row.ledger_position} do not agree on {', '.join(wrong)}: one was changed."
    for position in unclaimed:
        yield f"The acknowledgement of record {position} is gone."


def _keys_of_people(tx: Transaction, school: str) -> Mapping[int, Set[str]]:
    """Return every key that a list ever had for each person: one under another key keeps what they have read."""
    query = (
        select(engagement.c.person, engagement_state.c.key)
        .join(engagement, engagement.c.id == engagement_state.c.engagement)
        .where(engagement.c.school == school)
        .distinct()
    )
    keys: dict[int, set[str]] = defaultdict(set)
    for row in tx.execute(query):
        keys[row.person].add(row.key)
    return keys


def _agreement(
    row: Row[Any], record: Mapping[str, Any], openings: Mapping[str, Row[Any]], keys: Mapping[int, Set[str]]
) -> dict[str, bool]:
    """Tell, field by field, whether row and record agree; an erased person can no longer be compared."""
    fields, opening = record["fields"], openings.get(str(record["personal"].get("person_id")))
    return {
        "the policy": fields.get("policy") == row.slug,
        "the version": fields.get("version") == row.number,
        "the text": fields.get("sha256") == row.version_sha256,
        "how it was given": fields.get("method") == row.method,
        "when it was given": _moment(fields.get("acknowledged_at")) == row.acknowledged_at,
        "the person": opening is None or opening.value in keys.get(row.person, ()),
    }


def _moment(words: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(words)).astimezone(UTC)
    except ValueError:
        return None
