"""Read the files of rules that stand beside the modules using them: phrases with a kind, an example and what is none.

A file is TOML. ``[words]`` has lists of phrases that others name in braces; each ``[[rule]]`` has

- ``kind``: what the rule is for, in the words of the module that reads the file;
- ``phrases``: as ``text.phrases`` understands them, in the order of the alphabet;
- ``example`` and ``counter_example``: what it is met in, and what looks alike and is not it.

What else a rule may have, its module names (``more``). ``twice`` lists what stands under two kinds on purpose. One
test, ``tests/text/test_rules.py``, runs every file: each example fires its own rule and no counter-example does.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from pipeline.text.phrases import (
    PROSE,
    Words,
    Writing,
    letters_asked,
    parse_phrase,
    phrase_pattern,
    spellings,
)

_PACKAGE = Path(__file__).resolve().parent.parent
_KEYS = ("kind", "phrases", "example", "counter_example")


@dataclass(frozen=True, slots=True)
class Rule:
    """One entry of a file of rules."""

    file: str
    """Below the package, ``labels/listed.toml``."""
    kind: str
    phrases: tuple[str, ...]
    example: str
    counter_example: str
    more: Mapping[str, Any] = field(hash=False)
    """What only the rules of this file have."""

    def name(self, phrase: str | None = None) -> str:
        """Return what tells the rule, or one phrase of it, from all others: file, kind and phrase."""
        return f"{self.file}: {self.kind}, “{phrase or self.phrases[0]}”"


@dataclass(frozen=True, slots=True)
class RuleFile:
    """The rules of a file in their order, with its lists of words."""

    rules: tuple[Rule, ...]
    words: Words
    twice: frozenset[str]

    def phrases_of(self, kind: str) -> tuple[str, ...]:
        """Return every phrase of a kind."""
        return tuple(phrase for rule in self.rules if rule.kind == kind for phrase in rule.phrases)

    def pattern_of(self, kind: str, writing: Writing = PROSE) -> str:
        """Return a regular expression, in a group of its own, that any phrase of a kind fits.

        Where several fit at one place the one that asks for the most letters counts.
        """
        phrases = sorted(self.phrases_of(kind), key=letters_asked, reverse=True)
        return f"(?:{'|'.join(phrase_pattern(phrase, self.words, writing) for phrase in phrases)})"

    def words_of(self, *kinds: str) -> frozenset[str]:
        """Return every spelling of the phrases of some kinds."""
        return frozenset(word for kind in kinds for phrase in self.phrases_of(kind) for word in spellings(phrase))


class WordsOf(Protocol):
    """Gives the words of kinds of one file."""

    def __call__(self, *kinds: str) -> frozenset[str]:
        """Return every spelling of the phrases of some kinds."""


def words_beside(module: str) -> WordsOf:
    """Return what gives the words of the file of rules beside a module, which is read when they are first asked for."""
    path = Path(module).with_suffix(".toml")

    @cache
    def words_of(*kinds: str) -> frozenset[str]:
        return load_rules(path).words_of(*kinds)

    return words_of


@cache
def load_rules(path: Path, more: Sequence[str] = ()) -> RuleFile:
    """Return the rules of a file.

    Raises:
        ValueError: a rule lacks something, or has what neither every rule nor ``more`` knows; or a phrase is none.
    """
    with path.open("rb") as file:
        read = tomllib.load(file)
    name = path.resolve().relative_to(_PACKAGE).as_posix() if path.resolve().is_relative_to(_PACKAGE) else path.name
    rules = tuple(_rule(name, entry, more) for entry in read.pop("rule"))
    words = {key: tuple(phrases) for key, phrases in read.pop("words", {}).items()}
    twice = frozenset(read.pop("twice", ()))
    if read:
        raise ValueError(f"{name} has {', '.join(read)}, which no file of rules knows")
    return RuleFile(rules, words, twice)


def _rule(name: str, entry: Mapping[str, Any], more: Sequence[str]) -> Rule:
    unknown, missing = set(entry) - {*_KEYS, *more}, [key for key in _KEYS if not entry.get(key)]
    if unknown or missing:
        raise ValueError(f"a rule of {name} lacks {missing} or has {sorted(unknown)}: {dict(entry)}")
    for phrase in entry["phrases"]:
        parse_phrase(phrase)
    others = {key: value for key, value in entry.items() if key not in _KEYS}
    return Rule(name, entry["kind"], tuple(entry["phrases"]), entry["example"], entry["counter_example"], others)
