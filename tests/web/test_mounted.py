"""A school's pages below a path: addresses, cookies and ways on are counted from there, and nothing else is changed."""

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from pipeline.web.trust.mounted import Mounted
from tests.web.browser import Browser

PAGE = (
    '<link href="/style.css"><a href="/policies?x=/y">a</a><form action="/">b</form><img src="/logo">'
    '<a href="/../sign-in">c</a> <a href="/..">d</a> <a href="//elsewhere.example.org/x">e</a>'
    '<a href="https://example.org/x">f</a> <a href="#main">g</a> <p>he wrote href=&#34;/x&#34;</p>'
)
CHANGED = (
    '<link href="/schools/oak/style.css"><a href="/schools/oak/policies?x=/y">a</a>'
    '<form action="/schools/oak/">b</form><img src="/schools/oak/logo">'
    '<a href="/sign-in">c</a> <a href="/">d</a> <a href="//elsewhere.example.org/x">e</a>'
    '<a href="https://example.org/x">f</a> <a href="#main">g</a> <p>he wrote href=&#34;/x&#34;</p>'
)

SHEET = (
    '@import "/more.css"; a { background: url(/logo) } b { background: URL( "/x.png" ) } c { background: url(\'/y\') }'
    " d { background: url(//elsewhere.example.org/z) } e { background: url(data:image/png;base64,/9) }"
)
CHANGED_SHEET = (
    '@import "/schools/oak/more.css"; a { background: url(/schools/oak/logo) }'
    " b { background: URL( \"/schools/oak/x.png\" ) } c { background: url('/schools/oak/y') }"
    " d { background: url(//elsewhere.example.org/z) } e { background: url(data:image/png;base64,/9) }"
)


def _lead(request: Request) -> Response:
    response = RedirectResponse(request.query_params["to"], status_code=303)
    response.set_cookie("__Host-policy_session", "secret", path="/", secure=True, httponly=True, samesite="lax")
    return response


def _echo(request: Request) -> Response:
    return JSONResponse(
        {"path": request.url.path, "cookies": dict(request.cookies), "referer": request.headers.get("referer")}
    )


APP = Starlette(
    routes=[
        Route("/", lambda request: HTMLResponse(PAGE)),
        Route("/plain", lambda request: PlainTextResponse(PAGE)),
        Route("/style.css", lambda request: Response(SHEET, media_type="text/css")),
        Route("/lead", _lead),
        Route("/echo/{rest:path}", _echo),
        Route("/folder/", _echo),
    ]
)


def open_browser(*, is_https: bool = False) -> Browser:
    scheme = "https" if is_https else "http"
    return Browser(Mounted(APP, "oak", lambda: is_https), f"{scheme}://policies.example.org")


def test_addresses_of_a_page_are_counted_from_the_servers_first_page() -> None:
    with open_browser() as browser:
        answer = browser.get("/schools/oak/")
        assert answer.text == CHANGED
        assert answer.headers["content-length"] == str(len(CHANGED.encode()))
        assert browser.get("/schools/oak/plain").text == PAGE


def test_addresses_in_a_schools_own_stylesheet_are_counted_too() -> None:
    with open_browser() as browser:
        answer = browser.get("/schools/oak/style.css")
        assert answer.text == CHANGED_SHEET
        assert answer.headers["content-length"] == str(len(CHANGED_SHEET))


@pytest.mark.parametrize(
    ("written", "led"),
    [
        ("<a href='/people'>", "<a href='/schools/oak/people'>"),
        ('<a HREF = "/people">', '<a HREF ="/schools/oak/people">'),
        ("<a href='/../sign-in'>", "<a href='/sign-in'>"),
        ("<a href='//elsewhere.example.org/x'>", "<a href='//elsewhere.example.org/x'>"),
        ("<a title='/people'>", "<a title='/people'>"),
    ],
)
def test_a_template_of_a_schools_own_may_write_its_addresses_otherwise(written: str, led: str) -> None:
    assert Mounted(APP, "oak", lambda: False).links(written.encode()).decode() == led


@pytest.mark.parametrize(
    ("to", "led"),
    [
        ("/", "/schools/oak/"),
        ("/people?state=late#x", "/schools/oak/people?state=late#x"),
        ("/..", "/"),
        ("/../second-step?then=%2Fx", "/second-step?then=%2Fx"),
        ("/..//elsewhere.example.org", "/elsewhere.example.org"),
        ("http://policies.example.org/people", "/schools/oak/people"),
        ("https://login.example.org/authorize?x=1", "https://login.example.org/authorize?x=1"),
        ("//elsewhere.example.org/x", "//elsewhere.example.org/x"),
    ],
)
def test_where_an_answer_leads_on_to(to: str, led: str) -> None:
    with open_browser() as browser:
        assert browser.get("/schools/oak/lead", params={"to": to}).headers["location"] == led


def test_a_path_without_its_last_stroke_leads_on_within_the_school() -> None:
    with open_browser() as browser:
        assert browser.get("/schools/oak/folder").headers["location"] == "/schools/oak/folder/"


def test_a_cookie_has_the_schools_name_and_is_as_safe_as_the_trusts_pages() -> None:
    with open_browser() as browser:
        said = browser.get("/schools/oak/lead", params={"to": "/"}).headers["set-cookie"]
        assert said == "policy_session.oak=secret; HttpOnly; Path=/; SameSite=lax"
    with open_browser(is_https=True) as browser:
        said = browser.get("/schools/oak/lead", params={"to": "/"}).headers["set-cookie"]
        assert said == "__Host-policy_session.oak=secret; HttpOnly; Path=/; SameSite=lax; Secure"


@pytest.mark.parametrize(("is_https", "before"), [(False, ""), (True, "__Host-")])
def test_a_school_is_shown_its_own_cookies_alone(is_https: bool, before: str) -> None:
    sent = {
        f"{before}policy_session": "trust",
        f"{before}policy_session.oak": "mine",
        f"{before}policy_session.royal.oak": "no school is called so",
        f"{before}policy_session.royal-oak": "theirs",
        f"{'' if is_https else '__Host-'}policy_session.oak": "of the other way",
    }
    with open_browser(is_https=is_https) as browser:
        header = "; ".join(f"{name}={value}" for name, value in sent.items())
        shown = browser.get("/schools/oak/echo/x", headers={"Cookie": header}).json()["cookies"]
    assert {shown["policy_session"], shown["__Host-policy_session"]} == {"mine"}
    assert {"trust", "theirs", "of the other way"}.isdisjoint(shown.values())


def test_the_page_before_is_told_where_it_is_the_schools_own() -> None:
    with open_browser() as browser:
        for before, told in (
            ("http://policies.example.org/schools/oak/people", "/people"),
            ("http://policies.example.org/schools/oakfield/people", None),
            ("http://policies.example.org/", None),
        ):
            answer = browser.get("/schools/oak/echo/a%20b", headers={"Referer": before}).json()
            assert (answer["path"], answer["referer"]) == ("/echo/a b", told)
