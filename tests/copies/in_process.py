"""A copy made in the process of a test, of a document that it has read."""

from pipeline.copies.copy import Copy, CopyStyle, Naming, Reworded
from pipeline.copies.rewording import Original, reword
from pipeline.copies.setting import set_copy
from pipeline.documents.source import Source
from pipeline.model.contacts import ShownDirectory
from pipeline.model.documents import Document
from pipeline.model.facts import Facts
from pipeline.pages.pdf import FrontBlock
from pipeline.plan.header import HeaderFacts


def make_copy(
    content: bytes,
    document: Document,
    facts: Facts,
    directory: ShownDirectory,
    front: FrontBlock,
    *,
    header: HeaderFacts | None = None,
    style: CopyStyle = CopyStyle(),
    appendix: Original | None = None,
) -> Copy:
    """Make the copies of a document with the contacts of ``directory``; ``appendix`` comes behind, reworded apart."""
    naming = Naming(facts.contacts, directory, header, in_parts=appendix is not None)
    source = Source(content, document.path)
    whole = Reworded(reword(Original.read(source, document), naming), source)
    if appendix is None:
        return set_copy(whole, None, front, style)
    local = reword(appendix, naming.for_appendix())
    return set_copy(whole, Reworded(local, appendix.source), front, style)
