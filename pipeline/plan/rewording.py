"""The same replacements on the ``Document`` model, for sources that are no Word files (text, OpenDocument, .doc)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.documents.source import plain_name
from pipeline.model.contacts import Directory
from pipeline.model.documents import Block, BlockKind, Cell, Document, Span
from pipeline.model.facts import Contact
from pipeline.places import CellPlace
from pipeline.plan.header import HeaderFacts, Wanted
from pipeline.plan.planning import plan_copy
from pipeline.plan.values import Replacement, ReplacementPlan
from pipeline.text.passages import Passage, PassageLink
from pipeline.text.sheet import sheet_of


def regenerate_document(
    document: Document, stated: Sequence[Contact], directory: Directory, *, header: HeaderFacts | None = None
) -> tuple[Document, ReplacementPlan]:
    """Return the document with the contacts of ``directory`` in its words, and the plan that was carried out.

    ``header`` is what the register knows of the policy. A held document comes back as it was.

    Raises:
        RenderError: a field in double braces is unknown or empty.
    """
    passages = passages_of(document)
    plan = plan_copy(passages, Wanted(stated, directory, header), shown_as=f"“{plain_name(document.path)}”")
    if plan.holds or not plan.replacements:
        return document, plan
    return reworded_document(document, [plan.of_passage(index) for index in range(len(passages))]), plan


def reworded_document(document: Document, replacements: Sequence[Sequence[Replacement]]) -> Document:
    """Return the document with replacements made, those of each paragraph as ``passages_of`` gives them.

    A link whose new target is empty is no link any more.
    """
    blocks = sheet_of(document).paragraphs
    changed = iter([_changed(block, mine) for block, mine in zip(blocks, replacements, strict=True)])
    return replace(document, blocks=tuple(_rebuilt(block, changed) for block in document.blocks))


def passages_of(document: Document) -> list[Passage]:
    """Return the paragraphs of a document, those in tables included, in reading order."""
    sheet = sheet_of(document)
    return [_passage(block, sheet[index]) for index, block in enumerate(sheet.paragraphs)]


def _rebuilt(block: Block, changed: Iterator[Block]) -> Block:
    if not block.rows:
        return next(changed)
    rows = tuple(tuple(_rebuilt_cell(cell, changed) for cell in row) for row in block.rows)
    return replace(block, rows=rows)


def _rebuilt_cell(cell: Cell, changed: Iterator[Block]) -> Cell:
    return replace(cell, blocks=tuple(_rebuilt(block, changed) for block in cell.blocks))


@dataclass(frozen=True, slots=True)
class _Stretch:
    """One span and where it stands in its block."""

    span: Span
    start: int
    end: int


def _stretches(block: Block) -> list[_Stretch]:
    stretches: list[_Stretch] = []
    position = 0
    for span in block.spans:
        stretches.append(_Stretch(span, position, position + len(span.text)))
        position += len(span.text)
    return stretches


def _links(block: Block) -> list[PassageLink]:
    """The links of a block; neighbouring spans of one target are one link."""
    links: list[PassageLink] = []
    for each in _stretches(block):
        if each.span.link is None:
            continue
        if links and links[-1].end == each.start and links[-1].target == each.span.link:
            links[-1] = PassageLink(links[-1].start, each.end, each.span.link)
        else:
            links.append(PassageLink(each.start, each.end, each.span.link))
    return links


def _passage(block: Block, cell: CellPlace | None) -> Passage:
    heading = block.kind is BlockKind.HEADING
    where = block.where if cell is None else replace(block.where, cell=cell)
    return Passage(where, block.text, block.region, tuple(_links(block)), heading)


def _changed(block: Block, replacements: Sequence[Replacement]) -> Block:
    if not replacements:
        return block
    links = _links(block)
    targets = {links[each.link]: each.after for each in replacements if each.link is not None}
    words = [each for each in replacements if each.link is None]
    return replace(block, spans=tuple(_changed_span(each, words, targets) for each in _stretches(block)))


def _changed_span(stretch: _Stretch, words: Sequence[Replacement], targets: dict[PassageLink, str]) -> Span:
    text = stretch.span.text
    for each in reversed(words):
        start, end = max(each.start, stretch.start), min(each.end, stretch.end)
        if start < end:
            new = each.after if start == each.start else ""
            text = text[: start - stretch.start] + new + text[end - stretch.start :]
    link = stretch.span.link
    for known, target in targets.items():
        if link is not None and known.start <= stretch.start and stretch.end <= known.end:
            link = target or None
    return replace(stretch.span, text=text, link=link)
