"""Read a Markdown file (.md) with its headings, lists and tables; of HTML in it the words are read, and nothing runs.

Source: CommonMark 0.31, with tables as GitHub writes them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.documents.headings import HeadingLevels
from pipeline.documents.source import Source
from pipeline.documents.text import decode_text
from pipeline.errors import UnreadableCode
from pipeline.model.documents import Block, BlockKind, Cell, Document, DocumentFormat, Span
from pipeline.places import Place, PlaceKind

if TYPE_CHECKING:
    from markdown_it.token import Token

_NO_PICTURES = "Its pictures are left out, since they are files of their own. Save it as a Word document to keep them."
_LINE_BREAK = ("<br", "<br>", "<br/>", "<br />")


def read_markdown(source: Source) -> Document:
    """Read a Markdown file.

    Places read ``line 5``, the line on which a paragraph begins, and ``table 1, row 2, column 1``. Lines of a
    paragraph stay lines.

    Raises:
        DocumentError: ``too-large``, ``damaged`` (bytes that are no text), ``no-text``.
    """
    from markdown_it import MarkdownIt

    text, notes = decode_text(source)
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    blocks = [block for block in _MarkdownReader(tokens).blocks() if block.text.strip()]
    if not blocks:
        raise source.refusal(UnreadableCode.NO_TEXT, "holds no words. Check that it is the right file.")
    has_pictures = any(child.type == "image" for token in tokens for child in token.children or ())
    return source.document(DocumentFormat.MD, blocks, notes=(*notes, _NO_PICTURES) if has_pictures else notes)


class _MarkdownReader:
    def __init__(self, tokens: Sequence["Token"]) -> None:
        self._tokens = iter(tokens)
        self._levels = HeadingLevels()
        self._lists: list[bool] = []
        """Of each list that is open, outermost first, whether it is numbered."""
        self._tables = 0

    def blocks(self) -> Iterator[Block]:
        """Yield the blocks of the file."""
        heading = 0
        for token in self._tokens:
            where = Place(PlaceKind.LINE, token.map[0] + 1) if token.map else Place(PlaceKind.LINE, 1)
            if token.type in ("bullet_list_open", "ordered_list_open"):
                self._lists.append(token.type.startswith("ordered"))
            elif token.type in ("bullet_list_close", "ordered_list_close"):
                self._lists.pop()
            elif token.type == "heading_open":
                heading = self._levels.settle(int(token.tag[1:]))
            elif token.type == "heading_close":
                heading = 0
            elif token.type == "table_open":
                yield self._table()
            elif token.type == "inline" and heading:
                yield Block(BlockKind.HEADING, where, _spans(token), level=heading)
            elif token.type == "inline":
                yield self._in_list(Block(BlockKind.PARAGRAPH, where, _spans(token)))
            elif token.type in ("fence", "code_block", "html_block"):
                words = _words_of_html(token.content) if token.type == "html_block" else token.content
                yield self._in_list(Block(BlockKind.PARAGRAPH, where, (Span(words.strip("\n")),)))

    def _in_list(self, block: Block) -> Block:
        if not self._lists:
            return block
        return replace(block, kind=BlockKind.LIST_ITEM, level=len(self._lists) - 1, ordered=self._lists[-1])

    def _table(self) -> Block:
        self._tables += 1
        place = Place(PlaceKind.TABLE, self._tables)
        rows: list[list[Cell]] = []
        is_header = False
        for token in self._tokens:
            if token.type == "table_close":
                break
            if token.type == "tr_open":
                rows.append([])
            elif token.type in ("th_open", "td_open"):
                is_header = token.type == "th_open"
            elif token.type == "inline":
                row = place.inside(PlaceKind.ROW, len(rows))
                where = row.inside(PlaceKind.COLUMN, len(rows[-1]) + 1)
                block = Block(BlockKind.PARAGRAPH, where, _spans(token))
                rows[-1].append(Cell((block,), header=is_header))
        return Block(BlockKind.TABLE, place, rows=tuple(map(tuple, rows)))


def _spans(inline: "Token") -> tuple[Span, ...]:
    """Return the words of a paragraph: bold, slanted, linked; a tag gives nothing but a line break."""
    spans, bold, italic = [], 0, 0
    links: list[str | None] = [None]
    for token in inline.children or ():
        bold += {"strong_open": 1, "strong_close": -1}.get(token.type, 0)
        italic += {"em_open": 1, "em_close": -1}.get(token.type, 0)
        if token.type == "link_open":
            links.append(str(token.attrs.get("href", "")) or None)
        elif token.type == "link_close":
            links.pop()
        text = token.content if token.type in ("text", "code_inline", "text_special") else ""
        is_break = token.type == "html_inline" and token.content.casefold() in _LINE_BREAK
        if is_break or token.type in ("softbreak", "hardbreak"):
            text = "\n"
        if text:
            spans.append(Span(text, bold > 0, italic > 0, links[-1]))
    return tuple(spans)


def _words_of_html(content: str) -> str:
    """Return the words of a stretch of HTML, a line each; scripts, styles and comments give none."""
    from lxml import etree, html

    if not content.strip():
        return ""
    try:
        tree = html.fragment_fromstring(content, create_parent="div")
    except etree.ParserError:
        return ""
    etree.strip_elements(tree, etree.Comment, etree.ProcessingInstruction, "script", "style", with_tail=False)
    words = (" ".join(each.split()) for each in tree.itertext())
    return "\n".join(each for each in words if each)
