"""The fixture of a policies folder with a fresh register."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.policies.folders import SCHOOL, Folder
from tests.registers import open_register


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    """An empty policies folder with a fresh register."""
    (tmp_path / "policies").mkdir()
    with open_register("register.sqlite3", root=tmp_path, school_name=SCHOOL, time_zone="Europe/London") as register:
        yield Folder(tmp_path / "policies", register)
