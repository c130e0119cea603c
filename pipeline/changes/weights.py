"""What the words weigh that differ between two texts: whether a reader may have to do something otherwise.

A comparison cannot tell what a sentence means. It can tell that a word mended in its spelling, a mark, an article or
one plain word for another changes no duty, and that who, when, how much, whether and a word put in or left out may.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pipeline.changes.compare import CELL, WordEdit
from pipeline.text.phrases import spellings
from pipeline.text.rules import load_rules

_OPPOSITES = ("un", "in", "im", "ir", "il", "dis", "non", "non-")
_SPELLING_PERCENT = 80
_SHORTEST_MISSPELT = 5
"""Letters. Among shorter words one letter makes another word: not and now."""

_RULES = load_rules(Path(__file__).with_suffix(".toml"))
_LIGHT = _RULES.words_of("light")
"""May come or go without notice."""
_MEANINGS = {
    word: min(spellings(phrase))
    for rule in _RULES.rules
    if rule.kind != "light"
    for phrase in rule.phrases
    for word in spellings(phrase)
}
"""By word its meaning; a change from one meaning to another, or of one that comes or goes, is weighty."""
_CONTRACTIONS = {
    "can't": ("can", "not"),
    "cannot": ("can", "not"),
    "won't": ("will", "not"),
    "shan't": ("shall", "not"),
}
_CHOICES = re.compile(r"[✓✔✗✘☐☑☒☓×✕✖£$€%<>≤≥±+=-]|" + re.escape(CELL))
"""Marks that say yes or no, or what a figure means; and that words went to another cell or place."""


def is_weighty(edit: WordEdit) -> bool:
    """Return whether what was taken out and put in at one place of a text may change what a reader has to do."""
    removed, added = list(_words(edit.removed)), list(_words(edit.added))
    if not removed or not added:
        return any(_counts(word) for word in (*removed, *added))
    if _are_spelt_alike(removed, added):
        return False
    return _weights(removed) != _weights(added) or _are_unequal(removed, added)


def _words(words: Iterable[str]) -> Iterator[str]:
    """Yield words without the quotation marks at their ends, contractions in full."""
    for each in words:
        word = each.strip("'’") or each
        if word in _CONTRACTIONS:
            yield from _CONTRACTIONS[word]
        elif word.endswith("n't"):
            yield from (word[:-3], "not")
        else:
            yield word


def _counts(word: str) -> bool:
    """Return whether a word that came or went by itself says something: no mark, no article and the like."""
    return bool(_weight(word)) or (word[0].isalnum() and word not in _LIGHT)


def _weight(word: str) -> str | None:
    """Return what a weighty word means; figures and marks of choice mean themselves."""
    if any(character.isdigit() for character in word) or _CHOICES.fullmatch(word):
        return word
    return _MEANINGS.get(word)


def _weights(words: Sequence[str]) -> Counter[str]:
    return Counter(weight for word in words if (weight := _weight(word)))


def _are_spelt_alike(removed: Sequence[str], added: Sequence[str]) -> bool:
    """Return whether each word is the other one mended, or both are the same letters parted otherwise."""
    if _letters(removed) == _letters(added):
        return _weights(removed) == _weights(added) or not (_CHOICES.search("".join((*removed, *added))))
    return len(removed) == len(added) and all(map(_is_mended, removed, added))


def _letters(words: Sequence[str]) -> str:
    return "".join(words).replace("-", "")


def _is_mended(one: str, other: str) -> bool:
    from rapidfuzz import fuzz

    if one == other:
        return True
    if any(character.isdigit() for character in one + other) or min(len(one), len(other)) < _SHORTEST_MISSPELT:
        return False
    if any(prefix + one == other or prefix + other == one for prefix in _OPPOSITES):
        return False
    if _weight(one) and _weight(other):
        return _weight(one) == _weight(other)
    return fuzz.ratio(one, other) >= _SPELLING_PERCENT


def _are_unequal(removed: Sequence[str], added: Sequence[str]) -> bool:
    """Return whether one side says more than a word beyond the other, or the opposite of it."""
    before, after = ([word for word in words if _counts(word)] for words in (removed, added))
    if abs(len(before) - len(after)) > 1 or bool(before) != bool(after):
        return True
    return any(prefix + one in after or one == prefix + two for one in before for two in after for prefix in _OPPOSITES)
