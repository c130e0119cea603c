"""Rules are data: what a phrase is met in, and every entry of a file of rules by its example and counter-example."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.findings.obsolete_terms import ObsoleteTerm, load_terms, obsolete_problems
from pipeline.text.lines import list_lines
from pipeline.text.phrases import met_as_whole_words, phrase_mark, phrase_pattern
from tests.evaluate import document_from_text


@pytest.mark.parametrize(
    ("phrase", "met", "not_met"),
    [
        ("safeguarding children('s) board(s)", "SAFEGUARDING Children’s  Boards", "safeguarding boards"),
        ("department [for/of] skills", "Department of Skills", "Department skills"),
        ("(school /teaching and )leadership", "Teaching and Leadership", "teaching"),
        ("data protection act, 1998", "Data Protection Act (1998", "Data Protection 1998"),
        ("LEA(s)", "the LEAs", "leas"),
        ("List 99", "List 99", "list 99"),
    ],
)
def test_a_phrase_is_met_with_what_may_be_missing_and_as_whole_words(phrase: str, met: str, not_met: str) -> None:
    pattern = met_as_whole_words([phrase_pattern(phrase)])
    assert pattern.search(f"Ask {met} now.")
    assert not pattern.search(f"Ask {not_met} now.")
    assert not pattern.search(f"Askx{met}x")


@given(st.sampled_from([phrase for term in load_terms() for phrase in term.phrases]))
def test_the_mark_of_a_phrase_stands_in_every_text_in_which_it_is_met(phrase: str) -> None:
    pattern = met_as_whole_words([phrase_pattern(phrase)])
    for term in load_terms():
        if found := pattern.search(term.example):
            assert phrase_mark(phrase) in " ".join(found[0].casefold().split())


@pytest.mark.parametrize("wrong", ["a (b", "a [b/(c)]", "", "a )b"])
def test_a_phrase_with_a_bracket_too_few_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="no phrase"):
        phrase_pattern(wrong)


def found_in(sentence: str) -> list[str]:
    return [each.message for each in obsolete_problems(list_lines(document_from_text(sentence)))]


@pytest.mark.parametrize("term", load_terms(), ids=lambda term: term.phrases[0])
def test_each_rule_finds_its_example_and_not_its_counter_example(term: ObsoleteTerm) -> None:
    assert len([said for said in found_in(term.example) if said.endswith(f"is out of date: {term.now}.")]) == 1
    assert not [said for said in found_in(term.counter_example) if said.endswith(f"is out of date: {term.now}.")]


def test_rules_stand_in_order_and_no_phrase_twice() -> None:
    phrases = [phrase for term in load_terms() for phrase in term.phrases]
    assert (
        len({phrase.casefold() for phrase in phrases}) >= len(phrases) - 2
    )  # “Becta” and “DfES” are written both ways.
    firsts = [_in_order(term.phrases[0]) for term in load_terms()]
    assert firsts == sorted(firsts)
    assert all(list(term.phrases) == sorted(term.phrases, key=_in_order) for term in load_terms())


def _in_order(phrase: str) -> str:
    return "".join(letter for letter in phrase.casefold() if letter.isalnum() or letter == " ").strip()
