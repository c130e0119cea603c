"""Set the PDF copy of a policy: front block, safety line, contents, the policy's own words; PDF/UA-1.

Typst sets the pages from ``templates/copies/policy.typ``; the document goes in as JSON. The compiler and its fonts are
kept between copies.
"""

import json
import re
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipeline.copies.details import changed_target
from pipeline.copies.holders import role_words
from pipeline.copies.layout import Layout, lay_out
from pipeline.copies.showable import showable
from pipeline.errors import RenderError
from pipeline.model import Directory, Document
from pipeline.resources import template_folder

POLICY_TEMPLATE = "policy.typ"
_FOLDER = "copies"
_UA = ["ua-1"]
_UA_AND_ARCHIVE = ["ua-1", "a-2a"]
_NO_SHAPE = re.compile(r'the text `"(.+?)"` could not be displayed')
_MOST_TRIES = 60
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True, slots=True)
class ContactLine:
    """Somebody named in a role on the front of a copy."""

    role: str
    """``dsl``, ``deputy-dsl``, …"""
    role_words: str
    """As a reader sees it."""
    name: str
    phone: str | None
    email: str | None


@dataclass(frozen=True, slots=True)
class FrontBlock:
    """What stands at the head of a copy, already in words; None where there is nothing to say."""

    title: str
    school: str
    version: str
    state_words: str
    approved: str | None
    last_review: str | None
    next_review: str | None
    owner: str | None
    contacts: tuple[ContactLine, ...]
    code: str | None
    """The short code of this copy, printed in the footer."""
    qr_svg: str | None = None
    """A QR code that leads to the page which says whether this copy is current, as SVG."""


_ON_THE_FRONT = ("dsl", "deputy-dsl", "headteacher", "safeguarding-governor", "chair-of-governors", "lado")


def front_contacts(directory: Directory) -> tuple[ContactLine, ...]:
    """Return the safeguarding contacts of the day for a front block, the lead first; empty without any."""
    return tuple(
        ContactLine(role, _capital(role_words(role)), f"{each.title} {each.name}".strip(), each.phone, each.email)
        for role in _ON_THE_FRONT
        for each in directory.of(role)
    )


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def safety_line(contacts: tuple[ContactLine, ...]) -> str:
    """Return the sentence at the top of every copy: whom to go to with a worry about a child."""
    lead = next((each for each in contacts if each.role == "dsl"), None)
    name = lead.name if lead else "the school’s designated safeguarding lead"
    ring = f" or telephone {lead.phone}" if lead and lead.phone else ""
    return f"Worried about a child? Go to {name} in person{ring} now."


def render_pdf(document: Document, front: FrontBlock, *, templates: Path | None = None) -> bytes:
    """Return the PDF copy of a document, tagged as PDF/UA-1 (also PDF/A-2a where the document has a date).

    ``templates``: the school's own templates folder; its ``copies/policy.typ`` overrules the packaged one.

    Raises:
        RenderError: the template cannot be used.
    """
    made_on = document_date(document.metadata)
    missing: frozenset[str] = frozenset()
    pictures = True
    error: Exception | None = None
    for _ in range(_MOST_TRIES):
        layout = lay_out(document, missing=missing, pictures=pictures, said=(front.title, front.school))
        try:
            return _set(POLICY_TEMPLATE, _fields(layout, front, made_on, missing), layout.pictures, made_on, templates)
        except _TypesettingError as problem:
            error = problem
            no_shape = _NO_SHAPE.search(str(problem))
            if no_shape is not None and not set(no_shape[1]) <= missing:
                missing |= set(no_shape[1])
            elif pictures and layout.pictures:
                pictures = False
            elif made_on is not None:
                made_on = None
            else:
                break
    raise _unusable(POLICY_TEMPLATE, error)


def _unusable(template: str, error: Exception | None) -> RenderError:
    return RenderError(
        f"The PDF copy could not be set with the template {_FOLDER}/{template}: {error}. Put the template right, or "
        "take your own copy of it away to go back to the one that came with the program."
    )


def document_date(metadata: Mapping[str, str]) -> date | None:
    """Return the day a document was last changed by what its file says of itself; None where it does not say."""
    for key in ("modified", "created"):
        match = re.match(r"(?:D:)?(\d{4})-?(\d{2})-?(\d{2})", metadata.get(key, ""))
        if match is not None:
            try:
                return date(int(match[1]), int(match[2]), int(match[3]))
            except ValueError:
                continue
    return None


def _fields(layout: Layout, front: FrontBlock, made_on: date | None, missing: frozenset[str]) -> Mapping[str, Any]:
    return {
        **front_fields(front, made_on, missing),
        "contents": layout.contents,
        "blocks": layout.blocks,
    }


def front_fields(front: FrontBlock, made_on: date | None, missing: frozenset[str] = frozenset()) -> Mapping[str, Any]:
    """Return the front block as the templates take it."""

    def shown(text: str | None) -> str:
        return showable(" ".join((text or "").split()), missing)

    rows = (
        ("Where it stands", front.state_words),
        ("Version", front.version),
        ("Approved", front.approved),
        ("Last review", front.last_review),
        ("Next review", front.next_review),
        ("Looked after by", front.owner),
    )
    return {
        "title": shown(front.title) or "Policy",
        "school": shown(front.school),
        "version": shown(front.version),
        "code": shown(front.code),
        "qr": front.qr_svg or "",
        "date": [made_on.year, made_on.month, made_on.day] if made_on else None,
        "safety": shown(safety_line(front.contacts)),
        "rows": [[label, shown(value)] for label, value in rows if value],
        "contacts": [
            {
                "role": each.role_words,
                "name": shown(each.name),
                "phone": shown(each.phone),
                "call": changed_target("tel:+44", each.phone) if each.phone else "",
                "email": shown(each.email),
            }
            for each in front.contacts
        ],
    }


# --- the compiler ------------------------------------------------------------------------------------------------


class _TypesettingError(Exception):
    """What Typst says is wrong."""


@lru_cache(maxsize=1)
def _compiler() -> Any:
    """Return the one compiler of this process, with its fonts; making it takes longer than setting a copy."""
    import font_lato
    import typst

    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[font_lato.font_directory])
    return typst.Compiler(b"", font_paths=fonts, ignore_system_fonts=True)


def set_pages(template: str, fields: Mapping[str, Any], made_on: date | None, templates: Path | None) -> bytes:
    """Set a template without pictures.

    Raises:
        RenderError: the template cannot be used.
    """
    try:
        return _set(template, fields, (), made_on, templates)
    except _TypesettingError as error:
        raise _unusable(template, error) from error


def _set(
    template: str,
    fields: Mapping[str, Any],
    pictures: tuple[tuple[str, bytes], ...],
    made_on: date | None,
    templates: Path | None,
) -> bytes:
    source = _template(template, templates)
    standards = _UA_AND_ARCHIVE if made_on is not None else _UA
    inputs = {"data": json.dumps(fields, ensure_ascii=False)}
    with _ONE_AT_A_TIME:
        if not pictures:
            return _compiled(source, inputs, standards, None)
        with tempfile.TemporaryDirectory(prefix="policy-copy-", ignore_cleanup_errors=True) as folder:
            for name, content in pictures:
                (Path(folder) / name).write_bytes(content)
            return _compiled(source, inputs, standards, folder)


def _compiled(source: bytes, inputs: Mapping[str, str], standards: list[str], root: str | None) -> bytes:
    import typst

    arguments = {"root": root} if root is not None else {}
    try:
        pages: bytes = _compiler().compile(
            source, sys_inputs=dict(inputs), pdf_standards=standards, format="pdf", timestamp=0, **arguments
        )
    except typst.TypstError as error:
        raise _TypesettingError(error.message) from error
    return pages


def _template(name: str, templates: Path | None) -> bytes:
    own = templates / _FOLDER / name if templates is not None else None
    path = own if own is not None and own.is_file() else template_folder() / _FOLDER / name
    try:
        return path.read_bytes()
    except OSError as error:
        raise RenderError(f"The template {path} cannot be read ({error.strerror}).") from error
