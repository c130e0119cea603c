"""Telephone numbers and e-mail addresses as documents write them: found whole, compared by what they reach.

"01332 662337", "(01332) 66 23 37" and "+44 (0)1332 662337 ext. 4" are told apart only by the extension;
"dsl@" inside "deputy.dsl@" is another address. What any number or address looks like is ``text.telephones``' and
``text.addresses``'.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from pipeline.model.contacts import Holder
from pipeline.named.names.letters import letters_of
from pipeline.text.addresses import ADDRESS, LOCAL
from pipeline.text.lazily import compiled_lazily
from pipeline.text.telephones import (
    EXTENSION,
    PhoneNumber,
    find_bare_numbers,
    find_numbers,
    find_short_numbers,
    is_for_everybody,
    is_helplines,
    national_digits,
    parse_phones,
    without_odd_brackets,
)

_SEPARATOR = r"[\s\u00a0().\-–‐‑\u00ad\u200b-\u200d\u2060\ufeff]{0,3}"
_DIGITS = compiled_lazily(r"[0-9]+")


@dataclass(frozen=True, slots=True)
class FoundDetail:
    """A stretch of text that is a number or an address."""

    start: int
    end: int
    phone: PhoneNumber | None = None
    email: str | None = None
    """Lower case, stray spaces taken out."""


@lru_cache(maxsize=4096)
def clean_address(text: str) -> str:
    """Return an address for comparing: lower case, without spaces, ``mailto:`` and what follows a question mark."""
    address = unquote(re.sub(r"^\s*mailto:", "", text, flags=re.IGNORECASE)).split("?")[0]
    return re.sub(r"\s+", "", address).casefold()


def number_pattern(digits: str) -> str:
    """Return a pattern for one number, its ``PhoneNumber.digits``, in every written form; extensions left out."""
    if digits.startswith("0") and len(digits) > 9:
        rest = _SEPARATOR.join(digits[1:])
        body = rf"(?:(?:\+|00)[\s\u00a0]?\(?44\)?{_SEPARATOR}(?:\(?0\)?{_SEPARATOR})?|\(?0{_SEPARATOR}){rest}"
    else:
        body = _SEPARATOR.join(digits)
    return rf"(?<![\d+]){body}(?!\d)"


@lru_cache(maxsize=1024)
def _phone_pattern(digits: str) -> re.Pattern[str]:
    return re.compile(rf"{number_pattern(digits)}(?:{EXTENSION}(?!\d))?", re.IGNORECASE)


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


def find_any_details(text: str, *, bare: bool = False, helplines: bool = False) -> list[FoundDetail]:
    """Find every number and address in ``text``, short numbers where words announce them.

    With ``bare`` figures too that may be a number without its area code; with ``helplines`` numbers as helplines have.
    """
    whole = find_numbers(text)
    numbers = [
        each
        for each in whole
        if not is_for_everybody(each.phone.digits) or (helplines and is_helplines(each.phone.digits))
    ]
    for each in (*find_short_numbers(text), *(find_bare_numbers(text) if bare else ())):
        if not any(one.start < each.end and each.start < one.end for one in (*whole, *numbers)):
            numbers.append(each)
    found = [FoundDetail(each.start, each.end, phone=each.phone) for each in numbers]
    found += [FoundDetail(*match.span(), email=clean_address(match[0])) for match in ADDRESS.finditer(text)]
    return sorted(found, key=lambda each: each.start)


def _each_detail(text: str, phones: Iterable[str], addresses: Iterable[str]) -> Iterator[FoundDetail]:
    wanted = set(phones)
    for each in find_numbers(text) if wanted else ():
        if each.phone.digits in wanted:
            yield FoundDetail(each.start, each.end, each.phone)
    digits_here = "".join(_DIGITS.findall(text))
    for digits in wanted:
        if digits[-6:] in digits_here:
            for match in _phone_pattern(digits).finditer(text):
                start, end = without_odd_brackets(text, *match.span())
                yield FoundDetail(start, end, PhoneNumber(digits, match["ext"] or ""))
    if "@" in text:
        for address in addresses:
            for match in _address_pattern(address).finditer(text):
                yield FoundDetail(match.start(), match.end(), email=address)
        for match in ADDRESS.finditer(text):
            end = match.end()
            yield FoundDetail(match.start(), end, email=clean_address(match[0]))


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
    if numbers and rest.strip().startswith("+") and digits.startswith("0"):
        digits = numbers[0].international
    return f"{scheme}:{digits}{extension}"


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
    theirs = [phone for one in people for phone in parse_phones(one.phone or "")]
    return found.phone is not None and any(_is_same(found.phone, phone) for phone in theirs)


def _is_same(found: PhoneNumber, known: PhoneNumber) -> bool:
    """Whether a written number is a known one, in full, without its area code ("960123") or as an extension alone."""
    if found.digits == found.extension:
        return found.extension in (known.extension, known.digits)
    local = 5 <= len(found.digits) < 9 and known.digits.endswith(found.digits)
    return local or found.digits == known.digits


def belongs_to(address: str, first: str, surname: str) -> bool:
    """Whether the local part of an address is made of this person's name: ``d.sheffield``, ``sheffieldd``."""
    local = re.sub(r"\d+$", "", address.split("@", maxsplit=1)[0])
    given, last = letters_of(first), letters_of(surname)
    if len(last) < 3:
        return False
    joined = letters_of(local)
    names = {given + last, last + given, given[:1] + last, last + given[:1], last} if given else {last}
    return joined in names


_ROLE_MAILBOX = compiled_lazily(
    r"^(?:the)?(?:deputy)?[._-]?(?:ddsl|dsl|safeguarding|senco|sendco|head|headteacher|principal|office|admin|enquir\w*"
    r"|info|school|chair|clerk|governors?|lado|dpo)(?:lead|team|office)?$"
)


def is_role_mailbox(address: str) -> bool:
    """Whether an address belongs to a post rather than a person (``dsl@``, ``office@``)."""
    return _ROLE_MAILBOX.match(address.split("@", maxsplit=1)[0].casefold()) is not None


_PUBLIC_BODY = compiled_lazily(
    r"@(?:[\w.-]+\.)?(?:gov\.uk|gov\.wales|gov\.scot|police\.uk|nhs\.uk|nhs\.net|nspcc\.org\.uk|childline\.org\.uk|iwf\.org\.uk"
    r"|barnardos\.org\.uk|saferinternet\.org\.uk|swgfl\.org\.uk)$"
)


def is_public_address(address: str) -> bool:
    """Whether an address is one of a public body or a helpline and no school's."""
    return _PUBLIC_BODY.search(address) is not None
