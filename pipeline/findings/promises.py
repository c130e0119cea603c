"""Find what a document says is done with it: given to new staff, sent to all staff, signed for, on the website.

Only what it says of itself counts ("this policy", "a copy of the policy"). Whether it is so, the register and the
configuration know.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from pipeline.model.facts import Promise, PromiseKind
from pipeline.text.lines import Line
from pipeline.text.needed import Needed
from pipeline.text.phrases import met_as_whole_words, phrase_pattern
from pipeline.text.rules import Rule, load_rules

_SENTENCE_END = re.compile(r"(?<=[.;!?])\s+")
_MAY_PROMISE = re.compile(r"polic(?:y|ies)\b|document\b|\bcop(?:y|ies)\b", re.IGNORECASE)
_TO_WHOM = re.compile(
    r"staff|employee|teacher|colleague|starter|induction|web\s?(?:site|page)|VLE|intranet|learning", re.IGNORECASE
)
_OF_PAPERS = ("polic", "document", "copy", "copies")
_OF_READERS = (
    "staff", "employee", "teacher", "colleague", "starter", "induction", "web", "vle", "intranet", "learning"
)  # fmt: skip
_NEEDED = Needed([_OF_PAPERS, _OF_READERS])
_BOTH = 0b11
_NOT = re.compile(r"\b(?:not|never|unless|if\s+requested|on\s+request)\b", re.IGNORECASE)


_RULES = load_rules(Path(__file__).with_suffix(".toml"))


@cache
def _pattern(rule: Rule) -> re.Pattern[str]:
    return met_as_whole_words(phrase_pattern(phrase, _RULES.words) for phrase in rule.phrases)


def find_promises(lines: Sequence[Line]) -> tuple[Promise, ...]:
    """Return the first promise of each kind with its sentence, in the order of ``PromiseKind``."""
    found: dict[PromiseKind, Promise] = {}
    for line in lines:
        if _NEEDED.of(line.text) != _BOTH or not (_MAY_PROMISE.search(line.text) and _TO_WHOM.search(line.text)):
            continue
        for promise in _promises_of(line):
            found.setdefault(promise.kind, promise)
    return tuple(found[kind] for kind in PromiseKind if kind in found)


def _promises_of(line: Line) -> Iterator[Promise]:
    for sentence in _SENTENCE_END.split(line.text):
        if _NOT.search(sentence) or not _MAY_PROMISE.search(sentence):
            continue
        for rule in _RULES.rules:
            match = _pattern(rule).search(sentence)
            if match:
                yield Promise(PromiseKind(rule.kind), " ".join(match[0].split()), line.where)
