"""What others make of a copy: LibreOffice reads the words of the Word file, two checkers look at its PDF."""

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from pipeline.documents import read_document_bytes
from pipeline.model.documents import DocumentFormat
from pipeline.model.facts import Facts
from pipeline.pages.pdf import FrontBlock, front_contacts
from tests.copies.in_process import make_copy
from tests.soak_copies.soaking import Outcome

_BATCH = 40
"""Files LibreOffice is given in one call."""
_MORE_HEADINGS = "TBL-010"
"""What outloud calls headings cut to pieces: more of them than other cells.

It counts a merged cell as one, so that a row of merged cells below its headings has it, though each cell says rightly
how many columns it takes.
"""


def faults_of_pdfs(outcomes: Sequence[Outcome]) -> list[str]:
    """Make the PDF of each document and return what the checkers say against any."""
    import outloud
    import page

    faults = []
    with tempfile.TemporaryDirectory() as folder:
        for outcome in outcomes:
            path = Path(folder) / "copy.pdf"
            path.write_bytes(_pdf(outcome))
            failures = page.validate_pdf_bytes(path.read_bytes(), profile="ua1").failures
            faults += [f"document {outcome.planted.seed} PDF/UA-1: {each.rule_id} {each.message}" for each in failures]
            checked = outloud.check(str(path))
            told = [each for each in checked.findings if each.severity == "error"]
            errors = [each.message for each in told if not (each.rule == _MORE_HEADINGS and outcome.planted.merged)]
            errors += [checked.error] if checked.error else []
            faults += [f"document {outcome.planted.seed} outloud: {each}" for each in errors]
    return faults


def _pdf(outcome: Outcome) -> bytes:
    directory = outcome.planted.directory
    document = read_document_bytes(outcome.original, shown_as="policy.docx", format=DocumentFormat.DOCX)
    front = FrontBlock(
        "A policy", "West Park School", "1", "in use", None, None, None, None, front_contacts(directory), "ABC-2345"
    )
    facts = Facts(contacts=tuple(outcome.planted.stated))
    return make_copy(outcome.original, document, facts, directory, front).pdf


def faults_of_words(outcomes: Sequence[Outcome]) -> list[str]:
    """Have LibreOffice read each copy and the document that was expected, and return where their words differ."""
    faults = []
    for start in range(0, len(outcomes), _BATCH):
        batch = outcomes[start : start + _BATCH]
        with tempfile.TemporaryDirectory() as folder:
            faults += _differences(batch, Path(folder))
    return faults


def _differences(outcomes: Sequence[Outcome], folder: Path) -> list[str]:
    for number, outcome in enumerate(outcomes):
        assert outcome.copy is not None
        (folder / f"copy{number}.docx").write_bytes(outcome.copy.content)
        (folder / f"expected{number}.docx").write_bytes(outcome.expected)
    program = shutil.which("soffice")
    assert program is not None
    command = [program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to"]
    command += ["txt:Text (encoded):UTF8", "--outdir", str(folder), *map(str, sorted(folder.glob("*.docx")))]
    subprocess.run(command, check=True, capture_output=True, timeout=900)
    faults = []
    for number, outcome in enumerate(outcomes):
        copy, expected = folder / f"copy{number}.txt", folder / f"expected{number}.txt"
        if not copy.exists() or not expected.exists():
            faults.append(f"document {outcome.planted.seed} LibreOffice could not open it")
        elif copy.read_bytes() != expected.read_bytes():
            faults.append(f"document {outcome.planted.seed} LibreOffice reads other words than expected")
        elif not copy.read_bytes().strip():
            faults.append(f"document {outcome.planted.seed} LibreOffice reads nothing")
    return faults


def fit_for_readers(outcomes: Sequence[Outcome], count: int) -> list[Outcome]:
    """Return the first ``count`` outcomes whose copies go out."""
    return [each for each in outcomes if each.copy is not None and not each.held][:count]
