"""Turn a ``Document`` into what the page template sets: plain values that go to Typst as JSON, never as code.

``pdf.render_pdf`` adds the front block and sets the pages. The shapes here and ``templates/copies/policy.typ`` are two
halves of one agreement: ``{"k": "h" | "p" | "pair" | "list" | "table" | "pic" | "box" | "toc", …}``. ``html`` shows the
same.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from pipeline.model.documents import Block, BlockKind, Document, Picture, Region
from pipeline.pages.cover import FrontWords, without_cover
from pipeline.pages.grid import column_widths, grid_of, is_tight
from pipeline.pages.own_contents import bare, entry_words, find_own_contents
from pipeline.pages.policy_links import PolicyNames, names_of
from pipeline.pages.shaping import body_of, shaped
from pipeline.pages.showable import readable, reads_from_the_right, showable
from pipeline.places import APPENDIX, Place
from pipeline.text.addresses import ADDRESS

WITHOUT_DESCRIPTION = "Picture without a description"
_WORDS_A_PAGE = 420
_CONTENTS_FROM_PAGES = 4
_CONTENTS_FROM_HEADINGS = 6
_CONTENTS_OF_HEADINGS_FROM_PAGES = 1.5
"""What has many headings on less has each of them in sight."""
_LONGEST_CONTENTS = 30
"""Headings in the contents, beyond which it lists the main ones alone: it is to fit beside the front block."""
_LINK = re.compile(r"(?:https?://|mailto:|tel:)[^\s\x00-\x1f\x7f]{1,2000}$", re.IGNORECASE)
_PRINTED_ADDRESS = re.compile(
    rf"(?:https?://|\bwww\.)[^\s<>\"“”]*[\w/#=&-]|\b{ADDRESS.pattern}\b(?<=[A-Za-z]{{2}})", re.IGNORECASE
)
_PAGE_NUMBER = re.compile(r"^[\W_]*(?:page)?[\W_]*\d*[\W_]*(?:of)?[\W_]*\d*[\W_]*$", re.IGNORECASE)
_AT_THE_EDGES = "At the head and foot of the original’s pages"
_NO_LINKS: Mapping[str, str] = MappingProxyType({})
_BULLETS = frozenset("•◦▪▫■□●○‣⁃–—-*·o\uf0b7\uf0a7\uf0d8")
_TYPED_BULLET = re.compile(r"^\s*[•◦▪▫■●○‣⁃]\s+")
"""A bullet that a writer typed into an item which has one; twice it would be read out twice."""
_MOST_PIXELS = 60_000_000
_INKS = 4
_DEEPEST_LIST = 8
_LONGEST_REPEATED = 100
_FEW_WORDS = 12
_USUAL_LOGO_MM, _LEAST_LOGO_MM, _WIDEST_LOGO_MM = 25.0, 12.0, 40.0
NOTHING_SAID = FrontWords()

Node = dict[str, Any]
"""One block as the template takes it."""


@dataclass(frozen=True, slots=True)
class LaidOutDocument:
    """A document ready for the template."""

    blocks: tuple[Node, ...]
    pictures: tuple[tuple[str, bytes], ...]
    """File name and content of every picture the blocks name."""
    contents: bool
    """Long enough for a list of contents."""
    notes: tuple[str, ...]
    """One sentence each on what could not be shown as it is."""
    contents_level: int = 3
    """The lowest level of the headings in the contents; 2 is the highest."""
    logo: "Logo | None" = None
    """The document's own, which stands beside the title."""


@dataclass(frozen=True, slots=True)
class Logo:
    """The picture at the head of a document."""

    name: str
    """Of its file, one of ``LaidOutDocument.pictures``."""
    width_mm: float
    description: str
    """Empty where the author gave none: it is read out as the school's name."""


@dataclass(slots=True)
class _Builder:
    missing: frozenset[str]
    with_pictures: bool
    policies: PolicyNames
    for_screen: bool
    pictures: list[tuple[str, bytes]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    numbers: dict[int, int] = field(default_factory=dict)
    """The last number of each level's list, as long as it may carry on."""
    linked: bool = True
    """Whether a link may stand where the builder is."""

    def shown(self, text: str) -> str:
        """Return a text as it can be shown where the copy is read."""
        return readable(text) if self.for_screen else showable(text, self.missing)


def lay_out(
    document: Document,
    *,
    missing: frozenset[str] = frozenset(),
    pictures: bool = True,
    said: FrontWords = NOTHING_SAID,
    links: Mapping[str, str] = _NO_LINKS,
    for_screen: bool = False,
    crest: bool = False,
) -> LaidOutDocument:
    """Return the body of a copy: headings that never skip a level, nested lists, tables on whole grids, pictures.

    Comments are left out. Page headers and footers of the original come last, once each, page numbers left out;
    footnotes before them. What the document's own cover repeats of ``said`` (what the front block says) is left out,
    and so are lines at the pages' edges that only repeat it. ``missing`` as in ``showable``; without ``pictures`` each
    is named in words. ``links``: addresses by the names of other policies. ``for_screen``: a screen has a shape for
    every character and breaks its own lines. ``crest``: the school's own stands at the head, and the document's not.
    """
    builder = _Builder(missing, pictures, names_of(links), for_screen)
    headers = [each for each in document.blocks if each.region is Region.PAGE_HEADER]
    cover = without_cover(
        body_of(document), headers, said, lambda each: _shown_ending(each.picture, builder) is not None
    )
    logo = _logo(cover.logo, builder) if cover.logo is not None and not crest else None
    builder.notes += [
        f"{each.where}: a picture at the head could not be shown in the PDF copy" for each in cover.unseen
    ]
    nodes, printed = _with_own_contents(cover.blocks, builder)
    _even_headings(nodes)
    nodes += _behind(document, said, cover.logo, builder)
    contents = _wants_contents(document, nodes)
    if printed is not None and contents and not for_screen:
        _leave_to_contents(printed, nodes)
    level = _contents_level(nodes)
    return LaidOutDocument(tuple(nodes), tuple(builder.pictures), contents, tuple(builder.notes), level, logo)


def notes_on_pictures(document: Document) -> tuple[str, ...]:
    """Return what ``lay_out`` has to say of a document, which is of its pictures alone."""
    return lay_out(document).notes if _has_picture(document.blocks) else ()


def _has_picture(blocks: Sequence[Block]) -> bool:
    return any(
        block.kind is BlockKind.PICTURE
        or block.picture is not None
        or any(_has_picture(cell.blocks) for row in block.rows for cell in row)
        for block in blocks
    )


def _behind(document: Document, said: FrontWords, logo: Block | None, builder: _Builder) -> list[Node]:
    """Set what comes behind the body: footnotes, and what stands at the edges of the original's pages."""
    nodes: list[Node] = []
    notes = [each for each in document.blocks if each.region is Region.FOOTNOTE]
    if notes:
        nodes = [{"k": "h", "l": 2, "s": [{"t": "Notes"}]}, *_flow(shaped(notes, headings=False), builder)]
    edges = [each for each in _edges(document, said) if each is not logo]
    if edges:
        nodes.append({"k": "box", "title": _AT_THE_EDGES, "b": _flow(shaped(edges, headings=False), builder)})
    return nodes


def _wants_contents(document: Document, nodes: Sequence[Node]) -> bool:
    headings = sum(node["k"] == "h" for node in nodes)
    pages = len(document.text.split()) / _WORDS_A_PAGE
    many = headings >= _CONTENTS_FROM_HEADINGS and pages >= _CONTENTS_OF_HEADINGS_FROM_PAGES
    return headings >= 2 and (many or pages >= _CONTENTS_FROM_PAGES)


def _with_own_contents(blocks: Sequence[Block], builder: _Builder) -> tuple[list[Node], Node | None]:
    """Set the body, the document's own list of contents as a node of its own, which is returned too."""
    own = find_own_contents(blocks)
    if own is None:
        return _flow(blocks, builder), None
    listed = blocks[own.start : own.end]
    entries = [{**_paragraph(_spans(each, builder)), "to": entry_words(each)} for each in listed]
    # Templates of the school's own from before there was this kind show its words as a paragraph.
    printed: Node = {"k": "toc", "b": entries, "s": [{"t": builder.shown("\n".join(each.text for each in listed))}]}
    return [*_flow(blocks[: own.start], builder), printed, *_flow(blocks[own.end :], builder)], printed


def _leave_to_contents(printed: Node, nodes: list[Node]) -> None:
    """Take what the contents of the copy list too out of those printed in the original, whose pages are others."""
    headings = {bare("".join(span["t"] for span in node["s"])) for node in nodes if node["k"] == "h"}
    printed["b"] = [each for each in printed["b"] if each["to"] not in headings]
    if len(printed["b"]) <= 1:
        # Nothing but the word “Contents”.
        nodes.remove(printed)


def _contents_level(nodes: Sequence[Node]) -> int:
    levels = [node["l"] for node in nodes if node["k"] == "h"]
    main, inner = levels.count(2), levels.count(3)
    return 2 if main + inner > _LONGEST_CONTENTS and main >= _CONTENTS_FROM_HEADINGS else 3


def _edges(document: Document, said: FrontWords) -> list[Block]:
    edges: dict[str | Place, Block] = {}
    for block in document.blocks:
        if block.region in (Region.PAGE_HEADER, Region.PAGE_FOOTER):
            words = " ".join(block.text.split())
            if (words and not _only_repeats(words, said.names)) or (block.picture is not None and not words):
                edges.setdefault(words or block.where, block)
    return list(edges.values())


def _only_repeats(words: str, said: Sequence[str]) -> bool:
    """Whether a line holds nothing but the title, the school and a page number: "Confidentiality Policy - Page 3"."""
    rest = words.casefold()
    for each in sorted((" ".join(one.casefold().split()) for one in said if one.strip()), key=len, reverse=True):
        rest = rest.replace(each, " ")
    return _PAGE_NUMBER.match(rest) is not None


def _flow(blocks: Sequence[Block], builder: _Builder) -> list[Node]:
    """Set blocks one after the other; runs of list items become lists, runs of text-box blocks boxes."""
    nodes: list[Node] = []
    position = 0
    while position < len(blocks):
        end = position + 1
        first = blocks[position]
        if first.kind is BlockKind.LIST_ITEM:
            while end < len(blocks) and _carries_on(blocks[end], first):
                end += 1
            nodes += _lists(blocks[position:end], builder)
        else:
            node = _node(first, builder)
            if node["k"] == "p" and end < len(blocks) and _announces(first):
                node["keep"] = True
                # "Appendix 1" above the title of a form; a page that merely goes on needs no break.
                node.update({"new": True} if first.new_page else {})
            nodes.append(node)
            _may_end_numbers(first, builder)
        position = end
    return nodes


def _announces(block: Block) -> bool:
    """Whether a paragraph belongs to what follows it: it announces that, or is a bold line above it."""
    bold = len(block.text.split()) <= _FEW_WORDS and all(each.bold for each in block.spans if each.text.strip())
    return bold or block.text.rstrip().endswith(":")


def _carries_on(block: Block, first: Block) -> bool:
    return block.kind is BlockKind.LIST_ITEM and block.region is first.region


def _may_end_numbers(block: Block, builder: _Builder) -> None:
    """A heading, or a line that announces something, begins new numbers; a paragraph between two items does not."""
    if block.kind is BlockKind.HEADING or block.text.rstrip().endswith(":"):
        builder.numbers.clear()


def _node(block: Block, builder: _Builder) -> Node:
    if block.kind is BlockKind.HEADING:
        spans = [{key: each[key] for key in ("t", "a") if key in each} for each in _spans(block, builder)]
        if any(_is_seen(each["t"]) for each in spans):
            number = [{"t": f"{_marker(block, builder)} "}] if _marker(block, builder) else []
            node = {"k": "h", "l": max(1, block.level), "s": [*number, *spans]}
            # The local appendix begins a page of its own, and whatever its author had begin one.
            return {**node, "new": True} if block.where == APPENDIX or block.new_page else node
        return {"k": "p", "s": spans}
    if block.kind is BlockKind.TABLE and block.rows:
        return _table(block, builder)
    if block.kind is BlockKind.PICTURE:
        return _picture(block, builder)
    return _paragraph(_spans(block, builder))


def _marker(block: Block, builder: _Builder) -> str:
    """The number the original shows before a heading or list item; empty for bullets, and where the words begin so."""
    marker = builder.shown(block.marker.strip())
    plain = not marker or marker in _BULLETS or len(marker) > 20
    return "" if plain or block.text.lstrip().startswith(marker) else marker


def _is_seen(text: str) -> bool:
    """Whether a text shows anything: a heading that does not is no heading."""
    return any(character.isprintable() and not character.isspace() for character in text)


def _paragraph(spans: list[Node]) -> Node:
    """A paragraph; where one tab parts a label from its value, both beside each other."""
    for position, span in enumerate(spans):
        label, tab, value = span["t"].partition("\t")
        if tab:
            before = [*spans[:position], {**span, "t": label}]
            after = [{**span, "t": value.lstrip("\t")}, *spans[position + 1 :]]
            length = sum(len(each["t"]) for each in before)
            if 0 < length <= 40 and not any("\t" in each["t"].strip("\t") for each in after):
                after = [{**each, "t": each["t"].replace("\t", "")} for each in after]
                return {"k": "pair", "s": before, "v": [each for each in after if each["t"]]}
            break
    node: Node = {"k": "p", "s": [{**each, "t": each["t"].replace("\t", "\u2003")} for each in spans]}
    return {**node, "r": True} if reads_from_the_right("".join(each["t"] for each in spans)) else node


def _spans(block: Block, builder: _Builder) -> list[Node]:
    shown: list[Node] = []
    whole = block.text if block.kind is not BlockKind.HEADING else ""
    for span in block.spans:
        target = span.link if span.link and span.text.strip() and _LINK.match(span.link) else None
        parts = [(span.text, target)] if target else _addresses_linked(span.text)
        if block.kind is not BlockKind.HEADING:
            parts = [each for part in parts for each in builder.policies.linked(*part, whole=whole)]
        for text, link in parts:
            node: Node = {"t": builder.shown(text)}
            if span.bold:
                node["b"] = True
            if span.italic:
                node["i"] = True
            if link and builder.linked:
                node["a"] = link
            shown.append(node)
    return shown


def _addresses_linked(text: str) -> list[tuple[str, str | None]]:
    """Part a text at the web and e-mail addresses printed in it, each with the target it names."""
    if "@" not in text and "www." not in text and "://" not in text:
        return [(text, None)]
    parts: list[tuple[str, str | None]] = []
    position = 0
    for match in _PRINTED_ADDRESS.finditer(text):
        address = match[0]
        target = address if "://" in address else f"mailto:{address}" if "@" in address else f"https://{address}"
        if _LINK.match(target):
            parts += [(text[position : match.start()], None), (address, target)]
            position = match.end()
    return [part for part in [*parts, (text[position:], None)] if part[0]]


def _even_headings(nodes: Sequence[Node]) -> None:
    """Bring heading levels below the title (level 1) and keep them from skipping one."""
    above: list[int] = []
    for node in nodes:
        if node["k"] == "h":
            while above and above[-1] >= node["l"]:
                above.pop()
            above.append(node["l"])
            node["l"] = min(1 + len(above), 6)


# --- lists -------------------------------------------------------------------------------------------------------


def _lists(items: Sequence[Block], builder: _Builder) -> list[Node]:
    """Return nested lists of a run of items; a change between bullets and numbers begins a new list."""
    return _lists_at(items, 0, builder)


def _lists_at(items: Sequence[Block], depth: int, builder: _Builder) -> list[Node]:
    nodes: list[Node] = []
    base = min(item.level for item in items)
    position = 0
    while position < len(items):
        item = items[position]
        end = position + 1
        while end < len(items) and items[end].level > base:
            end += 1
        inner = items[position + 1 : end]
        children = _lists_at(inner, depth + 1, builder) if inner and depth < _DEEPEST_LIST else []
        marker = _marker(item, builder)
        words = _spans(item, builder)
        if words and not item.ordered and not marker:
            words[0] = {**words[0], "t": _TYPED_BULLET.sub("", words[0]["t"])}
        entry: Node = {"s": words, "c": children, "m": marker}
        if nodes and nodes[-1]["o"] == item.ordered and bool(nodes[-1]["items"][-1]["m"]) == bool(marker):
            nodes[-1]["items"].append(entry)
        else:
            start = builder.numbers.get(depth, 0) + 1 if item.ordered and not marker else 1
            nodes.append({"k": "list", "o": item.ordered, "n": start, "items": [entry]})
        if item.ordered and not marker:
            builder.numbers[depth] = nodes[-1]["n"] + len(nodes[-1]["items"]) - 1
        for deeper in [each for each in builder.numbers if each > depth]:
            del builder.numbers[deeper]
        position = end
    return nodes


# --- tables and pictures -----------------------------------------------------------------------------------------


def _table(block: Block, builder: _Builder) -> Node:
    grid = grid_of(block.rows)
    cells: list[Node] = []
    for each in grid.cells:
        inside = _inside(builder, linked=each.y >= grid.header_rows)
        inner = _flow(shaped(each.cell.blocks, headings=False), inside) if each.cell else []
        place = {"x": each.x, "y": each.y, "w": each.columns, "h": each.rows}
        cells.append({**place, "b": [_without_heading(node) for node in inner]})
    # Column headings are repeated on the next page; whole sentences there would only be in the way.
    heading = sum(len(each.cell.text) for each in grid.cells if each.cell and each.y < grid.header_rows)
    node: Node = {
        "k": "table",
        "cols": column_widths(grid),
        "head": grid.header_rows,
        "data": grid.is_data,
        "cells": cells,
    }
    return {**node, "repeat": heading <= _LONGEST_REPEATED, "tight": is_tight(grid), "linked": _holds_link(cells)}


def _holds_link(node: Any) -> bool:
    if isinstance(node, list):
        return any(map(_holds_link, node))
    return isinstance(node, dict) and ("a" in node or any(map(_holds_link, node.values())))


def _without_heading(node: Node) -> Node:
    """A heading in a cell would break the order of headings on the page: it becomes a bold line."""
    if node["k"] != "h":
        return node
    return {"k": "p", "s": [{**span, "b": True} for span in node["s"]]}


def _inside(builder: _Builder, *, linked: bool) -> _Builder:
    """The same builder with numbers of its own: lists in a cell begin at 1.

    A heading row is repeated on the next page as decoration, which must not hold links (ISO 14289-1, 7.1).
    """
    return replace(builder, numbers={}, linked=linked and builder.linked)


def _picture(block: Block, builder: _Builder) -> Node:
    picture = block.picture
    description = builder.shown(picture.description.strip() if picture else "") or WITHOUT_DESCRIPTION
    ending = _shown_ending(picture, builder)
    if picture is None or ending is None:
        builder.notes.append(f"{block.where}: a picture could not be shown in the PDF copy ({description})")
        return {"k": "p", "s": [{"t": f"[Picture: {description}]", "i": True}]}
    if description == WITHOUT_DESCRIPTION:
        builder.notes.append(
            f"{block.where}: a picture has no description for those who cannot see it; add one in Word"
        )
    name = f"{len(builder.pictures) + 1}.{ending}"
    builder.pictures.append((name, picture.content))
    width = picture.width_mm if picture.width_mm and 2 <= picture.width_mm <= 170 else 0
    return {"k": "pic", "f": name, "alt": description, "w": width}


def _logo(block: Block, builder: _Builder) -> Logo:
    """Return the document's logo as it stands at the head."""
    picture = block.picture
    assert picture is not None
    name = f"{len(builder.pictures) + 1}.{_shown_ending(picture, builder)}"
    builder.pictures.append((name, picture.content))
    width = min(max(picture.width_mm or _USUAL_LOGO_MM, _LEAST_LOGO_MM), _WIDEST_LOGO_MM)
    return Logo(name, width, builder.shown(picture.description.strip()))


def _shown_ending(picture: Picture | None, builder: _Builder) -> str | None:
    """Return the file ending of a picture that can be shown where the copy is read; None where it cannot.

    A picture in the four inks of a printer needs a profile that the PDF lacks (ISO 19005-2, 6.2.4.3); screens show it.
    """
    if picture is None or not builder.with_pictures:
        return None
    ending = _ending(picture)
    return None if ending == "jpg" and not builder.for_screen and _jpeg_frame(picture.content)[1] == _INKS else ending


def _ending(picture: Picture) -> str | None:
    """Return the file ending of a picture that can be shown; None for other kinds, and for ones too large to open."""
    content = picture.content
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        size = int.from_bytes(content[16:20]), int.from_bytes(content[20:24])
        return "png" if 0 < size[0] * size[1] <= _MOST_PIXELS else None
    if content.startswith(b"\xff\xd8\xff"):
        return "jpg" if _jpeg_frame(content)[0] <= _MOST_PIXELS else None
    if content.startswith((b"GIF87a", b"GIF89a")):
        size = int.from_bytes(content[6:8], "little"), int.from_bytes(content[8:10], "little")
        return "gif" if 0 < size[0] * size[1] <= _MOST_PIXELS else None
    return None


def _jpeg_frame(content: bytes) -> tuple[int, int]:
    """The pixels and colours of a JPEG by its frame header (ITU-T T.81, B.2.2); too many pixels where unreadable."""
    position = 2
    while position + 9 < len(content) and content[position] == 0xFF:
        marker, length = content[position + 1], int.from_bytes(content[position + 2 : position + 4])
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            high, wide = (int.from_bytes(content[position + at : position + at + 2]) for at in (5, 7))
            return high * wide, content[position + 9]
        position += 2 + max(length, 2)
    return _MOST_PIXELS + 1, 0
