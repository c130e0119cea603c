"""Cut what may be an organisation's name out of a line, and tell what looks like one and is none.

A name is a run of words with capitals; what opens a sentence is cut off before it, what belongs to the organisation
("… Safeguarding Policy", "… Staff") behind it. Words by which a name is none stand in ``organisations.toml``.
"""

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from pipeline.dates.weekdays import WEEKDAYS
from pipeline.model.dates import MONTHS
from pipeline.named.names.given_names import is_given_name_too, ordinary_words
from pipeline.named.names.people import has_given_name, is_name
from pipeline.named.roles.vocabulary import find_roles
from pipeline.text.needed import in_plain_letters
from pipeline.text.phrases import phrase_pattern, spellings
from pipeline.text.rules import load_rules

RULES = load_rules(Path(__file__).with_name("organisations.toml"))
_ANYWHERE, _ON_A_LINE = RULES.phrases_of("institution"), RULES.phrases_of("institution-line")
_KIND = re.compile(rf"\b(?:{'|'.join(map(re.escape, (*_ANYWHERE, *map(str.upper, _ANYWHERE))))})(?!\w)")
_KIND_ON_A_LINE = re.compile(rf"\b(?:{'|'.join(map(re.escape, (*_ANYWHERE, *_ON_A_LINE)))})(?!\w)", re.IGNORECASE)
_WORD = r"(?:(?:St|Ss|ST)\.|(?:[A-Z]\.){2,}|[A-Z][\w&-]*(?:['’]\w+)*|\d{1,3}(?:st|nd|rd|th)\b)"
_JOIN = r"(?:of|and|the|for|in|on|upon|with|de|la|le|&|@|\+)"
_JOINS, _JOINS_IN_ANY_CASE = re.compile(_JOIN), re.compile(_JOIN, re.IGNORECASE)
_RUN = re.compile(
    # Of a capital or a figure: at small letters no word is tried.
    rf"(?=[A-Z\d])(?<![\w@./'’-]){_WORD}"
    rf"(?:[ ](?:\d{{1,3}}[ ])?(?:{_JOIN}[ ]){{0,2}}{_WORD}|,[ ](?:Ltd|Limited|CIC|CIO)\b){{0,13}}"
)
_INITIALS = r"\s?[(\[][A-Z]{2,8}[)\]]"
_ADDRESS = re.compile(r",\s(?:.*\d.*|[A-Z][a-z-]+(?:\s[A-Z][a-z]+)?)$")
_PAPERS = (
    r"(?:[Pp]olic(?:y|ies)|POLIC(?:Y|IES)|[Pp]rocedures?|PROCEDURES?|[Hh]andbook|HANDBOOK|Statement|STATEMENT|Code|CODE"
    r"|Plan|PLAN|Staff|Team|Website|Lead|Officer)"
)
_IS_A_PAPER = re.compile(_PAPERS)
_TAIL = re.compile(rf"\s(?:{_PAPERS})\b.*$")


def one_of(*kinds: str) -> str:
    """Return a pattern of any phrase of some kinds of ``organisations.toml``, to be put in a group."""
    return "|".join(phrase_pattern(phrase) for kind in kinds for phrase in RULES.phrases_of(kind))


def last_words_of(*kinds: str) -> frozenset[str]:
    """Return the words, in small letters, with which phrases of some kinds of ``organisations.toml`` end."""
    ends = (phrase.rpartition("}")[2] for kind in kinds for phrase in RULES.phrases_of(kind))
    return frozenset(words.split()[-1] for end in ends for words in spellings(end))


_OPENS = re.compile(rf"(?:(?!(?i:all\s(?:hallows|saints|souls)))(?:{one_of('opens')})\s+)+(?=\S)")
_FIRST_OF_OPENING = frozenset(words.split()[0] for words in RULES.words_of("opens"))
_LAST_OF_IT = last_words_of("of-it", "for-it")
_OF_IT = re.compile(rf"^.{{0,60}}?\b(?:{one_of('of-it', 'for-it')})\s+(?:the\s+)?(?=[A-Z\d])")
_PUBLIC, _SUBJECT, _NEVER = (re.compile(rf"\b(?:{one_of(kind)})(?!\w)") for kind in ("public", "subject", "never"))
_BODY = re.compile(rf"(?:[Tt]he\s)?(?:{one_of('body')})")
_IN_TIME = re.compile(rf"\b(?:{'|'.join(MONTHS)}|(?:{'|'.join(WEEKDAYS)})s?)\b|\b(?:19|20)\d\d\b")
_INNER_CAPITAL = re.compile("[a-z][A-Z]")
_ENDS_JOINED = re.compile(rf"(?:[\s,]+{_JOIN})+$")
_POSSESSION = re.compile(r"['’]s$")
_SAINT = re.compile(r"\b(?:St|Saint|Ss)\.?\s\S+$")


@dataclass(frozen=True, slots=True)
class Candidate:
    """What may be a name, with the place in its line."""

    name: str
    start: int
    end: int


def find_candidates(text: str) -> Iterator[Candidate]:
    """Yield what may be names of organisations in a line."""
    for run in _RUN.finditer(text):
        opening, name = _named_by(run[0])
        if name:
            start = run.start() + opening
            yield Candidate(name, start, start + len(name))


@lru_cache(maxsize=4096)
def _named_by(run: str) -> tuple[int, str]:
    """Return where in a run of words with capitals a name begins, and the name; an empty one where there is none."""
    # Most runs are the one word that opens a sentence.
    opening = _opening(run) if " " in run else 0
    name = _without_tail(run[opening:])
    return opening, "" if not name or is_no_name(name) else name


def line_name(text: str) -> str | None:
    """Return the name that a line is nothing but, its initials in brackets and an address left off; None of another."""
    plain = re.sub(rf"(?:{_INITIALS})?\.?$", "", text.strip())
    plain = _ADDRESS.sub("", plain)
    run = _RUN.fullmatch(plain)
    if run is None or _without_tail(run[0]) != run[0] or is_no_name(run[0]):
        return None
    return run[0][_opening(run[0]) :] or None


def _opening(run: str) -> int:
    """Return how many letters of a run open the sentence or say what of the organisation's is spoken of."""
    of_it = None if _LAST_OF_IT.isdisjoint(in_plain_letters(run).split()) else _OF_IT.match(run)
    start = of_it.end() if of_it else 0
    first = in_plain_letters(run[start:]).split(maxsplit=1)
    opens = _OPENS.match(run, start) if first and first[0] in _FIRST_OF_OPENING else None
    return opens.end() if opens else start


def _without_tail(name: str) -> str:
    """Return a name without the paper, the people or the possession that ends the run: "Kite Folk Fire Policy".

    Nor "Page" of a footer.
    """
    name = name.removesuffix(" Page")
    cut = _TAIL.sub("", name) if " " in name else name
    if cut == name and not _IS_A_PAPER.fullmatch(name):
        return _without_possession(name)
    words = cut.split()
    while words and _belongs(words[-1]):
        words.pop()
    return _ENDS_JOINED.sub("", _without_possession(" ".join(words)))


def _belongs(word: str) -> bool:
    """Say whether a word before "Policy" says what the policy is about, and not whose it is."""
    joins = _JOINS.fullmatch(word) is not None
    return joins or (is_common(word) and not word.endswith(("'s", "’s")) and _KIND.fullmatch(word) is None)


def _without_possession(name: str) -> str:
    return name if _SAINT.search(name) else _POSSESSION.sub("", name)


def is_institution(name: str, *, on_a_line: bool = False) -> bool:
    """Say whether a name has a word for an organisation and none that public bodies or headings have."""
    kind = (_KIND_ON_A_LINE if on_a_line else _KIND).search(name)
    words = [word for word in name.split() if word[:1].isupper()]
    return kind is not None and len(words) > 1 and not _PUBLIC.search(name) and not _SUBJECT.search(name)


@cache
def is_common(word: str) -> bool:
    """Say whether a word makes no name by itself, for policies are about it."""
    plain = word.casefold().strip(".,").replace("’", "'").removesuffix("'s").strip("'")
    return plain in _common_words() or not any(map(str.islower, plain))


@cache
def _common_words() -> frozenset[str]:
    return RULES.words_of("subject", "alone")


def is_written_small(name: str, small: Container[str]) -> bool:
    """Say whether a document writes every word of a name in small letters too: a heading, or the head of a sentence."""
    words = (word.casefold().strip(".,'’") for word in name.replace("-", " ").split())
    return all(is_common(word) or word in small for word in words)


@cache
def is_no_name(name: str) -> bool:
    """Say whether words with capitals are nobody's name, or a person's, a law's, a post's or a public body's."""
    words = name.split()
    own = [word for word in words if not _JOINS_IN_ANY_CASE.fullmatch(word) and not is_common(word)]
    if not own or len(name) < 4 or len(words) > 9 or is_known_body(name) or _IN_TIME.search(name):
        return True
    if _NEVER.search(name.replace("’", "'")) or any(role.end == len(name) for role in find_roles(name)):
        return True
    if len(words) == 1:
        return _is_no_single_name(words[0])
    return len(words) < 4 and is_name(name) and has_given_name(name) and not _KIND_ON_A_LINE.search(name)


def is_known_body(name: str) -> bool:
    """Say whether a name is a body's that documents of every setting name: "Internet Watch Foundation"."""
    return _BODY.fullmatch(name.replace("’", "'")) is not None


def is_plain_word(name: str) -> bool:
    """Say whether a name is a single word without a capital inside, as any word is that opens a line."""
    return " " not in name and not _INNER_CAPITAL.search(name)


def _is_no_single_name(word: str) -> bool:
    """Say whether a single word is none: initials, a word of English, a given name. "WildThings" is one."""
    if word.isupper() or not is_plain_word(word):
        return word.isupper()
    plain = word.casefold()
    return len(plain) < 5 or plain in ordinary_words() or is_given_name_too(plain)
