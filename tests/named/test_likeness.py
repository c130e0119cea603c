"""Whether two written names are one person's, by degrees: the one judge for documents, directory and people."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.named.names.letters import APOSTROPHES, HYPHENS
from pipeline.named.names.likeness import (
    COULD_BE,
    SAME,
    SHORTENED,
    Likeness,
    likeness,
    name_key,
    same_person,
    same_surname,
)
from pipeline.named.names.parts import parse_name

DIFFERENT = Likeness.DIFFERENT

PAIRS = [
    # One name in another spelling.
    ("Mary O'Dowd", "Mary O’Dowd", SAME),
    ("Mary O'Dowd", "Mary OʼDowd", SAME),
    ("Mary O'Dowd", "Mary O′Dowd", SAME),
    ("Mary O'Dowd", "Mary O`Dowd", SAME),
    ("Mary O'Dowd", "Mary OÕDowd", SAME),
    ("Mary O'Dowd", "Mary Oâ€™Dowd", SAME),
    ("Mary O'Dowd", "Mary O' Dowd", SAME),
    ("Mary O'Dowd", "MARY ODOWD", SAME),
    ("Ann Smith-Jones", "Ann Smith‑Jones", SAME),
    ("Ann Smith-Jones", "Ann Smith–Jones", SAME),
    ("Ann Smith-Jones", "Ann Smith Jones", SAME),
    ("Ann-Marie Hill", "Ann Marie Hill", SAME),
    ("Zoë Holt", "Zoe Holt", SAME),
    ("Zoë Holt", "Zoe\u0308 Holt", SAME),
    ("Jörg Groß", "Jorg GROSS", SAME),
    ("Søren Łukasz", "Soren Lukasz", SAME),
    ("Mrs Deborah Sheffield", "Deborah Sheffield", SAME),
    ("The Revd Prof. Deborah Sheffield BA (Hons)", "Deborah Sheffield", SAME),
    ("Sheffield, Deborah", "Deborah Sheffield", SAME),
    ("Sheffield, Mrs Deborah", "Deborah Sheffield", SAME),
    ("O’Dowd, Mary", "Mary O'Dowd", SAME),
    ("Deborah\u00a0Sheffield", " deborah  sheffield", SAME),
    ("Debo\u00adrah Shef\u200bfield", "Deborah Sheffield", SAME),
    ("Jan van der Berg", "Jan Vanderberg", SAME),
    ("Ann Mc Donald", "Ann McDonald", SAME),
    ("Deborah Sheffield, Headteacher", "Deborah Sheffield", SAME),
    # A name shortened, as schools do.
    ("D. Sheffield", "Deborah Sheffield", SHORTENED),
    ("D.Sheffield", "Deborah Sheffield", SHORTENED),
    ("Mrs Sheffield", "Deborah Sheffield", SHORTENED),
    ("Sheffield, D", "Deborah Sheffield", SHORTENED),
    ("Deborah Sheffield", "Deborah Jane Sheffield", SHORTENED),
    ("D. J. Sheffield", "Deborah Jane Sheffield", SHORTENED),
    ("DJ Sheffield", "Deborah Sheffield", SHORTENED),
    ("A-M Hill", "Ann-Marie Hill", SHORTENED),
    ("Annmarie Hill", "Ann-Marie Hill", SHORTENED),
    ("Ann Smith\u00adJones", "Ann Smith-Jones", SHORTENED),
    ("Mr Hill", "Hill", SHORTENED),
    # What nobody could rule out.
    ("Debbie Sheffield", "Deborah Sheffield", COULD_BE),
    ("Sheffield Deborah", "Deborah Sheffield", COULD_BE),
    ("Ann Jones", "Ann Smith-Jones", COULD_BE),
    ("Ann Marie Hill", "Ann Louise Hill", COULD_BE),
    ("Ann Hill", "Ann-Marie Hill", COULD_BE),
    ("Mary O Dowd", "Mary O'Dowd", COULD_BE),
    ("DS", "Deborah Sheffield", COULD_BE),
    ("Deborah", "Deborah Sheffield", COULD_BE),
    ("Mr Hill", "Mrs Hill", COULD_BE),
    ("Mr J. Hill", "Mrs J. Hill", COULD_BE),
    # Two people.
    ("Joan Sheffield", "Deborah Sheffield", DIFFERENT),
    ("J. Sheffield", "Deborah Sheffield", DIFFERENT),
    ("Deborah Sheffield", "Deborah Sheffield-Hall Marsh", COULD_BE),
    ("Deborah Sheffield", "Deborah Shefford", COULD_BE),
    ("Deborah Sheffield", "Deborah Marsh", DIFFERENT),
    ("Mary O'Dowd", "Mary Dowd", DIFFERENT),
    ("Ann A. Hill", "Anna Hill", COULD_BE),
    ("James Thomas", "Thomas Ashgrove", DIFFERENT),
    ("", "Jo Hill", DIFFERENT),
    ("(office)", "Jo Hill", DIFFERENT),
    ("", "", DIFFERENT),
]


@pytest.mark.parametrize(("one", "other", "degree"), PAIRS)
def test_two_written_names_are_as_alike_as_a_careful_clerk_would_say(one: str, other: str, degree: Likeness) -> None:
    assert likeness(one, other) is degree
    assert likeness(other, one) is degree


@pytest.mark.parametrize(("one", "other", "degree"), PAIRS)
def test_a_name_taken_apart_is_judged_as_the_whole(one: str, other: str, degree: Likeness) -> None:
    mine, theirs = parse_name(one), parse_name(other)
    if mine is not None and theirs is not None and degree >= SHORTENED and "Mr Hill" not in (one, other):
        assert likeness(mine, theirs) is degree
        assert same_person(mine, other, SHORTENED)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Zoë Núñez-Hart", "Zoe Nunez-Hart"),
        ("zoe nunez hart", "Zoë Núñez-Hart"),
        ("Núñez-Hart, Zoë", "Zoë Núñez-Hart"),
        ("NUNEZ HART ZOE", "Zoë Núñez-Hart"),
        ("Ms Hart", "Zoë Núñez-Hart"),
        ("Z. Núñez", "Zoë Núñez-Hart"),
        ("Dr Zoë Hart (DSL)", "Zoë Núñez-Hart"),
        ("Zoë Hart, BA Hons", "Zoë Núñez-Hart"),
        ("ZNH", "Zoë Núñez-Hart"),
        ("Siobhan ODowd", "Siobhán O’Dowd"),
        ("O'Dowd, S", "Siobhán O’Dowd"),
        ("Jo Field", "Joanna Field"),
        ("Debbie Field", "Deborah Field"),
        ("Field Deborah", "Deborah Field"),
        ("prof. deborah jane field", "Deborah Field"),
        ("Søren Łukasz", "Soren Lukasz"),
    ],
)
def test_nobody_acts_for_themself_under_another_spelling(typed: str, name: str) -> None:
    assert same_person(typed, name, COULD_BE)
    assert same_person(name, typed, COULD_BE)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Anna Hill", "Jo Hill"),
        ("J. Hill", "Anna Hill"),
        ("Jo Hill", "Jo Marsh"),
        ("Pat Clerk", "Jo Hill"),
        ("J", "Jo Hill"),
    ],
)
def test_two_people_stay_two(typed: str, name: str) -> None:
    assert not same_person(typed, name, COULD_BE)


def test_nobodys_name_is_like_none() -> None:
    assert not same_person(None, "Jo Hill", COULD_BE)
    assert not same_person("Jo Hill", None, COULD_BE)


# --- properties ----------------------------------------------------------------------------------------------------

FIRST = ("Ann", "Ann-Marie", "Deborah", "Zoë", "Søren", "Mary Jane", "Jörg", "D.", "Siân")
SURNAMES = ("O'Dowd", "D'Arcy", "Smith-Jones", "Núñez", "Groß", "van der Berg", "Łukasz", "Hill", "McDonald", "Æthel")
"""No two have the same letters, nor a word in common."""
names = st.builds("{} {}".format, st.sampled_from(FIRST), st.sampled_from(SURNAMES))


@st.composite
def written_otherwise(draw: st.DrawFn, name: str) -> str:
    """The same name with other signs, marks, capitals, spaces and a title."""
    name = "".join(draw(st.sampled_from(APOSTROPHES)) if sign == "'" else sign for sign in name)
    name = "".join(draw(st.sampled_from(f"{HYPHENS} ")) if sign == "-" else sign for sign in name)
    name = "".join(draw(st.sampled_from(" \u00a0\u202f")) if sign == " " else sign for sign in name)
    name = unicodedata.normalize(draw(st.sampled_from(("NFC", "NFD"))), name)
    changed = draw(st.sampled_from((str, str.upper, str.casefold)))(name)
    title = draw(st.sampled_from(("", "Mrs ", "Dr. ", "The Revd ", "prof ")))
    return f"{title}{changed}{draw(st.sampled_from(('', ' ', ' BSc', ' (DSL)')))}"


@given(st.data(), names)
def test_a_name_is_the_same_under_every_sign_mark_case_and_title(data: st.DataObject, name: str) -> None:
    one, other = data.draw(written_otherwise(name)), data.draw(written_otherwise(name))
    if parse_name(name) is not None and not name.startswith("D."):
        assert likeness(one, other) is SAME
        assert name_key(one) == name_key(other)
    assert likeness(one, name) >= COULD_BE


@given(names, names, names)
def test_the_same_is_an_equivalence_and_every_degree_goes_both_ways(one: str, other: str, third: str) -> None:
    assert likeness(one, other) is likeness(other, one)
    assert likeness(one, one) is SAME
    if likeness(one, other) is SAME and likeness(other, third) is SAME:
        assert likeness(one, third) is SAME
    assert (likeness(one, other) is SAME) == (name_key(one) == name_key(other))


@given(st.data(), st.sampled_from(FIRST), st.sampled_from(FIRST), st.permutations(SURNAMES))
def test_people_of_different_surnames_are_never_the_same(
    data: st.DataObject, first: str, second: str, surnames: list[str]
) -> None:
    one = data.draw(written_otherwise(f"{first} {surnames[0]}"))
    other = data.draw(written_otherwise(f"{second} {surnames[1]}"))
    assert likeness(one, other) is DIFFERENT


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_two_texts_can_be_compared_both_ways(one: str, other: str) -> None:
    assert likeness(one, other) is likeness(other, one)
    assert likeness(one, one) is (SAME if name_key(one) else DIFFERENT)


# --- the surname that a reader types -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("oneill", "O'Neill"),
        ("O’NEILL", "O'Neill"),
        ("garcia lopez", "García-López"),
        ("Soren-sen", "Sørensen"),
        ("strasse", "Straße"),
        ("van der berg", "Van der Berg"),
        ("Łukasz", "Lukasz"),
        ("李", "李"),
    ],
)
def test_surname_is_known_however_it_is_typed(typed: str, name: str) -> None:
    assert same_surname(typed, name)


@pytest.mark.parametrize(("typed", "name"), [("", "Lee"), ("Kim Lee", "Lee"), ("L", "Lee"), ("-", "Lee"), ("", "-")])
def test_anything_else_is_not_the_surname(typed: str, name: str) -> None:
    assert not same_surname(typed, name)


@given(st.text(alphabet=st.characters(categories=["L"]), min_size=1, max_size=20))
@example("dôan")
def test_name_typed_as_it_stands_always_matches(name: str) -> None:
    assert same_surname(name, name)
    assert same_surname(f" {name.upper()} ", name.casefold())
