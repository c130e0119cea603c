"""What a reader tells the school from their page in fixed words: a question, read already, not for them.

Nothing that anybody types is kept: a disclosure must never land in a box. The pages record it here; ``letters`` tells
those who are to decide, and lets the reminders of a policy rest that a reader says they have read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pipeline.config import Config
from pipeline.dates.calendar import school_day_from
from pipeline.errors import UsageError
from pipeline.register.decision import Decision
from pipeline.register.people.persons import PersonRow
from pipeline.register.readings.reader_reports import (
    OF_A_POLICY,
    ReportAnswer,
    ReportKind,
    ReportRecord,
    ReportRow,
    SettledReport,
    add_report,
    add_settled,
    list_reports,
    list_settled,
)
from pipeline.register.store.database import Register

REST_SCHOOL_DAYS = 5
"""So long nobody is reminded of a policy that they say they have read."""
SAID_AGAIN_AFTER = timedelta(days=14)
"""The same said again before adds nothing: the school was told and is looking at it."""
ANSWERS: Mapping[ReportKind, tuple[ReportAnswer, ...]] = {
    ReportKind.QUESTION: (ReportAnswer.ANSWERED,),
    ReportKind.DONE: (ReportAnswer.RIGHT, ReportAnswer.NO),
    ReportKind.NOT_MY_JOB: (ReportAnswer.RIGHT, ReportAnswer.NO),
    ReportKind.NOT_ME: (ReportAnswer.RIGHT, ReportAnswer.NO),
    ReportKind.LEFT: (ReportAnswer.RIGHT, ReportAnswer.NO),
}
"""How each can be settled."""


@dataclass(frozen=True, slots=True)
class ReportedPolicy:
    """What a report is about: one policy in use."""

    policy_id: int
    """The register's key."""
    slug: str


def tell_school(
    register: Register,
    config: Config,
    row: PersonRow,
    kind: ReportKind,
    about: ReportedPolicy | None,
    *,
    today: date,
    now: datetime,
) -> ReportRow:
    """Record what a reader chose, and return it; the same said within two weeks returns what was recorded then, unless
    the office has settled that meanwhile.

    ``about`` is the policy, None for what is said of the page as a whole. Raises ValueError where the two do not fit.
    """
    if (about is not None) != (kind in OF_A_POLICY):
        raise ValueError(f"{kind} is said {'of a policy' if kind in OF_A_POLICY else 'of a page as a whole'}")
    policy_id = about.policy_id if about is not None else None
    rests_until = (
        school_day_from(today, REST_SCHOOL_DAYS, config.calendar.no_school) if kind is ReportKind.DONE else None
    )
    with register.transaction() as tx:
        for said in list_reports(tx, register.school, since=now - SAID_AGAIN_AFTER, person=row.id, only_open=True):
            if (said.kind, said.policy_id) == (kind, policy_id):
                return said
        decision = Decision(tx, register.school, row.person.name, now)
        position = decision.record(
            "reader-report",
            {"said": kind.value, **({"policy": about.slug} if about is not None else {})},
            words={"person_id": row.person.person_id, "name": row.person.name},
        )
        record = ReportRecord(
            person=row.id,
            policy_id=policy_id,
            kind=kind,
            reported_at=now,
            rests_until=rests_until,
            ledger_position=position,
        )
        return add_report(tx, register.school, record)


def settle_report(
    decision: Decision, report: ReportRow, answer: ReportAnswer, row: PersonRow, slug: str | None
) -> None:
    """Record how the office settled what a reader told: it is named no more, and keeps no reminder back any more.

    ``row`` is whose page it was said on, ``slug`` the policy's short name. Whether that is the person who decides, the
    caller has looked.

    Raises:
        UsageError: it is settled already, or cannot be settled so.
    """
    if answer not in ANSWERS[report.kind]:
        raise UsageError("Choose one of the answers that there are.")
    if (before := list_settled(decision.tx, decision.school).get(report.id)) is not None:
        raise UsageError(f"{before.actor} has settled this already, so nothing was changed.")
    position = decision.record(
        "reader-report-settled",
        {"said": report.kind.value, "answer": answer.value, **({"policy": slug} if slug else {})},
        words={"person_id": row.person.person_id, "name": row.person.name},
    )
    settled = SettledReport(
        report=report.id,
        answer=answer,
        actor=decision.actor,
        settled_at=decision.now,
        ledger_position=position,
    )
    add_settled(decision.tx, decision.school, settled)
