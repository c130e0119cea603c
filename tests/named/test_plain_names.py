"""One pattern for all plain names finds what a pattern of each name finds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.named import namesakes
from pipeline.named.names import plain_names, spellings
from pipeline.named.names.parts import PersonName, parse_name
from pipeline.named.names.spellings import NameForm, find_forms

_PIECES = (
    "Ann", "ANN", "ann", "A.", "A", "Annie", "Lister", "LISTER", "lister", "Liſter", "Lıster", "Bo", "B.", "Hall",
    "Mrs", "Mr.", "Dr", "the", "doctor.", "in", "Road", "and", ",", ", ", ".", " ", "  ", "\n", "\t", "\u00a0", "-",
    "’s", "'", "s", "@", "x", "é", "DSL", "(", "`", "7",
)  # fmt: skip
_TEXTS = st.lists(st.sampled_from((*_PIECES, " ", " ")), max_size=14).map("".join)
_NAMES = ("Ann Lister", "annie lister", "ANN LISTER", "Bo Hall", "Is Sik")


def _name(full: str) -> PersonName:
    name = parse_name(full)
    assert name is not None
    return name


def _found(text: str, name: PersonName) -> tuple[list[NameForm], list[tuple[str, str]]]:
    return list(find_forms(text, name)), list(namesakes._before_the_surname(text, name))


@given(_TEXTS, st.sampled_from(_NAMES))
def test_one_pattern_for_all_names_finds_what_that_of_a_name_finds(text: str, full: str) -> None:
    name = _name(full)
    found = _found(text, name)
    with pytest.MonkeyPatch.context() as own_patterns:
        for module in (spellings, namesakes):
            own_patterns.setattr(module, "is_plain", lambda word: False)
        assert _found(text, name) == found


@pytest.mark.parametrize("text", ["Ann Liſter rang", "ANN LıSTER rang", "Mrs Liſter, Ann Lister and LISTER, A."])
def test_letters_that_are_others_in_any_case_are_left_to_the_pattern_of_the_name(text: str) -> None:
    assert not plain_names.is_usual(text)


def test_places_are_told_one_after_the_other_where_they_touch() -> None:
    text = "Ann Lister,Ann Lister/Mrs Lister;A. Lister/Lister, Ann"
    found = [text[form.start : form.end] for form in find_forms(text, _name("Ann Lister"))]
    assert found == ["Ann Lister", "Ann Lister", "Mrs Lister", "A. Lister", "Lister, Ann"]


@pytest.mark.parametrize("word", ["O’Dowd", "McDonald", "Smith-Jones", "van Berg", "Zoë", "ODowd", ""])
def test_a_word_that_is_spelled_in_several_ways_is_not_plain(word: str) -> None:
    assert not plain_names.is_plain(word)


def test_a_long_text_is_not_copied_for_each_of_its_names(monkeypatch: pytest.MonkeyPatch) -> None:
    def copied(*_: object) -> None:
        raise AssertionError("copied")

    monkeypatch.setattr(spellings, "places_of", copied)
    assert len(list(find_forms("Ann Lister, " * 3000, _name("Ann Lister")))) == 3000
