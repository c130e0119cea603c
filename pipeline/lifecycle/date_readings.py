"""Read each labelled date of a document: which label it answers, where, and how surely.

Between ``labels`` and ``date_facts``: here a date is only joined to the words that name it; which of several readings
is the fact is decided there.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from pipeline.lifecycle.dates import FoundDate, UnreadableDate, order_key, scan_dates
from pipeline.lifecycle.labels import DATE_KINDS, Label, LabelKind, find_labels
from pipeline.lifecycle.lines import Line
from pipeline.model import Precision


@dataclass(frozen=True, slots=True)
class Reading:
    """A date with the label it answers."""

    kind: LabelKind
    found: FoundDate
    label: str
    where: str
    line: int
    confidence: float
    history: bool = False
    """From a table or list of revisions: one of several, the latest counts."""
    borrowed: bool = False
    """Said of another text (the model policy this one is based on)."""
    listed: bool = False
    """One of several dates behind one label ("March 2016, March 2017")."""

    @property
    def key(self) -> tuple[str, str]:
        """Sorts by day."""
        return order_key(self.found.date)


@dataclass(frozen=True, slots=True)
class BlankLabel:
    """A label whose value was left empty."""

    kind: LabelKind
    text: str
    where: str
    line: int


@dataclass(frozen=True, slots=True)
class UnreadableReading:
    """A labelled date that no calendar has."""

    kind: LabelKind
    text: str
    where: str


@dataclass(frozen=True, slots=True)
class DateReadings:
    """All labelled dates, blank date labels and unreadable dates of a document, in reading order."""

    dated: tuple[Reading, ...]
    blank: tuple[BlankLabel, ...]
    unreadable: tuple[UnreadableReading, ...]


@dataclass(frozen=True, slots=True)
class _Open:
    """A label that has not met its date yet."""

    label: Label
    line: Line
    cell: int


_PROSE_LENGTH = 140
_GAP_LENGTH = 90
_LOOK_AHEAD = 3

_DISTRACTING = re.compile(
    r"\b(?:based on|based upon|(?<!this )model (?:policy|procedures?)|guidance|acts?\b|regulations?|circular|codes? of practice|ofsted|training|trained"
    r"|working together|keeping children|kcsie|framework|template|conference|draft|consult\w*|supersed\w*|replac\w*|dfes?|department"
    r"|legislation|order|convention|inspect\w*|iso|crb|dbs|gdpr|publications? of|published by|awaiting|pending|lockdown|opening|school census)\b",
    re.IGNORECASE,
)
_BASED_ON = re.compile(
    r"\b(?:based (?:up)?on|adapted from|(?<!this )model (?:child |safeguarding |school )?policy)\b", re.IGNORECASE
)
_FILLER = re.compile(
    r"(?:on|in|at|by|of|the|for|to|is|was|and|with|dated?|dates|day|full|chair|head|heads?teacher|teacher|its|their|our|current|version|month|year|term"
    r"|policy|this|document|during|from|held|end|local|body|board|committee|governors?|governing|trust|trustees?|directors?|council|staff|meeting|team|academy"
    r"|school|principal|or|line|new|legislation|procedure|statement|plan|approval|a|an|meeting|again|annual|annually|was|been|has|have|due|next|v?\d+(?:\.\d+)?|[&/])",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"\b(?:policy|policies|procedures?|document|statement|plan|scheme|code|offer|report|notice|it|principles?|addendum|handbook|governors|governing body|governing board|"
    r"trustees|board|headteacher|committee)\b[^;:]{0,60}$",
    re.IGNORECASE,
)
_LEAD_IN = re.compile(r"^[\s\d.()•\-–*oO§·]*$|^\W*(?:this|the|our)?\s*(?:[\w&,'’-]+\s){0,6}$", re.IGNORECASE)
_VALUE_START = re.compile(r"^[\s:.\-–—_/|()\[\]•*]*(?:(?:on|in|by|of|the)\s+){0,2}", re.IGNORECASE)
_CHAIR = re.compile(r"\b(?:chair|governors?|trustees?|directors)\b", re.IGNORECASE)


def read_dates(lines: Sequence[Line]) -> DateReadings:
    """Return every labelled date of ``lines``, the blank labels and the dates that cannot be."""
    collector = _Collector(lines)
    collector.run()
    taken = {(reading.line, reading.found.start) for reading in collector.dated}
    history = [reading for reading in list_history_dates(lines) if (reading.line, reading.found.start) not in taken]
    dated = sorted([*collector.dated, *history], key=lambda reading: reading.line)
    return DateReadings(tuple(dated), tuple(collector.blank), tuple(collector.unreadable))


class _Collector:
    """Walks the lines once, carrying the labels that still wait for a date."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines
        self.dated: list[Reading] = []
        self.blank: list[BlankLabel] = []
        self.unreadable: list[UnreadableReading] = []
        self._used: set[int] = set()
        """Numbers of the lines whose dates are spoken for."""

    def run(self) -> None:
        for line in self.lines:
            if line.number not in self._used:
                self._read_line(line)

    def _read_line(self, line: Line) -> None:
        labels = find_labels(line.text)
        if not labels:
            return
        scan = scan_dates(line.text)
        tokens: list[Label | FoundDate | UnreadableDate] = sorted(
            [*labels, *scan.dates, *scan.unreadable], key=lambda token: token.start
        )
        waiting: list[Label] = []
        current: Label | None = None
        filled_to = -1
        for token in tokens:
            if isinstance(token, Label):
                if current is not None and filled_to < current.start and _names_the_body(line, current, token):
                    continue
                if current is not None and filled_to < current.start:
                    waiting.append(current)
                current = self._inherit(token, current, line)
                continue
            if current is None or not self._joins(line, current, token, filled_to):
                continue
            self._record(current, token, line, listed=filled_to > current.start, span_text=line.text)
            filled_to = token.end
        if current is not None and filled_to < current.start:
            waiting.append(current)
        self._settle_waiting(line, [label for label in waiting if label.kinds[0] in DATE_KINDS])

    # --- within one line -----------------------------------------------------------------------------------

    def _inherit(self, label: Label, before: Label | None, line: Line) -> Label:
        """Give a bare "Date" the meaning of what was said just before it."""
        if not label.means(LabelKind.DATE):
            return label
        if before is not None and not before.means(LabelKind.DATE):
            return replace(label, kinds=_date_meaning(before, line.text))
        for earlier in reversed(self.lines[max(0, line.number - 4) : line.number]):
            labels = find_labels(earlier.text)
            if scan_dates(earlier.text).dates:
                break
            if labels:
                kinds = _date_meaning(labels[-1], earlier.text)
                if kinds != (LabelKind.DATE,):
                    return replace(label, kinds=kinds)
        return label

    def _joins(self, line: Line, label: Label, token: FoundDate | UnreadableDate, filled_to: int) -> bool:
        if label.kinds[0] not in DATE_KINDS:
            return False
        if filled_to > label.start:
            return bool(re.fullmatch(r"[\s,;&/]*(?:and)?[\s]*", line.text[filled_to : token.start]))
        gap = line.text[label.end : token.start]
        if not _is_bridge(gap, label):
            return False
        loose = isinstance(token, FoundDate) and (token.short_year or token.date.precision is Precision.YEAR)
        if loose and not _is_bridge(gap, label, tight=True):
            return False
        return self._is_about_this(line, label)

    def _is_about_this(self, line: Line, label: Label) -> bool:
        """Say whether the clause before the label speaks of this document."""
        sentence = re.split(r"[.;!?]\s+(?=[A-Z\d(]|$)", line.text[: label.start])[-1]
        sentence = sentence.rsplit("\t", 1)[-1]
        dates_before = scan_dates(sentence).dates
        if len(line.text) > _PROSE_LENGTH:
            if _DISTRACTING.search(sentence):
                return False
            opens = not re.sub(r"\b(?:the|our|this|its)\b", "", sentence, flags=re.IGNORECASE).strip(" \t•-–()0123456789.")
            return opens or bool(_SUBJECT.search(sentence)) or bool(dates_before and find_labels(sentence))
        if dates_before:
            sentence = sentence[dates_before[-1].end :]
        return len(sentence) <= 90 and not _DISTRACTING.search(sentence)

    def _record(
        self,
        label: Label,
        token: FoundDate | UnreadableDate,
        line: Line,
        *,
        listed: bool = False,
        distance: int = 0,
        history: bool = False,
        span_text: str,
        where: str | None = None,
    ) -> None:
        place = where or _place_of(line, span_text, token.start)
        borrowed = bool(line.number and _BASED_ON.search(self.lines[line.number - 1].text)) or bool(
            _BASED_ON.search(line.text)
        )
        for kind in label.kinds:
            if isinstance(token, UnreadableDate):
                self.unreadable.append(UnreadableReading(kind, token.text, place))
                continue
            confidence = _confidence(label, line, distance, history)
            self.dated.append(
                Reading(kind, token, label.text, place, line.number, confidence, history, borrowed, listed)
            )

    # --- labels whose date stands elsewhere -------------------------------------------------------------------

    def _settle_waiting(self, line: Line, waiting: list[Label]) -> None:
        for label in waiting:
            if not _is_label_line(line, label) or not self._is_about_this(line, label):
                continue
            if self._take_below(line, label):
                continue
            if label is waiting[-1] and self._take_next(line, label):
                continue
            self._note_blank(line, label)

    def _note_blank(self, line: Line, label: Label) -> None:
        text = _label_words(line, label)
        self.blank.extend(BlankLabel(kind, text, line.where, line.number) for kind in label.kinds)

    def _take_below(self, line: Line, label: Label) -> bool:
        """Take the dates under a column's heading, all rows of it."""
        if len(line.cells) < 2:
            return False
        column = _cell_index(line, label.start)
        heading = [find_labels(cell) for cell in line.cells]
        if sum(bool(found) for found in heading) < 2:
            return False
        taken: list[tuple[Line, FoundDate]] = []
        for row in self.lines[line.number + 1 :]:
            if line.table != row.table or len(row.cells) != len(line.cells):
                break
            dates = scan_dates(row.cells[column]).dates
            if not dates or dates[0].start > 12:
                if line.table is None:
                    break
                continue
            taken.append((row, dates[0]))
        for row, found in taken:
            kinds = label.kinds if not label.means(LabelKind.DATE) else _row_meaning(row)
            self._record(
                replace(label, kinds=kinds), found, row, history=len(taken) > 1, span_text="", where=row.places[column]
            )
            self._used.add(row.number) if line.table is None else None
        return bool(taken)

    def _take_next(self, line: Line, label: Label) -> bool:
        """Take the date that stands alone on one of the next lines."""
        run = self._label_run(line, label)
        first = run[-1][0].number + 1
        values = self._value_run(first)
        if len(run) > 1 and len(values) == len(run):
            for (label_line, each), (value_line, found) in zip(run, values, strict=True):
                self._record(each, found, label_line, distance=1, span_text="", where=value_line.where)
                self._used.update({label_line.number, value_line.number})
            return True
        if len(run) > 1:
            return False
        for ahead in self.lines[line.number + 1 : line.number + 1 + _LOOK_AHEAD]:
            found = self._value_at(ahead)
            if found is not None:
                self._record(label, found, line, distance=1, span_text="", where=ahead.where)
                self._used.add(ahead.number)
                return True
            if not _may_stand_between(ahead, label):
                return False
        return False

    def _label_run(self, line: Line, label: Label) -> list[tuple[Line, Label]]:
        """Return this label and those on the lines straight after it that also stand alone."""
        run = [(line, label)]
        for ahead in self.lines[line.number + 1 : line.number + 8]:
            labels = find_labels(ahead.text)
            if len(labels) != 1 or labels[0].kinds[0] not in DATE_KINDS or scan_dates(ahead.text).dates:
                break
            if not _is_label_line(ahead, labels[0]):
                break
            run.append((ahead, labels[0]))
        return run

    def _value_run(self, first: int) -> list[tuple[Line, FoundDate]]:
        values = []
        for line in self.lines[first : first + 8]:
            found = self._value_at(line, alone=True)
            if found is None:
                break
            values.append((line, found))
        return values

    def _value_at(self, line: Line, *, alone: bool = False) -> FoundDate | None:
        """Return the date a line begins with, a date broken over two lines included."""
        text = line.text
        if len(text) < 12 and line.number + 1 < len(self.lines):
            text = f"{text} {self.lines[line.number + 1].text}"
        dates = scan_dates(text).dates
        if not dates or dates[0].start > len(_VALUE_START.match(text)[0]):  # type: ignore[index]
            return None
        rest = line.text[dates[0].end :]
        if len(rest) > (3 if alone else 60) or (find_labels(line.text[: dates[0].start])):
            return None
        return replace(dates[0], text=text[dates[0].start : dates[0].end])


def _names_the_body(line: Line, label: Label, following: Label) -> bool:
    """Say whether a second label is only the body after "by" ("Ratified by Chair of Governors: May 2020")."""
    if following.kinds[0] not in {LabelKind.SIGNATURE, LabelKind.APPROVER, LabelKind.OTHER}:
        return False
    gap = line.text[label.end : following.start]
    return bool(re.search(r"\b(?:by|at)$", label.text, re.IGNORECASE)) and "\t" not in gap and _is_bridge(gap, label)


def _date_meaning(before: Label, text: str) -> tuple[LabelKind, ...]:
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


_ROW_CREATED = re.compile(r"\b(?:original|created|first|initial|new policy|written|draft\w*|release)\b", re.IGNORECASE)
_ROW_APPROVED = re.compile(r"\b(?:approved|ratified|adopted|agreed)\b", re.IGNORECASE)


def _row_meaning(row: Line) -> tuple[LabelKind, ...]:
    """Say what a row of a revision history records."""
    if _ROW_CREATED.search(row.text) and not re.search(r"review|updat|amend|revis", row.text, re.IGNORECASE):
        return (LabelKind.OTHER_DATE,)
    if _ROW_APPROVED.search(row.text):
        return (LabelKind.LAST_REVIEW, LabelKind.APPROVED)
    return (LabelKind.LAST_REVIEW,)


def _is_bridge(gap: str, label: Label, *, tight: bool = False) -> bool:
    """Say whether the words between label and date leave them joined."""
    if len(gap) > _GAP_LENGTH or re.search(r"[.;!?]\s+[A-Z]", gap.rstrip()):
        return False
    if _DISTRACTING.search(gap) and not re.search(r"legislation", gap):
        return False
    if re.match(r"\s+(?:this|the) [^.]{0,80}\b(?:policy|plan|statement|procedure)\b[^.]{0,60}\s(?:on|in)\s*$", gap, re.IGNORECASE):
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


def _is_label_line(line: Line, label: Label) -> bool:
    """Say whether a label without a date is meant to have one: it ends its cell, or a colon or blanks follow."""
    column = _cell_index(line, label.start)
    offset = sum(len(cell) + 1 for cell in line.cells[:column])
    rest = line.text[label.end : offset + len(line.cells[column])].replace("\n", " ")
    if len(line.cells[column]) > _PROSE_LENGTH and not rest.strip(" :.") == "":
        return False
    blank = re.sub(r"[\s:._…\-–/|()]+", " ", rest).strip()
    if not blank:
        return True
    if len(rest) > 70 or find_labels(rest):
        return rest.lstrip().startswith(("…", "__", ".."))
    return bool(re.search(r"(?::|\bon|_{2,}|…|\.{3,})\W*$", rest.strip())) or all(
        _FILLER.fullmatch(word) for word in re.findall(r"\w+", rest)
    )


def _may_stand_between(line: Line, label: Label) -> bool:
    """Say whether a line between a label and its date leaves them joined."""
    if scan_dates(line.text).dates:
        return False
    labels = find_labels(line.text)
    if labels:
        return labels[0].means(LabelKind.SIGNATURE)
    return bool(re.search(r"signature", line.text, re.IGNORECASE)) and len(line.text) < 40


def _cell_index(line: Line, position: int) -> int:
    end = 0
    for index, cell in enumerate(line.cells):
        end += len(cell) + 1
        if position < end:
            return index
    return len(line.cells) - 1


def _place_of(line: Line, text: str, position: int) -> str:
    return line.places[_cell_index(line, position)] if text == line.text and line.places else line.where


def _label_words(line: Line, label: Label) -> str:
    """Return the label as printed, its colon included, without the line to write on."""
    column = _cell_index(line, label.start)
    offset = sum(len(cell) + 1 for cell in line.cells[:column])
    cell = line.cells[column].replace("\n", " ")
    start = label.start - offset
    if start < 40 and not scan_dates(cell[:start]).dates:
        start = 0
    following = [other.start for other in find_labels(cell) if other.start > label.start - offset]
    text = cell[start : min(following, default=len(cell))]
    return re.sub(r"[\s_.…]+$", "", text).strip()


def _confidence(label: Label, line: Line, distance: int, history: bool) -> float:
    confidence = 0.99
    if label.means(LabelKind.REVIEW) or label.means(LabelKind.DATE):
        confidence = 0.9
    if history:
        confidence = min(confidence, 0.92)
    if distance:
        confidence -= 0.03
    if len(line.text) > _PROSE_LENGTH:
        confidence -= 0.05
    return round(confidence, 2)


def is_history_heading(line: Line) -> bool:
    """Say whether ``line`` heads a list or table of revisions."""
    return len(line.text) <= 160 and _is_history_text(line.text)


def list_history_dates(lines: Sequence[Line]) -> Iterator[Reading]:
    """Yield the dates of revision histories that are set as lines of text: a heading line, then a line a revision."""
    for line in lines:
        if line.table is None and is_history_heading(line):
            yield from _read_history(lines, line.number + 1)


@lru_cache(maxsize=4096)
def _is_history_text(text: str) -> bool:
    if not _HISTORY_WORD.search(text) or not _HISTORY_HEADING.match(text) or scan_dates(text).dates:
        return False
    labels = find_labels(text)
    return not (len(labels) == 1 and labels[0].start == 0 and labels[0].end >= len(text.rstrip(" :")))


_HISTORY_WORD = re.compile(r"date|issued|history|record|control|log", re.IGNORECASE)
_HISTORY_HEADING = re.compile(
    r"(?=.*\bversion\b)(?=.*(?:\bdate\b|issued))(?=.*\b(?:description|changes?|amend\w*|author|summary|reason|comments?|details|revisions?)\b)"
    r"|(?=.*\bdate\b)(?=.*\b(?:amendments?|changes? made|description of change|nature of change|summary of changes?)\b)"
    r"|(?:document |policy )?(?:revision|version|amendment|change) (?:history|record|control|log)$",
    re.IGNORECASE,
)


def _read_history(lines: Sequence[Line], first: int) -> Iterator[Reading]:
    silent = 0
    for line in lines[first : first + 60]:
        dates = scan_dates(line.text).dates
        if not dates or dates[0].start > 24 or len(line.text) > 200:
            silent += 1
            if silent > 3:
                return
            continue
        silent = 0
        for kind in _row_meaning(line):
            yield Reading(kind, dates[0], "Date", line.where, line.number, 0.9, history=True)
