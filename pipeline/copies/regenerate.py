"""Make the copies of one policy: the stage between the register and ``distribution/copies/``.

A Word file is patched, read again and set as a PDF; a PDF goes behind a front sheet; every other format is reworded on
the model and set as a PDF. All also become a web page, a PDF where its words could be read and put right. A local
appendix in a file of its own is reworded apart and comes behind.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from pipeline.changes.appendix import HEADING
from pipeline.copies.parts import LocalAppendix, join_documents, join_plans, stated_in
from pipeline.documents.office import find_office
from pipeline.errors import RenderError
from pipeline.last_look.check import with_last_check
from pipeline.model import Contact, Directory, Document, DocumentFlag, DocumentFormat, Facts, ShownDirectory
from pipeline.pages.front_sheet import front_sheet_pdf, left_in_the_original, office_copy_pdf
from pipeline.pages.html import render_html
from pipeline.pages.joining import accessibility_notes, join
from pipeline.pages.layout import lay_out
from pipeline.pages.office import OfficeError, office_pages
from pipeline.pages.page_notes import PageReading, page_notes
from pipeline.pages.pdf import FrontBlock, document_date, set_policy
from pipeline.plan.contacts import plan_replacements
from pipeline.plan.header import HeaderFacts
from pipeline.plan.rewording import passages_of, regenerate_document
from pipeline.plan.values import Left, ReplacementPlan
from pipeline.word.active import without_active_content

_ACTIVE = frozenset({DocumentFlag.ACTIVE_CONTENT, DocumentFlag.EXTERNAL_TEMPLATE})


@dataclass(frozen=True, slots=True)
class Copy:
    """The copies of one policy with the contacts of a day."""

    docx: bytes | None
    """The patched Word file; None where the source is none."""
    pdf: bytes
    plan: ReplacementPlan
    """What changed and what did not. ``held``: the files must not go out, they hold the words as they were."""
    notes: tuple[str, ...] = ()
    """One sentence each on what the PDF could not show as it is, such as a picture without a description."""
    html: str | None = None
    """The same as a web page; None where ``notes`` say why there is none."""
    appendix_docx: bytes | None = None
    """The patched Word file of the local appendix, where there is one and it is a Word file."""


@dataclass(frozen=True, slots=True)
class CopyStyle:
    """How copies are made, the same for all of a school."""

    templates: Path | None = None
    """The school's own templates folder."""
    links: Mapping[str, str] = field(default_factory=dict)
    """The names of other policies and the address of the PDF copy of each."""
    pdf: Literal["typst", "libreoffice"] = "typst"
    """What sets the pages of a Word file."""
    find_office: Callable[[], str | None] = find_office
    pdf_address: str | None = None
    """Where the PDF lies, as seen from the web page."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A document with the contacts of the day in its words: a whole policy, or its local appendix."""

    document: Document
    """What a web page shows; of a PDF the words put right, while its pages stay."""
    plan: ReplacementPlan
    docx: bytes | None = None
    original: bytes | None = None
    """The PDF whose pages are kept."""
    page_notes: tuple[str, ...] = ()
    """Of a PDF: what its pages would have to say otherwise, a sentence each."""
    no_page: str | None = None
    """Why there is no web page of it; None where there is."""


def make_copy(
    content: bytes,
    document: Document,
    facts: Facts,
    directory: ShownDirectory,
    front: FrontBlock,
    *,
    header: HeaderFacts | None = None,
    style: CopyStyle = CopyStyle(),
    appendix: LocalAppendix | None = None,
) -> Copy:
    """Make the copies of a document with the contacts of ``directory``.

    ``content`` is the file and ``document`` the same, read; ``facts.contacts`` is whom it names in roles. ``header``
    (``header.header_facts``) is what the register knows of the policy: the dates, approval and version of the
    document's own header block follow it, and ``{{ policy.next_review }}`` fields are filled from it. ``style`` is how
    the copy is to look. ``appendix`` comes behind, reworded apart.

    Raises:
        RenderError: a copy could not be made, or not proved; a field in double braces is unknown or empty.
        DocumentError: the patched Word file could not be read again.
    """
    if appendix is None:
        return _set(_reworded(content, document, facts.contacts, directory, header), front, style)
    part = _reworded(content, document, stated_in(document, facts.contacts), directory, header)
    named = stated_in(appendix.document, facts.contacts)
    own_header = replace(header, changes=()) if header is not None else None
    local = _reworded(appendix.content, appendix.document, named, directory, own_header)
    return _set_with_appendix(part, local, front, style)


def _reworded(
    content: bytes, document: Document, stated: Sequence[Contact], directory: Directory, header: HeaderFacts | None
) -> _Part:
    if document.format is DocumentFormat.DOCX and content.startswith(b"PK"):
        return _reworded_word(content, document, stated, directory, header)
    if document.format is DocumentFormat.PDF:
        return _reworded_pdf(content, document, stated, directory, header)
    words, planned = regenerate_document(document, stated, directory, header=header)
    plan = with_last_check(words, planned, directory)
    return _Part(words if plan.held == planned.held else document, plan)


def _reworded_word(
    content: bytes, document: Document, stated: Sequence[Contact], directory: Directory, header: HeaderFacts | None
) -> _Part:
    from pipeline.documents import read_document_bytes
    from pipeline.word.regenerate import regenerate_docx

    shown_as = f"“{Path(document.path).name}”"
    patched = regenerate_docx(content, stated, directory, header=header, shown_as=shown_as)
    read_again, copied = document, patched.content
    if patched.content != content:
        read_again = read_document_bytes(patched.content, shown_as=document.path, format=DocumentFormat.DOCX)
    plan = with_last_check(read_again, patched.plan, directory)
    if plan.held != patched.plan.held:
        # A held copy has the words as they were.
        read_again, copied, plan = document, content, replace(plan, rows=())
    if not _ACTIVE & document.flags:
        return _Part(read_again, plan, copied)
    # Last, since what is in an object was to be searched for former holders first.
    inert = without_active_content(copied)
    shown = read_document_bytes(inert, shown_as=document.path, format=DocumentFormat.DOCX)
    if shown.text != read_again.text or _ACTIVE & shown.flags:
        raise RenderError(
            f"{shown_as} fetches or starts something when it is opened, and that could not be taken out of its copy; "
            "it was not written. In Word, break its links (File, Info, Edit Links to Files) and save it again."
        )
    return _Part(shown, plan, inert)


def _reworded_pdf(
    content: bytes, document: Document, stated: Sequence[Contact], directory: Directory, header: HeaderFacts | None
) -> _Part:
    """Plan what a front sheet must say; the words of the web page are put right where all of them safely can be."""
    reading = PageReading(passages_of(document), stated, directory, header)
    pages = plan_replacements(reading.passages, stated, directory)
    plan = with_last_check(document, left_in_the_original(pages), directory, may_hold=False)
    plan = replace(plan, left=plan.left + _unfilled_fields(document))
    part = _Part(document, plan, original=content, page_notes=page_notes(reading, pages, plan.unknown))
    if why := unfit_for_a_page(document):
        return replace(part, no_page=why)
    try:
        words, done = regenerate_document(document, stated, directory)
    except RenderError as error:
        return replace(part, no_page=error.reason.rstrip("."))
    held = with_last_check(words, done, directory).held
    why = f"not all of its contacts can be put right ({held})" if held else None
    return replace(part, document=words, no_page=why)


def unfit_for_a_page(document: Document) -> str | None:
    """Return why the words of a document are no page of their own: some were not read, or may be wrong; else None."""
    if DocumentFlag.SCANNED_PAGES in document.flags:
        return "some of its pages are pictures, and their words were not read"
    if DocumentFlag.MACHINE_READ in document.flags:
        return "its words were read by machine from pictures and may be wrong"
    return None


def _set(part: _Part, front: FrontBlock, style: CopyStyle, *, behind: bool = False) -> Copy:
    """Return the copy of one part: its pages, and its web page.

    ``behind``: its pages come behind those of a policy; where LibreOffice set them they need no front sheet again.
    """
    if part.original is not None:
        metadata = part.document.metadata
        sheet = front_sheet_pdf(part.original, front, part.page_notes, metadata=metadata, templates=style.templates)
        notes, html = (*sheet.notes, *accessibility_notes(part.original)), None
        if part.no_page is None:
            html = _page(part.document, front, style, from_pdf=True)
        else:
            notes = (*notes, f"There is no web page of it beside the PDF: {part.no_page}.")
        return Copy(None, sheet.pdf, part.plan, notes, html)
    notes = lay_out(part.document).notes
    if part.docx is not None and style.pdf == "libreoffice":
        try:
            original = office_pages(part.docx, part.document, front.title, find=style.find_office)
        except OfficeError as error:
            notes = (str(error), *notes)
        else:
            made_on = front.made_on or document_date(part.document.metadata)
            html = _page(part.document, front, style)
            if behind:
                return Copy(part.docx, original, part.plan, notes, html)
            made = office_copy_pdf(original, front, made_on, style.templates)
            return Copy(part.docx, made.pdf, part.plan, (*notes, *made.notes), html)
    pages = set_policy(part.document, front, templates=style.templates, links=style.links)
    return Copy(part.docx, pages.pdf, part.plan, (*notes, *pages.notes), _page(part.document, front, style))


def _set_with_appendix(part: _Part, local: _Part, front: FrontBlock, style: CopyStyle) -> Copy:
    """Return one copy of both: one run of pages where both are set here, else the pages of one behind the other."""
    both = replace(part, document=join_documents(part.document, local.document), plan=join_plans(part.plan, local.plan))
    if part.original is None and local.original is None and style.pdf == "typst":
        return replace(_set(both, front, style), appendix_docx=local.docx)
    first = _set(part, front, style)
    behind = _set(local, replace(front, title=f"{front.title}: {HEADING.lower()}"), style, behind=True)
    html = None
    if part.no_page is None and local.no_page is None:
        html = _page(both.document, front, style, from_pdf=part.original is not None or local.original is not None)
    return Copy(
        part.docx,
        join(first.pdf, behind.pdf, front.title),
        both.plan,
        tuple(dict.fromkeys((*first.notes, *behind.notes))),
        html,
        local.docx,
    )


def _page(document: Document, front: FrontBlock, style: CopyStyle, *, from_pdf: bool = False) -> str:
    return render_html(
        document,
        front,
        templates=style.templates,
        links=style.links,
        pdf_address=style.pdf_address,
        from_pdf=from_pdf,
    )


def _unfilled_fields(document: Document) -> tuple[Left, ...]:
    """Fields like ``{{ dsl.name }}`` on the pages of a PDF, which stay as they are: somebody should know."""
    return tuple(
        Left(
            block.where,
            block.text[start : start + 40],
            "a field in double braces is not filled in a PDF: fill it in the source",
        )
        for block in document.walk()
        if not block.rows and (start := block.text.find("{{")) >= 0
    )
