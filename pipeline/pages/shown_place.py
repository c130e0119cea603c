"""Show a person the place of a document that a value was read from, so that they can decide without opening it.

Of a PDF a picture of that part of the page, drawn as it looks; of everything else what stands there and round it, as it
was read. Runs in a child (``documents.sandbox``): the program itself opens no document. Where the words are not found
at the place nothing is marked, and ``say_shown`` says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from pipeline.documents import prepare_readers, read_document_bytes
from pipeline.documents.pdf.marked import PagePart, draw_place
from pipeline.documents.png import size_of_png
from pipeline.documents.source import Source
from pipeline.model import Document, DocumentFormat
from pipeline.pages.marked_blocks import MarkedBlocks, ShownBlock, mark_blocks
from pipeline.pages.showable import readable
from pipeline.places import Place, PlaceKind

MOST_PLACES = 3
"""Of what is said in several places, so many are shown."""
_MOST_PNG_BYTES = 8 * 1024 * 1024
_LONGEST_AROUND = 240


class HowShown(StrEnum):
    """How a place is shown."""

    MARKED = "marked"
    """The words are marked where they stand."""
    WHOLE = "whole"
    """They stand there more than once; the whole place is marked."""
    UNMARKED = "unmarked"
    """The place is shown, but the words were not found at it."""
    SCAN = "scan"
    """The page is a picture; it is shown whole."""
    NOWHERE = "nowhere"
    """It cannot be shown."""


@dataclass(frozen=True, slots=True)
class ShownPlace:
    """One place of a document, shown."""

    where: Place
    how: HowShown
    marked: tuple[str, ...] = ()
    """What is marked, in the words of the document."""
    around: str = ""
    """The words of the place; long ones cut at both ends."""
    png: bytes = b""
    """The part of the page as it looks; empty where the document has no pages of its own."""
    blocks: tuple[ShownBlock, ...] = ()
    """What stands at the place and round it, where there is no picture."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture in dots."""
        return size_of_png(self.png) or (0, 0)

    @property
    def is_sound(self) -> bool:
        """Whether what a child handed over as a picture is one, and none that is too large."""
        return not self.png or (len(self.png) <= _MOST_PNG_BYTES and size_of_png(self.png) is not None)


def prepare_showing() -> None:
    """Load what showing a place needs, for a process that others are forked from."""
    prepare_readers()


def show_places(
    source: Source, document_format: DocumentFormat, places: Sequence[Place], words: str
) -> tuple[ShownPlace, ...]:
    """Return places of a document, the words that were read from them marked.

    Raises:
        DocumentError: the document cannot be read.
    """
    if document_format is DocumentFormat.PDF:
        return tuple(_of_part(where, draw_place(source, where, words)) for where in places)
    document = _read(source, document_format)
    return tuple(_of_blocks(where, mark_blocks(document, where, words)) for where in places)


def _read(source: Source, document_format: DocumentFormat) -> Document:
    return read_document_bytes(source.content, shown_as=source.shown_as, format=document_format, pictures=False)


def _of_part(where: Place, part: PagePart | None) -> ShownPlace:
    if part is None:
        return ShownPlace(where, HowShown.NOWHERE)
    how = HowShown.SCAN if part.is_scan else _how(part.marked, exact=part.exact)
    return ShownPlace(where, how, part.marked, _around(part.around, part.marked), part.png)


def _of_blocks(where: Place, found: MarkedBlocks | None) -> ShownPlace:
    if found is None:
        return ShownPlace(where, HowShown.NOWHERE)
    how = _how(found.marked, exact=found.exact)
    return ShownPlace(where, how, found.marked, _around(found.around, found.marked), blocks=found.blocks)


def _how(marked: Sequence[str], *, exact: bool) -> HowShown:
    if not marked:
        return HowShown.UNMARKED
    return HowShown.MARKED if exact else HowShown.WHOLE


def _around(lines: Sequence[str], marked: Sequence[str]) -> str:
    """Return the words of a place on one line; of a long one those round what is marked first."""
    text = readable(" ".join(" ".join(lines).split()))
    at = max(0, text.find(marked[0])) if marked else 0
    first = max(0, at - _LONGEST_AROUND // 2)
    last = min(len(text), max(first + _LONGEST_AROUND, at + len(marked[0]) if marked else 0))
    return f"{'… ' if first else ''}{text[first:last]}{' …' if last < len(text) else ''}"


def say_shown(shown: ShownPlace) -> str:
    """Return in a sentence what a place shows, for whoever looks at it; empty where the mark says it all."""
    match shown.how:
        case HowShown.MARKED:
            return ""
        case HowShown.WHOLE:
            return "The words stand here more than once, so all of the place is marked."
        case HowShown.UNMARKED:
            return "The place is shown, but the words could not be marked in it: look for them."
        case HowShown.SCAN:
            return "This page is a scan, a picture without words, so nothing can be marked on it: look for them."
    return "The place cannot be shown. Open the document and look there."


def describe_picture(shown: ShownPlace, file: str) -> str:
    """Return what somebody who cannot see the picture of a place is told of it; ``file`` is the document's name."""
    page = shown.where.number_of(PlaceKind.PAGE)
    part = "The whole of" if shown.how is HowShown.SCAN else "Part of"
    marked = f" Marked: “{'”, “'.join(shown.marked)}”." if shown.how is HowShown.MARKED else ""
    around = f" The words there: “{shown.around}”." if shown.around else ""
    return f"{part} page {page} of {file}.{marked}{around}"
