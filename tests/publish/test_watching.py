"""What a website links to is judged: fetched from a real server on this machine, against a real register."""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.cli import run_command
from pipeline.outgoing import meant_of
from pipeline.publish.fetching import Fetcher, FetchError
from pipeline.publish.site import publish_site
from pipeline.publish.watching import LinkVerdict, Watched, watch
from tests.builders import lines_down, paragraph, pdf_file, word_file
from tests.copies.workspace import OFFICE, SHEFFIELD, Workspace, policy_file
from tests.publish.website import Website, serve_website
from tests.school import MONDAY


@pytest.fixture
def website() -> Iterator[Website]:
    with serve_website() as made:
        yield made


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace(tmp_path, SHEFFIELD, OFFICE) as made:
        made.put("behaviour.docx", policy_file("Behaviour Policy", "Be kind."))
        made.put("attendance.docx", policy_file("Attendance Policy", "Be there on time, every day of the term."))
        made.day()
        publish_site(made.register, made.config, made.standings(), MONDAY)
        yield made


def look(workspace: Workspace, *pages: str) -> Watched:
    return watch(workspace.register, workspace.config, pages, MONDAY)


def copy_of(workspace: Workspace, slug: str) -> bytes:
    return (workspace.config.distribution / "site" / "policies" / f"{slug}.pdf").read_bytes()


def saved_again(document: bytes) -> bytes:
    """Return a Word file with the same content and other bytes."""
    again = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as old, zipfile.ZipFile(again, "w", zipfile.ZIP_STORED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    return again.getvalue()


def verdicts(found: Watched) -> dict[str, LinkVerdict]:
    return {each.words: each.verdict for each in found.links}


def test_current_replaced_and_other_documents_are_told_apart(workspace: Workspace, website: Website) -> None:
    old = copy_of(workspace, "attendance")
    workspace.configure(SHEFFIELD.replace("960101", "960177"), OFFICE)
    workspace.day()
    publish_site(workspace.register, workspace.config, workspace.standings(), MONDAY)
    website.put("/a.pdf", copy_of(workspace, "behaviour"))
    website.put("/old.pdf", old)
    website.put(
        "/source.docx", saved_again(policy_file("Attendance Policy", "Be there on time, every day of the term."))
    )
    website.put("/edited.docx", policy_file("Attendance Policy", "Come whenever you like, and bring a cake with you."))
    website.put("/menu.pdf", pdf_file(lines_down("Menu of the week", "Fish on Friday")))
    website.put("/torn.pdf", b"%PDF-1.7 torn")
    page = website.page(
        "/policies/",
        *("../a.pdf#page=2|Behaviour", "/old.pdf|Old attendance", "/source.docx|Source", "/edited.docx|Edited"),
        *("/menu.pdf|Menu", "/torn.pdf|Torn", "/gone.pdf|Gone", "/about.php|About us", "mailto:a@example.org|Write"),
    )
    found = look(workspace, page)
    assert verdicts(found) == {
        "Behaviour": LinkVerdict.CURRENT,
        "Old attendance": LinkVerdict.REPLACED,
        "Source": LinkVerdict.SAME_TEXT,
        "Edited": LinkVerdict.ANOTHER_TEXT,
        "Menu": LinkVerdict.UNKNOWN,
        "Torn": LinkVerdict.UNREAD,
        "Gone": LinkVerdict.MISSING,
    }
    assert [each.verdict for each in found.links] == sorted(
        (each.verdict for each in found.links), key=list(LinkVerdict).index
    ), "the worst first"
    assert found.not_linked == ()


def test_wrong_lead_is_said_before_anything_else(workspace: Workspace, website: Website) -> None:
    other = word_file(
        paragraph("Behaviour Policy"), paragraph("Designated Safeguarding Lead: Morgan Brook"), paragraph("Be kind.")
    )
    website.put("/behaviour-2019.docx", other, "application/octet-stream")
    found = look(workspace, website.page("/", "/behaviour-2019.docx|Behaviour"))
    (link,) = found.links
    assert (link.verdict, link.policy) == (LinkVerdict.WRONG_LEAD, "behaviour")
    assert "It names Morgan Brook as Designated Safeguarding Lead; that is Deborah Field." in link.told
    assert [each.slug for each in found.not_linked] == ["attendance"], "must be online, and is not linked"


def test_files_behind_downloads_and_redirections_are_looked_at(workspace: Workspace, website: Website) -> None:
    website.put("/files/b.pdf", copy_of(workspace, "behaviour"))
    website.content["/download?id=7"] = (302, "text/html", b"/files/b.pdf")
    website.content["/download?id=8"] = (302, "text/html", b"/download?id=8")
    website.page("/document-list")
    page = website.page("/", "/download?id=7|Behaviour", "/download?id=8|Round", "/document-list|More")
    found = look(workspace, page)
    assert verdicts(found) == {"Behaviour": LinkVerdict.CURRENT, "Round": LinkVerdict.MISSING}
    assert "without end" in found.links[0].told


def test_page_of_its_own_site_counts_as_the_copy(workspace: Workspace, website: Website) -> None:
    site = workspace.config.distribution / "site"
    website.put("/site/policies/behaviour.html", (site / "policies" / "behaviour.html").read_bytes(), "text/html")
    found = look(workspace, website.page("/", "/site/policies/behaviour.html|Behaviour", "/news/behaviour.html|News"))
    assert verdicts(found)["Behaviour"] is LinkVerdict.CURRENT
    assert "attendance" in [each.slug for each in found.not_linked]


def test_page_that_does_not_open_is_said_and_nothing_is_called_missing(workspace: Workspace, website: Website) -> None:
    website.put("/secret", b"no", "text/html", 403)
    website.put("/paper.pdf", copy_of(workspace, "behaviour"))
    pages = [f"{website.address}{path}" for path in ("/secret", "/paper.pdf", "/none")] + ["http://127.0.0.1:9/"]
    found = look(workspace, *pages)
    assert [why.partition(",")[0].partition(":")[0] for _, why in found.unopened] == [
        "wants a sign-in",
        "is no web page",
        "is not there (any more)",
        "could not be reached",
    ]
    assert (found.links, found.not_linked) == ((), ())


def test_command_says_what_to_put_where(
    workspace: Workspace, website: Website, capsys: pytest.CaptureFixture[str]
) -> None:
    website.put("/old.pdf", copy_of(workspace, "attendance"))
    workspace.configure(SHEFFIELD.replace("960101", "960177"), OFFICE)
    workspace.day()
    publish_site(workspace.register, workspace.config, workspace.standings(), MONDAY)
    page = website.page("/", "/old.pdf|Attendance")
    workspace.register.close()
    place = ["--workspace", str(workspace.root), "--today", MONDAY.isoformat(), "watch"]
    assert run_command(place) == 2
    assert "[publish] watch" in capsys.readouterr().err
    assert run_command([*place, page]) == 0
    text = capsys.readouterr().out
    assert "Put distribution/site/policies/attendance.pdf in its place." in text
    assert "Must be online, and no page looked at links to it:\n  Behaviour Policy" in text
    assert run_command([*place, page, f"{website.address}/none", "--json"]) == 4
    told = json.loads(capsys.readouterr().out)
    assert told["links"][0]["verdict"] == "replaced"
    assert told["unopened"][0]["why"] == "is not there (any more)"


def test_a_website_leads_into_the_network_of_the_school_only_where_that_is_meant(
    website: Website, tmp_path: Path
) -> None:
    website.put("/paper.pdf", b"%PDF-1.7")
    address, page = f"{website.address}/paper.pdf", website.page("/policies", "/paper.pdf")
    website.put("/away.pdf", b"http://169.254.169.254/paper.pdf", status=302)
    with Fetcher(tmp_path) as fetcher:
        for fetch, asked in ((fetcher.document, address), (fetcher.links, page)):
            with pytest.raises(FetchError, match=r'write into config.toml: \[web\] allow_private = \["127.0.0.1"\]'):
                fetch(asked)
    with Fetcher(tmp_path, meant=meant_of([page], [])) as fetcher:
        fetcher.links(page)
        assert fetcher.document(address) is not None
        for elsewhere in (
            "http://169.254.169.254/paper.pdf",
            f"{website.address}/away.pdf",
            "http://127.0.0.1:9/x.pdf",
        ):
            with pytest.raises(FetchError, match="leads into a network of the school's own"):
                fetcher.document(elsewhere)
