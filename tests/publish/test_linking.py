"""Web pages of policies on the sites: their links to each other and back, and which of them are made again."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.publish.site import SiteReport, publish_site
from tests.copies.workspace import OFFICE, SHEFFIELD, Workspace, policy_file
from tests.school import MONDAY

LETTINGS = "See the Behaviour Policy and the Pay Appeals Policy."


def publish(workspace: Workspace) -> SiteReport:
    return publish_site(workspace.register, workspace.config, workspace.standings(), MONDAY)


def page(workspace: Workspace, slug: str, site: str = "site") -> str:
    return (workspace.config.distribution / site / "policies" / f"{slug}.html").read_text(encoding="utf-8")


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace(tmp_path, SHEFFIELD, OFFICE) as made:
        made.put("behaviour.docx", policy_file("Behaviour Policy", "Be kind. See the Lettings Policy."))
        made.put("lettings.docx", policy_file("Lettings Policy", LETTINGS))
        made.put("pay-appeals.docx", policy_file("Pay Appeals Policy", "Appeal within a week."))
        made.day()
        publish(made)
        yield made


def test_pages_lead_to_each_other_and_back_and_to_the_list(workspace: Workspace) -> None:
    for site in ("site", "staff-site"):
        for path in (workspace.config.distribution / site / "policies").glob("*.html"):
            text = path.read_text(encoding="utf-8")
            assert 'href="../index.html">All policies of' in text
            for address in re.findall(r'href="([^"#:]+)"', text):
                assert (path.parent / address).is_file(), (path, address)
    behaviour = page(workspace, "behaviour")
    assert 'See the <a href="lettings.html">Lettings Policy</a>' in behaviour
    assert 'Named in: <a href="lettings.html">Lettings Policy</a></p>' in behaviour
    assert 'href="behaviour.pdf"' in behaviour
    assert "nobody named" not in behaviour
    # What only staff may read is no link on the public page.
    assert "pay-appeals" not in page(workspace, "lettings")
    assert (workspace.config.distribution / "copies" / "behaviour.html").read_text(encoding="utf-8") != behaviour


def test_a_page_changed_by_hand_is_put_right_though_its_date_and_size_are_the_old_ones(workspace: Workspace) -> None:
    assert publish(workspace).written == 0
    path = workspace.config.distribution / "site" / "policies" / "behaviour.html"
    before, text = path.stat(), page(workspace, "behaviour")
    path.write_text(text.replace("Be kind", "Be vile"), encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert publish(workspace).written == 1
    assert page(workspace, "behaviour") == text


def test_only_what_a_change_touches_is_made_again(workspace: Workspace) -> None:
    publish(workspace)
    workspace.configure(SHEFFIELD, f'{OFFICE}[publish]\nalso = ["lettings", "pay-appeals"]\nnever = ["behaviour"]\n')
    publish(workspace)
    # The one page that named it leads nowhere now, and does not say so with a dead link.
    assert "behaviour.html" not in page(workspace, "lettings")
    assert not (workspace.config.distribution / "site" / "policies" / "behaviour.html").exists()
    assert publish(workspace).written == 0


@pytest.mark.parametrize("kept", ["", "[]", "{", '{"edition": 1}', '{"edition": "x", "units": {"a": 1}}'])
def test_notes_that_are_damaged_cost_time_and_nothing_else(workspace: Workspace, kept: str) -> None:
    notes = workspace.config.distribution / ".sites.json"
    edition = json.loads(notes.read_text(encoding="utf-8"))["edition"]
    notes.write_text(kept.replace('"x"', json.dumps(edition)), encoding="utf-8")
    report = publish(workspace)
    assert (report.failed, report.written) == (None, 0)


def test_a_template_of_the_schools_own_shows_on_every_page_at_once(workspace: Workspace) -> None:
    publish(workspace)
    own = workspace.config.templates / "site" / "_others.html"
    own.parent.mkdir(parents=True)
    own.write_text('<nav class="page"><a href="../index.html">To our list</a></nav>', encoding="utf-8")
    publish(workspace)
    assert "To our list" in page(workspace, "behaviour")
    assert "To our list" in page(workspace, "pay-appeals", "staff-site")
