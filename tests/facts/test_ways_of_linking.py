"""The ways in which documents say which policies go with them: wordings, marks between names, what follows a name."""

import pytest

from pipeline.facts.reading import extract_facts
from tests.evaluate import document_from_text

TWO = ["Duck Policy", "Pond Policy"]
THREE = ["Behaviour", "Attendance", "Uniform"]


def links_in(text: str) -> list[str]:
    return list(extract_facts(document_from_text(f"Thornfield School\nHomework Policy\n{text}")).linked_policies)


@pytest.mark.parametrize(
    "opening",
    [
        "This policy builds on",
        "This policy has regard to",
        "This policy relates to",
        "This policy supports and is supported by",
        "This policy operates alongside",
        "This policy works together with",
        "This policy should be read along side",
        "This policy should be read with reference to",
        "It should be considered with",
        "It was written with reference to",
        "Reference should also be made to",
        "You should read this with",
        "This policy should be read along with",
        "It is supported by",
        "It complements",
    ],
)
def test_a_sentence_names_them(opening: str) -> None:
    assert links_in(f"{opening} the Duck Policy and the Pond Policy.\nText.") == TWO


@pytest.mark.parametrize(
    "label",
    ["See", "Refer to", "Links", "Document links", "Interlinks with", "In conjunction with", "Relating policies"],
)
def test_a_label_names_them(label: str) -> None:
    assert links_in(f"{label}: Duck Policy, Pond Policy\nText.") == TWO


@pytest.mark.parametrize(
    "heading",
    [
        "Policies that link to this one",
        "Other policies to which this one refers:",
        "Cross references",
        "4. Cross references",
        "Internal references",
        "Relevant legislation and policies",
        "Read with:",
        "Read with",
        "Read this with",
        "Links to other ACL policies",
        "This document supports and is supported by:",
        "Related policies / Polisïau cysylltiedig",
    ],
)
def test_a_heading_stands_over_them(heading: str) -> None:
    assert links_in(f"{heading}\nDuck Policy\nPond Policy\nIntroduction\nText.") == TWO


@pytest.mark.parametrize(
    "names",
    [
        "Behaviour / Attendance / Uniform",
        "Behaviour – Attendance – Uniform",
        "Behaviour · Attendance · Uniform",
        "Behaviour; Attendance; Uniform",
        "Behaviour (6), Attendance (12), Uniform (p. 14)",
        "Behaviour (2021), Attendance (2022), Uniform",
        "BP1 Behaviour, SG12 Attendance, HR4a: Uniform",
    ],
)
def test_marks_part_names_and_numbers_are_none_of_a_name(names: str) -> None:
    assert links_in(f"Linked policies: {names}\nText.") == THREE


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("This policy links with other policies, e.g.: Behaviour, Attendance and Uniform.", THREE),
        ("They sign in (see also Duck Policy, Pond Policy) before they go in.", TWO),
        ("To be read in conjunction with: Duck Policy/Pond Policy", TWO),
        ("TO BE READ IN CONJUNCTION WITH THE DUCK POLICY AND THE POND POLICY", ["DUCK POLICY", "POND POLICY"]),
        ("Linked documents: Staff Behaviour (Code of Conduct) Policy, Pond Policy",
         ["Staff Behaviour (Code of Conduct) Policy", "Pond Policy"]),
        ("Related policies: KS1 Pond Policy, Y6 Duck Policy", ["KS1 Pond Policy", "Y6 Duck Policy"]),
        ("It must be read alongside:\n(a) the Duck Policy;\n(b) the Pond Policy; and\n(c) the Staff Handbook.",
         [*TWO, "Staff Handbook"]),
        ("It links to:\n- our Duck Policy, which says what we expect\n- our Pond Policy (reviewed yearly)", TWO),
        ("To be read with the Duck Policy and Pond Policy, both of which are on the website.", TWO),
        ("Please read together with our Outings and Visits and Complaints policies.",
         ["Outings and Visits", "Complaints policies"]),
        ("Related policies: Equality, Diversity and Inclusion Policy, Pond Policy",
         ["Equality, Diversity and Inclusion Policy", "Pond Policy"]),
        ("Related documents – Duck Policy · Pond Policy", TWO),
        ("Associated College policies: Duck Policy; Pond Policy.", TWO),
        ("Linked to: Duck Policy; Health and Hygiene Policy", ["Duck Policy", "Health and Hygiene Policy"]),
        ("It links to the Music Service’s Duck Policy and Pond Policy, and to county council policies.", TWO),
        ("Staff should be familiar with the following, all of which are on the portal: Duck Policy, Pond Policy.", TWO),
        ("Supporting documents\nSchool: Duck Policy, Pond Policy", TWO),
        ("Links to other ACL policies\nDuck Policy, Pond Policy.\nIntroduction", TWO),
        ("This policy runs in conjunction with our Duck Policy and Pond Policy.", TWO),
        ("Linked policies\nDuck Policy\tWebsite\nPond Policy\tStaff drive", TWO),
        ("Linked policies\nBehaviour\tAttendance\tUniform\nAppendix", THREE),
        ("Other policies to read with this one\n• Duck Policy", ["Duck Policy"]),
        ("Linked policies\nPolicy\tWhere kept\nDuck Policy\tShared drive\nPond Policy\tShared drive", TWO),
        ("Related documents\tDuck Policy, Pond\nPolicy, Visits Policy", [*TWO, "Visits Policy"]),
        ("Linked policies\nDuck Policy – how we feed them\nPond Policy – what we do when it is deep", TWO),
    ],
)  # fmt: skip
def test_what_stands_around_a_name_is_none_of_it(text: str, names: list[str]) -> None:
    assert links_in(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "See: page 4 for the plan of the pond.",
        "Refer to: the office",
        "Links: the pond, the field and the hall",
        "Links\nwww.example.org\nOfsted",
        "Cross references\nChildren Act 1989\nWorking Together to Safeguard Children",
        "Staff should be familiar with the guidance in the staff handbook and the Duck Policy.",
        "This policy relates to the pond and the field.",
    ],
)
def test_other_things_are_no_policies(text: str) -> None:
    assert links_in(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "6. Related policies\n6.1 Duck Policy\n6.2 Pond Policy\n7. Review\nThe governors review it.",
        "Related policies:\n1. Duck Policy\n2. Pond Policy\n3. Monitoring and review\nThe governors review it.",
    ],
)
def test_the_next_heading_of_a_numbered_text_is_none(text: str) -> None:
    assert links_in(text) == TWO
