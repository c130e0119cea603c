"""Words around a label and its value: ``words.toml``, which says what each kind is; read when it is first asked for."""

from pathlib import Path

from pipeline.text.phrases import Writing
from pipeline.text.rules import load_rules


def pattern_of(kind: str) -> str:
    """Return a pattern, in a group of its own, of any words of a kind."""
    return load_rules(Path(__file__).with_suffix(".toml")).pattern_of(kind, Writing(gap=" ", some=""))
