"""What a telephone number looks like: found in running text, and what it reaches.

Figures that stand in a row are cut where ``phonenumbers`` says that a number ends: times, years and a second number may
follow without a sign between. ``text.addresses`` does the same for e-mail addresses.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.text.addresses import address_stretches
from pipeline.text.lazily import compiled_lazily

_GAP = "[ \n\r\f\v\u00a0\u2000-\u200d\u202f\u205f\u2060\u3000\ufeff\u00ad().\u2010-\u2015-]"
"""What may stand between two figures of a number: no tab, for another cell begins behind it."""
_SCREEN = compiled_lazily(r"\d(?:\D{0,5}\d){6}")
"""What holds a number, be one of its noughts a letter; most texts hold none."""
_RUN = compiled_lazily(rf"[+(]{{0,2}}\d(?:{_GAP}{{0,4}}\d){{7,}}")
"""As many figures as the shortest number has that is found, "0800 1111", or more."""
_FIGURES = compiled_lazily(r"\d+")
_LEAST_FIGURES, _MOST_FIGURES = 8, 16
_BEGINS = compiled_lazily(r"\+|0|44|7")
_PARTS = compiled_lazily(r"[^\S\ufeff]")
"""Between two rows of figures, so that another number may begin behind it."""
_GLUED = compiled_lazily(r"[\d_][^\W\d_]+$")
"""Before the figures of a number that is no telephone's: "e" in "3e07700900123", a digest."""
_NO_NUMBER = compiled_lazily(r"\d{1,2}\.\d+|(?:[0-2]\d|3[01])[ -](?:0\d|1[0-2])[ -](?:20)?\d\d(?!\d)")
"""A time, a decimal or a date: "08.45 12.00", "01 09 23 – 31 08 24"."""
_O_FOR_NOUGHT = compiled_lazily(
    r"[Oo](?=[ \u00a0]?\d)(?:(?<=\d[Oo])|(?<![^\W_][Oo])(?=[1-9]\d{2,3}[ \u00a0.-]?\d[\dOo]{2}))"
)
"""Begins with the letter itself, for which a whole page is searched at once, and asks behind it what stood before."""
_CODE_IN_A_CELL = compiled_lazily(r"(?<!\d)(0\d{2,4})\t(?=\d{3,8}(?![\d./-]))")
EXTENSION = r"(?:[\s\u00a0]*[,(;]?[\s\u00a0]*(?:extension|extn?|x)[.:=]?[\s\u00a0]*(?P<ext>\d{1,6})\)?)"
"""An extension behind a number, its figures in the group ``ext``."""
_EXTENSION = compiled_lazily(rf"{EXTENSION}(?!\d)", re.IGNORECASE)
_ANNOUNCED = compiled_lazily(
    r"(?<!\w)(?:(?:ext(?:ension|n)?|bleep(?:er)?|pager)(?:[\s\u00a0]+(?:no|number))?[.:]?[\s\u00a0]*(?P<extension>\d{2,6})"
    r"|(?:tel(?:ephone)?|phone)(?:[\s\u00a0]+(?:no|number))?[.:]?[\s\u00a0]*"
    r"(?!0)(?:\d{5,8}|\d{3}[ \u00a0]\d{3,4}|\d{4}[ \u00a0]\d{4}))"
    r"(?![\d/])",
    re.IGNORECASE,
)
_BARE = compiled_lazily(
    r"(?<![\w/.:+\]-])(?<!\] )(?!(?:19|20)\d\d[ \u00a0-]?(?:19|20)\d\d)\d{3,5}[ \u00a0-]?\d{3,8}(?![\w/:]|[ .-]?\d)"
)
_FOR_EVERYBODY = compiled_lazily(r"0(?:800|808|30|33|34|37|845|870)")


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """What a number reaches."""

    digits: str
    """In the national form (``01332662337``) for United Kingdom numbers, else as dialled from abroad without signs."""
    extension: str = ""

    @property
    def international(self) -> str:
        """What rings a whole number from anywhere, without its extension: ``+441332662337``."""
        return f"+44{self.digits[1:]}" if self.digits.startswith("0") else f"+{self.digits}"


@dataclass(frozen=True, slots=True)
class WrittenNumber:
    """A stretch of text that is a number, the bracket around the whole left outside."""

    start: int
    end: int
    words: str
    phone: PhoneNumber


def find_numbers(text: str, *, addresses: bool = False) -> list[WrittenNumber]:
    """Return every whole number in ``text``, with its extension, in order.

    Numbers of the United Kingdom with their area code or without the nought of a mobile, those of other countries with
    a + or 00 before them; no emergency numbers (999, 101), and none inside of a web or e-mail address but where
    ``addresses`` are asked for.
    """
    return list(_each_number(text, addresses=addresses)) if _SCREEN.search(text) is not None else []


def begins_with_number(text: str) -> bool:
    """Whether a whole number stands first in ``text``."""
    return any(not text[: each.start].strip() for each in find_numbers(text)[:1])


def find_short_numbers(text: str) -> list[WrittenNumber]:
    """Return the extensions, bleeps and local numbers that words announce: "ext 204", "bleep 12", "Tel: 960123"."""
    return [
        WrittenNumber(*match.span(), match[0], PhoneNumber(re.sub(r"\D", "", match[0]), match["extension"] or ""))
        for match in _ANNOUNCED.finditer(text)
    ]


def find_bare_numbers(text: str) -> list[WrittenNumber]:
    """Return figures in ``text`` that may be a number without its area code ("960123") or one mistyped.

    So may others be: only where a number is to be expected are these looked for.
    """
    return [
        WrittenNumber(*match.span(), match[0], PhoneNumber(re.sub(r"\D", "", match[0])))
        for match in _BARE.finditer(text)
    ]


def without_numbers(text: str, instead: Callable[[WrittenNumber], str], *, addresses: bool = False) -> str:
    """Return ``text`` with each whole number exchanged for what ``instead`` makes of it.

    With ``addresses`` those inside of web and e-mail addresses too.
    """
    for each in reversed(find_numbers(text, addresses=addresses)):
        text = f"{text[: each.start]}{instead(each)}{text[each.end :]}"
    return text


@lru_cache(maxsize=4096)
def parse_phones(entry: str) -> tuple[PhoneNumber, ...]:
    """Read the numbers of a contact's telephone entry, which may hold several ("01632 960222 / 07700 900362")."""
    numbers = []
    for part in re.split(r"[/;,]|\bor\b|\band\b|\bmobile\b", entry, flags=re.IGNORECASE):
        extension = re.search(r"(?:ext(?:ension|n)?|x)[.:]?\s*(\d{1,6})", part, re.IGNORECASE)
        digits = national_digits(part[: extension.start()] if extension else part)
        if len(digits) >= 3:
            numbers.append(PhoneNumber(digits, extension[1] if extension else ""))
    return tuple(numbers)


def national_digits(written: str) -> str:
    """Return the digits of one number as ``PhoneNumber`` has them; those of a short one as they stand."""
    digits = re.sub(r"\D", "", written)
    if re.fullmatch(r"0[1-9]\d{8,9}", digits):
        return digits
    sign = "+" if re.match(r"[\s\u00a0(]*\+", written) else ""
    rank, national = _read(f"{sign}{digits}") if sign or digits.startswith(("00", "44", "7")) else (-1, "")
    return national if rank >= 0 else digits


def with_noughts(text: str) -> str:
    """Return ``text`` with noughts for the letters O that stand in numbers: "O1632 960123"."""
    return _O_FOR_NOUGHT.sub("0", text) if "o" in text or "O" in text else text


def is_for_everybody(digits: str) -> bool:
    """Whether a number is of a kind that helplines and public bodies have and no member of staff (0800, 0300, 999)."""
    return is_helplines(digits) or len(digits) < 9


def is_helplines(digits: str) -> bool:
    """Whether a whole number is free or costs the same from everywhere: a helpline's, now and then a school's own."""
    return _FOR_EVERYBODY.match(digits) is not None and len(digits) >= 9


def _each_number(text: str, *, addresses: bool) -> Iterator[WrittenNumber]:
    plain = _plain(text)
    runs = list(_RUN.finditer(plain))
    masked = address_stretches(text) if runs and not addresses else ()
    for run in runs:
        for start, end, phone in _in_run(plain, run.start(), run.end()):
            if not any(first < end and start < last for first, last in masked):
                yield WrittenNumber(start, end, text[start:end], phone)


def _plain(text: str) -> str:
    """Return ``text`` with noughts for the letter O and area codes joined over cells; as long as it was."""
    if "\t" in text:
        text = _CODE_IN_A_CELL.sub(r"\1 ", text)
    return with_noughts(text)


def _in_run(text: str, start: int, end: int) -> Iterator[tuple[int, int, PhoneNumber]]:
    """Yield the numbers among figures in a row: each begins the row, follows another or stands behind a space."""
    groups = [match.span() for match in _FIGURES.finditer(text, start, end)]
    position = start
    for at, (first, _) in enumerate(groups):
        before = text[groups[at - 1][1] : first] if at else ""
        if first < position or (at and groups[at - 1][1] > position and not _PARTS.search(before)):
            continue
        other = _NO_NUMBER.match(text, first) if text[first - 1 : first] != "+" else None
        last, digits = (other.end(), "") if other else _longest(text, groups[at : at + _MOST_FIGURES])
        position = max(position, last)
        if digits:
            extension = _EXTENSION.match(text, last)
            begins, ends = _sign_before(text, first, start), extension.end() if extension else last
            number = PhoneNumber(digits, extension["ext"] if extension else "")
            yield *without_odd_brackets(text, begins, ends), number


def _sign_before(text: str, first: int, start: int) -> int:
    """Return where a number begins whose first figure stands at ``first``, a + or a bracket before it taken along."""
    while first > start and text[first - 1] in "+(":
        first -= 1
    return first


def _longest(text: str, groups: Sequence[tuple[int, int]]) -> tuple[int, str]:
    """Return the end of the number that begins with the first of ``groups`` of figures, and its digits; 0 if none."""
    first = groups[0][0]
    figures = text[first - 1 : first] if text[first - 1 : first] == "+" else ""
    best = (-1, 0, "")
    if _BEGINS.match(text, first - len(figures)) and not _GLUED.search(text, max(0, first - 20), first):
        for start, end in groups:
            figures += text[start:end]
            if len(figures) > _MOST_FIGURES:
                break
            rank, digits = _read(figures)
            if rank > best[0] or (rank == best[0] and rank >= 0 and not digits.startswith("0")):
                best = (rank, end, digits)
    return best[1:]


@lru_cache(maxsize=4096)
def _read(figures: str) -> tuple[int, str]:
    """Return how surely figures are a whole number, below 0 where they are none, and its digits.

    Source: the numbering plans that ``phonenumbers`` has; those that no plan knows (of a drama, mistyped) count where
    they are as long as one may be.
    """
    if len(figures) < _LEAST_FIGURES:
        return -1, ""
    import phonenumbers  # a fortieth of a second, which a text without a number is spared

    try:
        number = phonenumbers.parse(figures, "GB")
    except phonenumbers.NumberParseException:
        return -1, ""
    national, valid = phonenumbers.national_significant_number(number), phonenumbers.is_valid_number(number)
    if number.country_code != 44:
        fits = figures.startswith(("+", "00")) and phonenumbers.is_possible_number(number)
        return (3 if valid else 1) if fits else -1, f"{number.country_code}{national}"
    whole = len(national) == 10
    if not figures.startswith(("+", "0")) and not whole:
        return -1, ""
    return 3 if valid and whole else 2 if valid else 1 if whole else 0 if len(national) == 9 else -1, f"0{national}"


def without_odd_brackets(text: str, start: int, end: int) -> tuple[int, int]:
    """Leave a bracket around the whole number outside ("(01332 662337)") and take along one that closes inside."""
    opened, closed = text.count("(", start, end), text.count(")", start, end)
    around = opened == closed == 1 and text[start] == "(" and text[end - 1] == ")"
    if around or (opened > closed and text[start] == "("):
        start += 1
    elif opened > closed and text[end : end + 1] == ")":
        end += 1
    if around or (closed > opened and text[end - 1] == ")"):
        end -= 1
    return start, end
