"""PDF copies against a bare Typst that sets the same text, and the planning of many names."""

import io
import json
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import count
from pathlib import Path

from pipeline.config import parse_config
from pipeline.copies.shelf import front_block
from pipeline.documents import read_document_bytes
from pipeline.facts.reading import extract_facts
from pipeline.model.contacts import Directory
from pipeline.model.documents import BlockKind, Document
from pipeline.model.facts import Contact
from pipeline.pages.pdf import render_pdf
from pipeline.places import read_place
from pipeline.plan.contacts import plan_replacements
from pipeline.policies.standing import standing_from_facts
from pipeline.text.passages import Passage
from tests.benchmarks.measuring import SEED, Row, growth, paired, row, side_by_side, spent
from tests.benchmarks.policies import policy_content
from tests.benchmarks.real_files import word_files

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
_BARE = """#set document(title: "Policy", date: datetime(year: 2026, month: 11, day: 24))
#set page(paper: "a4", margin: 2.4cm)
#set text(font: "Lato", size: 11pt, lang: "en")
#set heading(numbering: none)
#let data = json("data.json")
#data.code
#for block in data.blocks { if block.heading { heading(block.text) } else { par(block.text) } }
"""
_REAL = 6


def measure() -> list[Row]:
    """Set one more copy of a text set before, and texts never set, in turn with the bare Typst."""
    rows = []
    for files in word_files():
        contents = [(number, content) for number, content in enumerate(files.contents[:_REAL])]
        again, new = [], []
        for _, content in contents:
            document = read_document_bytes(content, shown_as="policy.docx", pictures=False)
            ours, bare = _ours(document), _Bare().setter(document)
            new.append((spent(ours), spent(bare)))
            pair = side_by_side(ours, bare, 7)
            again.append((pair.ours, pair.limit))
        rows.append(row(f"PDF, one more copy ÷ bare Typst ({files.called})", paired(again), 1.3, seed=files.seed))
        rows.append(row(f"PDF, never set before ÷ bare Typst ({files.called})", paired(new), 1.2, seed=files.seed))
    return [*rows, _pages(), _many_names(parse_config(_CONFIG, root=Path()).directory(_TODAY))]


def _ours(document: Document) -> Callable[[], bytes]:
    """Return what sets the policy for one more school at each call."""
    config, numbers = parse_config(_CONFIG, root=Path()), count(1)
    facts = extract_facts(document)
    standing = standing_from_facts(facts, facts.title or "", 1000, config, _TODAY)
    front = replace(front_block(standing, facts, config, config.directory(_TODAY), None), made_on=_TODAY)

    def work() -> bytes:
        return render_pdf(document, replace(front, school=f"Westhaven {(n := next(numbers))}", code=f"B7K-{n:04}"))

    return work


class _Bare:
    """A Typst of its own, with the same font and the same standard of accessible files."""

    def __init__(self) -> None:
        import font_lato
        import typst

        known = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=True, font_paths=[font_lato.font_directory]
        )
        self._compiler = typst.Compiler(b"", font_paths=known, ignore_system_fonts=True)

    def setter(self, document: Document) -> Callable[[], bytes]:
        """Return what sets all words of the document, with another code at each call."""
        blocks = [
            {"heading": block.kind is BlockKind.HEADING, "text": block.text}
            for block in document.blocks
            if block.text.strip()
        ]
        numbers = count(1)

        def work() -> bytes:
            with tempfile.TemporaryDirectory() as folder:
                fields = {"code": f"B7K-{next(numbers):04}", "blocks": blocks}
                (Path(folder) / "data.json").write_text(json.dumps(fields), encoding="utf-8")
                made: bytes = self._compiler.compile(
                    _BARE.encode(), pdf_standards=["ua-1", "a-2a"], format="pdf", timestamp=0, root=folder
                )
            return made

        return work


def _pages() -> Row:
    from pypdf import PdfReader

    document = read_document_bytes(policy_content(2, paragraphs=260), shown_as="policy.docx")
    work = _ours(document)
    pages = len(PdfReader(io.BytesIO(work())).pages)
    taken = spent(work)
    return Row("PDF copy, a page of one more", f"{taken.processor / pages * 1000:.1f} ms", "", f"{pages} pages", seed=2)


def _many_names(directory: Directory) -> Row:
    """How planning grows with the names in a text: each is looked at once, and not again for all the others."""
    stated = (Contact("dsl", "Jo Fairweather"),)
    sizes = (200, 2000)
    few, many = (
        [Passage(read_place(f"paragraph {number}"), "The DSL is Mrs Jo Fairweather.") for number in range(size)]
        for size in sizes
    )
    pair = side_by_side(
        lambda: plan_replacements(many, stated, directory), lambda: plan_replacements(few, stated, directory), 3
    )
    grown = growth((sizes[0], pair.limit.processor), (sizes[1], pair.ours.processor))
    note = f"{pair.ours.processor:.2f} s for {sizes[1]:,}"
    return Row(
        "planning 200 to 2,000 names of the lead",
        f"{grown:.2f}",
        "≤ 1.05",
        note,
        pair.ours,
        ratio=grown,
        goal=1.05,
        seed=SEED,
        growth=grown,
    )
