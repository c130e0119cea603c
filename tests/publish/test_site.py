"""The pages for the website: what is listed, what is kept off, what is written again."""

import html
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.publish.site import SiteReport, publish_site
from tests.chromium import check_page, open_chromium
from tests.school import MONDAY, School


def publish(school: School) -> SiteReport:
    return publish_site(school.register, school.config, school.standings(), MONDAY)


def site(school: School) -> Path:
    return school.root / "distribution" / "site"


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with School(tmp_path) as made:
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


def test_pages_that_cannot_be_written_are_reported(school: School) -> None:
    (school.root / "distribution").mkdir(exist_ok=True)
    site(school).write_text("a file where the folder should be", encoding="utf-8")
    failed = publish(school).failed
    assert failed is not None
    assert "could not be written" in failed
    school.register.close()


@pytest.mark.needs("chromium")
@pytest.mark.parametrize(("width", "height"), [(1280, 900), (390, 844), (320, 640)])
def test_the_page_is_accessible_full_and_empty(school: School, tmp_path: Path, width: int, height: int) -> None:
    publish(school)
    with open_chromium() as browser, School(tmp_path / "empty") as empty:
        publish(empty)
        page = browser.new_page(viewport={"width": width, "height": height})
        for place in (school, empty):
            page.goto((site(place) / "index.html").as_uri())
            check_page(page)
    school.register.close()
