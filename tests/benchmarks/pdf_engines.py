"""PDF copies: Typst against LibreOffice and WeasyPrint on the same policy, copies a second, memory.

Typst keeps what it has set. So no copy here is set twice: each has its own school and code, as copies have; and a text
that was never set before has a row of its own. Processor time, which LibreOffice's processes are counted by, too.
"""

import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import date
from functools import lru_cache, partial
from itertools import count
from multiprocessing import get_context
from pathlib import Path

from pipeline.config import Config, parse_config
from pipeline.copies.shelf import front_block
from pipeline.documents import read_document_bytes
from pipeline.documents.office import find_office
from pipeline.facts.reading import extract_facts
from pipeline.model.documents import Document
from pipeline.model.facts import Facts
from pipeline.pages.html import render_html
from pipeline.pages.pdf import FrontBlock, render_pdf
from pipeline.policies.standing import standing_from_facts
from tests.benchmarks.measuring import Row, forget_highest_memory, highest_memory_mb, median_spent, spent
from tests.benchmarks.policies import policy_content
from tests.copies.in_process import make_copy

_TODAY = date(2026, 11, 24)
_CONFIG = """
[school]
name = "Westhaven School {number}"
[contacts.dsl]
name = "Sam Hillcrest"
phone = "01632 960202"
email = "sam.hillcrest@example.org"
pronoun = "he"
"""
_POLICIES = 8
_SCHOOLS = 12
_OFFICE_FILES = 6


def measure() -> list[Row]:
    """Time each engine on a policy of about five pages and one of twenty; then whole copies on both cores."""
    rows = []
    for name, content in {"5 pages": policy_content(1), "20 pages": policy_content(2, paragraphs=260)}.items():
        document = read_document_bytes(content, shown_as="policy.docx")
        front = _front(extract_facts(document), _config(1))
        typst = _one_more_copy(document, front)
        page = render_html(document, front)
        rows.append(_ratio(f"LibreOffice warm ÷ Typst ({name})", partial(_office_seconds, content), typst, "≥ 10×"))
        new = statistics.median(spent(partial(render_pdf, each, front)).processor for each in _never_set(document))
        rows.append(Row(f"a text never set before ({name})", f"{new * 1000:.0f} ms"))
        rows.append(_ratio(f"WeasyPrint ÷ Typst ({name})", partial(_weasyprint_seconds, page), typst, "≥ 5×"))
        taken = median_spent(lambda document=document, front=front: render_html(document, front)).processor
        rows.append(Row(f"web page ({name})", f"{taken * 1000:.0f} ms"))
    return [*rows, *_whole_copies()]


def _one_more_copy(document: Document, front: FrontBlock) -> Callable[[], bytes]:
    """Return what sets the policy for one more school at each call."""
    numbers = count(1)

    def work() -> bytes:
        number = next(numbers)
        school = replace(front, school=f"Westhaven School {number}", code=f"B7K-{number:04}")
        return render_pdf(document, school)

    return work


def _never_set(document: Document) -> Iterator[Document]:
    """Yield the policy with every word of it another, several times."""
    for number in range(1, 8):
        turned = str.maketrans("aeiounrt", "aeiounrt"[number:] + "aeiounrt"[:number])
        yield replace(
            document,
            blocks=tuple(
                replace(block, spans=tuple(replace(span, text=span.text.translate(turned)) for span in block.spans))
                for block in document.blocks
            ),
        )


def _ratio(what: str, theirs: Callable[[], float | None], typst: Callable[[], object], aim: str) -> Row:
    """Time Typst before and after the other, so that a machine whose speed drifts slows both."""
    before, other, after = median_spent(typst).processor, theirs(), median_spent(typst).processor
    ours = (before + after) / 2
    if other is None:
        return Row(what, "not installed", aim)
    return Row(what, f"{other / ours:.1f}×", aim, f"{other * 1000:.0f} ms against {ours * 1000:.0f} ms")


def _config(number: int) -> Config:
    return parse_config(_CONFIG.format(number=number), root=Path())


def _front(facts: Facts, config: Config) -> FrontBlock:
    standing = standing_from_facts(facts, facts.title or "", 1000, config, _TODAY)
    return replace(
        front_block(standing, facts, config, config.directory(_TODAY), None), code="B7K-2QX4", made_on=_TODAY
    )


def _office_seconds(content: bytes) -> float | None:
    """How long one more file takes a LibreOffice that is already running: many files less one, in one call each."""
    program = find_office()
    if program is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        files = [root / f"policy-{number}.docx" for number in range(_OFFICE_FILES + 1)]
        for file in files:
            file.write_bytes(content)
        _convert(program, root, files[:1])
        one = spent(lambda: _convert(program, root, files[:1])).processor
        return max(spent(lambda: _convert(program, root, files)).processor - one, 0.0) / _OFFICE_FILES


def _convert(program: str, root: Path, files: list[Path]) -> None:
    export = 'pdf:writer_pdf_Export:{"PDFUACompliance":{"type":"boolean","value":"true"}}'
    profile = f"-env:UserInstallation={(root / 'profile').as_uri()}"
    command = [program, profile, "--headless", "--convert-to", export, "--outdir", str(root), *map(str, files)]
    subprocess.run(command, capture_output=True, check=True, timeout=300)


def _weasyprint_seconds(page: str) -> float | None:
    try:
        import weasyprint
    except (ImportError, OSError):
        return None
    return median_spent(lambda: weasyprint.HTML(string=page).write_pdf(pdf_variant="pdf/ua-1"), 3).processor


# --- whole copies ------------------------------------------------------------------------------------------------


def _whole_copies() -> list[Row]:
    """Make DOCX, PDF and web page of several policies with the contacts of several schools."""
    jobs = [(policy, school) for school in range(_SCHOOLS) for policy in range(_POLICIES)]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        list(pool.map(_make, jobs, chunksize=8))
        start = time.perf_counter()
        list(pool.map(_make, jobs, chunksize=4))
        taken = time.perf_counter() - start
        halves = list(pool.map(_grow, [jobs, jobs]))
    note = f"{_POLICIES} policies × {_SCHOOLS} schools, DOCX, PDF and web page each"
    rows = [Row("copies a second on two cores", f"{len(jobs) / taken:.0f}", "", note)]
    grown = max(later - earlier for earlier, later in halves)
    most = max(later for _, later in halves)
    rows.append(Row("memory a worker, second half less first", f"{grown:+.0f} MB", "flat", f"{most:.0f} MB"))
    return rows


@lru_cache(maxsize=_POLICIES)
def _policy(number: int) -> tuple[bytes, Document, Facts]:
    """A policy as a run holds it before its copies are made."""
    content = policy_content(number)
    document = read_document_bytes(content, shown_as="policy.docx")
    return content, document, extract_facts(document)


@lru_cache(maxsize=_SCHOOLS)
def _school(number: int) -> Config:
    return _config(number)


def _make(job: tuple[int, int]) -> int:
    config = _school(job[1])
    content, document, facts = _policy(job[0])
    made = make_copy(content, document, facts, config.directory(_TODAY), _front(facts, config))
    return len(made.pdf) + len(made.docx or b"")


def _grow(jobs: list[tuple[int, int]]) -> tuple[float, float]:
    """The most memory a worker used, in MB, for half of the jobs and for the others."""
    peaks = []
    for part in (jobs[: len(jobs) // 2], jobs[len(jobs) // 2 :]):
        forget_highest_memory()
        for job in part:
            _make(job)
        peaks.append(highest_memory_mb())
    return peaks[0], peaks[1]
