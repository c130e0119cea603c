"""What tells another school of the trust in a text: its name, and the people, addresses and numbers of its contacts.

Taken from its ``config.toml`` as it stands, so that a school whose settings cannot be used is known as well.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.configuration.trust import Trust
from pipeline.named.details.found import clean_address, find_details
from pipeline.named.names.people import drop_title, is_name
from pipeline.named.names.spelling import APOSTROPHE_SIGNS
from pipeline.named.schools import school_words
from pipeline.text.telephones import is_for_everybody, parse_phones
from pipeline.trust.slots import MAY_NAME
from pipeline.wording import say_list
from pipeline.workspace import CONFIG_NAME

_PLACES_TEXT = "avenue church close court drive farm gate green hall house lane park parish road square street way"
_PLACES = frozenset(_PLACES_TEXT.split())
"""What is called as a school is and is none, where it stands behind the school's first words."""
_TABLE = re.compile(r"\s*\[{1,2}\s*([\w.-]+)\s*\]{1,2}")
_LINE = re.compile(r"""\s*(name|email|phone)\s*=\s*(["'])(.*?)\2""")


@dataclass(frozen=True, slots=True)
class KnownBy:
    """What one school is known by."""

    name: str = ""
    """Empty where nobody can tell."""
    people: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    """Lower case."""
    phones: tuple[str, ...] = ()
    """Digits in the national form; no helplines."""


@dataclass(frozen=True, slots=True)
class Among:
    """A school among the others of its trust."""

    own: KnownBy
    others: tuple[KnownBy, ...]


def list_among(trust: Trust) -> dict[str, Among]:
    """Return every school of the trust, by key, with the others."""
    known = {entry.key: known_by(trust.folder_of(entry)) for entry in trust.schools}
    return {key: Among(own, tuple(other for its, other in known.items() if its != key)) for key, own in known.items()}


def known_by(folder: Path) -> KnownBy:
    """Return what a school is known by; ``folder`` is its workspace."""
    try:
        text = (folder / CONFIG_NAME).read_text(encoding="utf-8-sig", errors="replace")
    except OSError:
        return KnownBy()
    try:
        tables = tomllib.loads(text)
        school, contacts = tables.get("school"), list(_entries(tables.get("contacts")))
        name = school.get("name") if isinstance(school, dict) else ""
    except tomllib.TOMLDecodeError:
        lines = list(_by_lines(text))
        name = next((value for table, key, value in lines if (table, key) == ("school", "name")), "")
        contacts = [{key: value} for table, key, value in lines if table.split(".")[0] == "contacts"]

    def values(key: str) -> list[str]:
        return [str(each[key]).strip() for each in contacts if isinstance(each.get(key), str) and each[key].strip()]

    return KnownBy(
        str(name or "").strip(),
        tuple(dict.fromkeys(bare for each in values("name") if is_name(bare := drop_title(each)))),
        tuple(dict.fromkeys(map(clean_address, values("email")))),
        tuple(
            dict.fromkeys(
                one.digits for each in values("phone") for one in parse_phones(each) if not is_for_everybody(one.digits)
            )
        ),
    )


def _entries(found: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the tables of contacts, whichever role they stand under."""
    if isinstance(found, Mapping):
        yield found
    for each in found.values() if isinstance(found, Mapping) else found if isinstance(found, list) else ():
        yield from _entries(each)


def _by_lines(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield table, key and value of the plain lines of a file that cannot be read as a whole."""
    table = ""
    for line in text.splitlines():
        if heading := _TABLE.match(line):
            table = heading[1]
        elif value := _LINE.match(line):
            yield table, value[1], value[3]


def faults_of_others(
    texts: Sequence[tuple[str, str]], among: Among, may_name: Sequence[str], slug: str
) -> Iterator[str]:
    """Yield a sentence for each other school that a text names, and for each whose contacts stand in it.

    ``texts`` are what they are called at the beginning of a sentence, and their words. ``may_name``: names of schools
    and people, addresses and numbers that stand there on purpose.
    """
    for called, text in texts:
        for other in among.others:
            if _names(text, other.name, among.own.name, may_name):
                yield (
                    f"{called} name {other.name}, another school of the trust. Put the right name in, or, if it is "
                    f'meant, write {MAY_NAME} = ["{other.name}"] into slots/{slug}.toml.'
                )
            if found := list(_details(text, other, among.own, may_name)):
                quoted = ", ".join(f'"{each}"' for each in found)
                yield (
                    f"{called} hold {say_list(found)}, from the contacts of {other.name or 'another school'}, another "
                    f"school of the trust. Put this school's own in, or, if it is meant, write {MAY_NAME} = [{quoted}] "
                    f"into slots/{slug}.toml."
                )


def _folded(text: str) -> str:
    """Return a text for comparing names: small letters, no apostrophes and full stops, one blank between words."""
    text = re.sub(rf"[{APOSTROPHE_SIGNS}'.]", "", text).replace("&", " and ")
    return " ".join(re.sub(r"[\s\u00a0_\-–‐‑]+", " ", text).casefold().split())


def _stands(form: str, text: str, *, not_before: str = "") -> bool:
    """Whether a folded form stands in a folded text as whole words, also with the s of "the school's"."""
    return bool(form) and re.search(rf"(?<!\w){re.escape(form)}s?(?!\w){not_before}", text) is not None


def _short_form(name: str) -> str:
    """Return the first words of a folded name that tell a school: "oakfield primary", "beech hill"; "" for none."""
    words = name.removeprefix("the ").split()
    for count in range(2, len(words)):
        first = words[:count]
        if set(first) - school_words("tells-none-apart") - _PLACES and first[-1] not in _PLACES | {
            "of",
            "and",
            "for",
            "the",
            "c",
            "e",
        }:
            return " ".join(first)
    return ""


def _names(text: str, name: str, own_name: str, may_name: Sequence[str]) -> bool:
    whole, own, words = _folded(name), _folded(own_name), _folded(text)
    allowed = set(map(_folded, may_name))
    if not whole or whole == own or whole in allowed:
        return False
    if _stands(whole, words.replace(own, "~") if own and whole in own else words):
        return True
    short = _short_form(whole)
    if not short or short in allowed or _stands(short, own):
        return False
    return _stands(short, words, not_before=rf"(?! (?:{'|'.join(sorted(_PLACES))})(?!\w))")


def _details(text: str, other: KnownBy, own: KnownBy, may_name: Sequence[str]) -> Iterator[str]:
    """Yield the people, numbers and addresses of another school that stand in a text and are not this school's too."""
    words, allowed = _folded(text), set(map(_folded, may_name))
    mine = allowed | {_folded(name) for name in own.people}
    yield from (name for name in other.people if _folded(name) not in mine and _stands(_folded(name), words))
    phones = set(other.phones) - set(own.phones) - {one.digits for each in may_name for one in parse_phones(each)}
    addresses = set(other.addresses) - set(own.addresses) - {clean_address(each) for each in may_name}
    found = find_details(text, sorted(phones), sorted(addresses))
    yield from dict.fromkeys(
        text[each.start : each.end].strip()
        for each in found
        if (each.phone is not None and each.phone.digits in phones) or each.email in addresses
    )
