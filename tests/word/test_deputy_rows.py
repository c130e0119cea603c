"""Rows of a contact table that come and go with the deputies, and nothing else."""

import io
import re
import zipfile

import pytest

from pipeline.errors import RenderError
from pipeline.model.contacts import Directory, Holder
from pipeline.model.facts import Contact
from pipeline.plan.values import ReplacementPlan
from pipeline.word.regenerate import regenerate_docx, verify_copy
from tests.builders import paragraph, table, text_box, word_file

ANN = Contact("deputy-dsl", "Ann Lee", "01632 960111", "a.lee@example.org")
BOB = Contact("deputy-dsl", "Bob Ray", "01632 960112", "b.ray@example.org")
HEAD = Contact("headteacher", "Ida Moss", "01632 960113", "i.moss@example.org")


def holder(contact: Contact) -> Holder:
    assert contact.name is not None
    return Holder(contact.role, contact.name, "", contact.phone, contact.email)


ZOE = Holder("deputy-dsl", "Zoe May", "Ms", "01632 960777", "z.may@example.org")
CY = Holder("deputy-dsl", "Cy Fox", "Mr", "01632 960888", "c.fox@example.org")


def row(contact: Contact, role: str) -> tuple[str, str, str, str]:
    return (role, contact.name or "", contact.phone or "", contact.email or "")


def marked(markup: str) -> str:
    """Give each paragraph and row a mark as Word does."""
    numbers = iter(range(1, 999))
    return re.sub(
        r"<w:(p|tr)>", lambda match: f'<w:{match[1]} w:rsidR="00AA" w14:paraId="{next(numbers):08X}">', markup
    )


CONTACTS = marked(
    table(("Role", "Name", "Tel", "Email"), row(HEAD, "Headteacher"), row(ANN, "Deputy DSL"), row(BOB, "Deputy DSL"))
)
AROUND = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'


def document(*markup: str) -> bytes:
    return word_file(f"<w:sdt {AROUND}><w:sdtContent>{''.join(markup)}</w:sdtContent></w:sdt>", paragraph("The end."))


def words(original: bytes, *now: Holder, stated: tuple[Contact, ...] = (HEAD, ANN, BOB)) -> list[str]:
    copy = regenerate_docx(original, stated, Directory((holder(HEAD), *now)))
    assert copy.plan.held is None, copy.plan.held
    return [each.text for each in verify_copy(original, copy.content, copy.plan)]


def body(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read("word/document.xml").decode()


HEADING = ["Role", "Name", "Tel", "Email", *row(HEAD, "Headteacher")]
ZOE_ROW = ["Deputy DSL", "Zoe May", "01632 960777", "z.may@example.org"]
CY_ROW = ["Deputy DSL", "Cy Fox", "01632 960888", "c.fox@example.org"]


def test_a_third_deputy_gets_a_row_after_the_second() -> None:
    assert words(document(CONTACTS), holder(ANN), holder(BOB), ZOE) == [
        *HEADING, *row(ANN, "Deputy DSL"), *row(BOB, "Deputy DSL"), *ZOE_ROW, "The end."
    ]  # fmt: skip


def test_a_deputy_who_left_is_replaced_in_the_row_and_one_more_is_added() -> None:
    assert words(document(CONTACTS), holder(BOB), ZOE, CY) == [
        *HEADING, *ZOE_ROW, *row(BOB, "Deputy DSL"), *CY_ROW, "The end."
    ]  # fmt: skip


def test_a_deputy_without_successor_loses_the_row_and_no_other_byte_changes() -> None:
    original = document(CONTACTS)
    copy = regenerate_docx(original, (HEAD, ANN, BOB), Directory((holder(HEAD), holder(BOB))))
    gone = re.search(r"<w:tr [^>]*>(?:(?!</w:tr>).)*Ann Lee.*?</w:tr>", body(original))
    assert gone is not None
    assert body(copy.content) == body(original).replace(gone[0], "")
    assert [(str(each.where), each.before, each.after) for each in copy.plan.rows] == [
        ("table 1, row 3", "\t".join(row(ANN, "Deputy DSL")), "")
    ]


def test_two_deputies_become_one_other_and_one_becomes_three() -> None:
    assert words(document(CONTACTS), ZOE) == [*HEADING, *ZOE_ROW, "The end."]
    single = document(table(("Role", "Name", "Tel", "Email"), row(ANN, "Deputy DSL")))
    assert words(single, holder(ANN), ZOE, CY, stated=(ANN,))[8:] == [*ZOE_ROW, *CY_ROW, "The end."]


def test_a_new_row_has_marks_of_its_own_and_the_look_of_the_row_before() -> None:
    copy = regenerate_docx(
        document(CONTACTS), (HEAD, ANN, BOB), Directory((holder(HEAD), holder(ANN), holder(BOB), ZOE, CY))
    )
    marks = re.findall(r'w14:paraId="(\w+)"', body(copy.content))
    assert len(marks) == len(set(marks)) == 30
    assert all(0 < int(mark, 16) < 0x80000000 for mark in marks)
    assert body(copy.content).count('w:rsidR="00AA"') == 30


@pytest.mark.parametrize(
    "markup",
    [
        paragraph("Deputy DSLs: Ann Lee, 01632 960111, and Bob Ray, 01632 960112"),
        CONTACTS + paragraph("Ask Ann Lee."),
        table(("Deputy DSL", paragraph(text_box(paragraph("Ann Lee")))), ("Deputy DSL", "Bob Ray")),
        table(("Deputy DSL", "Ann Lee and Bob Ray")),
        table(("Deputy DSL 1", "Ann Lee"), ("Deputy DSL 2", "Bob Ray")),
        table(("Deputy DSL", "Ann Lee"), ("Deputy DSL", "Bob Ray <b>"))
        .replace("Ann Lee</w:t></w:r>", 'Ann Lee</w:t></w:r><w:bookmarkEnd w:id="1"/>')
        .replace("Bob Ray &lt;b&gt;</w:t></w:r>", 'Bob Ray</w:t></w:r><w:bookmarkStart w:id="1" w:name="b"/>'),
        table(("Deputy DSL", "Ann Lee")) + paragraph("x") + table(("Deputy DSL", "Bob Ray")),
    ],
)  # fmt: skip
def test_deputies_in_prose_in_one_cell_numbered_or_marked_are_left_and_the_deputy_without_a_place_is_listed(
    markup: str,
) -> None:
    now = Directory((holder(HEAD), holder(ANN), holder(BOB), ZOE))
    copy = regenerate_docx(document(markup), (HEAD, ANN, BOB), now)
    assert copy.content == document(markup)
    assert copy.plan.held is None
    assert copy.plan.rows == ()
    assert [(each.text, "no place for the name" in str(each.reason)) for each in copy.plan.left] == [("Zoe May", True)]
    fewer = regenerate_docx(document(markup), (HEAD, ANN, BOB), Directory((holder(HEAD), holder(BOB))))
    assert fewer.content == document(markup)
    assert fewer.plan.held is not None


def test_a_row_in_a_merged_cell_is_not_taken_out() -> None:
    first = '<w:tcPr><w:vMerge w:val="restart"/></w:tcPr>' + paragraph("Deputies")
    merged = table((first, "Ann Lee"), ("", "Bob Ray"))
    original = document(merged)
    copy = regenerate_docx(original, (ANN, BOB), Directory((holder(BOB),)))
    assert copy.content == original
    assert copy.plan.held is not None


def test_a_row_that_was_not_planned_is_refused() -> None:
    original = document(CONTACTS)
    copy = regenerate_docx(original, (HEAD, ANN, BOB), Directory((holder(HEAD), holder(BOB))))
    with pytest.raises(RenderError, match="more than words"):
        verify_copy(original, copy.content, ReplacementPlan(copy.plan.replacements))


def test_a_new_deputy_without_a_number_gets_no_row_and_is_listed() -> None:
    nobody = Holder("deputy-dsl", "Zoe May", "", None, None)
    copy = regenerate_docx(
        document(CONTACTS), (HEAD, ANN, BOB), Directory((holder(HEAD), holder(ANN), holder(BOB), nobody))
    )
    assert copy.plan.rows == ()
    assert [each.text for each in copy.plan.left] == ["Zoe May"]


@pytest.mark.parametrize(
    ("now", "held", "left"),
    [
        ((BOB,), "who takes whose place cannot be told", "Ann Lee"),
        ((ANN, BOB, Contact("deputy-dsl", ZOE.name, ZOE.phone, ZOE.email)), None, "Zoe May"),
    ],
)
def test_the_row_of_a_part_of_the_school_neither_goes_with_its_deputy_nor_is_copied(
    now: tuple[Contact, ...], held: str | None, left: str
) -> None:
    parts = document(
        table(("Part", "DSL", "Deputy DSL"), ("Infants", "Ida Moss", "Ann Lee"), ("Juniors", "Ida Moss", "Bob Ray"))
    )
    lead = Contact("dsl", HEAD.name)
    copy = regenerate_docx(parts, (lead, ANN, BOB), Directory((holder(lead), *map(holder, now))))
    assert copy.content == parts
    assert copy.plan.rows == ()
    assert (copy.plan.held is None) == (held is None)
    assert (held or "") in (copy.plan.held or "")
    assert [each.text for each in copy.plan.left] == [left]
