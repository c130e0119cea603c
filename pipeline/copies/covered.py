"""A copy whose contacts are covered: what a site shows while the copy with today's contacts waits for an answer.

Made of the document as it was read, so that covered words are nowhere in its bytes. Today's contacts stand before it,
and its first words say that those below are being renewed. It is published, never mailed.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from pipeline.catalogue.policies import Publication, find_entry
from pipeline.copies.parts import join_documents
from pipeline.copies.regenerate import Copy, CopyStyle
from pipeline.copies.reworded import unfit_for_a_page
from pipeline.errors import RenderError
from pipeline.last_look.check import with_last_check
from pipeline.model import Block, BlockKind, Contact, Directory, Document, ReplacementKind, ShownDirectory, Span
from pipeline.named.details.found import find_any_details, has_detail, number_pattern, target_detail
from pipeline.named.scene import Scene
from pipeline.pages.html import render_html
from pipeline.pages.pdf import FrontBlock, set_policy
from pipeline.places import called
from pipeline.plan.contacts import places_of_former_contacts
from pipeline.plan.rewording import passages_of, reworded_document
from pipeline.plan.values import Replacement, ReplacementPlan
from pipeline.text.passages import Stretch
from pipeline.text.telephones import find_numbers
from pipeline.wording import say_list

COVER = "[see the contacts at the top]"
"""What stands in place of words that are no longer right."""
_NO_PICTURE = "[A picture is left out of this copy while its contacts are being renewed.]"
_FIELD = re.compile(r"\{\{.*?\}\}")
_DIGITS = 6
"""So many digits in a row are a number that somebody could ring."""


def is_covered(catalogue_slug: str | None, *, had_a_copy: bool) -> bool:
    """Return whether a policy whose copy is held stays readable: it must be public, is expected to be, or was."""
    entry = find_entry(catalogue_slug or "")
    if entry is None:
        return had_a_copy
    return entry.publish is not Publication.NO and (had_a_copy or entry.publish is not Publication.LOCAL)


def make_covered(
    document: Document,
    stated: Sequence[Contact],
    directory: ShownDirectory,
    front: FrontBlock,
    style: CopyStyle,
    *,
    appendix: Document | None = None,
) -> Copy | None:
    """Return the copy of a document with its contacts covered, as PDF and web page; None where that cannot be safe."""
    parts = [document, *([appendix] if appendix is not None else [])]
    if any(unfit_for_a_page(part) is not None for part in parts):
        return None
    whole = join_documents(document, appendix) if appendix is not None else document
    try:
        covered = cover(whole, stated, directory)
        front = replace(front, owner=None if _is_covered_in(front.owner, whole, covered) else front.owner)
        covered = _with_notice(covered, front)
        pages = set_policy(covered, front, templates=style.templates, links=style.links)
        page = render_html(covered, front, templates=style.templates, links=style.links, pdf_address=style.pdf_address)
    except RenderError:
        # The copy is held in any case; without this one the site says that it is being renewed.
        return None
    return Copy(None, pages.pdf, ReplacementPlan(), (), page)


def cover(document: Document, stated: Sequence[Contact], directory: ShownDirectory) -> Document:
    """Return a document in which every former contact, and whoever nobody knows, is covered, and no picture is left.

    Raises:
        RenderError: one of them would still stand in it.
    """
    document = replace(document, blocks=tuple(_without_picture(block) for block in document.blocks), metadata={})
    scene = Scene(passages_of(document))
    places = [
        each for each in places_of_former_contacts(scene, stated, directory) if not _is_todays(scene, each, directory)
    ]
    places += [
        Stretch(at, *match.span())
        for at in scene.places_with("{{")
        for match in _FIELD.finditer(scene.passages[at].text)
    ]
    words = (*_words_of(scene, places), *_unknown_in(document, directory))
    places += _again_elsewhere(scene, words)
    covered = reworded_document(document, _replacements(scene, places))
    still = [*_still_there(Scene(passages_of(covered)), words), *_unknown_in(covered, directory)]
    if still:
        raise RenderError(f"{say_list(still)} would still stand in the copy with covered contacts, so it was not made.")
    return covered


def _is_covered_in(words: str | None, document: Document, covered: Document) -> bool:
    """Whether words that stand in a document do so no longer in its covered copy: they name whoever was covered."""
    before, after = (" ".join(each.text.split()) for each in (document, covered))
    return words is not None and words in before and words not in after


def _unknown_in(document: Document, directory: Directory) -> tuple[str, ...]:
    """Return who and what stands near a role and is nobody's today, by the look that every finished copy gets."""
    return tuple(each.value for each in with_last_check(document, ReplacementPlan(), directory).unknown)


def _without_picture(block: Block) -> Block:
    if block.rows:
        rows = tuple(
            tuple(replace(cell, blocks=tuple(_without_picture(each) for each in cell.blocks)) for cell in row)
            for row in block.rows
        )
        return replace(block, rows=rows)
    if block.picture is None:
        return block
    return replace(block, kind=BlockKind.PARAGRAPH, picture=None, spans=(Span(_NO_PICTURE, italic=True),))


def _with_notice(document: Document, front: FrontBlock) -> Document:
    """Put before everything that contacts are being renewed, and who they are today."""
    today = say_list([_line_of(each.role_words, each.name, each.phone) for each in front.contacts])
    who = f"Today they are: {today}." if today else "Please ask the school office whom to go to today."
    covered = "Below, names and numbers that may not be right any more are covered."
    said = f"The safeguarding contacts in this copy are being renewed. {who} {covered}"
    notice = Block(BlockKind.PARAGRAPH, called("the notice"), (Span(said, bold=True),))
    return replace(document, blocks=(notice, *document.blocks))


def _line_of(role: str, name: str, phone: str | None) -> str:
    return f"{name} ({role[:1].lower() + role[1:] if role[1:2].islower() else role}{f', {phone}' if phone else ''})"


def _is_todays(scene: Scene, place: Stretch, directory: Directory) -> bool:
    """Whether a place gives a number or address that is somebody's today."""
    people = (*directory.with_office, *directory.settled)
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
