"""Help: the guides as pages, for whom they are, and that what they and their pictures tell is on the desk."""

import html
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from pipeline.web.desk.routes import FORMS, PAGES
from pipeline.web.guides import FITTING, GUIDES, find_guide, fitting_section, list_guides, render_guide
from tests.chromium import check_page, open_chromium
from tests.guide_pictures import FOLDER, MOST_BYTES, PICTURES, Picture, page_of
from tests.guided_school import guided_school, signed_in, words
from tests.web.browser import Browser
from tests.web.desk import ACCOUNTS, Desk, hidden_fields, open_desk
from tests.web.desks import address_of
from tests.web.served import listening

TEXTS = {name: (FOLDER.parent / f"{name}.md").read_text(encoding="utf-8") for name in GUIDES}
_NAMED = re.compile(r"!\[([^\]]*)\]\(pictures/([\w-]+)\.png\)")
_CONTROL = re.compile(r"<(a|button|label|summary)\b[^>]*>(.*?)</\1>", re.DOTALL)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace of the sample school, on the day of its pictures."""
    root = tmp_path_factory.mktemp("guided") / "school"
    with guided_school(root):
        return root


@pytest.fixture(scope="module")
def desk(lived: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with signed_in(shutil.copytree(lived, tmp_path_factory.mktemp("desk") / "school")) as one:
        yield one


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A school with accounts and nothing else."""
    with open_desk(tmp_path_factory.mktemp("asked"), ACCOUNTS) as one:
        yield one


def controls(answer: httpx.Response) -> set[str]:
    """Return the words on links, buttons, labels and folds of a page, as they are seen."""
    seen = (re.sub(r'<span class="hidden">.*?</span>', "", found) for _, found in _CONTROL.findall(answer.text))
    return {re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", each))).strip() for each in seen}


# --- the pictures ------------------------------------------------------------------------------------------------


def test_each_picture_has_words_for_whoever_does_not_see_it_and_is_small() -> None:
    named = [(name, guide, alt) for guide, text in TEXTS.items() for alt, name in _NAMED.findall(text)]
    assert sorted((name, guide) for name, guide, _ in named) == sorted((one.name, one.guide) for one in PICTURES)
    assert all(len(alt) > 40 for _, _, alt in named)
    assert {path.name for path in FOLDER.iterdir()} == {f"{one.name}.png" for one in PICTURES}
    for one in PICTURES:
        assert (FOLDER / f"{one.name}.png").stat().st_size < MOST_BYTES, one.name


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_what_a_picture_shows_and_its_guide_tells_of_is_on_the_page(desk: Desk, picture: Picture) -> None:
    answer = desk.browser.get(page_of(picture, desk))
    assert answer.status_code == 200
    page = html.unescape(words(answer))
    assert [said for said in picture.words if said not in page] == []
    assert [one for one in picture.controls if one not in controls(answer)] == []
    told = re.sub(r"\s+", " ", TEXTS[picture.guide])
    assert [one for one in picture.controls if f"**{one}**" not in told] == []


@pytest.mark.slow
def test_what_the_office_is_told_to_press_is_there_when_its_moment_comes(lived: Path, tmp_path: Path) -> None:
    text = re.sub(r"\s+", " ", TEXTS["office"])
    told = {each for each in re.findall(r"\*\*([^*]+)\*\*", text) if not each.endswith(":")}
    places = {"slug": "attendance", "person": 3, "role": "dsl", "number": 0, "table": "declarations", "entry": "new"}
    with signed_in(shutil.copytree(lived, tmp_path / "school")) as desk:
        shown = set()
        for path in (*PAGES, *FORMS):
            if set(re.findall(r"{(\w+)}", path)) <= places.keys():
                shown |= controls(desk.browser.get(address_of(path, places)))
        for path in ("/policies/behaviour", "/policies/behaviour/issue"):
            shown |= controls(desk.browser.get(path))
        shown |= _changed_lead(desk) | _cover(desk)
        approval = {"body": "Full Governing Body", "on": "2026-11-20", "minute": "7"}
        desk.done("/policies/attendance/approve", **approval)
        shown |= controls(desk.browser.get("/policies/attendance"))
    assert sorted(told - shown) == ["serve", "serve.cmd"]


def _changed_lead(desk: Desk) -> set[str]:
    """Change the lead as the guide says; return the controls on the way."""
    follows = "/contacts/change/dsl/0/follows"
    new = {"name": "Jo Hill", "title": "", "pronoun": "he", "phone": "01632 960155", "email": "", "day": "2026-11-24"}
    check = desk.browser.get(desk.send(follows, **new).headers["location"])
    kept = desk.browser.post(check.url.path, data={**hidden_fields(check), "looked": "yes"})
    assert "Jo Hill takes over" in desk.page(kept.headers["location"])
    after = [desk.browser.get(path) for path in (follows, "/contacts", "/", "/contacts/tell")]
    return controls(check).union(*map(controls, after))


def _cover(desk: Desk) -> set[str]:
    """Have somebody stand in as the guide says; return the controls of the page after it."""
    form = desk.browser.get("/contacts/cover").text
    who = html.unescape(re.findall(r'name="who" value="([^"]+)"', form)[0])
    desk.done("/contacts/cover", who=who, until="2026-11-24")
    return controls(desk.browser.get("/contacts"))


# --- the guides as pages -----------------------------------------------------------------------------------------


def test_help_is_for_everybody_who_is_signed_in_and_the_staff_guide_for_all(asked: Desk) -> None:
    with Browser(asked.app, asked.base_url) as stranger:
        for path in ("/help", "/help/office", "/help/governors"):
            assert stranger.get(path).status_code == 401
        assert "Record my reading" in words(stranger.get("/help/staff"))
    for account in ("jo.marsh@example.org", "gov@example.org", "it@example.org", "maths@example.org"):
        with Browser(asked.app, asked.base_url) as browser:
            asked.sign_in(account, browser)
            for name in GUIDES:
                answer = browser.get(f"/help/{name}")
                assert answer.status_code == 200
                assert "<script" not in answer.text
                assert "default-src 'none'" in answer.headers["content-security-policy"]
            assert '<a class="sessions help" href="/help"' in browser.get("/").text


def test_the_guide_for_whoever_asks_stands_first(asked: Desk) -> None:
    for account, first in (
        ("gov@example.org", "governors"),
        ("it@example.org", "it-provider"),
        ("office@example.org", "office"),
    ):
        with Browser(asked.app, asked.base_url) as browser:
            asked.sign_in(account, browser)
            assert re.findall(r'<h2 id="guide-([\w-]+)"', browser.get("/help").text)[0] == first


def test_every_link_of_a_guide_leads_somewhere(desk: Desk) -> None:
    for guide in list_guides():
        page = desk.browser.get(guide.href).text
        anchors = set(re.findall(r' id="([^"]+)"', page))
        assert all(section.href.partition("#")[2] in anchors for section in guide.sections)
        for href in set(re.findall(r'(?:href|src)="(/help[^"]*)"', page)):
            answer = desk.browser.get(href)
            assert answer.status_code == 200, href
            assert href.partition("#")[2] in {"", *re.findall(r' id="([^"]+)"', answer.text)}, href
    assert desk.browser.get("/help/nobody").status_code == 404
    assert desk.browser.get("/help/pictures/nothing.png").status_code == 404
    assert desk.browser.get("/help/pictures/..%2Foffice.md").status_code == 404


def test_pages_lead_to_the_section_that_fits_them(desk: Desk) -> None:
    for _, place in FITTING:
        guide = find_guide(place.partition("#")[0])
        assert guide is not None, place
        assert "#" not in place or f"/help/{place}" in {section.href for section in guide.sections}, place
    assert '<a href="/help/office#a-review">A review</a>' in desk.browser.get("/reviews").text
    assert '<a href="/help/office#the-lead-is-off-on-a-monday">' in desk.browser.get("/contacts/cover").text
    assert fitting_section("/sessions") is None
    assert sum(fitting_section(path) is not None for path in PAGES) > len(PAGES) / 2


def test_no_heading_of_a_table_is_empty_and_no_word_of_a_guide_is_run() -> None:
    for guide in list_guides():
        assert "<th></th>" not in guide.html, guide.name
    made = render_guide("office", "# T\n\n<script>x</script> [a](javascript:x) [b](../decisions/) [c](head.md#what)\n")
    assert made.title == "T"
    assert "<script" not in made.html
    assert 'href="javascript' not in made.html
    assert 'b <a href="/help/head#what">c</a>' in made.html


def test_the_desk_s_search_finds_what_to_do(desk: Desk) -> None:
    page = desk.browser.get("/search?q=stands+in").text
    assert '<a href="/help/office#the-lead-is-off-on-a-monday">The lead is off on a Monday</a>' in page
    assert '<a href="/help/office#september">' in desk.browser.get("/search?q=number+of+people").text
    assert "Help</h2>" not in desk.browser.get("/search?q=nonsensical").text


@pytest.mark.slow
@pytest.mark.needs("chromium")
def test_guides_are_accessible_on_a_desktop_and_a_phone(desk: Desk) -> None:
    with listening(desk.app) as address, open_chromium() as browser:
        page = browser.new_page()
        page.goto(f"{address}/sign-in/{desk.sessions.make_link_token()}")
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{address}/")
        for width in (1200, 390):
            page.set_viewport_size({"width": width, "height": 844})
            for path in ("/help", *(guide.href for guide in list_guides())):
                page.goto(address + path)
                check_page(page)
                natural = "Array.from(document.images).every(each => each.complete && each.naturalWidth > 0)"
                assert page.evaluate(natural), path
