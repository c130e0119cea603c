"""E-mail addresses: found in a text, and held against the rules of mail."""

import pytest

from pipeline.text.addresses import ADDRESS, is_address


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
    ],
)
def test_addresses_are_found_as_schools_print_them(text: str, found: list[str]) -> None:
    assert ADDRESS.findall(text) == found


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
