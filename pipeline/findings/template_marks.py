"""Find what a template left behind: fields nobody filled in.

Called where a document is read; each find keeps a draft from being used until it is filled in or overruled.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from pipeline.model.facts import Problem
from pipeline.places import Place
from pipeline.text.lines import Line
from pipeline.text.needed import Needed
from pipeline.text.phrases import phrase_pattern
from pipeline.text.rules import load_rules
from pipeline.wording import say_count

_RULES = load_rules(Path(__file__).with_suffix(".toml"))


def _any_of(kind: str) -> str:
    return rf"(?:{'|'.join(map(phrase_pattern, _RULES.phrases_of(kind)))})"


_BLANK = rf"(?:{_any_of('blank')}|xx+)"
_INSIDE = rf"\s*(?:{_any_of('instruction')}\b[^\]>\n@]{{0,80}}|{_BLANK}(?:[\s/&,]+{_BLANK}){{0,5}})\s*"
_IN_BRACKETS = rf"\[{_INSIDE}\]|<{_INSIDE}>|«[^»\n]{{1,60}}»"
_CROSSES = r"(?<![\w./@-])x{4,}(?![\w/@])|\bx{3,}\b(?=\s+(?:school|academy|primary|council))"
_FIELD = re.compile(rf"{_IN_BRACKETS}|\b{_any_of('field')}\b|{_CROSSES}", re.IGNORECASE)
_LATER = re.compile(rf"(?:^|[:\t–—]\s*|\s-\s*)\(?(?P<words>{_any_of('later')})\)?\s*[.]?$")
_NOTE = re.compile(rf"\W*{_any_of('note')}\W*", re.IGNORECASE)
_DOTS = re.compile(r"(?:[._…·-]\s?){5,}")
_SIGNER = re.compile(rf"\b{_any_of('signer')}\b", re.IGNORECASE)
_SIGNING = re.compile(rf"(?:[\W_]|\b(?:{_any_of('signer')}|{_any_of('signing')})\b)*", re.IGNORECASE)
_MAY_HOLD = re.compile(r"[\[<«]|xxx|lorem|click|\bTB[CA]\b|to\s+be\s+(?:confirmed|advised)", re.IGNORECASE)
_OPENINGS = ("[", "<", "«")
_OF_FIELDS = ("xxx", "lorem", "click", "tbc", "tba", "confirmed", "advised")
_NEEDED = Needed([_OF_FIELDS])
_MOST = 12
_LONGEST_NOTE = 60


@dataclass(frozen=True, slots=True)
class TemplateField:
    """A field that nobody filled in."""

    words: str
    """As they stand."""
    where: Place
    is_later: bool
    """Put off ("TBC") rather than overlooked."""


def find_template_fields(lines: Sequence[Line]) -> tuple[TemplateField, ...]:
    """Return the unfilled fields in reading order: ``[school name]``, ``«Name»``, ``xxxx``, "Lorem ipsum", "TBC"."""
    return tuple(field for line in lines if _may_hold(line.text) for field in _fields_of(line))


def _may_hold(text: str) -> bool:
    letters = any(map(text.__contains__, _OPENINGS)) or _NEEDED.of(text)
    return bool(letters) and _MAY_HOLD.search(text) is not None


def template_problems(fields: Sequence[TemplateField]) -> Iterator[Problem]:
    """Yield a finding ``template-field`` for each wording, its first place and how often it stands elsewhere."""
    places: dict[str, list[TemplateField]] = {}
    for field in fields:
        places.setdefault(field.words.casefold(), []).append(field)
    for found in list(places.values())[:_MOST]:
        first, others = found[0], len(found) - 1
        more = f" and {say_count(others, 'other place')}" if others else ""
        why = "still has to be filled in" if first.is_later else "was left over from a template. Fill it in"
        yield Problem("template-field", f"“{first.words}” at {first.where}{more} {why}.")


def unfinished_problems(lines: Sequence[Line]) -> Iterator[Problem]:
    """Yield minor findings: ``template-field`` for a note to the writer, ``signature-blank`` where nobody signed.

    A line of dots is signed where a name or a date stands with it; only one of governors or trustees is told.
    """
    notes, unsigned = [], []
    for line, below in zip_longest(lines, lines[1:]):
        whole = line.text if below is None else f"{line.text} {below.text}"
        if _NOTE.fullmatch(line.text) or (below is not None and len(whole) < _LONGEST_NOTE and _NOTE.fullmatch(whole)):
            notes.append(line)
        if _DOTS.search(line.text) and _is_unsigned(whole if _DOTS.fullmatch(line.text.strip()) else line.text):
            unsigned.append(line)
    for line in notes[:1]:
        words = f"“{line.text}” ({line.where}) was left over from a template. Take it out."
        yield Problem("template-field", words, minor=True)
    for line in unsigned[:1]:
        words = f"The governors’ line for a signature ({line.where}) is empty. Have it signed, or take it out."
        yield Problem("signature-blank", words, minor=True)


def _is_unsigned(words: str) -> bool:
    return _SIGNER.search(words) is not None and "date" in words.casefold() and _SIGNING.fullmatch(words) is not None


def _fields_of(line: Line) -> Iterator[TemplateField]:
    for match in _FIELD.finditer(line.text):
        yield TemplateField(" ".join(match[0].split()), line.where, False)
    for place, cell in zip(line.places, line.cells, strict=False):
        late = _LATER.search(cell.strip())
        if late:
            yield TemplateField(late["words"], place or line.where, True)
