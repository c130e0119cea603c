"""Words of a Word file that nobody reads and a copy would still carry: hidden text, tracked deletions.

``docx`` asks whether a former holder stands in them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.copies.contacts import plan_replacements
from pipeline.copies.plan import Left, Passage
from pipeline.copies.planning import Wanted
from pipeline.copies.word_file import Member, WordFile
from pipeline.documents.docx_paragraph import Element
from pipeline.documents.word_names import P, T, w

_DELETED = w("delText")
_MOVED = w("moveFrom")
_MAY_HIDE = (b"vanish", b"delText", b"moveFrom>", b"moveFrom ")
_HIDDEN = "hidden text"
_TAKEN_OUT = "a tracked deletion"


@dataclass(frozen=True, slots=True)
class Unread:
    """Former holders in words that nobody reads."""

    left: tuple[Left, ...] = ()
    """In hidden text: it shows in Word at one click, so a copy must not go out with it."""
    on_purpose: tuple[Left, ...] = ()


def unread_mentions(opened: WordFile, wanted: Wanted) -> Unread:
    """Find people and details that a plan would change, in hidden text and in tracked deletions."""
    passages = [passage for member in opened.members.values() for passage in _unread(member)]
    if not passages:
        return Unread()
    plan = plan_replacements(passages, wanted.stated, wanted.directory)
    found = [(passages[each.passage].where, each.before) for each in plan.replacements]
    return Unread(
        tuple(
            Left(where, text, "hidden text: show it in Word and change it there")
            for where, text in found
            if where == _HIDDEN
        ),
        tuple(Left(where, text, _TAKEN_OUT) for where, text in found if where == _TAKEN_OUT),
    )


def _unread(member: Member) -> Iterator[Passage]:
    if member.root is None or not any(mark in member.content for mark in _MAY_HIDE):
        return
    read = {piece.element for paragraph in member.paragraphs for piece in paragraph.pieces}
    for paragraph in member.root.iter(P):
        moved = next(paragraph.iter(_MOVED), None) is not None
        for called, tag in ((_TAKEN_OUT if moved else _HIDDEN, T), (_TAKEN_OUT, _DELETED)):
            text = "".join(_texts(paragraph, tag, read))
            if text.strip():
                yield Passage(called, text, label=called)


def _texts(paragraph: Element, tag: str, read: set[Element]) -> Iterator[str]:
    for element in paragraph.iter(tag):
        if element not in read and next(element.iterancestors(P), None) is paragraph:
            yield element.text or ""
