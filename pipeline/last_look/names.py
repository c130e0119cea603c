"""People as a finished document writes them, by given name and surname, for ``check``.

A word that the document itself writes small elsewhere is an ordinary word; it makes a name only where nothing else
stands, or behind a title.
"""

import re
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass

from pipeline.last_look.role_labels import tells_role_only
from pipeline.named.names.given_names import ordinary_words
from pipeline.named.names.letters import plain_letters
from pipeline.named.names.name_words import is_no_name
from pipeline.named.names.people import has_given_name, may_be_name
from pipeline.text.lazily import compiled_lazily

_TITLE = (
    r"(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Rev|Revd|Reverend|Canon|Rabbi|Sister|Father|Cllr|Councillor)\b"
    r"(?:\.?[ \u00a0]+|\.(?=[^\W\d_a-z]))"
)
_CAPITAL = r"[^\W\d_a-z][\w'’-]*[^\W\d_]"
_MIDDLE = rf"(?:[^\W\d_a-z]\.?|de|da|van|von|der|den|la|le|el|al|bin|ibn|{_CAPITAL})"
_INITIAL = r"(?:[^\W\d_a-z]\.[ \u00a0]?)+(?<=\.)"
_GAP = r"[ \u00a0]+"
_SURNAME = rf"(?:[a-z]{{1,3}}[-'’])?{_CAPITAL}"
_CANDIDATE = compiled_lazily(
    rf"(?<![\w@.’'-])(?<!\b[Aa]t )(?P<title>{_TITLE})?"
    rf"(?P<words>(?:{_CAPITAL}|{_INITIAL})(?:{_GAP}{_MIDDLE}){{0,3}}{_GAP}{_SURNAME})"
)
_BY_TITLE = compiled_lazily(
    rf"(?<![\w@.’'-]){_TITLE}(?:[^\W\d_a-z]\.?{_GAP}?){{0,3}}(?P<last>{_CAPITAL})"
    rf"(?![\w@-]|{_GAP}(?:al|el|ap|d|de|da|di|du|van|von|der|la|le|bin|ibn)[-'’ ])"
)
_TURNED = compiled_lazily(rf"(?<![\w@.’'-])(?P<last>{_CAPITAL}),{_GAP}(?P<first>{_CAPITAL})(?![\w@])")
_AROUND = compiled_lazily(
    r"(?:[\W\d_]|\b(?:name|numbers?|no|full|staff|details?|address|direct|out|of|hours|school|work|emergency|ext|extension|tel"
    r"|telephone|phone|mobile|e-?mail|contact|and|or|is|the|at|on)\b)*",
    re.IGNORECASE,
)
"""What may stand with a name in a part that holds nothing else."""
_ADDRESS = compiled_lazily(r"[^\s@]+@\S+")
_STREETS = frozenset(("avenue", "close", "court", "drive", "grove", "house", "lane", "road", "street", "way"))
_WORD = compiled_lazily(r"\S+")
_POSSESSIVE = compiled_lazily(r"['’]s?$")


@dataclass(frozen=True, slots=True)
class NameFound:
    """A person's name in a text."""

    start: int
    end: int
    name: str
    """Given name first."""


def list_names(text: str, ordinary: Set[str]) -> tuple[NameFound, ...]:
    """Return the people named in a part of a line, in order: by given name and surname, or by title and surname.

    ``ordinary`` are the words that the whole document writes small (``given_names.words_in_small``).
    """
    found = list(_in_order(text, ordinary)) or list(_turned(text, ordinary))
    for match in _BY_TITLE.finditer(text):
        apart = all(match.end() <= each.start or each.end <= match.start() for each in found)
        # "Lee, Mrs Ann" ends in a given name.
        turned = text[: match.start()].rstrip().endswith(",") and _is_given(match["last"])
        if apart and not turned and may_be_name(match["last"], titled=True):
            found.append(NameFound(*match.span(), _POSSESSIVE.sub("", " ".join(match[0].split()))))
    return tuple(sorted(found, key=lambda each: each.start))


def wrapped_name(text: str, below: str, ordinary: Set[str]) -> tuple[NameFound, ...]:
    """Return the person whose given name is all of ``text`` and whose surname is all that stands ``below`` it."""
    words = [*text.split(), *below.split()]
    if len(words) != 2 or not below.strip():
        return ()
    found = list_names(" ".join(words), ordinary)
    return tuple(NameFound(0, len(text), each.name) for each in found if each.name.split() == words)


def _in_order(text: str, ordinary: Set[str]) -> Iterator[NameFound]:
    position = 0
    while (match := _CANDIDATE.search(text, position)) is not None:
        start, words = match.start(), match["words"].split()
        titled = match["title"] is not None
        while len(words) > 1 and not _is_name(words, text, ordinary, titled=titled):
            words.pop()
        if len(words) < 2:
            # The next word may be the given name: "Contact Ann Lee".
            position = match.start("words") + len(match["words"].split()[0])
            continue
        position = match.start("words") + [each.end() for each in _WORD.finditer(match["words"])][len(words) - 1]
        whole = text[start:position].split() if words[0].endswith(".") else words
        yield NameFound(start, position, _POSSESSIVE.sub("", " ".join(whole)))


def _turned(text: str, ordinary: Set[str]) -> Iterator[NameFound]:
    """Yield "Lee, Ann" where a part holds nothing but that."""
    match = _TURNED.search(text)
    if match is not None and _is_name([match["first"], match["last"]], text, ordinary, titled=False):
        rest = f"{text[: match.start()]} {text[match.end() :]}"
        if is_little(rest):
            yield NameFound(match.start(), match.end(), f"{match['first']} {match['last']}")


def _is_name(words: list[str], text: str, ordinary: Set[str], *, titled: bool) -> bool:
    first, last = words[0], _POSSESSIVE.sub("", words[-1])
    if not may_be_name(" ".join((*words[:-1], last)), titled=titled) or len(last) < 2 or last.islower():
        return False
    shouted = first.isupper() and not last.isupper() and not first.endswith(".")
    known = _is_given(first) and not shouted
    if titled and known:
        return True
    if titled:
        return plain_letters(last) not in ordinary
    if not known:
        return not shouted and not any(_is_common(word, ordinary) for word in words if not word.endswith("."))
    doubtful = plain_letters(first) in ordinary or last.casefold() in _STREETS
    return not doubtful or stands_alone(" ".join(words), text)


def _is_common(word: str, ordinary: Set[str]) -> bool:
    """Whether a word is one of the language or of this document, by itself or by its form: "Preventing Extremism"."""
    plain = plain_letters(_POSSESSIVE.sub("", word)).strip(".'’")
    if word.isupper() and _INITIALS.fullmatch(plain):
        return True
    parts = (plain, *plain.split("-"))
    return any(each in ordinary or each in ordinary_words() or is_no_name(each) for each in parts)


_INITIALS = compiled_lazily(r"\w{1,3}|[^aeiouy]+", re.IGNORECASE)
"""What words in capitals are that stand for others: "UK GDPR"."""


def _is_given(word: str) -> bool:
    return any(part and has_given_name(part, marked=True) for part in plain_letters(word).strip(".'’").split("-"))


def stands_alone(words: str, text: str) -> bool:
    """Whether a part holds ``words`` and nothing besides but a role, "Name:", "Tel" and their like."""
    rest = text.replace(words, " ", 1)
    return is_little(rest) or tells_role_only(rest)


def is_little(text: str) -> bool:
    """Whether nothing but labels of details and signs stand in a text."""
    return _AROUND.fullmatch(_ADDRESS.sub(" ", text)) is not None


def without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Return a text with a space for each of some spans, which are in order."""
    for start, end in reversed([*spans]):
        text = f"{text[:start]} {text[end:]}"
    return text
