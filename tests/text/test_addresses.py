"""E-mail addresses: found in a text, and held against the rules of mail."""

import time

import pytest

from pipeline.text.addresses import ADDRESS, SPACED_ADDRESS, is_address


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Write to dsl@school.example.org.", ["dsl@school.example.org"]),
        (
            "d.o'dowd@example.org, o’dowd+safe@example.org",
            ["d.o'dowd@example.org", "o’dowd+safe@example.org"],
        ),
        ("jürgen@example.org (deputy.dsl@example.org)", ["jürgen@example.org", "deputy.dsl@example.org"]),
        ("@school or dsl@school", []),
        ("jo@example.orgTel: 01632 960111, ann@example.orgMobile", ["jo@example.org", "ann@example.org"]),
        ("jo@telford.example.org", ["jo@telford.example.org"]),
        ("write to 'dsl@example.org' or -office@example.org", ["dsl@example.org", "office@example.org"]),
    ],
)
def test_addresses_are_found_as_schools_print_them(text: str, found: list[str]) -> None:
    assert ADDRESS.findall(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("d. sheffield @ example .org", ("d. ", "sheffield", "example .org")),
        ("jo@example.orgTel: 01632 960111", (None, "jo", "example.org")),
        ("Email:jürgen@example.org", (None, "jürgen", "example.org")),
        ("‘a.b@example. org’", (None, "a.b", "example. org")),
        ("'a.b@example.org'", (None, "a.b", "example.org")),
    ],
)
def test_an_address_is_found_though_spaces_strayed_into_it(text: str, found: tuple[str | None, str, str]) -> None:
    match = SPACED_ADDRESS.search(text)
    assert match is not None
    assert match.groups() == found


@pytest.mark.parametrize("row", ["a", "a''", "a.", "a. ", "-", "a@", "a@b", "a @ "])
def test_endless_rows_of_letters_cost_no_more_than_their_length(row: str) -> None:
    started = time.process_time()
    for pattern in (ADDRESS, SPACED_ADDRESS):
        list(pattern.finditer(row * (100_000 // len(row))))
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    ("value", "is_one"),
    [
        ("jo.hill@example.org", True),
        ("o'dowd@example.org", True),
        ("jo@bücher.example", True),
        ("jürgen@example.org", False),
        ("jo..hill@example.org", False),
        ("=?utf-8?q?x?=@example.org", False),
        ("jo@localhost", False),
        (f"{'a' * 65}@example.org", False),
        ("jo@example.org ", False),
    ],
)
def test_only_an_address_that_mail_goes_to_is_one_as_a_value(value: str, is_one: bool) -> None:
    assert is_address(value) is is_one
