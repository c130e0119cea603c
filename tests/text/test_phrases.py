"""What a phrase of a rule is met in."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.findings.obsolete_terms import load_terms
from pipeline.text.phrases import (
    Writing,
    met_as_whole_words,
    one_of_words,
    phrase_endings,
    phrase_mark,
    phrase_needs,
    phrase_openings,
    phrase_pattern,
)


def test_of_words_the_longest_that_fits_counts_whatever_parts_it() -> None:
    found = re.match(one_of_words(("statement", "statement of intent", "p.s.")), "statement of\u00a0intent")
    assert found is not None
    assert found[0] == "statement of\u00a0intent"
    assert re.fullmatch(one_of_words(("statement of intent",), " "), "statement of\u00a0intent") is None
    assert re.fullmatch(one_of_words(("p.s.",)), "pass") is None


@pytest.mark.parametrize(
    ("phrase", "met", "not_met"),
    [
        ("safeguarding children('s) board(s)", "SAFEGUARDING Children’s  Boards", "safeguarding boards"),
        ("department [for/of] skills", "Department of Skills", "Department skills"),
        ("(school /teaching and )leadership", "Teaching and Leadership", "teaching"),
        ("data protection act, 1998", "Data Protection Act (1998", "Data Protection 1998"),
        ("LEA(s)", "the LEAs", "leas"),
        ("List 99", "List 99", "list 99"),
        ("date (of (the )next )review", "date of next review", "date next review"),
        ("review( date/ due/ by)*", "review date by", "reviewed"),
        ("reviewed{s}", "Reviewed(s)", "review"),
        ("next {up to 2 words} review", "next full formal review", "next very full formal review"),
        ("[given/sent] … staff", "given in time to our staff", "given. Our staff"),
        (r"either\/or", "either/or", "either"),
    ],
)
def test_a_phrase_is_met_with_what_may_be_missing_and_as_whole_words(phrase: str, met: str, not_met: str) -> None:
    pattern = met_as_whole_words([phrase_pattern(phrase)])
    assert pattern.search(f"Ask {met} now.")
    assert not pattern.search(f"Ask {not_met} now.")
    assert not pattern.search(f"Askx{met}x")


@given(st.sampled_from([phrase for term in load_terms() for phrase in term.rule.phrases]))
def test_the_mark_of_a_phrase_stands_in_every_text_in_which_it_is_met(phrase: str) -> None:
    pattern = met_as_whole_words([phrase_pattern(phrase)])
    for term in load_terms():
        if found := pattern.search(term.rule.example):
            assert phrase_mark(phrase) in " ".join(found[0].casefold().split())


@pytest.mark.parametrize("wrong", ["a (b", "a [b/(c]", "", "a )b", "a/b", "a*", "{b"])
def test_a_phrase_with_a_bracket_too_few_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="no phrase"):
        phrase_pattern(wrong)


def test_words_in_braces_are_those_of_the_file_and_parted_as_its_texts_are() -> None:
    words = {"review": ("review", "revision")}
    pattern = phrase_pattern("next {review} date", words, Writing(gap=r"[\x20\n]*", some=""))
    assert re.fullmatch(pattern, "NextRevisiondate")
    with pytest.raises(ValueError, match="no list of words"):
        phrase_pattern("next {updates}", words)


@pytest.mark.parametrize(
    ("phrase", "openings"),
    [
        ("date of review", {"date"}),
        ("(date of )[review/update]", {"date", "review", "update"}),
        ("(the )*{review}", {"the", "review", "revision"}),
        ("(the ){word} date", {"the", ""}),
    ],
)
def test_how_a_phrase_may_open(phrase: str, openings: set[str]) -> None:
    assert phrase_openings(phrase, {"review": ("review", "revision")}) == openings


@pytest.mark.parametrize(
    ("phrase", "endings"),
    [
        ("approved by", {"by"}),
        ("next review( date)", {"review", "date"}),
        ("the [owner/Author]", {"owner", "author"}),
        ("date of {review}\\:", {":"}),
        ("date of {review}( due)", {"review", "revision", "due"}),
        ("contact [{review}/us]", {"review", "revision", "us"}),
        ("the heads'", {""}),
        ("seen by {word}", {""}),
    ],
)
def test_how_a_phrase_may_end(phrase: str, endings: set[str]) -> None:
    assert phrase_endings(phrase, {"review": ("review", "revision")}) == endings


def test_a_phrase_needs_a_word_of_each_place_that_cannot_be_missing() -> None:
    words = {"area": ("child(ren) protection", "cp"), "person": ("lead(er)", "member of staff")}
    needs = phrase_needs("(senior )designated {area} {person}", words, most=4)
    assert {frozenset(letters) for letters in needs if letters} == {
        frozenset({"designated"}),
        frozenset({"protection", "cp"}),
        frozenset({"lead", "member"}),
    }
    assert phrase_needs("[a/lead] for {word}", words, most=1) == (("for",),)
