"""Show a person the place of a document that a value was read from, so that they can decide without opening it.

Of a PDF a picture of that part of the page, drawn as it looks; of everything else what stands there and round it, as it
was read. Runs in a child (``documents.sandbox``): the program itself opens no document. Where the words are not found
at the place nothing is marked, and ``say_shown`` says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from pipeline.documents import prepare_readers, read_document_bytes
from pipeline.documents.pdf.marked import PagePart, draw_place
from pipeline.documents.png import size_of_png
from pipeline.documents.sandbox.calls import Caller, ContainedCalls
from pipeline.documents.source import Source
from pipeline.errors import DocumentError
from pipeline.model.documents import DocumentFormat
from pipeline.pages.marked_blocks import MarkedBlocks, ShownBlock, mark_blocks
from pipeline.pages.showable import readable
from pipeline.places import Place, PlaceKind
from pipeline.policies.places_asked import AskedPlace, VersionFile

_SECONDS = 30.0
"""So long a document may take that a person waits for; a picture takes half a second."""
_MEMORY_BYTES = 768 * 1024 * 1024
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
    file: str = ""
    """The name of the file that it is a place of."""
    marked: tuple[str, ...] = ()
    """What is marked, in the words of the document."""
    around: str = ""
    """The words of the place; long ones cut at both ends."""
    png: bytes = b""
    """The part of the page as it looks; empty where the document has no pages of its own."""
    narrow: bytes = b""
    """The same for a telephone: as wide as its screen, round the marks. Empty of a page that is shown whole."""
    blocks: tuple[ShownBlock, ...] = ()
    """What stands at the place and round it, where there is no picture."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture in dots, two of them a dot of the screen."""
        return size_of_png(self.png) or (0, 0)

    @property
    def narrow_size(self) -> tuple[int, int]:
        """The same of the narrow picture."""
        return size_of_png(self.narrow) or (0, 0)

    @property
    def is_sound(self) -> bool:
        """Whether what a child handed over as pictures are some, and none that is too large."""
        pictures = [each for each in (self.png, self.narrow) if each]
        return all(len(each) <= _MOST_PNG_BYTES and size_of_png(each) is not None for each in pictures)


@dataclass(frozen=True, slots=True)
class ShownPlaces:
    """What a question is about, shown."""

    places: tuple[ShownPlace, ...] = ()
    problem: str = ""
    """Why nothing can be shown, in a sentence."""


def open_showing() -> ContainedCalls:
    """Return a child in which ``show_asked`` has a document opened, within limits.

    One for each question: a file that took over its child shows nothing of another.
    """
    return ContainedCalls(prepare_showing, timeout_seconds=_SECONDS, memory_bytes=_MEMORY_BYTES)


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
        found = [_of_part(where, draw_place(source, where, words)) for where in places]
    else:
        document = read_document_bytes(source.content, shown_as=source.shown_as, format=document_format, pictures=False)
        found = [_of_blocks(where, mark_blocks(document, where, words)) for where in places]
    return tuple(replace(each, file=source.name) for each in found)


def show_asked(call: Caller, files: Sequence[VersionFile], asked: AskedPlace) -> ShownPlaces:
    """Return the places of a policy's document that the office is asked about; ``call`` opens its files in a child.

    Of a policy whose local appendix is a file of its own, a place counts in the one in which the words stand at it.
    """
    if not files:
        return ShownPlaces(problem="The document cannot be shown: it is not as the register kept it.")
    places = asked.places[:MOST_PLACES]
    try:
        shown = [
            call(
                show_places,
                each.source,
                each.format,
                [place.without(PlaceKind.APPENDIX) for place in places],
                asked.words,
            )
            for each in files
        ]
    except DocumentError as error:
        return ShownPlaces(problem=f"The place cannot be shown: {error}")
    chosen = [_of_files(*each) for each in zip(places, zip(*shown, strict=True), strict=True)]
    return ShownPlaces(
        tuple(each if each.is_sound else replace(each, how=HowShown.NOWHERE, png=b"", narrow=b"") for each in chosen)
    )


def _of_files(where: Place, several: Sequence[ShownPlace]) -> ShownPlace:
    """Return a place in the file that it is of; of two that both have the words at such a place, in neither."""
    appendix = where.leads_through(PlaceKind.APPENDIX)
    marked = several if len(several) == 1 else several[1:] if appendix else [each for each in several if each.marked]
    return replace(marked[0], where=where) if len(marked) == 1 else ShownPlace(where, HowShown.NOWHERE)


def _of_part(where: Place, part: PagePart | None) -> ShownPlace:
    if part is None:
        return ShownPlace(where, HowShown.NOWHERE)
    how = HowShown.SCAN if part.is_scan else _how(part.marked, exact=part.exact)
    around = _around(part.around, part.marked)
    return ShownPlace(where, how, marked=_readable(part.marked), around=around, png=part.png, narrow=part.narrow)


def _of_blocks(where: Place, found: MarkedBlocks | None) -> ShownPlace:
    if found is None:
        return ShownPlace(where, HowShown.NOWHERE)
    how = _how(found.marked, exact=found.exact)
    around = _around(found.around, found.marked)
    return ShownPlace(where, how, marked=_readable(found.marked), around=around, blocks=found.blocks)


def _how(marked: Sequence[str], *, exact: bool) -> HowShown:
    if not marked:
        return HowShown.UNMARKED
    return HowShown.MARKED if exact else HowShown.WHOLE


def _readable(marked: Sequence[str]) -> tuple[str, ...]:
    return tuple(map(readable, marked))


def _around(lines: Sequence[str], marked: Sequence[str]) -> str:
    """Return the words of a place on one line; of a long one those round what is marked first."""
    text = readable(" ".join(" ".join(lines).split()))
    at = max(0, text.find(marked[0])) if marked else 0
    first = max(0, at - _LONGEST_AROUND // 2)
    last = min(len(text), max(first + _LONGEST_AROUND, at + len(marked[0]) if marked else 0))
    return f"{'… ' if first else ''}{text[first:last]}{' …' if last < len(text) else ''}"


def say_shown(shown: ShownPlace) -> str:
    """Return in a sentence what a place shows, for the person who looks at it; empty where the mark says it all."""
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


def describe_picture(shown: ShownPlace) -> str:
    """Return what a person who cannot see the picture of a place is told of it."""
    page = shown.where.number_of(PlaceKind.PAGE)
    part = "All of" if shown.how is HowShown.SCAN else "Part of"
    marked = f" Marked: “{'”, “'.join(shown.marked)}”." if shown.how is HowShown.MARKED else ""
    around = f" The words there: “{shown.around}”." if shown.around else ""
    return f"{part} page {page} of {shown.file}.{marked}{around}"
