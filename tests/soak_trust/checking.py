"""What must stand in a school's register after its nights, told without the program: by SQL of its own.

Each check returns a sentence for everything that is wrong, its kind first, so that a planted fault is known by it.
"""

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from email import message_from_bytes
from pathlib import Path

LETTER, REQUEST, COPY, MAIL = "letter", "request", "copy", "mail"
KINDS = (LETTER, REQUEST, COPY, MAIL)


def faults_of(school: Path, *, policies: int, people: int) -> Iterator[tuple[str, str]]:
    """Yield kind and sentence of everything that is not there exactly once."""
    distribution = school / "distribution"
    with closing(sqlite3.connect(f"{(distribution / 'register.sqlite3').as_uri()}?mode=ro", uri=True)) as driver:
        yield from _letters(driver, people)
        yield from _requests(driver, policies, people)
        yield from _copies(driver, distribution / "copies", policies)
        yield from _mails(driver, distribution / "outbox")


def counts_of(school: Path) -> Counter[str]:
    """Return how much there is of each."""
    path = school / "distribution" / "register.sqlite3"
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as driver:
        tables = {"letters": "message", "requests": "request", "copies": "policy_copy", "records": "ledger_record"}
        return Counter(
            {what: driver.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for what, name in tables.items()}
        )


def _letters(driver: sqlite3.Connection, people: int) -> Iterator[tuple[str, str]]:
    rows = driver.execute("SELECT person, count(*) FROM message WHERE person IS NOT NULL GROUP BY person").fetchall()
    if len(rows) != people:
        yield LETTER, f"{len(rows)} people were written to, not {people}"
    for person, number in rows:
        if number != 1:
            yield LETTER, f"person {person} has {number} letters"


def _requests(driver: sqlite3.Connection, policies: int, people: int) -> Iterator[tuple[str, str]]:
    pairs = driver.execute("SELECT person, policy_id, count(*) FROM request GROUP BY person, policy_id").fetchall()
    if len(pairs) != policies * people:
        yield REQUEST, f"{len(pairs)} people and policies were asked, not {policies * people}"
    for person, policy, number in pairs:
        if number != 1:
            yield REQUEST, f"person {person} is asked {number} times for policy {policy}"


def _copies(driver: sqlite3.Connection, folder: Path, policies: int) -> Iterator[tuple[str, str]]:
    rows = driver.execute("SELECT policy_id, pdf_path, pdf_sha256 FROM policy_copy").fetchall()
    numbers = Counter(policy for policy, _, _ in rows)
    if len(numbers) != policies or set(numbers.values()) != {1}:
        yield COPY, f"{len(rows)} copies of {len(numbers)} policies, not one of each of {policies}"
    for policy, name, digest in rows:
        path = folder.parent / name if (folder.parent / name).is_file() else folder / Path(name).name
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            yield COPY, f"the copy of policy {policy} is not the file that was recorded"


def _mails(driver: sqlite3.Connection, outbox: Path) -> Iterator[tuple[str, str]]:
    wanted = {str(row[0]) for row in driver.execute("SELECT message_id FROM message")}
    found = Counter(str(message_from_bytes(path.read_bytes())["Message-ID"]) for path in outbox.glob("*.eml"))
    bare = Counter({name.strip("<>"): number for name, number in found.items()})
    for name in wanted:
        if bare[name.strip("<>")] != 1:
            yield MAIL, f"{bare[name.strip('<>')]} files of the mail {name}"
    if len(bare) != len(wanted):
        yield MAIL, f"{len(bare)} mails lie in the outbox, {len(wanted)} in the register"


def plant(school: Path, kind: str) -> str:
    """Put a fault of one kind into a school's register or files, and return it in words."""
    distribution = school / "distribution"
    path = distribution / "register.sqlite3"
    if kind == MAIL:
        mail = min((distribution / "outbox").glob("*.eml"))
        mail.unlink()
        return f"the file {mail.name} was taken away"
    if kind == COPY:
        copy = min((distribution / "copies").glob("*.pdf"))
        copy.write_bytes(copy.read_bytes() + b" ")
        return f"the copy {copy.name} was changed"
    with closing(sqlite3.connect(path)) as driver, driver:
        for (trigger,) in driver.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            driver.execute(f'DROP TRIGGER "{trigger}"')
        driver.execute("PRAGMA foreign_keys = OFF")
        if kind == REQUEST:
            driver.execute("DELETE FROM request WHERE id = (SELECT min(id) FROM request)")
            return "a request was taken out"
        person, other = driver.execute(
            "SELECT min(person), max(person) FROM message WHERE person IS NOT NULL"
        ).fetchone()
        driver.execute("UPDATE message SET person = ? WHERE person = ?", (other, person))
        return f"the letter of person {person} was given to person {other}"
