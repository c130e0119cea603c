"""A PDF that came as a PDF: a front sheet with the contacts of the day, then the original pages as they are.

The words of its pages are not changed; the sheet says which pages name a person who no longer holds the role.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from pipeline.documents.sandbox.calls import Caller, call_here
from pipeline.documents.source import Source
from pipeline.pages.joining import JoinedPdf, join_behind
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

_TEMPLATE = "copies/front-sheet.typ"
NOT_CHANGED = "The policy’s own pages follow. They were not changed."
AS_THEY_ARE = (
    "The policy’s own pages follow as they are in the original. Where they name another person in one of the roles "
    "above, use the details on this sheet."
)
AS_IN_WORD = "The policy’s own pages follow, as they look in Word, with the contacts above."


def front_sheet_pdf(
    original: bytes,
    front: FrontBlock,
    notes: Sequence[str] = (),
    *,
    agrees: bool = True,
    metadata: Mapping[str, str] | None = None,
    templates: Path | None = None,
    call: Caller = call_here,
) -> PolicyPages:
    """Return the original PDF behind a front sheet, with notes on it; the tags of both are kept.

    ``notes`` say what in the original is no longer right (``page_notes``). ``agrees``: nobody stands in it who is not
    on the sheet, and all of it was read; only then it is said that nothing was changed. ``metadata`` as in
    ``Document``; ``call`` opens the original.

    Raises:
        RenderError: the original cannot be opened for copying, or the template cannot be used.
    """
    made_on = front.made_on or document_date(metadata or {})
    about = NOT_CHANGED if agrees and not notes else AS_THEY_ARE
    signs, joined = _behind_sheet(original, front, about, notes, made_on, templates, call)
    return PolicyPages(joined.pdf, signs, joined.notes)


def office_copy_pdf(
    pages: bytes, front: FrontBlock, made_on: date | None, templates: Path | None, call: Caller = call_here
) -> PolicyPages:
    """Return the pages that LibreOffice set of a Word copy behind a front sheet; the tags of both are kept.

    Raises:
        RenderError: the pages cannot be opened for copying, or the template cannot be used.
    """
    signs, joined = _behind_sheet(pages, front, AS_IN_WORD, (), made_on, templates, call)
    return PolicyPages(joined.pdf, signs)


def _behind_sheet(
    original: bytes,
    front: FrontBlock,
    about: str,
    notes: Sequence[str],
    made_on: date | None,
    templates: Path | None,
    call: Caller,
) -> tuple[tuple[str, ...], JoinedPdf]:
    def make(attempt: Attempt) -> bytes:
        shown = [showable(note, attempt.missing) for note in notes]
        fields = {**front_fields(front, attempt), "about": about, "notes": shown}
        pictures = logo_picture(attempt.look)
        return set_pages(_TEMPLATE, fields, attempt.made_on, templates, look=attempt.look, pictures=pictures)

    sheet, done = set_in_the_end(_TEMPLATE, Attempt(load_look(templates), made_on), make)
    joined = call(join_behind, Source(original, f"{front.title}.pdf"), sheet, readable(front.title))
    return boxes_on_front(front, done.missing), joined
