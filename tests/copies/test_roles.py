"""Roles named in a text are found, whichever way they are worded."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.copies.roles import _LABELS, IN_EVERY_LABEL

_LETTERS = st.characters(max_codepoint=127)


@pytest.mark.parametrize("pattern", [pattern for _, pattern in _LABELS])
def test_no_wording_of_a_role_is_passed_over_by_the_look_before_the_search(pattern: str) -> None:
    @settings(max_examples=25, deadline=None)
    @given(st.from_regex(re.compile(pattern, re.IGNORECASE | re.ASCII), fullmatch=True, alphabet=_LETTERS))
    def every(words: str) -> None:
        folded = words.casefold().replace("ı", "i")
        assert any(each in folded for each in IN_EVERY_LABEL), words

    every()
