"""A change of contact from the desk: shown before it is kept, doubted where a slip is likely, confirmed by another."""

import re
import tomllib
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from pipeline.model.people import Person
from pipeline.register.people.changes import add_person
from pipeline.register.people.persons import list_people
from tests.copies.workspace import LEAD_LINES, MONDAY, OFFICE, SHEFFIELD, Workspace, at, policy_file
from tests.school import School
from tests.web.desk import ACCOUNTS, Desk

DETAILS, FOLLOWS, ENDS = (f"/contacts/change/dsl/0/{step}" for step in ("details", "follows", "ends"))
DEPUTY = '[[contacts.deputy-dsl]]\nname = "Tom Ash"\npronoun = "he"\nphone = "01632 960142"\n'
MORE = f'{OFFICE}{DEPUTY}\n# Who held a role before.\n[[contacts.former]]\nrole = "dsl"\nname = "Wen Li"\n'
FIELD = {
    "name": "Deborah Field",
    "phone": "01632 960101",
    "email": "d.field@example.org",
    "pronoun": "she",
    "title": "",
}
HILL = {"name": "Jo Hill", "phone": "01632 960155", "email": "jo.hill@example.org", "pronoun": "he", "title": ""}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Workspace(tmp_path, SHEFFIELD, MORE + ACCOUNTS) as made:
        made.put("lettings.docx", policy_file("Lettings Policy", *LEAD_LINES))
        made.day()
        with closing(Desk(cast(School, made), "http://127.0.0.1:8000", at(MONDAY))) as one:
            one.sign_in("jo.marsh@example.org")
            yield one


def send(desk: Desk, path: str, **fields: str) -> httpx.Response:
    page = desk.browser.get(path)
    assert page.status_code == 200, page.status_code
    found = dict(re.findall(r'name="(form|once|seen)" value="([\w-]*)"', page.text))
    return desk.browser.post(path, data={**found, **fields})


def look(desk: Desk, path: str, **fields: str) -> httpx.Response:
    """Send a change and return the page that shows what it touches."""
    answer = send(desk, path, **fields)
    assert answer.status_code == 303, words(answer)
    assert answer.headers["location"].startswith("/contacts/check/")
    return desk.browser.get(answer.headers["location"])


def keep(desk: Desk, check: httpx.Response, **fields: str) -> httpx.Response:
    hidden = dict(re.findall(r'name="(form|once)" value="([\w-]*)"', check.text))
    return desk.browser.post(check.url.path, data={**hidden, **fields})


def contacts(desk: Desk) -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((desk.school.root / "config.toml").read_text())["contacts"]
    return found


def words(answer: httpx.Response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def test_a_new_number_is_shown_with_every_place_kept_and_confirmed_by_somebody_else(desk: Desk) -> None:
    path = desk.school.root / "config.toml"
    path.chmod(0o640)
    before = path.read_text()
    check = look(desk, DETAILS, **{**FIELD, "phone": "01632 960177"})
    assert check.status_code == 200
    said = words(check)
    assert "Nothing was changed yet" in said
    assert "1 policy, 1 place in their words" in said
    assert "copies/lettings.pdf" in said
    assert "copies give the school office (01632 960110)" in said
    assert "differs by a digit or two" in said
    assert path.read_text() == before
    missed = keep(desk, check)
    assert "Say that you have looked at each of these" in missed.text
    assert path.read_text() == before
    kept = keep(desk, missed, looked="yes")
    assert kept.status_code == 303
    assert "Somebody else now rings the number" in desk.page(kept.headers["location"])
    assert path.read_text() == before.replace("01632 960101", "01632 960177")
    assert path.stat().st_mode & 0o777 == 0o640
    (old,) = (desk.school.config.distribution / "safety-copies" / "settings").glob("config *.toml")
    assert old.read_text() == before
    assert desk.records()[-1] == "contact-changed"
    waiting = re.search(r'href="(/contacts/confirm/\w+)"', desk.browser.get("/contacts").text)
    assert waiting is not None
    mine = send(desk, waiting[1], how="rang")
    assert mine.status_code == 422
    assert "You typed what is new of Deborah Field" in mine.text
    desk.sign_in("office@example.org")
    desk.done("/people/add", name="Kim Hill", kind="staff", work_email="jo.marsh@example.org")
    desk.sign_in("jo.marsh@example.org")
    assert "You typed what is new" in send(desk, waiting[1], how="rang").text, "a new name is no second person"
    desk.sign_in("head@example.org")
    assert "if nobody answered, the number is not confirmed" in words(send(desk, waiting[1], how=""))
    done = send(desk, waiting[1], how="rang")
    assert done.status_code == 303
    assert desk.records()[-1] == "contact-confirmed"
    assert "None" in desk.page("/contacts").partition("New numbers to be confirmed")[2][:60]
    assert desk.browser.get(waiting[1]).status_code == 404


def test_a_holder_cannot_confirm_their_own_number_whoever_typed_it(desk: Desk) -> None:
    text = (desk.school.root / "config.toml").read_text()
    head = text.replace("d.field@example.org", "head@example.org").replace("960101", "960188")
    (desk.school.root / "config.toml").write_text(head)
    waiting = re.search(r'href="(/contacts/confirm/\w+)"', desk.browser.get("/contacts").text)
    assert waiting is not None
    desk.sign_in("head@example.org")
    own = send(desk, waiting[1], how="rang")
    assert own.status_code == 422
    assert "cannot confirm their own number" in own.text
    (desk.school.root / "config.toml").write_text(head.replace("960188", "960189"))
    assert desk.browser.get(waiting[1]).status_code == 404, "another digit is another number to ring"


def test_somebody_takes_over_today_and_the_one_before_is_listed_as_former(desk: Desk) -> None:
    check = look(desk, FOLLOWS, **HILL, day=MONDAY.isoformat())
    said = words(check)
    assert "Deborah Field" in said
    assert "Jo Hill" in said
    kept = keep(desk, check, looked="yes")
    assert kept.status_code == 303
    now = contacts(desk)
    assert (now["dsl"]["name"], now["dsl"]["phone"], now["dsl"]["from"]) == ("Jo Hill", "01632 960155", MONDAY)
    gone = now["former"][-1]
    assert (gone["name"], gone["role"], gone["until"]) == ("Deborah Field", "dsl", MONDAY - timedelta(days=1))
    assert now["former"][0]["name"] == "Wen Li"
    assert "# Who held a role before." in (desk.school.root / "config.toml").read_text()
    assert "Jo Hill" in desk.browser.get("/policies").text
    assert "Deborah Field" not in desk.browser.get("/policies").text
    site = "".join(path.read_text() for path in desk.school.config.staff_site.glob("*.html"))
    assert "Jo Hill" in site
    assert "01632 960155" not in site, "a new number is nobody's until it was rung"


def test_somebody_who_takes_over_later_is_written_down_and_can_be_taken_out(desk: Desk) -> None:
    day = MONDAY + timedelta(days=30)
    check = look(desk, FOLLOWS, **HILL, day=day.isoformat())
    assert "from 23 December 2026" in words(check)
    assert keep(desk, check, looked="yes").status_code == 303
    now = contacts(desk)
    assert now["dsl"]["name"] == "Deborah Field"
    assert (now["next"][0]["name"], now["next"][0]["from"]) == ("Jo Hill", day)
    assert "Jo Hill" in desk.page("/contacts/change")
    out = "/contacts/change/next/0/taken-out"
    assert keep(desk, look(desk, out)).status_code == 303
    assert "next" not in contacts(desk)


def test_a_role_is_given_up_and_a_further_deputy_is_named(desk: Desk) -> None:
    path = "/contacts/change/deputy-dsl/0/ends"
    check = look(desk, path, day=(MONDAY + timedelta(days=5)).isoformat())
    assert keep(desk, check).status_code == 303
    assert contacts(desk)["deputy-dsl"][0]["until"] == MONDAY + timedelta(days=5)
    check = look(desk, "/contacts/add", role="deputy-dsl", **HILL)
    assert keep(desk, check, looked="yes").status_code == 303
    assert [one["name"] for one in contacts(desk)["deputy-dsl"]] == ["Tom Ash", "Jo Hill"]
    slip = send(desk, "/contacts/add", role="", other="deputy dls", **HILL)
    assert slip.status_code == 422
    assert "this role is written deputy-dsl" in slip.text
    for other, said in (("Office", "The school office is named already"), ("next", "Choose the role")):
        assert said in send(desk, "/contacts/add", role="", other=other, **HILL).text


def test_a_second_lead_beside_the_first_is_doubted_and_a_second_deputy_is_not(desk: Desk) -> None:
    said = words(look(desk, "/contacts/add", role="dsl", **HILL))
    assert "Deborah Field stays Designated Safeguarding Lead" in said
    assert "choose “Somebody takes over”" in said
    assert "stays Deputy" not in words(look(desk, "/contacts/add", role="deputy-dsl", **HILL))
    assert "Field stays" not in words(look(desk, FOLLOWS, **HILL, day=MONDAY.isoformat()))


def test_somebody_who_leaves_soon_is_doubted(desk: Desk) -> None:
    hill = Person("id-Hill", "Jo", "Hill", "jo.hill@example.org", "Teacher", None, MONDAY + timedelta(days=25))
    with desk.school.register.transaction() as tx:
        add_person(tx, desk.school.register.school, hill, "staff.csv", "key-Hill", MONDAY, at(MONDAY))
    said = words(look(desk, FOLLOWS, **HILL, day=MONDAY.isoformat()))
    assert "Jo Hill leaves on 18 December 2026 by the staff list." in said


def test_the_school_office_can_be_chosen_until_it_is_named(desk: Desk) -> None:
    option = '<option value="office"'
    assert option not in desk.browser.get("/contacts/add").text
    path = desk.school.root / "config.toml"
    path.write_text(path.read_text().replace(OFFICE, ""))
    assert option in desk.browser.get("/contacts/add").text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"phone": "0163 29"}, "write the whole number with its area code"),
        ({"phone": "01632 960177 9999999"}, "has too many digits"),
        ({"phone": "ask the office"}, "is no telephone number"),
        ({"phone": "", "email": ""}, "so that they can be reached"),
        ({"email": "d.field at example.org"}, "is not an e-mail address"),
        ({"name": "Field"}, "Write first and last name"),
        ({"name": "Mrs Deborah Field"}, "begins with a title"),
        ({"name": "Jo Hill"}, "does not look like Deborah Field"),
        ({"pronoun": "it"}, "Choose how policies speak of them"),
        ({}, "That is what it is already"),
    ],
)
def test_what_cannot_be_a_contact_is_refused_and_what_was_typed_stays(
    desk: Desk, fields: dict[str, str], said: str
) -> None:
    before = (desk.school.root / "config.toml").read_text()
    answer = send(desk, DETAILS, **{**FIELD, **fields})
    assert answer.status_code == 422
    assert said in words(answer)
    assert (desk.school.root / "config.toml").read_text() == before
    for value in filter(None, fields.values()):
        assert value in answer.text


def test_namesakes_colleagues_and_the_holder_before_are_pointed_to(desk: Desk) -> None:
    register = desk.school.register
    with register.transaction() as tx:
        for number, (first, last, address) in enumerate(
            [
                ("Jo", "Hill", "j.hill@example.org"),
                ("Jo", "Hill", "jo.hill2@example.org"),
                ("Ann", "Oak", "jo.hill@example.org"),
            ]
        ):
            person = Person(f"p{number}", first, last, address, "Teacher", None, None)
            add_person(tx, register.school, person, "staff.csv", f"k{number}", MONDAY, at(MONDAY))
        assert len(list_people(tx, register.school, MONDAY)) == 3
    said = words(look(desk, FOLLOWS, **{**HILL, "phone": "01632 960142"}, day=MONDAY.isoformat()))
    assert "The staff list has 2 people called Jo Hill" in said
    assert "The staff list has jo.hill@example.org as the address of Ann Oak" in said
    assert "The number 01632960142 is, or was, that of Tom Ash" in said
    said = words(look(desk, FOLLOWS, **{**FIELD, "name": "Deb Field"}, day=MONDAY.isoformat()))
    assert "Deb Field could be Deborah Field, who holds the role" in said
    assert "was until now that of Deborah Field" in said
    said = words(look(desk, FOLLOWS, **{**HILL, "name": "Wen Li", "email": "wen@exampel.org"}, day=MONDAY.isoformat()))
    assert "Somebody called Wen Li held, or holds, this role already" in said
    assert "Is example.org meant?" in said
    deputy = {**HILL, "name": "Tom Ash", "phone": "01632 960142", "email": ""}
    said = words(look(desk, FOLLOWS, **deputy, day=MONDAY.isoformat()))
    assert "Tom Ash is Deputy Designated Safeguarding Lead too and stays it" in said


def test_a_former_holder_needs_no_number_and_is_corrected_where_they_stand(desk: Desk) -> None:
    path = "/contacts/change/former/0/details"
    check = look(desk, path, name="Wen Lee", phone="", email="", pronoun="they", title="")
    assert keep(desk, check, looked="yes").status_code == 303
    assert contacts(desk)["former"] == [{"role": "dsl", "name": "Wen Lee"}]


def test_settings_that_were_changed_meanwhile_are_not_overwritten(desk: Desk) -> None:
    check = look(desk, DETAILS, **{**FIELD, "phone": "01632 960199"})
    path = desk.school.root / "config.toml"
    by_hand = path.read_text().replace("01632 960142", "01632 960143")
    path.write_text(by_hand)
    answer = keep(desk, check, looked="yes")
    assert answer.status_code == 303
    again = desk.browser.get(answer.headers["location"])
    assert "changed by somebody else while this page was open" in again.text
    assert "01632 960199" in again.text
    assert path.read_text() == by_hand
    assert keep(desk, again, looked="yes").status_code == 303
    assert path.read_text() == by_hand.replace("01632 960101", "01632 960199")
    path.write_text(path.read_text().replace("[contacts.dsl]", "[contacts.dsl"))
    assert "cannot be read" in words(desk.browser.get(DETAILS))


def test_only_owners_and_the_head_change_contacts_and_only_by_a_second_step(desk: Desk) -> None:
    for account in ("gov@example.org", "it@example.org", "maths@example.org"):
        desk.sign_in(account)
        for path in (DETAILS, "/contacts/add", "/contacts/change", "/contacts/confirm/x"):
            assert desk.browser.get(path).status_code == 403
    assert "contact-changed" not in desk.records()
