"""The school's own website and its newsletter, from the desk: what is listed, given out and recorded."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest

from pipeline.publish.site import publish_site
from pipeline.register.mail.groups import list_told
from pipeline.register.policies.website import last_placed
from tests.publish.website import serve_website
from tests.school import MONDAY
from tests.web.desk import ACCOUNTS, Desk, open_desk

GROUPS = """
[groups.parents]
name = "Parents"
policies = ["behaviour", "pay-appeals"]
by_means = "the newsletter"
"""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with serve_website() as website:
        page = website.page("/policies", "/old.pdf|Behaviour")
        watched = f'[publish]\nwatch = ["{page}"]\n'
        with open_desk(tmp_path, GROUPS + watched + ACCOUNTS) as one:
            one.school.add_policy("Behaviour", "behaviour")
            one.school.add_policy("Pay Appeals", None)
            publish_site(one.school.register, one.school.config, one.school.standings(), MONDAY)
            one.sign_in("jo.marsh@example.org")
            yield one


def test_what_is_to_be_replaced_is_listed_given_out_and_leaves_the_list(desk: Desk) -> None:
    page = desk.page("/website")
    assert "Nobody has said yet that it is there." in page
    assert "Pay Appeals" not in page
    given = desk.send("/website/files", what="all")
    assert given.status_code == 303
    archive = zipfile.ZipFile(io.BytesIO(desk.browser.get(given.headers["location"]).content))
    assert set(archive.namelist()) == {"what-to-replace.docx", "policies/behaviour.pdf"}
    sheet = desk.browser.get(desk.send("/website/files", what="sheet").headers["location"])
    assert "1. Behaviour" in [each.text for each in docx.Document(io.BytesIO(sheet.content)).paragraphs]
    refused = desk.send("/website/replaced", slug="behaviour", on="2026-11-24")
    assert refused.status_code == 422
    assert "That day is still to come" in refused.text
    assert "Tick what was done" in desk.send("/website/replaced", on="2026-11-23").text
    assert desk.send("/website/replaced", all="yes", on="2026-11-23").status_code == 303
    assert "Nothing is to be done on the website." in desk.page("/website")
    with desk.school.register.reading() as tx:
        (placed,) = last_placed(tx, desk.school.key).values()
    assert placed.actor.startswith("Jo Marsh") or "jo.marsh" in placed.actor
    assert desk.send("/website/files", what="all").status_code == 422


def test_a_look_at_the_website_takes_the_lists_place(desk: Desk) -> None:
    begun = desk.send("/website/look")
    assert begun.status_code == 303
    finished = desk.finished().finished
    assert finished is not None
    assert finished.said == "1 link looked at."
    page = desk.page("/website")
    assert "The pages of the website were looked at on 23 November 2026." in page
    assert "old.pdf" in page


def test_the_newsletters_words_are_given_out_and_settle_who_is_told(desk: Desk) -> None:
    page = desk.page("/newsletter")
    assert "For Parents." in page
    assert "Not in it, since they are not on the public site: Pay Appeals." in page
    text = desk.browser.get(desk.send("/newsletter/sheet", **{"as": "text"}).headers["location"])
    assert text.content.decode("utf-8").startswith("Worried about a child?")
    word = desk.browser.get(desk.send("/newsletter/sheet", **{"as": "word"}).headers["location"])
    assert docx.Document(io.BytesIO(word.content)).paragraphs
    refused = desk.send("/newsletter", slug="behaviour", on="2026-11-22", made="2026-11-23")
    assert "The words cannot be younger than the newsletter" in refused.text
    assert desk.send("/newsletter", slug="behaviour", on="2026-11-23", made="2026-11-23").status_code == 303
    with desk.school.register.reading() as tx:
        assert [one.group for one in list_told(tx, desk.school.key)] == ["parents"]
    page = desk.page("/newsletter")
    assert "have been told of everything on the public site" in page
    assert "last told on 23 November 2026 (the newsletter) To be told: Pay Appeals" in page


def test_what_keeps_a_folder_from_being_right_is_said_on_the_page(tmp_path: Path) -> None:
    with open_desk(tmp_path / "school", f'[publish]\npublic_folder = "{tmp_path}/cloud"\n{ACCOUNTS}') as desk:
        desk.school.add_policy("Behaviour", "behaviour")
        desk.sign_in("jo.marsh@example.org")
        assert "Folders" not in desk.page("/website")
        publish_site(desk.school.register, desk.school.config, desk.school.standings(), MONDAY)
        assert f"The folder {tmp_path}/cloud is not there" in desk.page("/website")
        (tmp_path / "cloud").mkdir()
        publish_site(desk.school.register, desk.school.config, desk.school.standings(), MONDAY)
        page = desk.page("/website")
        assert "Folders that are kept in line" in page
        assert "is not there" not in page


def test_whoever_may_not_edit_policies_sees_the_list_and_records_nothing(desk: Desk) -> None:
    desk.sign_in("office@example.org")
    page = desk.page("/website")
    assert "Say what was done" not in page
    assert desk.browser.get("/website/replaced").status_code == 403
    assert desk.browser.get("/newsletter").status_code == 403
