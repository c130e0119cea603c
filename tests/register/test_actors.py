"""Whoever decides: written into a record and read back."""

import pytest

from pipeline.register.actors import Actor, read_actor


@pytest.mark.parametrize(
    ("actor", "words"),
    [
        (Actor("Ann Lee", "a.lee@example.org"), "Ann Lee (a.lee@example.org)"),
        (Actor("a.lee@example.org", "a.lee@example.org"), "a.lee@example.org"),
        (Actor("Ann Lee"), "Ann Lee"),
    ],
)
def test_an_actor_is_read_back_from_the_words_of_a_record(actor: Actor, words: str) -> None:
    assert str(actor) == words
    assert read_actor(words) == actor


def test_what_stands_in_brackets_behind_a_name_is_not_of_the_name_and_no_account() -> None:
    assert read_actor("Ann  Lee (Headteacher)") == Actor("Ann Lee")
    assert read_actor("Ann Lee (A.Lee@example.org)").account == "a.lee@example.org"
    assert read_actor("") == Actor("")
