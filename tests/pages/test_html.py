"""HTML copies: one page that stands alone, reads well aloud and at any width; nothing of a document is code in it."""

from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser, sync_playwright

from pipeline.documents import read_document_bytes
from pipeline.errors import RenderError
from pipeline.model.contacts import Directory, Holder
from pipeline.model.documents import Block, BlockKind, Document, Span
from pipeline.pages.html import render_html
from pipeline.pages.layout import lay_out
from pipeline.pages.pdf import front_contacts
from pipeline.pages.showable import readable
from pipeline.places import read_place
from tests.chromium import look
from tests.pages.test_pdf import EVERYTHING, FRONT, block, cell, document, heading, item, table

LONG_NAME = Holder("deputy-dsl", "Bo Poole", "Mx", "01632 960125", "bartholomew.featherstonehaugh-poole@example.sch.uk")
CROWDED = replace(FRONT, contacts=(*FRONT.contacts, *front_contacts(Directory((LONG_NAME,)))))


class Elements(HTMLParser):
    """The elements of a page in order, each with its attributes; void ones are not kept open."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in {"meta", "br", "img"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


def elements(page: str) -> Elements:
    parsed = Elements(page)
    assert parsed.open == []
    return parsed


def marked(text: str, marker: str, level: int = 0) -> Block:
    return replace(item(text, level, ordered=True), marker=marker)


def test_a_page_holds_front_safety_line_contents_and_words_and_no_script() -> None:
    page = render_html(EVERYTHING, FRONT, pdf_address="confidentiality.pdf")
    found = elements(page)
    words = " ".join(" ".join(found.words).split())
    for expected in (
        "Worried about a child? Go to Mrs Jane Okafor ( 01632 960123 ), the designated safeguarding lead, now",
        "Where it stands review late, still in force",
        "Approved no date given",
        "Confidentiality Policy as a PDF",
        "version 3 · copy K7M-2QX4",
        "Kept in the office",
    ):
        assert expected in words
    assert "secret remark" not in words
    assert found.all("script") == []
    assert found.all("html") == [{"lang": "en-GB"}]
    assert found.all("a")[0] == {"class": "skip", "href": "#policy"}
    assert words.index("Worried about") < words.index("Where it stands")


def test_the_number_in_the_safety_line_can_be_rung_from_the_page() -> None:
    found = elements(render_html(EVERYTHING, FRONT))
    assert found.all("a")[1] == {"href": "tel:+441632960123"}


def test_tables_keep_their_merged_cells_and_say_what_their_headings_head() -> None:
    found = elements(render_html(EVERYTHING, FRONT))
    assert {"scope": "colgroup", "colspan": "2"} in found.all("th")
    assert {"scope": "col"} in found.all("th")
    assert {"rowspan": "2"} in found.all("td")
    assert [each.get("role") for each in found.all("table")] == [None, None, "presentation"]


def test_lists_keep_their_nesting_numbers_and_marks() -> None:
    blocks = (item("One", ordered=True), block("between"), item("Two", ordered=True), item("Inner", 1))
    found = elements(render_html(document(*blocks), FRONT))
    assert [each.get("start") for each in found.all("ol")] == [None, "2"]
    assert len([None for tag, _ in found.found if tag == "ul"]) == 1
    found = elements(render_html(document(marked("First", "3.1"), marked("Inner", "(a)", 1)), FRONT))
    assert [each["class"] for each in found.all("span")].count("mark") == 2
    assert "3.1" in found.words, "a number that somebody may look for is a word of the page"


def test_numbers_before_headings_stand_in_the_copies_once() -> None:
    first, again = replace(heading("Aims", 1), marker="2."), replace(heading("2. Aims", 1), marker="2.")
    nodes = lay_out(document(first, again)).blocks
    assert ["".join(span["t"] for span in node["s"]) for node in nodes] == ["2. Aims", "2. Aims"]
    assert lay_out(document(replace(item("x"), marker="•"))).blocks[0]["items"][0]["m"] == ""


def test_contents_lead_to_headings() -> None:
    found = elements(render_html(document(*[heading("One", 1), heading("Deep", 2), block("words " * 300)] * 3), FRONT))
    anchors = {each["id"] for tag in ("h2", "h3") for each in found.all(tag) if "id" in each}
    targets = {each["href"] for each in found.all("a") if str(each["href"]).startswith("#part")}
    assert targets == {f"#{anchor}" for anchor in anchors if str(anchor).startswith("part")}
    assert len(targets) == 6


@given(st.text(), st.text(max_size=40))
def test_nothing_of_a_document_is_read_as_markup(text: str, title: str) -> None:
    blocks = (block(text), heading(text, 1), item(text), marked("x", text[:12]), table((cell(text), cell(text))))
    front = replace(FRONT, title=title, school=text, state_words=text, owner=text)
    usual = [
        tag for tag, _ in elements(render_html(document(*blocks), front)).found if tag in ("script", "b", "i", "svg")
    ]
    assert usual == []


def test_a_document_that_holds_markup_shows_it_as_words() -> None:
    text = "<script>alert(1)</script> {{ front.code }} {% raw %} \"' &lt;"
    page = render_html(document(block(text), marked("x", '"><b>')), replace(FRONT, title=text))
    assert text in "".join(elements(page).words)
    wicked = Span("press", link="javascript:alert(1)")
    found = elements(render_html(document(Block(BlockKind.PARAGRAPH, read_place("p"), (wicked,))), FRONT))
    assert "javascript" not in str(found.all("a"))


def test_a_screen_shows_every_script_and_no_control_characters() -> None:
    assert readable("中文 a\u202eb\x00c\u2028d\uf0b7 \x1b") == "中文 abc\nd• "
    assert "中文" in render_html(document(block("中文")), FRONT)


def test_a_paragraph_that_begins_in_urdu_runs_from_the_right() -> None:
    urdu = "اگر آپ کو فکر ہے تو DSL بتائیں۔"
    page = render_html(document(block(urdu), block(f"In Urdu: {urdu}"), table((cell(urdu), cell("x")))), FRONT)
    assert f'<p dir="rtl">{urdu}</p>' in page
    assert f"<p>In Urdu: {urdu}</p>" in page
    assert page.count('dir="rtl"') == 2, "the paragraph and the one in the cell"


@pytest.mark.needs("chromium")
def test_nothing_of_a_wide_table_is_cut_off_on_paper(chromium: Browser, tmp_path: Path) -> None:
    wide = table((cell("A"), cell("B")), (cell("https://www.example.org/" + "x" * 120), cell("antidisestablish" * 6)))
    path = tmp_path / "wide.html"
    path.write_text(render_html(document(wide), FRONT), encoding="utf-8")
    page = chromium.new_page(viewport={"width": 700, "height": 900})
    page.goto(path.as_uri())
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= 700
    page.close()


def test_the_schools_own_page_is_used_and_a_wrong_one_is_named(tmp_path: Path) -> None:
    (tmp_path / "copies").mkdir()
    own = tmp_path / "copies" / "policy.html"
    own.write_text("Our own page of {{ front.title }}", encoding="utf-8")
    assert render_html(document(block("x")), FRONT, templates=tmp_path) == "Our own page of Confidentiality Policy"
    own.write_text("{{ nothing_of_this_name }}", encoding="utf-8")
    with pytest.raises(RenderError, match=r"copies/policy\.html"):
        render_html(document(block("x")), FRONT, templates=tmp_path)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.mark.needs("chromium")
@pytest.mark.parametrize("width", [1280, 390, 320])
def test_pages_pass_axe_and_fit_any_width(width: int, chromium: Browser, tmp_path: Path, repository: Path) -> None:
    made: dict[str, tuple[Document, str]] = {"everything": (EVERYTHING, "Everything")}
    for path in sorted((repository / "policies").glob("*.docx")):
        read = read_document_bytes(path.read_bytes(), shown_as=path.name)
        made[path.stem] = (read, path.stem.replace("-", " ").capitalize())
    assert len(made) == 6
    context = chromium.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    for stem, (read, title) in made.items():
        path = tmp_path / f"{stem}.html"
        path.write_text(render_html(read, replace(CROWDED, title=title), pdf_address=f"{stem}.pdf"), encoding="utf-8")
        page.goto(path.as_uri())
        found = look(page, {"resultTypes": ["violations"]}).response["violations"]
        assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == [], stem
        assert page.evaluate("document.documentElement.scrollWidth") <= width, stem
    context.close()
