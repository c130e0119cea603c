"""What documents of clubs, childminders, agencies and nurseries call themselves: titles nobody wrote a rule for."""

import pytest

from pipeline.facts.reading import extract_facts
from pipeline.model.documents import Block, BlockKind, Document, DocumentFormat, Region, Span
from pipeline.places import read_place
from tests.evaluate import document_from_text

PROSE = "Everybody who works with us is asked to read it at the start of the year, and the office keeps a copy of it."


def title_of(text: str, file_name: str = "policy.txt") -> str | None:
    return extract_facts(document_from_text(text, file_name)).title


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Pond Visits Policy: What I will do", "Pond Visits Policy"),
        ("Pond Visits Policy: how we look after you", "Pond Visits Policy"),
        ("Ducks & Visits: What you can expect", "Ducks & Visits"),
        ("Pond Visits Policy:\nPolicy statement:", "Pond Visits Policy"),
        ("Pond Visits Policy: Statement of intent", "Pond Visits Policy"),
        ("Pond Visits Policy\nSample policy statement: Ponds", "Pond Visits Policy"),
        ("Pond Visits Policy: ducks and geese", "Pond Visits Policy: ducks and geese"),
        ("Keeping Ducks Happy\nPolicy Statement", "Keeping Ducks Happy"),
    ],
)
def test_what_is_said_behind_a_title_is_no_part_of_it(text: str, title: str) -> None:
    assert title_of(f"{text}\n{PROSE}") == title


@pytest.mark.parametrize(
    "heading",
    ["Provision", "Scope", "2. Key principles", "Statement: we are kind", "Sample policy statement: Ponds", "Our aims",
     "Policy statement", "Introduction and purpose", "About this policy", "Policy & Procedure No. 5"],
)  # fmt: skip
def test_heading_of_a_part_is_no_title(heading: str) -> None:
    assert title_of(f"{heading}\n{PROSE}\nThe ducks are fed by everybody.") is None


def test_short_line_behind_the_first_sentences_is_no_title() -> None:
    assert title_of(f"Policy statement\n{PROSE} {PROSE}\nDucks in the road\n{PROSE}") is None


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Moorland Homes and Learning (MHL)\nTerms and Conditions\nVersion No: 1\nMoorland Homes and Learning (MHL) is "
         "a provider. MHL works here. MHL is kind.", "Terms and Conditions"),
        ("The Nest (Moorwick) - Duck, Pond and Visits Policy\nAt the Nest we are kind. The Nest in Moorwick is small.",
         "Duck, Pond and Visits Policy"),
        ("Kite And Kin\nDay Nursery\nNews for Families\nAt Kite and Kin we are kind.", "News for Families"),
        ("Duck Protection - Pond Safety Policy\nOur duck protection is good. Duck protection is for all.",
         "Duck Protection - Pond Safety Policy"),
    ],
)  # fmt: skip
def test_name_of_the_setting_is_no_part_of_the_title(text: str, title: str) -> None:
    assert title_of(text) == title


@pytest.mark.parametrize(
    "number", ["51: ", "POL-07 ", "POL-07: ", "HS/12 – ", "Policy No. 4.2 ", "POLICY 12: ", "HS07 ", "6.4a: ", "07.01 "]
)
def test_number_printed_before_a_title_is_left_off(number: str) -> None:
    assert title_of(f"{number}Pond Visits Policy\n{PROSE}") == "Pond Visits Policy"


@pytest.mark.parametrize("title", ["COVID-19 Visits Policy", "KS2 Marking Policy", "2 Year Olds Policy"])
def test_number_that_belongs_to_a_title_stays(title: str) -> None:
    assert title_of(f"{title}\n{PROSE}") == title


@pytest.mark.parametrize(
    ("printed", "meant"),
    [
        ("Duck Collec2on Policy", "Duck Collection Policy"),
        ("A,er School Visits Policy", "After School Visits Policy"),
        ("Informa9on Sharing Policy", "Information Sharing Policy"),
        ("Prepara$on Policy", "Preparation Policy"),
        ("An\ufffe-Bullying Policy", "Anti-Bullying Policy"),
    ],
)
def test_letters_that_a_pdf_lost_are_mended(printed: str, meant: str) -> None:
    assert title_of(f"{printed}\nAfter any preparation there is a collection of information.") == meant


@pytest.mark.parametrize("title", ["Y4 Pond Policy", "Ducks, geese and swans policy", "Covid19 Policy"])
def test_sound_words_are_left_alone(title: str) -> None:
    assert title_of(f"{title}\n{PROSE}") == title


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Safeguarding and Welfare Requirement: Ponds\nProviders must have and implement a policy for ponds.\n"
         "Ducks on the loose\nPolicy statement", "Ducks on the loose"),
        ("General welfare requirement: suitable ponds\n8.12 Feeding of ducks\nAim", "Feeding of ducks"),
        ("National Minimum Standard 4\nPond Visits Policy", "Pond Visits Policy"),
    ],
)  # fmt: skip
def test_requirement_or_section_over_a_title_is_not_it(text: str, title: str) -> None:
    assert title_of(f"{text}\n{PROSE}") == title


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Safe Ducks and Every Goose\nProtection Policy", "Safe Ducks and Every Goose Protection Policy"),
        ("Looking after ducks and\nyoung geese with\nwet feet in\nwinter\nPolicy and Guidance",
         "Looking after ducks and young geese with wet feet in winter Policy and Guidance"),
    ],
)  # fmt: skip
def test_title_over_several_lines_is_read_whole(text: str, title: str) -> None:
    assert title_of(f"{text}\n{PROSE}") == title


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Forest School Handbook\nThornfield Day Nursery", "Forest School Handbook"),
        ("Breakfast Club – P1-P7\nAims", "Breakfast Club – P1-P7"),
        ("Duck-Policy-Sept-2022-2\nDuck Policy\nPolicy details", "Duck Policy"),
        ("Admissions\nStatement", "Admissions"),
        ("Alternative Provision", "Alternative Provision"),
        ("Policy\tWet Feet\nVersion\t2", "Wet Feet"),
        (
            "DUCK POLICY &\nWHAT IS DONE WHEN A DUCK IS NOT\nHOME IN TIME",
            "Duck Policy & What Is Done When a Duck Is Not Home in Time",
        ),
    ],
)
def test_activities_file_names_and_mottos_are_told_from_titles(text: str, title: str) -> None:
    assert title_of(f"{text}\n{PROSE}") == title


def test_second_line_of_a_sentence_is_no_title() -> None:
    assert title_of("Aim - We in our group want to ensure a\nclear policy for our ducks and run an\nopen pond.") is None


@pytest.mark.parametrize(
    ("title", "is_sure"),
    [("Pond Visits Policy", True), ("Policy on Pond Visits", True), ("Ponds: Ducks and Policy", False),
     ("Pond Plan of all that Ducks and Geese may Need", False), ("Wet Feet", False)],
)  # fmt: skip
def test_title_that_does_not_read_as_one_from_end_to_end_is_doubted_a_little(title: str, is_sure: bool) -> None:
    evidence = extract_facts(document_from_text(f"{title}\n{PROSE}")).evidence["title"]

    assert ((evidence.confidence or 0) >= 0.95) == is_sure


def with_header(header: str, file_name: str) -> Document:
    lines = [(header, Region.PAGE_HEADER), ("What to do if a duck is lost", Region.BODY), (PROSE, Region.BODY)]
    blocks = tuple(
        Block(BlockKind.PARAGRAPH, read_place(f"line {number}"), (Span(text),), region)
        for number, (text, region) in enumerate(lines, 1)
    )
    return Document(file_name, DocumentFormat.PDF, "0" * 64, 1, blocks)


def test_running_header_is_the_title_where_the_file_is_called_so() -> None:
    assert extract_facts(with_header("LOST DUCK", "the-nest-lost-duck-policy.pdf")).title == "Lost Duck"
    assert extract_facts(with_header("LOST DUCK", "scan0012.pdf")).title != "Lost Duck"


def test_line_set_as_a_heading_is_the_title_under_a_name_that_is_not() -> None:
    kinds = {"Moorland Kids": BlockKind.PARAGRAPH, "Lost Ducks": BlockKind.HEADING, PROSE: BlockKind.PARAGRAPH}
    blocks = tuple(
        Block(kind, read_place(f"line {number}"), (Span(text),)) for number, (text, kind) in enumerate(kinds.items(), 1)
    )

    assert extract_facts(Document("scan.pdf", DocumentFormat.PDF, "0" * 64, 1, blocks)).title == "Lost Ducks"


def test_file_name_decides_between_two_headings() -> None:
    text = f"Duck Register and Ponds\nPrivacy Policy\n{PROSE}"

    assert title_of(text, "duck-register-ponds-policy-june.pdf") == "Duck Register and Ponds"
    assert title_of(text, "privacy-policy.pdf") == "Privacy Policy"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Larch Primary School\nSinging · Dancing · Acting\nBehaviour in Class\nOverview", "Behaviour in Class"),
        ("How We Choose Tutors\nWhy we have this policy", "How We Choose Tutors"),
        ("Keeping Ducks Happy\nIntroduction / Cyflwyniad\nPrinciples of feeding", "Keeping Ducks Happy"),
        ("Larch Primary School\nKindness\tCourage\tCuriosity\nKeeping Ducks Happy\nRationale", "Keeping Ducks Happy"),
    ],
)
def test_neither_a_setting_nor_its_motto_is_the_title(text: str, title: str) -> None:
    assert title_of(f"{text}\n{PROSE}") == title
