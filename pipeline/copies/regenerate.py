"""Make the copies of one policy: the stage between the register and ``distribution/copies/``.

A Word file is patched, read again and set as a PDF; a PDF goes behind a front sheet; every other format is reworded on
the model and set as a PDF. All but a PDF also become a web page.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from pipeline.copies.contacts import plan_replacements
from pipeline.copies.front_sheet import front_sheet_pdf, left_in_the_original, office_copy_pdf
from pipeline.copies.header import HeaderFacts
from pipeline.copies.html import render_html
from pipeline.copies.joining import accessibility_notes
from pipeline.copies.layout import lay_out
from pipeline.copies.office import OfficeError, office_pages
from pipeline.copies.pdf import FrontBlock, document_date, render_pdf
from pipeline.copies.plan import Left, ReplacementPlan
from pipeline.copies.rewording import passages_of, regenerate_document
from pipeline.documents.office import find_office
from pipeline.model import Directory, Document, DocumentFormat, Facts


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
    """The same as a web page; None where the source is a PDF, whose pages are kept as they are."""


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


def make_copy(
    content: bytes,
    document: Document,
    facts: Facts,
    directory: Directory,
    front: FrontBlock,
    *,
    templates: Path | None = None,
    header: HeaderFacts | None = None,
    style: CopyStyle | None = None,
) -> Copy:
    """Make the copies of a document with the contacts of ``directory``.

    ``content`` is the file and ``document`` the same, read; ``facts.contacts`` is whom it names in roles. ``header``
    (``header.header_facts``) is what the register knows of the policy: the dates, approval and version of the
    document's own header block follow it, and ``{{ policy.next_review }}`` fields are filled from it. ``style`` is how
    the copy is to look; without it, as ``templates`` say and with Typst.

    Raises:
        RenderError: a copy could not be made, or not proved; a field in double braces is unknown or empty.
        DocumentError: the patched Word file could not be read again.
    """
    style = style or CopyStyle(templates)
    if document.format is DocumentFormat.DOCX and content.startswith(b"PK"):
        return _from_word(content, document, facts, directory, front, style, header)
    if document.format is DocumentFormat.PDF:
        plan = plan_replacements(passages_of(document), facts.contacts, directory)
        pdf = front_sheet_pdf(content, front, plan, metadata=document.metadata, templates=style.templates)
        plan = left_in_the_original(plan)
        plan = replace(plan, left=plan.left + _unfilled_fields(document))
        return Copy(None, pdf, plan, accessibility_notes(content))
    changed, plan = regenerate_document(document, facts.contacts, directory, header=header)
    return _set(changed, front, style, Copy(None, b"", plan))


def _from_word(
    content: bytes,
    document: Document,
    facts: Facts,
    directory: Directory,
    front: FrontBlock,
    style: CopyStyle,
    header: HeaderFacts | None,
) -> Copy:
    from pipeline.copies.docx import regenerate_docx
    from pipeline.documents import read_document_bytes

    shown_as = f"“{Path(document.path).name}”"
    patched = regenerate_docx(content, facts.contacts, directory, header=header, shown_as=shown_as)
    read_again = document
    if patched.content != content:
        read_again = read_document_bytes(patched.content, shown_as=document.path, format=DocumentFormat.DOCX)
    copy = Copy(patched.content, b"", patched.plan)
    if style.pdf == "typst":
        return _set(read_again, front, style, copy)
    try:
        pages = office_pages(patched.content, read_again, front.title, find=style.find_office)
    except OfficeError as error:
        copy = _set(read_again, front, style, copy)
        return replace(copy, notes=(str(error), *copy.notes))
    made_on = front.made_on or document_date(read_again.metadata)
    pdf = office_copy_pdf(pages, front, made_on, style.templates)
    return replace(copy, pdf=pdf, html=_page(read_again, front, style), notes=lay_out(read_again).notes)


def _set(document: Document, front: FrontBlock, style: CopyStyle, copy: Copy) -> Copy:
    """Add to a copy the PDF that Typst sets of its document, and the web page."""
    pdf = render_pdf(document, front, templates=style.templates, links=style.links)
    return replace(copy, pdf=pdf, html=_page(document, front, style), notes=lay_out(document).notes)


def _page(document: Document, front: FrontBlock, style: CopyStyle) -> str:
    return render_html(document, front, templates=style.templates, links=style.links)


def _unfilled_fields(document: Document) -> tuple[Left, ...]:
    """Fields like ``{{ dsl.name }}`` on the pages of a PDF, which stay as they are: somebody should know."""
    return tuple(
        Left(block.where, block.text[start : start + 40], "a field in double braces that is not filled")
        for block in document.walk()
        if not block.rows and (start := block.text.find("{{")) >= 0
    )
