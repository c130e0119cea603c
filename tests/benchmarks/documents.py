"""Reading Word files and PDFs and their facts, each file for the first time, against the least any reader must do.

A process of its own reads every file once, in turn with the least there is to do, and what it needs only once
(patterns, modules) was there before. Three such processes are asked; a file read again
and again would be read from what is kept. A scan that holds no words is left out.
"""

import contextlib
import gc
import json
import statistics
import subprocess
import sys
from collections.abc import Sequence

from pipeline.documents import prepare_readers, read_document_bytes
from pipeline.errors import DocumentError
from pipeline.facts.reading import extract_facts
from pipeline.named.ties import find
from tests.benchmarks.measuring import Pair, Row, Spent, inflate_and_parse, row, spent
from tests.benchmarks.policies import policy_content
from tests.benchmarks.real_files import Files, documents_for, pdf_files, word_files

_PROCESSES = 3
_WARM = 999
"""The number of a made-up policy that nothing else here reads."""


def measure() -> list[Row]:
    """Read made-up Word files and what real ones are there."""
    rows = []
    for files in word_files():
        read = _ratio(_cold("word", files), "read", "limit")
        rows.append(row(f"reading .docx ÷ inflate and parse ({files.called})", read, 2.5, seed=files.seed))
    for files in pdf_files():
        both = _ratio(_cold("pdf", files), "both", "limit")
        rows.append(row(f"reading PDF with its facts ÷ pypdfium2 ({files.called})", both, 2.5))
    return [*rows, *_facts(documents_for())]


def _facts(files: Files) -> list[Row]:
    passes = _cold("facts", files)
    pair = _ratio(passes, "facts", "read")
    count = len(passes[0])
    each = pair.ours.processor / count
    words = sum(one["words"] for one in passes[0])
    note = f"{pair.ours.wall / count * 1000:.1f} ms wall; {words / count:,.0f} words a document"
    return [
        Row(
            f"facts of a document never seen ({files.called})",
            f"{each * 1000:.1f} ms",
            "≤ 8 ms",
            note,
            Spent(each, pair.ours.wall / count),
            ratio=each * 1000,
            goal=8,
            seed=files.seed,
        ),
        Row("  for 1,000 words", f"{pair.ours.processor / words * 1_000_000:.1f} ms"),
        row("  ÷ reading the document", pair, seed=files.seed),
    ]


def _ratio(passes: Sequence[list[dict[str, float]]], ours: str, limit: str) -> Pair:
    """Return the sums over all files, by the median of each file's passes, and the ratio of the sums."""

    def total(what: str) -> Spent:
        taken = [
            Spent(statistics.median(one[what] for one in file), statistics.median(one[f"{what}-wall"] for one in file))
            for file in zip(*passes, strict=True)
        ]
        return sum(taken, Spent(0, 0))

    one, other = total(ours), total(limit)
    return Pair(one, other, one.processor / other.processor)


def _cold(what: str, files: Files) -> list[list[dict[str, float]]]:
    """Return what each process took for each file."""
    command = [sys.executable, "-m", "tests.benchmarks.documents", what, files.called]
    return [
        json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
        for _ in range(_PROCESSES)
    ]


def _read_all(what: str, called: str) -> list[dict[str, float]]:
    known = {"word": word_files, "pdf": pdf_files, "facts": lambda: [documents_for()]}[what]()
    contents = next(files.contents for files in known if files.called == called)
    prepare_readers()
    make_patterns()
    warm = policy_content(_WARM)
    extract_facts(read_document_bytes(warm, shown_as="policy.docx", pictures=False))
    limit = _pdf_text if what == "pdf" else inflate_and_parse
    limit(contents[0] if what == "pdf" else warm)
    gc.collect()
    gc.freeze()  # as before children are forked: they never look for cycles in what was there
    found = []
    for content in contents:
        with contextlib.suppress(DocumentError):
            found.append(_one(what, content))
    return found


def make_patterns() -> None:
    """Make the patterns of all ties: a process makes each once, when a text may hold it."""
    for telling in find._tellings():
        telling.pattern.search("")


def _one(what: str, content: bytes) -> dict[str, float]:
    taken: dict[str, Spent] = {}
    if what != "facts":
        taken["limit"] = spent(lambda: (_pdf_text if what == "pdf" else inflate_and_parse)(content))
    documents = []
    name = "policy.pdf" if content.startswith(b"%PDF") else "policy.docx"
    taken["read"] = spent(lambda: documents.append(read_document_bytes(content, shown_as=name, pictures=False)))
    if what != "word":
        taken["facts"] = spent(lambda: extract_facts(documents[0]))
        taken["both"] = taken["read"] + taken["facts"]
    found = {key: value.processor for key, value in taken.items()}
    found |= {f"{key}-wall": value.wall for key, value in taken.items()}
    return {**found, "words": len(documents[0].text.split())}


def _pdf_text(content: bytes) -> None:
    """Do the least that any reader of a PDF must: have pypdfium2 give the text of each page."""
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    for page in document:
        page.get_textpage().get_text_range()
    document.close()


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_read_all(sys.argv[1], sys.argv[2])))
