"""What readers told the school from their page: every line of SQL about it.

``acknowledgements.reports`` adds; ``letters`` tells whoever is to decide, and lets reminders rest.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import insert, select

from pipeline.register.database import Transaction
from pipeline.register.report_tables import reader_report as table


class ReportKind(StrEnum):
    """What a reader chose."""

    QUESTION = "question"
    """They have a question about a policy and want to be spoken to."""
    DONE = "done"
    """They say that they have read a policy already."""
    NOT_MY_JOB = "not-my-job"
    """They say that a policy is not for their work."""
    NOT_ME = "not-me"
    """Somebody says that the page is of somebody else: the address or the list is wrong."""
    LEFT = "left"
    """They say that they work here no more."""


OF_A_POLICY = frozenset({ReportKind.QUESTION, ReportKind.DONE, ReportKind.NOT_MY_JOB})
"""What is said of one policy; the others are said of the page as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRecord:
    """What one reader told the school."""

    person: int
    """The register's key of whose page it was."""
    policy_id: int | None
    """None for what is said of the page as a whole."""
    kind: ReportKind
    reported_at: datetime
    rests_until: date | None = None
    """Until when no reminder of that policy goes to them."""
    ledger_position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRow(ReportRecord):
    """A report in the register."""

    id: int


def add_report(tx: Transaction, school: str, record: ReportRecord) -> ReportRow:
    """Add what a reader told; its ledger record was appended in the same transaction."""
    values = asdict(record)
    written = values | {"school": school, "kind": record.kind.value}
    key = tx.execute(insert(table).values(**written)).inserted_primary_key
    assert key is not None
    return ReportRow(id=key[0], **values)


def list_reports(
    tx: Transaction, school: str, *, since: datetime | None = None, person: int | None = None
) -> tuple[ReportRow, ...]:
    """Return what readers told, oldest first; after ``since``, or of one ``person``, where given."""
    columns = [table.c[name] for name in ReportRow.__dataclass_fields__]
    query = select(*columns).where(table.c.school == school).order_by(table.c.id)
    if since is not None:
        query = query.where(table.c.reported_at > since)
    if person is not None:
        query = query.where(table.c.person == person)
    return tuple(ReportRow(**{**row._mapping, "kind": ReportKind(row.kind)}) for row in tx.execute(query))


def list_resting(tx: Transaction, school: str, today: date) -> Mapping[int, frozenset[int]]:
    """Return the policies of which nobody is reminded ``today``, by person; who is reminded of all is left out."""
    query = select(table.c.person, table.c.policy_id).where(
        table.c.school == school, table.c.policy_id.is_not(None), table.c.rests_until >= today
    )
    found: dict[int, set[int]] = defaultdict(set)
    for row in tx.execute(query):
        found[row.person].add(row.policy_id)
    return {person: frozenset(policies) for person, policies in found.items()}
