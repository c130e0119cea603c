"""What readers told from their pages: the list of it, until the office settles it (``report_forms``)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pipeline.decisions.rights import Action
from pipeline.lists.columns import Column, Filter, Listing, Tag
from pipeline.model.policies import PolicyStanding
from pipeline.people.obligations import has_left
from pipeline.register.people.persons import PersonRow
from pipeline.register.readings.reader_reports import (
    ReportAnswer,
    ReportKind,
    ReportRow,
    SettledReport,
    list_reports,
    list_settled,
)
from pipeline.web.desk.listing import show_list
from pipeline.web.desk.view import Answer, Crumb, View

REPORTS = Crumb("What readers told you", "/reports")
_SAID: Mapping[ReportKind, str] = {
    ReportKind.QUESTION: "{name} asks about {title}",
    ReportKind.DONE: "{name} says that they have read {title} already",
    ReportKind.NOT_MY_JOB: "{name} says that {title} is not for their work",
    ReportKind.NOT_ME: "The page of {name} is somebody else’s, whoever opened it says",
    ReportKind.LEFT: "{name} works here no more, it was said on their page",
}
ANSWER_WORDS: Mapping[ReportKind, Mapping[ReportAnswer, str]] = {
    ReportKind.QUESTION: {ReportAnswer.ANSWERED: "It is answered: I have spoken with them"},
    ReportKind.DONE: {
        ReportAnswer.RIGHT: "They are right: I enter their reading next",
        ReportAnswer.NO: "No: they are still to read it",
    },
    ReportKind.NOT_MY_JOB: {
        ReportAnswer.RIGHT: "They are right: I change what they are here next",
        ReportAnswer.NO: "No: it is for their work, and they are still to read it",
    },
    ReportKind.NOT_ME: {
        ReportAnswer.RIGHT: "It is so: I correct the address next",
        ReportAnswer.NO: "No: the address is theirs",
    },
    ReportKind.LEFT: {
        ReportAnswer.RIGHT: "It is so: I record their last day next",
        ReportAnswer.NO: "No: they work here",
    },
}
_SETTLED_WORDS = {ReportAnswer.ANSWERED: "Answered", ReportAnswer.RIGHT: "They are right", ReportAnswer.NO: "Not so"}
_STATES = {"open": "To be settled", "settled": "Settled"}
_OPEN = Tag("to be settled", "blue")


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One report with whom and what it is about."""

    report: ReportRow
    row: PersonRow
    policy: PolicyStanding | None
    said: str
    settled: SettledReport | None
    answer: str
    """How it was settled, in words; empty while it is not."""


def list_report_lines(view: View, person: int | None = None) -> list[ReportLine]:
    """Return what readers told, the newest first; of a reader who has left, or a policy no longer in use, nothing."""
    reports = list_reports(view.tx, view.school, person=person)
    if not reports:
        return []
    settled = list_settled(view.tx, view.school)
    people = {row.id: row for row in view.picture.people if not has_left(row.person, view.today)}
    policies = {one.policy_id: one for one in view.picture.standings}
    lines = []
    for report in reversed(reports):
        row, policy = people.get(report.person), policies.get(report.policy_id or 0)
        if row is not None and (policy is None) == (report.policy_id is None):
            said = _SAID[report.kind].format(name=row.person.name, title=policy.title if policy else "")
            done = settled.get(report.id)
            answer = _SETTLED_WORDS[done.answer] if done else ""
            lines.append(ReportLine(report, row, policy, said, done, answer))
    return lines


def list_open(view: View, person: int | None = None) -> list[ReportLine]:
    """Return what nobody has settled yet, the newest first."""
    return [line for line in list_report_lines(view, person) if line.settled is None]


def _settled(line: ReportLine) -> str:
    return f"settled by {line.settled.actor}" if line.settled else ""


REPORT_LIST: Listing[ReportLine] = Listing(
    "What readers told you",
    ("report", "reports"),
    (
        Column("What was told", lambda line: line.said, width=40),
        Column("State", lambda line: line.answer or "to be settled", shown=lambda line: line.answer or _OPEN),
        Column("Told on", lambda line: line.report.reported_at),
        Column("Settled", _settled),
        Column("Settled on", lambda line: line.settled and line.settled.settled_at),
    ),
    filters=(Filter("state", "State", _STATES, lambda line, state: (state == "open") == (line.settled is None)),),
    words=lambda line: (line.row.person.name, line.policy.title if line.policy else ""),
    order=lambda line: line.settled is not None,
    per_page=10,
)


def show_reports(view: View) -> Answer:
    """Show what readers told, what is to be settled first."""
    by_form = view.may(Action.LOOK_AFTER_PEOPLE.value)
    listing = replace(REPORT_LIST, href=lambda one: f"/reports/{one.report.id}" if by_form else f"/people/{one.row.id}")
    return show_list(view, listing, list_report_lines(view), template="reports.html", at="/people")
