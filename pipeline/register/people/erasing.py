"""Take one person out of the register: every row on them, every word that names them, what opens the ledger's records.

Driven by ``held_on``, which lists every table with rows on a person, so that none is forgotten; each says where it is
drawn what goes of it and what stays. Rows that figures rest on stay, and nobody stands behind them: who was asked what,
when it was read, when mail went. Whether anything must be kept ``privacy`` settles before.
"""

import hashlib
import secrets
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from sqlalchemy import delete, select, update

from pipeline.errors import UsageError
from pipeline.register.corrections import CorrectionKind
from pipeline.register.decision import Decision
from pipeline.register.ledger.keyed_rows import ended_field, print_of
from pipeline.register.ledger.signed_heads import ERASURE, Field
from pipeline.register.people.erasure import (
    AGREED_BY,
    FIRST_NAME,
    NUMBER,
    address_of,
    is_same_person,
    last_name,
    stand_in,
)
from pipeline.register.people.erasures import ErasureProposal, next_number, note_erased
from pipeline.register.people.held_on import Row, rows_on
from pipeline.register.people.traces import Traces, find_openings, find_words, replace_words, traces_of
from pipeline.register.store.chunks import in_chunks
from pipeline.register.store.engines import overwrite_freed
from pipeline.register.tables.decisions import correction
from pipeline.register.tables.declared import ErasedAs
from pipeline.register.tables.mapper import add_row
from pipeline.register.tables.people import person_state
from pipeline.register.tables.schema import GIVING_RIGHTS, ON_PEOPLE, ledger_opening, letter_body, message, metadata
from pipeline.register.tables.sign_in import step_code
from pipeline.register.transaction import Transaction

GONE = "(erased)"
"""What stands in the place of words that had to stand somewhere."""


def erase_openings(
    decision: Decision,
    commitments: Collection[str],
    *,
    agreed_by: str,
    reason: str,
    more: Mapping[str, Field] = MappingProxyType({}),
) -> int:
    """Take out what opens ``commitments``, and record that; return the record's position.

    For a caller that has settled that nothing has to be kept; ``more`` stands in the record as well. Raises UsageError
    where the two people are one, no reason is given, or one of the commitments has no opening here: nothing is erased
    then.
    """
    wanted = sorted(set(commitments))
    if not agreed_by.strip() or is_same_person(agreed_by, decision.actor):
        raise UsageError("Two people erase: name a second one, who is not the one that does it.")
    if not reason.strip():
        raise UsageError("Say why it is erased.")
    mine = ledger_opening.c.school == decision.school
    there: set[str] = set()
    for chunk in in_chunks(wanted):
        query = select(ledger_opening.c.commitment).where(mine, ledger_opening.c.commitment.in_(chunk))
        there |= set(decision.tx.execute(query).scalars())
    if not wanted or there != set(wanted):
        raise UsageError("Not all of this can be erased: some of it is not in the ledger, or was erased before.")
    for chunk in in_chunks(wanted):
        decision.tx.execute(delete(ledger_opening).where(mine, ledger_opening.c.commitment.in_(chunk)))
    fields: dict[str, Field] = {**more, "count": len(wanted), "removed": " ".join(wanted)}
    return decision.record(ERASURE, fields, words={AGREED_BY: agreed_by.strip(), "reason": reason.strip()})


def is_taken_out(table: str) -> bool:
    """Tell whether something goes of the rows of a table on people, or the rows themselves."""
    return ON_PEOPLE[table].goes or bool(ON_PEOPLE[table].wiped)


@dataclass(frozen=True, slots=True)
class PersonRows:
    """Everything in the register on one person."""

    traces: Traces
    rows: Mapping[str, Sequence[Row]]
    """By table."""
    named: Mapping[str, int]
    """In how many other values they are named, by table."""
    openings: frozenset[str]
    """The ledger's commitments that go."""


def find_all(tx: Transaction, school: str, person_id: int) -> PersonRows:
    """Return everything on a person; nothing is changed."""
    traces = traces_of(tx, school, person_id)
    rows = rows_on(tx, school, person_id, traces.own_addresses)
    own = {(name, row["id"]) for name, each in rows.items() for row in each}
    named = Counter(
        standing.table.name
        for standing in find_words(tx, school, traces)
        if (standing.table.name, standing.row) not in own
    )
    openings = find_openings(tx, school, traces, _positions(tx, school, rows))
    return PersonRows(traces, rows, dict(named), openings)


def erase(decision: Decision, proposal: ErasureProposal, *, first: str, second: str) -> int:
    """Take a person out for good, as ``first`` decided and ``second`` agreed; return their number among the erased.

    Raises UsageError as ``erase_openings``.
    """
    tx, school, number = decision.tx, decision.school, next_number(decision.tx, decision.school)
    overwrite_freed(tx)
    found = find_all(tx, school, proposal.person)
    print_ = first_prints(tx, school, proposal.person).get(proposal.person, "")
    ended = _prints_of_rights(tx, found.rows)
    _clear_corrections(tx, school, found.rows)
    _wipe(tx, school, found.rows, number)
    changed = _replace_words(tx, school, found.traces, number)
    fields: dict[str, Field] = {
        NUMBER: number,
        "rows": sum(map(len, found.rows.values())),
        "words": changed,
        **ended_field(ended),
    }
    position = erase_openings(
        replace(decision, actor=first), found.openings, agreed_by=second, reason=proposal.reason, more=fields
    )
    note_erased(decision, proposal, agreed_by=second, number=number, print_=print_, position=position)
    return number


def first_prints(tx: Transaction, school: str, person_id: int | None = None) -> Mapping[int, str]:
    """Return the SHA-256 of the first random part of each person's link, or of one's; no name is in it.

    By it a person is known again in an older copy of the register.
    """
    mine = [person_state.c.school == school, *([] if person_id is None else [person_state.c.person == person_id])]
    query = select(person_state.c.person, person_state.c.token_key).where(*mine).order_by(person_state.c.id.desc())
    return {row.person: hashlib.sha256(row.token_key.encode()).hexdigest() for row in tx.execute(query)}


def _prints_of_rights(tx: Transaction, rows: Mapping[str, Sequence[Row]]) -> list[str]:
    """Return the print of every link and session of theirs, so that none of their rows opens anything if put back."""
    found = []
    for name in sorted({*GIVING_RIGHTS} & {*rows}):
        table = metadata.tables[name]
        for some in in_chunks([row["id"] for row in rows[name]]):
            found += [print_of(table, row) for row in tx.execute(select(table).where(table.c.id.in_(some)))]
    return found


def _wipe(tx: Transaction, school: str, rows: Mapping[str, Sequence[Row]], number: int) -> None:
    """Put a stand-in in the place of everything that says who it was; take out what no figure rests on."""
    bodies = _keys(tx, rows.get("message", ()), "message", "body")
    in_place = _stand_ins(number)
    for name, some in rows.items():
        its = ON_PEOPLE[name]
        if its.goes:
            _remove(tx, name, [row["id"] for row in some])
        elif its.wiped:
            # Of engagements the key follows, one for each: a list has no key twice.
            wiped = {column: value for column, value in its.wiped.items() if value is not ErasedAs.ONE_EACH}
            values = {column: in_place[v]() if isinstance(v, ErasedAs) else v for column, v in wiped.items()}
            _update(tx, name, [row["id"] for row in some], values)
    for place, row in enumerate(rows.get("engagement", ()), start=1):
        key = {"key": f"erased-{number}-{place}"}
        _update(tx, "engagement", [row["id"]], key)
        states = [each["id"] for each in rows.get("engagement_state", ()) if each["engagement"] == row["id"]]
        _update(tx, "engagement_state", states, key)
    if bodies:
        _update(tx, "message", [row["id"] for row in rows["message"]], {"body": _erased_body(tx, school)})
        _drop_bodies(tx, bodies)


def _stand_ins(number: int) -> Mapping[ErasedAs, Callable[[], str]]:
    return {
        ErasedAs.FIRST_NAME: lambda: FIRST_NAME,
        ErasedAs.LAST_NAME: lambda: last_name(number),
        ErasedAs.ADDRESS: lambda: address_of(number),
        ErasedAs.KEY: lambda: f"erased-{secrets.token_hex(16)}",
        ErasedAs.GONE: lambda: GONE,
    }


def _update(tx: Transaction, name: str, keys: Sequence[int], values: Mapping[str, Any]) -> None:
    table = metadata.tables[name]
    for some in in_chunks(keys):
        tx.execute(update(table).where(table.c.id.in_(some)).values(**values))


def _remove(tx: Transaction, name: str, keys: Sequence[int]) -> None:
    table = metadata.tables[name]
    for some in in_chunks(keys):
        if name == "web_session":
            tx.execute(delete(step_code).where(step_code.c.session.in_(some)))
        tx.execute(delete(table).where(table.c.id.in_(some)))


def _keys(tx: Transaction, rows: Sequence[Row], name: str, column: str) -> set[int]:
    table = metadata.tables[name]
    chunks = in_chunks([row["id"] for row in rows])
    return {key for some in chunks for key in tx.execute(select(table.c[column]).where(table.c.id.in_(some))).scalars()}


def _erased_body(tx: Transaction, school: str) -> int:
    """Return the register's key of what stands in the place of a mail's words, kept once."""
    mine = letter_body.c.school == school, letter_body.c.text_part == GONE
    there = tx.execute(select(letter_body.c.id).where(*mine)).scalar()
    if there is not None:
        return int(there)
    return add_row(tx, letter_body, school=school, text_part=GONE, html_part=GONE, attachments=[])


def _drop_bodies(tx: Transaction, bodies: Collection[int]) -> None:
    """Take out the words that no other mail has."""
    for some in in_chunks(sorted(bodies)):
        used = select(message.c.body).where(message.c.body.in_(some))
        tx.execute(delete(letter_body).where(letter_body.c.id.in_(some), letter_body.c.id.not_in(used)))


def _replace_words(tx: Transaction, school: str, traces: Traces, number: int) -> int:
    """Put their stand-in wherever else they are named; return in how many values."""
    found = list(find_words(tx, school, traces))
    for standing in found:
        replace_words(tx, standing, traces.without(standing.value, stand_in(number), address_of(number)))
    return len(found)


# --- the records that stand for rows on them -----------------------------------------------------------------------


def _positions(tx: Transaction, school: str, rows: Mapping[str, Sequence[Row]]) -> frozenset[int]:
    """Return the ledger's records that stand for rows on them."""
    columns = ("ledger_position", "proposed_position")
    own = {row[name] for some in rows.values() for row in some for name in columns if row.get(name) is not None}
    return frozenset(own | {row.ledger_position for row in _corrections(tx, school, rows)})


def _corrections(tx: Transaction, school: str, rows: Mapping[str, Sequence[Row]]) -> Sequence[Any]:
    """Return what was recorded in error of them."""
    targets = {CorrectionKind.ACKNOWLEDGEMENT: "acknowledgement", CorrectionKind.LEAVING: "engagement_state"}
    found: list[Any] = []
    for kind, name in targets.items():
        mine = correction.c.school == school, correction.c.kind == kind.value
        for some in in_chunks([row["id"] for row in rows.get(name, ())]):
            found += tx.execute(select(correction).where(*mine, correction.c.target.in_(some)))
    return found


def _clear_corrections(tx: Transaction, school: str, rows: Mapping[str, Sequence[Row]]) -> None:
    """Take out why something of theirs was recorded in error, whose words they are."""
    _update(tx, "correction", [row.id for row in _corrections(tx, school, rows)], {"reason": GONE})
