"""Mail let go, stopped, let go on, dropped and tried again from the desk."""

import html
import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.config import Config
from pipeline.mail.mailings import campaign_summary
from pipeline.mail.outbox import DeliveryReport
from pipeline.register.ledger.key import ledger_key_path
from pipeline.register.mail.campaigns import CampaignState
from pipeline.register.mail.reader_mail import cancel_all_mail
from pipeline.register.people.persons import list_people
from pipeline.register.store.counter import hold_mail
from pipeline.register.store.database import Register
from pipeline.register.store.marks import HoldReason
from pipeline.web.desk import running_forms
from pipeline.web.desk.work import Finished, Progress, WorkState
from tests.mail.servers import ScriptedServer, scripted
from tests.school import MONDAY
from tests.web.desk import ACCOUNTS, Desk, open_desk

TERMS = '[calendar]\nterms = ["2026-09-01..2026-12-18"]\n'


def by_mail(server: ScriptedServer, more: str = "") -> str:
    return (
        f'{ACCOUNTS}{TERMS}[mail]\nroute = "smtp"\nhost = "127.0.0.1"\nport = {server.port}\nsecurity = "none"\n'
        f'from = "desk@example.org"\n{more}'
    )


@pytest.fixture
def waiting(tmp_path: Path) -> Iterator[tuple[Desk, ScriptedServer]]:
    """A school whose first mailing, to three people, waits for its owner's word."""
    with scripted() as server, open_desk(tmp_path, by_mail(server)) as desk:
        desk.school.add_policy("Confidentiality")
        for name in ("Lee", "Day", "Hill"):
            desk.school.add_person(name)
        desk.school.plan()
        desk.school.deliver()
        desk.sign_in("jo.marsh@example.org")
        yield desk, server


def people(desk: Desk, state: CampaignState) -> int:
    return campaign_summary(desk.school.register, state).people


def test_that_all_mail_is_held_is_told_where_one_looks_first(waiting: tuple[Desk, ScriptedServer]) -> None:
    desk, server = waiting
    assert "All mail is held" not in desk.page("/")
    with desk.school.register.transaction() as tx:
        hold_mail(tx, desk.school.register.school, HoldReason.ELSEWHERE, desk.now)
    assert "All mail is held" in desk.page("/")
    for path in ("/mailings", "/mail-route", "/mailings/confirm"):
        page = desk.page(path)
        assert "used on another computer before" in page, path
        assert "policy send" not in page, path
    assert server.taken == []


def test_a_copy_of_a_folder_that_is_in_its_place_has_no_button_that_lets_mail_go(
    waiting: tuple[Desk, ScriptedServer], tmp_path: Path
) -> None:
    _, server = waiting
    copied = Path(shutil.copytree(tmp_path, tmp_path.parent / f"{tmp_path.name} - Copy"))
    with open_desk(copied, by_mail(server)) as desk:
        desk.sign_in("jo.marsh@example.org")
        page = desk.page("/mailings/confirm")
        assert "This is a copy of the school" in page
        assert "Let it go" not in page
        listed = desk.page("/mailings")
        assert "This is a copy of the school" in listed
        assert "See what would go" not in listed
        assert "Mail to be confirmed" not in desk.page("/")
        refused = desk.send("/mailings/confirm", people="3", seen="")
        assert refused.status_code != 303
        assert campaign_summary(desk.school.register).people == 0
    assert server.taken == []


def test_what_waits_is_shown_and_goes_once_the_number_is_typed(waiting: tuple[Desk, ScriptedServer]) -> None:
    desk, _ = waiting
    page = desk.page("/mailings/confirm")
    for words in ("This writes to 3 people", "6 minutes of reading in all", "Kim Lee lee@example.org"):
        assert words in page
    for typed, said in (
        ("", "Type the number of people"),
        ("2", "You typed 2, and it goes to 3 people: nothing was sent"),
        ("three", "Type the number"),
        ("²", "Type"),
    ):
        refused = desk.send("/mailings/confirm", people=typed)
        assert refused.status_code == 422
        assert said in html.unescape(refused.text)
        assert people(desk, CampaignState.WAITING) == 3
    assert "Let go: 3 mails to 3 people." in desk.done("/mailings/confirm", people="3")
    assert people(desk, CampaignState.WAITING) == 0
    assert "mailing-open" in desk.records()
    assert "No mailing waits for your word." in desk.page("/mailings/confirm")


def test_of_two_who_confirm_the_second_is_told_and_a_changed_mailing_goes_nowhere(
    waiting: tuple[Desk, ScriptedServer],
) -> None:
    desk, _ = waiting
    shown = desk.hidden("/mailings/confirm")
    with desk.school.register.transaction() as tx:
        lee = next(row for row in list_people(tx, desk.school.key, MONDAY) if row.person.last_name == "Lee")
        cancel_all_mail(tx, desk.school.key, lee.id, desk.now, "left")
    before = desk.records()
    changed = desk.browser.post("/mailings/confirm", data={**shown, "people": "3"})
    assert changed.status_code == 422
    assert "The mailing has changed since it was shown" in changed.text
    assert "2 people" in changed.text
    assert desk.records() == before
    both = desk.hidden("/mailings/confirm"), desk.hidden("/mailings/confirm")
    assert desk.browser.post("/mailings/confirm", data={**both[0], "people": "2"}).status_code == 303
    late = desk.browser.post("/mailings/confirm", data={**both[1], "people": "2"})
    assert late.status_code == 422
    assert "Nothing waits any more: somebody else has let the mailing go or dropped it" in late.text
    assert desk.records().count("mailing-open") == 1


def test_one_press_on_the_first_page_stops_mail_whoever_may_and_whatever_is_wrong(
    waiting: tuple[Desk, ScriptedServer],
) -> None:
    desk, server = waiting
    desk.done("/mailings/confirm", people="3")
    desk.sign_in_by_mail_of("it@example.org")
    ledger_key_path(desk.school.root).write_bytes(b"another key than before, of no use")
    page = desk.browser.get("/").text
    assert "Mail is going out: 3 mails to 3 people have not gone yet." in page
    assert 'action="/mailings/stop"' in page
    assert "Kim Lee" not in page
    said = desk.browser.post("/mailings/stop", data={"form": desk.form("/")})
    assert said.status_code == 303
    assert "Stopped: 3 mails to 3 people have not gone" in desk.page(said.headers["location"])
    assert people(desk, CampaignState.PAUSED) == 3
    assert server.taken == []
    assert desk.browser.get("/mailings/resume").status_code == 403


def test_what_was_stopped_goes_on_or_is_dropped(waiting: tuple[Desk, ScriptedServer]) -> None:
    desk, server = waiting
    desk.done("/mailings/confirm", people="3")
    mailing = re.search(r'href="(/mailings/\d+)"', desk.browser.get("/mailings").text)
    assert mailing
    assert 'action="/mailings/stop"' in desk.browser.get(mailing[1]).text
    assert "Nothing is paused." in desk.page("/mailings/resume")
    desk.done("/mailings/stop")
    assert "Paused is 3 mails to 3 people" in desk.page("/mailings/resume")
    assert "Mail goes on: 3 mails to 3 people." in desk.done("/mailings/resume")
    assert people(desk, CampaignState.OPEN) == 3
    unsure = desk.send("/mailings/cancel")
    assert unsure.status_code == 422
    assert "Tick that it is to be dropped" in unsure.text
    assert "Dropped: 3 mails to 3 people." in desk.done("/mailings/cancel", sure="yes")
    assert people(desk, CampaignState.OPEN) == 0
    assert "so nothing was dropped" in desk.done("/mailings/cancel", sure="yes")
    assert server.taken == []


def test_what_is_due_is_sent_behind_the_pages(waiting: tuple[Desk, ScriptedServer]) -> None:
    desk, server = waiting
    desk.done("/mailings/confirm", people="3")
    assert "Sending what is due" in desk.done("/mailings/send")
    piece = desk.finished()
    assert piece.state is WorkState.DONE
    assert piece.finished
    assert piece.finished.said == "Mails: 3 sent."
    assert (piece.done, piece.of) == (3, 3)
    assert len(server.taken) == 3


def test_mail_that_came_back_is_tried_again_or_dropped(tmp_path: Path) -> None:
    answers = ["550 5.1.1 no such mailbox"]
    script = lambda step, _: answers[-1] if step == "rcpt" and answers else None  # noqa: E731
    with scripted(script) as server, open_desk(tmp_path, by_mail(server, "confirm_above = 0\n")) as desk:
        desk.school.add_policy("Confidentiality")
        for name in ("Lee", "Day"):
            desk.school.add_person(name)
        desk.school.plan()
        desk.school.deliver()
        desk.sign_in("office@example.org")
        assert "lee@example.org" in desk.page("/mailings/returned")
        drop = re.findall(r'href="(/mail/\d+/drop)"', desk.browser.get("/mailings/returned").text)
        assert len(drop) == 2
        assert "no such mailbox" in desk.page(drop[0])
        assert "Dropped: 1 mail to" in desk.done(drop[0])
        again = desk.send(drop[0])
        assert again.status_code == 422
        assert "nothing was done" in again.text
        assert desk.send("/mailings/retry", which="").status_code == 422
        assert "Came back, and still matters: 1" in desk.page("/mailings/retry")
        assert "Correct the address" in desk.page(drop[1].removesuffix("/drop"))
        answers.clear()
        assert "1 mail is tried again" in desk.done("/mailings/retry", which="refused")
        desk.done("/mailings/send")
        desk.finished()
        assert len(server.taken) == 1
        assert "No mail has come back" in desk.page("/mailings/returned")


def test_whoever_may_not_let_mail_go_is_not_offered_it(waiting: tuple[Desk, ScriptedServer]) -> None:
    desk, _ = waiting
    desk.sign_in("head@example.org")
    for path in ("/", "/mailings"):
        page = desk.browser.get(path).text
        assert "/mailings/confirm" not in page
        assert "/mailings/resume" not in page
    assert desk.browser.get("/mailings/confirm").status_code == 403
    desk.sign_in_by_mail_of("office@example.org")
    assert desk.browser.get("/mailings/confirm").headers["location"].startswith("/second-step?then=")


def test_a_run_goes_on_behind_the_pages_and_never_beside_another(tmp_path: Path) -> None:
    with open_desk(tmp_path) as desk:
        desk.sign_in("jo.marsh@example.org")
        with desk.school.register.lock():
            refused = desk.send("/run")
            assert refused.status_code == 422
            assert "A run is going on just now" in refused.text
        assert "A run" in desk.done("/run")
        piece = desk.finished()
        assert piece.state is WorkState.DONE, piece
        assert piece.finished
        assert piece.finished.said.startswith("The run has finished: 0 new or changed files were read")
        assert "The last was on 23 November 2026" in desk.page("/run")
        path = tmp_path / "config.toml"
        path.write_text(f"{path.read_text(encoding='utf-8')}broken", encoding="utf-8")
        desk.done("/run")
        last = desk.finished()
        assert last.finished
        assert "everything goes by what stood there before" in last.finished.said


def test_work_that_waited_goes_by_the_settings_of_when_it_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go, named = threading.Event(), []

    def before(progress: Progress) -> Finished:
        assert go.wait(10)
        return Finished("Sent.")

    def deliver(register: Register, config: Config, *more: object, **others: object) -> DeliveryReport:
        named.append(config.contacts["dsl"][0].name)
        return DeliveryReport()

    monkeypatch.setattr(running_forms, "deliver_due", deliver)
    with open_desk(tmp_path) as desk:
        settings = desk.school.root / "config.toml"
        desk.sign_in()
        desk.site.work.begin("Sending what is due", "Jo Marsh", desk.now, before, line="mail")
        assert desk.send("/mailings/send").status_code == 303
        settings.write_text(settings.read_text().replace("Pat Marsh", "Robin Field"), encoding="utf-8")
        go.set()
        assert desk.finished().state is WorkState.DONE
    assert named == ["Robin Field"]
