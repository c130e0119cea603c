"""Numbers below or behind a name that their own words give to somebody else: the police's are never the lead's."""

from collections.abc import Callable

import pytest

from pipeline.documents import read_document_bytes
from pipeline.facts.reading import extract_facts
from pipeline.model.contacts import Directory, Holder
from pipeline.model.documents import DocumentFormat
from pipeline.model.facts import Contact
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
    "Out of hours: ", "Farwick Clinic: ", "School: ",
)  # fmt: skip
ASKED = ("Out of hours: ", "Farwick Clinic: ", "School: ")
"""Whose number it is nobody can tell: a copy may wait for an answer."""
OWN = ("", "Tel: ", "Mobile ", "M: ", "Direct line: ", "Work: ", "Landline: ", "Daytime: ", "June: ")
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
        (Holder("dsl", NEXT, "Mrs", NEW, "y.quill@example.org"), Holder("deputy-dsl", "Piotr Zeller", "Mr", None, None))
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
    assert not plan.holds or words in ASKED


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


X, OWN_NUMBER, MAIL = "01632 960777", "01632 960111", "cases@elmshire.example.org"


def below_it(*lines: str) -> str:
    return "".join(map(paragraph, (f"{ROLE}: Mrs {LEAD}", *lines)))


def told(body: str) -> tuple[str | None, str | None]:
    """The number and address read for the lead, and that no copy exchanges another's."""
    content = content_of(body)
    lead = next(each for each in contacts_of(content) if each.role == "dsl")
    changed = [each.before for each in plan_of(content).replacements]
    assert X not in changed or lead.phone == X
    assert MAIL not in changed or lead.email == MAIL
    return lead.phone, lead.email


OF_OTHERS = {
    "a body in the line above": table((ROLE, f"Mrs {LEAD}\nPolice\n{X}")).replace("\n", BREAK),
    "a partnership above its number": below_it("Elmshire Safeguarding Children Partnership", f"Tel: {X}", MAIL),
    "a heading of another subject": below_it("To report a concern", f"Telephone: {X}", MAIL),
    "the school above its number": below_it("Farwick Primary School", X),
    "form rows of a body": table(
        (ROLE, f"Mrs {LEAD}"), ("Local authority", "Elmshire Council"), ("Telephone", X), ("Email", MAIL)
    ),
    "a body above its number in the third cell": table((ROLE, f"Mrs {LEAD}", f"MASH\n{X}")).replace("\n", BREAK),
    "a body beside the lead": table((f"DSL\nMrs {LEAD}", f"Police\n{X}")).replace("\n", BREAK),
    "a body behind the number": table((ROLE, f"Mrs {LEAD}", f"{X} (MASH)")),
    "another post behind the number": table((ROLE, f"Mrs {LEAD}", f"{X} (SENCO)")),
    "a body behind the number below": below_it("Useful numbers", f"{X} Elmshire Children's Services"),
    "a column of a body's numbers": table(("Role", "Name", "MASH"), (ROLE, f"Mrs {LEAD}", X)),
    "a column of the office's numbers": table(("Role", "Name", "School office"), (ROLE, f"Mrs {LEAD}", X)),
    "whom the lead works with": paragraph(f"Mrs {LEAD} (DSL) liaises with the link officer, Paul Garner ({X})."),
    "what the lead sends away": paragraph(f"The DSL, Mrs {LEAD}, completes the form and sends it to {MAIL} at once."),
    "who manages the lead": paragraph(f"Mrs {LEAD} (DSL) is line managed by Ms Nia Prosser ({X})."),
    "who is there instead": paragraph(f"Contact Mrs {LEAD} (DSL) or, if she is not in, Ms Cara Dunn on {X}."),
    "whom to ring in the absence": paragraph(f"The DSL is Mrs {LEAD}. In her absence ring {X}."),
    "whom the lead rings": paragraph(f"Mrs {LEAD}, the DSL, decides whether to ring First Contact ({X})."),
    "a partnership in brackets": paragraph(f"Contact the DSL (Mrs {LEAD}) or the Elmshire Partnership ({X})."),
    "the school's own lines": table((ROLE, f"Mrs {LEAD}"), ("School telephone", X), ("School email", MAIL)),
    "a body's row under the lead's column": table(
        (ROLE, "Deputy DSL"), (f"Mrs {LEAD}", "Mr Ben Lowe"), ("Police", ""), (X, "")
    ),
    "an address below a body's number": table((ROLE, f"Mrs {LEAD}"), ("Police", X), ("", MAIL)),
    "the office's mailbox": paragraph(f"{ROLE}: Mrs {LEAD}, office@example.org"),
}


@pytest.mark.parametrize("body", OF_OTHERS.values(), ids=OF_OTHERS.keys())
def test_what_stands_between_says_that_a_detail_is_not_the_leads(body: str) -> None:
    assert told(body) == (None, None)


@pytest.mark.parametrize(
    "body",
    [
        below_it("Assistant Headteacher", f"Tel: {OWN_NUMBER}"),
        paragraph(f"Report it to the {ROLE}, {LEAD}, Director of Student Services, on {OWN_NUMBER}."),
        paragraph(f"{OWN_NUMBER} – Mrs {LEAD}, {ROLE}"),
        table(("Role", "Name", "Position", "Contact"), (ROLE, f"Mrs {LEAD}", "Class Teacher", OWN_NUMBER)),
        table((f"{ROLE}\nAssistant Headteacher", f"Mrs {LEAD}", OWN_NUMBER)).replace("\n", BREAK),
    ],
)
def test_a_post_told_of_the_lead_leaves_the_number_to_the_lead(body: str) -> None:
    content = content_of(body)
    assert ("dsl", LEAD, OWN_NUMBER) in [(each.role, each.name, each.phone) for each in contacts_of(content)]
    assert (OWN_NUMBER, NEW) in [(each.before, each.after) for each in plan_of(content).replacements]


@pytest.mark.parametrize("post", [" (Deputy Head, Pastoral), telephone ", ", Centre Manager. Mobile "])
def test_a_number_behind_a_post_of_the_lead_is_read_though_a_copy_asks_for_the_post(post: str) -> None:
    content = content_of(paragraph(f"The {ROLE} is Mrs {LEAD}{post}{OWN_NUMBER}."))
    assert [(each.role, each.phone) for each in contacts_of(content)] == [("dsl", OWN_NUMBER)]
    assert plan_of(content).holds


@pytest.mark.parametrize("post", ["SENCO", "Headteacher", "Chair of Governors"])
def test_a_number_below_another_post_under_the_name_holds_the_copy(post: str) -> None:
    content = content_of(below_it(post, f"Tel: {X}"))
    assert ("dsl", LEAD, None) in [(each.role, each.name, each.phone) for each in contacts_of(content)]
    plan = plan_of(content)
    assert X not in [each.before for each in plan.replacements]
    assert plan.holds


@pytest.mark.parametrize("head", ["How to contact", "How to reach them", "Phone or email", "Contact details (work)"])
def test_a_column_of_ways_to_reach_people_holds_their_own_numbers(head: str) -> None:
    content = content_of(table(("Role", "Name", head), (ROLE, f"Mrs {LEAD}", OWN_NUMBER)))
    assert ("dsl", LEAD, OWN_NUMBER) in [(each.role, each.name, each.phone) for each in contacts_of(content)]


def test_an_address_of_a_namesake_elsewhere_is_not_the_leads() -> None:
    rows = (ROLE, f"Mrs {LEAD}", "june.holt@example.org"), ("Chair", "Mr James Holt", "j.holt@clerks.example.com")
    changed = [each.before for each in plan_of(content_of(table(*rows))).replacements]
    assert "june.holt@example.org" in changed
    assert "j.holt@clerks.example.com" not in changed
