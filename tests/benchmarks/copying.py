"""Changing contacts in Word files and making PDF copies."""

import io
from dataclasses import replace
from datetime import date
from pathlib import Path

from pipeline.config import parse_config
from pipeline.copies.shelf import front_block
from pipeline.documents import read_document_bytes
from pipeline.facts.reading import extract_facts
from pipeline.model import Contact, Directory
from pipeline.pages.pdf import render_pdf
from pipeline.places import read_place
from pipeline.plan.contacts import plan_replacements
from pipeline.policies.standing import standing_from_facts
from pipeline.text.passages import Passage
from pipeline.word.regenerate import regenerate_docx
from tests.benchmarks.measuring import Row, median_seconds, side_by_side, unzip_and_parse
from tests.benchmarks.policies import policy_content

_TODAY = date(2026, 11, 24)
_CONFIG = """
[school]
name = "Westhaven School"
[contacts.dsl]
name = "Sam Hillcrest"
phone = "01632 960202"
email = "sam.hillcrest@example.org"
pronoun = "he"
"""


def measure() -> list[Row]:
    """Time the patch against unzipping and parsing, and the PDF by the page."""
    config = parse_config(_CONFIG, root=Path())
    directory = config.directory(_TODAY)
    rows = []
    for name, content in {"5 pages": policy_content(1), "20 pages": policy_content(2, paragraphs=260)}.items():
        document = read_document_bytes(content, shown_as="policy.docx")
        facts = extract_facts(document)
        pair = side_by_side(
            lambda content=content, facts=facts: regenerate_docx(content, facts.contacts, directory),
            lambda content=content: unzip_and_parse(content),
            21,
        )
        note = f"{pair.ours * 1000:.1f} ms against {pair.limit * 1000:.1f} ms"
        rows.append(Row(f"changing .docx ÷ unzip-and-parse ({name})", f"{pair.ratio:.1f}×", "≤ 2.5×", note))
        standing = standing_from_facts(facts, facts.title or "", 1000, config, _TODAY)
        front = replace(front_block(standing, facts, config, directory, None), code="B7K-2QX4")
        pages = _page_count(render_pdf(document, front))
        taken = median_seconds(lambda document=document, front=front: render_pdf(document, front))
        each = f"{taken * 1000:.0f} ms, {pages} pages"
        rows.append(Row(f"PDF copy, ms a page ({name})", f"{taken / pages * 1000:.1f} ms", "", each))
    return [*rows, _many_names(directory)]


def _many_names(directory: Directory) -> Row:
    """Whether ten times the names take ten times as long: each is looked at once, and not again for all the others."""
    stated = (Contact("dsl", "Jo Fairweather"),)
    few, many = (
        [Passage(read_place(f"paragraph {number}"), "The DSL is Mrs Jo Fairweather.") for number in range(count)]
        for count in (200, 2000)
    )
    pair = side_by_side(
        lambda: plan_replacements(many, stated, directory),
        lambda: [plan_replacements(few, stated, directory) for _ in range(10)],
        3,
    )
    note = f"{pair.ours:.2f} s"
    return Row("planning 2,000 names of the lead ÷ ten times 200", f"{pair.ratio:.1f}×", "≤ 2×", note)


def _page_count(content: bytes) -> int:
    from pypdf import PdfReader

    return len(PdfReader(io.BytesIO(content)).pages)
