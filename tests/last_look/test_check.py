"""The last look at a copy: nobody who is nobody's today stands near a safeguarding role without a word."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.copies.copy import Copy
from pipeline.documents import read_document_bytes
from pipeline.facts.reading import extract_facts
from pipeline.last_look.check import with_last_check
from pipeline.model.contacts import Directory, Holder, Pronoun, ReplacementKind
from pipeline.model.documents import Block, BlockKind, Cell, Document, DocumentFormat, Span
from pipeline.named.names.given_names import given_names
from pipeline.named.names.people import has_given_name
from pipeline.named.names.titles import titles_small
from pipeline.pages.pdf import FrontBlock, front_contacts
from pipeline.places import read_place
from pipeline.plan.rewording import regenerate_document
from pipeline.plan.values import ReplacementPlan
from tests.builders import lines_down, paragraph, pdf_file, table, word_file
from tests.copies.in_process import make_copy

TODAY = Directory(
    (
        Holder("dsl", "Bob Ray", "Mr", "01632 960222", "b.ray@example.org", Pronoun.HE),
        Holder("deputy-dsl", "Ines Vale", "Ms", "01632 960333", "i.vale@example.org", Pronoun.SHE),
        Holder("headteacher", "Odile Hart", "Dr", "01632 960444", "o.hart@example.org", Pronoun.SHE),
    )
)
FRONT = FrontBlock("Care", "Elm School", "1", "in use", None, None, None, None, front_contacts(TODAY), "ABC")


def copy_of(content: bytes, name: str = "policy.docx") -> Copy:
    document = read_document_bytes(content, shown_as=name)
    return make_copy(content, document, extract_facts(document), TODAY, FRONT)


def word_copy(*body: str) -> Copy:
    return copy_of(word_file(*body))


def text_copy(*lines: str) -> Copy:
    return copy_of("\n".join(lines).encode(), "policy.txt")


def is_silent(plan: ReplacementPlan, name: str) -> bool:
    """Whether a copy says nothing of somebody: neither changed, nor held for, nor listed, nor left on purpose."""
    told = [each.before for each in plan.replacements] + [each.text for each in (*plan.left, *plan.left_on_purpose)]
    return not any(name in words for words in (*told, plan.held or ""))


LISTS = [
    [paragraph("Hana Quill – Director of Care and DSL")],
    [paragraph("Designated Safeguarding&#9;Hana Quill / Tove Marlow"), paragraph("Lead")],
    [table(("Designated", "Hana Quill"), ("Safeguarding", ""), ("Lead", ""))],
    [table(("Name", "Hana Quill"), ("Post", "Lead professional for child protection"))],
    [table(("Our site", "Child protection lead professional", "Fire warden"), ("Elm", "Hana Quill", "Tove Marlow"))],
    [
        paragraph("Our safeguarding team leaders are:"),
        paragraph("Bob Ray (Head of Care)"),
        paragraph("Hana Quill (Tutor)"),
    ],
]


@pytest.mark.parametrize("body", LISTS)
def test_a_name_in_a_list_beside_a_role_holds_the_copy(body: list[str]) -> None:
    copy = word_copy(*body)
    assert "Hana Quill" in (copy.plan.held or "")
    assert any("Hana Quill" in each.text for each in copy.plan.left)
    assert any(each.value == "Hana Quill" and each.holds for each in copy.plan.unknown)


def test_a_copy_that_is_held_by_the_last_look_holds_the_words_as_they_were() -> None:
    content = word_file(paragraph("DSL: Ann Lee"), paragraph("Hana Quill – Director of Care and child protection lead"))
    copy = copy_of(content)
    assert copy.plan.held is not None
    assert copy.docx == content


@pytest.mark.parametrize(
    "sentence",
    [
        "Founding Director: (Hana Quill) Safeguarding Lead: she keeps an eye on the welfare of every learner, on how "
        "risks are met and on what is told to others.",
        "Someone takes the lead responsibility for safeguarding on every day of the week, and this shall be the "
        "responsibility of Hana Quill, who may ask others to help.",
    ],
)
def test_a_name_in_a_sentence_about_a_role_is_listed_and_the_copy_goes_on(sentence: str) -> None:
    copy = word_copy(paragraph(sentence))
    assert copy.plan.held is None
    assert [each.text for each in copy.plan.left] == ["Hana Quill"]
    assert "may name somebody as designated safeguarding lead" in str(copy.plan.left[0].reason)


@pytest.mark.parametrize(
    ("line", "role", "holds"),
    [
        ("At Elm Lions our CWO is Hana Quill.", "dsl", False),
        ("Club Welfare Officer: Hana Quill", "dsl", True),
        ("You can contact the assistant CWO: Hana Quill", "deputy-dsl", True),
        ("Primary MDDSL: Hana Quill", "deputy-dsl", True),
    ],
)
def test_leads_of_clubs_and_of_trusts_are_known_by_their_initials(line: str, role: str, holds: bool) -> None:
    document = read_document_bytes(line.encode(), shown_as="policy.txt")
    plan = with_last_check(document, ReplacementPlan(), TODAY)
    assert [(each.value, each.role, each.holds) for each in plan.unknown] == [("Hana Quill", role, holds)]


@pytest.mark.parametrize(
    "post", ["Education Welfare Officer", "EWO", "Animal welfare officer", "Pupil Welfare Officer"]
)
def test_other_officers_for_welfare_are_none(post: str) -> None:
    document = read_document_bytes(f"Our DSL is Bob Ray.\n\n{post}: Hana Quill".encode(), shown_as="policy.txt")
    assert with_last_check(document, ReplacementPlan(), TODAY).unknown == ()


TOLD_AROUND = [
    (("Deputy Designated Safeguarding leads include:", "Tove Marlow (tutor) and Hana Quill (nurse)"), "deputy-dsl"),
    (("Our Designated Safeguarding Leads are:", "Oak School: Tove Marlow, Manager and Hana Quill, Cook"), "dsl"),
    (("Name of safeguarding lead", "Fir School / Mr T Marlow / Head", "Oak School / Mrs H Quill / Head"), "dsl"),
    ((f"Our Safeguarding Officer, {'glad to hear from each of you, ' * 4}is given below –", "Name: Hana Quill"), "dsl"),
    (
        (
            "While Mr Marlow is away the Designated Safeguarding Lead will be",
            "Hana Quill, Head of Art, and he is told.",
        ),
        "dsl",
    ),
    (("Our CP Co-ordinator is Bob Ray, Head Teacher. If unavailable, Hana Quill our tutor.",), "deputy-dsl"),
    (("Club", "Welfare", "Officer", "Hana Quill"), "dsl"),
    (("The designated liaison", "person is", "Hana Quill"), "dsl"),
    (("The Deputy Designated Liaison Person (Deputy DLP) is Hana Quill.",), "deputy-dsl"),
    (("DDLP: Hana Quill",), "deputy-dsl"),
    (("The Club’s Welfare Officer is Bob Ray and, in his absence, Hana Quill.",), "dsl"),
    (
        ("Safeguarding Lead 01632 960222 Bob Ray Deputy Designated Safeguarding 01632 960333 Hana Quill Lead",),
        "deputy-dsl",
    ),
]


@pytest.mark.parametrize(("lines", "role"), TOLD_AROUND)
def test_a_person_whom_broken_or_distant_words_give_a_role_is_told(lines: tuple[str, ...], role: str) -> None:
    document = read_document_bytes("\n\n".join(lines).encode(), shown_as="policy.txt")
    told = with_last_check(document, ReplacementPlan(), TODAY).unknown
    assert [each.role for each in told if each.value.endswith("Quill")] == [role]


def test_a_name_beside_a_role_without_an_entry_is_listed() -> None:
    copy = word_copy(table(("LADO", "Hana Quill"), ("Link governor for safeguarding", "Tove Marlow")))
    assert copy.plan.held is None
    assert not is_silent(copy.plan, "Hana Quill")
    assert not is_silent(copy.plan, "Tove Marlow")


def test_a_number_under_the_heading_of_a_role_is_told_with_the_name() -> None:
    copy = word_copy(
        paragraph("Designated Safeguarding Lead &amp; Manager &amp; 24hr Emergency Contact:"),
        paragraph("Name: Hana Quill"),
        paragraph("Phone: 07700 900123"),
        paragraph("Email: h.quill@example.org"),
    )
    assert copy.plan.held is not None
    assert not is_silent(copy.plan, "07700 900123")
    assert not is_silent(copy.plan, "h.quill@example.org")


def test_a_second_number_of_a_name_that_changed_holds_the_copy() -> None:
    copy = word_copy(
        paragraph("Designated Safeguarding Lead"),
        paragraph("Name: Hana Quill"),
        paragraph("Phone: 01632 960888"),
        paragraph("Fax: none"),
        paragraph("Emergency number, out of hours: 07700 900123"),
    )
    assert copy.plan.held is not None
    assert "07700 900123" in copy.plan.held


def test_a_number_without_its_area_code_below_a_changed_name_holds_the_copy() -> None:
    rows = ("Designated Safeguarding Lead", "Hana Quill"), ("Telephone", "960888")
    former = Directory(TODAY.holders, (Holder("dsl", "Hana Quill", "Ms", None, None),))
    content = word_file(table(*rows))
    document = read_document_bytes(content, shown_as="policy.docx")
    held = make_copy(content, document, extract_facts(document), former, FRONT).plan.held or ""
    assert "960888" in held
    todays = word_copy(table(("Designated Safeguarding Lead", "Hana Quill"), ("Telephone", "960222")))
    assert "960222" not in (todays.plan.held or "")
    years = word_copy(table(("Designated Safeguarding Lead", "Hana Quill"), ("Policy number", "960888")))
    assert "960888" not in (years.plan.held or "")


def test_a_number_beside_a_role_whose_name_stays_is_listed() -> None:
    copy = word_copy(table(("Child protection lead", "Bob Ray", "01632 960222 / 07700 900123")))
    assert copy.plan.held is None
    assert [(each.text, str(each.reason)) for each in copy.plan.left] == [
        ("07700 900123", "stands with the designated safeguarding lead and is nobody’s in config.toml: please look")
    ]
    assert copy.plan.unknown[0].kind is ReplacementKind.PHONE


def test_in_a_text_file_and_in_a_pdf_a_name_is_told_too() -> None:
    lines = ("Who to tell", "Designated Safeguarding\tHana Quill / Tove Marlow", "Lead")
    assert not is_silent(text_copy(*lines).plan, "Hana Quill")
    pdf = copy_of(pdf_file(lines_down("Who to tell", "Hana Quill - Director of Care and DSL")), "policy.pdf")
    assert not is_silent(pdf.plan, "Hana Quill")
    assert pdf.plan.held is None, "the front sheet gives today's contacts"


@pytest.mark.parametrize(
    "body",
    [
        [table(("DSL", "Bob Ray", "01632 960222"), ("Deputy DSL", "Ines Vale"), ("Headteacher", "Odile Hart"))],
        [table(("DSL", "Bob Ray"), ("Chair of governors", "Hana Quill"), ("SENCO", "Tove Marlow"))],
        [paragraph("Designated Safeguarding Lead: Bob Ray"), paragraph("School nurse: Hana Quill")],
        [paragraph("Hana Quill, the bursar, tells the DSL and the deputy DSL of every theft.")],
        [paragraph("Hana Quill – Director of Education"), paragraph("Bob Ray – Director of Care and DSL")],
        [paragraph("The DSL keeps the records."), paragraph("The bus stops in Lee Road at nine.")],
        [paragraph("Safeguarding Lead"), paragraph("Fire Warden"), paragraph("Lone Working"), paragraph("Early Help")],
        [paragraph("Designated Safeguarding Lead"), paragraph("Learning Journey")],
        [paragraph("Child protection officer: see the London Safeguarding Children Board"), paragraph("Golden Rules")],
        [table(("DSL", "Ray, Bob"), ("Deputy DSL", "VALE, Ines"))],
    ],
)
def test_who_is_somebody_today_or_of_another_post_and_ordinary_words_are_not_told(body: list[str]) -> None:
    plan = word_copy(*body).plan
    assert plan.held is None
    assert not [each for each in plan.left if "please look" in str(each.reason)]
    assert plan.unknown == ()


@pytest.mark.parametrize(
    "body",
    [
        [paragraph("Author: Hana Quill, safeguarding and welfare lead")],
        [
            paragraph("Version history"),
            table(("Version", "Date", "Author", "Changes"), ("2", "2024", "Hana Quill", "New DSL")),
        ],
        [paragraph("Case study"), paragraph("Hana Quill – Director of Care and DSL – hears a rumour.")],
    ],
)
def test_authors_histories_and_examples_are_left_on_purpose(body: list[str]) -> None:
    plan = word_copy(*body).plan
    assert plan.held is None
    assert any("Hana Quill" in each.text for each in plan.left_on_purpose)


def cell(text: str, *, rows: int = 1, columns: int = 1) -> Cell:
    return Cell((Block(BlockKind.PARAGRAPH, read_place(f"the cell of {text}"), (Span(text),)),), columns, rows)


@pytest.mark.parametrize(
    "rows",
    [
        [[cell("Safeguarding and welfare leads", rows=2), cell("Bob Ray")], [cell("Hana Quill")]],
        [
            [cell("Site", columns=2), cell("Safeguarding and welfare lead")],
            [cell("Elm"), cell("Up"), cell("Hana Quill")],
        ],
        [[cell("Safeguarding and welfare leads", columns=2), cell("Nurse")], [cell("Bob Ray"), cell("Hana Quill")]],
    ],
)
def test_cells_merged_across_and_down_keep_their_role(rows: list[list[Cell]]) -> None:
    table_block = Block(BlockKind.TABLE, read_place("table 1"), rows=tuple(map(tuple, rows)))
    document = Document("policy.docx", DocumentFormat.DOCX, "0" * 64, 1, (table_block,))
    assert "“Hana Quill”" in (with_last_check(document, ReplacementPlan(), TODAY).held or "")


def test_a_name_two_columns_from_the_role_of_another_is_not_told() -> None:
    rows = (
        (cell("School", columns=2), cell("DSL"), cell("Chef")),
        (cell("Elm"), cell("Up"), cell("Bob Ray"), cell("Hana Quill")),
    )
    block = Block(BlockKind.TABLE, read_place("table 1"), rows=rows)
    document = Document("policy.docx", DocumentFormat.DOCX, "0" * 64, 1, (block,))
    assert with_last_check(document, ReplacementPlan(), TODAY) == ReplacementPlan()


def test_whom_the_owner_settled_is_left_on_purpose() -> None:
    settled = Directory(TODAY.holders, settled=(Holder("dsl", "Hana Quill", "", None, None),))
    document = read_document_bytes(
        b"Hana Quill - Director of Care and DSL\nTove Marlow - Tutor and DSL", shown_as="a.txt"
    )
    plan = with_last_check(document, ReplacementPlan(), settled)
    assert [each.text for each in plan.left] == ["Tove Marlow"]
    assert [str(each.reason) for each in plan.left_on_purpose] == [
        "settled: rightly given as designated safeguarding lead"
    ]


def test_what_planning_told_of_is_not_told_again() -> None:
    plan = word_copy(paragraph("Hana Quill has been our DSL for some years.")).plan
    assert len([each for each in plan.left if "Hana Quill" in each.text]) == 1
    assert len(plan.unknown) == 1


_LAYOUTS = (
    "DSL: {}",
    "{} (DSL)",
    "({}) Safeguarding Lead",
    "{} – Director of Learning and DSL",
    "Safeguarding officer – {} – in school all week",
    "Lead for child protection\t{}",
    "{}\tChild protection co-ordinator",
    "Designated Safeguarding\t{}\nLead",
    "Designated\t{}\nSafeguarding\nLead",
    "Designated Safeguarding Lead & Manager & 24hr Emergency Contact:\nName: {}\nPhone: 01632 960222",
    "Person responsible for safeguarding:\n\n{}",
    "Our designated safeguarding leads are:\nBob Ray\n{}",
)


@settings(max_examples=150, deadline=None)
@given(
    first=st.sampled_from(sorted(n for n in given_names() - titles_small() if len(n) > 3 and has_given_name(n))),
    surname=st.sampled_from(("Quill", "Tansley", "O’Hara", "Marlow-Vine", "McQuade", "Okafor")),
    layout=st.sampled_from(_LAYOUTS),
)
def test_nobody_with_a_given_name_and_a_surname_stands_in_a_role_without_a_word(
    first: str, surname: str, layout: str
) -> None:
    name = f"{first.capitalize()} {surname}"
    content = "\n".join(("Care of pupils", "", *layout.format(name).split("\n"), "", "We mean it.")).encode()
    document = read_document_bytes(content, shown_as="policy.txt")
    finished, plan = regenerate_document(document, extract_facts(document).contacts, TODAY)
    assert not is_silent(with_last_check(finished, plan, TODAY), name)


STANDING_IN = [
    ["The DSL is Bob Ray.", "He keeps the log.", "The deputy is Hana Quill."],
    ["The DSL is Bob Ray.", "He keeps the log.", "Our deputy, Hana Quill, works in the mornings."],
]


@pytest.mark.parametrize("lines", STANDING_IN)
def test_whoever_stands_in_for_the_lead_within_two_lines_is_listed(lines: list[str]) -> None:
    plan = word_copy(*map(paragraph, lines)).plan
    assert plan.held is None
    assert [str(each.reason) for each in plan.left if each.text == "Hana Quill"] == [
        "may name somebody as deputy designated safeguarding lead: please look"
    ]


def test_whoever_is_told_in_the_leads_absence_is_the_deputy_and_becomes_todays() -> None:
    plan = word_copy(paragraph("The DSL is Bob Ray. In his absence contact Hana Quill.")).plan
    assert [(each.before, each.role) for each in plan.replacements if each.before == "Hana Quill"] == [
        ("Hana Quill", "deputy-dsl")
    ]


@pytest.mark.parametrize(
    "lines",
    [
        ["The DSL is Bob Ray.", "He keeps the log.", "The deputy headteacher is Hana Quill."],
        ["The DSL is Bob Ray.", "The caretaker is Tove Marlow.", "The chair is Ann Lee.", "The deputy is Hana Quill."],
    ],
)
def test_a_deputy_of_somebody_else_is_not_told(lines: list[str]) -> None:
    assert is_silent(word_copy(*map(paragraph, lines)).plan, "Hana Quill")


@pytest.mark.parametrize(
    "line",
    [
        "Any worries about child protection are raised with Bob Ray or Hana Quill at once.",
        "Child protection matters: Hana Quill",
    ],
)
def test_whoever_gets_the_concerns_without_a_word_of_the_role_is_listed(line: str) -> None:
    for plan in (word_copy(paragraph(line)).plan, text_copy("Care of pupils", "", line).plan):
        assert plan.held is None
        assert [(each.text.split()[-1], str(each.reason)) for each in plan.left] == [
            ("Quill", "may name somebody as designated safeguarding lead: please look")
        ]


@pytest.mark.parametrize(
    "line",
    [
        "Safeguarding concerns should be passed to the school nurse, Hana Quill.",
        "Hana Quill, the bursar, has no say in safeguarding matters.",
        "Safeguarding matters. Please give lost coats to Hana Quill.",
        "Safeguarding concerns should be passed to Bob Ray or to Early Help.",
    ],
)
def test_concerns_that_go_to_a_post_or_to_the_lead_are_not_told(line: str) -> None:
    assert word_copy(paragraph(line)).plan.left == ()


MATRICES = [
    [("Name", "DSL", "First aid"), ("Hana Quill", "✓", ""), ("Tove Marlow", "", "✓")],
    [("Name", "Role", "DSL", "First aid"), ("Hana Quill", "Bursar", "x", "x"), ("Tove Marlow", "Cook", "", "Yes")],
    [
        ("Duty", "Tove Marlow", "Hana Quill"),
        ("First aid", "✔", ""),
        ("Keys", "✔", ""),
        ("Fire", "✔", ""),
        ("DSL", "", "✔"),
    ],
]


@pytest.mark.parametrize("rows", MATRICES)
def test_whoever_is_ticked_for_a_role_in_a_table_holds_the_copy(rows: list[tuple[str, ...]]) -> None:
    document = read_document_bytes(word_file(table(*rows)), shown_as="policy.docx")
    plan = with_last_check(document, ReplacementPlan(), TODAY)
    assert "Hana Quill" in (plan.held or "")
    assert [each.text for each in plan.left] == ["Hana Quill"]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([("Name", "DSL", "First aid"), ("Bob Ray", "✓", ""), ("Hana Quill", "", "✓")], []),
        ([("Name", "DSL training", "First aid"), ("Hana Quill", "✓", "")], ["Hana Quill"]),
        ([("Duty", "Bob Ray", "Hana Quill"), ("DSL", "✓", ""), ("First aid", "", "✓")], []),
    ],
)
def test_ticks_for_the_lead_or_for_other_duties_hold_no_copy(rows: list[tuple[str, ...]], told: list[str]) -> None:
    plan = word_copy(table(*rows)).plan
    assert plan.held is None
    assert [each.text for each in plan.left] == told


@pytest.mark.parametrize(
    "lines",
    [
        ["Designated\tHana\tin school", "Safeguarding\tQuill", "Lead"],
        ["Designated Safeguarding\tHana", "Lead\tQuill"],
        ["Designated\tHana", "Safeguarding\tQuill", "Lead", "Chair\tTove Marlow"],
    ],
)
def test_a_name_over_two_lines_of_a_column_is_told(lines: list[str]) -> None:
    assert not is_silent(text_copy("Care of pupils", "", *lines, "", "We mean it.").plan, "Hana Quill")


_WELCOME = "Everyone here wants each child to feel welcome and to learn well."


@pytest.mark.parametrize(
    "lines",
    [
        ("The designated safeguarding", "contact person is Hana Quill. All learn well."),
        ("All safeguarding concerns", "should be reported to Hana Quill. All learn well."),
        ("If you have a safeguarding concern please contact", "Hana Quill. All learn well."),
        ("All safeguarding concerns should be reported to Hana", "Quill. All learn well."),
        ("Hana Quill takes the lead", "on child protection."),
        ("Hana Quill has been appointed as our", "safeguarding representative."),
        ("In the absence of the DSL, contact Hana", "Quill. All learn well."),
        ("The role of safeguarding lead", "is held by Hana Quill. All learn well."),
    ],
)
def test_a_sentence_that_a_converted_file_breaks_over_paragraphs_names_nobody_in_silence(
    lines: tuple[str, str],
) -> None:
    first, second = lines
    made = word_copy(paragraph(f"{_WELCOME} {first}"), paragraph(second))
    told = [each.before for each in made.plan.replacements] + [each.text for each in made.plan.left]
    assert any("Quill" in words for words in told) or "Quill" in (made.plan.held or "")


def test_lines_that_end_or_are_short_are_not_read_as_one_sentence() -> None:
    for lines in (
        (f"{_WELCOME} Report each concern about safeguarding.", "Hana Quill cooks"),
        ("Safeguarding concerns and welfare", "Hana Quill, cook"),
    ):
        assert word_copy(*map(paragraph, lines)).plan.left == ()


def test_the_lead_over_two_lines_and_words_below_a_first_name_are_not_told() -> None:
    lead = text_copy("Care of pupils", "", "Designated\tBob", "Safeguarding\tRay", "Lead")
    post = text_copy("Care of pupils", "", "School\tHana", "nurse\tQuill", "", "The DSL is Bob Ray.")
    assert not [each for copy in (lead, post) for each in copy.plan.left if " " in each.text]


CHANGED_PLACES = Directory(
    (
        Holder("dsl", "Ben Lowe", "Mr", "01632 960902", "b.lowe@example.org", Pronoun.HE),
        Holder("deputy-dsl", "June Holt", "Mrs", "01632 960901", "j.holt@example.org", Pronoun.SHE),
        Holder("headteacher", "Nia Prosser", "Ms", None, None, Pronoun.SHE),
    )
)
"""June Holt was the lead before, and Ben Lowe her deputy."""


def lines(*texts: str) -> str:
    """Return a cell of several lines."""
    return "".join(map(paragraph, texts))


def look_at(*body: str) -> ReplacementPlan:
    """Return what the last look tells of words that nobody changed."""
    document = read_document_bytes(word_file(*body), shown_as="policy.docx")
    return with_last_check(document, ReplacementPlan(), CHANGED_PLACES)


@pytest.mark.parametrize(
    "body",
    [
        [table(("Lead Professional for Safeguarding", "Mrs June Holt"))],
        [table(("Head of Safeguarding", "June Holt"), ("Deputy Head of Safeguarding", "June Holt"))],
        [table(("DSL", "Ben Lowe"), ("Deputy", "Mr Ben Lowe"))],
        [table(("Pastoral Lead", lines("Ben Lowe", "Deputy DSL")))],
        [table(("Assistant Head (DSL)", "June Holt"))],
        [table((lines("Ben Lowe", "Deputy DSL", "Designated Safeguarding Lead"), "SENCO"))],
        [table(("Deputy Headteacher/DSL", "June Holt"))],
        [table(("Designated Safeguarding Lead", "Ben Lowe"), ("Deputy Designated Safeguarding Lead", "Ben Lowe"))],
        [paragraph("Headteacher: Nia Prosser; DSL: June Holt")],
        [paragraph("Safeguarding Leads: June Holt (Designated), Ben Lowe (Deputy)")],
        [paragraph("Nia Prosser – Headteacher, June Holt – DSL")],
        [paragraph("Designated Safeguarding Lead:"), paragraph("Deputy: Ben Lowe")],
    ],
)
def test_somebody_in_a_role_that_others_hold_today_holds_the_copy(body: list[str]) -> None:
    plan = look_at(*body)
    assert [each.code for each in plan.holds] == ["has-another-role-at"] * len(plan.holds)
    assert plan.holds
    assert all(each.value in {"June Holt", "Mrs June Holt", "Ben Lowe", "Mr Ben Lowe"} for each in plan.unknown)


@pytest.mark.parametrize(
    "body",
    [
        [table(("Designated Safeguarding Lead", "Ben Lowe"), ("Deputy Designated Safeguarding Lead", "June Holt"))],
        [table(("Designated Senior Person", "Ben Lowe"), ("Deputy Designated Person", "June Holt"))],
        [table(("DSL", "Ben Lowe"), ("Deputy", "June Holt"), ("Headteacher", "Nia Prosser"))],
        [paragraph("Head of Safeguarding: Ben Lowe"), paragraph("Head of Maths: June Holt")],
        [table(("DSL", "Ben Lowe"), ("Deputy Lead", "June Holt"), ("Backup DSL", "June Holt"))],
        [table(("Name", "Role"), ("Ben Lowe", "Designated Safeguarding Lead and Deputy Headteacher"))],
        [table((lines("Ben Lowe", "DSL"), lines("June Holt", "Deputy DSL")))],
        [table(("Headteacher", lines("Nia Prosser", "meets the DSL each week")))],
        [table(("Assistant Head (DSL)", "Ben Lowe"))],
        [table(("Reception", "Ben Lowe (DSL)"), ("Year 1", "June Holt"))],
        [paragraph("Child Protection Officer: Ben Lowe     Deputy: June Holt")],
        [paragraph("DSL: Ben Lowe; DDSL: June Holt; Headteacher: Nia Prosser")],
        [paragraph("Ben Lowe - DSL, June Holt - DDSL, Nia Prosser - Headteacher")],
        [paragraph("Ben Lowe, DSL; June Holt, Deputy DSL; Nia Prosser, Headteacher")],
        [paragraph("Safeguarding Leads: Ben Lowe (Designated), June Holt (Deputy)")],
        [paragraph("Concerns of a safeguarding nature go to Mr Lowe (DSL) or Mrs Holt (Deputy DSL).")],
        [paragraph("June Holt is told of every concern by the DSL.")],
        [paragraph("When the designated person is away, the suitably trained deputy is: June Holt")],
    ],
)
def test_everybody_in_a_role_of_their_own_holds_nothing(body: list[str]) -> None:
    plan = look_at(*body)
    assert plan.holds == ()
    assert not [each for each in plan.left if each.reason.code == "has-another-role"]


@pytest.mark.parametrize(
    "body",
    [
        [table(("DSL", "Ben Lowe", "01632 960901"))],
        [table(("DSL", "Ben Lowe"), ("Deputy DSL", "June Holt", "b.lowe@example.org"))],
        [paragraph("Email the DSL (j.holt@example.org) or ring the school.")],
    ],
)
def test_a_number_of_todays_people_in_anothers_role_holds_the_copy(body: list[str]) -> None:
    plan = look_at(*body)
    assert [each.code for each in plan.holds] == ["detail-of-another-role-at"]


@pytest.mark.parametrize(
    "body",
    [
        [table(("DSL", "Ben Lowe", "01632 960902"), ("Deputy DSL", "June Holt", "01632 960901"))],
        [table(("DSL", "Ben Lowe and June Holt", "01632 960901"))],
        [paragraph("DSL: Ben Lowe; June Holt can be reached on 01632 960901.")],
        [paragraph("Ring the DSL on 01632 960902 or June Holt on 01632 960901.")],
    ],
)
def test_numbers_with_their_own_people_hold_nothing(body: list[str]) -> None:
    assert look_at(*body).holds == ()


SHORT = [
    [table(("Name", "Safeguarding role"), ("Hana Quill", "Lead"), ("Bob Ray", "Deputy"))],
    [table(("Safeguarding role", "Name", "Other role"), ("Lead", "Hana Quill", "Tutor"), ("Deputy", "Ines Vale", ""))],
    [
        table(
            ("Area", "Lead", "Deputy"), ("Maths", "Odile Hart", "Ines Vale"), ("Safeguarding", "Hana Quill", "Bob Ray")
        )
    ],
    [table(("Designated Safeguarding Lead", "Bob Ray"), ("First deputy", "Hana Quill"))],
    [paragraph("Designated Safeguarding Lead: Bob Ray"), paragraph("Second in charge: Hana Quill")],
]


@pytest.mark.parametrize("body", SHORT)
def test_lead_and_deputy_alone_are_the_roles_that_a_heading_or_the_line_before_makes_them(body: list[str]) -> None:
    document = read_document_bytes(word_file(*body), shown_as="policy.docx")
    plan = with_last_check(document, ReplacementPlan(), TODAY)
    assert "Hana Quill" in (plan.held or "")


def test_a_number_told_of_with_her_in_the_next_sentence_holds_the_copy_where_the_name_was_changed() -> None:
    told = "Hana Quill is the DSL. She has day-to-day responsibility for safeguarding. Her number is 01632 960199."
    plan = word_copy(paragraph(told)).plan
    assert "01632 960199" in (plan.held or "")
    kept = "Bob Ray is the DSL. He has day-to-day responsibility for safeguarding. His number is 01632 960222."
    assert word_copy(paragraph(kept)).plan.held is None


def test_the_owner_may_say_that_somebody_of_another_role_stands_there_rightly() -> None:
    document = read_document_bytes(word_file(table(("DSL", "June Holt"))), shown_as="policy.docx")
    said = Directory(CHANGED_PLACES.holders, settled=(Holder("dsl", "June Holt", "", None, None),))
    plan = with_last_check(document, ReplacementPlan(), said)
    assert plan.holds == ()
    assert ["June Holt" in each.text for each in plan.left_on_purpose] == [True]


@pytest.mark.parametrize("second", ["Deputy DSL", "(also Deputy DSL)", "and Deputy DSL"])
def test_a_deputy_told_below_a_name_in_the_row_of_another_post_holds_the_copy(second: str) -> None:
    copy = word_copy(table(("SENCO", lines("Hana Quill", second)), ("DSL", "Bob Ray")))
    assert "Hana Quill" in (copy.plan.held or "")


@pytest.mark.parametrize(
    "told",
    [
        ["Key contacts", "Bob Ray", "Designated Safeguarding Lead", "Hana Quill", "School nurse"],
        ["Our committee member with responsibility for safeguarding is: Hana Quill"],
        ["Headteacher: Bob Ray (Designated Safeguarding Lead). Anti-bullying lead: Hana Quill."],
    ],
)
def test_people_of_other_posts_near_a_role_hold_no_copy(told: list[str]) -> None:
    document = read_document_bytes(word_file(*map(paragraph, told)), shown_as="policy.docx")
    assert with_last_check(document, ReplacementPlan(), TODAY).holds == ()


def test_the_right_numbers_in_one_cell_below_two_people_hold_nothing() -> None:
    people = (("DSL", "Bob Ray"), ("Deputy DSL", "Ines Vale"))
    right = word_copy(table(*people, ("Telephone", "01632 960222 / 01632 960333"))).plan
    assert (right.held, right.left) == (None, ())
    turned = word_copy(table(*people, ("Telephone", "01632 960333 / 01632 960222"))).plan
    assert turned.held is not None
