"""Regenerate a Word file with the contacts of a day: only the words, targets and members concerned change.

``regenerate_docx`` opens the package (``file``), has ``plan.planning`` plan, patches the members (``patch``,
``outside``, ``zip_patch``) and proves the result (``verify_copy``) before anybody sees it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from pipeline.documents.packages import Package
from pipeline.documents.word.names import w
from pipeline.documents.word.package import relationships_member
from pipeline.documents.word.paragraph import WordLink, WordParagraph
from pipeline.model.contacts import Directory, ReplacementKind
from pipeline.model.facts import Contact
from pipeline.named.scene import Scene
from pipeline.plan.contacts import former_details, plan_replacements, stands_anywhere, stated_afterwards
from pipeline.plan.header import HeaderFacts, Wanted
from pipeline.plan.planning import plan_copy
from pipeline.plan.values import Left, Replacement, ReplacementPlan, carried_out, changed_passages, reworded
from pipeline.reasons.reason import because
from pipeline.text.passages import Passage
from pipeline.word.breaks import around_breaks
from pipeline.word.deputy_rows import with_deputy_rows, with_rows
from pipeline.word.elsewhere import elsewhere_mentions, pictures_unchecked
from pipeline.word.file import Member, WordFile, open_word_file, reopen_changed
from pipeline.word.outside import OutsidePlace, without_values, written_value
from pipeline.word.patch import Edit, MemberChange, changed_words, frame_of, patched_relationships, spliced
from pipeline.word.proof import ChangedMember, prove_members, prove_paragraphs, unproved
from pipeline.word.unread import Unread
from pipeline.word.zip_patch import exchange_members, packed_members


@dataclass(frozen=True, slots=True)
class DocxCopy:
    """A Word file with the contacts of a day."""

    content: bytes
    """The file; the original's own bytes where nothing changes or where the copy is held."""
    plan: ReplacementPlan


@dataclass(frozen=True, slots=True)
class OpenedDocx:
    """A Word file, open for any number of copies."""

    content: bytes
    file: WordFile
    shown_as: str


def regenerate_docx(
    content: bytes,
    stated: Sequence[Contact],
    directory: Directory,
    *,
    header: HeaderFacts | None = None,
    shown_as: str = "the document",
) -> DocxCopy:
    """Return a Word file in which the roles' holders are those of ``directory``, and nothing else differs.

    ``stated`` is whom the document names in roles; ``header`` what the register knows of the policy, for its header
    block and its fields in double braces. A held copy comes back unchanged with the plan that says why.

    Raises:
        RenderError: the file is signed, locked, holds macros or is "Strict Open XML"; a field in double braces is
            unknown or empty; or it could not be changed and proved.
        DocumentError: it cannot be opened as a Word file.
    """
    return regenerate_opened(open_docx(content, shown_as=shown_as), stated, directory, header=header)


def open_docx(content: bytes, *, shown_as: str = "the document", package: Package | None = None) -> OpenedDocx:
    """Open a Word file once, for the copies of many schools; ``package`` is its zip where that is open already.

    Raises:
        RenderError: the file is signed, locked, holds macros or is "Strict Open XML".
        DocumentError: it cannot be opened as a Word file.
    """
    return OpenedDocx(content, open_word_file(content, shown_as, package=package), shown_as)


def regenerate_opened(
    document: OpenedDocx, stated: Sequence[Contact], directory: Directory, *, header: HeaderFacts | None = None
) -> DocxCopy:
    """Return a copy of an opened Word file; see ``regenerate_docx``. The opened file stays as it is.

    Raises:
        RenderError: a field in double braces is unknown or empty; or the file could not be changed and proved.
    """
    content, opened, shown_as = document.content, document.file, document.shown_as
    rows = with_deputy_rows(content, opened, stated, directory)
    basis = content
    if rows.changes:
        basis, stated = rows.content, rows.stated
        opened = open_word_file(basis, shown_as)
    wanted = Wanted(stated, directory, header)
    plan = replace(_planned(opened, wanted, shown_as), rows=rows.changes)
    if plan.holds or not (plan.replacements or plan.rows):
        return DocxCopy(content, replace(plan, rows=()))
    changed = _changed_members(opened, plan)
    copy = exchange_members(
        basis, {name: made.content for name, made in changed.items()}, packed=_deflaters(opened, changed)
    )
    prove_members(opened, basis, copy, changed, shown_as)
    after = changed_passages(opened.passages, plan)
    prove_paragraphs(opened, after, changed, shown_as)
    former = former_details(stated, directory)
    stays = stands_anywhere(opened.scene, former, apart_from=frozenset(after))
    if stays or stands_anywhere(Scene(tuple(after.values())), former):
        again = plan_replacements(carried_out(opened.passages, plan), stated_afterwards(stated, directory), directory)
        if again.replacements:
            return DocxCopy(content, _still_named(plan, again.replacements[0]))
    return DocxCopy(copy, plan)


def fill_docx(document: OpenedDocx, replacements: Sequence[Replacement]) -> bytes:
    """Return an opened Word file with some words of its paragraphs exchanged, as given, and nothing else.

    ``replacements`` are in the order of its passages. All formatting stays: the new words stand as the first letter of
    the old ones did.

    Raises:
        RenderError: a place holds a sign that cannot be kept, or the file could not be changed and proved.
    """
    opened, parts = document.file, list[Replacement]()
    for each in replacements:
        around = around_breaks(opened.paragraphs[each.passage], each)
        if not around:
            raise unproved(document.shown_as, f"a sign stands inside “{each.before}” in {each.where}")
        parts += around
    plan = ReplacementPlan(tuple(parts))
    changed = _changed_members(opened, plan)
    copy = exchange_members(document.content, {name: made.content for name, made in changed.items()})
    prove_members(opened, document.content, copy, changed, document.shown_as)
    prove_paragraphs(opened, changed_passages(opened.passages, plan), changed, document.shown_as)
    return copy


def _still_named(plan: ReplacementPlan, still: Replacement) -> ReplacementPlan:
    """Hold a copy in which a person would stand in a role who does not hold it, and say where."""
    reason = because("still-stands", words=still.before, where=still.where)
    return replace(plan, holds=(reason,), left=(*plan.left, Left(still.where, still.before, reason)), rows=())


def verify_copy(
    before: bytes, after: bytes, plan: ReplacementPlan, *, shown_as: str = "the document"
) -> tuple[Passage, ...]:
    """Prove that a copy differs from its original by ``plan`` alone; return the copy's passages.

    The members are the same, in the same order; those without a replacement are the same bytes; in the others all
    markup is the same (rows added or taken out as planned) and all words are those that the plan gives.

    Raises:
        RenderError: anything else differs.
    """
    basis = with_rows(before, plan.rows, shown_as)
    return _proved(open_word_file(basis, shown_as), basis, after, plan, shown_as)


def _proved(
    original: WordFile, before: bytes, after: bytes, plan: ReplacementPlan, shown_as: str
) -> tuple[Passage, ...]:
    old, new = packed_members(before), packed_members(after)
    if list(old) != list(new):
        raise unproved(shown_as, "its parts are not those of the original")
    touched = {name for name in old if old[name] != new[name]}
    odd = touched - {*original.members, *(relationships_member(name) for name in original.members)}
    if odd:
        raise unproved(shown_as, f"its part {min(odd)} changed")
    copied = reopen_changed(after, shown_as, original, touched)
    for name in touched & set(original.members):
        if _frame(original.members[name]) != _frame(copied.members[name]):
            raise unproved(shown_as, f"more than words changed in its part {name}")
    if carried_out(original.passages, plan) != tuple(copied.passages):
        raise unproved(shown_as, "its words are not those that were planned")
    return tuple(copied.passages)


def _frame(member: Member) -> bytes:
    """A member without its words and the words of its attributes: what a change must leave as it was."""
    return frame_of(without_values(member.content, member.outside))


def _planned(opened: WordFile, wanted: Wanted, shown_as: str) -> ReplacementPlan:
    planned = plan_copy(opened.scene, wanted, shown_as=shown_as)
    plan = _finished(opened, planned, elsewhere_mentions(opened, wanted, plan_replacements))
    return replace(plan, left=plan.left + pictures_unchecked(opened, plan, wanted))


# --- finishing the plan ------------------------------------------------------------------------------------------


def _finished(opened: WordFile, plan: ReplacementPlan, unread: Unread) -> ReplacementPlan:
    """Bring a plan to what can be done in this file: around breaks, one link one person; list what nothing reads."""
    done: list[Replacement] = []
    troubles: list[Left] = []
    targets: dict[tuple[str, str], str] = {}
    for each in plan.replacements:
        if each.passage >= len(opened.paragraphs):
            done.append(each)
            continue
        paragraph = opened.paragraphs[each.passage]
        if each.link is not None:
            identifier = paragraph.links[each.link].relationship_id
            if identifier and targets.setdefault((paragraph.member, identifier), each.after) != each.after:
                troubles.append(Left(each.where, each.before, because("link-of-several")))
            done.append(each)
            continue
        parts = around_breaks(paragraph, each)
        if not parts:
            troubles.append(Left(each.where, each.before, because("break-inside")))
        done += parts
    troubles += unread.left
    left = (*plan.left, *troubles, *unread.listed, *_pictures(opened, done))
    holds = (
        *plan.holds,
        *(because("could-not-be-changed", words=each.text, where=each.where, why=each.reason) for each in troubles),
    )
    purpose = plan.left_on_purpose + unread.on_purpose
    return replace(plan, replacements=tuple(done), left=left, left_on_purpose=purpose, holds=holds)


def _pictures(opened: WordFile, replacements: Sequence[Replacement]) -> Iterator[Left]:
    """The words about a picture follow the role; whom the picture shows only a person can see."""
    for index in dict.fromkeys(each.passage for each in replacements if each.kind is ReplacementKind.NAME):
        place = opened.outside_at(index)
        if place is not None and place.is_picture:
            yield Left(place.passage.where, place.passage.text, because("picture-words"))


# --- changing ----------------------------------------------------------------------------------------------------


def _changed_members(opened: WordFile, plan: ReplacementPlan) -> dict[str, ChangedMember]:
    changes: dict[str, MemberChange] = {}
    edits: dict[str, list[Edit]] = {}
    targets: dict[str, dict[str, str]] = {}
    for index, replacements in _by_passage(plan):
        place, loose = opened.outside_at(index), opened.loose_link_at(index)
        if place is not None:
            edits.setdefault(place.member, []).append(_value_edit(place, replacements))
        elif loose is not None:
            targets.setdefault(loose[0], {})[loose[1]] = replacements[0].after
        else:
            paragraph = opened.paragraphs[index]
            change = changes.setdefault(paragraph.member, MemberChange())
            changed_words(paragraph, [each for each in replacements if each.link is None], change)
            for each in replacements:
                if each.link is not None:
                    _change_target(paragraph, each, change, targets.setdefault(paragraph.member, {}))
    return _written(opened, changes, edits, targets)


def _written(
    opened: WordFile,
    changes: dict[str, MemberChange],
    edits: dict[str, list[Edit]],
    targets: dict[str, dict[str, str]],
) -> dict[str, ChangedMember]:
    for name, change in changes.items():
        member = opened.members[name]
        if change.texts or change.instructions:
            edits.setdefault(name, []).extend(member.text_places().edits(change))
    changed = {
        name: ChangedMember(spliced(opened.members[name].content, made), tuple(made), changes.get(name))
        for name, made in edits.items()
        if made
    }
    if any(targets.values()):
        for name, ids in targets.items():
            if ids:
                rels = relationships_member(name)
                before = opened.archive.read(rels)
                changed[rels] = ChangedMember(patched_relationships(before, ids, rels), targets=ids, before=before)
    return changed


def _deflaters(opened: WordFile, changed: Mapping[str, ChangedMember]) -> dict[str, Callable[[bytes], bytes]]:
    """What deflates each member: up to its first change it is the same in every school's copy."""
    return {
        name: partial(opened.members[name].deflater.deflate, alike=min(edit.start for edit in made.edits))
        for name, made in changed.items()
        if made.edits and name in opened.members
    }


def _value_edit(place: OutsidePlace, replacements: Sequence[Replacement]) -> Edit:
    return Edit(place.start, place.end, written_value(reworded(place.passage.text, replacements)))


def _by_passage(plan: ReplacementPlan) -> Iterator[tuple[int, list[Replacement]]]:
    grouped: dict[int, list[Replacement]] = {}
    for each in plan.replacements:
        grouped.setdefault(each.passage, []).append(each)
    yield from grouped.items()


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
