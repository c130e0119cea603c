"""The places of a trust's policy that wait for a school's own words: ``[[slot: visitors | what stands without]]``.

A marker is typed in Word as any other words are, within one paragraph, and takes the formatting it was typed in. What
a school puts there stands in its own folder, ``slots/SLUG.toml``, a line for each slot.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.configuration.faults import say_unreadable
from pipeline.errors import say_system_error
from pipeline.facts.problems import unfilled_places
from pipeline.places import Place
from pipeline.text.passages import Passage
from pipeline.wording import say_list

MAY_NAME = "may_name"
"""Other schools, and people, addresses and numbers of theirs, that a school's own words name on purpose."""
_MARKER = re.compile(r"\[\[\s*slot\s*:\s*(?P<name>[^\[\]|]*?)\s*(?:\|\s*(?P<default>[^\[\]]*?)\s*)?\]\]", re.IGNORECASE)
_OPENING = re.compile(r"\[\[\s*slot\b", re.IGNORECASE)
_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Slot:
    """One place for a school's own words."""

    name: str
    default: str | None
    """What stands there where a school says nothing; None where every school must say something."""
    passage: int
    """Index into the passages of the document; 0 in a text without any."""
    start: int
    end: int
    marker: str
    """As it was typed."""
    where: Place | None = None


@dataclass(frozen=True, slots=True)
class Slots:
    """What a trust's document holds of slots."""

    slots: tuple[Slot, ...]
    faults: tuple[str, ...]
    """What is wrong with the document itself, a sentence each: no school gets it until that is put right."""


@dataclass(frozen=True, slots=True)
class OwnWords:
    """What one school says in the slots of one policy."""

    words: Mapping[str, str]
    may_name: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


def find_in_text(text: str) -> Slots:
    """Return the slots of a plain text."""
    return _checked(_found(0, text, None), [(text, None)])


def find_in_passages(passages: Sequence[Passage], paragraphs: int) -> Slots:
    """Return the slots of a Word file; those behind the first ``paragraphs`` passages cannot be filled."""
    slots = [slot for index, one in enumerate(passages) for slot in _found(index, one.text, one.where)]
    inside = [slot for slot in slots if slot.passage < paragraphs]
    outside = tuple(
        f"“{slot.marker}” stands in {slot.where}, where nothing is filled in. Put it into the text itself."
        for slot in slots
        if slot.passage >= paragraphs
    )
    checked = _checked(inside, [(one.text, one.where) for one in passages])
    return Slots(checked.slots, (*outside, *checked.faults))


def _found(index: int, text: str, where: Place | None) -> list[Slot]:
    if "[[" not in text:
        return []
    return [
        Slot(match["name"].casefold(), match["default"], index, *match.span(), match[0], where)
        for match in _MARKER.finditer(text)
    ]


def _checked(slots: Sequence[Slot], texts: Sequence[tuple[str, Place | None]]) -> Slots:
    faults: list[str] = []
    for text, where in texts:
        faults += _not_understood(text, f" ({where})" if where else "")
    seen: set[str] = set()
    for slot in slots:
        if not _NAME.fullmatch(slot.name):
            faults.append(f"“{slot.marker}”: a slot is named in small letters and hyphens, as in [[slot: visitors]].")
        elif slot.name in seen:
            faults.append(f"The slot {slot.name!r} is there twice; give each place a name of its own.")
        seen.add(slot.name)
    return Slots(tuple(slots), tuple(faults))


def _not_understood(text: str, place: str) -> Iterator[str]:
    """Yield a sentence for each place of a template that is no slot: a school's copies would show it as it is."""
    rest = _MARKER.sub(lambda found: " " * len(found[0]), text)
    begun = {match.start() for match in _OPENING.finditer(rest)}
    for start in sorted(begun):
        words = " ".join(text[start : start + 40].split())
        yield (
            f"“{words} …”{place} is not closed in its paragraph. Write it as [[slot: visitors | words]], all in "
            "one paragraph."
        )
    for start, end in unfilled_places(rest):
        if not any(start <= each < end for each in begun):
            words = " ".join(text[start:end].split())
            yield (
                f"“{words if len(words) <= 60 else f'{words[:59]}…'}”{place} is no slot. Write it as [[slot: visitors "
                "| words]], or take the brackets out."
            )


# --- a school's own words --------------------------------------------------------------------------------------------


def words_path(folder: Path, slug: str) -> Path:
    """Return where a school keeps its words for a policy; ``folder`` is its workspace."""
    return folder / "slots" / f"{slug}.toml"


def read_words(path: Path) -> OwnWords:
    """Read what a school says in the slots of a policy; nothing where it has no file for it."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return OwnWords({})
    except (OSError, UnicodeDecodeError) as error:
        return OwnWords({}, faults=(f"{path.name} cannot be read: {say_system_error(error)}. Save it as UTF-8.",))
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return OwnWords({}, faults=(f"{path.name} cannot be read: {say_unreadable(text, error)}",))
    may_name = tables.pop(MAY_NAME, [])
    faults = list(_value_faults(path.name, tables))
    if not isinstance(may_name, list) or not all(isinstance(name, str) for name in may_name):
        faults.append(f'{path.name}: {MAY_NAME}: write a list of names, like ["Oakfield School"].')
        may_name = []
    words = {name: value.strip() for name, value in tables.items() if isinstance(value, str)}
    return OwnWords(words, tuple(may_name), tuple(faults))


def _value_faults(name: str, tables: Mapping[str, Any]) -> Iterator[str]:
    for slot, value in tables.items():
        if not isinstance(value, str):
            yield f'{name}: {slot}: write words in quotation marks, like {slot} = "…".'
        elif len(value.strip().splitlines()) > 1:
            yield (
                f"{name}: {slot}: write it as one paragraph; what needs more goes into the school's own appendix, a "
                "file beside the policy with the word appendix in its name."
            )
        elif not value.strip().isprintable():
            yield f"{name}: {slot}: it holds signs that no document can have; type it anew."
        elif "[[" in value:
            yield f"{name}: {slot}: it holds a marker of a slot itself; write the words alone."


def school_faults(slots: Sequence[Slot], own: OwnWords, slug: str) -> tuple[str, ...]:
    """Return why a school cannot have its version yet, a sentence each: in the order of the document."""
    return (*own.faults, *_missing(slots, own, slug), *_unknown(slots, own, slug))


def list_texts(slots: Sequence[Slot], own: OwnWords) -> list[tuple[str, str]]:
    """Return what will stand in a school's slots, each with how it is called at the beginning of a sentence."""
    said = [(f"The words for {name!r}", words) for name, words in own.words.items()]
    without = [slot for slot in slots if slot.default and not own.words.get(slot.name)]
    return said + [(f"The trust's own words for {slot.name!r}", slot.default or "") for slot in without]


def _missing(slots: Sequence[Slot], own: OwnWords, slug: str) -> Iterator[str]:
    for slot in slots:
        if slot.default is None and not own.words.get(slot.name):
            yield f'The slot {slot.name!r} has no words yet: write {slot.name} = "…" into slots/{slug}.toml.'


def _unknown(slots: Sequence[Slot], own: OwnWords, slug: str) -> Iterator[str]:
    known = {slot.name for slot in slots}
    there = f"its slots are {say_list(sorted(known))}" if known else "it has no slot"
    for name in own.words:
        if name not in known:
            yield f"slots/{slug}.toml has words for {name!r}, which the policy does not have; {there}."


def filling(slot: Slot, own: OwnWords) -> str:
    """Return what stands in a slot at a school: its own words, else what the document says without."""
    return own.words.get(slot.name) or slot.default or ""
