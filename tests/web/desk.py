"""A school whose accounts sign in, with a browser; used by the tests of signing in."""

import html
import json
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email import policy as email_policy
from email.message import EmailMessage
from email.parser import BytesParser
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx
from sqlalchemy import select

from pipeline.policies.intake.record import record_readings
from pipeline.policies.intake.scan import scan_folder
from pipeline.register.deciding import deciding
from pipeline.register.tables.schema import ledger_record
from pipeline.web.app import build_app
from pipeline.web.desk.work import Piece
from pipeline.web.sessions import Sessions, list_open, make_machine_link, make_mailed_link
from pipeline.web.sign_in.mailed import LinkMailer
from pipeline.web.site import LiveConfig, Site
from tests.policies.folders import read_in_process
from tests.school import MONDAY, SECRET, School, at
from tests.web.browser import Browser

ACCOUNTS = """
[accounts]
"jo.marsh@example.org" = "owner"
"head@example.org" = "head"
"gov@example.org" = "governor"
"maths@example.org" = "head-of-team"
"it@example.org" = "it"
"office@example.org" = "business-manager"
[accounts.teams]
"maths@example.org" = "Mathematics"
"""


@dataclass
class Desk:
    """A school, its pages, and somebody's browser."""

    school: School
    base_url: str
    now: datetime = field(default_factory=lambda: at(MONDAY, 10))
    environ: Mapping[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    """The addresses that asked for a link."""

    def __post_init__(self) -> None:
        self.site = Site(
            self.school.register,
            LiveConfig(self.school.config),
            SECRET,
            lambda: self.now,
            lambda: None,
            schedules=True,
            ask_for_link=self.asked.append,
            address=self.base_url,
            environ=self.environ,
        )
        self.app = build_app(self.site)
        self.sessions = Sessions(self.site)

    @cached_property
    def browser(self) -> Browser:
        """Somebody's browser without scripts; made when it is first used, since a real one cannot run beside it."""
        return Browser(self.app, self.base_url)

    def close(self) -> None:
        """Let go of the browser."""
        if "browser" in vars(self):
            self.browser.close()

    def sign_in(self, account: str | None = None, browser: Browser | None = None) -> None:
        """Sign in with a link that was made on the computer itself."""
        link = make_machine_link(self.sessions.keeper, by="the office", account=account)
        assert (browser or self.browser).post(f"/sign-in/{link.token}").status_code == 303

    def sign_in_by_mail(self, account: str) -> None:
        """Sign in with a link that came by mail, and so without a second step."""
        assert LinkMailer({}).send(self.site, account)
        assert self.browser.post(self.link_of(self.mails()[-1])).status_code == 303

    def sign_in_by_mail_of(self, account: str) -> None:
        """Sign in as with a link that came by mail, and so without a second step, where mail goes to a server."""
        with deciding(self.school.register, self.school.root, account, self.now) as decision:
            link = make_mailed_link(decision, self.site.config(), account, self.site.today(self.now))
        assert link is not None
        assert self.browser.post(f"/sign-in/{link.token}").status_code == 303

    def mails(self) -> list[EmailMessage]:
        """Return what the folder route wrote, oldest first."""
        files = sorted((self.school.config.distribution / "outbox").glob("*.eml"), key=lambda path: path.stem[-5:])
        parser = BytesParser(policy=email_policy.default)
        found = [parser.parsebytes(path.read_bytes()) for path in files]
        assert all(isinstance(one, EmailMessage) for one in found)
        return [one for one in found if isinstance(one, EmailMessage)]

    @staticmethod
    def link_of(mail: EmailMessage) -> str:
        """Return the path of the link in a mail, the same in both of its parts."""
        paths = set()
        for kind in ("plain", "html"):
            part = mail.get_body((kind,))
            assert part is not None
            found = re.search(r"https?://[^/\s]+(/sign-in/[\w-]+)", part.get_content())
            assert found
            paths.add(found[1])
        (path,) = paths
        return str(path)

    def number_of(self, account: str) -> int:
        """Return the number of an account's only session."""
        (number,) = (row.id for row in list_open(self.sessions.keeper) if row.account == account)
        return number

    def record_policy(self, name: str, content: str | bytes) -> None:
        """Put a file into the folder of policies and record it, as a run does."""
        folder, key = self.school.config.policies, self.school.key
        folder.mkdir(exist_ok=True)
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        files = scan_folder(folder).files
        readings = [read_in_process(file) for file in files]
        school_name, today = self.school.config.school.name, self.now.date()
        with self.school.register.transaction() as tx:
            record_readings(tx, key, readings, files, school_name=school_name, today=today, now=self.now)

    def form(self, path: str) -> str:
        """Return the token that the forms of a page carry."""
        found = re.search(r'name="form" value="(\w+)"', self.browser.get(path).text)
        assert found
        return found[1]

    def hidden(self, path: str) -> dict[str, str]:
        """Return the hidden fields of a page's form."""
        return {name: values[-1] for name, values in hidden_fields(self.browser.get(path)).items()}

    def send(self, path: str, **fields: str | list[str]) -> httpx.Response:
        """Open a form, fill it in and send it."""
        hidden = self.hidden(path) or {"form": self.form("/sessions")}
        return self.browser.post(path, data={**hidden, **fields})

    def done(self, path: str, **fields: str | list[str]) -> str:
        """Send a form that is done by that; return the words of the page after it."""
        answer = self.send(path, **fields)
        assert answer.status_code == 303, re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))[:1500]
        return self.page(answer.headers["location"])

    def finished(self) -> Piece:
        """Wait until the newest piece of long work is over, and return it."""
        for _ in range(1200):
            piece = self.site.work.list()[0]
            if piece.is_over:
                return piece
            time.sleep(0.05)
        raise AssertionError(piece)

    def records(self) -> list[str]:
        """Return the kinds of the ledger's records, oldest first."""
        with self.school.register.reading() as tx:
            query = select(ledger_record.c.record).order_by(ledger_record.c.position)
            return [json.loads(record)["kind"] for record in tx.scalars(query)]

    def newest_record(self, kind: str) -> dict[str, Any]:
        """Return the fields of the ledger's newest record of a kind."""
        with self.school.register.reading() as tx:
            query = select(ledger_record.c.record).order_by(ledger_record.c.position.desc())
            records = (json.loads(record) for record in tx.scalars(query))
            return next(dict(record["fields"]) for record in records if record["kind"] == kind)

    def page(self, path: str = "/") -> str:
        """Return the words of a page that is shown."""
        answer = self.browser.get(path)
        assert answer.status_code == 200, answer.status_code
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def hidden_fields(answer: httpx.Response) -> dict[str, list[str]]:
    """Return the hidden fields of the form that an answer shows."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', answer.text):
        found.setdefault(name, []).append(html.unescape(value))
    return found


@contextmanager
def open_desk(
    root: Path,
    toml: str = ACCOUNTS,
    base_url: str = "http://127.0.0.1:8000",
    environ: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Desk]:
    """Open a school whose ``config.toml`` ends in ``toml``."""
    with School(root, toml) as school, closing(Desk(school, base_url, environ=environ)) as desk:
        yield desk
