"""A small school for the mail tests: a real register with policies, copies on disk, staff, and mail queued to them."""

import hashlib
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from email import policy as email_policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

import pytest

from pipeline.config import Config, parse_config
from pipeline.mail import mailings, outbox
from pipeline.mail.composed import Attachment, ComposedMail
from pipeline.mail.mailings import CampaignSummary
from pipeline.mail.outbox import DeliveryReport, Seams
from pipeline.mail.routes.envelope import Envelope
from pipeline.mail.routes.pace import RunClock
from pipeline.mail.routes.patience import Waits
from pipeline.mail.routes.transport import Transport
from pipeline.model.facts import Evidence, Facts, FactStatus
from pipeline.model.mail import DeliveryState, MailKind
from pipeline.model.people import AwayPeriod, Person
from pipeline.model.policies import ReadingRule, RevisionKind, VersionStatus
from pipeline.register.mail import letter_bodies, told
from pipeline.register.mail import outbox as rows
from pipeline.register.mail.outbox import MessageRow
from pipeline.register.people import changes as person_changes
from pipeline.register.policies import copies, policies
from pipeline.register.readings import requests
from pipeline.register.readings.requests import ClosedReason
from pipeline.register.store.database import Register
from tests.registers import open_register

ALL_FOUND = {name: Evidence(FactStatus.FOUND) for name in ("title", "last_review", "next_review", "owner")}
"""Nothing of a policy waits to be settled."""
TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
TERMS = '[calendar]\nterms = ["2026-09-01..2026-12-18"]\n'
SMTP = TERMS + '[mail]\nroute = "smtp"\nhost = "127.0.0.1"\nsecurity = "none"\nfrom = "Office <office@example.org>"\n'


class FrozenClock(RunClock):
    """Stands still until somebody sleeps by it."""

    def __init__(self, now: datetime) -> None:
        self.passed = 0.0
        super().__init__(now, monotonic=lambda: self.passed, sleep=self._pass)

    def _pass(self, seconds: float) -> None:
        self.passed += seconds


class CollectingTransport:
    """A route that takes everything, or raises what it is told to, in turn; None lets one message through."""

    def __init__(self, failures: Iterable[Exception | None] = ()) -> None:
        self.taken: list[Envelope] = []
        self.failures = list(failures)
        self.closed = 0

    def send(self, envelope: Envelope) -> str | None:
        failure = self.failures.pop(0) if self.failures else None
        if failure is not None:
            raise failure
        self.taken.append(envelope)
        return "250 taken"

    def close(self) -> None:
        self.closed += 1


class World:
    """One school's workspace and register."""

    def __init__(self, root: Path, toml: str = "", *, register: Register | None = None) -> None:
        self.root = root
        self.config: Config = parse_config(toml, root=root)
        self.register: Register = register or open_register(
            "distribution/register.sqlite3", root=root, school_name="West Park School", time_zone="Europe/London"
        )
        self.school = self.register.school
        self.copies: dict[str, Attachment] = {}
        self.versions: dict[str, tuple[int, int]] = {}

    def configure(self, toml: str) -> None:
        self.config = parse_config(toml, root=self.root)

    def add_policy(self, slug: str, *, words: int = 800) -> None:
        """Add a policy with one version in force and a copy of it."""
        with self.register.transaction() as tx:
            row = policies.add_policy(tx, self.school, slug, slug.title(), None, NOW)
            version = policies.add_version(
                tx,
                self.school,
                policies.VersionRecord(
                    policy_id=row.id,
                    sha256="0" * 64,
                    path=f"{slug}.docx",
                    status=VersionStatus.APPROVED,
                    kind=RevisionKind.ADOPTED,
                    facts=Facts(title=slug.title(), evidence=ALL_FOUND),
                    text="",
                    words=words,
                ),
                NOW,
            )
        self.versions[slug] = (row.id, version.id)
        self.make_copy(slug)

    def make_copy(self, slug: str, content: bytes = b"") -> None:
        """Make a new copy of the policy; the one before is retired."""
        policy_id, version_id = self.versions[slug]
        content = content or f"%PDF {slug}".encode()
        digest = hashlib.sha256(content).hexdigest()
        path = self.root / "distribution" / "copies" / f"{slug}.pdf"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        with self.register.transaction() as tx:
            record = copies.CopyRecord(
                policy_id=policy_id,
                version_id=version_id,
                fingerprint=digest,
                code=f"{slug}-{digest[:8]}",
                pdf_path=f"copies/{slug}.pdf",
                pdf_sha256=digest,
                pdf_bytes=len(content),
            )
            copy = copies.add_copy(tx, self.school, record, NOW)
        self.copies[slug] = Attachment(copy.id, f"{slug.title()}.pdf", Path(f"copies/{slug}.pdf"), digest, len(content))

    def add_person(self, name: str, *, leave_on: date | None = None, work_email: str | None = None) -> int:
        person = Person(name, name.title(), "Green", work_email or f"{name}@example.org", "Teacher", None, leave_on)
        with self.register.transaction() as tx:
            return person_changes.add_person(tx, self.school, person, "staff.csv", f"key-{name}", TODAY, NOW).id

    def put_away(self, person: int, from_on: date, until_on: date) -> None:
        with self.register.transaction() as tx:
            person_changes.add_absence(tx, self.school, person, AwayPeriod(from_on, until_on), NOW)

    def queue(
        self,
        name: str,
        *slugs: str,
        person: int | None = None,
        kind: MailKind = MailKind.READING,
        key: str | None = None,
        due_on: date = TODAY,
        now: datetime = NOW,
        recipient: str | None = None,
        ask: bool = True,
        mailing: int | None = None,
    ) -> int | None:
        """Queue a mail to somebody about some policies, as the planner does: requests opened, items noted."""
        mail = ComposedMail(
            f"Please read {', '.join(slugs) or 'nothing'}",
            "Words\n",
            "<p>Words</p>\n",
            tuple(self.copies[slug] for slug in slugs),
            "Office <office@example.org>",
        )
        route = self.config.mail.route
        about = ",".join(slugs)
        full_key = f"{route}:{key or f'{kind}:{name}:{due_on}:{about}'}"
        with self.register.transaction() as tx:
            if rows.list_taken_keys(tx, self.school, [full_key]):
                return None
            new = rows.NewMessage(
                key=full_key,
                kind=kind,
                person=person,
                recipient=recipient or f"{name}@example.org",
                subject=mail.subject,
                body=letter_bodies.add_body(tx, self.school, outbox.body_of(mail)),
                message_id=f"<{rows.next_number(tx)}@example.org>",
                due_on=due_on,
                route=route,
                campaign=mailing,
            )
            [message] = rows.add_messages(tx, self.school, [new], now)
            if person is not None and ask:
                for slug in slugs:
                    self._ask(tx, message, person, slug)
        return message

    def _ask(self, tx: policies.Transaction, message: int, person: int, slug: str) -> None:
        policy_id, version_id = self.versions[slug]
        opened = requests.list_requests(tx, self.school, person=person, only_open=True)
        same = [row for row in opened if row.version_id == version_id]
        row = (
            same[0]
            if same
            else requests.open_request(
                tx,
                self.school,
                person=person,
                policy_id=policy_id,
                version_id=version_id,
                rule=ReadingRule.SIGN,
                asked_on=TODAY,
                due_on=TODAY + timedelta(days=14),
            )
        )
        telling = told.ToldRecord(
            message=message,
            person=person,
            address=None,
            route=self.config.mail.route,
            about=told.About.READING,
            stage=told.ASKED,
            version_id=version_id,
            request=row.id,
        )
        told.add_told(tx, self.school, [telling])

    def close_requests(self, person: int) -> None:
        with self.register.transaction() as tx:
            for row in requests.list_requests(tx, self.school, person=person, only_open=True):
                requests.close_requests(tx, self.school, requests.READING, [(row.id, ClosedReason.ACKNOWLEDGED)], NOW)

    def deliver(
        self,
        transport: Transport | None = None,
        *,
        today: date = TODAY,
        now: datetime | None = None,
        environ: dict[str, str] | None = None,
        **seams: object,
    ) -> DeliveryReport:
        """Deliver, by ``transport`` where one is given."""
        moment = now or datetime.combine(today, NOW.timetz())
        factory = None if transport is None else lambda: transport
        return outbox.deliver(
            self.register,
            self.config,
            today=today,
            now=moment,
            environ=environ or {},
            seams=Seams(**{"transport": factory, "clock": FrozenClock, **seams}),  # type: ignore[arg-type]
        )

    def confirm(self, *, people: int | None = None, by: str = "the office") -> CampaignSummary:
        """Let what waits go, saying to how many people it writes unless another number is given."""
        number = mailings.people_to_confirm(self.register) if people is None else people
        return mailings.confirm(self.register, self.config, by=by, today=TODAY, now=NOW, people=number)

    def message(self, message_id: int | None) -> MessageRow:
        assert message_id is not None
        with self.register.reading() as tx:
            (row,) = rows.list_messages(tx, self.school, only=(message_id,))
        return row

    def states(self) -> list[DeliveryState]:
        with self.register.reading() as tx:
            return [row.state for row in rows.list_messages(tx, self.school)]

    @property
    def files(self) -> Sequence[Path]:
        """The written mails, by name."""
        return sorted((self.root / "distribution" / "outbox").glob("*"))


def parse(content: bytes) -> EmailMessage:
    return BytesParser(EmailMessage, policy=email_policy.default).parsebytes(content)


def interrupted(
    world: World,
    sign: signal.Signals,
    waits: Waits,
    has_gone: Callable[[], bool],
    environ: dict[str, str] | None = None,
) -> None:
    """Deliver, and be sent a signal once the first mail has gone whole."""

    def interrupt() -> None:
        while not has_gone():
            time.sleep(0.01)
        os.kill(os.getpid(), sign)

    # What is started in the background may have been told to ignore SIGINT.
    before = {one: signal.signal(one, signal.default_int_handler) for one in (signal.SIGTERM, signal.SIGINT)}
    watcher = threading.Thread(target=interrupt)
    watcher.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            world.deliver(waits=waits, environ=environ)
    finally:
        watcher.join()
        for one, handler in before.items():
            signal.signal(one, handler)
