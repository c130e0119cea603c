"""Say whether words leave a label and its value joined, and which words of a line are the label."""

import re
from functools import lru_cache

from pipeline.lifecycle.bodies import is_body
from pipeline.lifecycle.dates import scan_dates
from pipeline.lifecycle.label_kinds import Label, LabelKind
from pipeline.lifecycle.labels import find_labels
from pipeline.lifecycle.lines import Line
from pipeline.lifecycle.names import is_name

PROSE_LENGTH = 140
"""A line longer than this is running text, where a label counts only in a clause about this document."""
_GAP_LENGTH = 90

DISTRACTING = re.compile(
    r"\b(?:based on|based upon|(?<!this )model (?:policy|procedures?)|guidance|acts?\b|regulations?|circular"
    r"|codes? of practice|ofsted|training|trained"
    r"|working together|keeping children|kcsie|framework|template|conference|draft|consult\w*|supersed\w*"
    r"|replac\w*|dfes?|department"
    r"|legislation|order|convention|inspect\w*|iso|crb|dbs|gdpr|publications? of|published by|awaiting|pending"
    r"|lockdown|opening|school census|risk assessments?(?! policy)|care plans?(?! policy)|insurance|contracts?)\b",
    re.IGNORECASE,
)
_FILLER = re.compile(
    r"(?:on|in|at|by|of|the|for|to|is|was|and|with|dated?|dates|day|full|chair|head|heads?teacher|teacher|its"
    r"|their|our|current|version|month|year|term"
    r"|policy|this|document|during|from|held|end|local|body|board|committee|governors?|governing|trust"
    r"|trustees?|directors?|council|staff|meeting|team|academy"
    r"|school|principal|slt|fgb|lgb|or|line|new|legislation|procedure|statement|plan|approval|a|an|meeting|again|annual"
    r"|annually|was|been|has|have|due|next|v?\d+(?:\.\d+)?|[&/])",
    re.IGNORECASE,
)


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
        if not bare or _FILLER.fullmatch(bare):
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
    column = cell_index(line, label.start)
    offset = sum(len(cell) + 1 for cell in line.cells[:column])
    rest = line.text[label.end : offset + len(line.cells[column])].replace("\n", " ")
    if len(line.cells[column]) > PROSE_LENGTH and rest.strip(" :.") != "":
        return False
    blank = re.sub(r"[\s:._…\-–/|()]+", " ", rest).strip()
    if not blank:
        return True
    if len(rest) > 70 or find_labels(rest):
        return rest.lstrip().startswith(("…", "__", ".."))
    return bool(re.search(r"(?::|\bon|_{2,}|…|\.{3,})\W*$", rest.strip())) or all(
        _FILLER.fullmatch(word) for word in re.findall(r"\w+", rest)
    )


def may_stand_between(line: Line, label: Label) -> bool:
    """Say whether a line between a label and its date leaves them joined."""
    if scan_dates(line.text).dates:
        return False
    labels = find_labels(line.text)
    if labels and not labels[0].means(LabelKind.OTHER):
        return labels[0].means(LabelKind.SIGNATURE)
    if label.text.lower().endswith("by") and (is_name(line.text) or is_body(line.text)):
        # "Approved by:" / "Ada Holt" / "Chair of Governors" / "30/01/2024"
        return True
    return not labels and bool(re.search(r"signature", line.text, re.IGNORECASE)) and len(line.text) < 40


def cell_index(line: Line, position: int) -> int:
    end = 0
    for index, cell in enumerate(line.cells):
        end += len(cell) + 1
        if position < end:
            return index
    return len(line.cells) - 1


_PLAN_HEADING = re.compile(
    r"(?:agreed |key |specific |further )?(?:actions?|targets?|tasks?|objectives?|activit(?:y|ies)|strateg(?:y|ies)"
    r"|success criteria|outcomes?|risks?|hazards?|what|who|when|how|timescales?|time ?frame|costs?|priorit(?:y|ies)"
    r"|progress"
    r"|impact|barriers?|controls?|who might be harmed)"
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
    """Return which cells of a row have a label in them, from 0."""
    return _labelled_columns(line.text)


@lru_cache(maxsize=1024)
def _labelled_columns(text: str) -> frozenset[int]:
    columns, position, column = set(), 0, 0
    for label in find_labels(text):
        column += text.count("\t", position, label.start)
        position = label.start
        columns.add(column)
    return frozenset(columns)


def label_words(line: Line, label: Label) -> str:
    """Return the label as printed, its colon included, without the line to write on."""
    column = cell_index(line, label.start)
    offset = sum(len(cell) + 1 for cell in line.cells[:column])
    cell = line.cells[column].replace("\n", " ")
    start = label.start - offset
    if start < 40 and not scan_dates(cell[:start]).dates:
        start = 0
    following = [other.start for other in find_labels(cell) if other.start > label.start - offset]
    text = cell[start : min(following, default=len(cell))]
    return re.sub(r"[\s_.…]+$", "", text).strip()
