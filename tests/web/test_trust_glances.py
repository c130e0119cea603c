"""Schools looked at behind the page: none is left out because others took long, or because one cannot be looked at."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.trust.schools import load_trust
from pipeline.web.trust import glances as subject
from pipeline.web.trust.glances import Glances
from tests.trust.world import TODAY, World
from tests.web.trust_desk import SCHOOLS

NOW = datetime.fromisoformat(f"{TODAY}T09:00").replace(tzinfo=UTC)


def test_schools_that_take_longer_than_a_minute_are_all_seen(
    two_schools: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(shutil.copytree(two_schools, tmp_path / "vale"))
    # As if a minute went by between the first school and the last.
    monkeypatch.setattr(subject, "FRESH_SECONDS", 0.0)
    glances = Glances(lambda: NOW)
    try:
        seen = glances.of(load_trust(world.root), list(SCHOOLS), wait_seconds=60)
        assert [seen[key].glance.figures is not None for key in SCHOOLS] == [True, True]
        # A form that is sent while a page waits does not keep it waiting.
        glances.forget("oakfield")
        assert set(glances.of(load_trust(world.root), list(SCHOOLS), wait_seconds=60)) == set(SCHOOLS)
    finally:
        glances.close()


def test_a_school_that_cannot_be_looked_at_is_told_and_looked_at_again(two_schools: Path, tmp_path: Path) -> None:
    world = World(shutil.copytree(two_schools, tmp_path / "vale"))
    trust, note = load_trust(world.root), world.root / "leaving.json"
    note.write_text("this is no note", encoding="utf-8")
    glances = Glances(lambda: NOW)
    try:
        for _ in range(2):
            seen = glances.of(trust, list(SCHOOLS), wait_seconds=60)
            assert "leaving.json" in " ".join(seen["oakfield"].glance.problem)
            assert seen["oakfield"].glance.school.name == SCHOOLS["oakfield"]
            glances.forget("oakfield")
        note.unlink()
        glances.forget("oakfield")
        assert glances.of(trust, ["oakfield"], wait_seconds=60)["oakfield"].glance.figures
    finally:
        glances.close()
