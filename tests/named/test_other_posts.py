"""What is told of somebody outside the role: the past, another post, another task. It is never given to a successor."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.contacts import Directory, Holder, Pronoun
from pipeline.model.facts import Contact
from pipeline.named.contacts import find_contacts
from pipeline.named.roles import other_posts
from pipeline.named.roles.passages import find_labels
from pipeline.places import read_place
from pipeline.plan.contacts import plan_replacements
from pipeline.plan.values import ReplacementPlan, carried_out
from pipeline.text.lines import list_lines
from pipeline.text.passages import Passage
from tests.evaluate import document_from_text

ANN = Contact("dsl", "Ann Lister", "01632 960177", "a.lister@example.org")
TO_JANE = Directory((Holder("dsl", "Jane Okafor", "Mrs", "01632 960123", "j.okafor@example.org", Pronoun.SHE),))
FILLER = "A sentence that names nobody and is long enough to stand between two others without belonging to either."


def plan(line: str) -> tuple[ReplacementPlan, str]:
    passages = [
        Passage(read_place("paragraph 1"), "The DSL is Ann Lister."),
        Passage(read_place("paragraph 2"), FILLER),
    ]
    passages.append(Passage(read_place("paragraph 3"), line))
    made = plan_replacements(passages, (ANN,), TO_JANE)
    return made, carried_out(passages, made)[2].text


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("In 2019 Ann Lister wrote the first edition of this policy.", "a past event"),
        ("In 2019 Mrs Lister set up the team.", "a past event"),
        ("Ann Lister introduced the scheme.", "a past event"),
        ("Mrs Lister (DSL) joined us in September 2015.", "a past event"),
        ("The garden, founded by Ann Lister in 2016, is open.", "a past event"),
        ("Our thanks go to Ann Lister, who founded the garden.", "a past event"),
        ("Minutes: present Ann Lister, Bob Ray", "a past event"),
        ("Present: Ann Lister (DSL), Bob Ray", "a past event"),
        ("Apologies: Ann Lister", "a past event"),
        ("Ann Lister also teaches history.", "another capacity"),
        ("Mrs Lister, who also runs the choir, is in room 4.", "another capacity"),
        ("The first aid coordinator is Ann Lister.", "another capacity"),
        ("First aid coordinator: Mrs Lister", "another capacity"),
        ("Exams officer – Ann Lister", "another capacity"),
        ("Key holder: Ann Lister", "another capacity"),
        ("Ann Lister, who is also our exams officer, can open the hall.", "another capacity"),
        ("British Values lead: Ann Lister", "another capacity"),
        ("Ann Lister stood down as DSL in July 2025.", "a past event"),
        ("The role of DSL passed from Ann Lister to Jane Okafor.", "a past event"),
        ("At the time the DSL was Ann Lister.", "a past event"),
        ("Our then DSL, Ann Lister, wrote to parents in March 2021.", "a past event"),
    ],
)
def test_what_is_told_of_the_person_and_not_of_the_role_stays_and_is_listed(line: str, reason: str) -> None:
    made, after = plan(line)
    assert after == line
    assert [(str(each.where), str(each.reason)) for each in made.left_on_purpose] == [("paragraph 3", reason)]


@pytest.mark.parametrize("line", ["The library is run by Ann Lister.", "Mrs Lister looks after the hall."])
def test_a_task_that_may_or_may_not_be_the_roles_is_left_to_a_person(line: str) -> None:
    made, after = plan(line)
    assert after == line
    assert [str(each.where) for each in made.left] == ["paragraph 3"]
    assert made.held is None


@pytest.mark.parametrize(
    "line",
    [
        "Report concerns to Ann Lister.",
        "Once Ann Lister decided what to do, she will tell you.",
        "Ann Lister will keep the records.",
        "Mrs Lister leads on child protection.",
        "Records are kept by Ann Lister.",
        "Training is delivered by Ann Lister every September.",
        "If a teacher is worried, Ann Lister is told.",
        "The exams officer and DSL is Ann Lister.",
        "DSL and exams officer: Ann Lister",
        "Ann Lister, exams officer and DSL",
        "Lead: Ann Lister",
        "Senior leader: Ann Lister",
        "Named person: Ann Lister",
    ],
)
def test_what_belongs_to_the_role_goes_to_the_successor(line: str) -> None:
    made, after = plan(line)
    assert after == line.replace("Ann Lister", "Jane Okafor").replace("Mrs Lister", "Mrs Okafor")
    assert made.held is None


def test_a_surname_with_a_small_particle_before_the_first_name_is_no_post() -> None:
    jo, line = Contact("dsl", "Jo van Dyke", None, None), "DSL: van Dyke, Dr Jo"
    passages = [Passage(read_place("paragraph 1"), line)]
    made = plan_replacements(passages, (jo,), TO_JANE)
    assert made.held is None
    assert carried_out(passages, made)[0].text == "DSL: Okafor, Mrs Jane"


def test_the_role_with_a_past_event_holds_the_copy() -> None:
    made, after = plan("The DSL, Ann Lister, wrote the first edition in 2019.")
    assert after == "The DSL, Ann Lister, wrote the first edition in 2019."
    assert made.held is not None


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Designated Safeguarding Officer", "dsl"),
        ("Child Protection Officer", "dsl"),
        ("CPO", "dsl"),
        ("DSP", "dsl"),
        ("Designated Senior Person", "dsl"),
        ("named person for child protection", "dsl"),
        ("Designated Teacher for looked after children", "designated-teacher"),
        ("Designated Teacher for Child Protection", "dsl"),
        ("Deputy Designated Safeguarding Officer", "deputy-dsl"),
        ("Deputy DSP", "deputy-dsl"),
    ],
)
def test_the_role_is_known_by_whatever_name_the_reading_knows(text: str, role: str) -> None:
    assert [label.role for label in find_labels(text)] == [role]


@pytest.mark.parametrize(
    "line",
    [
        "The Local Authority safeguarding lead is Pia Holt.",
        "The county council’s designated safeguarding lead, Pia Holt, must be told.",
        "The Diocesan Safeguarding Officer is Pia Holt.",
        "NHS safeguarding lead: Pia Holt",
        "The club’s own safeguarding lead, Pia Holt, signs the form.",
        "Pia Holt is the safeguarding lead for the diocese.",
    ],
)
def test_the_safeguarding_lead_of_another_body_is_not_replaced_by_the_schools(line: str) -> None:
    assert find_contacts(list_lines(document_from_text(line))) == ()
    made = plan_replacements([Passage(read_place("paragraph 1"), line)], (), TO_JANE)
    assert (made.replacements, made.held) == ((), None)


def test_the_trusts_lead_is_nobodys_to_replace_beside_the_schools_and_holds_the_copy_alone() -> None:
    trusts, own = "Trust Safeguarding Lead: Pia Holt", "The DSL is Ann Lister."
    both = find_contacts(list_lines(document_from_text(f"{trusts}\n{own}")))
    assert [each.contact.name for each in both] == ["Ann Lister"]
    made = plan_replacements(
        [Passage(read_place("paragraph 1"), trusts), Passage(read_place("paragraph 2"), own)], (ANN,), TO_JANE
    )
    assert ([each.before for each in made.replacements], made.held) == (["Ann Lister"], None)
    assert [each.text for each in made.left] == ["Pia Holt"]
    alone = plan_replacements([Passage(read_place("paragraph 1"), trusts)], (Contact("dsl", "Pia Holt"),), TO_JANE)
    assert alone.replacements == ()
    assert "it may be the trust’s lead and not the school’s" in (alone.held or "")


@pytest.mark.parametrize(
    "line",
    [
        "The child is handed over to {} (DSL).",
        "{}, DSL, asks the pupil’s previous DSL for the file.",
        "A former pupil should see {}, the DSL.",
        "Thank you for reporting to {} (DSL).",
        "The risk assessment is reviewed by {} (DSL).",
        "Once the lockdown has been stood down, tell {} (DSL).",
    ],
)
def test_what_the_lead_does_now_is_not_taken_for_something_past(line: str) -> None:
    made, after = plan(line.format("Ann Lister"))
    assert (after, made.held) == (line.format("Jane Okafor"), None)


_WORDS = (
    "First", "aid", "AID", "co-ordinator", "Coordinators", "OFFICER", "the", "THE", "Mrs", "MRS", "lead", "Lead",
    "responsibility", "school’s", "ſchool", "offıcer", "SpeciaL", "\u212aey", "İT", "Straße", "É", "x-ray", "&", "a/b",
)  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from(_WORDS), st.sampled_from([" ", " ", "  ", "\u00a0", ". ", "-", "’", "\n"]))))
def test_posts_found_in_small_letters_are_those_found_in_any_case(words: list[tuple[str, str]]) -> None:
    text = "".join(word + gap for word, gap in words)
    found = [match.span() for match in other_posts._capacities(text)]
    assert found == [match.span() for match in other_posts._CAPACITY_IN_ANY_CASE.finditer(text)]


HEAD = Holder("headteacher", "Bo Hadley", "Dr", None, None, Pronoun.HE)


@pytest.mark.parametrize(
    "line",
    [
        "The Designated Liaison Person is Noel Dervan, Principal.",
        "The school’s Designated Liaison Person is Mr Noel Dervan (Principal).",
        "DSL: Noel Dervan, Headteacher",
        "Designated Safeguarding Lead: Mr Noel Dervan (Headteacher)",
    ],
)
def test_the_post_behind_a_lead_takes_no_role_from_them(line: str) -> None:
    noel = (Contact("dsl", "Noel Dervan"), Contact("headteacher", "Noel Dervan"))
    made = plan_replacements([Passage(read_place("paragraph 1"), line)], noel, Directory((*TO_JANE.holders, HEAD)))
    assert made.replacements == ()
    assert "Noel Dervan" in (made.held or "")
    known = plan_replacements([Passage(read_place("paragraph 1"), line)], noel[1:], Directory((*TO_JANE.holders, HEAD)))
    assert known.replacements == ()
    assert "Noel Dervan" in (known.held or "")
