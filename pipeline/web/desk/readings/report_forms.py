"""What one reader told, and how the office settles it: with one of fixed answers, which ends the rest of reminders."""

from collections.abc import Mapping

from pipeline.acknowledgements.reports import ANSWERS, settle_report
from pipeline.decisions.rights import Action
from pipeline.register.people.persons import PersonRow, find_person
from pipeline.register.policies.policies import list_policies
from pipeline.register.readings.reader_reports import ReportAnswer, ReportKind, ReportRow, list_reports
from pipeline.web.desk.forms import Doing, Done, Form
from pipeline.web.desk.readings.reports import ANSWER_WORDS, REPORTS, list_report_lines
from pipeline.web.desk.typed import FormError
from pipeline.web.desk.view import DESK, Answer, View, not_here

_OWN = "You said this yourself, so somebody else has to settle it."
_TO_DO: Mapping[ReportKind, str] = {
    ReportKind.QUESTION: "Ring, see or write to them. What they want to know was not asked here, so that nobody writes "
    "of a child into a box.",
    ReportKind.DONE: "No such reading is held. Ask them when and how they read it. If they signed a sheet, enter it.",
    ReportKind.NOT_MY_JOB: "Decide whether it is for their work, and tell them. What they do here, by their role and "
    "team, decides what they are asked.",
    ReportKind.NOT_ME: "Mail to them reaches somebody else. Correct the address, and end the links that went astray.",
    ReportKind.LEFT: "If so, record their last day. Until then they are asked as before.",
}
_NEXT: Mapping[ReportKind, str] = {
    ReportKind.DONE: "/policies/{slug}/sheet",
    ReportKind.NOT_MY_JOB: "/people/{person}/change",
    ReportKind.NOT_ME: "/people/{person}/address",
    ReportKind.LEFT: "/people/{person}/leaves",
}
"""Where a person goes on who said that a reader is right."""


def show_report(view: View) -> Answer:
    """Show what one reader told, and ask how it is to be settled."""
    key = view.key("report")
    line = next((one for one in list_report_lines(view) if one.report.id == key), None)
    if line is None:
        return not_here("report of a reader", (REPORTS,))
    kind = line.report.kind
    fields = {
        "line": line,
        "to_do": _TO_DO[kind],
        "choices": {answer.value: ANSWER_WORDS[kind][answer] for answer in ANSWERS[kind]},
        "own": _OWN if view.who.is_at(line.row.person.work_email) else "",
    }
    return Answer("report.html", line.said, fields, (DESK, REPORTS), at="/people")


def _where(report: ReportRow, row: PersonRow, slug: str) -> str:
    return _NEXT.get(report.kind, "").format(slug=slug, person=row.id)


def act_report(doing: Doing) -> Done:
    """Settle what one reader told."""
    answer, key = doing.sent.of("answer"), doing.part("report")
    if answer not in {each.value for each in ReportAnswer}:
        raise FormError({"answer": "Choose how it is settled"})
    with doing.deciding() as decision:
        tx, school = decision.tx, decision.school
        report = next((one for one in list_reports(tx, school) if str(one.id) == key), None)
        row = find_person(tx, school, report.person, doing.today) if report else None
        if report is None or row is None:
            raise FormError({"": "This is not known any more; nothing was changed."})
        if doing.who.is_at(row.person.work_email):
            raise FormError({"": _OWN})
        slug = next((one.slug for one in list_policies(tx, school) if one.id == report.policy_id), None)
        settle_report(decision, report, ReportAnswer(answer), row, slug)
    if answer == ReportAnswer.RIGHT and (where := _where(report, row, slug or "")):
        return Done(where, f"Settled: {row.person.name} is right. What follows from it is done here.")
    return Done("/reports", f"Settled. {row.person.name} is told nothing by that; reminders go on as before.")


REPORT = Form(show_report, act_report, Action.LOOK_AFTER_PEOPLE)
REPORT_FORMS: dict[str, Form] = {"/reports/{report}": REPORT}
