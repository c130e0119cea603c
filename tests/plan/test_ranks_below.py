"""A deputy's word right before a role: whoever holds the role never ends in the deputy's place."""

from collections.abc import Callable

import pytest

from pipeline.documents import read_document_bytes
from pipeline.facts.reading import extract_facts
from pipeline.last_look.check import with_last_check
from pipeline.model.contacts import Directory, Holder
from pipeline.named.roles.passages import find_labels
from pipeline.named.roles.vocabulary import find_roles
from pipeline.word.regenerate import regenerate_docx
from tests.builders import paragraph, table, word_file

TODAY = Directory(
    tuple(
        Holder(role, name, "Ms", phone, None)
        for role, name, phone in (
            ("dsl", "Jo Hill", "01632 960901"),
            ("deputy-dsl", "Tom Fox", "01632 960902"),
            ("headteacher", "Hed Ter", "01632 960904"),
            ("lado", "Lara Dow", "01632 960903"),
            ("senco", "Sena Cole", "01632 960905"),
            ("safeguarding-governor", "Gil Dunn", "01632 960906"),
            ("clerk", "Clem Park", "01632 960907"),
        )
    )
)
OF_THE_LEAD = [
    "Deputy-DSL",
    "Deputy‑DSL",
    "Dep DSL",
    "Dep. DSL",
    "Vice DSL",
    "D/DSL",
    "D-DSL",
    "Asst. DSL",
    "Deputy DSL",
    "Deputy School DSL",
    "Back-up DSL",
    "Deputy to the DSL",
    "Deputy Lead for Safeguarding",
]
OF_OTHERS = [
    "Deputy SENCO", "Assistant SENCo", "Deputy-SENCO", "Deputy LADO", "Vice Principal", "Vice-Principal",
    "Associate Headteacher", "Assistant Principal", "Dep. Headteacher", "Deputy Safeguarding Governor",
    "Deputy Clerk to the Governors", "Back-up SENCO", "Trainee DSL", "Associate DSL",
]  # fmt: skip
SHAPES: list[Callable[[str], list[str]]] = [
    lambda post: [paragraph(f"{post}: Bob Ray, 01632 960102")],
    lambda post: [paragraph(f"The {post} is Bob Ray.")],
    lambda post: [paragraph(f"Bob Ray ({post}), 01632 960102")],
    lambda post: [table((post, "Bob Ray", "01632 960102"))],
    lambda post: [paragraph("DSL: Ann Lee, 01632 960101"), paragraph(f"{post}: Bob Ray, 01632 960102")],
]


def words_of_copy(*body: str) -> tuple[str, str | None]:
    """The words of a copy with today's contacts, and why it is held where it is."""
    content = word_file(paragraph("Care Policy"), *body)
    facts = extract_facts(read_document_bytes(content, shown_as="care.docx"))
    copy = regenerate_docx(content, facts.contacts, TODAY, shown_as="care.docx")
    document = read_document_bytes(copy.content, shown_as="care.docx")
    return document.text, with_last_check(document, copy.plan, TODAY).held


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("post", OF_THE_LEAD)
def test_a_deputy_of_the_lead_is_followed_by_the_deputy(post: str, shape: Callable[[str], list[str]]) -> None:
    words, held = words_of_copy(*shape(post))
    assert held is None
    assert "Tom Fox" in words
    assert "Bob Ray" not in words
    assert words.count("Jo Hill") == ("DSL: Jo Hill" in words.splitlines()[1])


@pytest.mark.parametrize("shape", SHAPES[:1] + SHAPES[3:4])
@pytest.mark.parametrize("post", ["DSL (second)", "DSL (2)", "DSL (nights)", "DSL (in training)", "Level 2 DSL"])
def test_who_is_not_the_first_lead_is_not_followed_by_the_lead(post: str, shape: Callable[[str], list[str]]) -> None:
    words, held = words_of_copy(*shape(post))
    assert held is not None
    assert "Jo Hill" not in words


def test_the_lead_of_a_part_is_not_followed_by_the_schools_lead() -> None:
    words, held = words_of_copy(paragraph("Nursery DSL: Bob Ray"))
    assert held is not None
    assert "Jo Hill" not in words


ASKED_ABOUT = {"Deputy LADO", "Deputy Safeguarding Governor", "Trainee DSL", "Associate DSL"}
"""Those of them that may be a deputy's post: with the name right behind, its copy waits for a word."""


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("post", OF_OTHERS)
def test_a_deputy_of_anybody_else_keeps_their_name_and_number(post: str, shape: Callable[[str], list[str]]) -> None:
    words, held = words_of_copy(*shape(post))
    theirs = "\n".join(line for line in words.splitlines() if not line.startswith("DSL: "))
    assert (held is not None) == (post in ASKED_ABOUT and shape is not SHAPES[1])
    if held is None:
        assert "Bob Ray" in theirs
    assert not any(holder.name in theirs or (holder.phone or "") in theirs for holder in TODAY.holders)


@pytest.mark.parametrize(
    "post",
    [
        "Deputy and DSL", "Deputy EYFS Safeguarding Lead", "Deputy Woodland DSL", "Deputy Head Safeguarding Lead",
        "Deputy SDP", "Deputy Designated Teacher", "Alternate Designated Teacher", "Designated Officer",
        "Deputy - Clerk to the Governors", "Deputy and SENCO", "Deputy to the Clerk to the Governors",
        "Assistant to the Headteacher", "Emergency DSL", "Out-of-hours DSL", "Our designated officer",
        "Deputy School Designated Officer",
        "DSL (Deputy)", "Third DSL", "Standby DSL", "PA to the Headteacher",
    ],
)  # fmt: skip
def test_whoever_may_be_meant_by_a_deputys_word_further_off_waits_for_the_owner(post: str) -> None:
    for shape in (SHAPES[0], SHAPES[3]):
        words, held = words_of_copy(*shape(post))
        assert held is not None
        assert not any(holder.name in words for holder in TODAY.holders)


@pytest.mark.parametrize("post", ["Deputy Head, DSL", "Deputy Head, Designated Safeguarding Lead", "Headteacher, DSL"])
def test_a_number_behind_the_lead_who_has_another_post_waits_as_behind_the_lead_alone(post: str) -> None:
    held = words_of_copy(paragraph(f"{post}: 01632 960103"), paragraph("Deputy DSL: Bob Ray"))[1]
    assert held is not None
    assert "01632 960103" in held


TOLD_CLEARLY = {
    "Bob Ray is the Deputy Head and DSL.",
    "The designated lead at present is Bob Ray.",
    "The Designated Safeguarding Lead (DSL)for the nursery is Bob Ray.",
    "The DSL at the moment is Bob Ray.",
    "Bob Ray has been appointed as our DSL.",
}
"""Where today's holder takes his place; the others wait for a word."""


@pytest.mark.parametrize(
    "line",
    [
        "Bob Ray is the Deputy Head and DSL.", "Bob Ray is our Chair and Safeguarding Lead.",
        "Bob Ray is the Assistant Head (DSL).", "Bob Ray is the Deputy Head, DSL and SENCO.",
        "Bob Ray is the Designated Officer.", "Bob Ray is the deputy designated teacher.",
        "The designated lead at present is Bob Ray.",
        "The Designated Safeguarding Lead (DSL)for the nursery is Bob Ray.",
        "The DSL for St Anne’s Upper School is Bob Ray: Head of Care.", "The DSL at the moment is Bob Ray.",
        "Bob Ray (Principal): Designated Teacher for Child Protection", "Bob Ray (Tutor): Deputy DSL",
        "For safeguarding, Mr Ray has been named as the Designated Teacher. In Mr Ray’s absence ask the office.",
        "Bob Ray has been appointed as our DSL.",
    ],
)  # fmt: skip
def test_whoever_is_told_as_the_lead_beside_another_post_never_stays_in_silence(line: str) -> None:
    words, held = words_of_copy(paragraph("Please tell Bob Ray at once."), paragraph(line))
    assert (held is None) == (line in TOLD_CLEARLY)
    assert ("Ray" in words) == (held is not None)
    assert "Hed Ter" not in words


@pytest.mark.parametrize("post", ["Deputy/DSL", "Deputy / DSL", "Deputy - DSL", "Deputy – DSL"])
def test_what_may_be_a_deputy_head_who_is_the_lead_waits_for_the_owner(post: str) -> None:
    assert words_of_copy(paragraph(f"{post}: Bob Ray, 01632 960102"))[1] is not None


@pytest.mark.parametrize(
    ("words", "role"),
    [
        ("Headteacher", "headteacher"),
        ("Teaching assistants, the DSL", "dsl"),
        ("Deputy Head, DSL", "dsl"),
        ("the headteacher or, in their absence, the vice-chair and the SENCO", "senco"),
    ],
)
def test_a_deputys_word_that_is_somebody_elses_changes_no_role(words: str, role: str) -> None:
    assert find_roles(words)[-1].role == role
    assert find_labels(words)[-1].role == role


NAMES_FIRST = [("Name", "Ann Lee"), ("Role", "DSL"), ("Name", "Bob Ray"), ("Role", "Deputy DSL")]
ROLES_FIRST = [("Role", "DSL"), ("Name", "Ann Lee"), ("Role", "Deputy DSL"), ("Name", "Bob Ray")]


@pytest.mark.parametrize("rows", [NAMES_FIRST, ROLES_FIRST])
@pytest.mark.parametrize("numbers", [True, False])
def test_in_a_form_a_name_has_the_role_of_its_own_entry(rows: list[tuple[str, str]], *, numbers: bool) -> None:
    form = [
        each for number, row in enumerate(rows) for each in (row, ("Tel", f"01632 96010{number}"))[: 1 + number % 2]
    ]
    words, held = words_of_copy(table(*(form if numbers else rows)))
    names = [line.split("\t")[1] for line in words.splitlines() if line.startswith("Name")]
    assert (held, names) == (None, ["Jo Hill", "Tom Fox"])


@pytest.mark.parametrize("heading", [("DSL", ""), ("DSL",)])
def test_a_role_over_an_entry_of_a_form_counts_beside_its_own(heading: tuple[str, ...]) -> None:
    rows = [heading, ("Name", "Ann Lee"), ("Role", "Headteacher"), ("Tel", "01632 960101")]
    words, held = words_of_copy(table(*rows))
    assert held is not None
    assert "Hed Ter" not in words


@pytest.mark.parametrize(
    "line",
    [
        "Receiving school’s DSL: Bob Ray", "Police safeguarding officer: Bob Ray", "National DSL: Bob Ray",
        "Federation DSL: Bob Ray", "In the absence of the DSL: Bob Ray, 01632 960102", "DPO at the Trust: Bob Ray",
    ],
)  # fmt: skip
def test_the_lead_of_others_and_whoever_is_there_in_the_leads_absence_is_not_renewed(line: str) -> None:
    assert line in words_of_copy(paragraph(line))[0]


@pytest.mark.parametrize("line", ["The new School Safeguarding Lead is Bob Ray.", "Our new school DSL: Bob Ray"])
def test_a_new_lead_of_the_school_is_the_schools(line: str) -> None:
    words, held = words_of_copy(paragraph(line))
    assert held is None
    assert "Jo Hill" in words


def test_a_lead_named_between_commas_in_their_absence_is_renewed() -> None:
    words, held = words_of_copy(paragraph("In the absence of the DSL, Ann Lee, contact the Deputy DSL."))
    assert (held, words.splitlines()[1]) == (None, "In the absence of the DSL, Jo Hill, contact the Deputy DSL.")


@pytest.mark.parametrize(
    "told",
    [
        "In the absence of the DSL, contact Ann Lee.",
        "In the absence of the Designated Safeguarding Lead, staff should speak to Ms Lee.",
    ],
)
def test_a_new_lead_is_never_who_is_told_in_the_leads_own_absence(told: str) -> None:
    words, held = words_of_copy(paragraph("DSL: Ann Lee"), paragraph(told))
    assert "told in the absence of the lead" in (held or "")
    assert told in words.splitlines()


SILENT_BEFORE = [
    [table(("Bob Ray", "Cy Moss"), ("Deputy Head, DSL", "Assistant Head, DDSL"))],
    [table(("Bob Ray", "Cy Moss"), ("Deputy Head and DSL", "Assistant Head and DDSL"))],
    [paragraph("Bob Ray"), paragraph("Deputy Headteacher"), paragraph("Designated Safeguarding Lead")],
    [paragraph("Director of Safeguarding: Bob Ray")],
    [paragraph("Bob Ray, as well as being Deputy Head, is the DSL.")],
    [paragraph("DSL mobile (Deputy Head): 07700 900123")],
    [paragraph("DSL and Deputy Head 01632 960103")],
]


@pytest.mark.parametrize("body", SILENT_BEFORE)
def test_a_stranger_or_their_number_beside_further_posts_waits_for_the_owner(body: list[str]) -> None:
    assert words_of_copy(*body)[1] is not None


@pytest.mark.parametrize("post", ["SENCO and SDP", "Headteacher and Designated Officer", "SENCO/SDP"])
@pytest.mark.parametrize("shape", [SHAPES[0], SHAPES[2], SHAPES[3]])
def test_nobody_is_put_beside_a_post_that_may_be_the_leads(post: str, shape: Callable[[str], list[str]]) -> None:
    assert words_of_copy(*shape(post))[1] is not None


GOES_OUT_WITH = {
    "Emergency DSL": {True: ("Jo Hill",), False: ("Jo Hill",)},
    "SDP": {True: ("Jo Hill", "Tom Fox"), False: ("Jo Hill", "Tom Fox")},
    "Safeguarding and Pastoral Lead": {True: ("Jo Hill", "Tom Fox"), False: ("Jo Hill", "Tom Fox")},
    "Deputy EYFS DSL": {False: ("Jo Hill",)},
    "Deputy and DSL": {True: ("Jo Hill",), False: ("Jo Hill",)},
}
"""With whom a copy that gives a post goes out as it is, where the post stands before the name and where it does not."""
UNTOLD = [
    "Emergency DSL", "SDP", "Designated Officer", "Safeguarding and Pastoral Lead", "Deputy EYFS DSL", "Deputy and DSL",
]  # fmt: skip


@pytest.mark.parametrize("name", ["Jo Hill", "Tom Fox"])
@pytest.mark.parametrize("post", UNTOLD)
def test_whoever_is_of_the_team_today_never_changes_where_nobody_can_tell_the_post(post: str, name: str) -> None:
    for line in (f"{post}: {name}", f"{name} is the {post}."):
        words, held = words_of_copy(paragraph(line))
        assert (held is None) == (name in GOES_OUT_WITH.get(post, {}).get(line == f"{post}: {name}", ()))
        if held is None:
            assert words.splitlines()[1] == line


@pytest.mark.parametrize("post", ["Designated Officer (LADO)", "LADO / Designated Officer"])
def test_a_designated_officer_told_as_the_lado_is_followed_by_the_lado(post: str) -> None:
    words, held = words_of_copy(paragraph(f"{post}: Bob Ray, 01632 960102"))
    assert held is None
    assert f"{post}: Lara Dow, 01632 960903" in words


@pytest.mark.parametrize("before", ["Tell the mother or father.", "The child saw the doctor.", "Ask the councillor."])
def test_a_word_that_is_a_title_too_stays_at_the_end_of_its_sentence(before: str) -> None:
    words, held = words_of_copy(paragraph(f"{before} Bob Ray is the DSL."))
    assert held is None
    assert f"{before} Jo Hill is the DSL." in words


@pytest.mark.parametrize(
    "line", ["Emergency DSL: 07700 900123", "In an emergency DSL Bob Ray is rung.", "All staff support DSL Bob Ray."]
)
def test_a_number_or_name_in_an_emergency_or_of_support_waits(line: str) -> None:
    assert words_of_copy(paragraph(line))[1] is not None


@pytest.mark.parametrize("mark", ["*", "**", "*/**", "†", "¹", "1", "2", " *"])
@pytest.mark.parametrize("role", ["Designated Safeguarding Lead", "DSL"])
def test_the_mark_of_a_footnote_behind_the_lead_hides_nobody(role: str, mark: str) -> None:
    words, held = words_of_copy(
        table(("Role", "Name", "Telephone"), (f"{role}{mark}", "Bob Ray", "01632 960102")),
        paragraph(f"Tell the {role}{mark}, Bob Ray, at once."),
    )
    assert "Bob Ray" not in words or held is not None
    if mark in ("*", "**", "*/**", "†", "¹"):
        assert held is None
        assert words.count("Jo Hill") == 2
