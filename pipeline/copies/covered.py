"""A copy with contacts being updated: what site and staff are given while the copy with today's contacts waits.

Made of the document as it was read, so that covered words are nowhere in its bytes. Today's contacts stand before it,
and its first words say that the policy is in force and its contacts are being updated. What it leaves out is listed by
page: one that leaves nothing out and hides nothing but contacts is as good to read as the policy.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from pipeline.copies.copy import Copy, CopyStyle
from pipeline.copies.parts import join_documents
from pipeline.copies.rewording import read_source, unfit_for_a_page
from pipeline.directory import DEPUTY, LEAD
from pipeline.documents.pdf.drawn import list_drawn
from pipeline.documents.sandbox.calls import Caller, call_here
from pipeline.documents.source import Source
from pipeline.errors import RenderError
from pipeline.last_look.check import with_last_check
from pipeline.model.contacts import Directory, Holder, ReplacementKind, ShownDirectory
from pipeline.model.documents import Block, BlockKind, Document, DocumentFormat, Span
from pipeline.model.facts import Contact
from pipeline.named.details.found import find_any_details, has_detail, number_pattern, target_detail
from pipeline.named.names.people import is_name
from pipeline.named.scene import Scene
from pipeline.pages.html import render_html
from pipeline.pages.pdf import FrontBlock, set_policy
from pipeline.places import PlaceKind, called
from pipeline.plan.contacts import places_of_former_contacts
from pipeline.plan.rewording import passages_of, reworded_document
from pipeline.plan.values import Replacement, ReplacementPlan, Unknown
from pipeline.register.policies.copies import Covering, LeftOut
from pipeline.text.passages import Stretch
from pipeline.text.telephones import find_numbers
from pipeline.wording import say_left_out, say_list

COVER = "[see the contacts at the top]"
"""What stands in place of words that are no longer right."""
_LEFT_OUT = "[{what} {number} is left out of this copy while its contacts are being updated.]"
_MARKED = re.compile(r"\[(Picture|Drawing) (\d+) is left out")
_FIELD = re.compile(r"\{\{(.*?)\}\}")
_DIGITS = 6
"""So many digits in a row are a number that a reader could ring."""
_DRAWN = frozenset({PlaceKind.DIAGRAM, PlaceKind.CHART})
_FLOWCHART = 4
"""So many text boxes, one behind the other, are a chart whose lines and order their words do not give."""
_MOST_ROUNDS = 3
"""The list of what is left out may move what it lists to another page."""


@dataclass(frozen=True, slots=True)
class CoveredDocument:
    """A document whose former contacts are covered."""

    document: Document
    only_contacts: bool
    """Nothing is covered but who the contacts were, and their numbers and addresses."""
    left_out: tuple[str, ...] = ()
    """``picture`` or ``drawing``, as they are numbered in the places where they stood."""


@dataclass(frozen=True, slots=True)
class CoveredCopy:
    """The files of a copy with contacts being updated, and what it leaves out."""

    copy: Copy
    covering: Covering | None
    """None where it has no files, or needs no stand-in."""


def make_covered(
    files: Sequence[tuple[Source, DocumentFormat]],
    stated: Sequence[Contact],
    directory: ShownDirectory,
    front: FrontBlock,
    style: CopyStyle,
    *,
    call: Caller = call_here,
) -> CoveredCopy | None:
    """Return the copy of a policy with its contacts covered, as PDF and web page; None where that cannot be safe.

    ``files`` are its file and, where it has one, that of its local appendix; ``call`` opens them.
    """
    document, *appendix = (call(read_source, *file) for file in files)
    if any(unfit_for_a_page(part) is not None for part in (document, *appendix)):
        return None
    whole = join_documents(document, appendix[0]) if appendix else document
    lost = [
        LeftOut(page, what)
        for source, format_ in files
        if format_ is DocumentFormat.PDF
        for page, what in call(list_drawn, source)
    ]
    try:
        covered = cover(whole, stated, directory)
        front = replace(front, owner=None if _is_covered_in(front.owner, whole, covered.document) else front.owner)
        return _set(covered, tuple(lost), front, style, call)
    except RenderError:
        # The copy is held in any case; without this one it is said that it is being updated.
        return None


def _set(
    covered: CoveredDocument, lost: tuple[LeftOut, ...], front: FrontBlock, style: CopyStyle, call: Caller
) -> CoveredCopy:
    """Set the pages with the list of what is left out on the first of them."""
    left_out = lost
    for _ in range(_MOST_ROUNDS):
        document = _with_notice(covered.document, front, left_out)
        pdf = set_policy(document, front, templates=style.templates, links=style.links).pdf
        found = (*_pages_of_marks(pdf, covered, call), *lost)
        if found == left_out:
            break
        left_out = found
    page = render_html(document, front, templates=style.templates, links=style.links, pdf_address=style.pdf_address)
    return CoveredCopy(Copy(None, pdf, ReplacementPlan(), (), page), Covering(covered.only_contacts, left_out))


def _pages_of_marks(pdf: bytes, covered: CoveredDocument, call: Caller) -> tuple[LeftOut, ...]:
    """Return on which page of the copy each thing that is left out stood."""
    if not covered.left_out:
        return ()
    read = call(read_source, Source(pdf, "copy.pdf"), DocumentFormat.PDF)
    pages = {
        int(match[2]): block.where.number_of(PlaceKind.PAGE) or 1
        for block in read.walk()
        for match in _MARKED.finditer(_plain(block))
    }
    return tuple(LeftOut(pages.get(number, 1), what) for number, what in enumerate(covered.left_out, start=1))


def _plain(block: Block) -> str:
    return " ".join(block.text.split())


def cover(document: Document, stated: Sequence[Contact], directory: ShownDirectory) -> CoveredDocument:
    """Return a document in which every former contact, and each unknown person, is covered, and no picture is left.

    Numbers and addresses of other bodies stay.

    Raises:
        RenderError: one of them would still stand in it.
    """
    marks = _PictureMarks()
    document = replace(document, blocks=tuple(marks.without_drawings(document.blocks)), metadata={})
    scene = Scene(passages_of(document))
    right = (*directory.with_office, *directory.settled, *_of_other_roles(stated, directory))
    places = [each for each in places_of_former_contacts(scene, stated, directory) if not _is_right(scene, each, right)]
    fields = [
        (Stretch(at, *match.span()), match[1].strip())
        for at in scene.places_with("{{")
        for match in _FIELD.finditer(scene.passages[at].text)
    ]
    places += [place for place, _ in fields]
    unknown = _unknown_in(document, directory)
    words = (*_words_of(scene, places), *(each.value for each in unknown))
    places += _again_elsewhere(scene, words)
    covered = reworded_document(document, _replacements(scene, places))
    still = [*_still_there(Scene(passages_of(covered)), words), *(e.value for e in _unknown_in(covered, directory))]
    if still:
        raise RenderError(f"{say_list(still)} would still stand in the copy with covered contacts, so it was not made.")
    only_contacts = all(map(_is_contact, unknown)) and not any(name.startswith("policy.") for _, name in fields)
    return CoveredDocument(covered, only_contacts, tuple(marks.left_out))


def _is_contact(unknown: Unknown) -> bool:
    """Whether what is covered can be a person's name, a number or an address, and no words that the policy needs."""
    return unknown.kind is not ReplacementKind.NAME or is_name(unknown.value)


def _is_covered_in(words: str | None, document: Document, covered: Document) -> bool:
    """Whether words that stand in a document do so no longer in its covered copy: it names one who was covered."""
    before, after = (" ".join(each.text.split()) for each in (document, covered))
    return words is not None and words in before and words not in after


def _unknown_in(document: Document, directory: Directory) -> tuple[Unknown, ...]:
    """Return who and what stands near a role and is nobody's today, by the look that every finished copy gets.

    A role for which the school gives nobody stays as the document says, as in every copy: the LADO is no one of the
    school's, and nobody stands at the top in their place. Of a lead and a deputy nothing stays that nobody knows.
    """
    unknown = with_last_check(document, ReplacementPlan(), directory).unknown
    return tuple(each for each in unknown if _is_ours(each.role, directory))


def _is_ours(role: str, directory: Directory) -> bool:
    """Whether the school says who holds a role, or that nobody does now."""
    return role in (LEAD, DEPUTY) or bool(directory.of(role)) or role in directory.vacant


def _of_other_roles(stated: Sequence[Contact], directory: Directory) -> list[Holder]:
    """Return whom the document names in roles for which the school gives nobody, with their numbers and addresses;
    none that it gives another person too whose details are covered.
    """
    mine = [Holder(each.role, each.name or "", "", each.phone, each.email) for each in stated]
    ours = [*(each for each in mine if _is_ours(each.role, directory)), *directory.former]
    others = [each for each in mine if not _is_ours(each.role, directory)]
    shared = {detail for each in ours for detail in _details_of(each)}
    return [each for each in others if not shared & set(_details_of(each))]


def _details_of(holder: Holder) -> Iterator[str]:
    if digits := re.sub(r"\D", "", holder.phone or ""):
        yield digits
    if holder.email:
        yield holder.email.casefold()


class _PictureMarks:
    """Leaves out pictures and drawings, each with a numbered mark in its place."""

    def __init__(self) -> None:
        self.left_out: list[str] = []

    def without_drawings(self, blocks: Sequence[Block]) -> Sequence[Block]:
        """Return blocks without pictures, and with a mark before the words of what is drawn."""
        made: list[Block] = []
        for is_box, group in groupby(blocks, key=_is_in_drawing):
            mine = [self._without_picture(block) for block in group]
            boxes = dict.fromkeys(_box_of(block) for block in mine)
            if is_box and (len(boxes) >= _FLOWCHART or any(_is_diagram(block) for block in mine)):
                first = replace(mine[0], kind=BlockKind.PARAGRAPH, rows=(), spans=(self._mark("drawing"),))
                mine.insert(0, first)
            made += mine
        return made

    def _without_picture(self, block: Block) -> Block:
        if block.rows:
            rows = tuple(
                tuple(replace(cell, blocks=tuple(map(self._without_picture, cell.blocks))) for cell in row)
                for row in block.rows
            )
            return replace(block, rows=rows)
        if block.picture is None:
            return block
        return replace(block, kind=BlockKind.PARAGRAPH, picture=None, spans=(self._mark("picture"),))

    def _mark(self, what: str) -> Span:
        self.left_out.append(what)
        return Span(_LEFT_OUT.format(what=what.capitalize(), number=len(self.left_out)), italic=True)


def _is_in_drawing(block: Block) -> bool:
    return _is_diagram(block) or block.where.leads_through(PlaceKind.TEXT_BOX)


def _is_diagram(block: Block) -> bool:
    return any(block.where.leads_through(kind) for kind in _DRAWN)


def _box_of(block: Block) -> int | None:
    return block.where.number_of(PlaceKind.TEXT_BOX)


def _with_notice(document: Document, front: FrontBlock, left_out: Sequence[LeftOut]) -> Document:
    """Put before everything that the policy is in force, who the contacts are today, and what is left out where."""
    today = say_list([_line_of(each.role_words, each.name, each.phone) for each in front.contacts])
    who = f"Today they are: {today}." if today else "Please ask the school office whom to go to today."
    covered = "Below, names and numbers that may not be right any more are covered."
    said = f"The safeguarding contacts in this copy are being updated. {who} {covered}"
    if left_out:
        said += f" Left out of this copy: {say_left_out([(each.what, each.page) for each in left_out])}."
    notice = Block(BlockKind.PARAGRAPH, called("the notice"), (Span(f"This policy is in force. {said}", bold=True),))
    return replace(document, blocks=(notice, *document.blocks))


def _line_of(role: str, name: str, phone: str | None) -> str:
    return f"{name} ({role[:1].lower() + role[1:] if role[1:2].islower() else role}{f', {phone}' if phone else ''})"


def _is_right(scene: Scene, place: Stretch, people: Sequence[Holder]) -> bool:
    """Whether a place gives a number or address that is one of some people's today."""
    passage = scene.passages[place.passage]
    if place.link is not None:
        found = target_detail(passage.links[place.link].target)
        return found is not None and has_detail(found, people)
    details = list(find_any_details(passage.text[place.start : place.end]))
    return bool(details) and all(has_detail(each, people) for each in details)


def _words_of(scene: Scene, places: Sequence[Stretch]) -> tuple[str, ...]:
    """Return the words of the places that must stand nowhere else: names of two words, numbers, addresses."""
    words: dict[str, None] = {}
    for place in places:
        if place.link is None:
            text = " ".join(scene.passages[place.passage].text[place.start : place.end].split())
            if "@" in text or sum(sign.isdigit() for sign in text) >= _DIGITS or " " in text:
                words[text] = None
    return tuple(words)


def _pattern(words: str) -> re.Pattern[str]:
    """Return what finds words however they are spaced; a number however it is grouped."""
    numbers = find_numbers(words)
    digits = numbers[0].phone.digits if len(numbers) == 1 else re.sub(r"\D", "", words)
    if numbers[1:] == [] and len(digits) >= _DIGITS and (numbers or not re.search(r"[^\W\d_]", words)):
        return re.compile(number_pattern(digits))
    return re.compile(r"(?<!\w)" + r"[\s\u00a0]+".join(map(re.escape, words.split())) + r"(?!\w)", re.IGNORECASE)


def _again_elsewhere(scene: Scene, words: Sequence[str]) -> list[Stretch]:
    """Return where the same words stand besides, and the links that lead to any of them."""
    places: list[Stretch] = []
    patterns = [_pattern(each) for each in words if "{{" not in each]
    for index, passage in enumerate(scene.passages):
        places += [Stretch(index, *match.span()) for each in patterns for match in each.finditer(passage.text)]
        for number, link in enumerate(passage.links):
            if any(each.search(link.target) for each in patterns):
                places.append(Stretch(index, link.start, link.end, number))
    return places


def _replacements(scene: Scene, places: Sequence[Stretch]) -> list[list[Replacement]]:
    """Return what covers each passage: its stretches, joined where they meet, and the links that go."""
    made: list[list[Replacement]] = [[] for _ in scene.passages]
    order = sorted(places, key=lambda each: each.passage)
    for index, group in groupby(order, key=lambda each: each.passage):
        mine, passage = list(group), scene.passages[index]
        stretches = _joined([(each.start, each.end) for each in mine if each.link is None and each.start < each.end])
        links = {each.link for each in mine if each.link is not None}
        links |= {
            at for at, link in enumerate(passage.links) if any(s < link.end and link.start < e for s, e in stretches)
        }
        for start, end in stretches:
            words = passage.text[start:end]
            made[index].append(Replacement(index, start, end, words, COVER, "", ReplacementKind.NAME, passage.where))
        for at in sorted(links):
            link = passage.links[at]
            before = link.target
            made[index].append(
                Replacement(index, link.start, link.end, before, "", "", ReplacementKind.LINK, passage.where, at)
            )
    return made


def _joined(stretches: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(stretches):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _still_there(scene: Scene, words: Sequence[str]) -> list[str]:
    """Return the words that stand in the text, or in the target of a link, after all: a separate look at the result."""
    texts = [*(each.text for each in scene.passages), *(link.target for each in scene.passages for link in each.links)]
    return [each for each in words if any(_pattern(each).search(text) for text in texts)]
