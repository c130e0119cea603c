"""A real register in a folder of its own, and one in memory."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.register.store.database import Register
from tests.registers import open_memory_register, open_register

NOW = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    """A new register in a file."""
    with open_register(
        "register.sqlite3", root=tmp_path, school_name="West Park School", time_zone="Europe/London"
    ) as opened:
        yield opened


@pytest.fixture
def memory_register() -> Iterator[Register]:
    """A new register in memory."""
    with open_memory_register(school_name="West Park School", time_zone="Europe/London") as opened:
        yield opened


@pytest.fixture
def now() -> datetime:
    """Six thirty in the morning of 24 November 2026."""
    return NOW
