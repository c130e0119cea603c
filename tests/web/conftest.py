"""What tests of a trust's desk share."""

from pathlib import Path

import pytest

from tests.made_once import made_once
from tests.web.trust_desk import lay_out_schools


@pytest.fixture(scope="session")
def two_schools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The trust of ``lay_out_schools`` with registers in files, for tests to copy."""
    return made_once(tmp_path_factory, "two-schools", lambda folder: lay_out_schools(folder / "vale")) / "vale"
