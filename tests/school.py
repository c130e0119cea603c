"""A small school for tests: a workspace with a real register, policies with copies, and people. Nothing is mocked."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from pipeline.acknowledgements.record import GivenWord, RecordedReading, record_acknowledgement
from pipeline.config import Config, parse_config
from pipeline.letters.day import LetterReport, write_letters
from pipeline.letters.day_plan import PaperReader
from pipeline.letters.write import MailSize, QueuedLetter
from pipeline.mail.outbox import DeliveryReport, deliver
from pipeline.model.dates import PartialDate, Precision
from pipeline.model.facts import Contact, DateFact, Facts
from pipeline.model.people import Person
from pipeline.model.policies import PolicyStanding, RevisionKind, VersionStatus
from pipeline.model.readings import AcknowledgementMethod
from pipeline.places import read_place
from pipeline.policies.standing import list_standings
from pipeline.reasons.reason import Reason, in_words
from pipeline.register.mail.outbox import MessageRow, list_messages
from pipeline.register.people.changes import add_person, change_person
from pipeline.register.people.persons import PersonRow, find_person
from pipeline.register.policies.copies import CopyRecord, CopyRow, add_copy
from pipeline.register.policies.policies import (
    VersionRecord,
    VersionRow,
    add_policy,
    add_version,
    list_versions,
    set_version_status,
)
from pipeline.register.readings.requests import RequestRow, list_requests
from pipeline.register.store.engines import driver_of
from pipeline.register.transaction import Transaction
from tests.builders import lines_down, pdf_file
from tests.mail.world import ALL_FOUND
from tests.registers import open_register, settings_of

SECRET = "a secret of the tests, long enough"
MONDAY = date(2026, 11, 23)
TOML = """
[school]
name = "Test Primary School"
[contacts.dsl]
name = "Pat Marsh"
pronoun = "she"
phone = "01632 960101"
email = "pat@example.org"
"""


def at(day: date, hour: int = 9) -> datetime:
    """Return the moment of an hour on a day, in UTC."""
    return datetime.combine(day, time(hour), tzinfo=UTC)


def is_named(name: str, words: str) -> bool:
    """Tell whether a name stands in a text as a word: three letters stand by chance in every signature in base64."""
    return re.search(rf"(?<![\w+/=-]){re.escape(name)}(?![\w+/=-])", words) is not None


def without_code(subject: str) -> str:
    """Return a subject without the code that every letter's ends in."""
    words, found, code = subject.rpartition(" [Ref ")
    assert found, f"{subject!r} has no code"
    assert code.endswith("]")
    return words


def moved_days(tx: Transaction) -> list[tuple[date, date, str]]:
    """Return each change of a day to read by: the day before it, the day since, and why."""
    rows = driver_of(tx).execute("SELECT before_on, due_on, reason FROM request_deadline ORDER BY id")
    return [(date.fromisoformat(before_on), date.fromisoformat(due_on), reason) for before_on, due_on, reason in rows]


@dataclass(frozen=True, slots=True)
class Planned:
    """What one day's planning did."""

    report: LetterReport
    opened: tuple[RequestRow, ...]
    closed: tuple[RequestRow, ...]
    """As they were while open."""

    @property
    def queued(self) -> tuple[QueuedLetter, ...]:
        """The letters to readers."""
        return self.report.to_readers

    @property
    def reminders(self) -> tuple[QueuedLetter, ...]:
        """The letters that have nothing to read."""
        return self.report.to_others

    @property
    def paper(self) -> tuple[PaperReader, ...]:
        return self.report.paper

    @property
    def away(self) -> tuple[PersonRow, ...]:
        return self.report.away

    @property
    def waiting_for_copy(self) -> tuple[str, ...]:
        return self.report.waiting_for_copy

    @property
    def size(self) -> MailSize:
        return self.report.size


_NOT_CONFIRMED = in_words("Jo Hill is new and not confirmed.")


class School:
    """A workspace in ``root``; close it, or use it in a ``with`` statement."""

    @classmethod
    def reopen(cls, root: Path) -> "School":
        """Open a workspace that was closed, or a copy of it, with the settings that are in it."""
        return cls(root, (root / "config.toml").read_text(encoding="utf-8").removeprefix(TOML))

    def __init__(self, root: Path, toml: str = "") -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        settings = TOML + toml + settings_of(root)
        self.config: Config = parse_config(settings, root=root)
        (root / "config.toml").write_text(settings, encoding="utf-8")
        self.register = open_register(
            self.config.register_.url, root=root, school_name="Test Primary School", time_zone="Europe/London"
        )
        self.key = self.register.school

    def __enter__(self) -> "School":
        return self

    def __exit__(self, *_: object) -> None:
        self.register.close()

    # --- policies -------------------------------------------------------------------------------------------------

    def add_policy(
        self,
        title: str,
        catalogue_slug: str | None = "child-protection",
        *,
        words: int = 400,
        text: str = "",
        today: date = MONDAY,
        unknown: Sequence[dict[str, Any]] = (),
    ) -> VersionRow:
        """Add a policy that was adopted, with a copy; by its catalogue entry staff are to sign it."""
        slug = title.lower().replace(" ", "-")
        with self.register.transaction() as tx:
            policy = add_policy(tx, self.key, slug, title, catalogue_slug, at(today))
        return self.add_version(
            policy.id, RevisionKind.ADOPTED, title=title, words=words, text=text, today=today, unknown=unknown
        )

    def add_version(
        self,
        policy_id: int,
        kind: RevisionKind,
        *,
        title: str = "A policy",
        words: int = 400,
        copy: bool = True,
        text: str = "",
        due: str = "2027-08",
        issued_on: date = MONDAY,
        today: date = MONDAY,
        unknown: Sequence[dict[str, Any]] = (),
        reviewed: str = "2026-09",
        owner: str | None = "Safeguarding Lead",
        contacts: tuple[Contact, ...] = (),
    ) -> VersionRow:
        """Put a further version of a policy in force, with a copy of it unless ``copy`` is false.

        ``due`` is the month of its next review, ``reviewed`` that of its last: nothing new has come out since.
        """
        with self.register.transaction() as tx:
            earlier = list_versions(tx, self.key, policy_id)
            for version in earlier:
                set_version_status(tx, version.id, VersionStatus.SUPERSEDED)
            following = DateFact(PartialDate(due, Precision.MONTH), due, read_place("paragraph 1"), 0.99)
            last = DateFact(PartialDate(reviewed, Precision.MONTH), reviewed, read_place("paragraph 2"), 0.99)
            version = add_version(
                tx,
                self.key,
                VersionRecord(
                    policy_id=policy_id,
                    sha256=hashlib.sha256(f"{policy_id}/{len(earlier)}".encode()).hexdigest(),
                    path=f"{title}.docx",
                    status=VersionStatus.APPROVED,
                    kind=kind,
                    facts=Facts(
                        title=title,
                        last_review=last,
                        next_review=following,
                        owner=owner,
                        evidence=ALL_FOUND,
                        contacts=contacts,
                    ),
                    text=text or title,
                    words=words,
                    issued_on=issued_on,
                ),
                at(today),
            )
        if copy:
            self.add_copy(version, unknown=unknown)
        return version

    def add_copy(
        self, version: VersionRow, *, padding: bytes = b"", html: str = "", unknown: Sequence[dict[str, Any]] = ()
    ) -> CopyRow:
        """Make a copy of a version, with a file; ``padding`` makes it as large as one wants, ``html`` is its page.

        ``unknown`` are the names and numbers in it that nobody in the school's contacts has.
        """
        code = f"C{version.policy_id}V{version.number}{'H' if html else ''}"
        content = pdf_file(lines_down(f"Copy {code}")) + padding
        path = self.config.distribution / "copies" / f"{code}.pdf"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        page = path.with_suffix(".html")
        if html:
            page.write_bytes(html.encode("utf-8"))
        record = CopyRecord(
            policy_id=version.policy_id,
            version_id=version.id,
            fingerprint=code,
            code=code,
            pdf_path=f"copies/{code}.pdf",
            pdf_sha256=hashlib.sha256(content).hexdigest(),
            pdf_bytes=len(content),
            html_path=f"copies/{code}.html" if html else None,
            html_sha256=hashlib.sha256(page.read_bytes()).hexdigest() if html else None,
            unknown=tuple(unknown),
        )
        with self.register.transaction() as tx:
            return add_copy(tx, self.key, record, at(MONDAY))

    def hold_copy(
        self, version: VersionRow, why: Reason = _NOT_CONFIRMED, unknown: Sequence[Mapping[str, Any]] = (), **more: Any
    ) -> CopyRow:
        """Note that a copy with today's contacts could not be made; the one before stays."""
        record = CopyRecord(
            policy_id=version.policy_id,
            version_id=version.id,
            fingerprint="held",
            code=f"H{version.id}",
            holds=(why,),
            unknown=tuple(unknown),
            **more,
        )
        with self.register.transaction() as tx:
            return add_copy(tx, self.key, record, at(MONDAY))

    def standings(self, today: date = MONDAY) -> tuple[PolicyStanding, ...]:
        """Return how every policy stands."""
        with self.register.reading() as tx:
            return list_standings(tx, self.key, self.config, today)

    # --- people ---------------------------------------------------------------------------------------------------

    def add_person(self, last_name: str, *, email: str | None = "", **fields: Any) -> PersonRow:
        """Add somebody; the address follows the name unless given, None for none."""
        address = f"{last_name.lower().replace(' ', '')}@example.org" if email == "" else email
        person = Person(f"id-{last_name}", "Kim", last_name, address, "Teacher", None, None)
        with self.register.transaction() as tx:
            return add_person(
                tx, self.key, replace(person, **fields), "staff.csv", f"key-{last_name}", MONDAY, at(MONDAY)
            )

    def change_person(self, row: PersonRow, **fields: Any) -> PersonRow:
        """Change what the list says of somebody."""
        with self.register.transaction() as tx:
            return change_person(tx, self.key, row, replace(row.person, **fields), MONDAY, at(MONDAY))

    def find_person(self, row_id: int, today: date = MONDAY) -> PersonRow:
        """Return somebody as they stand on a day."""
        with self.register.reading() as tx:
            found = find_person(tx, self.key, row_id, today)
        assert found is not None
        return found

    # --- what is asked --------------------------------------------------------------------------------------------

    def plan(self, today: date = MONDAY) -> "Planned":
        """Plan a day's letters; return what was planned, with the requests that it opened and closed."""
        before = {row.id: row for row in self.requests(only_open=False)}
        report = write_letters(
            self.register, self.config, self.standings(today), secret=SECRET, today=today, now=at(today)
        )
        after = self.requests(only_open=False)
        opened = tuple(row for row in after if row.id not in before)
        gone = [before[row.id] for row in after if row.closed_at and row.id in before]
        closed = tuple(row for row in gone if not row.closed_at)
        return Planned(report, opened, closed)

    def deliver(self, today: date = MONDAY) -> DeliveryReport:
        """Deliver what waits by the configured route."""
        return deliver(self.register, self.config, today=today, now=at(today), environ={})

    def record(self, row: PersonRow, version: VersionRow, today: date = MONDAY) -> RecordedReading:
        """Record that somebody has read a version, on the page."""
        given = GivenWord(row.id, version.policy_id, version.id, AcknowledgementMethod.PAGE, at(today))
        return record_acknowledgement(self.register, self.config, given, today=today, now=at(today))

    def requests(self, *, only_open: bool = True) -> Sequence[RequestRow]:
        """Return what was asked."""
        with self.register.reading() as tx:
            return list_requests(tx, self.key, only_open=only_open)

    def messages(self) -> Sequence[MessageRow]:
        """Return the outbox."""
        with self.register.reading() as tx:
            return list_messages(tx, self.key)
