"""The pages for the website: what is listed, what is kept off, what is written again."""

import html
import json
import re
import time
from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Page

from pipeline.errors import RenderError
from pipeline.files import write_atomically
from pipeline.publish import makings as makings_module
from pipeline.publish import recall as recall_module
from pipeline.publish import site as site_module
from pipeline.publish.site import SiteReport, publish_site
from pipeline.resources import render_page
from tests.builders import lines_down, pdf_file
from tests.chromium import check_page, open_chromium
from tests.copies.workspace import HILL, LEAD_LINES, OFFICE, SHEFFIELD, Workspace, policy_file
from tests.school import MONDAY, School


def publish(school: School) -> SiteReport:
    return publish_site(school.register, school.config, school.standings(), MONDAY)


def site(school: School) -> Path:
    return school.root / "distribution" / "site"


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with School(tmp_path, '[publish]\nalso = ["lettings-<&-hire>"]\n') as made:
        made.add_policy("Safeguarding")
        made.add_policy("Lettings <& Hire>", None)
        made.add_policy("Pay", "teachers-pay")
        yield made


def test_every_policy_in_use_is_listed_with_its_copy(school: School) -> None:
    report = publish(school)
    page = (site(school) / "index.html").read_text(encoding="utf-8")
    assert report.listed == 2
    assert "Lettings &lt;&amp; Hire&gt;" in page
    assert "Pat Marsh" in page
    for entry in json.loads((site(school) / "policies.json").read_text(encoding="utf-8"))["policies"]:
        assert (site(school) / entry["file"]).is_file()
        assert html.escape(entry["file"]) in page
    school.register.close()


def test_what_the_catalogue_keeps_off_public_pages_is_left_out(school: School) -> None:
    report = publish(school)
    assert report.kept_off == ("Pay",)
    assert not (site(school) / "policies" / "pay.pdf").exists()
    school.register.close()


def test_nothing_is_written_again_that_did_not_change(school: School) -> None:
    assert publish(school).written > 0
    assert publish(school).written == 0
    (site(school) / "index.html").write_text("changed by hand", encoding="utf-8")
    (site(school) / "policies" / "stray.pdf").write_bytes(b"not ours")
    assert publish(school).written == 1
    assert not (site(school) / "policies" / "stray.pdf").exists()
    school.register.close()


def test_no_page_is_filled_again_while_nothing_of_it_changed(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):  # What is written in the very moment in which it is noted is looked at once more.
        publish(school)
    filled: list[str] = []

    def note(template: str, overrides: Path, **fields: object) -> str:
        filled.append(template)
        return render_page(template, overrides, **fields)

    for module in (site_module, recall_module):
        monkeypatch.setattr(module, "render_page", note)
    assert (publish(school).written, filled) == (0, [])
    (site(school) / "c" / "index.html").unlink()
    assert (publish(school).written, filled) == (1, ["site/recall-list.html"])
    filled.clear()
    school.add_policy("Uniform", None)
    publish(school)
    assert filled.count("site/index.html") == 1  # that of the staff alone
    assert "Uniform" in (school.root / "distribution" / "staff-site" / "index.html").read_text(encoding="utf-8")
    school.register.close()


def test_the_list_is_written_once_everything_that_it_leads_to_is_there(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[str, bool] = {}

    def write(path: Path, content: bytes) -> None:
        if path.parent.name == "policies":
            time.sleep(0.05)
        if path.name == "policies.json":
            files = [path.parent / entry["file"] for entry in json.loads(content)["policies"]]
            seen[path.parent.name] = all(file.is_file() for file in files)
        write_atomically(path, content)

    monkeypatch.setattr(makings_module, "write_atomically", write)
    assert publish(school).failed is None
    assert seen == {"site": True, "staff-site": True}
    school.register.close()


def test_a_file_that_could_not_be_written_is_told_and_written_another_day(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(path: Path, content: bytes) -> None:
        if path.name == "safeguarding.pdf" and path.parts[-3] == "staff-site":
            raise RenderError("the disk is full")
        write_atomically(path, content)

    monkeypatch.setattr(makings_module, "write_atomically", write)
    report = publish(school)
    assert report.failed is not None
    assert report.failed.endswith("staff-site could not be written: the disk is full")
    monkeypatch.undo()
    assert (publish(school).failed, publish(school).written) == (None, 0)
    assert (school.root / "distribution" / "staff-site" / "policies" / "safeguarding.pdf").is_file()
    school.register.close()


def test_pages_that_cannot_be_written_are_reported(school: School) -> None:
    (school.root / "distribution").mkdir(exist_ok=True)
    site(school).write_text("a file where the folder should be", encoding="utf-8")
    failed = publish(school).failed
    assert failed is not None
    assert "could not be written" in failed
    school.register.close()


def workspace_site(workspace: Workspace) -> Path:
    publish_site(workspace.register, workspace.config, workspace.standings(), MONDAY)
    return workspace.config.distribution / "site"


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """A Word file and a PDF with copies of the day."""
    with Workspace(tmp_path / "w", SHEFFIELD, OFFICE) as made:
        made.put("lettings.docx", policy_file("Lettings Policy", *LEAD_LINES))
        made.put("parking.pdf", pdf_file(lines_down("Westhaven School", "Parking Policy", *LEAD_LINES)))
        made.day()
        yield made


def test_each_policy_is_there_as_a_web_page_and_as_a_pdf(workspace: Workspace) -> None:
    folder = workspace_site(workspace)
    names = sorted(path.name for path in (folder / "policies").iterdir())
    assert names == ["lettings.html", "lettings.pdf", "parking.html", "parking.pdf"]
    index = (folder / "index.html").read_text(encoding="utf-8")
    assert '<a href="policies/lettings.html">Lettings Policy</a>' in index
    assert '<a class="pdf" href="policies/lettings.pdf">PDF<span class="unseen"> of Lettings Policy</span></a>' in index
    listed = json.loads((folder / "policies.json").read_text(encoding="utf-8"))["policies"]
    assert {entry["page"] for entry in listed} == {"policies/lettings.html", "policies/parking.html"}
    page = (folder / "policies" / "lettings.html").read_text(encoding="utf-8")
    assert '<a href="lettings.pdf">Lettings Policy as a PDF</a>' in page
    assert "The PDF is the original" not in page


def test_the_web_page_of_a_pdf_has_its_words_with_todays_contacts_and_says_what_counts(workspace: Workspace) -> None:
    workspace.configure(HILL, OFFICE)
    workspace.day()
    page = (workspace_site(workspace) / "policies" / "parking.html").read_text(encoding="utf-8")
    assert "The PDF is the original" in page
    assert "The Designated Safeguarding Lead is Jo Hill." in page
    assert "Field" not in page
    assert "01632 960101" not in page


def test_a_copy_that_names_people_who_changed_stays_readable_with_its_contacts_covered(workspace: Workspace) -> None:
    workspace_site(workspace)
    workspace.configure(HILL)
    assert len(workspace.day().held) == 2
    folder = workspace_site(workspace)
    names = ["lettings.html", "lettings.pdf", "parking.html", "parking.pdf"]
    assert sorted(path.name for path in (folder / "policies").iterdir()) == names
    assert "its contacts are being updated" in (folder / "index.html").read_text(encoding="utf-8")
    page = (folder / "policies" / "lettings.html").read_text(encoding="utf-8")
    assert "The safeguarding contacts in this copy are being updated. Today they are: Mr Jo Hill" in page
    for name in names:
        assert b"Field" not in (folder / "policies" / name).read_bytes()
    workspace.configure(HILL, OFFICE)
    assert len(workspace.day().made) == 2
    assert "being renewed" not in (workspace_site(workspace) / "policies" / "lettings.html").read_text(encoding="utf-8")


def test_what_cannot_be_covered_is_taken_away_until_the_next_is_made(workspace: Workspace) -> None:
    workspace_site(workspace)
    workspace.configure(HILL)
    assert len(workspace.day().held) == 2
    for path in workspace.copies.glob("*-being-renewed.*"):
        path.write_bytes(b"changed by hand")
    folder = workspace_site(workspace)
    assert sorted(path.name for path in (folder / "policies").iterdir()) == ["lettings.html", "parking.html"]
    index = (folder / "index.html").read_text(encoding="utf-8")
    assert "being renewed" in index
    assert '.pdf"' not in index
    page = (folder / "policies" / "lettings.html").read_text(encoding="utf-8")
    assert "its copy is being renewed" in page
    assert "Field" not in page


def test_a_copy_whose_successor_failed_stays_while_its_contacts_are_right(workspace: Workspace) -> None:
    template = workspace.root / "templates" / "copies" / "policy.typ"
    template.parent.mkdir(parents=True)
    template.write_text("#panic()", encoding="utf-8")
    assert workspace.day().failed
    assert (workspace_site(workspace) / "policies" / "lettings.pdf").is_file()


def check_pages(page: Page, paths: Iterable[Path], *sizes: tuple[int, int]) -> None:
    """Look at pages on screens of some sizes; to start the browser for each takes as long as three of them."""
    for path, (width, height) in product(paths, sizes):
        page.set_viewport_size({"width": width, "height": height})
        page.goto(path.as_uri())
        check_page(page)


@pytest.mark.needs("chromium")
def test_the_pages_of_policies_are_accessible(workspace: Workspace) -> None:
    sizes = (1280, 900), (320, 640)
    folder = workspace_site(workspace)
    with open_chromium() as browser:
        page = browser.new_page()
        names = ("index.html", "policies/lettings.html", "policies/parking.html")
        check_pages(page, [folder / name for name in names], *sizes)
        workspace.configure(HILL)
        workspace.day()
        folder = workspace_site(workspace)
        check_pages(page, [folder / name for name in ("index.html", "policies/lettings.html")], *sizes)


@pytest.mark.needs("chromium")
def test_the_page_is_accessible_full_and_empty(school: School, tmp_path: Path) -> None:
    publish(school)
    with open_chromium() as browser, School(tmp_path / "empty") as empty:
        publish(empty)
        pages = [site(place) / "index.html" for place in (school, empty)]
        check_pages(browser.new_page(), pages, (1280, 900), (390, 844), (320, 640))
    school.register.close()


def test_a_copy_that_was_damaged_on_disk_is_not_published(workspace: Workspace) -> None:
    copy = workspace.config.distribution / "copies" / "lettings.pdf"
    copy.write_bytes(copy.read_bytes() + b"appended by somebody")
    folder = workspace_site(workspace)
    names = sorted(path.name for path in (folder / "policies").iterdir())
    assert names == ["lettings.html", "parking.html", "parking.pdf"]
    assert "appended" not in (folder / "policies" / "lettings.html").read_text(encoding="utf-8")


def test_pages_have_the_schools_logo_and_colour_and_lose_them_again(school: School) -> None:
    look = school.config.templates / "copies"
    look.mkdir(parents=True)
    logo = b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><rect width="40" height="40"/></svg>'
    (look / "logo.svg").write_bytes(logo)
    (look / "look.toml").write_text('colour = "#5b2c6f"\nlogo = "logo.svg"\n', encoding="utf-8")
    publish(school)
    assert (site(school) / "logo.svg").read_bytes() == logo
    pages = sorted(page for page in site(school).rglob("*.html") if page.parent != site(school) / "policies")
    assert len(pages) > 3
    for page in pages:
        text = page.read_text(encoding="utf-8")
        found = re.search(r'<img src="([^"]+)" alt="">', text)
        assert found is not None
        assert (page.parent / found[1]).resolve() == (site(school) / "logo.svg").resolve()
        assert "background: #5b2c6f" in text
    assert publish(school).written == 0
    (look / "look.toml").unlink()
    publish(school)
    assert not (site(school) / "logo.svg").exists()
    assert "<img" not in (site(school) / "index.html").read_text(encoding="utf-8")
    school.register.close()
