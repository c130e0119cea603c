"""Debian's Chromium for tests of pages: how it is started, and what every page must pass."""

from collections.abc import Iterator
from contextlib import contextmanager

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

PATH = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_WCAG = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    # Every rule runs; of those that a page passes, axe does not write out each place.
    "resultTypes": ["violations"],
}


@contextmanager
def open_chromium() -> Iterator[Browser]:
    """Start the browser and end it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PATH, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


def check_page(page: Page) -> None:
    """Fail on anything axe finds, and on a page that must be scrolled sideways."""
    # Its words are there before its look is.
    page.wait_for_load_state("load")
    # A page's own policy may allow no scripts; axe comes in by the browser's debugging door, which it does not close.
    found = Axe().run(page, options=_WCAG)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
