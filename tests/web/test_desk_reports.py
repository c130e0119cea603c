"""What readers told from their pages is shown on the desk until somebody settles it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.acknowledgements.reports import ReportedPolicy, tell_school
from pipeline.letters.contributors.reports import list_recent_reports
from pipeline.register.people.persons import PersonRow
from pipeline.register.readings.reader_reports import ReportKind, ReportRow, list_resting
from tests.school import MONDAY, at
from tests.web.desk import Desk, open_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path) as one:
        one.school.add_policy("Confidentiality")
        one.school.add_person("Lee")
        one.sign_in("jo.marsh@example.org")
        yield one


def tell(desk: Desk, row: PersonRow, kind: ReportKind, *, of_policy: bool = True) -> ReportRow:
    policy = desk.school.standings()[0]
    about = ReportedPolicy(policy.policy_id, policy.slug) if of_policy else None
    return tell_school(desk.school.register, desk.school.config, row, kind, about, today=MONDAY, now=at(MONDAY))


def lee(desk: Desk) -> PersonRow:
    return desk.school.find_person(1)


def test_a_report_waits_until_it_is_settled_and_then_reminders_go_on(desk: Desk) -> None:
    done = tell(desk, lee(desk), ReportKind.DONE)
    assert "What readers told you Kim Lee 1 report" in desk.page("/")
    assert "Kim Lee says that they have read Confidentiality already" in desk.page("/people/1")
    path = f"/reports/{done.id}"
    assert "rest until" in desk.page(path)
    for answer in ("", "answered", "perhaps"):
        assert desk.send(path, answer=answer).status_code == 422
    with desk.school.register.reading() as tx:
        assert list_resting(tx, desk.school.key, MONDAY) == {1: frozenset({done.policy_id})}
    assert "Settled. Kim Lee is told nothing by that; reminders go on" in desk.done(path, answer="no")
    with desk.school.register.reading() as tx:
        assert list_resting(tx, desk.school.key, MONDAY) == {}
        assert list_recent_reports(tx, desk.school.key, desk.school.config, MONDAY) == ()
    assert desk.records()[-1] == "reader-report-settled"
    page = desk.page(path)
    assert "Not so. Settled by Jo Marsh" in page or "Settled by jo.marsh@example.org" in page
    assert "What readers told you Nothing waits" in desk.page("/")
    late = desk.send(path, answer="right")
    assert late.status_code == 422
    assert "has settled this already" in late.text
    assert tell(desk, lee(desk), ReportKind.DONE).id != done.id


def test_whoever_finds_a_reader_right_goes_on_to_what_follows(desk: Desk) -> None:
    for kind, of_policy, where in (
        (ReportKind.DONE, True, "/policies/confidentiality/sheet"),
        (ReportKind.NOT_MY_JOB, True, "/people/1/change"),
        (ReportKind.NOT_ME, False, "/people/1/address"),
        (ReportKind.LEFT, False, "/people/1/leaves"),
    ):
        told = tell(desk, lee(desk), kind, of_policy=of_policy)
        answer = desk.send(f"/reports/{told.id}", answer="right")
        assert answer.status_code == 303
        assert answer.headers["location"].startswith(f"{where}?done=")
    question = tell(desk, lee(desk), ReportKind.QUESTION)
    assert "Answered" in desk.done(f"/reports/{question.id}", answer="answered")
    assert "5 reports" in desk.page("/reports?state=settled")


def test_nobody_settles_what_they_said_themself_or_what_is_not_there(desk: Desk) -> None:
    own = desk.school.add_person("Marsh", email="jo.marsh@example.org")
    told = tell(desk, own, ReportKind.NOT_MY_JOB)
    before = desk.records()
    assert "somebody else has to settle it" in desk.page(f"/reports/{told.id}")
    assert desk.send(f"/reports/{told.id}", answer="right").status_code == 422
    assert desk.browser.get("/reports/99").status_code == 404
    assert desk.send("/reports/99", answer="right").status_code == 422
    assert desk.records() == before
    desk.sign_in("head@example.org")
    assert "/reports/" not in desk.browser.get("/reports").text
    assert desk.browser.get(f"/reports/{told.id}").status_code == 403
