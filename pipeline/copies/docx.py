"""Regenerate a Word file with the contacts of a day: only the words, targets and members concerned change.

``regenerate_docx`` walks the package (``documents.docx_walk``), has ``contacts`` plan, patches the members
(``word_patch``, ``zip_patch``) and proves the result (``verify_copy``) before anybody sees it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from html import unescape

from pipeline.copies.contacts import plan_replacements, stated_afterwards
from pipeline.copies.plan import (
    Left,
    Passage,
    PassageLink,
    Replacement,
    ReplacementKind,
    ReplacementPlan,
    carried_out,
)
from pipeline.copies.word_patch import MemberChange, frame_of, patched_member, patched_relationships
from pipeline.copies.zip_patch import exchange_members, packed_members
from pipeline.documents.docx_package import (
    Relationship,
    WordPart,
    parse_member,
    read_relationships,
    relationships_member,
    word_members,
)
from pipeline.documents.docx_walk import Element, WordLink, WordParagraph, walk_paragraphs
from pipeline.documents.packages import Package, open_package
from pipeline.documents.source import Source
from pipeline.documents.word_names import w
from pipeline.errors import RenderError
from pipeline.model import Contact, Directory

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_VALUE = w("val")


@dataclass(frozen=True, slots=True)
class DocxCopy:
    """A Word file with the contacts of a day."""

    content: bytes
    """The file; the original's own bytes where nothing changes or where the copy is held."""
    plan: ReplacementPlan


@dataclass(slots=True)
class _Member:
    """One member that holds words, open."""

    part: WordPart
    content: bytes
    root: Element
    relationships: Mapping[str, Relationship]
    paragraphs: list[WordParagraph]


@dataclass(frozen=True, slots=True)
class _OpenFile:
    """All words of a Word file, in reading order."""

    members: Mapping[str, _Member]
    paragraphs: Sequence[WordParagraph]
    passages: Sequence[Passage]


def regenerate_docx(
    content: bytes, stated: Sequence[Contact], directory: Directory, *, shown_as: str = "the document"
) -> DocxCopy:
    """Return a Word file in which the roles' holders are those of ``directory``, and nothing else differs.

    ``stated`` is whom the document names in roles. A held copy comes back unchanged with the plan that says why.

    Raises:
        RenderError: the file is signed, locked or holds macros, or it could not be changed and proved.
        DocumentError: it cannot be opened as a Word file.
    """
    opened = _open(content, shown_as)
    plan = _without_unreachable(opened, plan_replacements(opened.passages, stated, directory))
    plan = _with_unread_places(content, opened, plan, shown_as)
    if plan.held or not plan.replacements:
        return DocxCopy(content, plan)
    copy = exchange_members(content, _changed_members(content, opened, plan, shown_as))
    after = _proved(opened, content, copy, plan, shown_as)
    again = plan_replacements(after, stated_afterwards(stated, directory), directory)
    if again.replacements:
        first = again.replacements[0]
        raise RenderError(
            f"In the copy of {shown_as} “{first.before}” still stands in {first.where}; it was not written."
        )
    return DocxCopy(copy, plan)


def verify_copy(
    before: bytes, after: bytes, plan: ReplacementPlan, *, shown_as: str = "the document"
) -> tuple[Passage, ...]:
    """Prove that a copy differs from its original by ``plan`` alone; return the copy's passages.

    The members are the same, in the same order; those without a replacement are the same bytes; in the others all
    markup is the same and all words are those that the plan gives.

    Raises:
        RenderError: anything else differs.
    """
    return _proved(_open(before, shown_as), before, after, plan, shown_as)


def _proved(
    original: _OpenFile, before: bytes, after: bytes, plan: ReplacementPlan, shown_as: str
) -> tuple[Passage, ...]:
    old, new = packed_members(before), packed_members(after)
    if list(old) != list(new):
        raise _unproved(shown_as, "its parts are not those of the original")
    touched = {name for name in old if old[name] != new[name]}
    odd = touched - {*original.members, *(relationships_member(name) for name in original.members)}
    if odd:
        raise _unproved(shown_as, f"its part {min(odd)} changed")
    copied = _open(after, shown_as, unchanged=original, touched=touched)
    for name in touched & set(original.members):
        if frame_of(original.members[name].content) != frame_of(copied.members[name].content):
            raise _unproved(shown_as, f"more than words changed in its part {name}")
    if carried_out(original.passages, plan) != tuple(copied.passages):
        raise _unproved(shown_as, "its words are not those that were planned")
    return tuple(copied.passages)


def _unproved(shown_as: str, what: str) -> RenderError:
    return RenderError(f"The copy of {shown_as} was not written: {what}.")


# --- opening -----------------------------------------------------------------------------------------------------


def _open(
    content: bytes, shown_as: str, *, unchanged: _OpenFile | None = None, touched: Set[str] = frozenset()
) -> _OpenFile:
    """Open every member that holds words; those proved the same as in ``unchanged`` are taken from there."""
    if content.startswith(_OLE):
        raise RenderError(f"{shown_as} is locked with a password or an old Word file; no copy of it can be made.")
    with open_package(Source(content, shown_as)) as archive:
        if unchanged is not None:
            members = dict(unchanged.members)
            for name, member in unchanged.members.items():
                if name in touched or relationships_member(name) in touched:
                    members[name] = _open_member(archive, member.part)
        else:
            _refuse_what_must_not_change(archive, shown_as)
            members = {part.member: _open_member(archive, part) for part in word_members(archive)}
    paragraphs = [paragraph for member in members.values() for paragraph in member.paragraphs]
    passages = [_passage(paragraph, members[paragraph.member].relationships) for paragraph in paragraphs]
    return _OpenFile(members, paragraphs, passages)


def _refuse_what_must_not_change(archive: Package, shown_as: str) -> None:
    names = archive.namelist()
    if any(name.startswith("_xmlsignatures/") for name in names):
        raise RenderError(f"{shown_as} is signed; a changed copy would break the signature. Save it without signature.")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise RenderError(f"{shown_as} holds macros, and copies go out without. Save it in Word as .docx.")


def _open_member(archive: Package, part: WordPart) -> _Member:
    content = archive.read(part.member)
    root = parse_member(content, part.member)
    relationships = read_relationships(archive, part.member)
    return _Member(part, content, root, relationships, list(walk_paragraphs(root, part)))


def _passage(paragraph: WordParagraph, relationships: Mapping[str, Relationship]) -> Passage:
    links = tuple(PassageLink(link.start, link.end, _target(link, relationships)) for link in paragraph.links)
    return Passage(paragraph.where, paragraph.text, paragraph.region, links, _is_heading(paragraph))


def _target(link: WordLink, relationships: Mapping[str, Relationship]) -> str:
    entry = relationships.get(link.relationship_id or "")
    return link.target or (entry.target if entry is not None and entry.external else "")


def _is_heading(paragraph: WordParagraph) -> bool:
    for properties in paragraph.element.iterchildren(w("pPr")):
        for style in properties.iterchildren(w("pStyle")):
            return re.match(r"heading|title|subtitle", style.get(_VALUE, ""), re.IGNORECASE) is not None
    return False


# --- changing ----------------------------------------------------------------------------------------------------


def _without_unreachable(opened: _OpenFile, plan: ReplacementPlan) -> ReplacementPlan:
    """Hold a copy in which a replaced stretch is broken by a tab or sign of its own, or one link serves two people."""
    troubles: list[Left] = []
    targets: dict[tuple[str, str], str] = {}
    for each in plan.replacements:
        paragraph = opened.paragraphs[each.passage]
        if each.kind is ReplacementKind.LINK:
            assert each.link is not None
            identifier = paragraph.links[each.link].relationship_id
            if identifier and targets.setdefault((paragraph.member, identifier), each.after) != each.after:
                troubles.append(Left(each.where, each.before, "one link serves several people"))
        elif not all(piece.editable for piece in paragraph.pieces if piece.start < each.end and each.start < piece.end):
            troubles.append(Left(each.where, each.before, "a tab, line break or special sign stands inside it"))
    if not troubles:
        return plan
    words = "; ".join(f"“{each.text}” in {each.where} could not be changed: {each.reason}" for each in troubles)
    held = f"{plan.held}; {words}" if plan.held else words
    return replace(plan, left=(*plan.left, *troubles), held=held)


_DESCRIPTION = re.compile(r"""\b(?:descr|alt)=("[^"]*"|'[^']*')""")
_PROPERTY = re.compile(r"<(?:[\w-]+:)?(?P<name>\w+)[^<>]*>(?P<value>[^<]+)<")


def _with_unread_places(content: bytes, opened: _OpenFile, plan: ReplacementPlan, shown_as: str) -> ReplacementPlan:
    """List replaced words that also stand where no paragraph is: descriptions of pictures, properties of the file."""
    gone = {each.before for each in plan.replacements if each.kind is not ReplacementKind.PRONOUN}
    if not gone:
        return plan
    described = [
        Left("the description of a picture", unescape(match[1][1:-1]), "change it in Word")
        for member in opened.members.values()
        for match in _DESCRIPTION.finditer(member.content.decode("utf-8", "replace"))
    ]
    with open_package(Source(content, shown_as)) as archive:
        name = "docProps/core.xml"
        core = archive.read(name).decode("utf-8", "replace") if name in archive.NameToInfo else ""
    properties = [
        Left("the properties of the file", unescape(match["value"]), f"its {match['name']}, as the file was made")
        for match in _PROPERTY.finditer(core)
    ]
    return replace(
        plan,
        left=plan.left + _naming(described, gone),
        left_on_purpose=plan.left_on_purpose + _naming(properties, gone),
    )


def _naming(places: Sequence[Left], words: Set[str]) -> tuple[Left, ...]:
    return tuple(dict.fromkeys(each for each in places if any(word in each.text for word in words)))


def _changed_members(content: bytes, opened: _OpenFile, plan: ReplacementPlan, shown_as: str) -> dict[str, bytes]:
    changes: dict[str, MemberChange] = {}
    targets: dict[str, dict[str, str]] = {}
    for index, replacements in _by_passage(plan):
        paragraph = opened.paragraphs[index]
        change = changes.setdefault(paragraph.member, MemberChange())
        _change_words(paragraph, [each for each in replacements if each.link is None], change)
        for each in replacements:
            if each.link is not None:
                _change_target(paragraph, each, change, targets.setdefault(paragraph.member, {}))
    changed: dict[str, bytes] = {}
    for name, change in changes.items():
        if change.texts or change.instructions:
            member = opened.members[name]
            changed[name] = patched_member(member.content, member.root, change, name)
    with open_package(Source(content, shown_as)) as archive:
        for name, ids in targets.items():
            if ids:
                rels = relationships_member(name)
                changed[rels] = patched_relationships(archive.read(rels), ids, rels)
    return changed


def _by_passage(plan: ReplacementPlan) -> Iterator[tuple[int, list[Replacement]]]:
    grouped: dict[int, list[Replacement]] = {}
    for each in plan.replacements:
        grouped.setdefault(each.passage, []).append(each)
    yield from grouped.items()


def _change_words(paragraph: WordParagraph, replacements: Sequence[Replacement], change: MemberChange) -> None:
    """Put each replacement's words into the first piece it touches, and take its old words out of all."""
    for piece in paragraph.pieces:
        mine = [each for each in replacements if each.start < piece.end and piece.start < each.end]
        if not mine:
            continue
        text = piece.element.text or ""
        for each in reversed(mine):
            start, end = max(each.start, piece.start), min(each.end, piece.end)
            words = each.after if start == each.start else ""
            text = text[: start - piece.start] + words + text[end - piece.start :]
        change.texts[piece.element] = text


def _change_target(paragraph: WordParagraph, each: Replacement, change: MemberChange, ids: dict[str, str]) -> None:
    assert each.link is not None
    link = paragraph.links[each.link]
    if link.relationship_id:
        ids[link.relationship_id] = each.after
    elif link.instructions:
        _change_instruction(link, each, change)
    else:
        old = link.element.get(w("instr"), "")
        change.instructions[link.element] = old.replace(each.before, each.after)


def _change_instruction(link: WordLink, each: Replacement, change: MemberChange) -> None:
    """Exchange the target in the instruction of a field, whose words may be split over several elements."""
    texts = [part.text or "" for part in link.instructions]
    start = "".join(texts).index(each.before)
    end, position = start + len(each.before), 0
    for part, text in zip(link.instructions, texts, strict=True):
        inside_start, inside_end = max(start, position), min(end, position + len(text))
        if inside_start < inside_end:
            words = each.after if inside_start == start else ""
            change.texts[part] = text[: inside_start - position] + words + text[inside_end - position :]
        position += len(text)
