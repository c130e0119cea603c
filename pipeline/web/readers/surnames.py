"""Keep the surname that a form asks for off the page around it: a program can fill in the words that it finds there.

Where a reader shares the surname with a person in the safety lines, its initial stands in those lines. Where it stands
on the page all the same, as a word of a title or an ordinary one, the form wants first name and surname together.
"""

import html
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from pipeline.contacts.safety_lines import Line, LinePiece, SafetyLines
from pipeline.model.people import Person
from pipeline.named.names.letters import letters_of
from pipeline.named.names.likeness import same_surname

_MOST_WORDS = 4
"""Of which a surname may be made up: García López, van der Berg."""
_TAG = re.compile(r"<[^>]*>")
_SAID = re.compile(r'\b(?:alt|title|aria-label|placeholder)="([^"]*)"')
_UNSEEN = re.compile(r"<(style|script)\b.*?</\1>", re.DOTALL | re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_PLAIN = re.compile(r"[a-z]+")


def prints_surname(page: str, surname: str) -> bool:
    """Return whether a page shows ``surname`` as words, whatever its capitals, accents and hyphens."""
    wanted = letters_of(surname)
    longest = max(_PLAIN.findall(surname.casefold()), key=len, default="")
    if not wanted or longest not in page.casefold():
        return False
    seen = _UNSEEN.sub(" ", page)
    text = " ".join((_TAG.sub(" ", seen), *_SAID.findall(seen)))
    return _stands_in(html.unescape(text), wanted)


def _stands_in(text: str, wanted: str) -> bool:
    words = _WORD.findall(unicodedata.normalize("NFC", text.casefold()))
    begins = (place for place, word in enumerate(words) if word[0] == wanted[0] or not word[0].isascii())
    return any(_begins_with(words[place : place + _MOST_WORDS], wanted) for place in begins)


def _begins_with(words: Sequence[str], wanted: str) -> bool:
    """Return whether the first of some words, or the first few together, are ``wanted``."""
    found = ""
    for word in words:
        found += letters_of(word)
        if found == wanted:
            return True
        if not wanted.startswith(found):
            return False
    return False


def without_surname(lines: SafetyLines, surname: str) -> SafetyLines:
    """Return the safety lines with the initial of ``surname`` in its place, where one of them names it."""
    wanted = letters_of(surname)
    if not wanted:
        return lines
    child, others, first = (_line_without(line, wanted) for line in (lines.child, lines.others, lines.first))
    return replace(lines, child=child, others=others, first=first)


def _line_without(line: Line, wanted: str) -> Line:
    return tuple(_piece_without(piece, wanted) for piece in line)


def _piece_without(piece: LinePiece, wanted: str) -> LinePiece:
    if not piece.strong or not _stands_in(piece.words, wanted):
        return piece
    words = piece.words.split(" ")
    for length in range(1, len(words) + 1):
        for place in range(len(words) - length + 1):
            if _stands_in(" ".join(words[place : place + length]), wanted):
                initial = f"{words[place][:1]}."
                return replace(piece, words=" ".join((*words[:place], initial, *words[place + length :])))
    return piece


def greeting_name(person: Person) -> str:
    """Return the first name to greet a reader by; empty where there is none, or the surname stands in it."""
    first = person.first_name.strip()
    wanted = letters_of(person.last_name)
    return "" if not wanted or _stands_in(first, wanted) else first


def is_answered(typed: str, person: Person, *, both_names: bool) -> bool:
    """Return whether a reader typed their surname, or, with ``both_names``, their first name and surname.

    Where no first name is known the surname is enough.
    """
    if both_names and person.first_name.strip():
        return same_surname(typed, f"{person.first_name} {person.last_name}")
    return same_surname(typed, person.last_name)
