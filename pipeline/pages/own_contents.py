"""Find the list of contents that a document brings along: its page numbers are those of the original.

The copy has pages of its own, so ``layout`` leaves out what its own contents list too, and a web page folds the list.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.model.documents import Block, BlockKind, Region

_ENTRY = re.compile(
    r"(?P<words>\S.{0,150}?)(?:[\x20\u00a0]*(?:\.{4,}|…{2,}|(?:\. ){4,}|\t)[\s.…]*)(?:page\s*)?\d{1,3}\s*", re.I
)
_TITLE = re.compile(r"\W*(?:table of )?contents?(?: page)?\W*", re.IGNORECASE)
_PAGE = re.compile(r"(\d{1,3})\s*$")
_LEAST = 3
"""Entries in a row; fewer may be anything with a number behind it."""


@dataclass(frozen=True, slots=True)
class OwnContents:
    """A list of contents in a document."""

    start: int
    end: int
    """The blocks from ``start`` to before ``end``, the line "Contents" above them included."""


def find_own_contents(blocks: Sequence[Block]) -> OwnContents | None:
    """Return the first list of contents of a document; None without one."""
    position = 0
    while position < len(blocks):
        end = position
        while end < len(blocks) and is_entry(blocks[end]):
            end += 1
        if end - position >= _LEAST and _leads_on(blocks[position:end]):
            titled = position > 0 and _TITLE.fullmatch(blocks[position - 1].text) is not None
            if titled or _has_dots(blocks[position:end]):
                return OwnContents(position - titled, end)
        position = max(end, position + 1)
    return None


def _leads_on(entries: Sequence[Block]) -> bool:
    """Whether the pages of the entries only rise: other numbers in a column go up and down."""
    pages = [int(match[1]) for each in entries if (match := _PAGE.search(each.text))]
    return pages == sorted(pages)


def _has_dots(entries: Sequence[Block]) -> bool:
    return sum("...." in each.text or "…" in each.text or ". . ." in each.text for each in entries) * 2 >= len(entries)


def is_entry(block: Block) -> bool:
    """Whether a block is words, a row of dots or a tab, and a page."""
    if block.kind not in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM) or block.region is not Region.BODY:
        return False
    text = block.text
    if not text.rstrip()[-1:].isdigit():
        return False  # As nearly every block; the pattern would look at each letter of it.
    match = _ENTRY.fullmatch(text)
    return match is not None and any(letter.isalpha() for letter in match["words"])


def entry_words(block: Block) -> str:
    """Return what an entry leads to, without its number, dots and page, to be held against headings."""
    match = _ENTRY.fullmatch(block.text)
    return bare(match["words"]) if match else bare(block.text)


def bare(text: str) -> str:
    """Return the words of a heading for comparing: without the number before it, in small letters."""
    return re.sub(r"^[\W\d]*(?:\d+\.?)*|[\W_]+$", "", " ".join(text.casefold().split()))
