"""Recognise the names of people as schools print them: "Mrs D. C. Ollerton", "Deborah Sheffield", "R. Wickstead".

What such a name looks like stands here; which words are none, and which are names as well, in ``words.toml``.
"""

import re
from functools import cache, lru_cache
from itertools import pairwise

from pipeline.dates.months import MONTHS_SMALL
from pipeline.dates.weekdays import SCHOOL_DAYS, day_words
from pipeline.named.names.given_names import given_names
from pipeline.named.names.letters import plain_letters
from pipeline.named.names.spelling import APOSTROPHE_SIGNS, HYPHEN_SIGNS
from pipeline.named.names.titles import GLUED, Shows, one_title, titles_small
from pipeline.named.names.words import words_of
from pipeline.text.addresses import RUN_ON_LABEL
from pipeline.text.lazily import compiled_lazily

_TITLE = rf"(?:{one_title()}|{one_title(Shows.ANYWHERE).upper()})\b\.?"
_LATIN = tuple(map(chr, (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))))
_UPPER = "A-Z" + "".join(letter for letter in _LATIN if letter.isupper())
_LOWER = "a-z\u0300-\u036f" + "".join(letter for letter in _LATIN if letter.islower())
_A, _H = APOSTROPHE_SIGNS, HYPHEN_SIGNS
_PREFIX = rf"Mc|Mac|O[{_A}]|D[{_A}]|De|La|Le|Van|Fitz"
_CAPITAL = rf"(?:(?:{_PREFIX})?[{_UPPER}][{_LOWER}{_A}]+|[{_UPPER}]{{2,}}(?:[{_A}][{_UPPER}]+)?)"
POSSESSIVES = tuple(f"{sign}s" for sign in APOSTROPHE_SIGNS)
"""What stands behind a name and is no more of it."""
_GAP = r"[^\S\t]"
"""A blank within a name. A tab parts two columns, and the next column is no more of the name."""
_SURNAME = rf"{_CAPITAL}(?:[{_H}]{_GAP}?{_CAPITAL})*"
_INITIALS = rf"(?:[{_UPPER}](?:\.{_GAP}?|{_GAP})){{1,3}}"
_PARTICLE = rf"(?:(?:de|da|di|du|van|von|der|den|la|le|bin|ibn|al|el|ap|ab|ferch|Ó|Ní|Nic|Uí){_GAP}+){{0,2}}"
_WITH_TITLE = (
    rf"(?:{_TITLE}(?:{_GAP}+|{GLUED})){{1,3}}(?:{_INITIALS}{_GAP}?)?(?:{_SURNAME}{_GAP}+){{0,2}}{_PARTICLE}{_SURNAME}"
    rf"(?:{_GAP}+{_SURNAME}(?![\w:]))?"
)
_FULL = rf"{_SURNAME}{_GAP}+(?:{_INITIALS}{_GAP}+)?(?:{_SURNAME}{_GAP}+)?{_PARTICLE}{_SURNAME}"
_INITIALLED = rf"{_INITIALS}{_GAP}?{_PARTICLE}{_SURNAME}"

_NAME = compiled_lazily(rf"(?:{_WITH_TITLE}|{_FULL}|{_INITIALLED})(?:(?![\w@])|(?={RUN_ON_LABEL}))")
_LEADING_TITLE = re.compile(rf"^(?:{_TITLE}(?:\s+|{GLUED}))+")


@cache
def _not_names() -> frozenset[str]:
    """Return words of schools, months, days and titles: no name has one, but for those that are names as well."""
    others = (titles_small(Shows.ANYWHERE), MONTHS_SMALL, day_words(SCHOOL_DAYS))
    return words_of("no-name").union(*others)


def _is_given_name(word: str) -> bool:
    """Say whether a word in small letters is a given name and no word of schools."""
    if word in _not_names():
        return False
    return word in given_names() or (not word.isascii() and plain_letters(word) in given_names())


@lru_cache(maxsize=1024)
def find_name(text: str, position: int = 0) -> re.Match[str] | None:
    """Return the name that begins exactly at ``position`` of ``text``, None where no person's name does."""
    if not text[position : position + 1].isupper():
        # Every name and title begins with a capital.
        return None
    match = _NAME.match(text, position)
    end = match.end() if match else position
    if match is not None and match[0].endswith(POSSESSIVES):
        match = _NAME.fullmatch(text, position, match.end() - len(POSSESSIVES[0]))
    if match is not None and _begins_with_letters(match[0]):
        return None
    while match is None or not is_name(match[0]) or _runs_into_a_post(text, match):
        # What follows a name may look like more of it ("Greta Penhallow Deputy Head"): try with a word less.
        end = text.rfind(" ", position, end)
        if end <= position:
            return None
        trimmed = position + len(text[position:end].rstrip(" -–"))
        match = _NAME.fullmatch(text, position, trimmed)
    return None if _begins_a_body(text, position, match.end()) else match


def _begins_a_body(text: str, start: int, end: int) -> bool:
    """Say whether the words ``text[start:end]`` run into a body's name: "Moorland Catholic High" before "School".

    Behind a given name only what ends no surname and heads no column shows a body: "Ann Craft" before "Trust".
    """
    name = text[start:end]
    if drop_title(name) != name:
        return False
    ends = OF_A_TRUST if has_given_name(name) and not name.startswith(_SAINT) else _OF_A_SCHOOL
    return ends.match(text, end) is not None


_SAINT = ("Saint ", "St ", "St. ")
OF_A_TRUST = re.compile(r" (?:Trust|Foundation|Ltd|Limited|LLP)\b(?! [A-Z])")
"""What behind words with capitals shows a body even where they begin with a given name."""
_OF_A_SCHOOL = re.compile(
    rf"{OF_A_TRUST.pattern}| (?:School|Academy|College|Primary|Nursery)\b"
    r"(?! (?:Admin|Business|Bursar|Council|Governor|Leader|Manager|Nurse|Office|Secretary|Teacher))"
)


def _runs_into_a_post(text: str, match: re.Match[str]) -> bool:
    """Say whether the last word of a name begins a post: "Jane Head Teacher", "Ann Head of School", "Health Co-"."""
    if match[0].casefold().endswith(" co"):
        return _REST_OF_A_COORDINATOR.match(text, match.end()) is not None
    return match[0].endswith(("Head", "HEAD")) and _REST_OF_A_POST.match(text, match.end()) is not None


_REST_OF_A_POST = re.compile(r"[\s-]*(?:teacher|master|mistress|of)\b", re.IGNORECASE)
_REST_OF_A_COORDINATOR = re.compile(r"\W{0,2}ordinat", re.IGNORECASE)


def has_given_name(name: str, *, marked: bool = False) -> bool:
    """Say whether ``name`` begins with a given name so common that it shows a person without any other mark.

    ``marked``: there is another, such as a number right behind it, so "Will" and "April" do as well.
    """
    first = name.split(maxsplit=1)[0].lower()
    return _is_given_name(first) or first in words_of("given-word") or (marked and first in words_of("given-too"))


@lru_cache(maxsize=1024)
def is_name(text: str) -> bool:
    """Say whether all of ``text`` reads as one person's name rather than as a role or a heading."""
    if not _NAME.fullmatch(text):
        return False
    words = drop_title(text).replace("–", "-").split()
    titled = len(drop_title(text)) < len(text)
    plain = [word.strip(".").lower().removesuffix("'s").removesuffix("’s") for word in words]
    if (plain[0] in words_of("call") and not titled) or _ends_with_letters(words, titled=titled):
        return False
    if not titled and _ABBREVIATED.fullmatch(" ".join(words)) and not _is_given_name(plain[0]):
        return False
    first_is_given = _is_given_name(plain[0]) or (
        len(plain) > 1 and plain[0] in words_of("given-too") and (titled or plain[1] not in words_of("no-surname"))
    )
    unknown = plain[1:] if first_is_given else plain
    if len(plain) > 1 and _is_surname(plain, first_is_given=first_is_given, titled=titled):
        unknown = unknown[:-1]
    if any(word in _not_names() for word in unknown):
        # "Mrs Head" is a name, "Deputy Head" is none.
        return titled and len(words) == 1
    return titled or any(len(word.strip(".")) > 1 for word in words)


def _begins_with_letters(name: str) -> bool:
    """Say whether short capitals before a given name are a school's or a post's: "NS Ada Holt", "Larch NS Ada"."""
    words = name.split()
    if len(words) < 3 or name.isupper() or has_given_name(name):
        return False
    return any(_SHORT.fullmatch(word) and has_given_name(given) for word, given in pairwise(words))


def _ends_with_letters(words: list[str], *, titled: bool) -> bool:
    """Say whether short capitals behind a name are a post's: "Ada Holt CPO".

    A surname in capitals stands behind a given name, "Mary Ann LEE", or behind initials.
    """
    if len(words) < 3 - titled or _SHORT.fullmatch(words[-1]) is None:
        return False
    inner = words[-2].strip(".")
    return not (inner.isupper() or _is_given_name(inner.lower()))


_SHORT = re.compile(rf"[{_UPPER}]{{2,4}}")


def may_be_name(words: str, *, titled: bool) -> bool:
    """Say whether words could be a person's name though ``find_name`` does not read one: none belongs to schools.

    ``titled``: a title stands before them, and shows that the last word is a surname though the language has it too.
    Without one such a word counts only as the surname behind one other word.
    """
    plain = [word.strip(".").lower().removesuffix("'s").removesuffix("’s") for word in words.split()]
    if len(plain) == 2 and plain[1] in words_of("surname", "surname-too"):
        plain.pop()
    elif _is_given_name(plain[0]) or (
        len(plain) > 1 and plain[0] in words_of("given-too") and plain[1] not in words_of("no-surname")
    ):
        plain.pop(0)
    known = [word for word in plain if word in _not_names()]
    return not known or (titled and known == plain[-1:] and known[0] not in words_of("post"))


def _is_surname(words: list[str], *, first_is_given: bool, titled: bool) -> bool:
    """Say whether the last of several words, a word of the language, is a surname after those before it."""
    given = [word for word in words[:-1] if len(word) > 1]
    if words[-1] in words_of("surname"):
        return True
    return words[-1] in words_of("surname-too") and (
        (len(given) == 1 and first_is_given)
        or (len(given) == 1 and given[0] in words_of("given-word") and words[-1] not in words_of("place"))
        or (len(given) == 1 and titled and words[-1] in words_of("surname-with-title"))
        or (not given and (titled or words[-1] != "head"))
    )


_ABBREVIATED = re.compile(rf"[{_UPPER}]{{3}} .*|P\.? ?O\.? ?B(?i:ox)")
"""Three capitals before a word, which are a body's more often than a person's: "PTA Funding"; and a post box."""


def drop_title(name: str) -> str:
    """Return ``name`` without Mr, Mrs, Dr and their like, single-spaced."""
    return " ".join(_LEADING_TITLE.sub("", " ".join(name.split())).split())
