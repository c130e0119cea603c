"""Write papers: they name people and hold codes, so that only this account can read them.

Used by ``pack`` and ``cards``.
"""

import io
from pathlib import Path

from pipeline.documents.pdf.scripts import PYTHON_FAULTS
from pipeline.errors import UsageError, say_system_error
from pipeline.private_files import make_folder, write_file


def open_folder(out: Path) -> None:
    """Make sure that papers can be put into the folder ``out``. Raises UsageError where they cannot."""
    try:
        make_folder(out)
    except OSError as error:
        raise UsageError(f"{out} cannot be used as a folder: {say_system_error(error)}. Choose another.") from error


def check_paper_path(path: Path, keywords: str) -> None:
    """Make sure that ``path`` may be written: new, or an earlier file of ours, whose properties hold ``keywords``.

    Raises:
        UsageError: saying where it could go.
    """
    if path.suffix.casefold() != ".pdf":
        raise UsageError(f"{path} cannot be written: give it a name that ends in .pdf.")
    if not path.parent.is_dir():
        raise UsageError(f"{path.parent} is not there, so {path.name} was not written. Make the folder first.")
    if path.exists() and not _is_ours(path, keywords):
        raise UsageError(f"{path} is there already and was not made by this command: choose another name.")


def write_paper(path: Path, content: bytes) -> None:
    """Write one file, whole or not at all. Raises UsageError where it cannot be written."""
    try:
        write_file(path, content)
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written: {say_system_error(error)}. Is it open in another program? Close it, or choose "
            "another place."
        ) from error


def _is_ours(path: Path, keywords: str) -> bool:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        metadata = PdfReader(io.BytesIO(path.read_bytes())).metadata
        return metadata is not None and keywords in str(metadata.get("/Keywords", ""))
    except (*PYTHON_FAULTS, PyPdfError):
        return False
