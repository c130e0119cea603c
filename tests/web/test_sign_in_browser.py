"""Signing in with a real browser: by keyboard, accessible in every state, and the cookie of https on this machine."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect

from pipeline.web.app import build_app
from pipeline.web.sessions import make_code, make_machine_link
from pipeline.web.sign_in.mailed import LinkMailer
from tests.chromium import check_page, open_chromium
from tests.web.desk import ACCOUNTS, Desk, open_desk

pytestmark = pytest.mark.needs("chromium")
_GOOGLE = '[accounts.google]\nclient_id = "1"\ndomain = "example.org"\n'


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with open_chromium() as browser:
        yield browser


@contextmanager
def _served(root: Path, base_url: str) -> Iterator[tuple[Desk, str]]:
    toml = f'{ACCOUNTS}{_GOOGLE}[web]\nbase_url = "{base_url}"\n'
    with open_desk(root, toml, base_url) as desk, socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(build_app(desk.site), log_config=None, lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        yield desk, f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(timeout=10)


def _look(page: Page, name: str, shots: Path) -> None:
    """Check a page at both widths, and keep how it looked."""
    for width in (390, 1200):
        page.set_viewport_size({"width": width, "height": 844})
        check_page(page)
        page.screenshot(path=shots / f"{name}-{width}.png", full_page=True)


def test_every_page_of_signing_in_is_accessible_and_goes_by_keyboard(chromium: Browser, tmp_path: Path) -> None:
    with _served(tmp_path / "school", "http://127.0.0.1") as (desk, address):
        page = chromium.new_page()
        page.goto(f"{address}/")
        _look(page, "ask", tmp_path)
        page.get_by_label("Your work address").fill("head")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("Type your whole work address")
        expect(page.get_by_label("Your work address")).to_have_value("head")
        _look(page, "ask-wrong", tmp_path)
        page.get_by_role("link", name="Type your whole work address").press("Enter")
        page.get_by_label("Your work address").fill("head@example.org")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Look at your mail")).to_be_visible()
        _look(page, "sent", tmp_path)
        LinkMailer({}).send(desk.site, desk.asked[-1])
        link = desk.link_of(desk.mails()[-1])
        page.goto(f"{address}{link}")
        _look(page, "button", tmp_path)
        page.get_by_role("button", name="Sign in").press("Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text("Policies on")
        page.goto(f"{address}/sessions")
        _look(page, "sessions", tmp_path)
        page.goto(f"{address}/second-step?then=/sessions")
        _look(page, "step", tmp_path)
        page.get_by_label("The code, eight digits").fill("1")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("That is not the code")
        _look(page, "step-wrong", tmp_path)
        code = make_code(desk.sessions.keeper, desk.number_of("head@example.org"), by="the office").code
        page.get_by_label("The code, eight digits").fill(code)
        page.keyboard.press("Enter")
        expect(page.get_by_text("counts until")).to_be_visible()
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
        page.goto(f"{address}{link}")
        _look(page, "ended", tmp_path)
        page.goto(f"{address}/sign-in/from/google?code=x&state=y")
        _look(page, "refused", tmp_path)
        page.close()


def test_the_cookie_of_https_is_taken_on_this_machine_too(chromium: Browser, tmp_path: Path) -> None:
    with _served(tmp_path, "https://policies.example.org") as (desk, address):
        page = chromium.new_page()
        link = make_machine_link(desk.sessions.keeper, by="the office")
        page.goto(f"{address}/sign-in/{link.token}")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Policies on")
        (cookie,) = page.context.cookies()
        page.close()
    assert (cookie["name"], cookie["secure"], cookie["httpOnly"]) == ("__Host-policy_session", True, True)
