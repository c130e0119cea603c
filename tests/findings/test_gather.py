"""What is wrong with a document taken by itself: each finding with its words and place, and what is no finding."""

from datetime import date
from pathlib import Path

import pytest

from pipeline.catalogue.editions import load_guidance, outdated_problems
from pipeline.changes.revisions import holds
from pipeline.documents import read_document
from pipeline.facts.as_json import facts_from_json, facts_to_json
from pipeline.facts.reading import extract_facts
from pipeline.findings.certificates import certificate_problems
from pipeline.findings.gather import with_findings
from pipeline.model.documents import Document
from pipeline.model.facts import Facts, Problem, PromiseKind
from tests.builders import field, paragraph, run, word_file, write
from tests.evaluate import document_from_text

TODAY = date(2026, 11, 24)
HEAD = "Westhaven School\nBehaviour Policy\nLast reviewed: September 2025\nNext review: September 2026\n"


def read(document: Document) -> Facts:
    return with_findings(document, extract_facts(document))


def found(text: str, code: str, head: str = HEAD) -> list[Problem]:
    return [problem for problem in read(document_from_text(head + text)).problems if problem.code == code]


def word(path: Path, *body: str, header: str = "", footer: str = "") -> Facts:
    parts = {"header1": paragraph(header)} if header else {}
    if footer:
        parts["footer1"] = paragraph(footer)
    used = "".join(f'<w:{part[:-1]}Reference w:type="default" r:id="{part}"/>' for part in parts)
    section = f"<w:sectPr>{used}</w:sectPr>"
    content = word_file(*(paragraph(line) for line in body), section, parts=parts)
    return read(read_document(write(path / "policy.docx", content)))


# --- certificates that run out -----------------------------------------------------------------------------------

LISTED = "First aiders\nName\t{head}\nAda Holt\t24 May 2025\nBen Lowe\t3 June 2026\nCy Dale\t1 May 2027\n"


def test_certificates_of_a_table_that_have_run_out_are_told_by_number_and_first_day() -> None:
    listed = read(document_from_text(HEAD + LISTED.format(head="Certificate expiry date"))).certificates
    (told,) = certificate_problems(facts_from_json(facts_to_json(Facts(certificates=listed))).certificates, TODAY)
    assert told.code == "certificates-expired"
    assert told.minor
    assert told.message.startswith("2 of 3 certificates that it lists have run out, the first on 24 May 2025 (line ")
    assert not any(name in told.message for name in ("Ada", "Ben"))
    assert list(certificate_problems(listed, date(2025, 5, 24))) == [], "the last day is a day on which it holds"


@pytest.mark.parametrize("head", ["Date of training", "Started on", "Certificate number"])
def test_days_of_people_in_a_table_of_anything_else_run_out_never(head: str) -> None:
    assert read(document_from_text(HEAD + LISTED.format(head=head))).certificates == ()


# --- left over from a template ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("At [school name] every child matters to us.", "[school name]"),
        ("The headteacher is [insert name of headteacher here].", "[insert name of headteacher here]"),
        ("Write to <insert address> at once.", "<insert address>"),
        ("Dear «FirstName», welcome.", "«FirstName»"),
        ("Telephone: 01234 xxxxxx", "xxxxxx"),
        ("Lorem ipsum dolor sit amet.", "Lorem ipsum"),
        ("Click or tap here to enter text.", "Click or tap here to enter text"),
        ("Chair of Governors: TBC", "TBC"),
        ("Date ratified: to be confirmed", "to be confirmed"),
    ],
)
def test_what_a_template_left_is_quoted_with_its_place(line: str, words: str) -> None:
    (problem,) = found(line, "template-field")
    assert f"“{words}” at line 5" in problem.message
    assert not problem.minor


@pytest.mark.parametrize(
    "line",
    [
        "The plan [see appendix 2] is kept in the office.",
        "Children put [new] names on the list, and <5 years is under five.",
        "Write to <office@example.org> or see <https://example.org/policies>.",
        "Chapter XXXIV of the Act applies.",
        "Arrangements to be confirmed by the trip leader are kept in the office.",
        "Class XX meets on Monday.",
    ],
)
def test_brackets_and_letters_of_ordinary_text_are_no_template(line: str) -> None:
    assert found(line, "template-field") == []


def test_a_field_that_stands_often_is_told_once_and_not_as_a_draft_as_well() -> None:
    facts = read(document_from_text(HEAD + "At [school name] we care.\nStaff of [School Name] agree.\n"))
    (problem,) = [problem for problem in facts.problems if "school name" in problem.message.casefold()]
    assert problem.code == "template-field"
    assert "and 1 other place" in problem.message


def test_no_more_than_a_dozen_template_fields_are_listed() -> None:
    text = "\n".join(f"Here [insert number {n}] stands." for n in range(30))
    assert len(found(text, "template-field")) == 12


# --- names that are out of use ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "words", "now"),
    [
        ("Referrals go to the Local Safeguarding Children Board.", "Local Safeguarding Children Board", "partners"),
        ("The LSCB sets the procedures.", "LSCB", "partners"),
        ("See our Sex and Relationships Education policy.", "Sex and Relationships Education", "Relationships and Sex"),
        ("See the policy on Sex and Relationships.", "Sex and Relationships", "Relationships and Sex"),
        ("Pupils with a statement of SEN are supported.", "statement of SEN", "education, health and care"),
        ("All adults have a CRB check.", "CRB", "Disclosure and Barring"),
        ("Cases are reported to the GTC.", "GTC", "Teaching Regulation Agency"),
        ("The DCSF advises schools.", "DCSF", "Department for Education"),
        ("Heads train with the NCSL.", "NCSL", "Teaching Regulation Agency"),
        ("We follow the Every Child Matters agenda.", "Every Child Matters", "2010"),
        ("Reports go to the Children’s Trust Board.", "Children’s Trust Board", "safeguarding partners"),
        ("It follows the Data Protection Act 1998.", "Data Protection Act 1998", "2018"),
        ("The CPLO keeps the file.", "CPLO", "Designated Safeguarding Lead"),
        ("Ofsted rated us Good overall.", "Ofsted rated us Good", "no overall grade"),
        ("Our current Ofsted grade is Good.", "Ofsted grade is Good", "no overall grade"),
        ("We are a Good school (Ofsted).", "are a Good school (Ofsted", "no overall grade"),
    ],
)
def test_a_name_that_is_out_of_use_is_told_with_what_it_is_now(line: str, words: str, now: str) -> None:
    (problem,) = found(line, "obsolete-term")
    assert f"“{words}” (line 5)" in problem.message
    assert now in problem.message
    assert problem.minor


@pytest.mark.parametrize(
    "line",
    [
        "Behaviour is outstanding, as Ofsted told us in 2023.",
        "We are a good school and Ofsted visits in spring.",
        "The Disclosure and Barring Service (formerly the CRB) checks adults.",
        "The LSCB was replaced by the Safeguarding Children Partnership.",
        "Write to office@lscb.example.org or see www.example.org/LSCB for forms.",
        "Relationships and Sex Education is taught in every year.",
        "We talk about sex and relationships with every year group.",
        "A statement of accounts is kept.",
        "The Whole School Action Plan is reviewed each term.",
        "The General Teaching Council for Scotland registers teachers there.",
        "Birmingham Children’s Trust is our partner.",
        "It follows the Data Protection Act 2018.",
    ],
)
def test_todays_names_and_past_ones_said_to_be_past_are_no_finding(line: str) -> None:
    assert found(line, "obsolete-term") == []


# --- editions of guidance --------------------------------------------------------------------------------------


def outdated(text: str, today: date = TODAY) -> list[str]:
    facts = read(document_from_text(HEAD + text))
    return [problem.message for problem in outdated_problems(facts.guidance, today)]


@pytest.mark.parametrize(
    ("line", "quoted", "current"),
    [
        ("We follow Keeping Children Safe in Education (2016).", "Keeping Children Safe in Education (2016)", "2026"),
        ("We follow ‘Keeping children safe in education’, DfE, September 2025.", "September 2025”", "2026"),
        ("All staff read Part One of KCSIE 2024.", "KCSIE 2024", "2026"),
        (
            "Keeping Children Safe in Education: statutory guidance for schools and colleges, September 2023",
            "colleges, September 2023",
            "2026",
        ),
        ("See Working Together to Safeguard Children 2018.", "Working Together to Safeguard Children 2018", "2026"),
        ("It is based on the 2022 edition of Keeping Children Safe in Education.", "2022 edition of", "2026"),
        ("DfE (2015) Prevent Duty Guidance", "2015) Prevent Duty Guidance", "2023"),
        ("The SEN Code of Practice 2001 applies.", "SEN Code of Practice 2001", "2015"),
        ("We follow the SEND Code of Practice (2014).", "SEND Code of Practice (2014)", "2015"),
    ],
)
def test_an_edition_that_applies_no_more_is_told_with_the_one_that_does(line: str, quoted: str, current: str) -> None:
    (message,) = outdated(line)
    assert quoted in message
    assert "(line 5)" in message
    assert f"The {current} edition" in message


@pytest.mark.parametrize(
    "line",
    [
        "We follow Keeping Children Safe in Education (2026).",
        "We follow Keeping Children Safe in Education. This policy was reviewed in September 2023.",
        "We follow the current edition of Keeping Children Safe in Education.",
        "It replaces Keeping Children Safe in Education 2016.",
        "September 2022\tUpdated in line with KCSIE 2022",
        "The SEND Code of Practice 2015 applies.",
        "We are working together 2018 is long past.",
    ],
)
def test_current_editions_histories_and_other_years_are_no_finding(line: str) -> None:
    assert outdated(line) == []


def test_an_edition_is_current_until_the_day_the_next_applies() -> None:
    line = "We follow Keeping Children Safe in Education 2025."
    assert outdated(line, date(2026, 8, 31)) == []
    assert len(outdated(line, date(2026, 9, 1))) == 1
    assert outdated(line, date(2000, 1, 1)) == []


def test_editions_stand_oldest_first() -> None:
    for guidance in load_guidance():
        days = [edition.since for edition in guidance.editions]
        assert days == sorted(days)
        assert [edition.year for edition in guidance.editions] == sorted({each.year for each in guidance.editions})


# --- what the document promises --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("All new staff receive a copy of this policy.", PromiseKind.NEW_STAFF),
        ("New members of staff are given this policy on their first day.", PromiseKind.NEW_STAFF),
        ("This policy is part of the staff induction pack.", PromiseKind.NEW_STAFF),
        ("This policy has been distributed to all teaching and support staff.", PromiseKind.ALL_STAFF),
        ("We give a copy of the policy to every member of staff.", PromiseKind.ALL_STAFF),
        ("All staff sign to say that they have read this policy.", PromiseKind.SIGN),
        ("This policy is available on the school website.", PromiseKind.PUBLISHED),
        ("The policy can always be found on the VLE.", PromiseKind.PUBLISHED),
    ],
)
def test_promises_are_read_with_their_words(line: str, kind: PromiseKind) -> None:
    promises = read(document_from_text(HEAD + line)).promises
    assert kind in [promise.kind for promise in promises]
    assert all(promise.text in line for promise in promises)


@pytest.mark.parametrize(
    "line",
    [
        "All new staff receive training in the first week.",
        "New staff are shown where the fire doors are.",
        "The uniform list is available on the school website.",
        "A copy of this policy is given to all staff on request.",
        "All staff must read emails about pupils.",
    ],
)
def test_other_sentences_about_staff_and_websites_promise_nothing(line: str) -> None:
    assert read(document_from_text(HEAD + line)).promises == ()


# --- cover against header and footer ---------------------------------------------------------------------------

COVER = ("Westhaven School", "Behaviour Policy", "Last reviewed: September 2025", "Next review: September 2026")


def cover(facts: Facts) -> list[str]:
    return [problem.message for problem in facts.problems if problem.code == "cover-differs"]


def test_a_footer_with_another_review_date_than_the_cover_is_told(tmp_path: Path) -> None:
    (message,) = cover(word(tmp_path, *COVER, footer="Next review: September 2024"))
    assert "“September 2026” in the text" in message
    assert "“September 2024” in the running header or footer" in message


def test_a_footer_with_the_policy_and_an_old_date_is_told(tmp_path: Path) -> None:
    (message,) = cover(word(tmp_path, *COVER, footer="Behaviour Policy September 2019, page 1"))
    assert "“Behaviour Policy September 2019, page 1”" in message


def test_a_header_with_another_version_than_the_cover_is_told(tmp_path: Path) -> None:
    (message,) = cover(word(tmp_path, *COVER, "Version: 3.0", header="Version: 2"))
    assert "version “3.0”" in message


@pytest.mark.parametrize(
    "footer",
    [
        "Next review: 30 September 2026",
        "Behaviour Policy September 2025",
        "Behaviour Policy, page 1",
        "Printed from the office system 12 March 2019",
        "Last reviewed: September 2025",
    ],
)
def test_a_footer_that_agrees_or_says_something_else_is_no_finding(tmp_path: Path, footer: str) -> None:
    assert cover(word(tmp_path, *COVER, footer=footer)) == []


def test_versions_written_in_two_ways_are_one(tmp_path: Path) -> None:
    assert cover(word(tmp_path, *COVER, "Version: v2.0", footer="Version: 2")) == []


def test_findings_name_no_word_that_is_never_used() -> None:
    text = "[school name]\nThe LSCB\nKCSIE 2016\nAll new staff receive a copy of this policy."
    facts = read(document_from_text(HEAD + text))
    messages = [problem.message for problem in (*facts.problems, *outdated_problems(facts.guidance, TODAY))]
    never = ("compliant", "expired", "Ofsted-ready", "read and understood")
    assert not [message for message in messages if any(word in message for word in never)]


def test_old_review_in_a_running_footer_is_no_last_review(tmp_path: Path) -> None:
    facts = word(
        tmp_path,
        "Lateness Policy",
        "Approved: 3 June 2025",
        "Next review: June 2027",
        footer="Lateness Policy - approved May 2019 - review May 2021",
    )

    assert facts.last_review is None
    assert facts.next_review is not None
    assert facts.next_review.date.value == "2027-06"
    assert len([problem for problem in facts.problems if problem.code == "cover-differs"]) == 2


def test_law_at_the_end_of_a_list_of_what_was_replaced_is_no_finding() -> None:
    text = (
        "It follows the Equality Act 2010, which replaces earlier law such as the Race Relations Act 1976, the Equal "
        "Pay Act 1970 and the Disability Discrimination Act 1995. "
    )
    assert not found(text, "obsolete-term")
    assert found(text + "We keep to the Disability Discrimination Act.", "obsolete-term")


@pytest.mark.parametrize(
    "shown",
    [
        field('DATE \\@ "d MMMM yyyy"', "24 November 2026"),
        field("SAVEDATE", "24 November 2026"),
        f"<w:fldSimple w:instr=' date '>{run('24 November 2026')}</w:fldSimple>",
    ],
)
def test_date_that_word_fills_in_anew_is_nobodys_approval(tmp_path: Path, shown: str) -> None:
    body = (paragraph("Lateness Policy"), paragraph("Approved: ", shown), paragraph("Next review: May 2027"))
    facts = read(read_document(write(tmp_path / "policy.docx", word_file(*body))))
    assert facts.approved_on is None
    assert facts.next_review is not None
    (problem,) = [each for each in facts.problems if each.code == "date-ambiguous"]
    assert problem.message.startswith("“24 November 2026” (paragraph 2) is a field of Word")
    assert "Type the date itself" in problem.message


@pytest.mark.parametrize("instruction", ["CREATEDATE", "DOCPROPERTY Approved", "IF DATE 1"])
def test_date_of_a_field_that_stays_is_read(tmp_path: Path, instruction: str) -> None:
    body = (paragraph("Lateness Policy"), paragraph("Approved: ", field(instruction, "24 November 2025")))
    facts = read(read_document(write(tmp_path / "policy.docx", word_file(*body))))
    assert facts.approved_on is not None


def test_other_dates_stay_where_a_footer_shows_the_day_of_printing(tmp_path: Path) -> None:
    printed = paragraph("Printed ", field("DATE", "24 November 2026"), field("IF", field("TIME", "9:30")))
    section = '<w:sectPr><w:footerReference w:type="default" r:id="footer1"/></w:sectPr>'
    body = (paragraph("Lateness Policy"), paragraph("Approved: 3 June 2026"), paragraph("Next review: May 2027"))
    content = word_file(*body, section, parts={"footer1": printed})
    facts = read(read_document(write(tmp_path / "policy.docx", content)))
    assert facts.approved_on is not None
    assert not [each for each in facts.problems if "field of Word" in each.message]


# --- left unfinished --------------------------------------------------------------------------------------------


def test_a_year_left_below_a_date_of_the_policy_is_told() -> None:
    head = "Westhaven School\nBehaviour Policy\nDate of next review: March 2027\n"
    (problem,) = found("2026\nApproved by: Governors\n", "cover-differs", head)
    assert "“2026” (line 4)" in problem.message
    assert problem.minor
    assert found("2027\nApproved by: Governors\n", "cover-differs", head) == []
    assert found("Approved by: Governors\n2026\n", "cover-differs", head) == []


def test_one_page_of_another_version_than_the_policy_is_told() -> None:
    text = "January 2025 version places that are taken in a day last ten hours.\n"
    (problem,) = found(text, "cover-differs")
    assert "“January 2025 version” (line 5)" in problem.message
    assert problem.minor
    assert found("September 2025 version\n", "cover-differs") == []
    assert found("The January 2025 version of the guidance is used.\n", "cover-differs") == []


@pytest.mark.parametrize("note", ["complete/add if necessary", "complete/add if\nnecessary", "(Insert as applicable)"])
def test_a_templates_note_to_its_writer_is_told_and_holds_no_copy(note: str) -> None:
    facts = read(document_from_text(f"{HEAD}Designated Safeguarding Lead: Ada Holt\n{note}\nEverybody is kind.\n"))
    (problem,) = (each for each in facts.problems if each.code == "template-field")
    assert problem.minor
    assert holds(facts, "Westhaven School") == ()


@pytest.mark.parametrize("line", ["Delete as appropriate", "Add more salt if necessary, and stir.", "Please complete"])
def test_what_a_form_asks_of_its_reader_is_no_note_of_a_template(line: str) -> None:
    assert found(line, "template-field") == []


@pytest.mark.parametrize(
    "lines",
    [
        "........................\t.............\nChair for the Governing Body\tDate",
        "____________________\nChair of Governors   Date",
        "Signed on behalf of the Governing Body ............... Date ..........",
    ],
)
def test_a_signature_that_the_governors_have_not_given_is_told(lines: str) -> None:
    (problem,) = found(lines, "signature-blank")
    assert "line 5" in problem.message
    assert problem.minor


@pytest.mark.parametrize(
    "lines",
    [
        "Signed: Ada Holt ............... Chair of Governors Date 4 May 2025",
        "..............................\nParent or carer\tDate",
        "Signed by the member of staff ............... Date ..........",
        "1. Chair of Governors ............... 4",
    ],
)
def test_a_signed_policy_and_a_form_for_others_miss_no_signature(lines: str) -> None:
    assert found(lines, "signature-blank") == []
