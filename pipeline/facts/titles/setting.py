"""Take the name of the setting off a title: "The Nest (Moorland) - Fire Procedure".

For ``find``; ``named.schools`` does so for names with a word for a school in them.
"""

import re
from collections.abc import Sequence

from pipeline.catalogue.policies import is_policy_name
from pipeline.facts.titles.shape import KIND
from pipeline.named.names.given_names import ordinary_words, words_in_small
from pipeline.text.lines import Line
from pipeline.text.needed import in_plain_letters

_INITIALS = r"(?:\s?[(\[][A-Z][\w&]{1,9}[)\]])?"
_APART = re.compile(
    r"^(?P<name>(?:The\s|THE\s)?[A-Z][\w'’@&()-]*(?:\s[\w'’@&()-]+){0,5}?)\s*(?:\s[–—-]\s|:\s|\s\|\s)(?P<rest>.+)$"
)
_TIMES = 2
_MOST_AROUND = 18
"""How many letters "the" before a name and its initials and a full stop behind it take at most."""
_SPEAKS_OF = re.compile(r"\b(?:at|welcome to)\s(?:the\s)?$")
_LETTERS = re.compile(r"[a-z]+")


def is_whole(name: str) -> bool:
    """Say whether a name was read to its end; one that breaks off is the first line of a title."""
    return not name.endswith((" and", " of", " for", " the", " &"))


def is_setting(text: str, name: str | None) -> bool:
    """Say whether a line is nothing but the name of the setting, perhaps with its initials."""
    if name is None or not len(name) <= len(text) <= len(name) + _MOST_AROUND or not _may_be_named(text, name):
        return False
    return text == name or re.fullmatch(rf"(?:the\s)?{re.escape(name)}{_INITIALS}\.?", text, re.IGNORECASE) is not None


def is_spoken_of(name: str, lines: Sequence[Line]) -> bool:
    """Say whether the document speaks of a name as of the place it is for: "at Kite and Kin", "welcome to Kite"."""
    plain = in_plain_letters(name)
    letters = max(_LETTERS.findall(plain), key=len, default="")
    named = [line.text for line in lines if letters in in_plain_letters(line.text)]
    if name.isascii():
        named = [text for text in named if _may_speak_of(text, plain)]
    spoken = rf"\b(?:at|here at|welcome to)\s(?:the\s)?{re.escape(name)}\b"
    return any(re.search(spoken, text, re.IGNORECASE) for text in named)


def _may_speak_of(text: str, plain: str) -> bool:
    """Say whether words that speak of a place stand before a name, given in plain letters: no pattern is made of it."""
    small = in_plain_letters(text)
    at = small.find(plain)
    while at >= 0:
        if _SPEAKS_OF.search(small, max(0, at - _MOST_AROUND), at):
            return True
        at = small.find(plain, at + 1)
    return False


def _may_be_named(text: str, name: str) -> bool:
    """Say whether a text may hold a name in whatever case."""
    return not name.isascii() or in_plain_letters(name) in in_plain_letters(text)


def without_setting(title: str, name: str | None, lines: Sequence[Line]) -> str:
    """Return a title without the setting's name before it; all of it where what follows names no kind of document."""
    if name is not None and _may_be_named(title, name):
        known = re.match(rf"(?:the\s)?{re.escape(name)}{_INITIALS}\s*[:–—|-]?\s+", title, re.IGNORECASE)
        if known and len(title[known.end() :].split()) > 1:
            return title[known.end() :]
        behind = _known_behind(title, name)
        if behind:
            return behind
    match = _APART.match(title)
    if match and KIND.search(match["rest"]) and len(match["rest"].split()) > 1 and _is_name(match["name"], lines):
        return match["rest"]
    return title


def _known_behind(title: str, name: str) -> str | None:
    """Return the policy's known name that ends a title in which the setting's name, and perhaps its motto, stands."""
    _, found, rest = title.partition(name)
    words = rest.split()
    if not found or len(words) < 2:
        return None
    ends = (" ".join(words[start:]) for start in range(len(words) - 1))
    return next((end for end in ends if KIND.search(end) and is_policy_name(end)), None)


def _is_name(words: str, lines: Sequence[Line]) -> bool:
    """Say whether words have one that is a name, for nobody writes it small, and stand elsewhere in the document."""
    text = "\n".join(line.text for line in lines)
    small = words_in_small(text) | ordinary_words()
    own = [word for word in re.findall(r"[A-Za-z]{3,}", words) if not word.isupper() and word.lower() not in small]
    plain = re.sub(r"\s*\([^)]*\)", "", words)
    return bool(own) and not KIND.search(words) and text.casefold().count(plain.casefold()) >= _TIMES
