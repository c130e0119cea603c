"""Word's content controls: rows and cells wrapped in them, and the prompts of those that nobody filled in.

Stands below ``walk``, which passes prompts over, and ``blocks``, which needs the same rows and cells.
"""

import re
from collections.abc import Iterator

from lxml import etree

from pipeline.documents.word.marks import SHOWS_PROMPT
from pipeline.documents.word.names import RUN_PROPERTIES, SDT, SDT_CONTENT, TC, TR, VAL, T, w

Element = etree._Element

_PROPERTIES, _RUN_STYLE, _ROW_PROPERTIES, _DELETED = w("sdtPr"), w("rStyle"), w("trPr"), w("del")
_WRAPPERS = frozenset({SDT, SDT_CONTENT, w("customXml"), w("ins"), w("moveTo")})
_PROMPT_STYLE = "placeholder"
_PROMPT = re.compile(r"\s*(?:\[?\s*)?(?:click|tap|choose|select|enter|type|insert|pick)\b", re.IGNORECASE)


def prompt_of(control: Element) -> str | None:
    """Return the words with which a ``w:sdt`` asks to be filled in, None where it holds a writer's own.

    Word marks a control that shows its prompt; programs that fill in forms forget to take the mark off, so the words
    must look like a prompt as well.
    """
    properties = next(control.iterchildren(_PROPERTIES), None)
    if properties is None or next(properties.iterchildren(SHOWS_PROMPT), None) is None:
        return None
    words = "".join(text.text or "" for text in control.iter(T)).strip()
    styled = any(
        _PROMPT_STYLE in style.get(VAL, "").lower()
        for looks in control.iter(RUN_PROPERTIES)
        for style in looks.iterchildren(_RUN_STYLE)
    )
    return words if styled or _PROMPT.match(words) else None


def iter_rows(table: Element) -> Iterator[Element]:
    """Yield the rows of a ``w:tbl`` that are not deleted, those inside content controls included."""
    for row in _through_wrappers(table, TR):
        properties = next(row.iterchildren(_ROW_PROPERTIES), None)
        if properties is None or next(properties.iterchildren(_DELETED), None) is None:
            yield row


def iter_cells(row: Element) -> Iterator[Element]:
    """Yield the cells of a ``w:tr``, those inside content controls included."""
    return _through_wrappers(row, TC)


def is_prompt_cell(cell: Element) -> bool:
    """Tell whether a ``w:tc`` is all there is in a content control that nobody filled in."""
    content = cell.getparent()
    control = None if content is None or content.tag != SDT_CONTENT else content.getparent()
    return control is not None and control.tag == SDT and prompt_of(control) is not None


def _through_wrappers(container: Element, wanted: str) -> Iterator[Element]:
    for child in container:
        if child.tag == wanted:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _through_wrappers(child, wanted)
