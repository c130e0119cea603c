"""A document that is open for many schools gives each of them the copy it would get alone, byte for byte."""

import random
from collections.abc import Sequence
from itertools import permutations

import pytest

from pipeline.errors import RenderError
from pipeline.model.contacts import Directory, Holder, Pronoun
from pipeline.model.facts import Contact
from pipeline.places import read_place
from pipeline.plan.header import HeaderChange, HeaderFacts
from pipeline.word.regenerate import DocxCopy, OpenedDocx, open_docx, regenerate_docx, regenerate_opened
from tests.builders import paragraph, run, table, word_file
from tests.contact_layouts import lay_out, read_in
from tests.soak_copies.planting import plant

ANN = Contact("dsl", "Ann Lister", "01632 960111", "ann.lister@example.org")
BODY = (
    paragraph("The DSL is Mrs Ann Lister. Her number is 01632 960111."),
    paragraph("Tell ", run("Ann "), run("Lister"), " or write to ann.lister@example.org."),
    paragraph("Mrs Lister’s door is open; A. Lister keeps the file. Ring (01632) 960 111 in an emergency."),
    paragraph("The office is on 01632 960555. Quill House is by the gate."),
)
NAMES = ("Jo Marsh", "Meg James", "Bo Okafor", "Ali Brooks")
_FIRST = ("Jo", "Sam", "Imtiaz", "Bronwen", "J", "Ann", "Zoë", "Mary Jane")
_LAST = ("Marsh", "Okafor", "James", "Lister", "Quill", "Adeyemi-Brown", "O’Dowd", "Brooks", "van der Berg", "Lee")
_PHONES = (
    None, "01632 960222", "01632 960333", "+44 1632 960333", "01632 960444 / 07700 900444", "01632 960111",
    "01632 960555", "0800 960 960", "ext 22", "07700 900123 x5",
)  # fmt: skip
_EMAILS = (
    None,
    "jo@example.org",
    "a.lister@example.org",
    "ann.lister@example.org",
    "lead@school.example.org",
    "O'D@x.y",
)


def one_of(chance: random.Random, role: str) -> Holder:
    title, pronoun = chance.choice((("Ms", Pronoun.SHE), ("Mr", Pronoun.HE), ("", Pronoun.THEY), ("Mr", Pronoun.HE)))
    # Most are plain and nowhere in the document; the rest share something with it.
    if chance.random() < 0.7:
        number = chance.randrange(100)
        name = f"{chance.choice(('Sam', 'Jo'))} Hill{chance.choice('bcdfgkmnpr')}{chance.choice('aeiou')}st"
        return Holder(role, name, title, f"01632 9602{number:02}", f"lead{number}@example.org", pronoun)
    name = f"{chance.choice(_FIRST)} {chance.choice(_LAST)}"
    return Holder(role, name, title, chance.choice(_PHONES), chance.choice(_EMAILS), pronoun)


def directories(seed: int, count: int, roles: Sequence[str]) -> list[Directory]:
    chance = random.Random(seed)
    made: list[Directory] = []
    for _ in range(count):
        former = (Holder("dsl", "Ann Lister", "Mrs", "01632 960111", None),) if chance.random() < 0.2 else ()
        office = one_of(chance, "office") if chance.random() < 0.2 else None
        made.append(Directory(tuple(one_of(chance, role) for role in roles), former, office=office))
    return made


def made(opened: OpenedDocx | bytes, stated: Sequence[Contact], directory: Directory) -> DocxCopy | str:
    try:
        if isinstance(opened, bytes):
            return regenerate_docx(opened, stated, directory)
        return regenerate_opened(opened, stated, directory)
    except RenderError as error:
        return str(error)


def assert_alike(content: bytes, stated: Sequence[Contact], schools: Sequence[Directory]) -> None:
    opened = open_docx(content)
    for school in schools:
        assert made(opened, stated, school) == made(content, stated, school), school


@pytest.mark.parametrize("seed", range(4))
def test_schools_in_any_order_get_the_copies_they_would_get_alone(seed: int) -> None:
    roles = random.Random(seed).choice((("dsl",), ("dsl", "headteacher"), ("dsl", "deputy-dsl", "deputy-dsl")))
    extra = (paragraph("Headteacher: Ann Lister"), *table(["Deputy DSL", "Bea Holt"], ["Deputy DSL", "Cy Dunn"]))
    stated = (
        ANN,
        Contact("headteacher", "Ann Lister"),
        Contact("deputy-dsl", "Bea Holt"),
        Contact("deputy-dsl", "Cy Dunn"),
    )
    assert_alike(word_file(*BODY), (ANN,), directories(seed, 25, roles))
    assert_alike(word_file(*BODY, *extra), stated, directories(seed + 100, 15, roles))


def test_the_same_holds_for_the_layouts_of_contacts_that_schools_use() -> None:
    for number, laid in enumerate(lay_out(20261124, 1)):
        if number % 4 == 0:
            assert_alike(laid.content, read_in(laid), directories(number, 5, ("dsl", "deputy-dsl")))


def test_the_same_holds_for_generated_documents_with_everything_in_them() -> None:
    for number in range(25):
        planted = plant(20261124, number)
        roles = [each.role for each in planted.directory.holders] or ["dsl"]
        assert_alike(planted.before.written(), planted.stated, [planted.directory, *directories(number, 4, roles)])


def school(name: str, phone: str | None, title: str = "Ms", pronoun: Pronoun = Pronoun.SHE) -> Directory:
    return Directory((Holder("dsl", name, title, phone, "lead@example.org", pronoun),))


def test_fields_in_braces_are_filled_for_every_school_and_an_empty_one_stops_its_copy_alone() -> None:
    content = word_file(paragraph("DSL: {{ dsl.name }}, {{dsl.phone}}, {{ deputies }}"))
    deputy = Holder("deputy-dsl", "Bea Holt", "", None, None)
    schools = [
        Directory((Holder("dsl", name, "", phone, None), replaced))
        for name, phone in (("Jo Marsh", "01632 960201"), ("Meg James", "01632 960202"), ("Bo Ray", None))
        for replaced in (deputy, Holder("deputy-dsl", "Cy Dunn", "", None, None))
    ]
    for order in list(permutations(schools))[::120]:
        assert_alike(content, (), order)


def test_each_school_has_its_own_name_in_a_field_and_its_own_dates_in_the_header() -> None:
    content = word_file(*BODY, paragraph("{{ school.name }}: next review 1 May 2026"))
    opened = open_docx(content)
    for number, (name, day) in enumerate((name, day) for day in ("2 May 2027", "3 May 2027") for name in NAMES):
        change = HeaderChange("next_review", read_place("paragraph 5"), "1 May 2026", day, blank=False)
        header = HeaderFacts(school=f"School {number}" if number not in (4, 7) else None, changes=(change,))
        directory = school(name, f"01632 96020{number}")
        try:
            alone = regenerate_docx(content, (ANN,), directory, header=header)
        except RenderError:
            assert number in (4, 7)
            with pytest.raises(RenderError, match=r"school\.name"):
                regenerate_opened(opened, (ANN,), directory, header=header)
            continue
        copy = regenerate_opened(opened, (ANN,), directory, header=header)
        assert copy == alone
        after = {each.after for each in copy.plan.replacements}
        assert {day, f"School {number}"} <= after


def test_a_lead_who_is_named_by_a_first_name_is_found_at_the_school_that_has_one() -> None:
    content = word_file(
        *BODY, paragraph("Our DSL is Sam."), paragraph("Please ask Sam, who is the DSL, about training.")
    )
    names = ("Jo Marsh", "Meg James", "Bo Okafor", "Sam Tandy", "Ali Brooks", "Sam Adeyemi")
    schools = [school(name, f"01632 96020{number}") for number, name in enumerate(names)]
    assert_alike(content, (ANN,), schools)
    copies = [regenerate_docx(content, (ANN,), each) for each in schools]
    assert copies[0].plan.left != copies[3].plan.left
