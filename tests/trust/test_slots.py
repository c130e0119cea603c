"""Slots: found as people type them, filled in Word with nothing else changed, and every slip told."""

import io
import zipfile
from pathlib import Path

import pytest

from pipeline.trust.slots import OwnWords, find_in_passages, find_in_text, read_words, school_faults, words_path
from pipeline.word.regenerate import open_docx
from tests.builders import paragraph, run, table, word_file


def names(text: str) -> list[tuple[str, str | None]]:
    return [(slot.name, slot.default) for slot in find_in_text(text).slots]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[[slot: visitors]]", [("visitors", None)]),
        ("[[slot:visitors|Report to the office.]]", [("visitors", "Report to the office.")]),
        ("[[ Slot : Visitors  |  Report, then wait. ]]", [("visitors", "Report, then wait.")]),
        ("[[slot: visitors | ]]", [("visitors", "")]),
        ("a [[slot: one]] b [[slot: two | x]] c", [("one", None), ("two", "x")]),
        ("[[school name]] and [1] and [[slots]]", []),
    ],
)
def test_a_slot_is_found_as_it_is_typed(text: str, found: list[tuple[str, str | None]]) -> None:
    assert names(text) == found


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[[slot: visitors", "“[[slot: visitors …” is not closed in its paragraph."),
        ("[[slot: visitors] and more", "is not closed in its paragraph."),
        ("[[slot: a [note] ]]", "is not closed in its paragraph."),
        ("[[slot: ]]", "a slot is named in small letters and hyphens"),
        ("[[slot: two words]]", "a slot is named in small letters and hyphens"),
        ("[[slot: one]] [[slot: one | x]]", "The slot 'one' is there twice; give each place a name of its own."),
    ],
)
def test_a_slot_that_cannot_be_filled_is_a_fault_of_the_document(text: str, fault: str) -> None:
    (found,) = find_in_text(text).faults
    assert fault in found


def members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return {name: file.read(name) for name in file.namelist()}


def filled(content: bytes, words: dict[str, str]) -> bytes:
    from pipeline.model.facts import Facts
    from pipeline.policies.intake.reading import ReadFile
    from pipeline.policies.intake.scan import FoundFile
    from pipeline.trust.documents import TrustPolicy

    opened = open_docx(content)
    slots = find_in_passages(opened.file.passages, len(opened.file.paragraphs))
    assert slots.faults == ()
    file = FoundFile("Visits.docx", Path("Visits.docx"), len(content), 0, "")
    reading = ReadFile(file, None, "Visits", "", Facts())
    return TrustPolicy("visits", "Visits", "Visits.docx", content, reading, slots, opened).version_for(OwnWords(words))


def test_word_files_keep_all_but_the_words_of_the_slot() -> None:
    """The marker is typed over three runs of other formatting, in a cell and in a header."""
    content = word_file(
        paragraph("Visits", style="Heading1"),
        paragraph(
            "Before ", run("[[slot: visi", "<w:b/>"), run("tors | Ask at "), run("the office.]]", "<w:i/>"), " After"
        ),
        table(("Where", "[[slot: door]]"), ("Kept", "as it is")),
        paragraph("No slot here & none <there>."),
        parts={"header1": paragraph("[[slot: top | Vale Learning Trust]]")},
        members={"word/media/image1.png": b"\x89PNG not a picture"},
    )
    made = filled(content, {"visitors": "Ring the bell & wait <outside>.", "door": "East gate"})
    before, after = members(content), members(made)
    assert list(before) == list(after)
    assert {name for name in before if before[name] != after[name]} == {"word/document.xml", "word/header1.xml"}
    document = after["word/document.xml"].decode("utf-8")
    assert '<w:rPr><w:b/></w:rPr><w:t xml:space="preserve">Ring the bell &amp; wait &lt;outside&gt;.</w:t>' in document
    assert "East gate" in document
    assert "[[slot" not in document
    assert "Vale Learning Trust" in after["word/header1.xml"].decode("utf-8")
    texts = [one.text for one in open_docx(made).file.passages]
    assert "Before Ring the bell & wait <outside>. After" in texts
    originals = [one.text for one in open_docx(content).file.passages]
    assert [text for text in originals if "[[slot" not in text] == [
        text for text, was in zip(texts, originals, strict=True) if "[[slot" not in was
    ]


def test_a_marker_broken_over_two_lines_of_one_paragraph_is_filled() -> None:
    content = word_file(paragraph(run("[[slot: door | East"), "<w:r><w:br/></w:r>", run("gate]] stays")))
    (text,) = [one.text for one in open_docx(filled(content, {"door": "West"})).file.passages if one.text.strip()]
    assert "West" in text
    assert "[[slot" not in text
    assert text.endswith("stays")


def test_a_slot_outside_the_text_of_a_word_file_is_named() -> None:
    core = (
        b'<?xml version="1.0" encoding="UTF-8"?><cp:coreProperties '
        b'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        b'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>[[slot: title]]</dc:title></cp:coreProperties>'
    )
    opened = open_docx(word_file(paragraph("Words"), members={"docProps/core.xml": core}))
    (fault,) = find_in_passages(opened.file.passages, len(opened.file.paragraphs)).faults
    assert "where nothing is filled in. Put it into the text itself." in fault


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("In by [[slots: visitors | the door]].", "[[slots: visitors | the door]]"),
        ("In by [[visitors]].", "[[visitors]]"),
        ("In by [[slot: door]] or [[visitors | the [back] door]].", "[[visitors | the [back] door]]"),
        ("In by [slot: door].", "[slot:"),
    ],
)
def test_a_place_in_brackets_that_is_no_slot_is_named(text: str, named: str) -> None:
    (fault,) = find_in_text(text).faults
    assert fault == f"“{named}” is no slot. Write it as [[slot: visitors | words]], or take the brackets out."


def test_notes_in_two_brackets_stay_beside_slots() -> None:
    assert find_in_text("In by [[slot: door | the door]] [[1]]. See [[note 2]].").faults == ()


def test_a_schools_words_that_are_missing_or_unknown_are_told(tmp_path: Path) -> None:
    slots = find_in_text("[[slot: visitors]] [[slot: door | the main door]] [[slot: bell]]").slots
    path = words_path(tmp_path, "visits")
    path.parent.mkdir()
    path.write_text('visitors = "As at Beech School."\ndoors = "East"\nbell = "Oak School rings."\n', encoding="utf-8")
    assert school_faults(slots, read_words(path), "visits") == (
        "slots/visits.toml has words for 'doors', which the policy does not have; its slots are bell, door "
        "and visitors.",
    )
    path.write_text('visitors = "As at Beech School."\n', encoding="utf-8")
    assert school_faults(slots, read_words(path), "visits") == (
        "The slot 'bell' has no words yet: write bell = \"…\" into slots/visits.toml.",
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("visitors = East", "visits.toml cannot be read: line 1"),
        ("visitors = 3", "visits.toml: visitors: write words in quotation marks"),
        ('visitors = """one\ntwo"""', "visits.toml: visitors: write it as one paragraph"),
        ('visitors = "a\\u0007b"', "visits.toml: visitors: it holds signs that no document can have"),
        ('visitors = "[[slot: x]]"', "visits.toml: visitors: it holds a marker of a slot itself"),
        ('may_name = "Beech"', "visits.toml: may_name: write a list of names"),
    ],
)
def test_a_file_of_words_that_cannot_be_used_says_why(tmp_path: Path, text: str, said: str) -> None:
    path = words_path(tmp_path, "visits")
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    (fault,) = read_words(path).faults
    assert said in fault


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    path = words_path(tmp_path, "visits")
    path.parent.mkdir()
    path.write_bytes("visitors = “café”".encode("cp1252"))
    (fault,) = read_words(path).faults
    assert "visits.toml cannot be read" in fault
