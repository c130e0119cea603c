"""Words of an OpenDocument text with a line drawn through them: a writer's way of taking them out. For ``document``."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from lxml import etree

from pipeline.documents.odt.styles import OFFICE, TEXT, OdtStyles

Element = etree._Element

_PARAGRAPHS = (TEXT + "p", TEXT + "h")
_APART = frozenset({TEXT + "tracked-changes", TEXT + "note", OFFICE + "annotation"})


def struck_out(roots: Iterable[Element | None], styles: OdtStyles) -> tuple[str, ...]:
    """Return the struck-through words of the parts of a text, those that stand together as one, in reading order."""
    if not any(styles.struck.values()):
        return ()
    found = []
    for root in roots:
        for paragraph in () if root is None else root.iter(*_PARAGRAPHS):
            if next(paragraph.iterancestors(TEXT + "tracked-changes", OFFICE + "annotation"), None) is not None:
                continue
            said = (part for part in _parts(paragraph, styles, struck=False) if part[1])
            for struck, parts in groupby(said, key=lambda part: part[0]):
                words = " ".join("".join(text for _, text in parts).split())
                if struck and words:
                    found.append(words)
    return tuple(dict.fromkeys(found))


def _parts(element: Element, styles: OdtStyles, *, struck: bool) -> Iterator[tuple[bool, str]]:
    """Yield the words of a paragraph in turn, each with whether a line goes through them."""
    own = styles.is_struck(element.get(TEXT + "style-name"))
    struck = struck if own is None else own
    yield struck, element.text or ""
    for child in element:
        if isinstance(child.tag, str) and child.tag not in _APART and child.tag not in _PARAGRAPHS:
            if child.tag in (TEXT + "s", TEXT + "tab", TEXT + "line-break"):
                yield struck, " "
            else:
                yield from _parts(child, styles, struck=struck)
        yield struck, child.tail or ""
