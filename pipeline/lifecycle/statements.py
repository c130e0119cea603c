"""Read what a document states in words: who looks after it, who approves it, its version and its review cycle."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.lifecycle.bodies import body_at, find_body
from pipeline.lifecycle.dates import scan_dates
from pipeline.lifecycle.labels import DATE_KINDS, Label, LabelKind, find_labels
from pipeline.lifecycle.lines import Line
from pipeline.lifecycle.names import is_name


@dataclass(frozen=True, slots=True)
class Stated:
    """A value with its place; an empty value is a label left blank."""

    value: str
    text: str
    """The exact words; for a blank the label as printed."""
    where: str
    confidence: float

    @property
    def is_blank(self) -> bool:
        """Whether the label is there and the value is not."""
        return not self.value


_SEPARATOR = re.compile(r"^(?:\s*\([^)]{0,80}\))?[\s:.\-–—|/]*(?:(?:is|are)\b\s*)?(?:the\b\s*(?=[A-Z]))?")
_EMPTY = re.compile(r"^[\s:._…\-–/|()?]*$")
_VALUE_LENGTH = 120
_LABEL_REACH = 70
_SENTENCE = re.compile(r"[.;]\s+[A-Z]|\b(?:will|should|must|shall)\b")


def list_values(lines: Sequence[Line], kind: LabelKind) -> Iterator[tuple[Label, Stated]]:
    """Yield what stands at each label of ``kind``: beside it, in the next column, under it or on the next line."""
    for line in lines:
        labels = find_labels(line.text)
        for position, label in enumerate(labels):
            if not label.means(kind) or not _begins_clause(line, label):
                continue
            end = labels[position + 1].start if position + 1 < len(labels) else len(line.text)
            stated = _beside(line, label, end) or _below(lines, line, label) or _next_line(lines, line, label)
            if stated is None and _EMPTY.match(line.text[label.end : end]):
                stated = Stated(
                    "",
                    line.text[label.start : label.end].strip() + (":" if ":" in line.text[label.end : end] else ""),
                    line.where,
                    0.0,
                )
            if stated is not None:
                yield label, stated


def _begins_clause(line: Line, label: Label) -> bool:
    """Say whether a label opens its cell, or follows another value, rather than standing inside a sentence."""
    before = line.text[: label.start].rsplit("\t", 1)[-1]
    if len(line.text) > 200 and len(before) > 40:
        return False
    dates = scan_dates(before).dates
    if dates:
        before = before[dates[-1].end :]
    colon = line.text[label.end : label.end + 2].lstrip().startswith((":", "-", "–", "\t"))
    words = re.findall(r"[A-Za-z]{2,}", before)
    return len(words) <= (8 if colon else 3)


def _beside(line: Line, label: Label, end: int) -> Stated | None:
    rest = line.text[label.end : end]
    separator = _SEPARATOR.match(rest)
    start = separator.end() if separator else 0
    cells = [cell for cell in rest[start:].split("\t") if cell.strip()]
    if not cells:
        return None
    value = _trim(cells[0])
    if not value or len(value) > _VALUE_LENGTH or _SENTENCE.search(value) or not re.search(r"[A-Za-z0-9]", value):
        return None
    column = min(line.text[: label.end + start].count("\t"), len(line.places) - 1)
    return Stated(value, value, line.places[column] or line.where, 0.97)


def _below(lines: Sequence[Line], line: Line, label: Label) -> Stated | None:
    """Read the cell under a column's heading."""
    if len(line.cells) < 2 or line.number + 1 >= len(lines):
        return None
    row = lines[line.number + 1]
    column = line.text[: label.start].count("\t")
    headed = sum(bool(find_labels(cell)) for cell in line.cells)
    if row.table != line.table or len(row.cells) != len(line.cells) or headed < 2 or find_labels(row.cells[column]):
        return None
    value = _trim(row.cells[column].replace("\n", " "))
    return Stated(value, value, row.places[column] or row.where, 0.93) if value else None


def _next_line(lines: Sequence[Line], line: Line, label: Label) -> Stated | None:
    if (
        line.text[: label.start].strip(" •-–*")
        or line.number + 1 >= len(lines)
        or not _EMPTY.match(line.text[label.end :])
    ):
        return None
    following = lines[line.number + 1]
    value = _trim(following.text)
    if (
        line.table != following.table
        or find_labels(following.text)
        or not 1 < len(value) <= 80
        or _SENTENCE.search(value)
    ):
        return None
    if re.search(r"[.;]$", value) or re.match(
        r"^(?:\d+[.)]?\s|page\b|contents?\b|introduction\b|aims?\b)", value, re.IGNORECASE
    ):
        return None
    return Stated(value, value, following.where, 0.88)


def _trim(text: str) -> str:
    text = re.sub(r"[_…]{2,}.*$|\.{4,}.*$", "", text)
    return re.sub(r"^[\s:.\-–|•]+|[\s:;,|–-]+$", "", text).strip()


# --- owner -------------------------------------------------------------------------------------------------------

_OWNER_ORDER = ("owner", "responsible", "lead", "holder", "charge", "staff", "author", "review", "by")


def find_owner(lines: Sequence[Line]) -> Stated | None:
    """Return who looks after the policy, or wrote it where nobody is named to look after it."""
    found: list[tuple[int, Stated]] = []
    for label, stated in list_values(lines, LabelKind.OWNER):
        if not stated.is_blank and (
            find_body_only(stated.value) and "author" in label.text.lower() or _is_date(stated.value)
        ):
            continue
        words = label.text.lower()
        rank = next((index for index, word in enumerate(_OWNER_ORDER) if word in words), len(_OWNER_ORDER))
        found.append((rank, stated))
    for label, stated in list_values(lines, LabelKind.LAST_REVIEW):
        value = _before_date(stated.value)
        if label.text.lower().endswith("by") and value and is_name(value.split(",")[0].split("(")[0].strip()):
            found.append((_OWNER_ORDER.index("by"), Stated(value, value, stated.where, 0.8)))
    filled = [each for each in found if not each[1].is_blank]
    return min(filled or found, key=lambda each: each[0])[1] if found else None


def _is_date(text: str) -> bool:
    dates = scan_dates(text).dates
    return bool(dates) and len(text) - (dates[0].end - dates[0].start) < 6


def _before_date(text: str) -> str:
    dates = [found for found in scan_dates(text).dates if found.start > 0]
    return _trim(text[: dates[0].start] if dates else text)


def find_body_only(text: str) -> bool:
    """Say whether ``text`` is an approving body and nothing more."""
    match = body_at(text)
    return match is not None and match.end() >= len(text) - 2


# --- approving body ------------------------------------------------------------------------------------------------

_APPROVED_IN_TEXT = re.compile(
    r"\b(?:policy|policies|plan|statement|procedures?|document|scheme|code|principles?)\b[^.;]{0,60}?\b(?:was|were|is|has been|have been|been)\s+(?:\w+\s+){0,4}?"
    r"(?:approved|adopted|agreed|ratified)\s+(?:by|at)\s+",
    re.IGNORECASE,
)
_BODY_ADOPTED = re.compile(
    r"\b(?:has |have )?(?:formally )?(?:adopted|approved|ratified|agreed)\s+this\b[^.;]{0,60}\b(?:policy|statement|plan|procedure)",
    re.IGNORECASE,
)
_BODY_APPROVES = re.compile(
    r"\b(?:is|are) responsible for (?:approving|ratifying|agreeing) (?:this|the) (?:policy|plan|statement)\b",
    re.IGNORECASE,
)


def find_approver(lines: Sequence[Line]) -> Stated | None:
    """Return who approved the policy, or has to: from its own label, the words of a date's label, or the text."""
    named = [stated for _, stated in list_values(lines, LabelKind.APPROVER) if not _is_answer(stated.value)]
    filled = [stated for stated in named if not stated.is_blank and not _is_date(stated.value)]
    for candidates in (_after_by(lines), iter(filled), _inside_labels(lines), _in_text(lines)):
        stated = next(candidates, None)
        if stated is not None:
            return stated
    return next((stated for stated in named if stated.is_blank), None)


def _is_answer(value: str) -> bool:
    return value.lower() in {"yes", "no", "n/a"}


def _after_by(lines: Sequence[Line]) -> Iterator[Stated]:
    """Yield the value of "Approved by:" where it is a body or a person, not a date."""
    for kind in (LabelKind.APPROVED, LabelKind.LAST_REVIEW):
        for label, stated in list_values(lines, kind):
            if (
                not re.search(r"\bby$", label.text, re.IGNORECASE)
                or stated.is_blank
                or label.text.lower().startswith("date")
            ):
                continue
            value = re.sub(r"\s+(?:on|in)$", "", _before_date(stated.value)).strip(" :,-–")
            if not value or _is_date(stated.value):
                continue
            body = body_at(value)
            if (
                body is not None
                and (kind is LabelKind.APPROVED or body.end() >= len(value) - 2)
                and _is_own_text(lines, stated)
            ):
                whole = (
                    body["body"]
                    if body.end() < len(value) - 2 and not re.match(r"\s*(?:&|and|of|,|\()", value[body.end() :])
                    else value
                )
                yield Stated(whole, whole, stated.where, 0.95)


def _is_own_text(lines: Sequence[Line], stated: Stated) -> bool:
    return not re.search(
        r"\b(?:safeguarding (?:children['’]?s? )?board|local authority|county council)\b", stated.value, re.IGNORECASE
    )


def _inside_labels(lines: Sequence[Line]) -> Iterator[Stated]:
    """Yield the body that a date's label names: "Date approved by Governors:", "Governor approval"."""
    for line in lines:
        for label in find_labels(line.text):
            if (
                not label.means(LabelKind.APPROVED)
                or len(line.text) > 200
                or re.search(r"based on|model", line.text[: label.start], re.IGNORECASE)
            ):
                continue
            after = re.sub(r"^[\s:\-–(]*(?:by\s+)?(?:the\s+)?", "", line.text[label.end : label.end + _LABEL_REACH])
            body = (
                body_at(after)
                if re.search(r"\b(?:by|at)$", label.text, re.IGNORECASE) or "approval" not in label.text.lower()
                else find_body(label.text)
            )
            if body is not None and _is_stated_here(body["body"]):
                words = re.sub(r"\s+", " ", body["body"]).strip()
                yield Stated(words, words, line.where, 0.93)


def _is_stated_here(body: str) -> bool:
    return not re.search(r"safeguarding|template", body, re.IGNORECASE)


def _in_text(lines: Sequence[Line]) -> Iterator[Stated]:
    for line in lines:
        match = _APPROVED_IN_TEXT.search(line.text)
        if match:
            after = re.sub(
                r"^(?:the )?(?:school['’]?s )?(?:staff and )?(?:the )?",
                "",
                line.text[match.end() : match.end() + 90],
                flags=re.IGNORECASE,
            )
            body = body_at(after)
            if body:
                yield Stated(body["body"], body["body"], line.where, 0.8)
        for pattern in (_BODY_ADOPTED, _BODY_APPROVES):
            match = pattern.search(line.text)
            body = find_body(line.text[: match.start()][-90:]) if match else None
            if body:
                yield Stated(body["body"], body["body"], line.where, 0.8)


# --- version -------------------------------------------------------------------------------------------------------

_VERSION = re.compile(
    r"^\W*(?P<version>v?\.?\s?\d{1,3}(?:\.\d+){0,3}[a-z]?)(?![\d/]|\s?(?:[/.-]\s?\d|st\b|nd\b|th\b))", re.IGNORECASE
)
_LOOSE_VERSION = re.compile(r"(?:^|\s)(?P<version>v\.?\s?\d{1,2}(?:\.\d+){1,2})(?=\s|$)", re.IGNORECASE)


def find_version(lines: Sequence[Line]) -> Stated | None:
    """Return the version, issue or edition number; document codes, minute and policy numbers are none."""
    blank = None
    for label, stated in list_values(lines, LabelKind.VERSION):
        match = _VERSION.match(stated.value)
        if match and not (scan_dates(stated.value).dates and scan_dates(stated.value).dates[0].start < match.end()):
            return Stated(
                match["version"], match["version"], stated.where, 0.95 if "version" in label.text.lower() else 0.85
            )
        blank = blank or (stated if stated.is_blank else None)
    for line in lines:
        if re.match(r"^\W*(?:policy )?review(?:ed)? v\d", line.text, re.IGNORECASE):
            match = _LOOSE_VERSION.search(line.text)
            if match:
                return Stated(match["version"], match["version"], line.where, 0.8)
    return blank


# --- review cycle --------------------------------------------------------------------------------------------------

_NUMBERS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "twelve": 12,
    "eighteen": 18,
    "twenty-four": 24,
}
_COUNT = r"(?P<count>\d{1,2}|one|two|three|four|five|six|twelve|eighteen|twenty-four)"
_EVERY = re.compile(
    rf"(?P<year>\b(?:annual(?:ly)?|yearly|every (?:academic |school )?year|each (?:academic |school )?year|once a year|every twelve months)\b)"
    rf"|(?P<two>\b(?:bi-?ennial(?:ly)?|every other year|every second year|alternate years)\b)|(?P<three>\btri-?ennial(?:ly)?\b)"
    rf"|(?P<unclear>\b(?:bi-?annual(?:ly)?|bi-?yearly)\b)|(?P<term>\b(?:termly|every term|each term)\b)|(?P<half>\b(?:twice a year|half-yearly|six-?monthly)\b)"
    rf"|\b(?:every|each|on an?|once every|over an?|at least every|a|in a)?\s*{_COUNT}(?:\s|-)?(?P<unit>year|yr|month)(?:s|ly)?\b",
    re.IGNORECASE,
)
_OWN_REVIEW = re.compile(
    r"\b(?:this|the|our|its?)\b(?P<subject>[^.;:]{0,70}?)\b(?:policy|policies|procedures?|document|statement|plan|scheme|statement of principles?)\b(?P<between>[^.;]{0,110}?)"
    r"\b(?:review(?:ed|s|ing)?|updated|revised)\b(?P<after>[^.;]{0,80})",
    re.IGNORECASE,
)
_REVIEW_CYCLE_FIRST = re.compile(r"\breview(?:ed)?\b\W{0,4}(?P<after>[^.;\n]{0,40})", re.IGNORECASE)
_WHOSE = re.compile(
    r"\b(?:training|risk assessments?|plan for (?:the )?child|IEPs?|targets?|progress|records?|accounts?|checks?|register|care plans?|EHCP?)\b",
    re.IGNORECASE,
)


def find_cycle(lines: Sequence[Line], title: str | None) -> tuple[int | None, Stated | None]:
    """Return the review cycle in months as stated in words, and the words.

    None and words where the words can mean two things ("bi-annually"); None and an empty value where a label is blank.
    """
    blank = None
    for _, stated in list_values(lines, LabelKind.CYCLE):
        if stated.is_blank:
            blank = blank or stated
            continue
        match = _EVERY.search(stated.value)
        if match:
            return _months(match), stated
    for line in lines:
        found = _cycle_of_line(line, title)
        if found is not None:
            return found
    return None, blank


def _cycle_of_line(line: Line, title: str | None) -> tuple[int | None, Stated] | None:
    for labels in [find_labels(line.text)] if len(line.text) <= 200 else []:
        for label in labels:
            near = line.text[label.start : label.end + 34] if label.kinds[0] in DATE_KINDS else ""
            match = _EVERY.search(re.split(r"[.;]\s", near)[0]) if near else None
            if match and _is_about_review(line, label, near, match):
                return _months(match), Stated(match[0], match[0], line.where, 0.9)
    for sentence in _OWN_REVIEW.finditer(line.text):
        after = sentence["after"]
        match = _EVERY.search(after) or _EVERY.search(sentence["between"])
        if match and _speaks_of_this(sentence, title):
            return _months(match), Stated(match[0], match[0], line.where, 0.88)
    return None


def _is_about_review(line: Line, label: Label, near: str, match: re.Match[str]) -> bool:
    """Say whether the words beside a review label give its rhythm ("REVIEWED: ANNUALLY", "(Annual Review)")."""
    before = line.text[: label.start]
    if _WHOSE.search(before) or len(re.findall(r"\w+", before)) > 12:
        return False
    reviews = label.kinds[0] in {LabelKind.REVIEW, LabelKind.LAST_REVIEW, LabelKind.NEXT_REVIEW}
    return reviews and ("review" in near.lower())


_GENERIC_SUBJECT = frozenset(
    "this the our its it school schools s whole present current new final of policy that and for a in to".split()
)


def _speaks_of_this(sentence: re.Match[str], title: str | None) -> bool:
    """Say whether the policy that is reviewed is this one, not another that is named."""
    if _WHOSE.search(sentence["between"]) and not re.search(r"^\s*(?:will|is|are|shall|should)", sentence["between"]):
        return False
    words = {word.lower() for word in re.findall(r"[A-Za-z]+", sentence["subject"])} - _GENERIC_SUBJECT
    if not words or title is None:
        return True
    own = {word.lower() for word in re.findall(r"[A-Za-z]+", title)}
    return bool(words & own) or not any(
        word[0].isupper()
        for word in re.findall(r"[A-Za-z]+", sentence["subject"])
        if word.lower() not in _GENERIC_SUBJECT
    )


def _months(match: re.Match[str]) -> int | None:
    for name, months in (("year", 12), ("two", 24), ("three", 36), ("term", 4), ("half", 6)):
        if match[name]:
            return months
    if match["unclear"]:
        return None
    count = _NUMBERS.get(match["count"].lower()) or int(match["count"])
    return count * (1 if match["unit"].lower() == "month" else 12)
