"""A document is opened once for its copy, and a Word file that is patched is read as its copy alone."""

import pytest

from pipeline.copies import rewording
from pipeline.copies.copy import Naming
from pipeline.copies.rewording import open_original, plan_source, read_source, reword, reword_source
from pipeline.documents import read_document_bytes
from pipeline.documents.source import Source
from pipeline.model.contacts import Directory, Holder
from pipeline.model.documents import Document, DocumentFormat
from pipeline.model.facts import Contact
from tests.builders import paragraph, run, word_file

_NAMING = Naming((Contact("dsl", "Ann Lee"),), Directory((Holder("dsl", "Jo Hill", "", None, None),)))
_WITHOUT_NAMES = word_file(paragraph(run("Visitors sign in at reception.")))
_WITH_LEAD = word_file(
    paragraph(run("Visitors sign in at reception.")),
    paragraph(run("The Designated Safeguarding Lead is Ann Lee.")),
)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What was read, in its order."""
    read: list[bytes] = []

    def noted(content: bytes, **how: object) -> Document:
        read.append(content)
        return read_document_bytes(content, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(rewording, "read_document_bytes", noted)
    return read


def test_of_a_word_file_that_is_patched_its_copy_alone_is_read(reads: list[bytes]) -> None:
    part = reword_source(Source(_WITH_LEAD, "visits.docx"), DocumentFormat.DOCX, _NAMING)
    assert reads == [part.docx]
    assert "The Designated Safeguarding Lead is Jo Hill." in part.document.text
    assert part.document.path == "visits.docx"


def test_a_word_file_in_which_nothing_changes_is_read_itself_and_once(reads: list[bytes]) -> None:
    part = reword_source(Source(_WITHOUT_NAMES, "visits.docx"), DocumentFormat.DOCX, _NAMING)
    assert reads == [_WITHOUT_NAMES]
    assert part.docx == _WITHOUT_NAMES


def test_what_others_would_change_in_a_word_file_is_planned_without_reading_it(reads: list[bytes]) -> None:
    source, (holder,) = Source(_WITH_LEAD, "visits.docx"), _NAMING.directory.holders
    plans = plan_source(source, DocumentFormat.DOCX, _NAMING, (_NAMING.directory, Directory((holder,))))
    assert [each.after for plan in plans for each in plan.replacements] == ["Jo Hill", "Jo Hill"]
    assert reads == []


def test_a_document_that_is_not_said_to_be_a_word_file_is_read_to_know_what_it_is(reads: list[bytes]) -> None:
    original = open_original(Source(_WITH_LEAD, "visits.docx"))
    assert original.is_patched
    assert reword(original, _NAMING).document.text != original.document.text
    assert reads[0] == _WITH_LEAD
    assert len(reads) == 2
    text = open_original(Source(b"The DSL is Ann Lee.", "visits.txt"), DocumentFormat.TXT)
    assert not text.is_patched
    assert read_source(Source(_WITH_LEAD, "visits.docx"), DocumentFormat.DOCX).text == original.document.text
