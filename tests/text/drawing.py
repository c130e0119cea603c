"""Patterns to draw texts from with Hypothesis."""

import re

AHEAD = re.compile(r"\(\?=\[[^\]]*\]\)")
"""At the letters in it a pattern is tried, and at no others."""


def everywhere(pattern: re.Pattern[str]) -> re.Pattern[str]:
    """Return a pattern that is tried at every letter: Hypothesis writes what is looked at first as well."""
    ahead = AHEAD.match(pattern.pattern)
    return re.compile(pattern.pattern[ahead.end() if ahead else 0 :], pattern.flags)
