"""Workspaces that tests copy: made by the first worker of a run that wants one, and waited for by the others."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from pipeline.register.store.computer_signs import STATE_FOLDER
from tests.registers import copy_database, on_server, set_aside_database
from tests.school import School


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Return the folder ``name``, which ``make`` has filled; pytest takes it away with what the tests have made.

    Whoever uses it copies it first. A name stands for one thing in all modules.
    """
    own = factory.getbasetemp()
    # A worker's folder lies in that of the whole run.
    shared = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "made-once"
    shared.mkdir(exist_ok=True)
    folder, done = shared / name, shared / f"{name}.done"
    with FileLock(shared / f"{name}.lock"):
        if not done.exists():
            making = shared / "making" / name
            making.mkdir(parents=True)  # Fails where another worker has failed at it: what it left is no material.
            make(making)
            put_aside(making, folder)
            done.touch()
    return folder


def copy_school(
    factory: pytest.TempPathFactory, name: str, root: Path, toml: str, fill: Callable[[School], object]
) -> School:
    """Open a school in ``root`` that is as ``fill`` leaves one, which is done once; its register is of the test's kind.

    ``fill`` changes no settings. On PostgreSQL each worker has a server, and so a school, of its own.
    """
    server = on_server()

    def make(folder: Path) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(STATE_FOLDER, "none")
            with School(folder / "school", toml) as school:
                fill(school)
        if server is not None:
            (folder / "database").write_text(set_aside_database(folder / "school"), encoding="ascii")

    made = made_once(factory, name if server is None else f"{name}-{server.port}", make)
    shutil.copytree(made / "school", root, dirs_exist_ok=True)
    if server is not None:
        copy_database((made / "database").read_text(encoding="ascii"), root)
    return School(root, toml)


def put_aside(folder: Path, to: Path | None = None) -> Path:
    """Move what was made, so that a copy of it is not taken for the second of two that are in use; return where to."""
    return folder.rename(to or folder.with_name(f"{folder.name} put aside"))
