"""A document that stays open gives every school what it gets where it is opened for that school alone."""

import random
from itertools import product

import pytest

from pipeline.copies.copy import Naming
from pipeline.copies.open_document import _MOST_OPEN, _open, reword_kept
from pipeline.copies.rewording import reword_source
from pipeline.documents.source import Source
from pipeline.errors import RenderError
from pipeline.model.contacts import Directory, Holder, Pronoun
from pipeline.model.documents import DocumentFormat
from pipeline.model.facts import Contact
from pipeline.plan.header import HeaderFacts
from tests.builders import lines_down, odt_file, paragraph, pdf_file, run, table, word_file

LINES = (
    "Child Protection Policy",
    "The Designated Safeguarding Lead is Mrs Deborah Field. Her telephone number is 01632 960191.",
    "Write to d.field@example.org, or ask Mrs Field. The deputy is Ann Lee.",
    "Sam Hillcrest chairs the parents' association.",
    "The lead of {{ school.name }} is {{ dsl.name }}.",
)
WORD = word_file(
    *(paragraph(run(line)) for line in LINES),
    table(("Role", "Name", "Telephone"), ("DSL", "Deborah Field", "01632 960191"), ("Deputy DSL", "Ann Lee", "")),
)
FILES = {
    DocumentFormat.DOCX: WORD,
    DocumentFormat.PDF: pdf_file(lines_down(*LINES)),
    DocumentFormat.ODT: odt_file("".join(f"<text:p>{line}</text:p>" for line in LINES)),
    DocumentFormat.TXT: "\n".join(LINES).encode(),
}
STATED = (
    Contact("dsl", "Mrs Deborah Field", "01632 960191", "d.field@example.org"),
    Contact("deputy-dsl", "Ann Lee", None, None),
)


def namings() -> list[Naming]:
    """Schools whose contacts differ in values, in how many there are, and in what is known of them, in some order."""
    leads = [
        Holder("dsl", "Robin Ashdown", "Mr", "01632 960122", "r.ashdown@example.org", Pronoun.HE),
        Holder("dsl", "Jo Fairweather", "Dr", "01632 960133", None, Pronoun.THEY),
        Holder("dsl", "Sam Hillcrest", "Ms", "01632 960144", "s.hillcrest@example.org", Pronoun.SHE),
        Holder("dsl", "Kim Oakes", "Mr", "01632 960155", "kim@example.org", Pronoun.HE, covers="Deborah Field"),
        Holder("dsl", "Deborah Field", "Mrs", "01632 960166", "d.field@example.org", Pronoun.SHE),
        Holder("dsl", "Alex Brookes", "Mr", "01632 960177", "a.brookes@example.org", Pronoun.HE),
    ]
    deputies = [(), ("Pat Elm",), ("Pat Elm", "Chris Rowan"), ("Ann Lee",)]
    former = (Holder("dsl", "Deborah Field", "Mrs", "01632 960191", "d.field@example.org", Pronoun.SHE),)
    made = []
    for number, (lead, names, left) in enumerate(product(leads, deputies, ((), former))):
        others = tuple(Holder("deputy-dsl", name, "", f"01632 96020{at}", None) for at, name in enumerate(names))
        header = HeaderFacts(school=f"School {number}", title="Child Protection Policy")
        made.append(Naming(STATED, Directory((lead, *others), former=left), header))
    random.Random(18).shuffle(made)
    return made


def outcome(reworded: object, *asked: object) -> object:
    try:
        return reworded(*asked)  # type: ignore[operator]
    except RenderError as error:
        return str(error)


@pytest.mark.parametrize("kind", FILES)
def test_each_of_many_schools_gets_what_it_gets_alone(kind: DocumentFormat) -> None:
    source = Source(FILES[kind], f"Child Protection Policy.{kind.value}")
    schools = namings()
    alone = [outcome(reword_source, source, kind, naming) for naming in schools]
    assert [outcome(reword_kept, source, kind, naming) for naming in schools] == alone
    assert len({str(each) for each in alone}) > len(schools) // 4, "the schools' copies differ"


def test_the_same_bytes_under_another_name_are_told_by_that() -> None:
    naming = namings()[0]
    for name in ("One.docx", "Two.docx"):
        assert reword_kept(Source(WORD, name), DocumentFormat.DOCX, naming).document.path == name
    assert len(_open) <= _MOST_OPEN
