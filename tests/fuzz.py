"""Read broken files by the thousand, as untrusted files are read: ``python -m tests.fuzz [--count N] [--seed S]``.

Every file is a sample broken by ``tests.mutations``, told by the seed and its number alone, so that each can be made
again (``--number``). Right is a document or an error that names the file. Wrong, and the exit code then 1: a fault of
this program, a file given up after ten seconds, anything written, any other end of the parent.
"""

import argparse
import importlib
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.documents import SUFFIXES, read_document
from pipeline.documents.sandbox.readers import FileOutcome, contained_map
from pipeline.model.documents import Document
from tests.builders import field as word_field
from tests.builders import lines_down, odt_file, paragraph, pdf_file, run, table, text_box, word_file
from tests.mutations import mutate

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_COUNT = 2_000
DEFAULT_SEED = 2026
LONGEST_SECONDS = 10.0
_BATCH = 400
_LARGEST_SAMPLE_BYTES = 400 * 1024
_NEED_LIBREOFFICE = frozenset({".doc", ".rtf"})
_SLOWEST = 5
_SHOWN = 40


@dataclass(frozen=True)
class Sample:
    """A sound file to be broken."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Taken:
    """What a child hands back."""

    document: Document
    seconds: float


@dataclass
class Tally:
    """What came of it all."""

    seed: int
    count: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    slowest: list[tuple[float, str]] = field(default_factory=list)
    """Seconds and the file's name, longest first; of files that were read."""
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def lines(self) -> Iterator[str]:
        """Yield the table."""
        yield f"{self.count:,} broken files, seed {self.seed}, {self.seconds:.0f} s"
        for outcome, count in self.outcomes.most_common():
            yield f"  {outcome:<40}{count:>9,}{count / max(self.count, 1):>8.1%}"
        for seconds, name in self.slowest:
            yield f"  slowest {seconds:>8.3f} s  {name}"
        yield f"  wrong: {len(self.wrong)}"
        yield from (f"    {each}" for each in self.wrong[:_SHOWN])


def take(path: Path) -> Taken:
    """Read one file in a child, with the time it took."""
    began = time.perf_counter()
    document = read_document(path)
    return Taken(document, time.perf_counter() - began)


def samples(folders: Sequence[Path] | None = None) -> list[Sample]:
    """Return the sound files: some built here, and those of ``folders`` (the repository's and the shared ones)."""
    shared = ROOT.parent / "shared"
    given = (ROOT / "policies", shared / "seed", shared / "real-policies" / "files") if folders is None else folders
    found = list(_built())
    for folder in given:
        for path in sorted(folder.glob("*")) if folder.is_dir() else ():
            suffix = path.suffix.lower()
            fitting = suffix in SUFFIXES and suffix not in _NEED_LIBREOFFICE
            if fitting and path.stat().st_size <= _LARGEST_SAMPLE_BYTES:
                found.append(Sample(path.name, path.read_bytes()))
    return found


def _built() -> Iterator[Sample]:
    numbering = (
        '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/>'
        '</w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    item = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    yield Sample(
        "built.docx",
        word_file(
            paragraph("Anti-Bullying Policy", style="Title"),
            paragraph(run("Approved by: "), run("Governors", "<w:b/>"), text_box(paragraph("Review date: May 2027"))),
            table(("Owner", "Next review"), ("Jo Bell", table(("inner", "May 2027")) + paragraph("")), header_rows=1),
            paragraph("First.", properties=item),
            paragraph(word_field('HYPERLINK "mailto:jo@example.org"', "jo@example.org")),
            parts={"header1": paragraph("Head."), "footnotes": "", "comments": "", "numbering": numbering},
            styles='<w:style w:styleId="Title"><w:name w:val="Title"/><w:rPr><w:b/></w:rPr></w:style>',
        ),
    )
    cells = "<table:table><table:table-row><table:table-cell><text:p>x</text:p></table:table-cell></table:table-row>"
    yield Sample(
        "built.odt", odt_file(f"<text:h>Policy</text:h>{cells}</table:table><text:p>a<text:s text:c='3'/></text:p>")
    )
    pages = [lines_down("Policy", "Approved: May 2026", f"Words of page {number}.") for number in range(3)]
    link = (70.0, 740.0, 200.0, 765.0, "https://example.org")
    yield Sample("built.pdf", pdf_file(*pages, links=[link], title="Policy", scans=[2]))
    yield Sample("built.txt", "Policy\n- one\n\tApproved: £5\n".encode("cp1252"))


def broken(number: int, seed: int, sound: Sequence[Sample]) -> tuple[str, bytes]:
    """Return the name and bytes of one broken file."""
    choice = random.Random(f"{seed}:{number}")
    sample = choice.choice(sound)
    content = mutate(sample.content, choice, [each.content for each in sound])
    return f"{number:06}-{sample.name}", content


def run_fuzz(count: int, seed: int, *, workers: int = 2, first: int = 0, out: Path | None = None) -> Tally:
    """Break and read ``count`` files from the number ``first`` on; those that go wrong are kept in ``out``."""
    began = time.perf_counter()
    sound = samples()
    tally = Tally(seed)
    with suppress(KeyboardInterrupt):  # What was read so far is worth its table.
        for start in range(first, first + count, _BATCH):
            numbers = range(start, min(start + _BATCH, first + count))
            with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
                _read_batch([broken(number, seed, sound) for number in numbers], Path(folder), tally, workers, out)
    tally.seconds = time.perf_counter() - began
    return tally


def _read_batch(files: Sequence[tuple[str, bytes]], folder: Path, tally: Tally, workers: int, out: Path | None) -> None:
    paths = []
    for name, content in files:
        paths.append(folder / name)
        paths[-1].write_bytes(content)
    for outcome in contained_map(take, paths, workers=workers, timeout_seconds=LONGEST_SECONDS):
        if outcome.error is not None and "given up after" in str(outcome.error):
            # On a machine busy with other things a file may wait that long; one that hangs does so again.
            [outcome] = contained_map(take, [outcome.path], timeout_seconds=LONGEST_SECONDS)
        tally.count += 1
        what, fault = judge(outcome)
        tally.outcomes[what] += 1
        if fault:
            tally.wrong.append(f"{outcome.path.name}: {fault}")
            if out is not None:
                out.mkdir(parents=True, exist_ok=True)
                (out / outcome.path.name).write_bytes(outcome.path.read_bytes())
        if outcome.value is not None:
            tally.slowest = sorted([*tally.slowest, (outcome.value.seconds, outcome.path.name)], reverse=True)[
                :_SLOWEST
            ]
    left = sorted(path.name for path in folder.iterdir())
    if left != [name for name, _ in files]:
        tally.wrong.append(f"files were written or removed: {sorted(set(left) ^ {name for name, _ in files})}")


def judge(outcome: FileOutcome[Taken]) -> tuple[str, str | None]:
    """Say what became of one file, and what is wrong with that, if anything."""
    error = outcome.error
    if error is None:
        return "read", None if outcome.value is not None else "neither a document nor an error"
    if outcome.fault:
        return "fault of this program", outcome.fault
    message = str(error)
    if "given up after" in message:
        return f"{error.code} (given up)", message
    if outcome.path.name not in message:
        return str(error.code), f"the message does not name the file: {message}"
    return f"{error.code} (reader ended)" if "brought the reader down" in message else str(error.code), None


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Read broken files by the thousand.")
    parser.add_argument("--count", type=int, default=DEFAULT_COUNT, help="how many files (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="tells which files (default: %(default)s)")
    parser.add_argument("--first", type=int, default=0, help="the number of the first file (default: %(default)s)")
    parser.add_argument("--number", type=int, help="make and read this one file only")
    parser.add_argument("--workers", type=int, default=2, help="children at work at once (default: %(default)s)")
    parser.add_argument("--out", type=Path, help="a folder for the files that go wrong")
    chosen = parser.parse_args(arguments)
    one = chosen.number is not None
    tally = run_fuzz(
        1 if one else chosen.count,
        chosen.seed,
        workers=chosen.workers,
        first=chosen.number if one else chosen.first,
        out=chosen.out,
    )
    print("\n".join(tally.lines()))
    return 1 if tally.wrong else 0


if __name__ == "__main__":
    # Under its own name: no child could find a function of "__main__".
    sys.exit(importlib.import_module("tests.fuzz").main())
