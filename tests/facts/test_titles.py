"""What a document calls itself, however its first lines are set."""

import time

import pytest

from pipeline.facts.reading import extract_facts
from pipeline.facts.titles.cut import opening_title
from tests.evaluate import document_from_text

PROSE = "It is kept by the office, and every member of staff is asked to read it at the start of the year. " * 3
TITLES = [
    "First Aid Policy",
    "Intimate Care Policy and Procedures",
    "Behaviour Management Policy",
    "Staff Code of Conduct",
]


def title_of(text: str) -> str | None:
    return extract_facts(document_from_text(text)).title


@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize(
    "line",
    [
        "{title} Author/reviewer responsible: GP Reviewed by: SMT Last amended: September 2018 {prose}",
        "{title} February 2016 Introduction The Moorland School has agreed to this. {prose}",
        "Thornfield Primary School {title} Review of guidance for all who work with us {prose}",
        "Statutory Policy St Orwin Primary Catholic Voluntary Academy {title} Written By Ada Holt {prose}",
        "H3. {title} 1 Authority and circulation {prose}",
        "1 {title} 1.1 Scope {prose}",
    ],
)
def test_title_is_read_at_the_start_of_a_line_that_holds_the_whole_page(line: str, title: str) -> None:
    assert title_of(line.format(title=title, prose=PROSE)) == title


@pytest.mark.parametrize(
    "line", ["This policy is about the plan of the day.", "our homework policy", "Policy", "The School Policy", ""]
)
def test_a_sentence_opens_with_no_title(line: str) -> None:
    assert opening_title(line) is None


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Health & Safety – Swimming\nPolicy statement:\nWe swim.", "Health & Safety – Swimming"),
        ("Special Educational\nNeeds (SEN) policy\n2020-2021", "Special Educational Needs (SEN) policy"),
        ("Growing Up Kind\nPolicy document 2017-18\n(To be reviewed June 2018)", "Growing Up Kind Policy"),
        ("BEHAVIOUR POLICY INTRODUCTION\nWe are kind.", "Behaviour Policy"),
        ("ELM SCHOOL (including Elm House) Whole School Policy for Homework\nReview: Summer 2026",
         "Whole School Policy for Homework"),
        ("Homework Policy Category: Learning\nWe learn.", "Homework Policy"),
        ("Homework Policy Audience:\nStaff/Parents\nStatus:\nStatutory", "Homework Policy"),
        ("Thornfield Academies Trust\nTrust Policy Document\nVisits Scheme and Action Plan",
         "Visits Scheme and Action Plan"),
        ("Growing Up in Our Village\nPrincipal/ Policy Owner: Ada Holt Approved By: Leadership Team",
         "Growing Up in Our Village"),
        ("Wellbeing: winter addendum\n1. Scope\n2. Core wellbeing principles", "Wellbeing: winter addendum"),
        ("Code of Conduct for Trustees and\nLocal Academy Committees (LACs)\nThornfield Primary School",
         "Code of Conduct for Trustees and Local Academy Committees (LACs)"),
    ],
)  # fmt: skip
def test_title_is_told_from_headings_labels_and_bare_kinds(text: str, title: str) -> None:
    assert title_of(text) == title


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("EARLY YEARS\nFOUNDATION STAGE\nPOLICY DOCUMENT\n2021-2022", "Early Years Foundation Stage Policy"),
        ("Supporting Our Pupils Every Day\nStatement of intent\nWe are kind.", "Supporting Our Pupils Every Day"),
        ("1 Pond Policy May 2015 Next Review: May 2018 Signed:", "Pond Policy"),
        ("Equalities Act 2010 Policy and Access Plan\nStatus: Statutory", "Equalities Act 2010 Policy and Access Plan"),
        ("Policy Title: Access & Access Plan Ada Holt Academy\nDrafted by: B Lowe", "Access & Access Plan"),
        ("2 Year Olds Policy", "2 Year Olds Policy"),
        ("Template 2: Pond Policy\nWe are kind.", "Pond Policy"),
        ("[Template – staff] THE MOORLAND ACADEMIES TRUST [NAME] POND POLICY FOR ALL " + PROSE, "Pond Policy"),
    ],
)
def test_numbers_acts_and_names_round_a_title_are_told_apart(text: str, title: str) -> None:
    assert title_of(text) == title


@pytest.mark.parametrize(
    "text",
    [
        "Autumn 2015\nReview: Summer 2018\nWe are kind.",
        "Ada Holt Deputy Head, North Site\nText.",
        "See Below\nWe are kind.",
        "Template 2\nWe are kind.",
    ],
)
def test_a_date_a_person_in_a_role_and_what_points_elsewhere_is_no_title(text: str) -> None:
    assert title_of(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "SENCo contact details:\nMrs Holt is happy to talk with you.",
        "The Designated Safeguarding Lead (DSL) for Moorland Schools\nText is here.",
        "Ada Holt Tel: 01632 960101 Mob: 07700 900101\nText is here.",
        "https://example.org/policies/homework\nText is here.",
        "Roll No: 18000X\nText is here.",
        "Safeguarding Hotline – 0808 157 0192\nText is here.",
        "In our school the lead’s responsibilities include:\nText is here.",
    ],
)
def test_contacts_addresses_and_openings_of_lists_are_no_title(text: str) -> None:
    assert title_of(text) is None


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Kite Admission Arrangements 201819 (004).pdf\n2018/19 School Admission Arrangements Introduction - " + PROSE,
         "School Admission Arrangements"),
        ("Model uniform policy for schools\nSchool Uniform Policy\nThornfield School", "School Uniform Policy"),
        ("POLICY No 14\nLearner Wellbeing and\nPond Safety Policy", "Learner Wellbeing and Pond Safety Policy"),
        ("Safeguarding Children and Child Protection\n(Including allegations)\nWho to contact about worries",
         "Safeguarding Children and Child Protection"),
        ("1 St Orwin s CE School Lettings Policy This policy was last reviewed:\nAut 2017", "Lettings Policy"),
        ("SEND Information Report\nThe Local Offer\nText.", "SEND Information Report"),
        ("The Designated Persons in our school are:\nAda Holt\nPolicy approved: 4th October 2016\nPond Care Policy",
         "Pond Care Policy"),
        ("Kindness\nRelated policies\nSafeguarding, Work, Visits, Exclusions, Code of Conduct, Boarding", "Kindness"),
    ],
)  # fmt: skip
def test_title_is_chosen_before_file_names_models_and_enumerations(text: str, title: str) -> None:
    assert title_of(text) == title


@pytest.mark.parametrize(
    "text",
    [
        "Our confidentiality policy was updated in September 2019 and can be viewed here.\nText is here.",
        "Definition of a letting\nText is here.",
        "To give clear guidelines and a consistent approach in what we provide.",
    ],
)
def test_sentences_definitions_and_lists_are_no_title(text: str) -> None:
    assert title_of(text) is None


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Pond Accident and Duck\nRescue Plan\nApproved: Summer 2015\nPond Accident and Duck Rescue Plan",
         "Pond Accident and Duck Rescue Plan"),
        ("SCHOOL POLICY Pond Safety & Emergency Policy & Strategy UNCRC: Articles 3 and 24 Reviewed by: " + PROSE,
         "Pond Safety & Emergency Policy & Strategy"),
        ("1 Fire safety policy (Including Fire Emergency Plan) Action Policy to be reviewed as required " + PROSE,
         "Fire safety policy"),
        ("Fire Evacuation Procedures Thornfield High School. Staff Guide 22 February 2012\nText.",
         "Fire Evacuation Procedures"),
        ("Headteacher:\nPolicy Lead\nPond Policy\nAda Holt", "Pond Policy"),
        ("St Orwin’s PS Positive Behaviour Policy Signature of Chair of Board of Governors: " + PROSE,
         "Positive Behaviour Policy"),
        ("Learning for Every Child\nPond Rescue Plan\nText.", "Pond Rescue Plan"),
        ("Code of Behaviour\nAt Thornfield\nNational School we are kind.", "Code of Behaviour"),
        ("General Pond Regulation\n(GPR) Policy\nApril 2018", "General Pond Regulation (GPR) Policy"),
        ("The Thornfield Lower School Pond Policy. Rationale\nText.", "Pond Policy"),
        ("Pond Nursery School\n" + "Signature\nPrint Name Ada Holt Date\n" * 4 + "e-Safety and ICT Policy\nText.",
         "e-Safety and ICT Policy"),
    ],
)  # fmt: skip
def test_wrapped_and_buried_titles_are_read_whole(text: str, title: str) -> None:
    assert title_of(text) == title


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("THORNFIELD SCHOOL: MEDICAL AND FIRST AID POLICY\nIt is so.", "Medical and First Aid Policy"),
        ("DRAFT\nPond Policy v2.1\nThornfield School", "Pond Policy"),
        ("Pond Policy (Reviewed May 2024)\nThornfield School", "Pond Policy"),
        ("Policy Number\nPond Policy\nDate: March 2015", "Pond Policy"),
        ("Ada the Holt RC Primary School\nAda the Holt Pond Care Policy", "Pond Care Policy"),
        ("Thornfield Hill Primary School\nThornfield Hill Homework Policy", "Homework Policy"),
        ("Health and Safety Academy\nHealth and Safety Policy", "Health and Safety Policy"),
        ("Pond Policy of Ballybrack NS\nThe board of Ballybrack NS has agreed it.", "Pond Policy"),
        (
            "Larch Rovers Junior Football Club\nLarch Rovers Junior Football Club - Child Welfare\nIt is so.",
            "Child Welfare",
        ),
    ],
)
def test_neither_the_school_nor_a_label_is_part_of_the_title(text: str, title: str) -> None:
    assert title_of(text) == title


@pytest.mark.parametrize(
    "above", ["Home Page", "Skip to content", "Policies >", "Home » Our school » Policies", "Download PDF", "<< Back"]
)
def test_what_a_website_sets_round_its_pages_is_no_title(above: str) -> None:
    assert title_of(f"{above}\nLate collection\nAda Holt is rung first.\n{PROSE}") == "Late collection"


def test_a_link_of_a_website_carries_no_title_on() -> None:
    assert title_of(f"First aid\nOur Policies\nReviewed on: 5 May 2025\n{PROSE}") == "First aid"


def test_the_name_of_the_sites_list_is_no_title() -> None:
    assert title_of(f"{PROSE}\nPolicies >\nReviewed May 2025") is None


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (
            "MOORLAND TENNIS CLUB\nSAFEGUARDING POLICY 2024\nINDEX\nTITLE\tPAGE\n1\tINTRODUCTION\t3",
            "Safeguarding Policy",
        ),
        (
            "Moorland Theatre School\n6 Mill Lane, Moorland, ML6 3BQ\nNicola Marsh\n01632 960330\nUpdated: May 2025",
            None,
        ),
        ("MOORLAND MONTESSORI\nNURSERY SCHOOL\nTEL: 01632 960346\nMoorland Montessori Nursery School is small.", None),
        ("Complaints\nOfficer: Nicola Marsh\nContents\nPolicy\nProcedures\nSay it early", "Complaints"),
        ("Small Oaks Montessori School\nSmall Oaks Montessori Schools Policy - May 2018\nWelcome to us.", None),
    ],
)
def test_no_person_no_part_of_a_name_and_no_list_is_a_title(text: str, title: str | None) -> None:
    assert title_of(text) == title


def test_a_long_blank_to_fill_in_is_no_title_and_is_seen_at_once() -> None:
    """A row of underscores was taken apart in every way there is: one of 50 took longer than anybody waits."""
    started = time.perf_counter()
    assert title_of(f"{'_' * 80} would be\nPond Policy\n{PROSE}") == "Pond Policy"
    assert time.perf_counter() - started < 5
    for name in ("pond_policy_2026", "Pond-Policy-v2.1", "policy_-_pond-safety"):
        assert title_of(f"{name}\nNewt Policy\n{PROSE}") == "Newt Policy", name


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Thornfield Primary School\nHealth and Safety Policy incl. Welfare\nWho does what\nThe head answers for it.",
         "Health and Safety Policy incl. Welfare"),
        ("Ysgol Bryn Teg, Hendre\nPolicy on Safeguarding\nIt protects children.", "Policy on Safeguarding"),
        ("Otley Tides School\nEducational Visits and School Trips Policy\nText.",
         "Educational Visits and School Trips Policy"),
        ("Moorland Primary School\nGovernors’ Written Statement of Behaviour Principles 2023 - 2024\nText.",
         "Governors’ Written Statement of Behaviour Principles"),
        ("Preventing Extremism and Radicalisation in our Settings\nGlazebrook Primary Academy\nWe care.",
         "Preventing Extremism and Radicalisation in our Settings"),
        ("Commended by The City of Otley Council\nLettings Manual\nIt tells of halls.", "Lettings Manual"),
    ],
)  # fmt: skip
def test_a_place_behind_the_school_and_who_commends_a_text_are_no_part_of_its_title(text: str, title: str) -> None:
    assert title_of(text) == title


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Mrs Ada Holt and\nDuck Safety Policy\nText.", "Duck Safety Policy"),
        ("Guide to papers to be had from Thornfield Primary School under the model publication scheme\nText.",
         "Guide to papers to be had from Thornfield Primary School under the model publication scheme"),
        ("Terms of Reference for the Pond Committee of the Governing Body of Thornfield Primary School\nMembers:",
         "Terms of Reference for the Pond Committee"),
        ("MOORLANDS Special Diet Procedure SCHOOLS\nPOND SAFETY POLICY\nText.", "Pond Safety Policy"),
        ("PROCEDURE SCHOOLS\nPOND SAFETY POLICY\nText.", "Pond Safety Policy"),
        ("CHILDREN WITH HEALTH NEEDS WHO CANNOT ATTEND SCHOOL POLICY\nDATE OF REVIEW:\n1. Aims\nText.\n"
         "Where the school makes arrangements\nText.",
         "Children with Health Needs Who Cannot Attend School Policy"),
        ("Year 1 Count up to 20 ducks\nText.\nYear 2 Count up to 100 ducks\nText.", None),
    ],
)  # fmt: skip
def test_a_person_a_piece_of_a_name_and_a_section_of_many_are_no_title(text: str, title: str | None) -> None:
    assert title_of(text) == title
