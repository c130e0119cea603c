"""PDFs that look like the Word file: set by LibreOffice, behind a front sheet, still valid for readers."""

import io
import sys
from pathlib import Path
from typing import Never

import docx
import page
import pypdf
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from pipeline.copies.copy import Copy, CopyStyle
from pipeline.copies.rewording import open_original
from pipeline.documents import read_document_bytes
from pipeline.documents.source import Source
from pipeline.errors import DocumentError, UnreadableCode
from pipeline.model.contacts import Directory, Holder
from pipeline.model.documents import DocumentFormat
from pipeline.model.facts import Facts
from pipeline.pages.front_sheet import AS_IN_WORD
from pipeline.pages.office import OfficeError, office_pages, ready_for_export
from tests.copies.in_process import make_copy
from tests.pages.test_pdf import FRONT, real_png
from tests.pages.test_validity import wrong

EMPTY = Directory((Holder("dsl", "Jane Okafor", "Mrs", "01632 960123", None),))


def word_policy() -> bytes:
    """A Word file without what PDF/UA asks for: title, marked heading row, description of a picture."""
    made = docx.Document()
    made.add_heading("Lettings Policy", 1)
    made.add_paragraph("Words about the hall.")
    table = made.add_table(rows=3, cols=2)
    for row, words in zip(table.rows, (("Room", "Price"), ("Hall", "£20"), ("Gym", "£30")), strict=True):
        for cell, text in zip(row.cells, words, strict=True):
            cell.text = text
    made.add_picture(io.BytesIO(real_png()))
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def copy_with(find: str | None) -> Copy:
    content = word_policy()
    document = read_document_bytes(content, shown_as="lettings.docx", format=DocumentFormat.DOCX)
    return make_copy(
        content, document, Facts(), EMPTY, FRONT, style=CopyStyle(pdf="libreoffice", find_office=lambda: find)
    )


def words_of(pdf: bytes) -> str:
    return " ".join(" ".join(each.extract_text() for each in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())


def test_what_the_author_left_out_is_put_into_the_file_that_is_exported() -> None:
    content = word_policy()
    ready = docx.Document(
        io.BytesIO(
            ready_for_export(Source(content, "l.docx"), read_document_bytes(content, shown_as="l.docx"), "Lettings")
        )
    )
    assert ready.core_properties.title == "Lettings"
    root = ready.element
    assert root.xpath(".//wp:docPr/@descr") == ["Picture without a description"]
    marked = [bool(row.xpath("./w:trPr/w:tblHeader")) for row in root.xpath(".//w:tr")]
    assert marked == [True, False, False]


def unlike_a_page() -> bytes:
    """A Word file whose headings skip levels, one of them by a style of its own, and with a picture of Word 2003."""
    made = docx.Document()
    made.add_heading("Lettings Policy", 1)
    made.add_heading("Skips two", 4)
    own = made.styles.add_style("House heading", WD_STYLE_TYPE.PARAGRAPH)
    own.base_style = made.styles["Heading 5"]
    made.add_paragraph("Skips none", style=own)
    made.add_heading("", 2)
    made.add_heading("Two again", 2)
    made.add_picture(io.BytesIO(real_png()))
    (drawing,) = made.element.xpath(".//w:drawing")
    number = drawing.xpath(".//a:blip/@r:embed")[0]
    drawing.getparent().replace(
        drawing,
        parse_xml(
            f'<w:pict {nsdecls("w", "r")} xmlns:v="urn:schemas-microsoft-com:vml">'
            f'<v:shape style="width:50pt;height:50pt"><v:imagedata r:id="{number}"/></v:shape></w:pict>'
        ),
    )
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def test_no_heading_of_the_exported_file_skips_a_level() -> None:
    content = unlike_a_page()
    ready = docx.Document(
        io.BytesIO(ready_for_export(Source(content, "l.docx"), read_document_bytes(content, shown_as="l.docx"), "L"))
    )
    levels = {each.text: each._p.xpath("./w:pPr/w:outlineLvl/@w:val") for each in ready.paragraphs if each.text}
    assert levels == {"Lettings Policy": [], "Skips two": ["1"], "Skips none": ["2"], "Two again": []}


@pytest.mark.needs("soffice")
def test_headings_that_skip_levels_and_old_pictures_make_a_pdf_valid_for_readers(tmp_path: Path) -> None:
    content = unlike_a_page()
    document = read_document_bytes(content, shown_as="policy.docx")
    copy = make_copy(content, document, Facts(), EMPTY, FRONT, style=CopyStyle(pdf="libreoffice"))
    assert wrong(copy.pdf, tmp_path, archive=False) == []


def test_without_libreoffice_the_usual_copy_is_made_and_a_note_says_so() -> None:
    copy = copy_with(None)
    assert "LibreOffice is not installed here" in copy.notes[0]
    assert AS_IN_WORD not in words_of(copy.pdf)
    assert page.validate_pdf_bytes(copy.pdf, profile="ua1").failures == []


def test_a_program_that_makes_no_pdf_or_does_not_start_is_told(tmp_path: Path) -> None:
    assert "did not start" in copy_with(str(tmp_path / "nothing-here")).notes[0]
    assert "could not open the file" in copy_with(sys.executable).notes[0]


@pytest.mark.skipif(sys.platform == "win32", reason="the slow program is a shell script")
def test_a_program_that_hangs_is_stopped(tmp_path: Path) -> None:
    slow = tmp_path / "slow"
    slow.write_text("#!/bin/sh\nexec sleep 60\n", encoding="utf-8")
    slow.chmod(0o755)
    content = word_policy()
    document = read_document_bytes(content, shown_as="lettings.docx")
    with pytest.raises(OfficeError, match="was busy for 1 seconds"):
        office_pages(content, document, "Lettings", find=lambda: str(slow), timeout_seconds=1)


def test_a_process_that_fails_as_it_opens_the_file_costs_the_look_and_not_the_copy() -> None:
    def gone(*_: object, **__: object) -> Never:
        raise DocumentError(UnreadableCode.HOSTILE, "the file was given up after 120 seconds")

    content = word_policy()
    document = read_document_bytes(content, shown_as="lettings.docx")
    with pytest.raises(OfficeError, match=r"given up after 120 seconds.*, so the copy has the usual look"):
        office_pages(content, document, "Lettings", find=lambda: sys.executable, call=gone)


def test_a_file_that_cannot_be_made_ready_is_told() -> None:
    document = read_document_bytes(word_policy(), shown_as="lettings.docx")
    with pytest.raises(OfficeError, match="could not be made ready"):
        ready_for_export(Source(b"PK nothing", "l.docx"), document, "Lettings")


@pytest.mark.needs("soffice")
def test_the_pages_of_an_appendix_stand_behind_the_one_front_sheet(tmp_path: Path) -> None:
    content, local = word_policy(), docx.Document()
    local.add_heading("Local appendix", 1)
    local.add_paragraph("The key to the hall hangs in the office.")
    stream = io.BytesIO()
    local.save(stream)
    appendix = open_original(Source(stream.getvalue(), "local.docx"), DocumentFormat.DOCX)
    document = read_document_bytes(content, shown_as="lettings.docx")
    style = CopyStyle(pdf="libreoffice")
    copy = make_copy(content, document, Facts(), EMPTY, FRONT, style=style, appendix=appendix)
    words = words_of(copy.pdf)
    assert words.index("Words about the hall.") < words.index("The key to the hall hangs")
    assert words.count("Worried about a child?") == 1
    assert wrong(copy.pdf, tmp_path, archive=False) == []


@pytest.mark.needs("soffice")
def test_the_pages_look_as_in_word_behind_a_front_sheet_and_are_valid_for_readers(repository: Path) -> None:
    content = (repository / "policies" / "safeguarding-and-child-protection.docx").read_bytes()
    for file in (word_policy(), content):
        document = read_document_bytes(file, shown_as="policy.docx")
        copy = make_copy(file, document, Facts(), EMPTY, FRONT, style=CopyStyle(pdf="libreoffice"))
        assert not any("LibreOffice" in note for note in copy.notes)
        words = words_of(copy.pdf)
        assert AS_IN_WORD in words
        assert "Go to Mrs Jane Okafor (01632 960123)" in words
        assert document.blocks[-1].text.strip()[:30] in words
        assert page.validate_pdf_bytes(copy.pdf, profile="ua1").failures == []
        assert copy.html is not None
