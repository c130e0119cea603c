"""A PDF that came as a PDF: a front sheet with the contacts of the day, then the original pages as they are.

The words of its pages are not changed; the sheet says which pages name somebody who no longer holds the role.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.copies.holders import role_words
from pipeline.copies.joining import join
from pipeline.copies.look import Look, load_look
from pipeline.copies.pdf import FrontBlock, document_date, front_fields, logo_picture
from pipeline.copies.plan import Left, ReplacementKind, ReplacementPlan
from pipeline.copies.showable import showable
from pipeline.copies.typesetting import TypesettingError, set_pages, unusable

_TEMPLATE = "front-sheet.typ"
NOT_CHANGED = "The policy’s own pages follow. They were not changed."
AS_IN_WORD = "The policy’s own pages follow, as they look in Word, with the contacts above."
_PAGE = re.compile(r"^page (\d+)\b")


def front_sheet_pdf(
    original: bytes,
    front: FrontBlock,
    plan: ReplacementPlan,
    *,
    metadata: Mapping[str, str] | None = None,
    templates: Path | None = None,
) -> bytes:
    """Return the original PDF behind a front sheet; the tags of both are kept.

    ``plan`` is what would have to change in the original; the sheet lists it page by page. ``metadata`` as in
    ``Document``.

    Raises:
        RenderError: the original cannot be opened for copying, or the template cannot be used.
    """
    notes = page_notes(plan)
    return _behind_sheet(original, front, NOT_CHANGED, notes, front.made_on or document_date(metadata or {}), templates)


def office_copy_pdf(pages: bytes, front: FrontBlock, made_on: date | None, templates: Path | None) -> bytes:
    """Return the pages that LibreOffice set of a Word copy behind a front sheet; the tags of both are kept.

    Raises:
        RenderError: the pages cannot be opened for copying, or the template cannot be used.
    """
    return _behind_sheet(pages, front, AS_IN_WORD, (), made_on, templates)


def _behind_sheet(
    original: bytes,
    front: FrontBlock,
    about: str,
    notes: Sequence[str],
    made_on: date | None,
    templates: Path | None,
) -> bytes:
    look = load_look(templates)
    more = {"about": about, "notes": [showable(note) for note in notes]}
    try:
        sheet = _sheet(front, more, made_on, templates, look)
    except TypesettingError:
        # A damaged logo must not stop the copy; anything else is told by the second try.
        try:
            sheet = _sheet(front, more, made_on, templates, replace(look, logo=None))
        except TypesettingError as error:
            raise unusable(_TEMPLATE, error) from error
    return join(sheet, original, front.title)


def _sheet(
    front: FrontBlock, more: Mapping[str, Any], made_on: date | None, templates: Path | None, look: Look
) -> bytes:
    fields = {**front_fields(front, made_on, look), **more}
    return set_pages(_TEMPLATE, fields, made_on, templates, look=look, pictures=logo_picture(look))


def page_notes(plan: ReplacementPlan) -> tuple[str, ...]:
    """Return a sentence for each page and detail that is no longer right; empty where all is."""
    notes: dict[str, None] = {}
    for each in plan.replacements:
        if each.kind in (ReplacementKind.PRONOUN, ReplacementKind.LINK):
            continue
        page = _PAGE.match(each.where)
        place = f"Page {page[1]}" if page else each.where[:1].upper() + each.where[1:]
        notes[f"{place} says {each.before} ({role_words(each.role)}); it is now {each.after}."] = None
    return tuple(notes)


def left_in_the_original(plan: ReplacementPlan) -> ReplacementPlan:
    """Return a plan that says what a front sheet does: nothing in the pages changed, each place is listed.

    It stays held where nobody holds a role in which the pages name somebody: the sheet has no better name to give.
    """
    stays = [
        Left(each.where, each.before, f"stays in the original pages; the front sheet gives {each.after}")
        for each in plan.replacements
        if each.kind is not ReplacementKind.PRONOUN
    ]
    held = [Left("the whole document", "", plan.held)] if plan.held else []
    return replace(plan, replacements=(), left=(*plan.left, *stays, *held), held=plan.vacant)
