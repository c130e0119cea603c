"""Whoever is given safeguarding, worries or the school itself in words that are no role: the name is listed."""

import pytest

from pipeline.documents import read_document_bytes
from pipeline.last_look.check import with_last_check
from pipeline.plan.values import ReplacementPlan
from tests.builders import paragraph, table
from tests.last_look.test_check import TODAY, word_copy

WORRIES = [
    "Staff report concerns to Hana Quill.",
    "Any concern about a child must be passed to Mrs Quill the same day.",
    "Please speak to Hana Quill if you are worried about a child.",
    "If a child discloses abuse, tell Hana Quill immediately.",
    "All disclosures are recorded on CPOMS and passed to Hana Quill.",
    "Concerns about a child go to Bob Ray or, if he is out, Hana Quill.",
    "Worried about a child? Contact Hana Quill.",
    "Who should I tell? Hana Quill.",
]
OTHER_MATTERS = [
    "Concerns about homework go to Hana Quill.",
    "Please give lost coats to Hana Quill.",
    "Who should I tell if I lose my coat? Hana Quill.",
    "If a pupil forgets lunch, tell Hana Quill.",
    "Worries about training for governors go to Hana Quill.",
    "Any concern about a child goes to the school nurse, Hana Quill.",
    "Any concern about a child goes to Bob Ray.",
]
HEADS = [
    "Head: Hana Quill",
    "HT Hana Quill",
    "Our head is Hana Quill.",
    "Hana Quill (HT)",
    "Hana Quill took over as headteacher in 2023.",
    "Allegations go to Hana Quill. She is the headteacher.",
    "Complaints go to Hana Quill. As headteacher, she will reply.",
    "Hana Quill leads the school.",
    "If the concern is about Hana Quill, contact the chair of governors.",
]
OTHER_HEADS = [
    "Head of Music: Hana Quill",
    "Deputy Head: Hana Quill",
    "Head chef: Hana Quill",
    "Head girl: Hana Quill",
    "The head of English is Hana Quill.",
    "Concerns about reading go to Hana Quill. She is the head of English.",
    "The head of our partner school is Hana Quill.",
    "Hana Quill reports to the headteacher.",
    "Head: Odile Hart",
]


def heading(words: str) -> str:
    return paragraph(words, style="Heading1")


def listed(*body: str) -> list[str]:
    plan: ReplacementPlan = word_copy(*body).plan
    assert plan.held is None
    return [each.text for each in plan.left]


@pytest.mark.parametrize("line", WORRIES)
def test_whoever_worries_go_to_is_listed(line: str) -> None:
    name = "Mrs Quill" if "Mrs" in line else "Hana Quill"
    assert listed(paragraph("Our DSL is Bob Ray."), paragraph(line)) == [name]


@pytest.mark.parametrize("line", OTHER_MATTERS)
def test_whoever_other_matters_go_to_is_not(line: str) -> None:
    assert listed(paragraph("Our DSL is Bob Ray."), paragraph("x. " * 9), paragraph(line)) == []


@pytest.mark.parametrize("line", HEADS)
def test_an_unknown_head_is_listed(line: str) -> None:
    assert listed(paragraph("Our DSL is Bob Ray."), paragraph(line)) == ["Hana Quill"]


@pytest.mark.parametrize("line", OTHER_HEADS)
def test_who_is_head_of_something_else_is_not(line: str) -> None:
    assert listed(paragraph("Our DSL is Bob Ray."), paragraph("x. " * 9), paragraph(line)) == []


@pytest.mark.parametrize(
    "rows",
    [
        (("Head", "Hana Quill"), ("Bursar", "Tove Marlow")),
        (("Name", "Job"), ("Hana Quill", "Head")),
        (("HT", "Bursar"), ("Hana Quill", "Tove Marlow")),
        (("Who is the head?", "Hana Quill"), ("Where is the office?", "By the gate")),
    ],
)
def test_so_is_a_head_in_a_table(rows: tuple[tuple[str, ...], ...]) -> None:
    assert listed(paragraph("Our DSL is Bob Ray."), paragraph("x. " * 9), table(*rows)) == ["Hana Quill"]


def test_so_is_a_head_in_a_line_of_columns() -> None:
    document = read_document_bytes(b"Our DSL is Bob Ray.\nHeadmaster\tHana Quill", shown_as="policy.txt")
    assert [each.text for each in with_last_check(document, ReplacementPlan(), TODAY).left] == ["Hana Quill"]


@pytest.mark.parametrize(
    "body",
    [
        (heading("Safeguarding"), paragraph("Hana Quill")),
        (heading("Safeguarding team"), paragraph("Bob Ray"), paragraph("Hana Quill")),
        (paragraph("Our safeguarding team is Bob Ray, Ines Vale and Hana Quill."),),
        (paragraph("The safeguarding team: Bob Ray (lead), Hana Quill"),),
        (heading("Who should I tell?"), paragraph("Hana Quill")),
        (heading("Keeping children safe"), paragraph("Hana Quill, 01632 960999")),
        (heading("Our safeguarding team"), table(("Name", "Tel"), ("Hana Quill", "01632 960999"))),
    ],
)
def test_whoever_stands_under_a_heading_of_safeguarding_is_listed(body: tuple[str, ...]) -> None:
    assert "Hana Quill" in listed(paragraph("Our DSL is Bob Ray."), paragraph("x. " * 9), *body)


@pytest.mark.parametrize(
    "body",
    [
        (heading("Safeguarding training"), paragraph("Hana Quill")),
        (heading("Sports team"), paragraph("Hana Quill")),
        (heading("Safeguarding"), paragraph("Hana Quill, school counsellor")),
        (heading("Who should I tell about lunch?"), paragraph("Hana Quill")),
    ],
)
def test_whoever_stands_under_another_heading_is_not(body: tuple[str, ...]) -> None:
    assert listed(paragraph("Our DSL is Bob Ray."), paragraph("x. " * 9), *body) == []


TITLE = heading("Child Protection Policy")


@pytest.mark.parametrize(
    "line",
    [
        "Lead: Hana Quill",
        "Overall lead: Hana Quill.",
        "Hana Quill – deputy",
        "First point of contact: Hana Quill",
        "Tell Hana Quill.",
        "If she is away, speak to Hana Quill.",
        "If Hana Quill is not there, ring the office.",
        "In the absence of Hana Quill, ring the office.",
    ],
)
def test_a_lead_of_nothing_else_is_listed_where_the_title_is_of_safeguarding(line: str) -> None:
    apart = [paragraph("x. " * 9) for _ in range(4)]
    assert listed(TITLE, *apart, paragraph(line)) == ["Hana Quill"]
    assert listed(heading("Behaviour Policy"), paragraph("Safeguarding matters."), *apart, paragraph(line)) == []


@pytest.mark.parametrize(
    "body",
    [
        (paragraph("Safeguarding: 01632 960999"),),
        (paragraph("Child protection email: h.quill@example.org"),),
        (heading("Safeguarding"), paragraph("Tel: 01632 960999")),
        (table(("Contact", "Number"), ("Safeguarding", "01632 960999"), ("Hall", "01632 960998")),),
        (paragraph("Child protection matters here."), paragraph("Worried? Ring 01632 960999")),
        (paragraph("Child protection matters here."), table(("Headteacher", "01632 960999"))),
    ],
)
def test_a_number_for_safeguarding_that_is_nobodys_is_listed(body: tuple[str, ...]) -> None:
    assert listed(*body) in (["01632 960999"], ["h.quill@example.org"])


@pytest.mark.parametrize(
    "line",
    [
        "Safeguarding: 01632 960222",
        "Northshire Safeguarding Children Partnership: 01632 960999",
        "The council\u2019s safeguarding team: 01632 960999",
        "Safeguarding: NSPCC helpline 0808 800 5000",
        "Safeguarding concerns out of hours: police, 01632 960999",
        "Safeguarding matters here. The hall is on 01632 960999.",
    ],
)
def test_another_bodys_number_and_the_leads_own_are_not(line: str) -> None:
    assert listed(paragraph(line)) == []


def test_somebody_of_today_who_is_told_to_lead_and_does_not_is_listed() -> None:
    assert listed(heading("Safeguarding"), paragraph("Odile Hart")) == ["Odile Hart"]
    assert listed(paragraph("Odile Hart has overall responsibility for safeguarding.")) == []
    assert listed(paragraph("Safeguarding: Bob Ray")) == []
    assert listed(paragraph("Our safeguarding team is Bob Ray, Ines Vale and Odile Hart.")) == []
