"""The desk in a real browser: every page is accessible, empty, full and in error, on a desktop and on a phone."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from pipeline.web.app import build_app
from pipeline.web.desk.routes import FORMS, PAGES
from pipeline.web.sessions import Sessions
from pipeline.web.site import LiveConfig, Site
from tests.builders import lines_down, paragraph, pdf_file, table, word_file
from tests.chromium import check_page, open_chromium
from tests.policies.folders import policy_text
from tests.school import MONDAY, SECRET, School, at
from tests.web.desk import open_desk
from tests.web.desks import address_of, fill
from tests.web.served import listening

expect.set_options(timeout=30_000)
pytestmark = pytest.mark.needs("chromium")
DESKTOP, PHONE = {"width": 1200, "height": 900}, {"width": 390, "height": 844}
LETTINGS = policy_text("Homework Policy", school="Test Primary School").encode()
GROUPS = (
    '[groups.parents]\nname = "Parents"\npolicies = ["confidentiality"]\nby_means = "letter home"\n'
    '[groups.pupils]\nname = "Pupils"\npolicies = ["attendance"]\nby_means = "the newsletter"\n'
)
LISTS = [path for path in PAGES if "{" not in path]
IN_ERROR = (
    "/policies?state=nonsense",
    "/people?q=nobody-of-that-name",
    "/policies/nobody",
    "/problems/confidentiality/x",
)
SENT_EMPTY = (
    "/upload",
    "/policies/{slug}/approve",
    "/policies/{slug}/due",
    "/policies/{slug}/facts",
    "/questions/who/{who}",
    "/policies/{slug}/sheet",
    "/people/import",
    "/people/add",
    "/people/{person}/leaves",
    "/people/{person}/hold",
    "/reports/{report}",
    "/readings/slip",
    "/website/replaced",
)
"""Forms that say what is missing when they are sent as they come."""


@contextmanager
def served(root: Path, *, is_full: bool) -> Iterator[tuple[str, str, dict[str, object]]]:
    """Serve the desk of a school; give its address, the path of a sign-in link, and what ``fill`` says."""
    with School(root, GROUPS) as school:
        places = fill(school) if is_full else {}
        now = at(MONDAY, 10)
        site = Site(school.register, LiveConfig(school.config), SECRET, lambda: now, lambda: None, schedules=True)
        sessions = Sessions(site)
        app = build_app(site, sessions)
        with listening(app) as address:
            yield address, f"/sign-in/{sessions.make_link_token()}", places


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with open_chromium() as browser:
        yield browser


@contextmanager
def signed_in(browser: Browser, address: str, link: str) -> Iterator[Page]:
    context = browser.new_context(viewport=DESKTOP)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(address + link)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Policies on")
    yield page
    context.close()


def _check_width(page: Page, size: dict[str, int]) -> None:
    """Fail on a page that must be scrolled sideways on a screen of this size."""
    page.set_viewport_size(size)  # type: ignore[arg-type]
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), page.url


def _check_in_error(page: Page, address: str) -> None:
    """Look at forms that were sent with something that cannot be, and at one that is looked at before it counts."""
    wrong = "There is a problem"
    for path, label, typed, button, heading in (
        ("/contacts/change/dsl/0/details", "Telephone", "soon", "See what it touches", wrong),
        ("/settings/review/remind_days", "Days of reminders before a review, row 1", "soon", "Save", wrong),
        ("/settings/people.roles/lines", "As policies call them, row 1", "Bursar", "Save", wrong),
        ("/contacts/change/dsl/0/details", "Telephone", "01632 960199", "See what it touches", "Check this change"),
    ):
        page.goto(address + path)
        page.get_by_label(label).fill(typed)
        page.get_by_role("button", name=button).click()
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
        check_page(page)


@pytest.mark.slow
def test_every_page_of_a_school_at_work_is_accessible(chromium: Browser, tmp_path: Path) -> None:
    with served(tmp_path, is_full=True) as (address, link, places), signed_in(chromium, address, link) as page:
        paths = [address_of(path, places) for path in (*PAGES, *FORMS)]
        for path in (*paths, *IN_ERROR, "/search?q=conf"):
            page.goto(address + path)
            page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
            check_page(page)
            _check_width(page, PHONE)
            page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
        _check_in_error(page, address)
        for path in ("/", "/policies", "/readings"):
            page.goto(address + path)
            for width, height in ((1024, 768), (900, 768), (320, 256)):
                _check_width(page, {"width": width, "height": height})


@pytest.mark.slow
def test_forms_in_error_are_accessible(chromium: Browser, tmp_path: Path) -> None:
    with served(tmp_path, is_full=True) as (address, link, places), signed_in(chromium, address, link) as page:
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        for path in SENT_EMPTY:
            page.goto(address + address_of(path, places))
            page.locator("main form[method=post] button").click()
            expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
            check_page(page)
        page.goto(f"{address}/newsletter")
        page.get_by_label("Attendance").uncheck()
        page.get_by_role("button", name="Record that it went out").click()
        expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
        check_page(page)
        page.goto(f"{address}/upload")
        page.set_input_files("#file", {"name": "a.txt", "mimeType": "text/plain", "buffer": LETTINGS})
        page.get_by_role("button", name="Look at it").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Check a.txt")
        check_page(page)
        page.goto(f"{address}/owners/hand-over?owner=Safeguarding+Lead")
        check_page(page)
        page.goto(f"{address}/handover")
        page.get_by_label("Who leaves").fill("pat@example.org")
        page.get_by_label("Who follows").fill("Sam Reed <sam.reed@example.org>")
        page.get_by_role("button", name="Show what will happen").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Check what will happen")
        check_page(page)


@pytest.mark.slow
def test_what_mail_would_go_is_accessible_once_it_is_worked_out(chromium: Browser, tmp_path: Path) -> None:
    with served(tmp_path, is_full=True) as (address, link, _), signed_in(chromium, address, link) as page:
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        page.goto(f"{address}/ahead?look=on")
        expect(page.get_by_text("Worked out on")).to_be_visible()
        assert page.locator("main details li").count()
        check_page(page)


@pytest.mark.slow
def test_every_page_of_an_empty_school_is_accessible(chromium: Browser, tmp_path: Path) -> None:
    with served(tmp_path, is_full=False) as (address, link, _), signed_in(chromium, address, link) as page:
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        for path in LISTS:
            page.goto(address + path)
            check_page(page)


def test_the_place_beside_a_question_is_accessible_and_fits_the_screen(chromium: Browser, tmp_path: Path) -> None:
    dated = lines_down("Lettings Policy", "Review date: 12 May 2027 / 14 May 2027")
    rows = table(["Policy owner", "Head of Year"], ["Reviewed", "Bi-annually"], ["Review date", "May 2027"])
    with open_desk(tmp_path, "") as desk:
        desk.record_policy("lettings.pdf", pdf_file(dated))
        desk.record_policy("homework.docx", word_file(paragraph("Homework Policy"), rows))
        link = f"/sign-in/{desk.sessions.make_link_token()}"
        with listening(desk.app) as address, signed_in(chromium, address, link) as page:
            for screen, widest in ((DESKTOP, 700), (PHONE, 380)):
                page.set_viewport_size(screen)  # type: ignore[arg-type]
                page.goto(f"{address}/policies/homework/questions/review_cycle_months")
                expect(page.locator("mark")).to_have_text("Bi-annually")
                check_page(page)
                page.goto(f"{address}/policies/lettings/questions/next_review")
                picture = page.get_by_role("img", name="12 May 2027")
                assert 250 < picture.evaluate("each => each.naturalWidth && each.clientWidth") < widest
                check_page(page)


def test_charts_say_their_numbers_in_words_patterns_and_a_table(chromium: Browser, tmp_path: Path) -> None:
    with served(tmp_path, is_full=True) as (address, link, _), signed_in(chromium, address, link) as page:
        page.goto(address + "/readings")
        chart = page.get_by_role("img", name="Read of asked, by policy")
        expect(chart).to_have_count(1)
        assert "late" in (chart.locator("desc").text_content() or "")
        patterned = page.locator(".legend rect.late").first.get_attribute("fill") or ""
        assert patterned.startswith("url(#hatch")
        row = page.get_by_role("table", name="Read of asked, by policy").get_by_role("row", name="Confidentiality")
        numbers = [int(cell.inner_text()) for cell in row.get_by_role("cell").all()]
        assert sum(numbers[:-1]) == numbers[-1] > 0
