"""Who a document names in which role."""

import pytest

from pipeline.facts.reading import extract_facts
from pipeline.model.documents import Block, BlockKind, Cell, Document, DocumentFormat, Span
from pipeline.model.facts import Contact
from pipeline.named.contacts import find_contacts
from pipeline.named.names.people import drop_title, find_name, is_name
from pipeline.places import read_place
from pipeline.text.lines import list_lines
from tests.evaluate import document_from_text


def contacts_in(text: str) -> list[Contact]:
    return [found.contact for found in find_contacts(list_lines(document_from_text(text)))]


@pytest.mark.parametrize(
    ("text", "role", "name"),
    [
        ("Designated Safeguarding Lead: Mrs Ada Holt", "dsl", "Ada Holt"),
        ("The Designated Safeguarding Lead (DSL) is Ada Holt.", "dsl", "Ada Holt"),
        ("Our DSL is Miss A. Holt-Marsh", "dsl", "A. Holt-Marsh"),
        ("Ada Holt (Designated Safeguarding Lead)", "dsl", "Ada Holt"),
        ("Role\tName\tTelephone\nDesignated Safeguarding Lead*/**\tAda Holt\t01632 960101", "dsl", "Ada Holt"),
        ("Role\tName\tTelephone\nDesignated Safeguarding Lead¹\tAda Holt\t01632 960101", "dsl", "Ada Holt"),
        ("Role\tName\tTelephone\nDeputy DSL(s)†\tAda Holt\t01632 960101", "deputy-dsl", "Ada Holt"),
        ("The DSL² is Ada Holt.", "dsl", "Ada Holt"),
        ("Ada Holt is the Designated Safeguarding Lead", "dsl", "Ada Holt"),
        ("Designated Safeguarding Lead Sarah Holt", "dsl", "Sarah Holt"),
        ("Head Rick Hyde Designated Safeguarding Lead Emma Holt- Nurse Jo Marsh", "dsl", "Emma Holt"),
        ("Our Designated Safeguarding Lead is April Holt (DSL)", "dsl", "April Holt"),
        (
            "The lead is appointed to act on worries. At our school, the Designated Safeguarding Lead is:\n• Ada Holt",
            "dsl",
            "Ada Holt",
        ),
        ("Designated Child Protection\nCoordinator is:\nAda Holt", "dsl", "Ada Holt"),
        ("The governing body has appointed Ada Holt to be the DSL of this school.", "dsl", "Ada Holt"),
        ("Ada Holt is the Trust Designated Safeguarding Lead", "dsl", "Ada Holt"),
        ("Mrs Holt acts as our ‘Designated Safeguarding Lead (DSL)’ in school.", "dsl", "Holt"),
        (
            "Mrs Holt has the role of Designated Safeguarding Lead. " + "She keeps the records of every worry. " * 6,
            "dsl",
            "Holt",
        ),
        ("Ada Holt – Designated Senior Person for Child Protection", "dsl", "Ada Holt"),
        ("DSL\tAda O'Brien\t01632 960101", "dsl", "Ada O'Brien"),
        ("Designated Safeguarding Lead\tAda Holt\tEmail a.holt@example.org", "dsl", "Ada Holt"),
        ("DSL\tAda Holt\tGreta Penhallow", "dsl", "Ada Holt"),
        ("Designated Safeguarding\nLead (DSL)\nAda Holt", "dsl", "Ada Holt"),
        ("Child Protection Officer - Mr Ben Lowe", "dsl", "Ben Lowe"),
        ("Deputy DSL: Ben Lowe", "deputy-dsl", "Ben Lowe"),
        ("Deputy Designated Safeguarding Lead\nMr Ben Lowe", "deputy-dsl", "Ben Lowe"),
        ("Headteacher: Dr Cora van Dyke", "headteacher", "Cora van Dyke"),
        ("The Chair of Governors is Dan McRae", "chair-of-governors", "Dan McRae"),
        ("Safeguarding Governor: Eve Marsh", "safeguarding-governor", "Eve Marsh"),
        ("Nominated governor for safeguarding – Eve Marsh", "safeguarding-governor", "Eve Marsh"),
        ("SENCO: Flo Hart", "senco", "Flo Hart"),
        ("LADO: Gus Reed", "lado", "Gus Reed"),
        ("Designated Teacher for Looked After Children: Hal Penn", "designated-teacher", "Hal Penn"),
        ("Data Protection Officer: Ida Frost", "data-protection-officer", "Ida Frost"),
    ],
)
def test_person_is_read_in_the_role(text: str, role: str, name: str) -> None:
    assert [(contact.role, contact.name) for contact in contacts_in(text)] == [(role, name)]


def test_a_role_told_behind_another_post_in_brackets_is_read_of_each() -> None:
    text = "Two are trained: Ben Lowe (Headteacher and Deputy DSL) and Ada Holt (Deputy Headteacher and DSL)."
    read = {(each.role, each.name) for each in contacts_in(text)}
    assert read == {("headteacher", "Ben Lowe"), ("deputy-dsl", "Ben Lowe"), ("dsl", "Ada Holt")}


def test_designated_officer_who_has_a_deputy_is_the_lead_and_no_officer_of_the_authority() -> None:
    own = "Designated Officer: Mrs Ada Holt\nDeputy Designated Officer: Mr Ben Marsh\n"
    theirs = "Local Authority Designated Officer: Cy Noor 01632 960123\nThe council’s designated officer: Di Orr"
    found = {(each.role, each.name) for each in contacts_in(own + theirs)}
    assert found == {("dsl", "Ada Holt"), ("deputy-dsl", "Ben Marsh"), ("lado", "Cy Noor"), ("lado", "Di Orr")}


def test_designated_officer_without_a_deputy_is_the_authoritys() -> None:
    assert [each.role for each in contacts_in("Allegations go to the designated officer: Ada Holt")] == ["lado"]


@pytest.mark.parametrize(
    "text",
    [
        "Report worries to the Designated Safeguarding Lead or the Headteacher.",
        "The Designated Safeguarding Lead will keep records.",
        "Designated Safeguarding Lead Job Description",
        "Designated Safeguarding Lead Training Log",
        "Deputies are trained to the same standard.",
        "Speak to Ada Holt as the Designated Safeguarding Lead may be out.",
        "Designated Safeguarding Lead\nResponsibilities",
        "Policy Owner:\tSafeguarding Lead\nDate of last Review:\tAugust 2024",
        "Prevent Lead: Jo Swift",
        "The Deputy Headteacher is Kit Vane.",
        "The Local Authority Designated Officer must be told.",
    ],
)
def test_role_without_a_person_names_nobody(text: str) -> None:
    assert contacts_in(text) == []


def test_several_deputies_are_read_from_a_list_below() -> None:
    text = (
        "The Deputy Designated Safeguarding Leads (DDSLs) are:\n• Ben Lowe\n• Cora Dyke (Year "
        "6)\n• Mr D Fox\nOur work is shared."
    )
    assert [(each.role, each.name) for each in contacts_in(text)] == [
        ("deputy-dsl", "Ben Lowe"),
        ("deputy-dsl", "Cora Dyke"),
        ("deputy-dsl", "D Fox"),
    ]


def test_several_deputies_are_read_from_a_sentence() -> None:
    names = [each.name for each in contacts_in("Deputy DSL(s) are: Thea Lowe, Ben Marsh and Imelda Hart-Reed")]
    assert names == ["Thea Lowe", "Ben Marsh", "Imelda Hart-Reed"]


def test_first_of_equal_leads_comes_first_and_none_becomes_a_deputy() -> None:
    found = contacts_in("Designated Child Protection Persons are:\nAda Holt (Head)\nBen Lowe (Deputy Head)")
    assert [(each.role, each.name) for each in found] == [("dsl", "Ada Holt"), ("dsl", "Ben Lowe")]


def test_rank_in_brackets_tells_lead_from_deputy() -> None:
    found = contacts_in("Designated Safeguarding Leads:\nAda Holt (Lead)\nBen Lowe (Deputy)")
    assert [(each.role, each.name) for each in found] == [("dsl", "Ada Holt"), ("deputy-dsl", "Ben Lowe")]


def test_delegation_names_deputies() -> None:
    found = contacts_in(
        "The Designated Safeguarding Lead. This is the Headteacher Mrs Holt. This can be delegated to Mr Lowe."
    )
    assert [(each.role, each.name) for each in found] == [
        ("dsl", "Holt"),
        ("headteacher", "Holt"),
        ("deputy-dsl", "Lowe"),
    ]


def test_details_belong_to_the_person_they_follow() -> None:
    text = (
        "Designated Safeguarding Lead: Ada Holt\nTel: 01632 960 111 or 07700 900 222\nEmail: "
        "a.holt@school.example.org\n"
        "Deputy DSL: Ben Lowe\nFax: 01632 960 999 Tel. 020 7946 0123\nChair of Governors: Dan McRae"
    )
    assert contacts_in(text) == [
        Contact("dsl", "Ada Holt", "01632 960 111", "a.holt@school.example.org"),
        Contact("deputy-dsl", "Ben Lowe", "020 7946 0123", None),
        Contact("chair-of-governors", "Dan McRae", None, None),
    ]


def test_helpline_below_is_not_the_persons_number() -> None:
    text = "Designated Safeguarding Lead: Ada Holt\nNational children's helpline 0800 000 0000"
    assert contacts_in(text) == [Contact("dsl", "Ada Holt", None, None)]


def test_person_named_twice_is_one_contact_with_all_details() -> None:
    text = (
        "DSL: Ada Holt\nTel: 01632 960111\n\nText of the policy that goes on.\nDSL: Mrs Ada "
        "Holt\nEmail: a.holt@example.org"
    )
    assert contacts_in(text) == [Contact("dsl", "Ada Holt", "01632 960111", "a.holt@example.org")]


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("Email. Ada. Holt@example.org", "Ada.Holt@example.org"),
        ("Email: ada.holt @ example.org", "ada.holt@example.org"),
        ("Email. a.holt@example.org", "a.holt@example.org"),
        ("E-mail: A. Holt@example.org", "A.Holt@example.org"),
        ("Email: holt@example. org", "holt@example.org"),
    ],
)
def test_stray_spaces_in_an_address_are_taken_out(written: str, address: str) -> None:
    assert contacts_in(f"DSL: Ada Holt\n{written}")[0].email == address


def test_link_is_taken_where_its_words_have_a_stray_space() -> None:
    spans = (Span("Email. "), Span("Ada. Holt@example.org", link="mailto:Ada.Holt@school.example.org?subject=x"))
    blocks = (
        Block(BlockKind.PARAGRAPH, read_place("paragraph 1"), (Span("The DSL is Ada Holt. Her details:"),)),
        Block(BlockKind.PARAGRAPH, read_place("paragraph 2"), spans),
    )
    document = Document("x.docx", DocumentFormat.DOCX, "0", 1, blocks)
    assert find_contacts(list_lines(document))[0].contact.email == "Ada.Holt@school.example.org"


@pytest.mark.parametrize(
    "text",
    ["Mrs D. C. Ollerton", "Deborah Sheffield", "R. Wickstead", "Jo Tredgold-Lanyon", "VERITY LOWE", "Miss Holt"],
)
def test_names_are_names(text: str) -> None:
    assert is_name(text)


@pytest.mark.parametrize(
    "text",
    [
        "Deputy Head",
        "Designated Safeguarding",
        "Local Authority",
        "the school",
        "Head Teacher",
        "CPO",
        "Contact Details",
        "X",
    ],
)
def test_roles_and_headings_are_no_names(text: str) -> None:
    assert not is_name(text)


@pytest.mark.parametrize(
    "name", ["Zoe May", "June Young", "Will Price", "May Holt", "Ms R Head", "Jane Page", "Oluwaseun Young", "Z. May"]
)
def test_a_surname_or_given_name_that_is_a_word_is_read(name: str) -> None:
    assert [each.name for each in contacts_in(f"DSL: {name}")] == [drop_title(name)]


@pytest.mark.parametrize("text", ["May Day", "May June", "Acting Head", "Early May", "Will Ensure", "Zoe Holt Head"])
def test_words_that_could_be_names_are_none_without_a_given_name(text: str) -> None:
    assert not is_name(text)


def test_a_head_teacher_is_not_called_head() -> None:
    found = find_name("Jane Price Head Teacher")
    assert found is not None
    assert found[0] == "Jane Price"
    assert find_name("Jane Head Teacher") is None


@pytest.mark.parametrize("body", ["Ann Craft Trust", "Devon Care", "Saint Michael School", "Ada Holt Ltd"])
def test_what_ends_as_bodies_do_names_nobody_though_it_begins_with_a_given_name(body: str) -> None:
    assert find_name(body) is None


@pytest.mark.parametrize("sign", ["'", "’"])
def test_whose_something_is_holds_no_role_by_it(sign: str) -> None:
    text = f"The DSL is Ada Holt{sign}s first contact."
    found = find_name(text, text.index("Ada"))
    assert found is not None
    assert found[0] == "Ada Holt"
    assert contacts_in(text) == []


def test_a_person_is_named_before_the_head_of_the_next_column() -> None:
    for row in ("Ann Craft School Office", "Ann Craft Trust Lead", "Ann House"):
        assert find_name(row) is not None


def test_name_stops_where_a_role_begins() -> None:
    found = find_name("Greta Penhallow Deputy Head, North Site")
    assert found is not None
    assert found[0] == "Greta Penhallow"
    assert find_name("nobody") is None


def test_a_name_ends_before_a_label_that_ran_into_it() -> None:
    text = "DSL: Greta PenhallowEmail: greta.penhallow@example.orgTel: 01632 960111"
    assert contacts_in(text) == [Contact("dsl", "Greta Penhallow", "01632 960111", "greta.penhallow@example.org")]


def test_titles_are_dropped() -> None:
    assert drop_title("The  Lodge") == "The Lodge"
    assert drop_title("Rev. Dr  Ada   Holt") == "Ada Holt"


def test_deputies_are_read_from_a_list_that_goes_on_below() -> None:
    text = (
        "Our Designated Safeguarding Lead is Ada Holt (DSL)\nDeputies are Emma Lowe & Julie Marsh (DDSL)\n"
        "Deputy Designated Safeguarding Leads Claire Hart\nDan McRae\n01632 960101\nEve Penn\n"
    )

    names = [contact.name for contact in contacts_in(text) if contact.role == "deputy-dsl"]

    assert names == ["Emma Lowe", "Julie Marsh", "Claire Hart", "Dan McRae"]


def test_a_name_with_words_of_its_own_below_a_list_is_not_in_the_role() -> None:
    text = "Deputy DSLs: Ada Holt, Ben Lowe\nCora Marsh, Chair of Governors"

    assert [contact.name for contact in contacts_in(text) if contact.role == "deputy-dsl"] == ["Ada Holt", "Ben Lowe"]


def test_deputies_without_a_word_of_safeguarding_are_other_deputies() -> None:
    assert not [contact for contact in contacts_in("Deputies are Emma Lowe and Dan McRae") if "dsl" in contact.role]


def test_lead_and_deputies_of_one_row_are_told_apart() -> None:
    found = contacts_in("DSL:\tMrs A Holt\tDeputy DSLs:\tMs B Marsh, Mr C Penn")
    assert [(contact.role, contact.name) for contact in found] == [
        ("dsl", "A Holt"), ("deputy-dsl", "B Marsh"), ("deputy-dsl", "C Penn"),
    ]  # fmt: skip


def test_number_in_brackets_is_read_without_them() -> None:
    text = "Deputy DSLs: Tom Park (01632 960124) and Asha Rai (tel. (01632) 960125)"

    assert [contact.phone for contact in contacts_in(text)] == ["01632 960124", "(01632) 960125"]


def test_deputies_beside_the_lead_in_a_row_of_a_table_are_no_leads() -> None:
    cells = ("DSL:", "Mrs A Holt", "Deputy DSLs:", "Ms B Marsh, Mr C Penn")
    row = tuple(Cell((Block(BlockKind.PARAGRAPH, read_place("row 1"), (Span(text),)),)) for text in cells)
    document = Document(
        "x.docx", DocumentFormat.DOCX, "0", 1, (Block(BlockKind.TABLE, read_place("table 1"), rows=(row,)),)
    )
    found = [(each.contact.role, each.contact.name) for each in find_contacts(list_lines(document))]
    assert found == [("dsl", "A Holt"), ("deputy-dsl", "B Marsh"), ("deputy-dsl", "C Penn")]


WORDS_BEFORE = "Everybody who works here reads this policy and asks whenever any part of it remains unclear to them, "


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"{WORDS_BEFORE}and tells Mrs Ada Holt (Designated Safeguarding Lead) of any worry.", [("dsl", "Ada Holt")]),
        (f"{WORDS_BEFORE * 2}however small it seems. Then tell Ada Holt, our DSL.", [("dsl", "Ada Holt")]),
        (
            "Tell Mrs Holt (DSL) or, in her absence, Mr Lowe or Miss Dale (Deputy DSLs).",
            [("dsl", "Holt"), ("deputy-dsl", "Lowe"), ("deputy-dsl", "Dale")],
        ),
        ("Ben Lowe and Cy Dale are our Deputy DSLs.", [("deputy-dsl", "Ben Lowe"), ("deputy-dsl", "Cy Dale")]),
        ("Ada Holt, as Designated Safeguarding Lead, keeps the records.", [("dsl", "Ada Holt")]),
        ("The DSL’s name is Ada Holt.", [("dsl", "Ada Holt")]),
        ("The leader carries the DSL's telephone number (Mrs Holt: 01632 960101).", [("dsl", "Holt")]),
        (
            "The governors have appointed Ada Holt as DSL, and Eve Marsh as the governor responsible for safeguarding.",
            [("dsl", "Ada Holt"), ("safeguarding-governor", "Eve Marsh")],
        ),
    ],
)
def test_person_is_read_in_a_sentence_however_long_its_paragraph_is(text: str, found: list[tuple[str, str]]) -> None:
    assert [(contact.role, contact.name) for contact in contacts_in(text)] == found


@pytest.mark.parametrize(
    "text",
    [
        f"{WORDS_BEFORE}to Mrs Holt, the Designated Safeguarding Lead and the Headteacher, whoever is in school.",
        "Mr Lowe, as DSL training lapses, books the next course.",
        f"{WORDS_BEFORE}as Ada Holt (who teaches Year 4 and once stood in for a colleague who was then the DSL) does.",
    ],
)
def test_nobody_is_read_from_a_long_sentence_where_the_role_may_be_somebody_elses(text: str) -> None:
    assert contacts_in(text) == []


def test_number_of_the_next_role_in_a_sentence_is_not_the_person_s_before_it() -> None:
    text = "Write to the Chair of Governors, Mr Dan McRae, at d.mcrae@example.org, or ring the LADO on 01632 960109."

    assert contacts_in(text) == [Contact("chair-of-governors", "Dan McRae", None, "d.mcrae@example.org")]
    assert contacts_in("DSL: Ada Holt, Headteacher and SENCO, 01632 960101")[0].phone == "01632 960101"


@pytest.mark.parametrize(
    ("text", "deputies"),
    [
        ("When the DSL is absent, the deputy – Mr Ben Lowe – will act as cover.", ["Ben Lowe"]),
        ("The DSL (Ada Holt) and deputies (Ben Lowe and Mr Cy Dale) are trained.", ["Ben Lowe", "Cy Dale"]),
        ("The DSL (Ada Holt) leads on this. Deputies: Ben Lowe and Carl Dale.", ["Ben Lowe", "Carl Dale"]),
        ("Tell the designated safeguarding lead Mrs Ada Holt or deputy Mr Ben Lowe.", ["Ben Lowe"]),
        ("DSL Ada Holt, Deputies Ben Lowe & Carl Dale", ["Ben Lowe", "Carl Dale"]),
        ("The DSL is supported by three deputies: Ben Lowe and Carl Dale.", ["Ben Lowe", "Carl Dale"]),
        ("The DSL (Mrs Holt) meets the Headteacher and her deputy Mr Lowe weekly.", []),
        ("The DSL is Mrs Holt and the deputy head is Mr Lowe.", []),
    ],
)
def test_bare_deputy_behind_the_lead_is_read_wherever_a_name_follows_it(text: str, deputies: list[str]) -> None:
    found = [contact for contact in contacts_in(text) if contact.name not in {"Ada Holt", "Holt"}]
    assert [(each.role, each.name) for each in found] == [("deputy-dsl", name) for name in deputies]


@pytest.mark.parametrize(
    "text",
    [
        f"{WORDS_BEFORE}and every worry goes to Mrs Ada Holt, Designated Safeguarding Lead, on the same day.",
        "Who is the DSL? Ada Holt",
        "The role of Designated Safeguarding Lead is held by Mrs Ada Holt.",
        "The DSL post is undertaken by Ada Holt.",
        "Ada Holt undertakes the role of Designated Safeguarding Lead at our school.",
        "Ada Holt has been appointed as the Designated Safeguarding Lead.",
        "Ada Holt is a member of the leadership team and is the Designated Safeguarding Lead.",
    ],
)
def test_lead_is_read_in_every_sentence_that_says_who_it_is(text: str) -> None:
    assert [(contact.role, contact.name) for contact in contacts_in(text)] == [("dsl", "Ada Holt")]


@pytest.mark.parametrize(
    "text",
    [
        "Our team: Ada Holt – DSL (01632 960101), Ben Lowe – Deputy DSL (01632 960102).",
        "Tell the DSL or Deputy DSL (Ada Holt or Ben Lowe).",
        "DSL/DDSL: Ada Holt/Ben Lowe",
        "Our team is led by Ada Holt (DSL), with Ben Lowe as deputy.",
        "The role of DSL is carried out by Ada Holt; the deputy role is carried out by Ben Lowe.",
    ],
)
def test_lead_and_deputy_of_one_sentence_are_told_apart(text: str) -> None:
    found = contacts_in(text)
    assert [(each.role, each.name) for each in found] == [("dsl", "Ada Holt"), ("deputy-dsl", "Ben Lowe")]


def test_officer_in_brackets_behind_the_lado_is_read_and_keeps_the_number() -> None:
    found = contacts_in("Tell the DSL (Ada Holt), who rings the LADO (Gus Reed, 01632 960109).")
    assert found == [Contact("dsl", "Ada Holt"), Contact("lado", "Gus Reed", "01632 960109")]


@pytest.mark.parametrize(
    "text",
    [
        "Signed: Ada Holt, Designated Safeguarding Lead",
        "Author: Ada Holt (DSL)",
        "Prepared by: Ada Holt, Designated Safeguarding Lead",
        "Reviewed by Ada Holt (DSL) in September 2024.",
        "Approved by Ada Holt, DSL, 4 September 2019",
    ],
)
def test_who_signed_or_wrote_a_text_as_lead_is_no_contact_of_today(text: str) -> None:
    assert [each for each in contacts_in(text) if each.role == "dsl"] == []
    both = contacts_in(f"{text}\nThe Designated Safeguarding Lead is Ben Lowe.")
    assert [each.name for each in both if each.role == "dsl"] == ["Ben Lowe"]


@pytest.mark.parametrize(
    "text",
    [
        "Trips are approved by Ada Holt (DSL).",
        "The risk assessment is reviewed by Ada Holt (DSL) each September.",
        "Reports must be signed by the DSL, Ada Holt.",
        "Records are reviewed termly.\nDSL: Ada Holt",
        "Approved by: Governors, September 2024. Designated Safeguarding Lead: Ada Holt",
        "Approved by governors on 4 September 2024. The DSL is Ada Holt.",
        "Reviewed by the governors September 2024\tDSL: Ada Holt",
    ],
)
def test_a_duty_of_the_lead_is_no_record(text: str) -> None:
    assert [each.name for each in contacts_in(text) if each.role == "dsl"] == ["Ada Holt"]


@pytest.mark.parametrize("heading", ["Revision history", "Contacts"])
def test_the_rows_of_a_revision_history_name_no_contact(heading: str) -> None:
    first = ("Version", "Date", "Author") if heading != "Contacts" else ("Room", "Since", "Who")
    rows = (first, ("1.0", "September 2019", "Ada Holt (DSL)"))
    table = Block(
        BlockKind.TABLE,
        read_place("table 1"),
        rows=tuple(
            tuple(Cell((Block(BlockKind.PARAGRAPH, read_place("row"), (Span(word),)),)) for word in row) for row in rows
        ),
    )
    blocks = (Block(BlockKind.PARAGRAPH, read_place("paragraph 1"), (Span(heading),)), table)
    found = find_contacts(list_lines(Document("policy.docx", DocumentFormat.DOCX, "0" * 64, 1, blocks)))
    assert [each.contact.name for each in found] == ([] if heading != "Contacts" else ["Ada Holt"])


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Worries go first to Ada Holt, the independent Designated Safeguarding Officer (DSO).", ["Ada Holt"]),
        ("Somebody senior (Ada Holt, Director of Care & Learning & Safeguarding Lead) decides.", ["Ada Holt"]),
        ("DESIGNATED SAFEGUARDING LEAD NAME: Ada Holt CONTACT NUMBER: 01632 960101", ["Ada Holt"]),
        ("Named designated person at head office:\nAda Holt, Ben Lowe\nSafeguarding is for everybody.", ["Ada Holt"]),
        ("Somebody senior (Ada Holt, a friend of the Director and Safeguarding Lead) decides.", []),
    ],
)
def test_words_beside_a_role_do_not_part_it_from_its_holder(text: str, names: list[str]) -> None:
    assert [each.name for each in contacts_in(text) if each.role == "dsl"][:1] == names


def test_several_welfare_officers_of_a_club_are_its_leads() -> None:
    text = "Moor Vale Football Clubs Welfare Officers are :\nAda Holt 07700 900101\nBen Lowe"
    found = find_contacts(list_lines(document_from_text(text)), own="Moor Vale Football Club")
    assert [(each.contact.name, each.contact.phone) for each in found if each.contact.role == "dsl"] == [
        ("Ada Holt", "07700 900101"),
        ("Ben Lowe", None),
    ]


RUN_ON = "Every family is told of this page when a child joins us and again when it has changed in a way that matters. "


def test_a_number_in_another_sentence_of_running_text_is_not_the_persons() -> None:
    text = f"The DSL is Ada Holt (manager). {RUN_ON * 2} The council's team: 01632 960101."
    assert contacts_in(text)[0].phone is None


def test_a_number_of_the_next_entry_of_running_text_is_not_the_persons() -> None:
    text = f"DSL: Ada Holt (manager) Clerk to the Moor Foundation: Ben Lowe Telephone: 01632 960101 {RUN_ON * 2}"
    assert contacts_in(text)[0].phone is None


def test_a_number_in_the_persons_own_sentence_of_running_text_is_theirs() -> None:
    text = f"DSL: Ada Holt (manager). Telephone: 01632 960101. {RUN_ON * 2}"
    assert contacts_in(text)[0].phone == "01632 960101"


def test_an_address_of_the_authoritys_officer_is_no_leads() -> None:
    assert contacts_in("Designated Safeguarding Lead: Ada Holt lado@council.example.org")[0].email is None
    assert contacts_in("LADO: Ada Holt lado@council.example.org")[0].email == "lado@council.example.org"


@pytest.mark.parametrize(
    ("text", "role", "names"),
    [
        ("Safeguarding lead Sarah Holt James Lowe 01632 960101", "dsl", ["Sarah Holt"]),
        ("Deputy DSLs: Sarah Holt Emma Fenwick 01632 960101", "deputy-dsl", ["Sarah Holt", "Emma Fenwick"]),
        ("Designated Safeguarding Lead: Sarah Jane Holt", "dsl", ["Sarah Jane Holt"]),
        ("Designated Safeguarding Lead: Sarah Holt Dean", "dsl", ["Sarah Holt Dean"]),
    ],
)  # fmt: skip
def test_people_in_a_row_are_parted_where_their_given_names_show(text: str, role: str, names: list[str]) -> None:
    assert [each.name for each in contacts_in(text) if each.role == role] == names


def test_a_name_behind_the_word_name_is_the_governors() -> None:
    text = "DSL NAME: Ada Holt NOMINATED GOVERNOR FOR CHILD PROTECTION NAME: Mrs Ida Marsh and Mr Ben Hunt WHO TO ASK"
    governors = [each.name for each in contacts_in(text) if each.role == "safeguarding-governor"]
    assert governors == ["Ida Marsh", "Ben Hunt"]


@pytest.mark.parametrize(
    ("text", "phone", "email"),
    [
        (
            "The DSL is Ada Holt, her contact details are:\n"
            "Ada Holt\nTelephone: 01632 960101\nEmail: dsl@elm.example.org",
            "01632 960101",
            "dsl@elm.example.org",
        ),
        (
            "The DSL is Ada Holt.\nWorries are told the same day.\nNobody waits.\nPeople to ring\n"
            "Ada Holt, 01632 960101, dsl@elm.example.org",
            "01632 960101",
            "dsl@elm.example.org",
        ),
        # Somebody else's entry, and a sentence about her that holds a number of others.
        ("The DSL is Ada Holt.\nNobody waits.\nBen Lowe, 01632 960102, ben@elm.example.org", None, None),
        ("The DSL is Ada Holt.\nNobody waits.\nAda Holt rings social care on 01632 960950 at once.", None, None),
    ],
)
def test_an_entry_of_a_name_alone_gives_its_number_and_address(text: str, phone: str | None, email: str | None) -> None:
    facts = extract_facts(document_from_text(f"Safeguarding Policy\n{text}\nThe end."))
    (lead,) = [each for each in facts.contacts if each.role == "dsl"]
    assert (lead.name, lead.phone, lead.email) == ("Ada Holt", phone, email)


@pytest.mark.parametrize(
    ("text", "role", "name"),
    [
        ("Signature (Designated Safeguarding Lead) ......\nPrint Name Ada Holt\tDate: ......", "dsl", "Ada Holt"),
        ("Signature (Headteacher) ......\nPrint Name Ada Holt\tDate: ......", "headteacher", "Ada Holt"),
        ("Child Protection Officer – school\tMrs Ada Holt\nChild Protection Governor\tMr G Hoyle", "dsl", "Ada Holt"),
        (
            "Designated\tMrs Ada Holt\t01632 960101\nSafeguarding Lead\tada@elm.example.org\n"
            "Deputy DSL\tMr Ben Lowe\t01632 960102",
            "dsl",
            "Ada Holt",
        ),
        (
            "We have a Designated Safeguarding Lead (DSL) who sees that this policy is kept: Ada Holt, "
            "ada@elm.example.org, 01632 960101.",
            "dsl",
            "Ada Holt",
        ),
    ],
)
def test_leads_of_signature_forms_wrapped_cells_and_parts_of_a_school_are_read(text: str, role: str, name: str) -> None:
    facts = extract_facts(document_from_text(f"Safeguarding Policy\n{text}\nThe end."))
    assert [each.name for each in facts.contacts if each.role == role] == [name]
