"""The desk of a trust as a real server: who sees which school, and that no school is seen by another's people."""

import io
import re
import shutil
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from pipeline.web.desk.routes import FORMS, PAGES
from tests.trust.world import TODAY, World
from tests.web.trust_desk import (
    HEAD_OF_ONE,
    OAKFIELD_OWNER,
    OFFICER,
    SCHOOLS,
    TRUSTEE,
    ServedTrust,
    Visitor,
    add_broken,
    codes,
    lay_out_schools,
    personal_link,
    serving,
)

OWN_PAGES = ("/", "/report", "/report.pdf", "/evidence", f"/work/{1}", "/download/x", "/sessions", "/second-step")
FILLED = {"slug": "lettings", "person": "1", "number": "1", "mailing": "1", "mail": "1", "table": "mail", "name": "1"}
STAFF = "Readera"
"""A surname that stands in both schools' staff lists, and nowhere else."""


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.needs("postgresql"))])
def world(two_schools: Path, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("trust") / "vale"
    if request.param == "postgresql":
        world = lay_out_schools(folder, request.getfixturevalue("postgresql"))
    else:
        world = World(shutil.copytree(two_schools, folder))
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


def filled_in(path: str, code: str = "x") -> str:
    return re.sub(r"\{(\w+)\}", lambda found: code if found[1] == "code" else FILLED.get(found[1], "x"), path)


def look(browser: Visitor, path: str = "/") -> httpx.Response:
    """Look at a page of the trust, once every school has been looked at."""
    for _ in range(40):
        answer = browser.get(path)
        if "still being looked at" not in answer.text:
            return answer
        time.sleep(0.5)
    raise AssertionError("schools are still being looked at")


# --- nobody signed in ------------------------------------------------------------------------------------------------


def test_nobody_sees_anything_without_signing_in(served: ServedTrust) -> None:
    nobody = served.browser()
    for path in (*OWN_PAGES, *(f"/schools/oakfield{filled_in(each)}" for each in (*PAGES, *FORMS))):
        answer = nobody.get(path)
        assert answer.status_code in (401, 404), path
        assert STAFF not in answer.text
    for path in ("/evidence", "/sessions/end", "/second-step", "/schools/oakfield/mailings/stop"):
        assert nobody.post(path, school="oakfield").status_code == 401, path


def test_the_page_for_signing_in_leads_each_schools_people_to_their_own(served: ServedTrust) -> None:
    nobody = served.browser()
    page = nobody.get("/").text
    assert f'<a href="/schools/oakfield/sign-in">{SCHOOLS["oakfield"]}</a>' in page
    own = nobody.get("/schools/oakfield/sign-in").text
    assert '<form method="post" action="/schools/oakfield/sign-in"' in own
    assert '<a href="/sign-in">Sign in at the trust’s own page</a>' in own
    assert str(served.world.root) not in page + own


def test_an_address_that_there_is_not_says_so(served: ServedTrust) -> None:
    nobody = served.browser()
    for path in ("/schools/nowhere/", "/schools/OAKFIELD/", "/schools/oak%2Ffield/", "/nothing", "/schools/../x"):
        assert nobody.get(path).status_code == 404, path
    assert nobody.get("/schools/oakfield").headers["location"] == "/schools/oakfield/"
    assert nobody.get("/healthz").json()["status"] == "ok"


# --- a school's own people -------------------------------------------------------------------------------------------


def test_a_schools_own_user_sees_their_school_and_no_other(served: ServedTrust) -> None:
    owner = served.browser(OAKFIELD_OWNER, "oakfield")
    assert STAFF in owner.get("/schools/oakfield/people").text
    assert "All schools" not in owner.get("/schools/oakfield/").text
    ours = codes(served.world, "beech-hill")[0]
    for path in (*PAGES, *FORMS, "/download/x", "/reviews/calendar.ics"):
        answer = owner.get(f"/schools/beech-hill{filled_in(path, ours)}")
        assert answer.status_code in (401, 404), path
        assert STAFF not in answer.text
    for path in OWN_PAGES:
        assert owner.get(path).status_code in (401, 404), path


def test_a_schools_own_user_does_nothing_at_another(served: ServedTrust) -> None:
    owner = served.browser(OAKFIELD_OWNER, "oakfield")
    form = owner.form_token("/schools/oakfield/people/add")
    for path in FORMS:
        answer = owner.post(f"/schools/beech-hill{filled_in(path)}", form=form, once="x", reader="school")
        assert answer.status_code in (401, 403), path
    assert owner.post("/evidence", form=form, school="beech-hill", reader="school").status_code == 401


def test_a_session_of_one_school_is_none_at_another_nor_at_the_trust(served: ServedTrust) -> None:
    owner = served.browser(OAKFIELD_OWNER, "oakfield")
    token = owner.client.cookies["policy_session.oakfield"]
    for name, path in (
        ("policy_session.beech-hill", "/schools/beech-hill/"),
        ("policy_session", "/"),
        ("policy_session", "/schools/beech-hill/"),
        ("policy_session", "/schools/oakfield/"),
        ("__Host-policy_session.oakfield", "/schools/oakfield/"),
    ):
        assert httpx.get(served.address + path, cookies={name: token}).status_code == 401, (name, path)


def test_a_copys_code_is_known_at_its_own_school_alone(served: ServedTrust) -> None:
    nobody, code = served.browser(), codes(served.world, "oakfield")[0]
    assert "Lettings" in nobody.get(f"/schools/oakfield/c/{code}").text
    other = nobody.get(f"/schools/beech-hill/c/{code}")
    assert other.status_code == 404
    assert "Lettings" not in other.text
    assert nobody.get(f"/c/{code}").status_code == 404


def test_a_personal_link_opens_at_its_own_school_alone(served: ServedTrust) -> None:
    reader = served.browser()
    link = personal_link(served.world, "oakfield")
    page = reader.get(link)
    assert page.status_code == 200
    assert f'action="{link}"' in page.text
    assert reader.get(link.replace("oakfield", "beech-hill")).status_code == 404
    assert reader.get(link.removeprefix("/schools/oakfield")).status_code == 404
    token = reader.form_token(link)
    answer = reader.post(link, form=token, read="yes", surname=STAFF)
    assert "recorded" in reader.get(answer.headers.get("location", link)).text


# --- the trust's people ----------------------------------------------------------------------------------------------


def test_whoever_has_counts_sees_every_school_and_nobodys_name(served: ServedTrust) -> None:
    trustee = served.browser(TRUSTEE)
    page = look(trustee).text
    for name in SCHOOLS.values():
        assert name in page
    assert "1 of 1" in page
    assert "Its settings or its register need mending" in page
    for path in ("/", "/report", "/schools/oakfield/", "/schools/oakfield/figures", "/schools/beech-hill/readings"):
        answer = look(trustee, path)
        assert answer.status_code == 200, path
        assert STAFF not in answer.text
    code = codes(served.world, "oakfield")[0]
    for path in ("/people", "/people/1", "/policies", "/copies", f"/copies/{code}", "/mailings/returned", "/evidence",
                 "/inspector", "/search?q=reader", "/contacts", "/settings", "/upload"):  # fmt: skip
        answer = trustee.get(f"/schools/oakfield{path}")
        assert answer.status_code == 403, path
        assert STAFF not in answer.text
    assert trustee.get("/evidence").status_code == 403
    form = trustee.form_token("/sessions")
    assert trustee.post("/evidence", form=form, school="oakfield", reader="school").status_code == 403


def test_whoever_has_one_school_sees_that_one(served: ServedTrust) -> None:
    head = served.browser_by_mail(HEAD_OF_ONE)
    page = look(head).text
    assert SCHOOLS["oakfield"] in page
    assert SCHOOLS["beech-hill"] not in page
    assert SCHOOLS["beech-hill"] not in look(head, "/report").text
    assert STAFF in head.get("/schools/oakfield/people").text
    assert head.get("/schools/beech-hill/").status_code == 401
    assert head.get("/schools/elm-road/").status_code == 503
    assert "nonsense" not in head.get("/schools/elm-road/").text
    # Rights at one school are none over the trust's own sessions.
    trustee = served.browser(TRUSTEE)
    assert TRUSTEE not in head.get("/sessions").text
    assert trustee.get("/").status_code == 200
    assert served.take_step(head).status_code == 303
    form = head.form_token("/evidence")
    refused = head.post("/evidence", form=form, school="beech-hill", reader="governors")
    assert (refused.status_code, "Say of which schools" in refused.text) == (422, True)


def test_an_officer_works_at_a_schools_own_desk_by_name(served: ServedTrust) -> None:
    officer = served.browser(OFFICER)
    assert "nonsense is not a key" in look(officer).text
    home = officer.get("/schools/beech-hill/").text
    assert '<a href="/">All schools</a>' in home
    assert STAFF in officer.get("/schools/beech-hill/people").text
    path = "/schools/beech-hill/mailings/stop"
    ours = officer.form_token("/schools/beech-hill/people/add")
    theirs = officer.form_token("/schools/oakfield/people/add")
    assert ours != theirs
    assert officer.post(path, form=theirs, once="1").status_code == 422
    assert httpx.post(
        served.address + path, data={"form": ours, "once": "1"}, headers={"Origin": "https://elsewhere.example.org"},
        cookies=dict(officer.client.cookies),
    ).status_code == 403  # fmt: skip
    done = officer.post(path, form=ours, once="2")
    assert done.status_code == 303
    assert done.headers["location"].startswith("/schools/beech-hill/")
    ledger = World(served.world.school("beech-hill")).policy("ledger", "verify", "--json")
    assert ledger.code == 0, ledger.err


def test_every_page_of_a_school_leads_on_within_it(served: ServedTrust) -> None:
    officer = served.browser(OFFICER)
    waiting, seen, wrong = ["/schools/oakfield/"], {"/schools/oakfield/"}, []
    while waiting and len(seen) < 120:
        path = waiting.pop(0)
        answer = officer.get(path)
        if answer.status_code not in (200, 303):
            wrong.append((path, answer.status_code))
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        for link in re.findall(r'\b(?:href|src|action)="(/[^"#?]*)', answer.text):
            if link != "/" and not link.startswith("/schools/oakfield/"):
                wrong.append((path, link))
            elif link.startswith("/schools/oakfield/") and link not in seen and "/sign-out" not in link:
                seen.add(link)
                waiting.append(link)
    # What is only sent is not looked at.
    assert [each for each in wrong if each[1] != 405] == []
    assert len(seen) > 60


def test_the_report_to_trustees_names_nobody(served: ServedTrust) -> None:
    trustee = served.browser(TRUSTEE)
    page = look(trustee, "/report").text
    assert "2 schools with 2 policies" in page
    assert "Elm Road Academy: its settings or its register need mending" in page
    assert STAFF not in page
    paper = trustee.get("/report.pdf")
    assert paper.content.startswith(b"%PDF")
    assert paper.headers["content-disposition"] == f'attachment; filename="policies-{TODAY}.pdf"'


# --- the second step, and evidence -----------------------------------------------------------------------------------


def test_evidence_of_all_schools_is_one_archive_that_its_maker_alone_has(served: ServedTrust) -> None:
    officer = served.browser_by_mail(OFFICER)
    asked = officer.get("/evidence")
    assert asked.headers["location"] == "/second-step?then=%2Fevidence"
    assert served.take_step(officer, "/evidence").headers["location"] == "/evidence"
    form = officer.form_token("/evidence")
    assert "For whom is it" in officer.get("/evidence").text
    assert officer.post("/evidence", form=form, school="oakfield").status_code == 422
    assert officer.client.post("/evidence", data={"form": "x", "school": "oakfield"}).status_code == 403
    begun = officer.client.post(
        "/evidence", data={"form": form, "reader": "governors", "school": ["oakfield", "beech-hill", "elm-road"]}
    )
    assert begun.status_code == 303, begun.text
    piece = begun.headers["location"]
    other = served.browser(OFFICER)
    assert other.get(piece).status_code == 404
    for _ in range(120):
        page = officer.get(piece).text
        if link := re.search(r"/download/[\w-]+", page):
            break
        time.sleep(0.5)
    else:
        raise AssertionError(page)
    assert "Left out, since none could be made: Elm Road Academy." in page
    assert other.get(link[0]).status_code == 404
    with zipfile.ZipFile(io.BytesIO(officer.get(link[0]).content)) as archive:
        names = archive.namelist()
        assert {name.split("/")[0] for name in names} == {"oakfield", "beech-hill", "left-out.txt"}
        assert "oakfield/index.html" in names
        assert "elm-road" in archive.read("left-out.txt").decode()


def test_the_second_step_of_a_visitor_is_the_trusts_own(served: ServedTrust) -> None:
    officer = served.browser_by_mail(OFFICER)
    led = officer.get("/schools/oakfield/evidence")
    assert led.headers["location"] == "/schools/oakfield/second-step?then=%2Fevidence"
    led = officer.get(led.headers["location"])
    assert led.headers["location"] == "/second-step?then=%2Fschools%2Foakfield%2Fevidence"
    back = served.take_step(officer, "/schools/oakfield/evidence")
    assert back.headers["location"] == "/schools/oakfield/evidence"
    assert officer.get("/schools/oakfield/evidence").status_code == 200
    assert officer.get("/schools/beech-hill/evidence").status_code == 200
    assert officer.get("/schools/oakfield/sessions").headers["location"] == "/sessions"


# --- the end of a session --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["/sign-out", "/schools/oakfield/sign-out"])
def test_whoever_signs_out_is_signed_out_everywhere(served: ServedTrust, where: str) -> None:
    officer = served.browser(OFFICER)
    cookies = dict(officer.client.cookies)
    assert officer.get("/schools/beech-hill/").status_code == 200
    out = officer.post(where)
    assert (out.status_code, out.headers["location"]) == (303, "/sign-in")
    for path in ("/", "/schools/oakfield/", "/schools/beech-hill/people"):
        assert httpx.get(served.address + path, cookies=cookies).status_code == 401, path


def test_a_schools_own_sign_out_ends_a_session_at_the_trust_too(served: ServedTrust) -> None:
    both = served.browser(OFFICER)
    both.post(served.link_of(OAKFIELD_OWNER, "oakfield"))
    assert OAKFIELD_OWNER in both.get("/schools/oakfield/sessions").text
    assert both.post("/schools/oakfield/sign-out").headers["location"] == "/schools/oakfield/sign-in"
    assert both.get("/schools/oakfield/").status_code == 401
    assert both.get("/").status_code == 401


def test_a_session_ended_on_the_computer_ends_at_every_school(served: ServedTrust) -> None:
    head = served.browser(HEAD_OF_ONE)
    assert head.get("/schools/oakfield/").status_code == 200
    assert served.world.policy("trust", "sign-in", "--revoke", HEAD_OF_ONE).code == 0
    assert head.get("/schools/oakfield/").status_code == 401


# --- schools that break, come and go; a file that breaks -------------------------------------------------------------


def test_a_broken_school_stops_itself_alone(served: ServedTrust) -> None:
    nobody, officer = served.browser(), served.browser(OFFICER)
    assert "nonsense" not in nobody.get("/schools/elm-road/").text
    told = officer.get("/schools/elm-road/")
    assert told.status_code == 503
    assert "nonsense is not a key of this file" in told.text
    assert officer.get("/schools/oakfield/").status_code == 200


def test_what_changes_in_the_trusts_file_holds_at_once(served: ServedTrust, world: World) -> None:
    officer, head = served.browser(OFFICER), served.browser(HEAD_OF_ONE)
    path = world.root / "trust.toml"
    before = path.read_text(encoding="utf-8")
    try:
        assert world.policy("trust", "add", "new-school", "--school", "New School").code == 0
        page = look(officer).text
        assert "New School" in page
        assert officer.get("/schools/new-school/").status_code == 200
        path.write_text(path.read_text(encoding="utf-8") + "\nnonsense = 1\n", encoding="utf-8")
        page = look(officer).text
        assert "trust.toml needs mending" in page
        assert "nonsense" in page
        assert "New School" in page
        told = look(head).text
        assert "trust.toml has mistakes" in told
        assert "nonsense" not in told
        path.write_text(before.replace(f'"{HEAD_OF_ONE}" =', '"other@vale.example.org" ='), encoding="utf-8")
        assert "trust.toml needs mending" not in look(officer).text
        assert "New School" not in look(officer).text
        assert officer.get("/schools/new-school/").status_code == 404
        assert head.get("/").status_code == 401
        assert head.get("/schools/oakfield/").status_code == 401
    finally:
        path.write_text(before, encoding="utf-8")


def test_it_ends_within_seconds_and_says_an_address_in_use_in_a_sentence(world: World) -> None:
    with serving(world) as other:
        officer = other.browser(OFFICER)
        assert officer.get("/schools/oakfield/").status_code == 200
        refused = world.policy("trust", "serve", "--port", other.address.rpartition(":")[2])
        assert refused.code == 2
        assert "cannot be served" in refused.err
        code, seconds = other.end()
        assert code == 0
        assert seconds < 5
    with serving(world) as again:
        # A restart signs nobody out.
        cookies = dict(officer.client.cookies)
        assert httpx.get(f"{again.address}/schools/oakfield/", cookies=cookies).status_code == 200
