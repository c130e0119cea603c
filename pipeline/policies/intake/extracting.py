"""What is taken of one document, in the child process that reads it: its words and facts, not the file."""

from dataclasses import dataclass
from pathlib import Path

from pipeline.documents import prepare_readers, read_document, read_document_bytes
from pipeline.documents.source import Source
from pipeline.model import Document, DocumentFormat, Facts


@dataclass(frozen=True, slots=True)
class Extract:
    """What a child process hands back of one document."""

    format: DocumentFormat
    sha256: str
    text: str
    facts: Facts


def extract_file(location: Path, *, ocr: bool = False) -> Extract:
    """Read one document, the facts it states and what is wrong with it; runs in a child process.

    With ``ocr`` scanned pages are read by machine where that is installed.

    Raises:
        DocumentError: when it cannot be read.
    """
    return extract_document(read_document(location, ocr=ocr))


def extract_source(source: Source) -> Extract:
    """As ``extract_file``, of a document that is at hand.

    Raises:
        DocumentError: when it cannot be read.
    """
    return extract_document(read_document_bytes(source.content, shown_as=source.shown_as))


def extract_document(document: Document) -> Extract:
    """Return what a later stage needs of a document: its words and facts, its findings among them."""
    from pipeline.facts.reading import extract_facts
    from pipeline.findings.gather import with_findings

    facts = with_findings(document, extract_facts(document))
    return Extract(document.format, document.sha256, document.text, facts)


def prepare_extracting() -> None:
    """Load the readers and the rules, names and words that ``extract_file`` goes by."""
    from pipeline.named.names.given_names import given_names

    prepare_readers()
    given_names()
    extract_document(read_document_bytes(b"A policy\nOwner: the headteacher\n", shown_as="none.txt"))
