"""Read a Word file (.docx, .docm) into a ``Document``: the walk's paragraphs become blocks."""

from collections.abc import Iterable, Iterator, Mapping

from lxml import etree

from pipeline.documents.headings import HeadingLevels
from pipeline.documents.packages import SAVE_AGAIN, Package, open_package
from pipeline.documents.source import Source
from pipeline.documents.word.active import active_fields, active_relationships, is_remote, members_with_relationships
from pipeline.documents.word.blocks import StoryReader
from pipeline.documents.word.controls import prompt_of
from pipeline.documents.word.fields import moving_dates
from pipeline.documents.word.marks import MarkElements, marks_in
from pipeline.documents.word.names import RELATIONSHIP_ID, is_on, w
from pipeline.documents.word.package import (
    Relationship,
    WordPart,
    main_member,
    parsed,
    read_relationships,
    word_members,
)
from pipeline.documents.word.struck import struck_out
from pipeline.documents.word.styles import StyleSheet
from pipeline.documents.word.walk import walk_paragraphs
from pipeline.errors import UnreadableCode
from pipeline.model.documents import Block, BlockKind, Document, DocumentFlag, DocumentFormat, Region

Element = etree._Element

_CORE = {
    "{http://purl.org/dc/elements/1.1/}title": "title",
    "{http://purl.org/dc/elements/1.1/}creator": "author",
    "{http://purl.org/dc/elements/1.1/}subject": "subject",
    "{http://purl.org/dc/terms/}created": "created",
    "{http://purl.org/dc/terms/}modified": "modified",
}
_LONGEST_PROMPT = 60
_MOST_PROMPTS = 3
_EMBEDDED = frozenset({"oleObject", "package", "control"})


def read_docx(
    source: Source, document_format: DocumentFormat = DocumentFormat.DOCX, *, package: Package | None = None
) -> Document:
    """Read a Word file; ``package`` is its zip where that is open already; it stays so, with what is parsed here.

    Raises:
        DocumentError: it is damaged, locked, hostile, too large, or holds no words.
    """
    return _WordReader(source, package or open_package(source)).read(document_format)


class _WordReader:
    def __init__(self, source: Source, archive: Package) -> None:
        self._source = source
        self._archive = archive
        self._main = main_member(archive) or ""
        self._relationships = read_relationships(archive, self._main)
        self._notes: list[str] = []
        self._flags: set[DocumentFlag] = set()

    def read(self, document_format: DocumentFormat) -> Document:
        parts = word_members(self._archive)
        roots = {part.member: parsed(self._archive, part.member) for part in parts}
        if self._main not in roots:
            raise self._source.refusal(UnreadableCode.DAMAGED, f"has lost its text. {SAVE_AGAIN}")
        marks = {member: marks_in(self._archive, member, root) for member, root in roots.items()}
        styles = self._style_sheet()
        shown = self._shown_margins(marks[self._main])
        levels = HeadingLevels()
        blocks: list[Block] = []
        seen_margins: set[tuple[Region, str]] = set()
        for part in parts:
            root, mine = roots[part.member], marks[part.member]
            if mine.changes:
                self._flags.add(DocumentFlag.TRACKED_CHANGES)
            if part.repeats or (part.region in _MARGINS and part.member not in shown):
                continue
            found = self._part_blocks(root, mine, part, styles, levels)
            if part.region in _MARGINS:
                words = (part.region, "\n".join(block.text for block in found))
                if words in seen_margins:
                    continue
                seen_margins.add(words)
            blocks.extend(found)
        self._refuse_wordless(blocks)
        self._flag_package(roots, marks)
        return self._source.document(
            document_format,
            blocks,
            metadata=self._metadata(),
            flags=self._flags,
            notes=dict.fromkeys(self._notes),
            moving_dates=(words for member, root in roots.items() for words in moving_dates(root, marks[member])),
            struck_out=dict.fromkeys(
                words for member, root in roots.items() for words in struck_out(root, marks[member])
            ),
        )

    def _part_blocks(
        self, root: Element, marks: MarkElements, part: WordPart, styles: StyleSheet, levels: HeadingLevels
    ) -> list[Block]:
        own = part.member == self._main
        relationships = self._relationships if own else read_relationships(self._archive, part.member)
        reader = StoryReader(self._archive, relationships, styles, levels, marks, pictures=self._source.pictures)
        paragraphs = walk_paragraphs(root, part, hidden_styles=styles.hidden, marks=marks)
        found = reader.read(paragraphs)
        prompts = dict.fromkeys(prompt for control in marks.controls if (prompt := prompt_of(control)))
        if prompts:
            quoted = ", ".join(f"“{prompt[:_LONGEST_PROMPT]}”" for prompt in list(prompts)[:_MOST_PROMPTS])
            self._notes.append(f"Places to fill in were left empty and count as blank: {quoted}.")
        if any(relationship.kind == "aFChunk" for relationship in relationships.values()):
            self._notes.append("A file inserted as a whole was not read; open the document in Word and save it again.")
        return found

    def _style_sheet(self) -> StyleSheet:
        return StyleSheet(self._single("styles"), self._single("numbering"))

    def _single(self, kind: str) -> bytes | None:
        for relationship in self._relationships.values():
            if relationship.kind == kind and relationship.target in self._archive.NameToInfo:
                return self._archive.read(relationship.target)
        return None

    def _shown_margins(self, marks: MarkElements) -> frozenset[str]:
        """The page headers and footers that Word shows: those for first and for even pages only where switched on."""
        first = any(
            is_on(mark.get(w("val"))) for section in marks.sections for mark in section.iterchildren(w("titlePg"))
        )
        shown = set()
        for section in marks.sections:
            for reference in section.iterchildren(w("headerReference"), w("footerReference")):
                kind = reference.get(w("type"), "default")
                relationship = self._relationships.get(reference.get(RELATIONSHIP_ID, ""))
                wanted = kind == "default" or (kind == "first" and first) or (kind == "even" and self._even_pages())
                if relationship is not None and wanted:
                    shown.add(relationship.target)
        return frozenset(shown)

    def _even_pages(self) -> bool:
        settings = self._single("settings")
        return settings is not None and b"evenAndOddHeaders" in settings

    def _refuse_wordless(self, blocks: Iterable[Block]) -> None:
        if any(block.text.strip() for block in blocks if block.region is not Region.COMMENT):
            return
        if any(block.kind is BlockKind.PICTURE for block in blocks):
            what = "holds only pictures, perhaps a scan, and no words. Put the text itself into the document."
        else:
            what = "opens but holds no words. Check that it is the right file."
        raise self._source.refusal(UnreadableCode.NO_TEXT, what)

    def _flag_package(self, roots: Mapping[str, Element], marks: Mapping[str, MarkElements]) -> None:
        if any(root.tag == w("comments") and len(root) for root in roots.values()):
            self._flags.add(DocumentFlag.COMMENTS)
        for relationship in (*self._relationships.values(), *read_relationships(self._archive, "").values()):
            if relationship.kind == "vbaProject":
                self._flags.add(DocumentFlag.MACROS)
            elif relationship.kind in _EMBEDDED:
                self._flags.add(DocumentFlag.EMBEDDED_FILES)
            elif relationship.kind == "origin" or relationship.target.startswith("_xmlsignatures/"):
                self._flags.add(DocumentFlag.SIGNED)
        if any(each.kind == "attachedTemplate" and is_remote(each) for each in self._settings_relationships()):
            self._flags.add(DocumentFlag.EXTERNAL_TEMPLATE)
        linked = any(active_relationships(self._archive, each) for each in members_with_relationships(self._archive))
        if linked or any(next(active_fields(each), None) is not None for each in marks.values()):
            self._flags.add(DocumentFlag.ACTIVE_CONTENT)

    def _settings_relationships(self) -> Iterator[Relationship]:
        for relationship in self._relationships.values():
            if relationship.kind == "settings":
                yield from read_relationships(self._archive, relationship.target).values()

    def _metadata(self) -> dict[str, str]:
        for relationship in read_relationships(self._archive, "").values():
            if relationship.kind == "core-properties" and relationship.target in self._archive.NameToInfo:
                root = parsed(self._archive, relationship.target)
                return {
                    _CORE[child.tag]: (child.text or "").strip()
                    for child in root
                    if child.tag in _CORE and (child.text or "").strip()
                }
        return {}


_MARGINS = frozenset({Region.PAGE_HEADER, Region.PAGE_FOOTER})
