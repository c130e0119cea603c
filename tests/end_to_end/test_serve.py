"""``policy serve`` as a program of its own: the personal page, one acknowledgement, the schedule, the end."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.end_to_end.conftest import TODAY, School

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="ends the server with SIGTERM")


@contextmanager
def serving(school: School, *arguments: str) -> Iterator[tuple[str, list[str], "subprocess.Popen[str]"]]:
    """Run the server; give its address, the lines it printed and the process, and end it with SIGTERM."""
    root = str(Path(__file__).resolve().parents[2])
    command = [sys.executable, "-m", "pipeline", "--workspace", str(school.root), "--today", TODAY, "serve"]
    process = subprocess.Popen(
        [*command, "--port", "0", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": root},
    )
    assert process.stdout is not None
    assert process.stderr is not None
    lines: list[str] = []
    try:
        while not any("sign-in" in line for line in lines):
            line = process.stdout.readline()
            assert line, process.stderr.read()
            lines.append(line.strip())
        address = re.search(r"http://127\.0\.0\.1:\d+", "\n".join(lines))
        assert address is not None
        yield address.group(), lines, process
    finally:
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        assert time.monotonic() - begun < 5
        assert process.returncode == 0
        process.stdout.close()
        process.stderr.close()


def link_of(school: School) -> str:
    """Return the path of somebody's personal page from their mail."""
    for mail in school.mails():
        body = mail.get_body(("plain",))
        assert body is not None
        found = re.search(r"https://policies\.example\.org(/my/\S+)", body.get_content())
        if found and list(mail.iter_attachments()):
            return found.group(1)
    raise AssertionError("no mail holds a personal page")


def forms_of(page: str) -> list[tuple[str, dict[str, str]]]:
    """Return each form's action and fields, the box ticked and the surname left empty."""
    forms = []
    for form in re.findall(r"<form\b.*?</form>", page, re.DOTALL):
        action = re.search(r'action="([^"]*)"', form)
        fields = {}
        for tag in re.findall(r"<input\b[^>]*>", form):
            name = re.search(r'name="([^"]+)"', tag)
            value = re.search(r'value="([^"]*)"', tag)
            if name:
                fields[name.group(1)] = value.group(1) if value else ""
        text = re.search(r'<input\b(?=[^>]*type="text")[^>]*name="([^"]+)"', form)
        box = re.search(r'<input\b(?=[^>]*type="checkbox")[^>]*name="([^"]+)"', form)
        if action and text and box:
            fields[text.group(1)] = "SURNAME"
            fields[box.group(1)] = fields[box.group(1)] or "on"
            forms.append((action.group(1), fields))
    return forms


def test_a_reader_acknowledges_on_the_page_of_the_mail(west_park: School) -> None:
    west_park.configure('base_url = ""', 'base_url = "https://policies.example.org"')
    west_park.policy("run")
    path = link_of(west_park)
    people = west_park.policy("staff", "list", "--json").json
    with serving(west_park, "--no-scheduler") as (address, _, _), httpx.Client(base_url=address) as browser:
        page = browser.get(path)
        assert page.status_code == 200
        assert "01332 662337" in page.text
        forms = forms_of(page.text)
        assert len(forms) == 2
        assert not _acknowledged(west_park)
        action, fields = forms[0]
        surname = next(key for key, value in fields.items() if value == "SURNAME")
        refused = browser.post(action or path, data={**fields, surname: "Nobody"}, follow_redirects=True)
        assert not _acknowledged(west_park)
        assert forms_of(refused.text)
        for person in people:
            if person["first_name"] in page.text:
                browser.post(action or path, data={**fields, surname: person["last_name"]}, follow_redirects=True)
        (line,) = _acknowledged(west_park)
        assert line["method"] == "page"
        assert len(forms_of(browser.get(path).text)) == 1
    assert west_park.policy("ledger", "verify").code == 0
    assert sum(entry["readings"]["done"] for entry in west_park.status().values()) == 1


def _acknowledged(school: School) -> list[dict[str, str]]:
    lines = school.policy("acknowledge", "list", "--json").json
    return [line for line in lines if line["state"] == "acknowledged"]


def test_the_schedule_catches_up_once_and_says_so(west_park: School) -> None:
    with serving(west_park) as (address, _, _), httpx.Client(base_url=address) as browser:
        for _ in range(120):
            health = browser.get("/healthz").json()
            if "2026" in str(health):
                break
            time.sleep(0.25)
        assert "2026-11-24" in str(health)
    mails = len(west_park.mails())
    assert mails > 5
    with serving(west_park) as (address, _, _), httpx.Client(base_url=address) as browser:
        assert browser.get("/healthz").status_code == 200
        time.sleep(1)
    assert len(west_park.mails()) == mails


def test_the_dashboard_asks_to_sign_in_and_the_link_that_sign_in_prints_does(ran: School) -> None:
    with (
        serving(ran, "--no-scheduler") as (address, lines, _),
        httpx.Client(base_url=address, follow_redirects=True) as browser,
    ):
        assert "Confidentiality Policy" not in browser.get("/").text
        assert "/sign-in/" not in "\n".join(lines), "no terminal: what it says may go into a log that others read"
        assert "type 'policy sign-in' on this computer" in "\n".join(lines)
        link = re.search(rf"{re.escape(address)}/sign-in/\S+", ran.policy("sign-in").out)
        assert link is not None, "which prints one wherever it is called"
        page = browser.get(link.group())
        action = re.search(r'action="([^"]*)"', page.text)
        fields = dict(re.findall(r'<input\b[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page.text))
        signed_in = browser.post(action.group(1) if action and action.group(1) else link.group(), data=fields)
        assert "Confidentiality Policy" in signed_in.text


def test_on_a_terminal_serve_prints_a_link_that_signs_in(ran: School) -> None:
    shown, own = pytest.importorskip("pty").openpty()
    command = [sys.executable, "-m", "pipeline", "--workspace", str(ran.root), "--today", TODAY, "serve"]
    with subprocess.Popen(
        [*command, "--port", "0", "--no-scheduler"], stdin=subprocess.DEVNULL, stdout=own, stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
    ) as process:  # fmt: skip
        try:
            printed = b""
            while b"Sign in" not in printed or not printed.endswith(b"\n"):
                printed += os.read(shown, 4096)
            link = re.search(rb"http://127\.0\.0\.1:\d+/sign-in/[\w-]{20,}", printed)
            assert link is not None
            assert httpx.get(link.group().decode()).status_code == 200
        finally:
            process.send_signal(signal.SIGTERM)
            os.close(own)
    os.close(shown)


def test_a_port_in_use_is_told_in_one_line(ran: School) -> None:
    with serving(ran, "--no-scheduler") as (address, _, _):
        answer = ran.policy("serve", "--no-scheduler", "--port", address.rsplit(":", 1)[1])
    assert answer.code == 2
    assert "another program uses it" in answer.err
