"""Rows to write on, and words that repeat: a pattern goes through them once and takes them apart in one way."""

import re
import time

import pytest

from pipeline.catalogue import editions
from pipeline.facts.titles import look
from pipeline.plan import header


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (look._NO_TITLE, "_" * 44 + " would be"),
        (header._BLANK_TAIL, "_" * 44 + " would be"),
        (header._BLANK_TAIL, "." * 44 + " would be"),
        (editions._BETWEEN, "a " * 44 + "pond"),
    ],
)
def test_a_long_row_is_gone_through_at_once(pattern: re.Pattern[str], text: str) -> None:
    started = time.perf_counter()
    pattern.fullmatch(text)
    assert time.perf_counter() - started < 1
