"""What runs in a PDF does not get into its copy; its words, its links and its fields do."""

import io
from pathlib import Path

import pypdf
import pypdfium2 as pdfium
import pytest

from pipeline.documents import read_document_bytes
from pipeline.documents.pdf.scripts import runs_something
from pipeline.documents.source import Source
from pipeline.model.documents import DocumentFlag
from pipeline.pages.joining import join_behind
from tests.builders import lines_down, pdf_file
from tests.documents.hostile_pdfs import DRAWN, FONT, TREE, locked_pdf, packed_script, pdf_of, pdf_with, stream

SHEET = pdf_file(lines_down("The front sheet."))
SCRIPT = b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"
PAGE = (
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> %s >>"
)
TAGGED = b"/MarkInfo << /Marked true >> /StructTreeRoot 9 0 R"
TREE_ROOT = b"<< /Type /StructTreeRoot /K [] /ParentTree << /Nums [] >> >>"


def made(*, catalog: bytes = b"", page: bytes = b"", more: tuple[bytes, ...] = ()) -> bytes:
    """A PDF of one page; objects 6, 7 and 8 are ``more``, and object 9 is an empty tree of tags."""
    rest = (*more, *[b"null"] * (3 - len(more)), TREE_ROOT)
    return pdf_of(b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog, TREE, PAGE % page, stream(DRAWN), FONT, *rest)


def link(action: bytes) -> bytes:
    return b"<< /Type /Annot /Subtype /Link /Rect [72 690 200 720] /A %s >>" % action


ACTIVE = {
    "a script on opening": made(catalog=b"/OpenAction 6 0 R", more=(SCRIPT,)),
    "a script by name": made(catalog=b"/Names << /JavaScript << /Names [(a) 6 0 R] >> >>", more=(SCRIPT,)),
    "a script when the file is closed": made(catalog=b"/AA << /WC 6 0 R >>", more=(SCRIPT,)),
    "a script when a page is shown": made(page=b"/AA << /O %s >>" % SCRIPT),
    "a script behind a link": made(page=b"/Annots [%s]" % link(SCRIPT)),
    "a script after the place a link leads to": made(
        page=b"/Annots [%s]" % link(b"<< /S /GoTo /D [3 0 R /Fit] /Next [%s] >>" % SCRIPT)
    ),
    "a script behind a bookmark": made(
        catalog=b"/Outlines 6 0 R",
        more=(b"<< /First 7 0 R /Last 7 0 R /Count 1 >>", b"<< /Title (Go) /Parent 6 0 R /A %s >>" % SCRIPT),
    ),
    "a program behind a link": made(page=b"/Annots [%s]" % link(b"<< /S /Launch /F (calc.exe) >>")),
    "a form that sends itself": made(
        catalog=b"/AcroForm << /Fields [6 0 R] >>",
        page=b"/Annots [6 0 R]",
        more=(
            b"<< /Type /Annot /Subtype /Widget /FT /Btn /T (go) /Rect [72 600 120 620] "
            b"/A << /S /SubmitForm /F (http://example.org/) >> /AA << /K %s >> >>" % SCRIPT,
        ),
    ),
    "a form that is a program": made(catalog=b"/AcroForm << /Fields [] /XFA 6 0 R >>", more=(stream(b"<xdp/>"),)),
    "a script in an address": made(page=b"/Annots [%s]" % link(b"<< /S /URI /URI (JavaScript:app.alert\\(1\\)) >>")),
    "a script in a packed object": packed_script(),
    "a script in a file locked against changes": locked_pdf(
        pdf_with("/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>"), password=""
    ),
}


def joined(original: bytes) -> bytes:
    return join_behind(Source(original, "visits.pdf"), SHEET, "Visits Policy").pdf


def words(content: bytes) -> str:
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


@pytest.mark.parametrize("tagged", [False, True])
@pytest.mark.parametrize("name", ACTIVE)
def test_a_copy_runs_nothing_and_keeps_the_words(name: str, tagged: bool) -> None:
    original = ACTIVE[name]
    if tagged and b"/Type /Catalog /Pages 2 0 R " in original and b"null" in original:
        original = original.replace(b"/Type /Catalog ", b"/Type /Catalog " + TAGGED + b" ", 1)
    copy = joined(original)
    assert not runs_something(copy)
    assert b"javascript:" not in copy.lower()
    assert b"/Launch" not in copy
    assert "The front sheet." in words(copy)
    assert "Ordinary words." in words(copy)
    assert len(pdfium.PdfDocument(copy)) == 2
    assert DocumentFlag.ACTIVE_CONTENT not in read_document_bytes(copy, shown_as="copy.pdf").flags


@pytest.mark.parametrize("name", [name for name in ACTIVE if "address" not in name])
def test_what_runs_is_told_when_the_file_is_read(name: str) -> None:
    assert DocumentFlag.ACTIVE_CONTENT in read_document_bytes(ACTIVE[name], shown_as="policy.pdf").flags


def test_links_to_pages_and_to_the_web_stay() -> None:
    original = made(
        page=b"/Annots [%s %s %s]"
        % (
            link(b"<< /S /URI /URI (https://example.org/) >>"),
            link(b"<< /S /GoTo /D [3 0 R /Fit] >>"),
            link(SCRIPT),
        )
    )
    copy = pypdf.PdfReader(io.BytesIO(joined(original)))
    actions = [each.get_object().get("/A") for each in copy.pages[1]["/Annots"]]
    assert [action.get_object()["/S"] if action is not None else None for action in actions] == ["/URI", "/GoTo", None]


def test_a_file_without_anything_active_is_written_as_before() -> None:
    plain = made()
    assert not runs_something(plain)
    assert words(joined(plain)).count("Ordinary words.") == 1


@pytest.mark.needs("shared")
def test_no_real_policy_is_taken_for_an_active_one_without_need(shared: Path) -> None:
    files = sorted((shared / "real-policies" / "files").glob("*.pdf"))
    assert [path.name for path in files if runs_something(path.read_bytes())] == []
