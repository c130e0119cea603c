"""Reasons as the register keeps them: plain values, from which they come back as they were.

Their words are kept along: a later edition may word a reason with other fields, or know it no more.
"""

from collections.abc import Mapping
from typing import Any

from pipeline.places import Place, read_place
from pipeline.reasons.reason import Reason, ReasonField, Voice, in_words, say


def reason_to_json(reason: Reason) -> dict[str, Any]:
    """Return a reason as plain values: ``code``, ``fields`` by name (a place as ``{"place": words}``) and ``words``."""
    fields = {name: _to_json(value) for name, value in reason.fields}
    return {"code": reason.code, "fields": fields, "words": str(reason)}


def reason_from_json(stored: Mapping[str, Any]) -> Reason:
    """Return the reason that ``reason_to_json`` was given; in its words alone where this edition has no such reason."""
    reason = Reason(stored["code"], tuple((name, _from_json(value)) for name, value in stored["fields"].items()))
    try:
        for voice in Voice:
            say(reason, voice)
    except KeyError:
        return in_words(stored["words"])
    return reason


def _to_json(value: ReasonField) -> Any:
    if isinstance(value, Reason):
        return reason_to_json(value)
    if isinstance(value, tuple):
        return [reason_to_json(each) for each in value]
    return {"place": str(value)} if isinstance(value, Place) else value


def _from_json(value: Any) -> ReasonField:
    if isinstance(value, list):
        return tuple(reason_from_json(each) for each in value)
    if isinstance(value, Mapping):
        return read_place(value["place"]) if "place" in value else reason_from_json(value)
    return value if isinstance(value, int) else str(value)
