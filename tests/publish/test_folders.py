"""Folders that SharePoint, OneDrive or a VLE shows: what is put there, what is left alone, and what goes wrong."""

import json
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.cli.site_report import site_lines
from pipeline.config import parse_config
from pipeline.documents import read_document
from pipeline.errors import ConfigurationError
from pipeline.publish import folder_files
from pipeline.publish.folder_files import NOTES, Synced, safe_stem, sync_folder
from pipeline.publish.site import SiteReport, publish_site
from pipeline.register.policies.policies import withdraw_policy
from tests.chromium import check_page, open_chromium
from tests.copies.workspace import HILL, OFFICE, SHEFFIELD, Workspace, policy_file
from tests.school import MONDAY


def publish(workspace: Workspace) -> SiteReport:
    return publish_site(workspace.register, workspace.config, workspace.standings(), MONDAY)


def said(report: SiteReport) -> str:
    return " ".join(words for folder in report.folders for words in folder.said)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != NOTES}


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    (tmp_path / "cloud" / "public").mkdir(parents=True)
    (tmp_path / "cloud" / "staff").mkdir()
    folders = f'public_folder = "{tmp_path}/cloud/public"\nstaff_folder = "{tmp_path}/cloud/staff"\n'
    with Workspace(
        tmp_path / "school", SHEFFIELD, f'{OFFICE}[publish]\n{folders}folder_files = ["pdf", "docx"]\n'
    ) as made:
        made.put("behaviour.docx", policy_file("Behaviour Policy", "Be kind."))
        made.put("pay-appeals.docx", policy_file("Pay Appeals Policy", "Appeal within a week."))
        made.day()
        yield made


@pytest.fixture
def public(workspace: Workspace) -> Path:
    return workspace.root.parent / "cloud" / "public"


def test_each_folder_has_the_policies_of_its_audience_at_names_that_stay(workspace: Workspace, public: Path) -> None:
    report = publish(workspace)
    assert said(report) == ""
    assert contents(public).keys() == {"behaviour.pdf", "behaviour.docx", "index.html", "policies.json"}
    staff = contents(public.parent / "staff")
    assert {"behaviour.pdf", "pay-appeals.pdf", "pay-appeals.docx"} <= staff.keys()
    assert staff["behaviour.pdf"] == (workspace.copies / "behaviour.pdf").read_bytes()
    assert staff["behaviour.docx"] == (workspace.copies / "behaviour.docx").read_bytes()
    listed = json.loads((public / "policies.json").read_text(encoding="utf-8"))["policies"]
    assert listed == [{"slug": "behaviour", "title": "Behaviour Policy", "files": ["behaviour.docx", "behaviour.pdf"]}]
    assert f"{public} (public) has 1 policy, 4 files new or replaced." in site_lines(report, workspace.config)
    assert [folder.written for folder in publish(workspace).folders] == [0, 0]


def test_a_policy_that_ended_leaves_a_page_that_says_so_at_its_name(workspace: Workspace, public: Path) -> None:
    publish(workspace)
    policy = next(each.policy_id for each in workspace.standings() if each.slug == "behaviour")
    with workspace.register.transaction() as tx:
        withdraw_policy(tx, policy, MONDAY)
    publish(workspace)
    for name in ("behaviour.pdf", "behaviour.docx"):
        assert "It was withdrawn on 23 November 2026." in read_document(public / name).text
    assert "Behaviour" not in (public / "index.html").read_text(encoding="utf-8")
    ended = json.loads((public / "policies.json").read_text(encoding="utf-8"))["ended"]
    assert [each["ended_on"] for each in ended] == ["2026-11-23"]
    assert [folder.written for folder in publish(workspace).folders] == [0, 0]


def test_what_is_for_staff_alone_from_now_on_is_taken_out_of_the_public_folder(
    workspace: Workspace, public: Path
) -> None:
    publish(workspace)
    more = f'[publish]\npublic_folder = "{public}"\nnever = ["behaviour"]\n'
    workspace.configure(SHEFFIELD, OFFICE + more)
    publish(workspace)
    assert contents(public).keys() == {"index.html", "policies.json"}


def test_nothing_of_anybody_else_is_replaced_or_deleted(workspace: Workspace, public: Path) -> None:
    (public / "behaviour.pdf").write_bytes(b"the school's own")
    (public / "notes.docx").write_bytes(b"somebody's")
    report = publish(workspace)
    assert "something lies there that this program did not put there" in said(report)
    assert (public / "behaviour.pdf").read_bytes() == b"the school's own"
    (public / "behaviour.pdf").unlink()
    assert said(publish(workspace)) == ""
    assert (public / "notes.docx").read_bytes() == b"somebody's"
    assert (public / "behaviour.pdf").read_bytes().startswith(b"%PDF")


def test_what_somebody_changed_is_kept_aside_and_put_right(workspace: Workspace, public: Path) -> None:
    publish(workspace)
    (public / "behaviour.docx").write_bytes(b"edited in the browser")
    report = publish(workspace)
    assert "was changed by somebody" in said(report)
    assert (public / "behaviour.docx").read_bytes() == (workspace.copies / "behaviour.docx").read_bytes()
    kept = list((workspace.config.distribution / "set-aside" / "public").iterdir())
    assert [path.read_bytes() for path in kept] == [b"edited in the browser"]


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"files": {"../../config.toml": {"sha256": [], "seen": []}}}'])
def test_lost_notes_neither_strand_nor_delete_anything(workspace: Workspace, public: Path, damage: str) -> None:
    publish(workspace)
    (public / NOTES).write_text(damage, encoding="utf-8")
    workspace.configure(SHEFFIELD, f'{OFFICE}[publish]\npublic_folder = "{public}"\nnever = ["behaviour"]\n')
    assert said(publish(workspace)) == ""
    assert contents(public).keys() == {"index.html", "policies.json"}
    assert (workspace.root / "config.toml").is_file()


def test_a_drive_that_is_not_connected_is_a_sentence(workspace: Workspace, public: Path) -> None:
    publish(workspace)
    aside = public.with_name("away")
    public.rename(aside)
    assert f"The folder {public} is not there, so nothing was put into it." in said(publish(workspace))
    assert not public.exists()
    public.mkdir()  # the place at which a drive appears is a folder, and empty
    assert "may not be connected" in said(publish(workspace))
    assert not any(public.iterdir())
    public.rmdir()
    public.write_text("a file", encoding="utf-8")
    assert "is not there" in said(publish(workspace))
    public.unlink()
    aside.rename(public)
    assert said(publish(workspace)) == ""


def test_a_folder_that_another_run_fills_keeps_nobody_from_the_sites(workspace: Workspace, public: Path) -> None:
    publish(workspace)
    workspace.configure(HILL, f'{OFFICE}[publish]\npublic_folder = "{public}"\n')
    with workspace.register.publishing("folders"):
        done = threading.Thread(target=publish, args=(workspace,))
        done.start()
        index = workspace.config.distribution / "site" / "index.html"
        for _ in range(600):
            if "Jo Hill" in index.read_text(encoding="utf-8"):
                break
            time.sleep(0.05)
        assert "Jo Hill" in index.read_text(encoding="utf-8")
        assert "Jo Hill" not in (public / "index.html").read_text(encoding="utf-8")
    done.join(30)
    assert "Jo Hill" in (public / "index.html").read_text(encoding="utf-8")


def test_no_folder_of_the_programs_own_is_filled(workspace: Workspace) -> None:
    for name in (".", "policies", "distribution/site", ".."):
        workspace.configure(SHEFFIELD, f'{OFFICE}[publish]\npublic_folder = "{name}"\n')
        assert "is a folder of this program's own" in said(publish(workspace))
    assert not (workspace.root / "policies" / "index.html").exists()
    with pytest.raises(ConfigurationError, match="everybody sees what is in that"):
        parse_config('[publish]\npublic_folder = "x"\nstaff_folder = "x"\n', root=workspace.root)


@pytest.mark.parametrize("staff", ["cloud/public/", "cloud/../cloud/public", "cloud/public/staff", "linked"])
def test_what_is_for_staff_goes_into_no_folder_of_the_public(workspace: Workspace, public: Path, staff: str) -> None:
    around = public.parent.parent
    (around / "linked").symlink_to(public)
    folders = f'public_folder = "{public}"\nstaff_folder = "{around}/{staff}"\n'
    workspace.configure(SHEFFIELD, f"{OFFICE}[publish]\n{folders}")
    assert "are one folder, or one lies in the other" in said(publish(workspace))
    assert contents(public) == {}


def test_a_folder_that_another_register_fills_is_left_to_it(workspace: Workspace, public: Path) -> None:
    publish(workspace)
    there = contents(public)
    notes = json.loads((public / NOTES).read_text(encoding="utf-8"))
    (public / NOTES).write_text(json.dumps({**notes, "register": "another"}), encoding="utf-8")
    workspace.configure(HILL, f'{OFFICE}[publish]\npublic_folder = "{public}"\nnever = ["behaviour"]\n')
    assert "is filled from another register (another)" in said(publish(workspace))
    assert contents(public) == there


def test_no_folder_with_keys_and_no_home_is_filled(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    (workspace.root / ".secrets").mkdir(exist_ok=True)
    monkeypatch.setenv("HOME", str(workspace.root.parent / "cloud" / "staff"))
    for name, why in ((".secrets", "of this program's own"), ("~", "the home of an account")):
        workspace.configure(SHEFFIELD, f'{OFFICE}[publish]\npublic_folder = "{name}"\n')
        assert why in said(publish(workspace))


class Locked:
    """A replacement that fails for some files, as Windows has it while a file is open or synchronised."""

    def __init__(self, *names: str) -> None:
        self.names = set(names)

    def __call__(self, source: Path, target: Path) -> None:
        if target.name in self.names:
            raise PermissionError(13, "The process cannot access the file")
        source.replace(target)


def sync(folder: Path, files: Mapping[str, bytes], replace: Callable[[Path, Path], object] = os.replace) -> Synced:
    wanted = {name: (lambda content=content: content) for name, content in files.items()}
    notes = folder.parent / "notes.json"
    return sync_folder(folder, wanted, known=(), aside=folder.parent / "aside", notes=notes, replace=replace)


def test_a_file_that_cannot_be_read_is_left_and_still_the_programs_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "cloud"
    folder.mkdir()
    sync(folder, {"index.html": b"old"})
    with monkeypatch.context() as online_only:
        online_only.setattr(folder_files, "_content_sha256", lambda path: None)
        synced = sync(folder, {"index.html": b"new"})
    assert "index.html could not be read, so it was not replaced" in synced.said[0]
    assert contents(folder) == {"index.html": b"old"}
    assert sync(folder, {"index.html": b"new"}).said == []
    assert contents(folder) == {"index.html": b"new"}


def test_a_locked_file_stays_whole_and_is_replaced_the_next_time(tmp_path: Path) -> None:
    folder = tmp_path / "cloud"
    folder.mkdir()
    sync(folder, {"a.pdf": b"old a", "b.pdf": b"old b"})
    synced = sync(folder, {"a.pdf": b"new a", "b.pdf": b"new b"}, Locked("a.pdf"))
    assert "a.pdf could not be replaced" in synced.said[0]
    assert (synced.left, synced.written) == (1, 1)
    assert contents(folder) == {"a.pdf": b"old a", "b.pdf": b"new b"}
    assert sync(folder, {"a.pdf": b"new a", "b.pdf": b"new b"}).said == []
    assert contents(folder) == {"a.pdf": b"new a", "b.pdf": b"new b"}
    for content in (b"1", b"2"):
        sync(folder, {"a.pdf": content, "b.pdf": b"new b"}, Locked("a.pdf"))
    sync(folder, {"a.pdf": b"3", "b.pdf": b"new b"})
    assert contents(folder) == {"a.pdf": b"3", "b.pdf": b"new b"}
    assert not (tmp_path / "aside").exists()


def test_a_run_that_is_killed_in_between_knows_its_own_files_again(tmp_path: Path) -> None:
    folder = tmp_path / "cloud"
    folder.mkdir()
    sync(folder, {"a.pdf": b"old"})

    def kill(source: Path, target: Path) -> None:
        source.replace(target)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sync(folder, {"a.pdf": b"new"}, kill)
    (folder / "~policy-left.tmp").write_bytes(b"half")
    synced = sync(folder, {"a.pdf": b"newer"})
    assert synced.said == []
    assert contents(folder) == {"a.pdf": b"newer"}


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "cloud"
    (folder / "a.pdf").mkdir(parents=True)
    (folder / NOTES).mkdir()
    synced = sync(folder, {"a.pdf": b"new", "b.pdf": b"new"})
    assert any("cannot be used" in words or "did not put there" in words for words in synced.said)
    assert (folder / "a.pdf").is_dir()


@given(st.lists(st.text(min_size=1, max_size=200), unique=True, max_size=20))
def test_names_are_such_as_sharepoint_takes_and_no_two_are_one(slugs: list[str]) -> None:
    stems = [safe_stem(slug) for slug in slugs]
    assert len(set(stems)) == len(slugs)
    assert all(set(stem) <= set("abcdefghijklmnopqrstuvwxyz0123456789-") and len(stem) <= 80 for stem in stems)


def test_names_of_devices_are_avoided_and_others_kept() -> None:
    assert safe_stem("child-protection") == "child-protection"
    for slug in ("con", "nul", "com1", "desktop", "forms", "a_vti_b", "über-alles", "x" * 300):
        assert safe_stem(slug) != slug
        assert safe_stem(slug) == safe_stem(slug)


@pytest.mark.needs("chromium")
def test_the_page_of_a_folder_is_accessible(workspace: Workspace, public: Path) -> None:
    publish(workspace)
    with open_chromium() as browser:
        for width in (1200, 390):
            page = browser.new_page(viewport={"width": width, "height": 900})
            page.goto((public / "index.html").as_uri())
            check_page(page)
