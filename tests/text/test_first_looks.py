"""Looks that come before a pattern and tell where it may be met: nothing is found anywhere else, and nothing less."""

import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipeline.dates import written
from pipeline.labels import listed
from pipeline.model.documents import Block, BlockKind, Span
from pipeline.named import organisation_names, organisation_signs, schools
from pipeline.named.layout import broken
from pipeline.named.left_out import cut_out
from pipeline.named.names.given_names import WrittenSmall, words_in_small
from pipeline.named.roles import before_roles, vocabulary
from pipeline.named.roles.rules import load_wordings
from pipeline.named.roles.vocabulary import RoleMention
from pipeline.named.ties import find
from pipeline.places import line_of_page
from pipeline.text.lines import Line, rows_of
from pipeline.text.needed import in_plain_letters
from pipeline.text.sheet import Sheet
from tests.text.drawing import AHEAD, everywhere
from tests.text.test_rules import RULES

_SIGNS = "".join(map(chr, range(32, 127))) + "\t–—…©’‘“”"
_ODD = _SIGNS + "ſKİıß"
_TEXTS = list(dict.fromkeys(text for _, rule in RULES for text in (rule.example, rule.counter_example)))
_WORDS_TEXT = "The Nest the nest The NEST at Welcome to here School Kite Folk (TN) : – - . ’s ſ staff of"
_SMALL_AND_NOT_TEXT = "kite Kite kite, (kite) kite's kite@elm.example a I no"
_WORDS = st.lists(st.sampled_from(_WORDS_TEXT.split()), max_size=9).map(" ".join)


def _line(text: str) -> Line:
    [line] = rows_of(Sheet([Block(BlockKind.PARAGRAPH, line_of_page(1, 1), (Span(text),))]))
    return line


@pytest.mark.parametrize("text", _TEXTS)
def test_roles_are_looked_for_at_every_stem_of_a_possible_one(text: str) -> None:
    wordings = load_wordings()
    for each in (text, text.upper(), f"d.s.l. {text}", text.replace("s", "ſ"), f"İ{text}"):
        possible = wordings.needed.of(each)
        stems = ((start.start(), vocabulary._stem(start[0])) for start in wordings.starts.finditer(each))
        every = [found for found in stems if wordings.bits_of_stem.get(found[1], 0) & possible]
        looked = vocabulary._starts(each, possible)
        assert [found for found in looked if wordings.bits_of_stem.get(found[1], 0) & possible] == every


@settings(max_examples=300)
@given(st.from_regex(everywhere(before_roles._BEFORE), alphabet=_SIGNS))
def test_whatever_gives_a_role_to_a_name_is_seen_before_it(before: str) -> None:
    found = before_roles._BEFORE.search(before)
    assert found is not None
    assert before_roles._may_give(f"{before}DSL", RoleMention("dsl", len(before), len(before) + 3, "DSL"))


def test_most_roles_are_given_to_nobody_before_them() -> None:
    text = "Tell whoever sits there and afterwards speak with the DSL"
    assert not before_roles._may_give(text, RoleMention("dsl", len(text) - 3, len(text), "DSL"))


@settings(max_examples=200)
@given(st.sampled_from(written._FORMS), st.data())
def test_a_date_is_found_behind_any_number_of_words(form: tuple, data: st.DataObject) -> None:  # type: ignore[type-arg]
    text = data.draw(st.from_regex(everywhere(form[0]), alphabet=_SIGNS))
    plain, far = written.scan_dates(f" {text}"), written.scan_dates(f"{'duck ' * 60}{text}")
    assert [date.date for date in far.dates] == [date.date for date in plain.dates]


def test_dates_are_listed_as_years_from_the_first_letter_on() -> None:
    text = f"{'duck ' * 60}September 20 and 4/2026, {'pond ' * 60}"
    assert listed._stretches(text) == [(0, 114), (130, 384), (515, 625)]


@given(_WORDS, st.sampled_from(("The Nest", "the nest", "Kite Folk", "School")))
def test_a_name_is_cut_out_as_its_pattern_would(text: str, name: str) -> None:
    pattern = r"\s*[–-]?\s*" + re.escape(name) + r"(?:['’]s)?\s*[.:–-]?\s*"
    assert cut_out(text, name) == re.sub(pattern, " ", text, count=1)


@settings(max_examples=200)
@given(st.from_regex(re.compile(rf"\A(?:{organisation_names.one_of('of-it', 'for-it')}) Q"), alphabet=_SIGNS))
def test_whatever_speaks_of_an_organisation_has_a_last_word_that_is_known(run: str) -> None:
    assume("(" not in run)  # which no run of words with capitals has
    assert organisation_names._OF_IT.match(run)
    assert not organisation_names._LAST_OF_IT.isdisjoint(in_plain_letters(run).split())


@settings(max_examples=400)
@given(st.from_regex(re.compile(organisation_signs._BEFORE.pattern), alphabet=_ODD))
def test_whatever_leads_to_a_name_is_seen_before_it(before: str) -> None:
    seen = organisation_signs._may_lead_to(before) or organisation_signs._may_end_label(before)
    assert seen or not organisation_signs._BEFORE.search(before)


@given(st.lists(st.sampled_from(_SMALL_AND_NOT_TEXT.split())).map(" ".join))
def test_a_word_is_written_small_where_it_is_listed(text: str) -> None:
    small = WrittenSmall(text)
    assert {word for word in ("kite", "a", "no", "elm", "Kite") if word in small} == {
        word for word in ("kite", "a", "no", "elm", "Kite") if word in words_in_small(text)
    }


@pytest.mark.slow
@settings(max_examples=200)
@given(st.from_regex(broken._UNFINISHED, fullmatch=True, alphabet=_ODD))
def test_whatever_is_an_unfinished_role_ends_as_one(text: str) -> None:
    assert broken._is_unfinished(text)


_BEGIN_SO = {
    "a day of a month": written._DAY_MONTH_YEAR,
    "a term": written._TERM_YEAR,
    "a school": schools._NAME,
    "a run of words with capitals": organisation_names._RUN,
    "what gives a role": before_roles._BEFORE,
}


@pytest.mark.parametrize("which", _BEGIN_SO)
@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_pattern_begins_at_no_letters_but_those_it_is_tried_at(which: str, data: st.DataObject) -> None:
    pattern = _BEGIN_SO[which]
    assert AHEAD.match(pattern.pattern) is not None
    plain = everywhere(pattern)
    texts = st.from_regex(plain, alphabet=_ODD) | st.sampled_from(_TEXTS) | st.sampled_from(_TEXTS).map(str.upper)
    text = data.draw(texts)
    assert [each.span() for each in pattern.finditer(text)] == [each.span() for each in plain.finditer(text)]


@pytest.mark.parametrize("text", _TEXTS)
def test_a_line_announces_whom_it_would_if_no_end_were_looked_at(text: str) -> None:
    each_end = [
        f"{text.rstrip('. ')}{end}" for end in ("", ":", " is:", " are …", " are", ". The DSL is", " INFORMATION")
    ]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(find, "_that_end_so", lambda _, numbers: list(numbers))
        told = [find.announced.__wrapped__(each) for each in each_end]
    assert [find.announced.__wrapped__(each) for each in each_end] == told
