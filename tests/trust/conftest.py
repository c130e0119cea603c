"""A trust in a temporary folder."""

from pathlib import Path

import pytest

from tests.trust.world import World, lay_out


@pytest.fixture
def trust(tmp_path: Path) -> World:
    """A trust with no school yet."""
    return lay_out(tmp_path / "trust")
