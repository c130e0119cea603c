"""A policies folder with its register, and texts of policies written the way schools write them."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from pipeline.documents import read_document
from pipeline.policies.intake.extracting import extract_document
from pipeline.policies.intake.reading import ReadFile, join_readings
from pipeline.policies.intake.record import record_readings
from pipeline.policies.intake.recording import RecordReport
from pipeline.policies.intake.scan import FoundFile, scan_folder
from pipeline.register.store.database import Register

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
SCHOOL = "Westhaven School"


def policy_text(
    title: str,
    *,
    last: str = "August 2026",
    review: str = "August 2027",
    body: str = "",
    lead: str = "",
    school: str = SCHOOL,
) -> str:
    """Return a short policy with the usual header block."""
    contact = f"\nThe Designated Safeguarding Lead is {lead}." if lead else ""
    body = body or f"{title} matters to everybody at the school, and staff follow it every day without exception."
    return (
        f"{school}\n\n{title}\n\nDate approved by Governors: 10 September 2026\nPolicy Owner: Business Manager\n"
        f"Date of last Review: {last}\nDate of next Review: {review}\n\nAims\n\n{body}{contact}\n"
    )


@dataclass
class Folder:
    """A policies folder and the register that records it."""

    root: Path
    register: Register

    def write(self, path: str, text: str) -> Path:
        """Put a text document into the folder."""
        location = self.root / path
        location.parent.mkdir(parents=True, exist_ok=True)
        location.write_text(text, encoding="utf-8")
        return location

    def record(self, *, today: date = TODAY, now: datetime = NOW) -> RecordReport:
        """Read every file anew and record it, as a run does."""
        scan = scan_folder(self.root)
        readings = [read_in_process(file) for file in scan.files]
        with self.register.transaction() as tx:
            return record_readings(
                tx, self.register.school, readings, scan.files, school_name=SCHOOL, today=today, now=now
            )


def read_in_process(file: FoundFile) -> ReadFile:
    """Read one file without a child process: what the child does is tested with the readers."""
    document = read_document(file.location)
    assert document.sha256 == hashlib.sha256(file.location.read_bytes()).hexdigest()
    extract = extract_document(document)
    reading = ReadFile(file, extract.format, file.location.stem, extract.text, extract.facts)
    return reading if file.appendix is None else join_readings(reading, read_in_process(file.appendix))
