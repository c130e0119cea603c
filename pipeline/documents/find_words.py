"""Find words that were read from a document at the place they were read from, letter by letter.

What is read is tidied: spaces are evened out, lines and cells joined, hyphens at the ends of lines taken out. So words
are held against a text by their letters alone, and nothing is found that begins or ends inside another word.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.documents.pdf.repair import plain_letters

_JOINS = "; "


@dataclass(frozen=True, slots=True)
class WordSpan:
    """Where words stand in a text: ``text[start:end]``."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Letter:
    text: str
    """One character, after repair."""
    at: int
    """Position in the text."""
    begins: bool
    """A space, or the text's beginning, stands right before it."""


def find_words(text: Sequence[str], words: str) -> list[WordSpan]:
    """Return every place of ``text`` at which ``words`` stand, from the first to the last; none overlap.

    ``text`` is a string, or the letters of a page one by one, where a letter may be a ligature. Spaces of every kind
    are passed over; where the words do not stand as they are written, marks and hyphens are passed over too.
    """
    letters = list(_letters(text))
    return _find(letters, words) or _find([each for each in letters if each.text.isalnum()], words, marks=False)


def find_parts(text: Sequence[str], words: str) -> list[list[WordSpan]]:
    """Return where ``words`` stand; where they do not stand as a whole, where each part between semicolons does.

    A semicolon joins what was read at several places: names of several people, several dates.
    """
    whole = find_words(text, words)
    if whole or _JOINS not in words:
        return [whole]
    return [find_words(text, part) for part in dict.fromkeys(words.split(_JOINS))]


def _letters(text: Sequence[str]) -> Iterator[_Letter]:
    begins = True
    for at, written in enumerate(text):
        for letter in plain_letters(written):
            if letter.isspace():
                begins = True
                continue
            yield _Letter(letter, at, begins)
            begins = False


def _find(letters: Sequence[_Letter], words: str, *, marks: bool = True) -> list[WordSpan]:
    wanted = "".join(each.text for each in _letters(words) if marks or each.text.isalnum())
    held = "".join(each.text for each in letters)
    found: list[WordSpan] = []
    at = held.find(wanted) if wanted else -1
    while at >= 0:
        end = at + len(wanted)
        if _is_edge(letters, at) and _is_edge(letters, end):
            found.append(WordSpan(letters[at].at, letters[end - 1].at + 1))
            at = held.find(wanted, end)
        else:
            at = held.find(wanted, at + 1)
    return found


def _is_edge(letters: Sequence[_Letter], at: int) -> bool:
    """Whether a word or a number ends before a letter, so that no part of one is taken for the whole."""
    if not 0 < at < len(letters) or letters[at].begins:
        return True
    # Letters that are no neighbours had a mark between them, which was passed over.
    before, after = letters[at - 1], letters[at]
    one_word = (before.text.isalpha() and after.text.isalpha()) or (before.text.isdigit() and after.text.isdigit())
    return after.at - before.at > 1 or not one_word
