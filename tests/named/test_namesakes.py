"""Another of the lead's surname never takes the new lead's name, nor does a thing or a word that is no person."""

import pytest

from pipeline.model.contacts import Directory, Holder, Pronoun
from pipeline.model.facts import Contact
from pipeline.places import read_place
from pipeline.plan.contacts import plan_replacements
from pipeline.plan.values import ReplacementPlan, carried_out
from pipeline.text.passages import Passage
from tests.builders import table_passages

JUNE = Contact("dsl", "June Holt")
YUSRA = Holder("dsl", "Yusra Quill", "Mrs", None, None, Pronoun.SHE)
TO_YUSRA = Directory((YUSRA,))
MRS = "The DSL is Mrs June Holt."


def plan(*lines: str, directory: Directory = TO_YUSRA, stated: Contact = JUNE) -> tuple[ReplacementPlan, list[str]]:
    passages = [Passage(read_place(f"paragraph {number}"), text) for number, text in enumerate(lines, start=1)]
    made = plan_replacements(passages, (stated,), directory)
    return made, [each.text for each in carried_out(passages, made)]


def changed(line: str) -> str:
    return line.replace("June Holt", "Yusra Quill").replace("Mrs Holt", "Mrs Quill").replace("J Holt", "Y Quill")


# --- titles ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "Mr Holt locks the gate.",
        "Father Holt visits each week.",
        "Fr Holt leads worship.",
        "Lord Holt gave the land.",
        "Mr J Holt mends the boiler.",
        "Dr Holt is the school's doctor.",
        "Revd Holt leads worship.",
        "Rabbi Holt leads prayers.",
        "Miss Holt’s class has a pond.",
        "Year 5: Miss Holt",
    ],
)
def test_a_title_that_is_not_the_leads_shows_somebody_else(line: str) -> None:
    made, after = plan(MRS, "x" * 90, line)
    assert after == [changed(MRS), "x" * 90, line]
    assert [str(each.where) for each in (*made.left, *made.left_on_purpose)] == ["paragraph 3"]
    assert made.held is None


def test_the_schools_contacts_tell_the_title_where_the_document_does_not() -> None:
    former = Holder("dsl", "June Holt", "Mrs", None, None)
    line = "Mr Holt locks the gate."
    assert plan("The DSL is June Holt.", line, directory=Directory((YUSRA,), (former,)))[1][1] == line


def test_a_title_that_the_schools_contacts_give_is_the_persons() -> None:
    former = Holder("dsl", "June Holt", "Dr", None, None)
    after = plan("The DSL is June Holt.", "Dr Holt is there all day.", directory=Directory((YUSRA,), (former,)))[1]
    assert after == ["The DSL is Yusra Quill.", "Mrs Quill is there all day."]


@pytest.mark.parametrize(
    "other", ["Caretaker: Mr Peter Holt", "Ms Sarah Holt teaches Year 2.", "Mrs Sarah Holt cooks."]
)
def test_a_title_of_one_whose_first_name_is_told_may_mean_that_one(other: str) -> None:
    line = f"Speak to {other[other.index('M') :].split(maxsplit=1)[0]} Holt about it."
    made, after = plan(MRS, other, line)
    assert after[1:] == [other, line]
    assert "paragraph 3" in [str(each.where) for each in made.left]


@pytest.mark.parametrize(
    "line",
    [
        "Mrs Holt can be reached in room 4.",
        "Mrs Holt, our DSL, keeps the records.",
        "Speak to Mrs Holt.",
        "If in doubt see Mrs Holt at once.",
        "Tell Mrs J Holt.",
        "Tell June Holt.",
    ],
)
@pytest.mark.parametrize("other", ["Caretaker: Mr Peter Holt", "Mr Holt locks the gate."])
def test_the_leads_own_title_means_the_lead_beside_a_man_of_the_surname(line: str, other: str) -> None:
    made, after = plan(MRS, other, line)
    assert after == [changed(MRS), other, changed(line)]
    assert made.held is None


@pytest.mark.parametrize("line", ["Ms Holt keeps the records.", "Speak to Ms Holt."])
def test_ms_is_any_womans(line: str) -> None:
    assert plan(MRS, line)[1][1] == line.replace("Ms Holt", "Mrs Quill")


def test_a_degree_that_the_full_name_has_once_is_the_leads() -> None:
    assert plan("The DSL is Dr June Holt.", "Speak to Dr Holt.")[1][1] == "Speak to Mrs Quill."
    assert plan("The DSL is June Holt.", "Speak to Dr Holt.")[1][1] == "Speak to Mrs Quill."


# --- labels and words that show somebody else --------------------------------------------------------------------


def rows(*cells: tuple[str, ...]) -> tuple[ReplacementPlan, list[str]]:
    passages = [*table_passages(*cells), Passage(read_place("paragraph 1"), MRS)]
    made = plan_replacements(passages, (JUNE,), TO_YUSRA)
    return made, [each.text for each in carried_out(passages, made)][:-1]


@pytest.mark.parametrize(
    "label", ["School cook", "Class 3 teacher", "Clerk", "Social worker", "Governors", "Choir", "Oak", "Year 6"]
)
@pytest.mark.parametrize("name", ["Mrs Holt", "June Holt", "Mrs Holt, Mr Dunn", "Mr Lowe and Mrs Holt"])
def test_a_cell_beside_something_else_is_asked_about(label: str, name: str) -> None:
    made, after = rows(("Area", "Staff"), (label, name))
    assert after[2:] == [label, name]
    assert [str(each.where) for each in (*made.left, *made.left_on_purpose)] == ["table 1, row 2, column 2"]
    assert made.held is None


def test_a_name_between_is_no_label_of_the_next() -> None:
    assert rows(("Class", "Teacher", "Assistant"), ("Oak", "Mr Lowe", "Mrs Holt"))[1][5] == "Mrs Holt"


@pytest.mark.parametrize(
    "label",
    ["Name", "Contact", "Member of staff", "Safeguarding team", "Concerns about a child", "Monday", "1", "Mr Lowe"],
)
def test_a_cell_beside_a_label_of_contacts_changes(label: str) -> None:
    made, after = rows(("", ""), (label, "Mrs Holt"))
    assert after[3] == "Mrs Quill"
    assert made.held is None


@pytest.mark.parametrize(
    "line",
    [
        "Choir: Mrs Holt. Football: Mr Ash.",
        "Governors: Mrs Holt, Mr Dunn",
        "Paediatric first aiders: Mrs Holt (expires May 2025), Mr Lowe (expires June 2025)",
        "Qualified: Mrs Holt, NSPCC certificate 2021",
        "School cook – Mrs Holt",
        "Trips: 01632 960111 (Mrs Holt)",
        "Trips: Mrs Holt 01632 960111 or the school office 01632 960999",
        "The DSL is here every day. For breakfast club ring Mrs Holt on 01632 960111.",
        "The head of Ashfield School is Mrs Holt.",
        "Our cook is Mrs Holt, who bakes.",
        "Tom's mother, Mrs Holt, rang.",
        "A parent, Mrs Holt, shouts at staff.",
        "Mrs Holt (parent) complained.",
        "Cover: Mrs Holt (supply).",
        "Dear Mrs Holt, my son was ill.",
        "Contact Mrs Holt at Elmshire Council.",
        "Speak to Mrs Holt from the local Police.",
    ],
)
def test_words_that_show_somebody_else_leave_the_name_and_ask(line: str) -> None:
    made, after = plan(MRS, "x" * 90, line)
    assert after[2] == line
    assert [str(each.where) for each in made.left] == ["paragraph 3"]
    assert made.held is None


@pytest.mark.parametrize(
    "line",
    [
        "Contact: Mrs Holt",
        "For help or advice ring Mrs Holt at once.",
        "The phone is in the office. For advice on a child, please see Mrs Holt.",
        "Out of hours: Mrs Holt",
        "Safeguarding concerns: Mrs Holt",
        "Staff to tell: Mrs Holt, Mr Lowe",
        "Monday – Mrs Holt",
        "The person to talk to is Mrs Holt.",
        "If you are worried about a pupil, Mrs Holt will help.",
        "In an emergency, Mrs Holt, or Mr Lowe, is told.",
        "Mrs Holt at the office can help.",
        "Note: Mrs Holt can be reached in room 4.",
    ],
)
def test_labels_of_contacts_and_ordinary_words_leave_the_name_the_leads(line: str) -> None:
    made, after = plan(MRS, "x" * 90, line)
    assert after[2] == changed(line)
    assert made.held is None


def test_words_that_name_the_persons_own_role_are_no_other_label() -> None:
    directory = Directory((YUSRA, Holder("headteacher", "Nia Dale", "Ms", None, None)))
    line, head = "The Principal of Oakfield Academy is Ms Ada Webb.", Contact("headteacher", "Ada Webb")
    made, after = plan(line, directory=directory, stated=head)
    assert after == [line.replace("Ada Webb", "Nia Dale")]
    assert made.held is None


def test_a_record_of_training_keeps_who_was_trained() -> None:
    made, after = rows(("Name", "Course", "Date"), ("June Holt", "Level 3", "May 2022"))
    assert after[3] == "June Holt"
    assert [str(each.where) for each in made.left] == ["table 1, row 2, column 1"]


def test_a_lead_told_with_the_date_of_training_gives_way() -> None:
    assert rows(("Role", "Name", "Training"), ("DSL", "June Holt", "May 2022"))[1][4] == "Yusra Quill"


# --- the past, and who made what ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("In memory of Mrs Holt.", "a past event"),
        ("The hall is named after Mrs Holt.", "a past event"),
        ("We thank June Holt for ten years of work.", "a past event"),
        ("In 2021 Mrs Holt told the governors of it.", "a past event"),
        ("Team: June Holt 2010–2019", "a past event"),
        ("Adapted from a policy by Mrs J Holt", "the author of the text"),
        ("Model policy by J Holt", "the author of the text"),
        ("Photo by June Holt", "the author of the text"),
        ("© June Holt", "the author of the text"),
        ("Further reading: June Holt, Safe in School", "the author of the text"),
        ("Contributors: Tom Ash, June Holt", "the author of the text"),
        ("Reviewed: May 2022 (J Holt)", "the author of the text"),
        ("Review history: May 2021 June Holt; May 2022 Tom Ash.", "the history of revisions"),
    ],
)
def test_the_past_and_who_made_a_text_keep_the_name(line: str, reason: str) -> None:
    made, after = plan(MRS, "x" * 90, line)
    assert after[2] == line
    assert [(str(each.where), str(each.reason)) for each in made.left_on_purpose] == [("paragraph 3", reason)]


def test_past_leads_are_no_leads_of_today() -> None:
    assert plan(MRS, "x" * 90, "Past DSLs: June Holt 2010–2019")[1][2] == "Past DSLs: June Holt 2010–2019"


@pytest.mark.parametrize(
    "line",
    [
        "Once Mrs Holt told the parents, she will ring you.",
        "The policy is followed by Mrs Holt.",
        "Reviewed each May (ask Mrs Holt).",
        "Staff pass the document to Mrs Holt.",
        "Updated in 2024, Mrs Holt keeps the records.",
        "A report by Mrs Holt goes to governors.",
        "Photos: none are taken unless Mrs Holt agrees.",
        "Remember Mrs Holt is in room 4.",
    ],
)
def test_what_looks_like_the_past_and_is_todays_changes(line: str) -> None:
    assert plan(MRS, "x" * 90, line)[1][2] == changed(line)


# --- things and words --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "The June Holt Choir sings each July.",
        "The Mrs Holt memorial garden is open.",
        "Mrs Holt's Library is open.",
        "June Holt class is in Year 2.",
        "In June Holt pupils go camping.",
    ],
)
def test_a_thing_called_after_somebody_is_asked_about(line: str) -> None:
    made, after = plan(MRS, "x" * 90, line)
    assert after[2] == line
    assert [str(each.where) for each in made.left] == ["paragraph 3"]


@pytest.mark.parametrize(
    "line",
    [
        "June Holt Ltd sells coats.",
        "June Holt Court is near.",
        "See the J. Holt Report.",
        "The June Holt Bursary is given each July.",
        "Pupils win the J Holt Shield.",
    ],
)
def test_a_firm_a_place_and_a_prize_hold_the_copy(line: str) -> None:
    held = plan(MRS, "x" * 90, line)[0].held or ""
    assert "name of something" in held or "where the name ends" in held


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("Grace Church", "We worship at Grace Church on Sundays."),
        ("Penny Lane", "The nursery in Penny Lane is closed."),
        ("Victoria Park", "Trips to Victoria Park need two adults."),
        ("Ann Child", "A Child may ask."),
        ("Ann Child", "The DSL, Ann Child, helps. If a Child is hurt, ring."),
        ("Ann Church", "Our DSL, Ann Church, is in. We go to Church."),
        ("Ann Hope", "Our DSL, Ann Hope, teaches Faith, Hope and Charity."),
        ("Theresa May", "DSL: Theresa May. Date of training: May 2024."),
        ("Theresa May", "DSL: Theresa May, trained 3 May"),
        ("June Holt", "Trips go to Holt by coach. The DSL is June Holt."),
        ("June Holt", "The DSL is June Holt; see R v Holt [2012]."),
        ("June Holt", "The DSL, June Holt, works for Holt schools."),
    ],
)
def test_a_place_or_a_word_that_is_a_surname_too_is_left(name: str, line: str) -> None:
    _, after = plan(f"The DSL is {name}.", "x" * 90, line, stated=Contact("dsl", name))
    role = line.replace(f"DSL is {name}", "DSL is Yusra Quill").replace(f"DSL, {name}", "DSL, Yusra Quill")
    assert after[2] in (line, role.replace(f"DSL: {name}", "DSL: Yusra Quill"))


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("Penny Lane", "Report to Penny Lane at once."),
        ("Penny Lane", "Penny Lane keeps the records."),
        ("June Holt", "Mrs Holt’s deputy is told."),
        ("June Holt", "Mrs Holt’s Year 6 class is told."),
        ("Ann Child", "Tell A Child at once."),
    ],
)
def test_an_ordinary_mention_of_such_a_name_changes(name: str, line: str) -> None:
    _, after = plan(f"The DSL is {name}.", "x" * 90, line, stated=Contact("dsl", name))
    assert "Quill" in after[2]


@pytest.mark.parametrize(
    "line", ["The DSL is June Holt; tell Holt at once.", "The DSL is June Holt, so speak to Holt."]
)
def test_a_surname_alone_that_is_told_something_is_the_leads(line: str) -> None:
    assert plan(line)[1][0] == line.replace("June Holt", "Yusra Quill").replace("Holt", "Yusra Quill")
