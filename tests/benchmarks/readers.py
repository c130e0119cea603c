"""Reading Word files and PDFs against other readers on the same files, in bulk, and what a child takes at most."""

import importlib.util
import io
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.documents import read_document, read_document_bytes
from pipeline.documents.sandbox.readers import contained_map, containment
from tests.benchmarks.measuring import Row, highest_memory_mb, inflate_and_parse, spent
from tests.benchmarks.policies import policy_content, write_policies

_ROUNDS = 3
_OUR_ROUNDS = 11
_BULK = 1000
_DIFFERENT = 100
_WORDS_A_PAGE = 450
_REAL = Path(__file__).resolve().parents[3] / "shared" / "real-policies" / "files"
_MOST_REAL = 4


@dataclass(frozen=True)
class Peak:
    """What a child hands back: the most memory it took for one file."""

    megabytes: float


@dataclass(frozen=True)
class Rival:
    """Another reader of the same files; ``read`` is given a path."""

    name: str
    needs: str
    """The module or program that must be installed."""
    read: Callable[[Path], object]


def measure() -> list[Row]:
    """Time the readers one file after the other, every reader on every file in turn, then a thousand files in bulk."""
    with tempfile.TemporaryDirectory() as folder:
        return [
            *_against(_word_files(Path(folder)), _WORD_RIVALS, ".docx"),
            *_against(_pdf_files(Path(folder)), _PDF_RIVALS, "PDF"),
            *_bulk(Path(folder) / "bulk"),
        ]


def _word_files(folder: Path) -> list[Path]:
    made = {"five.docx": policy_content(1), "twenty.docx": policy_content(2, paragraphs=260)}
    for name, content in made.items():
        (folder / name).write_bytes(content)
    return [*(folder / name for name in made), *sorted(_REAL.glob("*.docx"))[:_MOST_REAL]]


def _pdf_files(folder: Path) -> list[Path]:
    """Real files where they are there, and one set by this program itself."""
    from datetime import date

    from pipeline.config import parse_config
    from pipeline.copies.shelf import front_block
    from pipeline.facts.reading import extract_facts
    from pipeline.pages.pdf import render_pdf
    from pipeline.policies.standing import standing_from_facts

    config, today = parse_config('[school]\nname = "Westhaven School"\n', root=folder), date(2026, 11, 24)
    document = read_document_bytes(policy_content(2, paragraphs=260), shown_as="policy.docx")
    facts = extract_facts(document)
    standing = standing_from_facts(facts, facts.title or "", 1000, config, today)
    made = folder / "twenty.pdf"
    made.write_bytes(render_pdf(document, front_block(standing, facts, config, config.directory(today), None)))
    return [made, *sorted(_REAL.glob("*.pdf"))[:_MOST_REAL]]


def _against(files: Sequence[Path], rivals: Sequence[Rival], kind: str) -> list[Row]:
    pages = sum(_pages(path) for path in files)
    ours = _total(_ours, files, _OUR_ROUNDS)
    rows = [Row(f"{kind}: pages a second ({len(files)} files)", f"{pages / ours:,.0f}", "", f"{pages:.0f} pages")]
    for rival in rivals:
        if not (importlib.util.find_spec(rival.needs) or shutil.which(rival.needs)):
            rows.append(Row(f"{kind}: faster than {rival.name}", "–", "", "not installed"))
            continue
        theirs = _total(rival.read, files)
        aim = "" if rival.name == _LIMIT else "≥ 10×"
        what = "the plain limit ÷ ours" if rival.name == _LIMIT else f"faster than {rival.name}"
        rows.append(Row(f"{kind}: {what}", f"{theirs / ours:.2f}×", aim, f"{pages / theirs:,.0f} pages a second"))
    return rows


def _ours(path: Path) -> object:
    """Words without the pictures, as the others give them."""
    return read_document(path, pictures=False).text


def _total(read: Callable[[Path], object], files: Sequence[Path], rounds: int = _ROUNDS) -> float:
    """The sum over the files of the least processor time of each, which other work disturbs least."""
    total = 0.0
    for path in files:
        read(path)
        total += min(spent(lambda path=path: read(path)).processor for _ in range(rounds))
    return total


def _pages(path: Path) -> float:
    document = read_document(path)
    return document.page_count or max(1.0, len(document.text.split()) / _WORDS_A_PAGE)


def _bulk(folder: Path) -> list[Row]:
    write_policies(folder, _DIFFERENT)
    for path in sorted(folder.glob("*.docx")):
        for number in range(1, _BULK // _DIFFERENT):
            shutil.copyfile(path, path.with_stem(f"{path.stem}-{number}"))
    paths = sorted(folder.glob("*.docx"))
    rows = []
    for workers in (1, 2):
        began = time.perf_counter()
        done = sum(outcome.error is None for outcome in contained_map(_count_words, paths, workers=workers))
        taken = time.perf_counter() - began
        note = f"{taken / _BULK * 1000:.1f} ms each"
        rows.append(Row(f"{done:,} five-page files in {workers} child(ren)", f"{taken:.1f} s", "", note))
    large = [*sorted(_REAL.glob("*.pdf")), *sorted(_REAL.glob("*.docx")), *paths[:50]]
    told = [outcome.value.megabytes for outcome in contained_map(peak_memory, large, workers=1) if outcome.value]
    peak = f"{max(told):.0f} MB" if told else "not told"
    rows.append(Row("most memory a child took", peak, "≤ 512 MB"))
    rows.append(Row("what holds a child (see below)", "", "", ""))
    rows.append(Row(containment(), ""))
    return rows


def _count_words(path: Path) -> int:
    return len(read_document(path).text.split())


def peak_memory(path: Path) -> Peak:
    """Read a file in a child and say how much memory the child has taken at most so far, by its own measure.

    What it took for earlier files counts too: a child may write nothing, and so cannot have that forgotten.
    """
    read_document(path)
    return Peak(highest_memory_mb())


# --- the others ------------------------------------------------------------------------------------------------

_LIMIT = "inflate and parse"


def _limit(path: Path) -> None:
    inflate_and_parse(path.read_bytes())


def _pandoc(path: Path) -> bytes:
    return subprocess.run(["pandoc", "--to", "plain", str(path)], check=True, capture_output=True).stdout


def _markitdown(path: Path) -> object:
    from markitdown import MarkItDown  # type: ignore[import-not-found]

    return MarkItDown(enable_plugins=False).convert(str(path)).text_content


def _docx2python(path: Path) -> object:
    from docx2python import docx2python  # type: ignore[import-not-found]

    with docx2python(str(path)) as read:
        return read.text


def _pdfplumber(path: Path) -> object:
    import pdfplumber  # type: ignore[import-not-found]

    with pdfplumber.open(io.BytesIO(path.read_bytes())) as document:
        return [page.extract_text() for page in document.pages]


_WORD_RIVALS = (
    Rival(_LIMIT, "lxml", _limit),
    Rival("pandoc", "pandoc", _pandoc),
    Rival("markitdown", "markitdown", _markitdown),
    Rival("docx2python", "docx2python", _docx2python),
)
_PDF_RIVALS = (
    Rival("pdfplumber", "pdfplumber", _pdfplumber),
    Rival("markitdown", "markitdown", _markitdown),
)
