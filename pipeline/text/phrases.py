"""Phrases as files of rules give them: plain words with what may be missing, as patterns and as words to look for.

``safeguarding children('s) board(s)`` is met with and without what stands in round brackets, of several parted by
``/`` with one or none; ``[for/of]`` is one of several; what stands in ``( )*`` may come up to four times. Brackets may
stand in each other; of choices the first that fits is taken, so the longer is written first. A space is any white
space, an opening bracket behind it or not; an apostrophe is of any kind or missing; a comma may be missing; a backslash
takes the sign behind it as it is. ``{name}`` is one of the words that the file lists under that name, or one of
``BUILT_IN``; ``…`` is whatever stands between in the same clause. A phrase with a capital letter is met only as it is
written, every other one in capitals too.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from itertools import product

from pipeline.text.lazily import compiled_lazily

Words = Mapping[str, Sequence[str]]
"""The word lists of a file of rules: phrases by the name that stands in ``{name}``."""


class PartKind(Enum):
    """What a part of a phrase is."""

    WORDS = auto()
    GAP = auto()
    SIGN = auto()
    """An apostrophe or a comma."""
    SOME = auto()
    NAMED = auto()
    ONE_OF = auto()
    MAY = auto()
    REPEATED = auto()


@dataclass(frozen=True, slots=True)
class PhrasePart:
    """A part of a phrase: words, or in brackets the parts of each choice."""

    kind: PartKind
    words: str = ""
    choices: tuple[tuple["PhrasePart", ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Writing:
    """How the words of a phrase are parted in the texts it is looked for in, as patterns."""

    gap: str
    some: str
    """For ``…`` with the space around it."""


PROSE = Writing(gap=r"\s+\(?", some=r"\b[^.;]{0,60}?\b")
BUILT_IN: Mapping[str, str] = {
    "word": r"\w+",
    "any words": r"[\w\x20]*",
    "ending": r"\w*",
    "number": r"\d+",
    "capitalised": r"(?:[ \u00a0]+(?-i:[A-Z][a-z]+))*",
    "initials": r"(?-i:[A-Z]{2,6}(?![A-Z]))",
    "s": r"(?:\(s\)|s)?",
    "remark": r"[^()\n\ue000-\uf8ff]{0,40}?",
}
"""What every file may name in braces, besides ``{up to N words}``, which has the space behind it."""
_UP_TO = compiled_lazily(r"up to (?P<most>\d) words")
_TOKEN = compiled_lazily(
    r"(?P<some>\s*…\s*)|(?P<gap>\s+)|(?P<sign>['’‘,])|\{(?P<named>[^{}]+)\}|\\(?P<escaped>.)"
    r"|(?P<bracket>[()\[\]/*])|(?P<words>[^()\[\]{}\s'’‘,/*\\…]+)"
)
_APOSTROPHE = "['’‘]?"
_HOW_OFTEN = {PartKind.ONE_OF: "", PartKind.MAY: "?", PartKind.REPEATED: "{0,4}"}


def phrase_pattern(phrase: str, words: Words | None = None, writing: Writing = PROSE) -> str:
    """Return the regular expression of a phrase; case counts where it has capitals.

    Raises:
        ValueError: a bracket is not closed, or a name in braces is none of ``words``.
    """
    pattern = _joined(parse_phrase(phrase), words or {}, writing)
    return pattern if phrase != phrase.lower() else f"(?i:{pattern})"


@lru_cache(maxsize=4096)
def parse_phrase(phrase: str) -> tuple[PhrasePart, ...]:
    """Return the parts of a phrase.

    Raises:
        ValueError: a bracket is not closed, or there is nothing.
    """
    if phrase.isalpha():
        return (PhrasePart(PartKind.WORDS, phrase),)
    tokens = list(_TOKEN.finditer(phrase))
    if not tokens or "".join(token[0] for token in tokens) != phrase:
        raise ValueError(f"“{phrase}” is no phrase: is a bracket missing?")
    choices, rest = _choices(phrase, tokens, 0, None)
    if rest != len(tokens) or len(choices) != 1:
        raise ValueError(f"“{phrase}” is no phrase from “{phrase[tokens[rest - 1].start() :]}” on")
    return choices[0]


def _choices(
    phrase: str, tokens: Sequence[re.Match[str]], at: int, closing: str | None
) -> tuple[tuple[tuple[PhrasePart, ...], ...], int]:
    """Return the choices up to the closing bracket and the number of the token behind it."""
    choices: list[list[PhrasePart]] = [[]]
    while at < len(tokens):
        bracket = tokens[at]["bracket"]
        at += 1
        if bracket is not None and bracket == closing:
            return tuple(map(tuple, choices)), at
        if bracket == "/" and closing is not None:
            choices.append([])
        elif bracket in {"(", "["}:
            inside, at = _choices(phrase, tokens, at, ")" if bracket == "(" else "]")
            again = at < len(tokens) and tokens[at]["bracket"] == "*"
            at += again
            kind = PartKind.ONE_OF if bracket == "[" else PartKind.REPEATED if again else PartKind.MAY
            choices[-1].append(PhrasePart(kind, choices=inside))
        elif bracket is not None:
            raise ValueError(f"“{phrase}” is no phrase: “{bracket}” stands alone")
        else:
            choices[-1].append(_plain(tokens[at - 1]))
    if closing is not None:
        raise ValueError(f"“{phrase}” is no phrase: “{closing}” is missing")
    return tuple(map(tuple, choices)), at


def _plain(token: re.Match[str]) -> PhrasePart:
    kinds = {"some": PartKind.SOME, "gap": PartKind.GAP, "sign": PartKind.SIGN, "named": PartKind.NAMED}
    kind = kinds.get(str(token.lastgroup), PartKind.WORDS)
    return PhrasePart(kind, token["escaped"] or token["named"] or token[0])


def _joined(parts: Iterable[PhrasePart], words: Words, writing: Writing) -> str:
    pattern, skip_gap = "", False
    for part in parts:
        if not (skip_gap and part.kind is PartKind.GAP):
            pattern += _part_pattern(part, words, writing)
        skip_gap = part.kind is PartKind.NAMED and _UP_TO.fullmatch(part.words) is not None
    return pattern


def _part_pattern(part: PhrasePart, words: Words, writing: Writing) -> str:
    match part.kind:
        case PartKind.GAP:
            return writing.gap
        case PartKind.SOME:
            return writing.some
        case PartKind.SIGN:
            return ",?" if part.words == "," else _APOSTROPHE
        case PartKind.NAMED:
            return _named_pattern(part.words, words, writing)
        case PartKind.WORDS:
            return re.escape(part.words)
    inside = "|".join(_joined(choice, words, writing) for choice in part.choices)
    return f"(?:{inside}){_HOW_OFTEN[part.kind]}"


def _named_pattern(name: str, words: Words, writing: Writing) -> str:
    if name in words:
        patterns = [phrase_pattern(each, words, writing) for each in words[name]]
        return f"(?:{'|'.join(sorted(patterns, key=len, reverse=True))})"
    if up_to := _UP_TO.fullmatch(name):
        return rf"(?:[\w&'’]+{writing.gap}){{0,{up_to['most']}}}?"
    if name not in BUILT_IN:
        raise ValueError(f"{{{name}}} is no list of words of this file")
    return BUILT_IN[name]


def phrase_mark(phrase: str) -> str:
    """Return the longest words, in small letters, that every text has in which the phrase is met.

    The text is looked at in small letters, with single spaces and a space for each opening bracket.
    """
    runs = [""]
    for part in parse_phrase(" ".join(phrase.casefold().split())):
        if part.kind in {PartKind.WORDS, PartKind.GAP}:
            runs[-1] += part.words
        else:
            runs.append("")
    return max(runs, key=len).strip()


def letters_asked(phrase: str) -> int:
    """Return how many letters every text has at least in which the phrase is met, the spaces between them included."""
    return _asked(parse_phrase(phrase))


def _asked(parts: Sequence[PhrasePart]) -> int:
    words = sum(len(part.words) for part in parts if part.kind in {PartKind.WORDS, PartKind.GAP})
    return words + sum(min(map(_asked, part.choices)) for part in parts if part.kind is PartKind.ONE_OF)


_EVERYWHERE = frozenset(("children", "first", "school", "staff", "with"))
"""Words that texts of schools are full of: to look for them first saves nothing."""


def phrase_marks(phrase: str, words: Words | None = None) -> tuple[str, ...]:
    """Return single words, in small letters, of which every text has one in which the phrase is met.

    A word of the phrase itself, or one of what may stand at one of its places, whichever are longer; none where no
    place has words of three letters and more.
    """
    return max(_needs(parse_phrase(phrase), words or {}, _MARKS), key=_worth, default=())


def phrase_needs(phrase: str, words: Words | None = None, *, most: int) -> tuple[tuple[str, ...], ...]:
    """Return ``most`` lists of letters, the rarest first: every text in which the phrase is met has one of each list.

    Lists are empty where the phrase has no more places that need letters.
    """
    found = sorted(_needs(parse_phrase(phrase), words or {}, _LETTERS), key=_worth, reverse=True)
    return (*found, *((),) * most)[:most]


_MARKS = re.compile(r"[a-z]{3,}|[a-z](?:\.[a-z])+")
"""A word that can be looked for first: of three letters, or initials with full stops."""
_LETTERS = re.compile(r"[a-z]{2,}|[a-z](?:\.[a-z])+")


def _needs(parts: Sequence[PhrasePart], words: Words, shape: re.Pattern[str]) -> list[tuple[str, ...]]:
    """Return what each place of a phrase needs, of which words of a shape can be looked for, one list a place."""
    found: list[tuple[str, ...]] = []
    for part in parts:
        choices: Sequence[Sequence[PhrasePart]] = ()
        if part.kind is PartKind.WORDS:
            found += [(each,) for each in shape.findall(part.words.casefold())]
        elif part.kind is PartKind.ONE_OF:
            choices = part.choices
        elif part.kind is PartKind.NAMED:
            choices = [parse_phrase(each) for each in words.get(part.words, ())]
        needs = [max(_needs(choice, words, shape), key=_worth, default=()) for choice in choices]
        if needs and all(needs):
            found.append(tuple(dict.fromkeys(letters for each in needs for letters in each)))
    return found


def _worth(marks: Sequence[str]) -> tuple[bool, int]:
    return not _EVERYWHERE.intersection(marks), min(map(len, marks))


def phrase_openings(phrase: str, words: Words | None = None) -> frozenset[str]:
    """Return the letters that a text in which the phrase is met may have at its start, in small letters.

    The empty one among them: it may be anything.
    """
    return _ends(parse_phrase(phrase), words or {}, forwards=True)


def phrase_endings(phrase: str, words: Words | None = None) -> frozenset[str]:
    """Return the letters and signs that a text may end with, but for space, in which the phrase is met up to the end.

    In small letters; the empty ones among them: it may be anything.
    """
    return _ends(parse_phrase(phrase), words or {}, forwards=False)


def _ends(parts: Sequence[PhrasePart], words: Words, *, forwards: bool) -> frozenset[str]:
    found: frozenset[str] = frozenset()
    for number in range(len(parts)) if forwards else range(len(parts) - 1, -1, -1):
        part, rest = parts[number], parts[number + 1 :] if forwards else parts[:number]
        match part.kind:
            case PartKind.WORDS:
                return found | {part.words.lower()}
            case PartKind.NAMED if part.words in words:
                named = map(parse_phrase, words[part.words])
                return found.union(*(_ends(each, words, forwards=forwards) for each in named))
            case PartKind.ONE_OF | PartKind.MAY | PartKind.REPEATED:
                whole = ((*each, *rest) if forwards else (*rest, *each) for each in part.choices)
                found = found.union(*(_ends(each, words, forwards=forwards) for each in whole))
                if part.kind is PartKind.ONE_OF:
                    return found
            case PartKind.GAP:
                continue
            case PartKind.SIGN if forwards:
                continue
            case _:
                return found | {""}
    return found | {""}


def spellings(phrase: str) -> Iterator[str]:
    """Yield every way in which a phrase of words, choices and what may be missing can be written.

    Raises:
        ValueError: it has something that stands for any words.
    """
    if phrase.isalpha():
        yield phrase
    else:
        yield from _spelt(phrase, parse_phrase(phrase))


def _spelt(phrase: str, parts: Sequence[PhrasePart]) -> Iterator[str]:
    ways: list[list[str]] = []
    for part in parts:
        if part.kind in {PartKind.ONE_OF, PartKind.MAY}:
            ways.append([way for choice in part.choices for way in _spelt(phrase, choice)])
            ways[-1] += [""] if part.kind is PartKind.MAY else []
        elif part.kind in {PartKind.WORDS, PartKind.GAP, PartKind.SIGN}:
            ways.append([part.words])
        else:
            raise ValueError(f"“{phrase}” cannot be spelt out")
    yield from map("".join, product(*ways))


def one_of_words(words: Iterable[str], gap: str = r"\s") -> str:
    """Return a pattern, in a group of its own, of any of some words, the longest first; ``gap``: of what parts them."""
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return f"(?:{'|'.join(map(re.escape, longest_first))})".replace(r"\ ", gap)


def met_as_whole_words(patterns: Iterable[str], not_before: Iterable[str] = ()) -> re.Pattern[str]:
    """Return one pattern of several, the longest first, met between words and outside addresses.

    Nothing is met where a pattern of ``not_before`` follows.
    """
    follows = "|".join(not_before)
    ahead = rf"(?!\s+(?:{follows})\b)" if follows else ""
    longest_first = sorted(patterns, key=len, reverse=True)
    return re.compile(rf"(?<![\w@./-])(?:{'|'.join(longest_first)})(?![\w@]|\.\w){ahead}")
