"""No person's mobile number stands on the public site: found in copies, and left out of their web pages there.

A PDF is not changed: one that gives such a number is not put on the public site. What each copy holds is remembered by
its content, so that it is looked through once.
"""

import html
import json
import re
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import phonenumbers

from pipeline.documents import prepare_readers, read_document
from pipeline.documents.sandbox.readers import contained_map
from pipeline.files import write_atomically
from pipeline.text.telephones import WrittenNumber, find_numbers, without_numbers

INSTEAD = "(number at the school office)"
"""What stands in the place of a number where the office has none of its own."""
_FOUND_FILE = ".mobile-numbers.json"
_HOW = 2
"""Counts the ways in which numbers were found, so that a PDF is looked through again by a new one."""
_MOST_NUMBERS = 1024
"""Numbers that are kept as they were understood: the same few stand on every page of a school."""
_TAG = re.compile(r"<[^>]*>")
_CALL = re.compile(r'<a\b[^>]*\bhref="tel:([^"]*)"[^>]*>(.*?)</a>', re.IGNORECASE | re.DOTALL)


def is_mobile(number: str, allowed: Collection[str] = ()) -> bool:
    """Return whether ``number`` rings a mobile telephone; the numbers of ``allowed`` (the school's own) do not count.

    Source: Ofcom's National Telephone Numbering Plan (07 is for mobile services), other countries by ``phonenumbers``.
    """
    read = _parsed(number)
    if read is None or any(read == _parsed(each) for each in allowed):
        return False
    if read.country_code == 44:
        return len(str(read.national_number)) == 10 and str(read.national_number).startswith("7")
    return bool(phonenumbers.number_type(read) == phonenumbers.PhoneNumberType.MOBILE)


@lru_cache(maxsize=_MOST_NUMBERS)
def _parsed(number: str) -> "phonenumbers.PhoneNumber | None":
    try:
        return phonenumbers.parse(number, "GB")
    except phonenumbers.NumberParseException:
        return None


def gives_mobile(text: str, allowed: Collection[str] = ()) -> bool:
    """Return whether a mobile number stands in plain words."""
    return any(is_mobile(found.phone.international, allowed) for found in find_numbers(text, addresses=True))


def without_mobiles(page: str, allowed: Sequence[str] = ()) -> str | None:
    """Return a web page without the mobile numbers of persons; None where one is left all the same.

    The first of ``allowed``, the numbers of the school office, stands in their place.
    """
    instead = f"{allowed[0]} (school office)" if allowed else INSTEAD

    def uncalled(found: re.Match[str]) -> str:
        return found[2] if is_mobile(found[1], allowed) else found[0]

    def unsaid(found: WrittenNumber) -> str:
        return instead if is_mobile(found.phone.international, allowed) else found.words

    cleaned = without_numbers(_CALL.sub(uncalled, page), unsaid, addresses=True)
    words = html.unescape(_TAG.sub("", cleaned))
    return None if gives_mobile(words, allowed) or gives_mobile(html.unescape(cleaned), allowed) else cleaned


def pdfs_with_mobiles(pdfs: Mapping[str, Path], folder: Path, allowed: Collection[str]) -> frozenset[str]:
    """Return which of ``pdfs`` (by their SHA-256) give a mobile number, or cannot be looked through.

    What was found before is kept in ``folder``; only new ones are read, in a child.
    """
    marks = {sha256: f"{sha256}:{_HOW}:{','.join(sorted(allowed))}" for sha256 in pdfs}
    known = _known(folder)
    new = [sha256 for sha256 in pdfs if marks[sha256] not in known]
    for sha256, given in zip(new, _look_through([pdfs[sha256] for sha256 in new], allowed), strict=True):
        known[marks[sha256]] = given
    kept = {mark: known[mark] for mark in marks.values()}
    if new:
        write_atomically(folder / _FOUND_FILE, json.dumps(kept, indent=1).encode("utf-8"))
    return frozenset(sha256 for sha256 in pdfs if kept[marks[sha256]])


def _look_through(paths: Sequence[Path], allowed: Collection[str]) -> list[bool]:
    read = contained_map(read_document, paths, prepare=prepare_readers)
    return [each.value is None or gives_mobile(each.value.text, allowed) for each in read]


def _known(folder: Path) -> dict[str, bool]:
    try:
        found = json.loads((folder / _FOUND_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(key): value is not False for key, value in found.items()} if isinstance(found, dict) else {}
