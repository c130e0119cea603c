"""Changing contacts in Word files against the least it can take, docxtpl and python-docx.

Processor time is taken, so that whatever else the machine does counts for neither.
"""

import gc
import importlib
import io
import itertools
import statistics
import time
import zipfile
import zlib
from collections.abc import Callable
from types import ModuleType
from typing import Any

import docx

from pipeline.documents import read_document_bytes
from pipeline.facts.reading import extract_facts
from pipeline.model import Contact, Directory, Holder, Pronoun
from pipeline.word.regenerate import open_docx, regenerate_docx, regenerate_opened
from tests.benchmarks.measuring import Pair, Row
from tests.benchmarks.policies import policy_content

_ROUNDS = 31
_CHANGED = "word/document.xml"


def measure() -> list[Row]:
    """Time one copy in turn with each of the others."""
    rows = []
    for name, content in {"5 pages": policy_content(1), "20 pages": policy_content(2, paragraphs=260)}.items():
        stated = extract_facts(read_document_bytes(content, shown_as="policy.docx")).contacts
        ours = _ours(content, stated)
        limit = _in_turn(ours, _limit(content, ours()), _ROUNDS)
        note = f"{limit.ours * 1000:.2f} ms against {limit.limit * 1000:.2f} ms"
        rows.append(Row(f"changing .docx ÷ inflate, deflate, copy ({name})", f"{limit.ratio:.1f}×", "≤ 2.5×", note))
        again = _in_turn(_ours_opened(content, stated), _limit(content, ours()), _ROUNDS)
        note = f"{again.ours * 1000:.2f} ms a school, each another one; two were planned in full before"
        rows.append(Row(f"one more school, the file open already ({name})", f"{again.ratio:.1f}×", "≤ 2.5×", note))
        whole = _in_turn(_python_docx(content), ours, 7)
        rows.append(Row(f"python-docx, load and save ÷ ours ({name})", f"{whole.ratio:.0f}×"))
        rows += _against_docxtpl(name, content)
    return rows


def _in_turn(ours: Callable[[], object], limit: Callable[[], object], rounds: int, *, tidied: bool = False) -> Pair:
    """Take the processor time of two pieces of work in turn, the median of each and of their ratios.

    ``tidied``: what either left behind is cleared away before the other begins, or one would pay for the other's.
    """
    for _ in range(3):
        ours()
        limit()
    tidy = gc.collect if tidied else int
    pairs = [(_processor_seconds(ours, tidy), _processor_seconds(limit, tidy)) for _ in range(rounds)]
    return Pair(
        statistics.median(one for one, _ in pairs),
        statistics.median(other for _, other in pairs),
        statistics.median(one / other for one, other in pairs),
    )


def _processor_seconds(work: Callable[[], object], tidy: Callable[[], object]) -> float:
    tidy()
    start = time.process_time()
    work()
    return time.process_time() - start


def _school(number: int) -> Directory:
    name = f"Sam Hillcrest-{chr(65 + number % 26)}"
    phone, email = f"01632 960{200 + number}", f"lead{number}@example.org"
    return Directory((Holder("dsl", name, "Mr", phone, email, Pronoun.HE),))


def _ours(content: bytes, stated: tuple[Contact, ...]) -> Callable[[], bytes]:
    return lambda: regenerate_docx(content, stated, _school(1)).content


def _ours_opened(content: bytes, stated: tuple[Contact, ...]) -> Callable[[], bytes]:
    """Each call makes the copy of another school."""
    opened, schools = open_docx(content), itertools.count()
    return lambda: regenerate_opened(opened, stated, _school(next(schools) % 90)).content


def _limit(content: bytes, copy: bytes) -> Callable[[], bytes]:
    """The least any change must do: inflate the changed member, deflate its new bytes, copy all the rest."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(io.BytesIO(copy)) as changed:
        entry = archive.getinfo(_CHANGED)
        new = changed.read(_CHANGED)
    start = entry.header_offset + 30 + len(_CHANGED)
    end = start + entry.compress_size

    def work() -> bytes:
        zlib.decompressobj(-15).decompress(content[start:end])
        deflate = zlib.compressobj(6, zlib.DEFLATED, -15)
        packed = deflate.compress(new) + deflate.flush()
        zlib.crc32(new)
        return content[:start] + packed + content[end:]

    return work


def _python_docx(content: bytes) -> Callable[[], bytes]:
    def work() -> bytes:
        stream = io.BytesIO()
        docx.Document(io.BytesIO(content)).save(stream)
        return stream.getvalue()

    return work


def _against_docxtpl(name: str, content: bytes) -> list[Row]:
    """Fill the same document, its contacts written as fields, with docxtpl and with ours."""
    what = f"docxtpl ÷ ours, filling fields in one document ({name})"
    docxtpl = _installed("docxtpl")
    if docxtpl is None:
        return [Row(what, "not installed", "≥ 10×", "pip install docxtpl to compare")]
    template = _as_template(content)
    lead = {"name": "Sam Hillcrest", "phone": "01632 960201", "email": "lead1@example.org"}

    def theirs() -> bytes:
        filled: Any = docxtpl.DocxTemplate(io.BytesIO(template))
        filled.render({"dsl": lead})
        stream = io.BytesIO()
        filled.save(stream)
        return stream.getvalue()

    rows = []
    for called, ours, note in (
        (what, lambda: regenerate_docx(template, (), _school(1)).content, ""),
        (f"docxtpl ÷ ours, one more school of the file opened ({name})", _ours_opened(template, ()), "; it loads anew"),
    ):
        pair = _in_turn(theirs, ours, 9, tidied=True)
        note = f"{pair.ours * 1000:.0f} ms against {pair.limit * 1000:.2f} ms{note}"
        rows.append(Row(called, f"{pair.ratio:.0f}×", "≥ 10×", note))
    return rows


def _installed(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def _as_template(content: bytes) -> bytes:
    document = docx.Document(io.BytesIO(content))
    fields = {
        "Jo Fairweather. Her": "{{ dsl.name }}. The",
        "01632 960101": "{{ dsl.phone }}",
        "jo.fairweather@example.org": "{{ dsl.email }}",
    }
    for paragraph in document.paragraphs:
        for old, new in fields.items():
            if old in paragraph.text:
                paragraph.runs[0].text = paragraph.text.replace(old, new)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()
