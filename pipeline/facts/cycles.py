"""Read the review cycle that a document states in words: "reviewed annually", "every three years"."""

import re
from collections.abc import Sequence
from pathlib import Path

from pipeline.dates.written import scan_dates
from pipeline.facts.labelled.values import Stated, list_values
from pipeline.labels.kinds import DATE_KINDS, Label, LabelKind
from pipeline.labels.listed import find_labels
from pipeline.text.lazily import compiled_lazily
from pipeline.text.lines import Line
from pipeline.text.phrases import Writing
from pipeline.text.rules import load_rules

_HERE = "facts/cycles.py"
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
_A_YEAR = r"annual(?:ly)?|yearly|(?:every|each) (?:academic |school )?year|once a year|every twelve months"
_TWO_YEARS = r"bi-?ennial(?:ly)?|every other year|every second year|alternate years"
_HALF_A_YEAR = r"twice (?:a|each|every) year|twice[- ](?:yearly|annually)|half-yearly|six-?monthly"
_BEFORE_COUNT = r"every|each|on an?|once every|over an?|again in|at least every|a|in a|in"
_EVERY = re.compile(
    rf"(?P<year>\b(?:{_A_YEAR})\b)"
    r"|every (?P<nth>second|third|fourth|fifth) year"
    rf"|(?P<two>\b(?:{_TWO_YEARS})\b)"
    r"|(?P<three>\btri-?ennial(?:ly)?\b)"
    r"|(?P<unclear>\b(?:bi-?annual(?:ly)?|bi-?yearly)\b)"
    r"|(?P<term>\b(?:termly|every term|each term)\b)"
    rf"|(?P<half>\b(?:{_HALF_A_YEAR})\b)"
    rf"|\b(?:{_BEFORE_COUNT})?\s*{_COUNT}(?:\s|-)?(?P<unit>year|yr|month)(?:s|ly)?\b",
    re.IGNORECASE,
)
_OWN_NOUNS = (
    r"policy|policies|procedures?|document|statement|plan|scheme|statement of principles?"
    r"|(?<=these )guidelines|(?<=our )guidelines"
)
_OWN_REVIEW = re.compile(
    rf"\b(?:this|these|the|our|my|its?)\b(?P<subject>[^.;:]{{0,70}}?)\b(?P<noun>{_OWN_NOUNS})\b(?P<between>[^.;]{{0,180}}?)"
    r"\b(?:review(?:ed|s|ing)?|updated|revised|looked at)\b(?P<after>[^.;]{0,120})",
    re.IGNORECASE,
)
_RULES = load_rules(Path(__file__).with_suffix(".toml"))
_WRITING = Writing(gap=r"\x20", some=r"[^.;\n]{0,80}?")
_TOLD = compiled_lazily(
    lambda: (
        rf"(?:(?:^|[•*–.;:-])\W*{_RULES.pattern_of('opens', _WRITING)}|\b{_RULES.pattern_of('tells', _WRITING)})\b"
        rf"(?P<after>[^.;\n]{{0,70}})|^\W*{_RULES.pattern_of('alone', _WRITING)}\W*$"
    ),
    re.IGNORECASE,
)
"""A sentence, or a line of its own, whose review is this document's."""
_WHOSE = re.compile(
    r"\b(?:training|risk assessments?|plan for (?:the )?child|IEPs?|targets?|progress|records?|accounts?"
    r"|checks?|register|care plans?|EHCP?)\b",
    re.IGNORECASE,
)


_OF_OTHERS = re.compile(r"\b(?:asks?|says?|states?|requires?|ensures?|makes sure)\s+that\b|\bwhose\b", re.IGNORECASE)
"""Between a policy and "is updated" these begin what it says of something else."""
_VERSION_ROW = re.compile(r"v?\d+(?:\.\d+)*", re.IGNORECASE)


def is_rhythm(text: str) -> bool:
    """Say whether ``text`` is a review cycle and nothing more: "Annually", "Every two years"."""
    match = _EVERY.match(text)
    return match is not None and match.end() >= len(text) - 2


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
    for kind in (LabelKind.REVIEW, LabelKind.NEXT_REVIEW, LabelKind.LAST_REVIEW):
        for label, stated in list_values(lines, kind):
            match = _EVERY.match(stated.value)
            # "Reviewed" and "Annually" in the next column or line.
            if match and is_rhythm(stated.value) and "by" not in label.text.lower().split():
                return _months(match), stated
    for line in lines:
        found = None if _is_version(line) else _cycle_of_line(line, title) or _cycle_broken(lines, line, title)
        if found is not None:
            return found
    return None, blank


def _is_version(line: Line) -> bool:
    """Say whether a row tells of one version ("1.1", "May 2026", "Annual review"): what was done, not how often."""
    dated = len(line.cells) > 2 and any(scan_dates(cell).dates for cell in line.cells[1:])
    return dated and _VERSION_ROW.fullmatch(line.cells[0].strip()) is not None


def _cycle_broken(lines: Sequence[Line], line: Line, title: str | None) -> tuple[int | None, Stated] | None:
    """Read a sentence that the page breaks ("This policy will be reviewed" / "annually to ensure that …")."""
    below = lines[line.number + 1] if line.number + 1 < len(lines) else None
    if below is None or line.table is not None or below.table is not None:
        return None
    if not below.text[0].islower() and not line.text.endswith(":"):
        return None
    whole = f"{line.text} {below.text}"
    if not _can_tell(whole) or _SENTENCE_END.search(line.text) or not _OWN_NOUN.search(line.text):
        return None
    return _cycle_of_line(line.with_cells([whole]), title)


_SENTENCE_END = re.compile(r"[.;!?]\W*$")
_OWN_NOUN = re.compile(rf"\b(?:{_OWN_NOUNS})\b", re.IGNORECASE)


_REVIEW_WORDS = ("review", "updat", "revis", "look")
_RHYTHM_WORDS = ("year", "yr", "annual", "month", "term", "ennial", "second", "third")


def _can_tell(text: str) -> bool:
    """Say whether ``text`` has a word of reviewing and one of rhythm, without which no pattern here matches."""
    lower = text.lower()
    return any(word in lower for word in _RHYTHM_WORDS) and any(word in lower for word in _REVIEW_WORDS)


def _cycle_of_line(line: Line, title: str | None) -> tuple[int | None, Stated] | None:
    if not _can_tell(line.text):
        return None
    for labels in [find_labels(line.text)] if len(line.text) <= 200 else []:
        for label in labels:
            if (
                label.kinds[0] is LabelKind.CYCLE
                and (within := _EVERY.search(label.text))
                and within.end() == len(label.text)
            ):
                # "Review frequency Annual" is a label in every word.
                return _months(within), Stated(within[0], within[0], line.where, 0.9, label.rule)
            if label.means(LabelKind.CYCLE) and (told := _UNIT_FIRST.match(line.text, label.end)) is not None:
                months = int(told["count"]) * (12 if told["unit"][0] in "yY" else 1)
                return months, Stated(told["count"], told[0].strip(), line.where, 0.9, label.rule)
            near = line.text[label.start : label.end + 34] if label.kinds[0] in DATE_KINDS else ""
            match = _EVERY.search(re.split(r"[.;]\s", near)[0]) if near else None
            if match and _is_about_review(line, label, near, match):
                return _months(match), Stated(match[0], match[0], line.where, 0.9, label.rule)
    return _cycle_told(line, title)


_UNIT_FIRST = re.compile(
    r"\s*\(?(?:in\s+)?(?P<unit>years?|months?)\)?[\s:–-]*(?P<count>\d{1,2})\b(?!\W\d)", re.IGNORECASE
)
"""Behind a label, "Review cycle (years): 2"."""


def _cycle_told(line: Line, title: str | None) -> tuple[int | None, Stated] | None:
    """Read a sentence that says how often this document is reviewed."""
    for sentence in _OWN_REVIEW.finditer(line.text):
        after = sentence["after"]
        match = _EVERY.search(after) or _EVERY.search(sentence["between"])
        if match and _speaks_of_this(sentence, title):
            return _months(match), Stated(match[0], match[0], line.where, 0.88, f"{_HERE}: _OWN_REVIEW")
    for sentence in _TOLD.finditer(line.text):
        match = _EVERY.search(sentence[0])
        if match and not _WHOSE.search(line.text[: sentence.start()][-80:]):
            return _months(match), Stated(match[0], match[0], line.where, 0.85, f"{_HERE}: _TOLD")
    return None


_ALONE = re.compile(r"\W*(?P<number>\d[\d.]*\s+)?annual reviews?\W*", re.IGNORECASE)
_HEAD = 15
"""How many lines a cover and its table have at most: "Annual Review" there is how often the policy is reviewed."""
_OWN_NAME = re.compile(r"^\W*(?:policy|plan|statement|document)\s+$", re.IGNORECASE)


def _is_about_review(line: Line, label: Label, near: str, match: re.Match[str]) -> bool:
    """Say whether the words beside a review label give its rhythm ("REVIEWED: ANNUALLY", "(Annual Review)")."""
    before = line.text[: label.start]
    alone = _ALONE.fullmatch(line.text)
    if alone is not None and (alone["number"] or line.number > _HEAD):
        # The heading of what is said of reviews with parents.
        return False
    if _WHOSE.search(before) or re.search(r"[A-Za-z]{2,}", re.split(r"[\d(:\t|/–-]", _OWN_NAME.sub("", before))[-1]):
        return False
    reviews = label.kinds[0] in {LabelKind.REVIEW, LabelKind.LAST_REVIEW, LabelKind.NEXT_REVIEW}
    return reviews and ("review" in near.lower())


_POLICIES = frozenset(("policy", "policies"))
_SAID_OF_ITSELF = frozenset(("policy", "statement"))
"""What "this …" names the document by; "this care plan" is a child's."""


def _speaks_of_this(sentence: re.Match[str], title: str | None) -> bool:
    """Say whether the policy that is reviewed is this one, not another that is named."""
    if _WHOSE.search(sentence["between"]) and not re.search(r"^\s*(?:will|is|are|shall|should)", sentence["between"]):
        return False
    if _OF_OTHERS.search(sentence["between"]):
        return False
    if sentence[0].casefold().startswith("this") and sentence["noun"].casefold() in _SAID_OF_ITSELF:
        return True
    words = {word.lower() for word in re.findall(r"[A-Za-z]+", sentence["subject"])} - _RULES.words_of("generic")
    if not words or title is None:
        return True
    own = {word.lower() for word in re.findall(r"[A-Za-z]+", title)}
    if not words & own and sentence["noun"].lower() not in _POLICIES:
        # "The child's care plan is reviewed every six months."
        return False
    return bool(words & own) or not any(
        word[0].isupper()
        for word in re.findall(r"[A-Za-z]+", sentence["subject"])
        if word.lower() not in _RULES.words_of("generic")
    )


def _months(match: re.Match[str]) -> int | None:
    for name, months in (("year", 12), ("two", 24), ("three", 36), ("term", 4), ("half", 6)):
        if match[name]:
            return months
    if match["nth"]:
        return 12 * (2 + ("second", "third", "fourth", "fifth").index(match["nth"].lower()))
    if match["unclear"]:
        return None
    count = _NUMBERS.get(match["count"].lower()) or int(match["count"])
    return count * (1 if match["unit"].lower() == "month" else 12)
