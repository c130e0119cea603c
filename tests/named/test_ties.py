"""The ways in which documents tell who holds a role: each row of a table, read whole."""

from pathlib import Path

import pytest

from pipeline.documents import read_document_bytes
from pipeline.facts.reading import extract_facts
from pipeline.last_look.check import with_last_check
from pipeline.model.contacts import Directory, Holder
from pipeline.named.ties.find import announced, find_ties
from pipeline.word.regenerate import regenerate_docx
from tests.builders import paragraph, table, word_file
from tests.evaluate import document_from_text

PEOPLE = {"L": "Laura Holt", "D": "Ben Lowe", "E": "Carol Dane"}
TELLINGS = Path(__file__).with_name("tellings.txt").read_text(encoding="utf-8").splitlines()
"""The letters of the leads, those of the deputies, and the words; ¶ ends a line, ⇥ a column."""


@pytest.mark.parametrize("telling", TELLINGS)
def test_who_is_lead_and_who_deputy_is_read_however_it_is_told(telling: str) -> None:
    leads, deputies, words = telling.split(maxsplit=2)
    told = words.format(**PEOPLE).replace(" ¶ ", "\n").replace(" ⇥ ", "\t")
    document = document_from_text(f"Safeguarding Policy\nHillside Primary School\nWe keep safe.\n{told}\nThe end.")
    contacts = extract_facts(document).contacts
    for role, letters in (("dsl", leads), ("deputy-dsl", deputies)):
        found = {each.name for each in contacts if each.role == role}
        assert found == {PEOPLE[letter] for letter in letters.strip("-")}


@pytest.mark.parametrize(
    "told",
    [
        "Designated Safeguarding Lead: Vice Principal, Laura Holt\nDeputy DSL: Pastoral Director, Ben Lowe",
        "Designated Safeguarding Lead: Vice Principal Laura Holt\nDeputy DSL: Assistant Principal Ben Lowe",
        "Designated Safeguarding Lead - Vice Principal: Laura Holt\nDeputy DSL: Wellbeing Lead, Ben Lowe",
        "The DSL is the Head of Care, Laura Holt.\nThe Deputy DSL is our Pastoral Lead, Ben Lowe.",
    ],
)
def test_a_post_between_a_role_and_its_holder_hides_nobody(told: str) -> None:
    content = word_file(paragraph("Safeguarding Policy"), *map(paragraph, told.split("\n")))
    contacts = extract_facts(read_document_bytes(content, shown_as="care.docx")).contacts
    assert {("dsl", "Laura Holt"), ("deputy-dsl", "Ben Lowe")} <= {(each.role, each.name) for each in contacts}
    copy = regenerate_docx(content, contacts, NOW, shown_as="care.docx")
    assert copy.plan.held, "the next lead may have another post"


NOW = Directory(
    tuple(
        Holder(role, name, "Ms", phone, None)
        for role, name, phone in (
            ("dsl", "Jo Hill", "01632 960901"),
            ("deputy-dsl", "Tom Fox", "01632 960902"),
            ("headteacher", "Hed Ter", "01632 960904"),
        )
    )
)


def test_no_way_of_telling_leaves_anybody_in_a_role_without_a_word() -> None:
    silent, held = [], 0
    for telling in TELLINGS:
        leads, deputies, words = telling.split(maxsplit=2)
        lines = words.format(**PEOPLE).replace(" ⇥ ", "\t").split(" ¶ ")
        content = word_file(paragraph("Safeguarding Policy"), *map(paragraph, lines))
        contacts = extract_facts(read_document_bytes(content, shown_as="care.docx")).contacts
        copy = regenerate_docx(content, contacts, NOW, shown_as="care.docx")
        made = read_document_bytes(copy.content, shown_as="care.docx")
        plan, text = with_last_check(made, copy.plan, NOW), made.text
        told = " ".join(map(str, (*plan.left, *plan.left_on_purpose)))
        named = [PEOPLE[letter] for letter in (leads + deputies).replace("-", "")]
        silent += [(telling, name) for name in named if not plan.held and name in text and name not in told]
        held += bool(plan.held)
        if not plan.held:
            assert ("Jo Hill" in text) <= (leads != "-"), telling
            assert ("Tom Fox" in text) <= (deputies != "-"), telling
    assert silent == []
    assert held <= len(TELLINGS) * 2 // 5, "more than two in five wait for somebody"


@pytest.mark.parametrize(
    ("told", "changed"),
    [("The DSL is Mr.{L}", ["Mr.Laura Holt"]), ("DSL: Mrs.{L}", ["Mrs.Laura Holt"]), ("{L} is Oakfield’s DSL.", [])],
)
def test_a_lead_whose_title_is_run_into_the_name_changes_and_one_whose_school_is_named_waits(
    told: str, changed: list[str]
) -> None:
    content = word_file(paragraph("Safeguarding Policy"), paragraph(told.format(**PEOPLE)))
    contacts = extract_facts(read_document_bytes(content, shown_as="care.docx")).contacts
    assert [(each.role, each.name) for each in contacts] == [("dsl", "Laura Holt")]
    plan = regenerate_docx(content, contacts, NOW, shown_as="care.docx").plan
    assert [each.before for each in plan.replacements] == changed
    assert bool(plan.held) == (not changed)


@pytest.mark.parametrize(
    "text",
    [
        "If the DSL is not there, Ben Lowe should be told.",
        "The DSL is told by Ben Lowe.",
        "Ben Lowe was the DSL until 2021.",
        "Ben Lowe was appointed DSL in 2012 and left in 2019.",
        "Until last year our former DSL, Ben Lowe, kept the file.",
        "Ben Lowe, DSL until July 2012, wrote the first version.",
        "We remember Ben Lowe, deputy designated lead until retirement in 2012.",
        "A cleaner told Mrs Ben Lowe, designated lead of that school, that the coat hung there.",
        "Appendix: for discussion in pairs\nAsk Ben Lowe (DSL).",
        "Ben Lowe (DSL 2012–2019) wrote the first version.",
        "Ben Lowe was thanked, DSL from 2012 to 2019.",
        "The headteacher until 2012, Ben Lowe, wrote the first version.",
        "Ben Lowe tells the DSL.",
        "The governor responsible for safeguarding is Ben Lowe.",
        "Ben Lowe is the DSL’s line manager.",
        "Ben Lowe leads on safeguarding training for drivers.",
        "Ben Lowe will lead on safeguarding training this year.",
        "The deputy headteacher is Ben Lowe.",
        "The headteacher is Laura Holt. The deputy is Ben Lowe.",
        "Ann Moss tells the class teacher and the DSL.",
        "Ann Moss (reports to the class teacher and DSL)",
        "Contact Ben Lowe or the headteacher and DSL.",
        "Ann Moss\tCook\tManager (DSL)",
        "Ask the DSL. Ben Lowe deputises for Ann Moss in the office.",
        "Ask the DSL. In Ann Moss’s absence, Ben Lowe runs the kitchen.",
        "Ask the DSL. In her absence, Ben Lowe may be contacted at Oakfield School.",
        "Ask the DSL. Ann Moss is the headteacher with Ben Lowe as the deputy.",
        "Carol Dane leads on safeguarding for the governing body.",
        "At Oakfield School Carol Dane is responsible for safeguarding.",
        "When the DSL is absent Carol Dane takes the lead on safeguarding.",
        "Surrey Safeguarding team: Carol Dane (lead)",
        "The board has appointed Ann Moss to lead on safeguarding training.",
        "Carol Dane was appointed DSL of the Oak Trust.",
        "If Carol Dane is appointed DSL, she is trained.",
        "Reported by Ann Moss: DSL",
    ],
)
def test_what_only_looks_like_a_telling_ties_nobody(text: str) -> None:
    assert [tie for tie in find_ties(text) if tie.role in ("dsl", "deputy-dsl")] == []


@pytest.mark.parametrize(
    "line",
    [
        "Child Protection Officer for school Mrs Jo Addyman (Head Teacher)",
        "DSL – Children’s Centre: Mrs Jo Addyman (Head Teacher)",
        "DSL, main site: Mrs Jo Addyman (Head Teacher)",
        "DSL responsible for records: Mrs Jo Addyman (Head Teacher)",
    ],
)
def test_a_head_under_a_leads_label_is_not_followed_there_by_the_next_head(line: str) -> None:
    content = word_file(paragraph("Safeguarding Policy"), paragraph(line))
    contacts = extract_facts(read_document_bytes(content, shown_as="care.docx")).contacts
    copy = regenerate_docx(content, contacts, NOW, shown_as="care.docx")
    made = read_document_bytes(copy.content, shown_as="care.docx")
    assert with_last_check(made, copy.plan, NOW).held
    assert "Hed Ter" not in made.text


def test_a_head_below_the_label_of_the_lead_is_not_followed_there_by_the_next_head() -> None:
    lines = ("Designated Safeguarding Lead (DSL):", "Head Teacher: Ada Holt")
    content = word_file(paragraph("Safeguarding Policy"), *map(paragraph, lines))
    contacts = extract_facts(read_document_bytes(content, shown_as="care.docx")).contacts
    copy = regenerate_docx(content, contacts, NOW, shown_as="care.docx")
    made = read_document_bytes(copy.content, shown_as="care.docx")
    assert with_last_check(made, copy.plan, NOW).held
    assert "Hed Ter" not in made.text


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        (
            ("Safeguarding Lead Officers", "Lead: Ada Holt", "Deputies in the office: Cy Dale and Eve Ash"),
            "Dale Ash",
        ),
        (
            ("Staff with Responsibility for Child Protection", "Director of Studies (lead): Ada Holt 01632 960845"),
            "Holt",
        ),
    ],
)
def test_leads_by_a_bare_word_in_a_section_of_safeguarding_are_told(lines: tuple[str, ...], names: str) -> None:
    content = word_file(paragraph("Safeguarding Policy"), *map(paragraph, lines))
    contacts = extract_facts(read_document_bytes(content, shown_as="care.docx")).contacts
    copy = regenerate_docx(content, contacts, NOW, shown_as="care.docx")
    plan = with_last_check(read_document_bytes(copy.content, shown_as="care.docx"), copy.plan, NOW)
    told = " ".join(each.text for each in plan.left)
    assert not plan.held
    assert [name for name in names.split() if name not in told] == []


def test_a_head_whom_the_lead_only_speaks_to_is_followed_by_the_next_head() -> None:
    line = "The DSL for the school is told by Mrs Jo Addyman (Head Teacher)"
    content = word_file(paragraph("Safeguarding Policy"), paragraph(line))
    contacts = extract_facts(read_document_bytes(content, shown_as="care.docx")).contacts
    copy = regenerate_docx(content, contacts, NOW, shown_as="care.docx")
    made = read_document_bytes(copy.content, shown_as="care.docx")
    assert not with_last_check(made, copy.plan, NOW).held
    assert "Hed Ter" in made.text


def test_nobody_is_lead_and_deputy_by_the_next_ones_role() -> None:
    told = {
        "The DSL is Laura Holt, Deputy DSL: Ben Lowe": "Laura Holt",
        "DSL: Laura Holt, SENCO and Deputy DSL: Ben Lowe": "Laura Holt",
        "The DSL is Laura Holt. Ask the deputy DSL, Ben Lowe, or in his absence Laura Holt.": "Laura Holt",
        "Laura Holt is the DSL and Ben Lowe the deputy. In Mr Lowe's absence, Laura Holt will act.": "Laura Holt",
    }
    for words, lead in told.items():
        contacts = extract_facts(document_from_text(f"Safeguarding Policy\n{words}\nThe end.")).contacts
        assert [each.name for each in contacts if each.role == "dsl"] == [lead], words
        assert lead not in [each.name for each in contacts if each.role == "deputy-dsl"], words


def test_a_plan_is_not_told_of_a_role_beside_another_post() -> None:
    director, plain = (
        find_ties("The DSL is our director, Ada Holt."),
        find_ties("Ada Holt has been appointed as the DSL."),
    )
    assert [tie.with_post for tie in (*director, *plain)] == [True, False]


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("The DSL with responsibility across the whole school is:", "dsl"),
        ("The people with lead responsibility for safeguarding in the charity are:", "dsl"),
        ("With any worry contact our deputy DSL:", "deputy-dsl"),
        ("Local authority people who have responsibility for child protection:", None),
        ("The DSL with responsibility across the whole school is told.", None),
        ("Our former DSL with responsibility for the juniors was:", None),
    ],
)
def test_a_line_announces_whoever_stands_below(text: str, role: str | None) -> None:
    found = announced(text)
    assert (found and found.role) == role


@pytest.mark.parametrize(
    ("told", "leads"),
    [
        ("Role ¶ Name ¶ Safeguarding lead ¶ Laura Holt ¶ Ben Lowe ¶ Carol Dane ¶ 01632 960101", "LDE"),
        ("Designated Safeguarding Lead: Laura Holt ¶ Ben Lowe ¶ We all keep children safe.", "LD"),
        ("Designated Safeguarding Lead ¶ Laura Holt ¶ Ben Lowe ¶ Headteacher", "L"),
        ("Designated safeguarding lead is: ¶ Laura Holt, Manager and Ben Lowe, Deputy Manager", "LD"),
        ("Our site-based DSLs are: ¶ Elm Primary School: Laura Holt, Manager ¶ Oak School: Ben Lowe, Cook", "LD"),
    ],
)
def test_names_below_the_leads_label_that_are_nobody_elses_are_leads_so_that_a_copy_waits(
    told: str, leads: str
) -> None:
    content = word_file(paragraph("Safeguarding Policy"), *map(paragraph, told.split(" ¶ ")))
    contacts = extract_facts(read_document_bytes(content, shown_as="care.docx")).contacts
    assert {each.name for each in contacts if each.role == "dsl"} == {PEOPLE[letter] for letter in leads}
    if len(leads) > 1:
        assert regenerate_docx(content, contacts, NOW, shown_as="care.docx").plan.held


def test_a_form_below_the_role_it_is_of_tells_who_holds_it_and_another_post() -> None:
    lines = ("Deputy DSL details:", "Name: Laura Holt", "Role: Assistant Head", "Name: Ben Lowe", "Role: Cook")
    content = word_file(paragraph("Safeguarding Policy"), *map(paragraph, lines))
    contacts = extract_facts(read_document_bytes(content, shown_as="care.docx")).contacts
    assert [(each.role, each.name) for each in contacts] == [("deputy-dsl", "Laura Holt"), ("deputy-dsl", "Ben Lowe")]
    more = (*lines[:3], "Name: Carol Dane", "Role: Business Manager", "Name: Ben Lowe", "Role: Headteacher")
    content = word_file(paragraph("Safeguarding Policy"), *map(paragraph, more))
    contacts = extract_facts(read_document_bytes(content, shown_as="care.docx")).contacts
    assert {each.name for each in contacts if each.role == "deputy-dsl"} == {"Laura Holt", "Carol Dane", "Ben Lowe"}
    content = word_file(paragraph("Safeguarding Policy"), *map(paragraph, lines[:3]))
    contacts = extract_facts(read_document_bytes(content, shown_as="care.docx")).contacts
    assert regenerate_docx(content, contacts, NOW, shown_as="care.docx").plan.held


def test_a_table_with_the_lead_of_each_school_and_their_post_is_read() -> None:
    rows = ("School", "Name of DSL", "Position"), ("Elm", "Laura Holt", "Headteacher"), ("Oak", "Ben Lowe", "Cook")
    contacts = extract_facts(read_document_bytes(word_file(table(*rows)), shown_as="care.docx")).contacts
    assert [each.name for each in contacts if each.role == "dsl"] == ["Laura Holt", "Ben Lowe"]


def test_a_row_of_what_was_done_in_which_month_keeps_who_did_it() -> None:
    lines = ("DSL: Laura Holt", "November 2015 / Laura Holt, Ann Moss", "June 2016 – Ann Moss, Laura Holt")
    content = word_file(paragraph("Safeguarding Policy"), *map(paragraph, lines))
    contacts = extract_facts(read_document_bytes(content, shown_as="care.docx")).contacts
    copy = regenerate_docx(content, contacts, NOW, shown_as="care.docx")
    made = read_document_bytes(copy.content, shown_as="care.docx").text
    assert made.count("Laura Holt") == 2


def test_the_governor_who_oversees_safeguarding_is_its_governor() -> None:
    told = "The Governor overseeing Safeguarding at Elm School is Mrs Laura Holt."
    for text in (told, "Safeguarding Governor/Trustee\nMrs Laura Holt"):
        contacts = extract_facts(document_from_text(f"Safeguarding Policy\n{text}")).contacts
        assert [(each.role, each.name) for each in contacts] == [("safeguarding-governor", "Laura Holt")]


@pytest.mark.parametrize("heading", ["PTA FUNDING", "P.O. Box 12, Elm", "P. O. Box 12"])
def test_a_heading_in_capitals_or_a_post_box_below_a_role_is_nobody(heading: str) -> None:
    content = word_file(paragraph("Care Policy"), paragraph("Headteacher"), paragraph(heading))
    contacts = extract_facts(read_document_bytes(content, shown_as="care.docx")).contacts
    assert contacts == ()
    copy = regenerate_docx(content, contacts, NOW, shown_as="care.docx")
    assert heading in read_document_bytes(copy.content, shown_as="care.docx").text


@pytest.mark.parametrize("name", ["OYA DEMIR", "IFY OKAFOR"])
def test_a_lead_in_capitals_whom_no_list_of_names_has_is_asked_about(name: str) -> None:
    content = word_file(paragraph("Safeguarding Policy"), paragraph(f"DSL: {name}"))
    contacts = extract_facts(read_document_bytes(content, shown_as="care.docx")).contacts
    assert regenerate_docx(content, contacts, NOW, shown_as="care.docx").plan.held
