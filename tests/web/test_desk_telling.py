"""From the desk: staff are told of a new lead with one click, of the owner, the head or the office."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.papers.handing_over import list_printed
from pipeline.papers.orders import PackOrder, order_packs
from tests.school import MONDAY, SECRET, TOML, at
from tests.web.desk import ACCOUNTS, Desk, open_desk

TELL = "/contacts/tell"
OFFICE = '[contacts.office]\nname = "School office"\nphone = "01632 960110"\nemail = "office@example.org"\n'
TEXT = "CHILD PROTECTION POLICY\n\nThe Designated Safeguarding Lead is {{ dsl }}.\n\nReviewed: September 2026\n"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path, OFFICE + ACCOUNTS) as one:
        one.school.add_policy("Child protection")
        one.school.add_person("Lee")
        one.school.add_person("Noor", email=None)
        one.school.plan(MONDAY)
        one.school.deliver(MONDAY)
        yield one


def change_lead(desk: Desk, account: str = "jo.marsh@example.org", name: str = "Jo Hill") -> None:
    """Change the lead in the settings, as somebody does by hand, let the next day's plan see it, and sign in."""
    path = desk.school.root / "config.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("Pat Marsh", name).replace("01632 960101", "01632 960155"), encoding="utf-8")
    desk.school.config = desk.site.config()
    desk.school.plan(MONDAY + timedelta(days=1))
    desk.now = at(MONDAY + timedelta(days=1), 10)
    desk.sign_in(account)


def test_a_change_stands_in_red_on_the_first_page_until_the_head_says_that_they_tell_staff(desk: Desk) -> None:
    desk.sign_in("head@example.org")
    assert "Tell staff about new contacts" not in desk.page("/")
    assert "No change of contacts waits" in desk.page(TELL)
    change_lead(desk, "head@example.org")
    home = desk.browser.get("/").text
    assert '<span class="tag red">Choose when</span>' in home
    assert "If nothing is chosen, they are told on 26 November 2026." in home
    assert "Staff have not been told of the change of contacts." in desk.page("/contacts")
    page = desk.page(TELL)
    assert "From today the designated safeguarding lead is Ms Jo Hill, telephone 01632 960155." in page
    assert "By e-mail 1 person On paper 1 person without an address of their own" in page
    assert "Pat Marsh" not in page
    assert "Choose when staff are told" in desk.send(TELL, how="").text
    assert "Give the day on which staff are told" in desk.send(TELL, how="day", day="").text
    said = desk.done(TELL, how="head")
    assert "Noted: the head tells staff. Nobody gets an e-mail about it." in said
    assert desk.records()[-1] == "contact-notice-head"
    assert "Tell staff about new contacts" not in desk.page("/")


def test_the_office_chooses_a_day_and_may_choose_again(desk: Desk) -> None:
    change_lead(desk, "office@example.org")
    friday = (MONDAY + timedelta(days=4)).isoformat()
    assert "Noted: staff are told on Friday 27 November." in desk.done(TELL, how="day", day=friday)
    assert "Tell staff about new contacts" not in desk.page("/")
    assert "Staff are told on Friday 27 November. You can still choose otherwise." in desk.page(TELL)
    assert desk.newest_record("contact-notice-decided")["on"] == friday


def test_a_change_that_is_another_by_now_is_looked_at_again(desk: Desk) -> None:
    change_lead(desk, "office@example.org")
    seen = desk.hidden(TELL)
    path = desk.school.root / "config.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("Jo Hill", "Lou Parr"), encoding="utf-8")
    desk.school.config = desk.site.config()
    desk.school.plan(MONDAY + timedelta(days=1))
    answer = desk.browser.post(TELL, data={**seen, "how": "now"})
    assert answer.status_code == 422
    assert "What this page showed was changed or taken back meanwhile" in answer.text


def test_a_change_that_no_update_has_noted_yet_is_not_decided_on_as_the_one_before(desk: Desk) -> None:
    change_lead(desk, "office@example.org")
    seen = desk.hidden(TELL)
    path = desk.school.root / "config.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("Jo Hill", "Kay Low"), encoding="utf-8")
    page = desk.page(TELL)
    assert "The contacts were changed again since this was noted. The next update notes what they are now." in page
    assert 'name="how"' not in page
    answer = desk.browser.post(TELL, data={**seen, "how": "head"})
    assert answer.status_code == 422
    assert "The contacts were changed again since this was noted." in answer.text
    desk.school.config = desk.site.config()
    desk.school.plan(MONDAY + timedelta(days=1))
    assert "Kay Low" in desk.page(TELL)
    assert "Noted: the head tells staff." in desk.done(TELL, how="head")


def test_those_without_the_right_may_not_say_it(desk: Desk) -> None:
    change_lead(desk)
    for account in ("gov@example.org", "it@example.org", "maths@example.org"):
        desk.sign_in(account)
        assert desk.browser.get(TELL).status_code == 403
        assert desk.browser.post(TELL, data={"how": "now", "form": desk.form("/sessions")}).status_code == 403


def test_telling_staff_now_begins_the_update_that_writes_to_them(desk: Desk) -> None:
    desk.school.config.policies.mkdir(exist_ok=True)
    (desk.school.config.policies / "child-protection.txt").write_text(TEXT, encoding="utf-8")
    change_lead(desk)
    answer = desk.send(TELL, how="now")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/work/")
    assert desk.finished().finished is not None
    said = [str(mail["Subject"]) for mail in desk.mails()]
    assert any("the designated safeguarding lead is Ms Jo Hill" in subject for subject in said), said


def test_a_change_made_on_the_desk_waits_at_once_and_the_same_person_renamed_does_not(desk: Desk) -> None:
    desk.sign_in("jo.marsh@example.org")
    assert TOML in (desk.school.root / "config.toml").read_text(encoding="utf-8")
    step = "/contacts/change/dsl/0/details"
    fields = {"name": "Pat Underhill", "phone": "01632 960101", "email": "pat@example.org", "pronoun": "she"}
    checked = desk.send(step, **fields, same="yes")
    assert checked.status_code == 303
    check = checked.headers["location"]
    assert "rings" not in desk.page(check)
    assert "Kept: Pat Underhill" in desk.done(check, looked="yes")
    assert "No change of contacts waits" in desk.page(TELL)
    assert "Pat Marsh" not in desk.page("/contacts")
    follows = "/contacts/change/dsl/0/follows"
    fields |= {"name": "Jo Hill", "phone": "01632 960155", "email": "jo@example.org", "day": MONDAY.isoformat()}
    check = desk.send(follows, **fields).headers["location"]
    assert "Kept: Jo Hill" in desk.done(check, looked="yes")
    assert "Ms Jo Hill" in desk.page(TELL)


def test_printed_new_contacts_stand_under_the_papers_to_hand_over(desk: Desk) -> None:
    change_lead(desk)
    desk.done(TELL, how="now")
    day = MONDAY + timedelta(days=2)
    desk.school.plan(day)
    order = PackOrder((), desk.school.root / "packs")
    order_packs(desk.school.register, desk.school.config, order, secret=SECRET, today=day, now=at(day))
    desk.now = at(day, 10)
    desk.sign_in("jo.marsh@example.org")
    assert "Printed papers to hand over Kim Noor 1 person" in desk.page()
    page = desk.page("/papers/handed")
    told = page.partition("Kim Noor, Teacher: ")[2][:120]
    assert "the new contacts, printed on 25 November 2026" in told, page
    with desk.school.register.reading() as tx:
        [waiting] = list_printed(tx, desk.school.key, desk.school.config, day)
    assert desk.send("/papers/handed", on=day.isoformat(), people=str(waiting.person.id)).status_code == 303
    assert "No printed papers wait to be handed over" in desk.page("/papers/handed")
