"""The website editor's list: by what changed and by what is found on the website, and how it shrinks."""

import io
import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import docx
import pytest
from click.testing import CliRunner

from pipeline.cli import policy
from pipeline.errors import UsageError
from pipeline.publish.site import publish_site
from pipeline.publish.watching import watch
from pipeline.publish.website_list import WebsiteList, list_website, record_placed, say_item, website_sheet
from pipeline.register.deciding import deciding
from pipeline.register.policies.policies import withdraw_policy
from tests.copies.workspace import OFFICE, SHEFFIELD, Workspace, at, policy_file
from tests.publish.website import Website, serve_website
from tests.school import MONDAY

TUESDAY = MONDAY + timedelta(days=1)
RUNG = SHEFFIELD.replace("960101", "960177")


@pytest.fixture
def website() -> Iterator[Website]:
    with serve_website() as made:
        yield made


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace(tmp_path, SHEFFIELD, OFFICE) as made:
        made.put("behaviour.docx", policy_file("Behaviour Policy", "Be kind."))
        made.put("attendance.docx", policy_file("Attendance Policy", "Be there on time, every day of the term."))
        made.put("pay.docx", policy_file("Pay Appeals Policy", "Appeal within a week."))
        publish(made)
        yield made


def publish(workspace: Workspace, today: date = MONDAY) -> None:
    workspace.day(today)
    publish_site(workspace.register, workspace.config, workspace.standings(today), today)


def listed(workspace: Workspace, today: date = TUESDAY, *pages: str, looked_on: date = TUESDAY) -> WebsiteList:
    found = watch(workspace.register, workspace.config, pages, today) if pages else None
    with workspace.register.reading() as tx:
        return list_website(tx, workspace.school, workspace.config, today, found, at(looked_on))


def replaced(workspace: Workspace, *slugs: str, on: date = MONDAY, today: date = TUESDAY) -> str:
    with deciding(workspace.register, workspace.root, "Jo Marsh", at(today) + timedelta(hours=2)) as decision:
        return record_placed(decision, workspace.config, slugs, on, today)


def whys(found: WebsiteList) -> dict[str, str]:
    return {each.title: each.why for each in found.items}


def withdraw(workspace: Workspace, slug: str, on: date) -> None:
    policy_id = next(each.policy_id for each in workspace.standings(on) if each.slug == slug)
    with workspace.register.transaction() as tx:
        withdraw_policy(tx, policy_id, on)
    publish_site(workspace.register, workspace.config, workspace.standings(on), on)


def test_all_that_is_public_is_listed_until_somebody_says_that_it_is_there(workspace: Workspace) -> None:
    found = listed(workspace)
    assert whys(found) == dict.fromkeys(
        ("Attendance Policy", "Behaviour Policy"), "Nobody has said yet that it is there."
    )
    file = found.items[0].instead
    assert file is not None
    assert file.files == ("distribution/site/policies/attendance.pdf", "distribution/site/policies/attendance.html")
    assert file.said == f"version 1, copy {workspace.current()['attendance'].code} of 23 November 2026"
    assert replaced(workspace, *found.slugs).startswith("On the website since 23 November 2026: Attendance Policy and")
    assert listed(workspace).items == ()
    assert listed(workspace).last_done == MONDAY


def test_what_changed_since_is_listed_with_why(workspace: Workspace) -> None:
    replaced(workspace, "attendance", "behaviour")
    workspace.configure(RUNG, OFFICE)
    publish(workspace, TUESDAY)
    found = whys(listed(workspace))
    assert set(found) == {"Attendance Policy", "Behaviour Policy"}
    assert found["Behaviour Policy"].endswith(
        "was replaced on 24 November 2026 by a copy of the same version with newer contacts or dates."
    )
    # Said too late, of a day on which the earlier copy was there: the newer one is still to be put there.
    replaced(workspace, "behaviour", on=MONDAY)
    assert "Behaviour Policy" in whys(listed(workspace))
    replaced(workspace, "behaviour", on=TUESDAY)
    assert set(whys(listed(workspace))) == {"Attendance Policy"}


def test_a_policy_that_ended_or_is_for_staff_from_now_on_is_to_be_taken_down(workspace: Workspace) -> None:
    replaced(workspace, "attendance", "behaviour")
    withdraw(workspace, "behaviour", TUESDAY)
    workspace.configure(SHEFFIELD, f'{OFFICE}[publish]\nnever = ["attendance"]\n')
    found = listed(workspace)
    assert whys(found)["Behaviour Policy"].startswith("The policy ended on 24 November 2026.")
    assert [each.said for each in found.files] == ["the page that says it ended on 24 November 2026"]
    assert whys(found)["Attendance Policy"] == ("It is not for the public any more: take the file down, and the link.")
    replaced(workspace, "behaviour", "attendance", on=TUESDAY)
    assert listed(workspace).items == ()


def test_what_is_found_on_the_website_is_listed_and_is_back_where_it_was_not_done(
    workspace: Workspace, website: Website
) -> None:
    old = (workspace.config.distribution / "site" / "policies" / "attendance.pdf").read_bytes()
    workspace.configure(RUNG, OFFICE)
    publish(workspace, TUESDAY)
    website.put("/files/old%20attendance.pdf", old)
    page = website.page("/policies", "/files/old%20attendance.pdf|Attendance", "/gone.pdf|School rules")
    found = listed(workspace, TUESDAY, page)
    by_title = {each.title: each for each in found.items}
    item = by_title["Attendance Policy"]
    assert (item.page, item.words, item.file_name) == (page, "Attendance", "old attendance.pdf")
    assert item.why.startswith("The copy made on 23 November 2026, that was replaced on 24 November 2026.")
    assert say_item(item)[-1].startswith("It has another name than the file there now")
    assert "Take the link away" in by_title["School rules"].why
    assert "must be online" in by_title["Behaviour Policy"].why
    replaced(workspace, "attendance", "behaviour", on=TUESDAY)
    # The same look, read again after that was said; then another look, which finds the old file still there.
    assert set(whys(listed(workspace, TUESDAY, page))) == {"School rules"}
    again = listed(workspace, TUESDAY, page, looked_on=TUESDAY + timedelta(days=1))
    assert (
        "It was said to be replaced on 24 November 2026, and this is still there." in whys(again)["Attendance Policy"]
    )


def test_what_cannot_be_is_refused_and_nothing_is_recorded(workspace: Workspace) -> None:
    for slugs, on, said in (
        (("behaviour",), TUESDAY + timedelta(days=1), "still to come"),
        (("behaviour",), MONDAY - timedelta(days=1), "There was no copy of Behaviour Policy on 22 November 2026"),
        (("behaviour", "no-such"), MONDAY, "No policy has the short name"),
        (("pay-appeals",), MONDAY, "not for the public website"),
        ((), MONDAY, "Name the policies"),
    ):
        with pytest.raises(UsageError, match=said):
            replaced(workspace, *slugs, on=on)
    assert listed(workspace).last_done is None


def test_the_sheet_says_what_to_put_where(workspace: Workspace) -> None:
    content = website_sheet(listed(workspace), TUESDAY)
    assert content == website_sheet(listed(workspace), TUESDAY)
    words = "\n".join(each.text for each in docx.Document(io.BytesIO(content)).paragraphs)
    assert "1. Attendance Policy" in words
    assert "Put there: distribution/site/policies/attendance.pdf" in words
    assert "Done on: ____" in words


def test_the_command_lists_writes_and_records(workspace: Workspace, website: Website, tmp_path: Path) -> None:
    page = website.page("/policies", "/gone.pdf|School rules")
    workspace.configure(SHEFFIELD, f'{OFFICE}[publish]\nwatch = ["{page}"]\n')
    workspace.register.close()
    call = ["--workspace", str(workspace.root), "--today", TUESDAY.isoformat(), "website"]

    def run(*arguments: str) -> str:
        return CliRunner().invoke(policy, [*call, *arguments], catch_exceptions=False).stdout

    assert "School rules" in run()
    found = json.loads(run("--json"))
    assert {each["title"] for each in found["items"]} >= {"School rules", "Behaviour Policy"}
    assert "Nobody has said yet what is on the website" in run("--no-look", "--out", str(tmp_path / "list.docx"))
    assert (tmp_path / "list.docx").is_file()
    refused = CliRunner().invoke(policy, [*call, "--replaced-on", MONDAY.isoformat()])
    assert "Name the policies that were replaced" in str(refused.exception)
    slugs = [each["policy"] for each in json.loads(run("--no-look", "--json"))["items"] if each.get("policy")]
    assert "On the website since" in run(*slugs, "--replaced-on", MONDAY.isoformat())
    assert "Nothing is to be done on the website." in run("--no-look")
