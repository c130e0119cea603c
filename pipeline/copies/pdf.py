"""Set the PDF copy of a policy: front block, safety line, contents, the policy's own words; PDF/UA-1 and PDF/A-2a.

Typst sets the pages from ``templates/copies/policy.typ``; the document goes in as JSON (``layout``, ``typesetting``).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pipeline.copies.details import changed_target
from pipeline.copies.holders import role_words
from pipeline.copies.layout import Layout, lay_out
from pipeline.copies.look import Look, load_look
from pipeline.copies.showable import PLACE_TO_BREAK, scripts_in_boxes, showable
from pipeline.copies.typesetting import TypesettingError, set_pages, unusable
from pipeline.lifecycle.names import drop_title
from pipeline.model import Directory, Document
from pipeline.policies.lead import LEAD, WORRIES_GO_TO
from pipeline.register.copies import FRONT

POLICY_TEMPLATE = "policy.typ"
NO_DATE = "no date given"
NO_OWNER = "nobody named"
NO_LINKS: Mapping[str, str] = MappingProxyType({})
_NO_SHAPE = re.compile(r'the text `"(.+?)"` could not be displayed')
_BY_NUMBER = re.compile(r"\\u\{([0-9a-fA-F]{1,6})\}")
_MOST_TRIES = 60


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
    made_on: date | None = None
    """The day this copy is made, which an archive copy (PDF/A) must carry; without it the document's own date does."""


@dataclass(frozen=True, slots=True)
class PolicyPages:
    """The PDF copy of a policy as it could be set."""

    pdf: bytes
    notes: tuple[str, ...]
    """One sentence on the letters no font here can show; empty where all are shown."""


_ON_THE_FRONT = ("dsl", "deputy-dsl", "headteacher", "safeguarding-governor", "chair-of-governors", "lado")


def front_contacts(directory: Directory) -> tuple[ContactLine, ...]:
    """Return the safeguarding contacts of the day for a front block, the lead first; empty without any."""
    return tuple(
        ContactLine(role, _capital(role_words(role)), f"{each.title} {each.name}".strip(), each.phone, each.email)
        for role in _ON_THE_FRONT
        for each in directory.of(role)
    )


def front_notes(front: FrontBlock) -> Iterator[Mapping[str, str]]:
    """Yield whom the front of a copy gives in which role, in the form in which replacements are kept: it was put there.

    The ghost hunt asks for them when paper of the copy may still hang somewhere.
    """
    for line in front.contacts:
        for kind, value in (("name", drop_title(line.name)), ("phone", line.phone), ("email", line.email)):
            if value:
                yield {"where": FRONT, "role": line.role, "kind": kind, "before": "", "after": value}


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def safety_line(contacts: tuple[ContactLine, ...]) -> str:
    """Return the sentence at the top of every copy: whom to go to with a worry about a child.

    The lead; on a day without one the deputies, without those the headteacher, as the mails and the site say too.
    """
    groups = ([each for each in contacts if each.role == role] for role in WORRIES_GO_TO)
    first = next((group for group in groups if group), [])
    if not first:
        return "Worried about a child? Go to the school’s designated safeguarding lead in person now."
    role = "" if first[0].role == LEAD else role_words(first[0].role)
    if len(first) > 1:
        people = " or ".join(f"{each.name} ({each.phone})" if each.phone else each.name for each in first)
        whose = f", {role}s," if role else ""
        return f"Worried about a child? Go to {people}{whose} in person or by telephone now."
    ring = f" or telephone {first[0].phone}" if first[0].phone else ""
    whose = f", {role}," if role else ""
    return f"Worried about a child? Go to {first[0].name}{whose} in person{ring} now."


def _unbroken(sentence: str, contacts: tuple[ContactLine, ...]) -> str:
    """Keep each number on one line of the page."""
    for phone in {each.phone for each in contacts if each.phone}:
        sentence = sentence.replace(phone, phone.replace(" ", "\u00a0"))
    return sentence


def render_pdf(
    document: Document, front: FrontBlock, *, templates: Path | None = None, links: Mapping[str, str] = NO_LINKS
) -> bytes:
    """Return the PDF copy of a document alone; everything else as ``set_policy``."""
    return set_policy(document, front, templates=templates, links=links).pdf


def set_policy(
    document: Document, front: FrontBlock, *, templates: Path | None = None, links: Mapping[str, str] = NO_LINKS
) -> PolicyPages:
    """Return the PDF copy of a document, tagged as PDF/UA-1 and PDF/A-2a, with notes on what it cannot show.

    ``templates``: the school's own templates folder; its ``copies/policy.typ`` and ``look.toml`` overrule the packaged
    ones. ``links``: the names of other policies and the address of each. Where neither ``front`` nor the document has a
    date, the copy is PDF/UA-1 only.

    Raises:
        RenderError: the template cannot be used.
    """
    made_on = front.made_on or document_date(document.metadata)
    look = load_look(templates)
    missing: frozenset[str] = frozenset()
    pictures = True
    error: Exception | None = None
    for _ in range(_MOST_TRIES):
        said = (front.title, front.school)
        layout = lay_out(document, missing=missing, pictures=pictures, said=said, links=links)
        fields = {**front_fields(front, made_on, look, missing), **_body(layout)}
        try:
            shown = (*layout.pictures, *logo_picture(look))
            pages = set_pages(POLICY_TEMPLATE, fields, made_on, templates, look=look, pictures=shown)
            return PolicyPages(pages, _boxes_noted(document.text, missing))
        except TypesettingError as problem:
            error = problem
            shapeless = _shapeless(str(problem))
            if not shapeless <= missing:
                missing |= shapeless
            elif look.logo is not None:
                look = replace(look, logo=None)
            elif pictures and layout.pictures:
                pictures = False
            elif made_on is not None:
                made_on = None
            else:
                break
    raise unusable(POLICY_TEMPLATE, error)


def _boxes_noted(text: str, missing: frozenset[str]) -> tuple[str, ...]:
    scripts = " and ".join(scripts_in_boxes(text, missing))
    if not scripts:
        return ()
    return (
        f"The PDF copy shows boxes in place of {scripts} letters, for which it has no font. Its web page shows them; "
        "give readers of that language the Word file or a translation of its own.",
    )


def _shapeless(problem: str) -> frozenset[str]:
    """The characters that Typst says no font has; it writes those that cannot be seen by their number."""
    match = _NO_SHAPE.search(problem)
    return frozenset(_BY_NUMBER.sub(lambda number: chr(int(number[1], 16)), match[1]) if match else "")


def _body(layout: Layout) -> Mapping[str, Any]:
    return {"contents": layout.contents, "contents_level": layout.contents_level, "blocks": layout.blocks}


def logo_picture(look: Look) -> tuple[tuple[str, bytes], ...]:
    """Return the logo as a picture file the template opens; empty without one."""
    return ((f"logo.{look.logo_ending}", look.logo),) if look.logo is not None else ()


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


def front_rows(front: FrontBlock) -> tuple[tuple[str, str], ...]:
    """Return the lines of the front block as label and value; what the policy does not say is said to be missing."""
    rows = (
        ("Where it stands", front.state_words),
        ("Version", front.version),
        ("Approved", front.approved or NO_DATE),
        ("Last review", front.last_review or NO_DATE),
        ("Next review", front.next_review or NO_DATE),
        ("Looked after by", front.owner or NO_OWNER),
    )
    return tuple((label, value) for label, value in rows if value)


def front_fields(
    front: FrontBlock, made_on: date | None, look: Look, missing: frozenset[str] = frozenset()
) -> Mapping[str, Any]:
    """Return the front block as the templates take it."""

    def shown(text: str | None) -> str:
        return showable(" ".join((text or "").split()), missing)

    return {
        "title": shown(front.title) or "Policy",
        "school": shown(front.school),
        "version": shown(front.version),
        "code": shown(front.code),
        "qr": front.qr_svg or "",
        "date": [made_on.year, made_on.month, made_on.day] if made_on else None,
        "safety": _unbroken(shown(safety_line(front.contacts)), front.contacts),
        "rows": [[label, shown(value)] for label, value in front_rows(front)],
        "look": {
            "colour": look.colour,
            "pale": look.pale,
            "font": look.family,
            "logo": f"logo.{look.logo_ending}" if look.logo is not None else "",
            "logo-width": look.logo_width_mm,
        },
        "contacts": [
            {
                "role": each.role_words,
                "name": shown(each.name),
                "phone": shown(each.phone),
                "call": call_target(each.phone),
                "email": shown(each.email).replace(PLACE_TO_BREAK, ""),
                "mail": f"mailto:{each.email}" if each.email else "",
            }
            for each in front.contacts
        ],
    }


def call_target(phone: str | None) -> str:
    """Return the address that rings a number, empty without one."""
    return changed_target("tel:+44", phone) if phone else ""
