"""A workspace with policies on disk and a real register, taken through recording and copying as a run does."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from pipeline.config import Config, parse_config
from pipeline.contacts.confirmations import note_contacts
from pipeline.copies.orders import CopyReport
from pipeline.copies.shelf import refresh_copies
from pipeline.documents import read_document
from pipeline.model.policies import PolicyStanding
from pipeline.policies.intake.record import record_readings
from pipeline.policies.intake.scan import scan_folder
from pipeline.policies.standing import list_standings
from pipeline.register.policies import copies as rows
from pipeline.register.policies.copies import CopyRow
from tests.builders import paragraph, run, word_file
from tests.policies.folders import SCHOOL, read_in_process
from tests.registers import open_register

MONDAY = date(2026, 11, 23)
SHEFFIELD = """
[contacts.dsl]
name = "Deborah Field"
pronoun = "she"
phone = "01632 960101"
email = "d.field@example.org"
"""
HILL = """
[contacts.dsl]
name = "Jo Hill"
pronoun = "he"
phone = "01632 960155"
email = "jo.hill@example.org"
"""
OFFICE = """
[contacts.office]
phone = "01632 960110"
"""

PUBLISHED = '[publish]\nalso = ["lettings", "parking", "visits", "bicycle", "bicycles"]\n'
"""Invented policies that no catalogue has are public because the school says so."""


def at(day: date) -> datetime:
    """Return half past six of a day, in UTC."""
    return datetime.combine(day, time(6, 30), tzinfo=UTC)


def policy_file(title: str, *lines: str) -> bytes:
    """Return a Word file with a school's header block and the lines given."""
    header = (SCHOOL, title, "Date approved by Governors: 10 September 2026", "Date of next Review: August 2027")
    return word_file(*(paragraph(run(line)) for line in (*header, *lines)))


LEAD_LINES = (
    "The Designated Safeguarding Lead is Deborah Field.",
    "Telephone: 01632 960101",
    "E-mail: d.field@example.org",
)


class Workspace:
    """One school's folder; close it, or use it in a ``with`` statement."""

    def __init__(self, root: Path, contacts: str = SHEFFIELD, more: str = "") -> None:
        self.root = root
        (root / "policies").mkdir(parents=True, exist_ok=True)
        self.configure(contacts, more)
        self.register = open_register(
            self.config.register_.url, root=root, school_name=SCHOOL, time_zone="Europe/London"
        )
        self.school = self.register.school

    def __enter__(self) -> "Workspace":
        return self

    def __exit__(self, *_: object) -> None:
        self.register.close()

    def configure(self, contacts: str, more: str = "") -> Config:
        """Change ``config.toml``."""
        published = "" if "[publish]" in more else PUBLISHED
        text = f'[school]\nname = "{SCHOOL}"\n{contacts}{more}{published}'
        (self.root / "config.toml").write_text(text, encoding="utf-8")
        self.config = parse_config(text, root=self.root)
        return self.config

    def put(self, name: str, content: bytes) -> Path:
        """Put a document into the folder."""
        path = self.root / "policies" / name
        path.write_bytes(content)
        return path

    def record(self, today: date = MONDAY) -> None:
        """Read every file anew and record it."""
        scan = scan_folder(self.config.policies)
        readings = [read_in_process(file) for file in scan.files]
        with self.register.transaction() as tx:
            record_readings(tx, self.school, readings, scan.files, school_name=SCHOOL, today=today, now=at(today))

    def standings(self, today: date = MONDAY) -> Sequence[PolicyStanding]:
        """Return how every policy stands."""
        with self.register.reading() as tx:
            return list_standings(tx, self.school, self.config, today)

    def note(self, today: date = MONDAY) -> tuple[str, ...]:
        """Take note of the contacts and return what is said of them."""
        with self.register.transaction() as tx:
            return note_contacts(tx, self.school, self.config, today, at(today))

    def refresh(self, today: date = MONDAY, *, write: bool = True) -> CopyReport:
        """Make the copies of a day."""
        return refresh_copies(
            self.register, self.config, self.standings(today), today=today, now=at(today), write=write
        )

    def day(self, today: date = MONDAY) -> CopyReport:
        """Do what a run does with contacts, policies and copies."""
        self.note(today)
        self.record(today)
        return self.refresh(today)

    def current(self) -> dict[str, CopyRow]:
        """Return the copies in use by the name of their PDF."""
        with self.register.reading() as tx:
            return {Path(row.pdf_path or "").stem: row for row in rows.current_copies(tx, self.school).values()}

    @property
    def copies(self) -> Path:
        """The folder of copies."""
        return self.config.distribution / "copies"

    def words(self, name: str) -> str:
        """Return the words of a Word copy."""
        return read_document(self.copies / name).text


def later(days: int) -> date:
    """Return the day that many days after the Monday of the tests."""
    return MONDAY + timedelta(days=days)
