"""Words of a Word file with a line drawn through them: a writer's way of taking them out. Stands below ``document``."""

from itertools import groupby

from lxml import etree

from pipeline.documents.word.marks import MarkElements
from pipeline.documents.word.names import RUN_PROPERTIES, VAL, P, R, T, is_on, w

Element = etree._Element

_STRUCK = (w("strike"), w("dstrike"))


def struck_out(root: Element, marks: MarkElements) -> tuple[str, ...]:
    """Return the struck-through words of one part, those that stand together as one, in reading order.

    ``marks`` are those of ``root``.
    """
    if not marks.struck:
        return ()
    found = []
    for paragraph in root.iter(P):
        for struck, runs in groupby(paragraph.iterchildren(R), key=_is_struck):
            words = " ".join("".join(text.text or "" for run in runs for text in run.iterchildren(T)).split())
            if struck and words:
                found.append(words)
    return tuple(dict.fromkeys(found))


def _is_struck(run: Element) -> bool:
    marks = (mark for held in run.iterchildren(RUN_PROPERTIES) for mark in held.iterchildren(*_STRUCK))
    return any(is_on(mark.get(VAL)) for mark in marks)
