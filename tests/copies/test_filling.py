"""Copies are written while the next ones are made, and recorded behind their files, in their order."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.copies import filling
from pipeline.copies.copy import Copy
from pipeline.copies.copy_files import write_copy
from pipeline.errors import RenderError
from pipeline.register.policies import copies as rows
from pipeline.register.policies.copies import CopyRecord, held_copies
from tests.copies.workspace import LEAD_LINES, Workspace, policy_file

NAMES = ("admissions", "bicycles", "catering", "drama", "exercise", "floors", "gardening", "heating")


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace(tmp_path) as made:
        for name in NAMES:
            made.put(f"{name}.docx", policy_file(f"{name.title()} Policy", *LEAD_LINES))
        yield made


def test_a_copy_is_recorded_once_its_files_are_written_and_in_its_order(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded: list[str] = []
    first_waits = threading.Event()
    add = rows.add_copy

    def slow_first(slug: str, copy: Copy, distribution: Path) -> None:
        if slug == "admissions":
            assert first_waits.wait(30), "another copy was not written meanwhile"
        write_copy(slug, copy, distribution)
        first_waits.set()

    def noted(tx: rows.Transaction, school: str, record: CopyRecord, now: object) -> None:
        paths = (record.pdf_path, record.docx_path, record.html_path)
        assert all(path and (workspace.copies.parent / path).is_file() for path in paths)
        recorded.append(Path(record.pdf_path or "").stem)
        add(tx, school, record, now)  # type: ignore[arg-type]

    monkeypatch.setattr(filling, "write_copy", slow_first)
    monkeypatch.setattr(rows, "add_copy", noted)
    made = workspace.day().made
    assert recorded == list(NAMES)
    assert made == [f"{name.title()} Policy" for name in NAMES]
    assert first_waits.is_set()


def test_a_copy_that_cannot_be_written_is_told_and_those_before_and_behind_it_are_recorded(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(slug: str, copy: Copy, distribution: Path) -> None:
        if slug == "catering":
            raise RenderError("catering.pdf could not be written (the disk is full).")
        write_copy(slug, copy, distribution)

    monkeypatch.setattr(filling, "write_copy", full)
    report = workspace.day()
    assert report.failed == [("Catering Policy", "catering.pdf could not be written (the disk is full).")]
    assert set(workspace.current()) == set(NAMES) - {"catering"}
    assert len(report.made) == len(NAMES) - 1
    with workspace.register.reading() as tx:
        assert len(held_copies(tx, workspace.school)) == 1
    monkeypatch.undo()
    assert workspace.day().made == ["Catering Policy"]


def test_copies_that_are_done_at_the_same_time_are_recorded_together(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in NAMES[4:]:
        (workspace.root / "policies" / f"{name}.docx").unlink()
    transactions: list[object] = []
    add = rows.add_copy

    def noted(tx: rows.Transaction, school: str, record: CopyRecord, now: object) -> None:
        transactions.append(tx.get_transaction())
        add(tx, school, record, now)  # type: ignore[arg-type]

    monkeypatch.setattr(rows, "add_copy", noted)
    workspace.day()
    assert len(transactions) == 4
    assert transactions == transactions[:1] * 4
