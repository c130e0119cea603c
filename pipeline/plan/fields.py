"""Explicit fields: ``{{ dsl.name }}`` in a document is filled with what the directory or the register says.

Strict: a field that is unknown, empty or not closed stops that copy and names the place.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from urllib.parse import quote, unquote

from pipeline.errors import FieldError
from pipeline.model.contacts import Directory, Holder, ReplacementKind
from pipeline.named.details.found import changed_target
from pipeline.named.holders import role_words
from pipeline.places import Place, PlaceKind
from pipeline.plan.header import HeaderFacts
from pipeline.plan.values import Replacement
from pipeline.reasons.reason import Reason, because
from pipeline.text.passages import Passage
from pipeline.wording import say_list

_FIELD = re.compile(r"\{\{(?P<inside>[^{}]*)\}\}")
_HOLDER = re.compile(r"^(?P<role>[a-z][a-z-]*)(?:\.(?P<number>\d{1,2}))?\.(?P<part>name|title|phone|email|surname)$")
_POLICY = ("title", "version", "approved_on", "approved_by", "last_review", "next_review", "owner")
_DEPUTIES = "deputy-dsl"
_ENCODED_BRACE = re.compile(r"%7([BD])", re.IGNORECASE)
"""How Word writes the braces of a field into the address of a link."""
_IN_ADDRESS = "@:/+;,"
_NUMBERS = ("tel", "callto", "sms")


def plan_fields(
    passages: Sequence[Passage], directory: Directory, header: HeaderFacts | None, *, shown_as: str
) -> Iterator[Replacement]:
    """Yield the filling of every field, in order.

    Fields: ``{{ role.name }}`` (also ``title``, ``phone``, ``email``; ``{{ deputy-dsl.2.name }}`` for the second of
    several), ``{{ deputies }}``, ``{{ school.name }}``, ``{{ policy.next_review }}`` and the like. They may stand in
    the addresses of links too.

    Raises:
        RenderError: a field is unknown, has no value, or is not closed.
    """

    def value_of(name: str, where: Place) -> str:
        value = field_value(name, directory, header)
        if not value:
            raise FieldError(because("field-at", file=shown_as, where=where, why=_fault(name, directory)))
        return value

    for index, passage in enumerate(passages):
        if "{{" in passage.text:
            for match in _closed_fields(passage.text, passage.where, shown_as):
                name = _name_in(match)
                value, role = value_of(name, passage.where), name.split(".", maxsplit=1)[0]
                yield Replacement(index, *match.span(), match[0], value, role, ReplacementKind.FIELD, passage.where)
        if passage.links:
            yield from _plan_targets(index, passage, value_of, shown_as)


def _closed_fields(text: str, where: Place, shown_as: str) -> Iterator[re.Match[str]]:
    end = 0
    for match in _FIELD.finditer(text):
        _refuse_open(text[end : match.start()], where, shown_as)
        end = match.end()
        yield match
    _refuse_open(text[end:], where, shown_as)


def _refuse_open(text: str, where: Place, shown_as: str) -> None:
    if "{{" in text:
        raise FieldError(because("field-not-closed", file=shown_as, where=where))


def _name_in(match: re.Match[str]) -> str:
    return " ".join(match["inside"].split())


def _plan_targets(
    index: int, passage: Passage, value_of: Callable[[str, Place], str], shown_as: str
) -> Iterator[Replacement]:
    """Yield the filling of the fields in the addresses of a passage's links (``mailto:{{ dsl.email }}``)."""
    for number, link in enumerate(passage.links):
        target = _ENCODED_BRACE.sub(lambda brace: "{" if brace[1] in "Bb" else "}", link.target)
        if "{{" not in target:
            continue
        where = passage.where.inside(PlaceKind.LINK)
        filled, end, role = "", 0, ""
        for match in _closed_fields(target, where, shown_as):
            name = " ".join(unquote(match["inside"]).split())
            role = role or name.split(".", maxsplit=1)[0]
            filled += target[end : match.start()] + quote(value_of(name, where), safe=_IN_ADDRESS)
            end = match.end()
        filled += target[end:]
        if filled.partition(":")[0].strip().casefold() in _NUMBERS:
            filled = changed_target(filled, unquote(filled.partition(":")[2]))
        kind = ReplacementKind.LINK
        yield Replacement(index, link.start, link.end, link.target, filled, role, kind, passage.where, number)


def _fault(name: str, directory: Directory) -> Reason:
    # Loaded for a fault alone: what checks a configuration takes longer to load than a copy to make.
    from pipeline.configuration.faults import role_fault

    match = _HOLDER.match(name)
    if match is not None and (holders := directory.of(match["role"])):
        return _fault_of_holder(name, match, holders)
    if match is not None and match["role"] not in ("policy", "school"):
        if why := role_fault(match["role"]):
            return because("field-role-unknown", name=name, why=why)
        return because("field-role-empty", name=name, role=role_words(match["role"]))
    if name.split(".", maxsplit=1)[0] in ("policy", "school", "deputies"):
        return because("field-of-register", name=name)
    if name in _POLICY:
        return because("field-of-policy", name=name)
    return because("field-unknown", name=name)


def _fault_of_holder(name: str, match: re.Match[str], holders: Sequence[Holder]) -> Reason:
    role, part = match["role"], match["part"]
    if match["number"] is None and len(holders) > 1:
        if role == _DEPUTIES:
            return because("field-of-deputies", name=name, count=len(holders), role=role, part=part)
        return because("field-of-several", name=name, count=len(holders), role=role, part=part)
    if not 1 <= int(match["number"] or 1) <= len(holders):
        return because("field-out-of-range", name=name, count=len(holders), role=role)
    return because("field-without-value", name=name, role=role)


def field_value(name: str, directory: Directory, header: HeaderFacts | None) -> str | None:
    """Return what a field's name (``dsl.phone``) stands for; None where it is unknown or has no value."""
    if name == "deputies":
        return say_list([each.name for each in directory.of(_DEPUTIES)])
    subject, _, part = name.partition(".")
    if header is not None and name == "school.name":
        return header.school
    if subject == "policy":
        return getattr(header, part) if header is not None and part in _POLICY else None
    match = _HOLDER.match(name)
    if match is None:
        return None
    holders = directory.of(match["role"])
    number = int(match["number"] or 1)
    if not 1 <= number <= len(holders) or (match["number"] is None and len(holders) > 1):
        return None
    return _part(holders[number - 1], match["part"])


def _part(holder: Holder, part: str) -> str | None:
    if part == "surname":
        from pipeline.named.names.parts import parse_name

        name = parse_name(holder.name)
        return name.surname if name else None
    value: str | None = getattr(holder, part)
    return value.strip() if value else None
