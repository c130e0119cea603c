"""Pronouns that follow a name: "Her contact details are:" becomes "Their contact details are:" after a new holder's.

Only pronouns that cannot mean anybody else are changed; ``pronouns`` lists the others.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.model import Pronoun
from pipeline.named.names.people import is_name
from pipeline.named.names.titles import Shows, one_title
from pipeline.named.scene import Scene
from pipeline.text.lazily import compiled_lazily
from pipeline.text.phrases import one_of_words
from pipeline.text.rules import words_beside

_FORMS: dict[Pronoun, tuple[str, str, str, str, str]] = {
    # subject, object, possessive before a noun, possessive alone, reflexive
    Pronoun.SHE: ("she", "her", "her", "hers", "herself"),
    Pronoun.HE: ("he", "him", "his", "his", "himself"),
    Pronoun.THEY: ("they", "them", "their", "theirs", "themselves"),
}
_WORDS = compiled_lazily(
    r"\b(?P<either>(?:he|she)[\s\u00a0]*(?:/|or)[\s\u00a0]*(?:she|he)|s/he|(?:his|her|him)[\s\u00a0]*(?:/|or)[\s\u00a0]*(?:hers?|his|him))\b"
    r"|\b(?P<word>she|her|hers|herself|he|him|his|himself)\b(?P<short>['’](?:s|ll|d|ve))?",
    re.IGNORECASE,
)
_ANYBODY = compiled_lazily(
    r"\b(?:child|pupil|student|parent|carer|teacher|member|person|colleague|victim|adult|individual|visitor|volunteer"
    r"|any(?:one|body)|some(?:one|body)|each|governor)\b",
    re.IGNORECASE,
)
"""Nobody for certain: a sentence that begins with a pronoun speaks of the holder again."""
_OTHERS_TEXT = r"""
    another assistant boys? brothers? bursar caretaker chair(?:man|woman)? clerk counsellor daughters? deput(?:y|ies)
    fathers? girls? head(?:\s*teacher)? husband lado lad(?:y|ies) manager m[ae]n mothers? nurse predecessor principal
    receptionist secretary senco sisters? sons? successor wife wom[ae]n
"""
_SOMEBODY_ELSE = compiled_lazily(
    rf"\b(?:{'|'.join(_OTHERS_TEXT.split())}|{one_title(Shows.ANYWHERE)}|social worker|police officer"
    r"|(?:receiving|previous|new|other) school)\b",
    re.IGNORECASE,
)
_TWO_CAPITALS = compiled_lazily(r"\b[A-Z][a-z'’-]+[ \u00a0][A-Z][a-z'’-]+\b")
_MAY_BE_MEANT = compiled_lazily(
    r"\b(?:child|pupil|student|girl|boy|daughter|son|mother|father|parent|carer)\b", re.IGNORECASE
)
_FAMILY_NEXT = compiled_lazily(
    r"^[\s\u00a0]+(?:mother|father|parents?|famil(?:y|ies)|carers?|home|child(?:ren)?|sister|brother)\b", re.IGNORECASE
)
_OPENING = compiled_lazily(
    r"\s*(?:(?:please|you can|staff (?:should|must|can))\s+)?"
    r"(?:(?:contact|ring|call|tell|e-?mail|speak (?:to|with)|talk to|telephone|phone|see|ask|report to|reach|inform)"
    r"\s+)?",
    re.IGNORECASE,
)
_words = words_beside(__file__)
"""Returns the words of kinds of ``pronoun_words.toml``, which says what each kind is."""
_OBJECT_NEXT = compiled_lazily(
    lambda: rf"^[\s\u00a0]*(?:$|[.,;:!?)–—-]|{one_of_words(_words('behind-object'))}\b)", re.IGNORECASE
)
"""What stands behind "her" where that is no possessive: "tell her at once"."""
_PLAIN_VERBS = {"is": "are", "has": "have", "was": "were", "does": "do", "isn’t": "aren’t", "isn't": "aren't"}
_ADVERBS = r"(?:also|always|sometimes|often|never|still|usually|normally|then|[a-z]+ly)"
_REACH = 2
"""How many passages on a pronoun still is the holder's."""


@dataclass(frozen=True, slots=True)
class PronounChange:
    """One pronoun (with its verb where that must bend) and what stands there afterwards; ``after`` None: unsafe."""

    passage: int
    start: int
    end: int
    after: str | None


@dataclass(slots=True)
class _Others:
    """Who else was spoken of since the holder was named."""

    anybody: bool = False
    somebody: bool = False

    def read(self, text: str, start: int, end: int) -> None:
        """Take note of a stretch of text."""
        self.anybody = self.anybody or _ANYBODY.search(text, start, end) is not None
        self.somebody = (
            self.somebody
            or _SOMEBODY_ELSE.search(text, start, end) is not None
            or any(is_name(match[0]) for match in _TWO_CAPITALS.finditer(text, start, end))
        )

    @property
    def may_be_meant(self) -> bool:
        """Whether a pronoun could be somebody else's."""
        return self.anybody or self.somebody


def find_pronouns(
    scene: Scene,
    passage: int,
    position: int,
    new: Pronoun,
    old: Pronoun | None = None,
    stop: tuple[int, int] | None = None,
) -> Iterator[PronounChange]:
    """Yield the pronouns that follow a name or role ending at ``position`` and do not fit the new holder.

    ``old`` is that of the person who goes, where it is known. In the passage and the two right after it; one with
    somebody else spoken of in between, or a verb that cannot be bent safely, comes with ``after`` None. No sentence is
    read that begins at ``stop``, a passage and a place in it, or behind.
    """
    text = scene.passages[passage].text
    begin, end = scene.sentence(passage, position)
    others = _Others(anybody=_MAY_BE_MEANT.search(text, begin, position) is not None)
    start, last = position, passage + _REACH
    while True:
        yield from _within(text, passage, (start, end), new, old, others)
        start = _next_start(text, end)
        if start >= len(text):
            passage, start = passage + 1, 0
            if passage > last or not _follows(scene, passage):
                return
            text = scene.passages[passage].text
        if stop is not None and (passage, start) >= stop:
            return
        _, end = scene.sentence(passage, start)
        opening = _WORDS.search(text, start, end)
        if opening is not None and not opening["either"] and _OPENING.fullmatch(text, start, opening.start()):
            others.anybody = False


def old_pronouns(text: str, new: Pronoun, old: Pronoun | None) -> Iterator[tuple[int, int]]:
    """Yield where pronouns stand that do not fit the new holder and may be the old one's ("he or she" is nobody's)."""
    for match in _WORDS.finditer(text):
        if not match["either"] and _pronoun_of(match) is not new and old in (None, _pronoun_of(match)):
            yield match.span()


def possessive(word: str, new: Pronoun) -> str:
    """Return "her" or "his" before a noun as it reads for the new holder, in the capitals of ``word``."""
    return _cased(_FORMS[new][2], word)


def _pronoun_of(match: re.Match[str]) -> Pronoun:
    return Pronoun.SHE if match["word"].casefold().startswith(("she", "her")) else Pronoun.HE


_BETWEEN_SENTENCES = compiled_lazily(r"[ \t\n\u00a0\"”’)]*")


def _next_start(text: str, end: int) -> int:
    match = _BETWEEN_SENTENCES.match(text, end)
    return match.end() if match else end


def _follows(scene: Scene, index: int) -> bool:
    """Whether a passage carries on the one before: same story, neither a heading nor in another cell."""
    if index >= len(scene.passages) or scene.passages[index].heading or scene.passages[index].label is not None:
        return False
    return (
        scene.passages[index].region is scene.passages[index - 1].region
        and scene.cells[index] == scene.cells[index - 1]
        and bool(scene.passages[index].text.strip())
    )


def _within(
    text: str, passage: int, stretch: tuple[int, int], new: Pronoun, old: Pronoun | None, others: _Others
) -> Iterator[PronounChange]:
    seen, end = stretch
    for match in _WORDS.finditer(text, *stretch):
        others.read(text, seen, match.start())
        seen = match.end()
        if match["either"]:
            others.anybody = True
            continue
        mine = _pronoun_of(match)
        others.somebody = others.somebody or old not in (None, mine)
        if mine is new or old not in (None, mine):
            continue
        after_end, words = _bent(text, match, new)
        unsafe = others.may_be_meant or _FAMILY_NEXT.match(text[match.end() :]) is not None
        yield PronounChange(passage, match.start(), after_end, None if unsafe else words)
    others.read(text, seen, end)


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
    if verb in _words("unbending") or verb.endswith("ed"):
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
