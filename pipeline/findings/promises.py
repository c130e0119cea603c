"""Find what a document says is done with it: given to new staff, sent to all staff, signed for, on the website.

Only what it says of itself counts ("this policy", "a copy of the policy"). Whether it is so, the register and the
configuration know.
"""

import re
from collections.abc import Iterator, Sequence

from pipeline.model import Promise, PromiseKind
from pipeline.text.lines import Line

_SENTENCE_END = re.compile(r"(?<=[.;!?])\s+")
_SELF = r"(?:(?:this|the|our)\s+(?:\w+\s+){0,3}?(?:policy|document)\b|\b(?:a|their\s+own|own)\s+copy\b|\bcopies\b)"
_NEW = (
    r"(?:all|every|each|any)?\s*\b(?:new(?:ly\s+(?:appointed|recruited))?)\s+"
    r"(?:(?:members?\s+of\s+|teaching\s+|support\s+|school\s+)*(?:staff|employees?|teachers?|colleagues?)|starters?)\b"
)
_ALL = (
    r"\b(?:all|every|each)\s+(?:(?:members?\s+of|of|our|the|teaching|school|support|and|non-teaching)\s+)*"
    r"(?:staff|employees?|teachers?|adults\s+working\s+in\s+the\s+school)\b"
)
_GIVEN = r"(?:distributed|circulated|given|issued|sent|provided|supplied|handed|e-?mailed)"
_GIVE = r"(?:distributes?|circulates?|gives?|issues?|sends?|provides?|suppl(?:y|ies)|hands?|e-?mails?)"
_PLACE = r"(?:web\s?sites?|web\s?pages?|VLE|virtual\s+learning\s+environment|intranet|learning\s+platform)"
_MAY_PROMISE = re.compile(r"polic(?:y|ies)\b|document\b|\bcop(?:y|ies)\b", re.IGNORECASE)
_TO_WHOM = re.compile(
    r"staff|employee|teacher|colleague|starter|induction|web\s?(?:site|page)|VLE|intranet|learning", re.IGNORECASE
)
_NOT = re.compile(r"\b(?:not|never|unless|if\s+requested|on\s+request)\b", re.IGNORECASE)


def _handed_to(people: str) -> str:
    """Return the ways of saying that ``people`` get the policy."""
    receive = rf"{people}[^.;]{{0,60}}?\b(?:receives?|gets?|ha(?:s|ve))\b[^.;]{{0,30}}?{_SELF}"
    are_given = (
        rf"{people}[^.;]{{0,40}}?\b(?:is|are|be)\b[^.;]{{0,25}}?\b{_GIVEN}\s+(?:with\s+)?(?:[^.;]{{0,25}}?){_SELF}"
    )
    passive = rf"{_SELF}[^.;]{{0,80}}?\b{_GIVEN}\b[^.;]{{0,40}}?\bto\s+(?:[^.;]{{0,40}}?){people}"
    active = rf"\b{_GIVE}\b[^.;]{{0,40}}?{_SELF}[^.;]{{0,30}}?\bto\s+(?:[^.;]{{0,40}}?){people}"
    return f"(?:{receive}|{are_given}|{passive}|{active})"


_PATTERNS: tuple[tuple[PromiseKind, re.Pattern[str]], ...] = (
    (PromiseKind.NEW_STAFF, re.compile(_handed_to(_NEW), re.IGNORECASE)),
    (
        PromiseKind.NEW_STAFF,
        re.compile(
            rf"{_SELF}[^.;]{{0,60}}?\b(?:part\s+of|included\s+in|in)\s+(?:the\s+|our\s+|every\s+)?(?:staff\s+)?"
            rf"induction\s+pack",
            re.IGNORECASE,
        ),
    ),
    (PromiseKind.ALL_STAFF, re.compile(_handed_to(_ALL), re.IGNORECASE)),
    (
        PromiseKind.SIGN,
        re.compile(
            rf"(?:{_ALL}|\bstaff\b)[^.;]{{0,60}}?\bsign\b[^.;]{{0,60}}?\bread\b[^.;]{{0,60}}?{_SELF}", re.IGNORECASE
        ),
    ),
    (
        PromiseKind.PUBLISHED,
        re.compile(
            rf"(?:this|the)\s+(?:\w+\s+){{0,3}}?(?:policy|document)\b[^.;]{{0,60}}?\b(?:is|be)\b[^.;]{{0,40}}?"
            rf"\b(?:available|published|found|posted|placed|displayed|kept|uploaded|on)\b[^.;]{{0,50}}?\b{_PLACE}\b",
            re.IGNORECASE,
        ),
    ),
)


def find_promises(lines: Sequence[Line]) -> tuple[Promise, ...]:
    """Return the first promise of each kind with its sentence, in the order of ``PromiseKind``."""
    found: dict[PromiseKind, Promise] = {}
    for line in lines:
        if not (_MAY_PROMISE.search(line.text) and _TO_WHOM.search(line.text)):
            continue
        for promise in _promises_of(line):
            found.setdefault(promise.kind, promise)
    return tuple(found[kind] for kind in PromiseKind if kind in found)


def _promises_of(line: Line) -> Iterator[Promise]:
    for sentence in _SENTENCE_END.split(line.text):
        if _NOT.search(sentence) or not _MAY_PROMISE.search(sentence):
            continue
        for kind, pattern in _PATTERNS:
            match = pattern.search(sentence)
            if match:
                yield Promise(kind, " ".join(match[0].split()), line.where)
