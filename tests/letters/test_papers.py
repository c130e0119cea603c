"""Papers for the governors: only what is ready, once, on its day; late ones said to be late; nothing half-edited."""

import hashlib
import io
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

import docx
import pytest

from pipeline.letters.day import LetterReport, write_letters
from pipeline.model.mail import DeliveryState, MailKind
from pipeline.policies.decisions.ready import mark_ready, unmark_ready
from pipeline.policies.standing import list_standings
from pipeline.register.decision import Decision
from pipeline.register.mail import outbox
from tests.mail.world import NOW, SMTP, CollectingTransport, World, parse
from tests.policies.folders import Folder, policy_text

SETTINGS = """
[school]
name = "Westhaven School"
[governors]
meetings = [2026-12-09, 2027-03-17]
clerk_email = "clerk@example.org"
[people.roles]
"Business Manager" = "money@example.org"
[contacts.office]
email = "office@example.org"
"""
LONDON = ZoneInfo("Europe/London")
PAPERS_DAY, MEETING = date(2026, 12, 1), date(2026, 12, 9)
BODY = "Hirers pay before they are given a key. The hall is locked at ten."
CHANGED = "Hirers pay a week before they are given a key. The hall is locked at ten."


class Governors(World):
    """A school with two policies due in January, one of them with a changed text."""

    def __init__(self, root: Path, toml: str = SETTINGS) -> None:
        super().__init__(root, toml)
        self.folder = Folder(root / "policies", self.register)
        self.write("visitors", "Visitors sign in.", date(2026, 11, 24))
        self.write("lettings", BODY, date(2026, 11, 24))
        self.write("lettings", CHANGED, date(2026, 11, 25))

    def write(self, slug: str, body: str, today: date) -> None:
        words = policy_text(f"{slug.title()} Policy", last="January 2026", review="January 2027", body=body)
        self.folder.write(f"{slug}.txt", words)
        self.folder.record(today=today, now=moment(today))

    def say_ready(self, day: date, *, not_yet: bool = False) -> None:
        with self.register.transaction() as tx:
            decision = Decision(tx, self.school, "Jo Marsh", moment(day))
            _ = unmark_ready(decision, "lettings") if not_yet else mark_ready(decision, "lettings", zone=LONDON)

    def plan(self, today: date) -> LetterReport:
        with self.register.reading() as tx:
            standings = list_standings(tx, self.school, self.config, today)
        secret = "a secret of sixteen"
        return write_letters(self.register, self.config, standings, secret=secret, today=today, now=moment(today))

    def sent_to(self, address: str, today: date) -> list[EmailMessage]:
        """Plan and deliver a day; return the mails written to an address so far."""
        self.plan(today)
        self.deliver(today=today, now=moment(today))
        return [mail for file in self.files if (mail := parse(file.read_bytes()))["To"] == address]


def moment(day: date) -> datetime:
    return NOW + (day - NOW.date())


def words(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return " ".join(part.get_content().split())


def attached(mail: EmailMessage) -> dict[str, bytes]:
    return {part.get_filename() or "": part.get_payload(decode=True) for part in mail.iter_attachments()}  # type: ignore[misc]


@pytest.fixture
def school(tmp_path: Path) -> Iterator[Governors]:
    world = Governors(tmp_path)
    yield world
    world.register.close()


def test_on_the_day_for_papers_the_clerk_gets_what_is_ready_and_hears_what_is_not(school: Governors) -> None:
    school.say_ready(date(2026, 11, 26))
    assert school.sent_to("clerk@example.org", PAPERS_DAY - timedelta(days=1)) == []
    (mail,) = school.sent_to("clerk@example.org", PAPERS_DAY)
    assert "papers for the Full Governing Body on 9 December 2026" in mail["Subject"]
    said = words(mail)
    assert "The last day on which they go to governors in time is 1 December 2026." in said
    assert "* Lettings Policy: 1 paragraph changed" in said
    assert "NOT READY YET, AND NOT ATTACHED * Visitors Policy (Business Manager)" in said
    files = attached(mail)
    assert set(files) == {"Agenda sheet 2026-12-09 Full Governing Body.docx", "Lettings Policy.txt"}
    assert CHANGED.encode() in files["Lettings Policy.txt"]
    html = mail.get_body(("html",))
    assert html is not None
    assert "Visitors Policy" in html.get_content()
    # A second plan of the day, and the days after it, send nothing again.
    assert len(school.sent_to("clerk@example.org", PAPERS_DAY)) == 1
    assert len(school.sent_to("clerk@example.org", date(2026, 12, 8))) == 1


def test_the_agenda_sheet_is_a_word_file_with_headings_a_table_and_the_differences(school: Governors) -> None:
    school.say_ready(date(2026, 11, 26))
    (mail,) = school.sent_to("clerk@example.org", PAPERS_DAY)
    sheet = docx.Document(io.BytesIO(attached(mail)["Agenda sheet 2026-12-09 Full Governing Body.docx"]))
    styles = [(each.style.name, each.text) for each in sheet.paragraphs if each.style is not None]
    assert ("Heading 1", "Papers for the meeting of the Full Governing Body on 9 December 2026") in styles
    assert ("Heading 2", "Lettings Policy") in styles
    assert ("List Bullet", "Visitors Policy") in styles
    (table,) = sheet.tables
    assert [cell.text for cell in table.rows[1].cells][:3] == ["Lettings Policy", "1 paragraph changed", "January 2027"]
    marked = [(run.text, run.font.underline, run.font.strike) for each in sheet.paragraphs for run in each.runs]
    assert any("a week" in text and underline for text, underline, _ in marked)


def test_the_owner_of_what_is_not_ready_is_reminded_once_with_what_to_do(school: Governors) -> None:
    school.say_ready(date(2026, 11, 26))
    school.sent_to("money@example.org", PAPERS_DAY - timedelta(days=1))
    *_, mail = school.sent_to("money@example.org", PAPERS_DAY)
    assert "The papers for the meeting on 9 December go today, and it is not ready for the clerk." in words(mail)
    assert "Visitors Policy" in mail["Subject"]
    assert "Lettings" not in mail["Subject"]
    school.sent_to("money@example.org", PAPERS_DAY)
    later = school.sent_to("money@example.org", date(2026, 12, 2))
    assert sum("not ready for the clerk" in words(each) for each in later) == 1


def test_a_word_to_an_owner_that_waits_is_dropped_once_the_text_is_ready(tmp_path: Path) -> None:
    world = Governors(tmp_path, f"{SETTINGS}[review]\nremind_days = []\n{SMTP}")
    world.plan(date(2026, 12, 3))
    world.say_ready(date(2026, 12, 3))
    world.plan(date(2026, 12, 4))
    with world.register.reading() as tx:
        (row,) = outbox.list_messages(tx, world.school, kind=MailKind.OWNER)
    # Visitors is still not ready, so the letter about both stays; once it is, nothing of it need be said.
    assert row.state is DeliveryState.PENDING
    with world.register.transaction() as tx:
        mark_ready(Decision(tx, world.school, "Jo Marsh", moment(date(2026, 12, 4))), "visitors", zone=LONDON)
    world.plan(date(2026, 12, 4))
    with world.register.reading() as tx:
        (row,) = outbox.list_messages(tx, world.school, kind=MailKind.OWNER)
    assert (row.state, row.detail) == (DeliveryState.CANCELLED, "its paper is ready, or not awaited any more")
    world.register.close()


def test_what_is_ready_after_the_day_for_papers_goes_then_and_is_said_to_be_late(school: Governors) -> None:
    (named,) = school.sent_to("clerk@example.org", PAPERS_DAY)
    assert list(attached(named)) == []
    school.say_ready(date(2026, 12, 2))
    _, late = school.sent_to("clerk@example.org", date(2026, 12, 3))
    assert "late papers" in late["Subject"]
    assert "after the day on which papers go in time, 1 December 2026" in words(late)
    assert "Visitors" not in words(late)
    assert set(attached(late)) == {"Agenda sheet 2026-12-09 Full Governing Body.docx", "Lettings Policy.txt"}


def test_a_paper_that_is_changed_or_taken_back_while_it_waits_does_not_go(tmp_path: Path) -> None:
    world = Governors(tmp_path, SETTINGS + SMTP)
    for spoil in ("taken back", "changed"):
        world.say_ready(date(2026, 11, 26))
        world.plan(PAPERS_DAY)
        if spoil == "taken back":
            world.say_ready(PAPERS_DAY, not_yet=True)
        else:
            world.write("lettings", f"{CHANGED} Half a sent", PAPERS_DAY)
        transport = CollectingTransport()
        world.deliver(transport, today=PAPERS_DAY, now=moment(PAPERS_DAY) + timedelta(minutes=5))
        assert all("clerk@example.org" not in str(each) for each in transport.taken)
        with world.register.reading() as tx:
            papers = outbox.list_messages(tx, world.school, kind=MailKind.PAPERS)
        assert {row.state for row in papers} == {DeliveryState.CANCELLED}
        assert papers[-1].detail == "a paper in it is not ready any more; the rest is planned afresh"
    # The next plan names it as not ready.
    world.plan(PAPERS_DAY)
    with world.register.reading() as tx:
        last = outbox.list_messages(tx, world.school, kind=MailKind.PAPERS)[-1]
    assert last.attachments == ()
    assert "* Lettings Policy (Business Manager)" in last.text
    world.register.close()


def test_without_the_clerks_address_the_office_is_told_once_and_nothing_goes(tmp_path: Path) -> None:
    world = Governors(tmp_path, SETTINGS.replace('clerk_email = "clerk@example.org"\n', ""))
    world.say_ready(date(2026, 11, 26))
    (mail,) = world.sent_to("office@example.org", PAPERS_DAY)
    assert "Papers for the meeting on 9 December 2026 are ready and cannot go" in words(mail)
    assert "Lettings Policy" in words(mail)
    assert list(attached(mail)) == []
    assert len(world.sent_to("office@example.org", date(2026, 12, 2))) == 1
    world.configure(SETTINGS)
    (paper,) = world.sent_to("clerk@example.org", date(2026, 12, 3))
    assert "Lettings Policy.txt" in attached(paper)
    world.register.close()


def test_the_text_in_force_can_go_unchanged_and_early_papers_wait_for_the_first_meeting(school: Governors) -> None:
    school.write("lettings", BODY, date(2026, 11, 26))
    school.say_ready(date(2026, 11, 27))
    (mail,) = school.sent_to("clerk@example.org", PAPERS_DAY)
    assert "* Lettings Policy: the text in force, unchanged." in words(mail)
    assert BODY.encode() in attached(mail)["Lettings Policy.txt"]


def test_the_files_lie_in_the_folder_of_the_meeting_and_a_plan_in_memory_writes_none(school: Governors) -> None:
    from pipeline.register.store.database import copy_to_memory

    school.say_ready(date(2026, 11, 26))
    folder = school.root / "distribution" / "papers" / "2026-12-09"
    kept = school.register
    school.register = copy_to_memory(kept)
    school.plan(PAPERS_DAY)
    assert not folder.exists()
    school.register.close()
    school.register = kept
    (mail,) = school.sent_to("clerk@example.org", PAPERS_DAY)
    lies = {hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
    assert lies == {hashlib.sha256(content).hexdigest() for content in attached(mail).values()}
