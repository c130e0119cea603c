"""Workspaces that tests copy: made by the first worker of a run that wants one, and waited for by the others."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock


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


def put_aside(folder: Path, to: Path | None = None) -> Path:
    """Move what was made, so that a copy of it is not taken for the second of two that are in use; return where to."""
    return folder.rename(to or folder.with_name(f"{folder.name} put aside"))
