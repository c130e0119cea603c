"""The commands laid out in a new workspace, typed from another folder as an office would."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.starting.launchers import launcher_files, typed
from pipeline.workspace import init_workspace

posix = pytest.mark.skipif(sys.platform == "win32", reason="runs a shell script")
EMPTY_PATH = {"PATH": "/usr/bin:/bin"}


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A new workspace, in a folder whose name a shell would take apart."""
    folder = tmp_path / "St Mary's £ School (new)"
    init_workspace(folder, "Hillside School")
    return folder


def call(command: Path, *arguments: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    """Type a command in a folder that is not the workspace, with nothing of ours on the path."""
    environ = {**EMPTY_PATH, **environ}
    return subprocess.run([str(command), *arguments], cwd="/", env=environ, capture_output=True, text=True, check=False)


@posix
@pytest.mark.parametrize("name", ["my-school", "St Mary's £ School (new)", "Ysgol Tŷ Gwyn"])
def test_run_works_from_any_folder_without_the_program_on_the_path(tmp_path: Path, name: str) -> None:
    init_workspace(tmp_path / name, "Hillside School")
    done = call(tmp_path / name / "run", "--dry-run")
    assert done.returncode == 0, done.stderr
    assert "This is a dry run" in done.stdout


@posix
def test_what_is_typed_behind_the_command_reaches_the_program(workspace: Path) -> None:
    assert call(workspace / "run", "--no-such-option").returncode == 2


@posix
def test_a_workspace_that_was_moved_still_runs(workspace: Path, tmp_path: Path) -> None:
    moved = tmp_path / "elsewhere"
    shutil.move(workspace, moved)
    assert call(moved / "run", "--dry-run").returncode == 0


@posix
def test_a_python_file_among_the_schools_files_does_not_stand_in_for_a_part_of_the_program(workspace: Path) -> None:
    (workspace / "click.py").write_text("raise SystemExit('this is not click')", encoding="utf-8")
    assert call(workspace / "run", "--dry-run").returncode == 0


@posix
def test_a_program_that_is_gone_is_told_with_what_to_do(tmp_path: Path) -> None:
    command = tmp_path / "run"
    command.write_bytes(launcher_files("/nowhere/.venv/bin/python")["run"])
    command.chmod(0o755)
    done = call(command)
    assert done.returncode == 3
    assert "not at /nowhere/.venv/bin/python any more" in done.stderr


@posix
def test_a_program_that_moved_is_found_on_the_path(tmp_path: Path) -> None:
    command, policy = tmp_path / "run", tmp_path / "bin" / "policy"
    command.write_bytes(launcher_files("/nowhere/.venv/bin/python")["run"])
    policy.parent.mkdir()
    policy.write_text('#!/bin/sh\necho "found $*"\n', encoding="utf-8")
    command.chmod(0o755)
    policy.chmod(0o755)
    assert call(command, "--dry-run", PATH=f"{policy.parent}:/usr/bin:/bin").stdout == "found run --dry-run\n"


def test_files_that_are_there_are_left_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("mine", encoding="utf-8")
    made = init_workspace(tmp_path, "")
    assert (tmp_path / "run").read_text(encoding="utf-8") == "mine"
    assert {path.name for path in made} >= {"run.cmd", "serve", "serve.cmd"}


def test_windows_commands_have_windows_line_ends_and_keep_odd_paths_whole() -> None:
    for name in ("run.cmd", "serve.cmd"):
        plain = launcher_files(r"C:\Users\office\policies\.venv\Scripts\python.exe")[name]
        assert plain.count(b"\r\n") == plain.count(b"\n") > 0
        assert b"chcp" not in plain
        odd = launcher_files(r"C:\100% Tŷ\python.exe")[name].decode("utf-8")
        assert "chcp 65001" in odd
        assert r'set "PYTHON=C:\100%% Tŷ\python.exe"' in odd


def test_a_path_is_typed_in_quotation_marks_only_where_it_must_be() -> None:
    assert typed(r"C:\schools\hillside\run.cmd", windows=True) == r"C:\schools\hillside\run.cmd"
    assert typed(r"C:\My school\run.cmd", windows=True) == r'"C:\My school\run.cmd"'
    assert typed("/srv/hillside/run", windows=False) == "/srv/hillside/run"
    assert typed("/srv/my school/run", windows=False) == "'/srv/my school/run'"


@posix
def test_what_init_says_to_type_works_where_it_is_typed(tmp_path: Path) -> None:
    folder = tmp_path / "St Mary's School"
    policy = [sys.executable, "-P", "-m", "pipeline", "init", str(folder)]
    said = subprocess.run(policy, cwd="/", capture_output=True, text=True, check=True).stdout
    commands = [line.strip() for line in said.splitlines() if line.startswith("       ")]
    assert len(commands) == 4
    for command in commands:
        if not command.startswith(typed(str(folder / "serve"), windows=False)):
            done = subprocess.run(command, shell=True, cwd="/", env=EMPTY_PATH, capture_output=True, check=False)
            assert done.returncode == 0, done.stderr.decode()


@posix
def test_launchers_can_be_started_and_nothing_else_is_made_executable(tmp_path: Path) -> None:
    made = init_workspace(tmp_path, "")
    assert {path.name for path in made if os.access(path, os.X_OK)} == {"run", "run.cmd", "serve", "serve.cmd"}
