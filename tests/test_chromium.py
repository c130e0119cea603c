"""The look at pages that other tests rest on finds what is wrong, in a window's first page and in later ones."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.chromium import check_page, open_chromium

pytestmark = pytest.mark.needs("chromium")
RIGHT = '<html lang="en"><title>A page</title><main><h1>A page</h1><p>Words</p></main></html>'
NO_SCRIPTS = '<meta http-equiv="Content-Security-Policy" content="script-src \'none\'">'


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with open_chromium() as browser:
        yield browser


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("policy", ["", NO_SCRIPTS], ids=["scripts", "no scripts"])
def test_what_is_wrong_is_found_in_the_first_page_of_a_window_and_in_later_ones(
    page: Page, policy: str, tmp_path: Path
) -> None:
    wrong = {
        "html-has-lang": RIGHT.replace(' lang="en"', ""),
        "image-alt": RIGHT.replace("Words", '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">'),
        "color-contrast": RIGHT.replace("<main>", '<main style="color: #bbb; background: #fff">'),
    }
    for number, (rule, text) in enumerate([*wrong.items(), *wrong.items()]):
        path = tmp_path / f"{number}.html"
        path.write_text(f"<!doctype html>{policy}{text}", encoding="utf-8")
        page.goto(path.as_uri())
        with pytest.raises(AssertionError, match=rule):
            check_page(page)
        path.write_text(f"<!doctype html>{policy}{RIGHT}", encoding="utf-8")
        page.goto(path.as_uri())
        check_page(page)


def test_a_page_that_must_be_scrolled_sideways_is_found(page: Page) -> None:
    page.set_content("<!doctype html>" + RIGHT.replace("<p>", '<p style="width: 600px">'))
    with pytest.raises(AssertionError, match="sideways"):
        check_page(page)
