"""The mail tests' school."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mail.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A school with two policies and their copies, on the folder route."""
    school = World(tmp_path)
    school.add_policy("confidentiality")
    school.add_policy("safeguarding", words=2400)
    yield school
    school.register.close()
