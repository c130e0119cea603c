"""Rows of a contact table that come and go with the number of deputies.

Only in a table whose rows are recognisably one deputy each; anything else stays held, as ``named.holders`` says. A new
row is the last deputy's, copied byte for byte, with the new deputy's details in it and marks of its own.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.documents.packages import open_package
from pipeline.documents.source import Source
from pipeline.documents.word.names import TR
from pipeline.documents.word.paragraph import Element, WordParagraph
from pipeline.model.contacts import Directory, Holder
from pipeline.model.facts import Contact
from pipeline.named.holders import pair_by_name
from pipeline.named.names.parts import parse_name
from pipeline.named.names.spellings import find_forms
from pipeline.named.roles.passages import find_labels
from pipeline.places import Place, PlaceKind
from pipeline.plan.contacts import plan_replacements
from pipeline.plan.values import RowChange, reworded
from pipeline.word.file import Member, WordFile
from pipeline.word.patch import Edit, MemberChange, changed_words, spliced, text_edits
from pipeline.word.zip_patch import exchange_members

_ROLE = "deputy-dsl"
_ROW = re.compile(rb"<(?P<close>/?)w:tr(?=[\s/>])[^>]*?(?P<empty>/?)>")
_OWN_MARKS = re.compile(rb"""(\s[\w.-]+:(?:paraId|textId)\s*=\s*["'])[0-9A-Fa-f]+(["'])""")
_CANNOT_BE_COPIED = re.compile(
    rb"<w:(?:bookmarkStart|commentRangeStart|commentReference|footnoteReference|endnoteReference|drawing|pict|object"
    rb"|ins|del|moveTo|moveFrom|hyperlink)\b|<w:vMerge\s[^>]*restart"
)
_CANNOT_GO = re.compile(rb"<w:(?:vMerge|bookmarkStart|bookmarkEnd|comment|footnoteReference|endnoteReference|move)")
_NUMBERED = re.compile(r"\d")
_DETAIL = re.compile(r"[\d@]")


@dataclass(frozen=True, slots=True)
class RowsChanged:
    """A Word file with as many deputies' rows as there are deputies."""

    content: bytes
    stated: tuple[Contact, ...]
    """Whom the file names in roles now."""
    changes: tuple[RowChange, ...] = ()


@dataclass(frozen=True, slots=True)
class _DeputyRow:
    """One deputy's row."""

    contact: Contact
    member: str
    element: Element
    passages: tuple[int, ...]
    start: int
    end: int


def with_deputy_rows(content: bytes, opened: WordFile, stated: Sequence[Contact], directory: Directory) -> RowsChanged:
    """Return the file with rows for deputies added or taken out, or as it is where that is not safe.

    A row for each of ``directory``'s deputies in a table that has one row each; who left and has a successor keeps the
    row, for the plan of names to change.
    """
    unchanged = RowsChanged(content, tuple(stated))
    deputies = [each for each in stated if each.role == _ROLE and each.name]
    holders = directory.of(_ROLE)
    if len(deputies) == len(holders) or not holders or len(deputies) != sum(each.role == _ROLE for each in stated):
        return unchanged
    rows = _rows(opened, deputies)
    if rows is None:
        return unchanged
    going, coming = pair_by_name(deputies, holders)
    if len(holders) < len(deputies):
        return _taken_out(content, opened, stated, rows, going[len(coming) :])
    return _added(content, opened, stated, rows, coming[len(going) :])


def with_rows(content: bytes, changes: Sequence[RowChange], shown_as: str) -> bytes:
    """Return the file with the rows of a plan added and taken out; itself where there are none."""
    if not changes:
        return content
    member = changes[0].member
    with open_package(Source(content, shown_as)) as archive:
        held = archive.read(member)
    return exchange_members(content, {member: spliced(held, [Edit(c.start, c.end, c.markup) for c in changes])})


def _rows(opened: WordFile, deputies: Sequence[Contact]) -> list[_DeputyRow] | None:
    """The one row of each deputy, all in one table, or None where any is named elsewhere or shares a row."""
    found: list[_DeputyRow] = []
    for contact in deputies:
        name = parse_name(contact.name or "")
        if name is None:
            return None
        named = [index for index, each in enumerate(opened.passages) if any(find_forms(each.text, name))]
        rows = {_row_element(opened.paragraphs[index]) for index in named if index < len(opened.paragraphs)}
        if len(rows) != 1 or None in rows or any(index >= len(opened.paragraphs) for index in named):
            return None
        element = rows.pop()
        assert element is not None
        row = _row(opened, contact, element)
        if row is None:
            return None
        found.append(row)
    elements = {each.element for each in found}
    tables = {each.element.getparent() for each in found}
    alone = (
        len(elements) == len(found)
        and len(tables) == 1
        and all(_says_nothing_else(opened, each, found) for each in found)
    )
    return found if alone else None


def _says_nothing_else(opened: WordFile, row: _DeputyRow, rows: Sequence[_DeputyRow]) -> bool:
    """Whether a row holds its deputy, numbers, addresses, roles and what all the rows say, and nothing of its own.

    "Juniors | X | Y" is the row of the juniors, whose own lead it may name; it neither goes with a deputy nor is it
    copied for one.
    """
    name = parse_name(row.contact.name or "")
    texts = [{opened.passages[index].text.strip() for index in each.passages} for each in rows]
    everywhere = set[str]().union(*texts) if len(rows) == 1 else set[str].intersection(*texts)
    return all(
        text in everywhere or _DETAIL.search(text) or find_labels(text) or (name and any(find_forms(text, name)))
        for text in texts[rows.index(row)]
        if text
    )


def _row_element(paragraph: WordParagraph) -> Element | None:
    """The row a paragraph stands in, where the table is none inside another or inside a text box."""
    if len(paragraph.cells) != 1 or paragraph.repeats:
        return None
    row = paragraph.cells[0].getparent()
    return row if row is not None and row.tag == TR else None


def _row(opened: WordFile, contact: Contact, element: Element) -> _DeputyRow | None:
    passages = tuple(
        index for index, each in enumerate(opened.paragraphs) if each.cells and each.cells[0].getparent() is element
    )
    member = opened.members[opened.paragraphs[passages[0]].member]
    span = _span(member, element)
    return _DeputyRow(contact, member.name, element, passages, *span) if span is not None else None


def _span(member: Member, element: Element) -> tuple[int, int] | None:
    """Where a row's bytes stand: the n-th ``w:tr`` of the tree is the n-th of the bytes."""
    assert member.root is not None
    number = next((index for index, each in enumerate(member.root.iter(TR)) if each is element), None)
    if number is None or b"<!--" in member.content or b"<![CDATA[" in member.content:
        return None
    depth, count, start, wanted = 0, -1, 0, None
    for match in _ROW.finditer(member.content):
        if match["close"]:
            if wanted == depth:
                return start, match.end()
            depth -= 1
            continue
        count += 1
        depth += not match["empty"]
        if count == number:
            start, wanted = match.start(), depth
    return None


def _taken_out(
    content: bytes, opened: WordFile, stated: Sequence[Contact], rows: Sequence[_DeputyRow], gone: Sequence[Contact]
) -> RowsChanged:
    leaving = [row for row in rows if row.contact in gone]
    last = sorted(row.start for row in rows)[-len(leaving) :]
    numbered = any(_is_numbered(opened, row) for row in rows) and {row.start for row in leaving} != set(last)
    if numbered or any(_CANNOT_GO.search(_markup(opened, row)) for row in leaving):
        return RowsChanged(content, tuple(stated))
    changes = tuple(
        RowChange(_where(opened, row), _ROLE, _words(opened, row), "", row.member, row.start, row.end, b"")
        for row in leaving
    )
    left = tuple(each for each in stated if each not in gone)
    return RowsChanged(with_rows(content, changes, "the document"), left, changes)


def _added(
    content: bytes, opened: WordFile, stated: Sequence[Contact], rows: Sequence[_DeputyRow], new: Sequence[Holder]
) -> RowsChanged:
    pattern = max(rows, key=lambda each: each.start)
    if _CANNOT_BE_COPIED.search(_markup(opened, pattern)) or _is_numbered(opened, pattern):
        return RowsChanged(content, tuple(stated))
    changes = []
    for number, holder in enumerate(new):
        written = _copied(opened, pattern, holder, number)
        if written is None:
            return RowsChanged(content, tuple(stated))
        markup, words = written
        where = _where(opened, pattern).inside(PlaceKind.NEW_ROW)
        changes.append(RowChange(where, _ROLE, "", words, pattern.member, pattern.end, pattern.end, markup))
    joined = [Contact(_ROLE, each.name, each.phone, each.email) for each in new]
    last = max(index for index, each in enumerate(stated) if each.role == _ROLE)
    after = (*stated[: last + 1], *joined, *stated[last + 1 :])
    return RowsChanged(with_rows(content, changes, "the document"), after, tuple(changes))


def _is_numbered(opened: WordFile, row: _DeputyRow) -> bool:
    """Whether a cell counts the deputies ("Deputy DSL 2"), which a copied row would do wrongly."""
    texts = [opened.passages[index].text for index in row.passages]
    return any(_NUMBERED.search(text) and len(re.sub(r"\D", "", text)) < 5 and "@" not in text for text in texts)


def _copied(opened: WordFile, row: _DeputyRow, holder: Holder, number: int) -> tuple[bytes, str] | None:
    """The bytes and the words of the row with a new deputy in it; None where a detail could not be put there."""
    member = opened.members[row.member]
    assert member.root is not None
    passages = [opened.passages[index] for index in row.passages]
    only = Directory((holder,))
    plan = plan_replacements(passages, [row.contact], only)
    if plan.holds or plan.left or not plan.replacements:
        return None
    change = MemberChange()
    for position, index in enumerate(row.passages):
        mine = plan.of_passage(position)
        if any(each.link is not None for each in mine):
            return None
        changed_words(opened.paragraphs[index], mine, change)
    edits = text_edits(member.content, member.root, change, row.member)
    if any(edit.start < row.start or edit.end > row.end for edit in edits):
        return None
    moved = [Edit(edit.start - row.start, edit.end - row.start, edit.new) for edit in edits]
    markup = _with_own_marks(spliced(member.content[row.start : row.end], moved), holder, number, member.content)
    words = [reworded(passage.text, plan.of_passage(position)) for position, passage in enumerate(passages)]
    return markup, "\t".join(words)


def _with_own_marks(markup: bytes, holder: Holder, number: int, member: bytes) -> bytes:
    """Give paragraphs and rows marks of their own, as Word asks of every one in a file.

    Source: [MS-DOCX] 2.2.3 (paraId and textId are unique and below 0x80000000).
    """
    counter = iter(range(1, 1 << 20))

    def exchanged(match: re.Match[bytes]) -> bytes:
        while True:
            seed = f"{holder.name}:{number}:{next(counter)}".encode()
            mark = f"{int.from_bytes(hashlib.sha256(seed).digest()[:4]) % 0x7FFFFFFE + 1:08X}".encode()
            if mark not in member:
                return match[1] + mark + match[2]

    return _OWN_MARKS.sub(exchanged, markup)


def _markup(opened: WordFile, row: _DeputyRow) -> bytes:
    return opened.members[row.member].content[row.start : row.end]


def _where(opened: WordFile, row: _DeputyRow) -> Place:
    cell = opened.passages[row.passages[0]].where
    return cell.within if cell.kind is PlaceKind.COLUMN and cell.within is not None else cell


def _words(opened: WordFile, row: _DeputyRow) -> str:
    return "\t".join(opened.passages[index].text for index in row.passages)
