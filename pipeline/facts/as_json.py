"""Facts and problems as JSON and back: the one shape ``policy extract --json`` prints and the register keeps.

Keys are the field names of ``model``. Only ``file`` is missing here; the command adds it.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pipeline.model import (
    BesideWords,
    CitedGuidance,
    Contact,
    DateFact,
    DocumentFormat,
    Evidence,
    Facts,
    FactStatus,
    PartialDate,
    Precision,
    Problem,
    Promise,
    PromiseKind,
    Unworded,
)
from pipeline.places import read_place, read_places


def facts_to_json(facts: Facts) -> dict[str, Any]:
    """Return ``facts`` as plain values for ``json.dumps``: every key present, null where nothing was found.

    The three dates are objects (``value precision text where confidence``) or null; ``evidence`` holds an object a
    field with ``status`` and those of ``text where confidence`` that are known; ``problems`` as ``problems_to_json``
    says; ``promises`` holds ``kind text where`` and ``guidance`` ``guidance year text where``. Only where it is known,
    ``beside_words`` holds ``format`` and the lists ``links`` and ``pictures``, each entry with ``words content``.
    """
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
            {"role": each.role, "name": each.name, "phone": each.phone, "email": each.email} for each in facts.contacts
        ],
        "linked_policies": list(facts.linked_policies),
        "evidence": {name: _evidence_to_json(evidence) for name, evidence in facts.evidence.items()},
        "problems": problems_to_json(facts.problems),
        "promises": [{"kind": each.kind.value, "text": each.text, "where": str(each.where)} for each in facts.promises],
        "guidance": [
            {"guidance": each.guidance, "year": each.year, "text": each.text, "where": str(each.where)}
            for each in facts.guidance
        ],
    } | ({} if facts.beside_words is None else {"beside_words": _beside_to_json(facts.beside_words)})


def facts_to_keep(facts: Facts) -> dict[str, Any]:
    """Return ``facts`` as the register keeps them: as they are printed, and what each problem is about."""
    return facts_to_json(facts) | {"problems": problems_to_keep(facts.problems)}


def facts_from_json(stored: Mapping[str, Any]) -> Facts:
    """Return the facts that ``facts_to_keep`` or ``facts_to_json`` wrote, now or before it knew of all it writes today.

    Keys it does not know are left aside. Raises ``KeyError`` or ``ValueError`` where ``stored`` was not written by it.
    """
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
        contacts=tuple(
            Contact(each["role"], each["name"], each["phone"], each["email"]) for each in stored["contacts"]
        ),
        linked_policies=tuple(stored["linked_policies"]),
        evidence={name: _evidence_from_json(each) for name, each in stored["evidence"].items()},
        problems=problems_from_json(_with_dates(stored)),
        promises=tuple(
            Promise(PromiseKind(each["kind"]), each["text"], read_place(each["where"]))
            for each in stored.get("promises", ())
        ),
        guidance=tuple(
            CitedGuidance(each["guidance"], each["year"], each["text"], read_place(each["where"]))
            for each in stored.get("guidance", ())
        ),
        beside_words=_beside_from_json(stored.get("beside_words")),
    )


def problems_to_json(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """Return ``problems`` as plain values in their order: ``code message``, and ``minor`` where it is true."""
    return [
        {"code": problem.code, "message": problem.message} | ({"minor": True} if problem.minor else {})
        for problem in problems
    ]


def problems_to_keep(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """Return ``problems`` as the register keeps them: as they are printed, and ``about`` where it is known."""
    kept = tuple(problems)
    return [
        printed | ({"about": problem.about} if problem.about else {})
        for printed, problem in zip(problems_to_json(kept), kept, strict=True)
    ]


def problems_from_json(stored: Sequence[Mapping[str, Any]]) -> tuple[Problem, ...]:
    """Return the problems that ``problems_to_keep`` was given, worded as they were then."""
    return tuple(
        Problem(each["code"], each["message"], each.get("minor", False), about=each.get("about", "")) for each in stored
    )


_OF_DATES = ("date-ambiguous", "date-unreadable")


def _with_dates(stored: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return kept problems with the date that each is about; earlier editions kept no more than its words in the text.

    It is one that the same facts say to be unclear.
    """
    unclear = [each["text"] for each in stored["evidence"].values() if each["status"] == "ambiguous" and "text" in each]
    return [
        {"about": next((date for date in unclear if f"“{date}”" in each["message"]), ""), **each}
        if each["code"] in _OF_DATES
        else each
        for each in stored["problems"]
    ]


def _beside_to_json(beside: BesideWords) -> dict[str, Any]:
    lists = {"links": beside.links, "pictures": beside.pictures}
    return {"format": beside.format.value} | {
        name: [{"words": each.words, "content": each.content} for each in found] for name, found in lists.items()
    }


def _beside_from_json(stored: Mapping[str, Any] | None) -> BesideWords | None:
    if stored is None:
        return None
    links, pictures = (
        tuple(Unworded(each["words"], each["content"]) for each in stored[name]) for name in ("links", "pictures")
    )
    return BesideWords(DocumentFormat(stored["format"]), links, pictures)


def _date_to_json(fact: DateFact | None) -> dict[str, Any] | None:
    if fact is None:
        return None
    return {
        "value": fact.date.value,
        "precision": fact.date.precision.value,
        "text": fact.text,
        "where": str(fact.where),
        "confidence": fact.confidence,
    }


def _date_from_json(stored: Mapping[str, Any] | None) -> DateFact | None:
    if stored is None:
        return None
    date = PartialDate(stored["value"], Precision(stored["precision"]))
    return DateFact(date, stored["text"], read_place(stored["where"]), stored["confidence"])


def _evidence_to_json(evidence: Evidence) -> dict[str, Any]:
    known = {"text": evidence.text, "where": evidence.places, "confidence": evidence.confidence}
    return {"status": evidence.status.value} | {name: value for name, value in known.items() if value is not None}


def _evidence_from_json(stored: Mapping[str, Any]) -> Evidence:
    words = stored.get("where")
    where, *also = (None,) if words is None else read_places(words)
    return Evidence(FactStatus(stored["status"]), stored.get("text"), where, stored.get("confidence"), tuple(also))
