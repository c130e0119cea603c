"""Explicit fields: ``{{ dsl.name }}`` in a document is filled with what the directory or the register says.

Strict: a field that is unknown, empty or not closed stops that copy and names the place.
"""

import re
from collections.abc import Iterator, Sequence

from pipeline.copies.header import HeaderFacts
from pipeline.copies.holders import role_words
from pipeline.copies.plan import Passage, Replacement, ReplacementKind
from pipeline.errors import RenderError
from pipeline.model import Directory, Holder

_FIELD = re.compile(r"\{\{(?P<inside>[^{}]*)\}\}")
_HOLDER = re.compile(r"^(?P<role>[a-z][a-z-]*)(?:\.(?P<number>\d{1,2}))?\.(?P<part>name|title|phone|email|surname)$")
_POLICY = ("title", "version", "approved_on", "approved_by", "last_review", "next_review", "owner")
_DEPUTIES = "deputy-dsl"


def plan_fields(
    passages: Sequence[Passage], directory: Directory, header: HeaderFacts | None, *, shown_as: str
) -> Iterator[Replacement]:
    """Yield the filling of every field, in order.

    Fields: ``{{ role.name }}`` (also ``title``, ``phone``, ``email``; ``{{ deputy-dsl.2.name }}`` for the second of
    several), ``{{ deputies }}``, ``{{ school.name }}``, ``{{ policy.next_review }}`` and the like.

    Raises:
        RenderError: a field is unknown, has no value, or is not closed.
    """
    for index, passage in [(index, each) for index, each in enumerate(passages) if "{{" in each.text]:
        end = 0
        for match in _FIELD.finditer(passage.text):
            _refuse_open(passage, passage.text[end : match.start()], shown_as)
            end = match.end()
            name = " ".join(match["inside"].split())
            value = field_value(name, directory, header)
            if not value:
                raise RenderError(f"{shown_as}, {passage.where}: {_fault(name, directory)} The copy was not written.")
            role = name.split(".", maxsplit=1)[0]
            yield Replacement(index, *match.span(), match[0], value, role, ReplacementKind.FIELD, passage.where)
        _refuse_open(passage, passage.text[end:], shown_as)


def _refuse_open(passage: Passage, text: str, shown_as: str) -> None:
    if "{{" in text:
        raise RenderError(
            f"{shown_as}, {passage.where}: a field begins with “{{{{” and is not closed with “}}}}”. "
            "Close it, or take it out. The copy was not written."
        )


def _fault(name: str, directory: Directory) -> str:
    match = _HOLDER.match(name)
    if match is not None and directory.of(match["role"]):
        return (
            f"the field “{{{{ {name} }}}}” has no value. Add it under [contacts.{match['role']}] in config.toml, or "
            "take the field out."
        )
    if match is not None and match["role"] not in ("policy", "school"):
        return f"the field “{{{{ {name} }}}}” is empty: config.toml has no {role_words(match['role'])}. Add one there."
    if name.split(".", maxsplit=1)[0] in ("policy", "school", "deputies"):
        return f"the field “{{{{ {name} }}}}” is unknown or has no value in the register. Correct it, or take it out."
    return f"the field “{{{{ {name} }}}}” is unknown. Correct its name, or take it out."


def field_value(name: str, directory: Directory, header: HeaderFacts | None) -> str | None:
    """Return what a field's name (``dsl.phone``) stands for; None where it is unknown or has no value."""
    if name == "deputies":
        return _joined([each.name for each in directory.of(_DEPUTIES)])
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
        from pipeline.copies.names import parse_name

        name = parse_name(holder.name)
        return name.surname if name else None
    value: str | None = getattr(holder, part)
    return value.strip() if value else None


def _joined(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)
