"""The looks that come before the patterns of ``repair``: they change nothing of what the patterns alone would do."""

import ctypes
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.documents.pdf import page, repair

_LETTERS_TEXT = "P O L ICY A I a 1 9 2 0 & - ’ DSL NO policy GGEENN ee / www.elm.example lead@elm.example . :"
_PIECES = st.sampled_from((*_LETTERS_TEXT.split(), "\x02", "\ufffe", "\x07", "\uf0b7", "ﬁ", "\u00a0", "\t"))
_TEXTS = st.lists(st.tuples(_PIECES, st.sampled_from(("", " ", "  "))), max_size=14).map(
    lambda pieces: "".join(piece + gap for piece, gap in pieces)
)
_VOCABULARY = frozenset(("policy", "nodsl", "licy"))


def _by_patterns_alone(text: str, *, several: bool) -> str:
    text = repair._CONTROLS.sub("", text.translate(repair._LIGATURES)).rstrip(" ").lstrip(" \t")
    text = text if several else repair._INNER_HYPHENS.sub("-", text)
    return "\t".join(map(_closed_up, _single(text).split("\t")))


def _single(text: str) -> str:
    words = text.split()
    letters = "".join(words)
    doubled = len(letters) >= repair._SHORTEST_DOUBLED and letters[0::2] == letters[1::2] and len(set(letters)) > 2
    if not doubled or not any(map(str.isalpha, letters)) or any(len(word) % 2 for word in words):
        return text
    return " ".join(word[0::2] for word in words)


def _closed_up(text: str) -> str:
    dated = repair._SPACED_YEAR.sub(repair._without_spaces, text)
    if dated == text and not repair._SPACED.search(text) and not repair._ALL_SPACED.search(text):
        return " ".join(repair._WIDE.split(text))
    return " ".join(
        part.replace(" ", "") if repair._is_spaced(part) else repair._SPACED.sub(repair._without_spaces, part)
        for part in repair._WIDE.split(dated)
    )


@given(_TEXTS, st.booleans())
def test_a_line_is_repaired_as_the_patterns_alone_would(text: str, several: bool) -> None:
    assert repair.repair_line(text, several=several) == _by_patterns_alone(text, several=several)


@given(_TEXTS)
def test_torn_capitals_are_mended_as_the_pattern_alone_would(text: str) -> None:
    plain = repair._FRAGMENTS.sub(lambda found: repair._mended(found.group(), _VOCABULARY), text)
    assert repair.mend_fragments(text, _VOCABULARY) == plain


@given(_TEXTS)
def test_words_that_break_at_a_line_end_are_closed_as_the_pattern_alone_would(text: str) -> None:
    plain = repair._BROKEN_WORD.sub(lambda found: repair.join_words(f"{found[1]}-", found[2], _VOCABULARY), text)
    assert repair.close_broken_words(text, _VOCABULARY) == plain


@given(_TEXTS)
def test_no_half_of_a_word_and_no_address_counts_as_a_word(text: str) -> None:
    words = repair._WORD.findall(repair._NO_WORDS.sub(" ", text.lower()))
    broken = text.endswith((*repair.LINE_END_HYPHENS, "-"))
    assert repair.whole_words([text]) == frozenset(words[: len(words) - broken])


@given(st.lists(_TEXTS, max_size=5))
def test_words_are_listed_as_each_line_after_the_other_would_give_them(lines: list[str]) -> None:
    words, broken = set[str](), False
    for line in lines:
        found = repair._WORD.findall(repair._NO_WORDS.sub(" ", line.lower()))
        breaks = line.endswith((*repair.LINE_END_HYPHENS, "-"))
        words.update(found[bool(broken and found and line[:1].isalpha()) : len(found) - breaks])
        broken = breaks
    assert repair.whole_words(lines) == words
    assert {word for word in ("policy", "elm", "dsl", "no") if word in repair.WholeWords(lines)} == words & {
        "policy", "elm", "dsl", "no"
    }  # fmt: skip


def test_letters_set_apart_are_closed_up() -> None:
    assert repair.repair_line("P O L I C Y") == "POLICY"
    assert repair.repair_line("Reviewed 2 0 2 5") == "Reviewed 2025"
    assert repair.mend_fragments("P O L ICY", _VOCABULARY) == "POLICY"


def test_a_name_that_pdfium_does_not_write_is_not_that_of_the_letter_before(monkeypatch: pytest.MonkeyPatch) -> None:
    written = iter((b"Lato-Bold", None))

    def info(text_page: None, index: int, name: "ctypes.Array[ctypes.c_char]", size: int, flags: ctypes.c_int) -> int:
        font = next(written)
        if font is None:
            return size + 1
        name.value = font
        return len(font) + 1

    answers = page._Answers()
    asked = SimpleNamespace(FPDFText_GetFontWeight=lambda *_: 400, FPDFText_GetFontInfo=info)
    monkeypatch.setattr(page, "raw", asked)
    assert page._is_bold(None, answers, 0)
    assert not page._is_bold(None, answers, 1)
