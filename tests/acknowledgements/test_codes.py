"""Codes that people type: read back whatever is forgiven, refused for a slip of the fingers or another school's."""

from datetime import date, timedelta

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from pipeline.acknowledgements.codes import (
    MOST_CARDS_A_DAY,
    card_code,
    mail_code,
    mails_named,
    read_card_code,
    read_code,
    request_code,
)

SECRET, SCHOOL = "a secret of the tests, long enough", "test-primary"
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ids = st.integers(0, 2**31)
days = st.dates(date(2020, 1, 1), date(2109, 9, 17))
numbers = st.integers(1, MOST_CARDS_A_DAY)


@given(ids)
@example(0)
@example(2**20 - 1)
@example(2**20)
@example(2**31)
def test_a_code_is_read_back_as_what_it_is_of(request_id: int) -> None:
    assert read_code(SECRET, SCHOOL, request_code(SECRET, SCHOOL, request_id)) == request_id


def test_without_a_secret_nothing_is_a_code() -> None:
    assert read_code("", SCHOOL, request_code("", SCHOOL, 7)) is None
    assert read_card_code("", SCHOOL, card_code("", SCHOOL, date(2026, 11, 23), 7)) is None


@given(days, numbers)
def test_the_code_of_a_card_is_read_back_as_its_day_and_number(day: date, number: int) -> None:
    code = card_code(SECRET, SCHOOL, day, number)
    assert read_card_code(SECRET, SCHOOL, code) == (day, number)
    assert [len(part) for part in code.split("-")] == [3, 3, 3]


@given(st.integers(0, 999_999))
def test_a_code_has_eight_letters_in_two_groups_below_a_million(request_id: int) -> None:
    assert [len(part) for part in request_code(SECRET, SCHOOL, request_id).split("-")] == [4, 4]


@given(ids, st.data())
@settings(max_examples=300)
def test_one_wrong_letter_is_refused(request_id: int, data: st.DataObject) -> None:
    code = request_code(SECRET, SCHOOL, request_id)
    at = data.draw(st.sampled_from([place for place, letter in enumerate(code) if letter != "-"]))
    wrong = data.draw(st.sampled_from([letter for letter in LETTERS if letter != code[at]]))
    assert read_code(SECRET, SCHOOL, code[:at] + wrong + code[at + 1 :]) is None


@given(ids, st.data())
@settings(max_examples=300)
def test_two_letters_that_changed_places_are_refused(request_id: int, data: st.DataObject) -> None:
    letters = list(request_code(SECRET, SCHOOL, request_id).replace("-", ""))
    one, other = data.draw(st.lists(st.sampled_from(range(len(letters))), min_size=2, max_size=2, unique=True))
    assume(letters[one] != letters[other])
    letters[one], letters[other] = letters[other], letters[one]
    assert read_code(SECRET, SCHOOL, "".join(letters)) is None


@given(ids)
@settings(derandomize=True)
def test_the_code_of_another_school_another_secret_or_another_kind_is_refused(request_id: int) -> None:
    code = request_code(SECRET, SCHOOL, request_id)
    assert read_code(SECRET, "another-school", code) is None
    assert read_code("another secret, long enough too", SCHOOL, code) is None
    assert read_card_code(SECRET, SCHOOL, code) is None
    assert read_code(SECRET, SCHOOL, card_code(SECRET, SCHOOL, date(2026, 11, 26), request_id % 1000 + 1)) is None


def test_of_a_hundred_thousand_codes_of_another_secret_hardly_one_is_taken_for_ours() -> None:
    taken = [
        code
        for number in range(100_000)
        if read_code(SECRET, SCHOOL, code := request_code("another secret", SCHOOL, number)) is not None
    ]
    assert len(taken) <= 10


@given(ids, st.data())
def test_small_letters_spaces_hyphens_and_letters_for_digits_are_forgiven(request_id: int, data: st.DataObject) -> None:
    typed = ""
    for letter in request_code(SECRET, SCHOOL, request_id).replace("-", ""):
        looks_like = {"0": "0Oo", "1": "1IiLl"}.get(letter, letter + letter.lower())
        typed += data.draw(st.sampled_from(looks_like)) + data.draw(st.sampled_from(["", " ", "-", "–", "\u00a0"]))
    assert read_code(SECRET, SCHOOL, f" {typed}\n") == request_id


@pytest.mark.parametrize("text", ["", "-", "ABC", "ABCD-EFG", "UUUU-UUUU", "0" * 200, "ſſſſ-ſſſſ", "１２３４-５６７８"])
def test_what_is_no_code_is_refused(text: str) -> None:
    assert read_code(SECRET, SCHOOL, text) is None
    assert read_card_code(SECRET, SCHOOL, text) is None


def test_a_number_that_no_code_can_be_of_is_a_fault_of_the_caller() -> None:
    with pytest.raises(ValueError, match="from 0"):
        request_code(SECRET, SCHOOL, -1)
    with pytest.raises(ValueError, match="numbered 1 to"):
        card_code(SECRET, SCHOOL, date(2026, 11, 26), 0)


def test_codes_of_neighbours_differ_in_more_than_one_letter() -> None:
    day = date(2026, 11, 26)
    for number in range(1, 300):
        one, other = card_code(SECRET, SCHOOL, day, number), card_code(SECRET, SCHOOL, day, number + 1)
        assert sum(a != b for a, b in zip(one, other, strict=True)) >= 2
        assert read_card_code(SECRET, SCHOOL, card_code(SECRET, SCHOOL, day + timedelta(days=number), number))


@given(ids, st.text(max_size=40), st.text(max_size=40))
def test_the_code_of_a_mail_is_found_in_what_surrounds_it(message: int, before: str, behind: str) -> None:
    code = mail_code(SECRET, SCHOOL, message, "<a@example.org>")
    assert mails_named(SECRET, SCHOOL, f"{before} [Ref {code}] {behind}").get(message) == code
    assert mails_named(SECRET, SCHOOL, f"RE: ref {code.lower()}") == {message: code}


@given(ids)
@settings(derandomize=True)
def test_a_code_is_no_mails_that_has_the_same_number_and_another_message_id(message: int) -> None:
    code = mail_code(SECRET, SCHOOL, message, "<a@example.org>")
    assert code != mail_code(SECRET, SCHOOL, message, "<b@example.org>")
    assert mails_named("another secret, long enough too", SCHOOL, code).get(message) != mail_code(
        "another secret, long enough too", SCHOOL, message, "<a@example.org>"
    )
    assert read_code(SECRET, SCHOOL, code) is None
    assert mails_named(SECRET, SCHOOL, request_code(SECRET, SCHOOL, message)).get(message) != code
