"""A person's name taken apart: title, first name, those between, surname; and what tells each of them."""

import re
from dataclasses import dataclass
from functools import lru_cache

from pipeline.named.names.letters import APOSTROPHES, HYPHENS, PREFIX, plain_letters
from pipeline.named.names.titles import no_word_ends_here, one_title
from pipeline.named.names.words import words_of
from pipeline.text.lazily import compiled_lazily

TITLE = rf"{no_word_ends_here()}(?i:{one_title()})\b\.?"
"""A pattern for one title, its full stop included."""
_TITLES_BEFORE = compiled_lazily(rf"^(?:\s*(?:[Tt]he\s+)?(?P<title>{TITLE})[\s\u00a0]*)+")
_LETTER_PAIRS = compiled_lazily(r"(?:[A-Z]\.){2,3}|(?:[A-Z]\.){1,2}[A-Z]|[A-Z]\.?[-‐‑][A-Z]\.?|[B-DF-HJ-NP-TV-XZ]{2}")
_TWO_CAPITALS = compiled_lazily(r"[A-Z]{2}")
_GLUED_INITIAL = compiled_lazily(r"(?<=\b[A-Z]\.)(?=[A-Z][^\W\d_]{2})")
"""Where the space behind an initial is missing: "D.Sheffield"."""
_ONE_APOSTROPHE = str.maketrans(dict.fromkeys(APOSTROPHES, "'"))
_HYPHEN = compiled_lazily(f"[{re.escape(HYPHENS)}]")


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name taken apart, spelt as it was."""

    first: str
    """First name or initial; empty where only the surname is known."""
    middle: str
    surname: str
    """With its particles: ``van der Berg``."""

    @property
    def initial(self) -> str:
        """The first letter of the first name, upper case; empty where there is none."""
        return self.first[:1].upper()

    @property
    def full(self) -> str:
        """First, middle and surname."""
        return " ".join(part for part in (self.first, self.middle, self.surname) if part)

    @property
    def knows_first(self) -> bool:
        """Whether the first name is more than an initial."""
        return not self.has_initials and len(plain_letters(self.first).strip(".")) > 1

    @property
    def has_initials(self) -> bool:
        """Whether what stands for the first name are letters of several: "D.A.", "A-M", and "AM" before "Hill"."""
        if _LETTER_PAIRS.fullmatch(self.first):
            return True
        return _TWO_CAPITALS.fullmatch(self.first) is not None and not self.surname.isupper()

    @property
    def last_word(self) -> str:
        """The longest part of the surname's end that is spelled in one way only, small; a text without it names others.

        It leaves out apostrophes and hyphens and has no accents: look for it in ``letters.for_looking`` of a text.
        """
        end = PREFIX.sub(r"\g<0> ", self.surname.split()[-1])
        return max(re.findall(r"[a-z]+", plain_letters(end)), key=len, default="")


@lru_cache(maxsize=4096)
def parse_name(text: str) -> PersonName | None:
    """Take a name apart; titles, degrees and remarks in brackets are dropped; None where no name is left.

    A surname before a comma stands first where nothing but first names or initials follow: "Sheffield, Deborah".
    """
    head, *after = _GLUED_INITIAL.sub(" ", re.split(r"[(\[;|/]", without_title(text))[0]).split(",")
    words = head.split()
    given = _given_after_comma(words, after[0]) if after else None
    if given is not None:
        surname = " ".join(words)
        return PersonName(given[0], " ".join(given[1:]), surname)
    while len(words) > 1 and words[-1].replace(".", "").casefold() in words_of("letters"):
        words.pop()
    if not words or not any(character.isalpha() for character in head):
        return None
    cut = len(words) - 1
    while cut > 1 and _folded(words[cut - 1]) in words_of("particle", "particle-apart", "particle-inside"):
        cut -= 1
    if cut and len(words) > 1 and _folded(words[0]) in words_of("particle", "particle-apart"):
        cut = 0
    first = words[0] if cut else ""
    return PersonName(first, " ".join(words[1:cut]), " ".join(words[cut:]))


def _folded(word: str) -> str:
    return word.casefold().translate(_ONE_APOSTROPHE)


def without_title(text: str) -> str:
    """Return a name without the titles before it."""
    return _TITLES_BEFORE.sub("", text.strip()).strip()


def title_of(text: str) -> str:
    """Return the last title before a name, small and without its full stop; empty where there is none."""
    found = _TITLES_BEFORE.match(text)
    return found["title"].rstrip(".").casefold() if found is not None else ""


def _given_after_comma(surname: list[str], rest: str) -> list[str] | None:
    """Return the first names behind a surname and a comma; None where the name stood whole before it."""
    words = without_title(rest).split()
    if (
        not 1 <= len(words) <= 3
        or sum(_folded(word) not in words_of("particle", "particle-apart") for word in surname) != 1
    ):
        return None
    no_name = any(
        is_label_word(word)
        or word.replace(".", "").casefold() in words_of("post-behind-comma")
        or not word.replace(".", "")[:1].isalpha()
        for word in words
    )
    degree = all(word.replace(".", "").casefold() in words_of("letters") for word in words)
    return None if no_name or degree else words


def given_parts(name: PersonName) -> tuple[str, ...]:
    """Return first names and initials one by one, as spelt: "D.A." and "A-M" are two, "Ann-Marie" is one."""
    first: tuple[str, ...] = (name.first,) if name.first else ()
    if name.has_initials:
        first = tuple(letter for letter in name.first if letter.isalpha())
    return (*first, *name.middle.split())


def surname_parts(name: PersonName) -> tuple[str, ...]:
    """Return the parts of a double-barrelled surname, particles with what follows them: ``("van der Berg",)``."""
    return tuple(part for part in _HYPHEN.split(name.surname) if part.strip())


def is_label_word(word: str) -> bool:
    """Whether a word that stands before a surname says what a person is or what to do, and is no first name."""
    return word.casefold().rstrip(".:") in words_of("label")
