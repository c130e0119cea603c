"""One look a word for the letters that many patterns need: what they let through, and that no rule is lost by it."""

import re
from functools import cache

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipeline.labels import listed
from pipeline.named import schools
from pipeline.named.roles import vocabulary
from pipeline.named.roles.rules import Wording, load_wordings
from pipeline.named.ties import find
from pipeline.text.needed import Needed, in_plain_letters, one_of_letters, without_longer
from tests.text.test_rules import RULES

_SIGNS = "".join(map(chr, range(32, 127))) + "\tſKıİéß…©’‘“”"
_TEXTS = list(dict.fromkeys(text for _, rule in RULES for text in (rule.example, rule.counter_example)))


@cache
def _wordings() -> tuple[Wording, ...]:
    return tuple(dict.fromkeys(each for wordings in load_wordings().by_stem.values() for each in wordings))


def test_each_thing_is_told_by_one_of_its_letters() -> None:
    needed = Needed([("approv", "ratif"), ("lead",), ()])
    assert needed.of("Ratified in May") == 0b101
    assert needed.of("The LEADERSHIP approves") == 0b111
    assert needed.of("app rove") == 0b100


def test_what_is_added_later_is_found_in_words_that_were_seen_before() -> None:
    assert Needed([("quorra",)]).of("Quorra Tansley") == 1
    assert Needed([("tans",)]).of("Quorra Tansley") == 1


def test_a_thing_begins_behind_no_other_letter() -> None:
    needed = Needed([("verdant",), ()], begins=[("ver",), ("ov",)])
    assert needed.of("Verdant (overdue)") == 0b11
    assert needed.of("overdant") == 0b10
    assert needed.of("Eßverdant") == 0b11
    assert needed.of("verbose") == 0


def test_a_thing_may_need_letters_of_several_lists() -> None:
    needed = Needed([("sallow",), ("osier",)], [("hazel", "rowan"), ()])
    assert needed.of("sallow and rowan") == 0b01
    assert needed.of("sallow and osier") == 0b10


@pytest.mark.parametrize("letters", ["a", "two words", "Capital", "é…"])
def test_letters_that_cannot_be_looked_for_are_refused(letters: str) -> None:
    with pytest.raises(ValueError, match="cannot be looked for"):
        Needed([(letters,)])


@given(st.lists(st.text("abc", min_size=2, max_size=4), min_size=1, max_size=6), st.text("abcABC \n", max_size=20))
def test_letters_are_found_wherever_they_stand_in_a_word(letters: list[str], text: str) -> None:
    found = Needed([(each,) for each in letters]).of(text)
    assert [bool(found >> number & 1) for number in range(len(letters))] == [each in text.lower() for each in letters]


@given(st.sampled_from("abcdefghijklmnopqrstuvwxyz"), st.characters())
def test_whatever_a_pattern_takes_for_a_letter_is_that_letter(letter: str, sign: str) -> None:
    if re.fullmatch(letter, sign, re.IGNORECASE):
        assert letter in in_plain_letters(sign)


@pytest.mark.parametrize("sign", ["ſ", "K", "ı", "İ"])
def test_odd_signs_that_patterns_take_for_letters_are_those(sign: str) -> None:
    letter = next(each for each in "abcdefghijklmnopqrstuvwxyz" if re.fullmatch(each, sign, re.IGNORECASE))
    assert letter in in_plain_letters(sign)


@given(st.lists(st.text("ab.", max_size=4)), st.text("ab.", max_size=6))
def test_choices_with_shared_beginnings_fit_as_the_longest_first(choices: list[str], text: str) -> None:
    plain = "|".join(map(re.escape, sorted(choices, key=len, reverse=True)))
    one, other = re.match(one_of_letters(choices), text), re.match(plain, text)
    assert (one and one[0]) == (other and other[0])


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(listed._PHRASES) - 1), st.data())
def test_every_label_has_the_letters_of_its_phrase(number: int, data: st.DataObject) -> None:
    before = data.draw(st.sampled_from(("", "- ", "Bream", "BRE", "ſ", "ß", "İ", "’")))
    text = before + data.draw(st.from_regex(re.compile(rf"\A{listed._pattern(number).pattern}"), alphabet=_SIGNS))
    begins = (word.start() for word in listed._WORD.finditer(text))
    assume(any(listed._pattern(number).match(text, at) for at in begins))
    assert any(number in listed._begun_by(word["run"]) for word in listed._WORD.finditer(text))


@settings(max_examples=75, deadline=None)
@given(st.data())
def test_every_role_has_the_letters_of_its_wording(data: st.DataObject) -> None:
    wording = data.draw(st.sampled_from(_wordings()))
    words = re.compile(rf"\A{wording.pattern.pattern}", wording.pattern.flags)
    text = (
        data.draw(st.sampled_from(("", "- ", "é", "“", "ß", "İ - ")))
        + data.draw(st.from_regex(words, alphabet=_SIGNS))
        + (" designated safeguarding lead" * wording.before_lead)
    )
    assert load_wordings().needed.of(text) & wording.bit


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_every_tie_has_the_letters_and_signs_of_its_phrase(data: st.DataObject) -> None:
    telling = data.draw(st.sampled_from(find._tellings()))
    pattern, signs = re.compile(telling.pattern.pattern, telling.pattern.flags), "\ue000\ue001\ue002\ue003"
    text = data.draw(st.from_regex(pattern, alphabet=_SIGNS + signs))
    assert telling in find._possible(text)
    assert [each.span() for each in telling.met_in(text)] == [each.span() for each in pattern.finditer(text)]


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_every_school_has_the_letters_of_a_kind_of_school(data: st.DataObject) -> None:
    name = re.compile(schools._NAME.pattern, schools._NAME.flags)
    assert schools._OF_KINDS.of(data.draw(st.from_regex(name, alphabet=_SIGNS)))


@pytest.mark.parametrize("text", _TEXTS)
def test_the_look_before_changes_nothing_in_the_examples_of_all_rules(text: str) -> None:
    wordings = load_wordings()
    every, possible = sum(each.bit for each in _wordings()), wordings.needed.of(text)
    found = list(vocabulary._matches(text, every))
    assert list(vocabulary._matches(text, possible)) == found
    assert bool(possible & wordings.alone) or not found


_LETTERS = st.text("abc", max_size=3)


@given(st.frozensets(_LETTERS.filter(bool), max_size=8), st.text("abc ", max_size=12))
def test_a_text_with_any_word_has_one_that_holds_no_other(words: frozenset[str], text: str) -> None:
    fewest = without_longer(words)
    assert set(fewest) <= words
    assert any(word in text for word in fewest) is any(word in text for word in words)
    assert not any(one in other for one in fewest for other in fewest if one != other)
