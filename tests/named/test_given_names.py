"""Given names come from a package, read only by who asks for one."""

import subprocess
import sys

import pytest

from pipeline.named.names.given_names import given_names
from pipeline.named.names.people import find_name, has_given_name

_IS_LOADED = "print('faker' in sys.modules)"


@pytest.mark.parametrize(
    "name", ["deborah", "jo", "ngozi", "siobhan", "wojciech", "gurpreet", "angharad", "oluwaseun", "nguyen", "fatima"]
)
def test_a_name_common_in_a_british_school_is_known(name: str) -> None:
    assert name in given_names()


@pytest.mark.parametrize(
    "word", ["will", "page", "early", "doctor", "park", "unique", "peer", "lone", "an", "us", "london", "charity"]
)
def test_an_ordinary_word_is_no_name_though_some_language_has_it_for_one(word: str) -> None:
    assert word not in given_names()


def test_every_name_is_one_word_in_small_letters_without_marks() -> None:
    assert len(given_names()) > 15_000
    assert all(name.isascii() and name.isalpha() and name.islower() and len(name) > 1 for name in given_names())


def test_a_name_is_known_however_its_letters_are_marked() -> None:
    assert has_given_name("Zoë Quill")
    assert has_given_name("Michał Quill")


def test_a_word_of_schools_is_no_given_name() -> None:
    assert not has_given_name("Governor Council")
    assert find_name("Council Policy") is None


@pytest.mark.parametrize(
    ("lines", "loaded"),
    [
        ("from pipeline.cli import main; import pipeline.named.names.people, pipeline.named.names.name_words", "False"),
        ("from pipeline.named.names.people import has_given_name; has_given_name('Ada Holt')", "True"),
    ],
)
def test_the_lists_are_read_only_when_a_name_is_asked_about(lines: str, loaded: str) -> None:
    command = [sys.executable, "-c", f"import sys; {lines}; {_IS_LOADED}"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == loaded
