"""A trust's copies: 1,000 policies for 100 schools each as Word file and as PDF, on two processors (``--full``: all).

One policy is opened once and made for all its schools, as a trust would have it. Memory is what a worker holds after a
tenth, a half and all of the work.
"""

import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from datetime import date
from multiprocessing import get_context
from pathlib import Path

from pipeline.config import parse_config
from pipeline.copies.shelf import front_block
from pipeline.documents import read_document_bytes
from pipeline.facts.reading import extract_facts
from pipeline.model.contacts import Directory, Holder, Pronoun
from pipeline.pages.pdf import front_contacts, render_pdf
from pipeline.plan.rewording import regenerate_document
from pipeline.policies.standing import standing_from_facts
from pipeline.word.regenerate import open_docx, regenerate_opened
from tests.benchmarks.measuring import Row
from tests.benchmarks.policies import policy_content

_TODAY = date(2026, 11, 24)
_POLICIES, _SCHOOLS = 1000, 100
_SAMPLE_WORD, _SAMPLE_PDF = 24, 4
_PAGE_BYTES = 4096


@dataclass(frozen=True)
class _Made:
    """One policy's copies for all schools."""

    copies: int
    worker_mb: float
    """What the process that made them holds of memory now; 0 where the system does not tell."""


def measure() -> list[Row]:
    """Make the copies of a few policies, each for all 100 schools."""
    return [*_made("as .docx, each proved", _word_copies, _SAMPLE_WORD), *_made("as PDF", _pdf_copies, _SAMPLE_PDF)]


def measure_full() -> list[Row]:
    """Make all 100,000 copies, first as Word files, then as PDF."""
    return [*_made("as .docx, each proved", _word_copies, _POLICIES), *_made("as PDF", _pdf_copies, _POLICIES)]


def _made(what: str, work: Callable[[int], _Made], policies: int) -> list[Row]:
    marks = {policies // 10 or 1, policies // 2, policies}
    held: list[float] = []
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as workers:
        list(workers.map(work, (policies, policies + 1)))
        started = time.perf_counter()
        jobs = [workers.submit(work, number) for number in range(policies)]
        copies, recent = 0, [0.0, 0.0]
        for done, job in enumerate(as_completed(jobs), start=1):
            made = job.result()
            copies += made.copies
            recent = [*recent[1:], made.worker_mb]
            if done in marks:
                held.append(max(recent))
                print(f"  {what}: {done:,} of {policies:,} policies, {max(recent):.0f} MB", file=sys.stderr, flush=True)
        taken = time.perf_counter() - started
    note = f"{policies:,} policies × {_SCHOOLS} schools in {taken:,.0f} s"
    rows = [Row(f"a trust’s copies {what}, a second", f"{copies / taken:,.0f}", "", note)]
    if any(held):
        shown = " → ".join(f"{each:.0f}" for each in held)
        rows.append(Row(f"memory of a worker at 10, 50 and 100% ({what})", f"{shown} MB", "flat"))
    return rows


def _directory(number: int) -> Directory:
    name = f"Sam Hillcrest-{chr(65 + number % 26)}"
    phone, email = f"01632 960{200 + number}", f"lead{number}@example.org"
    return Directory((Holder("dsl", name, "Mr", phone, email, Pronoun.HE),))


def _word_copies(number: int) -> _Made:
    content = policy_content(number)
    stated = extract_facts(read_document_bytes(content, shown_as="policy.docx")).contacts
    opened = open_docx(content)
    for school in range(_SCHOOLS):
        assert regenerate_opened(opened, stated, _directory(school)).plan.held is None
    return _Made(_SCHOOLS, _held_mb())


def _pdf_copies(number: int) -> _Made:
    document = read_document_bytes(policy_content(number), shown_as="policy.docx")
    facts = extract_facts(document)
    config = parse_config('[school]\nname = "Westhaven School"\n', root=Path())
    standing = standing_from_facts(facts, facts.title or "", 1000, config, _TODAY)
    front = replace(front_block(standing, facts, config, Directory(), None), made_on=_TODAY)
    for school in range(_SCHOOLS):
        directory = _directory(school)
        words, plan = regenerate_document(document, facts.contacts, directory)
        assert plan.held is None
        own = replace(front, school=f"Westhaven School {school}", contacts=front_contacts(directory))
        render_pdf(words, replace(own, code=f"B7K-{school:04}"))
    return _Made(_SCHOOLS, _held_mb())


def _held_mb() -> float:
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE_BYTES / 1024**2
    except OSError:
        return 0.0
