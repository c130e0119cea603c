"""Scanned pages: read by machine where that is wished and possible, noted in any case."""

import sys
from functools import partial
from pathlib import Path

import pytest

from pipeline.documents import read_document, read_document_bytes
from pipeline.documents.pdf.document import MAX_SCANNED_PAGES, read_pdf
from pipeline.documents.pdf.ocr import find_tesseract, read_picture
from pipeline.documents.pdf.page import PageLine, PagePicture, draw_page, open_pdf
from pipeline.documents.sandbox.child import Guard
from pipeline.documents.sandbox.readers import contained_map
from pipeline.documents.source import Source
from pipeline.errors import DocumentError, UnreadableCode
from pipeline.model.documents import DocumentFlag
from tests.builders import lines_down, pdf_file, scanned_pdf

TESSERACT = pytest.mark.needs("tesseract")
POLICY = ("Lettings Policy", "Approved by: Full Governing Body", "Date of next review: 14 October 2027")
PICTURE = PagePicture(4, 4, b"\xff" * 16, 200, 842.0)


def line(text: str, top: float = 700.0) -> PageLine:
    return PageLine(text, 72, 300, top - 12, top, 11, bold=False)


@TESSERACT
def test_scanned_page_is_read_with_its_places_in_a_child(tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(scanned_pdf(lines_down(*POLICY, size=14)))
    [outcome] = contained_map(partial(read_document, ocr=True), [path], ocr=True)
    assert outcome.error is None, outcome.fault
    document = outcome.value
    assert document is not None
    assert [(block.text, str(block.where)) for block in document.blocks] == [
        (text, f"page 1, line {number}") for number, text in enumerate(POLICY, start=1)
    ]
    assert document.flags == {DocumentFlag.MACHINE_READ}
    assert document.notes == ("Page 1 is a scan; the words were read by machine and may be wrong.",)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["scan.pdf"]


@TESSERACT
def test_typed_pages_beside_scans_are_left_as_they_are() -> None:
    typed = lines_down("Typed words stay typed words in this file.")
    content = pdf_file(typed, lines_down(), scans=[2])
    document = read_document_bytes(content, shown_as="p.pdf", ocr=True)
    assert document.text == "Typed words stay typed words in this file."
    assert document.flags == {DocumentFlag.SCANNED_PAGES}
    assert document.notes == ("Page 2 is a scan and was not read.",)


@TESSERACT
def test_child_starts_no_program_for_a_file_where_that_was_not_allowed(tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(scanned_pdf(lines_down(*POLICY, size=14)))
    [outcome] = contained_map(partial(read_document, ocr=True), [path])
    assert outcome.error is not None
    assert outcome.error.code is UnreadableCode.HOSTILE
    assert "to start another program" in str(outcome.error)


@TESSERACT
def test_words_far_apart_have_a_tab_and_large_print_is_told() -> None:
    columns = [*lines_down("Owner:", "Review:", size=13), *lines_down("Jo Bell", "May 2027", left=330, size=13)]
    heading = lines_down("ANNEX", top=500, size=40)
    with open_pdf(Source(pdf_file(columns + heading), "p.pdf")) as typed:
        found = read_picture(draw_page(typed, 1), find_tesseract() or "")
    texts = {each.text: each for each in found}
    assert texts["ANNEX"].size > 11
    assert abs(texts["ANNEX"].bottom - 500) < 6
    assert {"Owner:\tJo Bell", "Review:\tMay 2027"} <= set(texts) or {"Owner:", "Jo Bell"} <= set(texts)


def test_scan_is_refused_with_the_way_out_where_it_is_not_read() -> None:
    for ocr, words in ((False, "set ocr = true"), (True, "No words were found")):
        with pytest.raises(DocumentError, match=words) as caught:
            read_pdf(Source(pdf_file([], scans=[1]), "scan.pdf", ocr=ocr), read=lambda picture: ())
        assert caught.value.code is UnreadableCode.NO_TEXT


def test_page_that_takes_too_long_is_noted_and_the_others_are_read() -> None:
    seen: list[int] = []

    def read(picture: PagePicture) -> tuple[PageLine, ...]:
        seen.append(picture.dpi)
        if len(seen) == 2:
            raise OSError("too long")
        return (line(f"Page {len(seen)} says so."),)

    document = read_pdf(Source(pdf_file([], [], [], scans=[1, 2, 3]), "scan.pdf", ocr=True), read=read)
    assert document.text.split("\n") == ["Page 1 says so.", "Page 3 says so."]
    assert document.flags == {DocumentFlag.SCANNED_PAGES, DocumentFlag.MACHINE_READ}
    assert document.notes == (
        "Page 2 is a scan and was not read.",
        "Pages 1 and 3 are scans; the words were read by machine and may be wrong.",
    )


def test_no_more_pages_are_read_by_machine_than_a_file_has_time_for() -> None:
    pages: list[list[object]] = [[] for _ in range(MAX_SCANNED_PAGES + 2)]
    content = pdf_file(*pages, scans=range(1, len(pages) + 1))  # type: ignore[arg-type]
    document = read_pdf(Source(content, "scan.pdf", ocr=True), read=lambda picture: (line("Words."),))
    assert document.text.count("Words.") == MAX_SCANNED_PAGES
    assert f"Pages {MAX_SCANNED_PAGES + 1} and {MAX_SCANNED_PAGES + 2} are scans and were not read." in document.notes


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
@pytest.mark.parametrize("script", ["exit 1", "sleep 5"])
def test_program_that_fails_or_hangs_is_an_error(tmp_path: Path, script: str) -> None:
    program = tmp_path / "tesseract"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="ascii")
    program.chmod(0o755)
    with pytest.raises(OSError, match="did not finish"):
        read_picture(PICTURE, str(program), timeout_seconds=0.5)


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
def test_rows_that_are_no_words_and_doubtful_words_are_left_out_and_bullets_mended(tmp_path: Path) -> None:
    rows = [
        "level\tpage\tblock\tpar\tline\tword\tleft\ttop\twidth\theight\tconf\ttext",
        "4\t1\t1\t1\t1\t0\t0\t0\t9\t9\t-1\t",
        "5\t1\t1\t1\t1\t1\t100\t100\t10\t20\t90\te",
        "5\t1\t1\t1\t1\t2\t160\t100\t90\t20\t90\tTell",
        "5\t1\t1\t1\t1\t3\t260\t100\t90\t20\t12\tsmudge",
        "5\t1\t1\t1\t1\t4\t260\t100\t90\t20\tnone\tbroken",
        "5\t1\t1\t1\t1\t4\t260\t100\t90\t20\t80\tsomebody",
        "5\t1\t1\t1\t2\t1\t100\t140\t10\t20\t90\t©",
        "5\t1\t1\t1\t2\t2\t118\t140\t90\t20\t90\tnow",
        "5\t1\t1\t1\t3\t1\t100\t180\t10\t20\t90\te",
        "short",
    ]
    program = tmp_path / "tesseract"
    table = "\n".join(rows)
    program.write_text(f"#!/bin/sh\ncat >/dev/null\ncat <<'END'\n{table}\nEND\n", encoding="utf-8")
    program.chmod(0o755)
    found = read_picture(PICTURE, str(program))
    assert [each.text for each in found] == ["• Tell somebody", "• now", "e"]
    assert (found[0].left, found[0].top) == (36.0, 842.0 - 36.0)


def test_huge_page_is_drawn_coarser_and_never_fills_the_memory() -> None:
    content = pdf_file(lines_down("x")).replace(b"[0 0 595 842]", b"[0 0 14400 14400]")
    with open_pdf(Source(content, "p.pdf")) as document:
        picture = draw_page(document, 1)
    assert max(picture.width, picture.height) <= 4800
    assert len(picture.grey) == picture.width * picture.height


def test_guard_lets_only_tesseract_start_and_only_where_it_may() -> None:
    guard = Guard()
    guard.ocr = True
    guard("subprocess.Popen", ("/usr/bin/tesseract", ["tesseract"], None, None))
    guard("open", (5, "wb", 0))
    for event, arguments in (("subprocess.Popen", ("/bin/sh", [], None, None)), ("os.system", ("tesseract",))):
        with pytest.raises(PermissionError):
            guard(event, arguments)
    guard.ocr = False
    with pytest.raises(PermissionError):
        guard("subprocess.Popen", ("/usr/bin/tesseract", ["tesseract"], None, None))
