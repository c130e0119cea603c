"""Telephone numbers and e-mail addresses as documents write them: found whole, compared by what they reach.

"01332 662337", "(01332) 66 23 37" and "+44 (0)1332 662337 ext. 4" are told apart only by the extension;
"dsl@" inside "deputy.dsl@" is another address.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from pipeline.model import Holder
from pipeline.named.names.letters import letters_of
from pipeline.text.addresses import ADDRESS, LOCAL

_EXTENSION = r"(?:[\s\u00a0]*[,(]?[\s\u00a0]*(?:extension|extn?|x)[.:]?[\s\u00a0]*(?P<ext>\d{1,6})\)?)"
_SEPARATOR = r"[\s\u00a0().\-–‐‑\u00ad\u200b-\u200d\u2060\ufeff]{0,3}"
_DIGITS = re.compile(r"[0-9]+")
_WEB_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """What a number reaches."""

    digits: str
    """In the national form (``01332662337``) for United Kingdom numbers, else as dialled without signs."""
    extension: str = ""


@dataclass(frozen=True, slots=True)
class FoundDetail:
    """A stretch of text that is a number or an address."""

    start: int
    end: int
    phone: PhoneNumber | None = None
    email: str | None = None
    """Lower case, stray spaces taken out."""


@lru_cache(maxsize=4096)
def parse_phones(text: str) -> tuple[PhoneNumber, ...]:
    """Read the numbers of a contact's telephone entry, which may hold several ("01632 960222 / 07700 900362")."""
    numbers = []
    for part in re.split(r"[/;,]|\bor\b|\band\b|\bmobile\b", text, flags=re.IGNORECASE):
        extension = re.search(r"(?:ext(?:ension|n)?|x)[.:]?\s*(\d{1,6})", part, re.IGNORECASE)
        digits = national_digits(part[: extension.start()] if extension else part)
        if len(digits) >= 3:
            numbers.append(PhoneNumber(digits, extension[1] if extension else ""))
    return tuple(numbers)


def national_digits(text: str) -> str:
    """Return the digits of one number, +44, 0044 and (0) brought to the national form."""
    tidy = re.sub(r"\(\s*0\s*\)", "", text) if re.search(r"(?:\+|00)\s*\(?\s*44", text) else text
    digits = re.sub(r"\D", "", tidy)
    match = re.match(r"(?:0044|44)0?(\d{9,10})$", digits)
    return f"0{match[1]}" if match and not digits.startswith("044") else digits


@lru_cache(maxsize=4096)
def clean_address(text: str) -> str:
    """Return an address for comparing: lower case, without spaces, ``mailto:`` and what follows a question mark."""
    address = unquote(re.sub(r"^\s*mailto:", "", text, flags=re.IGNORECASE)).split("?")[0]
    return re.sub(r"\s+", "", address).casefold()


@lru_cache(maxsize=1024)
def _phone_pattern(digits: str) -> re.Pattern[str]:
    if digits.startswith("0") and len(digits) > 9:
        rest = _SEPARATOR.join(digits[1:])
        body = rf"(?:(?:\+|00)[\s\u00a0]?\(?44\)?{_SEPARATOR}(?:\(?0\)?{_SEPARATOR})?|\(?0{_SEPARATOR}){rest}"
    else:
        body = _SEPARATOR.join(digits)
    return re.compile(rf"(?<![\d+]){body}(?!\d)(?:{_EXTENSION}(?!\d))?", re.IGNORECASE)


@lru_cache(maxsize=1024)
def _address_pattern(address: str) -> re.Pattern[str]:
    parts = [re.escape(part) for part in re.split(r"([.@])", address) if part]
    body = r"[\s\u00a0\u00ad\u200b\u2060]{0,2}".join(parts)
    return re.compile(rf"(?<!{LOCAL}){body}(?![\w@+%-]|\.\w)", re.IGNORECASE)


def find_details(text: str, phones: Iterable[str], addresses: Iterable[str]) -> list[FoundDetail]:
    """Find the numbers (digits in the national form) and addresses in ``text``, however they are written.

    Returns them in order, never overlapping; where two fit one place the longer stands.
    """
    found = list(_each_detail(text, phones, addresses))
    found.sort(key=lambda each: (each.start, -each.end))
    apart: list[FoundDetail] = []
    for each in found:
        if not apart or each.start >= apart[-1].end:
            apart.append(each)
    return apart


_ANY_NUMBER = re.compile(
    rf"(?<![\w+/.-])(?:(?:\+|00)44[\s\u00a0]?(?:\(0\)[\s\u00a0]?)?|\(?0)[1-9](?:{_SEPARATOR}[0-9]){{8,9}}(?![0-9]){_EXTENSION}?"
    r"|(?<!\w)(?:ext(?:ension|n)?|bleep(?:er)?|pager)(?:[\s\u00a0]+(?:no|number))?[.:]?[\s\u00a0]*(?P<alone>[0-9]{2,6})(?![0-9])",
    re.IGNORECASE,
)
_FOR_EVERYBODY = re.compile(r"0(?:800|808|30|33|34|37|845|870)")


def is_for_everybody(digits: str) -> bool:
    """Whether a number is of a kind that helplines and public bodies have and no member of staff (0800, 0300)."""
    return _FOR_EVERYBODY.match(digits) is not None or len(digits) < 9


def find_any_details(text: str) -> list[FoundDetail]:
    """Find every number and address in ``text``, whosesoever, and extensions or bleeps alone; not of helplines."""
    found: list[FoundDetail] = []
    for match in _ANY_NUMBER.finditer(text) if any(sign in text for sign in "0123456789") else ():
        start, end = _without_odd_brackets(text, *match.span())
        digits = national_digits(match[0][: match.start("ext") - match.start()] if match["ext"] else match[0])
        if match["alone"] or not is_for_everybody(digits):
            found.append(FoundDetail(start, end, PhoneNumber(digits, match["ext"] or match["alone"] or "")))
    found += [FoundDetail(*match.span(), email=clean_address(match[0])) for match in ADDRESS.finditer(text)]
    return sorted(found, key=lambda each: each.start)


def _each_detail(text: str, phones: Iterable[str], addresses: Iterable[str]) -> Iterator[FoundDetail]:
    digits_here = "".join(_DIGITS.findall(text))
    for digits in phones:
        if digits[-6:] in digits_here:
            for match in _phone_pattern(digits).finditer(text):
                start, end = _without_odd_brackets(text, *match.span())
                yield FoundDetail(start, end, PhoneNumber(digits, match["ext"] or ""))
    if "@" in text:
        for address in addresses:
            for match in _address_pattern(address).finditer(text):
                yield FoundDetail(match.start(), match.end(), email=address)
        for match in ADDRESS.finditer(text):
            end = match.end()
            yield FoundDetail(match.start(), end, email=clean_address(match[0]))


def _without_odd_brackets(text: str, start: int, end: int) -> tuple[int, int]:
    """Leave a bracket around the whole number outside: "(01332 662337)"."""
    opened, closed = text.count("(", start, end), text.count(")", start, end)
    around = opened == closed == 1 and text[start] == "(" and text[end - 1] == ")"
    if around or (opened > closed and text[start] == "("):
        start += 1
    if around or (closed > opened and text[end - 1] == ")"):
        end -= 1
    return start, end


def address_stretches(text: str) -> list[tuple[int, int]]:
    """Return the ranges of web and e-mail addresses, in which no name is looked for."""
    if "@" not in text and "www." not in text and "://" not in text:
        return []
    return [match.span() for pattern in (ADDRESS, _WEB_ADDRESS) for match in pattern.finditer(text)]


def changed_target(target: str, after: str) -> str:
    """Return a ``mailto:`` or ``tel:`` target for a new address or number, its subject line and its style kept.

    A number in the place of an address makes a ``tel:`` target.
    """
    scheme, _, rest = target.partition(":")
    if scheme.casefold() == "mailto" and "@" not in after and parse_phones(after):
        scheme, rest = "tel", ""
    if scheme.casefold() == "mailto":
        before, mark, query = rest.partition("?")
        return f"{scheme}:{after}{mark}{_with_address(query, clean_address(before), after)}"
    numbers = parse_phones(after)
    digits = numbers[0].digits if numbers else re.sub(r"\D", "", after)
    extension = f";ext={numbers[0].extension}" if numbers and numbers[0].extension else ""
    international = rest.strip().startswith("+") and digits.startswith("0")
    return f"{scheme}:{'+44' + digits[1:] if international else digits}{extension}"


def _with_address(query: str, before: str, after: str) -> str:
    """Return what follows the question mark of a mail link with an address exchanged there too ("cc=…")."""
    if not before:
        return query
    spelled = re.escape(before).replace("@", "(?:@|%40)")
    return re.sub(rf"(?<![\w.+-]){spelled}(?![\w.-])", lambda _: after, query, flags=re.IGNORECASE)


def addresses_in(target: str) -> tuple[str, ...]:
    """Return every address a mail link writes to, copies included."""
    if not target.strip().casefold().startswith("mailto:"):
        return ()
    return tuple(clean_address(match[0]) for match in ADDRESS.finditer(unquote(target.strip()[7:])))


def target_detail(target: str) -> FoundDetail | None:
    """Return what a link target reaches: a number, an address, or None where it is a page."""
    scheme, _, rest = target.strip().partition(":")
    if scheme.casefold() == "mailto":
        return FoundDetail(0, len(target), email=clean_address(target))
    if scheme.casefold() in {"tel", "callto", "sms"}:
        number, _, extension = unquote(rest).partition(";ext=")
        return FoundDetail(0, len(target), phone=PhoneNumber(national_digits(number), extension))
    return None


def has_detail(found: FoundDetail, people: Iterable[Holder]) -> bool:
    """Whether one of ``people`` has a number or address."""
    if found.email is not None:
        return any(one.email is not None and clean_address(one.email) == found.email for one in people)
    digits = {phone.digits for one in people for phone in parse_phones(one.phone or "")}
    return found.phone is not None and found.phone.digits in digits


def belongs_to(address: str, first: str, surname: str) -> bool:
    """Whether the local part of an address is made of this person's name: ``d.sheffield``, ``sheffieldd``."""
    local = re.sub(r"\d+$", "", address.split("@", maxsplit=1)[0])
    given, last = letters_of(first), letters_of(surname)
    if len(last) < 3:
        return False
    joined = letters_of(local)
    names = {given + last, last + given, given[:1] + last, last + given[:1], last} if given else {last}
    return joined in names


_ROLE_MAILBOX = re.compile(
    r"^(?:the)?(?:deputy)?[._-]?(?:ddsl|dsl|safeguarding|senco|sendco|head|headteacher|principal|office|admin|enquir\w*"
    r"|info|school|chair|clerk|governors?|lado|dpo)(?:lead|team|office)?$"
)


def is_role_mailbox(address: str) -> bool:
    """Whether an address belongs to a post rather than a person (``dsl@``, ``office@``)."""
    return _ROLE_MAILBOX.match(address.split("@", maxsplit=1)[0].casefold()) is not None


_PUBLIC_BODY = re.compile(
    r"@(?:[\w.-]+\.)?(?:gov\.uk|gov\.wales|gov\.scot|police\.uk|nhs\.uk|nhs\.net|nspcc\.org\.uk|childline\.org\.uk|iwf\.org\.uk"
    r"|barnardos\.org\.uk|saferinternet\.org\.uk|swgfl\.org\.uk)$"
)


def is_public_address(address: str) -> bool:
    """Whether an address is one of a public body or a helpline and no school's."""
    return _PUBLIC_BODY.search(address) is not None
