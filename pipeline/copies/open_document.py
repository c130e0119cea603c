"""Put the contacts of one school after the other into a document that stays open: what a child keeps between calls.

The child that runs this opens no other policy: a file that takes it over can spoil copies of itself alone.
"""

import hashlib
from dataclasses import dataclass

from pipeline.copies.copy import Naming, Part
from pipeline.copies.rewording import Original, open_original, open_word, reword
from pipeline.documents.source import Source
from pipeline.model.documents import DocumentFormat
from pipeline.word.regenerate import OpenedDocx

_MOST_OPEN = 2
"""A policy and its local appendix."""


@dataclass(frozen=True, slots=True)
class _Opened:
    """A document as it was opened first."""

    original: Original
    word: OpenedDocx | None
    """Of a Word file that is patched: the same, with the plans of earlier schools."""


_open: dict[tuple[str, DocumentFormat, str], _Opened] = {}


def reword_kept(source: Source, document_format: DocumentFormat, naming: Naming) -> Part:
    """As ``rewording.reword_source``; the document is opened for the first school alone.

    Raises:
        RenderError: as ``reword``.
        DocumentError: it cannot be read.
    """
    key = (hashlib.sha256(source.content).hexdigest(), document_format, source.shown_as)
    opened = _open.get(key)
    if opened is None:
        original = open_original(source, document_format)
        opened = _Opened(original, open_word(original) if original.is_patched else None)
        while len(_open) >= _MOST_OPEN:
            del _open[next(iter(_open))]
        _open[key] = opened
    return reword(opened.original, naming, opened.word)
