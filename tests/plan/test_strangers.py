"""Names beside a role that nobody read: they are told, and in a list of contacts the copy waits."""

import pytest

from pipeline.documents import read_document_bytes
from pipeline.facts.reading import extract_facts
from pipeline.model.contacts import Directory, Holder, Pronoun
from pipeline.model.documents import DocumentFormat
from pipeline.word.regenerate import DocxCopy, regenerate_docx
from tests.builders import paragraph, table, word_file

NOW = Directory(
    (
        Holder("dsl", "Yusra Quill", "Mrs", "01632 960901", "y.quill@example.org", Pronoun.SHE),
        Holder("deputy-dsl", "Piotr Zeller", "Mr", None, None),
    )
)
TAB = "<w:r><w:tab/></w:r>"


def copy_of(*body: str) -> DocxCopy:
    content = word_file(paragraph("Safeguarding and Child Protection Policy"), *body)
    document = read_document_bytes(content, shown_as="policy.docx", format=DocumentFormat.DOCX)
    return regenerate_docx(content, extract_facts(document).contacts, NOW, shown_as="policy.docx")


def text_of(copy: DocxCopy) -> str:
    return read_document_bytes(copy.content, shown_as="copy.docx", format=DocumentFormat.DOCX).text


def told(copy: DocxCopy) -> list[str]:
    return [each.text for each in copy.plan.left if str(each.reason).endswith("please look")]


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ([paragraph("DSL: Quorra House")], "Quorra House"),
        ([paragraph("Designated Safeguarding Lead (DSL): Quorra House, 01632 960444")], "Quorra House"),
        ([paragraph("DSL: Lister, Ann")], "Lister, Ann"),
        ([paragraph("DSL: ann lister")], "ann lister"),
        ([paragraph("DSL – Quorra House")], "Quorra House"),
        ([paragraph("DSL", TAB, "Quorra House")], "Quorra House"),
        ([paragraph("DSL", TAB, "Ann Lister", TAB, "Bob Ray")], "Bob Ray"),
        ([paragraph("DSL", TAB, "Yusra Quill", TAB, "Quorra House")], "Quorra House"),
        ([paragraph("DSL: Yusra Quill and Quorra House")], "Quorra House"),
        ([paragraph("Quorra House (DSL)")], "Quorra House"),
        ([paragraph("DSL:"), paragraph("Quorra House")], "Quorra House"),
        ([table(("DSL", "Quorra House"), ("Deputy DSL", "Piotr Zeller"))], "Quorra House"),
        ([table(("DSL", "Deputy DSL"), ("Quorra House", "Piotr Zeller"))], "Quorra House"),
        ([table(("Who", "Job"), ("Quorra House", "DSL"))], "Quorra House"),
        ([table(("", "Elmfield", "Oakfield"), ("DSL", "Yusra Quill", "Quorra House"))], "Quorra House"),
        ([table(("", "Elmfield", "Oakfield"), ("DSL", "Ann Lister", "Quorra House"))], "Quorra House"),
    ],
)
def test_an_unread_name_in_a_list_of_contacts_holds_the_copy_and_is_told(body: list[str], name: str) -> None:
    copy = copy_of(*body)
    assert told(copy) == [name]
    assert copy.plan.held is not None
    assert f"“{name}”" in copy.plan.held


@pytest.mark.parametrize(
    "line",
    [
        "The DSL is Quorra House.",
        "Tell the DSL (Quorra House) at once.",
        "All records are kept by Quorra House, the DSL, in a locked cupboard.",
        "In our school Quorra House is the DSL.",
        "The DSL, who sits in the senior team, is Quorra House.",
        "The DSL, helped by the SENCO, is Quorra House.",
    ],
)
def test_an_unread_name_in_a_sentence_is_told_and_the_copy_goes_on(line: str) -> None:
    copy = copy_of(paragraph(line))
    assert told(copy) == ["Quorra House"]
    assert copy.plan.held is None


@pytest.mark.parametrize("name", ["S. Harper", "Z. Trellick", "Q Pendine"])
def test_an_initial_shows_a_name_before_a_verb_whatever_the_surname(name: str) -> None:
    assert told(copy_of(paragraph(f"Our DSL {name} will ring the parents."))) == [name]


@pytest.mark.parametrize(
    "line",
    [
        "Previous DSL: Ann Lister",
        "Former DSL (Ann Lister)",
        "The outgoing DSL is Ann Lister.",
        "Ann Lister (previous DSL)",
        "Ann Lister – former DSL",
    ],
)
def test_whoever_is_named_as_former_lead_is_never_exchanged_and_always_told(line: str) -> None:
    copy = copy_of(paragraph("DSL: Yusra Quill"), paragraph(line))
    assert copy.plan.held is None
    assert told(copy) == ["Ann Lister"]
    assert line in text_of(copy)


@pytest.mark.parametrize(
    "line",
    [
        "DSL: see appendix",
        "DSL: See Appendix Two",
        "DSL: To Be Confirmed",
        "DSL: Key Responsibilities",
        "DSL: Immediate Notification",
        "DSL: XXXX XXXX",
        "DSL: Elmfield Primary School",
        "DSL – Making Referrals",
        "The DSL, Children's Social Care and the Police meet.",
        "The DSL reads Keeping Children Safe in Education.",
        "DSL: Yusra Quill, Monday to Friday",
        "DSL: Mrs Quill. Deputy DSL: Mr P Zeller",
        "LADO: Essex Duty Desk",
        "DSL: Mrs Quill Headteacher",
        "DSL: Mr van",
        "DSL: PTA Funding",
        "DSL: Practitioner",
        "DSL: Ann Craft Trust",
        "Our DSL A Child may ask.",
    ],
)
def test_words_that_name_nobody_are_not_told(line: str) -> None:
    copy = copy_of(paragraph(line))
    assert told(copy) == []
    assert copy.plan.held is None


@pytest.mark.parametrize(
    "line",
    [
        "DSL: {}",
        "{} (DSL)",
        "The DSL is {}.",
        "Our DSL, {}, keeps the records.",
        "{} is the DSL and keeps the records.",
        "The DSLs are Yusra Quill and {}.",
    ],
)
@pytest.mark.parametrize("name", ["Umair Autumn", "Fumiko Contact", "Farzaneh Phone"])
def test_a_first_name_nobody_knows_with_a_word_for_a_surname_is_told(line: str, name: str) -> None:
    copy = copy_of(paragraph(line.format(name)))
    assert name in [each.text for each in copy.plan.left]


@pytest.mark.parametrize(
    "words",
    [
        "Key Contact", "Useful Contact", "Trained Person", "Oakfield School", "Lancashire Council", "Concern Form",
        "ELSA Contact", "Online Form", "Emergency Contact", "Additional Contact", "Whole School",
    ],
)  # fmt: skip
@pytest.mark.parametrize("line", ["DSL: {}", "{} – DSL: Yusra Quill", "The DSL is {}.", "Our DSL, {}, is near."])
def test_words_of_schools_beside_a_role_are_not_told(line: str, words: str) -> None:
    copy = copy_of(paragraph(line.format(words)))
    assert copy.plan.held is None
    assert words not in [each.text for each in copy.plan.left]


def test_headings_below_a_role_and_columns_of_other_matters_are_not_told() -> None:
    rows = table(("Role", "Training"), ("DSL", "Level Three"), ("Deputy DSL", "Annual Refresher"))
    assert told(copy_of(paragraph("The DSL"), paragraph("Record Keeping", style="Heading1"), rows)) == []


@pytest.mark.parametrize("day", ["May 2024", "June 2025", "April 24", "Jan-25", "Mon-Wed"])
def test_a_day_in_the_row_of_the_lead_is_no_name(day: str) -> None:
    copy = copy_of(table(("DSL", "Yusra Quill", day)))
    assert (copy.plan.held, told(copy)) == (None, [])


def test_a_month_without_a_day_may_be_a_first_name() -> None:
    assert told(copy_of(table(("DSL", "Yusra Quill", "June")))) == ["June"]


def test_a_signature_is_not_told() -> None:
    assert told(copy_of(paragraph("Signed (DSL): Quorra House"))) == []


@pytest.mark.parametrize(
    ("line", "remark"),
    [
        ("DSL: Ann Lister (Mon–Wed)", "Mon–Wed"),
        ("Our DSL is Ann Lister (Mondays and Tuesdays).", "Mondays and Tuesdays"),
        ("DSL: Ann Lister, Thursdays only", "Thursdays only"),
        ("DSL: Ann Lister (part-time)", "part-time"),
        ("DSL: Ann Lister (from September 2025)", "from September 2025"),
    ],
)
def test_days_behind_an_exchanged_name_are_told(line: str, remark: str) -> None:
    copy = copy_of(paragraph(line))
    assert copy.plan.held is None
    assert "Yusra Quill" in text_of(copy)
    assert [each.text for each in copy.plan.left if "is it true of Yusra Quill?" in str(each.reason)] == [remark]


def test_training_behind_a_name_that_would_change_holds_the_copy() -> None:
    held = copy_of(paragraph("DSL: Ann Lister (Level 3 trained)")).plan.held or ""
    assert "true of this person alone" in held


def test_days_of_the_whole_week_and_of_whoever_stays_are_not_told() -> None:
    for line in ("DSL: Ann Lister (Monday to Friday)", "DSL: Yusra Quill (Mon–Wed)"):
        assert copy_of(paragraph(line)).plan.left == ()


@pytest.mark.parametrize("line", ["DSL: Ann Lister (maternity cover)", "DSL: Ann Lister (until July)"])
def test_cover_and_an_end_behind_a_name_hold_the_copy(line: str) -> None:
    copy = copy_of(paragraph(line))
    assert copy.plan.held is not None
    assert "Ann Lister" in text_of(copy)


_LINES = ["DSL: {}", "The DSL is {}.", "DSL: {} Tel: 01632 960444", "DSL: {} (Mon–Wed)"]


@pytest.mark.parametrize("name", ["Miss Quorra Lane", "Mrs Jo-Anne Room"])
@pytest.mark.parametrize("line", _LINES)
def test_a_surname_that_is_a_word_too_holds_the_copy_and_is_joined_to_nobody(line: str, name: str) -> None:
    copy = copy_of(paragraph(line.format(name)))
    assert copy.plan.held is not None
    assert line.format(name) in text_of(copy)


@pytest.mark.parametrize("line", _LINES)
def test_a_successor_takes_the_whole_name_whose_surname_is_a_word_too(line: str) -> None:
    copy = copy_of(paragraph(line.format("Miss Xin House")))
    assert copy.plan.held is None
    assert line.format("Mrs Yusra Quill").split(" Tel:")[0] in text_of(copy)
    assert "House" not in text_of(copy)


def test_two_names_whose_parting_was_lost_never_become_half_of_each() -> None:
    copy = copy_of(paragraph("DSL Ann Lister Bob Ray"))
    assert copy.plan.held is not None
    assert "Ann Lister Bob Ray" in text_of(copy)


@pytest.mark.parametrize("end", ["", " Headteacher", " Autumn 2025", " Room 4", " (DSL)"])
def test_other_words_behind_a_name_do_not_hold_the_copy(end: str) -> None:
    copy = copy_of(paragraph(f"DSL: Ann Lister{end}"))
    assert copy.plan.held is None
    assert f"Yusra Quill{end}" in text_of(copy)


@pytest.mark.parametrize("end", [" Room 4", " Headteacher", " Mon", " Monday to Friday", " Office"])
def test_a_room_a_post_or_a_day_behind_a_titled_name_does_not_hold_the_copy(end: str) -> None:
    assert copy_of(paragraph(f"DSL: Mrs Lister{end}")).plan.held is None


def test_an_extension_behind_a_name_is_no_part_of_the_name() -> None:
    copy = copy_of(paragraph("DSL: Ann Lister Ext 12"))
    assert copy.plan.held is not None
    assert "Ext 12 in paragraph 2 stands with the name" in copy.plan.held


def test_a_name_under_the_leads_whose_role_cell_is_empty_is_asked_about() -> None:
    rows = ("Role", "Name"), ("DSL", "Yusra Quill"), ("", "Ben Lowe"), ("Cook", "Ann Moss"), ("", "Ed Vane")
    copy = copy_of(table(*rows))
    assert copy.plan.held is not None
    assert "Ben Lowe" in copy.plan.held
    assert "Ed Vane" not in copy.plan.held


@pytest.mark.parametrize("surname", ["Chair", "Lead", "Leader", "Manager", "Officer", "Principal", "Teacher"])
@pytest.mark.parametrize(
    "told_as",
    [
        "Designated Safeguarding Lead: {}",
        "The DSL is {} (01632 960123).",
        "Our Designated Safeguarding Lead is {}, who is trained.",
        "Please contact {}, our DSL, at once.",
    ],
)
def test_a_lead_whose_surname_is_a_word_of_a_post_is_asked_about(told_as: str, surname: str) -> None:
    copy = copy_of(paragraph(told_as.format(f"Zoe {surname}")))
    assert copy.plan.held is not None
    assert f"Zoe {surname}" in copy.plan.held


@pytest.mark.parametrize("surname", ["Chair", "Lead", "Manager", "Principal", "Teacher"])
def test_nor_does_a_cell_or_a_line_keep_such_a_lead_in_silence(surname: str) -> None:
    name = f"Zoe {surname}"
    for body in (
        [table(("Designated Safeguarding Lead", name), ("Deputy DSL", "Piotr Zeller"))],
        [table(("Who", "Job"), (name, "DSL"))],
        [paragraph(name), paragraph("Designated Safeguarding Lead")],
    ):
        assert copy_of(*body).plan.held is not None, body


@pytest.mark.parametrize("name", ["Gamze Lead", "Quorra Deputy", "Xiulan Manager"])
@pytest.mark.parametrize("told_as", ["Designated Safeguarding Lead: {}", "The DSL is {}.", "Our DSL, {}, is here."])
def test_so_is_one_whose_first_name_no_list_has(told_as: str, name: str) -> None:
    assert told(copy_of(paragraph(told_as.format(name)))) == [name]


@pytest.mark.parametrize(
    "words",
    [
        *("Vice Chair", "Faith Leader", "Welfare Officer", "Line Manager", "Assistant Principal"),
        *("Literacy Lead", "Phase Leader", "Attendance Officer", "SEN Manager", "Maths Lead", "Boarding Manager"),
    ],
)
def test_a_post_behind_what_is_no_given_name_is_nobody(words: str) -> None:
    assert copy_of(paragraph(f"DSL: Yusra Quill, {words}")).plan.held is None
    assert told(copy_of(paragraph(f"DSL: {words}"))) == []
