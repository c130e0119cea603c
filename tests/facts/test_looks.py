"""A value looks like what it stands for: an owner, whoever approves, a person. Else it is a question."""

import pytest

from pipeline.facts.looks import looks_like_approver, looks_like_owner, looks_like_person
from pipeline.facts.reading import extract_facts
from pipeline.model.facts import Facts, FactStatus
from tests.evaluate import document_from_text

NOTHING: frozenset[str] = frozenset()


def facts_of(*lines: str) -> Facts:
    return extract_facts(document_from_text("\n".join(("Lettings Policy", *lines))))


@pytest.mark.parametrize(
    "value",
    [
        "Headteacher", "Designated Safeguarding Lead", "Deputy Head (Pastoral)", "PSHE Co-ordinator", "SLT",
        "Trust CEO and Head of Governance and Policy", "Finance Committee", "HR", "Mrs E. Dunsby", "R Ollerton",
        "Site team", "JAB/DH", "Ada Holt", "Ngozi Holt, business lead", "Quorra Tansley", "T Wickstead, I Pargeter",
        "ADA HOLT",
    ],
)  # fmt: skip
def test_roles_posts_bodies_and_people_own_policies(value: str) -> None:
    assert looks_like_owner(value)


@pytest.mark.parametrize(
    "value",
    [
        "Recorded", "13", "Next review", "Every year", "Confidential", "Monitoring of the site", "All of them",
        "Equality and Human Rights Commission, the Equality Act 2010 and more", "Version control", "Fire safety",
        "The Designated Safeguarding Lead in this school is", "The headteacher must", "POLICY",
    ],
)  # fmt: skip
def test_headings_dates_and_laws_own_nothing(value: str) -> None:
    assert not looks_like_owner(value)


@pytest.mark.parametrize("value", ["Full Governing Body", "Resources", "Trustees", "Dr Hart", "FGB", "Elm Pre-School"])
def test_bodies_topics_of_committees_and_people_approve(value: str) -> None:
    assert looks_like_approver(value)
    assert not looks_like_approver("Recorded in 2024")


@pytest.mark.parametrize("value", ["Ms However", "Ms. However", "Mrs Therefore", "Mr The"])
def test_a_title_before_a_word_that_opens_a_sentence_shows_nobody(value: str) -> None:
    assert not looks_like_approver(value)
    assert not looks_like_owner(value)
    assert not looks_like_person(value, lambda: NOTHING)


@pytest.mark.parametrize(
    "value",
    [
        "Full Governing Body", "Finance and Resources Committee", "Pupils, Premises and Personnel Committee",
        "Trust Board", "Committee", "F&P Committee", "Pay Committee", "Parochial Church Council", "Kirk Session",
        "Pwyllgor Adnoddau", "An Bord Bainistíochta", "BoG", "Mrs B. Kowalczyk", "Siân Llywelyn", "Caoimhe Ní Bhriain",
        "Łucja Ó'Briain",
        "Haruto d'Arcy", "Ngozi Okonkwo", "Mr Li", "Mrs Page", "Mr Head", "Devon County Council",
    ],
)  # fmt: skip
def test_bodies_and_people_as_schools_have_them_approve(value: str) -> None:
    assert looks_like_approver(value)


@pytest.mark.parametrize(
    "name", ["Mrs Warden", "Ada Warden", "J. Fire", "Quorra Tansley", "Ngozi House", "Mr Head", "Cy Dale", "Jo Price"]
)
def test_a_title_an_initial_a_given_name_or_a_first_word_of_its_own_shows_a_person(name: str) -> None:
    assert looks_like_person(name, lambda: NOTHING)


@pytest.mark.parametrize("name", ["Fire Warden", "Both Adults", "Family Welfare"])
def test_ordinary_words_are_nobody(name: str) -> None:
    assert not looks_like_person(name, lambda: NOTHING)


COMMON_AND_WORDS = (
    "Mark Jones",
    "Will Carter",
    "Bill Wu",
    "Dale Winters",
    "Guy Marlow",
    "Rich Evans",
    "Art Llewelyn",
    "Cliff Barnes",
)


@pytest.mark.parametrize("name", COMMON_AND_WORDS)
def test_a_given_name_that_is_a_word_too_makes_a_person_with_a_surname(name: str) -> None:
    """Whole schools have a Mark Jones: he was no lead in the eyes of a list of English words."""
    assert looks_like_person(name, lambda: NOTHING)
    lead, deputy = facts_of(f"Designated Safeguarding Lead: {name}", "Tel: 01632 960123", "Deputy: Ada Holt").contacts
    assert (lead.role, lead.name, lead.phone) == ("dsl", name, "01632 960123")
    assert (deputy.role, deputy.name) == ("deputy-dsl", "Ada Holt")


@pytest.mark.parametrize("words", ["Mark Scheme", "Art Lead", "Will Parents", "Guy Head", "Major Change"])
def test_two_words_of_which_the_second_is_no_surname_are_nobody(words: str) -> None:
    assert not looks_like_person(words, lambda: frozenset({"scheme", "parents", "change"}))


def test_a_word_that_the_document_writes_small_is_ordinary() -> None:
    assert looks_like_person("Quorra Tansley", lambda: NOTHING)
    assert looks_like_person("Quorra Tansley", lambda: frozenset({"tansley"}))
    assert not looks_like_person("Quorra Tansley", lambda: frozenset({"quorra"}))


def test_an_owner_that_looks_like_none_is_a_question_and_its_words_are_told() -> None:
    facts = facts_of("Policy owner: Recorded")
    assert facts.owner is None
    assert facts.evidence["owner"].status is FactStatus.AMBIGUOUS
    assert facts.evidence["owner"].text == "Recorded"
    assert any(each.code == "owner-missing" and "“Recorded”" in each.message for each in facts.problems)


def test_whoever_approved_and_looks_like_nobody_is_a_question() -> None:
    facts = facts_of("Approving body: Every spring")
    assert facts.approved_by is None
    assert facts.evidence["approved_by"].status is FactStatus.AMBIGUOUS


def test_the_heading_of_the_next_column_is_no_lead() -> None:
    facts = facts_of("Designated Safeguarding Lead: Fire Warden", "The fire bell is tested by a warden.")
    assert facts.contacts == ()
    assert facts.evidence["contacts"].status is FactStatus.AMBIGUOUS
    assert any(each.code == "contact-unclear" and "“Fire Warden”" in each.message for each in facts.problems)


def test_a_lead_beside_such_a_heading_is_read() -> None:
    facts = facts_of("Designated Safeguarding Lead: Fire Warden", "DSL: Quorra Tansley", "The warden rings.")
    assert [each.name for each in facts.contacts] == ["Quorra Tansley"]
    assert not any(each.code == "contact-unclear" for each in facts.problems)


def test_a_word_before_a_given_name_is_no_part_of_it() -> None:
    facts = facts_of("Both Ada Holt and Ben Lowe are Designated Safeguarding Leads.", "Both will listen.")
    assert [each.name for each in facts.contacts] == ["Ada Holt", "Ben Lowe"]


@pytest.mark.parametrize("line", ["Last updated: not yet ratified POLICY OF MOORLAND LABS", "Ratified by: POLICY"])
def test_a_word_in_capitals_is_no_body(line: str) -> None:
    assert facts_of(line).approved_by is None


def test_initials_of_a_body_approve() -> None:
    assert facts_of("Approved by: FGB").approved_by == "FGB"
