"""A PDF that came as a PDF: a front sheet with the contacts of the day, then the original pages as they are.

The words of its pages are not changed; the sheet says which pages name somebody who no longer holds the role.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from pipeline.model import ReplacementKind
from pipeline.pages.joining import join
from pipeline.pages.look import load_look
from pipeline.pages.pdf import (
    Attempt,
    FrontBlock,
    PolicyPages,
    boxes_on_front,
    document_date,
    front_fields,
    logo_picture,
    set_in_the_end,
)
from pipeline.pages.showable import readable, showable
from pipeline.pages.typesetting import set_pages
from pipeline.places import called
from pipeline.plan.values import Left, ReplacementPlan

_TEMPLATE = "copies/front-sheet.typ"
NOT_CHANGED = "The policy’s own pages follow. They were not changed."
AS_IN_WORD = "The policy’s own pages follow, as they look in Word, with the contacts above."


def front_sheet_pdf(
    original: bytes,
    front: FrontBlock,
    notes: Sequence[str] = (),
    *,
    metadata: Mapping[str, str] | None = None,
    templates: Path | None = None,
) -> PolicyPages:
    """Return the original PDF behind a front sheet, with notes on it; the tags of both are kept.

    ``notes`` say what in the original is no longer right (``page_notes``). ``metadata`` as in ``Document``.

    Raises:
        RenderError: the original cannot be opened for copying, or the template cannot be used.
    """
    return _behind_sheet(original, front, NOT_CHANGED, notes, front.made_on or document_date(metadata or {}), templates)


def office_copy_pdf(pages: bytes, front: FrontBlock, made_on: date | None, templates: Path | None) -> PolicyPages:
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
) -> PolicyPages:
    def make(attempt: Attempt) -> bytes:
        shown = [showable(note, attempt.missing) for note in notes]
        fields = {**front_fields(front, attempt), "about": about, "notes": shown}
        pictures = logo_picture(attempt.look)
        return set_pages(_TEMPLATE, fields, attempt.made_on, templates, look=attempt.look, pictures=pictures)

    sheet, done = set_in_the_end(_TEMPLATE, Attempt(load_look(templates), made_on), make)
    return PolicyPages(join(sheet, original, readable(front.title)), boxes_on_front(front, done.missing))


def left_in_the_original(plan: ReplacementPlan) -> ReplacementPlan:
    """Return a plan that says what a front sheet does: nothing in the pages changed, each place is listed.

    It stays held where nobody holds a role in which the pages name somebody: the sheet has no better name to give.
    """
    stays = [
        Left(each.where, each.before, f"stays in the original pages; the front sheet gives {each.after}")
        for each in plan.replacements
        if each.kind is not ReplacementKind.PRONOUN
    ]
    held = [Left(called("the whole document"), "", plan.held)] if plan.held else []
    return replace(plan, replacements=(), left=(*plan.left, *stays, *held), holds=plan.vacant)
