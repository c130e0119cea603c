"""Word's fields that show another day whenever a file is opened, saved or printed: no date anybody wrote down.

Stands below ``document``.
"""

from collections.abc import Iterator

from lxml import etree

from pipeline.documents.word.marks import MarkElements
from pipeline.documents.word.names import FIELD_CHARACTER, INSTRUCTION, T, w

Element = etree._Element

_MOVING = frozenset({"DATE", "TIME", "SAVEDATE", "PRINTDATE"})
_INSTR, _TURN = w("instr"), w("fldCharType")
_MAX_FIELDS = 64


def moving_dates(root: Element, marks: MarkElements) -> tuple[str, ...]:
    """Return the words that ``DATE``, ``TIME``, ``SAVEDATE`` and ``PRINTDATE`` fields show, as last saved.

    ``marks`` are those of ``root``.

    Source: ECMA-376 part 1, 17.16.5 (``CREATEDATE`` stays as it is).
    """
    simple = (field for field in marks.simple_fields if _moves(field.get(_INSTR, "")))
    found = ["".join(text.text or "" for text in field.iter(T)) for field in simple]
    if any(_moves(part.text or "") for part in marks.fields if part.tag == INSTRUCTION):
        found.extend(_complex(root))
    return tuple(words for each in found if (words := " ".join(each.split())))


def _moves(instruction: str) -> bool:
    words = instruction.split(None, 1)
    return bool(words) and words[0].upper() in _MOVING


def _complex(root: Element) -> Iterator[str]:
    """Yield the results of the moving fields that begin, part and end with marks of their own."""
    instructions: list[str] = []
    results: list[str | None] = []
    for element in root.iter(FIELD_CHARACTER, INSTRUCTION, T):
        turn = element.get(_TURN) if element.tag == FIELD_CHARACTER else None
        if turn == "begin" and len(results) < _MAX_FIELDS:
            instructions.append("")
            results.append(None)
        elif turn == "separate" and results:
            results[-1] = ""
        elif turn == "end" and results:
            shown = results.pop()
            if _moves(instructions.pop()) and shown:
                yield shown
        elif element.tag == INSTRUCTION and instructions and results[-1] is None:
            instructions[-1] += element.text or ""
        elif element.tag == T and results and results[-1] is not None:
            results[-1] += element.text or ""
