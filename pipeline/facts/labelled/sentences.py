"""Tell a label that stands in a sentence from one that asks for a value, and whose life the sentence tells.

Between ``joins`` and ``labelled_dates``: "This policy was adopted by the trustees" and a date below it belong together;
"The policy was reviewed by all staff after the inspection." and a bare "Date:" do not, and "the tracking tool, adopted
in May 2026," says nothing of the document.
"""

import re
from collections.abc import Sequence

from pipeline.facts.labelled.joins import FILLER, PROSE_LENGTH, SUBJECT, heads_row
from pipeline.labels.kinds import Label, LabelKind
from pipeline.labels.listed import find_labels
from pipeline.named.bodies import is_body
from pipeline.named.names.people import is_name
from pipeline.named.schools import is_school_line
from pipeline.text.lines import Line

_ADOPTION_BEGINS = re.compile(
    r"\W*(?:\d[\d.]*\s+)?(?:this|the|our|these)\s[^.;:]{0,70}?"
    r"\b(?:policy|policies|procedures?|document|statement|plan|scheme|code|principles?)\s+"
    r"(?:was|were|is|are|has been|have been)\s+(?:formally\s+|first\s+)?",
    re.IGNORECASE,
)
_PASSIVE = re.compile(r"\b(?:was|were|is|are|been)(?:\s+(?:\w+ly|last|first|then|also))?\s*$", re.IGNORECASE)
_POINTS_BACK = re.compile(r"\W*(?:(?:this|these|it|they|which|both|all)\s+(?:was|were|is|are|ha[sd]|have)\b|$)", re.I)
_WHOLE_CLAUSE = re.compile(r"(?:this|the|our|it)\b.*\b(?:was|were|is|are|will|has|have)\b", re.IGNORECASE)
_GOES_ON_BEHIND = re.compile(r"[^()]*\)[,;]?\s+[a-z]")
_IN_BRACKETS = re.compile(r"(?<!this policy )(?<!our policy )\($", re.IGNORECASE)
_ABOVE = 4
"""How far above a signature the words may stand that are signed."""
_LONGEST_STATEMENT = 160


def is_in_sentence(line: Line, label: Label) -> bool:
    """Say whether words of a label are told in a sentence that goes on, so that nothing below answers them."""
    column = line.column_at(label.start)
    offset = line.start_of(column)
    rest = line.text[label.end : offset + len(line.cells[column])]
    if rest.lstrip().startswith((":", "…", "__", "..")) or label.means(LabelKind.SIGNATURE):
        return False
    value = rest.strip(" :.\t_…-–")
    if not value or is_body(value) or is_name(value) or is_school_line(value):
        return False
    told = [word for word in re.findall(r"[A-Za-z'’]+", value) if word[0].islower() and not FILLER.fullmatch(word)]
    return len(told) > 1


def is_adoption(line: Line) -> bool:
    """Say whether a line is the statement that this document was adopted, with or without the body."""
    if len(line.text) > _LONGEST_STATEMENT:
        return False
    label = next((each for each in find_labels(line.text) if each.means(LabelKind.APPROVED)), None)
    return label is not None and _ADOPTION_BEGINS.fullmatch(line.text[: label.start]) is not None


def signs_adoption(lines: Sequence[Line], line: Line) -> bool:
    """Say whether ``line`` is the signature, on a body's behalf, under the statement that this was adopted."""
    near = lines[max(0, line.number - _ABOVE) : line.number]
    return "behalf" in line.text.lower() and any(map(is_adoption, near))


def is_prose(line: Line, label: Label) -> bool:
    """Say whether a label is part of a sentence: its date counts less than one beside a label of its own."""
    if len(line.text) > PROSE_LENGTH and not heads_row(line.text, label):
        return True
    if _WHOLE_CLAUSE.match(label.text):
        return not line.text[label.end :].lstrip().startswith(":")
    before = line.text[: label.start].rsplit("\t", 1)[-1]
    return label.text[0].islower() and (_PASSIVE.search(before) is not None or before.rstrip().endswith(","))


def tells_of_others(lines: Sequence[Line], line: Line, label: Label, clause: str) -> bool:
    """Say whether a label in the sentence that ``clause`` begins is told of something else than this document.

    A sentence that the page broke begins on the line above.
    """
    if not label.text[0].islower():
        return False
    whole = clause.strip()
    if whole.endswith(",") and is_name(whole.rstrip(",")):
        # "Ada Holt, last updated May 2026": by whom.
        return False
    told = _PASSIVE.search(whole) is not None or whole.endswith(",")
    words = re.findall(r"[A-Za-z]{2,}", whole)
    if len(words) > 1 and _IN_BRACKETS.search(whole) and _GOES_ON_BEHIND.match(line.text, label.end):
        # "the Procedures for Schools (revised 2023) and the Act": of what is cited.
        return True
    return told and len(words) > 1 and not SUBJECT.search(whole) and not _POINTS_BACK.match(whole)


def last_sentence(text: str) -> str:
    """Return the sentence that a text ends with or in."""
    return re.split(r"[.;!?]\s+(?=[A-Z\d(])", text)[-1]
