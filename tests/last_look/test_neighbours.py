"""A sentence beside the one that names somebody gives them a role: the copy waits where they do not hold it."""

import pytest

from tests.builders import paragraph, table
from tests.last_look.test_check import word_copy

TOLD = [
    "Hana Quill. Our DSL.",
    "Concerns go to Hana Quill. She is our DSL.",
    "Concerns go to Mrs Quill. She is our DSL.",
    "Concerns go to Mr Quill. He\u2019s the school\u2019s DSL.",
    "Speak to Hana Quill. She is the Designated Safeguarding Lead.",
    "Any concern must be passed to Hana Quill straight away. They are the Designated Safeguarding Lead.",
    "Talk to Hana Quill in confidence; she is our DSL.",
    "Tell Hana Quill. That is because she is the Deputy Headteacher and DSL.",
    "Ring Hana Quill on 01632 960111. She has the role of DSL.",
    "Hana Quill has been here since 2019. As DSL, she leads on all child protection matters.",
    "Give the form to Hana Quill. As the DSL (child protection) she will decide.",
    "Hana Quill is in the office. She sees all concerns as our DSL.",
    "Who do I tell? Hana Quill. Why? Because she is the DSL.",
    "Our DSL can be found in the front office. Her name is Hana Quill.",
    "We have a DSL. It is Hana Quill.",
    "If you are worried, go to Hana Quill. Hana is our DSL.",
    "Go to Hana Quill, who is always here. Being the DSL, she knows what to do.",
    "The person who is our DSL is new. Her name is Hana Quill.",
    "Hana Quill leads on safeguarding as our DSL.",
    "Ask Odile Hart. She is the DSL.",
]
NOT_TOLD = [
    "Hana Quill is the clerk. She is supported by the DSL.",
    "Hana Quill is a teacher. She reports to the DSL at once.",
    "Hana Quill teaches Year 4. She is trained by our DSL.",
    "Hana Quill tells the office. She was our DSL until 2019.",
    "Hana Quill is a teacher. She is not the DSL.",
    "Hana Quill is a teacher. She and the DSL meet weekly.",
    "Hana Quill is the nurse. If she is worried, the DSL is told.",
    "Hana Quill is at the club. They are told to act as the DSL directs.",
    "Mr Tove Quill called the office. She is our DSL.",
    "Hana Quill is the support worker. She is DSL trained.",
    "Hana Quill is the support worker. She acts as the DSL\u2019s eyes and ears.",
    "Hana Quill is our SENCO. She is a deputy DSL in training.",
    "Hana Quill is the bursar. They are a DSL at another school.",
    "Reports go to the DSL. It is Hana Quill who keeps the records.",
    "The chair writes to the DSL. His name is Tom Quill.",
    "Every child knows the DSL. One girl drew a picture. Her name is Hana Quill.",
    "The DSL is told. It is Hana Quill\u2019s task to write to parents.",
    "Ask Odile Hart. She tells the DSL.",
    "Helpers: Hana Quill, Tove Marlow. They report concerns to the DSL.",
    "Hana Quill works at Little Acorns. She is the DSL there.",
    "Hana Quill works for the council. She is responsible for safeguarding in the county.",
    "The nursery at St Mary\u2019s has a lead of its own, Hana Quill. She is the nursery\u2019s DSL.",
    "Elm Nursery shares our site; ask for Hana Quill. She is the nursery\u2019s safeguarding lead.",
    "Ask Ines Vale. She is our deputy DSL.",
    "Ask Bob Ray. He is our DSL.",
]


@pytest.mark.parametrize("words", TOLD)
def test_a_role_told_beside_the_name_holds_the_copy(words: str) -> None:
    name = "Odile Hart" if "Odile" in words else "Quill"
    assert name in (word_copy(paragraph(words)).plan.held or "")


@pytest.mark.parametrize("words", NOT_TOLD)
def test_words_that_only_speak_of_the_role_do_not(words: str) -> None:
    assert word_copy(paragraph(words)).plan.held is None


@pytest.mark.parametrize(
    "words",
    [
        "The DSL is based in Room 4. Ask for Hana Quill.",
        "Ask at the nursery for Hana Quill. She is the nursery\u2019s DSL.",
        "Ask Ines Vale or Hana Quill. She is our deputy DSL.",
        "Safeguarding: see Hana Quill.",
        "Our DSLs wear a red lanyard. They are Hana Quill and Bob Ray.",
    ],
)
def test_where_it_may_be_another_the_name_is_listed(words: str) -> None:
    plan = word_copy(paragraph(words)).plan
    assert plan.held is None
    assert any("Hana Quill" in each.text for each in plan.left)


def test_so_it_is_in_a_cell() -> None:
    plan = word_copy(table(("Worried?", "Concerns go to Hana Quill. She is our DSL."))).plan
    assert "Hana Quill" in (plan.held or "")


def test_a_question_and_its_answer_may_be_marked() -> None:
    assert "Hana Quill" in (word_copy(paragraph("Q: Who is the DSL?"), paragraph("A: Hana Quill")).plan.held or "")


def test_two_lines_below_each_other_tell_as_two_sentences_do() -> None:
    for first, second in (
        ("Hana Quill", "She is our DSL and is in school every day."),
        ("Our DSL", "Her name is Hana Quill."),
    ):
        assert "Hana Quill" in (word_copy(paragraph(first), paragraph(second)).plan.held or "")
