"""Telephone numbers: found in a text as schools write them, cut where they end, and told from other figures."""

import time

import pytest

from pipeline.model.contacts import Holder
from pipeline.named.details.behind_names import find_phone
from pipeline.named.details.found import find_any_details, has_detail
from pipeline.text.telephones import (
    find_bare_numbers,
    find_numbers,
    find_short_numbers,
    is_for_everybody,
    national_digits,
    parse_phones,
    with_noughts,
    without_numbers,
)


@pytest.mark.parametrize(
    ("text", "words", "digits"),
    [
        ("Tel: 01632 960123.", "01632 960123", "01632960123"),
        ("(01632) 96 01 23", "(01632) 96 01 23", "01632960123"),
        ("ring the office (01632 960123) 8.30am", "01632 960123", "01632960123"),
        ("01632 (960123)", "01632 (960123)", "01632960123"),
        ("+44 (0)1632 960123", "+44 (0)1632 960123", "01632960123"),
        ("(+44) 1632.960.123", "(+44) 1632.960.123", "01632960123"),
        ("0044 1632-960-123", "0044 1632-960-123", "01632960123"),
        ("44 1632 960123", "44 1632 960123", "01632960123"),
        ("mobile 7700 900123, its nought lost", "7700 900123", "07700900123"),
        ("020 7946 0123", "020 7946 0123", "02079460123"),
        ("01632 96012", "01632 96012", "0163296012"),
        ("Childline 0800 1111", "0800 1111", "08001111"),
        ("+353 1 234 5678", "+353 1 234 5678", "35312345678"),
        ("00353 1 234 5678", "00353 1 234 5678", "35312345678"),
        ("01632 960123 2024", "01632 960123", "01632960123"),
        ("01632 960123 0900-1700", "01632 960123", "01632960123"),
        ("24/7 01632 960123", "01632 960123", "01632960123"),
        ("3) 01632 960123", "01632 960123", "01632960123"),
        ("DSL01632 960123", "01632 960123", "01632960123"),
        ("Tel.01632 960123", "01632 960123", "01632960123"),
        ("O1632 96O123", "O1632 96O123", "01632960123"),
        ("01632\n960123", "01632\n960123", "01632960123"),
        ("01632\t960123", "01632\t960123", "01632960123"),
        ("01632\u200b960\u00ad123", "01632\u200b960\u00ad123", "01632960123"),
        ("01632\u2011960\u2011123", "01632\u2011960\u2011123", "01632960123"),
        ("01632 960123\t204", "01632 960123", "01632960123"),
    ],
)
def test_a_number_is_found_whole_and_no_further(text: str, words: str, digits: str) -> None:
    assert [(each.words, each.phone.digits) for each in find_numbers(text)] == [(words, digits)]
    (found,) = find_numbers(text)
    assert text[found.start : found.end] == words


@pytest.mark.parametrize(
    "text",
    [
        "01632 960123 07700 900123",
        "01632 960123/07700 900123",
        "01632 960123 – 07700 900123",
        "01632 960123-07700900123",
        "01632 960123\t07700 900123",
        "01632 960123 (mobile 07700 900123)",
    ],
)
def test_two_numbers_are_two(text: str) -> None:
    assert [each.phone.digits for each in find_numbers(text)] == ["01632960123", "07700900123"]


@pytest.mark.parametrize(
    ("text", "extension"),
    [
        ("01632 960123 ext. 204", "204"),
        ("01632 960123, extension 204", "204"),
        ("(01632 960123 ext 204)", "204"),
        ("01632 960123 (ext 204)", "204"),
        ("01632 960123x204", "204"),
        ("01632 960123;ext=204", "204"),
        ("01632 960123 204", ""),
    ],
)
def test_an_extension_is_read_with_its_number(text: str, extension: str) -> None:
    assert [each.phone.extension for each in find_numbers(text)] == [extension]


@pytest.mark.parametrize(
    "text",
    [
        "In danger 999, the police 101, the NHS 111, the Samaritans 116 123",
        "12/03/2024, 12.03.2024 and 2023-2024",
        "01.09.2023 - 31.08.2024",
        "01 09 23 – 31 08 24",
        "08.45 12.00 13.00 15.15",
        "09.00-12.00 13.00-15.30",
        "0.5 0.6 0.75 0.8 0.9",
        "0930 1030 1130",
        "Company no. 01234567, charity no. 1012345",
        "Sort code 01-23-45 account 01234567",
        "ISBN 978-0-123456-78-9",
        "UPRN 100012345678",
        "sha256 3e07700900123f",
        "https://www.gov.example/Resource/0045/00458455.pdf?t=01632960123",
        "a01632960123@example.org",
        "01632",
        "",
    ],
)
def test_other_figures_are_no_number(text: str) -> None:
    assert find_numbers(text) == []


def test_numbers_inside_of_addresses_are_found_where_they_are_asked_for() -> None:
    page = '<a href="https://example.org/">07700 900123</a>'
    assert find_numbers(page) == []
    assert without_numbers(page, lambda found: found.phone.international, addresses=True) == (
        '<a href="https://example.org/">+447700900123</a>'
    )


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("ext 204", ["204"]),
        ("Bleep: 12", ["12"]),
        ("Tel: 960123", ["960123"]),
        ("telephone 960 123", ["960123"]),
        ("phone no. 7946 0123", ["79460123"]),
        ("Tel: 01632 960123 ext 204", ["204"]),
        ("extended by 2024", []),
        ("telephone 12/03/2024", []),
        ("phone 2023", []),
    ],
)
def test_short_numbers_are_found_where_words_announce_them(text: str, digits: list[str]) -> None:
    assert [each.phone.digits for each in find_short_numbers(text)] == digits


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        (", 960123", ["960123"]),
        ("01632 9601234", ["016329601234"]),
        ("7946 0123", ["79460123"]),
        ("2023 2024, 2024-25, 12/03/2024, 1.250.000", []),
        ("room 12", []),
    ],
)
def test_bare_figures_may_be_a_number_where_one_is_expected(text: str, digits: list[str]) -> None:
    assert [each.phone.digits for each in find_bare_numbers(text)] == digits


def test_numbers_of_anybody_are_found_once_and_those_of_helplines_not() -> None:
    text = "Ann Lee, tel 01632 960123 ext 204 or 960177, Childline 0800 1111, ofsted 0300 123 1231, tel: 960188"
    assert [each.phone.digits for each in find_any_details(text) if each.phone] == ["01632960123", "960188"]


@pytest.mark.parametrize(
    ("written", "is_hers"),
    [("01632 960123", True), ("Tel: 960123", True), ("ext 204", True), ("Tel: 960124", False), ("ext 205", False)],
)
def test_a_short_number_is_known_by_the_whole_one(written: str, is_hers: bool) -> None:
    holder = Holder("dsl", "Ann Lee", "", "+44 1632 960123 ext. 204", None)
    assert [has_detail(each, [holder]) for each in find_any_details(written)] == [is_hers]


def test_the_first_number_that_is_no_fax_is_a_persons_with_its_extension() -> None:
    assert find_phone("Fax: 01632 960124, tel (01632) 960123  ext 204") == "(01632) 960123 ext 204"
    assert find_phone("Tel O1632 96O123 extension 2") == "01632 960123 extension 2"
    assert find_phone("Childline 0800 1111") is None


@pytest.mark.parametrize(
    ("entry", "digits"),
    [
        ("01632 960222 / 07700 900362", ["01632960222", "07700900362"]),
        ("+44 (0)1632 960222", ["01632960222"]),
        ("0044 1632 960222 ext 4", ["01632960222"]),
        ("7700 900362", ["07700900362"]),
        ("+353 1 234 5678", ["35312345678"]),
        ("960222", ["960222"]),
        ("204", ["204"]),
    ],
)
def test_an_entry_of_the_contacts_is_read_as_texts_are(entry: str, digits: list[str]) -> None:
    assert [each.digits for each in parse_phones(entry)] == digits
    assert [national_digits(part) for part in entry.split(" ext ", maxsplit=1)[0].split(" / ")] == digits


def test_numbers_of_helplines_are_everybodys() -> None:
    assert all(map(is_for_everybody, ("08001111", "08088005000", "03001231231", "08457909090")))
    assert not is_for_everybody("01632960123")


@pytest.mark.parametrize("row", ["0 ", "01632 ", "07700900123 ", "0", "+44 ", "(0 ", "O", "1 2 3 4 5 6 7 "])
def test_endless_rows_of_figures_cost_no_more_than_their_length(row: str) -> None:
    started = time.process_time()
    find_numbers(row * (100_000 // len(row)))
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("O1632 960123", "01632 960123"),
        ("o1632.96O123", "01632.960123"),
        ("(O1632)960123", "(O1632)960123"),
        ("_O1632 960123", "_01632 960123"),
        ("TelO1632 960123", "TelO1632 960123"),
        ("01632 96O 123", "01632 960 123"),
        ("Year 1O and 2", "Year 1O and 2"),
        ("2O\u00a05, 3o4 and 4OO5", "20\u00a05, 304 and 4OO5"),
        ("O1632 96", "O1632 96"),
        ("O0632 960123", "O0632 960123"),
    ],
)
def test_a_letter_o_is_a_nought_inside_of_a_number_and_before_its_area_code_alone(text: str, read: str) -> None:
    assert with_noughts(text) == read
