"""A policy and its local appendix: two files, one copy, each reworded apart."""

import io
from pathlib import Path

import pytest
from pypdf import PdfReader

from pipeline.copies.change_preview import list_coming
from pipeline.copies.parts import join_documents, stated_in
from pipeline.documents import read_document, read_document_bytes
from pipeline.model.documents import BlockKind, DocumentFormat
from pipeline.model.facts import Contact
from tests.builders import lines_down, paragraph, pdf_file, run, word_file
from tests.copies.workspace import HILL, LEAD_LINES, MONDAY, OFFICE, SHEFFIELD, Workspace, policy_file

LOCAL = ("The key to the hall is kept in the office.", "Ask Mrs Field (01632 960101) for it.")


def appendix_file(*lines: str) -> bytes:
    return word_file(*(paragraph(run(line)) for line in lines))


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = Workspace(tmp_path, SHEFFIELD, OFFICE)
    made.put("lettings.docx", policy_file("Lettings Policy", *LEAD_LINES))
    made.put("lettings appendix.docx", appendix_file(*LOCAL))
    return made


def pdf_words(workspace: Workspace, name: str = "lettings.pdf") -> str:
    return " ".join(read_document(workspace.copies / name).text.split())


def test_one_copy_carries_both_parts(workspace: Workspace) -> None:
    with workspace:
        assert workspace.day().made == ["Lettings Policy"]
        (row,) = workspace.current().values()
    names = [Path(file.path).name for file in row.files]
    assert names == ["lettings.docx", "lettings-appendix.docx", "lettings.pdf", "lettings.html"]
    words = pdf_words(workspace)
    assert words.index("Safeguarding Lead is Deborah Field") < words.index("Local appendix") < words.index("The key")
    page = (workspace.copies / "lettings.html").read_text(encoding="utf-8")
    assert "Local appendix</h2>" in page
    assert "The key to the hall" in page


def test_the_appendix_begins_a_page_of_its_own(workspace: Workspace) -> None:
    with workspace:
        workspace.day()
    pages = [page.extract_text() for page in PdfReader(workspace.copies / "lettings.pdf").pages]
    assert "Local appendix" in pages[-1]
    assert "Local appendix" not in "".join(pages[:-1])


def test_a_new_lead_follows_in_both_parts_and_each_place_is_named(workspace: Workspace) -> None:
    with workspace:
        workspace.day()
        workspace.configure(HILL, OFFICE)
        assert workspace.day().made == ["Lettings Policy"]
        (row,) = workspace.current().values()
    assert "Jo Hill" in workspace.words("lettings.docx")
    assert workspace.words("lettings-appendix.docx").endswith("Ask Mr Hill (01632 960110) for it.")
    assert "Field" not in pdf_words(workspace)
    assert ("local appendix, paragraph 2", "Mrs Field", "Mr Hill") in [
        (note["where"], note["before"], note["after"]) for note in row.replacements
    ]


def test_what_a_new_lead_will_touch_is_shown_in_both_parts(workspace: Workspace) -> None:
    follows = f'{SHEFFIELD}[[contacts.next]]\nrole = "dsl"\nname = "Jo Hill"\npronoun = "he"\nfrom = "2026-12-01"\n'
    follows += 'phone = "01632 960155"\nemail = "jo.hill@example.org"\n'
    with workspace:
        workspace.day()
        workspace.configure(follows, OFFICE)
        (change,) = list_coming(workspace.register, workspace.config, MONDAY)
    (lettings,) = change.policies
    assert lettings.held is None
    wheres = {str(place.where).split(",")[0] for place in lettings.places}
    assert {"local appendix", "paragraph 5"} <= wheres


def test_a_changed_appendix_file_is_put_right_again(workspace: Workspace) -> None:
    with workspace:
        workspace.day()
        (workspace.copies / "lettings-appendix.docx").write_bytes(b"changed by hand")
        assert workspace.day().made == ["Lettings Policy"]
        assert "The key" in workspace.words("lettings-appendix.docx")
        assert workspace.day().made == []


def test_an_appendix_that_cannot_be_put_right_holds_the_whole_copy(workspace: Workspace) -> None:
    workspace.put("lettings appendix.docx", appendix_file("The key: Deborah Field", "Deputy DSL: Una Brook"))
    with workspace:
        workspace.day()
        workspace.configure(f'{HILL}[[contacts.deputy-dsl]]\nname = "Ray Stone"\nuntil = "2026-01-01"\n', OFFICE)
        report = workspace.day()
    assert [title for title, _ in report.held] == ["Lettings Policy"]


def test_the_pages_of_a_pdf_appendix_come_behind_with_their_own_sheet(workspace: Workspace) -> None:
    (workspace.root / "policies" / "lettings appendix.docx").unlink()
    page = lines_down("Hall keys", "The Designated Safeguarding Lead is Deborah Field.")
    workspace.put("lettings appendix.pdf", pdf_file(page))
    with workspace:
        workspace.day()
        workspace.configure(HILL, OFFICE)
        assert workspace.day().held == []
        (row,) = workspace.current().values()
    words = pdf_words(workspace)
    assert "Lettings Policy: local appendix" in words
    assert "Page 1 names a safeguarding lead: use the details above." in words
    assert row.appendix_path is None
    page_words = (workspace.copies / "lettings.html").read_text(encoding="utf-8")
    assert "The PDF is the original" in page_words
    assert "Deborah Field" not in page_words


def test_an_appendix_with_its_own_heading_gets_no_second_one() -> None:
    def read(content: bytes) -> list[str]:
        document = read_document_bytes(content, shown_as="a.docx", format=DocumentFormat.DOCX)
        joined = join_documents(document, document)
        return [block.text for block in joined.blocks if block.kind is BlockKind.HEADING]

    assert read(appendix_file("Local appendix: hall keys", "Ask in the office.")) == ["Local appendix: hall keys"]
    assert read(appendix_file("Hall keys", "Ask in the office.")) == ["Local appendix"]


def test_a_part_is_held_for_nobody_it_does_not_name() -> None:
    document = read_document_bytes(
        appendix_file("A field trip. Ring 01632 960 101."), shown_as="a.docx", format=DocumentFormat.DOCX
    )
    field = Contact("dsl", "Deborah Field", "01632 960101", "d.field@example.org")
    assert stated_in(document, [field]) == (Contact("dsl", None, "01632 960101", None),)
    assert stated_in(document, [Contact("dsl", "Amir Khan")]) == ()


def test_the_joined_pdf_keeps_its_tags(workspace: Workspace) -> None:
    with workspace:
        workspace.day()
    root = PdfReader(io.BytesIO((workspace.copies / "lettings.pdf").read_bytes())).root_object
    assert "/StructTreeRoot" in root
