"""The trust's pages in a real browser: accessible, and whole on a desktop and on a phone."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.chromium import check_page, open_chromium
from tests.trust.world import World
from tests.web.trust_desk import OFFICER, SCHOOLS, ServedTrust, add_broken, serving

expect.set_options(timeout=30_000)
pytestmark = pytest.mark.needs("chromium")
DESKTOP, PHONE = {"width": 1200, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def served(two_schools: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedTrust]:
    world = World(shutil.copytree(two_schools, tmp_path_factory.mktemp("trust") / "vale"))
    add_broken(world)
    with serving(world) as served:
        yield served


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with open_chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def page(chromium: Browser, served: ServedTrust) -> Page:
    return signed_in(chromium, served)


def signed_in(chromium: Browser, served: ServedTrust) -> Page:
    page = chromium.new_context(viewport=DESKTOP).new_page()  # type: ignore[arg-type]
    page.goto(f"{served.address}/")
    check_both(page)
    page.goto(served.address + served.link_of(OFFICER))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Schools on")
    expect(page.get_by_text("still being looked at")).to_have_count(0)
    return page


def check_both(page: Page) -> None:
    """Fail on what axe finds, and on a page that must be scrolled sideways on a desktop or on a phone."""
    for size in (PHONE, DESKTOP):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        check_page(page)


@pytest.mark.parametrize("path", ["/", "/report", "/evidence", "/sessions", "/schools/elm-road/", "/schools/none/x"])
def test_each_page_of_the_trust_is_accessible_and_fits(served: ServedTrust, page: Page, path: str) -> None:
    page.goto(served.address + path)
    check_both(page)


def test_a_school_opens_a_click_away_and_the_way_back_too(served: ServedTrust, page: Page) -> None:
    page.goto(f"{served.address}/")
    page.get_by_role("link", name=SCHOOLS["oakfield"]).click()
    expect(page).to_have_url(f"{served.address}/schools/oakfield/")
    check_both(page)
    style = page.evaluate("getComputedStyle(document.querySelector('header')).backgroundColor")
    assert style != "rgba(0, 0, 0, 0)"
    page.get_by_role("link", name="People", exact=True).click()
    expect(page.get_by_role("link", name="Pat Readera")).to_be_visible()
    page.get_by_role("link", name="All schools").click()
    expect(page).to_have_url(f"{served.address}/")


def test_evidence_is_made_and_downloaded(served: ServedTrust, page: Page, tmp_path: Path) -> None:
    page.goto(f"{served.address}/evidence")
    page.get_by_role("button", name="Make them").click()
    expect(page.get_by_text("Say for whom it is").first).to_be_visible()
    check_both(page)
    page.get_by_label("Governors: one page of figures, without names").check()
    page.get_by_role("button", name="Make them").click()
    link = page.get_by_role("link", name="Download it")
    expect(link).to_be_visible(timeout=120_000)
    check_both(page)
    with page.expect_download() as coming:
        link.click()
    assert re.fullmatch(r"evidence-[\d-]+\.zip", coming.value.suggested_filename)
    assert coming.value.path().stat().st_size > 10_000


def test_a_visit_ends_with_signing_out_at_a_school(served: ServedTrust, chromium: Browser) -> None:
    page = signed_in(chromium, served)
    page.goto(f"{served.address}/schools/beech-hill/")
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(f"{served.address}/sign-in")
    page.goto(f"{served.address}/schools/oakfield/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    check_both(page)
