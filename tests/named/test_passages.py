"""Roles named in a text are found, whichever way they are worded."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.named.roles.passages import _IN_EVERY_LABEL, _LABELS, IN_ANY_ROLE, OTHER, find_labels, words_of_role
from pipeline.named.roles.vocabulary import _PATTERNS, _TRIGGER
from pipeline.named.scene import Scene
from pipeline.places import read_place
from pipeline.text.passages import Passage

_LETTERS = st.characters(max_codepoint=127)


@pytest.mark.parametrize("pattern", [pattern for _, pattern in _LABELS])
def test_no_wording_of_a_role_is_passed_over_by_the_look_before_the_search(pattern: str) -> None:
    @settings(max_examples=25, deadline=None)
    @given(st.from_regex(re.compile(pattern, re.IGNORECASE | re.ASCII), fullmatch=True, alphabet=_LETTERS))
    def every(words: str) -> None:
        folded = words.casefold().replace("ı", "i")
        assert any(each in folded for each in _IN_EVERY_LABEL), words

    every()


@pytest.mark.parametrize("pattern", [pattern for _, pattern in (*_LABELS, *_PATTERNS)])
def test_every_wording_of_a_role_holds_a_word_of_that_role(pattern: str) -> None:
    @settings(max_examples=40, deadline=None)
    @given(st.from_regex(re.compile(pattern, re.IGNORECASE | re.ASCII), fullmatch=True, alphabet=_LETTERS))
    def every(words: str) -> None:
        for label in find_labels(words):
            folded = words[label.start : label.end].casefold().replace("ı", "i")
            assert any(each in folded for each in words_of_role(label.role)), (label, words)

    every()


@settings(max_examples=200, deadline=None)
@given(st.from_regex(_TRIGGER, fullmatch=True))
def test_no_trigger_of_a_role_is_passed_over_by_the_look_at_the_whole_document(words: str) -> None:
    assert any(each in words for each in IN_ANY_ROLE), words


_PIECES = (
    "DSL", "Safe guarding lead", "cla\u017f\u017f teacher", "children in care", "cler\u212a to the governors",
    "le\u00adad", "D\u0130 SENCO", "pr\u0131ncipal", "the", "\n", " ", "e\u0301", "head of", "HEADTEACHER",
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(st.sampled_from(_PIECES), max_size=4).map(" ".join), max_size=6))
def test_a_document_looked_at_together_names_the_roles_that_its_paragraphs_name(texts: list[str]) -> None:
    scene = Scene([Passage(read_place("body"), text) for text in texts])
    assert [scene.labels(index) for index in range(len(texts))] == [find_labels(text) for text in texts]
    for role in ("dsl", "deputy-dsl", "headteacher", "chair-of-governors", "senco", "clerk", OTHER):
        named = [index for index, text in enumerate(texts) if any(each.role == role for each in find_labels(text))]
        assert scene.naming({role}) == tuple(named), role
    assert scene.naming({"dsl", OTHER}) == tuple(sorted({*scene.naming({"dsl"}), *scene.naming({OTHER})}))
