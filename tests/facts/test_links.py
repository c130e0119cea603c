"""Which policies a document says it goes with."""

import pytest

from pipeline.facts.reading import extract_facts
from pipeline.model.documents import Block, BlockKind, Document, DocumentFormat, Span
from pipeline.places import read_place
from tests.evaluate import document_from_text


def links_in(text: str) -> list[str]:
    return list(extract_facts(document_from_text(f"Thornfield School\nHomework Policy\n{text}")).linked_policies)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Links with other policies\nThis policy is linked to our:\n- Behaviour policy\n- SEND policy\nReview\nText.",
         ["Behaviour policy", "SEND policy"]),
        ("Related policies: Behaviour, Attendance and Health and "
            "Safety", ["Behaviour", "Attendance", "Health and Safety"]),
        ("This policy should be read in conjunction with the Behaviour Policy and the Equality "
            "Act 2010.", ["Behaviour Policy"]),
        ("Please read alongside the following documents:\n• Online Safety Policy\n• Equality "
            "Act 2010\n• Acceptable Use Agreement",
         ["Online Safety Policy", "Acceptable Use Agreement"]),
        ("Related documents\tCharging Policy, Visits Policy", ["Charging Policy", "Visits Policy"]),
        ("Work follows our other policies, including Behaviour, Safeguarding and Confidentiality.",
         ["Behaviour", "Safeguarding", "Confidentiality"]),
        ("See also:\nWhole School Policies\nSafeguarding, Exclusions\nAims:\nText", ["Safeguarding", "Exclusions"]),
        ("It works alongside these other policies to cover all of\nthis:\n• Online safety\n• "
            "Looked After Children\nFramework",
         ["Online safety", "Looked After Children"]),
        ("This policy has links with the following policies:\n- Drugs\n- Smoking\nText goes on "
            "here for a while, as a sentence.",
         ["Drugs", "Smoking"]),
        ("This policy links to other school policies in particular Behaviour, Health and Safety and PSHE.",
         ["Behaviour", "Health and Safety", "PSHE"]),
        ("Precautions are noted in the following policies: Visits Policy, Food Policy and Procedures, and Pond Policy.",
         ["Visits Policy", "Food Policy and Procedures", "Pond Policy"]),
        ("It relates to other policies including those for behaviour management, pond safety and the use of images.",
         ["behaviour management", "pond safety", "use of images"]),
        ("Our policy relates to other policies including those for ICT, bullying and for Safeguarding.",
         ["ICT", "bullying", "Safeguarding"]),
        ("To be read alongside the school’s Equality Information and Objectives (agreed May 2024) and Access Plan.",
         ["Equality Information and Objectives", "Access Plan"]),
        ("It works with all policies within the school including:\n\uf0b7 Pond Policy\n\uf0b7 Medical Policy\nText.",
         ["Pond Policy", "Medical Policy"]),
        ("Read with the following policies:\nPond Policy, Visits Policy, Homework Policy and Food Policy\n"
            "Please see below.",
         ["Pond Policy", "Visits Policy", "Homework Policy", "Food Policy"]),
        ("To be read in conjunction with policies such as:\n• Pond Policy\n• Food Policy\n4. Roles\nThe head.",
         ["Pond Policy", "Food Policy"]),
        ("This should be read in conjunction with the Pond Policy, Food documents and procedures, and Staff Manual.",
         ["Pond Policy", "Food documents and procedures", "Staff Manual"]),
        ("It should be read in conjunction with the policy Children With Many Needs.", ["Children With Many Needs"]),
        ("Related Policies\n• Attendance Policy (*)\n• Kindness Policies (Senior and Junior) (*)\nThey are online.",
         ["Attendance Policy", "Kindness Policies (Senior and Junior)"]),
        ("This policy therefore complements and supports other policies, for instance:\n• Visits\n• First Aid\nText",
         ["Visits", "First Aid"]),
        ("Read in conjunction with other Safeguarding Documents outlined below.\nAttendance\nPond Policy\nCONTENTS",
         ["Attendance", "Pond Policy"]),
        ("RELATED POLICIES AND DOCUMENTS\nPolicy Name Date Issued\nPond Policy February 2013\nVisits June 2013\n"
            "REVISION RECORD",
         ["Pond Policy", "Visits"]),
        ("This policy links to: Located:\nVisits Policy\nPond Policy\nOur Mission\nTo teach.",
         ["Visits Policy", "Pond Policy"]),
        ("This document should be read in conjunction with other Safeguarding related school policies and documents.\n"
            "Pond Policy\nChild Protection & Safeguarding Policy.\nFood Policy\n1. MISSION STATEMENT",
         ["Pond Policy", "Child Protection & Safeguarding Policy", "Food Policy"]),
        ("Other Related Documents\nPond Policy;\nPond Guidance.\nIntroduction", ["Pond Policy", "Pond Guidance"]),
        ("It must be considered within our pastoral role and alongside the Child Protection, Pond and Anti-Bullying"
            " policies.",
         ["Child Protection", "Pond", "Anti-Bullying policies"]),
        ("The Pond Policy and the Food Policy should be read alongside this policy.", ["Pond Policy", "Food Policy"]),
        ("The staff should read it in conjunction with this policy.", []),
        ("This policy is supported by our policies on ponds, kind hands and visits.",
         ["ponds", "kind hands", "visits"]),
        ("Other policies that need to be taken into account are: Pond Policy, PSHE, Code of Conduct.",
         ["Pond Policy", "PSHE", "Code of Conduct"]),
        ("It is part of our suite of safeguarding policies: Child Protection, Whistleblowing and Staff Handbook.",
         ["Child Protection", "Whistleblowing", "Staff Handbook"]),
        ("Other relevant policies are Behaviour, Attendance and Uniform.", ["Behaviour", "Attendance", "Uniform"]),
        ("Related policies are available on request from the School Office.", []),
        ("Other linked policies: Behaviour / Attendance / Uniform", ["Behaviour", "Attendance", "Uniform"]),
        ("Related policies: N/A", []),
        ("Related policies\tHeadteacher\tMrs Holt", []),
        ("Related policies\tApproved by Governors\tMay 2020", []),
        ("To be read in conjunction with our Parent Handbook and the Staff Handbook.",
         ["Parent Handbook", "Staff Handbook"]),
        ("Other policies linked to this policy: Ponds, PSHE, Kind Hands", ["Ponds", "PSHE", "Kind Hands"]),
        ("Related policies: Ponds, Visits and Lakes Council Health and Safety Policy",
         ["Ponds", "Visits", "Lakes Council Health and Safety Policy"]),
        ("To be read in conjunction with:\nKeeping Children Safe in Education, Sept 2020\nThe school’s: –\nPond Policy"
            "\nFood Policy",
         ["Pond Policy", "Food Policy"]),
        ("Supporting documents\n1. Pond Policy\n2. Staff Handbook\n1. Roles\nText.", ["Pond Policy", "Staff Handbook"]),
        ("Linked policies\nBehaviour\nAttendance\nAims of this policy\nText.", ["Behaviour", "Attendance"]),
        ("Links with other subjects\n• Art\n• Music\n• Pond Policy\nText", []),
        ("It will be considered alongside our other school policies, but specifically Worship, Pond Care and SEND.",
         ["Worship", "Pond Care", "SEND"]),
        ("Other relevant policies\nHomework is set by teachers who mark it.", []),
        ("15. Monitoring arrangements\n16. Links with other policies\nImportant contacts\nAda Holt", []),
        ("Links with other policies ......... 12\nAims\nText", []),
        ("Parents can see also the website.", []),
    ],
)  # fmt: skip
def test_linked_policies_are_read_where_they_are_announced(text: str, names: list[str]) -> None:
    assert links_in(text) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "Pond Policy\n\nThis policy complements: Duck Policy; Anti-Bullying Policy.\n",
            ["Duck Policy", "Anti-Bullying Policy"],
        ),
        ("Pond Policy\n\nRelated: Duck Policy, Visits Policy (see intranet)\n", ["Duck Policy", "Visits Policy"]),
        (
            "Pond Policy\n\nWe maintain the following policies and procedures (ask for them):\n\n"
            "Duck Policy\n\nVisits Policy\n",
            ["Duck Policy", "Visits Policy"],
        ),
        (
            "Pond Policy\n\nRelated policies: Duck Policy • Visits Policy • Swim Policy\n",
            ["Duck Policy", "Visits Policy", "Swim Policy"],
        ),
    ],
)
def test_announcements_of_control_sheets_and_lists_with_marks_in_one_line(text: str, names: list[str]) -> None:
    assert list(extract_facts(document_from_text(text)).linked_policies) == names


def test_an_announcement_nobody_filled_in_takes_nothing_of_what_a_form_asks_next() -> None:
    text = (
        "Pond Policy\nLinked Documents\nDistribution\tStaff room, Website\nChange Record\tFirst produced - July 2007\n"
    )
    assert extract_facts(document_from_text(text)).linked_policies == ()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("This policy links to:\n- Duck Policy\n- Staff-related policies, e.g. risk assessments, Coming Back\n- Visits",
         ["Duck Policy", "Staff-related policies, e.g. risk assessments, Coming Back", "Visits"]),
        ("This plan is linked to our policies:\n- Staff Behaviour Policy / Code of Conduct\n"
            "- Visits Policy / Duck Policy",
         ["Staff Behaviour Policy / Code of Conduct", "Visits Policy", "Duck Policy"]),
        ("This policy also complements and should be read in conjunction with the school’s Duck and Visits Policies.",
         ["Duck", "Visits Policies"]),
        ("Links to policies\tTwo bullet points added: ‘Duck Policy’", []),
        ("Plans will be linked to, or become part of, any education, health and care (EHC) plan.", []),
        ("Policies and documents delegated to this committee:\n- Duck Policy\n- Visits Policy", []),
        ("Records and personal data policies, including:\n- Information security policies\n- Archive policies", []),
        ("For full details, reference should be made to the HS004 Guidance Note as well as the Pond Plan.", []),
    ],
)  # fmt: skip
def test_words_that_only_look_like_an_announcement_or_a_name_give_none(text: str, names: list[str]) -> None:
    assert links_in(text) == names


def test_an_item_that_lost_its_dot_ends_no_list_that_goes_on() -> None:
    rows = [
        (BlockKind.PARAGRAPH, "Homework Policy"),
        (BlockKind.PARAGRAPH, "This policy links to the following policies:"),
        (BlockKind.LIST_ITEM, "Ducks"),
        (BlockKind.PARAGRAPH, "Health and safety"),
        (BlockKind.LIST_ITEM, "Ponds"),
        (BlockKind.PARAGRAPH, "Attendance"),
    ]
    blocks = tuple(
        Block(kind, read_place(f"line {number}"), (Span(text),)) for number, (kind, text) in enumerate(rows, 1)
    )
    facts = extract_facts(Document("x.pdf", DocumentFormat.PDF, "0" * 64, 1, blocks))
    assert facts.linked_policies == ("Ducks", "Health and safety", "Ponds")
