"""Several files of one policy: whether their words are the same, and what they say otherwise.

A Word file and its PDF are one policy. Two files with different dates or different safeguarding leads are a danger:
staff and parents find both.
"""

from collections.abc import Iterable, Iterator

from pipeline.model.facts import Contact, DateFact, Facts
from pipeline.named.names.likeness import SHORTENED, same_person
from pipeline.policies.intake.standings import DUPLICATE
from pipeline.register.policies import policies as rows
from pipeline.register.policies.policies import SourceFile
from pipeline.register.transaction import Transaction
from pipeline.text.sameness import may_be_same_day, same_words
from pipeline.wording import say_list, say_role

FILE = "file:"
"""Begins the name under which what an owner decided on one file is kept; the file's path follows."""
_DATES = {"approved_on": "the approval", "last_review": "the last review", "next_review": "the next review"}
_LEAD_ROLES = ("dsl", "deputy-dsl")


def compare_duplicates(tx: Transaction, school: str, read: Iterable[str]) -> None:
    """Note of each duplicate whether its words are those of the file that counts.

    Only policies of which a file was read (``read``: their paths) are looked at.
    """
    files = rows.list_source_files(tx, school)
    touched = {files[path].policy_id for path in read if path in files}
    doubled = [
        f for f in files.values() if f.standing == DUPLICATE and f.policy_id in touched and f.vanished_at is None
    ]
    if not doubled:
        return
    in_use = [rows.versions_in_force(tx, school), rows.drafts(tx, school)]
    for file in doubled:
        text = rows.load_file_text(tx, school, file.path)
        if text is None or file.policy_id is None:
            continue
        versions = [known[file.policy_id] for known in in_use if file.policy_id in known]
        same = any(same_words(text, rows.load_text(tx, version.id)) for version in versions)
        rows.set_same_words(tx, school, file.path, same)


def differences(counts: Facts, other: Facts) -> tuple[str, ...]:
    """Return in words where a second file says another date or another lead than the file that counts."""
    return (*_date_differences(counts, other), *_lead_differences(counts, other))


def _date_differences(counts: Facts, other: Facts) -> Iterator[str]:
    for name, meaning in _DATES.items():
        here: DateFact | None = getattr(counts, name)
        there: DateFact | None = getattr(other, name)
        if here is not None and there is not None and not may_be_same_day(here.date, there.date):
            yield f"{meaning} is “{there.text}” ({there.where}) there and “{here.text}” ({here.where}) here"


def _lead_differences(counts: Facts, other: Facts) -> Iterator[str]:
    for role in _LEAD_ROLES:
        here, there = _named(counts.contacts, role), _named(other.contacts, role)
        if here and there and not any(same_person(a, b, SHORTENED) for a in here for b in there):
            yield f"the {say_role(role)} is {say_list(there)} there and {say_list(here)} here"


def _named(contacts: Iterable[Contact], role: str) -> list[str]:
    return [contact.name for contact in contacts if contact.role == role and contact.name]


def set_aside(file: SourceFile) -> str:
    """Return the name under which an owner's decision on one file is kept; the file's hash is its value."""
    return f"{FILE}{file.path}"
