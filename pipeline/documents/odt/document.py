"""Read an OpenDocument text (.odt) into a ``Document``, from its own markup.

Source: OASIS OpenDocument 1.3 part 3 (content, styles and metadata schemas).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from pipeline.documents.grid import without_empty_rows
from pipeline.documents.headings import HeadingLevels
from pipeline.documents.odt.struck import struck_out
from pipeline.documents.odt.styles import (
    DRAW,
    OFFICE,
    TABLE,
    TEXT,
    XLINK,
    OdtStyles,
    TextLook,
    read_odt_metadata,
    read_odt_styles,
)
from pipeline.documents.packages import Package, open_package
from pipeline.documents.source import Source
from pipeline.documents.word.package import parse_member
from pipeline.errors import UnreadableCode
from pipeline.model.documents import (
    Block,
    BlockKind,
    Cell,
    Document,
    DocumentFlag,
    DocumentFormat,
    Picture,
    Region,
    Span,
)
from pipeline.places import Place, PlaceKind, body_paragraph

Element = etree._Element

SAVE_AGAIN = "Open it in LibreOffice or Word and save it again as .docx."
_MAX_REPEAT = 200
_MEDIA_TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "svg": "image/svg+xml",
    **{ending: f"image/{ending}" for ending in ("emf", "wmf", "svm", "bmp", "tif", "tiff", "webp")},
}


def read_odt(source: Source, *, package: Package | None = None) -> Document:
    """Read an OpenDocument text; places are told as for a Word file.

    ``package`` is its zip where that is open already, and is closed here.

    Raises:
        DocumentError: it is damaged, locked, hostile, too large, or holds no words.
    """
    with package or open_package(source) as archive:
        try:
            return _read(source, archive)
        except KeyError as error:
            raise source.refusal(UnreadableCode.DAMAGED, f"has lost its text. {SAVE_AGAIN}") from error


def _read(source: Source, archive: Package) -> Document:
    members = archive.NameToInfo
    if "META-INF/manifest.xml" in members and b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise source.refusal(
            UnreadableCode.ENCRYPTED, "is locked with a password. Open it, take the password off and save it again."
        )
    content = parse_member(archive.read("content.xml"), "content.xml")
    margins = parse_member(archive.read("styles.xml"), "styles.xml") if "styles.xml" in members else None
    styles = read_odt_styles(content, margins)
    reader = _OdtReader(archive, styles, pictures=source.pictures)
    headers, footers = reader.margins(margins)
    body = next(content.iter(OFFICE + "text"), None)
    if body is None:
        raise source.refusal(UnreadableCode.DAMAGED, f"has lost its text. {SAVE_AGAIN}")
    main = list(reader.blocks(body, _Here()))
    blocks = [*headers, *main, *reader.notes, *footers, *reader.comments]
    if not any(block.text.strip() for block in blocks if block.region is not Region.COMMENT):
        raise source.refusal(UnreadableCode.NO_TEXT, "opens but holds no words. Check that it is the right file.")
    flags = set()
    if reader.comments:
        flags.add(DocumentFlag.COMMENTS)
    if next(content.iter(TEXT + "tracked-changes"), None) is not None:
        flags.add(DocumentFlag.TRACKED_CHANGES)
    if any(name.startswith(("Basic/", "Scripts/")) and not name.endswith("/") for name in members):
        flags.add(DocumentFlag.MACROS)
    if "META-INF/documentsignatures.xml" in members:
        flags.add(DocumentFlag.SIGNED)
    if any(name.startswith(("Object ", "ObjectReplacements/")) for name in members):
        flags.add(DocumentFlag.EMBEDDED_FILES)
    return source.document(
        DocumentFormat.ODT,
        blocks,
        metadata=read_odt_metadata(archive),
        flags=flags,
        struck_out=struck_out((content, margins), styles),
    )


@dataclass(frozen=True, slots=True)
class _Here:
    """Where the reading stands."""

    place: Place | None = None
    region: Region = Region.BODY
    list_level: int = -1
    list_style: str | None = None


@dataclass(frozen=True, slots=True)
class _Held:
    """The paragraph being read, and the pictures found in it."""

    here: _Here
    where: Place
    pictures: list[Block]


_MARGINS = (
    ("header", PlaceKind.PAGE_HEADER, Region.PAGE_HEADER),
    ("footer", PlaceKind.PAGE_FOOTER, Region.PAGE_FOOTER),
)


class _OdtReader:
    def __init__(self, archive: Package, styles: OdtStyles, *, pictures: bool) -> None:
        self._archive = archive
        self._styles = styles
        self._pictures = pictures
        self._levels = HeadingLevels()
        self._paragraphs = 0
        self._tables: dict[Place | None, int] = {}
        self._boxes = 0
        self._waiting: list[tuple[Element, _Here]] = []
        self.notes: list[Block] = []
        self.comments: list[Block] = []

    def margins(self, styles: Element | None) -> tuple[list[Block], list[Block]]:
        """Return the page headers and the page footers, each text once."""
        found: dict[Region, list[Block]] = {Region.PAGE_HEADER: [], Region.PAGE_FOOTER: []}
        style = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
        for master in () if styles is None else styles.iter(style + "master-page"):
            for name, kind, region in _MARGINS:
                for margin in master.iterchildren(style + name):
                    seen = {block.text for block in found[region]}
                    here = _Here(Place(kind), region)
                    found[region].extend(block for block in self.blocks(margin, here) if block.text not in seen)
        return found[Region.PAGE_HEADER], found[Region.PAGE_FOOTER]

    def blocks(self, container: Element, here: _Here) -> Iterator[Block]:
        """Yield the blocks in ``container``."""
        for child in container:
            tag = child.tag
            if tag in (TEXT + "p", TEXT + "h"):
                yield from self._paragraph(child, here)
            elif tag == TEXT + "list":
                style = child.get(TEXT + "style-name") or here.list_style
                inner = _Here(here.place, here.region, here.list_level + 1, style)
                for item in child.iterchildren(TEXT + "list-item", TEXT + "list-header"):
                    yield from self.blocks(item, inner)
            elif tag == TABLE + "table":
                yield self._table(child, here)
                yield from self._drain()
            elif tag == DRAW + "frame":
                yield from self._frame(child, here, here.place)
                yield from self._drain()
            elif tag not in (TEXT + "tracked-changes", OFFICE + "forms", TEXT + "sequence-decls") and len(child):
                yield from self.blocks(child, here)

    def _paragraph(self, element: Element, here: _Here) -> Iterator[Block]:
        where = here.place
        if where is None:
            self._paragraphs += 1
            where = body_paragraph(self._paragraphs)
        style_name = element.get(TEXT + "style-name")
        pictures: list[Block] = []
        held = _Held(here, where, pictures)
        spans = tuple(_joined(self._spans(element, self._styles.look(style_name), None, held)))
        if any(span.text.strip() for span in spans):
            yield self._text_block(element, spans, here, where, style_name)
        yield from pictures
        yield from self._drain()

    def _text_block(
        self, element: Element, spans: tuple[Span, ...], here: _Here, where: Place, style_name: str | None
    ) -> Block:
        given = element.get(TEXT + "outline-level", "1") if element.tag == TEXT + "h" else ""
        level = int(given) if given.isdigit() else self._styles.title_level(style_name)
        if level and here.region in (Region.BODY, Region.TEXT_BOX):
            return Block(BlockKind.HEADING, where, spans, here.region, self._levels.settle(level))
        if here.list_level >= 0:
            ordered = self._styles.is_ordered(here.list_style, here.list_level)
            return Block(BlockKind.LIST_ITEM, where, spans, here.region, here.list_level, ordered)
        return Block(BlockKind.PARAGRAPH, where, spans, here.region)

    def _drain(self) -> Iterator[Block]:
        while self._waiting:
            element, here = self._waiting.pop(0)
            yield from self.blocks(element, here)

    def _spans(self, element: Element, look: TextLook, link: str | None, held: _Held) -> Iterator[Span]:
        if element.text:
            yield Span(_collapse(element.text), look.bold, look.italic, link)
        for child in element:
            tag = child.tag
            if tag == TEXT + "s":
                given = child.get(TEXT + "c", "1")
                yield Span(" " * min(int(given) if given.isdigit() else 1, _MAX_REPEAT), look.bold, look.italic, link)
            elif tag in (TEXT + "tab", TEXT + "line-break"):
                yield Span("\t" if tag == TEXT + "tab" else "\n", look.bold, look.italic, link)
            elif tag == TEXT + "note":
                self._note(child)
            elif tag == OFFICE + "annotation":
                self._comment(child)
            elif tag == DRAW + "frame":
                held.pictures.extend(self._frame(child, held.here, held.where))
            elif tag == TEXT + "a":
                target = child.get(XLINK + "href") or link
                yield from self._spans(child, look, target, held)
            elif isinstance(tag, str):
                inner = look.over(self._styles.look(child.get(TEXT + "style-name"))) if tag == TEXT + "span" else look
                yield from self._spans(child, inner, link, held)
            if child.tail:
                yield Span(_collapse(child.tail), look.bold, look.italic, link)

    def _note(self, element: Element) -> None:
        kind = PlaceKind.ENDNOTE if element.get(TEXT + "note-class") == "endnote" else PlaceKind.FOOTNOTE
        number = len({block.where for block in self.notes if block.where.leads_through(kind)}) + 1
        for body in element.iterchildren(TEXT + "note-body"):
            self.notes.extend(self.blocks(body, _Here(Place(kind, number), Region.FOOTNOTE)))

    def _comment(self, element: Element) -> None:
        here = _Here(Place(PlaceKind.COMMENT, len({block.where for block in self.comments}) + 1), Region.COMMENT)
        self.comments.extend(self.blocks(element, here))

    def _frame(self, frame: Element, here: _Here, where: Place | None) -> Iterator[Block]:
        for box in frame.iterchildren(DRAW + "text-box"):
            self._boxes += 1
            inside = here.region in (Region.PAGE_HEADER, Region.PAGE_FOOTER)
            place = Place(PlaceKind.TEXT_BOX, self._boxes, here.place if inside else None)
            self._waiting.append((box, _Here(place, here.region if inside else Region.TEXT_BOX)))
        names = [image.get(XLINK + "href", "") for image in frame.iterchildren(DRAW + "image")]
        # One picture may be there in several kinds, as a drawing and for older programs.
        for name in sorted(names, key=lambda each: not each.lower().endswith((".png", ".jpg", ".jpeg", ".gif"))):
            media_type = _MEDIA_TYPES.get(name.rsplit(".", 1)[-1].lower())
            if media_type is not None and name in self._archive.NameToInfo:
                content = self._archive.read(name) if self._pictures else b""
                picture = Picture(content, media_type, _description(frame))
                yield Block(BlockKind.PICTURE, where or body_paragraph(1), region=here.region, picture=picture)
                return

    def _table(self, table: Element, here: _Here) -> Block:
        number = self._tables[here.place] = self._tables.get(here.place, 0) + 1
        is_inner = here.place is not None and here.place.leads_through(PlaceKind.COLUMN)
        place = Place(PlaceKind.INNER_TABLE if is_inner else PlaceKind.TABLE, number, here.place)
        rows = []
        for row_number, (row, header) in enumerate(_rows(table, in_header=False), start=1):
            in_row = place.inside(PlaceKind.ROW, row_number)
            # Covered cells are left out: the cell that spans them says so itself.
            cells = [
                self._cell(cell, _Here(in_row.inside(PlaceKind.COLUMN, column), here.region), header=header)
                for column, cell in enumerate(row.iterchildren(TABLE + "table-cell"), start=1)
            ]
            rows.append(tuple(cells))
        return Block(BlockKind.TABLE, place, region=here.region, rows=without_empty_rows(rows))

    def _cell(self, cell: Element, inside: _Here, *, header: bool) -> Cell:
        """Return one cell; one that is repeated is as wide as all of them, its words once."""
        columns, down = _count(cell, "number-columns-spanned"), _count(cell, "number-rows-spanned")
        columns = max(columns, _count(cell, "number-columns-repeated"))
        return Cell(tuple(self.blocks(cell, inside)), columns, down, header)


def _rows(table: Element, *, in_header: bool) -> Iterator[tuple[Element, bool]]:
    for child in table:
        if child.tag == TABLE + "table-row":
            # A repeated row whose cells are all covered counts as often as it is meant; of others the words stand once.
            begins = next(child.iterchildren(TABLE + "table-cell"), None) is not None
            yield from [(child, in_header)] * (1 if begins else _count(child, "number-rows-repeated"))
        elif child.tag == TABLE + "table-header-rows":
            yield from _rows(child, in_header=True)
        elif child.tag in (TABLE + "table-rows", TABLE + "table-row-group"):
            yield from _rows(child, in_header=in_header)


def _count(cell: Element, name: str) -> int:
    given = cell.get(TABLE + name, "1")
    return min(max(int(given), 1), _MAX_REPEAT) if given.isdigit() else 1


def _description(frame: Element) -> str:
    for name in ("desc", "title"):
        for held in frame.iterchildren("{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}" + name):
            return (held.text or "").strip()
    return ""


def _collapse(text: str) -> str:
    """White space in the markup is one space; more of it is written as elements of its own."""
    if "\n" not in text and "  " not in text and "\t" not in text:
        return text
    words = " ".join(text.split())
    return f"{' ' if text[0].isspace() else ''}{words}{' ' if words and text[-1].isspace() else ''}"


def _joined(spans: Iterator[Span]) -> Iterator[Span]:
    last: Span | None = None
    for span in spans:
        if last is None:
            last = span
        elif (last.bold, last.italic, last.link) == (span.bold, span.italic, span.link):
            last = Span(last.text + span.text, last.bold, last.italic, last.link)
        else:
            yield last
            last = span
    if last is not None and last.text:
        yield last
