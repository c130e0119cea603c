"""The school a document speaks for, however its name is set."""

import pytest

from pipeline.facts.reading import extract_facts
from pipeline.model.documents import Block, BlockKind, Document, DocumentFormat, Span
from pipeline.named.schools import find_school, school_in
from pipeline.places import read_place
from pipeline.text.lines import list_lines
from tests.evaluate import document_from_text


def school_of(text: str) -> str | None:
    return extract_facts(document_from_text(text)).school


@pytest.mark.parametrize(
    "faith", ["Catholic Voluntary", "Church of England Voluntary Aided", "RC", "C of E", "Special"]
)
@pytest.mark.parametrize(
    "kinds", [("Primary", "Academy"), ("Primary", "School"), ("Infant School and Nursery", "Trust")]
)
def test_a_name_holds_what_stands_between_two_kinds_of_school(faith: str, kinds: tuple[str, str]) -> None:
    name = f"St Orwin {kinds[0]} {faith} {kinds[1]}"

    assert school_in(f"{name} was founded in 1903.") == name


@pytest.mark.parametrize(
    ("text", "school"),
    [
        ("Homework Policy\nHolt Church in Wales Primary School teaches all.", "Holt Church in Wales Primary School"),
        ("Ysgol Bryn Teg, Aberdale\nHomework Policy", "Ysgol Bryn Teg"),
        ("Gaelscoil na Mara\nHomework Policy", "Gaelscoil na Mara"),
        ("Homework Policy\nAll staff of Kestrel Playscheme know it.", "Kestrel Playscheme"),
        ("Homework Policy\nThe board of Ballybrack N.S. has agreed it.", "Ballybrack N.S."),
        ("St. Bodens'\nNational School\nHomework Policy", "St. Bodens' National School"),
        ("Fr. Holt N.S. School\nHomework Policy", "Fr. Holt N.S. School"),
        ("Homework Policy of Ballybrack NS\nThe board of Ballybrack NS has agreed it.", "Ballybrack NS"),
        ("Homework\nWithin Thornfield Primary School we read.", "Thornfield Primary School"),
        ("Homework\nThornfield High School aims:\nTo read.", "Thornfield High School"),
        ("Safeguarding Policy\nThe Benefice of Holt with Larch\nIt is so.", "The Benefice of Holt with Larch"),
        ("Larch Rovers Junior Football Club\nLarch Rovers Junior Football Club - Child Welfare\nIt is so.",
         "Larch Rovers Junior Football Club"),
        ("Homework Policy\nTHORNFIELD VALUES\nBe kind\nIt is an aim of Thornfield Primary School that pupils read. "
         "At Thornfield we read. Thornfield’s homework is short. All staff of Thornfield know it.",
         "Thornfield Primary School"),
        ("Homework Policy\nHolt Primary School and Tiny Boots Nursery are open to all.", "Holt Primary School"),
        ("Food Policy\nBreakfast Club and After School Club follow it.", None),
        ("Homework Policy\nIn St Orwin’s we read. Parents of St Orwin’s help.", "St Orwin’s"),
    ],
)  # fmt: skip
def test_a_school_is_read_by_its_whole_name_wherever_in_these_islands_it_is(text: str, school: str | None) -> None:
    assert school_of(text) == school


@pytest.mark.parametrize(
    "topic", ["Relationships and Sex Education", "Attendance", "Charging", "Privacy", "Introduction"]
)
def test_the_subject_of_a_policy_is_no_part_of_the_name_before_it(topic: str) -> None:
    assert school_in(f"Brindle Academy Thornfield {topic} Policy") == "Brindle Academy Thornfield"


@pytest.mark.parametrize(
    "heading", ["Introduction", "Rationale", "Background", "Mission Statement", "Policy Statement", "Purpose"]
)
def test_a_heading_run_into_the_name_is_left_off(heading: str) -> None:
    text = f"First Aid Policy\n{heading} The Moorland School is committed to the safety of all who work in it."

    assert school_of(text) == "The Moorland School"


@pytest.mark.parametrize(
    "line",
    [
        "Local Academy Committees (LACs)",
        "Special Educational Needs School Information Report",
        "DfE School Complaints Procedure Guidance",
        "Requirement to Target Primary Phase",
        "Guidelines for Primary and Post Primary Schools",
    ],
)
def test_words_that_every_school_shares_make_no_name(line: str) -> None:
    assert school_of(f"Complaints Policy\n{line}\nThornfield Primary School") == "Thornfield Primary School"
    assert school_of(f"Complaints Policy\n{line}") is None


@pytest.mark.parametrize(
    ("text", "school"),
    [
        ("Ada Holt\nPrimary School\nHomework Policy", "Ada Holt Primary School"),
        ("Holy Cross\nCatholic Primary School\nHomework Policy", "Holy Cross Catholic Primary School"),
        ("Homework Policy\nPrimary School", None),
        ("St Orwin's Brackenshaw\nHomework Policy\nAt St Orwin’s we read.", "St Orwin's Brackenshaw"),
        ("St Orwin's Homework Policy\nText.", None),
        ("1 The Loft Visits Policy\nWhat makes The Loft Pupil Referral Unit a supportive place.",
         "The Loft Pupil Referral Unit"),
        ("Tilly's Nurseries Ltd\nMobile Phone Policy", "Tilly's Nurseries Ltd"),
    ],
)  # fmt: skip
def test_name_is_read_without_the_words_most_schools_have(text: str, school: str | None) -> None:
    assert school_of(text) == school


@pytest.mark.parametrize("words", ["in School", "at School", "of the School", "IN SCHOOL", "for School"])
def test_a_phrase_that_only_ends_in_school_is_no_name(words: str) -> None:
    assert school_in(f"The Giving of Medicine {words}") is None


@pytest.mark.parametrize("place", ["Eastling", "Worthing", "Goring"])
def test_a_place_in_ing_is_a_name_and_a_verb_is_none(place: str) -> None:
    assert school_of(f"Maths Policy\n{place} Primary School") == f"{place} Primary School"
    assert school_of("Maths Policy\nSupporting Primary School") is None


@pytest.mark.parametrize(
    ("text", "school"),
    [
        ("Pond Policy\n1 Role of the Lantern Foundation as Proprietor", "Lantern Foundation"),
        ("Pond Policy\nEvaluation Report to the Governing Body File Location College Intranet", None),
        ("1 Pond Safety Policy Introduction Thornfield Girls Grammar School recognises its duty.",
         "Thornfield Girls Grammar School"),
        ("Pond Policy\nNext Review due: October 2017 Produced by Turnley School", "Turnley School"),
        ("Pond Policy\nTo be published on the Staff Portal School website", None),
        ("Pond Policy\nThe Governors and Senior Leadership Team of Turnley College know.", "Turnley College"),
        ("St Orwin’s PS Pond Policy", "St Orwin’s PS"),
        ("1 POND POLICY Statement of Intent Turnley School is committed to ponds.", "Turnley School"),
        ("Pond Policy\nAs a Christian school our aim is to value each pupil.", None),
        ("Statement of intent:\nGeneral Statement", None),
    ],
)  # fmt: skip
def test_what_a_sentence_says_of_a_school_is_left_off_its_name(text: str, school: str | None) -> None:
    assert school_of(text) == school


def test_schools_of_a_list_are_not_the_document_s_own() -> None:
    schools = tuple(
        Block(kind=kind, where=read_place(f"p{number}"), spans=(Span(text),))
        for number, (kind, text) in enumerate(
            [
                (BlockKind.HEADING, "Local Offer"),
                (BlockKind.PARAGRAPH, "Moorland Infant School welcomes all. Moorland Infant School has a pond."),
                (BlockKind.PARAGRAPH, "The schools of our area:"),
                (BlockKind.LIST_ITEM, "Thornfield High School"),
                (BlockKind.LIST_ITEM, "Moorland Infant School"),
            ]
        )
    )
    document = Document("offer.txt", DocumentFormat.TXT, "0" * 64, 100, schools)

    assert extract_facts(document).school == "Moorland Infant School"


def test_who_adopted_a_policy_is_left_off_the_name() -> None:
    assert school_of("Pond Policy\nChange\nAdopted by Moorland Primary School") == "Moorland Primary School"


@pytest.mark.parametrize(
    ("text", "school"),
    [
        (
            "Thornfield Independent School and Pre-School\nBullying Policy",
            "Thornfield Independent School and Pre-School",
        ),
        ("Keeping Children Safe In Education Moorland School\nHate Crime Policy", "Moorland School"),
        ("Kindness Policy (Including EYFS and Thornfield Prep)\nText.", "Thornfield Prep"),
        (
            "The Lantern Federation of Thornfield and Moorland Church of England First Schools\nPond Policy",
            "The Lantern Federation of Thornfield and Moorland Church of England First Schools",
        ),
        ("The Lantern Academy Trust Thornfield Academy\nPond Policy", "Thornfield Academy"),
        ("Lantern Learning Trust\nThornfield High School\nPond Policy", "Thornfield High School"),
        ("Lantern Learning Trust\n[Insert Academy name]\nPond Policy", "Lantern Learning Trust"),
        ("Lantern Learning Trust\nPond Policy\nReviewed by: SLT", "Lantern Learning Trust"),
        ("Pond Policy\nThornfield UTC", "Thornfield UTC"),
        ("Thornfield Learning Trust Primary School\nPond Policy", "Thornfield Learning Trust Primary School"),
        ("Pond Policy\nWe are inspected under the Independent School Standards Regulations.", None),
    ],
)
def test_a_name_is_told_from_the_words_around_it(text: str, school: str | None) -> None:
    assert school_of(text) == school


@pytest.mark.parametrize(
    ("line", "school"),
    [
        ("Wardle Park Academy LGB", "Wardle Park Academy"),
        ("The Westmarch College Group Board", "The Westmarch College Group"),
        ("Hill Road School Governing Body", "Hill Road School"),
        ("Academy", None),
    ],
)
def test_the_board_of_a_school_is_left_off_and_a_kind_alone_is_no_name(line: str, school: str | None) -> None:
    found = find_school(list_lines(document_from_text(f"{line}\nAttendance Policy\nWe want all children in school.")))
    assert (found and found.name) == school


def test_a_school_of_an_art_keeps_it_in_its_name() -> None:
    assert school_in("Thornfield School of Dance keeps a register.") == "Thornfield School of Dance"


@pytest.mark.parametrize("run", ["SC012345 The Named Officer is Ada Holt.", "Moor Vale These pages are for families."])
def test_a_number_or_the_head_of_the_next_sentence_is_no_organisation(run: str) -> None:
    assert school_of(f"Care Policy\n{run}\nAsk {run}") not in {"SC012345 The Named", "Moor Vale These"}


@pytest.mark.parametrize("group", ["Learning Collaborative", "Education Alliance", "Education Group"])
def test_a_group_that_has_no_word_for_schools_is_none(group: str) -> None:
    assert school_in(f"Moorland {group} was founded in 1903.") is None


def test_a_group_of_schools_is_one() -> None:
    assert school_in("Moorland Schools Alliance was founded in 1903.") == "Moorland Schools Alliance"


@pytest.mark.parametrize(
    "text",
    [
        "Lettings Policy\nThe Internet Watch Foundation tells more. Ask the Internet Watch Foundation.",
        "Lettings Policy\nThe After School Club pays nothing. After School lessons do.",
        "HUMAN RESOURCES MANUAL FOR SCHOOLS\nLettings\nSchools let their halls.",
    ],
)
def test_bodies_of_everybody_activities_and_manuals_are_no_school(text: str) -> None:
    assert school_of(text) is None


@pytest.mark.parametrize(
    ("text", "school"),
    [
        ("Kentholme C of E (Controlled) Primary School\nBehaviour Policy\nText.",
         "Kentholme C of E (Controlled) Primary School"),
        ("Safeguarding Policy\nHatherop Lodge Preparatory School\nPrep\tPre-Prep\nText.",
         "Hatherop Lodge Preparatory School"),
        ("Ouse Isle Education Trust – V1 10 March 2014\nCapability Policy\nText.", "Ouse Isle Education Trust"),
        ("Otley Tides School\nEducational Visits and School Trips Policy\nText.", "Otley Tides School"),
    ],
)  # fmt: skip
def test_a_name_is_whole_and_holds_nothing_of_what_stands_beside_it(text: str, school: str) -> None:
    assert school_of(text) == school


def test_a_club_after_school_has_its_whole_name() -> None:
    name = "Rockets Breakfast and After School Club"
    assert school_in(f"{name} believes in play.") == name


@pytest.mark.parametrize(
    "line",
    [
        "Within School Systems",
        "Therefore school",
        "Breakfast, After School & Holiday Club",
        "CHILDREN WITH HEALTH NEEDS WHO CANNOT ATTEND SCHOOL",
        "Education Endowment Foundation",
        "Children’s Services, the Virtual School",
    ],
)
def test_words_that_every_text_writes_are_no_schools_name(line: str) -> None:
    small = "At breakfast or on holiday children with health needs who cannot attend are met, within their systems."
    assert school_of(f"Support Policy\n{line}\n{small}\nThe {line} helps.") is None


@pytest.mark.parametrize(
    "words",
    ["The Board of Management of {} approved it.", "The BOM of {} met.", "The management committee of {} met."],
)
def test_who_manages_a_school_is_no_part_of_its_name(words: str) -> None:
    line = words.format("Thornfield National School")
    assert school_of(f"Behaviour Policy\n{line}\n{line}") == "Thornfield National School"


@pytest.mark.parametrize(
    ("text", "is_sure"),
    [
        ("Hill Top School\nBehaviour Policy\nWe are kind.", True),
        (
            "Behaviour Policy\nAt Thornfield School we are kind.\nPupils of Thornfield School read.\n"
            "Staff of Thornfield School help.",
            True,
        ),
        ("Behaviour Policy\nPupils visit Thornfield School.", False),
        ("Thornfield School Systems\nBehaviour Policy\nWe are kind.", False),
    ],
)
def test_a_name_is_sure_on_a_line_of_its_own_or_where_a_text_gives_it_again_and_again(text: str, is_sure: bool) -> None:
    found = find_school(list_lines(document_from_text(text)))
    assert found is not None
    assert (found.confidence >= 0.95) is is_sure
