"""What is taken of one document, in the child process that reads it: its words and facts, not the file."""

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from pipeline.documents import prepare_readers, read_document, read_document_bytes
from pipeline.documents.source import Source
from pipeline.model.documents import Document, DocumentFormat
from pipeline.model.facts import Facts

TYPICAL = """Westhaven Primary School
Lettings Policy

Approved by: Full Governing Body
Approved on: 12 March 2026
Date of last review: March 2026
Next review: March 2027
Review cycle: every year
Policy owner: Business Manager
Version: 2.1

Contents
1. Aims ........ 2
2. Whom to tell ........ 3

1. Aims
Read this with our Child Protection and Safeguarding Policy, the Behaviour Policy and the Health and Safety Policy.
This policy should be read with others and used in relation to them. It complements the policies it goes together with.
See: Visits. Refer to: Visits. To be read with: Visits. To be read with the Visits Policy. Policies read alongside:
It follows the guidance "Keeping children safe in education" (September 2025).
Governors agreed it on 12/03/2026. It will be reviewed annually, or earlier if the law changes.
All staff are given a copy and sign that they have read it. Parents find it on our website.

2. Whom to tell
The Designated Safeguarding Lead (DSL) is Mrs Ann Lee. Tel: 01632 960101, email: ann.lee@example.org
Deputy DSL: Mr Tom Hill (Year 4 teacher), 01632 960102
Headteacher: Jo Marsh    Chair of Governors: Sam Field
The governor responsible for safeguarding is Kim Day.
Whoever is worried about a child tells the DSL or, in her absence, the deputy. Children's social care: 01632 960110
Concerns about staff go to Jo Marsh, the headteacher, who asks the Local Authority Designated Officer (LADO), Pat Moor.
Other schools may use the hall, as Dean Park Primary School does; its own staff look after their pupils.

Signed: J. Marsh (Headteacher)    Date: 12 March 2026

Name: Alex Bell
Role: SENCO
Telephone: 020 7946 0101
"""
"""Says what most policies say, in the ways in which most of them do."""


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
    """Load the readers and the rules, names, words and patterns that ``extract_file`` goes by.

    Patterns are compiled when they are first used: what most policies say is read once here, and not by each child.
    """
    from pipeline.named.names.given_names import given_names

    prepare_readers()
    import_module("pipeline.changes.revisions")  # what a file is called is compared with what it says
    given_names()
    extract_document(read_document_bytes(TYPICAL.encode(), shown_as="none.txt"))
