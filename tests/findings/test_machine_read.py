"""What was read from a scan is less sure than print, and what could not be carried over is told."""

from dataclasses import replace

from pipeline.documents import read_document_bytes
from pipeline.facts.reading import extract_facts
from pipeline.findings.gather import with_findings
from pipeline.findings.machine_read import SURENESS, is_machine_read
from pipeline.model.documents import Document
from tests.builders import lines_down, pdf_file

NOTE = "Places to fill in were left empty and count as blank: “date of approval”."


def document() -> Document:
    lines = ["Lettings Policy", "Westhaven School", "Approved on: 3 March 2025", "Next review: March 2027"]
    return read_document_bytes(pdf_file(lines_down(*lines)), shown_as="lettings.pdf")


def test_facts_of_a_page_read_by_machine_are_unsure_and_the_others_stay_as_they_are() -> None:
    print_ = document()
    facts = with_findings(print_, extract_facts(print_))
    assert facts.next_review is not None
    assert facts.next_review.confidence > SURENESS
    for pages, unsure in ((frozenset({1}), True), (frozenset({2}), False)):
        scan = replace(print_, machine_read_pages=pages)
        read = with_findings(scan, extract_facts(scan))
        assert read.next_review is not None
        assert (read.next_review.confidence <= SURENESS) is unsure
        assert is_machine_read(read.evidence["approved_on"]) is unsure
        assert read.next_review.date == facts.next_review.date


def test_what_could_not_be_carried_over_is_a_smaller_finding() -> None:
    noted = replace(document(), notes=(NOTE,))
    (problem,) = (each for each in with_findings(noted, extract_facts(noted)).problems if each.code == "reading-note")
    assert (problem.message, problem.minor) == (NOTE, True)
