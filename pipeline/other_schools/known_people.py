"""Who of two schools' people is one person: the same work address, and the same surname and first initial. Pure.

Two people who share ``office@`` are not one; somebody whose name is written otherwise at each school is taken for two,
and asked by each.
"""

import hmac
import unicodedata
from collections.abc import Iterable

from pipeline.register.readings.shared_readings import KnownAs


def hashes_of(known: Iterable[KnownAs], secret: bytes) -> frozenset[str]:
    """Return a hash for each name with an address that somebody has or had: one in common makes them one person.

    64 hexadecimal digits each; none for a name without a letter.
    """
    words = (_words(one) for one in known if one.work_email)
    return frozenset(hmac.digest(secret, each.encode("utf-8"), "sha256").hex() for each in words if each)


def _words(one: KnownAs) -> str:
    first, last = _letters(one.first_name), _letters(one.last_name)
    return f"{one.work_email.strip().casefold()}\n{last}\n{first[0]}" if first and last else ""


def _letters(name: str) -> str:
    """Return a name's letters alone, without accents and in small ones."""
    return "".join(char for char in unicodedata.normalize("NFKD", name).casefold() if char.isalpha())
