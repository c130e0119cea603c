"""Any file at all gives a document or an error that names it and says what to do; nothing else comes out."""

import io
import json
import os
import struct
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.documents import SUFFIXES, is_skipped, read_document, read_document_bytes
from pipeline.documents.packages import Package
from pipeline.documents.recognise import FORMAT_OF_SUFFIX
from pipeline.documents.source import MAX_FILE_BYTES, Source
from pipeline.errors import DocumentError, UnreadableCode
from pipeline.model.documents import Document, DocumentFormat, Region
from tests.builders import lines_down, odt_file, paragraph, pdf_file, word_file, write, zip_file

SHARED = Path(__file__).parents[2].parent / "shared"
NEEDS_SHARED = pytest.mark.needs("shared")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
WORD = word_file(paragraph("Words."))


def refused(content: bytes, name: str = "policy.docx") -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        read_document_bytes(content, shown_as=name)
    assert str(caught.value).startswith(f"“{Path(name).name}” ")
    assert str(caught.value).endswith((".", ").", "?"))
    return caught.value


def test_endings_that_are_read_are_those_the_readers_know() -> None:
    assert frozenset(FORMAT_OF_SUFFIX) == SUFFIXES


@pytest.mark.parametrize("name", ["~$policy.docx", ".DS_Store", "Thumbs.db", "desktop.ini", "~WRL0001.tmp", "a.TMP"])
def test_files_that_are_no_policies_are_skipped(name: str) -> None:
    assert is_skipped(Path("policies") / name)


def test_ordinary_files_are_not_skipped() -> None:
    assert not is_skipped(Path("policies") / "Anti-Bullying (2024) ~final$.docx")


def test_document_knows_its_file(tmp_path: Path) -> None:
    path = write(tmp_path / "policy.docx", WORD)
    document = read_document(path, shown_as="policies/policy.docx")
    assert (document.path, document.format, document.size_bytes) == ("policies/policy.docx", "docx", len(WORD))
    assert len(document.sha256) == 64
    assert read_document(path).path == str(path)


def test_missing_file_and_folder_are_told_apart(tmp_path: Path) -> None:
    for path, words in ((tmp_path / "none.docx", "not there"), (tmp_path, "a folder")):
        with pytest.raises(DocumentError, match=words):
            read_document(path)


@pytest.mark.skipif(os.name != "posix", reason="pipes with names are POSIX only")
def test_device_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    with pytest.raises(DocumentError, match="device"):
        read_document(tmp_path / "pipe.txt")


def test_name_that_no_system_takes_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DocumentError):
        read_document(tmp_path / "a\0b.docx")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="everything may be read by this user")
def test_file_that_may_not_be_read_is_an_error(tmp_path: Path) -> None:
    path = write(tmp_path / "a.docx", WORD)
    path.chmod(0)
    with pytest.raises(DocumentError, match="may read it"):
        read_document(path)


def test_huge_file_is_answered_by_its_size_alone(tmp_path: Path) -> None:
    path = tmp_path / "huge.docx"
    with path.open("wb") as file:
        file.truncate(2 << 30)
    began = time.process_time()
    with pytest.raises(DocumentError, match=r"2,048 MB") as caught:
        read_document(path)
    assert caught.value.code is UnreadableCode.TOO_LARGE
    assert time.process_time() - began < 1
    assert refused(b"\0" * (MAX_FILE_BYTES + 1)).code is UnreadableCode.TOO_LARGE


def test_empty_file_is_said_to_be_empty() -> None:
    assert refused(b"").code is UnreadableCode.NO_TEXT
    assert "is empty" in str(refused(b""))


@pytest.mark.parametrize(
    ("content", "name", "document_format"),
    [
        (pdf_file(lines_down("Words.")), "policy.docx", DocumentFormat.PDF),
        (WORD, "policy.doc", DocumentFormat.DOCX),
        (WORD, "policy", DocumentFormat.DOCX),
        (odt_file("<text:p>Words.</text:p>"), "policy.docx", DocumentFormat.ODT),
    ],
)
def test_file_under_a_wrong_name_is_read_as_what_it_is_and_noted(
    content: bytes, name: str, document_format: DocumentFormat
) -> None:
    document = read_document_bytes(content, shown_as=name)
    assert (document.format, document.text) == (document_format, "Words.")
    assert len(document.notes) == 1
    assert "was read as what it is" in document.notes[0]


def test_format_may_be_told_by_the_caller() -> None:
    assert read_document_bytes(b"Words.", shown_as="upload", format=DocumentFormat.TXT).text == "Words."


@pytest.mark.parametrize(
    ("content", "name", "code", "words"),
    [
        (zip_file({"a.txt": b"x"}), "p.docx", "damaged", "zip archive of other files"),
        (zip_file({}), "p.docx", "damaged", "empty zip"),
        (zip_file({"xl/workbook.xml": b"<x/>"}), "p.docx", "damaged", "a spreadsheet"),
        (zip_file({"ppt/presentation.xml": b"<x/>"}), "p.docx", "damaged", "a presentation"),
        (zip_file({"word/styles.xml": b"<x/>"}), "p.docx", "damaged", "text is missing"),
        (zip_file({"mimetype": b"application/epub+zip"}), "p.docx", "damaged", "an e-book"),
        (zip_file({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), "p.odt", "damaged", "OpenDocument"),
        (zip_file({"a.txt": b"x"}), "p.zip", "unsupported", "zip archive"),
        (b"<html><p>Policy</p></html>", "p.doc", "damaged", "a web page"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related", "p.doc", "damaged", "web page saved as one file"),
        (b"<?xml version='1.0'?><?mso-application progid='Word.Document'?>", "p.docx", "damaged", "Word 2003 XML"),
        (b"<?xml version='1.0'?><a/>", "p.docx", "damaged", "an XML file"),
        (b"just words", "p.docx", "damaged", "plain text"),
        (b"just words", "p.pdf", "damaged", "Make the PDF again"),
        (b"just words", "p.xyz", "unsupported", "a .xyz file, which is not read"),
        (b"\x01\0\x02binary", "p.docx", "damaged", "is no document"),
        (b"\x01\0\x02binary", "p.xyz", "unsupported", "a .xyz file"),
        (b"\x01\0\x02binary", "noend", "unsupported", "without an ending"),
        (b"\0" * 4000, "p.docx", "damaged", "empty bytes"),
        (b"\xff\xd8\xff\xe0JFIF", "p.jpg", "unsupported", "a picture"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "p.docx", "encrypted", "password"),
        (OLE + "Workbook".encode("utf-16-le"), "p.doc", "unsupported", "a spreadsheet"),
        (OLE + "PowerPoint Document".encode("utf-16-le"), "p.ppt", "unsupported", "a presentation"),
        (OLE, "p.msg", "unsupported", "without text"),
        (OLE, "p.doc", "damaged", "no Word text"),
        (WORD[:200], "p.docx", "damaged", "cut short"),
        (b"PK\x03\x04" + b"\0" * 100, "p.docx", "damaged", "cut short"),
        (b"%PDF-1.7\nnothing", "p.pdf", "damaged", "cut short"),
    ],
)
def test_what_is_no_policy_is_refused_and_named(content: bytes, name: str, code: str, words: str) -> None:
    error = refused(content, name)
    assert (error.code, words in str(error)) == (code, True), str(error)


def test_name_in_a_message_cannot_garble_a_terminal() -> None:
    with pytest.raises(DocumentError, match=r"“a\?\[31mb\.docx”"):
        read_document_bytes(b"", shown_as="policies/a\x1b[31mb.docx")


@pytest.mark.parametrize("name", ["../evil.xml", "/etc/evil", "C:/evil", "..\\evil", "word/../../evil"])
def test_names_that_lead_out_of_the_folder_are_hostile(name: str) -> None:
    assert refused(word_file(paragraph("x"), members={name: b"x"})).code is UnreadableCode.HOSTILE


def test_two_parts_of_one_name_are_hostile() -> None:
    buffer = io.BytesIO(WORD)
    with zipfile.ZipFile(buffer, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("word/document.xml", b"<x/>")
    assert refused(buffer.getvalue()).code is UnreadableCode.HOSTILE


def test_flat_bomb_is_hostile_and_too_much_of_anything_too_large() -> None:
    assert refused(word_file(paragraph("x"), members={"word/a.xml": bytes(40 << 20)})).code is UnreadableCode.HOSTILE
    noise = (os.urandom(64) + b"a" * 1024) * 12_000
    many = {f"word/media/{number}.png": noise for number in range(17)}
    error = refused(word_file(paragraph("x"), members=many))
    assert error.code is UnreadableCode.TOO_LARGE
    assert "200 MB" in str(error)


def test_thousands_of_parts_are_hostile() -> None:
    assert refused(word_file(members={f"word/{n}": b"" for n in range(4001)})).code is UnreadableCode.HOSTILE


def test_parts_lying_over_each_other_are_hostile() -> None:
    content = bytearray(word_file(paragraph("x"), members={"a": b"1" * 50, "b": b"2" * 50}))
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        place = archive.getinfo("a").header_offset
    at = content.rfind(b"PK\x01\x02")
    content[at + 42 : at + 46] = struct.pack("<I", place)
    assert refused(bytes(content)).code is UnreadableCode.HOSTILE


def test_bytes_lost_on_the_way_are_damage_and_no_attack() -> None:
    content = word_file(paragraph("x"), members={"a": b"1" * 50, "b": b"2" * 50})
    at = content.find(b"PK\x03\x04", 100) - 20
    error = refused(content[:at] + content[at + 12 :])
    assert error.code is UnreadableCode.DAMAGED
    assert "harm" not in str(error)


def test_part_that_unpacks_to_more_than_it_says_is_damaged_and_never_unpacked_whole() -> None:
    content = bytearray(word_file(paragraph("x" * 3000)))
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        size = archive.getinfo("word/document.xml").file_size
    packed = struct.pack("<I", size)
    assert content.count(packed) >= 2
    assert refused(bytes(content.replace(packed, struct.pack("<I", 10)))).code is UnreadableCode.DAMAGED


def test_locked_zip_is_encrypted() -> None:
    content = bytearray(WORD)
    at = content.find(b"PK\x01\x02")
    content[at + 8] |= 1
    assert refused(bytes(content)).code is UnreadableCode.ENCRYPTED


def test_unpacking_is_counted_over_all_parts() -> None:
    source = Source(zip_file({"a": os.urandom(6000), "b": os.urandom(6000)}), "p.docx")
    with Package(source, max_unpacked_bytes=10_000) as package:
        package.read("a")
        package.read(package.getinfo("a"))  # A part that is looked up again is not counted again.
        with pytest.raises(DocumentError, match="unpacks to more"):
            package.read("b")
        with pytest.raises(KeyError):
            package.read("none")


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_broken_files_give_a_document_or_an_error_and_nothing_else(data: st.DataObject) -> None:
    name, content = data.draw(
        st.sampled_from(
            [
                ("p.docx", WORD),
                ("p.odt", odt_file("<text:p>Words.</text:p>")),
                ("p.pdf", pdf_file(lines_down("Words.", "More."), title="T")),
                ("p.txt", b"Words.\nMore."),
            ]
        )
    )
    broken = bytearray(content)
    for _ in range(data.draw(st.integers(1, 8))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(broken)))
    message = f"“{name}” "
    try:
        document = read_document_bytes(bytes(broken[: cut or None]), shown_as=name)
    except DocumentError as error:
        message = str(error)
    else:
        assert isinstance(document, Document)
    assert message.startswith(f"“{name}” ")


@NEEDS_SHARED
@pytest.mark.parametrize("suffix", ["docx", "pdf", "txt"])
def test_the_schools_own_policy_reads_in_each_of_its_forms(suffix: str) -> None:
    document = read_document(SHARED / "seed" / f"confidentiality-policy.{suffix}")
    lines = [" ".join(block.text.split()) for block in document.blocks if block.region is Region.BODY]
    assert "Date approved by Governors:" in lines
    assert "Policy Owner: Safeguarding Lead" in lines
    assert "Date of last Review: August 2024" in lines
    assert "Date of next Review: August 2025" in lines
    assert "Tel. 01332 662337" in lines
    assert "Email. Deborah. Sheffield@westpark.derby.sch.uk" in lines
    assert lines[lines.index("Safeguarding") + 1 :][:4] == [
        "PSHE",
        "Sex and Relationships",
        "Drug Education",
        "Anti Bullying",
    ]


@NEEDS_SHARED
def test_places_in_the_schools_own_policy_are_those_a_person_would_name() -> None:
    document = read_document(SHARED / "seed" / "confidentiality-policy.docx")
    places = {block.text.split(":")[0]: str(block.where) for block in reversed(document.blocks)}
    assert places["Date approved by Governors"] == "paragraph 3"
    assert places["Policy Owner"] == "paragraph 4"
    assert places["Date of last Review"] == "paragraph 5"
    assert places["Date of next Review"] == "paragraph 6"


@NEEDS_SHARED
@pytest.mark.parametrize(
    "path",
    [path for path in sorted((SHARED / "real-policies" / "files").glob("*")) if path.suffix != ".doc"],
    ids=lambda path: path.name,
)
def test_real_policies_are_read_with_all_the_words_their_truth_quotes(path: Path) -> None:
    document = read_document(path)
    assert len(document.text) > 500
    words = " ".join(block.text for block in document.walk())
    plain = "".join(words.split()).lower()
    for quoted in _quoted(path.name):
        assert "".join(quoted.split()).lower() in plain, quoted


def _quoted(name: str) -> list[str]:
    records = (SHARED / "real-policies" / "truth.jsonl").read_text(encoding="utf-8").splitlines()
    truth = next((record["truth"] for record in map(json.loads, records) if record["file"] == name), {})
    dates = (truth.get(field) for field in ("approved_on", "last_review", "next_review"))
    return [held["text"] for held in dates if held]
