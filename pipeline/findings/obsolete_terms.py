"""Bodies, titles and schemes that are gone, and what each is called now.

A name that the text itself puts in the past ("formerly the CRB") is right and no finding.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipeline.model.facts import Problem
from pipeline.text.lines import Line
from pipeline.text.phrases import met_as_whole_words, phrase_mark, phrase_pattern
from pipeline.text.rules import Rule, load_rules
from pipeline.wording import say_count

_TERMS = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True, slots=True)
class ObsoleteTerm:
    """A name that is out of use: one rule of ``obsolete_terms.toml``, which says what its parts mean."""

    rule: Rule
    now: str
    """What to write, as the end of a sentence."""
    pattern: re.Pattern[str]
    marks: tuple[str, ...]
    """Words in small letters of which a text that has the term has at least one."""


_PAST = re.compile(
    r"\b(?:formerly|previously|former|used\s+to|replac\w+|supersed\w+|known\s+as|(?:was|were|been)\s+(?:called|abolished)"
    r"|abolish\w+|no\s+longer|took\s+over|taken\s+over|merged|predecessors?|old)\b|\bnow\s+(?:the|called|known|DBS|an?)\b",
    re.IGNORECASE,
)
_LIST_OF_REPLACED = re.compile(r"\b(?:replac(?:es|ed|ing)|supersed(?:es|ed|ing)|repeal(?:s|ed|ing))\b[^.;]{0,140}$")
"""An enumeration whose last names stand far from the verb: "replaces the … Act 1976, the … Act 1995 and"."""
_NEAR_LETTERS = 50


def obsolete_problems(lines: Sequence[Line]) -> Iterator[Problem]:
    """Yield a minor finding ``obsolete-term`` for each name that is out of use, with its first place."""
    whole = " ".join(" ".join(line.text.casefold().replace("(", " ").split()) for line in lines)
    for term in load_terms():
        if not any(mark in whole for mark in term.marks):
            continue
        found = [
            (match, line) for line in lines for match in term.pattern.finditer(line.text) if not _is_past(line, match)
        ]
        if found:
            match, line = found[0]
            more = f" and {say_count(len(found) - 1, 'other place')}" if len(found) > 1 else ""
            words = " ".join(match[0].split())
            yield Problem("obsolete-term", f"“{words}” ({line.where}{more}) is out of date: {term.now}.", minor=True)


@cache
def load_terms() -> tuple[ObsoleteTerm, ...]:
    """Return the names that are out of use, in the order of the file."""
    return tuple(map(_term, load_rules(_TERMS, ("now", "not_before")).rules))


def _term(rule: Rule) -> ObsoleteTerm:
    not_before = map(phrase_pattern, rule.more.get("not_before", ()))
    pattern = met_as_whole_words(map(phrase_pattern, rule.phrases), not_before)
    return ObsoleteTerm(rule, rule.more["now"], pattern, tuple(map(phrase_mark, rule.phrases)))


def _is_past(line: Line, match: re.Match[str]) -> bool:
    near = line.text[max(0, match.start() - _NEAR_LETTERS) : match.start()]
    if _LIST_OF_REPLACED.search(line.text, max(0, match.start() - 3 * _NEAR_LETTERS), match.start()):
        return True
    return bool(_PAST.search(near) or _PAST.search(line.text[match.end() : match.end() + _NEAR_LETTERS]))
