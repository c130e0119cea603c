"""Set the pages of a copy, whose words ``rewording`` has put right: a Word file and every
other format as a PDF, a PDF behind a front sheet. All also become a web page, a PDF where its words could be read and
put right. A local appendix in a file of its own is reworded apart and comes behind.
"""

from collections.abc import Sequence
from dataclasses import replace

from pipeline.changes.appendix import HEADING
from pipeline.copies.copy import Copy, CopyStyle, Reworded
from pipeline.copies.parts import join_documents, join_plans
from pipeline.documents.sandbox.calls import Caller, call_here
from pipeline.documents.source import Source
from pipeline.model.contacts import ReplacementKind
from pipeline.model.documents import Document
from pipeline.pages.front_sheet import front_sheet_pdf, office_copy_pdf
from pipeline.pages.html import render_html
from pipeline.pages.joining import join_behind
from pipeline.pages.layout import notes_on_pictures
from pipeline.pages.office import OfficeError, office_pages
from pipeline.pages.pdf import FrontBlock, document_date, set_policy
from pipeline.plan.values import Replacement
from pipeline.reasons.reason import because


def set_copy(
    policy: Reworded, appendix: Reworded | None, front: FrontBlock, style: CopyStyle, *, call: Caller = call_here
) -> Copy:
    """Set the pages and the web page of a document whose words were put right, and of its local appendix behind it.

    ``call`` opens what files of others the pages are made of; nothing else here opens one.

    Raises:
        RenderError: a copy could not be made.
        DocumentError: a file brought down the child that opened it.
    """
    front = replace(front, owner=_owner_of_today(front, policy.part.put_right))
    if appendix is None:
        return _set(policy, front, style, call)
    return _set_with_appendix(policy, appendix, front, style, call)


def _owner_of_today(front: FrontBlock, put_right: Sequence[Replacement]) -> str | None:
    """Return who looks after a policy with every name that is another's where the document says it.

    "June Holt, Designated Safeguarding Lead": the one who leads today looks after it.
    """
    owner = front.owner
    for each in put_right:
        if owner and each.kind is ReplacementKind.NAME and str(each.where) == front.owner_at:
            owner = owner.replace(" ".join(each.before.split()), each.after)
    return owner


def _set(made: Reworded, front: FrontBlock, style: CopyStyle, call: Caller, *, behind: bool = False) -> Copy:
    """Return the copy of one part: its pages, and its web page.

    ``behind``: its pages come behind those of a policy; where LibreOffice set them they need no front sheet again.
    """
    part = made.part
    if part.keeps_pages:
        metadata = part.document.metadata
        sheet = front_sheet_pdf(
            made.file.content,
            front,
            part.page_notes,
            agrees=part.agrees,
            metadata=metadata,
            templates=style.templates,
            call=call,
        )
        notes, html = (*sheet.notes, *sheet.of_original), None
        if part.no_page is None:
            html = _page(part.document, front, style, from_pdf=True)
        else:
            notes = (*notes, str(because("no-web-page", why=part.no_page)))
        return Copy(None, sheet.pdf, part.plan, notes, html)
    notes = notes_on_pictures(part.document)
    if part.docx is not None and style.pdf == "libreoffice":
        try:
            original = office_pages(part.docx, part.document, front.title, find=style.find_office, call=call)
        except OfficeError as error:
            notes = (str(error), *notes)
        else:
            made_on = front.made_on or document_date(part.document.metadata)
            html = _page(part.document, front, style)
            if behind:
                return Copy(part.docx, original, part.plan, notes, html)
            copy = office_copy_pdf(original, front, made_on, style.templates, call)
            return Copy(part.docx, copy.pdf, part.plan, (*notes, *copy.notes), html)
    pages = set_policy(part.document, front, templates=style.templates, links=style.links)
    return Copy(part.docx, pages.pdf, part.plan, (*notes, *pages.notes), _page(part.document, front, style))


def _set_with_appendix(policy: Reworded, appendix: Reworded, front: FrontBlock, style: CopyStyle, call: Caller) -> Copy:
    """Return one copy of both: one run of pages where both are set here, else the pages of one behind the other."""
    part, local = policy.part, appendix.part
    both = replace(part, document=join_documents(part.document, local.document), plan=join_plans(part.plan, local.plan))
    if not part.keeps_pages and not local.keeps_pages and style.pdf == "typst":
        return replace(_set(replace(policy, part=both), front, style, call), appendix_docx=local.docx)
    first = _set(policy, front, style, call)
    behind = _set(appendix, replace(front, title=f"{front.title}: {HEADING.lower()}"), style, call, behind=True)
    html = None
    if part.no_page is None and local.no_page is None:
        html = _page(both.document, front, style, from_pdf=part.keeps_pages or local.keeps_pages)
    return Copy(
        part.docx,
        call(join_behind, Source(behind.pdf, f"{front.title}.pdf"), first.pdf, front.title).pdf,
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
