"""One policy, all its copies: Word files patched, PDFs behind a front sheet, the rest reworded."""

import errno
import io
import os
import re
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import page
import pypdf
import pytest

from pipeline.copies.copy import Copy
from pipeline.documents import read_document_bytes
from pipeline.errors import RenderError
from pipeline.facts.reading import extract_facts
from pipeline.files import write_atomically
from pipeline.model.contacts import Directory, Holder, Pronoun
from pipeline.model.documents import Block, BlockKind, Cell, Document, DocumentFlag, DocumentFormat, Span
from pipeline.model.facts import Contact, Facts
from pipeline.pages.front_sheet import front_sheet_pdf
from pipeline.pages.joining import NOT_MARKED, NOT_TAGGED, accessibility_notes
from pipeline.pages.layout import lay_out
from pipeline.pages.pdf import FrontBlock, front_contacts, render_pdf
from pipeline.places import read_place
from pipeline.plan.rewording import regenerate_document
from pipeline.plan.values import Left
from tests.builders import lines_down, paragraph, pdf_file, run, table, word_file
from tests.copies.in_process import make_copy

ANN = Contact("dsl", "Ann Lee", "01632 960111", "a.lee@example.org")
TO_BOB = Directory((Holder("dsl", "Bob Ray", "Mr", "01632 960222", "b.ray@example.org", Pronoun.HE),))
FACTS = Facts(contacts=(ANN,))
FRONT = FrontBlock(
    "Safeguarding", "West Park School", "1", "in use", None, None, None, None, front_contacts(TO_BOB), "ABC"
)


def copy_of(content: bytes, name: str, facts: Facts = FACTS, directory: Directory = TO_BOB) -> Copy:
    return make_copy(content, read_document_bytes(content, shown_as=name), facts, directory, FRONT)


def words(pdf: bytes) -> str:
    return " ".join(" ".join(each.extract_text() for each in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())


def test_a_word_file_gives_a_patched_word_file_and_a_pdf_of_the_same_words() -> None:
    content = word_file(paragraph("The DSL is Ann Lee. She is in."), table(("Tel", "01632 960111")))
    copy = copy_of(content, "policy.docx")
    assert copy.docx is not None
    assert "Bob Ray. He is in." in read_document_bytes(copy.docx, shown_as="x.docx").text
    assert "The DSL is Bob Ray. He is in." in words(copy.pdf)
    assert "Ann Lee" not in words(copy.pdf)


def test_a_word_file_without_a_change_is_its_own_copy() -> None:
    content = word_file(paragraph("Nothing to change."))
    copy = copy_of(content, "policy.docx", Facts())
    assert copy.docx == content
    assert "Nothing to change." in words(copy.pdf)


def test_a_held_word_file_keeps_its_words_and_says_why() -> None:
    symbol = "<w:r><w:sym w:font='Wingdings' w:char='F028'/></w:r>"
    content = word_file(paragraph(run("DSL: Ann Lee"), run(" Ann"), symbol, run("Lee, 01632 960111")))
    copy = copy_of(content, "policy.docx", directory=Directory((Holder("dsl", "Bob Ray", "", None, None),)))
    assert copy.docx == content
    assert copy.plan.held is not None


def test_a_text_file_gives_a_pdf_with_the_new_words() -> None:
    copy = copy_of(b"The DSL is Ann Lee.\n\nTel. 01632 960111\n", "policy.txt")
    assert copy.docx is None
    assert "The DSL is Bob Ray." in words(copy.pdf)
    assert "01632 960222" in words(copy.pdf)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("Policy owner: Ann Lee, Designated Safeguarding Lead", "Bob Ray, Designated Safeguarding Lead"),
        ("Owner: Designated Safeguarding Lead (Ann Lee)", "Designated Safeguarding Lead (Bob Ray)"),
        ("Owner: the bursar", "the bursar"),
    ],
)
def test_the_front_names_as_owner_whom_the_document_names_now(line: str, shown: str) -> None:
    content = f"{line}\n\nThe DSL is Ann Lee.\n".encode()
    document = read_document_bytes(content, shown_as="policy.txt")
    facts = extract_facts(document)
    front = replace(FRONT, owner=facts.owner, owner_at=str(facts.evidence["owner"].where))
    copy = make_copy(content, document, facts, TO_BOB, front)
    assert f"Looked after by {shown}" in words(copy.pdf)
    assert f"Looked after by {shown}" in " ".join(re.sub("<[^>]+>", " ", copy.html or "").split())
    assert "Ann Lee" not in words(copy.pdf)


def test_the_sheet_before_a_pdf_names_as_owner_who_leads_today() -> None:
    line = "Policy owner: Ann Lee, Designated Safeguarding Lead"
    content = pdf_file(lines_down("Lettings Policy", line, "The DSL is Ann Lee."))
    document = read_document_bytes(content, shown_as="policy.pdf")
    facts = extract_facts(document)
    front = replace(FRONT, owner=facts.owner, owner_at=str(facts.evidence["owner"].where))
    copy = make_copy(content, document, facts, TO_BOB, front)
    assert "Looked after by Bob Ray, Designated Safeguarding Lead" in words(copy.pdf)
    assert "Ann Lee" not in (copy.html or "")


def test_an_owner_whom_somebody_named_stays_on_the_front() -> None:
    content = b"Policy owner: Ann Lee, Designated Safeguarding Lead\n"
    document = read_document_bytes(content, shown_as="policy.txt")
    front = replace(FRONT, owner="Ann Lee", owner_at="set by the owner on 1 May 2026: she asked for it")
    copy = make_copy(content, document, extract_facts(document), TO_BOB, front)
    assert "Looked after by Ann Lee" in words(copy.pdf)


def test_a_field_in_double_braces_is_filled_on_the_model_too() -> None:
    copy = copy_of(b"Ring {{ dsl.phone }} now.\n\nThe DSL is Ann Lee.\n", "policy.txt")
    assert "Ring 01632 960222 now." in words(copy.pdf)
    with pytest.raises(RenderError, match=r"line 1.*dsl\.fax"):
        copy_of(b"Ring {{ dsl.fax }} now.\n", "policy.txt")


def test_a_field_on_the_pages_of_a_pdf_is_pointed_out() -> None:
    blocks = (Block(BlockKind.PARAGRAPH, read_place("line 1"), (Span("Ring {{ dsl.phone }} now."),)),)
    pdf = render_pdf(Document("p.txt", DocumentFormat.TXT, "0" * 64, 1, blocks), FRONT)
    assert "{{ dsl.phone }} now." in [each.text for each in copy_of(pdf, "policy.pdf").plan.left]


def test_what_a_pdf_cannot_show_is_noted() -> None:
    picture = Block(BlockKind.PICTURE, read_place("paragraph 2"))
    document = Document("p.txt", DocumentFormat.TXT, "0" * 64, 1, (picture,))
    assert make_copy(b"", document, Facts(), TO_BOB, FRONT).notes == (
        "paragraph 2: a picture could not be shown in the PDF copy (Picture without a description)",
    )


def test_what_a_pdf_cannot_show_in_a_table_is_noted() -> None:
    words = Cell((Block(BlockKind.PARAGRAPH, read_place("paragraph 1"), (Span("Where we meet"),)),))
    picture = Cell((Block(BlockKind.PICTURE, read_place("paragraph 2")),))
    table = Block(BlockKind.TABLE, read_place("table 1"), rows=((words, picture),))
    document = Document("p.txt", DocumentFormat.TXT, "0" * 64, 1, (table,))
    assert make_copy(b"", document, Facts(), TO_BOB, FRONT).notes == lay_out(document).notes
    assert len(lay_out(document).notes) == 1


def test_words_in_tables_and_over_spans_change_on_the_model() -> None:
    spans = (Span("DSL: Ann ", bold=True), Span("Lee", italic=True), Span(", "))
    link = "mailto:a.lee@example.org"
    mail = (Span("a.lee@", link=link), Span("example.org", bold=True, link=link))
    cell = Cell((Block(BlockKind.PARAGRAPH, read_place("table 1, row 1, column 1"), spans + mail),))
    document = Document(
        "p.odt", DocumentFormat.ODT, "0" * 64, 1, (Block(BlockKind.TABLE, read_place("table 1"), rows=((cell,),)),)
    )
    changed, plan = regenerate_document(document, (ANN,), TO_BOB)
    inner = changed.blocks[0].rows[0][0].blocks[0].spans
    new = "mailto:b.ray@example.org"
    assert inner == (
        Span("DSL: Bob Ray", bold=True),
        Span("", italic=True),
        Span(", "),
        Span("b.ray@example.org", link=new),
        Span("", bold=True, link=new),
    )
    assert len(plan.replacements) == 3


def test_a_held_document_comes_back_as_it_was() -> None:
    blocks = (Block(BlockKind.PARAGRAPH, read_place("line 1"), (Span("DSL: Ann Lee 01632 960111"),)),)
    document = Document("p.txt", DocumentFormat.TXT, "0" * 64, 1, blocks)
    nobody = Directory((Holder("dsl", "Bob Ray", "", None, None),))
    changed, plan = regenerate_document(document, (ANN,), nobody)
    assert changed is document
    assert plan.held is not None


def source_pdf(*more: str, tagged: bool) -> bytes:
    blocks = tuple(
        Block(BlockKind.PARAGRAPH, read_place(f"line {at}"), (Span(text),))
        for at, text in enumerate(("The DSL is Ann Lee.", "Tel. 01632 960111", *more))
    )
    front = replace(FRONT, title="Old policy", contacts=())
    pdf = render_pdf(Document("p.txt", DocumentFormat.TXT, "0" * 64, 1, blocks), front)
    if tagged:
        return pdf
    writer = pypdf.PdfWriter()
    writer.append(io.BytesIO(pdf))
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


@pytest.mark.parametrize("tagged", [True, False])
def test_a_pdf_keeps_its_pages_behind_a_front_sheet_that_names_what_is_wrong(tagged: bool) -> None:
    original = source_pdf(tagged=tagged)
    copy = copy_of(original, "policy.pdf")
    assert copy.docx is None
    assert copy.plan.replacements == ()
    assert copy.plan.held is None
    assert [(str(each.where).split(",")[0], each.text) for each in copy.plan.left] == [
        ("page 1", "Ann Lee"),
        ("page 1", "01632 960111"),
    ]
    old, new = pypdf.PdfReader(io.BytesIO(original)), pypdf.PdfReader(io.BytesIO(copy.pdf))
    assert len(new.pages) == len(old.pages) + 1
    said = " ".join(new.pages[0].extract_text().split())
    assert "Page 1 names a safeguarding lead: use the details above." in said
    assert "Ann Lee" not in said
    assert new.pages[1].extract_text() == old.pages[0].extract_text()
    assert new.metadata is not None
    assert new.metadata.title == "Safeguarding"


NOT_CHANGED = "They were not changed."


def test_not_changed_is_never_said_of_pages_that_name_somebody_else_or_were_not_read() -> None:
    def sheet(content: bytes, *stated: Contact, flag: DocumentFlag | None = None) -> str:
        copy = make_copy(content, read_pdf(content, flag), Facts(contacts=stated), TO_BOB, FRONT)
        return " ".join(pypdf.PdfReader(io.BytesIO(copy.pdf)).pages[0].extract_text().split())

    named, nobody = source_pdf(tagged=True), pdf_file(lines_down("Children visit museums and farms."))
    assert NOT_CHANGED not in sheet(named, ANN)
    assert "use the details on this sheet" in sheet(named, ANN)
    assert NOT_CHANGED in sheet(nobody)
    assert NOT_CHANGED not in sheet(nobody, flag=DocumentFlag.SCANNED_PAGES)


def test_the_tags_of_the_sheet_and_of_the_original_are_both_kept() -> None:
    pdf = copy_of(source_pdf(tagged=True), "policy.pdf").pdf
    assert page.validate_pdf_bytes(pdf, profile="ua1").failures == []


def test_the_schools_own_pdf_goes_behind_a_front_sheet(shared: Path) -> None:
    content = (shared / "seed" / "confidentiality-policy.pdf").read_bytes()
    facts = Facts(
        contacts=(Contact("dsl", "Deborah Sheffield", "01332 662337", "Deborah.Sheffield@westpark.derby.sch.uk"),)
    )
    copy = copy_of(content, "policy.pdf", facts)
    assert "Page 4 names a safeguarding lead: use the details above." in words(copy.pdf)


def test_a_pdf_with_an_owner_password_goes_behind_a_front_sheet() -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(source_pdf(tagged=True)))
    writer.encrypt("", "owner", algorithm="AES-256")
    stream = io.BytesIO()
    writer.write(stream)
    pdf = front_sheet_pdf(stream.getvalue(), FRONT).pdf
    assert "The DSL is Ann Lee." in words(pdf)


def test_a_structure_in_branches_keeps_every_entry() -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(source_pdf(tagged=True)))
    root = writer.root_object["/StructTreeRoot"]
    assert isinstance(root, pypdf.generic.DictionaryObject)
    branch = root.raw_get("/ParentTree")
    name = pypdf.generic.NameObject
    kids = pypdf.generic.ArrayObject([branch])
    root[name("/ParentTree")] = pypdf.generic.DictionaryObject({name("/Kids"): kids})
    stream = io.BytesIO()
    writer.write(stream)
    pdf = front_sheet_pdf(stream.getvalue(), FRONT).pdf
    assert page.validate_pdf_bytes(pdf, profile="ua1").failures == []


def test_a_pdf_that_cannot_be_opened_is_told() -> None:
    with pytest.raises(RenderError, match="front sheet"):
        front_sheet_pdf(b"%PDF-1.7 nothing", FRONT)


def test_a_reason_to_hold_becomes_a_remark_for_a_pdf() -> None:
    nobody = Directory((Holder("dsl", "Bob Ray", "", None, None),))
    copy = copy_of(source_pdf(tagged=True), "policy.pdf", directory=nobody)
    assert copy.plan.held is None
    assert Left(read_place("the whole document"), "", copy.plan.left[-1].reason) == copy.plan.left[-1]


def test_a_file_is_replaced_whole_and_its_folder_made(tmp_path: Path) -> None:
    target = tmp_path / "a" / "b" / "copy.pdf"
    write_atomically(target, b"one")
    write_atomically(target, b"two")
    assert target.read_bytes() == b"two"
    assert [each.name for each in target.parent.iterdir()] == ["copy.pdf"]


def test_a_place_that_cannot_be_written_leaves_the_old_file_and_nothing_half_done(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "inside").write_bytes(b"kept")
    with pytest.raises(RenderError, match="could not be written"):
        write_atomically(tmp_path / "folder", b"new")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["folder"]
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(RenderError, match="could not be written"):
        write_atomically(tmp_path / "file" / "copy.pdf", b"new")


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full is a Linux device")
def test_a_full_disk_is_told_and_nothing_is_left(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    import signal

    before, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.getsignal(signal.SIGXFSZ)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(RenderError, match=f"(?i){os.strerror(errno.EFBIG)}"):
            write_atomically(tmp_path / "copy.pdf", b"x" * 5000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert list(tmp_path.iterdir()) == []


def test_a_tagged_pdf_keeps_its_claim_and_its_links_get_descriptions(repository: Path) -> None:
    content = (repository / "policies" / "anti-bullying.pdf").read_bytes()
    joined = front_sheet_pdf(content, FRONT).pdf
    reader = pypdf.PdfReader(io.BytesIO(joined))
    links = [each.get_object() for one in reader.pages for each in one.get("/Annots", ())]
    assert links
    assert all(str(each["/Contents"]).strip() for each in links)
    assert page.validate_pdf_bytes(joined, profile="ua1").failures == []
    assert accessibility_notes(content) == ()


def test_an_untagged_pdf_is_named_and_its_copy_claims_nothing() -> None:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(300, 300)
    stream = io.BytesIO()
    writer.write(stream)
    assert accessibility_notes(stream.getvalue()) == (NOT_TAGGED,)
    joined = front_sheet_pdf(stream.getvalue(), replace(FRONT, made_on=date(2026, 11, 24))).pdf
    packet = pypdf.PdfReader(io.BytesIO(joined)).root_object["/Metadata"].get_object().get_data()
    assert b"pdfuaid:part" not in packet
    assert b"pdfaid:part" not in packet
    assert b"dc:title" in packet


def test_a_tagged_pdf_without_the_mark_of_the_standard_is_named() -> None:
    reader = pypdf.PdfReader(io.BytesIO(render_pdf(Document("p.txt", DocumentFormat.TXT, "0" * 64, 1, ()), FRONT)))
    writer = pypdf.PdfWriter(clone_from=reader)
    del writer.root_object["/Metadata"]
    stream = io.BytesIO()
    writer.write(stream)
    assert accessibility_notes(stream.getvalue()) == (NOT_MARKED,)
    assert accessibility_notes(b"%PDF-1.7 nothing") == ()


def test_a_tagged_pdf_without_a_title_gets_the_title_of_the_policy() -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(source_pdf(tagged=True)))
    packet = writer.root_object["/Metadata"].get_object().get_data()
    untitled = re.sub(rb"<dc:title>.*?</dc:title>", b"", packet, flags=re.DOTALL)
    assert untitled != packet
    stream = pypdf.generic.DecodedStreamObject()
    stream.set_data(untitled)
    name = pypdf.generic.NameObject
    stream.update({name("/Type"): name("/Metadata"), name("/Subtype"): name("/XML")})
    writer.root_object[name("/Metadata")] = writer._add_object(stream)
    writer.root_object.pop("/ViewerPreferences", None)
    written = io.BytesIO()
    writer.write(written)
    joined = front_sheet_pdf(written.getvalue(), FRONT).pdf
    assert page.validate_pdf_bytes(joined, profile="ua1").failures == []
    assert b"Safeguarding" in pypdf.PdfReader(io.BytesIO(joined)).root_object["/Metadata"].get_object().get_data()


def read_pdf(content: bytes, flag: DocumentFlag | None = None) -> Document:
    document = read_document_bytes(content, shown_as="policy.pdf")
    return replace(document, flags=document.flags | {flag}) if flag else document


def test_a_pdf_becomes_a_web_page_with_todays_contacts_that_says_which_counts() -> None:
    copy = copy_of(source_pdf(tagged=True), "policy.pdf")
    assert copy.html is not None
    assert "The PDF is the original" in copy.html
    assert "Bob Ray" in copy.html
    assert "Ann Lee" not in copy.html
    assert "01632 960111" not in copy.html


def test_a_field_nobody_can_fill_keeps_a_pdf_from_having_a_web_page_and_is_said_in_one_sentence() -> None:
    copy = copy_of(source_pdf("Ring {{ dsl.mobile }} at once.", tagged=True), "policy.pdf")
    assert (copy.html, copy.pdf is None) == (None, False)
    (note,) = (each for each in copy.notes if "There is no web page of it beside the PDF" in each)
    assert "dsl.mobile" in note
    assert ".." not in note
    assert "not written" not in note


@pytest.mark.parametrize(
    ("flag", "why"),
    [
        (DocumentFlag.SCANNED_PAGES, "some of its pages are pictures"),
        (DocumentFlag.MACHINE_READ, "read by machine from pictures and may be wrong"),
    ],
)
def test_a_pdf_whose_words_were_not_surely_read_gets_no_web_page_and_the_reason_is_told(
    flag: DocumentFlag, why: str
) -> None:
    content = source_pdf(tagged=True)
    copy = make_copy(content, read_pdf(content, flag), FACTS, TO_BOB, FRONT)
    assert copy.html is None
    assert any("There is no web page of it beside the PDF" in note and why in note for note in copy.notes)


def test_a_pdf_whose_contacts_cannot_be_put_right_gets_no_web_page() -> None:
    nobody = Directory((Holder("dsl", "Bob Ray", "", None, None),))
    copy = copy_of(source_pdf(tagged=True), "policy.pdf", directory=nobody)
    assert copy.html is None
    assert any("not all of its contacts can be put right" in note for note in copy.notes)
