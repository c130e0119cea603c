"""Say whether words leave a label and its value joined, and which words of a line are the label."""

import re
from collections.abc import Sequence
from functools import lru_cache

from pipeline.dates.written import FoundDate, scan_dates
from pipeline.facts.labelled.words import pattern_of
from pipeline.labels.kinds import Label, LabelKind
from pipeline.labels.listed import find_labels
from pipeline.named.bodies import is_body
from pipeline.named.names.people import is_name
from pipeline.named.schools import is_school_line
from pipeline.text.lazily import compiled_lazily
from pipeline.text.lines import Line

PROSE_LENGTH = 140
"""A line longer than this is running text, where a label counts only in a clause about this document."""
_GAP_LENGTH = 90


_MODELS_AND_TASKS = r"(?<!this )model (?:policy|procedures?)|(?:risk assessments?|care plans?)(?! policy)"
DISTRACTING = compiled_lazily(lambda: rf"\b(?:{pattern_of('others')}|{_MODELS_AND_TASKS})\b", re.IGNORECASE)
"""Words of other texts, events and duties, whose date is not the document's."""
SUBJECT = compiled_lazily(lambda: rf"\b{pattern_of('subject')}\b[^;:]{{0,60}}$", re.IGNORECASE)
"""The document, or who decides on it, at the beginning of a clause."""
OTHERS_EDITION = compiled_lazily(lambda: rf"\s*{pattern_of('edition')}\b", re.IGNORECASE)
"""What follows a date that tells an edition of another body's text: "updated to reflect 2017 DfE guidance"."""
OTHERS_BRACKET = re.compile(r"\b(?!(?:policy|document|plan|statement|scheme|procedures?)\b)\w+\s?\($", re.IGNORECASE)
"""In running text a bracket tells of the text named before it: "the county's advice May 2011 (revised August 2021)"."""
FILLER = compiled_lazily(lambda: rf"{pattern_of('filler')}|v?\d+(?:\.\d+)?", re.IGNORECASE)
"""A word between a label and its date that says nothing of what the date is of."""


def is_bridge(gap: str, label: Label, *, tight: bool = False) -> bool:
    """Say whether the words between label and date leave them joined."""
    if len(gap) > _GAP_LENGTH or re.search(r"[a-z]{4,}[.;!?]\s+[A-Z]", gap.rstrip()):
        return False
    if re.search(r":[^:]*[A-Za-z]{3}[^:]*(?<!date)(?<!date )(?<!on)\s?:", gap, re.IGNORECASE):
        # A second colon ends a label nobody listed: "Approved: Full Governors Date of printing: May 2020".
        return False
    if DISTRACTING.search(gap) and not re.search(r"legislation", gap):
        return False
    if re.match(
        r"\s+(?:this|the) [^.]{0,80}\b(?:policy|plan|statement|procedure)\b[^.]{0,60}\s(?:on|in)\s*$",
        gap,
        re.IGNORECASE,
    ):
        return not tight
    words = re.findall(r"[\w&'’.]+", gap)
    if tight and len(words) > 6:
        return False
    by = bool(re.search(r"\bby\b", label.text + " " + gap, re.IGNORECASE))
    for word in words:
        bare = word.strip(".'’")
        if not bare or FILLER.fullmatch(bare):
            continue
        if bare[0].isupper() or (by and bare.islower() and len(words) <= 8 and not bare.endswith("ing")):
            continue
        return False
    return True


def heads_row(text: str, label: Label) -> bool:
    """Say whether a label is one of a header set as one long line ("Agreed: May 2019 Author: SLT Review: 2021")."""
    row = [other for other in find_labels(text) if text[other.end : other.end + 2].lstrip().startswith(":")]
    if label not in row:
        return False
    starts = {found.start for found in scan_dates(text).dates}
    answered = [other for other in row if starts.intersection(range(other.end + 1, other.end + 4))]
    row = row if len(row) >= 3 else answered
    return len(row) >= 2 and row[-1].end - row[0].start <= 130 * len(row)


def is_label_line(line: Line, label: Label) -> bool:
    """Say whether a label without a date is meant to have one: it ends its cell, or a colon or blanks follow."""
    column = line.column_at(label.start)
    offset = line.start_of(column)
    rest = line.text[label.end : offset + len(line.cells[column])].replace("\n", " ")
    if len(line.cells[column]) > PROSE_LENGTH and rest.strip(" :.") != "":
        return False
    blank = re.sub(r"[\s:._…\-–/|()]+", " ", rest).strip()
    if not blank:
        return True
    if len(rest) > 70 or find_labels(rest):
        return rest.lstrip().startswith(("…", "__", ".."))
    return bool(re.search(r"(?::|\bon|_{2,}|…|\.{3,})\W*$", rest.strip())) or all(
        FILLER.fullmatch(word) for word in re.findall(r"\w+", rest)
    )


_DONE_WORD = re.compile(r"(?:approved|adopted|ratified|agreed|reviewed|revised|updated)(?: by| at)?", re.IGNORECASE)


def date_before(line: Line, label: Label) -> FoundDate | None:
    """Return the date a lone word ends the cell of ("12 May 2025 APPROVED"), None where more is said there."""
    column = line.column_at(label.start)
    offset = line.start_of(column)
    dates = [found for found in scan_dates(line.text).dates if offset <= found.start < label.start]
    if len(dates) != 1 or not _DONE_WORD.fullmatch(label.text):
        return None
    before = line.text[offset : dates[0].start]
    between, after = line.text[dates[0].end : label.start], line.text[label.end : offset + len(line.cells[column])]
    body = re.sub(r"^(?:\s+(?:by|at))?\s+(?:the\s+)?|[\s.]+$", "", after)
    by = f"{label.text}{after}".split()[1:2]
    if not re.fullmatch(r"[^\w]*(?:status\s*:?\s*)?", before, re.IGNORECASE) or not re.fullmatch(r"[\s:,–-]*", between):
        return None
    return dates[0] if not body or (by[0] in {"by", "at"} and is_body(body)) else None


def date_in_cell_before(line: Line, label: Label) -> FoundDate | None:
    """Return the date that is all of the cell before one that holds a label alone ("July 2025", "Next review date").

    None where the cell before that one has a label, which the date answers.
    """
    column = line.column_at(label.start)
    alone = column > 0 and re.sub(r"\W", "", line.cells[column]).casefold() == re.sub(r"\W", "", label.text).casefold()
    if not alone or (column > 1 and find_labels(line.cells[column - 2])):
        return None
    start, left = line.start_of(column - 1), line.cells[column - 1]
    dates = [found for found in scan_dates(line.text).dates if start <= found.start < start + len(left)]
    if len(dates) != 1 or len(left.strip()) - (dates[0].end - dates[0].start) > 3:
        return None
    return dates[0]


_OF_AN_ADOPTION = re.compile(
    r"(?:at )?(?:a )?meeting(?: of)?|of|\W*name of (?:the )?(?:setting|provider|group|school|club)\W*", re.IGNORECASE
)
"""What stands under "This policy was adopted at a" where a narrow column breaks it, and what is asked for there."""


def may_stand_between(line: Line, label: Label) -> bool:
    """Say whether a line between a label and its date leaves them joined."""
    if scan_dates(line.text).dates:
        return False
    if label.means(LabelKind.APPROVED) and _OF_AN_ADOPTION.fullmatch(line.text):
        return True
    labels = find_labels(line.text)
    if labels and not labels[0].means(LabelKind.OTHER):
        return labels[0].means(LabelKind.SIGNATURE)
    asks_who = re.search(r"\b(?:by|at)$", label.text, re.IGNORECASE) is not None
    if asks_who and label.means(LabelKind.APPROVED) and is_school_line(line.text):
        # "This policy was adopted at a meeting of" / "Thornfield Pre-school" / "Held on 12 May 2026"
        return True
    if label.text.lower().endswith("by") and (is_name(line.text) or is_body(line.text)):
        # "Approved by:" / "Ada Holt" / "Chair of Governors" / "30/01/2024"
        return True
    return not labels and bool(re.search(r"signature", line.text, re.IGNORECASE)) and len(line.text) < 40


_PLAN_COLUMNS_TEXT = """
    actions? activit(?:y|ies) barriers? controls? costs? hazards? how impact objectives? outcomes? priorit(?:y|ies)
    progress risks? strateg(?:y|ies) targets? tasks? timescales? what when who
"""
_PLAN_HEADING = re.compile(
    r"(?:agreed |key |specific |further )?"
    rf"(?:{'|'.join(_PLAN_COLUMNS_TEXT.split())}|success criteria|time ?frame|who might be harmed)"
    r"(?: (?:to be taken|required|needed|points?|by whom|plan|and resources))*\W*",
    re.IGNORECASE,
)


def heads_plan(line: Line) -> bool:
    """Say whether a row heads a plan of action or a list of risks, whose people and dates are not the policy's."""
    return (
        len(line.cells) > 2
        and not scan_dates(line.text).dates
        and any(_PLAN_HEADING.fullmatch(cell.strip()) for cell in line.cells)
    )


def columns_with_labels(line: Line) -> frozenset[int]:
    """Return which cells of a row have a label in them, from 0: all of them where each ends with a colon."""
    return _labelled_columns(line.text)


@lru_cache(maxsize=1024)
def _labelled_columns(text: str) -> frozenset[int]:
    columns, position, column = set(), 0, 0
    for label in find_labels(text):
        column += text.count("\t", position, label.start)
        position = label.start
        columns.add(column)
    cells = text.split("\t")
    if columns and len(cells) > 1 and all(cell.rstrip().endswith(":") for cell in cells):
        return frozenset(range(len(cells)))
    return frozenset(columns)


def label_words(line: Line, label: Label) -> str:
    """Return the label as printed, its colon included, without the line to write on."""
    column = line.column_at(label.start)
    offset = line.start_of(column)
    cell = line.cells[column].replace("\n", " ")
    start = label.start - offset
    if start < 40 and not scan_dates(cell[:start]).dates:
        start = 0
    following = [other.start for other in find_labels(cell) if other.start > label.start - offset]
    text = cell[start : min(following, default=len(cell))]
    return re.sub(r"[\s_.…]+$", "", text).strip()


_CHAIR = re.compile(r"\b(?:chair|governors?|trustees?|directors)\b", re.IGNORECASE)


def date_meaning(before: Label, text: str) -> tuple[LabelKind, ...]:
    """Return what a bare "Date" asks for behind a label of the line ``text``."""
    kind = before.kinds[0]
    if kind in {
        LabelKind.APPROVED,
        LabelKind.LAST_REVIEW,
        LabelKind.NEXT_REVIEW,
        LabelKind.REVIEW,
        LabelKind.OTHER_DATE,
    }:
        return before.kinds
    if kind is LabelKind.APPROVER:
        return (LabelKind.APPROVED,)
    if kind is LabelKind.SIGNATURE:
        return (LabelKind.APPROVED,) if _CHAIR.search(text) else (LabelKind.OTHER_DATE,)
    if kind is LabelKind.OWNER and re.search(r"review", before.text, re.IGNORECASE):
        return (LabelKind.LAST_REVIEW,)
    return (LabelKind.DATE,) if kind is LabelKind.DATE else (LabelKind.OTHER_DATE,)


def chair_signs_above(lines: Sequence[Line], line: Line) -> bool:
    """Say whether the chair signs right above another signature, so that the date below both is the approval's."""
    above = lines[line.number - 1] if line.number else line
    last = [labels[-1] for each in (above, line) if (labels := find_labels(each.text))]
    both = above is not line and len(last) == 2 and all(label.means(LabelKind.SIGNATURE) for label in last)
    return both and _CHAIR.search(above.text) is not None


def is_subject(sentence: str, label: Label) -> bool:
    """Say whether the words before a label in a long line make the document what was approved, reviewed, agreed.

    "The long-term plan agreed in May", "the principles of the association agreed in 2011" tell of something else: the
    noun stands late in its sentence, and no verb between says that it was.
    """
    subject = SUBJECT.search(sentence)
    if subject is None:
        return False
    late = len(sentence[: subject.start()].split()) > _EARLY
    return not late or not label.means(LabelKind.APPROVED) or _IS_DONE.search(sentence, subject.start()) is not None


_EARLY = 5
_IS_DONE = re.compile(r"\b(?:are|be|been|has|have|is|was|were|will)\b|[:–]", re.IGNORECASE)


def names_the_body(line: Line, label: Label, following: Label) -> bool:
    """Say whether a second label is only the body after "by": "Ratified by Chair of Governors: May 2020"."""
    if following.kinds[0] not in {LabelKind.SIGNATURE, LabelKind.APPROVER, LabelKind.OTHER}:
        return False
    gap = line.text[label.end : following.start]
    alone = "\t" in gap and not gap.strip(" :\t") and is_body(line.cells[line.column_at(following.start)])
    return bool(_ASKS.search(label.text)) and (alone or ("\t" not in gap and is_bridge(gap, label)))


_ASKS = re.compile(r"\b(?:by|at)$", re.IGNORECASE)
