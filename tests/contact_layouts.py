"""Invented safeguarding contacts in the layouts that schools use: each document says who holds which role.

``lay_out`` gives the documents, ``read_in`` and ``copy_of`` what the program makes of one.
"""

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.documents import read_document_bytes
from pipeline.facts.reading import extract_facts
from pipeline.model.contacts import Directory, Holder, Pronoun
from pipeline.model.documents import DocumentFormat
from pipeline.model.facts import Contact
from pipeline.word.regenerate import DocxCopy, regenerate_docx
from tests.builders import paragraph, table, word_file

LEAD_WORDS = (
    "Designated Safeguarding Lead", "Designated Safeguarding Lead (DSL)", "DSL", "Designated Senior Person", "DSP",
    "Head of Safeguarding", "Safeguarding Team Leader", "Child Protection Officer", "CPO", "DSO",
    "Designated Safeguarding Person (DSP)", "Safeguarding Lead", "Designated Child Protection Coordinator",
    "Named Person for Child Protection", "Lead DSL", "Designated Person for Safeguarding",
)  # fmt: skip
DEPUTY_WORDS = (
    "Deputy Designated Safeguarding Lead", "Deputy DSL", "DDSL", "Deputy Safeguarding Lead", "Deputy Head of "
    "Safeguarding", "Deputy DSP",
)  # fmt: skip
_FORMS = ("Mrs {first} {last}", "{first} {last}", "Mr {last}", "Ms {initial} {last}", "Miss {first} {last}")
_FIRST = ("Ada", "Zoe", "Sarah", "April", "Grace", "Will", "Rose", "Bronwen", "Imtiaz", "June", "Faith", "Oluwaseun")
_LAST = ("Holt", "May", "Young", "Price", "Head", "Church", "West", "Bishop", "O'Dowd", "Penn-Hale", "Ollerton", "Vane")
_PHONES = ("", "01632 960{:03}", "Tel: 01632 960{:03}", "020 7946 0{:03} (office hours)")


@dataclass(frozen=True, slots=True)
class Figure:
    """Somebody of a document."""

    role: str
    name: str
    """As written there."""
    phone: str

    @property
    def last(self) -> str:
        """The surname."""
        return self.name.split()[-1]


@dataclass(frozen=True, slots=True)
class Cast:
    """Who is in one document, and what the roles are called there."""

    lead: Figure
    deputies: tuple[Figure, Figure]
    head: Figure
    other_lead: Figure
    """The lead of another school, for layouts of several."""
    lead_words: str
    deputy_words: str


@dataclass(frozen=True, slots=True)
class Laid:
    """One document and whom it names in a safeguarding role."""

    layout: str
    content: bytes
    text: str
    cast: Cast
    named: tuple[Figure, ...]
    """In roles of the directory, in any order."""


_Layout = Callable[[Cast], tuple[Sequence[str], Sequence[Figure]]]


def _p(*lines: str) -> list[str]:
    return [paragraph(*re.split("(<w:r><w:tab/></w:r>)", line.replace("\t", "<w:r><w:tab/></w:r>"))) for line in lines]


def _with_phone(figure: Figure, joint: str = " ") -> str:
    return f"{figure.name}{joint}{figure.phone}".strip(f" {joint}") if figure.phone else figure.name


def _colon(cast: Cast) -> tuple[Sequence[str], Sequence[Figure]]:
    first = cast.deputies[0]
    return _p(
        f"{cast.lead_words}: {_with_phone(cast.lead)}",
        f"{cast.deputy_words}: {_with_phone(first)}",
        f"Headteacher: {cast.head.name}",
    ), (cast.lead, first, cast.head)


def _sentence(cast: Cast) -> tuple[Sequence[str], Sequence[Figure]]:
    return _p(f"Our {cast.lead_words} is {cast.lead.name}. The {cast.deputy_words} is {cast.deputies[0].name}."), (
        cast.lead,
        cast.deputies[0],
    )


def _sentence_in_brackets(cast: Cast) -> tuple[Sequence[str], Sequence[Figure]]:
    line = (
        f"Tell the {cast.lead_words} ({cast.lead.name}) or the {cast.deputy_words} ({cast.deputies[0].name}) at once."
    )
    return _p(line), (cast.lead, cast.deputies[0])


def _sentence_before(cast: Cast) -> tuple[Sequence[str], Sequence[Figure]]:
    return _p(f"{cast.lead.name} is the {cast.lead_words}.", f"{cast.deputies[0].name} is the {cast.deputy_words}."), (
        cast.lead,
        cast.deputies[0],
    )


def _brackets_after(cast: Cast) -> tuple[Sequence[str], Sequence[Figure]]:
    return _p(
        "Who to tell",
        f"{cast.lead.name} ({cast.lead_words}) {cast.lead.phone}".strip(),
        f"{cast.deputies[0].name} ({cast.deputy_words}) {cast.deputies[0].phone}".strip(),
    ), (cast.lead, cast.deputies[0])


def _dash_after(cast: Cast) -> tuple[Sequence[str], Sequence[Figure]]:
    return _p(
        f"{cast.lead.name} – {cast.lead_words}",
        f"{cast.deputies[0].name} – {cast.deputy_words}",
        f"{cast.head.name} – Headteacher",
    ), (cast.lead, cast.deputies[0], cast.head)


def _heading_and_lines(cast: Cast) -> tuple[Sequence[str], Sequence[Figure]]:
    lines = [cast.lead_words, cast.lead.name, cast.lead.phone, cast.deputy_words]
    for each in cast.deputies:
        lines += [each.name, each.phone]
    return _p(*(line for line in lines if line)), (cast.lead, *cast.deputies)


def _name_over_role(cast: Cast) -> tuple[Sequence[str], Sequence[Figure]]:
    people = ((cast.lead, cast.lead_words), (cast.deputies[0], cast.deputy_words), (cast.head, "Headteacher"))
    lines = [line for each, words in people for line in (each.name, words, each.phone) if line]
    return _p("Key contacts", *lines), tuple(each for each, _ in people)


def _deputies_are(cast: Cast) -> tuple[Sequence[str], Sequence[Figure]]:
    one, two = cast.deputies
    return _p(f"The {cast.lead_words} is {cast.lead.name}. Deputies are {one.name} and {two.name}."), (
        cast.lead,
        *cast.deputies,
    )


def _two_in_one_line(cast: Cast) -> tuple[Sequence[str], Sequence[Figure]]:
    one = cast.deputies[0]
    return _p(f"{cast.lead_words}: {_with_phone(cast.lead)}; {cast.deputy_words}: {_with_phone(one)}"), (cast.lead, one)


def _label_left(cast: Cast) -> tuple[Sequence[str], Sequence[Figure]]:
    one = cast.deputies[0]
    rows = (
        ("Role", "Name", "Contact"),
        (cast.lead_words, cast.lead.name, cast.lead.phone),
        (cast.deputy_words, one.name, one.phone),
        ("Headteacher", cast.head.name, ""),
    )
    return [table(*rows)], (cast.lead, one, cast.head)


def _name_left(cast: Cast) -> tuple[Sequence[str], Sequence[Figure]]:
    one = cast.deputies[0]
    rows = (
        ("Name", "Role", "Tel"),
        (cast.lead.name, cast.lead_words, cast.lead.phone),
        (one.name, cast.deputy_words, one.phone),
        (cast.head.name, "Headteacher", ""),
    )
    return [table(*rows)], (cast.lead, one, cast.head)


def _label_above(cast: Cast) -> tuple[Sequence[str], Sequence[Figure]]:
    one = cast.deputies[0]
    rows = ((cast.lead_words, cast.deputy_words, "Headteacher"), (cast.lead.name, one.name, cast.head.name))
    return [table(*rows)], (cast.lead, one, cast.head)


def _label_above_with_phones(cast: Cast) -> tuple[Sequence[str], Sequence[Figure]]:
    one = cast.deputies[0]
    rows = (
        ("", cast.lead_words, cast.deputy_words),
        ("Name", cast.lead.name, one.name),
        ("Telephone", cast.lead.phone, one.phone),
    )
    return [table(*rows)], (cast.lead, one)


def _form(cast: Cast) -> tuple[Sequence[str], Sequence[Figure]]:
    rows = []
    for each, words in ((cast.lead, cast.lead_words), (cast.deputies[0], cast.deputy_words)):
        rows += [("Name", each.name), ("Role", words), ("Telephone", each.phone)]
    return [table(*rows)], (cast.lead, cast.deputies[0])


def _role_first_form(cast: Cast) -> tuple[Sequence[str], Sequence[Figure]]:
    rows = []
    for each, words in ((cast.lead, cast.lead_words), (cast.deputies[0], cast.deputy_words)):
        rows += [("Role", words), ("Name", each.name), ("Telephone", each.phone)]
    return [table(*rows)], (cast.lead, cast.deputies[0])


def _schools_in_rows(cast: Cast) -> tuple[Sequence[str], Sequence[Figure]]:
    rows = (
        ("School", cast.lead_words, "Tel"),
        ("Elmfield School", cast.lead.name, cast.lead.phone),
        ("Oakfield School", cast.other_lead.name, cast.other_lead.phone),
    )
    return [table(*rows)], (cast.lead, cast.other_lead)


def _schools_in_columns(cast: Cast) -> tuple[Sequence[str], Sequence[Figure]]:
    rows = (
        ("", "Elmfield School", "Oakfield School"),
        (cast.lead_words, cast.lead.name, cast.other_lead.name),
        ("Telephone", cast.lead.phone, cast.other_lead.phone),
    )
    return [table(*rows)], (cast.lead, cast.other_lead)


def _tabs(cast: Cast) -> tuple[Sequence[str], Sequence[Figure]]:
    one = cast.deputies[0]
    return _p(
        f"{cast.lead_words}\t{cast.lead.name}\t{cast.lead.phone}".strip(),
        f"{cast.deputy_words}\t{one.name}\t{one.phone}".strip(),
    ), (cast.lead, one)


def _bullets(cast: Cast) -> tuple[Sequence[str], Sequence[Figure]]:
    one, two = cast.deputies
    return _p(
        f"{cast.lead_words}:", f"• {cast.lead.name}", f"{cast.deputy_words}s:", f"• {one.name}", f"• {two.name}"
    ), (cast.lead, one, two)


def _bracketed_days(cast: Cast) -> tuple[Sequence[str], Sequence[Figure]]:
    one, two = cast.deputies
    return _p(
        f"{cast.lead_words}: {cast.lead.name} (Mon–Wed)", f"{cast.deputy_words}s: {one.name}, {two.name} (Fridays)"
    ), (cast.lead, one, two)


def _appointed(cast: Cast) -> tuple[Sequence[str], Sequence[Figure]]:
    one, two = cast.deputies
    line = (
        f"The governors have appointed {cast.lead.name} to be the {cast.lead_words} and {one.name} and {two.name} "
        "to be their deputies."
    )
    return _p(line), (cast.lead, one, two)


LAYOUTS: dict[str, _Layout] = {
    layout.__name__.strip("_").replace("_", " "): layout
    for layout in (
        _colon, _sentence, _sentence_in_brackets, _sentence_before, _brackets_after, _dash_after, _heading_and_lines,
        _name_over_role, _deputies_are, _two_in_one_line, _label_left, _name_left, _label_above,
        _label_above_with_phones, _form, _role_first_form, _schools_in_rows, _schools_in_columns, _tabs, _bullets,
        _bracketed_days, _appointed,
    )
}  # fmt: skip


def lay_out(seed: int, rounds: int) -> Iterator[Laid]:
    """Yield every layout ``rounds`` times, with other people, words for the roles and numbers each time."""
    chance = random.Random(seed)
    for number in range(rounds):
        for name, layout in LAYOUTS.items():
            cast = _cast(chance, LEAD_WORDS[(number + len(name)) % len(LEAD_WORDS)])
            body, named = layout(cast)
            title = paragraph("Safeguarding and Child Protection Policy")
            content = word_file(title, *body, paragraph("Records of concerns are kept in a locked cupboard."))
            text = read_document_bytes(content, shown_as="laid.docx", format=DocumentFormat.DOCX).text
            yield Laid(name, content, text, cast, tuple(named))


def _cast(chance: random.Random, lead_words: str) -> Cast:
    firsts, lasts = chance.sample(_FIRST, 5), chance.sample(_LAST, 5)
    roles = ("dsl", "deputy-dsl", "deputy-dsl", "headteacher", "dsl")
    phone = chance.choice(_PHONES)
    people = []
    for number, role in enumerate(roles):
        form = chance.choice(_FORMS)
        name = form.format(first=firsts[number], last=lasts[number], initial=firsts[number][0])
        people.append(Figure(role, name, phone.format(100 + 37 * number)))
    lead, one, two, head, other = people
    return Cast(lead, (one, two), head, other, lead_words, chance.choice(DEPUTY_WORDS))


def read_in(laid: Laid) -> tuple[Contact, ...]:
    """Return whom the program reads in a safeguarding role or as headteacher."""
    document = read_document_bytes(laid.content, shown_as="laid.docx", format=DocumentFormat.DOCX)
    return extract_facts(document).contacts


def directory_for(laid: Laid) -> Directory:
    """Return a directory in which only the lead is another than in the document."""
    new = Holder("dsl", "Yusra Quill", "Mrs", "01632 960901", "y.quill@example.org", Pronoun.SHE)
    named = {each.name: each for each in laid.named}
    deputies = [
        Holder(
            "deputy-dsl",
            _plain(each.name),
            each.name.split()[0] if each.name[:2] in {"Mr", "Ms", "Mi"} else "",
            None,
            None,
        )
        for each in named.values()
        if each.role == "deputy-dsl"
    ]
    return Directory((new, *deputies))


def copy_of(laid: Laid) -> DocxCopy:
    """Return the copy for the directory of ``directory_for``."""
    return regenerate_docx(laid.content, read_in(laid), directory_for(laid), shown_as="laid.docx")


def _plain(name: str) -> str:
    words = name.split()
    return " ".join(words[1:] if words[0] in {"Mrs", "Mr", "Ms", "Miss"} else words)
