"""The program opens no document itself when it makes copies: a child does, each document once."""

import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pypdfium2
import pytest
from lxml import etree

from pipeline.copies.change_preview import list_touched
from pipeline.copies.copy import Naming
from pipeline.copies.rewording import prepare_rewording, reword_source
from pipeline.copies.single import copy_files
from pipeline.documents import read_document
from pipeline.documents.sandbox.calls import ContainedCalls
from pipeline.documents.source import Source
from pipeline.model.contacts import Directory, Holder
from pipeline.model.documents import DocumentFormat
from pipeline.model.facts import Contact
from pipeline.policies.intake.scan import scan_folder
from tests.builders import lines_down, odt_file, pdf_file, word_file
from tests.copies.workspace import HILL, LEAD_LINES, MONDAY, OFFICE, Workspace, policy_file
from tests.word.test_active import ACTIVE, LEAD

TO_BOB = Naming((Contact("dsl", "Ann Lee"),), Directory((Holder("dsl", "Bob Ray", "Mr", None, None),)))
LINES = ("Date of next Review: August 2027", *LEAD_LINES)
FORMATS = {
    "lettings.docx": policy_file("Lettings Policy", *LEAD_LINES),
    "lettings appendix.docx": word_file("<w:p><w:r><w:t>Ask Deborah Field for the key.</w:t></w:r></w:p>"),
    "visits.pdf": pdf_file(lines_down("Visits Policy", *LINES)),
    "bicycles.odt": odt_file("".join(f"<text:p>{line}</text:p>" for line in ("Bicycles Policy", *LINES))),
    "parking.rtf": rb"{\rtf1\ansi " + rb"\par ".join(line.encode() for line in ("Parking Policy", *LINES)) + b"}",
    "catering.txt": "\n".join(("Catering Policy", *LINES)).encode(),
}


class Opened(BaseException):
    """Somebody opened a document in the process of the test."""


@pytest.fixture
def nothing_opens(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """All that could open a document in this process fails; the children, processes of their own, notice nothing."""

    def refuse(*_given: object, **_named: object) -> None:
        raise Opened

    with monkeypatch.context() as patched:
        for name in ("fromstring", "parse", "XML", "iterparse", "HTML"):
            patched.setattr(etree, name, refuse)
        for kind in (zipfile.ZipFile, pypdf.PdfReader, pypdf.PdfWriter, pypdfium2.PdfDocument):
            patched.setattr(kind, "__init__", refuse)
        with pytest.raises(Opened):
            zipfile.ZipFile("policy.docx")
        yield patched


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace(tmp_path) as made:
        for name, content in FORMATS.items():
            made.put(name, content)
        made.note()
        made.record()
        yield made


def test_copies_of_every_format_are_made_and_foreseen_without_opening_one(
    workspace: Workspace, nothing_opens: pytest.MonkeyPatch
) -> None:
    before = workspace.config
    after = workspace.configure(HILL, OFFICE)
    touched = list_touched(workspace.register, before, after, MONDAY, MONDAY)
    workspace.note()
    report = workspace.refresh()
    found = list(copy_files(scan_folder(after.policies).files, workspace.root / "by hand", after, MONDAY))
    nothing_opens.undo()
    assert len(report.made) == len(FORMATS) - 1, report
    assert {place.after for change in touched for each in change.policies for place in each.places} >= {"Jo Hill"}
    assert [each.as_json().get("error") for each in found] == [None] * (len(FORMATS) - 1)
    assert "Jo Hill" in read_document(workspace.copies / "lettings.docx").text
    for folder in (workspace.copies, workspace.root / "by hand"):
        assert all("Jo Hill" in read_document(each).text for each in folder.glob("*.pdf"))
        assert len(list(folder.glob("*.pdf"))) == len(FORMATS) - 1


def test_a_pdf_that_is_saved_anew_while_its_copy_is_made_gets_no_sheet_of_the_one_before(workspace: Workspace) -> None:
    config = workspace.configure(HILL, OFFICE)
    (file,) = (each for each in scan_folder(config.policies).files if each.path == "visits.pdf")

    def save_anew(*_: object) -> None:
        file.location.write_bytes(pdf_file(lines_down("Visits Policy", "Nobody goes anywhere.")))

    out = workspace.root / "by hand"
    (outcome,) = copy_files([file], out, config, MONDAY, save_anew)
    assert "“visits.pdf” was changed while its copy was made" in str(outcome.render_error)
    assert not out.exists()


def test_why_words_stay_and_a_copy_waits_comes_back_from_the_child_as_it_was_found() -> None:
    words = b"DSL: Ann Lee, tel. 01632 960001 and Bo Ray, tel. 01632 960001\nSigned: Ann Lee, DSL\n"
    given = Source(words, "visits.txt"), DocumentFormat.TXT, TO_BOB
    with ContainedCalls(prepare_rewording) as call:
        plan = call(reword_source, *given).plan
    assert [each.code for each in plan.holds] == ["unknown-detail-at", "nobody"]
    assert [each.reason.code for each in plan.left_on_purpose] == ["signature"]
    assert plan == reword_source(*given).plan


@pytest.mark.parametrize("name", [None, "a template elsewhere", "a linked picture"])
def test_a_copy_parses_each_document_once(name: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    content = word_file(LEAD) if name is None else ACTIVE[name]
    parsed: Counter[bytes] = Counter()
    parse = etree.fromstring

    def count(markup: bytes, *given: object) -> object:
        parsed[markup] += 1
        return parse(markup, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(etree, "fromstring", count)
    part = reword_source(Source(content, "policy.docx"), DocumentFormat.DOCX, TO_BOB)
    assert part.docx is not None
    assert "Bob Ray" in part.document.text
    bodies = sum(count for markup, count in parsed.items() if b"<w:body>" in markup)
    # The document and its copy, and the copy once more where what it would start was taken out of it.
    assert bodies == (2 if name is None else 3)
