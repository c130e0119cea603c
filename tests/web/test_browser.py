"""The pages in a real browser: every page and state is accessible, on desktop and phone, and forms work by hand."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from pipeline.model.policies import RevisionKind
from pipeline.pages.html import render_html
from pipeline.register.policies.policies import list_versions
from pipeline.register.readings.requests import list_acknowledgements
from tests.chromium import check_page, look, open_chromium
from tests.declaring import GIFTS
from tests.made_once import copy_school
from tests.pages.test_pdf import EVERYTHING, FRONT
from tests.school import MONDAY, School
from tests.web.served import Served, serve

# The machine that runs the tests may be busy with others.
expect.set_options(timeout=30_000)
pytestmark = pytest.mark.needs("chromium")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with open_chromium() as browser:
        yield browser


def mail_readers(school: School) -> None:
    """Give a school policies, and two people who are asked to read them."""
    for title in ("Confidentiality", "Safeguarding and Child Protection"):
        school.add_policy(title, words=2400)
    school.add_policy("Uniform", None)
    charging = school.add_policy("Charging and Remissions", None)
    school.add_copy(charging, html=render_html(EVERYTHING, FRONT))
    school.add_person("O'Neill", first_name="Aoife")
    school.add_person("Day", email=None)
    school.plan()
    school.deliver()


@pytest.fixture
def served(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    settings = '[web]\nbase_url = "http://127.0.0.1:9"\n[reading]\nread = ["uniform"]\n'
    with (
        copy_school(tmp_path_factory, "mailed-readers", tmp_path, settings, mail_readers) as school,
        serve(school) as running,
    ):
        yield running


@pytest.fixture(params=[(1280, 900), (390, 844)], ids=["desktop", "phone"])
def page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    width, height = request.param
    context = chromium.new_context(viewport={"width": width, "height": height}, java_script_enabled=True)
    yield context.new_page()
    context.close()


def test_personal_page_is_accessible_in_every_state_and_records_by_keyboard(served: Served, page: Page) -> None:
    page.goto(served.my(1))
    expect(page).to_have_title(re.compile("^What you are asked to read"))
    check_page(page)

    page.get_by_role("button", name="Record my reading").first.press("Enter")
    expect(page).to_have_title(re.compile("^Error: "))
    expect(page.get_by_role("alert")).to_be_focused()
    check_page(page)
    page.get_by_role("link", name="Type your surname").press("Enter")
    field = page.get_by_label("Your surname").first
    expect(field).to_be_focused()

    field.press_sequentially("oneill")
    page.get_by_label("I have read Confidentiality").press("Space")
    field.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Your reading is recorded")
    check_page(page)
    page.reload()
    with served.school.register.reading() as tx:
        assert len(list_acknowledgements(tx, served.school.key)) == 1

    page.get_by_label("I have read Safeguarding and Child Protection").check()
    page.get_by_label("Your surname").fill("O’Neill")
    page.get_by_role("button", name="Record my reading").click()
    expect(page.get_by_text("There is nothing for you to record")).to_be_visible()
    check_page(page)


def test_page_with_differences_is_accessible_and_says_them_in_words(served: Served, page: Page) -> None:
    rules = "Hirers leave by 10 pm.\nKeys are kept in the office.\n"
    school = served.school
    first = school.add_policy("Lettings", text=rules)
    other = school.add_policy("Visitors", text=rules)
    reader = school.find_person(1)
    for version in (first, other):
        school.record(reader, version)
    after = rules.replace("10 pm", "9 pm") + "Dogs stay outside.\n"
    school.add_version(first.policy_id, RevisionKind.MAJOR, title="Lettings", text=after)
    school.add_version(other.policy_id, RevisionKind.MINOR, title="Visitors", text=rules.replace("office", "safe"))
    school.plan(MONDAY + timedelta(days=1))
    page.goto(served.my(1))
    region = page.get_by_role("region", name="What changed for you")
    expect(region).to_contain_text("Hirers leave by [taken out: 10] [new: 9] pm.")
    expect(region).to_contain_text("[new: Dogs stay outside.]")
    assert region.locator("ins").first.evaluate("e => getComputedStyle(e).textDecorationLine") == "underline"
    assert region.locator("del").first.evaluate("e => getComputedStyle(e).textDecorationLine") == "line-through"
    page.get_by_text("A small change since").click()
    expect(page.get_by_text("Keys are kept in the")).to_be_visible()
    check_page(page)


def test_mail_with_differences_and_reviews_fits_a_phone(served: Served, page: Page) -> None:
    rules = "Hirers leave by 10 pm.\nKeys are kept in the office.\n"
    school = served.school
    lead = school.add_person("Marsh", email="pat@example.org")
    first = school.add_policy("Lettings", text=rules)
    school.record(lead, first)
    words = rules.replace("10", "9") + "No dogs.\n"
    school.add_version(first.policy_id, RevisionKind.MAJOR, title="Lettings", text=words, due="2026-08")
    school.plan(MONDAY + timedelta(days=1))
    [mail] = [mail for mail in school.messages() if mail.recipient == "pat@example.org"]
    page.set_content(mail.html)
    expect(page.get_by_role("heading", name="Reviews you look after")).to_be_visible()
    expect(page.get_by_text("No dogs.")).to_be_visible()
    # A mail is shown inside the reader's mail program, whose landmarks and first heading are not ours.
    found = look(page, {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa"]}})
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_declaring_is_accessible_by_keyboard_and_in_error(tmp_path: Path, page: Page) -> None:
    with School(tmp_path, GIFTS) as school, serve(school) as served:
        school.add_policy("Confidentiality", None)
        school.add_person("O'Neill", first_name="Aoife")
        school.plan()
        page.goto(served.my(1))
        page.get_by_role("button", name="Record my declaration").press("Enter")
        expect(page.get_by_role("alert")).to_be_focused()
        check_page(page)
        page.get_by_role("link", name="I have something to declare").press("Enter")
        page.get_by_role("button", name="Let them know").press("Enter")
        expect(page.get_by_role("alert")).to_be_focused()
        check_page(page)
        page.get_by_label("I have something to declare").press("Space")
        page.get_by_label("Your surname").fill("O’Neill")
        page.get_by_role("button", name="Let them know").press("Enter")
        expect(page.get_by_role("status")).to_contain_text("The school is told")
        check_page(page)
        page.goto(served.my(1))
        page.get_by_label("I have nothing to declare").check()
        page.get_by_label("Your surname").fill("O’Neill")
        page.get_by_role("button", name="Record my declaration").press("Enter")
        expect(page.get_by_role("status")).to_contain_text("Your declaration is recorded")
        check_page(page)


def test_pages_that_refuse_are_accessible(served: Served, page: Page) -> None:
    for path in ("/my/unknown", "/", "/nowhere"):
        page.goto(served.address + path)
        check_page(page)
    page.goto(f"{served.address}/my/unknown")
    page.get_by_role("link", name="have a new link sent").press("Enter")
    check_page(page)
    page.get_by_role("button").click()
    expect(page.get_by_role("alert")).to_contain_text("Type your work e-mail address")
    check_page(page)
    page.get_by_label("Your work e-mail address").fill("nobody@example.org")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("is on its way")
    check_page(page)


def test_what_is_told_to_the_school_is_accessible_in_every_state_and_works_by_keyboard(
    served: Served, page: Page
) -> None:
    page.goto(served.my(1))
    page.get_by_role("link", name="About Confidentiality").press("Enter")
    expect(page).to_have_title(re.compile("^About Confidentiality"))
    check_page(page)
    page.get_by_role("button").press("Enter")
    page.get_by_role("link", name="Choose what you want").press("Enter")
    expect(page.get_by_label("I have a question")).to_be_focused()
    check_page(page)
    page.keyboard.press("ArrowDown")
    page.get_by_label("Your surname").press_sequentially("oneill")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("that you have read Confidentiality already")
    check_page(page)
    page.get_by_role("link", name="Back to your own page").press("Enter")
    expect(page.get_by_text("no reminder comes until")).to_be_visible()
    check_page(page)
    page.get_by_role("link", name="This page is not about me").press("Enter")
    check_page(page)
    page.get_by_role("button").press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    check_page(page)
    page.get_by_label("This page is of somebody else").press("Space")
    page.get_by_label("The e-mail address to which the link came").fill("o'neill@example.org")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("The school is told")
    check_page(page)


def test_copy_read_on_the_page_is_accessible_and_leads_back(served: Served, page: Page) -> None:
    html = render_html(EVERYTHING, FRONT, links={"Uniform": "uniform.pdf"}, pdf_address="confidentiality.pdf")
    with served.school.register.reading() as tx:
        [version] = [one for one in list_versions(tx, served.school.key) if one.policy_id == 1]
    served.school.add_copy(version, html=html)
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if "Content Security" in said.text else None)
    page.goto(served.my(1))
    page.get_by_role("link", name="Read Confidentiality here").press("Enter")
    expect(page.get_by_role("heading", level=1).first).to_be_visible()
    check_page(page)
    assert faults == []
    page.get_by_role("link", name="Back to your own page").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("What you are asked to read")


def test_reader_whose_surname_is_a_word_of_the_page_is_told_and_records(served: Served, page: Page) -> None:
    reader = served.school.add_person("Read", first_name="Robin", email="robin@example.org")
    served.school.plan(MONDAY + timedelta(days=1))
    page.goto(served.my(reader.id))
    check_page(page)
    expect(page.get_by_text("type your first name and your surname").first).to_be_visible()
    page.get_by_label("I have read Confidentiality").check()
    page.get_by_label("Your surname").first.fill("Robin Read")
    page.get_by_role("button", name="Record my reading").first.click()
    expect(page.get_by_role("status")).to_contain_text("Your reading is recorded")
    check_page(page)


def test_page_that_asks_for_a_code_is_accessible_and_leads_to_what_was_typed(served: Served, page: Page) -> None:
    page.goto(f"{served.address}/c")
    check_page(page)
    page.get_by_label("The code of your copy").fill("K7M-2QX4")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Is this copy current?")
    assert page.url.endswith("/c/K7M-2QX4")


def test_dashboard_is_accessible_empty_and_full(served: Served, page: Page) -> None:
    page.goto(f"{served.address}/sign-in/{served.sessions.make_link_token()}")
    check_page(page)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Policies on 24 November 2026")
    check_page(page)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_page_fits_at_four_times_its_size_and_prints(served: Served, chromium: Browser) -> None:
    context = chromium.new_context(viewport={"width": 320, "height": 256})
    page = context.new_page()
    page.goto(served.my(1))
    check_page(page)
    for tail in ("/about/confidentiality", "/not-me"):
        page.goto(served.my(1) + tail)
        check_page(page)
    page.goto(served.my(1))
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("button").first).to_be_hidden()
    context.close()


def test_pages_work_without_scripts(served: Served, chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(served.my(1))
    page.get_by_label("I have read Confidentiality").check()
    page.get_by_label("Your surname").first.fill("ONEILL")
    page.get_by_role("button", name="Record my reading").first.click()
    expect(page.get_by_role("status")).to_contain_text("Your reading is recorded")
    context.close()


# --- the look at pages itself --------------------------------------------------------------------------------------

RIGHT = '<html lang="en"><title>A page</title><main><h1>A page</h1><p>Words</p></main></html>'
NO_SCRIPTS = '<meta http-equiv="Content-Security-Policy" content="script-src \'none\'">'


@pytest.fixture
def window(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("policy", ["", NO_SCRIPTS], ids=["scripts", "no scripts"])
def test_what_is_wrong_is_found_in_the_first_page_of_a_window_and_in_later_ones(
    window: Page, policy: str, tmp_path: Path
) -> None:
    wrong = {
        "html-has-lang": RIGHT.replace(' lang="en"', ""),
        "image-alt": RIGHT.replace("Words", '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">'),
        "color-contrast": RIGHT.replace("<main>", '<main style="color: #bbb; background: #fff">'),
    }
    for number, (rule, text) in enumerate([*wrong.items(), *wrong.items()]):
        path = tmp_path / f"{number}.html"
        path.write_text(f"<!doctype html>{policy}{text}", encoding="utf-8")
        window.goto(path.as_uri())
        with pytest.raises(AssertionError, match=rule):
            check_page(window)
        path.write_text(f"<!doctype html>{policy}{RIGHT}", encoding="utf-8")
        window.goto(path.as_uri())
        check_page(window)


def test_a_page_that_must_be_scrolled_sideways_is_found(window: Page) -> None:
    window.set_content("<!doctype html>" + RIGHT.replace("<p>", '<p style="width: 600px">'))
    with pytest.raises(AssertionError, match="sideways"):
        check_page(window)
