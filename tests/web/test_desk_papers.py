"""Papers and cards printed from the desk, and given to nobody but whoever had them printed."""

import io
import os
import stat
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipeline.papers.orders import PackOrder, order_packs
from pipeline.web.desk.receiving import Upload
from pipeline.web.desk.session_memory import Kept
from pipeline.web.desk.work import WorkState
from tests.school import MONDAY, SECRET, at
from tests.web.browser import Browser
from tests.web.desk import Desk, open_desk


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with open_desk(tmp_path_factory.mktemp("papers")) as one:
        one.school.add_policy("Confidentiality")
        one.school.add_person("Lee", email=None, team="Kitchen")
        one.school.add_person("Day", email=None, team="Kitchen")
        one.school.add_person("Hill", team="Office")
        one.school.add_person("Read", email=None, role="Bursar")
        one.sign_in("office@example.org")
        yield one


def test_packs_are_printed_behind_the_pages_and_downloaded_by_whoever_began_it(desk: Desk) -> None:
    page = desk.done("/papers", whose="unreached")
    assert "Papers to read and sign" in page
    piece = desk.finished()
    assert piece.state is WorkState.DONE, piece
    assert piece.finished
    assert piece.finished.said.startswith("3 files, ")
    assert "Download it" in desk.page(piece.page)
    got = desk.browser.get(piece.finished.href)
    assert got.status_code == 200
    assert got.headers["content-disposition"] == 'attachment; filename="papers-2026-11-23.zip"'
    assert got.headers["cache-control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(got.content)) as package:
        assert sorted(package.namelist()) == ["day-kim.pdf", "lee-kim.pdf", "read-kim.pdf"]
        assert package.read("lee-kim.pdf").startswith(b"%PDF")
    with_other = Browser(desk.app, desk.base_url)
    try:
        desk.sign_in("jo.marsh@example.org", with_other)
        refused = with_other.get(piece.finished.href)
        assert refused.status_code == 404
        assert "given to nobody but whoever had them printed" in refused.text
    finally:
        with_other.close()
    assert desk.browser.get("/download/nothing").status_code == 404


def test_one_person_is_one_file_and_a_staff_room_one_sheet_a_policy(desk: Desk) -> None:
    hill = next(row for row in people(desk) if row[1] == "Hill")[0]
    assert "Kim Hill" in desk.page(f"/papers?who={hill}")
    desk.done(f"/papers?who={hill}")
    piece = desk.finished()
    assert piece.finished
    assert desk.browser.get(piece.finished.href).content.startswith(b"%PDF")
    desk.done("/papers", **{"whose": "team", "team": "Kitchen", "by-policy": "yes"})
    piece = desk.finished()
    assert piece.title == "Sheets to sign"
    assert piece.finished
    assert (
        'filename="confidentiality-to-sign.pdf"' in desk.browser.get(piece.finished.href).headers["content-disposition"]
    )


def people(desk: Desk) -> list[tuple[int, str]]:
    from pipeline.register.people.persons import list_people

    with desk.school.register.reading() as tx:
        return [(row.id, row.person.last_name) for row in list_people(tx, desk.school.key, MONDAY)]


def test_what_is_wrong_with_an_order_is_said_at_the_form(desk: Desk) -> None:
    for fields, said in (
        ({"whose": ""}, "Say for whom"),
        ({"whose": "team", "team": ""}, "Choose the team"),
        ({"whose": "people", "people": " "}, "Name somebody"),
        ({"whose": "people", "people": "Nobody Atall"}, "Nobody here has the id"),
        ({"whose": "people", "who": "999"}, "not known any more"),
    ):
        answer = desk.send("/papers", **fields)
        assert answer.status_code == 422
        assert said in answer.text
    for number in ("", "0", "1001", "many"):
        assert desk.send("/papers/cards", number=number).status_code == 422


def test_cards_are_printed_and_recorded(desk: Desk) -> None:
    desk.done("/papers/cards", number="5")
    piece = desk.finished()
    assert piece.finished
    assert piece.finished.said.startswith("5 cards on 2 sheets")
    assert desk.browser.get(piece.finished.href).content.startswith(b"%PDF")
    assert "cards-printed" in desk.records()


def test_kept_files_lie_in_a_private_folder_and_go_after_a_while(tmp_path: Path) -> None:
    kept, source = Kept(), tmp_path / "papers.pdf"
    source.write_bytes(b"%PDF")
    now = at(MONDAY)
    key = kept.keep_file(1, Upload("papers.pdf", source, 4), now)
    found = kept.file(1, key, now)
    assert found is not None
    if os.name == "posix":
        assert stat.S_IMODE(found.path.parent.stat().st_mode) == 0o700
        assert stat.S_IMODE(found.path.parent.parent.stat().st_mode) == 0o700
    assert kept.file(2, key, now) is None
    assert kept.file(1, key, now + timedelta(hours=2, seconds=1)) is None
    kept._files[key] = kept._files[key].__class__(1, found, now, until=0.0)
    kept._sweep()
    assert not found.path.exists()
    kept.close()


def test_papers_that_are_recorded_as_handed_over_start_the_days_to_read(tmp_path: Path) -> None:
    with open_desk(tmp_path) as desk:
        desk.sign_in("jo.marsh@example.org")
        desk.school.add_policy("Confidentiality")
        lee = desk.school.add_person("Lee", email=None)
        printed_on = MONDAY - timedelta(days=28)
        order = PackOrder(("id-Lee",), desk.school.root / "packs")
        order_packs(
            desk.school.register, desk.school.config, order, secret=SECRET, today=printed_on, now=at(printed_on)
        )
        assert "Late with a reading Nothing waits" in desk.page(), "nobody handed it over"
        assert "Printed papers to hand over Kim Lee 1 person" in desk.page()
        assert "Nobody has been asked yet" in desk.page("/inspector")
        assert "Kim Lee, Teacher: Confidentiality, printed on 26 October 2026" in desk.page("/papers/handed")
        answer = desk.send("/papers/handed", on="2026-10-25", people=str(lee.id))
        assert "printed on 26 October 2026, so they cannot have been handed over" in answer.text
        assert "Look once more" in desk.send("/papers/handed", on="2026-11-20", people="999").text
        assert desk.send("/papers/handed", on="2026-11-20", people=str(lee.id)).status_code == 303
        [request] = desk.school.requests()
        assert request.due_on == date(2026, 12, 4), "two weeks from the day of handing over"
        assert "0 of 1 have recorded their reading; nobody late" in desk.page("/inspector")
        assert "No printed papers wait to be handed over" in desk.page("/papers/handed")
        desk.now = at(date(2026, 12, 7), 10)
        desk.sign_in("jo.marsh@example.org")
        assert "Late with a reading 1 person" in desk.page()
