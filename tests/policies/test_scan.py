"""What lies in the policies folder, and reading it in child processes."""

import os
from pathlib import Path

import pytest

from pipeline.model.documents import DocumentFormat
from pipeline.policies.intake.reading import read_files, reader_edition, say_limits
from pipeline.policies.intake.record import files_to_read
from pipeline.policies.intake.scan import files_given, scan_folder
from pipeline.register.policies.policies import SourceFile
from tests.builders import lines_down, scanned_pdf
from tests.policies.folders import policy_text


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a policy, its lock file, notes, hidden things and a picture."""
    root = tmp_path / "policies"
    for path in ("lettings.txt", "~$lettings.docx", "README.txt", ".hidden/a.txt", "logo.png", "Old/uniform.txt"):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(policy_text("Lettings Policy"), encoding="utf-8")
    return root


def test_documents_are_listed_and_the_rest_is_left_out_or_skipped(folder: Path) -> None:
    scan = scan_folder(folder)
    assert [(file.path, file.is_retired) for file in scan.files] == [("Old/uniform.txt", True), ("lettings.txt", False)]
    assert scan.left_out == ("logo.png",)
    assert scan.unopened == ()


def test_markdown_is_a_document_and_a_note_or_a_web_page_is_none(folder: Path) -> None:
    for name in ("visits.md", "readme.md", "saved.html"):
        (folder / name).write_text(policy_text("Visits Policy"), encoding="utf-8")
    scan = scan_folder(folder)
    assert [file.path for file in scan.files] == ["Old/uniform.txt", "lettings.txt", "visits.md"]
    assert scan.left_out == ("logo.png", "saved.html")
    ((reading,),) = [[each for each in read_files(scan.files) if each.file.path == "visits.md"]]
    assert (reading.format, reading.error) == (DocumentFormat.MD, None)


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_link_out_of_the_folder_is_left_out_and_one_to_nowhere_is_told(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    (folder / "out.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "nowhere.txt").symlink_to(folder / "gone.txt")
    scan = scan_folder(folder)
    assert "out.txt" in scan.left_out
    ((path, reason),) = scan.unopened
    assert path == "nowhere.txt"
    assert reason.startswith("It is a link, and what it led to is gone. Put the document itself into the folder")


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_link_within_the_folder_counts_and_a_folder_that_is_a_link_is_not_gone_into(
    folder: Path, tmp_path: Path
) -> None:
    (folder / "same.txt").symlink_to(folder / "lettings.txt")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "secret.txt").write_text("secret", encoding="utf-8")
    (folder / "away").symlink_to(tmp_path / "other")
    (tmp_path / "policies too").symlink_to(folder)
    listed = [[file.path for file in scan_folder(each).files] for each in (folder, tmp_path / "policies too")]
    assert listed == [["Old/uniform.txt", "lettings.txt", "same.txt"]] * 2


def test_files_are_in_order_folder_by_folder(tmp_path: Path) -> None:
    for path in ("b/z.txt", "b.txt", "b a.txt", "a/c/x.txt", "a/b.txt", "b/a.txt", "no ending", "docx"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(path, encoding="utf-8")
    scan = scan_folder(tmp_path)
    paths = [file.path for file in scan.files]
    assert paths == [path.relative_to(tmp_path).as_posix() for path in sorted(file.location for file in scan.files)]
    assert paths == ["a/b.txt", "a/c/x.txt", "b/a.txt", "b/z.txt", "b a.txt", "b.txt"]
    assert scan.left_out == ("docx", "no ending")


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_link_to_nothing_outside_the_folder_is_told_as_well(folder: Path, tmp_path: Path) -> None:
    (folder / "gone.docx").symlink_to(tmp_path / "gone.docx")
    assert [path for path, _ in scan_folder(folder).unopened] == ["gone.docx"]


def test_a_file_larger_than_any_policy_is_known_by_its_size(folder: Path) -> None:
    with (folder / "huge.txt").open("wb") as file:
        file.truncate(65 * 1024 * 1024)
    (huge,) = [file for file in scan_folder(folder).files if file.path == "huge.txt"]
    assert huge.size_bytes == 65 * 1024 * 1024
    assert len(huge.sha256) == 64


def test_files_on_the_command_line_are_shown_as_given_and_a_folder_stands_for_its_documents(folder: Path) -> None:
    files = files_given([folder / "lettings.txt", folder, folder / "gone.txt"])
    assert [file.path for file in files] == [
        str(folder / "lettings.txt"),
        str(folder / "Old" / "uniform.txt"),
        str(folder / "lettings.txt"),
        str(folder / "gone.txt"),
    ]


def test_each_file_is_read_with_its_findings_and_a_bad_one_does_not_stop_the_rest(folder: Path) -> None:
    text = policy_text("Lettings Policy", body="The LSCB sets the procedures. We follow KCSIE 2016.")
    (folder / "lettings.txt").write_text(text + "All new staff receive a copy of this policy.\n", encoding="utf-8")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 broken")
    readings = {reading.file.path: reading for reading in read_files(scan_folder(folder).files)}
    good, bad = readings["lettings.txt"], readings["broken.pdf"]
    assert bad.error is not None
    assert (bad.format, bad.title_in_file_name) == (None, "broken")
    assert "obsolete-term" in [problem.code for problem in good.facts.problems]
    assert [cited.year for cited in good.facts.guidance] == [2016]
    assert [promise.kind.value for promise in good.facts.promises] == ["new-staff"]


@pytest.mark.needs("tesseract")
def test_scans_are_read_where_that_is_wished_and_read_again_once_it_is(tmp_path: Path) -> None:
    (tmp_path / "scan.pdf").write_bytes(
        scanned_pdf(lines_down("Lettings Policy", "Date of next review: 14 October 2027"))
    )
    files = scan_folder(tmp_path).files
    told: list[str] = []
    (unread,) = read_files(files, on_start=lambda found: told.append(say_limits(found)))
    assert unread.error is not None
    assert "separate process" in told[0]
    (read,) = read_files(files, ocr=True)
    assert read.error is None
    assert read.facts.next_review is not None
    assert read.facts.next_review.date.value == "2027-10-14"
    seen = {
        "scan.pdf": SourceFile("scan.pdf", 1, 1, files[0].sha256, None, "unreadable", "no-text", "…", unread.reader)
    }
    assert files_to_read(files, seen) == []
    assert files_to_read(files, seen, reader_edition(ocr=True)) == list(files)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes among its files")
def test_a_pipe_or_a_device_is_never_opened_and_is_told(folder: Path) -> None:
    os.mkfifo(folder / "pipe.docx")
    device = folder.parent / "device.pdf"
    device.symlink_to("/dev/zero")
    outcomes = read_files([*scan_folder(folder).files, *files_given([device])])
    refused = [outcome.error.code for outcome in outcomes if outcome.error is not None]
    assert refused == ["unsupported", "unsupported"]
