"""People looked after from the desk: a list taken in, one person added, changed, away, leaving and back."""

import html
import io
from collections.abc import Iterator
from pathlib import Path

import httpx
import openpyxl
import pytest

from pipeline.configuration.people import PeopleListSection
from pipeline.errors import UsageError
from pipeline.model.people import BY_HAND
from pipeline.people.lists.one_list import put_in_place
from pipeline.register.people.persons import PersonRow, list_people
from tests.school import MONDAY
from tests.web.desk import Desk, hidden_fields, open_desk

HEADINGS = "person_id,first_name,last_name,work_email,role,start_date,leave_date\n"
LEE = "id-Lee,Kim,Lee,lee@example.org,Teacher,,\n"
DAY = "id-Day,Kim,Day,day@example.org,Teacher,,\n"
NEW = "id-9,Robin,Vale,r.vale@example.org,Teaching Assistant,2026-09-01,\n"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path) as one:
        one.school.add_policy("Confidentiality")
        one.school.add_person("Lee")
        one.school.add_person("Day")
        one.sign_in("jo.marsh@example.org")
        yield one


def upload(desk: Desk, content: bytes | str, name: str = "staff export.csv") -> httpx.Response:
    body = content.encode("utf-8") if isinstance(content, str) else content
    return desk.browser.post("/people/import", data=desk.hidden("/people/import"), files={"list": (name, body)})


def take(desk: Desk, looked: httpx.Response, **fields: str) -> httpx.Response:
    return desk.browser.post("/people/import", data={**hidden_fields(looked), **fields})


def workbook(*lines: str) -> bytes:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    for line in lines:
        sheet.append(line.strip().split(","))
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


def people(desk: Desk) -> dict[str, PersonRow]:
    with desk.school.register.reading() as tx:
        return {row.person.last_name: row for row in list_people(tx, desk.school.key, MONDAY)}


# --- a list -----------------------------------------------------------------------------------------------------


def test_the_first_page_says_what_is_not_taken_of_the_list_that_the_run_reads(desk: Desk) -> None:
    path = desk.school.root / "staff.csv"
    assert "The staff list is not there, so nobody knows who has left" in desk.page("/")
    path.write_text(HEADINGS + LEE + DAY + ",Robin,Vale,,Teacher,,\n", encoding="utf-8")
    page = desk.page("/")
    assert "1 row of the staff list, a fifth of it or more, was refused" in page
    assert "Rows of the lists of people that are not taken" in page
    assert "Row 4 (Robin Vale) was refused" in desk.page("/problems")
    assert "Robin" not in desk.page("/inspector")
    path.write_text("Hello\n", encoding="utf-8")
    assert "Nothing was taken from the staff list, so only what earlier lists said is known" in desk.page("/")
    for name in ("Fox", "Hay", "Ray", "Orr"):
        desk.school.add_person(name)
    path.write_text(HEADINGS + LEE, encoding="utf-8")
    page = desk.page("/")
    assert "would change or remove more than a fifth of the people" in page
    assert "“Take in a new list of people”" in page
    listed = "".join(LEE.replace("Lee", name) for name in ("Lee", "Day", "Fox", "Hay", "Ray", "Orr"))
    path.write_text(HEADINGS + listed, encoding="utf-8")
    page = desk.page("/")
    assert not any(words in page for words in ("refused", "staff list, so", "would change or remove"))


def test_the_first_page_says_nothing_of_a_list_that_a_school_never_had(tmp_path: Path) -> None:
    with open_desk(tmp_path) as one:
        one.sign_in("jo.marsh@example.org")
        assert "staff.csv" not in one.page("/")


def test_a_list_is_looked_at_before_it_counts_and_lies_where_the_run_reads_it(desk: Desk) -> None:
    (desk.school.root / "staff.csv").write_text(HEADINGS + LEE + DAY, encoding="utf-8")
    before = desk.records()
    looked = upload(desk, HEADINGS + LEE.replace("Teacher", "Head of Year") + NEW)
    assert looked.status_code == 200
    for words in (
        "What staff export.csv would do",
        "Nothing has been changed yet",
        "Robin Vale",
        "Teacher → Head of Year",
    ):
        assert words in looked.text
    assert "Not in the list any more: 1" in looked.text
    assert "Vale" not in people(desk)
    assert desk.records() == before
    done = take(desk, looked, place="yes")
    assert done.status_code == 303
    page = desk.page(done.headers["location"])
    assert "The list was taken in: 1 new, 1 changed, 1 not in the list any more." in page
    assert "the one before is kept as staff-before-2026-11-23.csv" in page
    assert people(desk)["Lee"].person.role == "Head of Year"
    assert "Robin" in (desk.school.root / "staff.csv").read_text(encoding="utf-8")
    assert "Robin" not in (desk.school.root / "staff-before-2026-11-23.csv").read_text(encoding="utf-8")
    again = take(desk, looked, place="yes", once="another")
    assert again.status_code == 422
    assert "Choose the file again" in again.text


def test_what_waits_of_a_list_is_shown_and_told_as_waiting(desk: Desk) -> None:
    more = [f"id-{n},Kim,{name},{name.lower()}@example.org,Cook,," for n, name in enumerate(("Fox", "Holt", "Moss"))]
    listed = HEADINGS + LEE + DAY + "\n".join(more) + "\n"
    take(desk, upload(desk, listed))
    looked = upload(desk, listed.replace("@example.org", "@new.example.org") + NEW)
    assert "Changed by the list, waiting for you: 5" in looked.text
    assert "<h2>Changed: " not in looked.text
    assert "5 changes wait for you; starters are taken over" in looked.text
    page = desk.page(take(desk, looked).headers["location"])
    assert "The list was taken in: 1 new, 5 changed by the list and waiting." in page
    assert people(desk)["Lee"].person.work_email == "lee@example.org"
    counts = desk.newest_record("staff-imported")
    assert (counts["new"], counts["changed"]) == (1, 0), "what waits changed nobody"


def test_what_changed_since_a_list_was_shown_is_shown_again(desk: Desk) -> None:
    looked = upload(desk, HEADINGS + LEE + DAY + NEW)
    desk.school.change_person(people(desk)["Lee"], role="Caretaker")
    again = take(desk, looked)
    assert again.status_code == 200
    assert "has changed since it was shown" in again.text
    assert "Vale" not in people(desk)
    assert take(desk, again).status_code == 303
    assert "Vale" in people(desk)


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"\x00\x01\x02\x03 nothing of the kind", "staff.csv", "There is a problem"),
        (b"<html><body>Sign in</body></html>", "export.csv", "web page"),
        (b"%PDF-1.7 no workbook", "staff.xlsx", "is not an .xlsx workbook"),
        ("colour,size\nred,9\n", "things.csv", "There is a problem"),
    ],
)
def test_what_is_no_list_is_refused_with_a_sentence(desk: Desk, content: bytes | str, name: str, said: str) -> None:
    answer = upload(desk, content, name)
    assert answer.status_code == 422
    assert said in html.unescape(answer.text)


def test_a_list_with_most_people_gone_waits_for_a_tick(desk: Desk) -> None:
    for number in range(6):
        desk.school.add_person(f"Many{number}")
    looked = upload(desk, HEADINGS + LEE + DAY)
    assert "would change or remove more than a fifth of the people" in looked.text
    said = desk.page(take(desk, looked).headers["location"])
    assert "wait for you" in said
    assert people(desk)["Many0"].missing_since is None
    looked = upload(desk, HEADINGS + LEE + DAY)
    take(desk, looked, confirmed="yes")
    assert people(desk)["Many0"].missing_since == MONDAY


def test_a_workbook_is_taken_and_nobody_excuses_themself_by_a_list(desk: Desk) -> None:
    desk.school.add_person("Marsh", email="jo.marsh@example.org")
    rows = workbook(HEADINGS, LEE, "id-Marsh,Kim,Marsh,jo.marsh@example.org,Teacher,,2026-11-20")
    own = upload(desk, rows, "staff.xlsx")
    assert own.status_code == 422
    assert "nobody excuses themself" in own.text
    assert people(desk)["Marsh"].person.leave_on is None
    for line in (
        "id-Marsh,Kim,Marsh,other@example.org,Teacher,,2026-11-20\n",
        "id-Marsh,Kim,Marsh,other@example.org,,,\n",
    ):
        assert "nobody excuses themself" in upload(desk, HEADINGS + LEE + line).text
    desk.sign_in("office@example.org")
    assert take(desk, upload(desk, rows, "staff.xlsx")).status_code == 303
    assert people(desk)["Marsh"].person.leave_on is not None


def test_nobody_whom_somebody_added_by_hand_excuses_themself_by_a_list(desk: Desk) -> None:
    desk.sign_in("office@example.org")
    desk.done("/people/add", name="Jo Marsh", kind="staff", role="Teacher", work_email="jo.marsh@example.org")
    desk.sign_in("jo.marsh@example.org")
    own = "id-Marsh,Jo,Marsh,jo.marsh@example.org,{role},,\n"
    assert "nobody excuses themself" in upload(desk, HEADINGS + LEE + own.format(role="Volunteer")).text
    assert upload(desk, HEADINGS + LEE + own.format(role="Teacher")).status_code == 200


@pytest.mark.parametrize("name", ["config.toml", "policies/x/Attendance.txt", "distribution/register.sqlite3"])
def test_a_list_is_written_over_nothing_that_is_no_list(desk: Desk, name: str, tmp_path: Path) -> None:
    given, there = tmp_path / "given.csv", desk.school.root / name
    given.write_text("a = 1 #," + HEADINGS, encoding="utf-8")
    before = there.read_bytes() if there.exists() else None
    with pytest.raises(UsageError, match="not replaced"):
        put_in_place(given, desk.school.config, PeopleListSection(name="x", source=name), MONDAY)
    assert (there.read_bytes() if there.exists() else None) == before


# --- one person -------------------------------------------------------------------------------------------------


def test_one_person_is_added_and_a_namesake_only_where_it_is_said(desk: Desk) -> None:
    page = desk.done("/people/add", name="Robin Vale", kind="volunteer", role="Reading helper", starts="2026-11-30")
    assert "Robin Vale (hand-1, added by hand) was added" in page
    same = desk.send("/people/add", name="Robin Vale", kind="staff", work_email="robin@example.org")
    assert same.status_code == 422
    assert "has that name already" in same.text
    assert 'value="robin@example.org"' in same.text
    desk.done("/people/add", name="Robin Vale", kind="staff", work_email="robin@example.org", another="yes")
    assert people(desk)["Vale"].source == BY_HAND
    assert desk.records().count("person-added") == 2


def test_what_is_known_of_one_person_is_changed_and_only_that(desk: Desk) -> None:
    path = f"/people/{people(desk)['Lee'].id}/change"
    assert "Nothing was filled in otherwise" in desk.send(path, role="Teacher").text
    assert "role Teacher → Caretaker" in desk.done(path, role="Caretaker", last_name="Lee")
    stale = desk.hidden(path)
    desk.school.change_person(people(desk)["Lee"], role="Bursar")
    answer = desk.browser.post(path, data={**stale, "role": "Cook"})
    assert answer.status_code == 422
    assert "changed or taken back meanwhile" in answer.text
    assert f'<a href="{path}">Open this page as it is now' in answer.text
    assert desk.browser.post(path, data={**hidden_fields(answer), "role": "Cook"}).status_code == 422
    assert people(desk)["Lee"].person.role == "Bursar"


def test_an_address_is_corrected(desk: Desk) -> None:
    path = f"/people/{people(desk)['Lee'].id}/address"
    own = desk.send("/people/add", name="Robin Vale", kind="staff", work_email="Jo.Marsh@example.org")
    assert "your own address" in html.unescape(own.text)
    for typed, said in (("lee@example.org", "the address they have now"), ("", "tick that they have none"),
                        ("nonsense", "nonsense"), ("jo.marsh@example.org", "your own address")):  # fmt: skip
        answer = desk.send(path, work_email=typed)
        assert answer.status_code == 422
        assert said in html.unescape(answer.text)
    assert "k.lee@example.org" in desk.done(path, work_email="k.lee@example.org")
    desk.done(path, work_email="", none="yes")
    assert people(desk)["Lee"].person.work_email is None


def test_somebody_is_away_and_back(desk: Desk) -> None:
    path = f"/people/{people(desk)['Lee'].id}/away"
    for fields in ({"what": "away"}, {"what": "away", "until": "soon"}, {"what": "away", "until": "2026-11-01"}, {}):
        assert desk.send(path, **fields).status_code == 422
    assert "away until 4 January 2027" in desk.done(path, what="away", until="2027-01-04")
    assert "no longer away" in desk.done(path, what="back", until="")


def test_a_leaving_is_shown_before_it_counts_and_whoever_left_begins_again(desk: Desk) -> None:
    lee = people(desk)["Lee"]
    desk.school.plan()
    path = f"/people/{lee.id}/leaves"
    assert desk.send(path).status_code == 422
    assert desk.send(path, when="day", on="").status_code == 422
    looked = desk.send(path, when="already", on="")
    assert looked.status_code == 200
    assert "1 reading that is asked of them is closed" in looked.text
    assert people(desk)["Lee"].person.leave_on is None
    done = desk.browser.post(path, data=hidden_fields(looked))
    assert "They have left: their link opens no more, 1 request closed" in desk.page(done.headers["location"])
    back = f"/people/{lee.id}/return"
    assert "They left on 22 November 2026" in desk.page(back)
    assert desk.send(back, starts="2020-01-01").status_code == 422
    assert "was added again" in desk.done(back, starts="2026-11-23")
    assert desk.send(back, starts="2026-12-01").status_code == 422
    assert people(desk)["Lee"].person.leave_on is None


def test_links_are_ended(desk: Desk) -> None:
    lee = people(desk)["Lee"]
    assert "open nothing any more" in desk.done(f"/people/{lee.id}/link")
    assert people(desk)["Lee"].token_key != lee.token_key


def test_nobody_changes_their_own_record_or_without_the_right(desk: Desk) -> None:
    desk.school.add_person("Marsh", email="Jo.Marsh@example.org")
    key = people(desk)["Marsh"].id
    before = desk.records()
    for form in ("change", "address", "away", "leaves", "return", "link"):
        path = f"/people/{key}/{form}"
        assert "nobody changes their own" in desk.page(path)
        sent = {
            "role": "Visitor",
            "work_email": "x@example.org",
            "what": "away",
            "until": "2027-01-04",
            "when": "already",
        }
        answer = desk.send(path, **sent, sure="yes", reason="none", starts="2026-12-01")
        assert answer.status_code in (200, 422), path
        assert "nobody changes their own" in answer.text
    assert desk.records() == before
    desk.sign_in("head@example.org")
    assert desk.browser.get("/people/import").status_code == 403
    assert "/people/add" not in desk.browser.get("/people").text
