"""Pronouns that follow a name: "Her contact details are:" becomes "Their contact details are:" after a new holder's.

Only pronouns that cannot mean anybody else are changed: in the rest of the name's sentence and in the sentences right
after it that begin with one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.copies.scene import Scene
from pipeline.model import Pronoun

_FORMS: dict[Pronoun, tuple[str, str, str, str, str]] = {
    # subject, object, possessive before a noun, possessive alone, reflexive
    Pronoun.SHE: ("she", "her", "her", "hers", "herself"),
    Pronoun.HE: ("he", "him", "his", "his", "himself"),
    Pronoun.THEY: ("they", "them", "their", "theirs", "themselves"),
}
_WORDS = re.compile(
    r"\b(?P<either>(?:he|she)[\s\u00a0]*(?:/|or)[\s\u00a0]*(?:she|he)|s/he|(?:his|her|him)[\s\u00a0]*(?:/|or)[\s\u00a0]*(?:hers?|his|him))\b"
    r"|\b(?P<word>she|her|hers|herself|he|him|his|himself)\b(?P<short>['’](?:s|ll|d|ve))?",
    re.IGNORECASE,
)
_SOMEBODY_ELSE = re.compile(
    r"\b(?:child(?:ren)?|pupils?|students?|girls?|boys?|daughters?|sons?|mothers?|fathers?|parents?|carers?|teachers?|members?|person"
    r"|colleagues?|staff|victims?|adults?|wom[ae]n|m[ae]n|headteacher|governors?|mr|mrs|ms|miss|dr|who)\b",
    re.IGNORECASE,
)
_MAY_BE_MEANT = re.compile(
    r"\b(?:child|pupil|student|girl|boy|daughter|son|mother|father|parent|carer)\b", re.IGNORECASE
)
_FAMILY_NEXT = re.compile(
    r"^[\s\u00a0]+(?:mother|father|parents?|famil(?:y|ies)|carers?|home|child(?:ren)?|sister|brother)\b", re.IGNORECASE
)
_OPENING = re.compile(
    r"\s*(?:(?:please|you can|staff (?:should|must|can))\s+)?"
    r"(?:(?:contact|ring|call|tell|e-?mail|speak (?:to|with)|talk to|telephone|phone|see|ask|report to|reach|inform)"
    r"\s+)?",
    re.IGNORECASE,
)
_OBJECT_NEXT = re.compile(
    r"^[\s\u00a0]*(?:$|[.,;:!?)–—-]|(?:on|at|by|in|for|to|with|about|if|when|as|and|or|via|through|before|after|immediately"
    r"|directly|straight|first|know|that|of|from|any|should|during|using|whenever|is|will)\b)",
    re.IGNORECASE,
)
_PLAIN_VERBS = {"is": "are", "has": "have", "was": "were", "does": "do", "isn’t": "aren’t", "isn't": "aren't"}
_ADVERBS = r"(?:also|always|sometimes|often|never|still|usually|normally|then|[a-z]+ly)"
_UNBENDING = frozenset(
    ("can", "could", "will", "would", "should", "must", "may", "might", "shall", "also", "had", "did")
)


@dataclass(frozen=True, slots=True)
class PronounChange:
    """One pronoun (with its verb where that must bend) and what stands there afterwards; ``after`` None: unsafe."""

    passage: int
    start: int
    end: int
    after: str | None


def find_pronouns(scene: Scene, passage: int, position: int, new: Pronoun) -> Iterator[PronounChange]:
    """Yield the pronouns that follow the name ending at ``position`` and do not fit the new holder.

    A pronoun with somebody else named between, or a verb that cannot be bent safely, comes with ``after`` None.
    """
    text = scene.passages[passage].text
    begin, end = scene.sentence(passage, position)
    blocked = _MAY_BE_MEANT.search(text, begin, position) is not None
    yield from _within(text, passage, position, end, new, blocked=blocked)
    while True:
        start = _next_start(text, end)
        if start >= len(text):
            passage, start = passage + 1, 0
            if not _follows(scene, passage):
                return
            text = scene.passages[passage].text
        _, end = scene.sentence(passage, start)
        opening = _WORDS.search(text, start, end)
        if opening is None or opening["either"] or not _OPENING.fullmatch(text, start, opening.start()):
            return
        yield from _within(text, passage, start, end, new, blocked=False)


def _next_start(text: str, end: int) -> int:
    return end + len(text[end:]) - len(text[end:].lstrip(' \t\n\u00a0"”’)'))


def _follows(scene: Scene, index: int) -> bool:
    """Whether a passage carries on the one before: same story, neither a heading nor in another cell."""
    if index >= len(scene.passages) or scene.passages[index].heading or scene.passages[index].label is not None:
        return False
    return (
        scene.passages[index].region is scene.passages[index - 1].region
        and scene.rows[index] == scene.rows[index - 1]
        and bool(scene.passages[index].text.strip())
    )


def _within(text: str, passage: int, start: int, end: int, new: Pronoun, *, blocked: bool) -> Iterator[PronounChange]:
    seen = start
    for match in _WORDS.finditer(text, start, end):
        if match["either"]:
            seen = match.end()
            continue
        blocked = blocked or _SOMEBODY_ELSE.search(text, seen, match.start()) is not None
        seen = match.end()
        old = Pronoun.SHE if match["word"].casefold().startswith(("she", "her")) else Pronoun.HE
        if old is new:
            continue
        after_end, words = _bent(text, match, new)
        unsafe = blocked or _FAMILY_NEXT.match(text[match.end() :]) is not None
        yield PronounChange(passage, match.start(), after_end, None if unsafe else words)


def _bent(text: str, match: re.Match[str], new: Pronoun) -> tuple[int, str | None]:
    """Return where the stretch ends and its new words; None where the sentence would have to be written anew."""
    word, rest = match["word"].casefold(), text[match.end() :]
    subject, object_, possessive, alone, reflexive = _FORMS[new]
    end = match.end()
    if word in {"she", "he"}:
        return _bent_subject(match, rest, subject, plural=new is Pronoun.THEY)
    if word == "her":
        words = object_ if _OBJECT_NEXT.match(rest) else possessive
    elif word == "his":
        words = alone if re.match(r"[\s\u00a0]*(?:$|[.,;:!?])", rest) else possessive
    else:
        words = {"hers": alone, "him": object_, "herself": reflexive, "himself": reflexive}[word]
    return end, _cased(words, match["word"]) + (match["short"] or "")


def _bent_subject(match: re.Match[str], rest: str, subject: str, *, plural: bool) -> tuple[int, str | None]:
    words = _cased(subject, match["word"])
    short = match["short"] or ""
    if not plural:
        return match.end(), words + short
    if short:
        bent = {"s": "’re", "ll": short, "d": short, "ve": short}[short[1:].casefold()]
        return match.end(), words + (bent.replace("’", short[0]))
    verb = re.match(rf"([\s\u00a0]+(?:{_ADVERBS}[\s\u00a0]+)*)([\w’']+)", rest)
    if verb is None:
        return match.end(), words
    bent = _bent_verb(verb[2])
    return (match.end(), None) if bent is None else (match.end() + verb.end(), words + verb[1] + bent)


def _bent_verb(verb: str) -> str | None:
    """Return a verb after "she" as it stands after "they"; None where it is no plain verb."""
    if verb in _PLAIN_VERBS:
        return _PLAIN_VERBS[verb]
    if verb in _UNBENDING or verb.endswith("ed"):
        return verb
    if not re.fullmatch(r"[a-z]{2,}s", verb) or verb.endswith("ss"):
        return None
    if verb.endswith("ies"):
        return verb[:-3] + "y"
    return verb[:-2] if re.search(r"(?:sh|ch|ss|x|zz|o)es$", verb) else verb[:-1]


def _cased(word: str, like: str) -> str:
    if like.isupper() and len(like) > 1:
        return word.upper()
    return word.capitalize() if like[0].isupper() else word
