"""Facts and problems as JSON text in the register, and back again unchanged.

``policies`` keeps them with each version; nothing else writes them. Keys are the field names of ``model``.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pipeline.model import (
    CitedGuidance,
    Contact,
    DateFact,
    Evidence,
    Facts,
    FactStatus,
    PartialDate,
    Precision,
    Problem,
    Promise,
    PromiseKind,
)


def facts_to_json(facts: Facts) -> dict[str, Any]:
    """Return what the register keeps of ``facts``: every field, dates as objects or None."""
    return {
        "title": facts.title,
        "school": facts.school,
        "approved_on": _date_to_json(facts.approved_on),
        "approved_by": facts.approved_by,
        "last_review": _date_to_json(facts.last_review),
        "next_review": _date_to_json(facts.next_review),
        "review_cycle_months": facts.review_cycle_months,
        "owner": facts.owner,
        "version": facts.version,
        "contacts": [
            {"role": contact.role, "name": contact.name, "phone": contact.phone, "email": contact.email}
            for contact in facts.contacts
        ],
        "linked_policies": list(facts.linked_policies),
        "evidence": {field: _evidence_to_json(evidence) for field, evidence in facts.evidence.items()},
        "problems": problems_to_json(facts.problems),
        "promises": [
            {"kind": promise.kind.value, "text": promise.text, "where": promise.where} for promise in facts.promises
        ],
        "guidance": [
            {"guidance": cited.guidance, "year": cited.year, "text": cited.text, "where": cited.where}
            for cited in facts.guidance
        ],
    }


def facts_from_json(stored: Mapping[str, Any]) -> Facts:
    """Return the facts that ``facts_to_json`` was given."""
    return Facts(
        title=stored["title"],
        school=stored["school"],
        approved_on=_date_from_json(stored["approved_on"]),
        approved_by=stored["approved_by"],
        last_review=_date_from_json(stored["last_review"]),
        next_review=_date_from_json(stored["next_review"]),
        review_cycle_months=stored["review_cycle_months"],
        owner=stored["owner"],
        version=stored["version"],
        contacts=tuple(Contact(**contact) for contact in stored["contacts"]),
        linked_policies=tuple(stored["linked_policies"]),
        evidence={field: _evidence_from_json(evidence) for field, evidence in stored["evidence"].items()},
        problems=problems_from_json(stored["problems"]),
        promises=tuple(
            Promise(PromiseKind(each["kind"]), each["text"], each["where"]) for each in stored.get("promises", ())
        ),
        guidance=tuple(CitedGuidance(**each) for each in stored.get("guidance", ())),
    )


def problems_to_json(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """Return what the register keeps of ``problems``, in their order."""
    return [
        {"code": problem.code, "message": problem.message} | ({"minor": True} if problem.minor else {})
        for problem in problems
    ]


def problems_from_json(stored: Sequence[Mapping[str, Any]]) -> tuple[Problem, ...]:
    """Return the problems that ``problems_to_json`` was given."""
    return tuple(Problem(problem["code"], problem["message"], problem.get("minor", False)) for problem in stored)


def _date_to_json(fact: DateFact | None) -> dict[str, Any] | None:
    if fact is None:
        return None
    return {
        "value": fact.date.value,
        "precision": fact.date.precision.value,
        "text": fact.text,
        "where": fact.where,
        "confidence": fact.confidence,
    }


def _date_from_json(stored: Mapping[str, Any] | None) -> DateFact | None:
    if stored is None:
        return None
    date = PartialDate(value=stored["value"], precision=Precision(stored["precision"]))
    return DateFact(date=date, text=stored["text"], where=stored["where"], confidence=stored["confidence"])


def _evidence_to_json(evidence: Evidence) -> dict[str, Any]:
    return {
        "status": evidence.status.value,
        "text": evidence.text,
        "where": evidence.where,
        "confidence": evidence.confidence,
    }


def _evidence_from_json(stored: Mapping[str, Any]) -> Evidence:
    return Evidence(
        status=FactStatus(stored["status"]),
        text=stored["text"],
        where=stored["where"],
        confidence=stored["confidence"],
    )
