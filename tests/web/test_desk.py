"""The owner's desk: every page opens, lists are narrowed and paged, and what is shown is what the commands say."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import event

from pipeline.cli import policy
from pipeline.mail import mailings
from pipeline.mail.composed import ComposedMail
from pipeline.mail.outbox import body_of
from pipeline.model.facts import Problem
from pipeline.model.mail import MailKind
from pipeline.model.people import AwayPeriod, EngagementKind
from pipeline.model.policies import RevisionKind, VersionStatus
from pipeline.people.lists.staff_import import import_staff
from pipeline.people.lists.staff_list import StaffList
from pipeline.places import body_paragraph
from pipeline.reasons.as_json import reason_to_json
from pipeline.reasons.reason import because
from pipeline.register.mail.letter_bodies import add_body
from pipeline.register.mail.outbox import NewMessage, add_messages
from pipeline.register.policies.policies import set_version_status
from pipeline.web import desk as web_desk
from pipeline.web.desk.routes import FORMS, PAGES
from tests.mail.servers import scripted, settings_for
from tests.school import MONDAY, School, at
from tests.test_repository import commands_of
from tests.web.desks import Desk, address_of, fill

SMTP = '[mail]\nroute = "smtp"\nhost = "127.0.0.1"\nport = 9\nsecurity = "none"\nfrom = "office@example.org"\n'


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with School(tmp_path) as school, Desk(school) as opened:
        opened.sign_in()
        yield opened


# --- the first page ----------------------------------------------------------------------------------------------


def test_no_page_of_a_school_at_work_names_a_command_that_a_form_does(desk: Desk) -> None:
    places = fill(desk.school)
    left = {"/mail-route": "policy mail check", "/inspector": "policy ledger verify"}
    for path in PAGES:
        page = desk.page(address_of(path, places))
        found = set(
            re.findall(r"\bpolicy (?:[a-z]+ verify|mail check|issue|approve|set|review|contacts|reaffirm)\b", page)
        )
        assert found <= {left.get(path)}, path
        assert "config.toml" not in page or path == "/settings", path


def test_empty_school_is_told_what_to_do_first(desk: Desk) -> None:
    page = desk.page("/")
    for words in ("No policy is known yet", "No run has finished yet"):
        assert words in page
    assert "Nothing waits" in page


def test_what_waits_comes_first_and_what_is_done_is_plain(desk: Desk) -> None:
    first = desk.school.add_policy("Confidentiality")
    desk.school.hold_copy(first)
    desk.school.add_policy("Lettings")
    html = desk.get("/").text
    waiting, _, done = html.partition('<details class="done">')
    assert '<a href="/copies?state=held">Copies that could not be made</a>' in waiting
    assert '<span class="tag red">1 policy</span>' in waiting
    assert "Late with a reading" in done.partition("</details>")[0]
    assert "tag" not in done.partition("</details>")[0]


def test_a_held_copy_is_told_in_the_words_of_the_desk_and_leads_to_whose_name_it_is(desk: Desk) -> None:
    school = desk.school
    found = {"role": "dsl", "kind": "name", "value": "Bo Ray", "where": "paragraph 3", "words": "DSL: Bo Ray"}
    why = because("nobody", words="Bo Ray", where=body_paragraph(3), role="designated safeguarding lead")
    note = {"where": "paragraph 3", "text": "Bo Ray", "reason": str(why)}
    left = (note | {"why": reason_to_json(why)}, note | {"text": "kept by an earlier edition"})
    copy = school.hold_copy(school.add_policy("Confidentiality"), why, [found | {"holds": True}], left=left)
    told = "is nobody among the contacts: say under Contacts who it is, or change the document"
    page = desk.page("/problems/confidentiality/copy-held")
    assert f"{told}. Who is it?" in page
    assert "Say whose it is" in page
    assert told in desk.page("/copies?state=held")
    kept, before = (
        desk.page(f"/copies/{copy.code}").partition("Left, to be looked at")[2].split("kept by an earlier edition")
    )
    assert told in kept
    assert str(why) in unescape(before)
    assert "[[contacts.former]]" in next(iter(school.standings())).problems[-1].message


def test_readings_are_counted_by_policy_and_by_team(desk: Desk) -> None:
    first = desk.school.add_policy("Confidentiality")
    lee = desk.school.add_person("Lee", team="Science")
    desk.school.add_person("Day", email=None, team="Office")
    desk.school.plan(MONDAY - timedelta(days=28))
    desk.school.deliver(MONDAY - timedelta(days=28))
    assert "0 of 2 readings recorded" in desk.page("/")
    desk.school.record(lee, first)
    page = desk.page("/")
    assert "1 of 2 readings recorded" in page
    assert "To be handed out on paper" in page
    html = desk.get("/readings").text
    assert '<th scope="row"><a href="/policies/confidentiality/readers">Confidentiality</a></th>' in html
    assert re.findall(r'<td class="number">(\d+)</td>', html)[:4] == ["1", "1", "0", "2"]
    assert '<a href="/people?team=Science">Science</a>' in html
    assert "Science: 1 read." in html
    assert "Office: 1 to come." in html


@pytest.fixture
def mailing_desk(tmp_path: Path) -> Iterator[Desk]:
    """The desk of a school whose mail goes to a server."""
    with (
        scripted() as server,
        School(tmp_path, settings_for(server)) as school,
        Desk(school) as opened,
    ):
        opened.sign_in()
        yield opened


def test_who_is_late_is_counted_and_named_on_the_pages_it_leads_to(mailing_desk: Desk) -> None:
    desk = mailing_desk
    desk.school.add_policy("Confidentiality")
    lee = desk.school.add_person("Lee")
    desk.school.plan(MONDAY - timedelta(days=28))
    desk.school.deliver(MONDAY - timedelta(days=28))
    desk.school.add_person("Day", email=None)
    assert "No email leaves this computer yet" not in desk.page("/")
    assert "Late with a reading 1 person" in desk.page("/")
    assert "Kim Lee 1 late" in desk.page("/people?state=late")
    assert "14 days late" in desk.page(f"/people/{lee.id}")
    assert "Kim Lee Late" in desk.page("/policies/confidentiality/readers?state=late")
    page = desk.page("/inspector")
    assert "0 of 1 have recorded their reading; 1 late" in page
    assert "1 person is to read it and has not been asked yet" in page


def test_a_folder_of_mail_files_asks_nobody_and_makes_nobody_late(desk: Desk) -> None:
    desk.school.add_policy("Confidentiality")
    lee = desk.school.add_person("Lee")
    desk.school.plan(MONDAY - timedelta(days=28))
    desk.school.deliver(MONDAY - timedelta(days=28))
    assert list((desk.school.config.distribution / "outbox").glob("*.eml")), "the files are written as ever"
    page = desk.page("/")
    assert "No email leaves this computer yet" in page
    assert "Late with a reading Nothing waits" in page
    assert "days late" not in desk.page(f"/people/{lee.id}")
    page = desk.page("/inspector")
    assert "Nobody has been asked yet" in page
    assert "1 person is to read it and has not been asked yet" in page
    assert "Asked to read never" in page


def test_the_page_for_an_inspector_asks_once_who_is_yet_to_answer_of_all_its_documents(mailing_desk: Desk) -> None:
    desk = mailing_desk
    for title in ("Confidentiality", "Behaviour", "Uniform"):
        desk.school.add_policy(title)
    desk.school.add_person("Lee")
    desk.school.plan()
    desk.school.deliver()
    desk.page("/inspector")
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(desk.school.register.engine, "before_cursor_execute", note)
    try:
        page = desk.page("/inspector")
    finally:
        event.remove(desk.school.register.engine, "before_cursor_execute", note)
    assert page.count("0 of 1 have recorded their reading") == 3
    assert len([one for one in asked if "request.id IN (SELECT told.request" in " ".join(one.split())]) == 1


def test_an_owner_who_is_in_no_list_is_not_counted_as_nobody(mailing_desk: Desk) -> None:
    desk = mailing_desk
    desk.school.add_policy("Confidentiality")
    desk.school.add_person("Lee")
    for days in (40, 0):
        desk.school.plan(MONDAY - timedelta(days=days))
        desk.school.deliver(MONDAY - timedelta(days=days))
    page = desk.page("/inspector")
    assert re.search(r"Told to whoever looks after the policy \d times? Told to", page)
    assert "0 people" not in page


def test_a_held_policy_that_nobody_was_asked_for_counts_no_readings(desk: Desk) -> None:
    desk.school.hold_copy(desk.school.add_policy("Confidentiality"))
    desk.school.add_person("Lee")
    desk.school.plan()
    assert "Read: not asked" in desk.page("/policies").replace("not asked", "Read: not asked")
    assert "0 of 1" not in desk.page("/policies")


def test_a_first_text_that_is_held_is_listed_as_that_and_not_as_in_date(desk: Desk) -> None:
    version = desk.school.add_policy("Confidentiality")
    desk.school.add_policy("Lettings", "lettings")
    with desk.school.register.transaction() as tx:
        held = (Problem("draft-mark", "Its name says DRAFT."),)
        set_version_status(tx, version.id, VersionStatus.APPROVED, holds=held)
    assert "held, not in use yet" in desk.page("/policies?state=held")
    assert "Lettings" not in desk.page("/policies?state=held")
    assert "Confidentiality" not in desk.page("/policies?state=current")
    assert "Lettings" in desk.page("/policies?state=current")
    assert "held, not in use yet" in desk.page("/policies/confidentiality")


def test_a_day_without_a_lead_is_said_before_everything_else(tmp_path: Path) -> None:
    with School(tmp_path) as school, Desk(school) as desk:
        desk.sign_in()
        assert "Nobody is Designated" not in desk.page("/")
        path = tmp_path / "config.toml"
        path.write_text(path.read_text(encoding="utf-8") + "until = 2026-11-20\n", encoding="utf-8")
        page = desk.page("/")
        assert page.index("Nobody is Designated Safeguarding Lead today.") < page.index("Waiting for you")


def test_settings_that_cannot_be_read_are_said_first_wherever_somebody_looks_who_leads(tmp_path: Path) -> None:
    with School(tmp_path) as school, Desk(school) as desk:
        desk.sign_in()
        path = tmp_path / "config.toml"
        good = path.read_text(encoding="utf-8")
        path.write_text(good + "phone = “01632 960123”\n", encoding="utf-8")
        for address in ("/", "/contacts", "/inspector", "/problems"):
            page = desk.page(address)
            assert "write straight quotation marks" in page, address
            assert "Until it is put right everything goes by what stood there before." in page, address
        path.write_text(good + "[mail]\nhots = 1\n", encoding="utf-8")
        assert "mail.hots is not a key of this file; check its spelling or take it out. Until it is" in desk.page("/")
        path.write_text(good + "\n", encoding="utf-8")
        assert "put right" not in desk.page("/")


def test_mailings_that_wait_go_or_are_paused(tmp_path: Path) -> None:
    with School(tmp_path, f"{SMTP}per_minute = 2\n") as school, Desk(school) as desk:
        first = school.add_policy("Confidentiality")
        for name in ("Lee", "Day"):
            school.add_person(name)
        school.plan()
        draft = school.add_version(first.policy_id, RevisionKind.MAJOR, title="Confidentiality", copy=False)
        with school.register.transaction() as tx:
            set_version_status(tx, first.id, VersionStatus.APPROVED)
            set_version_status(tx, draft.id, VersionStatus.DRAFT)
            import_staff(tx, school.key, StaffList(listed=frozenset({"id-Day"})), "staff.csv", MONDAY, at(MONDAY))
        desk.sign_in()
        page = desk.page("/")
        for words in ("Changed policies Confidentiality 1 policy", "Mail to be confirmed", "2 people"):
            assert words in page
        assert "Kim Lee" in desk.page("/people?state=unlisted")
        mailing = re.search(r'href="(/mailings/\d+)"', desk.get("/mailings?state=waiting").text)
        assert mailing is not None
        page = desk.page(mailing.group(1))
        assert "It writes to 2 people, 4 minutes of reading in all." in page
        assert "Let it go" in page


def test_mail_that_goes_out_says_when_the_last_is_out_and_can_be_paused(tmp_path: Path) -> None:
    with School(tmp_path, f"{SMTP}confirm_above = 0\nper_minute = 2\n") as school, Desk(school) as desk:
        school.add_policy("Confidentiality")
        for name in ("Lee", "Day"):
            school.add_person(name)
        school.plan()
        school.deliver()
        desk.sign_in()
        assert "Mail that is going out The last is out at about 23 November 2026" in desk.page("/")
        mailings.pause(school.register, school.root, by="the office", now=at(MONDAY))
        page = desk.page("/")
        assert "Mail that is paused 2 people" in page
        assert "going out" not in page


def test_mail_that_came_back_waits_until_it_is_put_right(tmp_path: Path) -> None:
    with scripted(lambda step, _: "550 5.1.1 no such mailbox" if step == "rcpt" else None) as server:
        mail = f'[mail]\nroute = "smtp"\nhost = "127.0.0.1"\nport = {server.port}\nsecurity = "none"\n'
        toml = mail + 'from = "o@example.org"\nconfirm_above = 0\n'
        with School(tmp_path, toml) as school, Desk(school) as desk:
            school.add_policy("Confidentiality")
            lee = school.add_person("Lee", start_on=MONDAY - timedelta(days=900))
            school.plan()
            school.deliver()
            desk.sign_in()
            assert "Mail that came back Kim Lee 1 address" in desk.page("/")
            page = desk.page("/mailings/returned")
            assert "no such mailbox" in page
            assert "Correct the address" in page
            school.change_person(lee, work_email="k.lee@example.org")
            assert "no such mailbox" not in desk.page("/mailings/returned")


# --- lists -------------------------------------------------------------------------------------------------------


def test_lists_are_narrowed_searched_and_paged(desk: Desk) -> None:
    for number in range(30):
        desk.school.add_policy(f"Rule {number:02}", None)
    html = desk.get("/policies").text
    assert "Policies 1 to 12 of 30" in html
    assert '<a href="/policies?page=2" rel="next">' in html
    assert "Policies 25 to 30 of 30" in desk.get("/policies?page=99").text
    assert "1 policy" in desk.page("/policies?q=rule+07")
    assert "No policy fits what is chosen" in desk.page("/policies?state=overdue")
    assert 'href="/policies?owner=Safeguarding+Lead&amp;page=2"' in desk.get("/policies?owner=Safeguarding Lead").text
    assert "Rule 29" in desk.page("/policies?page=3")


@pytest.mark.parametrize("query", ["state=nonsense", "team=%3Cscript%3E", "owner=Nobody&page=x"])
def test_what_there_is_not_is_told_and_everything_is_shown(desk: Desk, query: str) -> None:
    desk.school.add_policy("Confidentiality")
    answer = desk.get(f"/policies?{query}")
    assert answer.status_code == 200
    assert "There is a problem" in answer.text
    assert "Confidentiality" in answer.text
    assert "<script>" not in answer.text


def test_people_are_by_group_and_by_what_keeps_them_away(desk: Desk) -> None:
    desk.school.add_policy("Confidentiality")
    desk.school.add_person("Ash", kind=EngagementKind.GOVERNOR)
    desk.school.add_person("Elm", start_on=MONDAY + timedelta(days=9))
    desk.school.add_person("Fox", leave_on=MONDAY - timedelta(days=1))
    period = AwayPeriod(MONDAY - timedelta(days=1), MONDAY + timedelta(days=7))
    desk.school.add_person("Day", away_until=period.until_on)
    assert "Kim Ash" in desk.page("/people?kind=governor")
    assert "Kim Fox" not in desk.page("/people")
    assert "left on 22 November 2026" in desk.page("/people?state=left")
    assert "starts on 2 December 2026" in desk.page("/people?state=coming")


# --- one page of each --------------------------------------------------------------------------------------------


def test_every_page_opens_for_whoever_is_signed_in_and_for_nobody_else(desk: Desk) -> None:
    places = fill(desk.school)
    addresses = [address_of(path, places) for path in (*PAGES, *FORMS)]
    assert len(addresses) > 20
    for address in addresses:
        assert desk.get(address).status_code == 200, address
    desk.browser.cookies.clear()
    for address in addresses:
        answer = desk.get(address)
        assert answer.status_code == 401, address
        assert "Confidentiality" not in answer.text


@pytest.mark.parametrize("kind", MailKind)
def test_a_mail_of_each_kind_has_its_page(desk: Desk, kind: MailKind) -> None:
    with desk.school.register.transaction() as tx:
        mail = ComposedMail("A subject", "Words", "<p>Words</p>", sender="office@example.org")
        body = add_body(tx, desk.school.key, body_of(mail))
        new = NewMessage(
            key=f"key-{kind}",
            kind=kind,
            person=None,
            recipient="kim@example.org",
            subject="A subject",
            body=body,
            message_id=f"<{kind}@example.org>",
            due_on=MONDAY,
            route="folder",
        )
        (number,) = add_messages(tx, desk.school.key, [new], at(MONDAY))
    assert "A subject" in desk.page(f"/mail/{number}")
    assert "A subject" in desk.page("/mailings/mails")


def test_pages_of_what_is_not_there_say_so(desk: Desk) -> None:
    paths = (
        "/policies/x",
        "/policies/x/readers",
        "/people/7",
        "/people/x",
        "/mailings/9",
        "/mail/9",
        "/mail/x",
        "/mail/²",
        f"/people/{'9' * 40}",
    )
    for path in (*paths, "/copies/x", "/problems/x/y"):
        answer = desk.get(path)
        assert answer.status_code == 404, path
        assert "Page not found" in answer.text


def test_every_link_of_the_desk_leads_somewhere(desk: Desk) -> None:
    fill(desk.school)
    seen: set[str] = set()
    wanted = ["/"]
    while wanted:
        path = wanted.pop()
        seen.add(path)
        answer = desk.get(path)
        assert answer.status_code == 200, path
        found = {link.replace("&amp;", "&").partition("#")[0] for link in re.findall(r'href="(/[^"]*)"', answer.text)}
        wanted += sorted(link for link in found - seen - set(wanted) if not link.startswith(("/c/", "/style", "/logo")))
        assert len(seen) < 400
    assert len(seen) > 40


def test_every_command_that_a_page_names_is_there() -> None:
    there = {full for full, _ in commands_of(policy, "policy")}
    folder = Path(__file__).resolve().parents[2] / "templates" / "pages" / "desk"
    text = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.html"))
    named = {" ".join(words.split()) for words in re.findall(r"[\"'>](policy [a-z-]+(?: [a-z-]+)?)", text)}
    assert {name for name in named if name not in there and " ".join(name.split()[:2]) not in there} == set()
    assert named


def test_a_finding_says_the_words_and_leads_to_what_settles_it(desk: Desk) -> None:
    first = desk.school.add_policy("Confidentiality")
    draft = desk.school.add_version(first.policy_id, RevisionKind.MAJOR, title="Confidentiality", copy=False)
    with desk.school.register.transaction() as tx:
        set_version_status(tx, first.id, VersionStatus.APPROVED)
        set_version_status(tx, draft.id, VersionStatus.DRAFT)
    assert 'href="/problems/confidentiality/draft-waiting"' in desk.get("/problems").text
    assert 'href="/policies/confidentiality/issue"' in desk.get("/problems/confidentiality/draft-waiting").text
    gone = desk.get("/problems/confidentiality/nothing-of-the-kind")
    assert gone.status_code == 404
    assert "Nothing to look at here any more" in gone.text


# --- the look ----------------------------------------------------------------------------------------------------

_LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><rect width="40" height="40"/></svg>'


def test_pages_have_the_schools_colour_and_logo(desk: Desk) -> None:
    assert desk.get("/logo").status_code == 404
    folder = desk.school.config.templates / "copies"
    folder.mkdir(parents=True)
    (folder / "logo.svg").write_bytes(_LOGO)
    (folder / "look.toml").write_text('colour = "#5b2c6f"\nlogo = "logo.svg"\n', encoding="utf-8")
    assert ":root { --brand: #5b2c6f; }" in desk.get("/style.css").text
    assert 'src="/logo"' in desk.get("/").text
    logo = desk.get("/logo")
    assert (logo.content, logo.headers["content-type"]) == (_LOGO, "image/svg+xml")


def test_a_colour_too_light_for_white_words_is_set_aside(desk: Desk) -> None:
    folder = desk.school.config.templates / "copies"
    folder.mkdir(parents=True)
    (folder / "look.toml").write_text('colour = "#ffd700"\n', encoding="utf-8")
    assert ":root { --brand: #1b4f72; }" in desk.get("/style.css").text


def test_each_crumb_that_pages_share_is_written_down_once() -> None:
    package = Path(web_desk.__file__).parent
    named = [
        href
        for path in package.glob("*.py")
        for href in re.findall(r'^\w+ = Crumb\("[^"]+", "([^"]+)"\)', path.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert sorted(set(named)) == sorted(named)
