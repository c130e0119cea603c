"""First names alone, surnames that are words, names over two lines: nobody stays beside a role in silence."""

import pytest

from pipeline.documents import read_document_bytes
from pipeline.facts.reading import extract_facts
from pipeline.model.contacts import Directory, Holder, Pronoun
from pipeline.model.documents import DocumentFormat
from pipeline.model.facts import Contact
from pipeline.places import read_place
from pipeline.plan.contacts import plan_replacements
from pipeline.text.passages import Passage
from pipeline.word.regenerate import DocxCopy, regenerate_docx
from tests.builders import paragraph, table, word_file, zip_file

YUSRA = Holder("dsl", "Yusra Quill", "Mrs", "01632 960901", "y.quill@example.org", Pronoun.SHE)
PIOTR = Holder("deputy-dsl", "Piotr Zeller", "Mr", None, None)
HEAD = Holder("headteacher", "Nia Prosser", "Ms", None, None)
NOW = Directory((YUSRA, PIOTR, HEAD))
ANN = Contact("dsl", "Ann Lister")


def copy_of(*body: str, members: dict[str, bytes] | None = None, links: dict[str, str] | None = None) -> DocxCopy:
    content = word_file(paragraph("Safeguarding and Child Protection Policy"), *body, members=members, links=links)
    document = read_document_bytes(content, shown_as="policy.docx", format=DocumentFormat.DOCX)
    return regenerate_docx(content, extract_facts(document).contacts, NOW, shown_as="policy.docx")


def text_of(copy: DocxCopy) -> str:
    return read_document_bytes(copy.content, shown_as="copy.docx", format=DocumentFormat.DOCX).text


def told(copy: DocxCopy) -> list[str]:
    return [each.text for each in copy.plan.left if str(each.reason).endswith("please look")]


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ([paragraph("DSL: Sarah")], "Sarah"),
        ([paragraph("DSL = Sarah")], "Sarah"),
        ([paragraph("Lead DSL", "<w:r><w:tab/></w:r>", "Sarah")], "Sarah"),
        ([paragraph("DSL: Ifeoluwa, 01632 960444")], "Ifeoluwa"),
        ([paragraph("DSL: Kwabena Room")], "Kwabena Room"),
        ([paragraph("DSL: Miss L Teacher")], "Miss L Teacher"),
        ([paragraph("DSL: Yusra Quill and Yetunde Governor")], "Yetunde Governor"),
        ([paragraph("DSL: Yusra Quill (Mon–Wed) and Sarah (Thu–Fri)")], "Sarah"),
        ([paragraph("• Sarah (DSL)")], "Sarah"),
        ([paragraph("Name: Zdeněk"), paragraph("Role: DSL")], "Zdeněk"),
        ([table(("DSL", "Sarah"), ("Deputy DSL", "Piotr Zeller"))], "Sarah"),
        ([table(("Sarah", "Piotr Zeller"), ("DSL", "Deputy DSL"), ("01632 960177", ""))], "Sarah"),
    ],
)
def test_an_unknown_first_name_or_word_beside_a_role_in_a_list_holds_the_copy(body: list[str], name: str) -> None:
    copy = copy_of(*body)
    assert told(copy) == [name]
    assert f"“{name}”" in (copy.plan.held or "")


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Sarah is our DSL.", "Sarah"),
        ("Please speak to Sarah (DSL) at once.", "Sarah"),
        ("Please speak to Caoimhe (DSL) at once.", "Caoimhe"),
        ("Quorra Cox has been our DSL for some years.", "Quorra Cox"),
        ("DSL: Weatherbury", "Weatherbury"),
        ("The DSL is Svein, and the Deputy DSL is Piotr Zeller.", "Svein"),
        ("Tell Sarah or Yusra Quill (DSLs) at once.", "Sarah"),
    ],
)
def test_what_may_be_a_name_in_a_sentence_is_told_and_the_copy_goes_on(line: str, name: str) -> None:
    copy = copy_of(paragraph(line))
    assert told(copy) == [name]
    assert copy.plan.held is None


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("The governors appointed Ms Ł Room to be the DSL.", "Ms Ł Room"),
        ("The DSL (currently Mrs Hope Policy) decides.", "Mrs Hope Policy"),
        ("The DSL (currently Nora Policy) decides.", "Nora Policy"),
    ],
)
def test_what_can_only_be_a_name_holds_the_copy_in_a_sentence_too(line: str, name: str) -> None:
    copy = copy_of(paragraph(line))
    assert told(copy) == [name]
    assert f"“{name}”" in (copy.plan.held or "")


@pytest.mark.parametrize(
    "line",
    [
        "DSL: Yusra",
        "Yusra is our DSL.",
        "DSL: Monthly",
        "DSL: Yes",
        "DSL: Safeguarding",
        "The DSL is Responsible.",
        "Front Office (DSL)",
    ],
)
def test_the_leads_own_first_name_and_words_that_name_nobody_are_not_told(line: str) -> None:
    copy = copy_of(paragraph(line))
    assert told(copy) == []
    assert copy.plan.held is None


@pytest.mark.parametrize(
    "name",
    ["Ms Rebecca Policy", "Mrs Shazia Teacher", "Mx April Term", "Mx Yuki ap-Rhys", "Mx June March", "Dr Oriane Key"],
)
def test_a_successor_never_gets_the_surname_of_whoever_went(name: str) -> None:
    copy = copy_of(paragraph(f"DSL: {name}"))
    assert f"Quill {name.rpartition(' ')[2]}" not in text_of(copy)


def test_a_lead_called_like_a_word_of_the_role_changes_no_role() -> None:
    copy = copy_of(paragraph("Designated Person for Safeguarding: Mr Person"))
    assert copy.plan.held is None
    assert "Designated Person for Safeguarding: Mrs Quill" in text_of(copy)


def test_a_word_of_a_role_is_not_told_as_the_surname_of_a_lead_who_is_called_so() -> None:
    copy = copy_of(paragraph("DSL: Mr Deputy"), paragraph("Tell the Deputy DSL at once."))
    assert "DSL: Mrs Quill" in text_of(copy)
    assert copy.plan.left == ()


def test_a_question_and_its_answer_on_the_next_line_are_told() -> None:
    assert told(copy_of(paragraph("Who is the DSL?"), paragraph("Ms Best"))) == ["Ms Best"]


def test_whoever_is_the_lead_in_a_clause_of_the_sentence_is_exchanged() -> None:
    copy = copy_of(paragraph("Safeguarding is led by Ms Bell, who is the DSL."))
    assert "led by Mrs Quill, who is the DSL." in text_of(copy)


def test_names_over_their_roles_in_the_cells_of_a_poster_each_keep_their_own_role() -> None:
    def card(*lines: str) -> str:
        return "".join(paragraph(line) for line in lines)

    row = (card("Ms Bell", "DSL"), card("Miss Moyo", "Deputy DSL"), card("Nia Prosser", "Headteacher"))
    text = text_of(copy_of(table(row)))
    assert [line for line in ("Mrs Quill", "Mr Zeller", "Nia Prosser") if line in text] == [
        "Mrs Quill", "Mr Zeller", "Nia Prosser",
    ]  # fmt: skip
    assert "Moyo" not in text


def test_the_lead_is_not_put_in_the_place_of_a_deputy_where_the_first_name_of_the_lead_was_not_read() -> None:
    lines = ("Name: Zdeněk", "Role: DSL", "Telephone: 01632 960177", "Name: Ms Faith Moody", "Role: Deputy DSL")
    for body in ([paragraph(line) for line in lines], [table(*(tuple(line.split(": ")) for line in lines))]):
        assert "Quill\nRole: Deputy" not in text_of(copy_of(*body))
        assert "Yusra" not in text_of(copy_of(*body))
    pairs: tuple[tuple[str, ...], ...] = (
        ("Zdeněk", "DSL", "Faith Moody", "Deputy DSL"),
        ("Mx Ivy ap-Rhys", "DSL", "Faith Moody", "Deputy DSL"),
    )
    pairs += (("Łucja", "DSL", "Sarah", "Deputy DSL", "Faith Moody", "Headteacher"),)
    for lines in pairs:
        assert "Yusra" not in text_of(copy_of(*map(paragraph, lines)))


def test_a_sentence_that_ends_with_the_role_gives_it_to_nobody_on_the_next_line() -> None:
    lines = ("Łucja is responsible for safeguarding as DSL.", "Ms Faith Moody deputises as Deputy DSL.")
    copy = copy_of(*map(paragraph, lines))
    assert "Yusra" not in text_of(copy)
    assert "Łucja" in told(copy)


def test_the_word_that_asks_to_ring_somebody_is_no_part_of_the_name() -> None:
    assert "Ring Yusra Quill (DSL) now." in text_of(copy_of(paragraph("Ring Yuki French (DSL) now.")))
    assert "Or Yusra Quill (DSL) now." in text_of(copy_of(paragraph("Or Yuki French (DSL) now.")))


@pytest.mark.parametrize(
    "lines", [("The DSL is Ann", "Lister."), ("The DSL is Mrs", "Lister."), ("Tell A.", "Lister.")]
)
def test_a_name_broken_over_two_lines_holds_the_copy(lines: tuple[str, str]) -> None:
    passages = [
        Passage(read_place(f"line {number}"), text) for number, text in enumerate(("DSL: Ann Lister", *lines), start=1)
    ]
    plan = plan_replacements(passages, (ANN,), NOW)
    assert "broken over two lines" in (plan.held or "")


def test_days_in_a_column_beside_a_changed_lead_are_told_once_each() -> None:
    rows = (("Role", "Name", "Days"), ("DSL", "Ann Lister", "Mon–Wed"), ("Deputy DSL", "Piotr Zeller", "Thu and Fri"))
    copy = copy_of(table(*rows))
    assert [each.text for each in copy.plan.left if "is it true of Yusra Quill?" in str(each.reason)] == ["Mon–Wed"]


@pytest.mark.parametrize("path", ["staff/ann-lister", "people/Lister_Ann", "staff?who=annlister"])
def test_a_link_to_the_page_of_a_former_lead_is_told(path: str) -> None:
    link = '<w:p><w:hyperlink r:id="page"><w:r><w:t>Our lead</w:t></w:r></w:hyperlink></w:p>'
    copy = copy_of(paragraph("DSL: Ann Lister"), link, links={"page": f"https://www.example.org/{path}"})
    assert any("the link names whoever held" in str(each.reason) for each in copy.plan.left)


EMBEDDED = {
    "a PDF": {"word/embeddings/note.pdf": b"%PDF-1.7 nothing"},
    "an object": {"word/embeddings/object.bin": b"\xd0\xcf\x11\xe0 nothing"},
    "a large part": {"word/embeddings/large.html": b" " * (8 * 1024 * 1024 + 1)},
    "an entry": {
        "word/embeddings/sheet.xlsx": zip_file({"xl/workbook.xml": b"<a/>", "xl/embeddings/o.bin": b"\xd0\xcf"})
    },
    "many entries": {"word/embeddings/sheet.xlsx": zip_file({f"xl/{number}.xml": b"<a/>" for number in range(201)})},
}


@pytest.mark.parametrize("members", EMBEDDED.values(), ids=EMBEDDED)
def test_parts_that_cannot_be_looked_through_are_named(members: dict[str, bytes]) -> None:
    copy = copy_of(paragraph("DSL: Ann Lister"), members=members)
    assert copy.plan.held is None
    assert any("whether" in str(each.reason) and next(iter(members)) in str(each.where) for each in copy.plan.left)


@pytest.mark.parametrize(
    "address", ["Deborah.Lister@example.org", "Deborah. Lister@example.org", "Deborah@example.org"]
)
def test_an_address_beside_a_role_is_no_name_in_the_text(address: str) -> None:
    rows = ("Role", "Name", "Telephone", "E-mail"), ("DSL", "Deborah Lister", "01632 960155", address)
    copy = copy_of(table(*rows))
    assert copy.plan.held is None
    assert told(copy) == []
    assert "Lister" not in text_of(copy)
    assert told(copy_of(table(*rows[:1], ("DSL", "Deborah", "01632 960155", address)))) == ["Deborah"]


@pytest.mark.parametrize(
    "body",
    [
        [paragraph("DSL: Ann Lister"), paragraph("Deputy: Ben Lowe")],
        [table(("Designated Safeguarding Lead", "Ann Lister"), ("Deputy", "Ben Lowe"))],
        [paragraph("DSL: Ann Lister (Deputy: Ben Lowe)")],
        [paragraph("The DSL is Ann Lister and the deputy is Ben Lowe.")],
        [table(("DSL", "Deputy"), ("Ann Lister", "Ben Lowe"))],
    ],
)
def test_a_bare_deputy_beside_the_lead_is_changed_too(body: list[str]) -> None:
    copy = copy_of(*body)
    assert copy.plan.held is None
    text = text_of(copy)
    assert [name in text for name in ("Yusra Quill", "Piotr Zeller", "Lister", "Lowe")] == [True, True, False, False]


@pytest.mark.parametrize(
    "line", ["Mrs Lister ßb", "Mrs Lister élève,", "Ann Lister, ßb", "Mrs Lister b'é", "Ann Lister ,ba"]
)
def test_a_small_word_behind_a_name_is_no_part_of_it(line: str) -> None:
    copy = copy_of(paragraph("The DSL is Ann Lister."), paragraph(line))
    assert copy.plan.held is None
    assert "Lister" not in text_of(copy)


@pytest.mark.parametrize(
    "words",
    ["Photo", "Days", "Weds", "Sch", "Fire", "Infants", "Juniors", "Personnel Files", "Complaints Co-ordinator"],
)
@pytest.mark.parametrize("role", ["Designated Safeguarding Lead", "Headteacher"])
def test_a_column_a_day_and_a_part_of_the_school_in_a_cell_beside_a_role_are_nobody(role: str, words: str) -> None:
    copy = copy_of(table((role, words), ("School nurse", "Tove Marlow")))
    assert told(copy) == []
    assert copy.plan.held is None


@pytest.mark.parametrize("surname", ["Banks", "Wills", "Childs", "Keys", "Winters"])
def test_a_surname_that_looks_like_several_of_a_thing_is_told_beside_a_role(surname: str) -> None:
    assert told(copy_of(table(("Designated Safeguarding Lead", surname), ("School nurse", "Tove Marlow")))) == [surname]
