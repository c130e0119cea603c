"""Numbers below or behind a name that their own words give to somebody else: the police's are never the lead's."""

from collections.abc import Callable

import pytest

from pipeline.documents import read_document_bytes
from pipeline.facts.reading import extract_facts
from pipeline.model import Contact, Directory, DocumentFormat, Holder
from pipeline.named.details.introduced import others_begin
from pipeline.plan.values import ReplacementPlan
from pipeline.word.regenerate import regenerate_docx
from tests.builders import paragraph, table, word_file

LEAD, NEXT = "June Holt", "Yusra Quill"
NUMBER, NEW = "01632 960111", "01632 960901"
ROLE = "Designated Safeguarding Lead"
BREAK = "</w:t><w:br/><w:t>"


def cell_lines(label: str) -> str:
    return table((ROLE, f"Mrs {LEAD}\n{label}")).replace("\n", BREAK)


def named_column(label: str) -> str:
    return table(("Role", "Name"), (ROLE, f"Mrs {LEAD}\n{label}")).replace("\n", BREAK)


def below_the_name(label: str) -> str:
    return table((ROLE, "Deputy"), (f"Mrs {LEAD}", "Ben Lowe"), (label, ""))


def lines_below(label: str) -> str:
    return paragraph(f"{ROLE}: Mrs {LEAD}") + paragraph(label)


def row_below(label: str) -> str:
    words = label.removesuffix(NUMBER).rstrip(" :")
    return table((ROLE, f"Mrs {LEAD}"), (words, NUMBER))


def third_cell(label: str) -> str:
    return table((ROLE, f"Mrs {LEAD}", label))


def next_sentence(label: str) -> str:
    return paragraph(f"The {ROLE} is Mrs {LEAD}. {label}.")


Layout = Callable[[str], str]
IN_CELLS: tuple[Layout, ...] = (cell_lines, named_column, below_the_name, third_cell)
LAYOUTS: tuple[Layout, ...] = (*IN_CELLS, lines_below, row_below, next_sentence)
BODIES = (
    "Police: ", "Elmshire Council ", "Social care: ", "MASH: ", "LADO ", "EDT: ", "Emergency Duty Team: ", "Prevent: ",
    "Early Help: ", "First Response ", "Front Door: ", "Multi-Agency Safeguarding Hub: ", "Reception: ", "Ofsted ",
    "Out of hours: ", "Farwick Clinic: ",
)  # fmt: skip
ASKED = ("Out of hours: ", "Farwick Clinic: ")
"""Whose number it is nobody can tell: a copy may wait for an answer."""
OWN = ("", "Tel: ", "Mobile ", "M: ", "Direct line: ", "Work: ", "Landline: ", "Daytime: ", "June: ", "School: ")
MAY_BE_NAMES = {
    (third_cell, "Landline: "),
    (third_cell, "Daytime: "),
    (third_cell, "June: "),
    (row_below, "June: "),
}
"""Where a copy waits, since the word alone in its cell may be somebody's name."""


def content_of(body: str) -> bytes:
    return word_file(paragraph("Safeguarding Policy"), body)


def contacts_of(content: bytes) -> tuple[Contact, ...]:
    document = read_document_bytes(content, shown_as="contacts.docx", format=DocumentFormat.DOCX)
    return extract_facts(document).contacts


def plan_of(content: bytes) -> ReplacementPlan:
    """What a copy for the next lead is to change."""
    directory = Directory(
        (Holder("dsl", NEXT, "Mrs", NEW, None), Holder("deputy-dsl", "Piotr Zeller", "Mr", None, None))
    )
    return regenerate_docx(content, contacts_of(content), directory).plan


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("words", BODIES)
def test_a_number_that_its_words_give_to_another_is_never_the_leads(layout: Layout, words: str) -> None:
    content = content_of(layout(words + NUMBER))
    leads = [(each.name, each.phone) for each in contacts_of(content) if LEAD in (each.name or "")]
    assert leads == [(LEAD, None)]
    plan = plan_of(content)
    assert NUMBER not in [each.before for each in plan.replacements]
    assert bool(plan.holds) <= (words in ASKED)


@pytest.mark.parametrize(
    ("layout", "words"), [(layout, words) for layout in LAYOUTS for words in OWN if layout is not below_the_name]
)
def test_a_number_that_its_words_leave_to_the_lead_goes_on_to_the_next(layout: Layout, words: str) -> None:
    content = content_of(layout(words + NUMBER))
    assert (LEAD, NUMBER) in [(each.name, each.phone) for each in contacts_of(content)]
    plan = plan_of(content)
    assert (NUMBER, NEW) in [(each.before, each.after) for each in plan.replacements]
    assert bool(plan.holds) == ((layout, words) in MAY_BE_NAMES)


@pytest.mark.parametrize("layout", IN_CELLS)
@pytest.mark.parametrize("line", ["Childline 0800 1111", "NSPCC 0808 800 5000", "Samaritans 116 123", "Police: 101"])
def test_a_helplines_line_in_the_leads_cell_stays_as_it_is(layout: Layout, line: str) -> None:
    content = content_of(layout(line))
    assert [(each.name, each.phone) for each in contacts_of(content) if each.role == "dsl"] == [(LEAD, None)]
    changed = "".join(each.before for each in plan_of(content).replacements)
    assert not any(word in changed for word in line.split())


@pytest.mark.parametrize("words", ["Police: ", "School office: ", "Prevent: ", "Elmshire Council "])
def test_a_number_behind_a_comma_and_another_label_is_not_the_leads(words: str) -> None:
    content = content_of(paragraph(f"{ROLE}: Mrs {LEAD}, {words}{NUMBER}"))
    assert [each.phone for each in contacts_of(content)] == [None]
    assert NUMBER not in [each.before for each in plan_of(content).replacements]


def test_only_the_authoritys_officer_is_read_as_that_one() -> None:
    told = [(each.role, each.name) for each in contacts_of(content_of(cell_lines(f"LADO {NUMBER}")))]
    assert told == [("dsl", LEAD)]


@pytest.mark.parametrize(
    "sentence",
    ["Holt House can be reached on ", "The Police can be contacted on ", "Bramley Clinic may be rung on "],
)
def test_a_sentence_of_how_to_reach_another_gives_the_lead_nothing(sentence: str) -> None:
    content = content_of(paragraph(f"The {ROLE} is Mrs {LEAD}. {sentence}{NUMBER}."))
    assert [each.phone for each in contacts_of(content)] == [None]


@pytest.mark.parametrize("sentence", ["She can be reached on ", "Mrs Holt can be reached on ", "Please ring her on "])
def test_a_sentence_of_how_to_reach_the_lead_gives_the_number(sentence: str) -> None:
    content = content_of(paragraph(f"The {ROLE} is Mrs {LEAD}. {sentence}{NUMBER}."))
    assert [each.phone for each in contacts_of(content)] == [NUMBER]


@pytest.mark.parametrize(
    "text",
    [
        f"DSL – {LEAD}, Managing Director: june@example.org / {NUMBER}",
        f"DSL – {LEAD} – DSL & Prevent Lead – {NUMBER}",
        f"DSL – {LEAD} – Headteacher – {NUMBER}",
    ],
)
def test_a_post_told_of_the_person_introduces_nobody_else(text: str) -> None:
    assert others_begin(text, text.index(LEAD) + len(LEAD), LEAD, "dsl") == len(text)


def test_a_detail_behind_anothers_is_not_the_persons_either() -> None:
    text = f"DSL: {LEAD}\tFarwick Clinic: {NUMBER}\tTel: 01632 960112"
    assert others_begin(text, 15, LEAD, "dsl") == text.index("Farwick")
