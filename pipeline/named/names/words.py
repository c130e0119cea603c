"""Words that are no names, names that are words too, posts and particles: ``words.toml``, which says what each kind is.

For whoever reads or takes apart a name. The file is read when a word is first asked about, as most commands never ask.
"""

from functools import cache
from pathlib import Path

from pipeline.text.rules import load_rules


@cache
def words_of(*kinds: str) -> frozenset[str]:
    """Return every word of some kinds, in small letters."""
    return load_rules(Path(__file__).with_suffix(".toml")).words_of(*kinds)
