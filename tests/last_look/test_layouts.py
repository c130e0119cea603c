"""Where people who changed places still stand in the old role: in sections, forms, questions, columns of numbers."""

import pytest

from pipeline.documents import read_document_bytes
from pipeline.facts.reading import extract_facts
from pipeline.model.contacts import Directory, Holder, Pronoun
from pipeline.plan.values import ReplacementPlan
from tests.builders import paragraph, table, word_file
from tests.copies.in_process import make_copy
from tests.last_look.test_check import CHANGED_PLACES, FRONT, lines, look_at, word_copy

WRONG = [
    [paragraph("Designated Safeguarding Team"), paragraph("Lead – June Holt – 01632 960901")],
    [paragraph("DSL Team"), paragraph("June Holt (Lead)"), paragraph("Nia Prosser (Headteacher)")],
    [table((lines("Safeguarding Team", "June Holt – Lead", "Nia Prosser – Governor"), "Headteacher"))],
    [paragraph("Who is the DSL?"), paragraph("Mrs June Holt is. You can find her in Room 4.")],
    [paragraph("Person to contact: June Holt"), paragraph("Position: Designated Safeguarding Lead")],
    [table(("DSL", "Ben Lowe"), ("Cover", "Ben Lowe"))],
    [paragraph("Designated Safeguarding Lead: Ben Lowe"), paragraph("If unavailable: Ben Lowe")],
]
RIGHT = [
    [paragraph("Designated Safeguarding Team"), paragraph("Lead – Ben Lowe"), paragraph("Deputy – June Holt")],
    [paragraph("Safeguarding Team"), paragraph("June Holt (Deputy)"), paragraph("Nia Prosser (Headteacher)")],
    [paragraph("Reading Team"), paragraph("Lead – June Holt – 01632 960901")],
    [paragraph("Safeguarding Team"), paragraph("Attendance lead – June Holt")],
    [paragraph("Who is the DSL?"), paragraph("Mr Ben Lowe is. Mrs Holt is his deputy.")],
    [paragraph("Person to contact: June Holt"), paragraph("Position: Deputy Designated Safeguarding Lead")],
    [table(("DSL", "Ben Lowe"), ("Cover", "June Holt"))],
]


@pytest.mark.parametrize("body", WRONG)
def test_whoever_stands_in_a_role_of_somebody_else_holds_the_copy(body: list[str]) -> None:
    plan = look_at(*body)
    assert {each.code for each in plan.holds} == {"has-another-role-at"}


@pytest.mark.parametrize("body", RIGHT)
def test_whoever_stands_in_their_own_role_holds_nothing(body: list[str]) -> None:
    assert look_at(*body).holds == ()


@pytest.mark.parametrize(
    "body",
    [
        [table(("DSL:", "Ben Lowe", "Deputy:", "June Holt"), ("Tel:", "01632 960901", "Tel:", "01632 960902"))],
        [table((lines("Ben Lowe", "DSL"), lines("June Holt", "Deputy DSL")), ("01632 960901", "01632 960902"))],
        [
            paragraph(
                "Mr Ben Lowe is the DSL. He has day-to-day responsibility for safeguarding. His number is 01632 960901."
            )
        ],
        [paragraph("The DSL is Mr Ben Lowe. He is a teacher of music, too. His number is 01632 960901.")],
    ],
)
def test_a_number_of_the_other_below_a_name_or_told_as_theirs_holds_the_copy(body: list[str]) -> None:
    plan = look_at(*body)
    assert {each.code for each in plan.holds} == {"detail-of-another-role-at"}


@pytest.mark.parametrize(
    "body",
    [
        [table(("DSL:", "Ben Lowe", "Deputy:", "June Holt"), ("Tel:", "01632 960902", "Tel:", "01632 960901"))],
        [table((lines("Ben Lowe", "DSL"), lines("June Holt", "Deputy DSL")), ("01632 960902", "01632 960901"))],
        [table(("DSL", "Ben Lowe"), ("Deputy DSL", "June Holt"), ("Ring", "01632 960901"))],
        [
            paragraph(
                "Mr Ben Lowe is the DSL. He has day-to-day responsibility for safeguarding. His number is 01632 960902."
            )
        ],
    ],
)
def test_numbers_below_their_own_people_hold_nothing(body: list[str]) -> None:
    assert look_at(*body).holds == ()


WAS_DEPUTY = Directory(
    (Holder("dsl", "Ben Lowe", "Mr", "01632 960902", "b.lowe@example.org", Pronoun.HE),),
    former=(Holder("dsl", "June Holt", "Mrs", "01632 960901", "j.holt@example.org", Pronoun.SHE),),
)


def copied(directory: Directory, *body: str) -> ReplacementPlan:
    content = word_file(*body)
    document = read_document_bytes(content, shown_as="policy.docx")
    return make_copy(content, document, extract_facts(document), directory, FRONT).plan


@pytest.mark.parametrize(
    "told",
    [
        "Mr Ben Lowe deputises for Mrs June Holt, the Designated Safeguarding Lead.",
        "DSL = June Holt; Dep = Ben Lowe",
    ],
)
def test_a_lead_who_would_stand_beside_themself_holds_the_copy(told: str) -> None:
    with_a_deputy = Directory((*WAS_DEPUTY.holders, CHANGED_PLACES.holders[1]), former=WAS_DEPUTY.former)
    for directory in (WAS_DEPUTY, with_a_deputy):
        plan = copied(directory, paragraph(told))
        assert "Ben Lowe" in (plan.held or "")


def test_one_name_twice_is_no_doubt_where_each_has_a_post_or_both_were_changed() -> None:
    posts = copied(WAS_DEPUTY, paragraph("Headteacher: Ben Lowe; Designated Safeguarding Lead: June Holt"))
    assert posts.holds == ()
    both = copied(WAS_DEPUTY, paragraph("Our DSL is June Holt, so tell June Holt of every concern."))
    assert both.holds == ()
    covers = Directory(
        (WAS_DEPUTY.holders[0], Holder("deputy-dsl", "Ben Lowe", "Mr", "01632 960902", "b.lowe@example.org")),
        former=WAS_DEPUTY.former,
    )
    assert "two-became-one-at" not in {
        each.code for each in copied(covers, paragraph("DSL = June Holt; Dep = Ben Lowe")).holds
    }


def test_a_stranger_whom_a_section_lets_presume_to_lead_holds_the_copy() -> None:
    copy = word_copy(paragraph("Designated Safeguarding Team"), paragraph("Lead – Hana Quill – 01632 960199"))
    assert "Hana Quill" in (copy.plan.held or "")
    lead = word_copy(paragraph("Designated Safeguarding Team"), paragraph("Lead – Bob Ray – 01632 960222"))
    assert lead.plan.holds == ()


def test_a_post_in_the_next_cell_is_not_of_whoever_has_a_word_of_their_own() -> None:
    body = table(
        (lines("Safeguarding Team", "Ben Lowe – Lead", "June Holt – Deputy"), lines("Headteacher", "Nia Prosser"))
    )
    plan = copied(CHANGED_PLACES, body)
    assert plan.replacements == ()
    assert plan.holds == ()


@pytest.mark.parametrize(
    "told",
    [
        "Virtual school: Ann Pike (Head), 01632 960777",
        "Head: Ann Pike",
        "MASH: Ann Pike (Head)",
        "HT | Ann Pike",
    ],
)
def test_the_head_of_another_body_is_never_todays_headteacher(told: str) -> None:
    plan = word_copy(paragraph("DSL: Bob Ray, 01632 960222"), paragraph("Deputy DSL: Ines Vale"), paragraph(told)).plan
    assert plan.replacements == ()
    assert plan.holds == ()


RECORDED = [
    [
        table(
            ("Role", "Name", "Telephone", "Safeguarding training"),
            ("DSL", "Hana Quill", "01632 960199", "12 March 2024"),
            ("Deputy DSL", "Ines Vale", "01632 960333", "3 May 2024"),
        )
    ],
    [table(("Name", "Role", "Certificate", "Expires"), ("Hana Quill", "DSL", "SG-44821", "12 March 2024"))],
]


def test_a_day_of_training_beside_whoever_goes_holds_the_copy() -> None:
    plan = word_copy(*RECORDED[0]).plan
    assert ["personal" in str(each.fields) for each in plan.holds] == [True]
    assert "Hana Quill" not in {each.after for each in plan.replacements}


def test_what_else_is_on_record_of_whoever_goes_is_listed_where_the_next_name_stands() -> None:
    plan = word_copy(*RECORDED[1]).plan
    assert any("12 March 2024" in each.text for each in plan.left if each.reason.code == "said-of-another")
    assert "Hana Quill" not in {each.after for each in plan.replacements}


def test_the_training_told_of_a_changed_name_is_listed() -> None:
    plan = word_copy(paragraph("DSL: Hana Quill"), paragraph("Hana Quill is trained to Level 3 every other year.")).plan
    assert [each.text for each in plan.left] == ["is trained to Level 3 every other year"]
    assert plan.holds == ()


def test_the_years_of_whoever_goes_are_never_the_next_ones() -> None:
    told = "Hana Quill has worked at the school for twelve years and keeps the records."
    plan = word_copy(paragraph("DSL: Hana Quill"), paragraph(told)).plan
    assert [each.reason.code for each in plan.left if "twelve" in each.text] == ["personal"]


@pytest.mark.parametrize(
    "body",
    [
        [
            paragraph("The DSL is June Holt. The deputy DSL is Ben Lowe."),
            paragraph("June Holt 01632 960901"),
            paragraph("Ben Lowe 01632 960902"),
        ],
        [paragraph("June Holt is the DSL and Ben Lowe is the deputy. Ring June Holt on 01632 960901.")],
        [paragraph("Tell June Holt, the DSL, at once on 01632 960901.")],
    ],
)
def test_a_number_that_stays_behind_the_next_name_holds_the_copy(body: list[str]) -> None:
    content = word_file(*body)
    document = read_document_bytes(content, shown_as="policy.docx")
    copy = make_copy(content, document, extract_facts(document), CHANGED_PLACES, FRONT)
    assert "detail-of-another-role-at" in {each.code for each in copy.plan.holds}


def test_numbers_that_went_with_their_people_hold_nothing() -> None:
    told = "Ring June Holt, the DSL, on 01632 960901 or Ben Lowe, the deputy DSL, on 01632 960902."
    assert copied(CHANGED_PLACES, paragraph(told)).holds == ()


@pytest.mark.parametrize("label", ["Person to contact", "Contact person", "Member of staff", "Key contact"])
def test_somebody_nobody_knows_in_a_form_holds_the_copy(label: str) -> None:
    body = [paragraph(f"{label}: Hana Quill"), paragraph("Position: Designated Safeguarding Lead")]
    assert "Hana Quill" in (word_copy(*body, paragraph("Telephone: 01632 960199")).plan.held or "")


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ("can be contacted through the office or directly on", "unknown-detail"),
        ("is next to the office and is on", "detail-with-role"),
    ],
)
def test_a_number_behind_the_word_office_that_may_be_the_leads_is_listed(told: str, code: str) -> None:
    plan = word_copy(paragraph(f"Hana Quill, Designated Safeguarding Lead, {told} 01632 960199.")).plan
    assert [each.text for each in plan.left if each.reason.code == code] == ["01632 960199"]


def test_a_lead_beside_themself_is_seen_in_the_sentence_behind() -> None:
    plan = copied(CHANGED_PLACES, paragraph("The DSL is June Holt. Ben Lowe deputises for June Holt."))
    assert "two-became-one-at" in {each.code for each in plan.holds}


@pytest.mark.parametrize(
    "body",
    [
        ["What if the concern is about the DSL?", "Nia Prosser"],
        ["Who does the DSL report to?", "Nia Prosser"],
        ["What if the DSL is not there?", "June Holt acts for him."],
        ["Safeguarding Team", "Lead – Ben Lowe", "Deputy – June Holt", "SEND Team", "Lead – Nia Prosser"],
        ["Safeguarding Team", "Lead – Ben Lowe", "Attendance – Nia Prosser (Lead)"],
        ["Concerns about the DSL: Nia Prosser"],
    ],
)
def test_questions_and_sections_about_something_else_hold_nothing(body: list[str]) -> None:
    assert look_at(*map(paragraph, body)).holds == ()


@pytest.mark.parametrize(
    "told",
    [
        "Concerns about the Designated Safeguarding Lead: Odile Hart",
        "Allegations against the DSL: Odile Hart",
        "Line manager of the DSL: Odile Hart",
        "If you are worried about the DSL – Odile Hart",
    ],
)
def test_whom_to_tell_about_the_lead_is_never_the_lead(told: str) -> None:
    plan = word_copy(paragraph("DSL: Bob Ray"), paragraph(told)).plan
    assert plan.replacements == ()
    assert plan.holds == ()


def test_a_lead_told_of_behind_words_about_the_lead_is_read() -> None:
    plan = word_copy(paragraph("If you have a concern about a child tell the DSL: Hana Quill")).plan
    assert [each.after for each in plan.replacements] == ["Bob Ray"]
