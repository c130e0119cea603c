"""A trust in a temporary folder."""

from pathlib import Path

import pytest

from tests.made_once import made_once
from tests.trust.world import World, lay_out


@pytest.fixture
def trust(tmp_path: Path) -> World:
    """A trust with no school yet."""
    return lay_out(tmp_path / "trust")


@pytest.fixture(scope="session")
def after_a_night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A trust whose two schools have had their first night, for tests to copy."""

    def make(folder: Path) -> None:
        world = lay_out(folder / "trust")
        world.add("oakfield", "Oakfield School")
        world.add("beech", "Beech School")
        night = world.policy("trust", "run")
        assert night.code == 0, f"{night.out}{night.err}"

    return made_once(tmp_path_factory, "night", make) / "trust"
