"""Prove a copy of a Word file before anybody sees it: what was to change did, and not one other byte.

``regenerate`` calls it with what it meant to change; the copy is read from its finished bytes. Where a copy comes
without its making, ``regenerate.verify_copy`` proves the same from the two files alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.documents.word.names import w
from pipeline.documents.word.package import parse_member
from pipeline.documents.word.paragraph import shown_text
from pipeline.errors import RenderError
from pipeline.text.passages import Passage
from pipeline.word.file import Member, WordFile
from pipeline.word.patch import TEXT_TAGS, Edit, MemberChange, frame_of, is_written_value, words_of
from pipeline.word.zip_patch import original_members, packed_members, unpacked_member

if TYPE_CHECKING:
    from pipeline.documents.word.paragraph import Element

_INSTRUCTION = w("instr")


@dataclass(frozen=True, slots=True)
class ChangedMember:
    """One member of a copy, and what was meant to change in it."""

    content: bytes
    edits: tuple[Edit, ...] = ()
    change: MemberChange | None = None
    """The texts that were meant, by element of the original; None where no paragraph of the member changes."""
    targets: Mapping[str, str] = field(default_factory=dict)
    """Of a member of relationships: new targets by id."""
    before: bytes = b""
    """Of a member of relationships: its bytes in the original."""


def prove_members(
    original: WordFile, before: bytes, after: bytes, changed: Mapping[str, ChangedMember], shown_as: str
) -> None:
    """Prove that in the bytes of a copy exactly the members meant differ, and these by what was meant alone.

    The members are the same, in the same order; the others are the same packed bytes; in a changed member every byte
    but the stretches meant is the same, these hold the same markup, and each says the new words meant for its element.

    Raises:
        RenderError: anything else differs.
    """
    old, new = original_members(before), packed_members(after)
    if list(old) != list(new):
        raise unproved(shown_as, "its parts are not those of the original")
    odd = {name for name in old if old[name] != new[name]} - set(changed)
    if odd:
        raise unproved(shown_as, f"its part {min(odd)} changed")
    for name, meant in changed.items():
        copied = unpacked_member(new[name], name)
        if name in original.members:
            _prove_words(original.members[name], copied, meant, shown_as)
        else:
            _prove_targets(meant.before, copied, name, meant.targets, shown_as)


def _prove_words(member: Member, copied: bytes, meant: ChangedMember, shown_as: str) -> None:
    position = made = 0
    for edit in sorted(meant.edits, key=lambda each: each.start):
        length = edit.start - position
        piece = copied[made + length : made + length + len(edit.new)]
        if copied[made : made + length] != member.content[position : edit.start] or piece != edit.new:
            raise unproved(shown_as, f"more than words changed in its part {member.name}")
        if not _same_markup(member.content[edit.start : edit.end], piece):
            raise unproved(shown_as, f"more than words changed in its part {member.name}")
        position, made = edit.end, made + length + len(piece)
    if copied[made:] != member.content[position:]:
        raise unproved(shown_as, f"more than words changed in its part {member.name}")
    if member.root is not None and not _reads_as_meant(member, member.root, copied, meant):
        raise unproved(shown_as, f"the words of its part {member.name} are not those that were planned")


def prove_paragraphs(
    original: WordFile, planned: Mapping[int, Passage], changed: Mapping[str, ChangedMember], shown_as: str
) -> None:
    """Prove that every changed paragraph reads, piece by piece, as its passage does in the plan.

    Raises:
        RenderError: one does not.
    """
    for index, passage in planned.items():
        if index < len(original.paragraphs):
            paragraph = original.paragraphs[index]
            made = changed.get(paragraph.member)
            texts = made.change.texts if made is not None and made.change is not None else {}
            read = [
                shown_text(texts[piece.element]) if piece.element in texts else paragraph.text[piece.start : piece.end]
                for piece in paragraph.pieces
            ]
            if "".join(read) != passage.text:
                raise unproved(shown_as, f"the words of {passage.where} are not those that were planned")


def _same_markup(before: bytes, after: bytes) -> bool:
    """Whether one changed stretch is still the same element, or still a value alone."""
    return frame_of(before) == frame_of(after) if before.startswith(b"<") else is_written_value(after)


def _reads_as_meant(member: Member, root: "Element", copied: bytes, meant: ChangedMember) -> bool:
    """Whether every text of a member, whose other bytes are proved, says what was meant.

    Where tags alone open with "<", the changed stretches are read one by one, each at its place in the order of texts;
    else the whole member is parsed again.
    """
    changes = [edit for edit in meant.edits if member.content[edit.start : edit.start + 1] == b"<"]
    if not changes:
        return meant.change is None or not (meant.change.texts or meant.change.instructions)
    places = member.text_places()
    if not places.is_plain:
        return _texts(parse_member(copied, member.name)) == _texts(root, meant.change)
    if meant.change is None:
        return False
    wanted: dict[Element, str] = {**meant.change.texts, **meant.change.instructions}
    for edit in changes:
        element = places.element_at(edit.start)
        if element is None or element not in wanted or wanted.pop(element) != words_of(edit.new):
            return False
    return not wanted


def _texts(root: "Element", change: MemberChange | None = None) -> list[str]:
    """The text of every element that holds any, in the order of the member, as it is to be after ``change``."""
    if change is None:
        return [each.text or each.get(_INSTRUCTION) or "" for each in root.iter(*TEXT_TAGS)]
    texts, instructions = change.texts, change.instructions
    return [
        texts[each] if each in texts else instructions.get(each) or each.text or each.get(_INSTRUCTION) or ""
        for each in root.iter(*TEXT_TAGS)
    ]


def _prove_targets(old: bytes, new: bytes, name: str, targets: Mapping[str, str], shown_as: str) -> None:
    before, after = (list(parse_member(content, name).iter()) for content in (old, new))
    wanted = [_attributes(each) for each in before]
    for attributes in wanted:
        if attributes.get("Id") in targets:
            attributes["Target"] = targets[attributes["Id"]]
    if [each.tag for each in before] != [each.tag for each in after] or wanted != [_attributes(each) for each in after]:
        raise unproved(shown_as, f"the links of its part {name} are not those that were planned")


def _attributes(element: "Element") -> dict[str, str]:
    return {str(key): str(value) for key, value in element.attrib.items()}


def unproved(shown_as: str, what: str) -> RenderError:
    """Return the error of a copy that differs from what was planned."""
    return RenderError(f"The copy of {shown_as} was not written: {what}.")
