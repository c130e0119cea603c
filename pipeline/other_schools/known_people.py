"""Who of two schools' people is one person: the same work address, and the same surname and first initial. Pure.

Two people who share ``office@`` are not one; a person whose name is written otherwise at each school is taken for two,
and asked by each. An address that a person had before may be another's by now: for that the whole first name counts.
"""

import hmac
import unicodedata
from collections import Counter
from collections.abc import Iterable

from pipeline.register.readings.shared_readings import KnownAs


def hashes_of(now: KnownAs, before: Iterable[KnownAs], secret: bytes) -> frozenset[str]:
    """Return hashes of the name and address that a person has, and of those they had: one in common makes them one.

    64 hexadecimal digits each; none for a name without a letter.
    """
    words = [_words(now, initial_alone=True), *(_words(one, initial_alone=False) for one in (now, *before))]
    return frozenset(hmac.digest(secret, each.encode("utf-8"), "sha256").hex() for each in words if each)


def in_common(hashes: Iterable[frozenset[str]]) -> frozenset[str]:
    """Return the hashes that several people of one school have: they tell none of them from the others."""
    count = Counter(each for one in hashes for each in one)
    return frozenset(each for each, people in count.items() if people > 1)


def _words(one: KnownAs, *, initial_alone: bool) -> str:
    first, last = _letters(one.first_name), _letters(one.last_name)
    if not (one.work_email and first and last):
        return ""
    said = (first[0],) if initial_alone else (first, "whole")
    return "\n".join((one.work_email.strip().casefold(), last, *said))


def _letters(name: str) -> str:
    """Return a name's letters alone, without accents and in small ones."""
    return "".join(char for char in unicodedata.normalize("NFKD", name).casefold() if char.isalpha())
