"""A trust whose desk is served by a process of its own, and browsers without scripts that ask it."""

import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from tests.postgresql import Server
from tests.trust.world import CONTACTS, World, lay_out

OFFICER, TRUSTEE, HEAD_OF_ONE = "officer@vale.example.org", "trustee@vale.example.org", "one@vale.example.org"
OAKFIELD_OWNER = "owner@oakfield.example.org"
ACCOUNTS = f"""[accounts]
"{OFFICER}" = {{ schools = "all", rights = "owner" }}
"{TRUSTEE}" = {{ schools = "all" }}
"{HEAD_OF_ONE}" = {{ schools = ["oakfield"], rights = "head" }}
"""
SCHOOLS = {"oakfield": "Oakfield Primary School", "beech-hill": "Beech Hill Infant School"}
BROKEN = '\n[nonsense]\nwho = "Pat Readera"\n'


class Visitor:
    """Somebody's browser; it follows nothing by itself."""

    def __init__(self, address: str) -> None:
        self.client = httpx.Client(base_url=address, timeout=60)

    def get(self, path: str) -> httpx.Response:
        """Look at a page."""
        return self.client.get(path)

    def post(self, path: str, **fields: str) -> httpx.Response:
        """Send a form."""
        return self.client.post(path, data=fields)

    def form_token(self, path: str) -> str:
        """Return what the first form of a page carries."""
        found = re.search(r'name="form" value="([^"]+)"', self.get(path).text)
        assert found, path
        return found[1]


class ServedTrust:
    """A trust whose desk is served."""

    def __init__(self, world: World, process: "subprocess.Popen[str]") -> None:
        self.world, self.process = world, process
        self._browsers: list[Visitor] = []
        self.address = self._said(r"at (http://\S+) \(stop")
        assert self._said(r"type '(policy trust sign-in)'"), "no terminal: no link"

    def browser(self, account: str = "", school: str = "") -> Visitor:
        """Return a browser: of nobody, of somebody of the trust, or of a school's own."""
        browser = Visitor(self.address)
        self._browsers.append(browser)
        if account:
            path = self.link_of(account, school)
            answer = browser.post(path)
            assert answer.status_code == 303, answer.text
            assert answer.headers["location"] == (f"/schools/{school}/" if school else "/")
        return browser

    def browser_by_mail(self, account: str) -> Visitor:
        """Return the browser of somebody who had a link sent, and so has not taken the second step."""
        outbox = self.world.root / "distribution" / "outbox"
        before = set(outbox.glob("*.eml"))
        browser = self.browser()
        assert browser.post("/sign-in", address=account).status_code == 200
        mails = _until(lambda: set(outbox.glob("*.eml")) - before)
        found = re.search(r"/sign-in/[\w-]{40,}", mails.pop().read_text().replace("=\n", ""))
        assert found
        assert browser.post(found[0]).status_code == 303
        return browser

    def close_browsers(self) -> None:
        """Close every browser."""
        while self._browsers:
            self._browsers.pop().client.close()

    def link_of(self, account: str, school: str = "") -> str:
        """Return the path of a link that signs in once."""
        if school:
            answer = World(self.world.school(school)).policy("sign-in", "--account", account, "--json")
        else:
            answer = self.world.policy("trust", "sign-in", "--account", account, "--json")
        assert answer.code == 0, answer.err
        token = urlsplit(answer.json["link"]).path.rpartition("/")[2]
        return f"/schools/{school}/sign-in/{token}" if school else f"/sign-in/{token}"

    def take_step(self, browser: Visitor, then: str = "/") -> httpx.Response:
        """Take the second step of a session by the code that the trust's computer prints."""
        page = browser.get("/second-step").text
        number = re.search(r"--code (\d+)", page)
        assert number, page
        code = self.world.policy("trust", "sign-in", "--code", number[1], "--json").json["code"]
        return browser.post("/second-step", form=browser.form_token("/second-step"), code=code, then=then)

    def end(self) -> tuple[int, float]:
        """Tell it to stop; return its exit code, and after how many seconds it had ended."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=30)
        return self.process.returncode, time.monotonic() - began

    def _said(self, pattern: str) -> str:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if found := re.search(pattern, line):
                return found[1]
        assert self.process.stderr is not None
        raise AssertionError(self.process.stderr.read())


def _until(find: Callable[[], set[Path]], seconds: float = 30.0) -> set[Path]:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := find():
            return found
        time.sleep(0.1)
    raise AssertionError("no mail was written")


def lay_out_schools(folder: Path, server: Server | None = None) -> World:
    """Lay out a trust with two schools that have made a run, and people who may sign in."""
    world = lay_out(folder)
    for key, name in SCHOOLS.items():
        root = world.add(key, name)
        path = root / "config.toml"
        text = path.read_text(encoding="utf-8")
        for heading, line in (
            ("accounts", f'"owner@{key}.example.org" = "owner"'),
            ("web", f'base_url = "https://policies.vale.example.org/schools/{key}"'),
        ):
            text = re.sub(rf'^\[{heading}\]\n(?:base_url = ""\n)?', f"[{heading}]\n{line}\n", text, flags=re.MULTILINE)
        path.write_text(text, encoding="utf-8")
    if server is not None:
        world.settings(f'\n[every_school.register]\nurl = "{server.new_database()}"\n')
    path = world.root / "trust.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("[accounts]\n", ACCOUNTS, 1), encoding="utf-8")
    answer = world.policy("trust", "run")
    assert answer.code == 0, answer.err
    return world


def add_broken(world: World, key: str = "elm-road", name: str = "Elm Road Academy") -> Path:
    """Add a school whose settings cannot be used."""
    answer = world.policy("trust", "add", key, "--school", name)
    assert answer.code == 0, answer.err
    with (world.school(key) / "config.toml").open("a", encoding="utf-8") as file:
        file.write(CONTACTS.format(lead="Sam Hillcrest") + BROKEN)
    return world.school(key)


@contextmanager
def serving(world: World, *more: str) -> Iterator[ServedTrust]:
    """Serve a trust by a process of its own, on any free port."""
    process = world.start("trust", "serve", *(more or ("--port", "0")))
    try:
        served = ServedTrust(world, process)
        yield served
        served.close_browsers()
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=30)


def personal_link(world: World, key: str) -> str:
    """Return the path of the page of a school's first reader, Pat Readera, as their mail leads to it."""
    for mail in (world.school(key) / "distribution" / "outbox").glob("*.eml"):
        text = mail.read_text().replace("=\n", "")
        if f"To: reader0.{key}@example.org" in text and (found := re.search(rf"/schools/{key}/my/[\w.-]+", text)):
            return found[0]
    raise AssertionError("no mail to the first reader")


def codes(world: World, key: str) -> list[str]:
    """Return the codes of a school's copies, by which a printed one is known."""
    from sqlalchemy import select

    from pipeline.config import load_config
    from pipeline.register.store.for_run import open_workspace_register
    from pipeline.register.tables import schema

    config = load_config(world.school(key) / "config.toml")
    with open_workspace_register(config, create=False) as register, register.reading() as tx:
        rows: list[Any] = list(tx.execute(select(schema.policy_copy.c.code)))
    return [str(row.code) for row in rows]
