"""Debian's Chromium for tests of pages: how it is started, and what every page must pass."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakSet

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

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


_BROUGHT: WeakSet[BrowserContext] = WeakSet()
"""Windows whose further pages bring axe along."""


def check_page(page: Page) -> None:
    """Fail on anything axe finds, and on a page that must be scrolled sideways."""
    # Its words are there before its look is.
    page.wait_for_load_state("load")
    found = look(page, _WCAG)
    assert found.violations_count == 0, found.generate_report()
    fits = page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert fits, f"{page.url} must be scrolled sideways"


def look(page: Page, options: dict[str, Any]) -> AxeResults:
    """Return what axe finds wrong in a page; ``options`` as ``axe.run`` takes them.

    A page's own policy may allow no scripts; axe comes in by the browser's debugging door, which it does not close. Its
    half a million letters go there once for all pages of a window, and what a page passes does not come back.
    """
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(AXE_SCRIPT)
        if page.context not in _BROUGHT:
            _BROUGHT.add(page.context)
            page.context.add_init_script(AXE_SCRIPT)
    wrong = page.evaluate("options => axe.run(document, options).then(({violations}) => ({violations}))", options)
    return AxeResults(wrong)
