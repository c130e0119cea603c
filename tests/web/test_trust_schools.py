"""Schools opened, and the ones least used closed, while others ask for the very same: nobody meets one half closed."""

import shutil
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest

from pipeline.trust.schools import load_trust
from pipeline.web.app import build_app
from pipeline.web.desk.receiving import Upload
from pipeline.web.sessions import Sessions
from pipeline.web.trust import schools as subject
from pipeline.web.trust.schools import OpenSchool, Schools
from tests.trust.world import TODAY, World
from tests.web.trust_desk import SCHOOLS

NOW = datetime.fromisoformat(f"{TODAY}T09:00").replace(tzinfo=UTC)
OAKFIELD, BEECH = SCHOOLS


@pytest.fixture
def schools(two_schools: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Schools:
    monkeypatch.setattr(subject, "_MOST_OPEN", 1)
    world = World(shutil.copytree(two_schools, tmp_path / "vale"))
    trust = load_trust(world.root)
    # Nobody of the trust asks here, so that its own sessions are not needed.
    return Schools(lambda: trust, cast(Sessions, None), lambda: NOW, {}, "http://127.0.0.1:8000", build_app)


def open_and_leave(schools: Schools, key: str) -> OpenSchool:
    with schools.using(key) as school:
        assert isinstance(school, OpenSchool)
        return school


def test_schools_that_are_closed_and_asked_for_at_once_stay_whole(schools: Schools) -> None:
    wrong: list[BaseException] = []

    def ask(key: str) -> None:
        try:
            for _ in range(15):
                with schools.using(key) as school:
                    assert isinstance(school, OpenSchool)
                    with school.site.register.reading() as tx:
                        assert tx is not None
                    # Where 'policy sign-in' of the school looks for its pages.
                    assert (school.folder / "distribution" / "serving-at").read_text().endswith(f"/schools/{key}")
        except BaseException as error:
            wrong.append(error)

    askers = [threading.Thread(target=ask, args=(key,)) for key in (OAKFIELD, BEECH) * 3]
    for each in askers:
        each.start()
    for each in askers:
        each.join()
    schools.close()
    assert wrong == []


def test_a_school_where_a_file_waits_for_somebody_is_not_closed(schools: Schools, tmp_path: Path) -> None:
    sent = tmp_path / "policy.txt"
    sent.write_text("Lettings Policy", encoding="utf-8")
    first = open_and_leave(schools, OAKFIELD)
    key = first.site.kept.keep_file(-1, Upload("policy.txt", sent, 15), NOW)
    open_and_leave(schools, BEECH)
    again = open_and_leave(schools, OAKFIELD)
    assert again is first
    assert again.site.kept.file(-1, key, NOW) is not None
    schools.close()
