"""Long work in lines: one waits for the other only in its own, and all of it ends with the program."""

import threading
import time
from dataclasses import replace
from pathlib import Path

from pipeline.web.app import build_app
from pipeline.web.desk.work import Finished, LongWork, Progress, WorkState
from tests.school import MONDAY, at
from tests.web.browser import Browser
from tests.web.desk import ACCOUNTS, Desk, open_desk


def test_a_line_waits_for_no_other_and_work_ends_when_it_is_told_to() -> None:
    work, go, begun = LongWork(), threading.Event(), threading.Event()

    def until_told(progress: Progress) -> Finished:
        begun.set()
        progress("Sending mail", 0, 9)
        while not work.is_ending():
            time.sleep(0.01)
        return Finished("Stopped between two mails.")

    def quick(progress: Progress) -> Finished:
        go.set()
        return Finished("Printed.")

    mail = work.begin("Mail", "Jo Marsh", at(MONDAY), until_told, line="mail")
    after = work.begin("More mail", "Jo Marsh", at(MONDAY), quick, line="mail")
    papers = work.begin("Papers", "Jo Marsh", at(MONDAY), quick, line="papers")
    assert go.wait(10)
    assert begun.wait(10)
    assert work.is_working
    work.end()
    work.wait(10)
    assert not work.is_working
    states = {piece.number: piece.state for piece in work.list()}
    assert states[mail.number] is states[papers.number] is WorkState.DONE
    assert states[after.number] is WorkState.WAITING


def test_where_nothing_is_scheduled_mail_that_is_let_go_is_sent_behind_the_pages(tmp_path: Path) -> None:
    with open_desk(tmp_path, ACCOUNTS) as scheduled:
        scheduled.school.add_policy("Confidentiality")
        scheduled.school.add_person("Lee")
        scheduled.school.plan()
        desk = Desk(scheduled.school, scheduled.base_url)
        desk.site = replace(desk.site, schedules=False)
        desk.app = build_app(desk.site)
        desk.browser = Browser(desk.app, desk.base_url)
        desk.sign_in("jo.marsh@example.org")
        assert "“Work” says how far it is" in desk.done("/mailings/resume")
        piece = desk.finished()
        assert piece.finished
        assert piece.finished.said == "Mails: 1 written to the outbox folder."
        desk.browser.close()
