"""Words beside names and roles that tell of another post or task, or of nothing: ``words.toml`` says what each is.

Read when a word is first asked about.
"""

from pathlib import Path

from pipeline.text.phrases import Writing
from pipeline.text.rules import load_rules, words_beside

words_of = words_beside(__file__)
"""Returns every word of some kinds, in small letters."""


def pattern_of(kind: str, gap: str = " ") -> str:
    """Return a pattern, in a group of its own, of any phrase of a kind; ``gap``: of what parts its words."""
    return load_rules(Path(__file__).with_suffix(".toml")).pattern_of(kind, Writing(gap=gap, some=""))
