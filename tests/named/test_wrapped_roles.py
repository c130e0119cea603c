"""Roles that a narrow column breaks over lines, roles told with a task or another post, and deputies in absence."""

import pytest

from pipeline.facts.reading import extract_facts
from pipeline.named.layout.broken import broken_roles
from pipeline.named.roles.vocabulary import find_roles
from pipeline.text.lines import list_lines
from tests.evaluate import document_from_text

Named = list[tuple[str, str | None]]


def named(text: str) -> Named:
    facts = extract_facts(document_from_text(f"Child Protection Policy\n{text}\nStaff report every concern."))
    return [(each.role, each.name) for each in facts.contacts]


WRAPPED: list[tuple[str, Named]] = [
    (
        "Designated Safeguarding\tAda Holt\nLead\nDeputy Designated\tBen Marsh\nSafeguarding Lead",
        [("dsl", "Ada Holt"), ("deputy-dsl", "Ben Marsh")],
    ),
    (
        "Designated\tAda Holt\t01632 960101\nSafeguarding Lead\n(DSL)\nDeputy Designated\tBen Marsh\t01632 960102\n"
        "Safeguarding Leads\tCara Finch\t01632 960103",
        [("dsl", "Ada Holt"), ("deputy-dsl", "Ben Marsh"), ("deputy-dsl", "Cara Finch")],
    ),
    (
        "Deputy Designated\tBen Marsh\nSafeguarding\tCara Finch\nLeads\tDee Hale",
        [("deputy-dsl", "Ben Marsh"), ("deputy-dsl", "Cara Finch"), ("deputy-dsl", "Dee Hale")],
    ),
    ("Ada Holt\tDesignated Safeguarding\nLead", [("dsl", "Ada Holt")]),
    (
        "Deputy Designated Safeguarding Lead (Deputy\nDSL)\nBen Marsh, Cara Finch",
        [("deputy-dsl", "Ben Marsh"), ("deputy-dsl", "Cara Finch")],
    ),
    ("Snr Designated Safeguarding\tAda Holt\t01632 960101\nLead", [("dsl", "Ada Holt")]),
    ("Designated Lead Practitioner for\tAda Holt (01632 960101)\nsafeguarding", [("dsl", "Ada Holt")]),
    ("Designated Governor for Child\tAda Holt\t01632 960101\nProtection", [("safeguarding-governor", "Ada Holt")]),
    ("Link Governor for\nSafeguarding\nAda Holt\tvia the Clerk", [("safeguarding-governor", "Ada Holt")]),
    ("Nominated Safeguarding\nCommittee Member\nAda Holt", [("safeguarding-governor", "Ada Holt")]),
    (
        "Ada Holt\tManagement\tLevel 2\nCommittee\nmember for\nsafeguarding",
        [("safeguarding-governor", "Ada Holt")],
    ),
    ("With any question on this policy please go to the Safeguarding\nOfficer:\nAda Holt", [("dsl", "Ada Holt")]),
    (
        "The Designated Safeguarding Lead of the nursery is Ada Holt. The deputy\nDSL’s are - Ben Marsh: Cook and "
        "Cara Finch: Manager.",
        [("dsl", "Ada Holt"), ("deputy-dsl", "Ben Marsh"), ("deputy-dsl", "Cara Finch")],
    ),
    ("DSL\tAda Holt\nIn her absence\tBen Marsh, cook", [("dsl", "Ada Holt"), ("deputy-dsl", "Ben Marsh")]),
    ("Designated Safeguarding\tAda Holt / Ben Marsh\nLead", [("dsl", "Ada Holt"), ("dsl", "Ben Marsh")]),
    (
        "DSL\tAda Holt\nDeputy\tBen Marsh\nDesignated Safeguarding Lead\tCara Finch",
        [("dsl", "Ada Holt"), ("deputy-dsl", "Ben Marsh"), ("deputy-dsl", "Cara Finch")],
    ),
]


@pytest.mark.parametrize(("text", "expected"), WRAPPED)
def test_a_role_broken_over_lines_is_one_and_a_deputy_never_becomes_the_lead(text: str, expected: Named) -> None:
    assert named(text) == expected


def test_only_a_sentence_that_runs_on_is_read_again_with_the_next_line() -> None:
    def texts_looked_at(sentence: str) -> int:
        below = "Every concern that anybody raises is written down on the same day."
        lines = list_lines(document_from_text(f"{sentence}\n{below}"))
        find_roles.cache_clear()
        list(broken_roles(lines))
        return find_roles.cache_info().misses

    sentence = "Whoever worries about a child tells the Designated Safeguarding Lead of the school"
    assert texts_looked_at(f"{sentence} and the") > 0
    assert texts_looked_at(f"{sentence}.") == 0


WHOLE: list[tuple[str, Named]] = [
    ("Safeguarding Lead\tAda Holt\nDeputy DSL\tBen Marsh", [("dsl", "Ada Holt"), ("deputy-dsl", "Ben Marsh")]),
    ("Designated\tAda Holt\nFire Warden\tBen Marsh", []),
    ("Chair\tAda Holt\nSafeguarding Lead\tBen Marsh", [("dsl", "Ben Marsh")]),
    ("Committee\tAda Holt\nSafeguarding Lead\tBen Marsh", [("dsl", "Ben Marsh")]),
    ("Management\tAda Holt\nPremises\tBen Marsh", []),
    ("Boiler\tAda Holt\nIn her absence\tBen Marsh", []),
]


@pytest.mark.parametrize(("text", "expected"), WHOLE)
def test_whole_roles_below_each_other_stay_apart(text: str, expected: Named) -> None:
    assert named(text) == expected


TOLD: list[tuple[str, Named]] = [
    (
        "Our designated person (a member of staff) who co-ordinates child protection issues is:\nAda Holt\n"
        "Our designated officer (a member of the management team) who oversees this work is:\nBen Marsh",
        [("dsl", "Ada Holt")],
    ),
    ("Our Lead Practitioner for Safeguarding who leads this work is Ada Holt (Manager)", [("dsl", "Ada Holt")]),
    (
        "Nominated safeguarding lead practitioner: Ada Holt\nDeputy safeguarding lead practitioner: Ben Marsh",
        [("dsl", "Ada Holt"), ("deputy-dsl", "Ben Marsh")],
    ),
    (
        "Designated Safeguarding Lead and Prevent Lead: Ada Holt\nDeputy DSL and LAC Lead: Ben Marsh",
        [("dsl", "Ada Holt"), ("deputy-dsl", "Ben Marsh")],
    ),
    (
        "- The DSO for Elm Dance School is Ada Holt\n- If she is away, tell the deputy safeguarding officer Ben Marsh",
        [("dsl", "Ada Holt"), ("deputy-dsl", "Ben Marsh")],
    ),
    (
        "The DSL is Ada Holt, Headteacher. Her deputy is Mr Ben Marsh.",
        [("dsl", "Ada Holt"), ("headteacher", "Ada Holt"), ("deputy-dsl", "Ben Marsh")],
    ),
    (
        "The DSL for Elm Primary School is Ada Holt, Headteacher. In her absence the role is carried out by Ben Marsh.",
        [("dsl", "Ada Holt"), ("headteacher", "Ada Holt"), ("deputy-dsl", "Ben Marsh")],
    ),
    (
        "The DSL is Ada Holt. We have two deputies: Ben Marsh, Cook, and Cara Finch, Manager.",
        [("dsl", "Ada Holt"), ("deputy-dsl", "Ben Marsh"), ("deputy-dsl", "Cara Finch")],
    ),
    ("Designated Safeguarding & Prevent Lead: Ada Holt", [("dsl", "Ada Holt")]),
    ("Safeguarding Designated Officer: Ada Holt", [("dsl", "Ada Holt")]),
    ("Staff member responsible for safeguarding: Ada Holt", [("dsl", "Ada Holt")]),
    ("DSL: Headteacher – Ada Holt", [("dsl", "Ada Holt"), ("headteacher", "Ada Holt")]),
    ("CPC – Ada Holt HT\nDepute CPC – Ben Marsh DHT", [("dsl", "Ada Holt"), ("deputy-dsl", "Ben Marsh")]),
    (
        "The DSL is Ada Holt. In her absence please speak to Mr Ben Marsh.",
        [("dsl", "Ada Holt"), ("deputy-dsl", "Ben Marsh")],
    ),
    ("Chair of Governors: Rev. Fr. D Holt\nDSL: Ada Marsh", [("chair-of-governors", "D Holt"), ("dsl", "Ada Marsh")]),
    ("Chairman of the Trustee Board: Rear Admiral Sir Toby Holt", [("chair-of-governors", "Toby Holt")]),
    (
        "Our Committee Member responsible for overseeing safeguarding is our Chairman, Ben Marsh.",
        [("safeguarding-governor", "Ben Marsh")],
    ),
    (
        "There will be a Safeguarding Co-ordinator: in May the Board approved Ada Holt as Safeguarding Co-ordinator.",
        [("dsl", "Ada Holt")],
    ),
    (
        "The Designated Safeguarding Lead is Ada Holt. In her absence, Ben Marsh will act.",
        [("dsl", "Ada Holt"), ("deputy-dsl", "Ben Marsh")],
    ),
]


@pytest.mark.parametrize(("text", "expected"), TOLD)
def test_the_holder_is_read_behind_a_task_another_post_or_an_absence(text: str, expected: Named) -> None:
    assert named(text) == expected


HEADINGS: list[tuple[str, Named]] = [
    (
        "Designated Safeguarding Lead\nAda Holt\nDeputy\nDesignated Safeguarding Lead\nBen Marsh",
        [("dsl", "Ada Holt"), ("deputy-dsl", "Ben Marsh")],
    ),
    ("Deputy\nDesignated Safeguarding\nLead\nBen Marsh", [("deputy-dsl", "Ben Marsh")]),
    ("DSL: Ada Holt\nDeputy\nDSL: Ben Marsh", [("dsl", "Ada Holt"), ("deputy-dsl", "Ben Marsh")]),
    ("Designated\nSafeguarding\nLead\nAda Holt", [("dsl", "Ada Holt")]),
    ("DESIGNATED SAFEGUARDING LEAD\nName:\tADA HOLT\nEmail:\tada@example.org", [("dsl", "ADA HOLT")]),
    (
        "Designated Safeguarding\nLead:\tAda Holt\nDeputy Safeguarding\nLead:\tBen Marsh",
        [("dsl", "Ada Holt"), ("deputy-dsl", "Ben Marsh")],
    ),
    ("DSL:\nDeputy DSL:\nAda Holt\nBen Marsh", [("dsl", "Ada Holt"), ("deputy-dsl", "Ben Marsh")]),
    ("DSL:\nDeputy DSL:\nAda Holt\nBen Marsh\nCara Finch", []),
]


@pytest.mark.parametrize(("text", "expected"), HEADINGS)
def test_a_heading_broken_word_by_word_is_one_role_over_its_names(text: str, expected: Named) -> None:
    assert named(text) == expected


ROWS_OF_PEOPLE: list[tuple[str, Named]] = [
    (
        "Name\tPosition\tRole\nAda Holt\tHeadteacher\tDSL\nBen Marsh\tDeputy Head\tDeputy DSL\n"
        "Cara Finch\tBusiness Manager\tFirst aid",
        [("headteacher", "Ada Holt"), ("dsl", "Ada Holt"), ("deputy-dsl", "Ben Marsh")],
    ),
    (
        "Ada Holt\tAssistant Head\tDesignated\nSafeguarding Lead\nBen Marsh\tTeacher\tDeputy\nDSL",
        [("dsl", "Ada Holt"), ("deputy-dsl", "Ben Marsh")],
    ),
    ("Report to the DSL\nBen Marsh\tPrevent Lead\nCara Finch\tFirst Aider", []),
    (
        "Ada Holt Headteacher DSL\nBen Marsh Deputy Head Deputy DSL",
        [("deputy-dsl", "Ben Marsh"), ("dsl", "Ada Holt"), ("headteacher", "Ada Holt")],
    ),
    ("PAT Test\tyearly\tHeadteacher\nLegionella\tmonthly\tSite Manager", []),
    ("DSL and Headteacher\tAda Holt", [("headteacher", "Ada Holt"), ("dsl", "Ada Holt")]),
]


@pytest.mark.parametrize(("text", "expected"), ROWS_OF_PEOPLE)
def test_a_role_behind_a_name_is_that_persons_and_never_the_next_rows(text: str, expected: Named) -> None:
    assert sorted(named(text)) == sorted(expected)


@pytest.mark.parametrize("word", ["Cover", "Reserve", "Stand-in", "Out of hours", "Incoming", "Shadow"])
def test_whoever_stands_in_for_the_lead_or_is_still_to_come_is_no_lead(word: str) -> None:
    """Each was read as a second lead, and would have been replaced by the lead of today."""
    assert named(f"DSL: Ada Holt\n{word} DSL: Ben Marsh") == [("dsl", "Ada Holt")]


OF_WHOM: list[tuple[str, Named]] = [
    ("Depute Child Protection Co-ordinator: Ben Marsh", [("deputy-dsl", "Ben Marsh")]),
    ("DSL for Key Stage 1: Ben Marsh", [("dsl", "Ben Marsh")]),
    ("DSL for Governors: Ben Marsh", []),
    ("DSL for the Trust: Ben Marsh", []),
    ("Safeguarding Lead for Adults: Ben Marsh", []),
]


@pytest.mark.parametrize(("text", "more"), OF_WHOM)
def test_the_lead_of_a_part_is_one_and_that_of_another_body_is_none(text: str, more: Named) -> None:
    assert named(f"DSL: Ada Holt\n{text}") == [("dsl", "Ada Holt"), *more]


def test_two_people_behind_lead_and_deputy_are_never_both_leads() -> None:
    found = named("DSL and Deputy Safeguarding Lead: Ada Holt and Ben Marsh")
    assert ("dsl", "Ben Marsh") not in found


def test_the_authoritys_designated_officer_is_still_the_lado() -> None:
    assert named("The local authority designated officer is Dan Reed") == [("lado", "Dan Reed")]


def test_numbers_below_several_names_are_nobodys() -> None:
    text = "DSL\tAda Holt\nDeputy Designated\tBen Marsh\nSafeguarding Leads\tCara Finch\n01632 960102\n01632 960103"
    facts = extract_facts(document_from_text(f"Child Protection Policy\n{text}\nStaff report every concern."))
    assert [(each.name, each.phone) for each in facts.contacts] == [
        ("Ada Holt", None),
        ("Ben Marsh", None),
        ("Cara Finch", None),
    ]
