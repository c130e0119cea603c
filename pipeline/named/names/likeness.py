"""Whether two written names are one person's: the one place that judges it, for documents, directory and people.

Who asks says how sure the answer must be. A copy never puts one person in another's place on less than ``SHORTENED``;
nobody confirms or records for themself who ``COULD_BE`` the same.
"""

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import product

from pipeline.named.names.letters import APOSTROPHES, HYPHENS, UNSEEN, letters_of, with_apostrophes
from pipeline.named.names.parts import (
    PersonName,
    given_parts,
    parse_name,
    surname_parts,
    title_of,
    without_title,
)
from pipeline.named.names.titles import MEN, WOMEN, titles_small
from pipeline.named.names.words import words_of
from pipeline.text.lazily import compiled_lazily


class Likeness(IntEnum):
    """How alike two written names are; each degree includes those above it, so compare with ``>=``."""

    DIFFERENT = 0
    """Two people, or no name."""
    COULD_BE = 1
    """One person in a spelling nobody could rule out: short first names, a part of a double surname, other order."""
    SHORTENED = 2
    """The same surname, and first names that are equal, initials of each other, or missing in one of them."""
    SAME = 3
    """Every word is the same but for its signs, accents, capitals and title. Transitive."""


@lru_cache(maxsize=20_000)
def likeness(one: PersonName | str, other: PersonName | str) -> Likeness:
    """Return how alike two names are; it does not matter which is given first.

    Set aside are accents, capitals, white space, every kind of apostrophe and hyphen (a double-barrelled surname may
    have none), titles, degrees, remarks in brackets; a surname may stand first, before a comma. Where only the surname
    and titles tell, a man's and a woman's are never one.
    """
    mine, theirs = _key(one), _key(other)
    if not mine or not theirs:
        return Likeness.DIFFERENT
    if mine == theirs:
        return Likeness.SAME
    if _is_shortened(one, other):
        return Likeness.SHORTENED
    return Likeness.COULD_BE if _could_be(_text(one), _text(other)) else Likeness.DIFFERENT


COULD_BE, SHORTENED, SAME = Likeness.COULD_BE, Likeness.SHORTENED, Likeness.SAME


def same_person(one: PersonName | str | None, other: PersonName | str | None, at_least: Likeness) -> bool:
    """Return whether two names are one person's, as surely as is asked; nobody's name is like none."""
    return one is not None and other is not None and likeness(one, other) >= at_least


def is_slip_of(one: str, other: str) -> bool:
    """Return whether two names differ by two letters at most, as where one was mistyped: two people may, too."""
    from rapidfuzz.distance import OSA

    return OSA.distance(letters_of(one), letters_of(other)) <= _SLIPS


_SLIPS = 2


def name_key(name: PersonName | str) -> str:
    """Return a key that two names share exactly where they are the ``SAME``; empty where there is no name."""
    return _key(name)


def same_surname(typed: str, surname: str) -> bool:
    """Return whether a reader typed ``surname``, whatever its capitals, accents, apostrophes, hyphens and spaces.

    ``oneill`` is O'Neill and ``garcia lopez`` is García-López; a first name in front of it is not the surname.
    """
    wanted, given = letters_of(surname), typed[:500]
    # In capitals "DÔAN" may be an apostrophe that was misread, in small letters it is not: as it stands it is the same.
    as_it_stands = given.strip().casefold() == surname.strip().casefold()
    return bool(wanted) and (as_it_stands or letters_of(given) == wanted)


def _text(name: PersonName | str) -> str:
    return name if isinstance(name, str) else name.full


def _parsed(name: PersonName | str) -> PersonName | None:
    return parse_name(name) if isinstance(name, str) else name


@lru_cache(maxsize=8192)
def _key(name: PersonName | str) -> str:
    parsed = _parsed(name)
    if parsed is None:
        return ""
    words = [
        letters for part in (*_split(given_parts(parsed)), *surname_parts(parsed)) if (letters := letters_of(part))
    ]
    if not parsed.knows_first and isinstance(name, str) and (sex := _sex(name)):
        words.append(f"({sex})")
    return " ".join(words)


def _split(parts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for part in parts for word in _HYPHEN.split(part))


_HYPHEN = compiled_lazily(f"[{re.escape(HYPHENS)}]")


def _sex(name: PersonName | str) -> str | None:
    """Return whose a title is; None where there is none, or it is anybody's."""
    title = title_of(name) if isinstance(name, str) else ""
    return "he" if title in MEN else "she" if title in WOMEN else None


# --- shortened -----------------------------------------------------------------------------------------------------


def _is_shortened(one: PersonName | str, other: PersonName | str) -> bool:
    first, second = _parsed(one), _parsed(other)
    if first is None or second is None:
        return False
    if not (first.knows_first and second.knows_first) and {_sex(one), _sex(other)} >= {"he", "she"}:
        return False
    return any(
        mine[1] == theirs[1] and _agree_in_first_names(mine[0], theirs[0])
        for mine, theirs in product(_readings(first), _readings(second))
    )


@lru_cache(maxsize=8192)
def _readings(name: PersonName) -> tuple[tuple[tuple[str, ...], str], ...]:
    """Return the ways to take a name, each first names and surname: the last but one may belong to either."""
    given = tuple(letters for part in given_parts(name) if (letters := letters_of(part)))
    surname = letters_of(name.surname)
    readings = [(given, surname)]
    if len(given) > 1 and len(given[-1]) > 1:
        readings.append((given[:-1], given[-1] + surname))
    return tuple(readings)


def _agree_in_first_names(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    if not one or not other:
        return True
    run_together = "".join(one) == "".join(other) and min(map(len, (*one, *other))) > 1
    if run_together:
        return True
    return all(mine == theirs or _is_initial(mine, theirs) for mine, theirs in zip(one, other, strict=False))


def _is_initial(one: str, other: str) -> bool:
    return one[0] == other[0] and 1 in (len(one), len(other))


# --- could be ------------------------------------------------------------------------------------------------------

_TITLES = titles_small()
_ASIDE = compiled_lazily(r"[(\[].*?(?:[)\]]|$)")
_SAME_BEGINNING = 3
"""Letters after which a first name may go on otherwise: Debbie and Deborah."""


def _could_be(one: str, other: str) -> bool:
    """Whether nobody could rule out that two names are one person's.

    Surnames may come first, with or without a comma; a double surname may lack one of its parts; first names may be
    initials, short forms or missing; initials may stand alone.
    """
    first, second = _words(one), _words(other)
    if not first or not second:
        return False
    if sorted(first) == sorted(second) or "".join(first) == "".join(second):
        return True
    if _are_initials(first, second) or _are_initials(second, first):
        return True
    ways = product(_orders(first), _orders(second))
    return any(_share_a_surname(mine, theirs) for mine, theirs in ways)


@lru_cache(maxsize=4096)
def _words(name: str) -> tuple[str, ...]:
    """Take a name apart, the surname last: small letters without accents, no title, no degree."""
    surname, comma, given = without_title(_ASIDE.sub(" ", name)).partition(",")
    if comma and _plain(given).split() and not set(_plain(given).split()) <= words_of("letters"):
        words = _plain(f"{given} {surname}").split()
    else:
        words = _plain(surname).split()
    words = [word for word in words if word not in _TITLES]
    while len(words) > 1 and words[-1] in words_of("letters"):
        words.pop()
    return tuple(words)


def _plain(text: str) -> str:
    """The words of a text as small plain letters; a hyphen parts two, an apostrophe none."""
    return " ".join(filter(None, map(letters_of, _BETWEEN_WORDS.split(with_apostrophes(text)))))


_BETWEEN_WORDS = compiled_lazily(rf"[^\w{re.escape(APOSTROPHES)}{UNSEEN}\u0300-\u036f]+|_")


def _are_initials(short: tuple[str, ...], full: tuple[str, ...]) -> bool:
    """Whether ``short`` is nothing but the initials of ``full``: JH or J. H. for Jo Hill."""
    letters = "".join(short)
    return len(full) > 1 and len(letters) > 1 and letters == "".join(word[0] for word in full)


@dataclass(frozen=True, slots=True)
class _Order:
    """One way to take a name of several words: which is the first name, and which are the rest."""

    first: str
    """Empty where it is a surname alone."""
    rest: frozenset[str]
    surname: str
    """The word of ``rest`` that is a surname in any case; the others may be first names as well."""


def _orders(words: tuple[str, ...]) -> tuple[_Order, ...]:
    if len(words) == 1:
        return (_Order("", frozenset(words), words[0]),)
    return (
        _Order(words[0], frozenset(words[1:]), words[-1]),
        _Order(words[-1], frozenset(words[:-1]), words[0]),
    )


def _share_a_surname(one: _Order, other: _Order) -> bool:
    shared = one.rest & other.rest & {one.surname, other.surname}
    return any(len(word) > 1 for word in shared) and _may_be_short_for(one.first, other.first)


def _may_be_short_for(one: str, other: str) -> bool:
    if not one or not other or one == other:
        return True
    if one.startswith(other) or other.startswith(one):
        return True
    return len(one) >= _SAME_BEGINNING and one[:_SAME_BEGINNING] == other[:_SAME_BEGINNING]
