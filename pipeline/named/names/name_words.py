"""Words that look like a person's name though no reading took them for one: beside a role each is told.

``plan.doubts.strangers`` asks it what stands behind a role, before it or in the next cell. The surer a joint is (a
colon, a cell), the less the words themselves must show. The words themselves stand in ``words.toml``.
"""

import re
from collections.abc import Sequence
from functools import cache

from pipeline.dates.months import MONTHS_SMALL, SHORT_MONTHS_SMALL
from pipeline.dates.weekdays import day_words
from pipeline.named.details.ways import WAY
from pipeline.named.names.given_names import ordinary_words
from pipeline.named.names.letters import plain_letters
from pipeline.named.names.people import OF_A_TRUST, has_given_name, may_be_name
from pipeline.named.names.titles import GLUED, Shows, one_title
from pipeline.named.names.words import words_of

_WORD = r"[^\W\d_](?:\.|[\w'’-]*)"
_GAP = r"[ \u00a0]"
_TITLE = rf"{one_title(Shows.BESIDE)}\b\.?"
_PHRASE = re.compile(
    rf"(?:{_TITLE}(?:{_GAP}+|{GLUED}))?(?P<words>(?P<surname_first>{_WORD},{_GAP}{_WORD})|{_WORD}(?:{_GAP}{_WORD}){{0,3}})"
)
TITLED = re.compile(rf"{_TITLE}(?:{_GAP}|{GLUED})")
_GOES_ON = re.compile(
    rf"[\s\u00a0]*(?:$|[\n\t,;:()\]/|.&–—-]|\d|\+|(?:and|or|who|on|is|are|at|can)\b|{WAY})",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[\w.'’+-]*@|\.[ \u00a0][\w'’+-]+@")
"""An address goes on so, also one that was typed with a space: its words are no name in the text."""
_INITIAL = re.compile(r"[^\W\d_a-z]\.|[B-HJ-Z]")
"""An initial, and no word of one letter."""
_SENTENCE_GOES_ON = re.compile(r"['’]s?\b|[\s\u00a0]+[a-z]")
"""What may follow besides where the words show a person by themselves."""
_A_MONTH = re.compile(r"(?:Jan|April|May|June)[ \u00a0-]?(?:(?:19|20)\d\d|\d\d?)\b(?![ \u00a0-]?\d)")
"""A month that is a first name too, with its day or year: a date of training, and nobody."""
_ABSTRACT = re.compile(r"(?:[st]ions?|(?<!cl)ements?|it(?:y|ies)|ships?|(?<!i)ness|ance|ence|ways|ful)$")
"""How words end that are things and no surnames."""
_NO_FIRST_ENDS = re.compile(rf"ed$|ly$|ous$|ive$|ary$|[^d]al$|ic$|able$|{_ABSTRACT.pattern}")
"""How words end that are no first names, but for those that are listed."""


_TWO_SYLLABLES = re.compile(
    r"(?:[zcs]h|[bpmfdtnlgkhjqxzcsrwy])(?:i?a[io]?|i?ang?|ei?|eng?|ie|in?|iu|ou?|i?ong|u|u?an|un|ui|uo|ua|uai|uang|ue)"
    r"[-'’]?[bpmdtnljqxy]ing"
)
_LONGEST_NO_DOING = 5


def is_doing(word: str) -> bool:
    """Say whether a word in small letters is one of doing by its form, as "preventing" is: no name begins with one.

    "Xiaoming" and "Li-ping" are two syllables of a Chinese given name; "mailing" is a listed word.
    """
    if len(word) <= _LONGEST_NO_DOING or not word.endswith("ing"):
        return False
    return word in words_of("no-person") or _TWO_SYLLABLES.fullmatch(word) is None


@cache
def no_name_ends() -> frozenset[str]:
    """Return what stands behind a name in a row whose cells ran together."""
    return words_of("no-name-end").union(day_words(), MONTHS_SMALL, SHORT_MONTHS_SMALL)


def is_given(word: str) -> bool:
    """Say whether a word, or a part of one with a hyphen, is a given name."""
    parts = plain_letters(word).strip(".,'’").split("-")
    return any(part and has_given_name(part, marked=True) for part in parts)


def _begins_with_given(words: list[str]) -> bool:
    """Whether the first of several words is a given name; in capitals among others it is an abbreviation ("ELSA")."""
    shouted = len(words[0]) > 1 and words[0].isupper() and not "".join(words).isupper()
    return (is_given(words[0]) or is_foreign(words[0])) and not shouted


def is_foreign(words: str) -> bool:
    """Say whether words hold a letter that English does not write ("Łucja")."""
    return any(sign.isalpha() and not sign.isascii() for sign in words)


def name_at(text: str, position: int, limit: int, *, strong: bool = False) -> int | None:
    """Return where the name-like words at ``position`` end, at ``limit`` at the latest; None where none begin there.

    ``strong``: what stands before them announces a name, so that one word unknown to anybody counts too.
    """
    match = _PHRASE.match(text, position, limit) if not _A_MONTH.match(text, position) else None
    titled = TITLED.match(text, position) is not None
    while match is not None:
        if _is_like_name(match, titled=titled, strong=strong) and _ends_well(text, match, limit, titled=titled):
            return match.end()
        cut = text.rfind(" ", position, match.end())
        cut -= text[position:cut].endswith(",") if cut > position else 0
        match = _PHRASE.fullmatch(text, position, cut) if cut > position else None
    return None


def _ends_well(text: str, match: re.Match[str], limit: int, *, titled: bool) -> bool:
    if _ADDRESS.match(text, match.end()):
        return False
    if match.end() == limit or _GOES_ON.match(text, match.end()):
        return True
    first = match["words"].split()[0]
    shown = titled or is_given(first) or _INITIAL.fullmatch(first) is not None
    return shown and _SENTENCE_GOES_ON.match(text, match.end()) is not None


def is_sure(words: str) -> bool:
    """Say whether words that ``name_at`` took for a name surely are one, and not only may be."""
    plain = TITLED.sub("", words).replace(",", " ").split()
    if TITLED.match(words) or any(is_given(word) for word in plain) or is_foreign(words):
        return True
    if len(plain) > 1 and any(len(word.strip(".")) == 1 for word in plain[:-1]):
        return True
    return len(plain) > 1 and may_be_name(" ".join(plain), titled=False)


def is_certain(words: str) -> bool:
    """Say whether nothing but a name can be meant, wherever it stands: with a title, or a known first name and more."""
    plain = TITLED.sub("", words).replace(",", " ").split()
    return TITLED.match(words) is not None or (len(plain) > 1 and _begins_with_given(plain))


def _is_like_name(match: re.Match[str], *, titled: bool, strong: bool) -> bool:
    words = re.split(r"[\s,]+", match["words"])
    if match["surname_first"]:
        words.reverse()
    plain = [word.strip(".").casefold() for word in words]
    if TITLED.match(f"{match['words']} ") and len(words) == 1:
        return False
    known = _begins_with_given(words)
    if len(words) > 1 and not titled and OF_A_TRUST.fullmatch(f" {words[-1]}"):
        return False
    if titled or known or len(plain[0]) == 1:
        plain = ["saint-" if word == "st" and (number or titled) else word for number, word in enumerate(plain)]
    if any(len(word) > 1 and set(word) == {"x"} for word in plain) or set(plain[:-1]) & words_of("no-person"):
        return False
    if len(words) == 1 and not titled:
        return _is_one_name(words[0], strong=strong)
    shown = titled or (known and words[0][0].isupper()) or len(plain[0]) == 1
    if plain[-1] in words_of("no-person") and not shown:
        return False
    if not shown and (is_doing(plain[0]) or _ABSTRACT.search(plain[-1])):
        return False
    words = [word for word in words if word not in words_of("particle")]
    small = all(word.islower() for word in words)
    if not words or not (
        all(word[0].isupper() or _has_prefix(word) for word in words)
        or (small and len(words) == 2 and has_given_name(words[0]))
    ):
        return False
    return _may_be_whole(words, titled=titled, shown=shown, strong=strong)


def is_post_surname(words: Sequence[str]) -> bool:
    """Say whether a first name stands before a word of a post, which is a surname then: "Zoe Lead", "Gamze Chair".

    What is no word of the language and none of schools is a first name here: "Literacy Lead" is a post.
    """
    if len(words) != 2 or words[1].casefold() not in words_of("post-surname"):
        return False
    first = words[0].casefold()
    if first in words_of("given-word") or not all(word[0].isupper() for word in words):
        return False
    known = _is_word(words[0]) or first in ordinary_words() or first in words_of("no-first", "no-name")
    return not known or has_given_name(words[0]) or is_foreign(words[0])


def _has_prefix(word: str) -> bool:
    """Whether small letters and a sign stand before a capital: "d'Arcy", "ap-Rhys"."""
    match = re.match(r"[a-z]{1,3}[-'’]([^\W\d_])", word)
    return match is not None and not match[1].islower()


def _may_be_whole(words: list[str], *, titled: bool, shown: bool, strong: bool) -> bool:
    plain = [word.strip(".,").casefold() for word in words]
    if may_be_name(" ".join(words), titled=titled):
        return True
    if plain[-1] in words_of("post-beside-role"):
        return is_post_surname(words)
    middle = [word for word in plain[1:-1] if len(word) > 1]
    if shown and (titled or len(plain) > 1) and not (set(middle) & words_of("post-beside-role")):
        known = _begins_with_given(words)
        return known or may_be_name(" ".join(words[:-1]) or "X", titled=False)
    plain = [word for number, word in enumerate(plain) if len(word) > 1 or number in {0, len(plain) - 1}]
    if not strong or len(plain) != 2 or plain[0] in words_of("no-first") or not may_be_name(words[0], titled=False):
        return False
    return plain[-1] in words_of("school-surname") or not (plain[-1] in words_of("body") or _is_word(words[0]))


def _is_word(word: str) -> bool:
    """Whether a word that is no known first name shows by its form to be none: "Trained Person", "ELSA Contact"."""
    plain = word.strip(".").casefold()
    return (
        word.isupper()
        or plain in words_of("no-person")
        or plain in no_name_ends()
        or is_doing(plain)
        or _NO_FIRST_ENDS.search(plain) is not None
    )


def is_no_name(plain: str) -> bool:
    """Say whether a word in small letters is one that names neither begin with nor end in, by its form or as listed."""
    listed = plain in words_of("no-person") or plain in words_of("body") or plain in no_name_ends()
    return listed or is_doing(plain) or _NO_FIRST_ENDS.search(plain) is not None or _are_things(plain)


def _is_one_name(word: str, *, strong: bool) -> bool:
    plain = word.strip(".").casefold()
    if not word[0].isupper() or plain in words_of("no-person") or len(plain) < 2:
        return False
    if "-" in plain and set(plain.split("-")) <= no_name_ends():
        return False
    if is_given(word) or is_foreign(word):
        return True
    thing = is_doing(plain) or _ABSTRACT.search(plain) or plain in no_name_ends()
    thing = thing or _are_things(plain)
    return strong and len(plain) > 2 and not thing and not word.isupper() and may_be_name(word, titled=False)


def _are_things(plain: str) -> bool:
    """Whether a word is the plural of a word of schools that is no surname: "Infants", "Juniors", "Fridays"."""
    one = plain.removesuffix("s")
    known = one in no_name_ends() or not may_be_name(one, titled=False)
    return (
        one != plain
        and known
        and not (is_given(one) or one in words_of("school-surname") or plain in words_of("surname-in-s"))
    )
