"""Bytes of a list become the letters that were typed, whatever machine saved them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.people.lists.files.encoding import decode_list, looks_garbled

_NAMES = (
    "Siobhán O’Dowd", "Zoë Núñez", "René Müller", "Chloë D’Arcy", "Seán Conceição", "Gülsüm Peña", "Håkon Mägi",
    "Élodie Crème", "Niamh Ní Dhomhnaill", "Sinéad Smith–Jones", "Øystein Ångström", "Ágnes García", "O’DOWD, Beyoncé",
)  # fmt: skip


def _rows(*names: str) -> str:
    return "person_id,name\r\n" + "".join(f'p{index},"{name}"\r\n' for index, name in enumerate(names))


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("line_end", ["\r\n", "\n"])
def test_names_survive_however_the_list_was_saved(encoding: str, line_end: str) -> None:
    text = _rows(*_NAMES).replace("\r\n", line_end)
    decoded = decode_list(text.encode(encoding), "staff.csv")
    assert (decoded.text, decoded.encoding) == (text, encoding)


@pytest.mark.parametrize("name", [name for name in _NAMES if name != "O’DOWD, Beyoncé"])
def test_one_name_in_a_list_is_enough_to_tell_an_old_mac(name: str) -> None:
    text = _rows("Ana Lee", name, "Bo Day")
    assert decode_list(text.encode("mac_roman"), "staff.csv").text == text
    assert decode_list(text.encode("cp1252"), "staff.csv").text == text


@pytest.mark.parametrize("name", ["OÕDowd", "ZoÃ«", "DÕArcy", "RenŽe", "Zo‘", "M‡rta"])
def test_name_that_lost_its_letters_before_is_told(name: str) -> None:
    assert looks_garbled(name)


_REAL = (
    "O’Dowd O'Dowd Õunapuu Tõnis McÉwan MacÁrd Ng’ang’a Ka‘ahumanu CÔTÉ Dušan Žižek Łukasz İpek Œuvrard Müller–Lee "
    "ünal James’ DÁvila Æthelred d’Aubigné Ó"
)


@pytest.mark.parametrize("name", _REAL.split())
def test_real_name_is_not_taken_for_a_garbled_one(name: str) -> None:
    assert not looks_garbled(name)


@given(st.text(st.characters(codec="cp1252", categories=["L", "P", "Zs"]), max_size=40))
def test_any_text_of_windows_or_an_old_mac_is_read_without_a_fault(text: str) -> None:
    read = decode_list(text.encode("cp1252"), "staff.csv").text
    assert [letter for letter in read if letter.isascii()] == [letter for letter in text if letter.isascii()]
    assert looks_garbled(text) in (True, False)


def test_two_letters_that_look_like_a_mark_are_letters() -> None:
    for text in ("þÿ:", "þÿ: a", "ÿþ, b"):
        assert decode_list(text.encode("cp1252"), "staff.csv").text == text
