"""Words beside names and roles that tell of another post or task, or of nothing: ``words.toml`` says what each is.

Read when a word is first asked about.
"""

from functools import cache
from pathlib import Path

from pipeline.text.phrases import Writing
from pipeline.text.rules import RuleFile, load_rules

_WRITING = Writing(gap=" ", some="")


@cache
def words_of(kind: str) -> frozenset[str]:
    """Return every word of a kind, in small letters."""
    return _rules().words_of(kind)


def pattern_of(kind: str) -> str:
    """Return a pattern, in a group of its own, of any phrase of a kind."""
    return _rules().pattern_of(kind, _WRITING)


def _rules() -> RuleFile:
    return load_rules(Path(__file__).with_suffix(".toml"))
