"""Say of a lead whether another body's is told: "the council’s safeguarding lead", "NSPCC Safeguarding Lead".

``roles.vocabulary`` asks it of what stands right before and behind a role. The bodies stand in ``roles/words.toml``.
"""

import re
from collections.abc import Callable
from functools import cache

from pipeline.named.roles.words import pattern_of, words_of
from pipeline.text.lazily import compiled_lazily

_LOOK_BACK = 40
_OWNED = r"(?:['’]s?|s['’])?(?:[\s\u00a0]+own)?(?:[\s\u00a0]+named)?[\s\u00a0]+$"


def _body() -> str:
    """Return a pattern of a body outside the school, or of a word for one."""
    bodies = pattern_of("body", r"[\s\u00a0]+")
    place = r"(?:[\s\u00a0]+of(?:[\s\u00a0]+(?:and[\s\u00a0]+)?(?-i:[A-Z])[\w'’-]+){1,3})?"
    return rf"(?:(?-i:{bodies}){place}|county(?:[\s\u00a0]+(?-i:[A-Z]{{2,4}}))?)"


_OF_A_BODY = compiled_lazily(lambda: rf"\b{_body()}{_OWNED}", re.IGNORECASE)
_FOR_A_BODY = compiled_lazily(
    lambda: (
        rf"[\s\u00a0]+(?:for|of|at|in|from|within)[\s\u00a0]+(?:the|our|your|their)[\s\u00a0]+{_body()}\b"
        r"|[\s\u00a0]+(?:for|of|at|in)[\s\u00a0]+(?:that|another)[\s\u00a0]+(?:school|academy|setting|college|nursery)\b"
    ),
    re.IGNORECASE,
)
_AT_A_TRUST = compiled_lazily(
    r"\s+(?:for|of|at|in|from|within)\s+(?:the|our)\s+(?:\w+\s+){0,3}(?:trust|MAT)\b", re.IGNORECASE
)
_OF_A_TRUST = compiled_lazily(rf"\b(?:trust|MAT|federation|group|cluster)(?:[\s-]?wide)?{_OWNED}", re.IGNORECASE)


def is_of_another_body(text: str, start: int, end: int) -> bool:
    """Whether the lead named at a place is not a school's: "the council’s safeguarding lead", "Diocesan … Officer"."""
    return _OF_A_BODY.search(text[max(0, start - _LOOK_BACK) : start]) is not None or bool(_FOR_A_BODY.match(text, end))


_INITIALS_BEFORE = compiled_lazily(r"(?<![\w'’.-])(?P<letters>[A-Z]{2,5})(?:['’]s)?[ \u00a0]+$")


@cache
def _no_body() -> frozenset[str]:
    """Return words, in small letters, that make a lead no other body's: ranks, parts of the school, ways to reach."""
    return words_of("label", "any-post", "no-body", "part")


def may_be_a_bodys(text: str, start: int, end: int) -> bool:
    """Whether letters that stand right before a lead may be another body's initials: "XYZ Safeguarding Lead"."""
    found = _INITIALS_BEFORE.search(text, max(0, start - _LOOK_BACK), start)
    return found is not None and not text[start:end].isupper() and found["letters"].casefold() not in _no_body()


def is_of_a_trust(text: str, start: int) -> bool:
    """Whether the lead named at a place is the trust's, who may be the school's as well: "Trust Safeguarding Lead"."""
    return _OF_A_TRUST.search(text[max(0, start - _LOOK_BACK) : start]) is not None


def is_at_a_trust(text: str, end: int) -> bool:
    """Whether the role that ends at a place is said to be a trust's: "safeguarding lead for the trust"."""
    return _AT_A_TRUST.match(text, end) is not None


_CAPITALS = r"(?-i:[A-Z])[\w&.’'-]*(?:[ \u00a0]+(?:(?:of|and|the|&)[ \u00a0]+)?(?-i:[A-Z])[\w&.’'-]*){0,4}"
_SPAN_BEFORE = compiled_lazily(
    rf"(?<![\w'’.-])(?P<body>{_CAPITALS}(?:[ \u00a0]+(?:hub|service|team)\b)?)(?:['’]s)?[ \u00a0]+$"
)
_SPAN_BEHIND = compiled_lazily(
    rf"[ \u00a0]*(?:(?P<of>\b(?:at|for|from|of|in)[ \u00a0]+(?:the[ \u00a0]+)?)|[(,][ \u00a0]*)(?P<body>{_CAPITALS})"
)
_SPAN_FIRST = compiled_lazily(
    rf"[\W\d_]*(?P<body>{_CAPITALS})[ \u00a0]*(?:['’]s?)?[ \u00a0]*(?:[:\t|(,]|[–-][ \u00a0])"
)
_KNOWN_BEHIND = compiled_lazily(
    lambda: (
        r"[ \u00a0]*(?:\b(?:at|for|from|of|in)[ \u00a0]+(?:(?:the|our|your)[ \u00a0]+)?|[(,:–-][ \u00a0]*)"
        rf"(?P<body>{_body()})\b"
    ),
    re.IGNORECASE,
)
_KNOWN_FIRST = compiled_lazily(
    lambda: rf"[\W\d_]*(?P<body>{_body()})\b['’s]*[ \u00a0]*(?:[:\t|(,]|[–-][ \u00a0])", re.IGNORECASE
)
_INSTITUTION = compiled_lazily(
    r"\b(?:academy|agency|athletics|church|club|college|council|education|hub|nurser(?:y|ies)|playgroup|school|team)$",
    re.IGNORECASE,
)


def body_beside(entry: str, start: int, end: int, is_own: Callable[[str], bool]) -> str | None:
    """Return another body that an entry names beside the role at a place, so that the role may be the body's.

    Right before the role any words with capitals may be one ("Kids Planet DSL"), behind "at" and "for" too; where the
    entry begins and in brackets what is known for one, ends as an institution does, or is initials. ``is_own`` tells
    of a name whether it is the school's own or a person's.
    """
    known = _KNOWN_BEHIND.match(entry, end) or _KNOWN_FIRST.match(entry, 0, start)
    if known is not None:
        return known["body"]
    if (owned := _OF_A_BODY.search(entry, max(0, start - _LOOK_BACK), start)) is not None:
        return owned[0].strip()
    before = _SPAN_BEFORE.search(entry, max(0, start - 2 * _LOOK_BACK), start)
    behind = _SPAN_BEHIND.match(entry, end)
    first = _SPAN_FIRST.match(entry, 0, start)
    for found in filter(None, (before, behind, first)):
        any_words = found is before or (found is behind and behind["of"] is not None)
        name = re.sub(r"(?:['’]s?|\.)$", "", found["body"])
        no_body = _no_body() if found is first else _no_body() - words_of("part")
        ours = {word for word in name.split() if word.casefold() in no_body}
        marked = _INSTITUTION.search(name) is not None or bool(re.fullmatch(r"[A-Z]{2,5}", name))
        if ours < set(name.split()) and not any(map(str.isupper, ours)) and (any_words or marked) and not is_own(name):
            return name
    return None
