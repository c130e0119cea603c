"""The documents that are measured: real ones beside this folder where they are there, else made-up ones as big."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.policies import policy_content

_SHARED = Path(__file__).resolve().parents[3] / "shared"
_REAL = (_SHARED / "real-policies" / "files", _SHARED / "real-policies-2" / "files")
_LARGEST = 4 * 1024**2
"""A scan of many pages says nothing of reading words."""


@dataclass(frozen=True)
class Files:
    """Some documents, and how a row calls them."""

    called: str
    contents: Sequence[bytes]
    seed: int | None = None


def word_files() -> list[Files]:
    """Return made-up Word files of two sizes, and the real ones."""
    made = Files("made up, 5 and 20 pages", (policy_content(1), policy_content(2, paragraphs=260)), 1)
    return [made, *_real("docx")]


def _real(kind: str) -> list[Files]:
    paths = [path for folder in _REAL for path in sorted(folder.glob(f"*.{kind}")) if path.stat().st_size < _LARGEST]
    return [Files(f"{len(paths)} real", tuple(path.read_bytes() for path in paths))] if paths else []


def pdf_files() -> list[Files]:
    """Return the real PDFs, none where they are not there."""
    return _real("pdf")


def documents_for(kinds: Sequence[str] = ("docx", "pdf")) -> Files:
    """Return all real documents, or made-up Word files where there are none."""
    real = [content for kind in kinds for files in _real(kind) for content in files.contents]
    if real:
        return Files(f"{len(real)} real", tuple(real))
    return Files("12 made up", tuple(policy_content(number, paragraphs=40 + 20 * number) for number in range(12)), 1)
