"""Reading Word files and PDFs, as ratios to the least any reader must do."""

from pathlib import Path

from pipeline.documents import read_document_bytes
from pipeline.facts.reading import extract_facts
from tests.benchmarks.measuring import Row, median_seconds, side_by_side, unzip_and_parse
from tests.benchmarks.policies import policy_content


def measure() -> list[Row]:
    """Time the readers on a five-page and a twenty-page policy and on the school's own, where it is there."""
    files = {"5 pages": policy_content(1), "20 pages": policy_content(2, paragraphs=260)}
    own = Path(__file__).resolve().parents[3] / "shared" / "seed" / "confidentiality-policy.docx"
    if own.exists():
        files["the school's own"] = own.read_bytes()
    rows = []
    for name, content in files.items():
        pair = side_by_side(
            lambda content=content: _read(content), lambda content=content: unzip_and_parse(content), 21
        )
        note = f"{pair.ours * 1000:.1f} ms against {pair.limit * 1000:.1f} ms"
        rows.append(Row(f"reading .docx ÷ unzip-and-parse ({name})", f"{pair.ratio:.1f}×", "≤ 4×", note))
    document = _read(files["5 pages"])
    taken = median_seconds(lambda: extract_facts(document))
    rows.append(Row("facts of a five-page policy", f"{taken * 1000:.1f} ms"))
    return rows


def _read(content: bytes):  # type: ignore[no-untyped-def]
    return read_document_bytes(content, shown_as="policy.docx")
