"""Recognise the names of people as schools print them: "Mrs D. C. Ollerton", "Deborah Sheffield", "R. Wickstead"."""

import re
from functools import lru_cache

from pipeline.dates.months import MONTHS_SMALL
from pipeline.dates.weekdays import SCHOOL_DAYS, day_words
from pipeline.named.names.given_names import given_names
from pipeline.named.names.letters import plain_letters
from pipeline.named.names.spelling import APOSTROPHE_SIGNS, HYPHEN_SIGNS
from pipeline.named.names.titles import Shows, one_title, titles_small
from pipeline.text.lazily import compiled_lazily

_TITLE = rf"(?:{one_title()}|{one_title(Shows.ANYWHERE).upper()})\b\.?"
_LATIN = tuple(map(chr, (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))))
_UPPER = "A-Z" + "".join(letter for letter in _LATIN if letter.isupper())
_LOWER = "a-z\u0300-\u036f" + "".join(letter for letter in _LATIN if letter.islower())
_A, _H = APOSTROPHE_SIGNS, HYPHEN_SIGNS
_PREFIX = rf"Mc|Mac|O[{_A}]|D[{_A}]|De|La|Le|Van|Fitz"
_CAPITAL = rf"(?:(?:{_PREFIX})?[{_UPPER}][{_LOWER}{_A}]+|[{_UPPER}]{{2,}}(?:[{_A}][{_UPPER}]+)?)"
_GAP = r"[^\S\t]"
"""A blank within a name. A tab parts two columns, and the next column is no more of the name."""
_SURNAME = rf"{_CAPITAL}(?:[{_H}]{_GAP}?{_CAPITAL})*"
_INITIALS = rf"(?:[{_UPPER}](?:\.{_GAP}?|{_GAP})){{1,3}}"
_PARTICLE = rf"(?:(?:de|da|di|du|van|von|der|den|la|le|bin|ibn|al|el|ap|ab|ferch|Ó|Ní|Nic|Uí){_GAP}+){{0,2}}"
_WITH_TITLE = (
    rf"(?:{_TITLE}{_GAP}+){{1,3}}(?:{_INITIALS}{_GAP}?)?(?:{_SURNAME}{_GAP}+){{0,2}}{_PARTICLE}{_SURNAME}"
    rf"(?:{_GAP}+{_SURNAME}(?![\w:]))?"
)
_FULL = rf"{_SURNAME}{_GAP}+(?:{_INITIALS}{_GAP}+)?(?:{_SURNAME}{_GAP}+)?{_PARTICLE}{_SURNAME}"
_INITIALLED = rf"{_INITIALS}{_GAP}?{_PARTICLE}{_SURNAME}"

_NAME = compiled_lazily(rf"(?:{_WITH_TITLE}|{_FULL}|{_INITIALLED})(?![\w@])")
_LEADING_TITLE = re.compile(rf"^(?:{_TITLE}\s+)+")

_NOT_NAMES_TEXT = """
    academy access address admissions agreed all alternate and annual any appendix approved area assistant at
    attendance authority board body bursar business by care chair chairman child children children's childrens class
    clerk college committee community contact contacts coordinator co-ordinator council county covid curriculum data
    date deputies deputy designated details dfe director disability document dsl dsp ddsl early education email
    emergency england equality esafety executive family federation first following for form foundation full
    governing governor governors group guidance head headmaster headmistress headteacher health help her his home
    hours hub human if important in inclusion information infant is it its junior keeping key kcsie lado lead leader
    leadership learning level link local looked manager management mash member mental mission multi name named
    national needs next nominated northern number nurse nursery nspcc of office officer ofsted on online operations
    other our out page parent parents part pastoral person personal phase phone physical plan police policy prep
    prevent previous primary principal prevention print procedure procedures protection provision pupil pupils
    reception rector registered related relationships report resources responsible review role rules safeguarding
    safe school secondary section see senco sendco senior services sex should signed site sixth slt social special
    sports staff stage standards statement status statutory subject support teacher teaching team telephone tel term
    the their there these this to together trust trustee trustees under vice virtual we welfare what when
    whistleblowing who will with within work working year you young your general main mobile fax web website
    secretary administrator line duty desk point responsibilities roles aims introduction contents rationale purpose
    bank holiday day north south east west lane campus close road either through house boarding job description ext
    extension autumn room version edition issue aht dht ht directors managers position proprietor proprietors
"""
_NOT_NAMES = (
    frozenset(_NOT_NAMES_TEXT.split()) | titles_small(Shows.ANYWHERE) | {*MONTHS_SMALL} | day_words(SCHOOL_DAYS)
)
_GIVEN_TOO = frozenset(
    {"april", "art", "autumn", "bill", "cliff", "dale", "guy", "june", "mark", "may", "rich", "will"}
)
"""Words that are given names as well: they count as one before a surname."""
_SURNAMES = frozenset({"young"})
"""Words that are surnames as well, and hardly anything else behind another capital."""
_SURNAMES_TOO_TEXT = """
    campus care child close day head house lane main may north page point road south west
"""
_SURNAMES_TOO = frozenset(_SURNAMES_TOO_TEXT.split())
_SURNAMES_WITH_TITLE = frozenset({"child", "day", "may", "north", "page", "south", "west"})
"""Those of them that are one with any word before them, where a title stands before both: "Mrs Ngozi May"."""
_CALLS_TEXT = "and ask but call dial inform or ring tell text"
_CALLS = frozenset(_CALLS_TEXT.split())
"""What stands before a name and asks to speak to the person: "Ring Zoe Holt"."""
_GIVEN_WORDS = frozenset(
    {"daisy", "faith", "grace", "hope", "holly", "iris", "ivy", "joy", "lily", "olive", "rose", "ruby"}
)
"""Given names that are words of their own: with such a surname they make a name, but not with a place's."""
_PLACES = frozenset({"campus", "close", "house", "lane", "point", "road"})
"""Words that are surnames as well, where a given name or an initial stands before them: "Zoe May", no "Early May"."""
_NO_SURNAMES_TEXT = """
    act also always april august bank be contact day ensure follow have help inform june july keep lead make march may
    monitor not only provide report review take tell the
"""
_NO_SURNAMES = frozenset(_NO_SURNAMES_TEXT.split())
"""What follows "Will" and "May" where they are no given names."""


def _is_given_name(word: str) -> bool:
    """Say whether a word in small letters is a given name and no word of schools."""
    if word in _NOT_NAMES:
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
    if match is not None and _is_a_schools(text, match):
        return None
    while match is None or not is_name(match[0]) or _runs_into_a_post(text, match):
        # What follows a name may look like more of it ("Greta Penhallow Deputy Head"): try with a word less.
        end = text.rfind(" ", position, end)
        if end <= position:
            return None
        trimmed = position + len(text[position:end].rstrip(" -–"))
        match = _NAME.fullmatch(text, position, trimmed)
    return match


def _is_a_schools(text: str, match: re.Match[str]) -> bool:
    """Say whether words run into a school's name: "Moorland Catholic High" before "School"."""
    if _OF_A_SCHOOL.match(text, match.end()) is None or drop_title(match[0]) != match[0]:
        return False
    return not has_given_name(match[0])


_OF_A_SCHOOL = re.compile(
    r" (?:School|Academy|College|Primary|Nursery)\b"
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
    return _is_given_name(first) or first in _GIVEN_WORDS or (marked and first in _GIVEN_TOO)


@lru_cache(maxsize=1024)
def is_name(text: str) -> bool:
    """Say whether all of ``text`` reads as one person's name rather than as a role or a heading."""
    if not _NAME.fullmatch(text):
        return False
    words = drop_title(text).replace("–", "-").split()
    titled = len(drop_title(text)) < len(text)
    plain = [word.strip(".").lower().removesuffix("'s").removesuffix("’s") for word in words]
    if plain[0] in _CALLS and not titled:
        return False
    first_is_given = _is_given_name(plain[0]) or (
        len(plain) > 1 and plain[0] in _GIVEN_TOO and (titled or plain[1] not in _NO_SURNAMES)
    )
    unknown = plain[1:] if first_is_given else plain
    if len(plain) > 1 and _is_surname(plain, first_is_given=first_is_given, titled=titled):
        unknown = unknown[:-1]
    if any(word in _NOT_NAMES for word in unknown):
        # "Mrs Head" is a name, "Deputy Head" is none.
        return titled and len(words) == 1
    return titled or any(len(word.strip(".")) > 1 for word in words)


_POSTS_ANYWHERE_TEXT = "chair coordinator deputy governor head headteacher lead manager officer principal teacher"
_POSTS_ANYWHERE = frozenset(_POSTS_ANYWHERE_TEXT.split())
"""What no title makes a surname, wherever it stands; beside a role some are one (``name_words.POSTS_BESIDE_ROLES``)."""


def may_be_name(words: str, *, titled: bool) -> bool:
    """Say whether words could be a person's name though ``find_name`` does not read one: none belongs to schools.

    ``titled``: a title stands before them, and shows that the last word is a surname though the language has it too.
    Without one such a word counts only as the surname behind one other word.
    """
    plain = [word.strip(".").lower().removesuffix("'s").removesuffix("’s") for word in words.split()]
    if len(plain) == 2 and plain[1] in _SURNAMES_TOO | _SURNAMES:
        plain.pop()
    elif _is_given_name(plain[0]) or (len(plain) > 1 and plain[0] in _GIVEN_TOO and plain[1] not in _NO_SURNAMES):
        plain.pop(0)
    known = [word for word in plain if word in _NOT_NAMES]
    return not known or (titled and known == plain[-1:] and known[0] not in _POSTS_ANYWHERE)


def _is_surname(words: list[str], *, first_is_given: bool, titled: bool) -> bool:
    """Say whether the last of several words, a word of the language, is a surname after those before it."""
    given = [word for word in words[:-1] if len(word) > 1]
    if words[-1] in _SURNAMES:
        return True
    return words[-1] in _SURNAMES_TOO and (
        (len(given) == 1 and first_is_given)
        or (len(given) == 1 and given[0] in _GIVEN_WORDS and words[-1] not in _PLACES)
        or (len(given) == 1 and titled and words[-1] in _SURNAMES_WITH_TITLE)
        or (not given and (titled or words[-1] != "head"))
    )


def drop_title(name: str) -> str:
    """Return ``name`` without Mr, Mrs, Dr and their like, single-spaced."""
    return " ".join(_LEADING_TITLE.sub("", " ".join(name.split())).split())
