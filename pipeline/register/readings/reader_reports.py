"""What readers told the school from their page: every line of SQL about it.

``acknowledgements.reports`` adds and settles; ``letters`` tells those who are to decide, and lets reminders rest.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import exists, select

from pipeline.register.tables.mapper import Mapper
from pipeline.register.tables.reports import reader_report as table
from pipeline.register.tables.reports import settled_report
from pipeline.register.transaction import Transaction


class ReportKind(StrEnum):
    """What a reader chose."""

    QUESTION = "question"
    """They have a question about a policy and want to be spoken to."""
    DONE = "done"
    """They say that they have read a policy already."""
    NOT_MY_JOB = "not-my-job"
    """They say that a policy is not for their work."""
    NOT_ME = "not-me"
    """A reader says that the page is of another person: the address or the list is wrong."""
    LEFT = "left"
    """They say that they work here no more."""


OF_A_POLICY = frozenset({ReportKind.QUESTION, ReportKind.DONE, ReportKind.NOT_MY_JOB})
"""What is said of one policy; the others are said of the page as a whole."""


class ReportAnswer(StrEnum):
    """How the office settled what a reader told."""

    ANSWERED = "answered"
    """They were spoken to."""
    RIGHT = "right"
    """It is as they said, and was, or is being, put right."""
    NO = "no"
    """It is not as they said: they are asked as before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledReport:
    """How one report was settled."""

    report: int
    answer: ReportAnswer
    actor: str
    settled_at: datetime
    ledger_position: int


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


_REPORTS = Mapper(ReportRow, table)
_SETTLED = Mapper(SettledReport, settled_report)
_IS_SETTLED = exists().where(settled_report.c.report == table.c.id)


def add_report(tx: Transaction, school: str, record: ReportRecord) -> ReportRow:
    """Add what a reader told; its ledger record was appended in the same transaction."""
    return _REPORTS.added(tx, school, record)


def list_reports(
    tx: Transaction,
    school: str,
    *,
    since: datetime | None = None,
    person: int | None = None,
    only_open: bool = False,
) -> tuple[ReportRow, ...]:
    """Return what readers told, oldest first; after ``since``, or of one ``person``, where given.

    With ``only_open`` what nobody has settled yet.
    """
    query = _REPORTS.of(school)
    if since is not None:
        query = query.where(table.c.reported_at > since)
    if person is not None:
        query = query.where(table.c.person == person)
    if only_open:
        query = query.where(~_IS_SETTLED)
    return _REPORTS.all(tx, query)


def list_resting(tx: Transaction, school: str, today: date) -> Mapping[int, frozenset[int]]:
    """Return the policies of which nobody is reminded ``today``, by person; who is reminded of all is left out.

    What was settled keeps no reminder back any more.
    """
    open_ones = table.c.school == school, table.c.policy_id.is_not(None), table.c.rests_until >= today, ~_IS_SETTLED
    found: dict[int, set[int]] = defaultdict(set)
    for row in tx.execute(select(table.c.person, table.c.policy_id).where(*open_ones)):
        found[row.person].add(row.policy_id)
    return {person: frozenset(policies) for person, policies in found.items()}


def add_settled(tx: Transaction, school: str, settled: SettledReport) -> None:
    """Add how a report was settled; its ledger record was appended in the same transaction."""
    _SETTLED.add(tx, school, settled)


def list_settled(tx: Transaction, school: str) -> Mapping[int, SettledReport]:
    """Return how reports were settled, by the report's key."""
    return {each.report: each for each in _SETTLED.all(tx, _SETTLED.of(school))}
