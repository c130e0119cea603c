"""The labels schools put before a fact, and what each means.

A label means what its words and its tense say: "reviewed" looks back, "to be reviewed" looks ahead, "Review date" says
neither and is settled against the other dates by ``facts.dates``.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

from pipeline.labels.kinds import Label, LabelKind
from pipeline.labels.unlisted import find_phrases
from pipeline.text.phrases import Writing, phrase_openings, phrase_pattern
from pipeline.text.rules import Rule, load_rules

_RULES = load_rules(Path(__file__).with_suffix(".toml"), ("followed_by", "not_before", "alone"))
_WRITING = Writing(gap=r"[\x20\n]*", some=r"[\x20\n]*[\w\x20]{3,40}?")
"""A label ends with its cell: no word of the next column is part of it."""
FOLLOWED_BY: Mapping[str, str] = {
    "a capital": r"[\x20\n]+(?-i:[A-Z])",
    "a colon": r"\s*:",
    "a colon or dash": r"\s*[:\-–]",
    "a colon or a rhythm": r"\s*:|\s+(?:annual|yearly|termly|every\s|bi-?ennial|(?:\d|two|three|four|five)[\s-]year)",
    "a colon or tab": r"\s*[:\t]",
    "a colon, a dash or the end": r"\s*[:\-–\t]|\s*$",
    "a date": r"\s+(?:the\s+)?(?:end\s+of\s+)?(?:\d|(?-i:[A-Z])[a-z]{2,8}\.?\s\d|spring|summer|autumn)",
    "a date or a blank": r"\s*[:\-–._…\t]|\s*$|\s+(?:\d|[A-Z][a-z]{2,8}[\x20\n]*\d)",
    "a figure": r"\d",
    "a review's date or nothing": r"""
        \s*[:\-–.] | \t | \s*$ | \s+\d+[\s-]?(?:year|month)
        | \s+(?:[A-Z][a-z]{2,8}(?:[\x20\n]*term)? | \d{1,2}(?:st|nd|rd|th)?) [.,]?[\x20\-'’(]{0,2}\d""",
    "a small number": r"\s*[:\#\t]?\s*v?\.?\d{1,2}(?:\.\d+)*\b(?!\s*[/.-]\s*\d)",
    "a tab or the end": r"\t|\s*$",
    "a version": r"\s*(?:[:\#\-–\t]|v?\.?\s?\d|$)",
    "the date of an issue": r"""
        (?!\s*n(?:umber|o)\b | \s+v?\d{1,2}(?:\.\d)?\s*(?:[:,(]|$|[–-]\s))
        (?:\s*[:\-–] | \s+(?:date|\d|(?-i:[A-Z])))""",
}
"""What may have to stand behind a label, as verbose patterns."""
_RANK = (
    *("next-review", "last-review", "last-review+approved", "approved", "other-date", "review", "cycle", "owner"),
    *("approver", "version", "title", "school", "signature", "other", "date"),
)
"""Which kind counts where phrases of two are equally long."""
_HELD = _RULES.words["letters"]
_SHORT_WORDS = re.compile(r"(?:rev|ver)(?![a-z])")
_NO_WORD_BEFORE = re.compile(r"(?<![A-Za-z]\s)")
_CLOSES = r"(?![a-z])(?!(?<=[A-Z])[A-Z])"


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A phrase of a rule."""

    rule: Rule
    phrase: str
    kinds: tuple[LabelKind, ...]
    rank: int


def _phrases() -> Iterator[_Phrase]:
    for rule in _RULES.rules:
        kinds = tuple(map(LabelKind, rule.kind.split("+")))
        for phrase in rule.phrases:
            yield _Phrase(rule, phrase, kinds, _RANK.index(rule.kind))


_PHRASES = tuple(_phrases())
_LETTERS = re.compile(r"[a-z]+")


@cache
def _openings() -> Mapping[str, tuple[int, ...]]:
    """Return the phrases by the letters that they begin with; those that begin with initials by none."""
    found: dict[str, list[int]] = {}
    for number, each in enumerate(_PHRASES):
        openings = map(_LETTERS.match, phrase_openings(each.phrase, _RULES.words))
        for opening in {begins[0] if begins else "" for begins in openings}:
            found.setdefault(opening, []).append(number)
    return {opening: tuple(numbers) for opening, numbers in found.items()}


@lru_cache(maxsize=8192)
def _begun_by(letters: str) -> tuple[int, ...]:
    """Return which phrases may begin with a word and those joined to it; two capitals may be initials."""
    small, least = letters.lower(), 0 if letters[:2].isupper() and len(letters) > 1 else 1
    openings = (_openings().get(small[:length], ()) for length in range(least, len(small) + 1))
    return tuple(sorted({number for numbers in openings for number in numbers}))


@cache
def _pattern(number: int) -> re.Pattern[str]:
    """Return the pattern of a phrase with what may and may not stand behind it; made when its first word is met."""
    phrase, more = _PHRASES[number].phrase, _PHRASES[number].rule.more
    pattern = phrase_pattern(phrase, _RULES.words, _WRITING) + _CLOSES
    if behind := more.get("followed_by"):
        pattern += rf"(?ix:(?={FOLLOWED_BY[behind]}))"
    if others := more.get("not_before"):
        follows = "|".join(phrase_pattern(other, _RULES.words, _WRITING) for other in others)
        pattern += rf"(?![\x20\n]*(?:{follows})\b)"
    return re.compile(pattern)


_WORD = re.compile(r"(?=(?P<run>[A-Za-z]+))(?:[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[A-Z])")
"""A word, and the letters joined to it: "reviewSeptember" is two words."""
_DIGIT = re.compile(r"\d")
_YEAR_LIKE = re.compile(r"(?:19|20)\d\d|\d[/.]\d\d\b|[A-Za-z]{3,9}\.? ['’]?\d\d\b")


@lru_cache(maxsize=8192)
def find_labels(text: str) -> tuple[Label, ...]:
    """Return the labels in ``text``, in reading order, none overlapping another.

    In a long paragraph a label is looked for at the start, at the end and round each date, where one can matter.
    Words that form no label where they stand ("to be approved", "under review") are left out.
    """
    small = text.casefold()
    if not any(map(small.__contains__, _HELD)) and not _SHORT_WORDS.search(small):
        return ()
    found = [
        Label(phrase.kinds, match.start(), match.end(), match[0], phrase.rule.name(phrase.phrase))
        for start, end in _stretches(text)
        for phrase, match in _matches(text, start, end)
        if not _is_disowned(text, match)
    ]
    return _with_phrases(found, text)


def _with_phrases(found: list[Label], text: str) -> tuple[Label, ...]:
    """Put whole phrases of label words in the place of the labels that cover only a part of them."""
    for phrase in find_phrases(text):
        inside = [label for label in found if label.start < phrase.end and phrase.start < label.end]
        answered = any(_is_answered_within(text, label, phrase) for label in inside)
        if not answered and not _is_row(text, inside) and not any(_says_as_much(label, phrase) for label in inside):
            found = [label for label in found if label not in inside] + [phrase]
    return tuple(sorted(found, key=lambda label: label.start))


def _matches(text: str, start: int, end: int) -> Iterator[tuple[_Phrase, re.Match[str]]]:
    """Yield the labels from ``start`` to ``end``, the longest phrase at each word."""
    free = start
    for word in _WORD.finditer(text, start, end):
        numbers = _begun_by(word["run"]) if word.start() >= free else ()
        tried = _tried(text, word.start(), end, numbers)
        found = max(tried, key=lambda each: (each[1].end(), -each[0].rank), default=None)
        if found is not None:
            free = found[1].end()
            yield found


def _tried(text: str, position: int, end: int, numbers: Iterable[int]) -> Iterator[tuple[_Phrase, re.Match[str]]]:
    for number in numbers:
        phrase = _PHRASES[number]
        if phrase.rule.more.get("alone") and not _NO_WORD_BEFORE.match(text, position):
            continue
        match = _pattern(number).match(text, position, end)
        if match is not None:
            yield phrase, match


def _is_row(text: str, labels: list[Label]) -> bool:
    """Say whether labels are headings of columns side by side ("Approved by Date approved"), not parts of one label."""
    return any(
        after.text[0].isupper() and not _JOINING.fullmatch(text[before.end : after.start])
        for before, after in pairwise(labels)
    )


_JOINING = re.compile(r"\s+(?:(?:of|for|to|and|or|by|the)\s+)+|\s*[/&(]\s*", re.IGNORECASE)


_ASKS_FOR_A_BODY = re.compile(r"\b(?:by|authority|body|committee|level)$", re.IGNORECASE)
_A_BODY = re.compile(r"[\x20\n]+[A-Z].*\b(?:Board|Body|Committee|Council|Directors|Governors|Trust|Trustees)")


def _is_answered_within(text: str, label: Label, phrase: Label) -> bool:
    """Say whether the rest of a phrase is the body that its label asks for: "Approving body Trust Board"."""
    asks = label.start == phrase.start and _ASKS_FOR_A_BODY.search(label.text) is not None
    return asks and _A_BODY.fullmatch(text, label.end, phrase.end) is not None


def _says_as_much(label: Label, phrase: Label) -> bool:
    """Say whether a label covers a phrase and has no meaning fewer."""
    covers = label.start <= phrase.start and phrase.end <= label.end + 1
    return covers and not (set(label.kinds) < set(phrase.kinds))


_LONG_TEXT = 260
_LONGEST_MONTH = 12
"""How many letters, a space and a mark among them, stand before the first figure of what is like a year."""
_HEAD, _BEFORE_DATE, _AFTER_DATE, _TAIL = 110, 170, 60, 110


def _stretches(text: str) -> list[tuple[int, int]]:
    """Return where in ``text`` labels are looked for, stretches that touch joined, cut at spaces."""
    if len(text) <= _LONG_TEXT:
        return [(0, len(text))]
    digit = _DIGIT.search(text)
    first = max(0, digit.start() - _LONGEST_MONTH) if digit is not None else len(text)
    dates = [
        (max(0, digits.start() - _BEFORE_DATE), min(len(text), digits.end() + _AFTER_DATE))
        for digits in _YEAR_LIKE.finditer(text, first)
    ]
    wanted = [(0, _HEAD), *dates, (len(text) - _TAIL, len(text))]
    joined: list[tuple[int, int]] = []
    for start, end in wanted:
        start = text.rfind(" ", 0, start) + 1 if start else 0
        end = text.find(" ", end) if text.find(" ", end) >= 0 else len(text)
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


_DISOWNED_BEFORE = re.compile(
    r"(?:\bto be|\bwill be|\bawaiting|\bpending|\bsubject to|\bbe|\bnot(?: yet)?|\bunder|\bkeep(?:s|ing)?"
    r"|\bregularly|\bfor the|model|peer|\bbeen (?:fully )?risk|\ball) $",
    re.IGNORECASE,
)


_UP_TO = re.compile(r"\b(?:up[\s-]to|out[\s-]of|to)[\s-]$", re.IGNORECASE)
"""What follows is no label: "kept up to date"."""


def _is_disowned(text: str, match: re.Match[str]) -> bool:
    before = text[max(0, match.start() - 24) : match.start()]
    if match[0].lower() == "date" and _UP_TO.search(before):
        return True
    if not before.endswith((" ", " \n")) or not _DISOWNED_BEFORE.search(before):
        return False
    return "next" not in match[0].lower() and not match[0].lower().startswith(("will be", "to be", "date"))
