"""``policy serve --open``: the dashboard in the browser, without a link that others on the machine can read."""

import re
import stat
import subprocess
import sys
import time
import webbrowser
from pathlib import Path

import pytest

from pipeline.web.browser import PAGE_NAME, open_in_browser, opened_dashboard
from pipeline.workspace import init_workspace

LINK = "http://127.0.0.1:8000/sign-in/abc&def"


def test_the_link_is_handed_over_in_a_page_only_its_owner_can_read(tmp_path: Path) -> None:
    opened: list[str] = []
    said: list[str] = []
    with opened_dashboard(LINK, tmp_path, said.append, lambda address: bool(opened.append(address)) or True):
        page = tmp_path / PAGE_NAME
        assert opened == [page.resolve().as_uri()]
        assert "abc&amp;def" in page.read_text(encoding="utf-8")
        if sys.platform != "win32":
            assert stat.S_IMODE(page.stat().st_mode) == 0o600
    assert not page.exists()
    assert said == []


@pytest.mark.parametrize("fails", ["no browser", "error"])
def test_without_a_browser_the_office_is_told_to_copy_the_link(tmp_path: Path, fails: str) -> None:
    def open_nothing(address: str) -> bool:
        if fails == "error":
            raise webbrowser.Error("none")
        return False

    said: list[str] = []
    with opened_dashboard(LINK, tmp_path, said.append, open_nothing):
        assert said == ["No browser could be opened here: copy the sign-in address above into one."]


def test_without_a_screen_no_browser_takes_over_the_terminal() -> None:
    assert not open_in_browser("http://127.0.0.1:9/", {}, platform="linux")


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands in for the browser")
def test_serve_opens_a_page_that_leads_to_the_sign_in(tmp_path: Path) -> None:
    folder, seen = tmp_path / "school", tmp_path / "seen"
    init_workspace(folder, "Hillside School")
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\ncp "${{1#file://}}" {seen}.part && mv {seen}.part {seen}\n', encoding="utf-8")
    browser.chmod(0o755)
    environ = {"PATH": "/usr/bin:/bin", "DISPLAY": ":9", "BROWSER": f"{browser} %s"}
    command = [str(folder / "serve"), "--port", "0", "--no-scheduler"]
    # The shell hands its place to no program, so the server is told to stop through its group.
    with subprocess.Popen(
        command, cwd="/", env=environ, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            until = time.monotonic() + 60
            while not seen.exists() and time.monotonic() < until:
                time.sleep(0.05)
            page = seen.read_text(encoding="utf-8")
        finally:
            subprocess.run(["kill", "-TERM", "--", f"-{process.pid}"], check=True)
        assert process.stdout is not None
        printed = process.stdout.read()
    assert re.search(r'href="http://127\.0\.0\.1:\d+/sign-in/[\w-]{20,}"', page)
    assert "/sign-in/" not in printed, "what is printed goes into a file or a log here"
    assert "type 'policy sign-in' on this computer" in printed
    assert not (folder / "distribution" / PAGE_NAME).exists()
