"""Read each labelled date of a document: which label it answers, where, and how surely.

Between ``labels.listed`` and ``dates``: here a date is only joined to the words that name it; which of several readings
is the fact is decided there.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.dates.written import FoundDate, UnreadableDate, scan_dates
from pipeline.facts.history import list_history_dates, meaning_of_row
from pipeline.facts.labelled.joins import (
    DISTRACTING,
    OTHERS_BRACKET,
    OTHERS_EDITION,
    PROSE_LENGTH,
    SUBJECT,
    chair_signs_above,
    columns_with_labels,
    date_before,
    date_in_cell_before,
    date_meaning,
    heads_plan,
    heads_row,
    is_bridge,
    is_label_line,
    is_subject,
    label_words,
    may_stand_between,
    names_the_body,
)
from pipeline.facts.labelled.sentences import is_in_sentence, is_prose, last_sentence, signs_adoption, tells_of_others
from pipeline.facts.readings import BlankLabel, DateReadings, Reading, Standing, UnreadableReading
from pipeline.labels.history_headings import heads_reviews, is_history_title
from pipeline.labels.kinds import DATE_KINDS, Label, LabelKind
from pipeline.labels.listed import find_labels
from pipeline.model.dates import Precision
from pipeline.model.documents import BlockKind
from pipeline.named.bodies import is_body
from pipeline.places import Place
from pipeline.text.lines import HEAD_LINES, Line

_LOOK_AHEAD = 3
_LONGEST_RUN = 12
"""Labels that stand under each other before their values come."""

_BASED_ON = re.compile(
    r"\b(?:based (?:up)?on|adapted from|(?<!this )model (?:child |safeguarding |school )?policy)\b", re.IGNORECASE
)
_NEAR_A_DATE = 40
"""How far behind a date it may stand that the text was based on another."""
_TAKEN_FROM = re.compile(r"\b(?:based|adapted)\b", re.IGNORECASE)
_VALUE_START = re.compile(
    r"^[\s:.\-–—_/|()\[\]•*]*(?:(?:held\s+)?(?:on|in|by|of|the)[\s:]+(?:\(date\)[\s:]*)?){0,2}", re.IGNORECASE
)
_PROMISE_AT_END = re.compile(
    r"\b(?:will|to|shall|should|must|may|can|would)(?: then| next| also)? be(?: next| then| formally| fully| further)?$"
    r"|\bnext$",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"\W*(?:and|but|which|that|it|is|was)?(?:\s+(?:it|is|was))?\W*", re.IGNORECASE)
_PARTS_DATES = re.compile(
    r"[\s,;&/]*(?:(?-i:[A-Z]{1,4}(?:/[A-Z]{1,4})?)\b[\s,;]*)?(?:and\b)?\s*(?:(?:again|then)\s+)?(?:(?:on|in)\b)?\s*",
    re.IGNORECASE,
)
"""Between the dates of one label, with whose initials: "reviewed on … and on …", "Reviewed: … AH; … AH/BL"."""
_MAY_STAY_EMPTY = frozenset({LabelKind.SIGNATURE, LabelKind.OTHER, LabelKind.TITLE, LabelKind.SCHOOL})


def read_dates(lines: Sequence[Line]) -> DateReadings:
    """Return every labelled date of ``lines``, the blank labels and the dates that cannot be."""
    collector = _Collector(lines)
    collector.run()
    taken = {(reading.line, reading.found.start) for reading in collector.dated}
    history = [reading for reading in list_history_dates(lines) if (reading.line, reading.found.start) not in taken]
    dated = sorted([*collector.dated, *history], key=lambda reading: reading.line)
    return DateReadings(
        tuple(_without_old_furniture(lines, dated)), tuple(collector.blank), tuple(collector.unreadable)
    )


def _without_old_furniture(lines: Sequence[Line], dated: Sequence[Reading]) -> list[Reading]:
    """Leave out a bare "review May 2021" of the running lines where the text itself says when the review is."""
    furniture = {line.number for line in lines if line.is_furniture}
    said = any(
        reading.kind in {LabelKind.NEXT_REVIEW, LabelKind.REVIEW} and reading.line not in furniture for reading in dated
    )
    return [each for each in dated if not (said and each.kind is LabelKind.REVIEW and each.line in furniture)]


def _promised(lines: Sequence[Line], line: Line, labels: tuple[Label, ...]) -> tuple[Label, ...]:
    """Return the labels of a line, the first read as a promise where the line before ends in "will be" or "due to be".

    A page breaks "to be" / "reviewed in May" anywhere: what is yet to come is no review or approval that was.
    """
    before = lines[line.number - 1] if line.number else None
    if before is None or not labels or labels[0].start > 0 or not line.text[0].islower():
        return labels
    if before.table is not None or not _PROMISE_AT_END.search(before.text):
        return labels
    reviews = labels[0].means(LabelKind.LAST_REVIEW) or labels[0].means(LabelKind.REVIEW)
    if not reviews and not labels[0].means(LabelKind.APPROVED):
        return labels
    kind = LabelKind.NEXT_REVIEW if reviews else LabelKind.OTHER_DATE
    return (replace(labels[0], kinds=(kind,)), *labels[1:])


def _who_reviewed(line: Line, label: Label) -> Label:
    """Return "Reviewed by SLT:", which asks for a body, as the review that it is where a date answers it."""
    if not label.means(LabelKind.OWNER) or not label.text.casefold().startswith("reviewed by"):
        return label
    dates = scan_dates(line.text[label.end :]).dates
    answered = bool(dates) and not line.text[label.end : label.end + dates[0].start].strip(" :\t–-")
    return replace(label, kinds=(LabelKind.LAST_REVIEW,)) if answered else label


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
        labels = [_who_reviewed(line, each) for each in _promised(self.lines, line, find_labels(line.text))]
        if not labels or heads_plan(line) or heads_reviews(line.text):
            return
        scan = scan_dates(line.text)
        tokens: list[Label | FoundDate | UnreadableDate] = sorted(
            [*labels, *scan.dates, *scan.unreadable], key=lambda token: token.start
        )
        waiting: list[Label] = []
        current: Label | None = None
        asked_by: Label | None = None
        filled_to = -1
        for token in tokens:
            if isinstance(token, Label):
                if current is not None and filled_to < current.start and names_the_body(line, current, token):
                    continue
                if current is not None and filled_to < current.start:
                    waiting.append(current)
                asked_by, current = current, self._inherit(token, current, line)
                continue
            if current is None or not self._joins(line, current, token, filled_to):
                continue
            self._record(current, token, line, listed=filled_to > current.start, span_text=line.text)
            filled_to = token.end
            if asked_by in waiting and asked_by.kinds == current.kinds:
                # "Approved" and "Date March 2020" in the next column: the date is given.
                waiting.remove(asked_by)
        if current is not None and filled_to < current.start:
            waiting.append(current)
        self._settle_waiting(line, [label for label in waiting if label.kinds[0] in DATE_KINDS])

    def _inherit(self, label: Label, before: Label | None, line: Line) -> Label:
        """Give a bare "Date" the meaning of what was said just before it."""
        if not label.means(LabelKind.DATE):
            return label
        if before is not None and not before.means(LabelKind.DATE):
            return replace(label, kinds=date_meaning(before, line.text))
        for earlier in reversed(self.lines[max(0, line.number - 4) : line.number]):
            labels = find_labels(earlier.text)
            if len(labels) > 1 and names_the_body(earlier, labels[-2], labels[-1]):
                labels = labels[:-1]
            if scan_dates(earlier.text).dates:
                # "Approved: May 2025 Next Review" / "Date: May 2026" is one label broken over two lines.
                broken = earlier.number == line.number - 1 and labels and labels[-1].end == len(earlier.text)
                if broken and label.start == 0 and labels[-1].means(LabelKind.NEXT_REVIEW):
                    return replace(label, kinds=labels[-1].kinds)
                break
            if labels and not is_in_sentence(earlier, labels[-1]):
                kinds = date_meaning(labels[-1], earlier.text)
                signed = kinds == (LabelKind.OTHER_DATE,)
                if signed and (signs_adoption(self.lines, earlier) or chair_signs_above(self.lines, earlier)):
                    kinds = (LabelKind.APPROVED,)
                if kinds != (LabelKind.DATE,):
                    return replace(label, kinds=kinds)
        return label

    def _joins(self, line: Line, label: Label, token: FoundDate | UnreadableDate, filled_to: int) -> bool:
        if label.kinds[0] not in DATE_KINDS:
            return False
        if filled_to > label.start:
            return _PARTS_DATES.fullmatch(line.text, filled_to, token.start) is not None
        gap = line.text[label.end : token.start]
        if not is_bridge(gap, label) or OTHERS_EDITION.match(line.text[token.end :]):
            return False
        loose = isinstance(token, FoundDate) and (
            (token.short_year and token.date.precision is not Precision.DAY) or token.date.precision is Precision.YEAR
        )
        if loose and not is_bridge(gap, label, tight=True):
            return False
        return self._is_about_this(line, label)

    def _is_about_this(self, line: Line, label: Label) -> bool:
        """Say whether the clause before the label speaks of this document."""
        sentence = re.split(r"[.;!?]\s+(?=[A-Z\d(]|$)", line.text[: label.start])[-1]
        sentence = sentence.rsplit("\t", 1)[-1]
        if sentence.rstrip().endswith(" as"):
            # "The requirements, as revised in September 2025".
            return False
        dates_before = scan_dates(sentence).dates
        if len(line.text) > PROSE_LENGTH:
            if DISTRACTING.search(sentence) or (OTHERS_BRACKET.search(sentence) and not find_labels(sentence)):
                return False
            if heads_row(line.text, label):
                return True
            opens = not re.sub(r"\b(?:the|our|this|its)\b", "", sentence, flags=re.IGNORECASE).strip(
                " \t•-–()0123456789."
            )
            return opens or is_subject(sentence, label) or bool(dates_before and find_labels(sentence))
        if dates_before and dates_before[-1].date.precision is not Precision.YEAR:
            behind = sentence[dates_before[-1].end :]
            # "The guidance was issued in May 2025 and will be reviewed in": its subject stands before the date.
            sentence = sentence if _GOES_ON.fullmatch(behind) and DISTRACTING.search(sentence) else behind
        if len(sentence) > 90 or DISTRACTING.search(sentence):
            return False
        return not tells_of_others(self.lines, line, label, sentence)

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
        where: Place | None = None,
    ) -> None:
        place = where or _place_of(line, span_text, token.start)
        above = last_sentence(self.lines[line.number - 1].text) if line.number and not line.is_furniture else ""
        based_on = _BASED_ON.search(line.text, 0, token.end + _NEAR_A_DATE) is not None
        borrowed = based_on or _BASED_ON.search(above) is not None
        for kind in label.kinds:
            if isinstance(token, UnreadableDate):
                self.unreadable.append(UnreadableReading(kind, token.text, place, label.rule))
                continue
            standing = self._standing(line, label, kind)
            # Whatever a text is based on, its next review is its own.
            own = kind is LabelKind.NEXT_REVIEW and label.start == 0 and not based_on and not _TAKEN_FROM.search(above)
            confidence = min(_confidence(label, line, distance, history), _SURE_OF[standing])
            if token.date.precision is Precision.YEAR:
                confidence = min(confidence, _SURE_OF_A_YEAR)
            self.dated.append(
                Reading(
                    kind, token, label.text, place, line.number, confidence, history, borrowed and not own, listed,
                    label.rule,
                    standing,
                )
            )  # fmt: skip

    def _standing(self, line: Line, label: Label, kind: LabelKind) -> Standing:
        """Say how much a date counts by the place of its label."""
        if line.is_furniture:
            return Standing.RUNNING
        if is_prose(line, label):
            return Standing.SENTENCE
        of_version = kind is LabelKind.NEXT_REVIEW and any(
            map(is_history_title, (each.text for each in self.lines[max(0, line.number - _LOOK_AHEAD) : line.number]))
        )
        middle = HEAD_LINES < line.number < len(self.lines) - HEAD_LINES
        return Standing.BODY if of_version or middle else Standing.HEADER

    # --- labels whose date stands elsewhere -------------------------------------------------------------------

    def _settle_waiting(self, line: Line, waiting: list[Label]) -> None:
        waiting_alone = sum(is_label_line(line, label) for label in waiting) == 1
        for label in waiting:
            if not is_label_line(line, label) or not self._is_about_this(line, label):
                continue
            if self._take_below(line, label) or self._take_before(line, label):
                continue
            # Of labels side by side or under each other nobody knows whose the date after them is.
            if waiting_alone and not self._shares_values(line, label) and self._take_next(line, label):
                continue
            if not _is_no_blank(line, label) and not self._goes_on(line, label):
                self._note_blank(line, label)

    def _goes_on(self, line: Line, label: Label) -> bool:
        """Say whether a label ends a line that the page broke in a sentence: "will be reviewed" / "when"."""
        below = self.lines[line.number + 1] if line.number + 1 < len(self.lines) else None
        if below is None or below.table is not None or not label.text[0].islower() or label.start == 0:
            return False
        return not line.text[label.end :].strip() and below.text[0].islower()

    def _shares_values(self, line: Line, label: Label) -> bool:
        """Say whether another label that waits for a value stands right before this one, on its line or above it."""
        earlier = [other for other in find_labels(line.text) if other.end <= label.start]
        if earlier and not scan_dates(line.text[earlier[-1].end : label.start]).dates:
            gap = line.text[earlier[-1].end : label.start]
            return earlier[-1].kinds[0] not in _MAY_STAY_EMPTY and (":" not in gap or not gap.strip(" :\t"))
        above = 0
        while above < min(line.number, _LONGEST_RUN) and _is_alone(self.lines[line.number - above - 1]):
            above += 1
        after = self.lines[line.number + 1 : line.number + above + 2]
        # With a label among them, each value stands under its own.
        return above > 0 and not any(find_labels(each.text) for each in after)

    def _note_blank(self, line: Line, label: Label) -> None:
        text = label_words(line, label)
        self.blank.extend(BlankLabel(kind, text, line.where, line.number, label.rule) for kind in label.kinds)

    def _take_before(self, line: Line, label: Label) -> bool:
        """Take the date right before a lone word ("12 May 2025 APPROVED"), neither where another follows below."""
        if (beside := date_in_cell_before(line, label)) is not None:
            self._record(label, beside, line, span_text=line.text)
            return True
        found = date_before(line, label)
        following = self.lines[line.number + 1 : line.number + 2]
        if found is not None and not any(self._value_at(each) for each in following):
            self._record(label, found, line, span_text=line.text)
        return found is not None

    def _take_below(self, line: Line, label: Label) -> bool:
        """Take the dates under a column's heading, all rows of it."""
        if len(line.cells) < 2:
            return False
        column = line.column_at(label.start)
        if len(columns_with_labels(line)) < 2:
            return False
        others = any(other.kinds[0] in DATE_KINDS and other.start != label.start for other in find_labels(line.text))
        taken: list[tuple[Line, FoundDate]] = []
        for row in self.lines[line.number + 1 :]:
            if line.table != row.table or len(row.cells) != len(line.cells):
                break
            dates = scan_dates(row.cells[column]).dates
            if column and find_labels(row.cells[column - 1]) and not find_labels(row.cells[column]):
                # It answers the label beside it.
                break
            if not dates or dates[0].start > 12:
                if line.table is None or len(columns_with_labels(row)) == len(row.cells):
                    break
                continue
            taken.append((row, dates[0]))
        for row, found in taken:
            kinds = label.kinds
            if label.means(LabelKind.DATE):
                # One row under "Date" and another date's heading gives the document's own date.
                kinds = (LabelKind.OTHER_DATE,) if len(taken) == 1 and others else meaning_of_row(row)
            self._record(
                replace(label, kinds=kinds), found, row, history=len(taken) > 1, span_text="", where=row.places[column]
            )
            if line.table is None:
                self._used.add(row.number)
        return bool(taken)

    def _take_next(self, line: Line, label: Label) -> bool:
        """Take the date that stands alone on one of the next lines."""
        for ahead in self.lines[line.number + 1 : line.number + 1 + _LOOK_AHEAD]:
            if (value := self._value_at(ahead)) is not None:
                self._record(label, value, line, distance=1, span_text="", where=ahead.where)
                self._used.add(ahead.number)
                return True
            if not may_stand_between(ahead, label):
                return False
        return False

    def _value_at(self, line: Line) -> FoundDate | None:
        """Return the date a line begins with, a date broken over two lines included."""
        text = line.text
        if len(text) < 12 and line.number + 1 < len(self.lines):
            text = f"{text} {self.lines[line.number + 1].text}"
        dates = scan_dates(text).dates
        if not dates or dates[0].start > len(_VALUE_START.match(text)[0]):  # type: ignore[index]
            return None
        rest = line.text[dates[0].end :]
        if rest and any(date_in_cell_before(line, label) for label in find_labels(line.text)):
            # It answers the label behind it.
            return None
        if len(rest) > 60 or (find_labels(line.text[: dates[0].start])):
            return None
        return replace(dates[0], text=text[dates[0].start : dates[0].end])


def _is_no_blank(line: Line, label: Label) -> bool:
    """Say whether words like a label's ask for nothing: the heading "Review", the end of a sentence about other things.

    "Ways forward will be discussed and agreed." is no approval that was left blank.
    """
    before, after = line.text[: label.start].rsplit("\t", 1)[-1].strip(), line.text[label.end :].strip()
    if is_in_sentence(line, label):
        return True
    if line.kind is BlockKind.HEADING and not before and not after and " " not in label.text:
        return True
    return after in {"", "."} and label.text[0].islower() and len(before) > 1 and not SUBJECT.search(before)


def _is_alone(line: Line) -> bool:
    """Say whether a line is a label that waits for its value; a line to sign on is none."""
    labels = find_labels(line.text)
    if len(labels) != 1 or len(line.cells) != 1 or labels[0].kinds[0] in _MAY_STAY_EMPTY or labels[0].start:
        return False
    rest = line.text[labels[0].end :].strip(" :")
    return not rest or is_body(rest)


def _place_of(line: Line, text: str, position: int) -> Place:
    return line.places[line.column_at(position)] if text == line.text and line.places else line.where


_SURE_OF = {Standing.SENTENCE: 0.93, Standing.BODY: 0.88, Standing.HEADER: 0.99, Standing.RUNNING: 0.93}
_SURE_OF_A_YEAR = 0.88
"""How sure a date is at most by the place of its label, and where it is no more than a year: measured, ``evaluate``."""


def _confidence(label: Label, line: Line, distance: int, history: bool) -> float:
    confidence = 0.99
    if label.means(LabelKind.REVIEW) or label.means(LabelKind.DATE):
        confidence = 0.9
    elif label.is_bare_date:
        # "Date" says what it is of by what stands before it: in its own row, or in a line above.
        own_row = any(other.end <= label.start for other in find_labels(line.text))
        confidence = 0.96 if own_row else 0.9
    if history:
        confidence = min(confidence, 0.92)
    if distance:
        confidence -= 0.03
    if len(line.text) > PROSE_LENGTH:
        confidence -= 0.05
    return round(confidence, 2)
