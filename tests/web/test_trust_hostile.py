"""The desk of a trust under people who mean it ill, and under faults that nobody planned: no school sees another's."""

import re
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.trust.world import World
from tests.web.trust_desk import (
    OAKFIELD_OWNER,
    OFFICER,
    SCHOOLS,
    ServedTrust,
    Visitor,
    add_broken,
    serving,
)

STAFF = "Readera"


@pytest.fixture(scope="module")
def world(two_schools: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    world = World(shutil.copytree(two_schools, tmp_path_factory.mktemp("trust") / "vale"))
    add_broken(world)
    return world


@pytest.fixture(scope="module")
def served(world: World) -> Iterator[ServedTrust]:
    with serving(world) as served:
        yield served


@pytest.fixture(autouse=True)
def browsers_closed(served: ServedTrust) -> Iterator[None]:
    yield
    served.close_browsers()


def look(browser: Visitor, path: str = "/") -> str:
    for _ in range(40):
        page = browser.get(path).text
        if "still being looked at" not in page:
            return page
        time.sleep(0.5)
    raise AssertionError("schools are still being looked at")


@pytest.mark.parametrize(
    "path",
    [
        "/schools/oakfield/%2e%2e/beech-hill/people", "/schools/oakfield/..%2fbeech-hill/people",
        "/schools/oakfield//people", "//schools/oakfield/people", "/schools/oakfield;x/people",
        "/schools/Oakfield/people", "/schools/oakfield./people", "/schools/oakfield%00/people",
        "/schools/oakfield/people%00", "/schools/oakfield%0a/people", "/schools/oakfield/%ff",
    ],
)  # fmt: skip
def test_no_way_of_writing_a_path_leads_past_its_school(served: ServedTrust, path: str) -> None:
    for browser in (served.browser(OAKFIELD_OWNER, "oakfield"), served.browser(OFFICER)):
        answer = browser.get(path)
        assert answer.status_code == 404
        assert STAFF not in answer.text


@pytest.mark.parametrize("path", ["/report/", "/schools/oakfield/people/", "/schools/oakfield"])
def test_no_header_of_a_request_leads_to_another_host(served: ServedTrust, path: str) -> None:
    headers = {
        "Host": "elsewhere.example.org",
        "X-Forwarded-Host": "elsewhere.example.org",
        "X-Forwarded-Proto": "https",
    }
    answer = served.browser(OFFICER).client.get(path, headers=headers)
    assert answer.status_code in (303, 307)
    assert answer.headers["location"] in (path.rstrip("/"), f"{path}/")


def test_a_form_of_a_session_that_is_over_is_not_taken_from_a_visitor(served: ServedTrust) -> None:
    gone = served.browser(OAKFIELD_OWNER, "oakfield")
    form, cookie = gone.form_token("/schools/oakfield/people/add"), gone.client.cookies["policy_session.oakfield"]
    gone.post("/schools/oakfield/sign-out")
    officer = served.browser(OFFICER)
    officer.client.cookies.set("policy_session.oakfield", cookie)
    assert officer.get("/schools/oakfield/people").status_code == 200
    refused = officer.post("/schools/oakfield/mailings/stop", form=form, once="1")
    assert (refused.status_code, refused.headers.get("location")) == (422, None)
    own = officer.form_token("/schools/oakfield/people/add")
    assert officer.post("/schools/oakfield/mailings/stop", form=own, once="2").status_code == 303


def test_a_school_with_wrong_settings_has_its_name_where_that_can_be_read(served: ServedTrust, world: World) -> None:
    officer = served.browser(OFFICER)
    assert "Elm Road Academy" in look(officer)
    assert ">elm-road<" not in look(officer)
    told = officer.get("/schools/elm-road/").text
    assert "<h1>Elm Road Academy cannot be opened just now</h1>" in told
    assert "Open this page again after that" in told
    assert ">Elm Road Academy</a>" in served.browser().get("/").text
    path = world.school("elm-road") / "config.toml"
    before = path.read_text(encoding="utf-8")
    try:
        path.write_text(before + "\nthis is no line of TOML\n", encoding="utf-8")
        assert ">Elm Road Academy</a>" in served.browser().get("/").text
    finally:
        path.write_text(before, encoding="utf-8")


def test_a_school_that_takes_a_new_name_has_it_at_once(served: ServedTrust, world: World) -> None:
    path = world.school("beech-hill") / "config.toml"
    before = path.read_text(encoding="utf-8")
    assert f">{SCHOOLS['beech-hill']}</a>" in served.browser().get("/").text
    try:
        path.write_text(before.replace(SCHOOLS["beech-hill"], "Beech Hill Academy"), encoding="utf-8")
        assert ">Beech Hill Academy</a>" in served.browser().get("/").text
    finally:
        path.write_text(before, encoding="utf-8")


def test_a_school_whose_folder_is_moved_away_is_closed_and_found_again(served: ServedTrust, world: World) -> None:
    officer, folder = served.browser(OFFICER), world.school("beech-hill")
    assert officer.get("/schools/beech-hill/people").status_code == 200
    away = folder.rename(folder.with_name("away"))
    try:
        told = officer.get("/schools/beech-hill/people")
        assert told.status_code == 503
        assert "Put the school’s folder back" in told.text.replace("&#39;", "’")
    finally:
        away.rename(folder)
    time.sleep(5.5)
    assert STAFF in officer.get("/schools/beech-hill/people").text


def test_when_the_trusts_register_cannot_be_read_a_page_says_so(served: ServedTrust, world: World) -> None:
    officer, owner = served.browser(OFFICER), served.browser(OAKFIELD_OWNER, "oakfield")
    assert officer.get("/schools/oakfield/").status_code == 200
    with closing(sqlite3.connect(world.root / "distribution" / "register.sqlite3")) as register:
        tables = register.execute("SELECT sql, name FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
        register.execute("ALTER TABLE web_session RENAME TO web_session_gone")
        try:
            for path in ("/", "/schools/oakfield/", "/schools/elm-road/"):
                # A connection over which something went wrong is closed.
                answer = httpx.get(served.address + path, cookies=dict(officer.client.cookies), timeout=60)
                assert answer.status_code in (500, 503), path
                assert answer.headers["content-type"].startswith("text/html"), path
                assert "try again" in answer.text, path
                assert answer.headers["cache-control"] == "no-store", path
            # Nobody of a school is kept out by it.
            assert owner.get("/schools/oakfield/people").status_code == 200
        finally:
            register.execute("ALTER TABLE web_session_gone RENAME TO web_session")
            # SQLite writes the tables that are renamed in other words, which a register takes for damage.
            register.execute("PRAGMA writable_schema = ON")
            register.executemany("UPDATE sqlite_master SET sql = ? WHERE name = ?", tables)
            register.execute("PRAGMA writable_schema = RESET")
            register.commit()
    assert officer.get("/schools/oakfield/").status_code == 200


def test_evidence_is_given_to_nobody_whose_right_to_it_is_over(served: ServedTrust, world: World) -> None:
    officer = served.browser(OFFICER)
    begun = officer.post("/evidence", form=officer.form_token("/evidence"), reader="governors", school="oakfield")
    for _ in range(120):
        if link := re.search(r"/download/[\w-]+", officer.get(begun.headers["location"]).text):
            break
        time.sleep(0.5)
    assert link
    part = officer.client.get(link[0], headers={"Range": "bytes=0-1"})
    assert (part.status_code, part.content) == (206, b"PK")
    path = world.root / "trust.toml"
    before = path.read_text(encoding="utf-8")
    line = f'"{OFFICER}" = {{ schools = "all", rights = "owner" }}'
    try:
        for less in ('{ schools = "all" }', '{ schools = ["beech-hill"], rights = "owner" }'):
            path.write_text(before.replace(line, f'"{OFFICER}" = {less}'), encoding="utf-8")
            answer = officer.get(link[0])
            assert (answer.status_code, b"PK" in answer.content) == (404, False), less
    finally:
        path.write_text(before, encoding="utf-8")
    assert officer.get(link[0]).status_code == 200


def test_forms_that_are_refused_do_not_keep_schools_from_being_seen(served: ServedTrust) -> None:
    officer = served.browser(OFFICER)
    seen = look(officer)
    for _ in range(3):
        assert httpx.post(f"{served.address}/schools/oakfield/people/add", data={"x": "y"}).status_code == 401
        assert httpx.options(f"{served.address}/schools/oakfield/people").status_code == 405
    assert officer.get("/").text == seen
