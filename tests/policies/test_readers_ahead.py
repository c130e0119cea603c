"""Readers are loaded while the program is, where a run will read something, and only there."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.cli import run_command
from pipeline.documents.sandbox.start import Prepare
from pipeline.policies.intake import preloading
from pipeline.policies.intake.extracting import prepare_extracting

TEXT = "Lettings Policy\nApproved by: Full Governing Body\nNext review: March 2027\n"
DAY = 86_400_000_000_000


@pytest.fixture
def made_ready(monkeypatch: pytest.MonkeyPatch) -> list[Prepare]:
    told: list[Prepare] = []
    monkeypatch.setattr(preloading, "get_ready", told.append)
    return told


@pytest.fixture
def school(tmp_path: Path) -> Callable[..., int]:
    def run(*arguments: str) -> int:
        return run_command(["--workspace", str(tmp_path), "--today", "2026-11-24", *arguments])

    assert run("init", str(tmp_path), "--school", "Westhaven School") == 0
    (tmp_path / "policies" / "lettings.txt").write_text(TEXT, encoding="utf-8")
    return run


def test_a_first_run_has_the_readers_ready_and_one_after_it_needs_none(
    school: Callable[..., int], made_ready: list[Prepare]
) -> None:
    school("run")
    assert made_ready == [prepare_extracting]
    school("run")
    assert made_ready == [prepare_extracting]


def test_a_run_after_a_change_has_them_ready(
    tmp_path: Path, school: Callable[..., int], made_ready: list[Prepare]
) -> None:
    school("run")
    (tmp_path / "policies" / "lettings.txt").write_text(f"{TEXT}All halls are let.\n", encoding="utf-8")
    school("run")
    assert made_ready == [prepare_extracting, prepare_extracting]


def test_an_old_file_that_was_laid_in_the_folder_counts_and_a_picture_does_not(tmp_path: Path) -> None:
    folder = tmp_path / "policies" / "staff"
    folder.mkdir(parents=True)
    (folder / "plan.png").write_bytes(b"a picture")
    assert not preloading.holds_something_newer(tmp_path / "policies", 0)
    old = folder / "lettings.TXT"
    old.write_text(TEXT, encoding="utf-8")
    os.utime(old, ns=(DAY, DAY))
    laid = old.stat().st_ctime_ns
    assert preloading.holds_something_newer(tmp_path / "policies", laid - 1)
    assert not preloading.holds_something_newer(tmp_path / "policies", laid)


def test_no_folder_holds_nothing(tmp_path: Path) -> None:
    assert not preloading.holds_something_newer(tmp_path / "policies", 0)
