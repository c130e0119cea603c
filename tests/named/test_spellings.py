"""Written forms of names: found whole, told from others, written again for somebody else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.named.names import letters, spellings
from pipeline.named.names.letters import for_looking
from pipeline.named.names.likeness import SHORTENED, same_person
from pipeline.named.names.parts import parse_name
from pipeline.named.names.spelling import Signs
from pipeline.named.names.spellings import find_forms, written_like

OLD = parse_name("Deborah Sheffield")
NEW = parse_name("Jane van der Berg")


def rewrite(text: str, title: str = "Ms") -> str:
    assert OLD is not None
    assert NEW is not None
    for form in reversed(list(find_forms(text, OLD))):
        text = text[: form.start] + written_like(form, NEW, title) + text[form.end :]
    return text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mrs Sheffield rang", "Ms van der Berg rang"),
        ("Mrs. Sheffield rang", "Ms van der Berg rang"),
        ("D. Sheffield", "J. van der Berg"),
        ("D Sheffield", "J van der Berg"),
        ("D.A. Sheffield", "J. van der Berg"),
        ("Miss Deborah Sheffield", "Ms Jane van der Berg"),
        ("Deborah Anne Sheffield", "Jane van der Berg"),
        ("DEBORAH SHEFFIELD’S room", "JANE VAN DER BERG’S room"),
        ("Deborah Sheffield's", "Jane van der Berg's"),
        ("Sheffield, Deborah", "van der Berg, Jane"),
        ("Sheffield, D.", "van der Berg, J."),
        ("Sheffield, Mrs D", "van der Berg, Ms J"),
        ("DSL: Sheffield", "DSL: Jane van der Berg"),
        ("MRS SHEFFIELD", "MS VAN DER BERG"),
        ("Deborah\u00a0Sheffield", "Jane van der Berg"),
        ("Mr.Sheffield", "Ms van der Berg"),
    ],
)
def test_each_written_form_is_written_again_in_the_same_form(text: str, expected: str) -> None:
    assert rewrite(text) == expected


def test_a_title_falls_away_where_the_new_holder_wants_none() -> None:
    assert rewrite("Mrs Sheffield and Miss Deborah Sheffield", "") == "Jane van der Berg and Jane van der Berg"


@pytest.mark.parametrize(
    "text",
    [
        "Joan Sheffield", "Mrs J Sheffield", "Sheffield City Council", "in Sheffield", "Sheffields", "Sheffield-Jones",
        "Deborah.Sheffield@x.org", "Deborah. Sheffield@x.org", "Deborah and Joan Sheffield",
        "sheffield steel", "McSheffield",
    ],
)  # fmt: skip
def test_other_people_places_and_addresses_are_no_form_of_the_name(text: str) -> None:
    assert rewrite(text) == text


@pytest.mark.parametrize(
    ("text", "first", "surname"),
    [
        ("Mrs D. Sheffield BSc", "D.", "Sheffield"),
        ("Dr Jo van der Berg (DSL)", "Jo", "van der Berg"),
        ("Sheffield", "", "Sheffield"),
        ("Mary Jane Smith-Jones", "Mary", "Smith-Jones"),
        ("de Souza", "", "de Souza"),
        ("Ms O’Neill, Deputy", "", "O’Neill"),
    ],
)
def test_names_are_taken_apart(text: str, first: str, surname: str) -> None:
    name = parse_name(text)
    assert name is not None
    assert (name.first, name.surname) == (first, surname)


def test_a_title_alone_is_no_name() -> None:
    assert parse_name("Mrs") is None
    assert parse_name("…") is None


def test_an_initial_may_be_the_full_first_name_and_another_first_name_may_not() -> None:
    full, initial, other = parse_name("Deborah Sheffield"), parse_name("D Sheffield"), parse_name("Joan Sheffield")
    assert full is not None
    assert initial is not None
    assert other is not None
    assert same_person(full, initial, SHORTENED)
    assert same_person(initial, full, SHORTENED)
    assert not same_person(full, other, SHORTENED)


def test_a_name_known_by_initial_is_found_written_out() -> None:
    name = parse_name("D Sheffield")
    assert name is not None
    assert [form.given for form in find_forms("Ask Deborah Sheffield or D. Sheffield", name)] == ["Deborah", "D."]


_NAMES = ("Deborah Sheffield", "Anne-Marie O’Neill", "J. Lister", "Siân Dubé", "Ruth van der Berg", "Sam Kinds", "Lee")
_BESIDE = (
    " ",
    ", ",
    ",",
    "Mrs ",
    "Dr",
    "Miss ",
    "and ",
    "DSL: ",
    "Deputy ",
    "D. ",
    "Ann ",
    "the ",
    "’s",
    "s",
    "-",
    "(",
    ". ",
)


@given(
    st.sampled_from(_NAMES),
    st.lists(st.sampled_from(("surname", "first", "SURNAME", "surnam\u017f", *_BESIDE)), min_size=2, max_size=9),
)
def test_a_sign_that_nobody_sees_elsewhere_in_a_text_changes_nothing(full: str, parts: list[str]) -> None:
    """With one the whole pattern is made, without it only what the text can need."""
    name = parse_name(full)
    assert name is not None
    written = {
        "surname": name.surname,
        "SURNAME": name.surname.upper(),
        "first": name.first,
        "surnam\u017f": f"{name.surname[:-1]}\u017f",
    }
    text = "".join(written.get(part, part) for part in parts) + "."
    assert list(find_forms(text, name)) == list(find_forms(f"{text} \u200b", name))


@pytest.mark.parametrize(
    "text",
    [
        "Mrs Deborah Sheffield. Tom Sheffield is the caretaker.",
        "Deborah Sheffield. Deborah Sheffield is trained.",
        "Deborah Sheffield. The Sheffields gave the pond.",
        "Deborah Sheffield. PC Sheffield visits.",
        "Deborah Ash. Tom Sheffield",
    ],
)
def test_a_name_ends_with_its_sentence(text: str) -> None:
    assert OLD is not None
    first, _, second = text.partition(". ")
    whole = [text[form.start : form.end] for form in find_forms(text, OLD)]
    assert all(found in first or found in second for found in whole)


def test_a_middle_name_or_initial_stands_within_the_name() -> None:
    assert rewrite("Deborah A. Sheffield and Deborah Anne Sheffield") == "Jane van der Berg and Jane van der Berg"


@pytest.mark.parametrize(
    "text", ["June Ash Tom Holt", "Staff: Tim Low June Ash Tom Holt Amy Fox", "June Mary Ann Holt"]
)
def test_two_further_words_may_be_two_people_of_a_list(text: str) -> None:
    name = parse_name("June Holt")
    assert name is not None
    assert list(find_forms(text, name)) == []


@pytest.mark.parametrize(
    ("full", "text"),
    [
        ("June Holt", "June M. A. Holt"),
        ("June Holt", "June Mary A. Holt"),
        ("June Mary Ann Holt", "June Mary Ann Holt"),
    ],
)
def test_initials_and_the_names_own_words_stand_within_it(full: str, text: str) -> None:
    name = parse_name(full)
    assert name is not None
    assert [text[each.start : each.end] for each in find_forms(text, name)] == [text]


@given(
    st.sampled_from(
        ["Deborah O’Dowd", "Anne-Marie Smith-Jones", "Zoë McDonald", "Kim Sisk", "JOHN BAKER", "A. Lister"]
    ),
    st.sampled_from(["{first} {last}", "{last}, {first}", "Mrs {last}", "{last}, Mrs {first}, {last}"]),
    st.sampled_from("'’ʼ`´"),
    st.sampled_from("-–‑\u00ad"),
    st.sampled_from(["", "DSL, ", "see ‘", "the doctor. ", "x-"]),
    st.sampled_from(["", "’s", ", DSL", "`", "-Hall", "\u200b", " Road"]),
)
def test_pattern_for_the_signs_of_a_text_finds_what_that_for_all_signs_finds(
    full: str, form: str, apostrophe: str, hyphen: str, before: str, behind: str
) -> None:
    name = parse_name(full)
    assert name is not None
    written = form.format(first=full.split(maxsplit=1)[0], last=full.split()[1])
    text = before + written.replace("’", apostrophe).replace("-", hyphen) + behind
    found = list(find_forms(text, name))
    with pytest.MonkeyPatch.context() as all_signs:
        all_signs.setattr(spellings, "signs_in", lambda text: Signs.UNSEEN)
        assert list(find_forms(text, name)) == found


def test_surname_before_a_comma_is_told_whatever_its_letters_are_written_as() -> None:
    for text in ("see Siſk, Kim", "see SIS\u212a, Kim", "see SISK, Kim"):
        name = parse_name("Kim Sisk")
        assert name is not None
        assert [each.reversed for each in find_forms(text, name)] == [True], text


def test_signs_exchanged_kind_by_kind_are_those_of_the_whole_table() -> None:
    text = "".join(map(chr, (*range(0xD800), *range(0xE000, 0x11000))))
    assert for_looking(text) == text.translate(letters._FOR_LOOKING).casefold()
    assert letters._exchanged(text, letters._ONE_FOR_ONE) == text.translate(letters._ONE_FOR_ONE)
