"""Short codes that people type or send back: of one request, of one slip torn off a card, and of one mail.

Printed on signing sheets, cards and in mails; read from what the office types and from the exports of forms. A code is
worked out from what it stands for and the workspace's secret, so nothing is stored for it. In front stands the number
it is of, behind it fifteen bits of a tag that only this school's secret gives, and last a check.

The check is a weighted sum over the field of 32 elements: every letter has a weight of its own, so that one wrong
letter and any two that changed places always show. What the sum comes to is a secret of the school too, so that of a
million codes of another school hardly one is taken for ours.

A mail's code stands in its subject and at its foot, so that what comes back is known by it where a mail server has
given the mail another Message-ID. Its tag is of that too: in a register that was put back from a safety copy, whose
numbers come again, a code of before is nobody's.

Source: https://www.crockford.com/base32.html for letters and what is forgiven in them.
"""

import hashlib
import hmac
import re
from collections.abc import Sequence
from datetime import date, timedelta

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without I, L and O, which are read as digits, and U."""
_VALUES = {letter: value for value, letter in enumerate(_LETTERS)} | {"O": 0, "I": 1, "L": 1}
_BETWEEN = frozenset(" \t\n\r\u00a0-\u2010\u2011\u2012\u2013\u2014\u2212_.")
"""What people put between the letters of a code: spaces, hyphens and dashes."""
_TAG = 3
"""Letters of the tag."""
_BEHIND = _TAG + 1
"""Letters behind the number: the tag and the check."""
_MOST_LETTERS = 31
"""Beyond these two letters would have one weight."""
_FIELD = 0b100101
"""x⁵ + x² + 1, whose powers of x are all 31 elements but nought."""

_EARLIEST_CARD = date(2020, 1, 1)
_CARD_NUMBERS = 1024
MOST_CARDS_A_DAY = _CARD_NUMBERS - 1
"""The highest number of a card printed on one day."""
_REQUEST, _CARD, _MAIL = "request", "card", "mail"
_LEAST_NUMBER = {_REQUEST: 4, _CARD: 5, _MAIL: 4}
"""Letters of the number at least: with those behind it eight of the first million requests, nine of every card."""

_IN_TEXT = re.compile(r"(?<![\w-])[0-9A-TV-Z]{4}-[0-9A-TV-Z]{4}(?:-[0-9A-TV-Z]{1,4})?(?![\w-])", re.IGNORECASE)
_MOST_IN_TEXT = 50
"""So many words of a text that look like codes are looked at."""


def request_code(secret: str, school: str, request_id: int) -> str:
    """Return the code of a request, such as ``0G7K-2QXM``: eight letters while there are fewer than a million.

    ``secret`` is the workspace's (``links.find_secret``), ``school`` the register's key of the school.
    """
    return _grouped(_code(secret, school, _REQUEST, request_id), 4)


def read_code(secret: str, school: str, text: str) -> int | None:
    """Return which request a typed code is of; None where it is no code of this school's, or mistyped.

    With an empty ``secret``, where none was ever made, nothing is a code.

    Small letters, spaces, hyphens, and the letters O, I and L for nought and one are forgiven.
    """
    return _read(secret, school, _REQUEST, text)


def card_code(secret: str, school: str, day: date, number: int) -> str:
    """Return the code on the slip of a card: of the day it was printed and its number on that day, from 1.

    Nine letters in threes until September 2109, so that nobody takes it for a request's.
    """
    if not 1 <= number <= MOST_CARDS_A_DAY:
        raise ValueError(f"cards of a day are numbered 1 to {MOST_CARDS_A_DAY}, not {number}")
    which = (day - _EARLIEST_CARD).days * _CARD_NUMBERS + number
    return _grouped(_code(secret, school, _CARD, which), 3)


def read_card_code(secret: str, school: str, text: str) -> tuple[date, int] | None:
    """Return the day and the number of the card that a typed code is of; None as for ``read_code``."""
    which = _read(secret, school, _CARD, text)
    if which is None:
        return None
    return _EARLIEST_CARD + timedelta(days=which // _CARD_NUMBERS), which % _CARD_NUMBERS


def mail_code(secret: str, school: str, message: int, message_id: str) -> str:
    """Return the code of a mail, such as ``0G7K-2QXM``; ``message`` is its key in the register."""
    return _grouped(_code(secret, school, _MAIL, message, message_id), 4)


def mails_named(secret: str, school: str, text: str) -> dict[int, str]:
    """Return which mails the codes in a text could be of: by the register's key, the code as ``mail_code`` writes it.

    A code is that mail's where ``mail_code`` gives the same; another school's, and words that only look like codes,
    hardly ever come this far.
    """
    found: dict[int, str] = {}
    for word in _IN_TEXT.findall(text)[:_MOST_IN_TEXT]:
        values = _typed(word)
        if values is not None and _sum(values) == _secret_sum(secret, school, _MAIL):
            number = sum(value << 5 * place for place, value in enumerate(reversed(values[:-_BEHIND])))
            found[number] = _grouped("".join(_LETTERS[value] for value in values), 4)
    return found


def _code(secret: str, school: str, kind: str, number: int, bound: str = "") -> str:
    if number < 0:
        raise ValueError(f"a code is of a number from 0, not {number}")
    values = [*_digits(kind, number), *_tag(secret, school, kind, number, bound)]
    # The last letter has the weight one, so that it is what the sum lacks.
    check = _double(_sum(values)) ^ _secret_sum(secret, school, kind)
    return "".join(_LETTERS[value] for value in (*values, check))


def _read(secret: str, school: str, kind: str, text: str) -> int | None:
    values = _typed(text)
    if not secret or values is None or _sum(values) != _secret_sum(secret, school, kind):
        return None
    digits, tag = values[:-_BEHIND], values[-_BEHIND:-1]
    number = sum(value << 5 * place for place, value in enumerate(reversed(digits)))
    if digits != _digits(kind, number):
        return None
    return number if hmac.compare_digest(bytes(tag), bytes(_tag(secret, school, kind, number))) else None


def _typed(text: str) -> list[int] | None:
    """Return what each typed letter stands for; None where one is none of ours."""
    letters = [letter for letter in text.upper() if letter not in _BETWEEN]
    if len(letters) > _MOST_LETTERS or not _VALUES.keys() >= set(letters):
        return None
    return [_VALUES[letter] for letter in letters]


def _digits(kind: str, number: int) -> list[int]:
    count = max(_LEAST_NUMBER[kind], -(-number.bit_length() // 5))
    return [number >> 5 * place & 31 for place in reversed(range(count))]


def _tag(secret: str, school: str, kind: str, number: int, bound: str = "") -> list[int]:
    """Return the letters that only this school's secret gives, of a number and of what else it is ``bound`` to."""
    digest = _keyed(secret, school, kind, f"{number}\n{bound}" if bound else str(number))
    return [digest[place] & 31 for place in range(_TAG)]


def _secret_sum(secret: str, school: str, kind: str) -> int:
    return _keyed(secret, school, kind, "sum")[0] & 31


def _keyed(secret: str, school: str, kind: str, what: str) -> bytes:
    told = "\n".join(("policy-pipeline code", kind, what, school))
    return hmac.digest(secret.encode(), told.encode(), hashlib.sha256)


def _sum(values: Sequence[int]) -> int:
    total = 0
    for value in values:
        total = _double(total) ^ value
    return total


def _double(value: int) -> int:
    """Return a value of the field times x."""
    return value << 1 ^ (_FIELD if value & 16 else 0)


def _grouped(letters: str, size: int) -> str:
    return "-".join(letters[at : at + size] for at in range(0, len(letters), size))
