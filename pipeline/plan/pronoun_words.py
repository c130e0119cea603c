"""Pronouns bent for a new holder: "Her contact details are:" becomes "Their contact details are:".

``pronouns`` says which are the holder's for certain.
"""

import re

from pipeline.model.contacts import Pronoun
from pipeline.text.lazily import compiled_lazily
from pipeline.text.phrases import one_of_words
from pipeline.text.rules import words_beside

_FORMS: dict[Pronoun, tuple[str, str, str, str, str]] = {
    # subject, object, possessive before a noun, possessive alone, reflexive
    Pronoun.SHE: ("she", "her", "her", "hers", "herself"),
    Pronoun.HE: ("he", "him", "his", "his", "himself"),
    Pronoun.THEY: ("they", "them", "their", "theirs", "themselves"),
}
PRONOUN = compiled_lazily(
    r"\b(?P<either>(?:he|she)[\s\u00a0]*(?:/|or)[\s\u00a0]*(?:she|he)|s/he|(?:his|her|him)[\s\u00a0]*(?:/|or)[\s\u00a0]*(?:hers?|his|him))\b"
    r"|\b(?P<word>she|her|hers|herself|he|him|his|himself)\b(?P<short>['’](?:s|ll|d|ve))?",
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


def pronoun_of(match: re.Match[str]) -> Pronoun:
    """Return whose pronoun a match of ``PRONOUN`` is, but for "he or she", which is nobody's."""
    return Pronoun.SHE if match["word"].casefold().startswith(("she", "her")) else Pronoun.HE


def is_object(text: str, match: re.Match[str]) -> bool:
    """Say whether a match of ``PRONOUN`` is whom something is done to: "tell her at once", no "her number"."""
    word = (match["word"] or "").casefold()
    return word == "him" or (word == "her" and _OBJECT_NEXT.match(text[match.end() :]) is not None)


def bent(text: str, match: re.Match[str], new: Pronoun) -> tuple[int, str | None]:
    """Return where the stretch ends and its new words; None where the sentence would have to be written anew."""
    word, rest = match["word"].casefold(), text[match.end() :]
    subject, object_, possessive, alone, reflexive = _FORMS[new]
    end = match.end()
    if word in {"she", "he"}:
        return _bent_subject(match, rest, subject, plural=new is Pronoun.THEY)
    if word == "her":
        words = object_ if is_object(text, match) else possessive
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
