"""The recall pages in a real browser, served and from the folder alone: accessible, and no wider than a phone."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, expect, sync_playwright

from pipeline.contacts.safety_lines import safety_lines
from pipeline.model.policies import RevisionKind
from pipeline.publish.recall import list_answers, publish_recall
from pipeline.web.app import build_app
from pipeline.web.site import LiveConfig, Site
from tests.chromium import look
from tests.school import MONDAY, SECRET, School, at

pytestmark = pytest.mark.needs("chromium")

_WCAG = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def addresses(tmp_path: Path) -> Iterator[list[tuple[str, str]]]:
    """Every page with the words it must show: served, and as files."""
    with School(tmp_path) as school:
        school.add_policy("Confidentiality")
        school.add_version(1, RevisionKind.MAJOR, title="Confidentiality")
        safety = safety_lines(school.config.directory(MONDAY))
        listed = {1: "policies/confidentiality.html"}
        with school.register.reading() as tx:
            answers = list_answers(tx, school.key, school.config.zone)
        publish_recall(answers, school.config, tmp_path / "site", safety, listed=listed, shown=str)
        site = Site(
            school.register, LiveConfig(school.config), SECRET, lambda: at(MONDAY), lambda: None, schedules=False
        )
        server = uvicorn.Server(
            uvicorn.Config(build_app(site), log_config=None, lifespan="off", timeout_graceful_shutdown=1)
        )
        with socket.create_server(("127.0.0.1", 0)) as listener:
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
            thread.start()
            served, files = f"http://127.0.0.1:{listener.getsockname()[1]}/c", (tmp_path / "site" / "c").as_uri()
            yield [
                (f"{served}/C1V2", "Yes, this copy is the current one."),
                (f"{served}/c1v1", "was replaced on 23 November 2026"),
                (f"{served}/NONE", "There is no copy with this code here."),
                (f"{files}/C1V1/index.html", "was replaced on 23 November 2026"),
                (f"{files}/C1V2/index.html", "Yes, this copy is the current one."),
                (f"{files}/index.html", "Find the code that stands at the foot of each page"),
            ]
            server.should_exit = True
            thread.join(timeout=10)


@pytest.mark.parametrize("size", [(1280, 900), (320, 640)], ids=["desktop", "phone"])
def test_every_answer_is_accessible_and_fits(
    chromium: Browser, addresses: list[tuple[str, str]], size: tuple[int, int]
) -> None:
    context = chromium.new_context(viewport={"width": size[0], "height": size[1]})
    page = context.new_page()
    for address, words in addresses:
        page.goto(address)
        expect(page.get_by_text(words).first).to_be_visible()
        expect(page.get_by_text("Worried about a child?")).to_be_visible()
        found = look(page, _WCAG)
        assert found.violations_count == 0, f"{address}\n{found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), address
    page.get_by_role("link", name="C1V1").click()
    expect(page).to_have_title("Is this copy current? – Test Primary School")
    context.close()
