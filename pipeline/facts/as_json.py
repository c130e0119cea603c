"""Facts and problems as JSON and back: the one shape ``policy extract --json`` prints and the register keeps.

Keys are the field names of ``model``. Only ``file`` is missing here; the command adds it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from pipeline.model.dates import PartialDate, Precision
from pipeline.model.documents import DocumentFormat
from pipeline.model.facts import (
    FACT_FIELDS,
    BesideWords,
    CitedGuidance,
    Contact,
    DateFact,
    Evidence,
    Facts,
    FactStatus,
    Problem,
    Promise,
    PromiseKind,
    Unworded,
)
from pipeline.places import Place, read_place, read_places


def facts_to_json(facts: Facts) -> dict[str, Any]:
    """Return ``facts`` as plain values for ``json.dumps``: every key present, null where nothing was found.

    The three dates are objects (``value precision text where confidence``) or null; ``evidence`` holds an object a
    field with ``status`` and those of ``text where confidence`` that are known; ``problems`` as ``problems_to_json``
    says; ``promises`` holds ``kind text where`` and ``guidance`` ``guidance year text where``. Where there are any,
    ``certificates`` holds dates. Only where it is known, ``beside_words`` holds ``format`` and the lists ``links`` and
    ``pictures``, each entry with ``words content``.
    """
    told = {name: _plain(getattr(facts, name)) for name in FACT_FIELDS}
    dates = {name: fact and _flat(fact) for name, fact in told.items() if name in _DATES}
    more: dict[str, Any] = {
        "evidence": {name: _evidence_to_json(evidence) for name, evidence in facts.evidence.items()},
        "problems": problems_to_json(facts.problems),
        "promises": _plain(facts.promises),
        "guidance": _plain(facts.guidance),
    }
    beside = {} if facts.beside_words is None else {"beside_words": _plain(facts.beside_words)}
    listed = {"certificates": [_flat(each) for each in _plain(facts.certificates)]} if facts.certificates else {}
    return told | dates | more | listed | beside


def _flat(fact: dict[str, Any]) -> dict[str, Any]:
    """Return a date that a document states with its value and precision among what is known of it."""
    return {**fact["date"], **{name: value for name, value in fact.items() if name != "date"}}


def _plain(value: Any) -> Any:
    """Return a value of the model as JSON knows it: what has fields as an object of them, a place in words."""
    if isinstance(value, Place):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return {each.name: _plain(getattr(value, each.name)) for each in fields(value)} if is_dataclass(value) else value


def facts_to_keep(facts: Facts) -> dict[str, Any]:
    """Return ``facts`` as the register keeps them: as they are printed, and what each problem is about."""
    return facts_to_json(facts) | {"problems": problems_to_keep(facts.problems)}


def facts_from_json(stored: Mapping[str, Any]) -> Facts:
    """Return the facts that ``facts_to_keep`` or ``facts_to_json`` wrote, now or before it knew of all it writes today.

    Keys it does not know are left aside. Raises ``KeyError`` or ``ValueError`` where ``stored`` was not written by it.
    """
    plain: dict[str, Any] = {name: stored[name] for name in FACT_FIELDS if name not in (*_DATES, *_SEVERAL)}
    dates: dict[str, Any] = {name: _date_from_json(stored[name]) for name in _DATES}
    return Facts(
        **plain,
        **dates,
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
        certificates=tuple(filter(None, map(_date_from_json, stored.get("certificates", ())))),
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


_DATES, _SEVERAL = ("approved_on", "last_review", "next_review"), ("contacts", "linked_policies")
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


def _beside_from_json(stored: Mapping[str, Any] | None) -> BesideWords | None:
    if stored is None:
        return None
    links, pictures = (
        tuple(Unworded(each["words"], each["content"]) for each in stored[name]) for name in ("links", "pictures")
    )
    return BesideWords(DocumentFormat(stored["format"]), links, pictures)


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
