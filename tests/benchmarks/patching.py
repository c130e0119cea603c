"""Changing contacts in Word files against the least it can take, docxtpl and python-docx.

Each file is changed for the first time in a process of its own (``documents`` says why), which has ready what the
children that make copies have; one more school of a file that is open already has rows of its own.
"""

import gc
import importlib
import io
import itertools
import pickle
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import docx

from pipeline.config import parse_config
from pipeline.copies.rewording import prepare_rewording
from pipeline.copies.shelf import front_block
from pipeline.documents import read_document_bytes
from pipeline.facts.reading import extract_facts
from pipeline.model.contacts import Directory, Holder, Pronoun
from pipeline.model.facts import Contact, Facts
from pipeline.pages.pdf import front_contacts
from pipeline.policies.standing import standing_from_facts
from pipeline.word.regenerate import open_docx, regenerate_docx, regenerate_opened
from tests.benchmarks.documents import make_patterns
from tests.benchmarks.measuring import Pair, Row, Spent, median_spent, parts_with_words, row, side_by_side, spent
from tests.benchmarks.policies import policy_content
from tests.benchmarks.real_files import Files, word_files
from tests.copies.in_process import make_copy

_TODAY = date(2026, 11, 24)
_PROCESSES, _ROUNDS = 3, 21
_WARM = 999
_Stated = tuple[Contact, ...]


def measure() -> list[Row]:
    """Change made-up Word files and what real ones are there."""
    rows = []
    for files in word_files():
        facts = [extract_facts(read_document_bytes(content, shown_as="p.docx")) for content in files.contents]
        jobs = [(content, each.contacts) for content, each in zip(files.contents, facts, strict=True)]
        what = f"changing contacts in .docx ÷ inflate, parse, text, deflate, copy ({files.called})"
        rows.append(row(what, _cold(jobs), 1.2, seed=files.seed))
        rows += _against_docxtpl(files, jobs)
        rows.append(_next_school(files, facts))
    content = policy_content(1)
    stated = extract_facts(read_document_bytes(content, shown_as="policy.docx")).contacts
    again = side_by_side(_opened(content, stated), lambda: _limit(content), _ROUNDS)
    python_docx = median_spent(_python_docx(content))
    rows.append(row("  one more school, the file open already (5 pages)", again, pick=python_docx, note="python-docx"))
    return rows


def _school(number: int) -> Directory:
    name = f"Sam Hillcrest-{chr(65 + number % 26)}"
    phone, email = f"01632 960{200 + number}", f"lead{number}@example.org"
    return Directory((Holder("dsl", name, "Mr", phone, email, Pronoun.HE),))


def _opened(content: bytes, stated: _Stated) -> Callable[[], bytes]:
    """Each call makes the copy of another school."""
    opened, schools = open_docx(content), itertools.count()
    return lambda: regenerate_opened(opened, stated, _school(next(schools) % 90)).content


def _limit(content: bytes) -> bytes:
    """The least any change must do: inflate, parse and read all parts with words, deflate the document, copy."""
    from lxml import etree

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        document = b""
        for name in parts_with_words(archive):
            member = archive.read(name)
            document = member if name == "word/document.xml" else document
            "".join(etree.fromstring(member).itertext())
    deflate = zlib.compressobj(6, zlib.DEFLATED, -15)
    packed = deflate.compress(document) + deflate.flush()
    zlib.crc32(document)
    return packed + content


def _python_docx(content: bytes) -> Callable[[], bytes]:
    def work() -> bytes:
        stream = io.BytesIO()
        docx.Document(io.BytesIO(content)).save(stream)
        return stream.getvalue()

    return work


# --- each file for the first time --------------------------------------------------------------------------------


def _cold(jobs: Sequence[tuple[bytes, _Stated]]) -> Pair:
    """Return the sums over all files, and the ratio of the sums, by the median of some processes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "jobs"
        path.write_bytes(pickle.dumps(jobs))
        command = [sys.executable, "-m", "tests.benchmarks.patching", str(path)]
        passes: list[tuple[Spent, Spent]] = [
            pickle.loads(subprocess.run(command, capture_output=True, check=True).stdout) for _ in range(_PROCESSES)
        ]
    passes.sort(key=lambda pair: pair[0].processor / pair[1].processor)
    ours, limit = passes[len(passes) // 2]
    return Pair(ours, limit, ours.processor / limit.processor)


def _change_all(path: Path) -> tuple[Spent, Spent]:
    jobs: list[tuple[bytes, _Stated]] = pickle.loads(path.read_bytes())
    prepare_rewording()
    make_patterns()
    warm = policy_content(_WARM)
    regenerate_docx(warm, extract_facts(read_document_bytes(warm, shown_as="p.docx")).contacts, _school(2))
    _limit(warm)
    # As before children are forked: else all that is loaded is looked through in the middle of one file.
    gc.collect()
    gc.freeze()
    ours, limit = Spent(0, 0), Spent(0, 0)
    for content, stated in jobs:
        limit += spent(lambda content=content: _limit(content))
        ours += spent(lambda content=content, stated=stated: regenerate_docx(content, stated, _school(1)))
    return ours, limit


# --- docxtpl -----------------------------------------------------------------------------------------------------


def _against_docxtpl(files: Files, jobs: Sequence[tuple[bytes, _Stated]]) -> list[Row]:
    """Fill the same documents, contacts written as fields at their end, with docxtpl and with ours."""
    what = f"docxtpl ÷ ours, filling fields ({files.called})"
    docxtpl = _installed("docxtpl")
    if docxtpl is None:
        return [Row(what, "not installed", "≥ 10×", "pip install docxtpl to compare", seed=files.seed)]
    theirs, ours = Spent(0, 0), Spent(0, 0)
    for content, _ in jobs:
        template = _as_template(content)
        pair = side_by_side(
            lambda template=template: _fill(docxtpl, template),
            lambda template=template: regenerate_docx(template, (), _school(1)).content,
            3,
            tidied=True,
        )
        theirs, ours = theirs + pair.ours, ours + pair.limit
    ratio = theirs.processor / ours.processor
    note = f"{theirs.processor * 1000:.0f} ÷ {ours.processor * 1000:.1f} ms"
    return [Row(what, f"{ratio:.1f}×", "≥ 10×", note, ours, pick=theirs, ratio=ratio, goal=10, seed=files.seed)]


def _fill(docxtpl: ModuleType, template: bytes) -> bytes:
    lead = {"name": "Sam Hillcrest", "phone": "01632 960201", "email": "lead1@example.org"}
    filled: Any = docxtpl.DocxTemplate(io.BytesIO(template))
    filled.render({"dsl": lead})
    stream = io.BytesIO()
    filled.save(stream)
    return stream.getvalue()


def _installed(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def _as_template(content: bytes) -> bytes:
    document = docx.Document(io.BytesIO(content))
    document.add_paragraph("The Designated Safeguarding Lead is {{ dsl.name }}.")
    document.add_paragraph("Tel. {{ dsl.phone }}, e-mail {{ dsl.email }}")
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


# --- a trust's next school ---------------------------------------------------------------------------------------

_CONFIG = '[school]\nname = "Westhaven School {number}"\n'


def _next_school(files: Files, facts: Sequence[Facts]) -> Row:
    """Make all copies of each file (Word file with its proof, PDF, web page) for one more school."""
    total, numbers = [], itertools.count(3)
    for content, stated in zip(files.contents, facts, strict=True):
        document = read_document_bytes(content, shown_as="policy.docx")

        def work(content: bytes = content, document: Any = document, stated: Facts = stated) -> None:
            number = next(numbers)
            config = parse_config(_CONFIG.format(number=number), root=Path())
            directory = _school(number % 90)
            standing = standing_from_facts(stated, stated.title or "", 1000, config, _TODAY)
            front = front_block(standing, stated, config, directory, None)
            shown = replace(front, code=f"B7K-{number:04}", made_on=_TODAY, contacts=front_contacts(directory))
            make_copy(content, document, stated, directory, shown)

        total.append(median_spent(work, 3))
    each = Spent(sum(one.processor for one in total) / len(total), sum(one.wall for one in total) / len(total))
    value = each.processor * 1000
    lowest, highest = min(one.processor for one in total) * 1000, max(one.processor for one in total) * 1000
    note = f"{lowest:.0f} to {highest:.0f} ms; wall {each.wall * 1000:.0f}"
    what = f"a trust's next school, all copies of a policy ({files.called})"
    return Row(what, f"{value:.0f} ms", "≤ 15 ms", note, each, ratio=value, goal=15, seed=files.seed)


if __name__ == "__main__":
    sys.stdout.buffer.write(pickle.dumps(_change_all(Path(sys.argv[1]))))
