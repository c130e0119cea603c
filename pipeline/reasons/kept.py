"""Reasons as the register keeps them: plain values, from which they come back as they were."""

from collections.abc import Mapping
from typing import Any

from pipeline.places import Place, read_place
from pipeline.reasons.reason import Reason, ReasonField


def reason_to_json(reason: Reason) -> dict[str, Any]:
    """Return a reason as plain values: ``code``, and its ``fields`` by name, a place as ``{"place": words}``."""
    return {"code": reason.code, "fields": {name: _to_json(value) for name, value in reason.fields}}


def reason_from_json(stored: Mapping[str, Any]) -> Reason:
    """Return the reason that ``reason_to_json`` was given."""
    return Reason(stored["code"], tuple((name, _from_json(value)) for name, value in stored["fields"].items()))


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
