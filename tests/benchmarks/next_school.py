"""A copy for a trust's next school, whole: the document that is open already, pages, web page, files and proof.

In turn with the same copy made by a school alone, in whose process Typst has not set the document before. Both in one
process, as if no document could harm it; the children and the register come on top. The first schools do not count.
"""

import gc
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path

from pipeline.config import parse_config
from pipeline.copies.copy import CopyStyle, Making, Naming
from pipeline.copies.copy_files import write_copy
from pipeline.copies.making import make_copy
from pipeline.copies.open_document import reword_kept
from pipeline.copies.rewording import prepare_rewording
from pipeline.copies.shelf import front_block
from pipeline.documents import read_document_bytes
from pipeline.documents.sandbox.calls import call_here
from pipeline.documents.source import Source
from pipeline.model.contacts import Holder, Pronoun, ShownDirectory
from pipeline.model.documents import DocumentFormat
from pipeline.pages.look import Look
from pipeline.pages.pdf import front_contacts
from pipeline.pages.typesetting import set_pages
from pipeline.plan.header import header_facts
from pipeline.policies.intake.extracting import extract_document
from pipeline.policies.standing import standing_from_facts
from tests.benchmarks.measuring import Pair, Row, Spent, paired, spent
from tests.benchmarks.policies import policy_content
from tests.benchmarks.real_files import Files, word_files

_TODAY = date(2026, 11, 24)
_SCHOOLS, _DOCUMENTS = 12, 6
_GOAL_MS = 15
_IN_TURN, _FORGOTTEN_AFTER = 3, 12


def measure() -> list[Row]:
    """Make copies of some documents for a dozen schools each."""
    prepare_rewording()
    gc.collect()
    gc.freeze()  # as before children are forked
    rows = []
    for files in (Files("5 pages", [policy_content(1)], 1), *word_files()[1:]):
        pair = _pair(files.contents[:_DOCUMENTS])
        each = pair.ours
        rows.append(
            Row(
                f"a trust’s next school, whole copy with files and proof ({files.called})",
                f"{each.processor * 1000:.1f} ms",
                f"≤ {_GOAL_MS} ms",
                f"{pair.limit.processor * 1000:.1f} ms where the school opens it itself: {1 / pair.ratio:.1f}×",
                each,
                pick=pair.limit,
                ratio=each.processor * 1000,
                goal=_GOAL_MS,
                seed=files.seed,
            )
        )
        rows.append(Row("  copies a second a core", f"{1 / each.processor:.0f}"))
    return rows


def _pair(contents: Sequence[bytes]) -> Pair:
    pairs: list[tuple[Spent, Spent]] = []
    with tempfile.TemporaryDirectory() as folder:
        for content in contents:
            makings = _makings(content)
            while three := list(islice(makings, _IN_TURN)):
                for each in three:
                    _whole(each, Path(folder), kept=True)
                ours = [spent(partial(_whole, each, Path(folder), kept=True)) for each in three]
                for each, taken in zip(three, ours, strict=True):
                    _let_typst_forget()
                    pairs.append((taken, spent(partial(_whole, each, Path(folder), kept=False))))
    return paired(pairs)


def _let_typst_forget() -> None:
    """Set so many other pages that nothing is left of what was set before."""
    page = '#let data = json("/data.json")\n#set document(title: "Page")\n#set text(lang: "en")\nPage #data.number'
    with tempfile.TemporaryDirectory() as folder:
        templates = Path(folder)
        (templates / "page.typ").write_text(page, encoding="utf-8")
        for number in range(_FORGOTTEN_AFTER):
            set_pages("page.typ", {"number": number}, None, templates, look=Look())


def _whole(making: Making, folder: Path, *, kept: bool) -> None:
    copy = make_copy(making, call_here, reword_kept) if kept else make_copy(making, call_here)
    write_copy("policy", copy, folder)


def _makings(content: bytes) -> Iterator[Making]:
    """Yield what each school's copy is made of."""
    document = read_document_bytes(content, shown_as="policy.docx")
    facts = extract_document(document).facts
    config = parse_config('[school]\nname = "Westhaven School"\n', root=Path())
    standing = standing_from_facts(facts, facts.title or "", 1000, config, _TODAY)
    for number in range(_SCHOOLS):
        name, phone = f"Sam Hillcrest-{chr(65 + number)}", f"01632 9602{number:02}"
        lead = Holder("dsl", name, "Mr", phone, f"lead{number}@example.org", Pronoun.HE)
        directory = ShownDirectory((lead,))
        front = front_block(standing, facts, config, directory, None)
        front = replace(
            front, made_on=_TODAY, code=f"B7K-{number:04}", school=f"Westhaven School {number}",
            contacts=front_contacts(directory),
        )  # fmt: skip
        naming = Naming(facts.contacts, directory, header_facts(standing, facts, school=front.school))
        source = (Source(content, "policy.docx"), DocumentFormat.DOCX)
        yield Making((source,), naming, front, CopyStyle(pdf_address="policy.pdf"))
