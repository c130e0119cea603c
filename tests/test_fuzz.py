"""Six hundred broken files, read as untrusted files are: each gives a document or an error that names it."""

from pathlib import Path

import pytest

from pipeline.documents.sandbox.readers import FileOutcome
from pipeline.documents.source import refusal
from pipeline.errors import UnreadableCode
from tests import fuzz

COUNT = 600
"""Some dozen of each sample; ``make fuzz`` reads 100,000."""


@pytest.mark.slow
def test_six_hundred_broken_files_end_in_a_document_or_an_error(tmp_path: Path) -> None:
    tally = fuzz.run_fuzz(COUNT, fuzz.DEFAULT_SEED, out=tmp_path / "wrong")
    assert tally.wrong == []
    assert tally.count == COUNT
    assert tally.outcomes["read"] > COUNT // 10
    assert tally.outcomes["damaged"] > COUNT // 10


def test_number_and_seed_make_the_same_broken_file_again() -> None:
    sound = fuzz.samples([])
    assert fuzz.broken(7, 1, sound) == fuzz.broken(7, 1, sound)
    assert fuzz.broken(7, 1, sound) != fuzz.broken(7, 2, sound)
    assert {sample.name for sample in sound} == {"built.docx", "built.odt", "built.pdf", "built.txt"}


@pytest.mark.parametrize(
    ("outcome", "what", "is_wrong"),
    [
        (FileOutcome(Path("a.pdf"), None, refusal(UnreadableCode.DAMAGED, "a.pdf", "is damaged.")), "damaged", False),
        (FileOutcome(Path("a.pdf"), None, refusal(UnreadableCode.DAMAGED, "b.pdf", "is damaged.")), "damaged", True),
        (
            FileOutcome(
                Path("a.pdf"), None, refusal(UnreadableCode.HOSTILE, "a.pdf", "was given up after 10 seconds.")
            ),
            "hostile (given up)",
            True,
        ),
        (
            FileOutcome(Path("a.pdf"), None, refusal(UnreadableCode.DAMAGED, "a.pdf", "x."), "NameError: y"),
            "fault of this program",
            True,
        ),
        (
            FileOutcome(Path("a.pdf"), None, refusal(UnreadableCode.HOSTILE, "a.pdf", "brought the reader down.")),
            "hostile (reader ended)",
            False,
        ),
        (FileOutcome(Path("a.pdf"), None, None), "read", True),
    ],
)
def test_what_is_wrong_is_told_from_what_is_right(outcome: FileOutcome[fuzz.Taken], what: str, is_wrong: bool) -> None:
    found, fault = fuzz.judge(outcome)
    assert (found, fault is not None) == (what, is_wrong)


def test_table_gives_seed_counts_and_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert fuzz.main(["--number", "3", "--seed", "5"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("1 broken files, seed 5, ")
    assert "wrong: 0" in printed
