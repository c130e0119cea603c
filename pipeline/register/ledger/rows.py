"""The rows of the register that a record of the ledger stands for: do they say the same?

``check`` reads the records and hands them here. Names are compared through the openings of commitments; what was
erased can no longer be compared. That no column at all was changed is told by the seal (``seal``); here it is
told from the ledger alone, so that a person who holds the key cannot change one of the two either.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Row, select

from pipeline.register.ledger.merkle import commitment as commit
from pipeline.register.tables.cards import card_slip, card_stack
from pipeline.register.tables.decisions import correction
from pipeline.register.tables.declarations import declaration, declaration_request
from pipeline.register.tables.people import engagement, engagement_state, person_state
from pipeline.register.tables.schema import (
    acknowledgement,
    approval,
    ledger_opening,
    policy,
    policy_copy,
    policy_version,
    request,
)
from pipeline.register.transaction import Transaction

ACKNOWLEDGEMENT = "acknowledgement"
APPROVED = frozenset({"approved", "approved-in-part"})
"""Of each body's approval: in part where others must still approve the same text."""
SLIP = "card-signed"
DECLARATION = "declaration"
_CORRECTED = (
    "acknowledgement-corrected",
    "declaration-corrected",
    "approval-corrected",
    "leaving-corrected",
    "telling-corrected",
)
STANDS_FOR_A_ROW = frozenset({ACKNOWLEDGEMENT, *APPROVED, SLIP, DECLARATION, *_CORRECTED})
"""The kinds of records that each stand for one row of another table."""
_HASH = re.compile(r"[0-9a-f]{64}")
_BAD_SALT = b""


@dataclass(slots=True)
class Openings:
    """What opens the commitments of the records."""

    values: dict[str, str] = field(default_factory=dict)
    """By commitment."""
    claimed: int = 0
    """How many of them records speak of; each stands in one record, since its salt is its own."""

    def claim(self, commitment: object) -> bool:
        """Note that a record speaks of this commitment; return whether its opening is here."""
        if commitment in self.values:
            self.claimed += 1
            return True
        return False

    def value(self, commitment: str) -> str | None:
        """Return what stands behind a commitment, None where its opening is gone."""
        return self.values.get(commitment)


def read_openings(tx: Transaction, school: str, faults: list[str]) -> Openings:
    """Return every opening; add a fault for each that does not fit its commitment."""
    openings = Openings()
    columns = ledger_opening.c.commitment, ledger_opening.c.salt, ledger_opening.c.value
    for commitment, salt, value in tx.execute(select(*columns).where(ledger_opening.c.school == school)):
        openings.values[commitment] = value
        salted = bytes.fromhex(salt) if _HASH.fullmatch(salt) else _BAD_SALT
        if commit(salted, value) != commitment:
            faults.append(f"What opens the commitment {commitment[:12]} does not fit it: it was changed.")
    return openings


Agreement = Callable[[Row[Any], Mapping[str, Any], "_RowReferences"], dict[str, bool]]


@dataclass(frozen=True, slots=True)
class _RowReferences:
    """What rows and records are compared through."""

    openings: Openings
    keys: Mapping[int, Set[str]]
    """Every key that a list ever had for each person: one under another key keeps what they have read."""
    names: Mapping[int, Set[str]]
    """Every name that each person ever had."""

    def opened(self, record: Mapping[str, Any], name: str) -> str | None:
        """Return what stands behind one of a record's commitments; None without one, or where it was erased."""
        return self.openings.value(str(record["personal"].get(name)))

    def agrees(self, record: Mapping[str, Any], name: str, value: str | None) -> bool:
        """Tell whether a commitment stands for ``value``; None for none. What was erased agrees with any value."""
        if name not in record["personal"]:
            return not value
        opened = self.opened(record, name)
        return bool(value) if opened is None else opened == value


def check_rows(
    tx: Transaction, school: str, openings: Openings, records: Mapping[int, Mapping[str, Any]]
) -> Iterator[str]:
    """Hold each row against its record, both ways; yield a sentence for each disagreement."""
    if openings.claimed != len(openings.values):
        yield "Something that opens a commitment belongs to no record: it was added, or a record was taken out."
    known = _RowReferences(openings, _keys_of_people(tx, school), _names_of_people(tx, school))
    unclaimed = dict(records)
    yield from _check_placed(tx, _acknowledgements(school), "Acknowledgement", {ACKNOWLEDGEMENT}, unclaimed, known)
    yield from _check_placed(tx, _slips(school), "Slip", {SLIP}, unclaimed, known)
    yield from _check_placed(tx, _declarations(school), "Declaration", {DECLARATION}, unclaimed, known)
    yield from _check_placed(tx, _corrections(school), "Correction", {*_CORRECTED}, unclaimed, known)
    yield from _check_approvals(tx, school, unclaimed, known)
    for position, record in unclaimed.items():
        what = str(record["kind"]).replace("-", " ")
        yield f"The {what} of record {position} is gone."


def _check_placed(
    tx: Transaction,
    query: Any,
    what: str,
    kinds: Set[str],
    unclaimed: dict[int, Mapping[str, Any]],
    known: _RowReferences,
) -> Iterator[str]:
    """Check the rows of one table that say themselves which record they belong to."""
    for row in tx.execute(query):
        name = f"{what} {row.id}"
        record = unclaimed.get(row.ledger_position)
        if record is None or record["kind"] not in kinds:
            yield f"{name} has no record of its own at {row.ledger_position}: it was added or moved."
            continue
        del unclaimed[row.ledger_position]
        wrong = [part for part, agrees in _AGREEMENTS[what](row, record, known).items() if not agrees]
        if wrong:
            yield f"{name} and record {row.ledger_position} do not agree on {', '.join(wrong)}: one was changed."


def _check_approvals(
    tx: Transaction, school: str, unclaimed: dict[int, Mapping[str, Any]], known: _RowReferences
) -> Iterator[str]:
    """Check approvals, which were recorded in the order of their records."""
    records = sorted(position for position, record in unclaimed.items() if record["kind"] in APPROVED)
    query = (
        select(approval, policy.c.slug, policy_version.c.number, policy_version.c.sha256)
        .outerjoin(policy, policy.c.id == approval.c.policy_id)
        .outerjoin(policy_version, policy_version.c.id == approval.c.version_id)
        .where(approval.c.school == school)
        .order_by(approval.c.id)
    )
    for row in tx.execute(query):
        name = f"Approval {row.id}"
        agreement = {} if not records else _approval_agrees(row, unclaimed[records[0]], known)
        if not agreement:
            yield f"{name} has no record of its own: it was added."
            continue
        position = records.pop(0)
        del unclaimed[position]
        wrong = [part for part, agrees in agreement.items() if not agrees]
        if wrong:
            yield f"{name} and record {position} do not agree on {', '.join(wrong)}: one was changed."


def _acknowledgements(school: str) -> Any:
    return (
        select(
            acknowledgement,
            policy.c.slug,
            policy_version.c.number,
            policy_copy.c.code.label("copy_code"),
            request.c.due_on,
            request.c.asked_on,
            request.c.occasion,
        )
        .outerjoin(policy, policy.c.id == acknowledgement.c.policy_id)
        .outerjoin(policy_version, policy_version.c.id == acknowledgement.c.version_id)
        .outerjoin(policy_copy, policy_copy.c.id == acknowledgement.c.copy_id)
        .outerjoin(request, request.c.id == acknowledgement.c.request)
        .where(acknowledgement.c.school == school)
        .order_by(acknowledgement.c.id)
    )


def _slips(school: str) -> Any:
    return (
        select(card_slip, card_stack.c.printed_on)
        .outerjoin(card_stack, card_stack.c.id == card_slip.c.stack)
        .where(card_slip.c.school == school)
        .order_by(card_slip.c.id)
    )


def _declarations(school: str) -> Any:
    asked = declaration_request.c
    return (
        select(
            declaration,
            *(asked[name] for name in ("declaration", "statement", "statement_sha256", "occasion", "school_year")),
            asked.asked_on,
            asked.due_on,
            policy.c.slug,
        )
        .outerjoin(declaration_request, asked.id == declaration.c.request)
        .outerjoin(policy, policy.c.id == asked.policy_id)
        .where(declaration.c.school == school)
        .order_by(declaration.c.id)
    )


def _corrections(school: str) -> Any:
    return select(correction).where(correction.c.school == school).order_by(correction.c.id)


def _acknowledgement_agrees(row: Row[Any], record: Mapping[str, Any], known: _RowReferences) -> dict[str, bool]:
    fields, key, name = record["fields"], known.opened(record, "person_id"), known.opened(record, "name")
    return {
        "the policy": fields.get("policy") == row.slug,
        "the version": fields.get("version") == row.number,
        "the text": fields.get("sha256") == row.version_sha256,
        "the copy": fields.get("copy") == row.copy_code,
        "how it was given": fields.get("method") == row.method,
        "when it was given": _moment(fields.get("acknowledged_at")) == row.acknowledged_at,
        "when it was recorded": _moment(record["at"]) == row.recorded_at,
        "the person": key is None or key in known.keys.get(row.person, ()),
        "the name": name is None or name in known.names.get(row.person, ()),
        "who entered it": known.agrees(record, "entered_by", row.entered_by),
        **_asked_agrees(row, fields),
    }


def _asked_agrees(row: Row[Any], fields: Mapping[str, Any]) -> dict[str, bool]:
    """Compare what was asked; records of early editions do not say it."""
    if "due_on" not in fields:
        return {}
    return {
        "when it was asked": fields.get("asked_on") == _day(row.asked_on),
        "the day to answer by": fields["due_on"] == _day(row.due_on),
        "why it was asked": fields.get("occasion") == row.occasion,
        "the school year": fields.get("school_year") == row.school_year,
    }


def _slip_agrees(row: Row[Any], record: Mapping[str, Any], known: _RowReferences) -> dict[str, bool]:
    fields, key = record["fields"], known.opened(record, "person_id")
    return {
        "the card": (fields.get("printed_on"), fields.get("number")) == (_day(row.printed_on), row.number),
        "when it was signed": fields.get("signed_on") == _day(row.signed_on),
        "when it was recorded": _moment(record["at"]) == row.recorded_at,
        "the person": key is None or key in known.keys.get(row.person, ()),
    }


def _declaration_agrees(row: Row[Any], record: Mapping[str, Any], known: _RowReferences) -> dict[str, bool]:
    fields, key, name = record["fields"], known.opened(record, "person_id"), known.opened(record, "name")
    words = hashlib.sha256(str(row.statement).encode("utf-8")).hexdigest()
    return {
        "what was asked": fields.get("declaration") == row.declaration,
        "the words": fields.get("statement_sha256") == row.statement_sha256 == words,
        "the policy": fields.get("policy") == row.slug,
        "the answer": fields.get("answer") == row.answer,
        "how it was given": fields.get("method") == row.method,
        "when it was given": _moment(fields.get("given_at")) == row.given_at,
        "when it was recorded": _moment(record["at"]) == row.recorded_at,
        "the person": key is None or key in known.keys.get(row.person, ()),
        "the name": name is None or name in known.names.get(row.person, ()),
        "who entered it": known.agrees(record, "entered_by", row.entered_by),
        "when it was asked": fields.get("asked_on") == _day(row.asked_on),
        "the day to declare by": fields.get("due_on") == _day(row.due_on),
        "why it was asked": fields.get("occasion") == row.occasion,
        "the school year": fields.get("school_year") == row.school_year,
    }


def _correction_agrees(row: Row[Any], record: Mapping[str, Any], known: _RowReferences) -> dict[str, bool]:
    return {
        "what it was of": record["kind"] == f"{row.kind}-corrected",
        "the reason": known.agrees(record, "reason", row.reason),
        "who said so": known.agrees(record, "actor", row.actor),
        "when it was recorded": _moment(record["at"]) == row.recorded_at,
    }


def _approval_agrees(row: Row[Any], record: Mapping[str, Any], known: _RowReferences) -> dict[str, bool]:
    fields = record["fields"]
    return {
        "the policy": fields.get("policy") == row.slug,
        "the version": fields.get("version") == row.number,
        "the text": fields.get("sha256") == row.sha256,
        "the day": fields.get("on") == _day(row.approved_on),
        "when it was recorded": _moment(record["at"]) == row.recorded_at,
        "the body": "by" not in record["personal"] or known.agrees(record, "by", row.body),
        "the minute": "by" not in record["personal"] or known.agrees(record, "minute", row.minute),
        "the consultation": all(
            known.agrees(record, name, getattr(row, name)) for name in ("consulted", "consultation")
        )
        and all(fields.get(name) == _day(getattr(row, name)) for name in ("consulted_from", "consulted_until")),
        "who decided": row.actor is None or known.agrees(record, "actor", row.actor),
    }


_AGREEMENTS: Mapping[str, Agreement] = {
    "Acknowledgement": _acknowledgement_agrees,
    "Slip": _slip_agrees,
    "Declaration": _declaration_agrees,
    "Correction": _correction_agrees,
}


def _keys_of_people(tx: Transaction, school: str) -> Mapping[int, Set[str]]:
    query = (
        select(engagement.c.person, engagement_state.c.key)
        .join(engagement, engagement.c.id == engagement_state.c.engagement)
        .where(engagement.c.school == school)
        .distinct()
    )
    keys: dict[int, set[str]] = defaultdict(set)
    for person, key in tx.execute(query):
        keys[person].add(key)
    return keys


def _names_of_people(tx: Transaction, school: str) -> Mapping[int, Set[str]]:
    columns = person_state.c.person, person_state.c.first_name, person_state.c.last_name
    names: dict[int, set[str]] = defaultdict(set)
    for person, first_name, last_name in tx.execute(select(*columns).where(person_state.c.school == school).distinct()):
        names[person].add(f"{first_name} {last_name}".strip())
    return names


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _moment(words: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(words)).astimezone(UTC)
    except ValueError:
        return None
