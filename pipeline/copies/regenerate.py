"""Make the copies of one policy: the stage between the register and ``distribution/copies/``.

A Word file is patched, read again and set as a PDF; a PDF goes behind a front sheet; every other format is reworded on
the model and set as a PDF.
"""

from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.copies.contacts import plan_replacements
from pipeline.copies.front_sheet import front_sheet_pdf, left_in_the_original
from pipeline.copies.header import HeaderFacts
from pipeline.copies.layout import lay_out
from pipeline.copies.pdf import FrontBlock, render_pdf
from pipeline.copies.plan import Left, ReplacementPlan
from pipeline.copies.rewording import passages_of, regenerate_document
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


def make_copy(
    content: bytes,
    document: Document,
    facts: Facts,
    directory: Directory,
    front: FrontBlock,
    *,
    templates: Path | None = None,
    header: HeaderFacts | None = None,
) -> Copy:
    """Make the copies of a document with the contacts of ``directory``.

    ``content`` is the file and ``document`` the same, read; ``facts.contacts`` is whom it names in roles. ``header``
    (``header.header_facts``) is what the register knows of the policy: the dates, approval and version of the
    document's own header block follow it, and ``{{ policy.next_review }}`` fields are filled from it.

    Raises:
        RenderError: a copy could not be made, or not proved; a field in double braces is unknown or empty.
        DocumentError: the patched Word file could not be read again.
    """
    if document.format is DocumentFormat.DOCX and content.startswith(b"PK"):
        return _from_word(content, document, facts, directory, front, templates, header)
    if document.format is DocumentFormat.PDF:
        plan = plan_replacements(passages_of(document), facts.contacts, directory)
        pdf = front_sheet_pdf(content, front, plan, metadata=document.metadata, templates=templates)
        plan = left_in_the_original(plan)
        return Copy(None, pdf, replace(plan, left=plan.left + _unfilled_fields(document)))
    changed, plan = regenerate_document(document, facts.contacts, directory, header=header)
    return Copy(None, render_pdf(changed, front, templates=templates), plan, lay_out(document).notes)


def _from_word(
    content: bytes,
    document: Document,
    facts: Facts,
    directory: Directory,
    front: FrontBlock,
    templates: Path | None,
    header: HeaderFacts | None,
) -> Copy:
    from pipeline.copies.docx import regenerate_docx
    from pipeline.documents import read_document_bytes

    shown_as = f"“{Path(document.path).name}”"
    patched = regenerate_docx(content, facts.contacts, directory, header=header, shown_as=shown_as)
    read_again = document
    if patched.content != content:
        read_again = read_document_bytes(patched.content, shown_as=document.path, format=DocumentFormat.DOCX)
    pdf = render_pdf(read_again, front, templates=templates)
    return Copy(patched.content, pdf, patched.plan, lay_out(read_again).notes)


def _unfilled_fields(document: Document) -> tuple[Left, ...]:
    """Fields like ``{{ dsl.name }}`` on the pages of a PDF, which stay as they are: somebody should know."""
    return tuple(
        Left(block.where, block.text[start : start + 40], "a field in double braces that is not filled")
        for block in document.walk()
        if not block.rows and (start := block.text.find("{{")) >= 0
    )
