"""The labels schools put before a fact, and what each means.

A label means what its words and its tense say: "reviewed" looks back, "to be reviewed" looks ahead, "Review date" says
neither and is settled against the other dates by ``facts.dates``.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache, reduce
from itertools import pairwise
from operator import or_
from pathlib import Path

from pipeline.labels.kinds import Label, LabelKind
from pipeline.labels.unlisted import find_phrases
from pipeline.text.needed import Needed, numbers_of
from pipeline.text.phrases import Writing, phrase_needs, phrase_openings, phrase_pattern
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
_NO_WORD_BEFORE = re.compile(r"(?<![A-Za-z]\s)")
_CLOSES = r"(?![a-z])(?!(?<=[A-Z])[A-Z])"
_HELD, _SHORT = _RULES.words["letters"], ("rev", "ver")
_SHORT_WORDS = re.compile(rf"\b(?:{'|'.join(_SHORT)})\b")
_STEM_LETTERS = 3


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


_ALL = (1 << len(_PHRASES)) - 1
_ANY_LABEL, _SHORT_LABEL = 1 << len(_PHRASES), 2 << len(_PHRASES)
_PLACES = 3
"""Of how many places of a phrase letters are looked for first."""
_LETTERS_OF_PHRASES = zip(*(phrase_needs(each.phrase, _RULES.words, most=_PLACES) for each in _PHRASES), strict=True)
_NEEDED = Needed(*([*letters, _HELD, _SHORT] for letters in _LETTERS_OF_PHRASES))
_SIGNS_BEHIND = {
    "a colon": r":",
    "a colon or dash": r"[:\-–]",
    "a colon or tab": r"[:\t]",
    "a figure": r"\d",
    "a small number": r"\d",
}
"""What may have to stand behind a label that needs a sign for it."""
_NEED_A_SIGN = {
    re.compile(signs): sum(
        1 << number for number, each in enumerate(_PHRASES) if each.rule.more.get("followed_by") == behind
    )
    for behind, signs in _SIGNS_BEHIND.items()
}


def _by_opening() -> Mapping[str, int]:
    """Return which phrases begin with some letters, the empty ones for those that begin with initials."""
    found: dict[str, int] = {}
    for number, each in enumerate(_PHRASES):
        for opening in {opening[:_STEM_LETTERS] for opening in phrase_openings(each.phrase, _RULES.words)}:
            found[opening] = found.get(opening, 0) | 1 << number
    return found


_BY_OPENING = _by_opening()
_OPENINGS = [
    [opening for opening, phrases in _BY_OPENING.items() if phrases >> number & 1] for number in range(len(_PHRASES))
]
_BEGUN = Needed(begins=[each if min(map(len, each)) > 1 else () for each in _OPENINGS])
_SEAM = re.compile(r"[A-Z](?:(?<=[a-z][A-Z])|(?<=[A-Z][A-Z])(?=[a-z]))")
"""Where a word begins behind letters: "reviewSeptember"."""
_LONGEST_OPENING = 9
_LETTERS = re.compile(rf"[A-Za-z]{{1,{_LONGEST_OPENING}}}")


@cache
def _openings_of(number: int) -> tuple[str, ...]:
    """Return the letters that a phrase may begin with, no more of them than are looked at."""
    openings = phrase_openings(_PHRASES[number].phrase, _RULES.words)
    return tuple({_LETTERS.match(opening)[0] if opening else "" for opening in openings})  # type: ignore[index]


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


_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[A-Z]")
_DIGIT = re.compile(r"\d")
_YEAR_LIKE = re.compile(r"(?:19|20)\d\d|\d[/.]\d\d\b|[A-Za-z]{3,9}\.? ['’]?\d\d\b")


@lru_cache(maxsize=8192)
def find_labels(text: str) -> tuple[Label, ...]:
    """Return the labels in ``text``, in reading order, none overlapping another.

    In a long paragraph a label is looked for at the start, at the end and round each date, where one can matter.
    Words that form no label where they stand ("to be approved", "under review") are left out.
    """
    within = _NEEDED.of(text)
    if not within & _ANY_LABEL and not (within & _SHORT_LABEL and _SHORT_WORDS.search(text.lower())):
        return ()
    possible = _phrases_of(text, within)
    found = [
        Label(phrase.kinds, match.start(), match.end(), match[0], phrase.rule.name(phrase.phrase))
        for start, end in (_stretches(text) if possible else ())
        for phrase, match in _matches(text, start, end, possible)
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


def _matches(text: str, start: int, end: int, possible: int) -> Iterator[tuple[_Phrase, re.Match[str]]]:
    """Yield the labels from ``start`` to ``end``, the longest phrase at each word.

    Only those of the possible phrases are tried that begin with the letters of the word.
    """
    free = start
    for word in _words_at_openings(text, start, end, possible) if possible else ():
        if not possible & _begun_by(word[0]) or word.start() < free:
            continue
        phrases = _phrases_at(text, word, end, possible)
        tried = _tried(text, word.start(), end, phrases) if phrases else ()
        found = max(tried, key=lambda each: (each[1].end(), -each[0].rank), default=None)
        if found is not None:
            free = found[1].end()
            yield found


def _words_at_openings(text: str, start: int, end: int, possible: int) -> Iterator[re.Match[str]]:
    """Yield the words, in order, that begin with letters with which one of the possible phrases may begin.

    A few phrases are possible, and their letters are found much faster than all words are gone through.
    """
    openings, small = _openings_among(possible), text.lower()
    if openings is None or len(small) != len(text):
        yield from _WORD.finditer(text, start, end)
        return
    for at in sorted({at for opening in openings for at in _places_of(opening, small, start, end)}):
        before = text[at - 1] if at > start else ""
        inside = before.isascii() and before.isalpha() and _SEAM.match(text, at) is None
        word = None if inside else _WORD.match(text, at, end)
        if word is not None:
            yield word


def _places_of(letters: str, text: str, start: int, end: int) -> Iterator[int]:
    at = text.find(letters, start, end)
    while at >= 0:
        yield at
        at = text.find(letters, at + 1, end)


@lru_cache(maxsize=8192)
def _openings_among(possible: int) -> frozenset[str] | None:
    """Return the first letters of some phrases, None where one may begin with any."""
    openings = frozenset(opening for number in numbers_of(possible) for opening in _OPENINGS[number])
    return None if "" in openings else openings


def _phrases_of(text: str, within: int) -> int:
    """Return which phrases a text may hold, a bit each, by the signs each needs; ``within``: what its letters tell."""
    possible = within & _ALL
    if possible and not _SEAM.search(text):
        possible &= _BEGUN.of(text)
    for sign, phrases in _NEED_A_SIGN.items() if possible else ():
        if phrases & possible and sign.search(text) is None:
            possible &= ~phrases
    return possible


def _phrases_at(text: str, word: re.Match[str], end: int, possible: int) -> int:
    """Return which of the possible phrases may begin with a word, by its letters and those joined to it."""
    phrases = possible & _begun_by(word[0])
    run = _LETTERS.match(text, word.start(), end) if phrases else None
    return phrases & _that_begin(run[0].lower()) if run else 0


@lru_cache(maxsize=8192)
def _begun_by(word: str) -> int:
    """Return which phrases may begin with a word, by its first letters; with one in capitals those of initials, too."""
    letters = word[:_STEM_LETTERS].lower()
    openings = [letters[:length] for length in range(1, len(letters) + 1)]
    openings += [""] if len(word) > 1 and word.isupper() else []
    return reduce(or_, (_BY_OPENING.get(opening, 0) for opening in openings), 0)


@lru_cache(maxsize=8192)
def _that_begin(letters: str) -> int:
    """Return which phrases may begin with these letters: those of a word, or of all words joined to it."""
    some = numbers_of(_begun_by(letters) | _BY_OPENING.get("", 0))
    return sum(1 << number for number in some if letters.startswith(_openings_of(number)))


def _tried(text: str, position: int, end: int, phrases: int) -> Iterator[tuple[_Phrase, re.Match[str]]]:
    for number in numbers_of(phrases):
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
