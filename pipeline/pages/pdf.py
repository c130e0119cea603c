"""Set the PDF copy of a policy: front block, safety line, contents, the policy's own words; PDF/UA-1 and PDF/A-2a.

Typst sets the pages from ``templates/copies/policy.typ``; the document goes in as JSON (``layout``, ``typesetting``).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pipeline.contacts.safety_lines import UNNAMED, Line, SafetyLines
from pipeline.labels.kinds import LabelKind
from pipeline.model.contacts import Directory, ShownDirectory
from pipeline.model.documents import Document
from pipeline.named.details.found import changed_target
from pipeline.named.holders import role_words
from pipeline.named.names.people import drop_title
from pipeline.pages.cover import FrontWords
from pipeline.pages.layout import LaidOutDocument, lay_out
from pipeline.pages.look import Look, load_look
from pipeline.pages.showable import BOX, PLACE_TO_BREAK, scripts_in_boxes, showable
from pipeline.pages.typesetting import TypesettingError, set_pages, unusable
from pipeline.register.policies.copies import FRONT

POLICY_TEMPLATE = "copies/policy.typ"
NO_DATE = "no date given"
NO_LINKS: Mapping[str, str] = MappingProxyType({})
_NO_SHAPE = re.compile(r'the text `"(.+?)"` could not be displayed')
_BY_NUMBER = re.compile(r"\\u\{([0-9a-fA-F]{1,6})\}")
_MOST_TRIES = 60


@dataclass(frozen=True, slots=True)
class ContactLine:
    """A person named in a role on the front of a copy."""

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
    safety: SafetyLines = UNNAMED
    """Whom a worry goes to."""
    owner_at: str | None = None
    """Where the document names the owner, in words: the one put right there is put right here."""


@dataclass(frozen=True, slots=True)
class PolicyPages:
    """The PDF copy of a policy as it could be set."""

    pdf: bytes
    notes: tuple[str, ...]
    """A sentence each on letters and signs that no font here can show; empty where all are shown."""
    of_original: tuple[str, ...] = ()
    """Of a PDF behind a front sheet: what keeps its own pages from being known as accessible, a sentence each."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One way to set pages; each that Typst refuses is followed by one with less in it."""

    look: Look
    made_on: date | None
    missing: frozenset[str] = frozenset()
    """Characters that are known by now to have no shape in any font."""
    pictures: bool = True


def set_in_the_end(
    template: str, first: Attempt, make: Callable[[Attempt], bytes], *, pictures: bool = False
) -> tuple[bytes, Attempt]:
    """Return the pages as they could be set, and how: a sign without a shape or a damaged logo must not stop a copy.

    ``make`` sets an attempt and raises ``TypesettingError``; ``pictures``: there are some that could be left out. The
    archive's date is the last to go.

    Raises:
        RenderError: the template cannot be used whatever is left out.
    """
    attempt, error = first, None
    for _ in range(_MOST_TRIES):
        try:
            return make(attempt), attempt
        except TypesettingError as problem:
            error = problem
            with_less = _with_less(attempt, str(problem), pictures=pictures)
            if with_less is None:
                break
            attempt = with_less
    raise unusable(template, error) from error


def _with_less(attempt: Attempt, problem: str, *, pictures: bool) -> Attempt | None:
    """Return what to try after a refusal; None where nothing is left to leave out."""
    shapeless = _shapeless(problem)
    if not shapeless <= attempt.missing:
        return replace(attempt, missing=attempt.missing | shapeless)
    if attempt.look.logo is not None:
        return replace(attempt, look=replace(attempt.look, logo=None))
    if pictures and attempt.pictures:
        return replace(attempt, pictures=False)
    return replace(attempt, made_on=None) if attempt.made_on is not None else None


ROLES_ON_THE_FRONT = ("dsl", "deputy-dsl", "headteacher", "safeguarding-governor", "chair-of-governors", "lado")
"""Whose details stand on the front of a copy, in this order."""


def front_contacts(directory: Directory) -> tuple[ContactLine, ...]:
    """Return the safeguarding contacts of the day for a front block, the lead first; empty without any."""
    return tuple(
        ContactLine(role, _capital(role_words(role)), f"{each.title} {each.name}".strip(), each.phone, each.email)
        for role in ROLES_ON_THE_FRONT
        for each in directory.of(role)
    )


def said_to_cover(line: ContactLine, directory: ShownDirectory) -> ContactLine:
    """Say on the front for whom a deputy stands in."""
    covered = next(
        (each.covers for each in directory.of(line.role) if line.name == f"{each.title} {each.name}".strip()), None
    )
    return replace(line, role_words=f"{line.role_words}, covering for {covered}") if covered else line


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


def unbroken(line: Line) -> str:
    """Return a line as text, each number on one line of the page."""
    return "".join(piece.words.replace(" ", "\u00a0") if piece.phone else piece.words for piece in line)


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

    def make(attempt: Attempt) -> bytes:
        layout = lay_out(
            document,
            missing=attempt.missing,
            pictures=attempt.pictures,
            said=said_on_front(front),
            links=links,
            crest=attempt.look.logo is not None,
        )
        fields = {**front_fields(front, attempt), **_body(layout)}
        if layout.logo is not None:
            logo = {"logo": layout.logo.name, "logo-width": layout.logo.width_mm, "logo-alt": layout.logo.description}
            fields["look"] = {**fields["look"], **{key: value for key, value in logo.items() if value}}
        shown = (*layout.pictures, *logo_picture(attempt.look))
        return set_pages(POLICY_TEMPLATE, fields, attempt.made_on, templates, look=attempt.look, pictures=shown)

    first = Attempt(load_look(templates), front.made_on or document_date(document.metadata))
    pages, done = set_in_the_end(POLICY_TEMPLATE, first, make, pictures=True)
    return PolicyPages(pages, (*boxes_on_front(front, done.missing), *_boxes_noted(document.text, done.missing)))


def boxes_on_front(front: FrontBlock, missing: frozenset[str]) -> tuple[str, ...]:
    """Return a sentence on the words of the front that hold a sign no font has; empty where all are shown."""
    said = (front.title, front.school, front.version, front.owner or "", *(line.name for line in front.contacts))
    shown = [showable(" ".join(text.split()), missing) for text in said]
    boxed = dict.fromkeys(words for words, text in zip(shown, said, strict=True) if BOX in words and BOX not in text)
    if not boxed:
        return ()
    which = " and ".join(f"“{words}”" for words in boxed)
    return (
        f"The front of the PDF copy shows a box for a sign that its font lacks: {which}. Type such a title anew in the "
        "document, or set it with 'policy set SLUG title=… --reason …'.",
    )


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


def _body(layout: LaidOutDocument) -> Mapping[str, Any]:
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
    """Return the lines of the front block as label and value; a date that is not given is said to be missing.

    Copies stand on the public site: that nobody is named as owner is for the desk to say.
    """
    rows = (
        ("Where it stands", front.state_words),
        ("Version", front.version),
        ("Approved", front.approved or NO_DATE),
        ("Last review", front.last_review or NO_DATE),
        ("Next review", front.next_review or NO_DATE),
        ("Looked after by", front.owner),
    )
    return tuple((label, value) for label, value in rows if value)


def said_on_front(front: FrontBlock) -> FrontWords:
    """Return what the front block says, for leaving it out where the document's own cover says it again."""
    facts = {
        LabelKind.VERSION: front.version,
        LabelKind.APPROVED: front.approved or NO_DATE,
        LabelKind.LAST_REVIEW: front.last_review or NO_DATE,
        LabelKind.NEXT_REVIEW: front.next_review or NO_DATE,
        LabelKind.OWNER: front.owner,
    }
    return FrontWords((front.title, front.school), {kind: value for kind, value in facts.items() if value})


def front_fields(front: FrontBlock, attempt: Attempt) -> Mapping[str, Any]:
    """Return the front block as the templates take it."""
    made_on = attempt.made_on

    def shown(text: str | None) -> str:
        return showable(" ".join((text or "").split()), attempt.missing)

    return {
        "title": shown(front.title) or "Policy",
        "school": shown(front.school),
        "version": shown(front.version),
        "code": shown(front.code),
        "qr": front.qr_svg or "",
        "date": [made_on.year, made_on.month, made_on.day] if made_on else None,
        "safety": showable(unbroken(front.safety.child), attempt.missing),
        "safety_others": showable(unbroken(front.safety.others), attempt.missing),
        "rows": [[label, shown(value)] for label, value in front_rows(front)],
        "look": look_fields(attempt.look),
        "contacts": [
            {
                "role": shown(each.role_words),
                "name": shown(each.name),
                "phone": shown(each.phone),
                "call": call_target(each.phone),
                "email": shown(each.email).replace(PLACE_TO_BREAK, ""),
                "mail": f"mailto:{each.email}" if each.email else "",
            }
            for each in front.contacts
        ],
    }


def look_fields(look: Look) -> Mapping[str, Any]:
    """Return the school's look as the templates take it."""
    return {
        "colour": look.colour,
        "pale": look.pale,
        "font": look.family,
        "logo": f"logo.{look.logo_ending}" if look.logo is not None else "",
        "logo-width": look.logo_width_mm,
    }


def call_target(phone: str | None) -> str:
    """Return the address that rings a number, empty without one."""
    return changed_target("tel:+44", phone) if phone else ""
